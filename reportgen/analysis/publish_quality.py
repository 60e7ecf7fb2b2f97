"""The published form of what was found out about the input, with the log of decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from reportgen.analysis.findings import DataFindings, Findings
from reportgen.analysis.quality import ColumnQuality
from reportgen.analysis.release_levels import count_levels, totals_tell
from reportgen.analysis.released import ReleasedColumn
from reportgen.analysis.result import (
    Decision,
    Interval,
    MissingBin,
    MissingBlock,
    Quality,
    QualityColumn,
    QualityFinding,
    RowQuality,
    Twin,
    Undeclared,
)
from reportgen.analysis.suppression import FEW, LEAST, WITHHELD, any_small, sides_of
from reportgen.analysis.suppression_rows import pool_bins
from reportgen.dictionary import Direction, Kind
from reportgen.formatting import Formatter
from reportgen.ingest.table import Status, UndeclaredColumn

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
        decisions=_decisions(findings, columns, fmt),
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
        {"missing_share": FEW} if few else {},
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
        return dict.fromkeys(("missing_blank", "missing_coded", "missing_share"), FEW)
    if held:
        return dict.fromkeys(("missing_blank", "missing_coded", "missing_share"), WITHHELD)
    share = quality.missing_share("population")
    if any_small([blank, coded]):
        return {"missing_blank": WITHHELD, "missing_coded": WITHHELD, "missing_share": share}
    return {"missing_blank": blank, "missing_coded": coded, "missing_share": share}


def _missing_customers(data: DataFindings, quality: ColumnQuality) -> dict[str, float | str]:
    missing = {side: quality.blank[side] + quality.coded[side] for side in quality.rows}
    pairs = [(missing["population"], missing["customers"])]
    pairs.append((quality.rows["population"] - pairs[0][0], quality.rows["customers"] - pairs[0][1]))
    cells = np.array(pairs, dtype=np.int64)
    few = sides_of(cells[:, 0], cells[:, 1], nested=data.table.nested)[:, 1:]
    if any_small(few):
        return {"customers_missing_share": FEW if any_small(few[:, 0]) else WITHHELD}
    return {"customers_missing_share": quality.missing_share("customers")}


def _unknown(quality: ColumnQuality, released: ReleasedColumn | None) -> dict[str, float | str]:
    """Unknown codes are a level; where it is pooled or not shown, its count is not given here either."""
    unknown = quality.unknown["population"]
    if any_small(unknown):
        return {"unknown_codes": FEW}
    at = np.flatnonzero(quality.column.status == Status.UNKNOWN)
    if unknown == 0 or released is None or not len(at):
        return {"unknown_codes": unknown}
    alone = len(released.plan.pooling.members(int(released.column.level_of[at[0]]))) == 1
    return {"unknown_codes": unknown if alone and released.shows("population") else WITHHELD}


def _column(findings: Findings, at: int, released: ReleasedColumn | None, fmt: Formatter) -> QualityColumn:
    quality = findings.data.qualities[at]
    feature = quality.column.feature
    kept = findings.kept.get(feature.name)
    figures = missing_figures(findings, at, released)
    given: dict[str, Any] = {key: None if isinstance(value, str) else value for key, value in figures.items()}
    reasons = {key: value for key, value in figures.items() if isinstance(value, str)}
    imputed = None if kept is None else _share_imputed(findings, quality, released)
    if kept is None:
        reasons |= dict.fromkeys(("inertia_kept", "share_imputed"), "not in the distance")
    elif imputed is None:
        reasons["share_imputed"] = FEW
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
        reason="" if kept is not None else _why_out(findings.data, feature.name, fmt),
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


def _why_out(data: DataFindings, name: str, fmt: Formatter) -> str:
    dropped = data.left_out.get(name)
    if dropped is None:
        return "does not vary among the placed rows"
    if dropped.value is not None and dropped.threshold is not None:
        # the only limit there is holds for the missing share, whose count may be small in a small file
        rows = data.table.population.rows
        if any_small([round(dropped.value * rows), rows - round(dropped.value * rows)]):
            return dropped.reason
        limit = fmt.share(dropped.threshold)
        return f"{dropped.reason}: {fmt.share_in_table(dropped.value)} of the population, limit {limit}"
    return dropped.reason


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
        | ({"moved_by_5": FEW} if few else {}),
    )


def row_bins(data: DataFindings) -> list[tuple[int, int]]:
    """Return the bins in which rows are counted by their number of missing values."""
    rows = data.threshold
    cells = sides_of(rows.histogram["population"], rows.histogram["customers"], nested=data.table.nested)
    borders = [] if rows.threshold is None else [rows.threshold + step for step in (-_STEP, 0, _STEP)]
    return pool_bins(cells, borders)


def _decisions(findings: Findings, columns: Sequence[QualityColumn], fmt: Formatter) -> tuple[Decision, ...]:
    """Write the log in the order in which the decisions were taken."""
    log = [*_codes(findings.data, columns, fmt), *_columns_out(findings, fmt), *_merged(findings)]
    return (*log, *_row_decision(findings, fmt), *_recoded(findings, fmt), _imputed())


def _codes(data: DataFindings, columns: Sequence[QualityColumn], fmt: Formatter) -> list[Decision]:
    log = []
    for quality, column in zip(data.qualities, columns, strict=True):
        if quality.unknown["population"] or quality.unknown["customers"]:
            what = "not a number" if quality.column.feature.is_number else "not in the dictionary"
            of = "" if data.table.nested else " of the population"
            cells = "some cells" if not column.unknown_codes else f"{fmt.count(column.unknown_codes)} cells{of}"
            log.append(
                Decision(
                    quality.column.name,
                    'unknown codes shown as "other", missing in the distance',
                    f"{cells} hold a value that is {what}",
                )
            )
    return log


def _columns_out(findings: Findings, fmt: Formatter) -> list[Decision]:
    out = [quality.column.name for quality in findings.data.qualities if quality.column.name not in findings.kept]
    return [Decision(name, "not in the distance", _why_out(findings.data, name, fmt)) for name in out]


def _merged(findings: Findings) -> list[Decision]:
    before = findings.choice.merged_from
    if before is None:
        return []
    text = f"{before} segments became {findings.k}"
    return [Decision("segments", text, f"some would have held fewer than {LEAST} people on one side")]


def _row_decision(findings: Findings, fmt: Formatter) -> list[Decision]:
    rows = findings.data.threshold
    if rows.threshold is None:
        return [Decision("rows", "all rows are placed in segments", rows.reason)]
    text = f"rows with {rows.threshold} or more missing values are shown apart as low-information records"
    moved = "few" if any_small(rows.moved_by_5) else fmt.count(rows.moved_by_5)
    return [Decision("rows", text, f"{rows.reason}; a threshold 5 higher or lower would move {moved} rows at most")]


def _recoded(findings: Findings, fmt: Formatter) -> list[Decision]:
    log = []
    parts: dict[str, list[str]] = {}
    for stretch in findings.encoder.stretches:
        aspect = stretch.aspect
        feature = aspect.column.feature
        if aspect.part:
            parts.setdefault(feature.name, []).append(aspect.label)
        elif feature.kind is Kind.MIXED:
            log.append(
                Decision(
                    feature.name, "its codes are taken as names", "the dictionary gives no parts for the mixed code"
                )
            )
        elif feature.kind is Kind.BINARY and not aspect.ordered and len(stretch.level_names) > 1:
            log.append(
                Decision(feature.name, "its codes are taken as names", "declared binary, but with more than two")
            )
        if aspect.ordered and aspect.sign < 0 and not aspect.part and feature.direction is Direction.DESCENDING:
            log.append(Decision(feature.name, "turned round", "its low codes mean much of what the label names"))
        if stretch.ranked:
            log.append(Decision(feature.name, "replaced by normal scores of its ranks", "skewness above 2"))
    mixed = [
        Decision(name, f"read as {fmt.words(labels)}", "the code mixes several facts") for name, labels in parts.items()
    ]
    return [*mixed, *log]


def _imputed() -> Decision:
    return Decision(
        "remaining gaps",
        "filled with the mean in the distance, left out of every share and mean that is printed",
        "a row that misses a value is neither near nor far in it",
    )
