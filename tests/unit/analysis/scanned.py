"""Made-up results for one number of segments, and clear or formless clouds to scan."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.kmeans import Fit
from reportgen.analysis.points import Points
from reportgen.analysis.refits import Agreement
from reportgen.analysis.scan import KResult
from tests.unit.analysis.coded import floats


def agreement(k: int, ari: float, jaccard: float, rows: int = 20_000, refits: int = 2) -> Agreement:
    """Pairs with a mean index as given; one segment with a mean match as given, the others are perfect."""
    best = np.ones((refits, k))
    best[:, 0] = jaccard
    return Agreement(rows, (ari - 0.01, ari + 0.01), best)


def result(
    k: int,
    ari: float,
    jaccard: float,
    ari_null: float | None = None,
    gap: float | None = None,
    large: tuple[float, float] | None = None,
    refits: int = 2,
) -> KResult:
    """A result with figures as given; the gap over data without groups grows with k unless it is given.

    ``large`` holds the same two figures on a larger sample.
    """
    inertia = 0.6 / np.exp(0.1 * k if gap is None else gap)
    confirmation = None if large is None else agreement(k, *large, rows=100_000)
    centroids = np.zeros((k, 1))
    return KResult(
        k, Fit(centroids, 0.0), inertia, 0.6, 0.3, (centroids,) * refits, agreement(k, ari, jaccard, refits=refits),
        ari_null, confirmation,
    )  # fmt: skip


def blobs(rows: int = 400) -> Points:
    """Three round types far apart."""
    random = np.random.default_rng(2)
    centres = floats([[0, 0], [9, 0], [0, 9]])
    return Points.of(centres[random.integers(0, 3, rows)] + random.standard_normal((rows, 2)))


def variances(points: Points) -> NDArray[np.float64]:
    """Variance of each column."""
    return np.asarray(points.rows.var(axis=0), dtype=np.float64)
