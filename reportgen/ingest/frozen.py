"""Cells in, raw codes of a finished column out: for people who come after the model was made.

Nothing is learnt. A code that the model does not know is missing, and counted. A number becomes the nearest one that
the model has seen, so that values beyond its range count as its ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reportgen.errors import InputError
from reportgen.ingest.blocks import recut
from reportgen.ingest.customers import CustomerMark
from reportgen.ingest.ids import hash_ids, hash_rows
from reportgen.ingest.number_text import clean_code, number_text, to_numbers
from reportgen.ingest.reader import Reader
from reportgen.ingest.schema import did_you_mean, refuse_nested
from reportgen.ingest.table import CodedColumn

_SHOWN = 5
_REMEMBERED = 1_000


@dataclass
class FrozenColumn:
    """One column of a model, which has a last raw code for what it does not know.

    Attributes
    ----------
    unknown
        Rows by code that the model does not know, blanks and missing codes left out.
    """

    column: CodedColumn
    decimal: str
    unknown: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        codes, feature = self.column.codes[:-1], self.column.feature
        self._other = len(codes)
        known = np.flatnonzero(np.isfinite(self.column.values)) if feature.is_number else np.zeros(0, dtype=np.intp)
        order = np.argsort(self.column.values[known], kind="stable")
        self._numbers, self._number_raw = self.column.values[known][order], known[order].astype(np.int16)
        texts = set(range(len(codes))) - set(known.tolist())
        self._raw = {codes[at]: at for at in texts}
        missing = to_numbers(pa.array(sorted(feature.missing), pa.string()), ".")
        self._missing_numbers = missing[~np.isnan(missing)]

    def encode(self, chunk: pa.DictionaryArray) -> NDArray[np.int16]:
        """Return the raw code of each row, shape (n_rows,)."""
        indices = chunk.indices.to_numpy()
        raw = self._numbers_of(chunk.dictionary) if self.column.feature.is_number else self._texts_of(chunk.dictionary)
        strangers = np.flatnonzero(raw == self._other)
        if len(strangers):
            self._note(chunk.dictionary, strangers, np.bincount(indices, minlength=len(raw)))
        return np.asarray(raw[indices])

    def _texts_of(self, texts: pa.Array) -> NDArray[np.int16]:
        codes = (clean_code(text, self.decimal) for text in texts.to_pylist())
        return np.fromiter((self._raw.get(code, self._other) for code in codes), dtype=np.int16, count=len(texts))

    def _numbers_of(self, texts: pa.Array) -> NDArray[np.int16]:
        numbers = to_numbers(texts, self.decimal)
        special = np.isnan(numbers) | np.isin(numbers, self._missing_numbers)
        raw = np.full(len(numbers), self._other, dtype=np.int16)
        if len(self._numbers):
            raw[~special] = self._number_raw[self._nearest(numbers[~special])]
        for at in np.flatnonzero(special):
            text = texts[int(at)].as_py()
            code = clean_code(text, self.decimal) if np.isnan(numbers[at]) else number_text(float(numbers[at]))
            raw[at] = self._raw.get(code, self._other)
        return raw

    def _nearest(self, numbers: NDArray[np.float64]) -> NDArray[np.intp]:
        right = np.searchsorted(self._numbers, numbers).clip(1, max(len(self._numbers) - 1, 1))
        right = np.minimum(right, len(self._numbers) - 1)
        left = np.maximum(right - 1, 0)
        nearer_left = np.abs(numbers - self._numbers[left]) <= np.abs(self._numbers[right] - numbers)
        return np.asarray(np.where(nearer_left, left, right))

    def _note(self, texts: pa.Array, strangers: NDArray[np.intp], rows: NDArray[np.int64]) -> None:
        """Count codes that are unknown; a blank or a missing code that the build happened not to see is none."""
        for at in strangers.tolist():
            code = clean_code(texts[at].as_py(), self.decimal)
            if not code or code in self.column.feature.missing or not rows[at]:
                continue
            if code in self.unknown or len(self.unknown) < _REMEMBERED:
                self.unknown[code] = self.unknown.get(code, 0) + int(rows[at])

    @property
    def warning(self) -> str:
        """What is to be said about unknown codes; empty when there are none."""
        if not self.unknown:
            return ""
        shown = sorted(self.unknown.items(), key=lambda item: (-item[1], item[0]))[:_SHOWN]
        told = ", ".join(f"{code} ({rows:,} row{'' if rows == 1 else 's'})" for code, rows in shown)
        more = f" and {len(self.unknown) - _SHOWN:,} more" if len(self.unknown) > _SHOWN else ""
        return f"{told}{more}: not known to the model, treated as missing"


@dataclass(frozen=True)
class FrozenRows:
    """Some rows in the raw codes of a model.

    Attributes
    ----------
    codes : ndarray of int16, shape (n_columns, n_rows)
    hashes : ndarray of uint64, shape (n_rows,)
    ids
        Arrow array of strings, verbatim.
    customer : ndarray of bool, shape (n_rows,), or None
        Whether a row is marked as a customer, where one file holds both sides.
    """

    codes: NDArray[np.int16]
    hashes: NDArray[np.uint64]
    ids: pa.Array
    customer: NDArray[np.bool_] | None


@dataclass
class FrozenReader:
    """A file of people read with the columns of a model.

    Attributes
    ----------
    reader
        The opened file.
    columns
        Columns of the model.
    id_column
        Name of the id column; "" takes row numbers of the population as ids.
    mark
        Finds the customers of a common file, with the column that marks them; None where there is none.
    """

    reader: Reader
    columns: Sequence[CodedColumn]
    id_column: str
    mark: tuple[CustomerMark, str] | None = None
    coded: list[FrozenColumn] = field(init=False)

    def __post_init__(self) -> None:
        names = set(self.reader.names)
        lacking = [column.name for column in self.columns if column.name not in names]
        if lacking:
            spare = [name for name in self.reader.names if name not in {column.name for column in self.columns}]
            raise _lacks(self.reader, lacking, spare, "that the model reads")
        if self.id_column and self.id_column not in names:
            raise _lacks(self.reader, [self.id_column], list(self.reader.names), "that names a person")
        refuse_nested(self.reader, {*(column.name for column in self.columns), self.id_column})
        numbers = [column.name for column in self.columns if column.feature.is_number]
        others = [column.name for column in self.columns if not column.feature.is_number]
        decimal = self.reader.decimal(numbers, others)
        self.coded = [FrozenColumn(column, decimal) for column in self.columns]

    def blocks(self) -> Iterator[FrozenRows]:
        """Yield the rows in order, a block at a time."""
        wanted = [column.name for column in self.columns] + ([self.mark[1]] if self.mark else [])
        before = 0
        for block in recut(self.reader.batches(wanted, [self.id_column] if self.id_column else [])):
            count = sum(batch.num_rows for batch in block)
            codes = np.empty((len(self.coded), count), dtype=np.int16)
            for at, coded in enumerate(self.coded):
                start = 0
                for batch in block:
                    stop = start + batch.num_rows
                    codes[at, start:stop] = coded.encode(batch.column(coded.column.name))
                    start = stop
            if self.id_column:
                ids = pa.concat_arrays([batch.column(self.id_column) for batch in block])
                hashes = hash_ids(ids)
            else:
                ids = pa.array(np.arange(before + 1, before + count + 1)).cast(pa.string())
                hashes = hash_rows("population", before, count)
            customer = self.mark[0].find(block, self.mark[1], count) if self.mark else None
            yield FrozenRows(codes, hashes, ids, customer)
            before += count

    def warnings(self) -> Iterator[tuple[str, str]]:
        """Yield column and message for every column with unknown codes, once all rows are read."""
        for coded in self.coded:
            if coded.warning:
                yield coded.column.name, coded.warning


def _lacks(reader: Reader, lacking: Sequence[str], spare: Sequence[str], what: str) -> InputError:
    number = "1 column" if len(lacking) == 1 else f"{len(lacking):,} columns"
    more = f" and {len(lacking) - _SHOWN:,} more" if len(lacking) > _SHOWN else ""
    pairs = [(name, did_you_mean(name, spare)) for name in lacking[:_SHOWN]]
    guesses = "".join(f"{name}: did you mean {guess}? " for name, guess in pairs if guess)
    return InputError(
        f"{reader.path.name} lacks {number} {what}: {', '.join(lacking[:_SHOWN])}{more}",
        f"{guesses}Give a file with the columns that the report was built from.",
    )
