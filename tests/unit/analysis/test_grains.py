"""Groups of near rows: they hold every row once, keep means and weights, and are near."""

from __future__ import annotations

import numpy as np
import pytest

from reportgen.analysis import grains
from reportgen.analysis.grains import gather, group, with_grains
from reportgen.analysis.points import Points
from tests.unit.analysis.coded import floats, ints


def cloud(rows: int, seed: int = 0) -> Points:
    return Points.of(np.random.default_rng(seed).standard_normal((rows, 3)) * [4, 2, 1])


def test_a_group_is_its_weighted_mean() -> None:
    points = Points.of(floats([[0, 0], [3, 0], [5, 5], [7, 7]]))
    points = Points(points.rows, points.squares, np.array([2, 1, 1, 1], dtype=np.float32))
    found = gather(points, ints([0, 0, 3, 3]))  # 1 and 2 are empty
    np.testing.assert_allclose(found.rows, [[1, 0], [6, 6]])
    np.testing.assert_allclose(found.weights, [3, 2])
    np.testing.assert_allclose(found.squares, [1, 72])


def test_groups_hold_all_rows_and_are_near() -> None:
    points = cloud(6_000)
    labels = group(points)
    assert len(labels) == 6_000
    found = gather(points, labels)
    assert 900 < len(found.rows) < 1_100
    assert found.total == 6_000
    mean = (found.weights @ found.rows) / found.total
    np.testing.assert_allclose(mean, points.rows.mean(axis=0), atol=1e-4)
    # 1,000 cells in three dimensions: within them little of the variance is left.
    own = np.zeros((labels.max() + 1, 3))
    np.add.at(own, labels, points.rows)
    own /= np.maximum(np.bincount(labels), 1)[:, np.newaxis]
    assert ((points.rows - own[labels]) ** 2).sum() < 0.03 * points.squares.sum()


def test_few_rows_are_searched_as_they_are() -> None:
    points = cloud(3_999)
    assert with_grains(points) is points
    assert with_grains(cloud(4_000)).few is not None


def test_groups_are_formed_once() -> None:
    points = with_grains(cloud(4_000))
    assert with_grains(points) is points


def test_equal_rows_make_fewer_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grains, "_FEWEST_ROWS", 100)
    rows = np.repeat(floats([[0, 0], [1, 0], [0, 9]]), 40, axis=0)
    few = with_grains(Points.of(rows)).few
    assert few is not None
    assert few.total == 120
    assert {tuple(row) for row in few.rows.tolist()} <= {(0.0, 0.0), (1.0, 0.0), (0.0, 9.0)}
