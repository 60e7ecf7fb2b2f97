"""What is missing where, and the two decisions that follow: which columns and which rows stand apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from reportgen.analysis.quality import (
    ColumnQuality,
    RowThreshold,
    column_quality,
    columns_left_out,
    kind_in_distance,
    limit_gap,
    missing_blocks,
    row_threshold,
)
from reportgen.dictionary import Kind, Part, Role, Sensitivity
from reportgen.ingest.table import SideName
from tests.unit.analysis.coded import coded_column, ints, raw

CODES = ("", "1", "2", "9", "7")


def quality(
    population: list[int], customers: list[int] | None = None, name: str = "a", **feature: Any
) -> ColumnQuality:
    """Counts of blank, 1, 2, coded missing 9 and unknown 7."""
    column = coded_column(name, CODES, missing=["9"], unknown=["7"], **feature)
    return column_quality([column], {"population": (ints(population),), "customers": (ints(customers or population),)})[
        0
    ]


def test_blank_coded_and_unknown_are_counted_apart() -> None:
    found = quality([5, 40, 30, 15, 10], [1, 2, 3, 4, 0])
    assert (found.blank, found.coded, found.unknown) == (
        {"population": 5, "customers": 1},
        {"population": 15, "customers": 4},
        {"population": 10, "customers": 0},
    )
    assert found.rows == {"population": 100, "customers": 10}
    assert found.missing_share("population") == 0.20  # (5 + 15) / 100: an unknown code is not a missing one
    assert found.missing_share("customers") == 0.5
    assert found.distinct == 2


def test_levels_count_when_somebody_of_the_population_has_them() -> None:
    assert quality([0, 10, 0, 0, 0], [0, 5, 5, 0, 0]).distinct == 1
    assert quality([10, 0, 0, 5, 5]).distinct == 0


def test_columns_leave_for_the_first_reason_that_holds() -> None:
    sensitive: dict[str, Any] = {"sensitivity": Sensitivity.SPECIAL}
    describe: dict[str, Any] = {"role": Role.DESCRIBE}
    often = [60, 20, 20, 0, 0]
    columns = [
        quality([100, 0, 0, 0, 0], name="empty", **describe, **sensitive),
        quality([0, 100, 0, 0, 0], name="constant", **describe, **sensitive),
        quality(often, name="describe", **describe, **sensitive),
        quality(often, name="special", **sensitive),
        quality(often, name="proxy", sensitivity=Sensitivity.PROXY),
        quality(often, name="gaps"),
        quality([10, 45, 45, 0, 0], name="kept"),
    ]
    out = columns_left_out(columns, 0.3)
    assert {name: dropped.reason for name, dropped in out.items()} == {
        "empty": "no known value in the population",
        "constant": "the same value for everybody",
        "describe": "the dictionary uses it to describe only",
        "special": "sensitive (special): kept out of distance and names",
        "proxy": "sensitive (proxy): kept out of distance and names",
        "gaps": "missing too often",
    }
    assert (out["gaps"].value, out["gaps"].threshold) == (0.6, 0.3)
    assert out["special"].value is None


def test_a_column_at_the_limit_stays() -> None:
    assert columns_left_out([quality([30, 40, 30, 0, 0])], 0.3) == {}
    assert "a" in columns_left_out([quality([31, 40, 29, 0, 0])], 0.3)


def test_the_gap_around_the_limit() -> None:
    columns = [quality([10, 45, 45, 0, 0]), quality([22, 40, 38, 0, 0]), quality([60, 20, 20, 0, 0])]
    assert limit_gap(columns, 0.3) == (0.22, 0.6)
    assert limit_gap(columns, 0.7) == (0.6, 1.0)
    assert limit_gap(columns, 0.05) == (0.0, 0.1)


def rows_by_missing(pairs: dict[int, int], columns: int) -> dict[SideName, NDArray[np.int64]]:
    histogram = np.zeros(columns + 1, dtype=np.int64)
    for missing, rows in pairs.items():
        histogram[missing] = rows
    return {"population": histogram, "customers": histogram // 2}


def threshold(pairs: dict[int, int], columns: int = 20, given: int | None = None) -> RowThreshold:
    return row_threshold(rows_by_missing(pairs, columns), given)


def test_a_valley_parts_the_rows() -> None:
    # 10,000 rows; counts 3 to 9 hold under 10 rows each (0.1 %), 1,000 rows lie above.
    found = threshold({0: 6_000, 1: 2_000, 2: 991, 5: 9, 10: 600, 12: 400})
    assert found.threshold == 3
    assert (found.low("population"), found.low("customers")) == (1_009, 4 + 300 + 200)
    assert "3 to 9" in found.reason
    assert not found.given
    # Moved up by 5 to 8 the nine rows at 5 change sides; moved down by 5 (to 0) the other 8,991.
    assert found.moved_by_5 == 8_991


def test_rows_that_a_higher_threshold_would_move() -> None:
    found = threshold({0: 6_000, **dict.fromkeys(range(1, 8), 10), 11: 1_500, 12: 500, 15: 1_000})
    assert found.threshold == 8
    # Down to 3 the 50 rows at 3 to 7 change sides, up to 13 the 2,000 rows at 11 and 12.
    assert found.moved_by_5 == 2_000
    assert found.low("population", 5) == 1_000


@pytest.mark.parametrize(
    ("width", "expected"),
    [(3, 2), (2, None), (4, 2)],
)
def test_a_valley_is_at_least_three_counts_wide(width: int, expected: int | None) -> None:
    assert threshold({0: 5_000, 1: 4_000, 2 + width: 1_000}).threshold == expected


@pytest.mark.parametrize(
    ("in_valley", "expected"),
    [(9, 1), (10, 2)],  # 9 of 10,000 rows is under 0.1 %, 10 is not
)
def test_a_valley_holds_under_one_row_in_a_thousand_at_each_count(in_valley: int, expected: int) -> None:
    found = threshold({0: 9_000 - in_valley, 1: in_valley, 8: 1_000})
    assert found.threshold == expected


@pytest.mark.parametrize(("above", "expected"), [(100, 1), (99, None)])
def test_one_row_in_a_hundred_lies_above_the_valley(above: int, expected: int | None) -> None:
    assert threshold({0: 10_000 - above, 8: above}).threshold == expected


def test_the_first_valley_with_enough_rows_above_it_counts() -> None:
    # Two valleys, 1-3 and 5-8, both with enough above: the first one.
    assert threshold({0: 8_000, 4: 1_000, 9: 1_000}).threshold == 1


def test_files_in_which_every_row_misses_something_have_no_valley_at_the_beginning() -> None:
    # Nobody misses fewer than 6 values; the empty counts 0 to 5 part nothing.
    found = threshold({6: 5_000, 7: 5_000})
    assert found.threshold is None
    assert threshold({6: 5_000, 7: 4_000, 15: 1_000}).threshold == 8


def test_rows_in_one_group_have_no_threshold() -> None:
    found = threshold({0: 5_000, 1: 3_000, 2: 1_500, 3: 500})
    assert found.threshold is None
    assert (found.low("population"), found.moved_by_5) == (0, 0)
    assert "do not fall into two groups" in found.reason


def test_counts_above_the_last_rows_are_no_valley() -> None:
    assert threshold({0: 5_000, 1: 5_000}, columns=40).threshold is None


def test_a_threshold_set_by_hand_holds() -> None:
    found = threshold({0: 6_000, 1: 2_000, 2: 1_000, 10: 1_000}, given=2)
    assert (found.threshold, found.given, found.low("population")) == (2, True, 2_000)
    assert "set in the configuration" in found.reason


def test_a_threshold_beyond_all_columns_leaves_nobody_out() -> None:
    assert threshold({0: 6_000, 10: 1_000}, given=99).low("population") == 0


def test_columns_that_go_missing_together() -> None:
    names = ("a", "b", "c", "d", "e", "f")
    columns = [coded_column(name, ("", "1", "9"), missing=["9"]) for name in names]
    sample = raw(
        [
            [0, 1, 1, 2],  # a and b miss rows 0 and 3, whether blank or coded
            [2, 1, 1, 0],
            [1, 0, 0, 1],  # as many, but other rows
            [1, 1, 1, 1],  # d and e miss nothing in the sample, but 3 rows of the population
            [1, 1, 1, 1],
            [0, 0, 0, 0],  # f is missing everywhere
        ]
    )
    counts = (
        ints([10, 80, 10]),
        ints([15, 80, 5]),
        ints([20, 80, 0]),
        ints([3, 97, 0]),
        ints([0, 97, 3]),
        ints([100, 0, 0]),
    )
    assert missing_blocks(columns, sample, counts, 100) == ((("a", "b"), 20), (("d", "e"), 3))


def test_columns_without_gaps_form_no_block() -> None:
    columns = [coded_column(name, ("1", "2")) for name in "ab"]
    assert missing_blocks(columns, raw([[0, 1], [1, 0]]), (ints([5, 5]), ints([5, 5])), 10) == ()


def test_how_a_column_enters_the_distance() -> None:
    parts = (Part("p", "p", {"1": "1", "2": "2"}),)
    binary, mixed = coded_column("b", ("1", "2"), Kind.BINARY), coded_column("m", ("1", "2"), Kind.MIXED)
    assert kind_in_distance(binary, 2) is Kind.BINARY
    assert kind_in_distance(binary, 3) is Kind.CATEGORICAL
    assert kind_in_distance(mixed, 2) is Kind.CATEGORICAL
    assert kind_in_distance(coded_column("m", ("1", "2"), Kind.MIXED, parts=parts), 2) is Kind.MIXED
    assert kind_in_distance(coded_column("o", ("1", "2")), 2) is Kind.ORDINAL
