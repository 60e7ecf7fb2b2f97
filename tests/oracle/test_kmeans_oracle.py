"""k-means and measures of agreement against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, jaccard_score
from sklearn.metrics.cluster import contingency_matrix

from reportgen.analysis.agreement import adjusted_rand, contingency, jaccard, simplified_silhouette
from reportgen.analysis.kmeans import STARTS, fit_kmeans, lloyd
from reportgen.analysis.points import Points


def blobs(random: np.random.Generator) -> NDArray[np.float64]:
    centres = 4 * random.standard_normal((7, 5))
    return np.asarray(centres[random.integers(0, 7, 2_000)] + random.standard_normal((2_000, 5)))


def unequal_blobs(random: np.random.Generator) -> NDArray[np.float64]:
    centres = 5 * random.standard_normal((5, 4))
    types = random.choice(5, 2_000, p=[0.5, 0.3, 0.12, 0.05, 0.03])
    return np.asarray(centres[types] + random.standard_normal((2_000, 4)) * (0.5 + types[:, np.newaxis] / 3))


def correlated_cloud(random: np.random.Generator) -> NDArray[np.float64]:
    return np.asarray(random.standard_normal((2_000, 6)) * np.sqrt([5, 3, 1, 1, 0.5, 0.3]))


def one_hot(random: np.random.Generator) -> NDArray[np.float64]:
    traits = random.integers(0, 3, 1_500)
    columns = []
    for levels in (4, 3, 5):
        code = np.where(random.random(1_500) < 0.7, traits % levels, random.integers(0, levels, 1_500))
        indicators = (code[:, np.newaxis] == np.arange(levels)).astype(float)
        shares = indicators.mean(axis=0)
        columns.append((indicators - shares) / np.sqrt(shares * (levels - 1)))
    return np.concatenate(columns, axis=1)


@pytest.mark.parametrize(
    ("make", "k"),
    [
        (blobs, 7),
        (blobs, 4),
        (unequal_blobs, 5),
        (correlated_cloud, 3),
        (correlated_cloud, 6),
        (one_hot, 3),
        (one_hot, 5),
    ],
)
@pytest.mark.parametrize("seed", [0, 1])
def test_inertia_is_within_a_thousandth_of_ten_full_starts(make: object, k: int, seed: int) -> None:
    assert callable(make)
    rows = make(np.random.default_rng(seed))
    # With as few starts as the published solution has.
    found = fit_kmeans(Points.of(rows), k, STARTS, np.random.default_rng(seed))
    oracle = KMeans(k, n_init=10, random_state=seed, tol=1e-6).fit(rows)
    assert found.inertia <= 1.001 * oracle.inertia_


def test_lloyd_is_that_of_scikit_learn_from_the_same_start() -> None:
    rows = blobs(np.random.default_rng(3))
    start = rows[:5]
    found = lloyd(Points.of(rows), start)
    oracle = KMeans(5, init=start, n_init=1, tol=1e-4).fit(rows)
    assert found.inertia == pytest.approx(oracle.inertia_, rel=2e-3)
    again = KMeans(5, init=found.centroids, n_init=1, max_iter=1).fit(rows)
    np.testing.assert_allclose(found.centroids, again.cluster_centers_, atol=0.05)
    assert found.inertia == pytest.approx(again.inertia_, rel=1e-3)


def test_weighted_fits_are_those_of_scikit_learn_with_weights() -> None:
    random = np.random.default_rng(5)
    rows = blobs(random)
    points = Points.of(rows)
    sample = points.bootstrap(np.random.default_rng(6))
    found = fit_kmeans(sample, 7, 10, np.random.default_rng(7))
    oracle = KMeans(7, n_init=10, random_state=0).fit(sample.rows, sample_weight=sample.weights)
    assert found.inertia == pytest.approx(oracle.inertia_, rel=1e-3)


def labelings(seed: int, agreement: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    random = np.random.default_rng(seed)
    first = random.integers(0, 4, 600)
    return first, np.where(random.random(600) < agreement, (first + 1) % 4, random.integers(0, 6, 600))


@pytest.mark.parametrize("agreement", [0.0, 0.3, 0.8, 1.0])
def test_adjusted_rand_index(agreement: float) -> None:
    first, second = labelings(1, agreement)
    table = contingency(first, second, 4, 6)
    assert adjusted_rand(table) == pytest.approx(adjusted_rand_score(first, second), abs=1e-12)
    np.testing.assert_array_equal(table[:, table.any(axis=0)], contingency_matrix(first, second))


@pytest.mark.parametrize("agreement", [0.0, 0.3, 0.8, 1.0])
def test_jaccard_similarity(agreement: float) -> None:
    first, second = labelings(2, agreement)
    found = jaccard(contingency(first, second, 4, 6))
    for i in range(4):
        for j in range(6):
            assert found[i, j] == pytest.approx(jaccard_score(first == i, second == j, zero_division=0))


def silhouette_by_loop(rows: NDArray[np.float64], centroids: NDArray[np.float64]) -> float:
    values = []
    for row in rows:
        a, b = sorted(float(np.linalg.norm(row - centroid)) for centroid in centroids)[:2]
        values.append((b - a) / max(a, b))
    return float(np.mean(values))


@pytest.mark.parametrize("k", [2, 3, 8])
def test_simplified_silhouette(k: int) -> None:
    rows = blobs(np.random.default_rng(8))[:500]
    centroids = rows[:k] + 0.1
    assert simplified_silhouette(Points.of(rows), centroids) == pytest.approx(
        silhouette_by_loop(rows, centroids), rel=1e-4
    )


def test_silhouettes_put_numbers_of_segments_in_the_same_order() -> None:
    rows = blobs(np.random.default_rng(9))
    points = Points.of(rows)
    found, direct = [], []
    for k in range(2, 11):
        centroids = fit_kmeans(points, k, 10, np.random.default_rng(k)).centroids
        found.append(simplified_silhouette(points, centroids))
        direct.append(silhouette_by_loop(rows[:400], centroids))
    assert int(np.argmax(found)) == int(np.argmax(direct))
    assert np.corrcoef(found, direct)[0, 1] > 0.99
