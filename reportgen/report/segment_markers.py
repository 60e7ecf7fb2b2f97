"""What sets a segment apart, as tables: evidence first, what holds by construction after it."""

from __future__ import annotations

from dataclasses import replace

from reportgen.analysis.result import Marker, Segment
from reportgen.report.desk import Desk, segment_page
from reportgen.report.views import Cell, Column, Row, Section, Table
from reportgen.report.wording import capital

PRINTED_EVIDENCE, PRINTED_BUILT = 3, 2
BUILT_ON_SCREEN = 10
_EXACT = 1e-6
_BASES = {"scored": "scored", "area": "area average"}


def markers_section(desk: Desk, segment: Segment) -> Section | None:
    """Return what sets a segment apart; None for segment 0, which is no kind of person."""
    if segment.id == 0:
        return None
    evidence = [marker for marker in segment.markers if not marker.by_construction]
    built = [marker for marker in segment.markers if marker.by_construction]
    if not segment.markers:
        text = "No single fact sets this segment apart from everybody; it is the middle of the population."
    elif not evidence:
        text = "All features that set it apart also built the segments: they describe it, they do not prove it."
    else:
        text = (
            "Facts that did not build the segments are evidence that the group is real; the others hold by "
            "construction and "
            "only describe it."
        )
    name = segment_page(segment)
    return Section(
        id=f"{name}-markers",
        title="What sets it apart",
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
        ("evidence", "evidence: facts that did not build the segments", evidence),
        ("built", "by construction: facts that built the segments", built[:BUILT_ON_SCREEN]),
    )
    tables = [
        Table(
            id=f"table-{name}-{kind}",
            caption=f"Segment {segment.letter}, {words}",
            columns=(
                Column("Fact"), Column("Here", "number"), Column("Everybody", "number"), Column("Effect", "number"),
                Column("How much"),
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
    return (*tables[:-1], replace(tables[-1], note=note, csv=desk.csv("segment-facts")))


def _marker_note(desk: Desk, shown: list[Marker], left: int) -> str:
    notes = []
    if any(marker.basis == "scored" for marker in shown):
        notes.append("Scored: estimated by whoever supplied the data, not asked or observed.")
    if any(marker.basis == "area" for marker in shown):
        notes.append("Area average: a fact about where people live, not about each of them.")
    if any(m.measure == "d" and (m.here > m.everybody) != (m.effect > 0) for m in shown):
        notes.append("Means are of the codes: where low codes mean more, a lower mean has a positive effect.")
    if left:
        notes.append(f"{desk.fmt.quantity(left, 'weaker fact is', 'weaker facts are')} in the chart’s numbers.")
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
                Cell(", ".join(kind for kind in (_kind(marker), _BASES.get(marker.basis, "")) if kind)),
            ),
            tone="quiet" if marker.by_construction else "",
        )
        for marker in shown
    )
    table = Table(
        id=f"table-{table_id}",
        caption="Strongest facts, evidence first",
        columns=(
            Column("Fact", "text", 27), Column("Feature", "text", 24), Column("Here", "number", 9),
            Column("Everybody", "number", 10), Column("Effect", "number", 7), Column("Kind", "text", 23),
        ),
        rows=rows,
        note=f"{desk.fmt.quantity(left, 'more fact is', 'more facts are')} in the attached file segment-facts.csv."
        if left
        else "",
    )  # fmt: skip
    return (table,)


def _marker_row(desk: Desk, marker: Marker) -> Row:
    fmt = desk.fmt
    kinds = [] if marker.phrase.startswith(f"{marker.label}: ") else [marker.label]
    if marker.via is not None:
        labels = {column.name: column.label for column in desk.analysis.quality.columns}
        kinds.append(f"via {labels.get(marker.via, marker.via)}")
    if marker.basis in _BASES:
        kinds.append(_BASES[marker.basis])
    return Row(
        (
            Cell(_fact(marker), small=" · ".join(kinds)),
            Cell(_amount(desk, marker, marker.here)),
            Cell(_amount(desk, marker, marker.everybody)),
            Cell(fmt.signed(marker.effect)),
            Cell(marker.grade),
        )
    )


def _kind(marker: Marker) -> str:
    return "by construction" if marker.by_construction else "evidence"


def _fact(marker: Marker) -> str:
    """Return a fact without its feature, which stands beside it."""
    level = marker.level_label
    return capital(level if level is not None and marker.phrase.startswith(level) else marker.phrase)


def _amount(desk: Desk, marker: Marker, value: float) -> str:
    if marker.measure == "h":
        return desk.fmt.share_in_table(value)
    # a mean that is given in coarse steps is not printed as if it were known to a hundredth
    digits = next(digits for digits in (0, 1, 2) if digits == 2 or abs(value - round(value, digits)) < _EXACT)
    return f"mean\u00a0{desk.fmt.decimal(value, digits if abs(value) < 100 else 0)}"
