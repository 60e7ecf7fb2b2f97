"""Tables and moments are additive over any split of the rows."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from reportgen.analysis.encoding import fit_encoder
from reportgen.analysis.quality import row_threshold
from reportgen.dictionary import Kind
from reportgen.engine.assignment import Tables, tabulate
from reportgen.engine.local import LocalEngine, tree_reduce
from reportgen.engine.passes import Moments, block_moments
from reportgen.engine.sampling import SampleRows, mix_hash
from tests.unit.analysis.coded import aspect_of, coded_column, ints, raw, split_sizes

SCALE = coded_column("scale", ("1", "2", "5", ""))
NAMES = coded_column("names", ("x", "y", "z", ""), Kind.CATEGORICAL)
COLUMNS = (SCALE, NAMES)
ENCODER = fit_encoder([aspect_of(SCALE), aspect_of(NAMES, position=1)], (ints([5, 3, 2, 1]), ints([6, 3, 2, 0])))
CUTS = st.lists(st.integers(0, 60), max_size=6)


@st.composite
def rows(draw: st.DrawFn) -> NDArray[np.int16]:
    count = draw(st.integers(1, 60))
    seed = draw(st.integers(0, 10_000))
    return raw(np.random.default_rng(seed).integers(0, 4, (2, count)))


@given(rows(), CUTS, st.integers(0, 10_000))
def test_tables_add_up_over_blocks(codes: NDArray[np.int16], cuts: list[int], seed: int) -> None:
    segments = np.asarray(np.random.default_rng(seed).integers(0, 4, codes.shape[1:]), dtype=np.int8)
    whole = tabulate(codes, COLUMNS, segments, 3)
    parts = split_sizes(codes.shape[1], cuts)
    added = tree_reduce((tabulate(codes[:, part], COLUMNS, segments[part], 3) for part in parts), Tables.__add__)
    np.testing.assert_array_equal(whole.sizes, added.sizes)
    for one, other in zip(whole.counts, added.counts, strict=True):
        np.testing.assert_array_equal(one, other)
        np.testing.assert_array_equal(one.sum(axis=1), whole.sizes)


@given(rows(), CUTS, st.randoms(use_true_random=False))
def test_moments_are_equal_to_the_bit_over_blocks_and_orders(
    codes: NDArray[np.int16], cuts: list[int], random: object
) -> None:
    whole = block_moments(ENCODER.rows, codes)
    order = list(range(codes.shape[1]))
    random.shuffle(order)  # type: ignore[attr-defined]
    turned = codes[:, order]
    parts = split_sizes(codes.shape[1], cuts)
    added = tree_reduce((block_moments(ENCODER.rows, turned[:, part]) for part in parts), Moments.__add__)
    assert whole.rows == added.rows
    np.testing.assert_array_equal(whole.sums, added.sums)
    np.testing.assert_array_equal(whole.products, added.products)


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=60, unique=True), CUTS, st.integers(1, 20))
def test_the_smallest_hashes_do_not_depend_on_blocks(hashes: list[int], cuts: list[int], most: int) -> None:
    keys = np.array(hashes, dtype=np.uint64)
    everybody = SampleRows(keys, raw([np.arange(len(keys))]))

    def merge(first: SampleRows, second: SampleRows) -> SampleRows:
        both = SampleRows(
            np.concatenate([first.hashes, second.hashes]), np.concatenate([first.codes, second.codes], axis=1)
        )
        return both.smallest(most)

    parts = [SampleRows(keys[p], everybody.codes[:, p]).smallest(most) for p in split_sizes(len(keys), cuts)]
    merged = tree_reduce(parts, merge)
    expected = everybody.smallest(most)
    np.testing.assert_array_equal(merged.hashes, expected.hashes)
    np.testing.assert_array_equal(merged.codes, expected.codes)


@given(st.lists(st.integers(0, 2**64 - 1), min_size=2, max_size=50, unique=True), st.integers(0, 2**40))
def test_different_hashes_stay_different(hashes: list[int], seed: int) -> None:
    assert len(np.unique(mix_hash(np.array(hashes, dtype=np.uint64), seed))) == len(hashes)


@settings(max_examples=30)
@given(st.lists(st.integers(-1_000, 1_000), min_size=1, max_size=40), st.integers(1, 4))
def test_an_engine_is_a_map(items: list[int], threads: int) -> None:
    assert list(LocalEngine(threads).map(lambda item: item * 3, items)) == [item * 3 for item in items]


@given(st.lists(st.text("ab", max_size=3), min_size=1, max_size=40))
def test_sums_keep_the_order(words: list[str]) -> None:
    assert tree_reduce(words, str.__add__) == "".join(words)


@given(st.lists(st.integers(0, 5_000), min_size=5, max_size=40).filter(any))
def test_a_row_threshold_is_a_valley_with_rows_above(histogram: list[int]) -> None:
    rows_by_missing = ints(histogram)
    found = row_threshold({"population": rows_by_missing, "customers": rows_by_missing})
    total = rows_by_missing.sum()
    if found.threshold is None:
        assert found.low("population") == 0
        return
    at = found.threshold
    assert (rows_by_missing[at : at + 3] < 0.001 * total).all()
    assert rows_by_missing[:at].sum() >= total / 2
    assert found.low("population") >= 0.01 * total
    assert found.low("population", 5) <= found.low("population") <= found.low("population", -5)
