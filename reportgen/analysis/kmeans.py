"""k-means on a sample held in memory: seeding, search, Lloyd steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.breathing import breathe
from reportgen.analysis.grains import with_grains
from reportgen.analysis.held import Held
from reportgen.analysis.points import Points, Steps, centroid_means, squared_distances

STARTS = 8
_LAST_BREATH = 1  # centroids moved at a time once the rows take part
_LAST_STEPS = 3
_LAST_ROWS = 13_000  # at most so many of them, which is a bootstrap sample of 20,000; only Lloyd steps need all
_TOLERANCE = 1e-4  # largest squared centroid shift, as a share of the mean variance of a column
_MOST_STEPS = 100


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


def fit_kmeans(points: Points, k: int, starts: int, random: np.random.Generator) -> Fit:
    """Fit k centroids: several searches on groups of near rows, the best two finished on the rows.

    Parameters
    ----------
    points
        Their groups of near rows are formed here if they have none; see ``grains.with_grains``.
    starts
        Number of searches, at least 1.
    """
    if k == 1:
        return lloyd(points, points.rows[:1].astype(np.float64))
    points = with_grains(points)
    few = points.few or points
    found = breathe(few, seed_centroids(few, k, starts, random), random)
    if few is not points:
        some = points if len(points.rows) <= _LAST_ROWS else points.first(_LAST_ROWS)
        found = breathe(some, found.finalists(), random, _LAST_BREATH, _LAST_STEPS)
        if some is not points:
            return lloyd(points, found.centroids[0])
    return lloyd(points, found.centroids[0], held=found.held.of_fits(np.array([0])))


def seed_centroids(points: Points, k: int, starts: int, random: np.random.Generator) -> NDArray[np.float64]:
    """Choose k rows by greedy k-means++ with 2 + log k trials per centroid (Arthur and Vassilvitskii 2007).

    Returns
    -------
    ndarray of float64, shape (starts, k, n_components)
    """
    n, trials = len(points.rows), 2 + int(np.log(k))
    everyone = np.arange(starts)
    weight = np.cumsum(points.weights, dtype=np.float64)
    chosen = np.empty((starts, k), dtype=np.int64)
    chosen[:, 0] = _draw(weight, random.random(starts))
    gap = _gap(points, chosen[:, 0])
    for at in range(1, k):
        potential = np.cumsum(gap * points.weights, axis=1, dtype=np.float64)
        spots = random.random((starts, trials))
        candidates = np.stack(
            [_draw(own if own[-1] > 0 else weight, spot) for own, spot in zip(potential, spots, strict=True)]
        )
        gaps = np.minimum(gap[:, np.newaxis], _gap(points, candidates.ravel()).reshape(starts, trials, n))
        best = (gaps @ points.weights).argmin(axis=1)
        chosen[:, at] = candidates[everyone, best]
        gap = gaps[everyone, best]
    return points.rows[chosen].astype(np.float64)


def _draw(cumulated: NDArray[np.float64], spots: NDArray[np.float64]) -> NDArray[np.int64]:
    """Draw rows in proportion to what each adds to a cumulated sum; ``spots`` are in [0, 1)."""
    return np.asarray(np.searchsorted(cumulated[:-1], spots * cumulated[-1], side="right"))


def _gap(points: Points, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """Squared distance of some of the rows to each row, shape (n_chosen, n_rows)."""
    weights = np.concatenate([-2.0 * points.rows[rows], points.squares[rows, np.newaxis]], axis=1)
    return np.asarray(np.maximum(weights @ points.wide.T + points.squares, 0.0))


def lloyd(points: Points, centroids: NDArray[np.float64], most: int = _MOST_STEPS, held: Held | None = None) -> Fit:
    """Improve centroids by Lloyd steps until they hardly move.

    A centroid that loses all its rows moves to the row farthest from its centroid.

    Parameters
    ----------
    centroids : ndarray of float64, shape (k, n_components)
    most
        At most so many steps.
    held
        Which rows the centroids held before, if anything is known.
    """
    steps = Steps(points, 1, len(centroids), held)
    shift, inertia = np.inf, np.inf
    for _ in range(most):
        sums = steps.sums(centroids[np.newaxis])
        inertia = float(squared_distances(sums, centroids[np.newaxis]).sum())
        if shift <= _TOLERANCE * points.variance:
            break
        moved = centroid_means(points, sums, centroids[np.newaxis])[0]
        shift = float(((moved - centroids) ** 2).sum(axis=1).max())
        centroids = moved
    return Fit(centroids, inertia)
