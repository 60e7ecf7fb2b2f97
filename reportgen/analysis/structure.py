"""Whether segments are found in the data, only reproducible, or constructed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.agreement import simplified_silhouette
from reportgen.analysis.kmeans import fit_kmeans
from reportgen.analysis.null_clouds import Cloud
from reportgen.analysis.points import Points
from reportgen.analysis.refits import ARI_LIMIT, draw_refits, pair_agreement
from reportgen.analysis.scan import STANDS_OUT
from reportgen.engine.local import LocalEngine

DRAWS = 20
_QUANTILE = 0.95
_SILHOUETTE_ROWS = 5_000
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


def fit_null(engine: LocalEngine, cloud: Cloud, rows: int, k: int, seed: int, *, draws: int, pairs: int) -> NullFit:
    """Cluster draws of data without groups.

    Parameters
    ----------
    cloud
        Where they come from.
    rows
        Rows of the sample. The silhouette comes from draws of at most 5,000 rows; fewer rows fit a little closer, so
        this errs to the side of chance.
    k
        Number of segments.
    draws, pairs
        Draws for the silhouette, and bootstrap pairs for the agreement.
    """
    found = engine.spread(partial(_fit_draw, cloud, min(rows, _SILHOUETTE_ROWS), k, seed), range(1, draws + 1))
    ari = agreement(engine, cloud.draw(rows, seed), k, seed, pairs)
    return NullFit(np.array([s for s, _ in found]), float(np.mean([i for _, i in found])), ari)


def _fit_draw(cloud: Cloud, rows: int, k: int, seed: int, number: int) -> tuple[float, float]:
    """Return silhouette and inertia, as a share of the total, of the best solution of one draw."""
    points = cloud.draw(rows, seed, number)
    fit = fit_kmeans(points, k, _STARTS, np.random.default_rng([seed, _NULL, number]))
    return simplified_silhouette(points, fit.centroids), fit.inertia / float(points.squares.sum(dtype=np.float64))


def agreement(engine: LocalEngine, points: Points, k: int, seed: int, pairs: int) -> float:
    """Mean adjusted Rand index of bootstrap pairs on some rows."""
    refits = draw_refits(engine, points, {k: range(2 * pairs)}, (seed, _PAIR))[k]
    return float(np.mean(pair_agreement([refit.labels for refit in refits], k)))


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
