"""A feature that is withheld is named only where that tells nothing of the cells that are hidden."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from reportgen.analysis.aspects import aspects_of
from reportgen.analysis.description import _hidden, _with_small
from reportgen.dictionary import Kind
from reportgen.engine.assignment import Tables
from tests.unit.analysis.coded import coded_column


def test_small_cells_take_any_number_and_a_segment_keeps_its_size() -> None:
    counts = np.array([[50, 50, 50], [3, 200, 9], [0, 8, 300]])
    for number in (0, 9):
        changed = _with_small(counts, 1, number)
        assert changed[1].tolist() == [number, 212 - 2 * number, number]
        assert changed[[0, 2]].tolist() == counts[[0, 2]].tolist()
    assert counts[1].tolist() == [3, 200, 9]


def hidden(*columns: NDArray[np.int64]) -> dict[int, str]:
    """Return what is named when nothing of two segments is told; a column is counts of segments 0 to 2 by code."""
    names = [f"F{at}" for at in range(len(columns))]
    aspects = [
        aspect
        for at, (name, counts) in enumerate(zip(names, columns, strict=True))
        for aspect in aspects_of(
            coded_column(name, [str(code) for code in range(counts.shape[1])], Kind.CATEGORICAL), at, Kind.CATEGORICAL
        )
    ]
    tables = Tables(columns[0].sum(axis=1), columns)
    findings: Any = SimpleNamespace(tables={"population": tables}, k=2)
    return _hidden({1: (), 2: ()}, aspects, findings)


def column(small: int, *, others: int = 20) -> NDArray[np.int64]:
    """Return a column in which segment 1 has hardly anybody of code 0, which half of segment 2 has."""
    return np.array([[0, 0], [small, 400 - small], [400 * others // 40, 400 - 400 * others // 40]])


def test_a_feature_that_stands_out_is_named_whatever_the_small_cells_hold() -> None:
    plain = np.array([[0, 0], [200, 200], [200, 200]])
    assert {hidden(column(small, others=36), plain).get(1) for small in range(1, 10)} == {"F0"}


@pytest.mark.parametrize("others", [10, 16, 20, 30, 34, 35, 36, 38])
def test_what_is_named_never_depends_on_the_small_cells(others: int) -> None:
    said = {
        str(hidden(column(first, others=others), column(second, others=35)))
        for first in range(1, 10)
        for second in range(1, 10)
    }
    assert len(said) == 1


def test_of_two_that_might_stand_out_most_none_is_named() -> None:
    assert 1 not in hidden(column(2, others=36), column(7, others=36))


def test_small_segments_are_left_alone() -> None:
    small = np.array([[0, 0], [2, 150], [200, 200]])
    assert hidden(small, np.array([[0, 0], [76, 76], [200, 200]])) == {}
