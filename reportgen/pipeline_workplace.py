"""Where a build works: a private folder for blocks and assignments, on the output's own disk."""

from __future__ import annotations

import errno
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from reportgen.report.store import Output, OutputError

_WORK = ".work-"
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})  # only writing fails like this


@contextmanager
def workplace(output: Output) -> Iterator[Path]:
    """Make a private folder on the output's own disk for blocks and assignments, and remove it at the end.

    Raises
    ------
    OutputError
        If anything written while it is there finds the disk full or read-only.
    """
    try:
        output.private.mkdir(mode=0o700, exist_ok=True)
        remove_abandoned(output)
        folder = output.private / f"{_WORK}{uuid.uuid4().hex}"
        with _held(folder):
            folder.mkdir(mode=0o700)
            yield folder
    except OSError as error:
        closed = isinstance(error, PermissionError) and str(error.filename).startswith(str(output.private))
        if error.errno not in _NO_ROOM and not closed:
            raise
        raise OutputError(
            f"{output.directory}: cannot be written ({error.strerror or error})",
            f"Give yourself the right to write to {output.private}, or choose another folder with -o. The last report "
            "is untouched."
            if closed
            else "Make room, or choose another folder with -o. The last report is untouched.",
        ) from error


def remove_abandoned(output: Output) -> None:
    """Remove the folders of killed builds: they hold rows, but the system has freed their locks.

    A build killed while it removed its folder leaves the lock alone.
    """
    locks = (lock.with_suffix("") for lock in output.private.glob(f"{_WORK}*.lock"))
    for abandoned in {*output.private.glob(f"{_WORK}*/"), *locks}:
        with suppress(Timeout), _held(abandoned):
            continue


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold the lock of a work folder, which exists only under it, and remove the folder at the end."""
    lock = folder.with_suffix(".lock")
    with FileLock(lock, timeout=0):
        try:
            yield
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            lock.unlink(missing_ok=True)
