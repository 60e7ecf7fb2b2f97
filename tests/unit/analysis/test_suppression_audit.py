"""What follows from a table: the linear program, and the quick proof that stands in for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reportgen.analysis.suppression_audit import Link, exposed_cells
from reportgen.analysis.suppression_cells import CellTable, Mark, SegmentMeans, cell_table, with_rectangles
from reportgen.analysis.suppression_moves import is_safe, room, unproven
from reportgen.analysis.suppression_protect import protect_tables
from tests.unit.analysis.coded import floats, ints

COUNTS = ints([[4, 60, 50], [70, 80, 30], [90, 20, 40], [0, 0, 0]])
NO_CLASSES = ints([0, 0, 0])


def exposed(*tables: CellTable, links: tuple[Link, ...] = (), told: bool = True, least: int = 0) -> list[object]:
    return list(exposed_cells(tables, links, told=told, least=least))


def test_a_cell_held_back_alone_follows_by_subtraction() -> None:
    assert exposed(cell_table(COUNTS)) == [(0, 0, 0)]


def test_a_rectangle_makes_it_safe() -> None:
    table = with_rectangles(cell_table(COUNTS))
    assert exposed(table) == []
    assert unproven(table, NO_CLASSES, told=True) == []


def test_two_cells_of_a_row_are_not_enough() -> None:
    marks = cell_table(COUNTS).marks.copy()
    marks[0, 1] = Mark.HELD
    assert exposed(replace(cell_table(COUNTS), marks=marks)) == [(0, 0, 0)]


def test_steps_worth_enough_people_make_it_safe() -> None:
    table = cell_table(ints([[4, 6_000, 5_000], [7_000, 8_000, 3_000], [9_000, 2_000, 4_000], [0, 0, 0]]))
    assert exposed(table)
    assert exposed(replace(table, step=0.0001))
    assert exposed(replace(table, step=0.001)) == []


def test_two_small_cells_of_a_row_tell_one_another_when_their_marks_do() -> None:
    # The level holds 18 people in two segments: who knows that neither has ten knows that both have nine.
    counts = ints([[9, 9], [500, 600], [400, 300], [0, 0]])
    table = with_rectangles(cell_table(counts))
    assert set(exposed(table, told=True)) == {(0, 0, 0), (0, 0, 1)}
    hidden = np.ones((4, 2), dtype=np.int8) * Mark.HELD
    assert exposed(replace(table, marks=hidden), told=False) == []


def test_few_known_values_follow_from_complete_segments() -> None:
    # Who lacks a value in B is known exactly, so the number of all who do tells of the eight in A who have one.
    counts = ints([[4, 150, 250], [4, 170, 230], [92, 80, 0]])
    table = replace(cell_table(counts), step=0.02)
    assert exposed(table) == [(0, 3, 0)]
    assert exposed(replace(table, known_step=0.05)) == []


def test_what_sizes_and_totals_tell_alone_can_only_be_one() -> None:
    # 100 people of 101 in A lack a value, and 100 lack one in all: at least one in A has one.
    counts = ints([[1, 300], [0, 300], [100, 0]])
    nothing = replace(cell_table(counts), given=False)
    assert exposed(nothing, told=False)
    assert exposed(nothing, told=False, least=1) == []


def test_a_coarser_feature_gives_away_what_a_finer_one_holds_back() -> None:
    fine = ints([[4, 60, 50], [70, 80, 30], [90, 20, 40], [50, 60, 70], [0, 0, 0]])
    part_of = ints([0, 1, 1, 0, 2])
    coarse = ints([fine[[0, 3]].sum(axis=0), fine[[1, 2]].sum(axis=0), [0, 0, 0]])
    table = with_rectangles(cell_table(fine))
    assert table.marks[1].any()  # the rectangle leaves the class
    assert exposed(table) == []
    link = Link(0, 1, part_of)
    assert (0, 0, 0) in exposed(table, cell_table(coarse), links=(link,))
    within = with_rectangles(cell_table(fine), part_of[:-1])
    assert exposed(within, cell_table(coarse), links=(link,)) == []


def test_a_finer_feature_gives_away_what_a_coarser_one_holds_back() -> None:
    fine = ints([[4, 60, 50], [0, 80, 30], [90, 20, 40], [50, 60, 70], [0, 0, 0]])
    part_of = ints([0, 0, 1, 2, 3])
    coarse = ints([fine[:2].sum(axis=0), fine[2], fine[3], [0, 0, 0]])
    held = with_rectangles(cell_table(coarse))
    assert exposed(held) == []
    open_fine = replace(cell_table(fine), marks=np.zeros(fine.shape, dtype=np.int8))
    assert (1, 0, 0) in exposed(open_fine, held, links=(Link(0, 1, part_of),))


def test_a_mean_narrows_what_is_left() -> None:
    counts = ints([[4, 40], [40, 4], [0, 0]])
    means = SegmentMeans(floats([1, 2]), floats([1, 2]), floats([1 + 40 / 44, 1 + 4 / 44]), 0.001)
    table = replace(cell_table(counts, means), given=False)
    assert set(exposed(table, told=False)) == {(0, 0, 0), (0, 1, 1)}
    assert exposed(replace(table, means=None), told=False) == []
    assert exposed(replace(table, means=replace(means, step=1.0)), told=False) == []


def test_moves_add_up_over_several_rectangles() -> None:
    table = replace(cell_table(COUNTS * 40 + ints([[-156, 0, 0], [0] * 3, [0] * 3, [0] * 3])), step=0.002)
    down, up = room(table, told=True)
    assert max(int(down[0, 1:].max()), int(down[1:3, 0].max())) < 9  # no rectangle alone carries what is wanted
    assert is_safe(table, (0, 0), (down, up), NO_CLASSES)


TABLE = st.integers(2, 5).flatmap(
    lambda columns: st.lists(
        st.lists(st.integers(0, 30) | st.integers(0, 900), min_size=columns, max_size=columns), min_size=3, max_size=6
    )
)


def tables(rows: list[list[int]]) -> Iterator[CellTable]:
    counts = ints(rows)
    if sum(rows[-1]) % 2:
        counts[-1] = 0  # every value is known
    counts[0] += 10  # every segment holds somebody, and every level ten people
    counts[:-1, 0] += 10
    table = cell_table(counts)
    for step in (0.0, 0.001, 0.01):
        yield replace(table, step=step)
        yield replace(with_rectangles(table), step=step)


@settings(max_examples=60, deadline=None)
@given(TABLE)
def test_what_moves_prove_the_linear_program_finds_as_well(rows: list[list[int]]) -> None:
    for table in tables(rows):
        classes = np.zeros(len(table.counts) - 1, dtype=np.int64)
        doubtful = set(unproven(table, classes, told=True))
        small = {(int(r), int(s)) for r, s in np.argwhere((table.counts > 0) & (table.counts < 10))}
        # A made-up link makes the program look at every cell: the coarse table is the table itself.
        same = Link(0, 1, np.arange(len(table.counts)))
        found = {(r, s) for t, r, s in exposed_cells([table, table], [same], told=True) if t == 0}
        levels = {cell for cell in small if cell[0] < len(table.counts) - 1}
        assert found & levels <= doubtful


@settings(max_examples=40, deadline=None)
@given(TABLE)
def test_protected_tables_are_safe_and_keep_their_people(rows: list[list[int]]) -> None:
    table = next(tables(rows))
    (safe,), left = protect_tables([table], [])
    np.testing.assert_array_equal(safe.counts, table.counts)
    if not left:
        told = bool((safe.marks == Mark.FEW).any())
        assert list(exposed_cells([safe], [], told=told, least=1)) == []
    if not table.small.any():
        assert safe.step == 0.0
        assert not safe.marks.any()
    shown = safe.shares()[:-1][~np.isnan(safe.shares()[:-1])]
    assert ((shown >= 0) & (shown <= 1)).all()
    small = (table.counts[:-1] > 0) & (table.counts[:-1] < 10)
    assert np.isnan(safe.shares()[:-1][small]).all()


def test_linked_tables_are_protected_together() -> None:
    fine = ints([[4, 60, 50], [70, 80, 30], [90, 20, 40], [50, 60, 70], [0, 0, 0]])
    coarse = ints([fine[[0, 3]].sum(axis=0), fine[[1, 2]].sum(axis=0), [0, 0, 0]])
    link = Link(0, 1, ints([0, 1, 1, 0, 2]))
    chosen, left = protect_tables([cell_table(fine), cell_table(coarse)], [link])
    assert left == []
    assert list(exposed_cells(chosen, [link], told=True)) == []
    assert all(table.given for table in chosen)


def test_tables_that_nothing_protects_are_named() -> None:
    # 105 people of 300 are in the level and 200 in segment A: at least five of A are in the level, whatever is shown.
    counts = ints([[7, 98], [193, 2], [0, 0]])
    (table,), left = protect_tables([cell_table(counts)], [])
    assert not table.given
    assert (0, 0, 0) in left


@pytest.mark.parametrize("told", [True, False])
def test_a_table_without_small_cells_exposes_nothing(told: bool) -> None:
    assert exposed(cell_table(COUNTS + 10), told=told) == []
