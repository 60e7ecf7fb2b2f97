"""Segments under ten people on either side are merged before anything is assigned, printed or written.

The size of a segment is published exactly, so a small one cannot be held back: it is merged with the segment whose
centroid is nearest, and Lloyd steps over all rows draw the borders anew. What follows (assignment, model, refits,
tables) knows the merged segments only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.agreement import adjusted_rand, contingency, simplified_silhouette
from reportgen.analysis.choice import KChoice
from reportgen.analysis.kmeans import Fit
from reportgen.analysis.points import Points
from reportgen.analysis.refits import Agreement, match
from reportgen.analysis.scan import KResult
from reportgen.analysis.segmentation import Segmentation
from reportgen.analysis.suppression import LEAST, any_small, sides_of

Sizes = tuple[NDArray[np.int64], NDArray[np.int64]]


@dataclass(frozen=True)
class Group:
    """Segments taken as one.

    Attributes
    ----------
    centroid : ndarray of float64, shape (n_components,)
        Mean of their people.
    population, customers
        Placed rows on both sides.
    """

    centroid: NDArray[np.float64]
    population: int
    customers: int

    def with_(self, other: Group) -> Group:
        """Take two groups as one; the weights of the centroids are the people of the population."""
        n = self.population + other.population
        share = self.population / n if n else 0.5
        centroid = share * self.centroid + (1.0 - share) * other.centroid
        return Group(np.asarray(centroid), n, self.customers + other.customers)


def merge_small(centroids: NDArray[np.float64], sizes: Sizes, *, nested: bool) -> NDArray[np.float64]:
    """Merge centroids until every segment has ten people on both sides, or one segment is left.

    The smallest segment that is too small goes first, into the one whose centroid is nearest. A side without any placed
    row is passed over: no merging would help it.

    Parameters
    ----------
    centroids : ndarray of float64, shape (k, n_components)
    sizes
        Placed rows of population and customers by segment, int64 arrays of shape (k,).
    nested
        Whether customers are part of the population; then those who are no customers must be ten or none, too.

    Returns
    -------
    ndarray of float64, shape (k', n_components)
        ``centroids`` itself when nothing is small.
    """
    groups = [Group(*group) for group in zip(centroids, *(side.tolist() for side in sizes), strict=True)]
    empty = tuple(int(side.sum()) == 0 for side in sizes)
    while len(groups) > 1:
        small = [group for group in groups if _is_too_small(group, empty, nested=nested)]
        if not small:
            break
        first = min(small, key=lambda group: (min(group.population, group.customers), group.population))
        others = [group for group in groups if group is not first]
        nearest = min(others, key=lambda group: float(((group.centroid - first.centroid) ** 2).sum()))
        groups = [group.with_(first) if group is nearest else group for group in others]
    return centroids if len(groups) == len(centroids) else np.array([group.centroid for group in groups])


def _is_too_small(group: Group, empty: tuple[bool, ...], *, nested: bool) -> bool:
    counts = (group.population, group.customers)
    if any(count < LEAST for count, nobody in zip(counts, empty, strict=True) if not nobody):
        return True
    return any_small(sides_of(np.array(group.population), np.array(group.customers), nested=nested))


def too_small(results: Sequence[KResult], samples: Sequence[tuple[Points, int]]) -> frozenset[int]:
    """Name the numbers of segments with which one of them would hold fewer than ten people of a file.

    Parameters
    ----------
    results
        Solutions on the sample.
    samples
        Sampled rows of each file, and how many rows they stand for. A file without placed rows rules nothing out.

    Returns
    -------
    frozenset of int
        Of k.
    """
    return frozenset(
        result.k
        for result in results
        for points, rows in samples
        if rows
        and np.bincount(points.nearest(result.fit.centroids), minlength=result.k).min() * rows
        < LEAST * len(points.rows)
    )


def without_small_segments(
    segmentation: Segmentation,
    choice: KChoice,
    points: Points,
    count: Callable[[Segmentation], Sizes],
    polish: Callable[[NDArray[np.float64]], Segmentation],
    *,
    nested: bool,
) -> tuple[Segmentation, Sizes, KChoice]:
    """Return a segmentation in which every segment has ten people on both sides, and the choice of k that goes with it.

    Parameters
    ----------
    segmentation
        Segments of the whole population.
    points
        Sample in the kept components, on which the merged segments are described.
    count
        Counts placed rows by segment on both sides.
    polish
        Improves centroids over all rows of the population.

    Returns
    -------
    (Segmentation, Sizes, KChoice)
        Segments with their placed rows, as given when nothing is small. Otherwise ``choice.k`` is the number of
        segments left, ``choice.merged_from`` the number before, and ``choice.chosen`` describes the merged segments.
    """
    before = segmentation.k
    while True:
        sizes = count(segmentation)
        merged = merge_small(segmentation.centroids, sizes, nested=nested)
        if len(merged) == segmentation.k:
            break
        segmentation = polish(merged)
    if segmentation.k == before:
        return segmentation, sizes, choice
    return segmentation, sizes, _with_fewer(choice, segmentation.centroids, before, points)


def _with_fewer(choice: KChoice, centroids: NDArray[np.float64], before: int, points: Points) -> KChoice:
    k = len(centroids)
    left = "one is left" if k == 1 else f"{k} are left"
    reason = (
        f"{choice.reason} Of the {before} segments some would have held fewer than {LEAST} people of the population or "
        f"fewer than {LEAST} customers; these are merged into their nearest, and {left}."
    )
    runner_up = choice.runner_up if choice.runner_up != k else None
    merged = one_segment(points) if k == 1 else _result_of(choice, centroids, points)
    return replace(choice, k=k, reason=reason, runner_up=runner_up, merged_from=before, merged=merged)


def _result_of(choice: KChoice, centroids: NDArray[np.float64], points: Points) -> KResult:
    """Describe the merged segments on the sample.

    Refits of as many segments need not agree with merged ones, however well they agree with each other; so ``ari`` is
    that of the merged segments with each refit.
    """
    k = len(centroids)
    tried = next(result for result in choice.results if result.k == k)
    reference, refits = points.nearest(centroids), [points.nearest(refit) for refit in tried.refits]
    inertia, total = points.assign(centroids)[1], points.assign(one_segment(points).fit.centroids)[1]
    return replace(
        tried,
        fit=Fit(centroids, inertia),
        inertia=inertia / total,
        silhouette=simplified_silhouette(points, centroids),
        agreement=Agreement(
            len(reference),
            tuple(adjusted_rand(contingency(reference, refit, k, k)) for refit in refits),
            match(reference, refits, k),
        ),
        confirmation=None,
    )


def one_segment(points: Points) -> KResult:
    """Describe everybody as one segment: nothing is divided, so every repetition agrees."""
    centre = np.average(points.rows, axis=0, weights=points.weights).astype(np.float64)[np.newaxis]
    fit = Fit(centre, points.assign(centre)[1])
    return KResult(1, fit, 1.0, 1.0, 0.0, (centre, centre), Agreement(len(points.rows), (1.0,), np.ones((2, 1))))
