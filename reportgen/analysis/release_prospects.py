"""Prospects by segment as they may be published: how many customers a segment holds must not follow where few do.

A segment's people less its prospects are the customers found in it. Where these, or the prospects, or the customers who
were not found are a few in some segment, the customers left out are given in steps, rounded down; where no step is
enough, nobody is left out of the counts, and lists leave customers out all the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.suppression import LEAST, is_small

STEPS = (1, 20, 50, 100, 200, 500)


@dataclass(frozen=True)
class LeftOut:
    """Customers who are left out of the prospects.

    Attributes
    ----------
    by_segment : ndarray of int64, shape (k + 1,)
        As they may be given; zero for all where nothing may.
    step
        Counts are rounded down to multiples of it; 1 for exact ones, 0 where none may be given.
    """

    by_segment: NDArray[np.int64]
    step: int


def release_left_out(
    found: NDArray[np.int64], people: NDArray[np.int64], customers: NDArray[np.int64], total: int | None
) -> LeftOut:
    """Return the customers found in the population by segment as they may be given.

    Parameters
    ----------
    found : ndarray of int64, shape (k + 1,)
        Customers among the people of the population.
    people, customers : ndarray of int64, shape (k + 1,)
        Sizes of the segments on both sides, which are published.
    total
        All customers that were found, where their number is published.
    """
    for step in STEPS:
        given = found // step * step
        if _is_safe(given, step, found, people, customers, total):
            return LeftOut(given, step)
    return LeftOut(np.zeros_like(found), 0)


def _is_safe(
    given: NDArray[np.int64],
    step: int,
    found: NDArray[np.int64],
    people: NDArray[np.int64],
    customers: NDArray[np.int64],
    total: int | None,
) -> bool:
    """Tell whether what is small could be anything from none to nine."""
    low, high = given, np.minimum(given + step - 1, people)
    if (found <= customers).all():  # as it is wherever both files say the same of a person
        high = np.minimum(high, customers)
    if total is not None:  # what one segment holds is the total less what the others do
        low, high = np.maximum(low, total - (high.sum() - high)), np.minimum(high, total - (low.sum() - low))
    for part, least, most in (
        (found, low, high),
        (people - found, people - high, people - low),
        (customers - found, customers - high, customers - low),
    ):
        if (is_small(part) & ((least > 0) | (most < LEAST - 1))).any():
            return False
    return True
