"""The levels of a column as they are published: pooled where rare, with few missing values counted to a level."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.suppression import LEAST, any_small, is_small, sides_of
from reportgen.analysis.suppression_levels import Pooling, distinct, pool_levels, pooled_level
from reportgen.analysis.suppression_links import level_by_code
from reportgen.ingest.table import CodedColumn, SideName, Status

_OTHER_CODES = ("other", "other codes")
_ROOM = 2.0 * (LEAST - 1)


@dataclass(frozen=True)
class LevelPlan:
    """What is done to the levels of a column.

    Attributes
    ----------
    pooling
        Levels in groups.
    target
        Group to which few missing values are counted; -1 where there is none.
    absorbed
        Sides on which they are: their number is small there, and the rest of all rows would give it away.
    withheld
        Sides on which no level is shown.
    missing_held
        Whether the number of missing values in the population is withheld, too.
    """

    pooling: Pooling
    target: int
    absorbed: frozenset[SideName]
    withheld: frozenset[SideName]
    missing_held: bool = False


def count_levels(column: CodedColumn, counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Add raw code counts up to levels; shape (..., n_raw) to (..., n_levels + 1), missing values last."""
    out = np.zeros((*counts.shape[:-1], len(column.levels) + 1), dtype=np.int64)
    np.add.at(np.moveaxis(out, -1, 0), level_by_code(column), np.moveaxis(counts, -1, 0))
    return out


def outside_level(column: CodedColumn) -> int | None:
    """Return the level of unknown codes of an ordered column, which stands on no scale; None without one."""
    if not column.levels or column.levels[-1].code not in _OTHER_CODES or not column.feature.is_ordered:
        return None
    members = column.level_of == len(column.levels) - 1
    own = members & (column.status == Status.VALUE)
    return None if own.any() and not column.feature.is_number else len(column.levels) - 1


def plan_levels(
    column: CodedColumn,
    population: NDArray[np.int64],
    customers: NDArray[np.int64],
    classes: NDArray[np.int64],
    *,
    nested: bool,
) -> LevelPlan:
    """Decide how the levels of a column are published.

    Parameters
    ----------
    population, customers : ndarray of int64, shape (n_levels + 1,)
        People by level, missing values last.
    classes : ndarray of int64, shape (n_levels + 1,)
        Levels, and missing values, may only be put together within a class; see `pool_levels`.
    nested
        Whether customers are part of the population.
    """
    cells = sides_of(population, customers, nested=nested)
    pooling = pool_levels(
        cells[:-1], ordered=column.feature.is_ordered, outside=outside_level(column), classes=classes[:-1]
    )
    withheld: set[SideName] = set()
    if not pooling.complete:
        small = np.atleast_1d(is_small(cells[:-1]).any(axis=0))
        withheld |= {"population"} if small[0] else set()
        withheld |= {"customers"} if small[1:].any() else set()
    few = is_small(cells[-1])
    if nested and few[2] and not few[1]:
        withheld.add("customers")
    wanted: set[SideName] = {side for side, here in zip(("population", "customers"), few, strict=False) if here}  # type: ignore[misc]
    groups = pooling.add(population[:-1])
    mates = [g for g in range(pooling.number) if groups[g] and classes[pooling.members(g)[0]] == classes[-1]]
    target = max(mates, key=lambda group: int(groups[group]), default=-1)
    if target < 0:
        withheld |= wanted
    return LevelPlan(pooling, target, frozenset(wanted - withheld), frozenset(withheld))


def totals_tell(missing: NDArray[np.int64], sizes: NDArray[np.int64]) -> bool:
    """Tell whether sizes of segments and the number of missing values give small counts of a segment away.

    In a segment at least all its people less those with a known value miss it, and at most everybody who does.

    Parameters
    ----------
    missing, sizes : ndarray of int64, shape (n_segments,)
        People of the population who miss the value, and all people.
    """
    for part in (missing, sizes - missing):
        low = np.maximum(sizes - (sizes - part).sum(), 0)
        high = np.minimum(sizes, part.sum())
        if (is_small(part) & ((low > 1) | (high < LEAST - 1))).any():
            return True
    return False


def classes_of(plan: LevelPlan, part_of: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each level of a finer column, missing values last, the published group of a coarser one it is part of.

    Parameters
    ----------
    plan
        Of the coarser column.
    part_of
        See ``LevelLink``.
    """
    groups = np.append(plan.pooling.groups, plan.pooling.number)
    classes = np.where(part_of < 0, -1, groups[part_of])
    if plan.absorbed and part_of[-1] == len(groups) - 1:
        classes[-1] = plan.target
    return np.asarray(classes)


def pooled_column(column: CodedColumn, pooling: Pooling, population: NDArray[np.int64]) -> CodedColumn:
    """Return the column with its levels pooled.

    The levels of a pool stand for one value then (see `stand_in`), and the codes in it belong to no part of a mixed
    code any more.

    Parameters
    ----------
    population : ndarray of int64, shape (n_raw,)
        All rows of the population by raw code.
    """
    outside = outside_level(column)
    counts = count_levels(column, population)[:-1]
    levels = distinct(
        [
            pooled_level(
                column.levels,
                _telling(pooling.members(group), counts, outside),
                ordered=column.feature.is_ordered,
                outside=outside,
            )
            for group in range(pooling.number)
        ]
    )
    groups = np.append(pooling.groups, -1)
    level_of = groups[level_by_code(column)].astype(np.int16)
    values, codes = column.values.copy(), list(column.codes)
    for group in range(pooling.number):
        members = pooling.members(group)
        if len(members) == 1:
            continue
        here = np.flatnonzero((level_of == group) & np.isfinite(values) & (population > 0))
        everybody = (level_of == group) & (column.status == Status.VALUE)
        if len(here):
            values[everybody] = stand_in(values[here], population[here], certain=not any_small(counts[members]))
        for raw in np.flatnonzero(everybody):
            codes[raw] = ""
    return replace(column, levels=levels, level_of=level_of, values=values, codes=tuple(codes))


def _telling(members: NDArray[np.int64], counts: NDArray[np.int64], outside: int | None) -> NDArray[np.int64]:
    """Leave a handful of unknown codes out of the name of the group they are counted with."""
    rest = members[members != outside] if outside is not None else members
    return rest if len(rest) and outside is not None and counts[outside] < LEAST else members


def stand_in(values: NDArray[np.float64], counts: NDArray[np.int64], *, certain: bool) -> float:
    """Return the value that stands for a pool on a scale: its mean in the population.

    Where a level of the pool holds few people the exact mean would tell how many, so it is rounded to steps in which
    nine people more at one end and nine fewer at the other make no difference.

    Parameters
    ----------
    values, counts
        Values of the pool and people with each.
    certain
        Whether no level of the pool is small.
    """
    mean = float(values @ counts / counts.sum())
    low, high = float(values.min()), float(values.max())
    if certain or low == high:
        return mean
    step = _ROOM * (high - low) / float(counts.sum())
    if step > (high - low) / 2:
        return (low + high) / 2
    return min(low + step * round((mean - low) / step), high)
