"""Customers against the population: index, intervals, tests and effect sizes from counts.

Throughout, c of C customers and n of N people of the population are in a group, and ``overlap`` is the share of
customers who are also in the population: 0 for separate files, 1 for nested ones.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray
from scipy.special import ndtr

Z95 = 1.959963984540054
_SCORE_UNDER = 30  # expected customers below which the score interval replaces the one on the log scale


@dataclass(frozen=True)
class GroupCounts:
    """Customers and people in a group, with the totals that they are part of.

    Attributes
    ----------
    c, C
        Customers in the group, and all customers of the comparison.
    n, N
        People of the population in the group, and all of them.
    overlap
        Share of customers who are also in the population, 0 to 1.
    """

    c: int
    C: int
    n: int
    N: int
    overlap: float = 0.0

    @property
    def expected(self) -> float:
        """Customers to be expected at index 100."""
        return self.C * self.n / self.N if self.N else 0.0

    @property
    def index(self) -> float | None:
        """Share of customers over share of population x 100; None when nobody of the population is in the group."""
        if self.n == 0 or self.C == 0:
            return None
        return 100.0 * (self.c / self.C) / (self.n / self.N)

    def log_variance(self) -> float:
        """Variance of the log index by sampling.

        For separate files 1/c - 1/C + 1/n - 1/N (Katz et al. 1978). People in both files make the two shares move
        together: their covariance 1/n - c/(Cn) is taken off twice, in proportion to the overlap. With overlap 1 this is
        1/c - 1/C - 1/n + 2c/(Cn) - 1/N.

        Raises
        ------
        ValueError
            If c or n is 0.
        """
        if self.c == 0 or self.n == 0:
            raise ValueError("the log index has no variance without people on both sides")
        separate = 1 / self.c - 1 / self.C + 1 / self.n - 1 / self.N
        shared = 1 / self.n - self.c / (self.C * self.n)
        return max(separate - 2.0 * self.overlap * shared, 0.0)


def sampling_interval(group: GroupCounts, z: float = Z95) -> tuple[float, float] | None:
    """Interval of the index by sampling.

    On the log scale; with fewer than 30 expected or observed customers the score interval. With c = 0 the lower end
    is 0.

    Returns
    -------
    tuple of float or None
        None when nobody of the population is in the group or the interval has no upper end.
    """
    if group.index is None:
        return None
    if min(group.expected, group.c) < _SCORE_UNDER:
        return score_interval(group, z)
    width = z * math.sqrt(group.log_variance())
    return group.index * math.exp(-width), group.index * math.exp(width)


def score_interval(group: GroupCounts, z: float = Z95) -> tuple[float, float]:
    """Score interval of the ratio of two independent shares x 100 (Koopman 1984; Miettinen and Nurminen 1985, eq. 10).

    For nested files it is a little too wide, since it takes the files for independent.
    """
    c, C, n, N = group.c, group.C, group.n, group.N

    def excess(log_ratio: float) -> float:
        return _score_statistic(math.exp(log_ratio), c, C, n, N) - z * z

    centre = math.log(max(c, 0.5) / C / (n / N))
    low, high = centre - 0.1, centre + 0.1
    while excess(high) < 0 and high < centre + 60:
        high += 0.5
    upper = (
        100.0 * math.exp(scipy.optimize.brentq(excess, centre, high))
        if excess(centre) < 0
        else 100.0 * math.exp(centre)
    )
    if c == 0:
        return 0.0, upper
    while excess(low) < 0 and low > centre - 60:
        low -= 0.5
    return 100.0 * math.exp(scipy.optimize.brentq(excess, low, centre)), upper


def _score_statistic(ratio: float, c: int, C: int, n: int, N: int) -> float:
    """Return the χ² of c/C = ratio · n/N, with both shares at their restricted maximum likelihood."""
    a = (C + N) * ratio
    b = -(ratio * (C + n) + c + N)
    d = c + n
    p0 = (-b - math.sqrt(max(b * b - 4 * a * d, 0.0))) / (2 * a)
    p1 = min(ratio * p0, 1.0)
    variance = p1 * (1 - p1) / C + ratio**2 * p0 * (1 - p0) / N
    gap = c / C - ratio * n / N
    return gap * gap / variance if variance > 0 else 0.0


def two_proportion_p(group: GroupCounts) -> float:
    """Two-sided p-value that customers are in the group as often as others, by the pooled z test.

    Nested files compare customers with the rest of the population, separate ones with the population.
    """
    c, C, n, N = group.c, group.C, group.n, group.N
    if group.overlap > 0.5:
        n, N = max(n - c, 0), N - C
    if C == 0 or N <= 0:
        return 1.0
    pooled = (c + n) / (C + N)
    variance = pooled * (1 - pooled) * (1 / C + 1 / N)
    if variance <= 0:
        return 1.0
    return two_sided_p((c / C - n / N) / math.sqrt(variance))


def two_sided_p(z: float) -> float:
    """Two-sided p-value of a standard normal deviate."""
    return float(2.0 * ndtr(-abs(z)))


def cohen_h(first: float, second: float) -> float:
    """Cohen's h of two shares, 2 asin √p₁ - 2 asin √p₂ (Cohen 1988, 6.2), in [-π, π]."""
    return 2.0 * (math.asin(math.sqrt(min(first, 1.0))) - math.asin(math.sqrt(min(second, 1.0))))


def benjamini_hochberg(p_values: Sequence[float]) -> NDArray[np.float64]:
    """Adjust p-values so that rejecting at q keeps the false discovery rate at q (Benjamini and Hochberg 1995)."""
    p = np.asarray(p_values, dtype=np.float64)
    if p.size == 0:
        return p
    order = np.argsort(p, kind="stable")
    scaled = p[order] * p.size / np.arange(1, p.size + 1)
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return adjusted


def holm(p_values: Sequence[float]) -> NDArray[np.float64]:
    """Adjust p-values so that rejecting at α keeps the family-wise error at α (Holm 1979)."""
    p = np.asarray(p_values, dtype=np.float64)
    if p.size == 0:
        return p
    order = np.argsort(p, kind="stable")
    scaled = p[order] * (p.size - np.arange(p.size))
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(np.maximum.accumulate(scaled), 1.0)
    return adjusted


@dataclass(frozen=True)
class Scale:
    """A group on a scale: number of known values, mean and standard deviation (ddof 0)."""

    n: int
    mean: float
    sd: float

    def without(self, part: Scale) -> Scale:
        """Return the rest of the group when ``part`` of it is taken away."""
        n = self.n - part.n
        if n <= 0:
            return Scale(0, math.nan, math.nan)
        mean = (self.n * self.mean - (part.n * part.mean if part.n else 0.0)) / n
        square = self.n * (self.sd**2 + self.mean**2) - (part.n * (part.sd**2 + part.mean**2) if part.n else 0.0)
        return Scale(n, mean, math.sqrt(max(square / n - mean**2, 0.0)))


def standardised_difference(here: Scale, everybody: Scale, *, inside: bool) -> tuple[float, float] | None:
    """Difference of a group's mean to everybody's in standard deviations of everybody, with its p-value.

    Parameters
    ----------
    here, everybody
        The group and everybody.
    inside
        Whether the group is part of everybody; then it is tested against the rest, else against everybody (Welch 1947).

    Returns
    -------
    (d, p) or None
        None when either is empty or everybody has the same value.
    """
    if here.n == 0 or everybody.n == 0 or not everybody.sd > 0:
        return None
    other = everybody.without(here) if inside else everybody
    if other.n == 0:
        return 0.0, 1.0
    variance = here.sd**2 / here.n + other.sd**2 / other.n
    gap = here.mean - other.mean
    p = two_sided_p(gap / math.sqrt(variance)) if variance > 0 else float(gap == 0)
    return (here.mean - everybody.mean) / everybody.sd, p
