"""The published form of what was found out about the input, with the log of decisions."""

from __future__ import annotations

from reportgen.analysis.findings import DataFindings, Findings
from reportgen.analysis.quality import ColumnQuality
from reportgen.analysis.result import (
    Decision,
    MissingBin,
    MissingBlock,
    Quality,
    QualityColumn,
    QualityFinding,
    RowQuality,
    Twin,
    Undeclared,
)
from reportgen.dictionary import Direction, Kind
from reportgen.formatting import Formatter


def publish_quality(findings: Findings, fmt: Formatter) -> Quality:
    """Summarise the input: columns, rows, joint gaps, twins, decisions and warnings."""
    data = findings.data
    return Quality(
        columns=tuple(_column(findings, quality, fmt) for quality in data.qualities),
        rows=_rows(data),
        blocks=tuple(MissingBlock(names, rows) for names, rows in data.blocks),
        twins=tuple(Twin(t.first, t.second, t.measure, t.value, t.left_out) for t in data.twins),
        max_missing=data.max_missing,
        limit_gap=data.gap,
        decisions=_decisions(findings, fmt),
        findings=tuple(QualityFinding(w.column, w.message) for w in data.table.warnings),
        undeclared=tuple(
            Undeclared(u.name, u.side, u.looks_like, u.missing_share, u.distinct, u.distinct_is_lower_bound)
            for u in data.table.undeclared
        ),
    )


def _column(findings: Findings, quality: ColumnQuality, fmt: Formatter) -> QualityColumn:
    feature = quality.column.feature
    kept = findings.kept.get(feature.name)
    return QualityColumn(
        name=feature.name,
        label=feature.label,
        type=feature.kind,
        information_level=feature.information_level,
        role=feature.role,
        sensitivity=feature.sensitivity,
        missing_blank=quality.blank["population"],
        missing_coded=quality.coded["population"],
        missing_share=quality.missing_share("population"),
        customers_missing_share=quality.missing_share("customers"),
        levels=quality.distinct,
        unknown_codes=quality.unknown["population"],
        use="distance" if kept is not None else "describe" if quality.distinct > 1 else "dropped",
        dropped=kept is None,
        reason="" if kept is not None else _why_out(findings.data, feature.name, fmt),
        inertia_kept=kept,
        share_imputed=None if kept is None else _share_imputed(findings, feature.name),
        reasons={} if kept is not None else dict.fromkeys(("inertia_kept", "share_imputed"), "not in the distance"),
    )


def _share_imputed(findings: Findings, name: str) -> float:
    """Share of the placed population that holds no usable value in a column."""
    tables = findings.tables["population"]
    position = next(at for at, column in enumerate(findings.data.table.columns) if column.name == name)
    gaps = tables.counts[position][1:, findings.data.table.columns[position].missing]
    rows = int(tables.sizes[1:].sum())
    return int(gaps.sum()) / rows if rows else 0.0


def _why_out(data: DataFindings, name: str, fmt: Formatter) -> str:
    dropped = data.left_out.get(name)
    if dropped is None:
        return "does not vary among the placed rows"
    if dropped.value is not None and dropped.threshold is not None:
        limit = fmt.share(dropped.threshold)
        return f"{dropped.reason}: {fmt.share_in_table(dropped.value)} of the population, limit {limit}"
    return dropped.reason


def _rows(data: DataFindings) -> RowQuality:
    rows = data.threshold
    population, customers = rows.histogram["population"], rows.histogram["customers"]
    return RowQuality(
        columns=len(population) - 1,
        threshold=rows.threshold,
        low_information=rows.low("population"),
        customers_low_information=rows.low("customers"),
        moved_by_5=rows.moved_by_5,
        reason=rows.reason,
        histogram=tuple(
            MissingBin(missing, int(p), int(c))
            for missing, (p, c) in enumerate(zip(population, customers, strict=True))
            if p or c
        ),
        reasons={} if rows.threshold is not None else {"threshold": rows.reason},
    )


def _decisions(findings: Findings, fmt: Formatter) -> tuple[Decision, ...]:
    """Write the log in the order in which the decisions were taken."""
    log = [*_codes(findings.data, fmt), *_columns_out(findings, fmt), *_row_decision(findings, fmt)]
    return (*log, *_recoded(findings, fmt), _imputed())


def _codes(data: DataFindings, fmt: Formatter) -> list[Decision]:
    log = []
    for quality in data.qualities:
        if quality.unknown["population"] or quality.unknown["customers"]:
            cells = quality.unknown["population"] + quality.unknown["customers"]
            what = "not a number" if quality.column.feature.is_number else "not in the dictionary"
            log.append(
                Decision(
                    quality.column.name,
                    'unknown codes shown as "other", missing in the distance',
                    f"{fmt.count(cells)} cells hold a value that is {what}",
                )
            )
    return log


def _columns_out(findings: Findings, fmt: Formatter) -> list[Decision]:
    out = [quality.column.name for quality in findings.data.qualities if quality.column.name not in findings.kept]
    return [Decision(name, "not in the distance", _why_out(findings.data, name, fmt)) for name in out]


def _row_decision(findings: Findings, fmt: Formatter) -> list[Decision]:
    rows = findings.data.threshold
    if rows.threshold is None:
        return [Decision("rows", "all rows are placed in segments", rows.reason)]
    text = f"rows with {rows.threshold} or more missing values are shown apart as low-information records"
    moved = f"{rows.reason}; a threshold 5 higher or lower would move {fmt.count(rows.moved_by_5)} rows at most"
    return [Decision("rows", text, moved)]


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
