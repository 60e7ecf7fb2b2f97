"""The verdict on a segment: over, under, at par or inconclusive."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from reportgen.analysis.comparison import Z95, GroupCounts, holm, two_sided_p

MIN_EXPECTED = 100.0
MIN_JACCARD = 0.6
PAR = (90.0, 110.0)
LEVEL = 0.05


@dataclass(frozen=True)
class TotalError:
    """Both errors of an index together.

    Attributes
    ----------
    index
        Index of the group.
    variance
        Of the log index: sampling plus the spread over refits.
    """

    index: float
    variance: float

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval."""
        width = Z95 * math.sqrt(self.variance)
        return self.index * math.exp(-width), self.index * math.exp(width)

    @property
    def p(self) -> float:
        """Two-sided p-value that the index is 100."""
        if self.variance == 0:
            return 1.0 if self.index == 100.0 else 0.0
        return two_sided_p(math.log(self.index / 100.0) / math.sqrt(self.variance))


def dominant_error(sampling: tuple[float, float] | None, total: tuple[float, float] | None) -> str | None:
    """Say which error makes most of a total interval, judged by the variances of the log index.

    Parameters
    ----------
    sampling, total
        95 % intervals of an index: by sampling, and by sampling and re-clustering.

    Returns
    -------
    str or None
        ``chance`` or ``clustering``; None when either interval is missing or reaches down to 0.
    """
    if sampling is None or total is None or min(sampling[0], total[0]) <= 0:
        return None
    drawn, both = (math.log(high / low) ** 2 for low, high in (sampling, total))
    return "chance" if drawn >= both - drawn else "clustering"


def total_error(group: GroupCounts, log_sd: float | None) -> TotalError | None:
    """Add the spread over refits to the sampling error; None when either cannot be given."""
    if log_sd is None or group.index is None or group.c == 0:
        return None
    return TotalError(group.index, group.log_variance() + log_sd**2)


def holm_over_segments(errors: Sequence[TotalError | None]) -> list[float | None]:
    """Adjust the p-values of all segments that have one (Holm)."""
    adjusted = iter(holm([error.p for error in errors if error is not None]))
    return [None if error is None else float(next(adjusted)) for error in errors]


def judge(
    expected: float, jaccard: float, error: TotalError | None, p_holm: float | None, *, overturned: bool = False
) -> str:
    """Give the verdict on a segment.

    In this order: too few people, not stable or no total interval: inconclusive. Total interval inside 90 to 110: at
    par. Index at least 110 (at most 90) and adjusted p at most 0.05: over (under), unless a sensitivity run says
    otherwise. Else inconclusive.

    Parameters
    ----------
    expected
        Customers to be expected at index 100.
    jaccard
        Mean Jaccard similarity over refits.
    error, p_holm
        Total error and its adjusted p-value.
    overturned
        Whether a sensitivity run gives another verdict.
    """
    if expected < MIN_EXPECTED or jaccard < MIN_JACCARD or error is None or p_holm is None:
        return "inconclusive"
    low, high = error.interval
    if low >= PAR[0] and high <= PAR[1]:
        return "inconclusive" if overturned else "at par"
    if p_holm <= LEVEL and not overturned:
        if error.index >= PAR[1]:
            return "over"
        if error.index <= PAR[0]:
            return "under"
    return "inconclusive"
