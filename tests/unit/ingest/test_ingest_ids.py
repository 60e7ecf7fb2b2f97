"""Ids are text, verbatim; guessed ids must be ids; overlap is counted exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.ingest.ids import hash_ids, hash_rows, mix, usual_id_column

if TYPE_CHECKING:
    from tests.unit.ingest.conftest import Bench


def test_ids_are_verbatim(bench: Bench) -> None:
    population = bench.rows(300, 1)
    for at, identity in enumerate(["01", "1.0", " 2", "3 ", "X-1", "00"]):
        population[250 + at][0] = identity
    path = bench.csv("p.csv", population)
    table = bench.read(bench.dictionary(), path, path)
    assert bench.ids(table, "population") == [row[0] for row in population]
    assert len(set(bench.hashes(table, "population"))) == 300


def test_overlap(bench: Bench) -> None:
    table = bench.plain()
    assert (table.id_column, table.overlap, table.overlap_reason, table.nested) == ("LNR", 20, "", False)
    population, _ = bench.pair()
    inside = bench.read(bench.dictionary(), bench.csv("p.csv", population), bench.csv("c.csv", population[5:60]))
    assert (inside.overlap, inside.nested) == (55, True)


def test_named_id_column(bench: Bench) -> None:
    population, customers = bench.pair()
    header = ["person", "age", "score", "grade", "type", "flag"]
    paths = bench.csv("p.csv", population, header=header), bench.csv("c.csv", customers, header=header)
    table = bench.read(bench.dictionary(), *paths, id_column="person")
    assert (table.id_column, table.overlap) == ("person", 20)
    assert not table.undeclared
    table = bench.read(bench.dictionary(), *paths)
    assert (table.id_column, table.overlap) == ("", None)
    assert table.overlap_reason == "the files have no common id column"
    assert bench.ids(table, "customers") == [str(i) for i in range(1, 41)]
    assert not set(bench.hashes(table, "population")) & set(bench.hashes(table, "customers"))


def test_id_in_one_file_only(bench: Bench) -> None:
    population, customers = bench.pair()
    header = ["number", "age", "score", "grade", "type", "flag"]
    table = bench.read(bench.dictionary(), bench.csv("p.csv", population), bench.csv("c.csv", customers, header=header))
    assert (table.id_column, table.overlap) == ("", None)
    assert {(column.name, column.side) for column in table.undeclared} == {
        ("LNR", "population"),
        ("number", "customers"),
    }


@pytest.mark.usefixtures("small_blocks")
def test_a_column_named_id_that_is_none(bench: Bench) -> None:
    population, customers = bench.pair()
    for at, row in enumerate(population):
        row[0] = str(at % 5)
    header = ["ID", "age", "score", "grade", "type", "flag"]
    paths = bench.csv("p.csv", population, header=header), bench.csv("c.csv", customers, header=header)
    table = bench.read(bench.dictionary(), *paths)
    assert (table.id_column, table.overlap) == ("", None)
    assert table.overlap_reason == "ID is not unique in p.csv"
    assert "ID is not unique in p.csv: row numbers serve as ids" in bench.messages(table, "ID")
    assert bench.ids(table, "population") == [str(i) for i in range(1, 302)]
    assert [column.name for column in table.undeclared] == ["ID", "ID"]


@pytest.mark.parametrize(
    ("names", "taken", "column"),
    [
        (["a", "lnr", "id"], [], "lnr"),
        (["a", "Id"], [], "Id"),
        (["a", "id", "LNR"], ["LNR"], "id"),
        (["ident"], [], ""),
    ],
)
def test_usual_id_column(names: list[str], taken: list[str], column: str) -> None:
    assert usual_id_column(names, frozenset(taken)) == column


@given(st.lists(st.one_of(st.integers(0, 10**20).map(str), st.text(max_size=5)), min_size=1, unique=True))
def test_hash_is_a_function_of_the_text_alone(ids: list[str]) -> None:
    ids = [identity.replace("\ud800", "") for identity in ids if identity.isprintable() or identity == ""]
    together = hash_ids(pa.array(ids, pa.string()))
    alone = [int(hash_ids(pa.array([identity], pa.string()))[0]) for identity in ids]
    assert together.tolist() == alone
    assert len(set(alone)) == len(set(ids))


def test_split_mix() -> None:
    # first three outputs of SplitMix64 from seed 0, as in Java's SplittableRandom
    steps = np.arange(3, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    assert [hex(int(x)) for x in mix(steps)] == ["0xe220a8397b1dcdaf", "0x6e789e6aa1b965f4", "0x6c45d188009454f"]
    assert len(set(hash_rows("population", 0, 1000)) | set(hash_rows("customers", 0, 1000))) == 2000
