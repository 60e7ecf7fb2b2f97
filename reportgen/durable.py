"""Files and folders that survive a crash: flushed to disk, and moved into place in one step."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from pathlib import Path

RETIRED = ".retired-"  # prefix of a folder that has lost its place and is about to go
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2  # linux/fcntl.h, linux/fs.h


def write_file(path: Path, content: bytes) -> None:
    """Write a file with its folders and flush it to disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def flush(path: Path) -> None:
    """Flush a file or folder to disk, as far as the system can."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return  # some systems cannot open a folder
    try:
        os.fsync(handle)
    except OSError:
        pass  # some network file systems cannot flush a folder
    finally:
        os.close(handle)


def flush_folders(folder: Path) -> None:
    """Flush a folder and every folder in it."""
    for path in [*folder.rglob("*"), folder]:
        if path.is_dir():
            flush(path)


def replace_folder(staged: Path, target: Path, root: Path) -> None:
    """Put a staged folder in its place; where the system can, an older one of the same name changes places with it."""
    retired = staged.parent / f"{RETIRED}{target.name}"
    if target.exists():
        if _exchange(staged, target):
            shutil.rmtree(staged, ignore_errors=True)
            flush(target.parent)
            return
        target.rename(retired)
    try:
        staged.rename(target)
    except BaseException:
        if retired.exists():
            retired.rename(target)
        shutil.rmtree(staged, ignore_errors=True)
        raise
    flush(target.parent)
    flush(root)
    shutil.rmtree(retired, ignore_errors=True)


def _exchange(first: Path, second: Path) -> bool:
    """Let two folders change places in one step (Linux, renameat2(2)); False where that is not possible."""
    if not sys.platform.startswith("linux"):
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    return int(rename(_AT_FDCWD, os.fsencode(first), _AT_FDCWD, os.fsencode(second), _RENAME_EXCHANGE)) == 0


def is_readable(path: Path) -> bool:
    """Tell whether a file or folder is there and may be read; one in a folder that is closed to us is not."""
    return os.access(path, os.R_OK)
