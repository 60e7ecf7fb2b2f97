"""Excel workbooks in, batches of dictionary-encoded text out."""

from __future__ import annotations

import difflib
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

import pyarrow as pa

from reportgen.errors import InputError
from reportgen.ingest.columnar import CODED, TypedReader, cell_text, cells_of, typed_source
from reportgen.ingest.csv_reader import SAMPLE_RECORDS
from reportgen.ingest.dialect import column_names
from reportgen.ingest.source import Place

_SHEET_BATCH_ROWS = 4_096


class WorkbookReader(TypedReader):
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
        self.source = typed_source(path, "xlsx")
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
        return len(rows), cells_of(cells, numbers), cells_of(cells, others)

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
            array if name in plain else array.dictionary_encode().cast(CODED)
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
