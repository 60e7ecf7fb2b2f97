"""Raw codes stand for the cells they came from, whatever the batches."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from reportgen.cache.packing import pack, unpack
from reportgen.dictionary import Feature, Kind, normalise_code
from reportgen.ingest import number_codes as number_codes_module
from reportgen.ingest.codes import SIDES, TextCodes, TextState
from reportgen.ingest.moments import moments_of
from reportgen.ingest.number_codes import NUMBER_CODES, NumberCodes, NumberState
from reportgen.ingest.number_text import number_text, to_number, to_numbers, uses_decimal_comma
from reportgen.ingest.table import SideName

CELLS = st.lists(
    st.one_of(
        st.sampled_from(["", " ", "1", "1.0", '"1"', "01", "X", "x", "-1", "2.50", "2.5", "ä", "0", "-0", "1e3"]),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=4),
    ),
    min_size=1,
    max_size=60,
)
NUMBERS = st.lists(
    st.one_of(
        st.floats(allow_nan=False, allow_infinity=False).map(repr),
        st.integers(-(10**9), 10**9).map(str),
        st.sampled_from(["", "-1", "x"]),
    ),
    min_size=1,
    max_size=60,
)

TAME_NUMBERS = st.lists(  # whose squares are finite
    st.one_of(
        st.floats(-1e100, 1e100).map(repr),
        st.integers(-(10**6), 10**6).map(str),
        st.sampled_from(["", "-1", "x", "0", "0.5"]),
    ),
    min_size=1,
    max_size=60,
)


def chunk(cells: Sequence[str]) -> pa.DictionaryArray:
    return pa.array(list(cells), pa.string()).dictionary_encode()


def pieces(cells: list[str], size: int) -> list[pa.DictionaryArray]:
    """Return slices that share one dictionary, as blocks cut from a larger batch do."""
    whole = chunk(cells)
    return [whole.slice(start, size) for start in range(0, len(cells), size)]


def text_codes(cells: list[str], size: int) -> tuple[TextCodes, NDArray[np.int32]]:
    codes = TextCodes(Feature("f", "p", Kind.CATEGORICAL))
    codes.start("file.csv", ".")
    parts = []
    for piece in pieces(cells, size):
        out = np.empty(len(piece), dtype=np.int32)
        codes.encode(piece, out)
        codes.count("population", out)
        parts.append(out)
    return codes, np.concatenate(parts)


def number_codes(cells: list[str], size: int) -> tuple[NumberCodes, NDArray[np.int32]]:
    codes = NumberCodes(Feature("f", "p", Kind.NUMERIC, frozenset({"-1"})))
    codes.start("file.csv", ".")
    parts = []
    for piece in pieces(cells, size):
        out = np.empty(len(piece), dtype=np.int32)
        numbers = np.empty(len(piece))
        codes.encode(piece, out, numbers)
        codes.count("population", out, numbers)
        parts.append(out)
    return codes, codes.final()[np.concatenate(parts)]


@given(CELLS, st.integers(1, 70))
def test_text_codes_round_trip(cells: list[str], size: int) -> None:
    codes, raw = text_codes(cells, size)
    expected = [normalise_code(cell) for cell in cells]
    assert [codes.codes[r] for r in raw] == expected
    assert codes.codes == list(dict.fromkeys(expected))
    assert codes.counts("population").tolist() == [expected.count(code) for code in codes.codes]


@given(NUMBERS, st.integers(1, 70))
def test_number_codes_round_trip(cells: list[str], size: int) -> None:
    codes, raw = number_codes(cells, size)
    numbers = [to_number(cell, ".") for cell in cells]
    expected = [cell if x is None else number_text(x + 0.0) for cell, x in zip(cells, numbers, strict=True)]
    texts = codes.codes()
    assert [texts[r] for r in raw] == expected
    assert list(texts) == list(dict.fromkeys(expected))
    known = [np.nan if x is None or x == -1 else x for x in numbers]
    np.testing.assert_array_equal(codes.numbers()[raw], known)


def test_summary_is_exact() -> None:
    codes, _ = number_codes(["1", "2.5", "", "-1", "x", "1.0", "4"], 3)
    summary = codes.moments("population").summary()
    values = np.array([1, 2.5, 1, 4])
    assert (summary.n, summary.minimum, summary.maximum) == (4, 1, 4)
    assert summary.mean == values.mean()
    assert summary.sd == pytest.approx(values.std())
    assert np.isnan(codes.moments("customers").summary().mean)


def many(seed: int, count: int = 60_000) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    return np.concatenate([rng.normal(0, 10, count - 3), [-1.0, -1.0, 12345.678]])


def test_grid_keeps_the_number_of_codes_and_the_moments() -> None:
    values = many(1)
    cells = [repr(x) for x in values.tolist()]
    codes, raw = number_codes(cells, 9_000)
    assert codes.exponent is not None
    step = 2.0**codes.exponent
    numbers = codes.numbers()
    assert NUMBER_CODES / 4 < np.isfinite(numbers).sum() <= NUMBER_CODES
    known = values != -1
    assert np.abs(numbers[raw][known] - values[known]).max() <= step / 2
    assert np.isnan(numbers[raw][~known]).all()
    texts = codes.codes()
    assert {texts[r] for r in raw[~known]} == {"-1"}
    np.testing.assert_array_equal(codes.counts("population"), np.bincount(raw))
    summary = codes.moments("population").summary()
    assert summary.n == known.sum()
    assert summary.mean == pytest.approx(values[known].mean(), rel=1e-12)
    assert summary.sd == pytest.approx(values[known].std(), rel=1e-12)
    assert (summary.minimum, summary.maximum) == (values[known].min(), 12345.678)


def test_grid_does_not_depend_on_order_or_batches() -> None:
    values = many(2)
    shuffled = np.random.default_rng(3).permutation(len(values))
    one, raw = number_codes([repr(x) for x in values.tolist()], 60_000)
    other, raw_shuffled = number_codes([repr(x) for x in values[shuffled].tolist()], 7_001)
    assert one.exponent == other.exponent
    np.testing.assert_array_equal(one.numbers()[raw][shuffled], other.numbers()[raw_shuffled])
    texts = one.codes()
    assert list(texts) == list(dict.fromkeys(texts[r] for r in raw))  # by first appearance


def add(codes: NumberCodes, side: SideName, cells: list[str]) -> NDArray[np.int32]:
    out, numbers = np.empty(len(cells), dtype=np.int32), np.empty(len(cells))
    codes.encode(chunk(cells), out, numbers)
    codes.count(side, out, numbers)
    return out


@given(TAME_NUMBERS, TAME_NUMBERS, st.sampled_from([6, 12, 200]))
def test_codes_go_on_from_a_state_as_if_nothing_had_been(
    population: list[str], customers: list[str], most: int
) -> None:
    feature = Feature("f", "p", Kind.NUMERIC, frozenset({"-1"}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(number_codes_module, "NUMBER_CODES", most)
        whole = NumberCodes(feature)
        first = add(whole, "population", population)
        settled = whole.final()[first]
        state: NumberState = unpack(NumberState, pack(whole.state()))
        last = add(whole, "customers", customers)
        resumed = NumberCodes.restored(feature, state)
        resumed_last = add(resumed, "customers", customers)
    assert resumed.codes() == whole.codes()
    assert resumed.exponent == whole.exponent
    np.testing.assert_array_equal(resumed.numbers(), whole.numbers())
    np.testing.assert_array_equal(whole.final()[first], resumed.final()[settled])
    np.testing.assert_array_equal(whole.final()[last], resumed.final()[resumed_last])
    for side in SIDES:
        np.testing.assert_array_equal(resumed.counts(side), whole.counts(side))
        assert repr(resumed.moments(side)) == repr(whole.moments(side))


@given(CELLS, CELLS)
def test_texts_go_on_from_a_state_as_if_nothing_had_been(population: list[str], customers: list[str]) -> None:
    whole, _ = text_codes(population, len(population))
    resumed = TextCodes.restored(whole.feature, unpack(TextState, pack(whole.state())))
    ends = []
    for codes in (whole, resumed):
        out = np.empty(len(customers), dtype=np.int32)
        codes.start("other.csv", ".")
        codes.encode(chunk(customers), out)
        codes.count("customers", out)
        ends.append((codes.codes, out.tolist(), [codes.counts(side).tolist() for side in SIDES]))
    assert ends[0] == ends[1]


def test_whole_numbers_on_a_grid_stand_in_the_middle() -> None:
    codes, raw = number_codes([str(x) for x in range(100_000)], 65_536)
    assert codes.exponent == 2
    assert codes.numbers()[raw][:8].tolist() == [1.5] * 4 + [5.5] * 4


def test_customers_may_overflow_what_the_population_did_not() -> None:
    codes = NumberCodes(Feature("f", "p", Kind.NUMERIC))
    codes.start("file.csv", ".")
    for side, values in (("population", range(20_000)), ("customers", range(20_000, 50_000))):
        out, numbers = np.empty(len(values), dtype=np.int32), np.empty(len(values))
        codes.encode(chunk([str(x) for x in values]), out, numbers)
        codes.count(side, out, numbers)  # type: ignore[arg-type]
    population, customers = codes.moments("population").summary(), codes.moments("customers").summary()
    assert (population.n, population.mean, population.maximum) == (20_000, 9_999.5, 19_999)
    assert (customers.n, customers.mean, customers.minimum) == (30_000, 34_999.5, 20_000)
    assert codes.counts("population").sum() == 20_000


@pytest.mark.parametrize(
    ("text", "decimal", "number"),
    [
        ("2.5", ".", 2.5), (" 2 ", ".", 2.0), ("+5", ".", 5.0), ("1e3", ".", 1000.0), ("2,5", ".", None),
        ("2,5", ",", 2.5), ("2.5", ",", None), ("1_000", ".", None), ("nan", ".", None), ("inf", ".", None),
        ("", ".", None), ("x", ",", None), ('"7"', ".", 7.0), ("1e999", ".", None),
        ("1.0", ",", 1.0), ("1.000", ",", None), ("1.000", ".", 1.0), ("1.234,5", ",", None),
    ],
)  # fmt: skip
def test_to_number(text: str, decimal: str, number: float | None) -> None:
    assert to_number(text, decimal) == number
    many_cells = pa.array([text] * 100, pa.string())
    np.testing.assert_array_equal(to_numbers(many_cells, decimal), [np.nan if number is None else number] * 100)


@pytest.mark.parametrize(
    ("numbers", "others", "comma"),
    [
        (["1,5", "2"], [], True), (["1,5", "2.5"], [], False), (["1", "2"], [], False), ([], ["2,0", "A"], True),
        ([], ["1,2", "A"], False), (["7"], ["1.5"], False),
        (["7,5"], ["1.5"], True),
    ],
)  # fmt: skip
def test_decimal_comma_needs_evidence(numbers: list[str], others: list[str], comma: bool) -> None:
    assert uses_decimal_comma(numbers, others) is comma


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50), st.integers(0, 50))
def test_moments_add_up(values: list[float], cut: int) -> None:
    whole = np.array(values)
    joined = moments_of(whole[:cut]) + moments_of(whole[cut:])
    summary = joined.summary()
    assert summary.n == len(values)
    assert summary.mean == pytest.approx(whole.mean(), abs=1e-6)
    assert summary.sd == pytest.approx(whole.std(), abs=1e-5)
    assert (summary.minimum, summary.maximum) == (whole.min(), whole.max())
