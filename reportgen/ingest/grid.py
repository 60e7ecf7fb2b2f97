"""Numbers on a grid of step 2^j, so that any column fits into a bounded number of codes.

Cells are half-open, [i·2^j, (i+1)·2^j). Every cell of a grid lies inside one cell of each coarser grid, so the
finest grid with at most so many occupied cells depends on the set of values only, never on their order.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_FINEST, _COARSEST = -1074, 1023  # exponents of the smallest and the largest power of two in float64
_SIGNIFICANT_BITS = 53


def lower_edges(numbers: NDArray[np.float64], exponent: int) -> NDArray[np.float64]:
    """Return the lower edge of each number's cell on the grid of step 2^exponent, shape (n,); exact in float64."""
    coarse = np.ldexp(1.0, min(exponent + _SIGNIFICANT_BITS, _COARSEST))
    own_edge = np.abs(numbers) >= coarse  # a multiple of the step already; scaling it could overflow
    cell = np.floor(np.ldexp(np.where(own_edge, 0.0, numbers), -exponent))
    cell[(cell == 0) & (numbers < 0)] = -1.0  # so small that scaling made it zero
    with np.errstate(over="ignore"):
        edges = np.maximum(np.ldexp(cell, exponent), -np.finfo(np.float64).max)
    return np.asarray(np.where(own_edge, numbers, edges) + 0.0, dtype=np.float64)


def finest_exponent(numbers: NDArray[np.float64], cells: int, start: int = _FINEST) -> int:
    """Return the smallest exponent, not below ``start``, whose grid has at most ``cells`` occupied cells.

    Parameters
    ----------
    numbers : ndarray of float64, shape (n,)
        Values, or their lower edges on a grid no coarser than ``start``.
    cells
        At least 4, the number of cells of the coarsest grid.
    """
    low, high = start, _COARSEST
    while low < high:
        middle = (low + high) // 2
        if len(np.unique(lower_edges(numbers, middle))) <= cells:
            high = middle
        else:
            low = middle + 1
    return low


def representatives(edges: NDArray[np.float64], exponent: int, whole: bool) -> NDArray[np.float64]:
    """Return the number that stands for each cell, shape (n,): the middle of the values that it can hold.

    Parameters
    ----------
    edges
        Lower edges.
    exponent
        Of the grid.
    whole
        Whether all values are whole numbers: then a cell of width 4 holds 0, 1, 2, 3 with the middle 1.5.
    """
    step = np.ldexp(1.0, exponent)
    shift = max(step - 1.0, 0.0) / 2 if whole else step / 2
    return np.asarray(edges + shift, dtype=np.float64)
