"""Privacy: what the report holds of people, and what was done so that it holds no more."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.analysis.result import Suppression
from reportgen.formatting import SUPPRESSED_BELOW
from reportgen.report.desk import Desk
from reportgen.report.views import Cell, Column, Row, Section, Table
from reportgen.report.wording import capital

_TABLES = {
    "files": "the two files",
    "segments": "segments",
    "missing-per-row": "missing values by person",
    "blocks": "columns that go missing together",
    "columns": "missing values by column",
    "undeclared": "columns not in the dictionary",
    "levels": "answers by feature",
    "segment-levels": "answers by segment",
    "reach": "campaign: reach",
    "gains": "campaign: gains",
    "tenths": "campaign: tenths by index",
    "plan": "campaign: plan",
    "response": "campaign: past mailing",
}
_NAMED = 3


def privacy_section(desk: Desk) -> Section:
    """Return what is done for privacy, with the suppression log in short; the whole log is a file."""
    touchy = [column.label for column in desk.analysis.quality.columns if column.sensitivity != "ordinary"]
    bullets = [
        "The report holds counts of groups; no row of the data, no id and no example person is in it.",
        "Columns that the dictionary does not name are listed with their number of distinct values, never with a "
        "value.",
        "Which person is in which segment stands in a private folder beside the report. That file is personal data "
        "and is never published.",
    ]
    if touchy:
        bullets.append(f"Sensitive features stay out of distance and names: {desk.fmt.words(touchy)}.")
    bullets.append(_rule(desk))
    tables = (_log(desk),) if desk.analysis.suppression else ()
    return Section(id="method-privacy", title="Privacy", bullets=tuple(bullets), tables=tables)


def _rule(desk: Desk) -> str:
    few = desk.fmt.count(None)
    rule = (
        f"No count of one to nine people is given, nor anything from which one could be worked out: “{few}” stands for "
        "such a count, “withheld” for a figure that would give one away. Zero is nobody and is shown. Rare answers are "
        "put together, and shares within a segment are rounded where exact ones would tell too much."
    )
    if not desk.analysis.suppression:
        return f"{rule} In this report nothing had to be held back."
    cells = sum(line.primary for line in desk.analysis.suppression)
    counted = desk.fmt.quantity(cells, "such count was found", "such counts were found")
    return f"{rule} In this report {counted}; the table says what was done."


def _log(desk: Desk) -> Table:
    groups: dict[tuple[str, str], list[Suppression]] = {}
    for line in desk.analysis.suppression:
        groups.setdefault((line.table, line.treatment), []).append(line)
    return Table(
        id="table-suppression",
        caption=f"Counts under {SUPPRESSED_BELOW}: what was done where",
        columns=(
            Column("Where", "text", 22), Column("What was done", "text", 14), Column("For", "text", 40),
            Column("Small counts", "number", 12), Column("Others", "number", 12),
        ),
        rows=tuple(_row(desk, lines) for lines in groups.values()),
        note="Others: cells that were treated because a small count would follow from them.",
        csv=desk.csv("suppression"),
    )  # fmt: skip


def _row(desk: Desk, lines: Sequence[Suppression]) -> Row:
    fmt, first = desk.fmt, lines[0]
    return Row(
        (
            Cell(capital(_TABLES.get(first.table, first.table))),
            Cell(first.treatment),
            Cell(_names(desk, [line.what for line in lines]), small=first.why if len(lines) == 1 else ""),
            Cell(fmt.count(sum(line.primary for line in lines))),
            Cell(fmt.count(sum(line.complementary for line in lines))),
        )
    )


def _names(desk: Desk, names: Sequence[str]) -> str:
    kinds = list(dict.fromkeys(names))
    left = len(kinds) - _NAMED
    if left <= 1:
        return desk.fmt.words(kinds)
    return desk.fmt.words([*kinds[:_NAMED], f"{desk.fmt.count(left)} more"])
