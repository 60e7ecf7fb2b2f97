"""Pooling of rare levels, worked by hand and as a property."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from reportgen.analysis.suppression import is_small
from reportgen.analysis.suppression_levels import Pooling, distinct, pool_levels, pooled_level
from reportgen.ingest.table import Level
from tests.unit.analysis.coded import ints


def groups(pooling: Pooling) -> list[list[int]]:
    return [pooling.members(group).tolist() for group in range(pooling.number)]


def test_names_are_pooled_together_and_stand_at_the_end() -> None:
    #                     big      rare     big      rare     fine
    found = pool_levels(ints([[90, 40], [8, 3], [60, 50], [12, 9], [30, 20]]), ordered=False)
    assert groups(found) == [[0], [2], [4], [1, 3]]
    assert (found.pooled, found.complete) == (True, True)


def test_a_pool_that_is_still_small_takes_the_next_rarest_name() -> None:
    found = pool_levels(ints([[90, 40], [8, 3], [60, 50], [30, 20]]), ordered=False)
    assert groups(found) == [[0], [2], [1, 3]]


def test_nobody_is_not_rare() -> None:
    found = pool_levels(ints([[90, 40], [50, 0], [60, 50]]), ordered=False)
    assert groups(found) == [[0], [1], [2]]
    assert (found.pooled, found.complete) == (False, True)


def test_ordered_levels_are_pooled_with_the_smaller_neighbour() -> None:
    found = pool_levels(ints([[90, 40], [70, 30], [12, 4], [20, 15], [80, 30]]), ordered=True)
    assert groups(found) == [[0], [1], [2, 3], [4]]


def test_a_level_of_nobody_between_two_of_a_pool_belongs_to_it() -> None:
    found = pool_levels(ints([[90, 40], [5, 3], [0, 0], [12, 15], [0, 0]]), ordered=True)
    assert groups(found) == [[0], [1, 2, 3], [4]]


def test_unknown_codes_of_a_scale_go_to_the_most_frequent_level() -> None:
    found = pool_levels(ints([[40, 40], [70, 60], [30, 30], [4, 2]]), ordered=True, outside=3)
    assert groups(found) == [[0], [1, 3], [2]]


def test_a_level_with_unknown_codes_alone_beside_it_is_pooled_with_them() -> None:
    found = pool_levels(ints([[4, 2], [70, 60]]), ordered=True, outside=1)
    assert not found.complete  # one level would be left


def test_two_levels_of_which_one_is_rare_are_left_and_said_to_be_incomplete() -> None:
    found = pool_levels(ints([[900, 400], [30, 4]]), ordered=False)
    assert groups(found) == [[0], [1]]
    assert (found.pooled, found.complete) == (False, False)


def test_pools_do_not_cross_the_levels_of_a_coarser_feature() -> None:
    cells = ints([[8, 9], [90, 90], [7, 7], [80, 80]])
    assert groups(pool_levels(cells, ordered=False, classes=ints([0, 0, 1, 1]))) == [[0, 1], [2, 3]]
    assert groups(pool_levels(cells, ordered=False)) == [[1], [3], [0, 2]]


def test_a_class_too_small_for_a_pool_is_incomplete() -> None:
    found = pool_levels(ints([[8, 9], [90, 90], [70, 70]]), ordered=False, classes=ints([0, 1, 1]))
    assert not found.complete


def test_counts_of_groups_are_the_sums_of_their_levels() -> None:
    cells = ints([[90, 40], [8, 3], [60, 50], [12, 9]])
    assert pool_levels(cells, ordered=False).add(cells).tolist() == [[90, 40], [60, 50], [20, 12]]


LEVELS = (Level("1", "1"), Level("2", "2"), Level("3", "3"), Level("4", "4"), Level("other", "other"))
WORDS = (Level("a", "high"), Level("b", "middle"), Level("c", "low"))
BINS = (Level("17..19", "17 to 19"), Level("20..22", "20 to 22"), Level("23..30", "23 to 30"))


@pytest.mark.parametrize(
    ("levels", "members", "ordered", "expected"),
    [
        (LEVELS, [1], True, ("2", "2")),
        (LEVELS, [0, 1], True, ("1..2", "1 to 2")),
        (LEVELS, [0, 2], True, ("1..3", "1 or 3")),
        (LEVELS, [2, 4], True, ("3", "3, or other codes")),
        (BINS, [0, 1, 2], True, ("17..30", "17 to 30")),
        (WORDS, [0, 1], True, ("a..b", "high or middle")),
        (WORDS, [0, 1, 2], True, ("a..c", "high up to low")),
        (WORDS, [0, 2], False, ("a+c", "high or low")),
        (LEVELS, [0, 1, 2, 3], False, ("rare", "other, rare level")),
    ],
)
def test_pools_are_named(
    levels: tuple[Level, ...], members: list[int], ordered: bool, expected: tuple[str, str]
) -> None:
    found = pooled_level(levels, ints(members), ordered=ordered, outside=4 if len(levels) == 5 and ordered else None)
    assert (found.code, found.label) == expected


def test_pools_of_one_name_are_numbered() -> None:
    found = distinct([Level("rare", "other, rare level"), Level("x", "x"), Level("rare", "other, rare level")])
    assert [level.code for level in found] == ["rare", "x", "rare 2"]
    assert found[2].label == "other, rare level (2)"


TABLES = st.integers(1, 12).flatmap(
    lambda n: st.lists(
        st.tuples(*[st.integers(0, 3) | st.integers(0, 40) | st.integers(0, 4_000)] * 2), min_size=n, max_size=n
    )
)


@given(TABLES, st.booleans(), st.data())
def test_pooled_tables_hold_no_small_count_and_the_same_people(
    rows: list[tuple[int, int]], ordered: bool, data: st.DataObject
) -> None:
    cells: NDArray[np.int64] = ints(rows)
    classes = ints(data.draw(st.lists(st.integers(0, 2), min_size=len(rows), max_size=len(rows))))
    outside = len(rows) - 1 if ordered and data.draw(st.booleans()) else None
    found = pool_levels(cells, ordered=ordered, outside=outside, classes=classes)
    pooled = found.add(cells)
    assert sorted(np.concatenate(groups(found)).tolist()) == list(range(len(rows)))
    assert pooled.sum(axis=0).tolist() == cells.sum(axis=0).tolist()
    if found.complete:
        assert not is_small(pooled).any()
        again = pool_levels(pooled, ordered=ordered)
        assert not again.pooled
    else:
        assert found.number == len(rows)
    for members in groups(found):
        people = [level for level in members if cells[level].any()]
        assert len({int(classes[level]) for level in people}) <= 1
