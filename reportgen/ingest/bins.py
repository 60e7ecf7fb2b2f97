"""Population-quantile bins for numbers with many distinct values."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reportgen.formatting import Numeral
from reportgen.ingest.number_text import number_text
from reportgen.ingest.table import Level
from reportgen.language import say

MOST_BINS = 20
_MOST_DECIMALS = 12


@dataclass(frozen=True)
class Bins:
    """Closed ranges of observed values that do not overlap, in ascending order.

    Attributes
    ----------
    low, high : ndarray of float64, shape (n_bins,)
        Smallest and largest population value of each bin.
    """

    low: NDArray[np.float64]
    high: NDArray[np.float64]

    def index_of(self, values: NDArray[np.float64]) -> NDArray[np.int16]:
        """Return the bin of each value, shape (n,).

        A value in the gap between two bins, which the population lacks, goes to the bin with the nearer edge; but a
        bin of one single value takes no other value while its neighbour is a range. Values beyond the ends go to
        the first and the last bin.
        """
        last = len(self.low) - 1
        below = np.clip(np.searchsorted(self.low, values, side="right") - 1, 0, last)
        above = np.minimum(below + 1, last)
        single = self.low == self.high
        nearer_above = self.low[above] - values < values - self.high[below]
        to_above = np.where(single[above] == single[below], nearer_above, single[below])
        in_gap = (values > self.high[below]) & (values < self.low[above])
        return np.where(in_gap & to_above, above, below).astype(np.int16)

    def levels(self) -> tuple[Level, ...]:
        """Return code ``low..high`` and label ``low to high`` of each bin, with as few decimals as tell them apart."""
        low, high = _edge_texts(self.low, self.high)
        return tuple(
            Level(a, Numeral(a))
            if a == b
            else Level(f"{a}..{b}", say("{low} to {high}", low=Numeral(a), high=Numeral(b)))
            for a, b in zip(low, high, strict=True)
        )


def quantile_bins(values: NDArray[np.float64], counts: NDArray[np.int64], most: int = MOST_BINS) -> Bins:
    """Cut values into at most ``most`` bins of similar population.

    A value that alone fills a bin (0 for nine rows in ten) gets a bin of its own; the values between two such
    values are cut at their quantiles. If that makes too many bins, it is done again with larger bins.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        Distinct values, ascending.
    counts : ndarray of int64, shape (n,)
        Rows of the population, above 0.
    most
        Largest number of bins.
    """
    total = int(counts.sum())
    for wanted in range(most, 0, -1):
        starts = _starts(counts, total, wanted)
        if len(starts) <= most:
            break
    ends = np.append(starts[1:], len(values)) - 1
    return Bins(values[starts], values[ends])


def _starts(counts: NDArray[np.int64], total: int, wanted: int) -> NDArray[np.intp]:
    """Return the positions at which bins start when one bin is to hold about ``total / wanted`` rows."""
    heavy = counts * wanted >= total
    run = np.cumsum(heavy) * 2 + ~heavy  # values between the same heavy values share a number, a heavy one has its own
    piece = np.zeros(len(counts), dtype=np.int64)
    for number in np.unique(run[~heavy]):
        members = np.flatnonzero(run == number)
        mass = counts[members]
        rows = int(mass.sum())
        pieces = max(1, (2 * rows * wanted + total) // (2 * total))  # rounded half up, in integers
        middle = 2 * np.cumsum(mass) - mass  # twice the rank of the middle row of each value
        piece[members] = middle * pieces // (2 * rows)
    change = (np.diff(run) != 0) | (np.diff(piece) != 0)
    return np.concatenate([[0], np.flatnonzero(change) + 1]).astype(np.intp)


def _edge_texts(low: NDArray[np.float64], high: NDArray[np.float64]) -> tuple[list[str], list[str]]:
    """Return the edges as text, rounded to the fewest decimals that keep different edges different."""
    edges = np.unique(np.concatenate([low, high]))
    for decimals in range(_MOST_DECIMALS + 1):
        rounded = np.round(edges, decimals)
        if np.all(np.diff(rounded) > 0) and (decimals > 0 or _whole_enough(edges)):
            return [_fixed(x, decimals) for x in low], [_fixed(x, decimals) for x in high]
    return [number_text(x) for x in low], [number_text(x) for x in high]


def _whole_enough(edges: NDArray[np.float64]) -> bool:
    """Whether whole numbers tell the edges well: they are whole, or far apart."""
    return bool(np.all(edges == np.floor(edges)) or np.diff(edges).min(initial=math.inf) >= 1)


def _fixed(number: float, decimals: int) -> str:
    if abs(number) >= 1e15:
        return number_text(number)
    text = f"{np.round(number, decimals):.{decimals}f}"
    return text.removeprefix("-") if float(text) == 0 else text
