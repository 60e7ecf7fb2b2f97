"""Segment x level: which shares are given, how far they are rounded, and which are withheld.

A cell of one to nine people is withheld. Sizes of segments and counts of levels are published exactly, so the other
cells of its row and column would give it away by subtraction. Rounding their shares is the first remedy: steps that are
worth a few people in a segment of thousands hide the small cell and cost nothing that a chart could show. Where the
segments are too small for that, further cells are withheld by the hypercube method: with two levels and two segments
four cells form a rectangle, along which people can be moved without changing any total. What is left at last is the
mean of an ordered feature by segment, or nothing.

Source: Hundepool et al., *Statistical Disclosure Control* (Wiley, 2012), chapters 4 (secondary suppression, hypercube
method) and 5 (rounding).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.suppression import LEAST, is_small

STEPS = (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01)
COARSE_STEPS = (0.02, 0.05)
KNOWN_STEPS = (0.01, 0.02, 0.05)
ROOMY = LEAST + 8  # people that a cell withheld as well must hold, so that a small one can be anything from 1 to 9
_DIGITS = 6


class Mark(IntEnum):
    """What is shown in a cell."""

    SHOWN = 0
    FEW = 1  # fewer than ten people
    HELD = 2  # withheld, because a small count would follow


@dataclass(frozen=True)
class SegmentMeans:
    """Means of an ordered feature by segment, which may be given when no shares are.

    Attributes
    ----------
    low, high : ndarray of float64, shape (n_levels,)
        Smallest and largest value of each level; NaN for a level on no scale.
    exact : ndarray of float64, shape (n_segments,)
        NaN where nobody has a known value.
    step
        Means are given in multiples of it.
    """

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    exact: NDArray[np.float64]
    step: float

    @property
    def given(self) -> NDArray[np.float64]:
        """The published means."""
        return np.asarray(np.round(self.exact / self.step) * self.step)


@dataclass(frozen=True)
class CellTable:
    """People of the population by level and segment, and what of that is shown.

    Attributes
    ----------
    counts : ndarray of int64, shape (n_levels + 1, n_segments)
        The last row counts those without a known value; segments without anybody have no column.
    step
        Shares are given in multiples of it; 0 for exact ones.
    marks : ndarray of int8, shape (n_levels + 1, n_segments)
        A ``Mark`` per cell; in the last row that of the share with a known value.
    given
        False when no share within segments is given at all.
    known_step
        Shares with a known value are given in multiples of it, none and all among them; 0 when they are given like
        other shares.
    means
        Means by segment, of an ordered feature; they count as published only where no shares are given.
    """

    counts: NDArray[np.int64]
    step: float
    marks: NDArray[np.int8]
    given: bool = True
    known_step: float = 0.0
    means: SegmentMeans | None = None

    @property
    def sizes(self) -> NDArray[np.int64]:
        """People of each segment."""
        return np.asarray(self.counts.sum(axis=0))

    @property
    def known(self) -> NDArray[np.int64]:
        """People of each segment with a known value."""
        return np.asarray(self.counts[:-1].sum(axis=0))

    @property
    def small(self) -> NDArray[np.bool_]:
        """Cells that hold one to nine people; in the last row also where so few have a known value."""
        found = is_small(self.counts)
        found[-1] |= is_small(self.known)
        return found

    def shares(self) -> NDArray[np.float64]:
        """Return the published shares.

        Returns
        -------
        ndarray of float64, shape (n_levels + 1, n_segments)
            Among people with a known value; in the last row the share of these in the segment. NaN where nothing is
            given, or nobody has a known value.
        """
        if not self.given:
            return np.full(self.counts.shape, np.nan)
        levels = rounded(self.counts[:-1], np.broadcast_to(self.known, self.counts[:-1].shape), self.step)
        known = rounded(self.known, self.sizes, self.step)
        if self.known_step:
            known = np.round(np.round(self.known / self.sizes / self.known_step) * self.known_step, _DIGITS)
        shares = np.vstack([levels, known])
        shares[self.marks != Mark.SHOWN] = np.nan
        return shares

    def known_bounds(self, share: float) -> tuple[float, float]:
        """Return between which ends the share with a known value lies that is given as ``share``."""
        if not self.known_step:
            return bounds_of(share, self.step)
        return max(share - self.known_step / 2, 0.0), min(share + self.known_step / 2, 1.0)


def cell_table(counts: NDArray[np.int64], means: SegmentMeans | None = None) -> CellTable:
    """Return the table with nothing withheld but its small cells, in exact shares.

    Where few people of a segment have a known value, a level of nobody is small, too: else the others would tell that
    somebody is in them.
    """
    table = CellTable(counts, 0.0, np.zeros(counts.shape, dtype=np.int8), means=means)
    small = table.small
    small[:, is_small(table.known)] = True
    return replace(table, marks=np.where(small, Mark.FEW, Mark.SHOWN).astype(np.int8))


def rounded(part: NDArray[np.int64], base: NDArray[np.int64], step: float) -> NDArray[np.float64]:
    """Give shares in multiples of a step; none and all are given for nobody and everybody alone.

    Returns
    -------
    ndarray of float64
        NaN where the base is empty.
    """
    exact = np.divide(part, base, out=np.full(part.shape, np.nan), where=base > 0)
    if step == 0:
        return np.asarray(exact)
    near = np.clip(np.round(exact / step) * step, step, 1.0 - step)
    return np.asarray(np.where((part == 0) | (part == base), exact, np.round(near, _DIGITS)))


def bounds_of(share: float, step: float) -> tuple[float, float]:
    """Return between which ends the share lies that ``rounded`` gives as ``share``."""
    if step == 0 or share in (0.0, 1.0):
        return share, share
    low = 0.0 if share < 1.5 * step else share - step / 2
    return low, 1.0 if share > 1.0 - 1.5 * step else share + step / 2


def ladder(table: CellTable, classes: NDArray[np.int64] | None = None) -> Iterator[tuple[CellTable, bool]]:
    """Yield ways to publish a table, the one that costs least first.

    Coarser and coarser steps; where few people are known or unknown in a segment, also of the shares with a known
    value; then further cells withheld; then steps as coarse as 5 %; then one mark for all cells that are withheld; at
    last no shares, but means where there are any, and nothing. The second item says whether small cells are told apart
    from the others that are withheld.

    Parameters
    ----------
    classes
        See `with_rectangles`.
    """
    typical = float(np.median(table.sizes))
    fine = max((step for step in STEPS if step * typical <= LEAST), default=STEPS[0])
    steps = [step for step in STEPS if step >= fine]
    known_steps = [0.0, *(KNOWN_STEPS if table.small[-1].any() else ())]
    fuller = with_rectangles(table, classes)
    yield from ((replace(table, step=step), True) for step in steps)
    last = [replace(table, step=steps[-1], known_step=known) for known in known_steps]
    rest = [replace(fuller, step=steps[-1], known_step=known) for known in known_steps]
    exact = [] if table.small[-1].any() else [replace(fuller, step=0.0)]
    for told in (True, False):
        options = [*(last[1:] if told else last), *exact, *rest]
        yield from ((option if told else _untold(option), told) for option in options)
        if told:
            yield from ((replace(last[-1], step=step), True) for step in COARSE_STEPS)
    if table.means is not None:
        yield replace(table, given=False), False
    yield replace(table, given=False, means=None), False


def _untold(table: CellTable) -> CellTable:
    return replace(table, marks=np.where(table.marks != Mark.SHOWN, Mark.HELD, Mark.SHOWN).astype(np.int8))


def with_rectangles(table: CellTable, classes: NDArray[np.int64] | None = None) -> CellTable:
    """Withhold the other corners of a rectangle for every small cell of a level, as few people as possible.

    The corners hold 18 people or more, so that people can be moved along the rectangle until the small cell holds
    anything from one to nine and none of the others becomes small. A small cell without such a rectangle is left as it
    is.

    Parameters
    ----------
    classes : ndarray of int64, shape (n_levels,), optional
        Levels of one class are parts of one level of a coarser feature. A rectangle within a class leaves the coarser
        feature as it is, so it goes before others.
    """
    levels = table.counts[:-1]
    classes = np.zeros(len(levels), dtype=np.int64) if classes is None else classes
    marks = table.marks.copy()
    for level, segment in np.argwhere(is_small(levels)):
        cost = np.where(levels >= ROOMY, np.where(marks[:-1] == Mark.SHOWN, levels, 0), np.inf).astype(np.float64)
        total = cost[level][np.newaxis] + cost[:, segment][:, np.newaxis] + cost
        total[level], total[:, segment] = np.inf, np.inf
        total[classes != classes[level]] += float(levels.sum())
        other, across = np.unravel_index(int(total.argmin()), total.shape)
        if np.isfinite(total[other, across]):
            marks[[level, other, other], [across, segment, across]] = Mark.HELD
    return replace(table, marks=marks)
