"""The local engine: order, laziness, and the fixed shape of sums."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from reportgen.engine.local import LocalEngine, tree_reduce


def paired(first: str, second: str) -> str:
    return f"({first}{second})"


@pytest.mark.parametrize(
    ("count", "shape"),
    [
        (1, "0"),
        (2, "(01)"),
        (3, "((01)2)"),
        (4, "((01)(23))"),
        (5, "(((01)(23))4)"),
        (6, "(((01)(23))(45))"),
        # Slots hold 1, 2 and 4 results; they are added from the smallest, so the small ones go to the right.
        (7, "(((01)(23))((45)6))"),
        (8, "(((01)(23))((45)(67)))"),
    ],
)
def test_sums_have_a_shape_that_depends_on_their_number_alone(count: int, shape: str) -> None:
    assert tree_reduce(map(str, range(count)), paired) == shape


def test_nothing_to_add_is_an_error() -> None:
    empty: list[int] = []
    with pytest.raises(ValueError, match="nothing to add"):
        tree_reduce(empty, int.__add__)


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_results_come_in_the_order_of_the_items(threads: int) -> None:
    def slow_when_early(item: int) -> int:
        time.sleep(0.004 if item % 4 == 0 else 0.0)
        return item * item

    assert list(LocalEngine(threads).map(slow_when_early, range(24))) == [i * i for i in range(24)]


@pytest.mark.parametrize(("threads", "ahead"), [(1, 1), (2, 4), (3, 6)])
def test_items_are_taken_only_when_results_are_wanted(threads: int, ahead: int) -> None:
    taken = []

    def items() -> Iterator[int]:
        for item in range(100):
            taken.append(item)
            yield item

    results = LocalEngine(threads).map(lambda item: item, items())
    assert taken == []
    assert next(results) == 0
    assert len(taken) == ahead  # two per thread wait, or a single one without threads
    assert next(results) == 1
    assert len(taken) == ahead + 1


def test_threads_work_at_the_same_time() -> None:
    both = threading.Barrier(2, timeout=10)
    assert len(list(LocalEngine(2).map(lambda _: both.wait(), range(2)))) == 2


@pytest.mark.parametrize("threads", [1, 2])
def test_an_error_in_a_task_reaches_the_caller(threads: int) -> None:
    with pytest.raises(ZeroDivisionError):
        list(LocalEngine(threads).map(lambda item: 1 // item, [2, 1, 0, 5]))
