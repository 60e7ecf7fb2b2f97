"""Cells of age x sex x region, small cells, the standardised index, and what drives an index."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from reportgen.analysis.standardise import (
    CellTable,
    Drive,
    Standardised,
    cells_of,
    driven_by,
    merge_small,
    pool_cells,
    standardise,
    standardised_index,
)
from reportgen.dictionary import Kind
from tests.unit.analysis.coded import coded_column, floats, ints, raw

AGE = coded_column("AGE", ["2", "", "1", "9"], missing=["9"], standard="age")
SEX = coded_column("SEX", ["m", "f", ""], Kind.CATEGORICAL, levels=["m", "f"], standard="sex")
REGION = coded_column("PLACE", ["e", "w"], Kind.CATEGORICAL, levels=["e", "w"], standard="region")
PLAIN = coded_column("PLAIN", ["1", "2"])


def band(index: float) -> str:
    """Judge by size alone."""
    return "over" if index >= 110 else "under" if index <= 90 else "inconclusive"


def merged_rows(table: CellTable, counts: NDArray[np.int64], least: int = 30) -> NDArray[np.int64]:
    return np.asarray(pool_cells(counts[np.newaxis], merge_small(table, counts, least))[0])


# --- cells ------------------------------------------------------------------------------------------------------------


def test_cells_by_hand() -> None:
    table = cells_of([REGION, PLAIN, SEX, AGE])
    assert [column.name for column in table.columns] == ["AGE", "SEX", "PLACE"]
    assert table.shape == (3, 3, 3)  # two levels and missing each
    assert table.size == 27
    codes = raw([[2, 0, 1, 3], [0, 1, 2, 2], [0, 1, 0, 1]])
    # (age 1, m, e), (age 2, f, w), (missing, missing, e), (missing code, missing, w)
    assert table.cells(codes).tolist() == [0, 9 + 3 + 1, 18 + 6 + 0, 18 + 6 + 1]


def test_numbers_count_by_their_printable_levels_and_unknown_codes_by_theirs() -> None:
    column = coded_column("AGE", ["18", "19", "", "x"], Kind.NUMERIC, unknown=["x"], standard="age")
    table = cells_of([column])
    assert table.shape == (4,)  # 18, 19, other, missing
    assert table.cells(raw([[0, 1, 2, 3]])).tolist() == [0, 1, 3, 2]


def test_the_first_column_that_varies_stands_for_a_role() -> None:
    constant = coded_column("A0", ["1"], standard="age")
    second = coded_column("A2", ["1", "2", "3"], standard="age")
    assert cells_of([constant, AGE, second]).columns == (AGE,)
    assert cells_of([second, AGE]).columns == (second,)


def test_without_standard_columns_there_is_one_cell() -> None:
    table = cells_of([PLAIN])
    assert table.size == 1
    assert table.cells(raw(np.zeros((0, 3)))).tolist() == [0, 0, 0]
    assert merge_small(table, ints([5])).tolist() == [0]
    result = standardise(table, ints([[10], [30]]), ints([[50], [50]]))
    np.testing.assert_allclose(result.all_features, [50.0, 150.0])
    assert result.by_feature == {}
    assert driven_by(result, 1, band) == Drive(False, ())


def test_too_many_cells_give_up_region_first() -> None:
    many = [str(code) for code in range(900)]
    region = coded_column("R", many, standard="region")
    age = coded_column("A", many[:200], standard="age")
    assert [column.name for column in cells_of([region, SEX, age]).columns] == ["A", "SEX"]


def test_counting_and_marginals_agree_with_counting_alone() -> None:
    random = np.random.default_rng(0)
    table = cells_of([AGE, SEX, REGION])
    codes = np.stack([random.integers(0, len(column.codes), 500) for column in table.columns]).astype(np.int16)
    segments = random.integers(0, 4, 500).astype(np.int8)
    counts = table.tabulate(codes, segments, 3)
    assert counts.shape == (3, 27)
    assert counts.sum(axis=1).tolist() == np.bincount(segments)[1:].tolist()
    for at in range(3):
        alone = table.only(at).tabulate(codes[[at]], segments, 3)
        np.testing.assert_array_equal(table.alone(counts, at), alone)
    np.testing.assert_array_equal(table.alone(counts.sum(axis=0), 1), table.alone(counts, 1).sum(axis=0))


# --- small cells ------------------------------------------------------------------------------------------------------


def test_large_cells_stay_as_they_are() -> None:
    table = cells_of([SEX, REGION])
    assert merge_small(table, np.full(9, 30)).tolist() == list(range(9))


def test_merging_by_hand() -> None:
    table = cells_of([SEX, REGION])  # rows m, f, missing; columns e, w, missing
    counts = ints([
        100, 20, 15,  # 20 and 15 are pooled over region: 35
        200, 90, 5,   # 5 joins the smallest large cell of this sex: 90
        10, 10, 9,    # pooled: 29, and no large cell of this sex: joins the smallest of all, the 35
    ])  # fmt: skip
    merged = merge_small(table, counts)
    assert merged.tolist() == [0, 1, 1, 2, 3, 3, 1, 1, 1]
    assert pool_cells(counts[np.newaxis], merged).tolist() == [[100, 64, 200, 95]]


def test_pools_stay_within_an_age_where_they_can() -> None:
    table = cells_of([AGE, SEX])
    counts = ints([
        50, 10, 15,  # 25: joins 50
        20, 12, 0,   # 32: a pool of its own
        2, 0, 0,     # joins the smallest of all: 32
    ])  # fmt: skip
    assert merged_rows(table, counts).tolist() == [75, 34]


def test_small_pools_of_several_ages_are_pooled_with_each_other_first() -> None:
    table = cells_of([AGE, SEX])
    counts = ints([500, 0, 0, 10, 5, 3, 4, 4, 4])  # 18 and 12 of the other ages make 30
    merged = merge_small(table, counts)
    assert pool_cells(counts[np.newaxis], merged).tolist() == [[500, 30]]
    assert merged.tolist() == [0, 0, 0, 1, 1, 1, 1, 1, 1]


def test_a_small_population_is_one_cell() -> None:
    table = cells_of([AGE, SEX, REGION])
    assert set(merge_small(table, np.ones(27, dtype=np.int64))) == {0}
    assert set(merge_small(table, np.zeros(27, dtype=np.int64))) == {0}


@given(st.lists(st.integers(0, 60), min_size=27, max_size=27), st.integers(1, 50))
def test_merged_cells_are_large_and_keep_everybody(rows: list[int], least: int) -> None:
    table = cells_of([AGE, SEX, REGION])
    counts = ints(rows)
    merged = merge_small(table, counts, least)
    pooled = pool_cells(counts[np.newaxis], merged)[0]
    assert set(merged) == set(range(len(pooled)))
    assert pooled.sum() == sum(rows)
    assert len(pooled) == 1 or pooled.min() >= least
    # Two large cells are never put together.
    large = merged[counts >= least]
    assert len(set(large)) == len(large)


# --- the index --------------------------------------------------------------------------------------------------------


def test_the_index_by_hand() -> None:
    # Cell 1: 100 people, 20 in A. Cell 2: 100 people, 60 in A. Customers: 30 and 10.
    population = ints([[20, 60], [80, 40]])
    customers = ints([[9, 6], [21, 4]])
    # Expected in A: 30 · 0.2 + 10 · 0.6 = 12, in B: 30 · 0.8 + 10 · 0.4 = 28
    np.testing.assert_allclose(standardised_index(customers, population), [100 * 15 / 12, 100 * 25 / 28])


def test_one_cell_gives_the_plain_index() -> None:
    customers, population = ints([[40], [60]]), ints([[100], [900]])
    np.testing.assert_allclose(standardised_index(customers, population), [400.0, 60 / 0.9])


def test_nobody_expected_has_no_index() -> None:
    index = standardised_index(ints([[5, 0], [5, 3], [0, 0]]), ints([[50, 0], [50, 0], [0, 0]]))
    np.testing.assert_allclose(index[:2], [100.0, 100.0])  # customers of a cell without people do not count
    assert np.isnan(index[2])


@given(st.lists(st.integers(1, 50), min_size=12, max_size=12), st.lists(st.floats(0.1, 5.0), min_size=4, max_size=4))
def test_customers_who_differ_by_cell_alone_have_index_100(rows: list[int], rates: list[float]) -> None:
    population = ints(rows).reshape(3, 4) * 20
    customers = population * np.round(20 * floats(rates)).astype(np.int64)
    np.testing.assert_allclose(standardised_index(customers, population), 100.0)


@given(st.lists(st.integers(1, 40), min_size=12, max_size=12), st.lists(st.integers(1, 40), min_size=12, max_size=12))
def test_expected_customers_add_up(c: list[int], n: list[int]) -> None:
    customers, population = ints(c).reshape(3, 4), ints(n).reshape(3, 4)
    observed = customers.sum(axis=1)
    expected = 100.0 * observed / standardised_index(customers, population)
    assert expected.sum() == pytest.approx(observed.sum())
    # Cell by cell, as the formula is written.
    by_hand = [
        sum(customers[:, g].sum() * population[s, g] / population[:, g].sum() for g in range(4)) for s in range(3)
    ]
    np.testing.assert_allclose(expected, by_hand)


# --- what drives an index ---------------------------------------------------------------------------------------------


def made(random: np.random.Generator, age_pull: float, own_pull: float) -> Standardised:
    """Segment 1 is for the old; customers are older by ``age_pull`` and drawn to it by ``own_pull``."""

    def side(rows: int, old_share: float, pull: float) -> NDArray[np.int64]:
        old = random.random(rows) < old_share
        sex = random.integers(0, 2, rows)
        place = random.integers(0, 2, rows)
        odds = np.where(old, 4.0, 0.25) * pull
        segments = np.where(random.random(rows) < odds / (1 + odds), 1, 2).astype(np.int8)
        return table.tabulate(raw([np.where(old, 0, 2), sex, place]), segments, 2)

    table = cells_of([AGE, SEX, REGION])
    population = side(50_000, 0.3, 1.0)
    return standardise(table, side(20_000, 0.3 * age_pull, own_pull), population)


def test_age_drives_an_index() -> None:
    result = made(np.random.default_rng(1), age_pull=2.0, own_pull=1.0)
    assert result.index[0] > 140
    np.testing.assert_allclose(result.all_features, 100.0, atol=4.0)
    assert list(result.by_feature) == ["AGE", "SEX", "PLACE"]
    np.testing.assert_allclose(result.by_feature["AGE"], 100.0, atol=4.0)
    np.testing.assert_allclose(result.by_feature["SEX"], result.index, rtol=0.02)
    assert driven_by(result, 1, band) == Drive(True, ("AGE",))
    assert driven_by(result, 2, band) == Drive(True, ("AGE",))
    assert result.cells == 8
    assert result.merged_cells == 8


def test_a_pull_of_its_own_is_not_driven() -> None:
    result = made(np.random.default_rng(1), age_pull=1.0, own_pull=3.0)
    assert result.index[0] > 140
    np.testing.assert_allclose(result.all_features, result.index, rtol=0.03)
    assert driven_by(result, 1, band) == Drive(False, ())


def standardised(before: float, after: float, **alone: float) -> Standardised:
    return Standardised(floats([before]), floats([after]), {k: floats([v]) for k, v in alone.items()}, 1, 1)


@pytest.mark.parametrize(
    ("before", "after", "alone", "expected"),
    [
        (200.0, 180.0, 180.0, Drive(False, ())),
        (200.0, 142.0, 180.0, Drive(False, ())),  # √2 would be half of the log
        (200.0, 141.0, 180.0, Drive(True, ())),  # half is gone, but no feature does it alone
        (200.0, 141.0, 130.0, Drive(True, ("AGE",))),
        (115.0, 109.0, 109.0, Drive(True, ("AGE",))),  # another verdict
        (50.0, 60.0, 95.0, Drive(False, ())),  # all features together decide
        (102.0, 100.5, 100.5, Drive(False, ())),  # nothing to be halved
        (104.0, 112.0, 112.0, Drive(True, ("AGE",))),  # the mix hides a preference
        (50.0, 71.0, 71.0, Drive(True, ("AGE",))),
        (0.0, 50.0, 50.0, Drive(False, ())),
        (np.nan, np.nan, np.nan, Drive(False, ())),
        (150.0, np.nan, np.nan, Drive(False, ())),
    ],
)
def test_driven_by_hand(before: float, after: float, alone: float, expected: Drive) -> None:
    assert driven_by(standardised(before, after, AGE=alone), 1, band) == expected
