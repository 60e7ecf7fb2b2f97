"""How far a distribution moved: the population stability index with the level that chance reaches.

PSI = Σ (q - p) ln(q / p) over cells (Lewis 1994, *An Introduction to Credit Scoring*). For two independent samples of
n and m from one distribution over B cells, PSI / (1/n + 1/m) follows χ² with B - 1 degrees of freedom closely
(Yurdakul and Naranjo 2020, *Statistical properties of the population stability index*, J. Risk Model Validation 14).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, chdtri

from reportgen.analysis.comparison import holm
from reportgen.analysis.result_changes import Shift

ALARM = 0.25
LEVEL = 0.05
_EMPTY = 0.5  # what an empty cell counts as


def stability_index(before: NDArray[np.int64], now: NDArray[np.int64]) -> float:
    """Return the population stability index of two sets of counts over the same cells.

    Parameters
    ----------
    before, now : ndarray of int64, shape (n_cells,)
        Cells that are empty on both sides do not count; one that is empty on one side counts one half there.

    Returns
    -------
    float
        At least 0; 0 for equal shares.

    Raises
    ------
    ValueError
        If one side has nobody.
    """
    if not before.sum() or not now.sum():
        raise ValueError("nobody on one side")
    used = (before > 0) | (now > 0)
    p, q = (np.where(side[used] == 0, _EMPTY, side[used]).astype(np.float64) for side in (before, now))
    p, q = p / p.sum(), q / q.sum()
    return float(((q - p) * np.log(q / p)).sum())


def shift_of(before: NDArray[np.int64], now: NDArray[np.int64]) -> Shift | None:
    """Measure a shift; ``p_holm`` is not adjusted yet. None when one side has nobody."""
    if not before.sum() or not now.sum():
        return None
    psi = stability_index(before, now)
    cells = int(((before > 0) | (now > 0)).sum())
    scale = 1.0 / float(before.sum()) + 1.0 / float(now.sum())
    if cells < 2:
        return Shift(psi, 0.0, 1.0, cells, False)
    noise = float(chdtri(cells - 1, LEVEL)) * scale
    return Shift(psi, noise, float(chdtrc(cells - 1, psi / scale)), cells, False)


def adjust(shifts: Sequence[Shift | None]) -> list[Shift | None]:
    """Adjust the p-values of all shifts together (Holm 1979) and say which ones are an alarm."""
    known = [shift for shift in shifts if shift is not None]
    adjusted = iter(holm([shift.p_holm for shift in known]))
    return [None if shift is None else _judged(shift, float(next(adjusted))) for shift in shifts]


def _judged(shift: Shift, p: float) -> Shift:
    return replace(shift, p_holm=p, alarm=shift.psi >= ALARM and p <= LEVEL)
