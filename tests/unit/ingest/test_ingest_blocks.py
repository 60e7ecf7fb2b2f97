"""Blocks hold exactly so many rows in row order, whatever the batches, the sides and the grids."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.ingest import table as table_module
from reportgen.ingest.blocks import CodedRows, recut, rewrite_blocks, write_block
from reportgen.ingest.ingest import IngestRequest, ingest
from reportgen.ingest.table import HASH_COLUMN, read_codes, read_hashes, read_ids

if TYPE_CHECKING:
    from tests.unit.ingest.conftest import Bench


@given(st.lists(st.integers(0, 40), max_size=20), st.integers(1, 50))
def test_recut(sizes: list[int], block_rows: int) -> None:
    starts = np.cumsum([0, *sizes])
    batches = [pa.record_batch({"x": pa.array(range(a, b))}) for a, b in pairwise(starts)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table_module, "BLOCK_ROWS", block_rows)
        blocks = [[x for batch in block for x in batch.column("x").to_pylist()] for block in recut(batches)]
    assert [x for block in blocks for x in block] == list(range(sum(sizes)))
    assert all(len(block) == block_rows for block in blocks[:-1])
    assert all(blocks)


@pytest.mark.parametrize("block_rows", [1, 7, 100, 300, 301, 302])
def test_block_boundaries(bench: Bench, monkeypatch: pytest.MonkeyPatch, block_rows: int) -> None:
    whole = bench.plain()
    monkeypatch.setattr(table_module, "BLOCK_ROWS", block_rows)
    cut = bench.plain()
    for side in ("population", "customers"):
        own = cut.side(side)
        lengths = [len(read_ids(block)) for block in own.blocks]
        assert lengths[:-1] == [block_rows] * (len(lengths) - 1)
        assert sum(lengths) == own.rows
        assert [Path(block).name for block in own.blocks] == [f"{side}-{i:05}.parquet" for i in range(len(lengths))]
        assert bench.ids(cut, side) == bench.ids(whole, side)
        for column in cut.columns:
            assert bench.cells(cut, side, column.name) == bench.cells(whole, side, column.name)
    assert cut.warnings == whole.warnings
    for a, b in zip(cut.columns, whole.columns, strict=True):
        assert (a.codes, a.levels, a.numbers) == (b.codes, b.levels, b.numbers)


@pytest.mark.usefixtures("small_blocks")
def test_progress(bench: Bench) -> None:
    seen: list[tuple[str, int]] = []
    population, customers = bench.pair()
    request = IngestRequest(bench.csv("p.csv", population), bench.csv("c.csv", customers))
    ingest(bench.dictionary(), request, bench.blocks(), lambda side, rows: seen.append((side, rows)))
    assert seen == [("population", rows) for rows in (64, 128, 192, 256, 301)] + [("customers", 40)]


@pytest.mark.usefixtures("small_blocks")
def test_one_file_with_a_customer_column_is_like_two_files(bench: Bench) -> None:
    rows = bench.rows(301, 1)
    chosen = [row for row in rows if row[5] == "y"]
    lines = ["age;p;numeric;[0]", "score;p;numeric;[]", "grade;p;ordinal;[-1]", "type;p;mixed;[X]"]
    path = bench.csv("p.csv", rows)
    one = bench.read(bench.dictionary(*lines), path, customer_where=("flag", ' "y" '))
    two = bench.read(bench.dictionary(*lines), path, bench.csv("c.csv", chosen))
    assert one.undeclared == ()
    assert [f.column for f in two.warnings] == ["flag", ""]
    assert one.nested
    assert two.nested
    assert one.overlap == two.overlap == len(chosen) == one.customers.rows
    assert one.customers.source == one.population.source
    assert len(one.customers.blocks) == len(two.customers.blocks) > 1
    for side in ("population", "customers"):
        assert bench.ids(one, side) == bench.ids(two, side)
        assert bench.hashes(one, side) == bench.hashes(two, side)
    for a, b in zip(one.columns, two.columns, strict=True):
        assert (a.codes, a.levels) == (b.codes, b.levels)
        assert bench.cells(one, "customers", a.name) == bench.cells(two, "customers", b.name)
        for side, summary in a.numbers.items():
            assert summary == b.numbers[side]


def test_one_file_without_ids(bench: Bench) -> None:
    rows = [row[1:] for row in bench.rows(301, 1)]
    path = bench.csv("p.csv", rows, header=["age", "score", "grade", "type", "flag"])
    table = bench.read(bench.dictionary("age;p;numeric;[0]"), path, customer_where=("flag", "y"))
    numbers = [str(at) for at, row in enumerate(rows, 1) if row[4] == "y"]
    assert bench.ids(table, "customers") == numbers
    assert (table.id_column, table.overlap, table.overlap_reason, table.nested) == ("", len(numbers), "", True)
    own = dict(zip(bench.ids(table, "population"), bench.hashes(table, "population"), strict=True))
    assert bench.hashes(table, "customers") == [own[number] for number in numbers]


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("nested", [False, True])
def test_number_on_a_grid_in_the_blocks(bench: Bench, monkeypatch: pytest.MonkeyPatch, nested: bool) -> None:
    monkeypatch.setattr("reportgen.ingest.number_codes.NUMBER_CODES", 90)
    rng = np.random.default_rng(1)
    values = [f"{x:.3f}" for x in rng.normal(50, 20, 400)]
    values[17], values[300] = "", "-9"
    rows = [[str(i), value, "yn"[i % 3 > 0], "A"] for i, value in enumerate(values)]
    customers = [row for row in rows if row[2] == "y"]
    header = ["LNR", "income", "flag", "t.x"]
    dictionary = bench.dictionary("income;p;numeric;[-9]", "t.x;p;categorical;[]")
    path = bench.csv("p.csv", rows, header=header)
    table = (
        bench.read(dictionary, path, customer_where=("flag", "y"))
        if nested
        else bench.read(dictionary, path, bench.csv("c.csv", customers, header=header))
    )
    income = bench.column(table, "income")
    assert 45 < np.isfinite(income.values).sum() <= 90
    assert "read in steps of" in bench.messages(table, "income")[0]
    for side, members in (("population", rows), ("customers", customers)):
        raw = np.concatenate([read_codes(block, [income])[0] for block in table.side(side).blocks])  # type: ignore[arg-type]
        cells = [row[1] for row in members]
        given = np.array([np.nan if cell in ("", "-9") else float(cell) for cell in cells])
        np.testing.assert_array_equal(np.isnan(income.values[raw]), np.isnan(given))
        assert np.nanmax(np.abs(income.values[raw] - given)) <= 2.0
        assert [income.codes[r] for r, cell in zip(raw, cells, strict=True) if cell in ("", "-9")] == [
            cell for cell in cells if cell in ("", "-9")
        ]
        summary = income.numbers[side]  # type: ignore[index]
        assert summary.mean == pytest.approx(np.nanmean(given), rel=1e-12)
        assert summary.sd == pytest.approx(np.nanstd(given), rel=1e-12)
        assert summary.maximum == np.nanmax(given)
        assert bench.cells(table, side, "t.x") == ["A"] * len(members)  # type: ignore[arg-type]


def test_block_files_are_narrow_and_keep_what_is_not_rewritten(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    path = tmp_path / "population-00000.parquet"
    raw = {"small": np.array([0, 5, 127], dtype=np.int32), "wide": np.array([0, 5, 40_000], dtype=np.int32)}
    write_block(path, CodedRows(raw, np.array([1, 2, 2**64 - 1], dtype=np.uint64), pa.array(["1", "02", "x"])))
    assert pq.read_schema(path).field("small").type == pa.int8()
    rewrite_blocks([path], {"wide": np.arange(40_001, dtype=np.int32) // 4})
    schema = pq.read_schema(path)
    assert (schema.field("small").type, schema.field("wide").type) == (pa.int8(), pa.int16())
    assert pq.read_table(path).column("wide").to_pylist() == [0, 1, 10_000]
    assert read_hashes(path).tolist() == [1, 2, 2**64 - 1]
    assert read_ids(path) == ["1", "02", "x"]
    assert schema.names == ["small", "wide", HASH_COLUMN, "__id__"]


def test_same_bytes_twice(bench: Bench) -> None:
    one, other = bench.plain(), bench.plain()
    for a, b in zip(one.population.blocks, other.population.blocks, strict=True):
        assert Path(a).read_bytes() == Path(b).read_bytes()
