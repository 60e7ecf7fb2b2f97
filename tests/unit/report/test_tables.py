from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import openpyxl
import pytest

from reportgen.analysis.result import Analysis
from reportgen.charts.style import Chart
from reportgen.report.data_tables import data_tables
from reportgen.report.site import render_tables
from reportgen.report.tables import DataTable, Value, by_id, to_csv, to_workbook

CREATED = datetime(2026, 11, 1, tzinfo=UTC)


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""), ("", ""), ("plain", "plain"), ("=1+1", "'=1+1"), ("+49", "'+49"), ("-2", "'-2"), ("@A1", "'@A1"),
        ("\tx", "'\tx"), ("a,b", "a,b"), ('say "x"', 'say "x"'), ("zwei\nZeilen", "zwei\nZeilen"), ("Käufer", "Käufer"),
        (-2, "-2"), (-0.5, "-0.5"), (1 / 3, "0.333333"), (2.0, "2"), (891221, "891221"), (1e-7, "1e-07"), (True, "yes"),
        (False, "no"),
    ],
)  # fmt: skip
def test_csv_cells(value: Value, expected: str) -> None:
    content = to_csv(("=head", "x"), [(value, 1)])
    assert content.startswith(b"\xef\xbb\xbf")
    assert read(content) == [["'=head", "x"], [expected, "1"]]


def test_every_table_is_rectangular(analysis: Analysis) -> None:
    tables = data_tables(analysis)
    assert len(by_id(tables)) == len(tables)
    for table in tables:
        assert table.rows, table.id
        assert {len(row) for row in table.rows} == {len(table.columns)}, table.id
        assert len(set(table.columns)) == len(table.columns), table.id


def test_segments_add_up(analysis: Analysis) -> None:
    table = by_id(data_tables(analysis))["segments"]
    at = table.columns.index("population")
    assert sum(int(str(row[at])) for row in table.rows) == analysis.population.rows


def test_two_tables_of_one_name_are_refused() -> None:
    table = DataTable("a", "A", ("x",), ())
    with pytest.raises(ValueError, match="two tables"):
        by_id([table, table])


def test_charts_and_tables_share_no_name(analysis: Analysis, charts: Mapping[str, Chart]) -> None:
    files = render_tables(analysis, charts, created=CREATED)
    assert len(files) == len(data_tables(analysis)) + len(charts) + 1
    for path, content in files.items():
        if path.endswith(".csv"):
            assert len({len(row) for row in read(content)}) == 1, path


def test_the_workbook_holds_every_table_as_text_and_numbers(analysis: Analysis) -> None:
    tables = (
        *data_tables(analysis),
        DataTable("evil", "Evil", ("=cmd()", "n"), (("=1+1", 2.5), ("@x", None), ("https://example.org", True))),
        DataTable("a/b:c*d" * 9, "Long name", ("x",), ((1,),)),
        DataTable("A b c d" * 9, "Like the other", ("x",), ((1,),)),
    )
    content = to_workbook(tables, title="Spring", created=CREATED)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert len(book.sheetnames) == len(tables) + 1
    sheet = book["evil"]
    assert [cell.value for cell in sheet["A"]] == ["=cmd()", "=1+1", "@x", "https://example.org"]
    assert all(cell.data_type == "s" for cell in sheet["A"])
    assert [cell.value for cell in sheet["B"]] == ["n", 2.5, None, "yes"]
    assert not any(cell.hyperlink for cell in sheet["A"])
    assert book["segments"].max_row == len(analysis.segments) + 1


def test_the_workbook_is_the_same_bytes_twice(analysis: Analysis) -> None:
    tables = data_tables(analysis)
    assert to_workbook(tables, title="x", created=CREATED) == to_workbook(tables, title="x", created=CREATED)


def test_values_that_cannot_be_given_are_blank(analysis: Analysis) -> None:
    low = replace(analysis.by_id[0], index=None, interval_sampling=None)
    table = by_id(data_tables(replace(analysis, segments=(low, *analysis.placed))))["segments"]
    rows = read(to_csv(table.columns, table.rows))
    assert rows[1][table.columns.index("index")] == ""
    assert rows[1][table.columns.index("sampling_low")] == ""
