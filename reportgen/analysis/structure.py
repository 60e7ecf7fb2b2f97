"""Whether segments are found in the data, only reproducible, or constructed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.kmeans import Points, fit_kmeans, simplified_silhouette
from reportgen.analysis.scan import ARI_LIMIT, normal_cloud, pair_agreement
from reportgen.engine.local import LocalEngine

DRAWS = 20
_QUANTILE = 0.95
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
        fit = fit_kmeans(cloud, k, 1, np.random.default_rng([seed, _NULL, draw]))
        return simplified_silhouette(cloud, fit.centroids), fit.inertia / float(cloud.squares.sum(dtype=np.float64))

    found = list(engine.map(one, range(draws)))
    ari = agreement(engine, normal_cloud(rows, variances, seed), k, seed, pairs)
    return NullFit(np.array([s for s, _ in found]), float(np.mean([i for _, i in found])), ari)


def agreement(engine: LocalEngine, points: Points, k: int, seed: int, pairs: int) -> float:
    """Mean adjusted Rand index of bootstrap pairs on some rows."""

    def refit(number: int) -> NDArray[np.int64]:
        random = np.random.default_rng([seed, _PAIR, k, number])
        return points.nearest(fit_kmeans(points.bootstrap(random), k, 1, random).centroids)

    return float(np.mean(pair_agreement(list(engine.map(refit, range(2 * pairs))), k)))


def classify(ari: float, silhouette: float, null: NullFit) -> str:
    """Say whether a solution is ``found``, ``reproducible`` or ``constructed``.

    Found: refits agree (mean adjusted Rand index at least 0.8) and the simplified silhouette exceeds the 95th
    percentile of the null. Reproducible: refits agree only. Constructed: they do not agree.
    """
    if ari < ARI_LIMIT:
        return "constructed"
    return "found" if silhouette > null.silhouette_limit else "reproducible"
