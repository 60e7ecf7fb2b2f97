"""What k-means makes of data without groups, to set the segments beside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.agreement import simplified_silhouette
from reportgen.analysis.coded_cloud import CodedCloud
from reportgen.analysis.components import Components
from reportgen.analysis.encoding import Encoder
from reportgen.analysis.kmeans import STARTS, fit_kmeans
from reportgen.analysis.null_clouds import NormalCloud
from reportgen.analysis.placebo import independent_cloud
from reportgen.analysis.structure import DRAWS, NullFit, agreement, fit_null
from reportgen.cache.stages import Stages
from reportgen.engine.local import LocalEngine

_PAIRS = 3  # of refits of data without groups, as when they are compared with in the choice of k
_QUICK_DRAWS, _QUICK_PAIRS = 5, 2
_PERMUTED = 0x59  # stream of the random generator


@dataclass(frozen=True)
class Nulls:
    """What k-means makes of data without groups.

    Attributes
    ----------
    normal
        On one normal cloud with the covariance of the components.
    coded
        On one normal cloud with that covariance, cut into the codes of the data.
    independent
        On the sample with every feature permuted as a whole.
    """

    normal: NullFit
    coded: NullFit
    independent: NullFit


def fit_nulls(
    engine: LocalEngine,
    stages: Stages,
    encoder: Encoder,
    components: Components,
    codes: NDArray[np.int16],
    cloud: CodedCloud,
    k: int,
    seed: int,
    *,
    quick: bool,
) -> Nulls:
    """Cluster data without groups in three ways.

    Parameters
    ----------
    stages
        Keeps what was found.
    encoder, components
        How rows become points, by what the population alone shows.
    codes : ndarray of int16, shape (n_columns of the encoder, n_rows)
        Raw codes of the sample.
    cloud
        One normal cloud cut into these codes.
    k
        Number of segments.
    """
    draws, pairs = draws_of(quick=quick), _QUICK_PAIRS if quick else _PAIRS
    rows, kept = codes.shape[1], components.kept
    smooth = NormalCloud(components.eigenvalues[:kept])
    return Nulls(
        normal=stages.run(fit_null, engine, smooth, rows, k, seed, draws=draws, pairs=pairs),
        coded=stages.run(fit_null, engine, cloud, rows, k, seed, draws=draws, pairs=pairs),
        independent=stages.run(fit_independent_null, engine, codes, encoder, kept, k, seed, pairs),
    )


def draws_of(*, quick: bool) -> int:
    """Return the number of draws of a check."""
    return _QUICK_DRAWS if quick else DRAWS


def fit_independent_null(
    engine: LocalEngine, codes: NDArray[np.int16], encoder: Encoder, kept: int, k: int, seed: int, pairs: int
) -> NullFit:
    """Cluster the sample with every relation between features broken, in ``kept`` components of its own."""
    cloud = independent_cloud(codes, encoder, kept, seed)
    fit = fit_kmeans(cloud.points, k, STARTS, np.random.default_rng([seed, _PERMUTED]))
    silhouette = np.array([simplified_silhouette(cloud.points, fit.centroids)])
    return NullFit(silhouette, cloud.share_within(fit.inertia), agreement(engine, cloud.points, k, seed, pairs))
