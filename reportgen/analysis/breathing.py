"""The search behind k-means: breathing (Fritzke 2020, "The breathing k-means algorithm", arXiv:2006.15666).

From a seeding and a few Lloyd steps, m centroids are added where the error is largest and the m least useful are taken
away again, with Lloyd steps in between. A change that lowers the inertia is kept; otherwise m goes down by one, from
four to none. This leaves most local optima behind, which matters here: with plain starts the refits of a stable
solution differ because of the search and not because of the data (docs/performance.md).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.held import Held
from reportgen.analysis.points import Points, Steps, centroid_means, squared_distances

_DEEPEST = 4
_STEPS = 5
_FEWEST = 2
_GAIN = 1e-4  # smallest relative gain in inertia that is worth another breath
_NUDGE = 0.1  # distance of a new centroid from the old one, in standard deviations


@dataclass
class Found:
    """Solutions of searches side by side.

    Attributes
    ----------
    centroids : ndarray of float64, shape (fits, k, n_components)
    errors : ndarray of float64, shape (fits, k)
        Weighted squared distances of each centroid's rows to it, by the last assignment.
    held
        The last assignment.
    """

    centroids: NDArray[np.float64]
    errors: NDArray[np.float64]
    held: Held

    @property
    def inertia(self) -> NDArray[np.float64]:
        """Sum of the errors, shape (fits,)."""
        return np.asarray(self.errors.sum(axis=1))

    def leading(self, number: int) -> Found:
        """Keep the best solutions, the smallest inertia first."""
        return self.of_fits(np.argsort(self.inertia, kind="stable")[:number])

    def of_fits(self, which: NDArray[np.intp]) -> Found:
        """Take some of the solutions."""
        return Found(self.centroids[which], self.errors[which], self.held.of_fits(which))

    def replace(self, which: NDArray[np.intp], others: Found) -> None:
        """Put others in the place of some of the solutions."""
        self.centroids[which], self.errors[which] = others.centroids, others.errors
        self.held.members[which], self.held.sums[which] = others.held.members, others.held.sums

    def finalists(self) -> NDArray[np.float64]:
        """Centroids of the best two solutions, or of the best alone where the other is as good and so the same."""
        two = self.leading(2)
        same = two.inertia[-1] <= two.inertia[0] * (1 + _GAIN)
        return np.asarray(two.centroids[:1] if same else two.centroids)


def breathe(
    points: Points,
    centroids: NDArray[np.float64],
    random: np.random.Generator,
    deepest: int = _DEEPEST,
    steps: int = _STEPS,
) -> Found:
    """Search from several seedings side by side; the worse half gives up each time m goes down, until two are left.

    Parameters
    ----------
    centroids : ndarray of float64, shape (fits, k, n_components)
    deepest
        Most centroids that are added and taken away at a time.
    steps
        Lloyd steps in between.

    Returns
    -------
    Found
        What is left, the smallest inertia first.
    """
    best = few_steps(points, centroids, steps)
    for breath in range(min(deepest, centroids.shape[1]), 0, -1):
        going = np.arange(len(best.centroids))
        while len(going):
            here = best.of_fits(going)
            more = np.concatenate([here.centroids, _added(points, here, breath, random)], axis=1)
            wider = few_steps(points, more, steps, here.held.with_more(breath))
            kept = _most_useful(points, wider.centroids, breath)
            fewer = np.take_along_axis(wider.centroids, kept[..., np.newaxis], axis=1)
            changed = few_steps(points, fewer, steps, wider.held.keeping(kept))
            better = changed.inertia < here.inertia * (1 - _GAIN)
            going = going[better]
            best.replace(going, changed.of_fits(np.flatnonzero(better)))
        best = best.leading(max(_FEWEST, len(best.centroids) // 2))
    return best


def few_steps(points: Points, centroids: NDArray[np.float64], number: int = _STEPS, held: Held | None = None) -> Found:
    """Take some Lloyd steps with each of several sets of centroids; ``held`` is what they held before, if anything."""
    fits, k, _ = centroids.shape
    steps = Steps(points, fits, k, held)
    for _ in range(number):
        sums = steps.sums(centroids)
        centroids = centroid_means(points, sums, centroids)
    return Found(centroids, squared_distances(sums, centroids), steps.held)


def _added(points: Points, found: Found, number: int, random: np.random.Generator) -> NDArray[np.float64]:
    """Place new centroids close to those with the largest error, shape (fits, number, n_components)."""
    worst = np.argsort(-found.errors, axis=1, kind="stable")[:, :number]
    width = found.centroids.shape[2]
    spread = np.sqrt(np.take_along_axis(found.errors, worst, axis=1).sum(axis=1) / (points.total * width))
    nudge = _NUDGE * spread[:, np.newaxis, np.newaxis] * random.standard_normal((*worst.shape, width))
    return np.asarray(np.take_along_axis(found.centroids, worst[..., np.newaxis], axis=1) + nudge)


def _most_useful(points: Points, centroids: NDArray[np.float64], fewer: int) -> NDArray[np.intp]:
    """Choose the centroids to keep: all but those whose rows lose least by moving on, no two neighbours if possible.

    Returns
    -------
    ndarray of int, shape (fits, k - fewer)
        Ascending in each fit.
    """
    fits, k, _ = centroids.shape
    use = np.zeros((fits, k))
    for part in Steps(points, fits, k).parts(centroids):
        smallest = part.smallest
        loss = (part.second() - smallest) * points.weights[part.rows]
        use += np.matmul(part.mask.astype(np.float32), loss[..., np.newaxis])[..., 0]
    kept = [np.delete(np.arange(k), _least_useful(*fit, fewer)) for fit in zip(centroids, use, strict=True)]
    return np.array(kept, dtype=np.intp).reshape(fits, k - fewer)


def _least_useful(centroids: NDArray[np.float64], use: NDArray[np.float64], number: int) -> list[int]:
    apart = ((centroids[:, np.newaxis] - centroids) ** 2).sum(axis=2)
    np.fill_diagonal(apart, np.inf)
    neighbour = apart.argmin(axis=1)
    order = [int(index) for index in np.argsort(use, kind="stable")]
    gone: list[int] = []
    frozen: set[int] = set()
    for index in order:
        if len(gone) < number and index not in frozen:
            gone.append(index)
            frozen.add(int(neighbour[index]))
    return gone + [index for index in order if index not in gone][: number - len(gone)]
