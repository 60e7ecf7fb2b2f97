"""The report's numbers as files: one CSV per table and one workbook with all of them.

CSV files are UTF-8 with a byte order mark, so that a spreadsheet reads the letters right, comma-separated with CRLF
line ends (RFC 4180). Text that a spreadsheet would take for a formula gets a leading apostrophe (OWASP, "CSV
Injection"); the workbook stores it as text instead.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from reportgen.language import say

Value = str | int | float | bool | None
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
SIGNIFICANT_DIGITS = 6
_SHEET_NAME = 31


@dataclass(frozen=True)
class DataTable:
    """One table of raw values: shares are fractions of one, a value that cannot be given is ``None``."""

    id: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


def to_csv(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """Write one table as CSV; floats are rounded to six significant digits."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([_csv_cell(name) for name in columns])
    writer.writerows([_csv_cell(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def to_workbook(tables: Sequence[DataTable], *, title: str, created: datetime) -> bytes:
    """Write all tables into one workbook, a list of contents first.

    Parameters
    ----------
    tables
        One sheet each.
    title
        Title in the workbook's properties.
    created
        Creation date in the properties; with it the bytes do not depend on the clock.
    """
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"title": title, "created": created.astimezone(UTC).replace(tzinfo=None)})
    head = book.add_format({"bold": True, "bottom": 1})
    names = _sheet_names(tables)
    contents = book.add_worksheet(say("contents"))
    contents.set_column(0, 0, 26)
    contents.set_column(1, 1, 70)
    for column, text in enumerate((say("sheet"), say("holds"), say("rows"))):
        contents.write_string(0, column, text, head)
    for line, (table, name) in enumerate(zip(tables, names, strict=True), start=1):
        contents.write_url(line, 0, f"internal:'{name}'!A1", string=name)
        contents.write_string(line, 1, table.title)
        contents.write_number(line, 2, len(table.rows))
    for table, name in zip(tables, names, strict=True):
        _write_sheet(book.add_worksheet(name), table, head)
    book.close()
    return buffer.getvalue()


def _write_sheet(sheet: object, table: DataTable, head: object) -> None:
    write_text: Callable[..., int] = sheet.write_string  # type: ignore[attr-defined]
    write_number: Callable[..., int] = sheet.write_number  # type: ignore[attr-defined]
    sheet.freeze_panes(1, 0)  # type: ignore[attr-defined]
    for column, text in enumerate(table.columns):
        write_text(0, column, text, head)
        widest = max([len(text), *(len(str(_rounded(row[column]))) for row in table.rows[:200])])
        sheet.set_column(column, column, min(max(widest + 2, 8), 60))  # type: ignore[attr-defined]
    for line, row in enumerate(table.rows, start=1):
        for column, value in enumerate(row):
            if value is None:
                continue
            if isinstance(value, str):
                write_text(line, column, value[:32_767])
            elif isinstance(value, bool):
                write_text(line, column, _yes(value))
            else:
                write_number(line, column, _rounded(value))


def _sheet_names(tables: Sequence[DataTable]) -> list[str]:
    names: list[str] = []
    for table in tables:
        base = re.sub(r"[\[\]:*?/\\']", " ", table.id)[:_SHEET_NAME]
        name, turn = base, 2
        while name.lower() in {known.lower() for known in (*names, say("contents"), "history")}:
            name = f"{base[: _SHEET_NAME - 4]} {turn}"
            turn += 1
        names.append(name)
    return names


def _csv_cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA_STARTS) else value
    return _yes(value) if isinstance(value, bool) else str(_rounded(value))


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _rounded(value: Value) -> Value:
    if isinstance(value, float):
        rounded = float(f"{value:.{SIGNIFICANT_DIGITS}g}")
        return int(rounded) if rounded.is_integer() and abs(rounded) < 1e15 else rounded
    return value


def by_id(tables: Iterable[DataTable]) -> Mapping[str, DataTable]:
    """Return tables by id.

    Raises
    ------
    ValueError
        If two have the same id (a programming error: one file would overwrite the other).
    """
    found: dict[str, DataTable] = {}
    for table in tables:
        if table.id in found:
            raise ValueError(f"two tables are called {table.id}")
        found[table.id] = table
    return found
