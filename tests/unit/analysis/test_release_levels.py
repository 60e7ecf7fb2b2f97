"""Levels as they are published: pools, what stands for them, and few missing values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.analysis import release
from reportgen.analysis.release_levels import (
    LevelPlan,
    classes_of,
    count_levels,
    outside_level,
    plan_levels,
    pooled_column,
    stand_in,
    totals_tell,
)
from reportgen.analysis.suppression_levels import Pooling
from reportgen.dictionary import Kind
from tests.unit.analysis.coded import coded_column, floats, ints

SCALE = coded_column("scale", ("1", "2", "3", "4", "", "9"), missing=["9"])
NAMES = coded_column("names", ("a", "b", "c", ""), Kind.CATEGORICAL, levels=("a", "b", "c"))


def plan(
    population: list[int], customers: list[int], *, nested: bool = False, classes: list[int] | None = None
) -> LevelPlan:
    column = SCALE if len(population) == 5 else NAMES
    return plan_levels(column, ints(population), ints(customers), ints(classes or [0] * len(population)), nested=nested)


def test_blank_and_coded_values_are_missing_together() -> None:
    assert count_levels(SCALE, ints([[5, 6, 7, 8, 2, 3]])).tolist() == [[5, 6, 7, 8, 5]]


def test_nothing_small_leaves_everything_as_it_is() -> None:
    found = plan([40, 50, 60, 70, 30], [20, 20, 20, 20, 0])
    assert not found.pooling.pooled
    assert (found.absorbed, found.withheld) == (frozenset(), frozenset())


def test_few_missing_values_are_counted_with_the_most_frequent_level() -> None:
    found = plan([40, 50, 60, 70, 3], [20, 20, 20, 20, 0])
    assert (found.absorbed, found.target) == (frozenset({"population"}), 3)
    assert plan([40, 50, 60, 70, 30], [20, 30, 20, 20, 4]).absorbed == {"customers"}


def test_two_names_with_few_customers_keep_the_population() -> None:
    found = plan([900, 100, 0, 0], [400, 4, 0, 0])
    assert found.withheld == {"customers"}
    assert plan([900, 4, 0, 0], [400, 40, 0, 0]).withheld == {"population"}


def test_in_nested_files_those_who_are_no_customers_count_as_well() -> None:
    assert not plan([900, 100, 50, 0], [400, 50, 45, 0]).pooling.pooled
    assert plan([900, 100, 50, 0], [400, 50, 45, 0], nested=True).pooling.pooled
    assert plan([900, 100, 50, 15], [400, 50, 20, 12], nested=True).withheld == {"customers"}


def test_few_missing_values_need_a_level_of_their_class() -> None:
    found = plan([40, 50, 60, 70, 3], [20, 20, 20, 20, 0], classes=[0, 0, 0, 0, 1])
    assert found.withheld == {"population"}
    found = plan([40, 50, 60, 70, 3], [20, 20, 20, 20, 0], classes=[1, 1, 0, 0, 1])
    assert found.target == 1


def test_classes_are_the_published_groups_of_the_coarser_column() -> None:
    coarse = plan([900, 4, 6, 0], [400, 10, 10, 0])
    assert coarse.pooling.groups.tolist() == [0, 1, 1]
    assert classes_of(coarse, ints([1, 2, 0, -1, 3])).tolist() == [1, 1, 0, -1, 2]
    with_gaps = plan([900, 40, 60, 3], [400, 10, 10, 0])
    assert classes_of(with_gaps, ints([1, 0, 3, 3])).tolist() == [1, 0, 3, 0]  # only the missing ones move to level a


def test_a_pool_stands_for_its_mean_in_the_population() -> None:
    pooling = Pooling(ints([0, 1, 2, 2]), True, True)
    column = pooled_column(SCALE, pooling, ints([50, 40, 30, 10, 5, 0]))
    assert [level.code for level in column.levels] == ["1", "2", "3..4"]
    assert column.level_of.tolist() == [0, 1, 2, 2, -1, -1]
    assert column.values[:4].tolist() == [1, 2, 3.25, 3.25]
    assert column.codes == ("1", "2", "", "", "", "9")  # a part of a mixed code is no longer known in a pool


def test_a_pool_with_a_small_level_stands_for_a_rounded_mean() -> None:
    # 40 people with 3 and 4 with 4: the mean is 3.09, but steps are 18 / 44 wide.
    assert stand_in(floats([3, 4]), ints([40, 4]), certain=False) == 3.0
    assert stand_in(floats([3, 4]), ints([40, 4]), certain=True) == pytest.approx(3 + 4 / 44)
    assert stand_in(floats([3, 4]), ints([9, 8]), certain=False) == 3.5  # steps would be wider than the pool
    assert stand_in(floats([7]), ints([9]), certain=False) == 7.0


@given(
    st.lists(
        st.tuples(st.integers(-50, 50), st.integers(1, 40)), min_size=1, max_size=8, unique_by=lambda pair: pair[0]
    )
)
def test_the_stand_in_is_as_exact_as_nine_people_allow(pairs: list[tuple[int, int]]) -> None:
    values, counts = floats([value for value, _ in pairs]), ints([count for _, count in pairs])
    found = stand_in(values, counts, certain=False)
    mean, width, n = float(values @ counts / counts.sum()), float(np.ptp(values)), int(counts.sum())
    assert values.min() <= found <= values.max()
    assert abs(found - mean) * n <= 9 * width + 1e-6 or n < 36


def test_the_level_of_unknown_codes_is_on_no_scale() -> None:
    unknown = coded_column("unknown", ("1", "2", "zz"), unknown=["zz"])
    assert outside_level(unknown) == 2
    assert outside_level(SCALE) is None
    assert outside_level(coded_column("n", ("a", "zz"), Kind.CATEGORICAL, unknown=["zz"], levels=("a",))) is None
    # an answer that is called "other" is an answer
    assert outside_level(coded_column("o", ("1", "other"), levels=("1", "other"))) is None


@pytest.mark.parametrize(
    ("missing", "sizes", "tells"),
    [
        ([0, 0], [100, 200], False),
        ([4, 50], [100, 200], False),
        ([95, 0], [100, 200], True),  # 95 of 300 lack a value: at least five of the first segment have one
        ([99, 0], [100, 200], False),  # at least one: that a small count is shown tells as much
        ([4, 1], [100, 200], True),  # five lack one in all, so four is not anything up to nine
        ([60, 0], [100, 200], False),
    ],
)
def test_totals_may_tell_of_few_people_by_themselves(missing: list[int], sizes: list[int], tells: bool) -> None:
    assert totals_tell(ints(missing), ints(sizes)) is tells


@pytest.mark.parametrize(
    ("values", "people", "expected"),
    [
        ([5.0, 6.0], [20, 5], (5.0, 5.0)),
        ([4.0, 5.0, 6.0], [3, 20, 30], (5.0, 6.0)),
        ([7.0, 9.0, 8.0], [4, 5, 6], (8.0, 8.0)),
        ([7.0, 9.0], [4, 6], None),
        ([3.0], [12], (3.0, 3.0)),
    ],
)
def test_a_mean_needs_nobody_with_a_rare_code(
    values: list[float], people: list[int], expected: tuple[float, float] | None
) -> None:
    assert release._ends_without_few(np.array(values), np.array(people)) == expected
