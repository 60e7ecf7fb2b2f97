"""The difference of two indices with its interval."""

from __future__ import annotations

import math

Interval = tuple[float, float]


def difference_interval(before: float, around_before: Interval, now: float, around_now: Interval) -> Interval:
    """Return the interval of ``now - before`` from the intervals of both, taken as independent.

    The square-and-add method (Zou and Donner 2008, "Construction of confidence limits about effect measures",
    Statistics in Medicine 27, 1693-1702): it keeps the lopsidedness of both intervals.

    Parameters
    ----------
    before, now
        The two figures.
    around_before, around_now
        Their 95 % intervals.

    Examples
    --------
    >>> difference_interval(100.0, (97.0, 103.0), 110.0, (106.0, 114.0))
    (5.0, 15.0)
    """
    difference = now - before
    low = math.hypot(now - around_now[0], around_before[1] - before)
    high = math.hypot(around_now[1] - now, before - around_before[0])
    return difference - low, difference + high
