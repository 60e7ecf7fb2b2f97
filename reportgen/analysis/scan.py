"""Every number of segments tried: how far refits agree, and how the segments compare with data without groups.

For each k, pairs of bootstrap samples are clustered apart and both solutions are applied to the same rows; the adjusted
Rand index says how far they agree. The reference solution's segments are matched in every refit by Jaccard similarity
(Hennig 2007, "Cluster-wise assessment of cluster stability", CSDA 52, 258-271; as in fpc::clusterboot).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.agreement import simplified_silhouette
from reportgen.analysis.grains import with_grains
from reportgen.analysis.kmeans import STARTS, Fit, fit_kmeans, lloyd
from reportgen.analysis.points import Points
from reportgen.analysis.refits import Agreement, Refit, draw_refits, measure_agreement
from reportgen.engine.local import LocalEngine

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
        Within-segment sum of squares over the total, of the data and of one normal cloud with the same component
        variances.
    silhouette
        Simplified silhouette of the reference solution.
    refits
        Centroids of bootstrap fits; consecutive ones form a pair.
    agreement
        Of these refits, on the sample.
    ari_null
        Mean index of pairs on the normal cloud; None when it was not needed.
    confirmation
        The same agreement on a larger sample; None when it was not measured.
    """

    k: int
    fit: Fit
    inertia: float
    inertia_null: float
    silhouette: float
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
    def gap(self) -> float:
        """How much tighter the segments are than those of a cloud without groups: log of the ratio of inertias.

        The gap statistic (Tibshirani, Walther and Hastie 2001) with a normal null in place of a uniform one.
        """
        return float(np.log(self.inertia_null / self.inertia))


def scan_k(
    engine: LocalEngine,
    points: Points,
    variances: NDArray[np.float64],
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
    variances : ndarray of float64, shape (n_components,)
        Eigenvalues of the kept components, for the normal cloud.
    ks
        Numbers of segments to try, ascending, each at least 2.
    must_have
        A k that gets the replicates of the short list whatever its figures.
    """
    points = with_grains(points)
    refits = draw_refits(engine, points, dict.fromkeys(ks, range(2 * replicates.every)), (seed, _REFIT))
    on_step(f"{replicates.every} bootstrap pairs for every k")
    first = _reference_results(engine, points, variances, refits, seed)
    on_step(f"{len(ks)} reference solutions")
    chosen = sorted(short_list(list(first.values()), replicates.short_list_size, must_have))
    numbers = range(2 * replicates.every, 2 * replicates.short_list)
    more = draw_refits(engine, points, dict.fromkeys(chosen, numbers), (seed, _REFIT))
    results = first | {k: _with_refits(points, first[k], refits[k] + more[k]) for k in chosen}
    on_step(f"{replicates.short_list} pairs for k = {', '.join(map(str, chosen))}")
    return tuple(results[k] for k in ks)


def _reference_results(
    engine: LocalEngine,
    points: Points,
    variances: NDArray[np.float64],
    refits: Mapping[int, Sequence[Refit]],
    seed: int,
) -> dict[int, KResult]:
    null = with_grains(normal_cloud(len(points.rows), variances, seed))
    total, total_null = _total(points), _total(null)

    def result(k: int) -> KResult:
        fit = _reference(points, k, refits[k], seed)
        null_fit = fit_kmeans(null, k, STARTS, np.random.default_rng([seed, _NULL, k]))
        silhouette = simplified_silhouette(points, fit.centroids)
        nothing = Agreement(0, (), np.empty((0, k)))
        bare = KResult(k, fit, fit.inertia / total, null_fit.inertia / total_null, silhouette, (), nothing)
        return _with_refits(points, bare, refits[k])

    return dict(zip(refits, engine.map(result, refits), strict=True))


def _reference(points: Points, k: int, refits: Sequence[Refit], seed: int) -> Fit:
    """Fit the sample: by a search of its own, or from the best refit where that leads lower."""
    own = fit_kmeans(points, k, STARTS, np.random.default_rng([seed, _REFERENCE, k]))
    best = min(refits, key=lambda refit: refit.inertia)
    return min(own, lloyd(points, best.centroids), key=lambda fit: fit.inertia)


def _with_refits(points: Points, result: KResult, refits: Sequence[Refit]) -> KResult:
    agreement = measure_agreement(points.nearest(result.fit.centroids), refits)
    return replace(result, refits=tuple(refit.centroids for refit in refits), agreement=agreement)


def short_list(results: Sequence[KResult], size: int, must_have: int | None) -> list[int]:
    """Name the k that earn more replicates: the widest gaps of those near both limits, then the best others."""
    margins = {result.k: result.agreement.margin for result in results}
    near = sorted((r for r in results if margins[r.k] >= _NEARLY), key=lambda r: (-r.gap, r.k))
    others = sorted((r for r in results if margins[r.k] < _NEARLY), key=lambda r: (-margins[r.k], r.k))
    ranked = [result.k for result in [*near, *others]]
    if must_have is not None:
        ranked = [must_have, *(k for k in ranked if k != must_have)]
    return ranked[:size]


def normal_cloud(rows: int, variances: NDArray[np.float64], seed: int) -> Points:
    """Draw rows from one normal distribution with the variances of the components."""
    random = np.random.default_rng([seed, _NULL])
    return Points.of(random.standard_normal((rows, len(variances)), np.float32) * np.sqrt(variances, dtype=np.float32))


def _total(points: Points) -> float:
    """Sum of squares around the mean."""
    centre = points.rows.mean(axis=0, dtype=np.float64)
    return float(points.squares.sum(dtype=np.float64) - len(points.rows) * centre @ centre)
