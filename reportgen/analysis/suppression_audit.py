"""What can somebody work out who has every published figure? Linear programming over the tables of segment x level.

Unknown are the cells of each table. Known are the sizes of the segments, the counts of the levels, every share that is
given (within its rounding), and how the levels of one feature add up to those of another. A small cell is safe when
within all that it can be anything from zero to nine.

Source: Fischetti and Salazar, *Management Science* 47 (2001), "attacker's problem"; Hundepool et al. (2012), chapter 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray
from scipy.sparse import csr_array

from reportgen.analysis.suppression import LEAST, is_small
from reportgen.analysis.suppression_cells import CellTable, Mark, SegmentMeans, bounds_of
from reportgen.analysis.suppression_moves import unproven

_MOST = float(LEAST - 1)
_TOLERANCE = 1e-6
Cell = tuple[int, int, int]  # table, row, segment


@dataclass(frozen=True)
class Link:
    """Every level of the ``fine`` table is part of one level of the ``coarse`` table.

    Attributes
    ----------
    fine, coarse
        Positions of the tables.
    part_of : ndarray of int64, shape (n_rows of the fine table,)
        Row of the coarse table by row of the fine one; "without a known value" is a row as well.
    """

    fine: int
    coarse: int
    part_of: NDArray[np.int64]


@dataclass
class _System:
    """Linear constraints on the cells that are not certain; a cell without a number holds nobody."""

    number: dict[Cell, int]
    small: list[Cell]
    equal: list[tuple[dict[int, float], float]] = field(default_factory=list)
    below: list[tuple[dict[int, float], float]] = field(default_factory=list)
    low: NDArray[np.float64] = field(init=False)
    high: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        self.low = np.zeros(len(self.number))
        self.high = np.full(len(self.number), np.inf)

    def bound(self, cell: Cell, low: float, high: float) -> None:
        """Narrow the range of a cell."""
        if cell in self.number:
            at = self.number[cell]
            self.low[at], self.high[at] = max(self.low[at], low), min(self.high[at], high)

    def add_equal(self, terms: Mapping[Cell, float], right: float) -> None:
        """Say what a weighted sum of cells is."""
        self._add(self.equal, terms, right)

    def add_below(self, terms: Mapping[Cell, float], most: float) -> None:
        """Say what a weighted sum of cells does not exceed."""
        self._add(self.below, terms, most)

    def _add(self, rows: list[tuple[dict[int, float], float]], terms: Mapping[Cell, float], right: float) -> None:
        numbered = {self.number[cell]: value for cell, value in terms.items() if cell in self.number and value}
        if numbered:
            rows.append((numbered, right))

    def sum_of(self, cells: Iterable[Cell]) -> NDArray[np.float64]:
        """Return the objective that adds cells up."""
        objective = np.zeros(len(self.number))
        objective[[self.number[cell] for cell in cells if cell in self.number]] = 1.0
        return objective

    @cached_property
    def _sides(self) -> tuple[Any, Any, Any, Any]:
        """Both systems as matrices with their right sides, as the solver takes them."""
        return *self._matrix(self.below), *self._matrix(self.equal)

    def solve(self, objective: NDArray[np.float64], most_each: float = np.inf) -> NDArray[np.float64] | None:
        """Return the cells that make the objective smallest, small ones at most so large; None without a solution."""
        high = self.high.copy()
        at = [self.number[cell] for cell in self.small]
        high[at] = np.minimum(high[at], most_each)
        a_ub, b_ub, a_eq, b_eq = self._sides
        bounds: Any = np.column_stack([self.low, high])
        found = scipy.optimize.linprog(objective, a_ub, b_ub, a_eq, b_eq, bounds, method="highs")
        return np.asarray(found.x) if found.status == 0 else None

    def _matrix(self, rows: list[tuple[dict[int, float], float]]) -> tuple[csr_array | None, list[float] | None]:
        if not rows:
            return None, None
        at = np.concatenate([np.full(len(terms), row) for row, (terms, _) in enumerate(rows)])
        across = np.array([cell for terms, _ in rows for cell in terms], dtype=np.int64)
        values = np.array([value for terms, _ in rows for value in terms.values()])
        return csr_array((values, (at, across)), shape=(len(rows), len(self.number))), [right for _, right in rows]


def exposed_cells(tables: Sequence[CellTable], links: Sequence[Link], *, told: bool, least: int = 0) -> Iterator[Cell]:
    """Yield the small cells that are not safe: those that cannot be anything from ``least`` to nine.

    Parameters
    ----------
    tables
        Tables of features, each with the same segments.
    links
        Features the levels of which are parts of those of another.
    told
        Whether the marks tell small cells from others that are withheld: then everybody knows that a cell marked as
        small holds nine at most, and another one that is withheld ten at least.
    least
        0, or 1 where the totals alone tell that somebody is in the cell.

    Yields
    ------
    (table, row, segment)
        The row before the last counts those without a known value, the last one those with a known value.
    """
    small = [cell for t, table in enumerate(tables) for cell in _in_doubt(t, table, links, told=told)]
    if not small:
        return
    system = _system(tables, links, told=told)
    objectives = {cell: system.sum_of(_parts(cell, tables[cell[0]])) for cell in small}
    lowest, highest = dict.fromkeys(small, np.inf), dict.fromkeys(small, -np.inf)

    def look(objective: NDArray[np.float64], most_each: float = np.inf) -> None:
        found = system.solve(objective, most_each)
        if found is None:
            return
        for cell in small:
            value = float(objectives[cell] @ found)
            lowest[cell], highest[cell] = min(lowest[cell], value), max(highest[cell], value)

    together = np.asarray(sum(objectives.values()))
    look(together)
    look(-together, _MOST)  # one solution shows many cells at once, if none may be more than it has to
    for cell, objective in objectives.items():
        if lowest[cell] > least + _TOLERANCE:
            look(objective)
        if highest[cell] < _MOST - _TOLERANCE:
            look(-objective)
        if lowest[cell] > least + _TOLERANCE or highest[cell] < _MOST - _TOLERANCE:
            yield cell


def _in_doubt(t: int, table: CellTable, links: Sequence[Link], *, told: bool) -> list[Cell]:
    """Return the small cells of a table that moves along rectangles do not prove to be safe.

    Moves within one level of every coarser table leave these as they are. What moves do to finer tables or to means is
    another matter, so such tables are left to the linear program.
    """
    rows = len(table.counts)
    found = [(t, rows - 1, int(s)) for s in np.flatnonzero(is_small(table.counts[-1]))]
    found += [(t, rows, int(s)) for s in np.flatnonzero(is_small(table.known))]
    if any(link.coarse == t for link in links) or (not table.given and table.means is not None):
        return found + [(t, int(row), int(s)) for row, s in np.argwhere(is_small(table.counts[:-1]))]
    coarser = [link.part_of[:-1] for link in links if link.fine == t] or [np.zeros(rows - 1, dtype=np.int64)]
    classes = np.unique(np.stack(coarser), axis=1, return_inverse=True)[1].ravel()
    return found + [(t, *cell) for cell in unproven(table, classes, told=told)]


def _parts(cell: Cell, table: CellTable) -> list[Cell]:
    """Return the cells of a table that add up to a cell, or to a segment's people with a known value."""
    t, row, segment = cell
    return [cell] if row < len(table.counts) else [(t, r, segment) for r in range(len(table.counts) - 1)]


def _system(tables: Sequence[CellTable], links: Sequence[Link], *, told: bool) -> _System:
    number: dict[Cell, int] = {}
    for t, table in enumerate(tables):
        for row, segment in np.argwhere(_uncertain(table)):
            number[t, int(row), int(segment)] = len(number)
    system = _System(number, [cell for t, table in enumerate(tables) for cell in _marked_small(t, table)])
    for t, table in enumerate(tables):
        _add_totals(system, t, table)
        if table.given:
            _add_shares(system, t, table)
            if told:
                _add_marks(system, t, table)
        elif table.means is not None:
            _add_means(system, t, table.means)
    for link in links:
        _add_link(system, link, tables)
    return system


def _uncertain(table: CellTable) -> NDArray[np.bool_]:
    """Return the cells that may hold anybody: where shares are given, one of nobody shows that it is one."""
    if not table.given:
        return np.ones(table.counts.shape, dtype=np.bool_)
    uncertain = np.asarray((table.counts > 0) | (table.marks != Mark.SHOWN))
    if table.known_step:
        uncertain[-1] = True
    return uncertain


def _marked_small(t: int, table: CellTable) -> list[Cell]:
    return [(t, int(row), int(segment)) for row, segment in np.argwhere(is_small(table.counts))]


def _add_totals(system: _System, t: int, table: CellTable) -> None:
    """Add the sizes of segments and the counts of levels, which are exact."""
    rows, segments = table.counts.shape
    for row in range(rows):
        system.add_equal({(t, row, s): 1.0 for s in range(segments)}, float(table.counts[row].sum()))
    for segment in range(segments):
        system.add_equal({(t, r, segment): 1.0 for r in range(rows)}, float(table.counts[:, segment].sum()))


def _add_shares(system: _System, t: int, table: CellTable) -> None:
    """Bound the cells whose share is given: share x (size - unknown), up to half a step."""
    shares, gap = table.shares(), len(table.counts) - 1
    for row, segment in np.argwhere(~np.isnan(shares)):
        share, size = float(shares[row, segment]), float(table.sizes[segment])
        if row == gap:
            low, high = table.known_bounds(share)
            system.bound((t, gap, int(segment)), size * (1.0 - high), size * (1.0 - low))
            continue
        low, high = bounds_of(share, table.step)
        cell, unknown = (t, int(row), int(segment)), (t, gap, int(segment))
        system.add_below({cell: 1.0, unknown: high}, high * size)
        system.add_below({cell: -1.0, unknown: -low}, -low * size)


def _add_marks(system: _System, t: int, table: CellTable) -> None:
    """Add what a mark says; in the last row it is about those without a known value, or about those with one."""
    gap = len(table.counts) - 1
    for row, segment in np.argwhere(table.marks != Mark.SHOWN):
        cell, size = (t, int(row), int(segment)), float(table.sizes[segment])
        if table.marks[row, segment] == Mark.HELD:
            system.bound(cell, float(LEAST), np.inf)
        elif row == gap and not is_small(table.counts[row, segment]):
            system.bound(cell, size - _MOST, size)
        else:
            system.bound(cell, 0.0, _MOST)


def _add_means(system: _System, t: int, means: SegmentMeans) -> None:
    """Add the means: what people of each level bring along lies between the ends of the level."""
    for segment, mean in enumerate(means.given):
        if np.isnan(mean):
            continue
        rows = [row for row in range(len(means.low)) if np.isfinite(means.low[row])]
        half = means.step / 2
        system.add_below({(t, r, segment): float(means.low[r] - mean - half) for r in rows}, 0.0)
        system.add_below({(t, r, segment): float(mean - half - means.high[r]) for r in rows}, 0.0)


def _add_link(system: _System, link: Link, tables: Sequence[CellTable]) -> None:
    for row in range(len(tables[link.coarse].counts)):
        parts = np.flatnonzero(link.part_of == row)
        for segment in range(tables[link.coarse].counts.shape[1]):
            terms = {(link.fine, int(part), segment): 1.0 for part in parts}
            system.add_equal({**terms, (link.coarse, row, segment): -1.0}, 0.0)
