"""Every number of segments tried: how far refits agree, and how the segments compare with data without groups.

For each k, pairs of bootstrap samples are clustered apart and both solutions are applied to the same rows; the adjusted
Rand index says how far they agree. The reference solution's segments are matched in every refit by Jaccard similarity
(Hennig 2007, "Cluster-wise assessment of cluster stability", CSDA 52, 258-271; as in fpc::clusterboot).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.agreement import simplified_silhouette
from reportgen.analysis.grains import with_grains
from reportgen.analysis.kmeans import STARTS, Fit, fit_kmeans, lloyd
from reportgen.analysis.null_clouds import Cloud
from reportgen.analysis.points import Points
from reportgen.analysis.refits import Agreement, Refit, draw_refits, measure_agreement
from reportgen.cache.stages import UNKEPT, Stages
from reportgen.engine.local import LocalEngine

STANDS_OUT = 0.02  # least lead of a silhouette over data without groups that counts
REPRODUCED = 0.5
_NEARLY = 0.95  # a k this close to both limits earns more replicates
_REFERENCE, _NULL, _REFIT = range(3)  # streams of the random generator


@dataclass(frozen=True)
class Replicates:
    """How many bootstrap pairs for every k, for the short list, and for its confirmation on more rows."""

    every: int = 6
    short_list: int = 20
    short_list_size: int = 3
    confirm: int = 6


QUICK = Replicates(every=3, short_list=6, short_list_size=2, confirm=3)


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
    agreement
        Of these refits, on the sample.
    ari_null
        Mean index of pairs on the cloud; None when it was not needed.
    confirmation
        The same agreement on a larger sample; None when it was not measured.
    """

    k: int
    fit: Fit
    inertia: float
    inertia_null: float
    silhouette: float
    silhouette_null: float
    refits: tuple[NDArray[np.float64], ...]
    agreement: Agreement
    ari_null: float | None = None
    confirmation: Agreement | None = None

    @property
    def mean_ari(self) -> float:
        """Mean adjusted Rand index over pairs on the sample."""
        return self.agreement.mean_ari

    @property
    def weakest_ari(self) -> float:
        """The same, or that of the larger sample where it is lower."""
        return min(self.mean_ari, self.confirmation.mean_ari if self.confirmation else 1.0)

    @property
    def lowest_jaccard(self) -> float:
        """Mean Jaccard similarity of the least stable segment on the sample."""
        return self.agreement.lowest_jaccard

    @property
    def stable(self) -> bool:
        """Whether both limits are met on the sample, and on more rows where that was measured."""
        return self.agreement.stable and not self.refuted

    @property
    def refuted(self) -> bool:
        """Whether more rows were clustered and did not agree well enough."""
        return self.confirmation is not None and not self.confirmation.stable

    @property
    def lead(self) -> float:
        """How much clearer people belong to their own segment than in the cloud: difference of the silhouettes."""
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
    cloud: Cloud,
    ks: Sequence[int],
    seed: int,
    replicates: Replicates,
    must_have: int | None = None,
    stages: Stages = UNKEPT,
) -> tuple[KResult, ...]:
    """Cluster the sample for every k and measure the agreement of refits.

    Parameters
    ----------
    points
        Sample rows in the kept components.
    cloud
        Where data without groups come from; as many rows are drawn as the sample has.
    ks
        Numbers of segments to try, ascending, each at least 2.
    must_have
        A k that gets the replicates of the short list whatever its figures.
    stages
        Keeps what was found for each k, since none depends on the others.
    """
    points = with_grains(points)
    found = stages.run_each(scan_each, ks, engine, points, cloud, seed, 2 * replicates.every)
    results = {result.k: result for result in found}
    numbers = list(range(2 * replicates.every, 2 * replicates.short_list))
    if numbers:
        listed = [results[k] for k in sorted(short_list(found, replicates.short_list_size, must_have))]
        more = stages.run_each(refit_more, listed, engine, points, seed, numbers)
        results |= {result.k: _with_more(result, further) for result, further in zip(listed, more, strict=True)}
    return tuple(results[k] for k in ks)


def scan_each(
    ks: Sequence[int], engine: LocalEngine, points: Points, cloud: Cloud, seed: int, replicates: int
) -> tuple[KResult, ...]:
    """Cluster the sample, and the first ``replicates`` bootstrap samples, for each k."""
    refits = draw_refits(engine, points, dict.fromkeys(ks, range(replicates)), (seed, _REFIT))
    null = with_grains(cloud.draw(len(points.rows), seed))
    found = engine.spread(partial(_look_at, points, null, seed), [refits[k] for k in reversed(ks)])  # the longest first
    return tuple(reversed(found))


def _look_at(points: Points, null: Points, seed: int, refits: Sequence[Refit]) -> KResult:
    """Find the reference solution of one k, compare it with its refits, and with a solution of data without groups."""
    k = len(refits[0].centroids)
    fit = _reference(points, k, refits, seed)
    null_fit = fit_kmeans(null, k, STARTS, np.random.default_rng([seed, _NULL, k]))
    return KResult(
        k=k,
        fit=fit,
        inertia=fit.inertia / _total(points),
        inertia_null=null_fit.inertia / _total(null),
        silhouette=simplified_silhouette(points, fit.centroids),
        silhouette_null=simplified_silhouette(null, null_fit.centroids),
        refits=tuple(refit.centroids for refit in refits),
        agreement=measure_agreement(points.nearest(fit.centroids), refits),
    )


@dataclass(frozen=True)
class MoreRefits:
    """Centroids of further bootstrap fits of one k, and their agreement."""

    refits: tuple[NDArray[np.float64], ...]
    agreement: Agreement


def refit_more(
    results: Sequence[KResult], engine: LocalEngine, points: Points, seed: int, numbers: Sequence[int]
) -> tuple[MoreRefits, ...]:
    """Cluster further bootstrap samples for each k that was scanned; an even number of them."""
    wanted = {result.k: numbers for result in results}
    drawn = draw_refits(engine, points, wanted, (seed, _REFIT))

    def more(result: KResult) -> MoreRefits:
        refits = drawn[result.k]
        agreement = measure_agreement(points.nearest(result.fit.centroids), refits)
        return MoreRefits(tuple(refit.centroids for refit in refits), agreement)

    return tuple(engine.map(more, results))


def _with_more(result: KResult, more: MoreRefits) -> KResult:
    first, second = result.agreement, more.agreement
    best_match = np.concatenate([first.best_match, second.best_match])
    agreement = Agreement(first.rows, first.ari + second.ari, best_match)
    return replace(result, refits=result.refits + more.refits, agreement=agreement)


def _reference(points: Points, k: int, refits: Sequence[Refit], seed: int) -> Fit:
    """Fit the sample: by a search of its own, or from the best refit where that leads lower."""
    own = fit_kmeans(points, k, STARTS, np.random.default_rng([seed, _REFERENCE, k]))
    best = min(refits, key=lambda refit: refit.inertia)
    return min(own, lloyd(points, best.centroids), key=lambda fit: fit.inertia)


def short_list(results: Sequence[KResult], size: int, must_have: int | None) -> list[int]:
    """Name the k that earn more replicates: the preferred ones of those near both limits, then the best others."""
    margins = {result.k: result.agreement.margin for result in results}
    near = sorted((r for r in results if margins[r.k] >= _NEARLY), key=lambda r: r.preference)
    others = sorted((r for r in results if margins[r.k] < _NEARLY), key=lambda r: (-margins[r.k], r.k))
    ranked = [result.k for result in [*near, *others]]
    if must_have is not None:
        ranked = [must_have, *(k for k in ranked if k != must_have)]
    return ranked[:size]


def _total(points: Points) -> float:
    """Sum of squares around the mean."""
    centre = points.rows.mean(axis=0, dtype=np.float64)
    return float(points.squares.sum(dtype=np.float64) - len(points.rows) * centre @ centre)
