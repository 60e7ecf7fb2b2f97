"""k-means on small clouds, and the measures of agreement by hand."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from reportgen.analysis.agreement import adjusted_rand, contingency
from reportgen.analysis.kmeans import fit_kmeans, lloyd, seed_centroids
from reportgen.analysis.points import Points
from tests.unit.analysis.coded import floats


def line(*values: float) -> Points:
    return Points.of(floats(values)[:, np.newaxis])


def weighted(points: Points, *weights: float) -> Points:
    return Points(points.rows, points.squares, np.array(weights, dtype=np.float32))


def blobs(per_blob: int = 60, seed: int = 0) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    random = np.random.default_rng(seed)
    centres = floats([[0, 0], [8, 0], [0, 8], [8, 8]])
    labels = np.repeat(np.arange(4), per_blob)
    return centres[labels] + random.standard_normal((len(labels), 2)), labels


def test_lloyd_on_a_line() -> None:
    # From 0 and 1: {0} {1, 9, 10} -> 0 and 20/3; {0, 1} {9, 10} -> 0.5 and 9.5; inertia 4 x 0.25.
    fit = lloyd(line(0, 1, 9, 10), floats([[0], [1]]))
    np.testing.assert_allclose(fit.centroids, [[0.5], [9.5]])
    assert fit.inertia == pytest.approx(1.0)


def test_weights_count_rows() -> None:
    points = weighted(line(0, 1, 9), 3, 1, 2)
    fit = lloyd(points, floats([[0], [9]]))
    np.testing.assert_allclose(fit.centroids, [[0.25], [9.0]])
    # 3 x 0.0625 + 1 x 0.5625
    assert fit.inertia == pytest.approx(0.75)


def test_a_bootstrap_sample_is_a_weighting() -> None:
    points = line(*range(50))
    sample = points.bootstrap(np.random.default_rng(1))
    assert sample.weights.sum() == 50
    assert (sample.weights >= 1).all()
    assert 25 < len(sample.rows) < 40  # about 63 % of the rows are drawn at least once
    assert points.bootstrap(np.random.default_rng(1), 20).weights.sum() == 20
    written_out = Points.of(np.repeat(sample.rows, sample.weights.astype(int), axis=0))
    start = floats([[5], [40]])
    np.testing.assert_allclose(lloyd(sample, start).centroids, lloyd(written_out, start).centroids, rtol=1e-5)
    assert lloyd(sample, start).inertia == pytest.approx(lloyd(written_out, start).inertia, rel=1e-4)


def test_an_emptied_centroid_moves_to_the_farthest_row() -> None:
    # 100 attracts nobody; the row farthest from its centroid (10, at 7.5 from 2.5) takes it over.
    fit = lloyd(line(0, 1, 2, 10), floats([[2.5], [100.0]]))
    np.testing.assert_allclose(np.sort(fit.centroids[:, 0]), [1, 10])
    assert fit.inertia == pytest.approx(2.0)


def test_inertia_is_that_of_the_centroids() -> None:
    points = Points.of(blobs()[0])
    fit = lloyd(points, floats([[0, 0], [1, 1], [2, 5]]))
    gaps = ((points.rows[:, np.newaxis, :] - fit.centroids) ** 2).sum(axis=2).min(axis=1)
    assert fit.inertia == pytest.approx(float(gaps.sum()), rel=1e-3)


def test_clear_blobs_are_found_from_any_seed() -> None:
    rows, labels = blobs()
    points = Points.of(rows)
    for seed in range(5):
        fit = fit_kmeans(points, 4, 10, np.random.default_rng(seed))
        assert adjusted_rand(contingency(labels, points.nearest(fit.centroids), 4, 4)) == 1.0


def test_the_same_random_numbers_give_the_same_fit() -> None:
    points = Points.of(blobs()[0])
    one, other = (fit_kmeans(points, 5, 3, np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(one.centroids, other.centroids)


def test_seeds_are_rows() -> None:
    points = Points.of(blobs()[0])
    found = seed_centroids(points, 6, 3, np.random.default_rng(0))
    assert found.shape == (3, 6, 2)
    rows = {tuple(row) for row in points.rows.astype(np.float64)}
    for seeds in found:
        assert all(tuple(seed) in rows for seed in seeds)
        assert len({tuple(seed) for seed in seeds}) == 6


def test_rows_without_weight_are_no_seeds() -> None:
    points = weighted(line(0, 1, 2, 50), 0, 1, 1, 0)
    found = seed_centroids(points, 2, 10, np.random.default_rng(0))
    assert set(found.ravel().tolist()) == {1.0, 2.0}


def test_seeds_fall_into_different_blobs() -> None:
    rows, labels = blobs()
    points = Points.of(rows)
    hits = 0
    for seeds in seed_centroids(points, 4, 20, np.random.default_rng(0)):
        gaps = ((rows[:, np.newaxis, :] - seeds) ** 2).sum(axis=2)
        hits += len(set(labels[gaps.argmin(axis=0)])) == 4
    assert hits >= 18  # plain random rows would do so in 4!/4⁴ = 9 % of the draws


def test_fewer_different_rows_than_centroids() -> None:
    points = line(*[1] * 7, *[5] * 5)
    fit = fit_kmeans(points, 4, 3, np.random.default_rng(0))
    assert fit.centroids.shape == (4, 1)
    assert fit.inertia == pytest.approx(0.0, abs=1e-6)
    assert np.isfinite(fit.centroids).all()
