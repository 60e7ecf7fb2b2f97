"""Whether segments are found in the data, only reproducible, or constructed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.agreement import simplified_silhouette
from reportgen.analysis.kmeans import fit_kmeans
from reportgen.analysis.points import Points
from reportgen.analysis.refits import ARI_LIMIT, draw_refits, pair_agreement
from reportgen.analysis.scan import normal_cloud
from reportgen.engine.local import LocalEngine

DRAWS = 20
_QUANTILE = 0.95
_STARTS = 2  # solutions of a cloud differ in their borders, hardly in their silhouette
_NULL, _PAIR = 0x57, 0x58  # streams of the random generator


@dataclass(frozen=True)
class NullFit:
    """What k-means makes of rows without groups.

    Attributes
    ----------
    silhouettes : ndarray of float64, shape (n_draws,)
        Simplified silhouette of the best solution of each draw.
    inertia
        Within-segment sum of squares over the total, mean over draws.
    ari
        Mean adjusted Rand index of bootstrap pairs on the first draw.
    """

    silhouettes: NDArray[np.float64]
    inertia: float
    ari: float

    @property
    def silhouette_limit(self) -> float:
        """The 95th percentile over draws."""
        return float(np.quantile(self.silhouettes, _QUANTILE))


def fit_normal_null(
    engine: LocalEngine, rows: int, variances: NDArray[np.float64], k: int, seed: int, *, draws: int, pairs: int
) -> NullFit:
    """Cluster draws from one normal distribution with the covariance of the components.

    Parameters
    ----------
    rows
        Rows of a draw.
    variances : ndarray of float64, shape (n_components,)
    k
        Number of segments.
    draws, pairs
        Draws for the silhouette, and bootstrap pairs for the agreement.
    """

    def one(draw: int) -> tuple[float, float]:
        cloud = normal_cloud(rows, variances, seed + draw)
        fit = fit_kmeans(cloud, k, _STARTS, np.random.default_rng([seed, _NULL, draw]))
        return simplified_silhouette(cloud, fit.centroids), fit.inertia / float(cloud.squares.sum(dtype=np.float64))

    found = list(engine.map(one, range(draws)))
    ari = agreement(engine, normal_cloud(rows, variances, seed), k, seed, pairs)
    return NullFit(np.array([s for s, _ in found]), float(np.mean([i for _, i in found])), ari)


def agreement(engine: LocalEngine, points: Points, k: int, seed: int, pairs: int) -> float:
    """Mean adjusted Rand index of bootstrap pairs on some rows."""
    refits = draw_refits(engine, points, {k: range(2 * pairs)}, (seed, _PAIR))[k]
    return float(np.mean(pair_agreement([refit.labels for refit in refits], k)))


def classify(ari: float, silhouette: float, null: NullFit) -> str:
    """Say whether a solution is ``found``, ``reproducible`` or ``constructed``.

    Found: refits agree (mean adjusted Rand index at least 0.8) and the simplified silhouette exceeds the 95th
    percentile of the null. Reproducible: refits agree only. Constructed: they do not agree.
    """
    if ari < ARI_LIMIT:
        return "constructed"
    return "found" if silhouette > null.silhouette_limit else "reproducible"
