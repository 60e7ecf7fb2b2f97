"""One column as it may be published: pooled levels, shares by segment, and what may be told of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy
from numpy.typing import NDArray

from reportgen.analysis.aspects import Aspect
from reportgen.analysis.release_levels import LevelPlan
from reportgen.analysis.suppression import LEAST, is_small
from reportgen.analysis.suppression_cells import CellTable, Mark
from reportgen.analysis.suppression_levels import RARE
from reportgen.ingest.table import CodedColumn, SideName
from reportgen.language import again, say_marked

_STEEPEST = 300.0
_MOST_FILLED = 0.05  # a mean that rests on more people who were filled in is not told


@dataclass(frozen=True)
class ReleasedColumn:
    """One column as it may be published.

    Attributes
    ----------
    position
        Index of the column in the coded table.
    column
        The column with rare levels pooled.
    plan
        What was done to its levels.
    population, customers : ndarray of int64, shape (n_raw,)
        All rows of a side by raw code, few missing values counted to a level; exact for the sums over a level.
    by_segment : ndarray of float64, shape (k + 1, n_raw)
        Population by segment, as far as it is published, the rest filled in.
    table
        Shares of the levels within segments, with what is held back; None when the population's levels are.
    present : ndarray of int64
        Segments that are columns of ``table``: those with anybody in them.
    effect_placed
        Effect without low-information records, rounded to two decimals; None where it cannot be given, or may not
        (``effect_held``).
    effect_held
        Whether it would tell of few people.
    """

    position: int
    column: CodedColumn
    plan: LevelPlan
    population: NDArray[np.int64]
    customers: NDArray[np.int64]
    by_segment: NDArray[np.float64]
    table: CellTable | None
    present: NDArray[np.int64]
    effect_placed: float | None
    effect_held: bool

    def shows(self, side: SideName) -> bool:
        """Tell whether the levels of a side are shown."""
        return side not in self.plan.withheld

    def holds_back(self, segment: int) -> bool:
        """Tell whether any share within a segment is held back."""
        at = np.flatnonzero(self.present == segment)
        return self.table is None or not self.table.given or bool(self.table.marks[:, at].any())

    def segment_row(self, row: int, segments: int) -> tuple[tuple[float | None, ...], tuple[int, ...]]:
        """Return the published shares of a level within segments, or with -1 those with a known value, and the marks.

        Parameters
        ----------
        row
            Level, or -1.
        segments
            Number of segments, 0 and empty ones included.
        """
        shares: list[float | None] = [None] * segments
        marks = [int(Mark.SHOWN)] * segments
        found = self._shares[row] if self.table is not None else np.full(len(self.present), np.nan)
        for at, segment in enumerate(self.present):
            held = self.table is None or not self.table.given
            marks[segment] = int(Mark.HELD) if held else int(self.table.marks[row, at])  # type: ignore[union-attr]
            shares[segment] = None if np.isnan(found[at]) else float(found[at])
        return tuple(shares), tuple(marks)

    @cached_property
    def _shares(self) -> NDArray[np.float64]:
        return self.table.shares() if self.table is not None else np.empty((0, 0))

    def tells(self, aspect: Aspect, segment: int, level: int | None, count: float) -> bool:
        """Tell whether a figure of a segment may be spoken of: a level's share, or with None the mean of a scale.

        Parameters
        ----------
        count
            People it is about, as far as they are published.
        """
        at = np.flatnonzero(self.present == segment)
        if self.table is None or not len(at) or is_small(self.table.known[at[0]]):
            return False
        if not self.table.given:
            return self.table.means is not None and level is None and not aspect.part
        marks = self.table.marks[:-1, at[0]]
        if aspect.part or level is None:
            filled = float(self.by_segment[segment][np.isin(self.column.level_of, np.flatnonzero(marks))].sum())
            enough = level is None or count == 0 or count >= LEAST
            return enough and filled <= _MOST_FILLED * float(self.by_segment[segment].sum())
        return bool(marks[level] == Mark.SHOWN) and not again(self.column.levels[level].label).startswith(
            say_marked(RARE)
        )


def fill_in(
    column: CodedColumn,
    exact: NDArray[np.int64],
    everybody: NDArray[np.int64],
    table: CellTable | None,
    present: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return the population by segment and raw code as a reader of the published shares could put it together.

    A share stands for itself. A cell that is marked as small holds five people; what is left of a segment goes to the
    other cells that are withheld, in proportion to their levels in the whole population. Within a level, people are
    spread over its codes as in the whole population. Where only a mean is given, people are spread over all codes as in
    the whole population, tilted to that mean. An exact table stays as it is.

    Parameters
    ----------
    exact : ndarray of int64, shape (k + 1, n_raw)
    everybody : ndarray of int64, shape (n_raw,)
        Its sum over segments.

    Returns
    -------
    ndarray of float64, shape (k + 1, n_raw)
    """
    if table is not None and table.given and table.step == 0 and not (table.marks != Mark.SHOWN).any():
        return exact.astype(np.float64)
    rows = len(column.levels)
    row_of = np.where(column.level_of < 0, rows, column.level_of)
    levels = np.bincount(row_of, weights=everybody, minlength=rows + 1).astype(np.float64)
    within = np.divide(everybody, levels[row_of], out=np.zeros(len(row_of)), where=levels[row_of] > 0)
    filled = np.zeros(exact.shape)
    for segment in range(len(exact)):
        size = float(exact[segment].sum())
        at = np.flatnonzero(present == segment)
        cells = size * levels / max(levels.sum(), 1.0)
        if table is not None and table.given and len(at):
            cells = _readable(table, int(at[0]), levels, size)
        filled[segment] = cells[row_of] * within
        if table is not None and not table.given and table.means is not None and len(at):
            filled[segment] = tilted(filled[segment], column.values, float(table.means.given[at[0]]))
    return filled


def _readable(table: CellTable, segment: int, levels: NDArray[np.float64], size: float) -> NDArray[np.float64]:
    """Return one segment's people by level, missing values last, from what is published of them."""
    shares, marks, middle = table.shares()[:, segment], table.marks[:, segment], LEAST / 2
    few_known = bool(is_small(table.known[segment]))
    known = shares[-1] * size
    if few_known:
        return np.append(middle * levels[:-1] / max(levels[:-1].sum(), 1.0), size - middle)
    if marks[-1] != Mark.SHOWN:
        known = size - middle
    cells = np.append(np.nan_to_num(shares[:-1]) * known, size - known)
    hidden, few = marks[:-1] != Mark.SHOWN, marks[:-1] == Mark.FEW
    left = known - cells[:-1].sum()
    held = hidden & ~few if (hidden & ~few).any() else hidden
    if held is not hidden and not np.array_equal(held, hidden):
        cells[:-1][few] = middle
        left -= middle * few.sum()
    weights = levels[:-1] * held
    if held.any() and weights.sum() > 0:
        cells[:-1][held] = max(left, 0.0) * (weights / weights.sum())[held]
    return np.asarray(cells)


def tilted(counts: NDArray[np.float64], values: NDArray[np.float64], mean: float) -> NDArray[np.float64]:
    """Spread people over the values of a scale so that they have a mean, as little changed as possible.

    The weights are exp(λ value), which keeps the Kullback-Leibler divergence from the given counts smallest (Csiszár,
    *Ann. Probab.* 3 (1975)).

    Parameters
    ----------
    counts, values : ndarray of float64, shape (n_raw,)
        NaN among ``values`` where a code stands on no scale; these people stay.
    mean
        Returned unchanged when NaN, or not between the smallest and the largest value.
    """
    known = np.isfinite(values) & (counts > 0)
    if not known.any() or not values[known].min() < mean < values[known].max():
        return counts
    centred = (values[known] - mean) / (values[known].max() - values[known].min())

    def weights(slope: float) -> NDArray[np.float64]:
        return np.asarray(counts[known] * np.exp(slope * centred - np.abs(slope * centred).max()))

    slope = scipy.optimize.brentq(lambda slope: float(weights(slope) @ centred), -_STEEPEST, _STEEPEST)
    out = counts.copy()
    out[known] = weights(slope) / weights(slope).sum() * counts[known].sum()
    return out
