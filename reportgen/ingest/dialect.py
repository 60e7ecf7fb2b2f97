"""How a text file is written: its encoding, its delimiter, its header; all checked before it is read."""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from reportgen.errors import InputError
from reportgen.ingest.encoding import examine_bytes, open_utf8

DELIMITERS = {";": "semicolon", ",": "comma", "\t": "tab", "|": "bar"}
SAMPLE_CHARACTERS = 1 << 20
_SAMPLE_RECORDS = 200
_WIDE_SAMPLE = 8 << 20
_SEPARATOR_LINE = re.compile(r'^"?sep=(.)"?\r?\n', re.IGNORECASE)  # Excel's own first line


@dataclass(frozen=True)
class Dialect:
    """How one text file is written.

    Attributes
    ----------
    encoding
        Name of the Python codec.
    delimiter
        One character.
    quoted
        Whether the file holds a double quote anywhere.
    line_feeds
        Whether lines end with a line feed, not with a lone carriage return.
    lines_before
        Physical lines before the header (blank, or Excel's ``sep=;``).
    header
        Column names, stripped; unnamed columns as ``(column 3)``.
    sha256
        Of the bytes on disk.
    """

    encoding: str
    delimiter: str
    quoted: bool
    line_feeds: bool
    lines_before: int
    header: tuple[str, ...]
    sha256: str


def examine(path: Path, delimiter: str | None = None, encoding: str | None = None) -> Dialect:
    """Read a text file once, for its hash, its encoding and its faults, and take its dialect from the start.

    Parameters
    ----------
    path
        A plain or gzipped text file.
    delimiter, encoding
        Given by the user, else detected.

    Raises
    ------
    InputError
        If the file is empty, is not text, is corrupt, has one column, or repeats a column name.
    """
    facts = examine_bytes(path, encoding)
    with io.TextIOWrapper(open_utf8(path, facts.encoding), "utf-8", newline="") as stream:
        sample = stream.read(SAMPLE_CHARACTERS)
        whole = not stream.read(1)
    if not sample.strip():
        raise InputError(f"{path.name} is empty", "Give a file whose first line names the columns.")
    lines_before, sample, announced = _skip_to_header(sample)
    records = _Records(sample, whole)
    sign = delimiter or announced or records.delimiter()
    header = column_names(path, _header(path, records, sign))
    return Dialect(
        facts.encoding, sign, facts.quoted, "\n" in sample or "\r" not in sample, lines_before, header, facts.sha256
    )


def sample_records(path: Path, dialect: Dialect, count: int) -> list[list[str]]:
    """Return up to ``count`` records from the start of a file, as lists of cells, without the header."""
    with io.TextIOWrapper(open_utf8(path, dialect.encoding), "utf-8", newline="") as stream:
        for _ in range(dialect.lines_before):
            stream.readline()
        rows = (row for row in csv.reader(stream, delimiter=dialect.delimiter) if row)
        with contextlib.suppress(csv.Error):  # an unclosed quote is found when the file is read
            return list(islice(rows, 1, count + 1))
    return []


def sample_has(path: Path, dialect: Dialect, text: bytes) -> bool:
    """Tell whether some text occurs in the first megabytes of a file."""
    with open_utf8(path, dialect.encoding) as stream:
        return text in stream.read(_WIDE_SAMPLE)


def _skip_to_header(sample: str) -> tuple[int, str, str | None]:
    """Return the number of lines before the header, the text from there on, and an announced delimiter."""
    lines = 0
    announced = None
    while True:
        separator = _SEPARATOR_LINE.match(sample)
        if separator and announced is None:
            announced = separator.group(1)
        line, end, rest = sample.partition("\n")
        if not end or (line.strip() and not separator):
            return lines, sample, announced
        lines, sample = lines + 1, rest


class _Records:
    """The first records of a file, cut by each delimiter."""

    def __init__(self, sample: str, whole: bool) -> None:
        self._sample = sample if whole else sample[: sample.rfind("\n") + 1] or sample

    def cut(self, delimiter: str) -> list[list[str]]:
        """Return up to 200 records as lists of cells."""
        rows = (row for row in csv.reader(io.StringIO(self._sample, newline=""), delimiter=delimiter) if row)
        records: list[list[str]] = []
        with contextlib.suppress(csv.Error):  # a cell of more than 131,072 characters: an unclosed quote
            records.extend(islice(rows, _SAMPLE_RECORDS))
        return records

    def fit(self, delimiter: str) -> tuple[float, int]:
        """Return the share of records as long as the header, and the length of the header."""
        records = self.cut(delimiter)
        width = len(records[0]) if records else 0
        if width < 2:
            return 0.0, width
        return sum(len(record) == width for record in records) / len(records), width

    def delimiter(self) -> str:
        """Return the delimiter under which most records are as long as the header, the widest of equals."""
        return max(DELIMITERS, key=self.fit)


def _header(path: Path, records: _Records, delimiter: str) -> tuple[str, ...]:
    found = records.cut(delimiter)
    header = [name.strip().lstrip("\ufeff") for name in (found[0] if found else [""])]
    if len(header) < 2:
        better = records.delimiter()
        width = records.fit(better)[1]
        hint = (
            f"A {DELIMITERS[better]} would give {width} columns: leave the delimiter away or set it to {better!r}."
            if width > 1
            else "Columns are separated by semicolon, comma, tab or bar; replace any other sign in the file."
        )
        raise InputError(f"{path.name} line 1: one column found with the delimiter {delimiter!r}", hint)
    return tuple(header)


def column_names(path: Path, header: Iterable[str]) -> tuple[str, ...]:
    """Return usable column names: unnamed columns get a name, repeated names are refused.

    Raises
    ------
    InputError
        If two columns have the same name.
    """
    first: dict[str, int] = {}
    for position, name in enumerate(header, 1):
        name = name or f"(column {position})"
        if name in first:
            raise InputError(
                f"{path.name}: two columns are named {name} (columns {first[name]} and {position})",
                "Rename or remove one of them.",
            )
        first[name] = position
    return tuple(first)
