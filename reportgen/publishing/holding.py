"""Files as they lie in a folder, read once into memory, with what was promised about them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportgen.errors import ReportgenError

MANIFEST = "manifest.json"
Files = Mapping[str, bytes]


class PublishError(ReportgenError):
    """A run cannot be published, or what was published cannot be read."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with files that are, or are to be, published.

    Attributes
    ----------
    check
        Which check found it: ``hashes``, ``links``, ``requests``, ``rows`` or ``size``.
    path
        The file, relative to the folder that was checked.
    message
        What is wrong, for a person.
    """

    check: str
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.check}: {self.path}: {self.message}"


@dataclass(frozen=True)
class Stamp:
    """Size in bytes and SHA-256 of a file."""

    size: int
    sha256: str

    @classmethod
    def of(cls, content: bytes) -> Stamp:
        """Return the stamp of some content."""
        return cls(len(content), hashlib.sha256(content).hexdigest())


def read_files(folder: Path, *, below: tuple[str, ...] = ()) -> tuple[dict[str, bytes], list[Fault]]:
    """Read every file below a folder.

    Parameters
    ----------
    below
        Read only these files and folders of it; all when empty.

    Returns
    -------
    (files, faults)
        Content by relative path with forward slashes. A link is a fault and is not followed: it could lead to
        private files.

    Raises
    ------
    PublishError
        If a file cannot be read.
    """
    files: dict[str, bytes] = {}
    faults: list[Fault] = []
    for path in sorted(_walk(folder, below)):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            faults.append(Fault("hashes", name, "is a link; only plain files are published"))
        elif path.is_file():
            try:
                files[name] = path.read_bytes()
            except OSError as error:
                raise PublishError(f"{path}: not readable ({error.strerror or error})") from error
    return files, faults


def _walk(folder: Path, below: tuple[str, ...]) -> list[Path]:
    roots = [folder / name for name in below] if below else [folder]
    found: list[Path] = []
    for root in roots:
        found.extend([root] if root.is_symlink() or root.is_file() else root.rglob("*"))
    return found


def parse_manifest(content: bytes, where: str) -> dict[str, Any]:
    """Read a manifest.

    Raises
    ------
    PublishError
        If it is no JSON object with ``run`` and ``outputs``.
    """
    try:
        document = json.loads(content)
        run, outputs = str(document["run"]), stamps_of(document)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PublishError(f"{where}: not a manifest of a run ({error})", "Build the report again.") from None
    return {**document, "run": run, "outputs": {path: vars(stamp) for path, stamp in outputs.items()}}


def stamps_of(manifest: Mapping[str, Any]) -> dict[str, Stamp]:
    """Return what a manifest promises, by path."""
    return {
        str(path): Stamp(int(told["size"]), str(told["sha256"])) for path, told in dict(manifest["outputs"]).items()
    }
