"""The published form of what was found out about the input, with the log of decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from reportgen.analysis.findings import DataFindings, Findings
from reportgen.analysis.publish_decisions import publish_decisions, why_out
from reportgen.analysis.quality import ColumnQuality
from reportgen.analysis.release_levels import count_levels, totals_tell
from reportgen.analysis.released import ReleasedColumn
from reportgen.analysis.result_parts import Interval
from reportgen.analysis.result_quality import (
    MissingBin,
    MissingBlock,
    Quality,
    QualityColumn,
    QualityFinding,
    RowQuality,
    Twin,
    Undeclared,
)
from reportgen.analysis.suppression import any_small, few_people, held_back, sides_of
from reportgen.analysis.suppression_rows import pool_bins
from reportgen.formatting import Formatter
from reportgen.ingest.table import Status, UndeclaredColumn
from reportgen.language import say

_STEP = 5


def publish_quality(findings: Findings, released: Mapping[int, ReleasedColumn], fmt: Formatter) -> Quality:
    """Summarise the input: columns, rows, joint gaps, twins, decisions and warnings.

    Parameters
    ----------
    released
        What may be published of each column that varies, by position.
    """
    data = findings.data
    columns = tuple(_column(findings, at, released.get(at), fmt) for at in range(len(data.qualities)))
    held = {column.name for column in columns if column.missing_share is None}
    return Quality(
        columns=columns,
        rows=_rows(data),
        blocks=tuple(MissingBlock(names, rows) for names, rows in data.blocks if not held.intersection(names)),
        twins=tuple(Twin(t.first, t.second, t.measure, round(t.value, 2), t.left_out) for t in data.twins),
        max_missing=data.max_missing,
        limit_gap=_gap(columns, data.max_missing),
        decisions=publish_decisions(findings, columns, fmt),
        findings=tuple(QualityFinding(w.column, w.published) for w in data.table.warnings),
        undeclared=tuple(_undeclared(data, column) for column in data.table.undeclared),
    )


def _undeclared(data: DataFindings, column: UndeclaredColumn) -> Undeclared:
    rows = data.table.side(column.side).rows  # type: ignore[arg-type]
    missing = round(column.missing_share * rows)
    few = any_small([missing, rows - missing])
    return Undeclared(
        column.name,
        column.side,
        column.looks_like,
        None if few else column.missing_share,
        column.distinct,
        column.distinct_is_lower_bound,
        {"missing_share": few_people()} if few else {},
    )


def _gap(columns: Sequence[QualityColumn], limit: float) -> Interval:
    """Return the largest missing share within the limit and the smallest beyond, of those that are given."""
    shares = [column.missing_share for column in columns if column.missing_share is not None]
    return max((s for s in shares if s <= limit), default=0.0), min((s for s in shares if s > limit), default=1.0)


def missing_figures(findings: Findings, at: int, released: ReleasedColumn | None) -> dict[str, float | str]:
    """Return what may be said of a column's missing values and unknown codes, else the reason under the same key."""
    data, quality = findings.data, findings.data.qualities[at]
    if released is not None:
        held = released.plan.missing_held
    else:
        cells = count_levels(quality.column, findings.tables["population"].counts[at])
        held = totals_tell(cells[:, -1], cells.sum(axis=1))
    return _missing_population(quality, held=held) | _missing_customers(data, quality) | _unknown(quality, released)


def _missing_population(quality: ColumnQuality, *, held: bool) -> dict[str, float | str]:
    blank, coded = quality.blank["population"], quality.coded["population"]
    known = quality.rows["population"] - blank - coded
    if any_small([blank + coded, known]):
        return dict.fromkeys(("missing_blank", "missing_coded", "missing_share"), few_people())
    if held:
        return dict.fromkeys(("missing_blank", "missing_coded", "missing_share"), held_back())
    share = quality.missing_share("population")
    if any_small([blank, coded]):
        return {"missing_blank": held_back(), "missing_coded": held_back(), "missing_share": share}
    return {"missing_blank": blank, "missing_coded": coded, "missing_share": share}


def _missing_customers(data: DataFindings, quality: ColumnQuality) -> dict[str, float | str]:
    missing = {side: quality.blank[side] + quality.coded[side] for side in quality.rows}
    pairs = [(missing["population"], missing["customers"])]
    pairs.append((quality.rows["population"] - pairs[0][0], quality.rows["customers"] - pairs[0][1]))
    cells = np.array(pairs, dtype=np.int64)
    few = sides_of(cells[:, 0], cells[:, 1], nested=data.table.nested)[:, 1:]
    if any_small(few):
        return {"customers_missing_share": few_people() if any_small(few[:, 0]) else held_back()}
    return {"customers_missing_share": quality.missing_share("customers")}


def _unknown(quality: ColumnQuality, released: ReleasedColumn | None) -> dict[str, float | str]:
    """Unknown codes are a level; where it is pooled or not shown, its count is not given here either."""
    unknown = quality.unknown["population"]
    if any_small(unknown):
        return {"unknown_codes": few_people()}
    at = np.flatnonzero(quality.column.status == Status.UNKNOWN)
    if unknown == 0 or released is None or not len(at):
        return {"unknown_codes": unknown}
    alone = len(released.plan.pooling.members(int(released.column.level_of[at[0]]))) == 1
    return {"unknown_codes": unknown if alone and released.shows("population") else held_back()}


def _column(findings: Findings, at: int, released: ReleasedColumn | None, fmt: Formatter) -> QualityColumn:
    quality = findings.data.qualities[at]
    feature = quality.column.feature
    kept = findings.kept.get(feature.name)
    figures = missing_figures(findings, at, released)
    given: dict[str, Any] = {key: None if isinstance(value, str) else value for key, value in figures.items()}
    reasons = {key: value for key, value in figures.items() if isinstance(value, str)}
    imputed = None if kept is None else _share_imputed(findings, quality, released)
    if kept is None:
        reasons |= dict.fromkeys(("inertia_kept", "share_imputed"), say("not in the distance"))
    elif imputed is None:
        reasons["share_imputed"] = few_people()
    return QualityColumn(
        name=feature.name,
        label=feature.label,
        type=feature.kind,
        information_level=feature.information_level,
        role=feature.role,
        sensitivity=feature.sensitivity,
        levels=quality.distinct,
        use="distance" if kept is not None else "describe" if quality.distinct > 1 else "dropped",
        dropped=kept is None,
        reason="" if kept is not None else why_out(findings.data, feature.name, fmt),
        inertia_kept=kept,
        share_imputed=imputed,
        reasons=reasons,
        **given,
    )


def _share_imputed(findings: Findings, quality: ColumnQuality, released: ReleasedColumn | None) -> float | None:
    """Share of the placed population that holds no usable value in a column; None where few people have or lack one."""
    tables = findings.tables["population"]
    position = findings.data.qualities.index(quality)
    by_segment = tables.counts[position][:, quality.column.missing].sum(axis=1)
    gaps, rows = int(by_segment[1:].sum()), int(tables.sizes[1:].sum())
    low, low_rows = int(by_segment[0]), int(tables.sizes[0])
    held = released is None or released.plan.missing_held
    if held or any_small([gaps, rows - gaps, low, low_rows - low]):
        return None
    return gaps / rows if rows else 0.0


def _rows(data: DataFindings) -> RowQuality:
    rows = data.threshold
    population, customers = rows.histogram["population"], rows.histogram["customers"]
    few = any_small(rows.moved_by_5)
    return RowQuality(
        columns=len(population) - 1,
        threshold=rows.threshold,
        low_information=rows.low("population"),
        customers_low_information=rows.low("customers"),
        moved_by_5=None if few else rows.moved_by_5,
        reason=rows.reason,
        histogram=tuple(
            MissingBin(first, last, int(population[first : last + 1].sum()), int(customers[first : last + 1].sum()))
            for first, last in row_bins(data)
        ),
        reasons=({} if rows.threshold is not None else {"threshold": rows.reason})
        | ({"moved_by_5": few_people()} if few else {}),
    )


def row_bins(data: DataFindings) -> list[tuple[int, int]]:
    """Return the bins in which rows are counted by their number of missing values."""
    rows = data.threshold
    cells = sides_of(rows.histogram["population"], rows.histogram["customers"], nested=data.table.nested)
    borders = [] if rows.threshold is None else [rows.threshold + step for step in (-_STEP, 0, _STEP)]
    return pool_bins(cells, borders)
