"""How well a number tells customers from others: the area under the ROC curve, with its error.

The area is the probability that a customer has a larger number than somebody of the other side, ties counted half
(the Mann-Whitney statistic).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.comparison import Z95


@dataclass(frozen=True)
class Auc:
    """Area under the ROC curve.

    Attributes
    ----------
    value
        In [0, 1]; 0.5 is chance.
    error
        Standard error (DeLong, DeLong and Clarke-Pearson 1988).
    """

    value: float
    error: float

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval, kept within [0, 1]."""
        width = Z95 * self.error
        return max(self.value - width, 0.0), min(self.value + width, 1.0)

    @property
    def beats_chance(self) -> bool:
        """Whether the whole 95 % interval lies above one half."""
        return self.interval[0] > 0.5


def area(customers: NDArray[np.float64], others: NDArray[np.float64]) -> Auc:
    """Compare the numbers of customers with those of others.

    The error is that of DeLong et al., Biometrics 44 (1988), computed from mid-ranks (Sun and Xu, IEEE Signal
    Processing Letters 21, 2014).

    Parameters
    ----------
    customers : ndarray of float64, shape (n_customers,)
    others : ndarray of float64, shape (n_others,)

    Raises
    ------
    ValueError
        If a side is empty.
    """
    m, n = len(customers), len(others)
    if m == 0 or n == 0:
        raise ValueError("an area under the curve needs people on both sides")
    joint = mid_ranks(np.concatenate([customers, others]))
    above = (joint[:m] - mid_ranks(customers)) / n  # share of others below each customer
    below = 1.0 - (joint[m:] - mid_ranks(others)) / m  # share of customers above each of the others
    value = float(above.mean())
    variance = (float(above.var(ddof=1)) / m if m > 1 else 0.0) + (float(below.var(ddof=1)) / n if n > 1 else 0.0)
    return Auc(value, math.sqrt(variance))


def area_of_counts(customers: NDArray[np.int64], others: NDArray[np.int64]) -> float:
    """Area under the ROC curve of a number that takes few values.

    Parameters
    ----------
    customers, others : ndarray of int64, shape (n_values,)
        People by value, from the smallest value to the largest.

    Raises
    ------
    ValueError
        If a side is empty.
    """
    m, n = int(customers.sum()), int(others.sum())
    if m == 0 or n == 0:
        raise ValueError("an area under the curve needs people on both sides")
    below = np.cumsum(others) - others
    return float((customers * (below + 0.5 * others)).sum() / (m * n))


def mid_ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rank values from 1; equal values share the mean of their ranks, shape (n,)."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2.0)[inverse])
