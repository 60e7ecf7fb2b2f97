"""The rule for small counts."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from reportgen.analysis.suppression import FEW, WITHHELD, any_small, is_small, sides_of, value_or_mark
from tests.unit.analysis.coded import ints


def test_one_to_nine_are_small_and_nobody_is_not() -> None:
    assert is_small([0, 1, 9, 10, 5_000]).tolist() == [False, True, True, False, False]
    assert any_small([0, 10, 9])
    assert not any_small([0, 10])
    assert any_small(3)


def test_customers_who_are_part_of_the_population_make_a_third_side() -> None:
    population, customers = ints([20, 15]), ints([12, 0])
    assert sides_of(population, customers, nested=False).tolist() == [[20, 12], [15, 0]]
    assert sides_of(population, customers, nested=True).tolist() == [[20, 12, 8], [15, 0, 15]]


@dataclass(frozen=True)
class Record:
    count: int | None
    reasons: dict[str, str] = field(default_factory=dict)


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (Record(12), 12),
        (Record(0), 0),
        (Record(None, {"count": FEW}), "< 10"),
        (Record(None, {"count": WITHHELD}), "withheld"),
        (Record(None, {"count": "nobody is in it"}), None),
    ],
)
def test_a_mark_stands_for_what_is_held_back_and_for_nothing_else(record: Record, expected: object) -> None:
    assert value_or_mark(record, "count") == expected
