"""Measures of agreement and of separation by hand."""

from __future__ import annotations

import numpy as np
import pytest

from reportgen.analysis.agreement import adjusted_rand, contingency, jaccard, simplified_silhouette
from reportgen.analysis.points import Points
from tests.unit.analysis.coded import floats, ints


def line(*values: float) -> Points:
    return Points.of(floats(values)[:, np.newaxis])


def weighted(points: Points, *weights: float) -> Points:
    return Points(points.rows, points.squares, np.array(weights, dtype=np.float32))


def test_contingency() -> None:
    np.testing.assert_array_equal(contingency(ints([0, 0, 1, 2]), ints([1, 1, 0, 1]), 3, 2), [[0, 2], [1, 0], [0, 1]])


def test_narrow_labels_do_not_overflow() -> None:
    # 199 x 200 + 199 is beyond 16 bits.
    last = np.full(3, 199, dtype=np.int16)
    table = contingency(last, last, 200, 200)
    assert table[199, 199] == 3
    assert table.sum() == 3


def test_adjusted_rand_by_hand() -> None:
    # Table [[2, 1], [0, 3]]: pairs within cells 1 + 0 + 0 + 3 = 4; rows 3 and 3: 3 + 3 = 6; columns 2 and 4: 1 + 6 = 7.
    # All pairs 15; expected 6 x 7 / 15 = 2.8; (4 - 2.8) / (6.5 - 2.8) = 0.324324.
    assert adjusted_rand(ints([[2, 1], [0, 3]])) == pytest.approx(1.2 / 3.7)


def test_adjusted_rand_of_equal_and_trivial_partitions() -> None:
    assert adjusted_rand(ints([[3, 0], [0, 4]])) == 1.0
    assert adjusted_rand(ints([[0, 3], [4, 0]])) == 1.0
    assert adjusted_rand(ints([[7]])) == 1.0
    assert adjusted_rand(ints([[3, 4]])) == 0.0
    # Every cell as expected: slightly below 0, since sampling without replacement expects fewer.
    assert adjusted_rand(ints([[5, 5], [5, 5]])) == pytest.approx(-1 / 18)


def test_jaccard_by_hand() -> None:
    # Cell (0, 0): 2 shared, 3 + 2 - 2 = 3 in either; (0, 1): 1 of 3 + 4 - 1 = 6; (1, 1): 3 of 3 + 4 - 3 = 4.
    np.testing.assert_allclose(jaccard(ints([[2, 1], [0, 3]])), [[2 / 3, 1 / 6], [0, 3 / 4]])


def test_jaccard_of_empty_groups_is_zero() -> None:
    np.testing.assert_array_equal(jaccard(ints([[4, 0], [0, 0]])), [[1, 0], [0, 0]])


def test_simplified_silhouette_by_hand() -> None:
    # 0: to centroids 1 and 9: (9 - 1)/9; 2: (7 - 1)/7; 9: (8 - 0)/8.
    expected = (8 / 9 + 6 / 7 + 1) / 3
    assert simplified_silhouette(line(0, 2, 9), floats([[1], [9]])) == pytest.approx(expected, rel=1e-6)


def test_simplified_silhouette_without_a_choice() -> None:
    assert simplified_silhouette(line(0, 2), floats([[1]])) == 0.0
    assert simplified_silhouette(line(1, 1), floats([[1], [1]])) == 0.0  # both centroids at the row itself


def test_simplified_silhouette_weighs_rows() -> None:
    points = weighted(line(0, 2, 9), 2, 1, 1)
    expected = (2 * 8 / 9 + 6 / 7 + 1) / 4
    assert simplified_silhouette(points, floats([[1], [9]])) == pytest.approx(expected, rel=1e-6)
