"""A quick proof that a small cell is safe: people can be moved until it holds nine, or none, and no figure changes.

Along a rectangle of two levels and two segments people move without changing a total. A rectangle carries as many as
its corners allow within what is published of them; several rectangles together carry their sum. Where this finds enough
room, nothing has to be solved; where it does not, the linear program decides.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.suppression import LEAST, is_small
from reportgen.analysis.suppression_cells import CellTable, Mark, bounds_of

_EPS = 1e-9
_EVERYBODY = 2**40  # more than any file holds


def room(table: CellTable, *, told: bool) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return how many people fewer and how many more each cell could hold without any sign of it.

    The number of known values of a segment is taken as it is.

    Parameters
    ----------
    told
        See ``suppression_audit.exposed_cells``.

    Returns
    -------
    down, up : ndarray of int64, shape (n_levels + 1, n_segments)
        Missing values last.
    """
    counts, marks, sizes = table.counts, table.marks, table.sizes.astype(np.float64)
    known = table.known.astype(np.float64)
    low, high = np.zeros(counts.shape, dtype=np.int64), np.full(counts.shape, _EVERYBODY)
    if table.given:
        shares, gap = table.shares(), len(counts) - 1
        for row, segment in np.argwhere(~np.isnan(shares)):
            share = float(shares[row, segment])
            ends = bounds_of(share, table.step) if row < gap else table.known_bounds(share)
            people = np.array(ends) * known[segment] if row < gap else (1.0 - np.array(ends[::-1])) * sizes[segment]
            low[row, segment] = int(np.ceil(people[0] - _EPS))
            high[row, segment] = int(np.floor(people[1] + _EPS))
        high[:-1][(counts[:-1] == 0) & (marks[:-1] == Mark.SHOWN)] = 0
    if told:
        low[marks == Mark.HELD] = LEAST
        high[:-1][marks[:-1] == Mark.FEW] = LEAST - 1
    return np.maximum(counts - low, 0), np.maximum(high - counts, 0)


def is_hopeless(table: CellTable, *, told: bool) -> bool:
    """Tell whether the other cells of some small cell's row or column cannot make up for what it might hold.

    Changes of the known values of a segment, which move the shares a little, are not looked at: a table may be called
    hopeless that a linear program would find safe, never the other way round.
    """
    down, up = room(table, told=told)
    for level, segment in np.argwhere(is_small(table.counts[:-1])):
        count = int(table.counts[level, segment])
        for wanted, against in ((LEAST - 1 - count, down), (count, up)):
            row = int(against[level].sum() - against[level, segment])
            column = int(against[:, segment].sum() - against[level, segment])
            if min(row, column) < wanted:
                return True
    return False


def is_safe(
    table: CellTable,
    cell: tuple[int, int],
    ways: tuple[NDArray[np.int64], NDArray[np.int64]],
    classes: NDArray[np.int64],
) -> bool:
    """Tell whether moves along rectangles make a small cell of a level hold none, and nine.

    Parameters
    ----------
    cell
        Level and segment.
    ways
        What `room` returns.
    classes : ndarray of int64, shape (n_levels,)
        Only levels of the same class take part, so that a coarser feature stays as it is.
    """
    count = int(table.counts[cell])
    down, up = ways[0][:-1], ways[1][:-1]
    mates = classes == classes[cell[0]]
    return _moves(cell, LEAST - 1 - count, down, up, mates) and _moves(cell, count, up, down, mates)


def _moves(
    cell: tuple[int, int], wanted: int, against: NDArray[np.int64], along: NDArray[np.int64], mates: NDArray[np.bool_]
) -> bool:
    """Tell whether ``wanted`` people can be moved; two corners change against the cell, one along with it."""
    level, segment = cell
    against, along = against[mates].copy(), along[mates].copy()
    level = int(mates[:level].sum())
    while wanted > 0:
        carries = np.minimum(np.minimum(against[level][np.newaxis], against[:, [segment]]), along)
        carries[level], carries[:, segment] = 0, 0
        other, across = np.unravel_index(int(carries.argmax()), carries.shape)
        moved = min(int(carries[other, across]), wanted)
        if moved == 0:
            return False
        against[level, across] -= moved
        against[other, segment] -= moved
        along[other, across] -= moved
        wanted -= moved
    return True


def unproven(table: CellTable, classes: NDArray[np.int64], *, told: bool) -> list[tuple[int, int]]:
    """Return the small cells of levels for which rectangles do not find enough room."""
    ways = room(table, told=told)
    cells = [(int(level), int(segment)) for level, segment in np.argwhere(is_small(table.counts[:-1]))]
    return [cell for cell in cells if not is_safe(table, cell, ways, classes)]
