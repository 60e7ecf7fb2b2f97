"""Every number of segments tried: how far refits agree, and how the segments compare with data without groups.

For each k, pairs of bootstrap samples are clustered apart and both solutions are applied to the same rows; the adjusted
Rand index says how far they agree. The reference solution's segments are matched in every refit by Jaccard similarity
(Hennig 2007, "Cluster-wise assessment of cluster stability", CSDA 52, 258-271; as in fpc::clusterboot).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.kmeans import (
    Fit,
    Points,
    adjusted_rand,
    contingency,
    fit_kmeans,
    jaccard,
    simplified_silhouette,
)
from reportgen.engine.local import LocalEngine

ARI_LIMIT = 0.8
JACCARD_LIMIT = 0.75
STANDS_OUT = 0.02  # least lead of a silhouette over data without groups that counts
REPRODUCED = 0.5
_NEARLY = 0.95  # a k this close to both limits earns more replicates
_REFERENCE_STARTS = 4
_NULL_STARTS = 2
_REFIT_STARTS = 1
_REFERENCE, _NULL, _REFIT, _NULL_REFIT = range(4)  # streams of the random generator


@dataclass(frozen=True)
class Replicates:
    """How many bootstrap pairs for every k, and for the short list."""

    every: int = 6
    short_list: int = 20
    short_list_size: int = 3


QUICK = Replicates(every=3, short_list=6, short_list_size=2)


@dataclass(frozen=True)
class KResult:
    """What was found for one k.

    Attributes
    ----------
    k
        Number of segments.
    fit
        Reference solution on the sample.
    inertia, inertia_null
        Within-segment sum of squares over the total, of the data and of one cloud without groups in the same codes.
    silhouette, silhouette_null
        Simplified silhouette of the reference solution, and of that of the cloud.
    refits
        Centroids of bootstrap fits; consecutive ones form a pair.
    ari
        Adjusted Rand index of each pair.
    best_match : ndarray of float64, shape (n_refits, k)
        Largest Jaccard similarity of each reference segment with any segment of the refit.
    ari_null
        Mean index of pairs on the cloud; None when it was not needed.
    """

    k: int
    fit: Fit
    inertia: float
    inertia_null: float
    silhouette: float
    silhouette_null: float
    refits: tuple[NDArray[np.float64], ...]
    ari: tuple[float, ...]
    best_match: NDArray[np.float64]
    ari_null: float | None = None

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

    @property
    def lead(self) -> float:
        """How much closer to their own segment than to the next people lie than in the cloud: silhouettes' difference."""
        return self.silhouette - self.silhouette_null

    @property
    def gap(self) -> float:
        """How much tighter segments are than in the cloud: log of the ratio of inertias.

        The gap statistic (Tibshirani, Walther and Hastie 2001) with the cloud in place of a uniform distribution.
        """
        return float(np.log(self.inertia_null / self.inertia))

    @property
    def stands_out(self) -> bool:
        """Whether the lead over data without groups is one that counts."""
        return self.lead >= STANDS_OUT

    @property
    def preference(self) -> tuple[bool, float, int]:
        """Order in which stable numbers are preferred.

        By gap and lead together if the lead counts: the silhouette alone would rather merge two neighbouring types, the
        inertia alone would rather cut one in two. If it does not count, nothing speaks for types: the finer cut.
        """
        return (False, -(self.gap + self.lead), self.k) if self.stands_out else (True, -float(self.k), self.k)


def scan_k(
    engine: LocalEngine,
    points: Points,
    null: Points,
    ks: Sequence[int],
    seed: int,
    replicates: Replicates,
    must_have: int | None = None,
    on_step: Callable[[str], None] = lambda _: None,
) -> tuple[KResult, ...]:
    """Cluster the sample for every k and measure the agreement of refits.

    Parameters
    ----------
    points
        Sample rows in the kept components.
    null
        As many rows of one cloud without groups, see ``coded_cloud``.
    ks
        Numbers of segments to try, ascending, each at least 2.
    must_have
        A k that gets the replicates of the short list whatever its figures.
    """
    total, total_null = _total(points), _total(null)

    def reference(k: int) -> tuple[Fit, Fit]:
        fit = fit_kmeans(points, k, _REFERENCE_STARTS, np.random.default_rng([seed, _REFERENCE, k]))
        return fit, fit_kmeans(null, k, _NULL_STARTS, np.random.default_rng([seed, _NULL, k]))

    fits = dict(zip(ks, engine.map(reference, ks), strict=True))
    null_silhouettes = {k: simplified_silhouette(null, null_fit.centroids) for k, (_, null_fit) in fits.items()}
    on_step(f"{len(ks)} reference solutions")
    refits = _refit(engine, points, {k: range(2 * replicates.every) for k in ks}, seed)
    on_step(f"{replicates.every} bootstrap pairs for every k")

    def result(k: int) -> KResult:
        fit, null_fit = fits[k]
        of_null = (null_fit.inertia / total_null, null_silhouettes[k])
        return _result(points, k, fit, fit.inertia / total, of_null, refits[k])

    results = {k: result(k) for k in ks}
    chosen = short_list(list(results.values()), replicates.short_list_size, must_have)
    more = _refit(engine, points, {k: range(2 * replicates.every, 2 * replicates.short_list) for k in chosen}, seed)
    for k in chosen:
        refits[k] = refits[k] + more[k]
        results[k] = result(k)
    on_step(f"{replicates.short_list} pairs for k = {', '.join(map(str, sorted(chosen)))}")
    return tuple(results[k] for k in ks)


def _refit(
    engine: LocalEngine, points: Points, wanted: Mapping[int, range], seed: int
) -> dict[int, tuple[NDArray[np.float64], ...]]:
    """Cluster bootstrap samples; replicate r of every k has its own stream of random numbers."""
    tasks = [(k, replicate) for k, numbers in wanted.items() for replicate in numbers]

    def refit(task: tuple[int, int]) -> NDArray[np.float64]:
        random = np.random.default_rng([seed, _REFIT, *task])
        return fit_kmeans(points.bootstrap(random), task[0], _REFIT_STARTS, random).centroids

    found: dict[int, list[NDArray[np.float64]]] = {k: [] for k in wanted}
    for (k, _), centroids in zip(tasks, engine.map(refit, tasks), strict=True):
        found[k].append(centroids)
    return {k: tuple(centroids) for k, centroids in found.items()}


def _result(
    points: Points,
    k: int,
    fit: Fit,
    inertia: float,
    of_null: tuple[float, float],
    refits: tuple[NDArray[np.float64], ...],
) -> KResult:
    silhouette = simplified_silhouette(points, fit.centroids)
    reference = points.nearest(fit.centroids)
    labels = [points.nearest(centroids) for centroids in refits]
    inertia_null, silhouette_null = of_null
    ari, best_match = pair_agreement(labels, k), match(reference, labels, k)
    return KResult(k, fit, inertia, inertia_null, silhouette, silhouette_null, refits, ari, best_match)


def pair_agreement(labels: Sequence[NDArray[np.int64]], k: int) -> tuple[float, ...]:
    """Return the adjusted Rand index of labelings 0 and 1, 2 and 3, ..."""
    pairs = list(pairwise(labels))[::2]
    return tuple(adjusted_rand(contingency(first, second, k, k)) for first, second in pairs)


def match(reference: NDArray[np.int64], labels: Sequence[NDArray[np.int64]], k: int) -> NDArray[np.float64]:
    """Best Jaccard similarity of each reference segment in each labeling, shape (n_labelings, k)."""
    return np.array([jaccard(contingency(reference, other, k, k)).max(axis=1) for other in labels])


def short_list(results: Sequence[KResult], size: int, must_have: int | None) -> list[int]:
    """Name the k that earn more replicates: the preferred ones of those near both limits, then the best others."""
    near = sorted((r for r in results if r.margin >= _NEARLY), key=lambda r: r.preference)
    others = sorted((r for r in results if r.margin < _NEARLY), key=lambda r: (-r.margin, r.k))
    ranked = [result.k for result in [*near, *others]]
    if must_have is not None:
        ranked = [must_have, *(k for k in ranked if k != must_have)]
    return ranked[:size]


def add_null_agreement(
    engine: LocalEngine,
    results: Sequence[KResult],
    null: Points,
    seed: int,
    pairs: int,
) -> tuple[KResult, ...]:
    """Measure for every k how far refits agree on a cloud without any groups."""
    tasks = [(result.k, replicate) for result in results for replicate in range(2 * pairs)]

    def refit(task: tuple[int, int]) -> NDArray[np.int64]:
        random = np.random.default_rng([seed, _NULL_REFIT, *task])
        return null.nearest(fit_kmeans(null.bootstrap(random), task[0], _REFIT_STARTS, random).centroids)

    labels: dict[int, list[NDArray[np.int64]]] = {}
    for (k, _), found in zip(tasks, engine.map(refit, tasks), strict=True):
        labels.setdefault(k, []).append(found)
    return tuple(replace(r, ari_null=float(np.mean(pair_agreement(labels[r.k], r.k)))) for r in results)


def normal_cloud(rows: int, variances: NDArray[np.float64], seed: int) -> Points:
    """Draw rows from one normal distribution with the variances of the components."""
    random = np.random.default_rng([seed, _NULL])
    return Points.of(random.standard_normal((rows, len(variances))) * np.sqrt(variances))


def _total(points: Points) -> float:
    """Sum of squares around the mean."""
    centre = points.rows.mean(axis=0, dtype=np.float64)
    return float(points.squares.sum(dtype=np.float64) - len(points.rows) * centre @ centre)
