"""Every file that cannot be used is refused with file, place, value and advice, and leaves nothing behind."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from reportgen.dictionary import FeatureDictionary
from reportgen.errors import InputError
from reportgen.ingest.ingest import IngestRequest, ingest

if TYPE_CHECKING:
    from tests.unit.ingest.conftest import Bench

HEADER = ["LNR", "age", "score", "grade", "type", "flag"]


def refused(
    bench: Bench, population: Path, customers: Path | None, dictionary: FeatureDictionary | None = None, **how: Any
) -> InputError:
    """Return the refusal, after checking that no block is left behind."""
    folder = bench.blocks()
    with pytest.raises(InputError) as caught:
        ingest(dictionary or bench.dictionary(), IngestRequest(population, customers, **how), folder)
    assert not list(folder.iterdir())
    assert caught.value.hint
    return caught.value


def customers_of(bench: Bench) -> Path:
    return bench.csv("customers.csv", bench.rows(40, 2, first=282))


def bad_population(bench: Bench, name: str, content: bytes | str, **how: Any) -> InputError:
    return refused(bench, bench.raw(name, content), customers_of(bench), **how)


def test_missing_file(bench: Bench) -> None:
    bench.raw("population.csv.gz", "x")
    error = refused(bench, bench.folder / "population.csv", customers_of(bench))
    assert error.message.startswith("file not found: ")
    assert error.hint == "Check the path. In the same folder there is population.csv.gz."


def test_a_pipe(bench: Bench) -> None:
    os.mkfifo(bench.folder / "pipe.csv")
    error = refused(bench, bench.folder / "pipe.csv", customers_of(bench))
    assert error.message.endswith("pipe.csv is a pipe or a device")
    assert error.hint == "Save the data to a file first: it is read more than once."


def test_folder_without_files(bench: Bench) -> None:
    empty = bench.folder / "empty"
    empty.mkdir()
    (empty / ".hidden").touch()
    assert "is a directory without any file" in refused(bench, empty, customers_of(bench)).message


def test_no_customers_asked_for(bench: Bench) -> None:
    path = customers_of(bench)
    assert refused(bench, path, None).message == "there is no customer file"
    assert refused(bench, path, path, customer_where=("flag", "y")).message == "the customers are given twice"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("p.csv", b"", "p.csv is empty (0 bytes)"),
        ("p.csv", b"\n \n\n", "p.csv is empty"),
        ("p.csv", b"LNR;age;score;grade;type;flag\n", "p.csv has a header but no rows"),
        ("p.csv", b"LNR;age\n1;2\n3;\x00\n", "p.csv line 3: not text in the expected encoding: a NUL byte"),
        ("p.csv", b"LNR;age\n1;\x81\xff\n", "p.csv line 2: not text in the expected encoding: a byte that is neither"),
        ("p.csv", b"\xef\xbb\xbfLNR;age\n1;\xff\n", "p.csv line 2: not text in the expected encoding: a byte that is"),
        ("p.csv", b"\xd0\xcf\x11\xe0 old", "p.csv is an old Excel workbook"),
        ("p.csv.gz", b"LNR;age\n1;2\n", "p.csv.gz is damaged: it does not start like a gzip archive"),
        ("p.csv.gz", b"\x1f\x8b\x08\x00damaged", "p.csv.gz: the gzip archive is damaged"),
        ("p.parquet", b"LNR;age\n1;2\n", "p.parquet is damaged: it does not start like a Parquet file"),
        ("p.parquet", b"PAR1 and no more", "p.parquet: the Parquet file is damaged"),
        ("p.xlsx", b"LNR;age\n1;2\n", "p.xlsx is damaged: it does not start like an Excel workbook"),
        ("p.xlsx", b"PK\x03\x04 and no more", "p.xlsx: the workbook is damaged"),
        ("p.csv", b"LNR\n1\n2\n", "p.csv line 1: one column found with the delimiter"),
        ("p.csv", b"LNR;age;LNR\n1;2;3\n", "p.csv: two columns are named LNR (columns 1 and 3)"),
    ],
)
def test_unusable_file(bench: Bench, name: str, content: bytes, message: str) -> None:
    assert message in bad_population(bench, name, content).message


def test_cut_off_archives(bench: Bench) -> None:
    population, _ = bench.pair()
    packed = bench.csv("p.csv.gz", population)
    packed.write_bytes(packed.read_bytes()[:-200])
    assert "the gzip archive is damaged" in refused(bench, packed, customers_of(bench)).message
    book = bench.workbook("p.xlsx", [list(row) for row in population])
    book.write_bytes(book.read_bytes()[:3000])
    assert "the workbook is damaged" in refused(bench, book, customers_of(bench)).message


def test_unknown_and_wrong_encoding(bench: Bench) -> None:
    population, _ = bench.pair()
    path = bench.csv("p.csv", population, encoding="cp1252")
    assert "encoding 'utf-99' is not known" in refused(bench, path, customers_of(bench), encoding="utf-99").message
    line = next(number for number, row in enumerate(population, 2) if "ä" in row[4])
    message = refused(bench, path, customers_of(bench), encoding="utf-8").message
    assert message.startswith(f"p.csv line {line}: not text in the expected encoding: a byte that is not utf-8")


def test_wrong_delimiter_names_the_right_one(bench: Bench) -> None:
    population, _ = bench.pair()
    error = refused(bench, bench.csv("p.csv", population, delimiter="\t"), customers_of(bench), delimiter=";")
    assert error.message == "p.csv line 1: one column found with the delimiter ';'"
    assert error.hint == "A tab would give 6 columns: leave the delimiter away or set it to '\\t'."


@pytest.mark.parametrize("chunk", [4 << 20, 300])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@pytest.mark.usefixtures("small_blocks")
def test_ragged_line(bench: Bench, monkeypatch: pytest.MonkeyPatch, chunk: int, quoting: int) -> None:
    monkeypatch.setattr("reportgen.ingest.csv_reader.CHUNK_BYTES", chunk)
    population, _ = bench.pair()
    population[250].append("more")
    message = refused(bench, bench.csv("p.csv", population, quoting=quoting), customers_of(bench)).message
    assert message == "p.csv line 252: 7 cells instead of 6 with the delimiter ';'"


def test_ragged_line_after_line_ends_in_quotes_and_blank_lines(bench: Bench) -> None:
    population, _ = bench.pair()
    population[10][4] = "two\nlines"
    population[20][4] = "three\n\nlines"
    del population[250][5]
    path = bench.csv("p.csv", population)
    path.write_text("\n" + path.read_text().replace("\n100;", "\n\n100;"))
    lines = path.read_text().split("\n")
    wrong = next(number for number, line in enumerate(lines, 1) if line.startswith("251;"))
    assert wrong == 252 + 3 + 2
    assert f"p.csv line {wrong}: 5 cells instead of 6" in refused(bench, path, customers_of(bench)).message


def test_ragged_line_in_the_customer_file(bench: Bench) -> None:
    population, customers = bench.pair()
    customers[7] = ["1"]
    message = refused(bench, bench.csv("p.csv", population), bench.csv("c.csv", customers)).message
    assert message.startswith("c.csv line 9: 1 cell instead of 6")


def test_unclosed_quote(bench: Bench) -> None:
    population, _ = bench.pair()
    path = bench.csv("p.csv", population * 40)
    path.write_text(path.read_text().replace("\n7;", '\n7;"', 1))
    assert re.match(r"p\.csv( line \d+)?: ", refused(bench, path, customers_of(bench)).message)


def test_dictionary_names_columns_that_the_population_lacks(bench: Bench) -> None:
    population, _ = bench.pair()
    path = bench.csv("p.csv", population)
    dictionary = bench.dictionary("Age;p;numeric;[]", "scroe;p;numeric;[]", *[f"c{i};p;ordinal;[]" for i in range(5)])
    error = refused(bench, path, customers_of(bench), dictionary)
    assert error.message == "p.csv lacks 7 columns of features.csv: Age, scroe, c0, c1, c2 and 2 more"
    assert error.hint.startswith("Age: did you mean age? scroe: did you mean score? Correct the name")
    one = refused(bench, path, customers_of(bench), bench.dictionary("age;p;numeric;[]", "zzz;p;numeric;[]"))
    assert one.message == "p.csv lacks 1 column of features.csv: zzz"


def test_column_missing_in_the_customer_file(bench: Bench) -> None:
    population, customers = bench.pair()
    header = ["LNR", "age", "SCORE", "grade", "type", "flag"]
    error = refused(bench, bench.csv("p.csv", population), bench.csv("c.csv", customers, header=header))
    assert error.message == "c.csv lacks 1 column that the population has: score"
    assert error.hint.startswith("score: did you mean SCORE? Correct the name in the customer file")


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("given", [None, "LNR"])
def test_repeated_id(bench: Bench, given: str | None) -> None:
    population, _ = bench.pair()
    population[200][0] = "17"
    error = refused(bench, bench.csv("p.csv", population), customers_of(bench), id_column=given)
    assert error.message == "p.csv: id 17 in column LNR stands on line 18 and again on line 202"
    population[150][0] = "17"
    error = refused(bench, bench.csv("p.csv", population), customers_of(bench), id_column=given)
    assert error.message == (
        "p.csv: id 17 in column LNR stands on line 18 and again on line 152; 2 rows repeat an earlier id"
    )


@pytest.mark.usefixtures("small_blocks")
def test_repeated_and_blank_id_of_the_customers(bench: Bench) -> None:
    population, customers = bench.pair()
    customers[30][0] = customers[3][0]
    path = bench.csv("p.csv", population)
    assert (
        "c.csv: id 285 in column LNR stands on line 5 and again on line 32"
        in refused(bench, path, bench.csv("c.csv", customers)).message
    )
    customers[30][0] = "  "
    message = refused(bench, path, bench.csv("c.csv", customers)).message
    assert message == "c.csv line 32: the id in column LNR is blank"


def test_repeated_id_in_a_workbook_and_parquet(bench: Bench) -> None:
    population, _ = bench.pair()
    population[200][0] = "17"
    book = bench.workbook("p.xlsx", [list(row) for row in population])
    assert "stands on row 18 and again on row 202" in refused(bench, book, customers_of(bench)).message
    columns = dict(zip(HEADER, map(list, zip(*population, strict=True)), strict=True))
    file = bench.parquet("p.parquet", columns)
    assert "stands on row 17 and again on row 201" in refused(bench, file, customers_of(bench)).message


def test_id_column_that_does_not_exist_or_is_a_feature(bench: Bench) -> None:
    population, _ = bench.pair()
    path = bench.csv("p.csv", population)
    error = refused(bench, path, customers_of(bench), id_column="lnr")
    assert (error.message, error.hint) == ("p.csv has no id column lnr", "Did you mean LNR?")
    error = refused(bench, path, customers_of(bench), id_column="age")
    assert "column age is the id and also a feature" in error.message


@pytest.mark.parametrize(("people", "customers", "message"), [
    (199, 40, "p.csv has 199 rows, fewer than 200"),
    (200, 29, "c.csv has 29 customers, fewer than 30"),
    (200, 0, "c.csv has a header but no rows"),
])  # fmt: skip
def test_too_few(bench: Bench, people: int, customers: int, message: str) -> None:
    paths = bench.csv("p.csv", bench.rows(people, 1)), bench.csv("c.csv", bench.rows(customers, 2))
    assert refused(bench, *paths).message == message


def test_just_enough(bench: Bench) -> None:
    paths = bench.csv("p.csv", bench.rows(200, 1)), bench.csv("c.csv", bench.rows(30, 2))
    assert bench.read(bench.dictionary(), *paths).population.rows == 200


@pytest.mark.parametrize("kind", ["categorical", "ordinal", "numeric"])
def test_too_many_text_levels(bench: Bench, kind: str) -> None:
    rows = [[str(i), f"street {i}"] for i in range(1200)]
    path = bench.csv("p.csv", rows, header=["LNR", "street"])
    error = refused(bench, path, path, bench.dictionary(f"street;p;{kind};[]"))
    assert "p.csv: column street" in error.message
    assert "more than 1,000" in error.message
    assert "role = ignore for street" in error.hint


def test_a_thousand_text_levels_and_missing_codes_are_allowed(bench: Bench) -> None:
    names = [*(f"town {i}" for i in range(1000)), "X", "", "Y"]
    path = bench.csv("p.csv", [[str(i), name] for i, name in enumerate(names)], header=["LNR", "town"])
    table = bench.read(bench.dictionary("town;p;categorical;[X,Y]"), path, path)
    assert len(table.columns[0].levels) == 1000


def test_customer_where(bench: Bench) -> None:
    population, _ = bench.pair()
    path = bench.csv("p.csv", population)
    small = bench.dictionary("age;p;numeric;[]", "type;p;categorical;[]")
    error = refused(bench, path, None, small, customer_where=("flga", "y"))
    assert (error.message, error.hint) == (
        "p.csv has no column flga, which is to mark the customers",
        "Did you mean flag?",
    )
    error = refused(bench, path, None, small, customer_where=("flag", "yes"))
    assert error.message == "p.csv: no row has 'yes' in column flag, which is to mark the customers"
    assert re.fullmatch(r"Values that occur there: [yn] \(\d+\), [yn] \(\d+\)\.", error.hint)
    error = refused(bench, path, None, small, customer_where=("LNR", "no"))
    assert error.hint.count("(1)") == 8
    assert error.hint.endswith("and 293 more.")
    error = refused(bench, path, None, bench.dictionary(), customer_where=("flag", "y"))
    assert error.message == "column flag marks the customers and is also a feature of features.csv"
    assert "role = ignore for flag" in error.hint


def test_too_few_customers_in_one_file(bench: Bench) -> None:
    rows = bench.rows(300, 1)
    for at, row in enumerate(rows):
        row[5] = "y" if at < 29 else "n"
    error = refused(
        bench, bench.csv("p.csv", rows), None, bench.dictionary("age;p;numeric;[]"), customer_where=("flag", "y")
    )
    assert error.message == "p.csv has 29 customers, fewer than 30"


def test_nothing_is_left_behind_when_interrupted(bench: Bench, small_blocks: int) -> None:
    def interrupt(side: str, rows: int) -> None:
        if side == "customers":
            raise KeyboardInterrupt

    population, customers = bench.pair()
    folder = bench.blocks()
    request = IngestRequest(bench.csv("p.csv", population), bench.csv("c.csv", customers))
    on_rows: Callable[[str, int], None] = interrupt
    with pytest.raises(KeyboardInterrupt):
        ingest(bench.dictionary(), request, folder, on_rows)
    assert not list(folder.iterdir())


def test_nested_parquet_column(bench: Bench) -> None:
    path = bench.parquet("p.parquet", {"LNR": list(range(300)), "tags": [["a"]] * 300})
    error = refused(bench, path, path, bench.dictionary("tags;p;categorical;[]"))
    assert "column tags holds list<" in error.message
