"""What else was noticed in the data, and the log of what was decided about it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from reportgen.analysis.codes import in_words
from reportgen.analysis.result_quality import Decision
from reportgen.formatting import NOT_GIVEN
from reportgen.language import say, say_n
from reportgen.report.data_columns import column_labels, named_column
from reportgen.report.desk import Desk
from reportgen.report.views import Cell, Column, Fold, Row, Section, Table
from reportgen.report.wording import capital

PRINTED_FINDINGS = 8
LISTED = 8
_FIGURES = re.compile(r"\d[\d.,]*")
_LEADING = re.compile(r"^\d[\d.,]* ")


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
                    Cell(in_words(column.side)),
                    Cell(in_words(column.type)),
                    Cell(
                        fmt.held(column.reasons.get("missing_share", ""))
                        if column.missing_share is None
                        else fmt.share_in_table(column.missing_share)
                    ),
                    Cell(
                        say("at least {n}", n=fmt.count(column.distinct))
                        if column.at_least
                        else fmt.count(column.distinct)
                    ),
                )
            )
            for column in quality.undeclared
        )
        tables = (
            Table(
                id="table-undeclared",
                caption=say("Columns that the dictionary does not name; they were not used"),
                columns=(
                    Column(say("Column"), "text", 34), Column(say("File"), "text", 18),
                    Column(say("Looks like"), "text", 16), Column(say("Missing"), "number", 14),
                    Column(say("Distinct values"), "number", 18),
                ),
                rows=rows,
                csv=desk.csv("undeclared"),
            ),
        )  # fmt: skip
    if not bullets and not tables:
        return None
    return Section(id="data-findings", title=say("What else was noticed"), bullets=bullets, tables=tables)


def _with_code(labels: Mapping[str, str], name: str) -> str:
    label = labels.get(name, name)
    return label if label == name else f"{label} ({name})"


def decisions_section(desk: Desk) -> Section | None:
    """Return the decision log in groups of the same decision and reason; None where nothing had to be decided."""
    decisions = desk.analysis.quality.decisions
    if not decisions:
        return None
    groups: dict[tuple[str, str], list[Decision]] = {}
    for step in decisions:
        groups.setdefault((step.decision, _pattern(step.reason)), []).append(step)
    table = Table(
        id="table-decisions",
        caption=say("Decision log"),
        columns=(Column(say("What"), "text", 44), Column(say("Decision"), "text", 24), Column(say("Why"), "text", 32)),
        rows=tuple(_group_row(desk, steps) for steps in groups.values()),
        note=say("The attached file decisions.csv has every line.") if desk.is_print else "",
        csv=desk.csv("decisions"),
        tone="words long",
        stack=True,
    )
    used = sum(column.use == "distance" for column in desk.analysis.quality.columns)
    return Section(
        id="data-decisions",
        title=say("What was decided, and why"),
        text=(
            say_n(
                used,
                "{n}\u00a0column builds the segments. Roles, labels and limits can be changed in the dictionary and "
                "the configuration; the log then changes with them.",
                "{n}\u00a0columns build the segments. Roles, labels and limits can be changed in the dictionary and "
                "the configuration; the log then changes with them.",
                n=desk.fmt.count(used),
            ),
        ),
        tables=(table,),
        folds=() if desk.is_print or len(groups) == len(decisions) else (_every_decision(desk),),
    )


def _pattern(reason: str) -> str:
    """Return a reason without its figures, which differ from column to column."""
    return _FIGURES.sub("#", reason)


def _group_row(desk: Desk, steps: list[Decision]) -> Row:
    """Return one decision with all that it was taken on."""
    labels = column_labels(desk)
    named = [labels.get(step.subject) or in_words(step.subject) for step in steps]
    if len(steps) == 1:
        what = _subject(labels, steps[0].subject)
    else:
        left = len(named) - LISTED
        listed = [*named[:LISTED], say("{n} more", n=desk.fmt.count(left))] if left > 1 else named
        what = Cell(desk.fmt.quantity(len(named), "column", "columns"), small=desk.fmt.words(listed))
    reasons = {step.reason for step in steps}
    why = steps[0].reason if len(reasons) == 1 else _LEADING.sub("", steps[0].reason.split(":")[0])
    return Row((what, Cell(steps[0].decision or NOT_GIVEN), Cell(capital(why))))


def _subject(labels: Mapping[str, str], subject: str) -> Cell:
    """Return what a decision is about: a column, or rows, segments and gaps."""
    return named_column(labels, subject) if subject in labels else Cell(in_words(subject))


def _every_decision(desk: Desk) -> Fold:
    labels = column_labels(desk)
    decisions = desk.analysis.quality.decisions
    table = Table(
        id="table-every-decision",
        caption=say("Decision log, line by line"),
        columns=(Column(say("What")), Column(say("Decision")), Column(say("Why"))),
        rows=tuple(
            Row((_subject(labels, step.subject), Cell(step.decision or NOT_GIVEN), Cell(capital(step.reason))))
            for step in decisions
        ),
        csv=desk.csv("decisions"),
        tone="words long",
        stack=True,
    )
    return Fold(say("All {lines} of the log", lines=desk.fmt.quantity(len(decisions), "line", "lines")), (table,))
