"""Rows by number of missing values, in bins that hold ten people or none."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reportgen.analysis.suppression import any_small
from reportgen.analysis.suppression_rows import pool_bins
from tests.unit.analysis.coded import ints


def test_bins_that_are_large_enough_stay_as_they_are() -> None:
    assert pool_bins(ints([[90, 40], [0, 0], [50, 30]]), []) == [(0, 0), (2, 2)]


def test_small_numbers_are_put_together_from_the_left() -> None:
    assert pool_bins(ints([[90, 40], [8, 3], [9, 9], [50, 30]]), []) == [(0, 0), (1, 2), (3, 3)]


def test_what_is_left_over_goes_to_the_bin_before() -> None:
    assert pool_bins(ints([[90, 40], [50, 30], [4, 1]]), []) == [(0, 0), (1, 2)]


def test_a_border_is_kept_where_both_stretches_are_large_enough() -> None:
    cells = ints([[90, 40], [5, 12], [6, 12], [50, 30]])
    assert pool_bins(cells, [2]) == [(0, 1), (2, 3)]
    assert pool_bins(cells, []) == [(0, 0), (1, 2), (3, 3)]


def test_a_border_is_crossed_where_it_would_leave_few_people() -> None:
    assert pool_bins(ints([[90, 40], [4, 0], [50, 30]]), [1, 2]) == [(0, 0), (1, 2)]


@given(
    st.lists(st.tuples(*[st.integers(0, 12) | st.integers(0, 400)] * 2), min_size=1, max_size=30),
    st.lists(st.integers(-5, 35), max_size=3),
)
def test_bins_hold_everybody_and_nobody_few(rows: list[tuple[int, int]], borders: list[int]) -> None:
    cells = ints(rows)
    bins = pool_bins(cells, borders)
    held = [number for first, last in bins for number in range(first, last + 1)]
    assert held == sorted(set(held))
    assert all(number in held or not cells[number].any() for number in range(len(rows)))
    if len(bins) > 1:
        assert not any(any_small(cells[first : last + 1].sum(axis=0)) for first, last in bins)
