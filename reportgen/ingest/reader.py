"""One face for every kind of input file: names, and batches of dictionary-encoded text."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from reportgen.errors import InputError
from reportgen.ingest.columnar import ParquetReader
from reportgen.ingest.csv_reader import SAMPLE_RECORDS, CsvReader
from reportgen.ingest.source import Place, Source
from reportgen.ingest.workbook import WorkbookReader

_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK\x03\x04"
_PARQUET = b"PAR1"


@dataclass(frozen=True)
class ReadOptions:
    """What the user says about how a file is written; ``None`` where it is to be found out.

    Attributes
    ----------
    delimiter, decimal, encoding
        For text files; ``decimal`` is ``.`` or ``,``.
    sheet
        Name of the worksheet, for workbooks; the first one by default.
    """

    delimiter: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    sheet: str | None = None


class Reader(Protocol):
    """An opened and checked input file."""

    @property
    def path(self) -> Path:
        """The file; for parts their folder or pattern."""

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in file order, unique."""

    @property
    def nested(self) -> Mapping[str, str]:
        """What each column holds that holds no single values, such as ``list<item: string>``, by name."""

    @property
    def source(self) -> Source:
        """Name, size, hash and dialect, for the manifest; complete once the rows have been read."""

    def decimal(self, numbers: Sequence[str], others: Sequence[str]) -> str:
        """Return the decimal sign, judged by cells of number columns and of other columns."""

    @property
    def given_decimal(self) -> str | None:
        """The decimal sign that the user gave, if any."""

    def sampled_cells(
        self, numbers: Sequence[str], others: Sequence[str], most: int = SAMPLE_RECORDS
    ) -> tuple[int, list[str], list[str]]:
        """Return how many of the first ``most`` rows there are, and distinct cells of two kinds of columns.

        Only cells that can tell of a decimal sign are there.
        """

    def settle(self, decimal: str) -> None:
        """Take it as known that the decimal sign is this one: typed numbers are written with it from now on."""

    def batches(self, coded: Sequence[str], plain: Sequence[str] = ()) -> Iterator[pa.RecordBatch]:
        """Yield the rows in order; ``coded`` columns as dictionary<int32, string>, ``plain`` ones as string.

        There are no nulls; a blank cell is text of white space only.

        Raises
        ------
        InputError
            At a row that does not fit the header.
        """

    def place(self, row: int) -> Place:
        """Return where a row (counted from 0) stands, such as ``population.csv line 17``. Slow: for messages."""


def open_reader(path: Path, options: ReadOptions) -> Reader:
    """Open an input file by its content, not by its name.

    Raises
    ------
    InputError
        If the file is missing, a directory, empty, corrupt or of a kind that cannot be read.
    """
    start = _first_bytes(path)
    suffix = path.suffix.lower()
    if start == _PARQUET:
        return ParquetReader(path, options.decimal)
    if start == _ZIP:
        if not _is_workbook(path):
            raise InputError(f"{path.name} is a zip archive", "Unpack it and name the data file inside it.")
        return WorkbookReader(path, options.sheet, options.decimal)
    if start == _OLD_EXCEL:
        raise InputError(
            f"{path.name} is an old Excel workbook or protected by a password",
            "Save it as an unprotected .xlsx workbook or as CSV.",
        )
    expected = {".parquet": "Parquet file", ".xlsx": "Excel workbook", ".xlsm": "Excel workbook"}.get(suffix)
    if expected:
        raise InputError(
            f"{path.name} is damaged: it does not start like a{'n' if expected[0] == 'E' else ''} {expected}",
            "Export or copy it again.",
        )
    if suffix == ".gz" and start[:2] != b"\x1f\x8b":
        raise InputError(
            f"{path.name} is damaged: it does not start like a gzip archive", "Copy or compress the file again."
        )
    return CsvReader(path, options.delimiter, options.decimal, options.encoding)


def _is_workbook(path: Path) -> bool:
    """Tell whether a zip archive holds a workbook; one that is damaged is left to its reader."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.startswith("xl/") for name in archive.namelist())
    except (zipfile.BadZipFile, OSError):
        return True


def _first_bytes(path: Path) -> bytes:
    if path.is_dir():
        raise InputError(f"{path} is a directory, not a file", "Name the data file inside it.")
    if not path.exists():
        near = [other.name for other in path.parent.glob(f"{path.stem}.*")] if path.parent.is_dir() else []
        guess = f" In the same folder there is {near[0]}." if near else ""
        raise InputError(f"file not found: {path}", f"Check the path.{guess}")
    if not path.is_file():
        raise InputError(f"{path} is a pipe or a device", "Save the data to a file first: it is read more than once.")
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}", "Check its permissions.") from None
    if not start:
        raise InputError(f"{path.name} is empty (0 bytes)", "Give a file whose first line names the columns.")
    return start
