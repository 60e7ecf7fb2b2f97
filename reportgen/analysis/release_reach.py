"""Reach in the order of other folds, as it may be published: no number of customers by segment and fold follows.

Who knows how the population falls into folds, and in which order each fold takes the segments, reads every published
share as a weighted sum of the customers by segment and fold. Linear programming says whether a small one of these could
still be anything from none to nine.
"""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

from reportgen.analysis.suppression import LEAST, any_small, is_small

STEPS = (0.0001, 0.001, 0.01, 0.05)
_DIGITS = 6
_EPS = 1e-6


def release_held_out(
    weights: NDArray[np.float64], customers: NDArray[np.int64], population: NDArray[np.int64]
) -> tuple[NDArray[np.float64] | None, float]:
    """Return the shares of customers reached at every step as they may be given, and in multiples of what.

    Parameters
    ----------
    weights : ndarray of float64, shape (n_steps, n_segments, n_folds)
        Which part of a segment each fold has taken at each step.
    customers, population : ndarray of int64, shape (n_segments, n_folds)
        People by segment and fold.

    Returns
    -------
    values, step
        None and 0 when even the coarsest steps tell too much, or few people of the population are in a fold of a
        segment, of whom the weights would tell.
    """
    total = int(customers.sum())
    exact = np.einsum("tsf,sf->t", weights, customers) / max(total, 1)
    if any_small(population):
        return None, 0.0
    for step in STEPS:
        given = np.round(np.round(exact / step) * step, _DIGITS)
        if _is_safe(weights, customers, given, step):
            return given, step
    return None, 0.0


def _is_safe(
    weights: NDArray[np.float64], customers: NDArray[np.int64], given: NDArray[np.float64], step: float
) -> bool:
    small = np.flatnonzero(is_small(customers))
    if not len(small):
        return True
    segments, folds = customers.shape
    total = float(customers.sum())
    rows = weights.reshape(len(weights), -1)
    above = np.concatenate([(given + step / 2) * total, -(given - step / 2) * total])
    by_segment = np.kron(np.eye(segments), np.ones(folds))
    for cell in small:
        objective = np.zeros(rows.shape[1])
        objective[cell] = 1.0
        for sign, enough in ((1.0, _EPS), (-1.0, -(LEAST - 1) + _EPS)):
            found = scipy.optimize.linprog(
                sign * objective, np.concatenate([rows, -rows]), above, by_segment, customers.sum(axis=1),
                method="highs",
            )  # fmt: skip
            if found.status != 0 or found.fun is None or found.fun > enough:
                return False
    return True
