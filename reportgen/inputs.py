"""The input files on disk: which ones are meant, whether they are still the same, and their SHA-256.

Nothing heavy is imported here, so that a build that has nothing to do can say so at once.
"""

from __future__ import annotations

import glob
import hashlib
import os
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from reportgen.errors import InputError

_DIGITS = re.compile(r"(\d+)")
_UNSEEN = (".", "_")  # begin the names that exports add beside their parts, such as _SUCCESS
_SETTLED = 2_000_000_000  # ns; the coarsest clock of a file system in use (FAT) ticks every two seconds


def natural_key(text: str) -> tuple[tuple[int, float, str], ...]:
    """Return a sorting key under which ``b2`` comes before ``b10``."""
    parts = _DIGITS.split(text.casefold())
    return tuple((0, float(part), "") if part.isdigit() else (1, 0.0, part) for part in parts if part)


def parts_of(path: Path) -> tuple[Path, ...]:
    """Return the files that an input names: itself, those in a folder, or those that a pattern matches.

    Parameters
    ----------
    path
        A file, a folder that holds nothing but parts, or a pattern with ``*``, ``?`` or ``[...]``. A file of that
        very name goes before the pattern.

    Returns
    -------
    tuple of Path
        In natural order of their names (``part-2`` before ``part-10``). A file that does not exist is returned as it
        is: its reader knows best what to say.

    Raises
    ------
    InputError
        If a folder or pattern holds no file, or a folder holds folders.
    """
    if path.is_dir():
        return _parts_in(path)
    if path.exists() or not glob.has_magic(str(path)):
        return (path,)
    found = [Path(name) for name in glob.glob(str(path), recursive=True)]  # noqa: PTH207 (the folder may be a pattern)
    files = [file for file in found if file.is_file()]
    if not files:
        raise InputError(
            f"no file matches {path}",
            "Check the path; the pattern is read by the program, so put it in quotes on the command line.",
        )
    return _ordered(files)


def _parts_in(folder: Path) -> tuple[Path, ...]:
    visible = [path for path in folder.iterdir() if not path.name.startswith(_UNSEEN)]
    below = sorted(path.name for path in visible if path.is_dir())
    if below:
        raise InputError(
            f"{folder} holds folders ({', '.join(below[:3])}{', ...' if len(below) > 3 else ''}), not only data files",
            f"Name the files, or give a pattern such as {folder.name}/**/*.csv.",
        )
    if not visible:
        raise InputError(f"{folder} is a directory without any file", "Name the data file, or the folder of its parts.")
    return _ordered(visible)


def _ordered(files: Iterable[Path]) -> tuple[Path, ...]:
    return tuple(sorted(files, key=lambda file: (natural_key(str(file)), str(file))))


@dataclass(frozen=True)
class Stamp:
    """What tells a file from a changed one without reading it: size (bytes), time of change (ns) and inode."""

    size: int
    mtime_ns: int
    inode: int


def stamp_of(path: Path) -> Stamp:
    """Return the stamp of a file.

    Raises
    ------
    OSError
        If it is not there.
    """
    status = path.stat()
    return Stamp(status.st_size, status.st_mtime_ns, status.st_ino)


@dataclass(frozen=True)
class SeenFile:
    """A file whose content is known.

    Attributes
    ----------
    path
        Absolute.
    stamp
        When it was read.
    sha256
        Of its bytes.
    seen_ns
        Time (ns since 1970) at which it had been read.
    """

    path: str
    stamp: Stamp
    sha256: str
    seen_ns: int

    def still(self, stamp: Stamp) -> bool:
        """Tell whether a file with this stamp is the same without doubt.

        A file that was changed less than two seconds before it was read may have been changed again within the same
        tick of the clock: it is not.
        """
        return self.stamp == stamp and stamp.mtime_ns + _SETTLED < self.seen_ns


def hash_files(paths: Sequence[Path], known: Iterable[SeenFile] = (), *, always: bool = False) -> tuple[SeenFile, ...]:
    """Return what the files hold; only those that differ from what is known are read.

    Parameters
    ----------
    known
        Files seen earlier.
    always
        Read every file, whatever is known.

    Raises
    ------
    OSError
        If a file cannot be read.
    """
    by_path = {seen.path: seen for seen in known}
    found = []
    for path in paths:
        place, stamp = os.path.abspath(path), stamp_of(path)  # noqa: PTH100 (resolve() would follow links)
        seen = by_path.get(place)
        if always or seen is None or not seen.still(stamp):
            seen = SeenFile(place, stamp, sha256_of(path), time.time_ns())
        found.append(seen)
    return tuple(found)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def combined_sha256(hashes: Sequence[str]) -> str:
    """Return one hash for the parts of an input: its own for one file, else that of the list of hashes.

    Parameters
    ----------
    hashes
        SHA-256 of each part, in order.
    """
    if len(hashes) == 1:
        return hashes[0]
    return hashlib.sha256("\n".join(hashes).encode()).hexdigest()
