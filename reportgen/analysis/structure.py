"""Whether segments are found in the data, only reproducible, or constructed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.kmeans import Points, fit_kmeans, simplified_silhouette
from reportgen.analysis.scan import ARI_LIMIT, STANDS_OUT, pair_agreement
from reportgen.engine.local import LocalEngine

DRAWS = 20
_QUANTILE = 0.95
_SILHOUETTE_ROWS = 5_000
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


def fit_null(
    engine: LocalEngine, draw: Callable[[int, int], Points], rows: int, k: int, seed: int, *, draws: int, pairs: int
) -> NullFit:
    """Cluster draws of data without groups.

    Parameters
    ----------
    draw
        Takes a number of rows and the number of the draw to the rows, in the kept components.
    rows
        Rows of the sample. The silhouette comes from draws of at most 5,000 rows; fewer rows fit a little closer, so
        this errs to the side of chance.
    k
        Number of segments.
    draws, pairs
        Draws for the silhouette, and bootstrap pairs for the agreement.
    """

    def one(number: int) -> tuple[float, float]:
        cloud = draw(min(rows, _SILHOUETTE_ROWS), number)
        fit = fit_kmeans(cloud, k, 1, np.random.default_rng([seed, _NULL, number]))
        return simplified_silhouette(cloud, fit.centroids), fit.inertia / float(cloud.squares.sum(dtype=np.float64))

    found = list(engine.map(one, range(1, draws + 1)))
    ari = agreement(engine, draw(rows, 0), k, seed, pairs)
    return NullFit(np.array([s for s, _ in found]), float(np.mean([i for _, i in found])), ari)


def agreement(engine: LocalEngine, points: Points, k: int, seed: int, pairs: int) -> float:
    """Mean adjusted Rand index of bootstrap pairs on some rows."""

    def refit(number: int) -> NDArray[np.int64]:
        random = np.random.default_rng([seed, _PAIR, k, number])
        return points.nearest(fit_kmeans(points.bootstrap(random), k, 1, random).centroids)

    return float(np.mean(pair_agreement(list(engine.map(refit, range(2 * pairs))), k)))


def classify(ari: float, silhouette: float, nulls: Sequence[NullFit]) -> str:
    """Say whether a solution is ``found``, ``reproducible`` or ``constructed``.

    Found: refits agree (mean adjusted Rand index at least 0.8) and the simplified silhouette exceeds the 95th
    percentile of every null by at least 0.02. Reproducible: refits agree only. Constructed: they do not agree.
    """
    if ari < ARI_LIMIT:
        return "constructed"
    return "found" if silhouette >= silhouette_limit(nulls) + STANDS_OUT else "reproducible"


def silhouette_limit(nulls: Sequence[NullFit]) -> float:
    """Return the largest 95th percentile of several nulls."""
    return max(null.silhouette_limit for null in nulls)
