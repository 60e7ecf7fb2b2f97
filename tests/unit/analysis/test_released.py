"""What may be told of a column: filled-in counts, tilted means, marks, and the effect among placed people."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from reportgen.analysis.effect_placed import effect_placed
from reportgen.analysis.effects import column_effect, whole_aspect
from reportgen.analysis.release_levels import LevelPlan
from reportgen.analysis.released import ReleasedColumn, fill_in, tilted
from reportgen.analysis.suppression_cells import CellTable, Mark, SegmentMeans, cell_table
from reportgen.analysis.suppression_levels import Pooling
from reportgen.dictionary import Kind
from reportgen.ingest.table import CodedColumn
from tests.unit.analysis.coded import aspect_of, coded_column, floats, ints
from tests.unit.analysis.small import Run

COLUMN = coded_column("scale", ("1", "2", "3", ""))
#            1    2    3  missing, for segments 0 (nobody), 1, 2
EXACT = ints([[0, 0, 0, 0], [4, 300, 196, 100], [96, 200, 104, 0]])
EVERYBODY = EXACT.sum(axis=0)
PRESENT = ints([1, 2])
ALONE = LevelPlan(Pooling(ints([0, 1, 2]), False, True), -1, frozenset(), frozenset())


def table(**changes: object) -> CellTable:
    return replace(cell_table(EXACT[1:].T), **changes)  # type: ignore[arg-type]


def filled(found: CellTable | None) -> NDArray[np.float64]:
    return fill_in(COLUMN, EXACT, EVERYBODY, found, PRESENT)


def released(found: CellTable | None, column: CodedColumn = COLUMN, plan: LevelPlan = ALONE) -> ReleasedColumn:
    by_segment = fill_in(column, EXACT, EVERYBODY, found, PRESENT)
    return ReleasedColumn(0, column, plan, EVERYBODY, EVERYBODY, by_segment, found, PRESENT, None, False)


def test_an_exact_table_stays_as_it_is() -> None:
    exact = CellTable(EXACT[1:].T, 0.0, np.zeros((4, 2), dtype=np.int8))
    np.testing.assert_array_equal(filled(exact), EXACT)


def test_a_small_cell_is_filled_in_with_five_people() -> None:
    marks = table().marks.copy()
    marks[1, 0] = Mark.HELD
    found = filled(table(marks=marks))
    # 500 of 600 have a known value, of whom 196 are shown and 5 stand for the small cell.
    assert found[1] == pytest.approx([5, 299, 196, 100])
    assert found[2] == pytest.approx([96, 200, 104, 0])
    assert found[0].tolist() == [0, 0, 0, 0]


def test_cells_that_are_not_told_apart_share_what_is_left_like_everybody() -> None:
    marks = table().marks.copy()
    marks[:2, 0] = Mark.HELD
    found = filled(table(marks=marks))
    assert found[1] == pytest.approx([304 * 100 / 600, 304 * 500 / 600, 196, 100])


def test_rounded_shares_stand_for_themselves() -> None:
    found = filled(table(step=0.05))
    assert found[1, 1:3] == pytest.approx([0.6 * 0.85 * 600, 0.4 * 0.85 * 600])
    assert found[1, 3] == pytest.approx(0.15 * 600)  # the share with a known value is 0.833, given as 0.85


def test_without_shares_people_are_spread_as_in_the_population() -> None:
    for found in (None, table(given=False)):
        assert filled(found)[1] == pytest.approx(600 * EVERYBODY / EVERYBODY.sum())


def test_a_mean_tilts_the_spread() -> None:
    means = SegmentMeans(floats([1, 2, 3]), floats([1, 2, 3]), floats([2.384, 2.02]), 0.1)
    found = filled(table(given=False, means=means))
    for segment, mean in ((1, 2.4), (2, 2.0)):
        assert found[segment, :3] @ [1, 2, 3] / found[segment, :3].sum() == pytest.approx(mean)
        assert found[segment].sum() == pytest.approx(EXACT[segment].sum())


def test_few_known_values_are_five() -> None:
    exact = ints([[0, 0, 0, 0], [4, 1, 0, 595], [96, 200, 104, 0]])
    found = fill_in(COLUMN, exact, exact.sum(axis=0), cell_table(exact[1:].T), PRESENT)
    assert found[1, 3] == 595
    assert found[1, :3].sum() == pytest.approx(5)


@given(
    st.lists(st.tuples(st.integers(-20, 20), st.integers(1, 500)), min_size=2, max_size=8, unique_by=lambda p: p[0]),
    st.floats(0.02, 0.98),
)
def test_tilting_gives_the_mean_and_keeps_the_people(pairs: list[tuple[int, int]], at: float) -> None:
    values, counts = floats([v for v, _ in pairs] + [np.nan]), floats([n for _, n in pairs] + [7])
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    mean = low + at * (high - low)
    found = tilted(counts, values, mean)
    assert found[-1] == 7
    assert found.sum() == pytest.approx(counts.sum())
    assert found[:-1] @ values[:-1] / found[:-1].sum() == pytest.approx(mean, abs=1e-6 * (high - low))


def test_a_mean_that_is_not_given_tilts_nothing() -> None:
    counts, values = floats([3, 4]), floats([1, 2])
    assert tilted(counts, values, np.nan) is counts
    assert tilted(counts, values, 2.0) is counts


def test_rows_hold_none_for_what_is_not_given_and_for_nobody() -> None:
    found = released(table(step=0.001))
    shares, marks = found.segment_row(0, 3)
    assert shares == (None, None, 0.24)
    assert marks == (Mark.SHOWN, Mark.FEW, Mark.SHOWN)
    assert found.segment_row(-1, 3)[0] == (None, 0.833, 1.0)
    assert released(None).segment_row(0, 3) == ((None,) * 3, (Mark.SHOWN, Mark.HELD, Mark.HELD))
    assert released(table(given=False)).segment_row(0, 3)[1] == (Mark.SHOWN, Mark.HELD, Mark.HELD)


def test_only_what_is_shown_is_told() -> None:
    names = coded_column("names", ("1", "2", "3", ""), Kind.CATEGORICAL, levels=("1", "2", "3"))
    found, aspect = released(table(step=0.001), names), aspect_of(names)
    assert not found.tells(aspect, 1, 0, 5.0)
    assert found.tells(aspect, 1, 1, 300.0)
    assert found.tells(aspect, 2, 0, 96.0)
    assert not found.tells(aspect, 0, 0, 0.0)  # nobody is in segment 0
    assert found.holds_back(1)
    assert not found.holds_back(2)
    assert released(None, names).holds_back(2)
    assert not released(None, names).tells(aspect, 2, 0, 96.0)
    assert not released(table(given=False), names).tells(aspect, 2, 0, 96.0)


def test_a_mean_is_told_unless_it_rests_on_filled_in_people() -> None:
    aspect = aspect_of(COLUMN)
    assert released(table(step=0.001)).tells(aspect, 1, None, 600.0)
    marks = table().marks.copy()
    marks[1, 0] = Mark.HELD
    assert not released(table(marks=marks)).tells(aspect, 1, None, 600.0)
    means = SegmentMeans(floats([1, 2, 3]), floats([1, 2, 3]), floats([2.384, 2.02]), 0.1)
    assert released(table(given=False, means=means)).tells(aspect, 1, None, 600.0)
    assert not released(table(given=False)).tells(aspect, 1, None, 600.0)


def test_the_pool_of_many_names_is_not_told() -> None:
    plan = LevelPlan(Pooling(ints([0, 0, 1]), True, True), -1, frozenset(), frozenset())
    names = coded_column("names", ("1", "2", "3", ""), Kind.CATEGORICAL, levels=("other, rare level", "x"))
    pooled = cell_table(ints([[304, 296], [196, 104], [100, 0]]))
    found = ReleasedColumn(0, names, plan, EVERYBODY, EVERYBODY, EXACT.astype(float), pooled, PRESENT, None, False)
    assert not found.tells(aspect_of(names), 1, 0, 304.0)
    assert found.tells(aspect_of(names), 1, 1, 196.0)


def placed(run: Run, kind: Kind, population: list[list[int]], customers: list[list[int]]) -> tuple[float | None, bool]:
    """Return the effect among placed rows; counts are those of segment 0 and of the others by code."""
    codes = [str(number + 1) for number in range(len(population[0]))]
    aspect = whole_aspect(coded_column("made", codes, kind, levels=codes), 0, kind)
    return effect_placed(run.findings.data, aspect, {"population": ints(population), "customers": ints(customers)})


def test_the_effect_among_placed_people_has_two_decimals(small: Run) -> None:
    population, customers = [[20, 20], [300, 700]], [[20, 20], [200, 200]]
    aspect = aspect_of(coded_column("made", ("1", "2"), Kind.CATEGORICAL, levels=("1", "2")))
    exact = column_effect(aspect, ints(population[1]), ints(customers[1]), 0.0)
    assert exact is not None
    assert placed(small, Kind.CATEGORICAL, population, customers) == (round(exact, 2), False)


def test_levels_with_few_low_information_records_do_not_make_the_effect(small: Run) -> None:
    # The second level differs most, but four customers of it are low-information records.
    population, customers = [[20, 20, 20], [300, 300, 400]], [[20, 4, 20], [100, 200, 100]]
    effect, held = placed(small, Kind.CATEGORICAL, population, customers)
    assert not held
    assert effect == pytest.approx(2 * np.arcsin(np.sqrt(0.25)) - 2 * np.arcsin(np.sqrt(0.4)), abs=0.005)


def test_in_large_files_two_decimals_leave_room_for_few_people(small: Run) -> None:
    population, customers = [[20, 20], [300_000, 700_000]], [[20, 4], [20_000, 20_000]]
    effect, held = placed(small, Kind.CATEGORICAL, population, customers)
    assert not held
    assert effect is not None
    few = [[20, 20], [300, 700]], [[20, 4], [20, 20]]
    by_first, held = placed(small, Kind.BINARY, *few)
    assert not held
    assert by_first == pytest.approx(effect, abs=0.05)
    assert placed(small, Kind.CATEGORICAL, [[4, 4], [300, 700]], [[4, 4], [20, 20]]) == (None, True)


def test_a_scale_is_compared_whole_or_not_at_all(small: Run) -> None:
    population, customers = [[20, 20, 20], [300, 300, 400]], [[20, 4, 20], [100, 200, 100]]
    assert placed(small, Kind.ORDINAL, population, customers) == (None, True)
    large = [[20, 20, 20], [300_000, 300_000, 400_000]], [[20, 4, 20], [10_000, 20_000, 10_000]]
    effect, held = placed(small, Kind.ORDINAL, *large)
    assert not held
    assert effect == pytest.approx(-0.12, abs=0.01)
    assert placed(small, Kind.ORDINAL, [[20, 20], [30, 70]], [[20, 20], [0, 0]]) == (None, False)
