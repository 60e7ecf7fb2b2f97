"""The cache on disk: entries that appear whole or not at all, and that nobody trusts before their hash was checked.

An entry is a folder ``<kind>-<16 hex>`` with some files and a sealed ``head`` that holds the hash of each; a kept
result is one sealed file in ``stages/``. Files are taken out by hard links where the disk has them, so that an entry
can be removed while a build works with its files. Nothing here stops a build: it is told what cannot be read or
written, and does without.
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from reportgen.cache.packing import digest, pack, unpack
from reportgen.cache.sealing import DamagedError, seal, unseal
from reportgen.durable import RETIRED, flush, flush_folders, replace_folder, write_file
from reportgen.inputs import sha256_of

KEPT = 2
_MODE = 0o700
_HEAD = "head"
_INDEX = "index.json"
_STAGES = "stages"
_STAGING = ".staging-"
_LOCK_TIMEOUT = 60.0


@dataclass(frozen=True)
class Head:
    """What an entry holds.

    Attributes
    ----------
    code
        Version of the code that made it.
    fields
        What it was made from.
    files
        SHA-256 by file name.
    """

    code: str
    fields: Mapping[str, str]
    files: Mapping[str, str]


@dataclass(frozen=True)
class Entry:
    """An entry whose head is in order; its files have not been checked."""

    name: str
    head: Head


class CacheFolder:
    """A folder of entries.

    Parameters
    ----------
    folder
        Made when something is put into it, for its owner alone.
    notice
        Told why something could not be used; each reason once.
    """

    def __init__(self, folder: Path, notice: Callable[[str], None] = lambda _: None) -> None:
        self.folder = folder
        self._notice = notice
        self._told: set[str] = set()
        self._used: dict[str, str] = {}
        self._used_stages: list[str] = []

    def find(self, kind: str, code: str, wanted: Mapping[str, str]) -> list[Entry]:
        """Return the entries of a kind that this version of the code made from what is wanted.

        Parameters
        ----------
        kind
            Lower-case word.
        code
            Version of the code.
        wanted
            Fields that must be equal; others may have any value.
        """
        found: list[Entry] = []
        other_version = False
        if not self.folder.is_dir():
            return found
        with self._tolerated("read"), self._locked():
            for folder in sorted(self.folder.glob(f"{kind}-*/")):
                try:
                    head: Head = unpack(Head, unseal((folder / _HEAD).read_bytes()))
                except (OSError, ValueError):
                    self._discard(folder.name)
                    continue
                if all(head.fields.get(name) == value for name, value in wanted.items()):
                    if head.code == code:
                        found.append(Entry(folder.name, head))
                    other_version = other_version or head.code != code
        if other_version and not found:
            self.tell(f"the cache of the {kind} was written by another version and is not used")
        return found

    def holds(self, kind: str) -> bool:
        """Tell whether there is any entry of a kind."""
        return any(self.folder.glob(f"{kind}-*/"))

    def take(self, entry: Entry, target: Path) -> bool:
        """Link the files of an entry into a folder and check them.

        Returns
        -------
        bool
            False if the entry is damaged, has gone or cannot be read; then its files are not in ``target``.
        """
        damaged = False
        with self._tolerated("read"), self._locked():
            try:
                for name in entry.head.files:
                    _link(self.folder / entry.name / name, target / name)
                damaged = any(sha256_of(target / name) != told for name, told in entry.head.files.items())
            except FileNotFoundError:
                damaged = True
            if damaged:
                self._discard(entry.name)
            else:
                self._used[_kind(entry.name)] = entry.name
                return True
        for name in entry.head.files:
            (target / name).unlink(missing_ok=True)
        return False

    def put(self, kind: str, code: str, fields: Mapping[str, str], files: Sequence[Path]) -> Head:
        """Keep some files.

        Returns
        -------
        Head
            With the hash of each file; also when there was no room for the entry.
        """
        head = Head(code, dict(fields), {path.name: sha256_of(path) for path in files})
        name = f"{kind}-{digest(code, head.fields)[:16]}"
        staged = self.folder / f"{_STAGING}{uuid.uuid4().hex}"
        with self._tolerated("written"), self._locked():
            try:
                staged.mkdir(mode=_MODE)
                for path in files:
                    _link(path, staged / path.name)
                    flush(staged / path.name)
                write_file(staged / _HEAD, seal(pack(head)))
                flush_folders(staged)
                replace_folder(staged, self.folder / name, self.folder)
            except BaseException:
                shutil.rmtree(staged, ignore_errors=True)
                raise
            self._used[kind] = name
        return head

    def read_stage(self, name: str, code: str, key: str) -> bytes | None:
        """Return a kept result, or None if there is none that can be trusted.

        Parameters
        ----------
        name
            Of its file.
        code, key
            Version of the code, and the full hash of what the result was made from.
        """
        try:
            content = unseal((self.folder / _STAGES / name).read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, DamagedError):
            self.tell("a result in the cache is damaged and computed anew")
            return None
        told, _, content = content.partition(b"\n")
        if told != f"{code} {key}".encode():
            self.tell("results in the cache were written by another version and are computed anew")
            return None
        self._used_stages.append(name)
        return content

    def write_stage(self, name: str, code: str, key: str, content: bytes) -> None:
        """Keep a result."""
        with self._tolerated("written"), self._locked():
            folder = self.folder / _STAGES
            folder.mkdir(mode=_MODE, exist_ok=True)
            self._replace_file(folder / name, seal(f"{code} {key}\n".encode() + content))
            self._used_stages.append(name)

    def finish(self) -> None:
        """Remove what neither this build nor the one before it used."""
        if not self.folder.is_dir():
            return
        with self._tolerated("tidied up"), self._locked():
            index = self._index()
            for kind, name in self._used.items():
                index[kind] = [name, *(other for other in index.get(kind, []) if other != name)][:KEPT]
            stages = " ".join(sorted(set(self._used_stages)))
            index[_STAGES] = [stages, *(other for other in index.get(_STAGES, []) if other != stages)][:KEPT]
            self._replace_file(self.folder / _INDEX, (json.dumps(index) + "\n").encode())
            self._remove_unlisted(index)

    def tell(self, text: str) -> None:
        """Pass a notice on, once."""
        if text not in self._told:
            self._told.add(text)
            self._notice(text)

    def _discard(self, name: str) -> None:
        self.tell(f"the cache of the {_kind(name)} is damaged and not used")
        shutil.rmtree(self.folder / name, ignore_errors=True)

    def _remove_unlisted(self, index: Mapping[str, Sequence[str]]) -> None:
        kept = {name for kind, names in index.items() if kind != _STAGES for name in names}
        for folder in self.folder.glob("*-*/"):
            if folder.name not in kept:
                shutil.rmtree(folder, ignore_errors=True)
        stages = {name for generation in index[_STAGES] for name in generation.split()}
        for path in (self.folder / _STAGES).glob("*"):
            if path.name not in stages:
                path.unlink(missing_ok=True)

    def _index(self) -> dict[str, list[str]]:
        try:
            index = json.loads((self.folder / _INDEX).read_bytes())
            return {str(kind): [str(name) for name in names] for kind, names in index.items()}
        except (OSError, ValueError, AttributeError, TypeError):
            return {}  # lost or spoilt: then only what this build used is kept

    def _replace_file(self, path: Path, content: bytes) -> None:
        staged = path.parent / f"{_STAGING}{uuid.uuid4().hex}"
        try:
            write_file(staged, content)
            staged.replace(path)
        finally:
            staged.unlink(missing_ok=True)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep other builds out of the folder while entries come and go, and remove what a killed one left."""
        self.folder.mkdir(mode=_MODE, exist_ok=True)
        try:
            with FileLock(self.folder / ".lock", timeout=_LOCK_TIMEOUT):
                for leftover in [*self.folder.glob(f"{_STAGING}*"), *self.folder.glob(f"{RETIRED}*")]:
                    _remove(leftover)
                yield
        except Timeout:
            raise OSError(f"another build has held {self.folder} for {_LOCK_TIMEOUT:.0f} s") from None

    @contextmanager
    def _tolerated(self, what: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.tell(f"the cache could not be {what} ({error.strerror or error}); the build goes on without it")


def _kind(name: str) -> str:
    return name.partition("-")[0]


def _link(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)  # never write through another link
    try:
        os.link(source, target)
    except OSError:
        if not source.exists():
            raise
        shutil.copyfile(source, target)  # a disk without hard links


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
