"""Areas under a curve as they may be published beside its points: in steps that keep small pieces of it hidden.

An area is a weighted sum of all pieces of a gains curve, up to where within each piece the customers stand. Beside
points given in steps it could narrow a small piece down. Linear programming over the curves that agree with everything
published says whether the piece could still be anything from none to nine.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

from reportgen.analysis.gains import DEPTHS, Curve, Gains
from reportgen.analysis.suppression import LEAST

AREA_STEPS = (0.0001, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
LIFT_AREA_STEPS = 10.0  # that of the area under the lift curve over that of the area under the ROC curve
_DIGITS = 6
_EPS = 1e-6


def in_area_steps(value: float, step: float) -> float:
    """Give an area in multiples of a step."""
    return round(round(value / step) * step, _DIGITS)


def area_step(gains: Gains, share: float, ends: dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]) -> float:
    """Return the finest step in which the areas of all curves may be given.

    Parameters
    ----------
    gains
        With exact curves.
    share
        Share of the population that is not among the others because it is customers.
    ends
        By curve between which ends each point of it lies for a reader, never falling, each of shape (n_depths,).
    """
    pieces = {name: list(small_pieces(curve.reach, gains.customers)) for name, curve in gains.curves.items()}
    for step in AREA_STEPS:
        if all(_is_safe(curve, gains, share, ends[name], step, pieces[name]) for name, curve in gains.curves.items()):
            return step
    return AREA_STEPS[-1]


def small_pieces(reach: NDArray[np.float64], customers: int) -> Iterator[tuple[int, int]]:
    """Yield every pair of depths with a small number of customers between them."""
    between = (reach[np.newaxis] - reach[:, np.newaxis]) * customers
    for first, last in np.argwhere(np.triu((between > _EPS) & (between < LEAST - _EPS))):
        yield int(first), int(last)


def _is_safe(
    curve: Curve,
    gains: Gains,
    share: float,
    ends: tuple[NDArray[np.float64], NDArray[np.float64]],
    step: float,
    pieces: list[tuple[int, int]],
) -> bool:
    """Tell whether each piece could be anything; one that could not moves to the front, to be the first next time.

    Every curve that is found to agree with what is published is held against all pieces, so that few are looked for.
    """
    if not pieces:
        return True
    rows, most = area_bounds(
        share / 2 + (1.0 - share) * in_area_steps(curve.auc.value, step),
        in_area_steps(curve.area, LIFT_AREA_STEPS * step),
        step,
        gains.others,
    )
    n = len(DEPTHS)
    rising = np.zeros((n - 1, n))
    rising[np.arange(n - 1), np.arange(n - 1)], rising[np.arange(n - 1), np.arange(1, n)] = 1.0, -1.0
    a, b = np.concatenate([rows, rising]), np.concatenate([most, np.zeros(n - 1)])
    limits: Any = np.column_stack(ends)
    first, last = np.array(pieces).T
    at = np.arange(len(pieces))
    widths = np.zeros((len(pieces), n))
    widths[at, last], widths[at, first] = 1.0, -1.0
    for sign, enough in ((1.0, 0.0), (-1.0, -(LEAST - 1) / gains.customers)):
        shown = np.zeros(len(pieces), dtype=np.bool_)
        for asked in (None, *at):
            if asked is not None and shown[asked]:
                continue
            objective = widths.sum(axis=0) if asked is None else widths[asked]  # all at once show many of them
            found = scipy.optimize.linprog(sign * objective, a, b, bounds=limits, method="highs")
            if found.status != 0 or found.x is None:
                return False
            shown |= sign * (widths @ found.x) <= enough + _EPS / gains.customers
            if asked is not None and not shown[asked]:
                pieces.insert(0, pieces.pop(asked))
                return False
    return True


def area_bounds(
    under_gains: float, under_lift: float, step: float, others: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what both areas tell of the reach at ``DEPTHS``, as inequalities rows @ reach <= most.

    Within a piece the curve lies between its ends, and it has its first corner at the first of the others.

    Parameters
    ----------
    under_gains, under_lift
        Areas under the gains curve and under the lift curve.
    step
        Of the area under the ROC curve.
    others
        Judged people who are not customers.
    """
    width = np.diff(DEPTHS)
    slack = step / 2 + 1.0 / others
    steep = np.log(DEPTHS[2:] / DEPTHS[1:-1])
    first = 1.0 + np.log(max(DEPTHS[1] * others, 1.0))
    low, high = np.append(width, 0.0), np.insert(width, 0, 0.0)
    lift_low, lift_high = np.concatenate([[0.0], steep, [0.0]]), np.concatenate([[0.0, first], steep])
    lift_slack = LIFT_AREA_STEPS * step / 2
    rows = np.stack([low, -high, lift_low, -lift_high])
    return rows, np.array([under_gains + slack, slack - under_gains, under_lift + lift_slack, lift_slack - under_lift])
