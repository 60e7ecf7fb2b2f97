"""Count, mean, standard deviation and range of a number column, the same for any order of threads."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reportgen.ingest.table import NumberSummary


@dataclass(frozen=True)
class Moments:
    """Moments of some values: n, mean, sum of squared deviations, minimum and maximum."""

    n: int = 0
    mean: float = 0.0
    squares: float = 0.0
    minimum: float = math.inf
    maximum: float = -math.inf

    def __add__(self, other: Moments) -> Moments:
        """Return the moments of both sets together (Chan, Golub and LeVeque 1983, equation 1.5)."""
        if not self.n or not other.n:
            return self if self.n else other
        n = self.n + other.n
        gap = other.mean - self.mean
        return Moments(
            n,
            self.mean + gap * other.n / n,
            self.squares + other.squares + gap * gap * self.n * other.n / n,
            min(self.minimum, other.minimum),
            max(self.maximum, other.maximum),
        )

    def summary(self) -> NumberSummary:
        """Return the population moments (divisor n); an empty set has NaN everywhere but in n."""
        if not self.n:
            return NumberSummary(0, math.nan, math.nan, math.nan, math.nan)
        return NumberSummary(self.n, self.mean, math.sqrt(self.squares / self.n), self.minimum, self.maximum)


def moments_of_counts(values: NDArray[np.float64], counts: NDArray[np.int64]) -> Moments:
    """Return the moments of ``values`` that occur ``counts`` times each; both of shape (n,)."""
    present = counts > 0
    values, counts = values[present], counts[present]
    n = int(counts.sum())
    if not n:
        return Moments()
    mean = math.fsum(values * counts) / n
    squares = math.fsum((values - mean) ** 2 * counts)
    return Moments(n, mean, squares, float(values.min()), float(values.max()))


def moments_of(values: NDArray[np.float64]) -> Moments:
    """Return the moments of some values, shape (n,); NaN is left out."""
    values = values[~np.isnan(values)]
    if not len(values):
        return Moments()
    with np.errstate(over="ignore", invalid="ignore"):  # beyond 1e154 squares are infinite
        mean = float(values.mean())
        squares = float(((values - mean) ** 2).sum())
    return Moments(len(values), mean, squares, float(values.min()), float(values.max()))
