"""The first page: the answer, the chart of indices, the segments in one table, and how sure it is."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.analysis.codes import in_words
from reportgen.analysis.result_segments import Segment
from reportgen.formatting import NOT_GIVEN
from reportgen.language import say, say_n
from reportgen.report.brief_words import write_brief
from reportgen.report.changes_page import changed_notes
from reportgen.report.desk import Desk, by_index
from reportgen.report.views import BriefSection, Cell, Column, Page, Row, Table
from reportgen.report.wording import is_judged


def brief_page(desk: Desk) -> Page:
    """Return the first page."""
    words = write_brief(desk.analysis, desk.fmt)
    changes, changed = desk.analysis.changes, changed_notes(desk)
    changed_title = ""
    if changes:
        changed_title = say("What changed since issue {issue}", issue=desk.fmt.count(changes.before.issue))
    section = BriefSection(
        id="brief",
        title=say("The segments at a glance"),
        template="brief",
        figures=desk.figures("index"),
        tables=(segment_table(desk, "brief-segments"),),
        take_care=(*_changed_in_print(changed_title, changed), *words.take_care) if desk.is_print else words.take_care,
        how_sure=words.how_sure,
        changed_title="" if desk.is_print else changed_title,
        changed=() if desk.is_print else changed,
    )
    return Page(
        id="index",
        file="index.html",
        kicker=say("Briefing"),
        question=say("Whom should we write to?"),
        heading=words.headline,
        lead=(*_failed_gates(desk), " ".join(words.lead), *words.caution),
        sections=(section,),
        href=desk.page("index"),
    )


def _changed_in_print(title: str, changed: tuple[str, ...]) -> tuple[str, ...]:
    """Return what changed as one item of a list: paper has no room for a part of its own."""
    return (f"{title}: {' '.join(changed)}",) if changed else ()


def _failed_gates(desk: Desk) -> tuple[str, ...]:
    """Return the sentence that a run owes its readers when a condition set for it is not met."""
    failed = [gate.sentence for gate in desk.analysis.gates if gate.failed]
    if not failed:
        return ()
    return (
        say_n(
            len(failed),
            "A gate failed, so this run is not the latest issue: {told}.",
            "{n} gates failed, so this run is not the latest issue: {told}.",
            n=desk.fmt.count(len(failed)),
            told=". ".join(failed),
        ),
    )


def segment_table(desk: Desk, table_id: str) -> Table:
    """Return all segments by falling index, the low-information records below a rule."""
    judged = is_judged(desk.analysis)
    widths = (24, 9, 7, 9, 7, 6, 9, 18) if judged else (27, 11, 8, 11, 8, 7, 10, 18)
    titles = (
        say("Segment"), say("Population"), say("Share"), say("Customers"), say("Share"), say("Index"),
        say("95\u00a0% interval"), say("Stands"),
    )  # fmt: skip
    kinds = ("text", *["number"] * 6, "badge")
    columns = [Column(*column) for column in zip(titles, kinds, widths, strict=True)]
    if judged:
        columns.append(Column(say("Verdict"), "text", 11))
    note = say("Index: 100 means as many customers as the average; segments by index, among people with enough data.")
    note += " " + _counted(desk.analysis.placed if judged else ())
    return Table(
        id=table_id,
        caption=say("Every segment: size on both sides, index and how firmly it stands"),
        columns=tuple(columns),
        rows=tuple(
            _segment_row(desk, segment, judged)
            for segment in by_index(desk.analysis.segments)
            if segment.id or segment.population.count + segment.customers.count
        ),
        note=note,
        csv=desk.csv("segments"),
        tone="segments",
        stack=True,
    )


def _counted(judged: Sequence[Segment]) -> str:
    """Say what the intervals of judged segments count; that of one that was not found again has no second part."""
    whole = [segment.interval_total is not None for segment in judged]
    if not any(whole):
        return say("The interval counts chance alone.")
    told = say("The interval counts chance and how firmly the segments stand.")
    return told if all(whole) else told + " " + say("Of a segment that was not found again it counts chance alone.")


def _segment_row(desk: Desk, segment: Segment, judged: bool) -> Row:
    fmt = desk.fmt
    apart = segment.id == 0
    badge, tone = desk.badge(segment)
    cells = [
        desk.segment_cell(segment),
        Cell(fmt.count(segment.population.count)),
        Cell(fmt.share_in_table(segment.population.share)),
        Cell(fmt.count(segment.customers.count)),
        Cell(fmt.share_in_table(segment.customers.share)),
        Cell(fmt.index(segment.index if apart else segment.index_placed), tone="strong"),
        Cell(fmt.interval(segment.interval_sampling if not judged or apart else _widest(segment))),
        Cell(
            badge,
            small="" if segment.jaccard is None else fmt.coefficient(segment.jaccard),
            tone=tone,
        ),
    ]
    if judged:
        verdict = say("shown apart") if apart else NOT_GIVEN
        if segment.verdict:
            verdict = in_words(segment.verdict)
        cells.append(Cell(verdict, tone=_verdict_tone(segment)))
    return Row(tuple(cells), tone="apart" if apart else "")


def _widest(segment: Segment) -> tuple[float, float] | None:
    return segment.interval_total or segment.interval_sampling


def _verdict_tone(segment: Segment) -> str:
    return {"over": "over", "under": "under"}.get(segment.verdict or "", "")
