"""Where rows come from: a file or the parts of one, for the manifest and for messages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reportgen.inputs import SeenFile


@dataclass(frozen=True)
class Place:
    """Where a row stands, for messages: base name of the file, and ``line 17`` or ``row 17`` in it."""

    file: str
    spot: str

    def __str__(self) -> str:
        return f"{self.file} {self.spot}"


@dataclass(frozen=True)
class Part:
    """One file of an input in several parts: base name, data rows, size in bytes and SHA-256."""

    name: str
    rows: int
    size: int
    sha256: str


@dataclass(frozen=True)
class Source:
    """One input, for the manifest.

    Attributes
    ----------
    name
        Base name of the file, of the folder of parts, or the pattern that names them.
    size
        In bytes, over all parts.
    sha256
        Of the file; for parts see `reportgen.inputs.combined_sha256`.
    modified
        Modification time (s), of the newest part.
    encoding, delimiter
        How it is written.
    parts
        In order; empty for a single file.
    files
        The files as they were when they were read.
    """

    name: str
    size: int
    sha256: str
    modified: int
    encoding: str
    delimiter: str
    parts: tuple[Part, ...] = ()
    files: tuple[SeenFile, ...] = ()


def single_source(seen: SeenFile, encoding: str, delimiter: str) -> Source:
    """Return the description of an input that is one file."""
    return Source(
        Path(seen.path).name, seen.stamp.size, seen.sha256, seen.stamp.mtime_ns // 10**9, encoding, delimiter,
        files=(seen,),
    )  # fmt: skip
