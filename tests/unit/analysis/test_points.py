"""One pass over rows: nearest centroids, ties, sums, several fits side by side."""

from __future__ import annotations

import numpy as np
import pytest

from reportgen.analysis import points as points_module
from reportgen.analysis.points import Points, Steps, centroid_means, squared_distances
from tests.unit.analysis.coded import floats


def line(*values: float) -> Points:
    return Points.of(floats(values)[:, np.newaxis])


def at(*values: float) -> np.ndarray:
    return floats(values)[:, np.newaxis]


def cloud(rows: int = 300, width: int = 4) -> Points:
    random = np.random.default_rng(5)
    drawn = Points.of(random.standard_normal((rows, width)))
    return Points(drawn.rows, drawn.squares, random.integers(1, 4, rows).astype(np.float32))


def test_the_nearest_centroid_and_the_inertia_by_hand() -> None:
    labels, inertia = line(0, 2, 9, 10).assign(at(1, 9))
    assert labels.tolist() == [0, 0, 1, 1]
    assert inertia == pytest.approx(3.0)  # 1 + 1 + 0 + 1


def test_of_equally_near_centroids_the_first_counts() -> None:
    points = line(0, 5, 10)
    assert points.nearest(at(0, 10, 10)).tolist() == [0, 0, 1]
    assert points.nearest(at(10, 0, 10)).tolist() == [1, 0, 0]
    # No row is counted twice, and the other fit beside it is left as it is.
    sums = Steps(points, 2, 2).sums(np.stack([at(10, 10), at(0, 10)]))
    np.testing.assert_array_equal(sums[..., -2], [[3, 0], [2, 1]])


def test_the_two_nearest_by_hand() -> None:
    np.testing.assert_allclose(line(0, 2, 9).nearest_two(at(1, 9, 20)), [[1, 1, 0], [81, 49, 64]])


def test_sums_are_those_of_a_loop_however_the_rows_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    points = cloud()
    centroids = np.random.default_rng(6).standard_normal((3, 5, 4))
    whole = Steps(points, 3, 5).sums(centroids)
    inertia = squared_distances(whole, centroids).sum(axis=1)
    for fit in range(3):
        gaps = ((points.rows[:, np.newaxis].astype(np.float64) - centroids[fit]) ** 2).sum(axis=2)
        labels = gaps.argmin(axis=1)
        for k in range(5):
            own = labels == k
            np.testing.assert_allclose(whole[fit, k, :-2], points.weights[own] @ points.rows[own], atol=1e-4)
            assert whole[fit, k, -2] == points.weights[own].sum()
            assert whole[fit, k, -1] == pytest.approx(float(points.weights[own] @ points.squares[own]), rel=1e-5)
        assert inertia[fit] == pytest.approx(float(points.weights @ gaps.min(axis=1)), rel=1e-5)
    monkeypatch.setattr(points_module, "_CHUNK_CELLS", 60 * 15)
    cut = Steps(points, 3, 5).sums(centroids)
    np.testing.assert_allclose(cut, whole, rtol=1e-5, atol=1e-4)
    labels = ((points.rows[:, np.newaxis] - centroids[0]) ** 2).sum(axis=2).argmin(axis=1)
    np.testing.assert_array_equal(points.nearest(centroids[0]), labels)


@pytest.mark.parametrize("cells", [200_000, 60 * 15])
@pytest.mark.parametrize("shift", [0.01, 3.0], ids=["few rows move", "most rows move"])
def test_passes_that_move_rows_add_up_as_one_from_the_start(
    monkeypatch: pytest.MonkeyPatch, cells: int, shift: float
) -> None:
    monkeypatch.setattr(points_module, "_CHUNK_CELLS", cells)
    points, random = cloud(), np.random.default_rng(7)
    centroids = random.standard_normal((3, 5, 4))
    steps = Steps(points, 3, 5)
    for _ in range(30):
        moved = steps.sums(centroids)
        anew = Steps(points, 3, 5).sums(centroids)
        np.testing.assert_array_equal(moved[..., -2], anew[..., -2])
        np.testing.assert_allclose(moved, anew, rtol=1e-5, atol=1e-3)
        centroids = centroids + shift * random.standard_normal(centroids.shape)


def test_what_is_held_narrows_and_widens_with_the_centroids() -> None:
    points = line(0, 1, 9, 10, 20)
    steps = Steps(points, 2, 3)
    steps.sums(np.stack([at(0, 10, 20), at(20, 0, 10)]))
    wider = steps.held.with_more(1)
    np.testing.assert_array_equal(wider.sums[..., -2], [[2, 2, 1, 0], [1, 2, 2, 0]])
    first, second = wider.of_fits(np.array([1])), wider.keeping(np.array([[1, 3], [1, 3]]))
    np.testing.assert_array_equal(first.members[0], [[0, 0, 0, 0, 1], [1, 1, 0, 0, 0], [0, 0, 1, 1, 0], [0] * 5])
    np.testing.assert_array_equal(second.sums[..., -2], [[2, 0], [2, 0]])
    # Rows that none held move in; what was taken from is as it was.
    moved = Steps(points, 2, 2, second).sums(np.stack([at(10, 0), at(5, 30)]))
    np.testing.assert_array_equal(moved[..., -2], [[3, 2], [4, 1]])
    np.testing.assert_array_equal(moved[..., 0], [[39, 1], [20, 20]])
    np.testing.assert_array_equal(wider.sums[..., -2], [[2, 2, 1, 0], [1, 2, 2, 0]])


def test_no_rows_have_no_labels() -> None:
    nobody = cloud().first(0)
    labels, inertia = nobody.assign(np.zeros((2, 4)))
    assert (len(labels), inertia) == (0, 0.0)
    assert nobody.nearest_two(np.zeros((2, 4))).shape == (2, 0)


def test_centroids_move_to_the_mean_of_their_rows() -> None:
    points = Points(line(0, 4, 9).rows, line(0, 4, 9).squares, np.array([3, 1, 1], dtype=np.float32))
    centroids = np.stack([at(0, 9)])
    sums = Steps(points, 1, 2).sums(centroids)
    np.testing.assert_allclose(centroid_means(points, sums, centroids), [[[1], [9]]])


def test_empty_centroids_move_to_the_farthest_rows() -> None:
    points = line(0, 1, 2, 10)
    centroids = np.stack([at(2.5, 100, 200), at(0, 1, 10)])
    sums = Steps(points, 2, 3).sums(centroids)
    moved = centroid_means(points, sums, centroids)
    # 10 is 7.5 from 2.5 and 0 is 2.5 from it; the fit beside has no empty centroid.
    np.testing.assert_allclose(moved[0, :, 0], [3.25, 10, 0])
    np.testing.assert_allclose(moved[1, :, 0], [0, 1.5, 10])


def test_moments_of_weighted_rows() -> None:
    points = Points(line(0, 3).rows, line(0, 3).squares, np.array([2, 1], dtype=np.float32))
    assert points.total == 3
    assert points.weighted_square == 9
    assert points.variance == pytest.approx(2.0)  # 9 / 3 - 1
