"""How large the difference between customers and population is in one column."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.aspects import Aspect, aspects_of
from reportgen.analysis.comparison import Scale, cohen_h, standardised_difference
from reportgen.dictionary import Kind
from reportgen.ingest.table import CodedColumn, Status


def whole_aspect(column: CodedColumn, position: int, kind: Kind) -> Aspect:
    """Return the column as one aspect: a mixed code is compared code by code."""
    return aspects_of(column, position, Kind.CATEGORICAL if kind is Kind.MIXED else kind)[0]


def scale_of(aspect: Aspect, counts: NDArray[np.int64]) -> Scale:
    """Return number, mean and standard deviation of an ordered aspect."""
    n, mean, sd = aspect.scale_moments(counts)
    return Scale(int(n), float(mean), float(sd))


def printed_levels(column: CodedColumn, counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Add raw codes up to printable levels, "other" included; shape (..., n_raw) to (..., n_levels)."""
    out = np.zeros((*counts.shape[:-1], len(column.levels)), dtype=np.int64)
    shown = column.level_of >= 0
    shown &= (column.status == Status.VALUE) | (column.status == Status.UNKNOWN)
    np.add.at(np.moveaxis(out, -1, 0), column.level_of[shown], np.moveaxis(counts[..., shown], -1, 0))
    return out


def column_effect(
    aspect: Aspect,
    population: NDArray[np.int64],
    customers: NDArray[np.int64],
    overlap: float,
    levels: NDArray[np.bool_] | None = None,
) -> float | None:
    """Standardised difference of a scale; the largest h of any level of names, with its sign.

    Parameters
    ----------
    population, customers : ndarray of int64, shape (n_raw,)
    overlap
        Share of customers who are also in the population.
    levels : ndarray of bool, shape (n_levels,), optional
        Levels that may be taken; all when not given.

    Returns
    -------
    float or None
        None when either side has no known value, or no level may be taken.
    """
    if aspect.ordered:
        difference = standardised_difference(
            scale_of(aspect, customers), scale_of(aspect, population), inside=overlap > 0.5
        )
        return difference[0] if difference else None
    there, here = printed_levels(aspect.column, np.stack([population, customers]))
    if here.sum() == 0 or there.sum() == 0:
        return None
    gaps = [cohen_h(a, b) for a, b in zip(here / here.sum(), there / there.sum(), strict=True)]
    taken = [gap for gap, may in zip(gaps, levels, strict=True) if may] if levels is not None else gaps
    return max(taken, key=abs, default=None)
