"""Adjusted Rand index, Jaccard, silhouette and Cramér's V for every table."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from reportgen.analysis.agreement import adjusted_rand, contingency, jaccard, simplified_silhouette
from reportgen.analysis.association import cramers_v
from reportgen.analysis.points import Points
from reportgen.analysis.refits import match
from tests.unit.analysis.coded import floats, ints

LABELS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=80)


@st.composite
def tables(draw: st.DrawFn) -> NDArray[np.int64]:
    pairs = ints(draw(LABELS))
    return contingency(pairs[:, 0], pairs[:, 1], 5, 5)


@given(tables())
def test_adjusted_rand_is_symmetric_and_at_most_one(table: NDArray[np.int64]) -> None:
    value = adjusted_rand(table)
    assert value <= 1.0 + 1e-12
    assert value == pytest.approx(adjusted_rand(table.T), abs=1e-12)


@given(tables(), st.permutations(range(5)), st.permutations(range(5)))
def test_names_of_segments_do_not_matter(table: NDArray[np.int64], rows: list[int], columns: list[int]) -> None:
    renamed = table[np.ix_(rows, columns)]
    assert adjusted_rand(renamed) == pytest.approx(adjusted_rand(table), abs=1e-12)
    np.testing.assert_allclose(jaccard(renamed), jaccard(table)[np.ix_(rows, columns)])
    assert cramers_v(renamed.astype(np.float64)) == pytest.approx(cramers_v(table.astype(np.float64)), abs=1e-12)


@given(LABELS)
def test_a_partition_agrees_with_itself(pairs: list[tuple[int, int]]) -> None:
    labels = ints(pairs)[:, 0]
    table = contingency(labels, labels, 5, 5)
    assert adjusted_rand(table) == pytest.approx(1.0)
    used = np.bincount(labels, minlength=5) > 0
    np.testing.assert_array_equal(jaccard(table).max(axis=1)[used], 1.0)


@given(tables())
def test_jaccard_lies_between_none_and_all(table: NDArray[np.int64]) -> None:
    found = jaccard(table)
    assert ((found >= 0) & (found <= 1)).all()
    np.testing.assert_allclose(found.T, jaccard(table.T))
    # Shared rows are few or many with the table's cell.
    assert ((found == 0) == (table == 0)).all()


@given(tables())
def test_at_most_one_group_can_match_beyond_a_half(table: NDArray[np.int64]) -> None:
    # Which is what makes 0.5 the limit of "found again".
    assert ((jaccard(table) > 0.5).sum(axis=1) <= 1).all()


@given(LABELS)
def test_the_best_match_is_the_largest_jaccard(pairs: list[tuple[int, int]]) -> None:
    first, second = ints(pairs).T
    np.testing.assert_array_equal(match(first, [second], 5)[0], jaccard(contingency(first, second, 5, 5)).max(axis=1))


@given(tables())
def test_cramers_v_lies_between_none_and_all(table: NDArray[np.int64]) -> None:
    value = cramers_v(table.astype(np.float64))
    assert 0.0 <= value <= 1.0
    assert value == pytest.approx(cramers_v(table.T.astype(np.float64)), abs=1e-12)


@given(
    st.lists(st.floats(-10, 10, width=32), min_size=3, max_size=30),
    st.lists(st.floats(-10, 10, width=32), min_size=2, max_size=4),
)
def test_the_silhouette_lies_between_none_and_all(values: list[float], centres: list[float]) -> None:
    points = Points.of(floats(values)[:, np.newaxis])
    value = simplified_silhouette(points, floats(centres)[:, np.newaxis])
    assert 0.0 <= value <= 1.0 + 1e-6


@given(st.lists(st.floats(-5, 5, width=16), min_size=4, max_size=30))
def test_the_silhouette_does_not_depend_on_the_unit(values: list[float]) -> None:
    rows = floats(values)[:, np.newaxis]
    centres = floats([[-2.0], [3.0]])
    assume(np.abs(rows - centres.T).min() > 0.01)
    one = simplified_silhouette(Points.of(rows), centres)
    other = simplified_silhouette(Points.of(rows * 8), centres * 8)
    assert one == pytest.approx(other, abs=1e-4)
