"""Privacy: what the report holds of people, and what was done so that it holds no more."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.analysis.codes import in_words
from reportgen.analysis.result_checks import Suppression
from reportgen.formatting import SUPPRESSED_BELOW
from reportgen.language import mark, say, say_marked, say_n
from reportgen.report.desk import Desk
from reportgen.report.views import Cell, Column, Row, Section, Table
from reportgen.report.wording import capital

_TABLES = {
    "files": mark("the two files"),
    "segments": mark("segments"),
    "missing-per-row": mark("missing values by person"),
    "blocks": mark("columns that go missing together"),
    "columns": mark("missing values by column"),
    "undeclared": mark("columns not in the dictionary"),
    "levels": mark("answers by feature"),
    "segment-levels": mark("answers by segment"),
    "reach": mark("campaign: reach"),
    "gains": mark("campaign: gains"),
    "tenths": mark("campaign: tenths by index"),
    "plan": mark("campaign: plan"),
    "response": mark("campaign: past mailing"),
}
_NAMED = 3


def privacy_section(desk: Desk) -> Section:
    """Return what is done for privacy, with the suppression log in short; the whole log is a file."""
    touchy = [column.label for column in desk.analysis.quality.columns if column.sensitivity != "ordinary"]
    bullets: list[str] = [
        say("The report holds counts of groups; no row of the data, no id and no example person is in it."),
        say(
            "Columns that the dictionary does not name are listed with their number of distinct values, never with a "
            "value."
        ),
        say(
            "Which person is in which segment stands in a private folder beside the report. That file is personal data "
            "and is never published."
        ),
    ]
    if touchy:
        features = desk.fmt.words(touchy)
        bullets.append(say("Sensitive features stay out of distance and names: {features}.", features=features))
    bullets.append(_rule(desk))
    tables = (_log(desk),) if desk.analysis.suppression else ()
    return Section(id="method-privacy", title=say("Privacy"), bullets=tuple(bullets), tables=tables)


def _rule(desk: Desk) -> str:
    rule = say(
        "No count of one to nine people is given, nor anything from which one could be worked out: “{few}” stands for "
        "such a count, “withheld” for a figure that would give one away. Zero is nobody and is shown. Rare answers are "
        "put together, and shares within a segment are rounded where exact ones would tell too much.",
        few=desk.fmt.count(None),
    )
    nothing = say("In this report nothing had to be held back.")
    if not desk.analysis.suppression:
        return f"{rule} {nothing}"
    cells = sum(line.primary for line in desk.analysis.suppression)
    counted = say_n(
        cells,
        "In this report {n}\u00a0such count was found; the table says what was done.",
        "In this report {n}\u00a0such counts were found; the table says what was done.",
        n=desk.fmt.count(cells),
    )
    return f"{rule} {counted}"


def _log(desk: Desk) -> Table:
    groups: dict[tuple[str, str], list[Suppression]] = {}
    for line in desk.analysis.suppression:
        groups.setdefault((line.table, line.treatment), []).append(line)
    return Table(
        id="table-suppression",
        caption=say("Counts under {least}: what was done where", least=desk.fmt.count(SUPPRESSED_BELOW)),
        columns=(
            Column(say("Where"), "text", 22), Column(say("What was done"), "text", 14), Column(say("For"), "text", 40),
            Column(say("Small counts"), "number", 12), Column(say("Others"), "number", 12),
        ),
        rows=tuple(_row(desk, lines) for lines in groups.values()),
        note=say("Others: cells that were treated because a small count would follow from them."),
        csv=desk.csv("suppression"),
    )  # fmt: skip


def _row(desk: Desk, lines: Sequence[Suppression]) -> Row:
    fmt, first = desk.fmt, lines[0]
    return Row(
        (
            Cell(capital(say_marked(_TABLES[first.table]))),
            Cell(in_words(first.treatment)),
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
    return desk.fmt.words([*kinds[:_NAMED], say("{n} more", n=desk.fmt.count(left))])
