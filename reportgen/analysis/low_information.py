"""Low-information records as one more way to analyse: each is put into the segment nearest to what is known of it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.sensitivity import SensitivityRun
from reportgen.analysis.suppression import any_small, sides_of
from reportgen.ingest.table import SideName
from reportgen.language import say

PLACED = "low_information_placed"


def place_low_information(
    placed: Mapping[SideName, NDArray[np.int64]], extra: Mapping[SideName, NDArray[np.int64]], *, nested: bool
) -> SensitivityRun:
    """Say what the index of every segment is when low-information records are counted in it.

    Parameters
    ----------
    placed, extra : mapping of ndarray of int64, shape (k,)
        Placed rows of segments 1..k by side, and low-information records that would come to them.
    nested
        Whether customers are part of the population.

    Returns
    -------
    SensitivityRun
        Placed rows stay where they are, so the two agree at 1 over them. A segment to which fewer than ten records of
        a side would come has no index here, because a count could be worked out from it.
    """
    n, c = placed["population"], placed["customers"]
    more_n, more_c = extra["population"], extra["customers"]
    rows = int(n.sum())
    if not more_n.any() and not more_c.any():
        nothing = (None,) * len(n)
        return SensitivityRun(PLACED, None, nothing, nothing, rows, say("every row is placed"))
    sides = sides_of(more_n, more_c, nested=nested)
    all_n, all_c = n + more_n, c + more_c
    with np.errstate(invalid="ignore", divide="ignore"):
        index = 100.0 * (all_c / all_c.sum()) / (all_n / all_n.sum())
    given = [bool(np.isfinite(value)) and not any_small(side) for value, side in zip(index, sides, strict=True)]
    indices = tuple(float(value) if there else None for value, there in zip(index, given, strict=True))
    note = say("everybody else stays")
    return SensitivityRun(PLACED, 1.0, indices, tuple(1.0 if size else None for size in n), rows, note)
