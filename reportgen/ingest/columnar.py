"""Parquet files in, batches of dictionary-encoded text out; and what is common to all files of typed cells."""

from __future__ import annotations

import datetime
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from reportgen.errors import InputError
from reportgen.ingest.csv_reader import SAMPLE_RECORDS
from reportgen.ingest.dialect import column_names
from reportgen.ingest.number_text import number_text, uses_decimal_comma
from reportgen.ingest.source import Place, Source, single_source
from reportgen.inputs import hash_files

_BATCH_ROWS = 32_768
_MANY = 1_000
CODED = pa.dictionary(pa.int32(), pa.string())


def typed_source(path: Path, kind: str) -> Source:
    """Describe a file of typed cells, ``parquet`` or ``xlsx``."""
    (seen,) = hash_files([path])
    return single_source(seen, kind, "")


def cells_of(cells: Mapping[str, set[str]], names: Sequence[str]) -> list[str]:
    """Return the distinct cells of some columns."""
    return list(set().union(*(cells[name] for name in names if name in cells)))


def _is_text(kind: pa.DataType) -> bool:
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def cell_text(value: object, decimal: str = ".") -> str:
    """Return a typed cell as the text that a CSV export would hold; nulls and NaN are blank.

    Whole numbers have no decimal point, dates are ISO text without a midnight, truth values are
    ``true`` and ``false``.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if value != value:
            return ""
        return number_text(value).replace(".", decimal) if abs(value) != float("inf") else str(value)
    if isinstance(value, Decimal):
        return str(value).replace(".", decimal)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat()
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    return str(value)


class TypedReader(ABC):
    """Cells that have types, where only texts may be written with a decimal comma."""

    def __init__(self, decimal: str | None) -> None:
        self.given_decimal = decimal
        self._decimal = decimal or "."

    @abstractmethod
    def sampled_cells(
        self, numbers: Sequence[str], others: Sequence[str], most: int = SAMPLE_RECORDS
    ) -> tuple[int, list[str], list[str]]:
        """Return how many of the first ``most`` rows there are, and distinct texts of two kinds of columns."""

    def decimal(self, numbers: Sequence[str], others: Sequence[str]) -> str:
        """Return the decimal sign, given or judged by the texts among the first rows; numbers are written with it."""
        if self.given_decimal is None:
            self.settle("," if uses_decimal_comma(*self.sampled_cells(numbers, others)[1:]) else ".")
        return self._decimal

    def settle(self, decimal: str) -> None:
        """Write typed numbers with this decimal sign from now on."""
        self._decimal = decimal


class ParquetReader(TypedReader):
    """A Parquet file, ready to be read in batches.

    Raises
    ------
    InputError
        If the file is damaged or repeats a column name.
    """

    def __init__(self, path: Path, decimal: str | None = None) -> None:
        super().__init__(decimal)
        self.path = path
        try:
            self._schema: pa.Schema = pq.read_schema(path)
        except (pa.ArrowException, OSError) as error:
            raise self._damaged(error) from None
        self.names = column_names(path, self._schema.names)
        self.nested = {
            name: str(field.type)
            for name, field in zip(self.names, self._schema, strict=True)
            if pa.types.is_nested(field.type)
        }
        self.source = typed_source(path, "parquet")

    def sampled_cells(
        self, numbers: Sequence[str], others: Sequence[str], most: int = SAMPLE_RECORDS
    ) -> tuple[int, list[str], list[str]]:
        """Return how many of the first ``most`` rows there are, and distinct texts of two kinds of columns."""
        texts = {name for name, field in zip(self.names, self._schema, strict=True) if _is_text(field.type)}
        wanted = [name for name in self.names if name in texts & {*numbers, *others}]
        if not wanted:
            return 0, [], []
        rows = 0
        cells: dict[str, set[str]] = {name: set() for name in wanted}
        for batch in self.batches([], wanted):
            for name, found in cells.items():
                found.update(batch.column(name).slice(0, most - rows).unique().to_pylist())
            rows += min(batch.num_rows, most - rows)
            if rows == most:
                break
        return rows, cells_of(cells, numbers), cells_of(cells, others)

    def batches(self, coded: Sequence[str], plain: Sequence[str] = ()) -> Iterator[pa.RecordBatch]:
        """Yield the rows in order, see `reportgen.ingest.reader.Reader`."""
        return self._batches(None, coded, plain)

    def edges(self) -> tuple[int, ...]:
        """Return where the file can be cut: before each row group, and at its end."""
        try:
            return tuple(range(pq.read_metadata(self.path).num_row_groups + 1))
        except (pa.ArrowException, OSError) as error:
            raise self._damaged(error) from None

    def batches_within(
        self, start: int, stop: int, coded: Sequence[str], plain: Sequence[str] = ()
    ) -> Iterator[pa.RecordBatch]:
        """Yield the rows between two edges, see `edges`."""
        return self._batches(list(range(start, stop)), coded, plain)

    def _batches(
        self, groups: list[int] | None, coded: Sequence[str], plain: Sequence[str]
    ) -> Iterator[pa.RecordBatch]:
        wanted = set(coded) | set(plain)
        positions = [position for position, name in enumerate(self.names) if name in wanted]
        names = [self.names[position] for position in positions]
        try:
            with pq.ParquetFile(self.path) as file:
                columns = [self._schema.names[position] for position in positions]
                rows = file.iter_batches(_BATCH_ROWS, row_groups=groups, columns=columns, use_threads=groups is None)
                for batch in rows:
                    arrays = [
                        self._plain(batch.column(i)) if name in plain else self._coded(batch.column(i))
                        for i, name in enumerate(names)
                    ]
                    if batch.num_rows:
                        yield pa.RecordBatch.from_arrays(arrays, names=names)
        except (pa.ArrowException, OSError) as error:
            raise self._damaged(error) from None

    def place(self, row: int) -> Place:
        """Return the row, counted from 1."""
        return Place(self.path.name, f"row {row + 1}")

    def _coded(self, array: pa.Array) -> pa.Array:
        if pa.types.is_nested(array.type):
            array = pa.array([cell_text(value) for value in array.to_pylist()], pa.string())
        if not pa.types.is_dictionary(array.type):
            array = array.dictionary_encode()
        texts = self._texts(array.dictionary, many=True).fill_null("")
        indices = array.indices.cast(pa.int32())
        if indices.null_count:
            indices = indices.fill_null(len(texts))
            texts = pa.concat_arrays([texts, pa.array([""], pa.string())])
        return pa.DictionaryArray.from_arrays(indices, texts)

    def _texts(self, values: pa.Array, *, many: bool) -> pa.Array:
        if pa.types.is_string(values.type):
            return values
        if pa.types.is_integer(values.type) or pa.types.is_large_string(values.type):
            return pc.cast(values, pa.string())
        if pa.types.is_floating(values.type):
            # As Arrow's text first: the shortest that reads back, so that 0.1 stored in 32 bits is 0.1.
            texts = pc.cast(pc.if_else(pc.is_nan(values), None, values), pa.string())
            if many and len(values) > _MANY and self._decimal == ".":
                return texts  # so many are numbers, whose spelling does not matter
            numbers = (None if text is None else float(text) for text in texts.to_pylist())
            return pa.array([cell_text(number, self._decimal) for number in numbers], pa.string())
        return pa.array([cell_text(value, self._decimal) for value in values.to_pylist()], pa.string())

    def _plain(self, array: pa.Array) -> pa.Array:
        if pa.types.is_dictionary(array.type):
            array = array.dictionary_decode()
        return self._texts(array, many=False).fill_null("")

    def _damaged(self, error: Exception) -> InputError:
        return InputError(
            f"{self.path.name}: the Parquet file is damaged ({str(error).splitlines()[0]})", "Export or copy it again."
        )
