"""Parquet files and Excel workbooks in, the same batches of dictionary-encoded text out."""

from __future__ import annotations

import datetime
import difflib
import warnings
import zipfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

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
_SHEET_BATCH_ROWS = 4_096
_MANY = 1_000
_CODED = pa.dictionary(pa.int32(), pa.string())


def _source(path: Path, kind: str) -> Source:
    (seen,) = hash_files([path])
    return single_source(seen, kind, "")


def _of(cells: Mapping[str, set[str]], names: Sequence[str]) -> list[str]:
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


class _TypedReader(ABC):
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


class ParquetReader(_TypedReader):
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
        self.source = _source(path, "parquet")

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
        return rows, _of(cells, numbers), _of(cells, others)

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


class WorkbookReader(_TypedReader):
    """One sheet of an Excel workbook: the first row that is not blank names the columns.

    Raises
    ------
    InputError
        If the workbook is damaged, or the sheet does not exist, is empty or repeats a column name.
    """

    def __init__(self, path: Path, sheet: str | None = None, decimal: str | None = None) -> None:
        super().__init__(decimal)
        self.path = path
        self.nested: dict[str, str] = {}
        self.source = _source(path, "xlsx")
        self._sheet = sheet
        header = next((row for _, row in self._rows()), None)
        if header is None:
            raise InputError(f"{path.name} is empty", "Give a sheet whose first row names the columns.")
        width = max(position for position, value in enumerate(header, 1) if cell_text(value).strip())
        self.names = column_names(path, [cell_text(value).strip() for value in header[:width]])

    def sampled_cells(
        self, numbers: Sequence[str], others: Sequence[str], most: int = SAMPLE_RECORDS
    ) -> tuple[int, list[str], list[str]]:
        """Return how many of the first ``most`` rows there are, and distinct texts of two kinds of columns."""
        rows = [row for _, row in islice(self._rows(), 1, most + 1)]
        cells = {
            name: {row[at] for row in rows if at < len(row) and isinstance(row[at], str)}
            for at, name in enumerate(self.names)
        }
        return len(rows), _of(cells, numbers), _of(cells, others)

    def batches(self, coded: Sequence[str], plain: Sequence[str] = ()) -> Iterator[pa.RecordBatch]:
        """Yield the rows in order, see `reportgen.ingest.reader.Reader`; rows without any cell are skipped."""
        wanted = set(coded) | set(plain)
        positions = [position for position, name in enumerate(self.names) if name in wanted]
        rows = self._rows()
        next(rows)
        held: list[list[str]] = []
        for line, row in rows:
            if any(cell_text(value).strip() for value in row[len(self.names) :]):
                raise InputError(
                    f"{self.path.name} row {line}: more cells than the {len(self.names)} columns of the first row",
                    "Name the column or empty the cell.",
                )
            held.append([cell_text(row[at], self._decimal) if at < len(row) else "" for at in positions])
            if len(held) == _SHEET_BATCH_ROWS:
                yield self._batch(held, positions, plain)
                held = []
        if held:
            yield self._batch(held, positions, plain)

    def place(self, row: int) -> Place:
        """Return the row of the sheet on which a data row (counted from 0) stands."""
        for number, (line, _) in enumerate(self._rows()):
            if number == row + 1:
                return Place(self.path.name, f"row {line}")
        return Place(self.path.name, f"row {row + 2}")

    def _batch(self, rows: list[list[str]], positions: Sequence[int], plain: Sequence[str]) -> pa.RecordBatch:
        names = [self.names[at] for at in positions]
        arrays = [pa.array(list(cells), pa.string()) for cells in zip(*rows, strict=True)]
        coded = [
            array if name in plain else array.dictionary_encode().cast(_CODED)
            for name, array in zip(names, arrays, strict=True)
        ]
        return pa.RecordBatch.from_arrays(coded, names=names)

    def _rows(self) -> Iterator[tuple[int, tuple[Any, ...]]]:
        """Yield row number and cells of the rows that hold anything."""
        for first, rows in self._row_groups():
            for line, row in enumerate(rows, first):
                if any(value is not None and value != "" for value in row):
                    yield line, row

    def _row_groups(self) -> Iterator[tuple[int, list[tuple[Any, ...]]]]:
        import openpyxl  # only workbooks need it

        book: Any = None
        file: BinaryIO | None = None
        line = 1
        try:
            with warnings.catch_warnings(action="ignore"):  # openpyxl tells which decorations it leaves out
                file = self.path.open("rb")  # by its name alone, one with another ending would be refused
                book = openpyxl.load_workbook(file, read_only=True, data_only=True)
                sheet: Any = book[self._sheet_name(book.sheetnames)]
                sheet.reset_dimensions()  # some writers store a wrong size
                rows = sheet.iter_rows(values_only=True)
            while True:
                with warnings.catch_warnings(action="ignore"):
                    group = list(islice(rows, _SHEET_BATCH_ROWS))
                if not group:
                    return
                yield line, group
                line += len(group)
        except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, EOFError, OSError, ParseError) as error:
            raise self._damaged(error) from None
        finally:
            if book is not None:
                book.close()
            if file is not None:
                file.close()

    def _sheet_name(self, names: Sequence[str]) -> str:
        if self._sheet is None:
            return names[0]
        if self._sheet not in names:
            close = difflib.get_close_matches(self._sheet, names, 1)
            guess = f" Did you mean {close[0]!r}?" if close else ""
            raise InputError(
                f"{self.path.name}: there is no sheet {self._sheet!r}", f"Its sheets are {', '.join(names)}.{guess}"
            )
        return self._sheet

    def _damaged(self, error: Exception) -> InputError:
        return InputError(
            f"{self.path.name}: the workbook is damaged or not an .xlsx file ({error})", "Save or export it again."
        )
