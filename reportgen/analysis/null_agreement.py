"""How far refits agree on data without any groups, for the case that no number of segments is stable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.refits import draw_refits, pair_agreement
from reportgen.analysis.scan import KResult, normal_cloud
from reportgen.engine.local import LocalEngine

_STREAM = 0x4E0  # of the random generator


def excess(result: KResult) -> float:
    """Agreement above that of data without groups, which counts as 0 where it is below; as is where not measured."""
    return result.mean_ari - max(result.ari_null or 0.0, 0.0)


def add_null_agreement(
    engine: LocalEngine,
    results: Sequence[KResult],
    rows: int,
    variances: NDArray[np.float64],
    seed: int,
    pairs: int,
) -> tuple[KResult, ...]:
    """Measure how far refits agree on a normal cloud, for the k whose excess can be the largest or the second largest.

    The excess of a k is at most its own agreement, so those that agree less than the second largest excess found so far
    need not be measured.

    Parameters
    ----------
    rows
        Rows of the cloud.
    variances : ndarray of float64, shape (n_components,)
        Its variances.
    pairs
        Bootstrap pairs.
    """
    null = normal_cloud(rows, variances, seed)
    measured: dict[int, KResult] = {}
    for result in sorted(results, key=lambda r: (-r.mean_ari, r.k)):
        second = sorted((excess(r) for r in measured.values()), reverse=True)[1:2]
        if second and result.mean_ari <= second[0]:
            break
        refits = draw_refits(engine, null, {result.k: range(2 * pairs)}, (seed, _STREAM))[result.k]
        agreement = pair_agreement([refit.labels for refit in refits], result.k)
        measured[result.k] = replace(result, ari_null=float(np.mean(agreement)))
    return tuple(measured.get(result.k, result) for result in results)
