"""What is odd but usable is read, with a finding in a fixed order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from reportgen.ingest.table import Status, UndeclaredColumn

if TYPE_CHECKING:
    from tests.unit.ingest.conftest import Bench

LABELS = ["grade;1;poor", "grade;2;fair", "grade;3;good", "grade;4;better", "grade;5;best"]


def test_clean_pair_has_one_finding(bench: Bench) -> None:
    table = bench.plain()
    assert [(f.column, f.message) for f in table.warnings] == [
        ("", "the dictionary has no labels for codes: the report shows bare codes (values.csv can name them)")
    ]


def test_all_kinds_in_order(bench: Bench) -> None:
    population, customers = bench.pair()
    for row in population:
        row[1] = "0"  # all missing
        row[5] = "y"  # constant
        row.append("red")
    for row in customers:
        row[1] = "0"
        row.extend(["blue", "1"])
    customers[0][4] = "new"
    paths = (
        bench.csv("p.csv", population, header=[*bench_header(), "colour"]),
        bench.csv("c.csv", customers, header=[*bench_header(), "colour", "since"]),
    )
    table = bench.read(bench.dictionary(), *paths)
    assert [(f.column, f.message) for f in table.warnings] == [
        ("age", "no row of the population has a value"),
        ("flag", "only one value occurs in the population: y (301 rows)"),
        ("colour", "not in the dictionary: left out of the analysis"),
        ("since", "only the customer file has this column, and the dictionary does not name it: left out"),
        (
            "type",
            "code new (1 customer) does not occur in the population: counted, "
            'shown as "other", treated as missing in the distance',
        ),
        (
            "flag",
            f"code n ({sum(row[5] == 'n' for row in customers)} customers) does not occur in the population: "
            'counted, shown as "other", treated as missing in the distance',
        ),
        ("", "the dictionary has no labels for codes: the report shows bare codes (values.csv can name them)"),
    ]
    assert table.undeclared == (
        UndeclaredColumn("colour", "population", "text", 0.0, 1, False),
        UndeclaredColumn("colour", "customers", "text", 0.0, 1, False),
        UndeclaredColumn("since", "customers", "number", 0.0, 1, False),
    )


def bench_header() -> list[str]:
    return ["LNR", "age", "score", "grade", "type", "flag"]


def test_no_customer_has_a_value(bench: Bench) -> None:
    population, customers = bench.pair()
    for row in customers:
        row[3] = ""
    table = bench.read(bench.dictionary(), bench.csv("p.csv", population), bench.csv("c.csv", customers))
    assert bench.messages(table, "grade") == ["no customer has a value"]


def test_code_outside_the_listed_values(bench: Bench) -> None:
    population, customers = bench.pair()
    for at in range(7):
        population[at][3] = "7"
    for at in range(2):
        customers[at][3] = "7.0"
    customers[5][3] = "8"
    paths = bench.csv("p.csv", population), bench.csv("c.csv", customers)
    table = bench.read(bench.dictionary(values=LABELS), *paths)
    assert bench.messages(table, "grade") == [
        "codes 7 (9 rows) and 8 (1 row) are not in the dictionary: counted, "
        'shown as "other", treated as missing in the distance'
    ]
    grade = bench.column(table, "grade")
    assert [level.label for level in grade.levels] == ["poor", "fair", "good", "better", "best", "other"]
    seven = grade.codes.index("7")
    assert grade.status[seven] == Status.UNKNOWN
    assert grade.level_of[seven] == 5
    assert np.isnan(grade.values[seven])
    assert not bench.messages(table, "")
    one = bench.read(bench.dictionary(values=LABELS), paths[0], paths[0])
    assert bench.messages(one, "grade")[0].startswith("code 7 (14 rows) is not in the dictionary")


def test_five_examples_at_most(bench: Bench) -> None:
    population, customers = bench.pair()
    for at in range(28):
        population[at][3] = str(10 + min(at // 4, 7))
    table = bench.read(bench.dictionary(values=LABELS), bench.csv("p.csv", population), bench.csv("c.csv", customers))
    assert bench.messages(table, "grade")[0].startswith(
        "codes 10 (4 rows), 11 (4 rows), 12 (4 rows), 13 (4 rows), 14 (4 rows) and 2 more are not in the dictionary"
    )


def test_unknown_rows_of_a_single_file_are_counted_once(bench: Bench) -> None:
    rows = bench.rows(300, 1)
    for row in rows[:10]:
        row[3], row[5] = "9", "y"
    table = bench.read(
        bench.dictionary("grade;p;ordinal;[-1]", values=LABELS),
        bench.csv("p.csv", rows),
        customer_where=("flag", "y"),
    )
    assert bench.messages(table, "grade")[0].startswith("code 9 (10 rows) is not")


def test_text_in_a_number_column(bench: Bench) -> None:
    population, customers = bench.pair()
    population[3][1] = "young"
    table = bench.read(bench.dictionary(), bench.csv("p.csv", population), bench.csv("c.csv", customers))
    assert bench.messages(table, "age") == [
        'code young (1 row) is no number: counted, shown as "other", treated as missing in the distance'
    ]
    age = bench.column(table, "age")
    assert age.status[age.codes.index("young")] == Status.UNKNOWN
    assert age.levels[age.level_of[age.codes.index("young")]].code == "other"
    assert age.numbers["population"].n == sum(row[1] not in ("0", "young") for row in population)


def test_ordinal_text_without_order(bench: Bench) -> None:
    rows = [[str(i), ["b2", "b10", "a"][i % 3]] for i in range(300)]
    path = bench.csv("p.csv", rows, header=["LNR", "rank"])
    table = bench.read(bench.dictionary("rank;p;ordinal;[]"), path, path)
    assert "no declared order: taken in alphabetical order, a first and b10 last" in bench.messages(table, "rank")[0]
    column = table.columns[0]
    assert [level.code for level in column.levels] == ["a", "b2", "b10"]
    assert dict(zip(column.codes, column.values, strict=True)) == {"b2": 2.0, "b10": 3.0, "a": 1.0}
    values = ["rank;b10;low", "rank;unused;middle", "rank;a;high", "rank;b2;top"]
    table = bench.read(bench.dictionary("rank;p;ordinal;[]", values=values), path, path)
    assert not bench.messages(table, "rank")
    column = table.columns[0]
    assert [level.label for level in column.levels] == ["low", "high", "top"]
    assert dict(zip(column.codes, column.values, strict=True)) == {"b2": 4.0, "b10": 1.0, "a": 3.0}


def test_binary_with_three_levels(bench: Bench) -> None:
    rows = [[str(i), "ynm"[i % 3]] for i in range(300)]
    path = bench.csv("p.csv", rows, header=["LNR", "flag"])
    table = bench.read(bench.dictionary("flag;p;binary;[]"), path, path)
    assert bench.messages(table, "flag") == ["declared binary but has 3 levels: treated as categorical"]


def test_undeclared_columns_show_no_value(bench: Bench) -> None:
    rows = [[str(i), str(i % 4), f"Secret{i % 250}", "" if i % 4 else "7.50", "", "1.0" if i % 2 else "1"]
            for i in range(400)]  # fmt: skip
    path = bench.csv("p.csv", rows, header=["LNR", "q", "name", "sum", "", "one"])
    table = bench.read(bench.dictionary("q;p;ordinal;[]"), path, path)
    assert table.undeclared[:4] == (
        UndeclaredColumn("name", "population", "text", 0.0, 250, False),
        UndeclaredColumn("sum", "population", "number", 0.75, 1, False),
        UndeclaredColumn("(column 5)", "population", "empty", 1.0, 0, False),
        UndeclaredColumn("one", "population", "number", 0.0, 1, False),
    )
    assert "Secret" not in repr(table)


def test_distinct_values_of_undeclared_columns_are_capped(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reportgen.ingest.undeclared.DISTINCT_CAP", 100)
    rows = [[str(i), str(i % 4), f"n{i}"] for i in range(400)]
    path = bench.csv("p.csv", rows, header=["LNR", "q", "name"])
    table = bench.read(bench.dictionary("q;p;ordinal;[]"), path, path)
    assert table.undeclared[0] == UndeclaredColumn("name", "population", "text", 0.0, 100, True)


def test_ignored_columns_are_neither_read_nor_undeclared(bench: Bench) -> None:
    population, customers = bench.pair()
    head = "attribute;information_level;type;missing_or_unknown;role"
    dictionary = bench.dictionary(
        head, "age;p;numeric;[];", "absent;p;numeric;[];ignore", "type;p;categorical;[];ignore"
    )
    table = bench.read(dictionary, bench.csv("p.csv", population), bench.csv("c.csv", customers))
    assert [column.name for column in table.columns] == ["age"]
    assert {column.name for column in table.undeclared} == {"score", "grade", "flag"}


def test_customers_number_that_the_population_lacks(bench: Bench) -> None:
    rows = [[str(i), str(i % 4)] for i in range(300)]
    others = [[str(i), "3" if i % 2 else "11"] for i in range(40)]
    paths = (
        bench.csv("p.csv", rows, header=["LNR", "children"]),
        bench.csv("c.csv", others, header=["LNR", "children"]),
    )
    table = bench.read(bench.dictionary("children;p;numeric;[]"), *paths)
    column = table.columns[0]
    assert [level.code for level in column.levels] == ["0", "1", "2", "3", "other"]
    eleven = column.codes.index("11")
    assert (column.status[eleven], column.values[eleven], column.level_of[eleven]) == (Status.VALUE, 11.0, 4)
    assert "code 11 (20 customers) does not occur in the population" in bench.messages(table, "children")[0]
