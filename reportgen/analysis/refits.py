"""Fits on bootstrap samples, applied to the rows that the samples were drawn from, and how far they agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.agreement import adjusted_rand, contingency, jaccard
from reportgen.analysis.grains import with_grains
from reportgen.analysis.kmeans import STARTS, fit_kmeans
from reportgen.analysis.points import Points
from reportgen.engine.local import LocalEngine

ARI_LIMIT = 0.8
JACCARD_LIMIT = 0.75


@dataclass(frozen=True)
class Refit:
    """One fit on a bootstrap sample.

    Attributes
    ----------
    centroids : ndarray of float64, shape (k, n_components)
    labels : ndarray of int16, shape (n_rows,)
        Nearest centroid of every row that the sample was drawn from.
    inertia
        Sum of squared distances of these rows to it.
    """

    centroids: NDArray[np.float64]
    labels: NDArray[np.int16]
    inertia: float


@dataclass(frozen=True)
class Agreement:
    """How far the refits of one k agree, on the rows that they were all applied to.

    Attributes
    ----------
    rows
        Number of these rows.
    ari
        Adjusted Rand index of each pair of refits.
    best_match : ndarray of float64, shape (n_refits, k)
        Largest Jaccard similarity of each reference segment with any segment of the refit.
    """

    rows: int
    ari: tuple[float, ...]
    best_match: NDArray[np.float64]

    @cached_property
    def mean_ari(self) -> float:
        """Mean adjusted Rand index over pairs."""
        return float(np.mean(self.ari))

    @cached_property
    def lowest_jaccard(self) -> float:
        """Mean Jaccard similarity of the least stable segment."""
        return float(self.best_match.mean(axis=0).min())

    @property
    def margin(self) -> float:
        """How far both limits are met: 1 when just met, below 1 when the worse one is missed."""
        return min(self.mean_ari / ARI_LIMIT, self.lowest_jaccard / JACCARD_LIMIT)

    @property
    def stable(self) -> bool:
        """Whether mean agreement and every segment reach their limits."""
        return self.margin >= 1.0


def measure_agreement(reference: NDArray[np.integer], refits: Sequence[Refit]) -> Agreement:
    """Compare refits in pairs, and each with the labels of a reference solution on the same rows."""
    k = len(refits[0].centroids)
    labels = [refit.labels for refit in refits]
    return Agreement(len(reference), pair_agreement(labels, k), match(reference, labels, k))


def draw_refits(
    engine: LocalEngine, points: Points, wanted: Mapping[int, Sequence[int]], stream: Sequence[int]
) -> dict[int, tuple[Refit, ...]]:
    """Cluster bootstrap samples with several numbers of segments.

    Replicate r is one sample for all k, with groups of near rows of its own (those of all rows would lead every search
    the same way). Each fit has its own random numbers, so neither the other k nor the number of replicates changes it.

    Parameters
    ----------
    wanted
        Numbers of the replicates by k.
    stream
        Seed of the random numbers, and whatever tells them from others.
    """
    numbers = sorted({number for replicates in wanted.values() for number in replicates})
    by_number = dict(zip(numbers, engine.spread(partial(_refit, points, wanted, stream), numbers), strict=True))
    return {k: tuple(by_number[number][k] for number in replicates) for k, replicates in wanted.items()}


def _refit(points: Points, wanted: Mapping[int, Sequence[int]], stream: Sequence[int], number: int) -> dict[int, Refit]:
    """Cluster one bootstrap sample with every number of segments that asks for it."""
    sample = with_grains(points.bootstrap(np.random.default_rng([*stream, number])))
    found = {}
    for k in (k for k, replicates in wanted.items() if number in replicates):
        fit = fit_kmeans(sample, k, STARTS, np.random.default_rng([*stream, number, k]))
        labels, inertia = points.assign(fit.centroids)
        found[k] = Refit(fit.centroids, labels.astype(np.int16), inertia)
    return found


def pair_agreement(labels: Sequence[NDArray[np.integer]], k: int) -> tuple[float, ...]:
    """Return the adjusted Rand index of labelings 0 and 1, 2 and 3, ..."""
    pairs = list(pairwise(labels))[::2]
    return tuple(adjusted_rand(contingency(first, second, k, k)) for first, second in pairs)


def match(reference: NDArray[np.integer], labels: Sequence[NDArray[np.integer]], k: int) -> NDArray[np.float64]:
    """Best Jaccard similarity of each reference segment in each labeling, shape (n_labelings, k)."""
    return np.array([jaccard(contingency(reference, other, k, k)).max(axis=1) for other in labels])
