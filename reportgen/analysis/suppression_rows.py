"""Rows by their number of missing values: neighbouring numbers are put together until none holds one to nine people."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.suppression import any_small

Bin = tuple[int, int]


def pool_bins(cells: NDArray[np.int64], borders: Sequence[int]) -> list[Bin]:
    """Cut 0, 1, 2, ... missing values into bins.

    Parameters
    ----------
    cells : ndarray of int64, shape (n, n_sides)
        Rows by number of missing values.
    borders
        Numbers at which published sums begin (the row threshold, and five to either side). A bin does not cross them
        as long as the rows between two of them are enough, so that no sum differs from the bins by a few rows.

    Returns
    -------
    list of (first, last)
        Ascending; numbers that no row has are left out at the ends of bins.
    """
    cuts = sorted({0, len(cells), *(min(max(border, 0), len(cells)) for border in borders)})
    stretches = [_pooled(cells, first, end) for first, end in pairwise(cuts)]
    bins = [one for stretch in stretches for one in stretch]
    while len(bins) > 1 and any(_is_small(cells, one) for one in bins):
        at = next(at for at, one in enumerate(bins) if _is_small(cells, one))
        first = at - 1 if at == len(bins) - 1 else at
        bins[first : first + 2] = [(bins[first][0], bins[first + 1][1])]
    return bins


def _pooled(cells: NDArray[np.int64], first: int, end: int) -> list[Bin]:
    """Pool the numbers of one stretch from the left; what is left over at its end goes to the bin before."""
    bins: list[Bin] = []
    begun: int | None = None
    for number in range(first, end):
        if not cells[number].any():
            continue
        begun = number if begun is None else begun
        if not _is_small(cells, (begun, number)):
            bins.append((begun, number))
            begun = None
    if begun is not None:
        last = max(number for number in range(begun, end) if cells[number].any())
        bins.append((begun, last))
        while len(bins) > 1 and _is_small(cells, bins[-1]):
            bins[-2:] = [(bins[-2][0], last)]
    return bins


def _is_small(cells: NDArray[np.int64], one: Bin) -> bool:
    return any_small(cells[one[0] : one[1] + 1].sum(axis=0))
