"""A density ratio made as large as it turns out to be on people who were held out.

A model that ranks well may still say 300 where 260 is found: those who rank highest are also those whom chance has put
too high. The log density ratio therefore goes through a rising curve, fitted by bins on held-out people, pooled where
neighbouring bins fall (Ayer et al. 1955), and drawn straight between the centres of the pools. It never changes the
order of two people with the same model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST_BINS = 20
LEAST_OF_A_KIND = 40  # customers, and others, per bin on average
_FEWEST_BINS = 3


@dataclass(frozen=True)
class Curve:
    """A rising curve through some points; beyond its ends it goes on with slope 1.

    Attributes
    ----------
    x, y : ndarray of float64, shape (n_points,)
        Ascending both; without points the curve changes nothing.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]

    def __call__(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Read the curve, shape of ``values``."""
        if not len(self.x):
            return values
        inside = np.interp(values, self.x, self.y)
        return np.asarray(inside + np.minimum(values - self.x[0], 0.0) + np.maximum(values - self.x[-1], 0.0))


UNCHANGED = Curve(np.zeros(0), np.zeros(0))


def fit_curve(log_ratio: NDArray[np.float64], customer: NDArray[np.bool_]) -> Curve:
    """Fit the curve on held-out people.

    Parameters
    ----------
    log_ratio : ndarray of float64, shape (n_rows,)
        Log density ratio of customers to others, as a model says.
    customer : ndarray of bool, shape (n_rows,)

    Returns
    -------
    Curve
        Without points where too few people of a kind are there for three bins.
    """
    customers, others = int(customer.sum()), int((~customer).sum())
    bins = min(MOST_BINS, customers // LEAST_OF_A_KIND, others // LEAST_OF_A_KIND)
    if bins < _FEWEST_BINS:
        return UNCHANGED
    edges = np.unique(np.quantile(log_ratio, np.arange(1, bins) / bins))
    at = np.searchsorted(edges, log_ratio, side="right")
    size = np.bincount(at, minlength=len(edges) + 1).astype(np.float64)
    found = np.bincount(at[customer], minlength=len(size)).astype(np.float64)
    mean = np.bincount(at, weights=log_ratio, minlength=len(size))
    kept = size > 0
    # half a person of each kind keeps a bin without one finite
    share, rest = (found[kept] + 0.5) / customers, (size[kept] - found[kept] + 0.5) / others
    return _pooled(mean[kept] / size[kept], np.log(share / rest), size[kept])


def _pooled(x: NDArray[np.float64], y: NDArray[np.float64], weight: NDArray[np.float64]) -> Curve:
    """Pool neighbours until y rises, and return the centres of the pools."""
    pools: list[list[float]] = []  # weight, mean x, mean y
    for here in zip(weight.tolist(), x.tolist(), y.tolist(), strict=True):
        pools.append(list(here))
        while len(pools) > 1 and pools[-2][2] >= pools[-1][2]:
            last, before = pools.pop(), pools.pop()
            total = last[0] + before[0]
            pools.append(
                [total, *((last[0] * a + before[0] * b) / total for a, b in zip(last[1:], before[1:], strict=True))]
            )
    return Curve(np.array([pool[1] for pool in pools]), np.array([pool[2] for pool in pools]))
