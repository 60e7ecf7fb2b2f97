"""What may be published of each column: one to nine people in no cell, and nothing that gives such a count away.

Every figure about a column is computed from its released form, and from nothing else: a share, a mean, an effect or a
p-value can then tell no more than the tables that are printed. What is held back is filled in by what a reader could
put there just as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.effect_placed import effect_placed
from reportgen.analysis.effects import whole_aspect
from reportgen.analysis.findings import DataFindings
from reportgen.analysis.quality import kind_in_distance
from reportgen.analysis.release_levels import (
    LevelPlan,
    classes_of,
    count_levels,
    plan_levels,
    pooled_column,
    totals_tell,
)
from reportgen.analysis.released import ReleasedColumn, fill_in
from reportgen.analysis.suppression import is_small
from reportgen.analysis.suppression_audit import Link
from reportgen.analysis.suppression_cells import CellTable, SegmentMeans, cell_table
from reportgen.analysis.suppression_links import LevelLink, level_by_code
from reportgen.analysis.suppression_protect import protect_tables
from reportgen.engine.assignment import Tables
from reportgen.ingest.table import CodedColumn, SideName, Status

_FEWEST_RARE = 3  # codes of few people in a level, if each is to be dispensable for a mean
_MEAN_STEP = 0.1  # of the power of ten below the standard deviation


def release_columns(data: DataFindings, tables: Mapping[SideName, Tables]) -> dict[int, ReleasedColumn]:
    """Make the releasable form of every column that varies.

    Parameters
    ----------
    data
        What was found out about the input.
    tables
        Segment x column x raw code counts by side.

    Returns
    -------
    dict
        By position of the column.
    """
    counts = {side: found.counts for side, found in tables.items()}
    positions = [at for at, quality in enumerate(data.qualities) if quality.distinct > 1]
    plans = _plan_all(data, counts, positions)
    present = np.flatnonzero(tables["population"].sizes)
    safe = _protect_all(data, plans, counts["population"], present)
    return {at: _released(data, at, plans[at], counts, safe.get(at), present) for at in positions}


def _protect_all(
    data: DataFindings,
    plans: dict[int, LevelPlan],
    counts: Sequence[NDArray[np.int64]],
    present: NDArray[np.int64],
) -> dict[int, CellTable]:
    """Protect the tables of segment x level, and withhold levels whose counts give small cells away by themselves."""
    columns = data.table.columns
    for at, plan in plans.items():
        if "population" in plan.withheld:
            cells = count_levels(columns[at], counts[at])
            plans[at] = replace(plan, missing_held=totals_tell(cells[:, -1], cells.sum(axis=1)))
    while True:
        shown = [at for at, plan in plans.items() if "population" not in plan.withheld]
        rows = {at: _cells(columns[at], plans[at], counts[at]) for at in shown}
        tables = [cell_table(rows[at][:, present], _means(columns[at], plans[at], counts[at][present])) for at in shown]
        safe, exposed = protect_tables(tables, _row_links(data.links, plans, rows, shown))
        if not exposed:
            return dict(zip(shown, safe, strict=True))
        for table, row, _ in exposed:
            at = shown[table]
            plan = plans[at]
            held = plan.missing_held or row >= plan.pooling.number
            plans[at] = replace(plan, withheld=plan.withheld | {"population"}, missing_held=held)


def _means(column: CodedColumn, plan: LevelPlan, counts: NDArray[np.int64]) -> SegmentMeans | None:
    """Return the means of an ordered column by segment.

    None for names, for a scale without any spread, and where a level holds two codes of few people and no other: a mean
    could tell them apart.
    """
    known = np.isfinite(column.values) & (counts.sum(axis=0) > 0)
    if not column.feature.is_ordered or not known.any():
        return None
    values, weights = column.values[known], counts[:, known]
    n = weights.sum(axis=1)
    centre = float(values @ weights.sum(axis=0)) / float(n.sum())
    spread = float(np.sqrt((values - centre) ** 2 @ weights.sum(axis=0) / n.sum()))
    if spread == 0:
        return None
    groups = np.append(plan.pooling.groups, -1)[level_by_code(column)][known]
    low, high = np.full(plan.pooling.number, np.nan), np.full(plan.pooling.number, np.nan)
    for group in np.unique(groups[groups >= 0]):
        ends = _ends_without_few(values[groups == group], weights.sum(axis=0)[groups == group])
        if ends is None:
            return None
        low[group], high[group] = ends
    exact = np.divide(weights @ values, n, out=np.full(len(n), np.nan), where=n > 0)
    exact[is_small(n)] = np.nan
    return SegmentMeans(low, high, exact, 10.0 ** np.floor(np.log10(spread)) * _MEAN_STEP)


def _ends_without_few(values: NDArray[np.float64], people: NDArray[np.int64]) -> tuple[float, float] | None:
    """Return between which values people of a level lie as far as a mean may tell.

    Means must not need anybody with a code of few people, so those codes do not count; where there are no others, each
    of them must be dispensable by itself.
    """
    common = values[~is_small(people)]
    if len(common):
        return float(common.min()), float(common.max())
    if len(values) < _FEWEST_RARE:
        return None
    inner = np.sort(values)[1:-1]
    return float(inner[0]), float(inner[-1])


def _plan_all(
    data: DataFindings, counts: Mapping[SideName, Sequence[NDArray[np.int64]]], positions: Sequence[int]
) -> dict[int, LevelPlan]:
    """Plan the levels of all columns, coarse ones before the fine ones that they are made of."""
    columns = data.table.columns
    by_level = {
        side: {at: count_levels(columns[at], found[at].sum(axis=0)) for at in positions}
        for side, found in counts.items()
    }
    plans: dict[int, LevelPlan] = {}
    for at in sorted(positions, key=lambda at: (int((by_level["population"][at] > 0).sum()), at)):
        coarser = [link for link in data.links if link.fine == at and link.coarse in plans]
        classes = np.zeros((1, len(columns[at].levels) + 1), dtype=np.int64)
        if coarser:
            classes = np.stack([classes_of(plans[link.coarse], link.part_of) for link in coarser])
        plans[at] = plan_levels(
            columns[at],
            by_level["population"][at],
            by_level["customers"][at],
            np.unique(classes, axis=1, return_inverse=True)[1].ravel(),
            nested=data.table.nested,
        )
    return plans


def _cells(column: CodedColumn, plan: LevelPlan, counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count published level x segment of the population; shape (n_groups + 1, k + 1), missing values last."""
    by_level = count_levels(column, counts).T
    cells = np.vstack([plan.pooling.add(by_level[:-1]), by_level[-1]])
    if "population" in plan.absorbed:
        cells[plan.target] += cells[-1]
        cells[-1] = 0
    return cells


def _row_links(
    links: Sequence[LevelLink],
    plans: Mapping[int, LevelPlan],
    cells: Mapping[int, NDArray[np.int64]],
    shown: Sequence[int],
) -> list[Link]:
    """Carry links between columns over to the rows of their tables, as far as the rows add up."""
    place = {position: at for at, position in enumerate(shown)}
    found = []
    for link in links:
        if link.fine not in place or link.coarse not in place:
            continue
        fine, coarse = plans[link.fine], plans[link.coarse]
        last = coarse.target if "population" in coarse.absorbed else coarse.pooling.number
        rows = np.append(coarse.pooling.groups, last)[link.part_of]
        firsts = [int(rows[fine.pooling.members(group)[0]]) for group in range(fine.pooling.number)]
        part_of = np.array([*firsts, int(rows[-1])])
        added = np.zeros_like(cells[link.coarse])
        np.add.at(added, part_of, cells[link.fine])
        if (added == cells[link.coarse]).all():
            found.append(Link(place[link.fine], place[link.coarse], part_of))
    return found


def _released(
    data: DataFindings,
    at: int,
    plan: LevelPlan,
    counts: Mapping[SideName, Sequence[NDArray[np.int64]]],
    table: CellTable | None,
    present: NDArray[np.int64],
) -> ReleasedColumn:
    original = data.table.columns[at]
    exact = {side: _absorb(original, plan, side, found[at]) for side, found in counts.items()}
    everybody = exact["population"].sum(axis=0)
    column = pooled_column(original, plan.pooling, everybody)
    aspect = whole_aspect(column, at, kind_in_distance(original, data.qualities[at].distinct))
    effect, held = (None, True) if plan.withheld else effect_placed(data, aspect, exact)
    return ReleasedColumn(
        at,
        column,
        plan,
        everybody,
        exact["customers"].sum(axis=0),
        fill_in(column, exact["population"], everybody, table, present),
        table,
        present,
        effect,
        held,
    )


def _absorb(column: CodedColumn, plan: LevelPlan, side: SideName, counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count few missing values with the most frequent code of the level that takes them."""
    if side not in plan.absorbed:
        return counts
    missing = column.level_of < 0
    takes = np.isin(level_by_code(column), plan.pooling.members(plan.target)) & (column.status == Status.VALUE)
    out = counts.copy()
    out[:, np.flatnonzero(takes)[counts.sum(axis=0)[takes].argmax()]] += counts[:, missing].sum(axis=1)
    out[:, missing] = 0
    return out
