"""Segment x level: rounding, marks, rectangles, and the order of remedies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.analysis.suppression_cells import (
    STEPS,
    Mark,
    SegmentMeans,
    bounds_of,
    cell_table,
    ladder,
    rounded,
    with_rectangles,
)
from tests.unit.analysis.coded import floats, ints


@pytest.mark.parametrize(
    ("part", "base", "step", "expected"),
    [
        (123, 1_000, 0.0, 0.123),
        (123, 1_000, 0.01, 0.12),
        (0, 1_000, 0.01, 0.0),
        (3, 1_000, 0.01, 0.01),  # somebody is never given as nobody
        (998, 1_000, 0.01, 0.99),  # nor all but two as everybody
        (1_000, 1_000, 0.01, 1.0),
    ],
)
def test_shares_are_given_in_steps(part: int, base: int, step: float, expected: float) -> None:
    assert rounded(ints([part]), ints([base]), step)[0] == expected


def test_nobody_with_a_known_value_has_no_share() -> None:
    assert np.isnan(rounded(ints([0]), ints([0]), 0.01)[0])


@given(st.integers(0, 3_000), st.integers(1, 3_000), st.sampled_from([0.0, *STEPS, 0.02, 0.05]))
def test_a_share_lies_within_the_bounds_of_what_is_given_of_it(part: int, base: int, step: float) -> None:
    part = min(part, base)
    given_share = float(rounded(ints([part]), ints([base]), step)[0])
    low, high = bounds_of(given_share, step)
    assert low - 1e-9 <= part / base <= high + 1e-9
    assert (given_share == 0.0) == (part == 0)
    assert (given_share == 1.0) == (part == base)
    if step and 0 < part < base:
        assert given_share / step == pytest.approx(round(given_share / step), abs=1e-6)


#            A    B    C
COUNTS = ints([
    [4, 60, 50],
    [70, 80, 30],
    [90, 20, 40],
    [0, 0, 0],
])  # fmt: skip


def test_small_cells_are_marked_and_others_are_shown() -> None:
    table = cell_table(COUNTS)
    assert table.marks.tolist() == [[Mark.FEW, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0]]
    shares = table.shares()
    assert np.isnan(shares[0, 0])
    assert shares[0, 1] == 60 / 160
    assert shares[3].tolist() == [1.0, 1.0, 1.0]


def test_few_known_values_mark_the_whole_segment() -> None:
    table = cell_table(ints([[4, 60], [0, 80], [40, 20]]))
    assert table.marks[:, 0].tolist() == [Mark.FEW] * 3  # nobody in level 2 would show that the four are in level 1
    assert table.marks[:, 1].tolist() == [0, 0, 0]


def test_few_missing_values_are_not_told_by_the_share_with_a_known_value() -> None:
    table = cell_table(ints([[40, 60], [30, 80], [4, 20]]))
    assert table.marks[-1].tolist() == [Mark.FEW, 0]
    assert np.isnan(table.shares()[-1, 0])


def test_a_rectangle_takes_the_fewest_people_that_are_enough() -> None:
    # The cheapest corners are (level 2, C) with 30: 50 + 70 + 30; by way of level 3 and C it would be 50 + 90 + 40.
    marks = with_rectangles(cell_table(COUNTS)).marks
    assert marks.tolist() == [
        [Mark.FEW, 0, Mark.HELD],
        [Mark.HELD, 0, Mark.HELD],
        [0, 0, 0],
        [0, 0, 0],
    ]


def test_a_rectangle_keeps_to_the_parts_of_a_coarser_level_where_it_can() -> None:
    marks = with_rectangles(cell_table(COUNTS), ints([0, 1, 0])).marks
    assert marks[2].any()
    assert not marks[1].any()


def test_corners_with_under_eighteen_people_are_of_no_use() -> None:
    table = cell_table(ints([[4, 17], [17, 17], [0, 0]]))
    assert (with_rectangles(table).marks == Mark.HELD).sum() == 0


def test_steps_come_first_and_nothing_at_all_comes_last() -> None:
    big = cell_table(COUNTS * 100 + ints([[-396, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0]]))
    rungs = list(ladder(big))
    assert [table.step for table, _ in rungs[:3]] == [0.0005, 0.001, 0.002]  # 0.0005 of 14,000 people are seven
    assert all(told for _, told in rungs[:6])
    last, told = rungs[-1]
    assert (last.given, last.means, told) == (False, None, False)
    assert np.isnan(last.shares()).all()
    untold = [table for table, told in rungs if table.given and not told]
    assert untold
    assert all(set(np.unique(table.marks)) <= {Mark.SHOWN, Mark.HELD} for table in untold)


def test_means_are_a_remedy_of_their_own_before_nothing() -> None:
    means = SegmentMeans(floats([1, 2, 3]), floats([1, 2, 3]), floats([2.52, 1.75, 1.92]), 0.1)
    rungs = [table for table, _ in ladder(cell_table(COUNTS, means))]
    assert not rungs[-2].given
    assert rungs[-2].means is means
    assert means.given == pytest.approx([2.5, 1.8, 1.9])
    assert rungs[-1].means is None


def test_the_share_with_a_known_value_may_have_steps_of_its_own() -> None:
    table = replace(cell_table(ints([[40, 60], [30, 80], [4, 0]])), step=0.01, known_step=0.05)
    assert np.isnan(table.shares()[-1, 0])
    assert table.shares()[-1, 1] == 1.0
    assert table.known_bounds(1.0) == (0.975, 1.0)  # three in a hundred might be missing
    assert replace(table, known_step=0.0).known_bounds(1.0) == (1.0, 1.0)
