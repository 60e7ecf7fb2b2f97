"""Intervals of what a past mailing brought."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.comparison import Z95
from reportgen.analysis.reach import wilson

_STEPS = 50


@dataclass(frozen=True)
class Slope:
    """How the log response follows the log index: 1 is in proportion, 0 not at all."""

    value: float
    error: float

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval."""
        return self.value - Z95 * self.error, self.value + Z95 * self.error


def mean_interval(values: NDArray[np.float64]) -> tuple[float, float]:
    """Interval of a mean, mean ± 1.96 standard errors; amounts with many zeros need a few hundred people."""
    width = Z95 * float(values.std(ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else math.inf
    return float(values.mean()) - width, float(values.mean()) + width


def calibration_slope(log_index: NDArray[np.float64], response: NDArray[np.bool_]) -> Slope | None:
    """Regress the response on the log index with a log link.

    A Poisson regression of the 0/1 response with the sandwich error (Zou, American Journal of Epidemiology 159, 2004):
    log E(response) = a + b log(index), so that b = 1 means a response in proportion to the index.

    Returns
    -------
    Slope or None
        None when the index does not vary, or the fit does not settle.
    """
    x = np.column_stack([np.ones(len(log_index)), log_index - log_index.mean()])
    y = response.astype(np.float64)
    if not np.ptp(log_index) > 0:
        return None
    beta = np.array([math.log(y.mean()), 0.0])
    for _ in range(_STEPS):
        mean = np.exp(np.clip(x @ beta, -30.0, 30.0))
        bread = np.linalg.inv(x.T @ (x * mean[:, np.newaxis]))
        step = bread @ (x.T @ (y - mean))
        beta = beta + step
        if np.abs(step).max() < 1e-10:
            scores = x * (y - mean)[:, np.newaxis]
            variance = bread @ (scores.T @ scores) @ bread
            return Slope(float(beta[1]), math.sqrt(float(variance[1, 1])))
    return None


def difference_interval(c: int, n: int, d: int, m: int) -> tuple[float, float]:
    """Interval of the difference of two shares c/n - d/m (Newcombe 1998, method 10: from two score intervals)."""
    first, second = c / n, d / m
    low1, high1 = wilson(c, n)
    low2, high2 = wilson(d, m)
    difference = first - second
    return (
        difference - math.hypot(first - low1, high2 - second),
        difference + math.hypot(high1 - first, second - low2),
    )
