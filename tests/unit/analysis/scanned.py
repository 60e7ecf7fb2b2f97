"""Made-up results for one number of segments, and clear or formless clouds to scan."""

from __future__ import annotations

import numpy as np

from reportgen.analysis.kmeans import Fit
from reportgen.analysis.null_clouds import NormalCloud
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
    *,
    lead: float | None = None,
    gap: float = 0.0,
    large: tuple[float, float] | None = None,
    refits: int = 2,
) -> KResult:
    """A result with figures as given; the lead over data without groups in the silhouette grows with k unless given.

    ``large`` holds the same two figures on a larger sample.
    """
    centroids = np.zeros((k, 1))
    return KResult(
        k=k,
        fit=Fit(centroids, 0.0),
        inertia=0.6 * float(np.exp(-gap)),
        inertia_null=0.6,
        silhouette=0.3 + (0.03 * k if lead is None else lead),
        silhouette_null=0.3,
        refits=(centroids,) * refits,
        agreement=agreement(k, ari, jaccard, refits=refits),
        ari_null=ari_null,
        confirmation=None if large is None else agreement(k, *large, rows=100_000),
    )


def blobs(rows: int = 400) -> Points:
    """Three round types far apart."""
    random = np.random.default_rng(2)
    centres = floats([[0, 0], [9, 0], [0, 9]])
    return Points.of(centres[random.integers(0, 3, rows)] + random.standard_normal((rows, 2)))


def cloud_like(points: Points) -> NormalCloud:
    """One cloud with the variance of each column."""
    return NormalCloud(np.asarray(points.rows.var(axis=0), dtype=np.float64))
