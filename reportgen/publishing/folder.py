"""A folder or mounted share as destination: written aside, flushed, verified, and renamed into place."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from reportgen.durable import RETIRED, flush, flush_folders, write_file
from reportgen.publishing.holding import PublishError

_STAGING = ".staging-"
_LOCK = ".lock"


class FolderDestination:
    """A folder that holds issues.

    Parameters
    ----------
    directory
        The folder; made when the folder above it exists.
    lock_timeout
        Seconds to wait for another publisher.
    """

    def __init__(self, directory: Path, lock_timeout: float = 30.0) -> None:
        self.directory = directory
        self.lock_timeout = lock_timeout

    @property
    def name(self) -> str:
        """The path as given."""
        return str(self.directory)

    def entries(self) -> tuple[str, ...]:
        """Return the names at the top that are not of a publisher at work."""
        with self._explained():
            if not self.directory.exists():
                return ()
            return tuple(sorted(path.name for path in self.directory.iterdir() if not is_at_work(path.name)))

    def read(self, path: str) -> bytes | None:
        """Return the content of a file, or None when it is not there."""
        with self._explained():
            try:
                return (self.directory / path).read_bytes()
            except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
                return None

    def files(self, folder: str) -> tuple[str, ...]:
        """Return the path of every file below a folder."""
        with self._explained():
            found = sorted((self.directory / folder).rglob("*"))
            return tuple(path.relative_to(self.directory).as_posix() for path in found if path.is_file())

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock of the folder. The system frees it when its holder dies, so no lock is ever stale."""
        with self._explained():
            if not self.directory.parent.is_dir():
                raise PublishError(
                    f"{self.directory}: the folder above it does not exist",
                    "Is the share mounted? Make the folder, or name another destination.",
                )
            self.directory.mkdir(exist_ok=True)
            lock = FileLock(self.directory / _LOCK, timeout=self.lock_timeout)
            try:
                lock.acquire()
            except Timeout:
                raise PublishError(
                    f"{self.directory}: somebody else is publishing here", "Wait for it to end and try again."
                ) from None
        try:
            yield
        finally:
            lock.release()

    def clean(self) -> None:
        """Remove folders and files that a killed publisher left aside."""
        with self._explained():
            for leftover in [*self.directory.glob(f"{_STAGING}*"), *self.directory.glob(f"{RETIRED}*")]:
                if leftover.is_dir() and not leftover.is_symlink():
                    shutil.rmtree(leftover)
                else:
                    leftover.unlink(missing_ok=True)

    def write_issue(self, folder: str, files: Mapping[str, bytes]) -> None:
        """Write the files aside, flush and read them back, and rename the whole into place."""
        with self._explained():
            staged = self.directory / f"{_STAGING}{uuid.uuid4().hex}"
            staged.mkdir()
            try:
                for path, content in files.items():
                    write_file(staged / path, content)
                flush_folders(staged)
                for path, content in files.items():
                    if (staged / path).read_bytes() != content:
                        raise PublishError(
                            f"{self.directory}: {path} reads back other than it was written",
                            "Check the disk or the share. The issues that were there are untouched.",
                        )
                staged.rename(self.directory / folder)
            except BaseException:
                shutil.rmtree(staged, ignore_errors=True)
                raise
            flush(self.directory)

    def replace(self, path: str, content: bytes) -> None:
        """Write the file aside at the top, flush it, and rename it over the old one."""
        with self._explained():
            target = self.directory / path
            staged = self.directory / f"{_STAGING}{uuid.uuid4().hex}"
            try:
                write_file(staged, content)
                target.parent.mkdir(parents=True, exist_ok=True)
                staged.replace(target)
            finally:
                staged.unlink(missing_ok=True)
            flush(target.parent)

    def remove_issue(self, folder: str) -> None:
        """Rename the folder aside, then remove it."""
        with self._explained():
            retired = self.directory / f"{RETIRED}{folder}"
            if retired.exists():
                shutil.rmtree(retired)
            (self.directory / folder).rename(retired)
            shutil.rmtree(retired)

    def close(self) -> None:
        """Do nothing: a folder has no connection."""

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            where = error.filename or self.directory
            raise PublishError(
                f"{where}: cannot be read or written ({error.strerror or error})",
                "The issues that were there are untouched. Choose a destination with space that you may write to.",
            ) from error


def is_at_work(name: str) -> bool:
    """Tell whether an entry is the lock, or what a publication at work, or one that was killed, has put aside."""
    return name == _LOCK or name.startswith((_STAGING, RETIRED))
