"""Every format and dialect gives the same coded table as a plain semicolon CSV."""

from __future__ import annotations

import csv
import datetime
import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from reportgen.errors import InputError
from reportgen.ingest.columnar import cell_text
from reportgen.ingest.number_text import number_text
from tests.unit.ingest.conftest import HEADER

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.ingest.conftest import Bench, Rows

DIALECTS: dict[str, dict[str, Any]] = {
    "comma": {"delimiter": ","},
    "tab": {"delimiter": "\t"},
    "bar": {"delimiter": "|"},
    "with byte-order mark": {"encoding": "utf-8-sig"},
    "Windows-1252": {"encoding": "cp1252"},
    "UTF-16": {"encoding": "utf-16"},
    "all quoted": {"quoting": csv.QUOTE_ALL},
    "Windows line ends": {"line_end": "\r\n"},
    "old Mac line ends": {"line_end": "\r"},
}


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
@pytest.mark.usefixtures("small_blocks")
def test_dialect(bench: Bench, dialect: dict[str, Any]) -> None:
    population, customers = bench.pair()
    given = bench.read(
        bench.dictionary(), bench.csv("p.csv", population, **dialect), bench.csv("c.csv", customers, **dialect)
    )
    bench.same(given, bench.plain())


@pytest.mark.usefixtures("small_blocks")
def test_small_chunks(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = bench.plain()
    monkeypatch.setattr("reportgen.ingest.csv_reader.CHUNK_BYTES", 500)
    bench.same(bench.plain(), expected)
    population, customers = bench.pair()
    quoted = [
        bench.csv(name, rows, quoting=csv.QUOTE_ALL) for name, rows in (("p.csv", population), ("c.csv", customers))
    ]
    bench.same(bench.read(bench.dictionary(), *quoted), expected)


def test_gzip(bench: Bench) -> None:
    population, customers = bench.pair()
    given = bench.read(bench.dictionary(), bench.csv("p.csv.gz", population), bench.csv("c.csv.gz", customers))
    bench.same(given, bench.plain())


def test_gzip_by_content_not_by_name(bench: Bench) -> None:
    population, customers = bench.pair()
    path = bench.csv("p.csv.gz", population)
    given = bench.read(bench.dictionary(), path.rename(path.with_name("p.csv")), bench.csv("c.csv", customers))
    bench.same(given, bench.plain())


def test_blank_lines_and_excel_separator_line(bench: Bench) -> None:
    population, customers = bench.pair()
    path = bench.csv("p.csv", population, delimiter="|")
    text = path.read_text()
    path.write_text("\nsep=|\n" + text.replace("\n200|", "\n\n\n200|") + "\n\n")
    bench.same(bench.read(bench.dictionary(), path, bench.csv("c.csv", customers)), bench.plain())


def with_decimal_comma(rows: Rows) -> Rows:
    return [[row[0], row[1], row[2].replace(".", ","), f"{row[3]},0" if row[3] else "", *row[4:]] for row in rows]


@pytest.mark.parametrize("delimiter", [";", "\t", ","])
def test_decimal_comma(bench: Bench, delimiter: str) -> None:
    population, customers = map(with_decimal_comma, bench.pair())
    paths = bench.csv("p.csv", population, delimiter=delimiter), bench.csv("c.csv", customers, delimiter=delimiter)
    bench.same(bench.read(bench.dictionary(), *paths), bench.plain())
    bench.same(bench.read(bench.dictionary(), *paths, decimal=","), bench.plain())


def test_decimal_point_can_be_forced(bench: Bench) -> None:
    population, customers = map(with_decimal_comma, bench.pair())
    table = bench.read(bench.dictionary(), bench.csv("p.csv", population), bench.csv("c.csv", customers), decimal=".")
    assert any("are no numbers" in message for message in bench.messages(table, "score"))


def in_types(rows: Rows, *, age: bool) -> list[list[Any]]:
    """Return cells as a workbook with decimal commas holds them: as text, the ages as numbers if so wanted."""
    return [[row[0], float(row[1]) if age else row[1], *row[2:]] for row in rows]


@pytest.mark.parametrize("kind", ["xlsx", "parquet", "parts"])
@pytest.mark.usefixtures("small_blocks")
def test_decimal_comma_in_texts_of_typed_files(bench: Bench, kind: str) -> None:
    def written(name: str, rows: Rows) -> Path:
        cells = in_types(with_decimal_comma(rows), age=True)
        if kind == "xlsx":
            return bench.workbook(f"{name}.xlsx", cells)
        cells = [[row[0], row[1] + 0.0, *row[2:]] for row in cells]
        columns = {head: list(column) for head, column in zip(HEADER, zip(*cells, strict=True), strict=True)}
        if kind == "parquet":
            return bench.parquet(f"{name}.parquet", columns)
        folder = bench.folder / name
        folder.mkdir()
        for part, where in enumerate((slice(0, 20), slice(20, None))):
            bench.parquet(f"{name}/{part}.parquet", {head: cells[where] for head, cells in columns.items()})
        return folder

    paths = [written(name, rows) for name, rows in zip("pc", bench.pair(), strict=True)]
    bench.same(bench.read(bench.dictionary(), *paths), bench.plain())
    table = bench.read(bench.dictionary(), *paths, decimal=".")
    assert any("are no numbers" in message for message in bench.messages(table, "score"))


def test_lists_in_a_column_that_nobody_declared_do_no_harm(bench: Bench) -> None:
    population, customers = bench.pair()
    lists = pa.array([["a", "b"], None, []] * 100 + [["c"]])
    given = bench.read(
        bench.dictionary(),
        bench.parquet("p.parquet", {**typed(population), "tags": lists}),
        bench.csv("c.csv", customers),
    )
    (tags,) = given.undeclared
    assert (tags.name, tags.distinct) == ("tags", 3)
    bench.same(replace(given, undeclared=(), warnings=()), replace(bench.plain(), warnings=()))


def test_lists_in_a_declared_column_are_refused(bench: Bench) -> None:
    population, customers = bench.pair()
    columns = {**typed(population), "grade": pa.array([["1"]] * len(population))}
    with pytest.raises(
        InputError, match=re.escape("p.parquet: column grade holds list<element: string> values")
    ) as caught:
        bench.read(bench.dictionary(), bench.parquet("p.parquet", columns), bench.csv("c.csv", customers))
    assert caught.value.hint == (
        "Write single values into grade, remove its line from the dictionary, or set role = ignore."
    )


@pytest.mark.usefixtures("small_blocks")
def test_float_spelling_and_spaces(bench: Bench) -> None:
    def respell(rows: Rows) -> Rows:
        return [[r[0], f" {r[1]}.0 ", f"{r[2]}00", f"{r[3]}.0" if r[3] else "   ", f" {r[4]} ", r[5]] for r in rows]

    population, customers = map(respell, bench.pair())
    given = bench.read(bench.dictionary(), bench.csv("p.csv", population), bench.csv("c.csv", customers))
    bench.same(given, bench.plain())


def typed(rows: Rows) -> dict[str, pa.Array]:
    columns = list(zip(*rows, strict=True))
    return {
        "LNR": pa.array([int(x) for x in columns[0]]),
        "age": pa.array([float(x) for x in columns[1]], pa.float32()),
        "score": pa.array([float(x) for x in columns[2]]),
        "grade": pa.array([float(x) if x else None for x in columns[3]], pa.float64()),
        "type": pa.array([x or None for x in columns[4]]).dictionary_encode(),
        "flag": pa.array(columns[5]).cast(pa.large_string()),
    }


@pytest.mark.usefixtures("small_blocks")
def test_parquet(bench: Bench) -> None:
    population, customers = bench.pair()
    given = bench.read(
        bench.dictionary(), bench.parquet("p.parquet", typed(population)), bench.parquet("c.parquet", typed(customers))
    )
    bench.same(given, bench.plain())


def test_parquet_types(bench: Bench) -> None:
    count = 2_100
    columns = {
        "LNR": pa.array([float(i) for i in range(count)]),
        "single": pa.array([i / 10 for i in range(count)], pa.float32()),
        "money": pa.array([Decimal(i) / 4 for i in range(count)], pa.decimal128(10, 2)),
        "day": pa.array([datetime.datetime(2020, 1, 1 + i % 28) for i in range(count)], pa.timestamp("ns")),
        "yes": pa.array([i % 2 == 0 for i in range(count)]),
    }
    dictionary = bench.dictionary(
        "single;p;numeric;[]", "money;p;numeric;[]", "day;p;categorical;[]", "yes;p;binary;[]"
    )
    path = bench.parquet("p.parquet", columns)
    table = bench.read(dictionary, path, path)
    assert bench.ids(table, "population") == [str(i) for i in range(count)]
    assert bench.cells(table, "population", "single")[:12] == [number_text(i / 10) for i in range(12)]
    assert bench.cells(table, "population", "money")[:4] == ["0", "0.25", "0.5", "0.75"]
    assert bench.cells(table, "population", "day")[:2] == ["2020-01-01", "2020-01-02"]
    assert bench.cells(table, "population", "yes")[:2] == ["true", "false"]
    few = bench.parquet("few.parquet", {name: array.slice(0, 300) for name, array in columns.items()})
    table = bench.read(dictionary, few, few)
    assert bench.cells(table, "population", "single")[:12] == [number_text(i / 10) for i in range(12)]


def test_parquet_many_floats(bench: Bench) -> None:
    numbers = [i / 7 for i in range(3000)]
    dictionary = bench.dictionary("x;p;numeric;[]")
    columns = {"LNR": pa.array(range(3000)), "x": pa.array([*numbers[:-1], float("nan")])}
    rows = [[str(i), repr(x)] for i, x in enumerate(numbers)]
    rows[-1][1] = ""
    parquet = bench.parquet("p.parquet", columns)
    text = bench.csv("p.csv", rows, header=["LNR", "x"])
    bench.same(bench.read(dictionary, parquet, parquet), bench.read(dictionary, text, text))


@pytest.mark.usefixtures("small_blocks")
def test_workbook(bench: Bench) -> None:
    def cells(rows: Rows) -> list[list[Any]]:
        return [[int(r[0]), int(r[1]), float(r[2]), int(r[3]) if r[3] else None, r[4] or None, r[5]] for r in rows]

    population, customers = bench.pair()
    given = bench.read(
        bench.dictionary(),
        bench.workbook("p.xlsx", [*cells(population), [None] * 6]),
        bench.workbook("c.xlsx", cells(customers)),
        sheet="data",
    )
    bench.same(given, bench.plain())


def test_workbook_sheet_is_suggested(bench: Bench) -> None:
    path = bench.workbook("p.xlsx", [])
    with pytest.raises(InputError, match="no sheet 'dta'") as caught:
        bench.read(bench.dictionary(), path, path, sheet="dta")
    assert caught.value.hint == "Its sheets are data, notes. Did you mean 'data'?"


def test_workbook_ragged(bench: Bench) -> None:
    path = bench.workbook("p.xlsx", [["1", "2"], ["1", "2", "3"]], header=["LNR", "age"])
    with pytest.raises(InputError, match=re.escape("p.xlsx row 3: more cells than the 2 columns")):
        bench.read(bench.dictionary("age;p;numeric;[]"), path, path)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (3, "3"),
        (3.0, "3"),
        (2.5, "2.5"),
        (float("nan"), ""),
        (datetime.datetime(2020, 1, 31), "2020-01-31"),
        (datetime.datetime(2020, 1, 31, 12, 30), "2020-01-31T12:30:00"),
        (datetime.date(2020, 1, 31), "2020-01-31"),
        ("01", "01"),
    ],
)
def test_cell_text(value: object, text: str) -> None:
    assert cell_text(value) == text


def test_quoted_cells_with_delimiters_and_line_ends(bench: Bench) -> None:
    population, customers = bench.pair()
    for row in population[::3]:
        row[4] = 'two\nlines; and "quotes"'
    table = bench.read(bench.dictionary(), bench.csv("p.csv", population), bench.csv("c.csv", customers))
    assert bench.cells(table, "population", "type")[:3] == [
        'two\nlines; and "quotes"',
        *(r[4] for r in population[1:3]),
    ]
    assert bench.cells(table, "population", "flag") == [row[5] for row in population]


def test_source_describes_the_file(bench: Bench) -> None:
    table = bench.plain()
    source = table.population.source
    assert (source.name, source.encoding, source.delimiter) == ("plain-p.csv", "utf-8", ";")
    assert source.size == (bench.folder / "plain-p.csv").stat().st_size
    assert re.fullmatch("[0-9a-f]{64}", source.sha256)
