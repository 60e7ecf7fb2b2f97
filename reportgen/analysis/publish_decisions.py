"""What was decided about columns, codes and rows, and why, in words."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.analysis.findings import DataFindings, Findings
from reportgen.analysis.result_quality import (
    Decision,
    QualityColumn,
)
from reportgen.analysis.suppression import LEAST, any_small
from reportgen.dictionary import Direction, Kind
from reportgen.formatting import Formatter
from reportgen.language import say


def why_out(data: DataFindings, name: str, fmt: Formatter) -> str:
    """Say why a column takes no part in the distance."""
    dropped = data.left_out.get(name)
    if dropped is None:
        return say("does not vary among the placed rows")
    if dropped.value is not None and dropped.threshold is not None:
        # the only limit there is holds for the missing share, whose count may be small in a small file
        rows = data.table.population.rows
        if any_small([round(dropped.value * rows), rows - round(dropped.value * rows)]):
            return dropped.reason
        return say(
            "{reason}: {share} of the population, limit {limit}",
            reason=dropped.reason,
            share=fmt.share_in_table(dropped.value),
            limit=fmt.share(dropped.threshold),
        )
    return dropped.reason


def publish_decisions(findings: Findings, columns: Sequence[QualityColumn], fmt: Formatter) -> tuple[Decision, ...]:
    """Write the log in the order in which the decisions were taken."""
    log = [*_codes(findings.data, columns, fmt), *_columns_out(findings, fmt), *_merged(findings)]
    return (*log, *_row_decision(findings, fmt), *_recoded(findings, fmt), _imputed())


def _codes(data: DataFindings, columns: Sequence[QualityColumn], fmt: Formatter) -> list[Decision]:
    log = []
    for quality, column in zip(data.qualities, columns, strict=True):
        if quality.unknown["population"] or quality.unknown["customers"]:
            cells = _cells(column.unknown_codes, fmt, nested=data.table.nested)
            if quality.column.feature.is_number:
                why = say("{cells} hold a value that is not a number", cells=cells)
            else:
                why = say("{cells} hold a code unknown to the dictionary, the population or kept segments", cells=cells)
            log.append(
                Decision(quality.column.name, say('unknown codes shown as "other", missing in the distance'), why)
            )
    return log


def _cells(number: int | None, fmt: Formatter, *, nested: bool) -> str:
    if not number:
        return say("some cells")
    if nested:
        return say("{number} cells", number=fmt.count(number))
    return say("{number} cells of the population", number=fmt.count(number))


def _columns_out(findings: Findings, fmt: Formatter) -> list[Decision]:
    out = [quality.column.name for quality in findings.data.qualities if quality.column.name not in findings.kept]
    return [Decision(name, say("not in the distance"), why_out(findings.data, name, fmt)) for name in out]


def _merged(findings: Findings) -> list[Decision]:
    before = findings.choice.merged_from
    if before is None:
        return []
    text = say("{before} segments became {after}", before=before, after=findings.k)
    why = say("some would have held fewer than {least} people on one side", least=LEAST)
    return [Decision(say("segments"), text, why)]


def _row_decision(findings: Findings, fmt: Formatter) -> list[Decision]:
    rows = findings.data.threshold
    if rows.threshold is None:
        return [Decision(say("rows"), say("all rows are placed in segments"), rows.reason)]
    text = say(
        "rows with {number} or more missing values are shown apart as low-information records", number=rows.threshold
    )
    if any_small(rows.moved_by_5):
        why = say("{reason}; a threshold 5 higher or lower would move few rows at most", reason=rows.reason)
    else:
        why = say(
            "{reason}; a threshold 5 higher or lower would move {number} rows at most",
            reason=rows.reason,
            number=fmt.count(rows.moved_by_5),
        )
    return [Decision(say("rows"), text, why)]


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
                    feature.name,
                    say("its codes are taken as names"),
                    say("the dictionary gives no parts for the mixed code"),
                )
            )
        elif feature.kind is Kind.BINARY and not aspect.ordered and len(stretch.level_names) > 1:
            log.append(
                Decision(
                    feature.name,
                    say("its codes are taken as names"),
                    say("declared binary, but with more than two"),
                )
            )
        if aspect.ordered and aspect.sign < 0 and not aspect.part and feature.direction is Direction.DESCENDING:
            why = say("its low codes mean much of what the label names")
            log.append(Decision(feature.name, say("turned round"), why))
        if stretch.ranked:
            log.append(Decision(feature.name, say("replaced by normal scores of the ranks"), say("skewness above 2")))
    mixed = [
        Decision(name, say("read as {labels}", labels=fmt.words(labels)), say("the code mixes several facts"))
        for name, labels in parts.items()
    ]
    return [*mixed, *log]


def _imputed() -> Decision:
    return Decision(
        say("remaining gaps"),
        say("filled with the mean in the distance, left out of every share and mean that is printed"),
        say("a row that misses a value is neither near nor far in it"),
    )
