"""What sets a segment apart, as tables: evidence first, what holds by construction after it."""

from __future__ import annotations

from dataclasses import replace

from reportgen.analysis.codes import in_words
from reportgen.analysis.result_segments import Marker, Segment
from reportgen.language import mark, say, say_in, say_marked, say_n
from reportgen.report.desk import Desk, segment_page
from reportgen.report.views import Cell, Column, Row, Section, Table
from reportgen.report.wording import capital

PRINTED_EVIDENCE, PRINTED_BUILT = 3, 2
BUILT_ON_SCREEN = 10
_BASES = {"scored": mark("scored"), "area": mark("area average")}


def markers_section(desk: Desk, segment: Segment) -> Section | None:
    """Return what sets a segment apart; None for segment 0, which is no kind of person."""
    if segment.id == 0:
        return None
    evidence = [marker for marker in segment.markers if not marker.by_construction]
    built = [marker for marker in segment.markers if marker.by_construction]
    if not segment.markers:
        text = say("No single fact sets this segment apart from everybody; it is the middle of the population.")
    elif not evidence:
        text = say("All features that set it apart also built the segments: they describe it, they do not prove it.")
    else:
        text = say(
            "Features that built the segments hardly or not at all show what goes with it; the others hold by "
            "construction and only describe it."
        )
    name = segment_page(segment)
    return Section(
        id=f"{name}-markers",
        title=say("What sets it apart"),
        text=() if desk.is_print else (text,),
        figures=() if desk.is_print else desk.figures(f"segment-{segment.id}-markers"),
        tables=_printed_markers(desk, f"{name}-facts", evidence, built)
        if desk.is_print
        else _marker_tables(desk, segment, evidence, built),
    )


def _marker_tables(desk: Desk, segment: Segment, evidence: list[Marker], built: list[Marker]) -> tuple[Table, ...]:
    """Return a table for each kind of fact; the notes on both stand under the last one."""
    name, shown = segment_page(segment), [*evidence, *built[:BUILT_ON_SCREEN]]
    kinds = (
        (
            "evidence",
            say(
                "Segment {letter}, evidence: facts that built the segments hardly or not at all", letter=segment.letter
            ),
            evidence,
        ),
        (
            "built",
            say("Segment {letter}, by construction: facts that built the segments", letter=segment.letter),
            built[:BUILT_ON_SCREEN],
        ),
    )
    tables = [
        Table(
            id=f"table-{name}-{kind}",
            caption=words,
            columns=(
                Column(say("Fact")), Column(say("Here"), "number"), Column(say("Everybody"), "number"),
                Column(say("Effect"), "number"), Column(say("How much")),
            ),
            rows=tuple(_marker_row(desk, marker) for marker in markers),
            tone="markers",
            stack=True,
        )
        for kind, words, markers in kinds
        if markers
    ]  # fmt: skip
    if not tables:
        return ()
    note = _marker_note(desk, shown, len(evidence) + len(built) - len(shown))
    csv = desk.csv("segment-facts")
    return (*(replace(table, csv=csv) for table in tables[:-1]), replace(tables[-1], note=note, csv=csv))


def _marker_note(desk: Desk, shown: list[Marker], left: int) -> str:
    notes: list[str] = []
    if any(marker.basis == "scored" for marker in shown):
        notes.append(say("Scored: estimated by whoever supplied the data, not asked or observed."))
    if any(marker.basis == "area" for marker in shown):
        notes.append(say("Area average: a fact about where people live, not about each of them."))
    if any(m.measure == "d" and (m.here > m.everybody) != (m.effect > 0) for m in shown):
        notes.append(
            say(
                "Means are of the codes: where low codes mean more, a lower mean has a positive effect. Those of "
                "columns with many values are worked out from the groups that the report shows."
            )
        )
    if left:
        notes.append(
            say_n(
                left,
                "{n}\u00a0weaker fact is in the file {file}.",
                "{n}\u00a0weaker facts are in the file {file}.",
                n=desk.fmt.count(left),
                file="tables/segment-facts.csv",
            )
        )
    return " ".join(notes)


def _printed_markers(desk: Desk, table_id: str, evidence: list[Marker], built: list[Marker]) -> tuple[Table, ...]:
    """One short table for both kinds: a printed segment has one page."""
    shown = [*evidence[:PRINTED_EVIDENCE], *built[:PRINTED_BUILT]]
    if not shown:
        return ()
    left = len(evidence) + len(built) - len(shown)
    rows = tuple(
        Row(
            (
                Cell(_fact(marker)),
                Cell(desk.label(marker.label, 56)),
                Cell(_amount(desk, marker, marker.here)),
                Cell(_amount(desk, marker, marker.everybody)),
                Cell(desk.fmt.signed(marker.effect)),
                Cell(", ".join([_kind(marker), *_basis(marker)])),
            ),
            tone="quiet" if marker.by_construction else "",
        )
        for marker in shown
    )
    table = Table(
        id=f"table-{table_id}",
        caption=say("Strongest facts, evidence first"),
        columns=(
            Column(say("Fact"), "text", 27), Column(say("Feature"), "text", 24), Column(say("Here"), "number", 9),
            Column(say("Everybody"), "number", 10), Column(say("Effect"), "number", 7), Column(say("Kind"), "text", 23),
        ),
        rows=rows,
        note=say_n(
            left,
            "{n}\u00a0more fact is in the attached file {file}.",
            "{n}\u00a0more facts are in the attached file {file}.",
            n=desk.fmt.count(left),
            file="segment-facts.csv",
        )
        if left
        else "",
    )  # fmt: skip
    return (table,)


def _marker_row(desk: Desk, marker: Marker) -> Row:
    fmt = desk.fmt
    kinds: list[str] = [] if marker.phrase.startswith(f"{marker.label}: ") else [marker.label]
    if marker.via is not None:
        labels = {column.name: column.label for column in desk.analysis.quality.columns}
        kinds.append(say("via {feature}", feature=labels.get(marker.via, marker.via)))
    kinds += _basis(marker)
    return Row(
        (
            Cell(_fact(marker), small=" · ".join(kinds)),
            Cell(_amount(desk, marker, marker.here)),
            Cell(_amount(desk, marker, marker.everybody)),
            Cell(fmt.signed(marker.effect)),
            Cell(in_words(marker.grade)),
        )
    )


def _kind(marker: Marker) -> str:
    return say_in("kind", "by construction") if marker.by_construction else say("evidence")


def _basis(marker: Marker) -> list[str]:
    """Return how a fact is known, where that is worth a word."""
    return [say_marked(_BASES[marker.basis])] if marker.basis in _BASES else []


def _fact(marker: Marker) -> str:
    """Return a fact without its feature, which stands beside it."""
    level = marker.level_label
    return capital(level if level is not None and marker.phrase.startswith(level) else marker.phrase)


def _amount(desk: Desk, marker: Marker, value: float) -> str:
    if marker.measure == "h":
        return desk.fmt.share_in_table(value)
    return say("mean\u00a0{value}", value=desk.fmt.mean_code(value))
