"""What else was noticed in the data, and the log of what was decided about it."""

from __future__ import annotations

from collections.abc import Mapping

from reportgen.formatting import NOT_GIVEN
from reportgen.report.data_columns import column_labels, named_column
from reportgen.report.desk import Desk
from reportgen.report.views import Cell, Column, Row, Section, Table
from reportgen.report.wording import capital

PRINTED_DECISIONS = 12
PRINTED_FINDINGS = 8


def findings_section(desk: Desk) -> Section | None:
    """Return what else was noticed, undeclared columns included; None where nothing was."""
    fmt, quality = desk.fmt, desk.analysis.quality
    labels = column_labels(desk)
    shown = quality.findings[:PRINTED_FINDINGS] if desk.is_print else quality.findings
    bullets = tuple(
        f"{_with_code(labels, finding.column)}: {finding.message}" if finding.column else capital(finding.message)
        for finding in shown
    )
    tables: tuple[Table, ...] = ()
    if quality.undeclared:
        rows = tuple(
            Row(
                (
                    Cell(column.name),
                    Cell(column.side),
                    Cell(column.type),
                    Cell(
                        fmt.held(column.reasons.get("missing_share", ""))
                        if column.missing_share is None
                        else fmt.share_in_table(column.missing_share)
                    ),
                    Cell(("at least " if column.at_least else "") + fmt.count(column.distinct)),
                )
            )
            for column in quality.undeclared
        )
        tables = (
            Table(
                id="table-undeclared",
                caption="Columns that the dictionary does not name; they were not used",
                columns=(
                    Column("Column", "text", 34), Column("File", "text", 18), Column("Looks like", "text", 16),
                    Column("Missing", "number", 14), Column("Distinct values", "number", 18),
                ),
                rows=rows,
            ),
        )  # fmt: skip
    if not bullets and not tables:
        return None
    return Section(id="data-findings", title="What else was noticed", bullets=bullets, tables=tables)


def _with_code(labels: Mapping[str, str], name: str) -> str:
    label = labels.get(name, name)
    return label if label == name else f"{label} ({name})"


def decisions_section(desk: Desk) -> Section | None:
    """Return the decision log; None where nothing had to be decided."""
    decisions = desk.analysis.quality.decisions
    if not decisions:
        return None
    labels = column_labels(desk)
    shown = decisions[:PRINTED_DECISIONS] if desk.is_print else decisions
    left = len(decisions) - len(shown)
    table = Table(
        id="table-decisions",
        caption="Decision log",
        columns=(Column("What", "text", 30), Column("Decision", "text", 26), Column("Why", "text", 44)),
        rows=tuple(
            Row((named_column(labels, step.subject), Cell(step.decision or NOT_GIVEN), Cell(capital(step.reason))))
            for step in shown
        ),
        note=f"{desk.fmt.quantity(left, 'more line is', 'more lines are')} in the attached file decisions.csv."
        if left
        else "",
        csv=desk.csv("decisions"),
        tone="long",
    )
    return Section(
        id="data-decisions",
        title="What was decided, and why",
        text=(
            "Roles, labels and limits can be changed in the dictionary and the configuration; the log then changes "
            "with them.",
        ),
        tables=(table,),
    )
