"""The search: it leaves a bad start behind, never gets worse, and halves its fits."""

from __future__ import annotations

import numpy as np
import pytest

from reportgen.analysis.breathing import Found, breathe, few_steps
from reportgen.analysis.held import Held
from reportgen.analysis.points import Points, Steps
from tests.unit.analysis.coded import floats


def solved(centroids: np.ndarray, errors: np.ndarray) -> Found:
    fits, k, width = centroids.shape
    return Found(centroids, errors, Held.nothing(np.zeros((2, width), dtype=np.float32), fits, k))


def blobs(per_blob: int = 60) -> Points:
    centres = floats([[0, 0], [8, 0], [0, 8], [8, 8], [30, 30]])
    noise = np.random.default_rng(0).standard_normal((5 * per_blob, 2))
    return Points.of(np.repeat(centres, per_blob, axis=0) + noise)


def test_errors_are_squared_distances_to_the_mean() -> None:
    points = Points.of(floats([[0], [2], [10], [11]]))
    found = few_steps(points, floats([[[0], [10]], [[11], [2]]]))
    np.testing.assert_allclose(found.centroids[..., 0], [[1, 10.5], [10.5, 1]])
    np.testing.assert_allclose(found.errors, [[2, 0.5], [0.5, 2]], atol=1e-4)
    np.testing.assert_allclose(found.inertia, [2.5, 2.5], atol=1e-4)


def test_a_bad_start_is_left_behind() -> None:
    points = blobs()
    # Four centroids in one blob and one for the other four: plain Lloyd steps never get out of that.
    bad = floats([[[30, 30], [30, 31], [31, 30], [29, 29], [4, 4]]])
    stuck = few_steps(points, bad).inertia[0]
    found = breathe(points, bad, np.random.default_rng(1))
    assert found.inertia[0] < stuck / 10
    np.testing.assert_allclose(np.sort(found.centroids[0, :, 0]), [0, 0, 8, 8, 30], atol=0.5)


@pytest.mark.parametrize(("starts", "left"), [(1, 1), (2, 2), (3, 2), (8, 2)])
def test_the_worse_half_gives_up(starts: int, left: int) -> None:
    points = blobs()
    random = np.random.default_rng(2)
    seeds = points.rows[random.integers(0, 300, (starts, 5))].astype(np.float64)
    found = breathe(points, seeds, random)
    assert found.centroids.shape == (left, 5, 2)
    assert (np.diff(found.inertia) >= 0).all()
    assert found.inertia[0] <= few_steps(points, seeds).inertia.min() * (1 + 1e-6)


def test_two_centroids_can_breathe() -> None:
    points = blobs()
    found = breathe(points, floats([[[30, 30], [31, 31]]]), np.random.default_rng(0))
    np.testing.assert_allclose(np.sort(found.centroids[0, :, 0]), [4, 30], atol=0.5)


def test_leading_solutions_come_first() -> None:
    found = solved(floats([[[1.0]], [[2.0]], [[3.0]]]), floats([[5], [1], [3]]))
    np.testing.assert_array_equal(found.leading(2).centroids, [[[2]], [[3]]])
    np.testing.assert_array_equal(found.leading(2).errors, [[1], [3]])


def test_of_two_equal_solutions_one_is_enough() -> None:
    apart = solved(floats([[[1.0]], [[2.0]], [[3.0]]]), floats([[5], [1], [3]]))
    np.testing.assert_array_equal(apart.finalists()[:, 0], [[2], [3]])
    same = solved(floats([[[1.0]], [[2.0]]]), floats([[1.00005], [1.0]]))
    np.testing.assert_array_equal(same.finalists()[:, 0], [[2]])
    np.testing.assert_array_equal(solved(floats([[[1.0]]]), floats([[5]])).finalists()[:, 0], [[1]])


def test_what_the_solutions_held_is_what_a_pass_finds() -> None:
    points = blobs()
    random = np.random.default_rng(3)
    seeds = points.rows[random.integers(0, 300, (4, 6))].astype(np.float64)
    before = breathe(points, seeds, random)
    steps = Steps(points, 2, 6)
    anew = steps.sums(before.centroids)
    found = few_steps(points, before.centroids, 1, before.held)
    np.testing.assert_array_equal(found.held.members, steps.held.members)
    np.testing.assert_array_equal(found.held.sums[..., -2], anew[..., -2])
    np.testing.assert_allclose(found.held.sums, anew, rtol=1e-5, atol=1e-3)
