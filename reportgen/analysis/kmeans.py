"""k-means on a sample held in memory: seeding, Lloyd steps, agreement between solutions.

Many small fits are needed (every k, many bootstrap samples), so the steps work on plain arrays: distances by one
matrix product, centroid sums by one sparse product. Row weights make a bootstrap sample out of the rows at hand.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

_TOLERANCE = 1e-4  # largest squared centroid shift, as a share of the mean variance of a column
_MOST_STEPS = 100
_DEEPEST_BREATH = 4
_BREATH_STEPS = 5
_BREATH_GAIN = 1e-4  # smallest relative gain in inertia that is worth another breath
_NUDGE = 0.1  # distance of a new centroid from the old one, in standard deviations


@dataclass(frozen=True)
class Fit:
    """One k-means solution.

    Attributes
    ----------
    centroids : ndarray of float64, shape (k, n_components)
    inertia
        Weighted sum of squared distances to the nearest centroid.
    """

    centroids: NDArray[np.float64]
    inertia: float


@dataclass(frozen=True)
class Points:
    """Rows to cluster, with what every step needs of them.

    Attributes
    ----------
    rows : ndarray of float32, shape (n_rows, n_components)
    squares : ndarray of float32, shape (n_rows,)
        Squared length of each row.
    weights : ndarray of float32, shape (n_rows,)
    """

    rows: NDArray[np.float32]
    squares: NDArray[np.float32]
    weights: NDArray[np.float32]

    @staticmethod
    def of(rows: NDArray[np.float64] | NDArray[np.float32]) -> Points:
        """Take rows with equal weights."""
        rows32 = np.ascontiguousarray(rows, dtype=np.float32)
        squares = np.einsum("ij,ij->i", rows32, rows32)
        return Points(rows32, squares, np.ones(len(rows32), dtype=np.float32))

    def bootstrap(self, random: np.random.Generator, size: int | None = None) -> Points:
        """Draw ``size`` rows (default: all) with replacement: each drawn row once, with its multiplicity."""
        n = len(self.rows)
        times = np.bincount(random.integers(0, n, size or n), minlength=n)
        drawn = np.flatnonzero(times)
        return Points(self.rows[drawn], self.squares[drawn], times[drawn].astype(np.float32))

    def distances(self, centroids: NDArray[np.float64]) -> NDArray[np.float32]:
        """Squared distance of each row to each centroid, less the row's own square; shape (n_rows, k)."""
        c = centroids.astype(np.float32)
        return np.asarray(np.einsum("ij,ij->i", c, c) - 2.0 * (self.rows @ c.T))

    def nearest(self, centroids: NDArray[np.float64]) -> NDArray[np.int64]:
        """Index of the nearest centroid of each row."""
        return np.asarray(self.distances(centroids).argmin(axis=1))


def seed_centroids(points: Points, k: int, random: np.random.Generator) -> NDArray[np.float64]:
    """Choose k rows by greedy k-means++ with 2 + log k trials per centroid (Arthur and Vassilvitskii 2007).

    Returns
    -------
    ndarray of float64, shape (k, n_components)
    """
    trials = 2 + int(np.log(k))
    first = random.choice(len(points.rows), p=_shares(points.weights))
    chosen = [int(first)]
    gap = _gap(points, np.array([first]))[:, 0]
    for _ in range(1, k):
        potential = np.cumsum(gap * points.weights, dtype=np.float64)
        if potential[-1] <= 0:
            chosen.append(int(random.integers(len(points.rows))))
            continue
        candidates = np.searchsorted(potential, random.random(trials) * potential[-1])
        candidates = np.minimum(candidates, len(points.rows) - 1)
        gaps = np.minimum(gap[:, np.newaxis], _gap(points, candidates))
        best = int((points.weights @ gaps).argmin())
        chosen.append(int(candidates[best]))
        gap = gaps[:, best]
    return points.rows[chosen].astype(np.float64)


def _shares(weights: NDArray[np.float32]) -> NDArray[np.float64]:
    wide = weights.astype(np.float64)
    return np.asarray(wide / wide.sum())


def _gap(points: Points, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """Squared distance of each row to some of the rows, shape (n_rows, n_chosen)."""
    chosen = points.rows[rows]
    squared = points.squares[:, np.newaxis] + points.squares[rows] - 2.0 * (points.rows @ chosen.T)
    return np.asarray(np.maximum(squared, 0.0))


def lloyd(points: Points, centroids: NDArray[np.float64], steps: int = _MOST_STEPS) -> Fit:
    """Improve centroids by Lloyd steps until they hardly move.

    A centroid that loses all its rows moves to the row farthest from its centroid.

    Parameters
    ----------
    centroids : ndarray of float64, shape (k, n_components)
    steps
        At most so many.
    """
    k = len(centroids)
    total = points.weights.sum(dtype=np.float64)
    mean = (points.weights @ points.rows) / total
    spread = float((points.weights @ points.squares) / total - mean @ mean) / points.rows.shape[1]
    shift = np.inf
    inertia = np.inf
    for _ in range(steps):
        distances = points.distances(centroids)
        labels = distances.argmin(axis=1)
        gap = np.maximum(points.squares + distances[np.arange(len(labels)), labels], 0.0)
        inertia = float(points.weights @ gap.astype(np.float64))
        if shift <= _TOLERANCE * spread:
            break
        moved = _means(points, labels, gap, k)
        shift = float(((moved - centroids) ** 2).sum(axis=1).max())
        centroids = moved
    return Fit(centroids, inertia)


def _means(points: Points, labels: NDArray[np.int64], gap: NDArray[np.float32], k: int) -> NDArray[np.float64]:
    n = len(labels)
    members = csr_array((points.weights, (labels, np.arange(n))), shape=(k, n))
    sizes = np.bincount(labels, weights=points.weights, minlength=k)
    sums = np.asarray(members @ points.rows, dtype=np.float64)
    empty = np.flatnonzero(sizes == 0)
    if len(empty):
        farthest = np.argsort(-gap, kind="stable")[: len(empty)]
        sums[empty] = points.rows[farthest]
        sizes[empty] = 1.0
    return np.asarray(sums / sizes[:, np.newaxis])


def fit_kmeans(points: Points, k: int, starts: int, random: np.random.Generator) -> Fit:
    """Fit k centroids by breathing k-means (Fritzke 2020, arXiv:2006.15666), best of some starts.

    From a k-means++ seeding and a few Lloyd steps, m centroids are added where the error is largest and the m least
    useful are taken away again, with Lloyd steps in between. A change that lowers the inertia is kept; otherwise m goes
    down by one, from four to none. This leaves most local optima behind, which matters here: with plain starts the
    refits of a stable solution differ because of the search and not because of the data (docs/performance.md).

    Parameters
    ----------
    starts
        Number of seedings, at least 1.
    """
    if k == 1:
        return lloyd(points, points.rows[:1].astype(np.float64))
    fits = [_breathe(points, seed_centroids(points, k, random), random) for _ in range(starts)]
    return lloyd(points, min(fits, key=lambda fit: fit.inertia).centroids)


def _breathe(points: Points, centroids: NDArray[np.float64], random: np.random.Generator) -> Fit:
    best = lloyd(points, centroids, _BREATH_STEPS)
    breath = min(_DEEPEST_BREATH, len(centroids))
    while breath > 0:
        wider = lloyd(
            points, np.vstack([best.centroids, _added(points, best.centroids, breath, random)]), _BREATH_STEPS
        )
        kept = _without_least_useful(points, wider.centroids, breath)
        changed = lloyd(points, kept, _BREATH_STEPS)
        if changed.inertia < best.inertia * (1 - _BREATH_GAIN):
            best = changed
        else:
            breath -= 1
    return best


def _nearest_two(points: Points, centroids: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Label of each row and squared distances to its nearest and second nearest centroid, shape (n_rows, 2)."""
    squared = np.maximum(points.distances(centroids) + points.squares[:, np.newaxis], 0.0)
    return squared.argmin(axis=1), np.partition(squared, 1, axis=1)[:, :2]


def _added(
    points: Points, centroids: NDArray[np.float64], number: int, random: np.random.Generator
) -> NDArray[np.float64]:
    """Place new centroids close to those with the largest error."""
    labels, nearest = _nearest_two(points, centroids)
    error = np.bincount(labels, weights=points.weights * nearest[:, 0], minlength=len(centroids))
    worst = np.argsort(-error, kind="stable")[:number]
    width = centroids.shape[1]
    spread = np.sqrt(error[worst].sum() / points.weights.sum() / width)
    return np.asarray(centroids[worst] + _NUDGE * spread * random.standard_normal((number, width)))


def _without_least_useful(points: Points, centroids: NDArray[np.float64], number: int) -> NDArray[np.float64]:
    """Take away the centroids whose rows lose least by moving on, no two of them neighbours if possible."""
    labels, nearest = _nearest_two(points, centroids)
    use = np.bincount(labels, weights=points.weights * (nearest[:, 1] - nearest[:, 0]), minlength=len(centroids))
    apart = ((centroids[:, np.newaxis] - centroids) ** 2).sum(axis=2)
    np.fill_diagonal(apart, np.inf)
    order = [int(index) for index in np.argsort(use, kind="stable")]
    gone: list[int] = []
    frozen: set[int] = set()
    for index in order:
        if len(gone) < number and index not in frozen:
            gone.append(index)
            frozen.add(int(apart[index].argmin()))
    gone += [index for index in order if index not in gone][: number - len(gone)]
    return np.delete(centroids, gone, axis=0)


def contingency(first: NDArray[np.int64], second: NDArray[np.int64], k_first: int, k_second: int) -> NDArray[np.int64]:
    """Cross-tabulate two labelings of the same rows, shape (k_first, k_second)."""
    return np.bincount(first * k_second + second, minlength=k_first * k_second).reshape(k_first, k_second)


def adjusted_rand(table: NDArray[np.int64]) -> float:
    """Return the adjusted Rand index of a contingency table (Hubert and Arabie 1985, eq. 5).

    Returns
    -------
    float
        1 for equal partitions, about 0 for independent ones; 1 when both put all rows into one group.
    """
    counts = table.astype(np.float64)
    pairs = (counts * (counts - 1) / 2).sum()
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    in_rows, in_columns = (rows * (rows - 1) / 2).sum(), (columns * (columns - 1) / 2).sum()
    n = counts.sum()
    expected = in_rows * in_columns / (n * (n - 1) / 2)
    most = (in_rows + in_columns) / 2
    return 1.0 if most == expected else float((pairs - expected) / (most - expected))


def jaccard(table: NDArray[np.int64]) -> NDArray[np.float64]:
    """Jaccard similarity of each row group with each column group: shared rows over rows in either.

    Parameters
    ----------
    table : ndarray of int64, shape (k_first, k_second)
        Contingency table.

    Returns
    -------
    ndarray of float64, shape (k_first, k_second)
        In [0, 1].
    """
    union = table.sum(axis=1, keepdims=True) + table.sum(axis=0, keepdims=True) - table
    return np.asarray(np.divide(table, union, out=np.zeros(table.shape), where=union > 0))


def simplified_silhouette(points: Points, centroids: NDArray[np.float64]) -> float:
    """Mean of (b - a) / max(a, b), a and b the distances to the nearest and second nearest centroid.

    The simplified silhouette (Hruschka, de Castro and Campello 2004) replaces mean distances to all members by the
    distance to the centroid, which makes it linear in the number of rows.

    Returns
    -------
    float
        In [0, 1]; 0 for a single centroid.
    """
    if len(centroids) < 2:
        return 0.0
    squared = np.maximum(points.distances(centroids) + points.squares[:, np.newaxis], 0.0)
    nearest = np.sqrt(np.partition(squared, 1, axis=1)[:, :2])
    a, b = nearest[:, 0], nearest[:, 1]
    return float(np.average(np.divide(b - a, b, out=np.zeros_like(b), where=b > 0), weights=points.weights))
