"""The bytes of a text file: gzip or plain, their encoding, their hash, and whether they are text at all."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from reportgen.errors import InputError

GZIP_MAGIC = b"\x1f\x8b"
_CHUNK = 1 << 20
_WIDE_CODECS = ("utf-16", "utf-32", "utf_16", "utf_32")
_NOT_CP1252 = (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class TextFacts:
    """What one pass over the bytes of a text file tells.

    Attributes
    ----------
    encoding
        Name of the Python codec.
    quoted
        Whether there is a double quote anywhere.
    sha256
        Of the bytes on disk.
    """

    encoding: str
    quoted: bool
    sha256: str


def examine_bytes(path: Path, encoding: str | None = None) -> TextFacts:
    """Read a plain or gzipped file once and tell its encoding, its hash and whether it holds quotes.

    Parameters
    ----------
    path
        The file.
    encoding
        Given by the user. Else the byte-order mark decides, else UTF-8 if it is valid, else Windows-1252.

    Raises
    ------
    InputError
        If the encoding is not known, or the file is a damaged archive or not text.
    """
    codec = _codec(path, encoding)
    hashing = _HashingFile(path)
    try:
        plain = iter(lambda: hashing.read(_CHUNK) or b"", b"")
        found, quoted = _scan(path, _gunzip(path, hashing) if is_gzip(path) else plain, codec)
        return TextFacts(found, quoted, hashing.sha.hexdigest())
    finally:
        hashing.close()


def is_gzip(path: Path) -> bool:
    """Tell whether a file starts like gzip."""
    with path.open("rb") as file:
        return file.read(2) == GZIP_MAGIC


def open_utf8(path: Path, encoding: str) -> BinaryIO:
    """Open a plain or gzipped text file as a stream of UTF-8 bytes without byte-order mark."""
    raw = cast(BinaryIO, gzip.open(path, "rb") if is_gzip(path) else path.open("rb"))  # noqa: SIM115 (returned open)
    if encoding == "utf-8":  # without a byte-order mark; utf-8-sig is transcoded like any other
        return raw
    return io.BufferedReader(_Utf8Stream(raw, encoding), _CHUNK)


class _HashingFile(io.RawIOBase):
    """A raw file that hashes what is read from it."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb", buffering=0)
        self.sha = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        count = self._file.readinto(buffer)
        self.sha.update(memoryview(buffer)[:count])
        return count

    def close(self) -> None:
        self._file.close()
        super().close()


class _Utf8Stream(io.RawIOBase):
    """The bytes of a text file of any encoding, as UTF-8 and without a byte-order mark."""

    def __init__(self, raw: BinaryIO, encoding: str) -> None:
        self._raw = raw
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._ready:
            chunk = self._raw.read(_CHUNK)
            self._ready = self._decoder.decode(chunk, final=not chunk).encode()
            if not chunk:
                break
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


def _codec(path: Path, encoding: str | None) -> str | None:
    if encoding is not None:
        try:
            name = codecs.lookup(encoding).name
        except LookupError:
            raise InputError(
                f"{path.name}: encoding {encoding!r} is not known", "Use utf-8, windows-1252, latin-1 or utf-16."
            ) from None
        return "utf-8" if name == "ascii" else name
    return None


def _gunzip(path: Path, hashing: _HashingFile) -> Iterator[bytes]:
    try:
        with gzip.GzipFile(fileobj=hashing) as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InputError(
            f"{path.name}: the gzip archive is damaged ({error})", "Copy or compress the file again."
        ) from None


def _scan(path: Path, chunks: Iterable[bytes], codec: str | None) -> tuple[str, bool]:
    """Return the encoding and whether there are quotes; refuse what is not text."""
    quoted = False
    start = 0
    bad_1252: int | None = None
    bad: int | None = None  # position of the first byte that the encoding does not know
    marked = False
    name = codec or "utf-8"
    for chunk in chunks:
        if start == 0:
            marked = chunk.startswith(codecs.BOM_UTF8)
            if codec is None and chunk.startswith(_UTF16_MARKS):
                codec = name = "utf-16"
            decoder = codecs.getincrementaldecoder(name)()
        if not name.startswith(_WIDE_CODECS) and b"\0" in chunk:
            raise _not_text(path, name, start + chunk.index(b"\0"), "a NUL byte")
        pending = len(decoder.getstate()[0])
        if bad is None and (pending or name != "utf-8" or not chunk.isascii()):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                bad = start - pending + error.start
        if bad_1252 is None and not chunk.isascii():
            bad_1252 = next((start + chunk.index(byte) for byte in _NOT_CP1252 if byte in chunk), None)
        quoted = quoted or b'"' in chunk
        start += len(chunk)
    if start and bad is None and decoder.getstate()[0]:
        bad = start - 1
    if bad is None:
        return "utf-8-sig" if marked and name == "utf-8" else name, quoted
    if codec is not None or marked:
        raise _not_text(path, name, bad, f"a byte that is not {name}")
    if bad_1252 is not None:
        raise _not_text(path, name, bad_1252, "a byte that is neither UTF-8 nor Windows-1252")
    return "cp1252", quoted


def _not_text(path: Path, encoding: str, offset: int, found: str) -> InputError:
    if encoding.startswith(_WIDE_CODECS):
        line = ""
    else:
        with open_utf8(path, "utf-8") as file:  # the bytes as they are
            before = file.read(offset).count(b"\n")
        line = f" line {1 + before}"
    return InputError(
        f"{path.name}{line}: not text in the expected encoding: {found}, at position {offset:,}",
        "Give a CSV file in UTF-8 or Windows-1252 ([inputs] encoding, or REPORTGEN_ENCODING, names another), a Parquet "
        "file or an .xlsx workbook.",
    )
