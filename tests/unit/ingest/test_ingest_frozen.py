"""Cells of later people in the raw codes of a finished column."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.dictionary import Kind
from reportgen.errors import InputError
from reportgen.ingest.customers import CustomerMark
from reportgen.ingest.frozen import FrozenColumn, FrozenReader
from reportgen.ingest.ids import hash_ids, hash_rows
from reportgen.ingest.reader import ReadOptions, open_reader
from reportgen.ingest.table import CodedColumn, Status
from tests.unit.analysis.coded import coded_column
from tests.unit.ingest.conftest import Bench


def with_unknown(column: CodedColumn) -> CodedColumn:
    """Add the raw code for what the model does not know, as `load_model` does."""
    return CodedColumn(
        column.feature, (*column.codes, ""), np.append(column.status, np.int8(Status.UNKNOWN)),
        np.append(column.values, np.nan), (), np.full(len(column.codes) + 1, -1, dtype=np.int16), {},
    )  # fmt: skip


NAMES = with_unknown(coded_column("N", ["a", "2", "", "X", "01"], Kind.CATEGORICAL, missing=["X", "Y"]))
NUMBERS = with_unknown(coded_column("Z", ["10", "", "30", "-1", "20"], Kind.NUMERIC, missing=["-1", "-9"]))


def encoded(column: CodedColumn, cells: Sequence[str], decimal: str = ".") -> tuple[list[int], FrozenColumn]:
    frozen = FrozenColumn(column, decimal)
    return frozen.encode(pa.array(list(cells), pa.string()).dictionary_encode()).tolist(), frozen


def test_names_keep_their_codes_in_any_spelling() -> None:
    raw, frozen = encoded(NAMES, ["a", "2", "2.0", '"2"', " ", "X", "01", "1", "b", "Y"])
    assert raw == [0, 1, 1, 1, 2, 3, 4, 5, 5, 5]
    # Y is a missing code that the build happened not to see: missing, but no stranger
    assert frozen.unknown == {"1": 1, "b": 1}
    assert frozen.warning == "1 (1 row), b (1 row): not known to the model, treated as missing"


def test_numbers_become_the_nearest_one_seen() -> None:
    raw, frozen = encoded(NUMBERS, ["10", "10.0", "14", "15", "16", "1000", "-50", "30"])
    assert [NUMBERS.codes[code] for code in raw] == ["10", "10", "10", "10", "20", "30", "10", "30"]
    assert frozen.warning == ""


def test_missing_numbers_are_no_numbers() -> None:
    raw, frozen = encoded(NUMBERS, ["-1", "-1.0", "-9", "", "x"])
    assert raw == [3, 3, 5, 1, 5]
    assert frozen.unknown == {"x": 1}


def test_a_decimal_comma_is_read_as_the_file_is() -> None:
    assert encoded(NUMBERS, ["19,7", "2,0"], ",")[0] == [4, 0]


def test_a_column_without_any_number_knows_none() -> None:
    nothing = with_unknown(coded_column("E", ["", "-1"], Kind.NUMERIC, missing=["-1"]))
    assert encoded(nothing, ["5", "", "-1"])[0] == [2, 0, 1]


def test_one_number_is_the_nearest_to_all() -> None:
    one = with_unknown(coded_column("O", ["5"], Kind.NUMERIC))
    assert encoded(one, ["1", "5", "99"])[0] == [0, 0, 0]


def test_many_strangers_are_counted_the_commonest_first() -> None:
    cells = [f"s{i}" for i in range(8)] + ["s3"] * 4
    _, frozen = encoded(NAMES, cells)
    assert frozen.warning.startswith("s3 (5 rows), s0 (1 row)")
    assert "and 3 more" in frozen.warning


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40, unique=True), st.lists(st.floats(-2e6, 2e6), max_size=40)
)
def test_no_seen_number_is_nearer(seen: list[float], asked: list[float]) -> None:
    column = with_unknown(coded_column("Z", [repr(number) for number in seen], Kind.NUMERIC))
    raw, _ = encoded(column, [repr(number) for number in asked])
    for number, code in zip(asked, raw, strict=True):
        assert abs(column.values[code] - number) == min(abs(other - number) for other in seen)


@given(st.lists(st.sampled_from(["a", "2", "2.0", "", "X", "zz", "01"]), min_size=1, max_size=30), st.integers(1, 7))
def test_the_cut_into_batches_does_not_matter(cells: list[str], size: int) -> None:
    whole, _ = encoded(NAMES, cells)
    frozen = FrozenColumn(NAMES, ".")
    chunk = pa.array(cells, pa.string()).dictionary_encode()
    parts = [frozen.encode(chunk.slice(start, size)).tolist() for start in range(0, len(cells), size)]
    assert [code for part in parts for code in part] == whole
    assert frozen.unknown == {code: cells.count(code) for code in ("zz",) if code in cells}


def people_csv(bench: Bench, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    return bench.csv("people.csv", [list(row) for row in rows], header, quoting=csv.QUOTE_MINIMAL)


@pytest.mark.usefixtures("small_blocks")
def test_rows_come_in_order_with_ids_and_hashes(bench: Bench) -> None:
    rows = [[f"P{i}", "a" if i % 2 else "2", str(10 * (i % 4))] for i in range(150)]
    reader = open_reader(people_csv(bench, ["LNR", "N", "Z"], rows), ReadOptions())
    blocks = list(FrozenReader(reader, (NAMES, NUMBERS), "LNR").blocks())
    assert [block.codes.shape[1] for block in blocks] == [64, 64, 22]
    ids = [text for block in blocks for text in block.ids.to_pylist()]
    assert ids == [row[0] for row in rows]
    np.testing.assert_array_equal(np.concatenate([b.hashes for b in blocks]), hash_ids(pa.array(ids)))
    names = [NAMES.codes[code] for block in blocks for code in block.codes[0]]
    assert names == [row[1] for row in rows]
    assert all(block.customer is None for block in blocks)


@pytest.mark.usefixtures("small_blocks")
def test_row_numbers_serve_where_there_is_no_id(bench: Bench) -> None:
    reader = open_reader(people_csv(bench, ["N", "Z"], [["a", "10"]] * 100), ReadOptions())
    blocks = list(FrozenReader(reader, (NAMES,), "").blocks())
    assert [text for block in blocks for text in block.ids.to_pylist()] == [str(i) for i in range(1, 101)]
    np.testing.assert_array_equal(np.concatenate([b.hashes for b in blocks]), hash_rows("population", 0, 100))


def test_customers_of_a_common_file_are_marked(bench: Bench) -> None:
    rows = [["a", "yes"], ["a", "no"], ["2", "yes"]]
    reader = open_reader(people_csv(bench, ["N", "buys"], rows), ReadOptions())
    frozen = FrozenReader(reader, (NAMES,), "", (CustomerMark("people.csv", ("buys", "yes")), "buys"))
    (block,) = frozen.blocks()
    assert block.customer is not None
    assert block.customer.tolist() == [True, False, True]


def test_lacking_columns_are_refused_with_a_guess(bench: Bench) -> None:
    reader = open_reader(people_csv(bench, ["LNR", "n", "other"], [["1", "a", "2"]]), ReadOptions())
    with pytest.raises(InputError, match="lacks 2 columns that the model reads: N, Z") as refused:
        FrozenReader(reader, (NAMES, NUMBERS), "LNR")
    assert "N: did you mean n?" in refused.value.hint
    with pytest.raises(InputError, match="lacks 1 column that names a person: ID"):
        FrozenReader(reader, (), "ID")


def test_warnings_name_their_columns(bench: Bench) -> None:
    reader = open_reader(people_csv(bench, ["LNR", "N"], [["1", "q"], ["2", "a"]]), ReadOptions())
    frozen = FrozenReader(reader, (NAMES,), "LNR")
    list(frozen.blocks())
    assert [column for column, _ in frozen.warnings()] == ["N"]
