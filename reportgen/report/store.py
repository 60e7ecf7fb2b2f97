"""The output folder: a run appears whole or not at all, and the last report stays untouched until then.

A run is written into a staging folder beside its final place, every file and folder is flushed to disk, and one
rename makes it visible. ``latest.json`` is the truth about which run is the newest and is itself replaced by one
rename; the ``latest`` link is a convenience where the file system has links.
"""

from __future__ import annotations

import json
import re
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from filelock import FileLock, Timeout

from reportgen.durable import RETIRED, flush, flush_folders, replace_folder, write_file
from reportgen.errors import ReportgenError

RUN_ID = re.compile(r"\d{8}-[0-9a-f]{8}")
PRIVATE_MODE = 0o700
_STAGING = ".staging-"


class OutputError(ReportgenError):
    """The output folder cannot be written or holds no run."""


class Output:
    """An output folder.

    Parameters
    ----------
    directory
        The folder; made on the first commit.
    lock_timeout
        Seconds to wait for another build that writes to the same folder.
    """

    def __init__(self, directory: Path | str, lock_timeout: float = 10.0) -> None:
        self.directory = Path(directory)
        self.lock_timeout = lock_timeout

    @property
    def runs(self) -> Path:
        """The folder that holds one folder per run."""
        return self.directory / "runs"

    @property
    def private(self) -> Path:
        """The folder for personal data, readable by its owner alone and never published."""
        return self.directory / "private"

    def latest(self) -> Path:
        """Return the folder of the newest run.

        Raises
        ------
        OutputError
            If there is none yet or ``latest.json`` cannot be read.
        """
        file = self.directory / "latest.json"
        try:
            run = json.loads(file.read_text("utf-8"))["run"]
        except FileNotFoundError:
            raise OutputError(f"{self.directory}: no report yet", "Run `reportgen build` first.") from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise OutputError(f"{file}: not readable ({error})", "Run `reportgen build` to write it anew.") from None
        folder = self.runs / str(run)
        if not RUN_ID.fullmatch(str(run)) or not folder.is_dir():
            raise OutputError(f"{file}: names the run {run!r}, which is not there", "Run `reportgen build` again.")
        return folder

    def check_writable(self) -> None:
        """Make the folder and prove that it takes files, so that a long build does not fail at its end.

        Raises
        ------
        OutputError
            If the folder cannot be made or written.
        """
        with self._explained():
            self.directory.mkdir(parents=True, exist_ok=True)
            probe = self.directory / f"{_STAGING}{uuid.uuid4().hex}"
            probe.mkdir()
            probe.rmdir()

    def commit(
        self,
        run_id: str,
        files: Mapping[str, bytes],
        private: Mapping[str, bytes | Path] | None = None,
        *,
        make_latest: bool = True,
    ) -> Path:
        """Write a run so that it becomes visible at once and whole.

        Parameters
        ----------
        run_id
            ``YYYYMMDD-`` and eight hexadecimal digits. A run of the same id is replaced.
        files
            Content by relative path with forward slashes.
        private
            The same for ``private/<run_id>/``; a path stands for a file to copy.
        make_latest
            False for a run that failed a gate: it is kept, and the last good one stays the latest.

        Returns
        -------
        Path
            The folder of the run.

        Raises
        ------
        OutputError
            If the folder is locked by another build or cannot be written. Runs and ``latest`` are then untouched.
        ValueError
            If an id or a path is malformed (a programming error).
        """
        if not RUN_ID.fullmatch(run_id):
            raise ValueError(f"not a run id: {run_id!r}")
        for path in (*files, *(private or {})):
            _refuse_outside(path)
        with self._explained(), self._locked():
            self._clean()
            self.runs.mkdir(exist_ok=True)
            staged: list[Path] = []
            try:
                staged.append(self._stage(files))
                if private:
                    staged.append(self._stage_private(private))
                    replace_folder(staged[1], self.private / run_id, self.directory)
                replace_folder(staged[0], self.runs / run_id, self.directory)
            except BaseException:
                for folder in staged:
                    shutil.rmtree(folder, ignore_errors=True)
                raise
            if make_latest:
                self._point_latest(run_id)
        return self.runs / run_id

    def replace_file(self, name: str, content: bytes) -> None:
        """Replace one file of the folder in one step.

        Raises
        ------
        OutputError
            If it cannot be written; the old one stays.
        """
        with self._explained(), self._locked():
            staged = self.directory / f"{_STAGING}{uuid.uuid4().hex}"
            try:
                write_file(staged, content)
                staged.replace(self.directory / name)
            finally:
                staged.unlink(missing_ok=True)
            flush(self.directory)

    def _stage(self, files: Mapping[str, bytes]) -> Path:
        folder = self.directory / f"{_STAGING}{uuid.uuid4().hex}"
        folder.mkdir()
        try:
            for path, content in sorted(files.items()):
                write_file(folder / path, content)
            flush_folders(folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return folder

    def _stage_private(self, files: Mapping[str, bytes | Path]) -> Path:
        self.private.mkdir(exist_ok=True)
        self.private.chmod(PRIVATE_MODE)
        folder = self.private / f"{_STAGING}{uuid.uuid4().hex}"
        folder.mkdir(mode=PRIVATE_MODE)
        try:
            for path, content in sorted(files.items()):
                if isinstance(content, Path):
                    target = folder / path
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(content, target)
                    flush(target)
                else:
                    write_file(folder / path, content)
            flush_folders(folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return folder

    def _point_latest(self, run_id: str) -> None:
        staged = self.directory / f"{_STAGING}{uuid.uuid4().hex}"
        try:
            write_file(staged, (json.dumps({"run": run_id}) + "\n").encode())
            staged.replace(self.directory / "latest.json")
        finally:
            staged.unlink(missing_ok=True)
        link = self.directory / f"{_STAGING}{uuid.uuid4().hex}"
        target = self.directory / "latest"
        try:
            link.symlink_to(Path("runs") / run_id, target_is_directory=True)
            if target.is_symlink() or not target.exists():
                link.replace(target)
        except (OSError, NotImplementedError):
            pass  # a file system without links: latest.json is enough
        finally:
            link.unlink(missing_ok=True)
        flush(self.directory)

    def _clean(self) -> None:
        """Remove what a killed build left behind; the lock makes sure that none is at work."""
        for parent in (self.directory, self.private):
            if not parent.is_dir():
                continue
            for leftover in [*parent.glob(f"{_STAGING}*"), *parent.glob(f"{RETIRED}*")]:
                if leftover.is_dir() and not leftover.is_symlink():
                    _restore_or_remove(leftover, self.runs if parent == self.directory else self.private)
                else:
                    leftover.unlink(missing_ok=True)

        for orphan in self.private.glob("*/") if self.private.is_dir() else ():
            if RUN_ID.fullmatch(orphan.name) and not (self.runs / orphan.name).exists():
                shutil.rmtree(orphan)  # its run could not be written, or was removed: nobody needs its people

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.directory.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.directory / ".lock", timeout=self.lock_timeout):
                yield
        except Timeout:
            raise OutputError(
                f"{self.directory}: another build is writing here",
                "Wait for it to end, or choose another folder with -o.",
            ) from None

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if isinstance(error, Timeout):
                raise
            where = error.filename or self.directory
            raise OutputError(
                f"{where}: cannot be written ({error.strerror or error})",
                "Choose a folder with space that you may write to, with -o. The last report is untouched.",
            ) from error


def _refuse_outside(path: str) -> None:
    parts = PurePosixPath(path)
    if not path or parts.is_absolute() or ".." in parts.parts or "\\" in path:
        raise ValueError(f"not a relative path: {path!r}")


def _restore_or_remove(leftover: Path, home: Path) -> None:
    """Put a run back that a kill caught between its two renames; remove anything else."""
    if leftover.name.startswith(RETIRED):
        target = home / leftover.name.removeprefix(RETIRED)
        if not target.exists():
            home.mkdir(exist_ok=True)
            leftover.rename(target)
            return
    shutil.rmtree(leftover, ignore_errors=True)
