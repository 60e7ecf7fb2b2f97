"""What a file looks like, column by column: the basis for a first dictionary."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from reportgen.dictionary import normalise_code
from reportgen.ingest.number_text import clean_code, to_numbers
from reportgen.ingest.parts import open_input
from reportgen.ingest.reader import ReadOptions

DISTINCT_CAP = 2_000
MOST_COMMON = 60
MOST_ROWS = 200_000


@dataclass(frozen=True)
class ColumnProfile:
    """One column of a file, judged by its first rows.

    Attributes
    ----------
    name
        Column name.
    rows
        Rows that were read.
    distinct
        Number of distinct normalised values other than blank, at most 2,000.
    most_common
        Up to 60 (normalised value, count) pairs, most frequent first, blanks left out.
    blank_share
        Share of blank cells among the rows read.
    all_numeric, all_integers
        Whether every cell that is not blank is a number, or a whole number; false for a blank column.
    minimum, maximum
        Of the cells that are numbers; ``None`` without any.
    unique
        Whether no cell is blank and no two are equal, verbatim: it looks like an id.
    nested
        Whether its cells hold lists or records, which no feature can be made of.
    """

    name: str
    rows: int
    distinct: int
    most_common: tuple[tuple[str, int], ...]
    blank_share: float
    all_numeric: bool
    all_integers: bool
    minimum: float | None
    maximum: float | None
    unique: bool
    nested: bool = False

    def holds(self, value: str) -> bool:
        """Tell whether a value is among ``most_common``."""
        return normalise_code(value) in dict(self.most_common)


def profile_columns(
    path: Path,
    *,
    max_rows: int = MOST_ROWS,
    delimiter: str | None = None,
    decimal: str | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
) -> list[ColumnProfile]:
    """Describe every column of a file by its first rows.

    Parameters
    ----------
    path
        CSV (plain or gzipped), Parquet or ``.xlsx`` file; a folder of parts, or a pattern.
    max_rows
        Rows to read at most.
    delimiter, decimal, encoding, sheet
        As in `ReadOptions`.

    Returns
    -------
    list of ColumnProfile
        In file order.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    reader = open_input(path, ReadOptions(delimiter, decimal, encoding, sheet))
    sign = reader.decimal(reader.names, ())
    scans = {name: _Scan(name, sign) for name in reader.names}
    left = max_rows
    for batch in reader.batches(reader.names):
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            scans[name].add(column.slice(0, left))
        left -= batch.num_rows
        if left <= 0:
            break
    return [replace(scans[name].profile(), nested=name in reader.nested) for name in reader.names]


class _Scan:
    """Running description of one column."""

    def __init__(self, name: str, decimal: str) -> None:
        self._name = name
        self._decimal = decimal
        self._rows = self._blank = 0
        self._counts: Counter[str] = Counter()
        self._numeric = self._whole = True
        self._low, self._high = np.inf, -np.inf
        self._seen: set[str] | None = set()

    def add(self, column: pa.DictionaryArray) -> None:
        """Add the cells of one batch."""
        self._rows += len(column)
        counts = np.bincount(column.indices.to_numpy(), minlength=len(column.dictionary))
        texts = column.dictionary.to_pylist()
        present = [(text, int(count)) for text, count in zip(texts, counts, strict=True) if count and text.strip()]
        known = sum(count for _, count in present)
        self._blank += len(column) - known
        self._look_for_repeats([text for text, _ in present], known)
        for text, count in present:
            code = clean_code(text, self._decimal)
            if code in self._counts or len(self._counts) < DISTINCT_CAP:
                self._counts[code] += count
        self._look_at_numbers(pa.array([text for text, _ in present], pa.string()))

    def _look_for_repeats(self, texts: list[str], known: int) -> None:
        if self._seen is not None:
            before = len(self._seen)
            self._seen.update(texts)
            if self._blank or len(self._seen) - before != known:
                self._seen = None

    def _look_at_numbers(self, texts: pa.Array) -> None:
        numbers = to_numbers(texts, self._decimal)
        found = numbers[~np.isnan(numbers)]
        self._numeric = self._numeric and len(found) == len(numbers)
        self._whole = self._whole and bool(np.all(found == np.floor(found)))
        if len(found):
            self._low = min(self._low, float(found.min()))
            self._high = max(self._high, float(found.max()))

    def profile(self) -> ColumnProfile:
        """Return the description of what was added."""
        any_value = self._rows > self._blank
        return ColumnProfile(
            name=self._name,
            rows=self._rows,
            distinct=len(self._counts),
            most_common=tuple(self._counts.most_common(MOST_COMMON)),
            blank_share=self._blank / self._rows if self._rows else 0.0,
            all_numeric=any_value and self._numeric,
            all_integers=any_value and self._numeric and self._whole,
            minimum=float(self._low) if np.isfinite(self._low) else None,
            maximum=float(self._high) if np.isfinite(self._high) else None,
            unique=self._seen is not None and self._rows > 0,
        )
