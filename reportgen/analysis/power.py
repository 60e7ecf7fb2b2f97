"""How many people a test needs: sizes of cells and of a hold-out for comparing two response rates.

Rates are compared on the arcsine scale, where a difference has the same variance everywhere: Cohen's h against the
quantiles of the normal distribution (Cohen, Statistical Power Analysis for the Behavioral Sciences, 1988, chapter 6).
"""

from __future__ import annotations

import math

from scipy.special import ndtri

from reportgen.analysis.comparison import Z95, cohen_h


def quantiles(significance: float, power: float) -> float:
    """Add the normal quantiles of a two-sided test and of its power.

    Parameters
    ----------
    significance
        Two-sided level, such as 0.05.
    power
        Probability of finding the difference when it is there.
    """
    return float(ndtri(1.0 - significance / 2.0) + ndtri(power))


def cell_size(first: float, second: float, significance: float = 0.05, power: float = 0.8) -> int:
    """Return the people per cell that show the difference of two rates, both cells of one size.

    Raises
    ------
    ValueError
        If the rates are equal or outside 0 to 1.
    """
    return math.ceil(2.0 * (quantiles(significance, power) / _effect(first, second)) ** 2)


def holdout_size(
    mailed: int, control: float, treated: float, significance: float = 0.05, power: float = 0.8
) -> int | None:
    """Return the people to leave out of a mailing, so that its effect can be shown.

    From 1/mailed + 1/holdout = (h / z)².

    Parameters
    ----------
    mailed
        People who are written to.
    control, treated
        Rates of those left out and of those written to.

    Returns
    -------
    int or None
        None when the mailing itself is too small, however many are left out.
    """
    room = (_effect(control, treated) / quantiles(significance, power)) ** 2 - 1.0 / mailed
    return math.ceil(1.0 / room) if room > 0 else None


def holdout_within(
    people: int, control: float, treated: float, significance: float = 0.05, power: float = 0.8
) -> int | None:
    """Return how many of some people to leave out, the others written to, so that the effect can be shown.

    From 1 / (people - holdout) + 1 / holdout = (h / z)².

    Parameters
    ----------
    people
        Both together.
    control, treated
        Rates of those left out and of those written to.

    Returns
    -------
    int or None
        The smallest number; None when there are too few people, however they are divided.
    """
    room = (_effect(control, treated) / quantiles(significance, power)) ** 2
    square = people * people - 4.0 * people / room
    return math.ceil((people - math.sqrt(square)) / 2.0) if square >= 0 else None


def detectable_rate(
    first: int, second: int, rate: float, significance: float = 0.05, power: float = 0.8
) -> float | None:
    """Return the largest lower rate that two cells can tell from ``rate``.

    Parameters
    ----------
    first, second
        Sizes of the cells.
    rate
        The higher rate.

    Returns
    -------
    float or None
        None when not even a rate of zero would show.
    """
    h = quantiles(significance, power) * math.sqrt(1.0 / first + 1.0 / second)
    angle = math.asin(math.sqrt(rate)) - h / 2.0
    return math.sin(angle) ** 2 if angle > 0.0 else None


def precision_size(rate: float, relative: float, z: float = Z95) -> int:
    """Return the pieces that measure a rate to within a share of itself (half the width of its interval)."""
    return math.ceil(z * z * (1.0 - rate) / (rate * relative * relative))


def _effect(first: float, second: float) -> float:
    if not (0.0 <= first <= 1.0 and 0.0 <= second <= 1.0) or first == second:
        raise ValueError(f"two different rates between 0 and 1 are needed, not {first} and {second}")
    return abs(cohen_h(first, second))
