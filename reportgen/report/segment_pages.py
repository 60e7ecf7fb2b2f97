"""The segments: map and cards, and a page for each that says whom to picture and whether it is real."""

from __future__ import annotations

from reportgen.analysis.result import Marker, Segment
from reportgen.formatting import NOT_GIVEN
from reportgen.report.desk import BADGE_TONES, Desk, by_index, segment_page
from reportgen.report.views import (
    Card,
    CardsSection,
    Cell,
    Column,
    Fact,
    Link,
    Page,
    Row,
    Section,
    SegmentSection,
    Table,
)
from reportgen.report.wording import FEW_EXPECTED, capital, size_sentence, trust_sentence, verdict_sentence

PRINTED_EVIDENCE, PRINTED_BUILT = 3, 2
BUILT_ON_SCREEN = 10
_DRAWN = frozenset({"segments-map", "segments-markers"})
_BASES = {"scored": "scored", "area": "area"}


def segments_page(desk: Desk) -> Page:
    """Return the overview of all segments."""
    fmt, placed = desk.fmt, desk.analysis.placed
    indices = [segment.index_placed for segment in placed if segment.index_placed is not None]
    number = fmt.quantity(len(placed), "segment", "segments")
    heading = (
        f"{number}, with indices from {fmt.index(max(indices))} down to {fmt.index(min(indices))}."
        if len(indices) > 1
        else f"{number}."
    )
    map_section = Section(
        id="segments-map",
        title="Size against index",
        text=(
            "The higher a segment stands, the more often its people are customers; the further right, the more of "
            "them there "
            "are to write to.",
        ),
        figures=desk.figures("segment-map"),
    )
    marker_section = Section(
        id="segments-markers",
        title="What tells them apart",
        text=("Each column is a segment, each row a fact, measured against everybody.",),
        figures=desk.figures("markers"),
    )
    # on paper the table fills the page that the map leaves half empty, and the tall heat map gets one of its own
    order = (
        (map_section, _others(desk), marker_section) if desk.is_print else (map_section, marker_section, _cards(desk))
    )
    drawn = tuple(section for section in order if section is not None and (section.figures or section.id not in _DRAWN))
    return Page(
        id="segments",
        file="segments.html",
        kicker="Segments",
        question="Who are the segments?",
        heading=heading,
        lead=(
            "A segment is a group of people with similar answers. Its name sums up what sets it apart from "
            "everybody, the "
            "segment itself included.",
        ),
        sections=drawn,
        href=desk.page("segments"),
    )


def _others(desk: Desk) -> Section | None:
    """Return the segments without a printed page, in a sentence each."""
    others = [segment for segment in by_index(desk.analysis.placed) if not desk.has_page(segment)]
    if not others:
        return None
    rows = tuple(
        Row(
            (
                desk.segment_cell(segment),
                Cell(desk.fmt.index(segment.index_placed), tone="strong"),
                Cell(segment.badge or NOT_GIVEN, tone=BADGE_TONES.get(segment.badge or "", "apart")),
                Cell(_in_short(segment)),
            )
        )
        for segment in others
    )
    table = Table(
        id="table-others",
        caption="Who the others are" if len(others) < len(desk.analysis.placed) else "Who they are",
        columns=(
            Column("Segment", "text", 28), Column("Index", "number", 8), Column("Stands", "badge", 17),
            Column("In short", "text", 47),
        ),
        rows=rows,
    )  # fmt: skip
    title = "The other segments" if len(others) < len(desk.analysis.placed) else "Every segment"
    return Section(id="segments-all", title=title, tables=(table,))


def _in_short(segment: Segment) -> str:
    """Return the sentence of a portrait that describes; the first one gives the size, which stands beside it."""
    return segment.portrait[1] if len(segment.portrait) > 1 else " ".join(segment.portrait)


def _cards(desk: Desk) -> CardsSection:
    return CardsSection(
        id="segments-cards",
        title="Every segment in short",
        template="cards",
        cards=tuple(
            _card(desk, segment)
            for segment in by_index(desk.analysis.segments)
            if segment.population.count + segment.customers.count
        ),
    )


def _card(desk: Desk, segment: Segment) -> Card:
    fmt = desk.fmt
    badge = segment.badge or ("shown apart" if segment.id == 0 else "")
    return Card(
        letter=segment.letter,
        name=segment.name,
        href=desk.page(segment_page(segment)) if desk.has_page(segment) else "",
        badge=badge,
        badge_tone=BADGE_TONES.get(badge, "apart"),
        index=fmt.index(segment.index if segment.id == 0 else segment.index_placed),
        interval=fmt.interval(segment.interval_sampling),
        sizes=f"{fmt.share(segment.population.share)} of the population, "
        f"{fmt.share(segment.customers.share)} of customers",
        portrait=_in_short(segment),
    )


def segment_pages(desk: Desk) -> tuple[Page, ...]:
    """Return a page for each segment that gets one, by falling index, segment 0 last."""
    shown = [segment for segment in by_index(desk.analysis.segments) if desk.has_page(segment)]
    return tuple(
        _segment_page(desk, segment, shown[at - 1] if at else None, shown[at + 1] if at + 1 < len(shown) else None)
        for at, segment in enumerate(shown)
    )


def _segment_page(desk: Desk, segment: Segment, before: Segment | None, after: Segment | None) -> Page:
    name = segment_page(segment)
    sections = (
        _head(desk, segment),
        _markers(desk, segment),
        _distributions(desk, segment),
        _not(desk, segment),
    )
    return Page(
        id=name,
        file=f"{name}.html",
        kicker=f"Segment {segment.letter}",
        question="Who is too little known to be placed?"
        if segment.id == 0
        else "Whom should we picture, and is it real?",
        heading=segment.name,
        lead=(),
        sections=tuple(section for section in sections if section is not None),
        href=desk.page(name),
        previous=_neighbour(desk, before),
        following=_neighbour(desk, after),
        in_menu=False,
    )


def _neighbour(desk: Desk, segment: Segment | None) -> Link | None:
    return (
        None if segment is None else Link(desk.page(segment_page(segment)), f"Segment {segment.letter}: {segment.name}")
    )


def _head(desk: Desk, segment: Segment) -> SegmentSection:
    fmt, analysis = desk.fmt, desk.analysis
    apart = segment.id == 0
    index = segment.index if apart else segment.index_placed
    facts = [
        Fact("Population", fmt.share(segment.population.share), f"{fmt.count(segment.population.count)} people"),
        Fact("Customers", fmt.share(segment.customers.share), f"{fmt.count(segment.customers.count)} customers"),
        Fact(
            "Index",
            fmt.index(index),
            f"95\u00a0% interval {fmt.interval(segment.interval_sampling)}",
            desk.term("index"),
        ),
        Fact(
            "Customers per 100",
            fmt.decimal(100 * segment.penetration, 1),
            f"everybody: {fmt.decimal(100 * analysis.customers.rows / analysis.population.rows, 1)}",
            desk.term("penetration"),
        ),
        Fact("Answers filled in", fmt.share(segment.share_imputed), "of what places people", desk.term("imputed")),
    ]
    badge = "shown apart" if apart else segment.badge or NOT_GIVEN
    return SegmentSection(
        id=f"{segment_page(segment)}-portrait",
        title="Portrait",
        template="segment",
        text=(" ".join(_told(desk, segment)), *_size_notes(desk, segment)),
        facts=tuple(facts),
        letter=segment.letter,
        badge=badge if segment.jaccard is None else f"{badge}, {fmt.coefficient(segment.jaccard)}",
        badge_tone=BADGE_TONES.get(badge, "apart"),
        trust=_apart_text(desk) if apart else trust_sentence(segment, fmt),
    )


def _told(desk: Desk, segment: Segment) -> tuple[str, ...]:
    """Return the portrait; on paper without its first sentence, whose figures stand just above."""
    return segment.portrait[1:] if desk.is_print and len(segment.portrait) > 1 else segment.portrait


def _size_notes(desk: Desk, segment: Segment) -> tuple[str, ...]:
    fmt = desk.fmt
    notes = [] if segment.portrait else [size_sentence(segment, fmt)]
    if segment.verdict is not None:
        notes.append(verdict_sentence(segment, fmt))
    both = segment.index is not None and segment.index_placed is not None
    if both and not desk.is_print and fmt.index(segment.index) != fmt.index(segment.index_placed):
        notes.append(
            f"Among people with enough data the index is {fmt.index(segment.index_placed)}; over everybody it is "
            f"{fmt.index(segment.index)}."
        )
    if segment.id and segment.verdict is None and segment.expected_customers < FEW_EXPECTED:
        expected = fmt.decimal(segment.expected_customers, 0)
        notes.append(f"Only {expected} customers would be expected here by size; no verdict is possible.")
    return tuple(notes)


def _apart_text(desk: Desk) -> str:
    threshold = desk.analysis.quality.rows.threshold
    if threshold is None:
        return "These records have too little data to place."
    return (
        f"These records miss {desk.fmt.count(threshold)} or more of "
        f"{desk.fmt.quantity(desk.analysis.quality.rows.columns, 'column', 'columns')}. They are not a kind of "
        "person and "
        "are never recommended."
    )


def _markers(desk: Desk, segment: Segment) -> Section | None:
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
    tables = (
        [_printed_markers(desk, f"{name}-facts", evidence, built)]
        if desk.is_print
        else [
            _marker_table(
                desk,
                f"{name}-evidence",
                f"Segment {segment.letter}, evidence: facts that did not build the segments",
                evidence,
            ),
            _marker_table(
                desk,
                f"{name}-built",
                f"Segment {segment.letter}, by construction: facts that built the segments",
                built,
                BUILT_ON_SCREEN,
            ),
        ]
    )
    return Section(
        id=f"{name}-markers",
        title="What sets it apart",
        text=() if desk.is_print else (text,),
        figures=() if desk.is_print else desk.figures(f"segment-{segment.id}-markers"),
        tables=tuple(table for table in tables if table is not None),
    )


def _marker_table(
    desk: Desk, table_id: str, caption: str, markers: list[Marker], most: int | None = None
) -> Table | None:
    if not markers:
        return None
    left = len(markers) - len(markers[:most])
    return Table(
        id=f"table-{table_id}",
        caption=caption,
        columns=(
            Column("Fact"), Column("Here", "number"), Column("Everybody", "number"), Column("Effect", "number"),
            Column("How much"),
        ),
        rows=tuple(_marker_row(desk, marker) for marker in markers[:most]),
        note=_marker_note(desk, markers[:most], left),
        csv=desk.csv("segment-facts"),
        tone="markers",
    )  # fmt: skip


def _marker_note(desk: Desk, shown: list[Marker], left: int) -> str:
    notes = []
    if any(m.measure == "d" and (m.here > m.everybody) != (m.effect > 0) for m in shown):
        notes.append("Means are of the codes: where low codes mean more, a lower mean has a positive effect.")
    if left:
        notes.append(f"{desk.fmt.quantity(left, 'weaker fact is', 'weaker facts are')} in the chart’s numbers.")
    return " ".join(notes)


def _printed_markers(desk: Desk, table_id: str, evidence: list[Marker], built: list[Marker]) -> Table | None:
    """One short table for both kinds: a printed segment has one page."""
    shown = [*evidence[:PRINTED_EVIDENCE], *built[:PRINTED_BUILT]]
    if not shown:
        return None
    left = len(evidence) + len(built) - len(shown)
    rows = tuple(
        Row(
            (
                Cell(capital(marker.phrase)),
                Cell(desk.label(_what(marker), 56)),
                Cell(_amount(desk, marker, marker.here)),
                Cell(_amount(desk, marker, marker.everybody)),
                Cell(desk.fmt.signed(marker.effect)),
                Cell("by construction" if marker.by_construction else "evidence"),
            ),
            tone="quiet" if marker.by_construction else "",
        )
        for marker in shown
    )
    return Table(
        id=f"table-{table_id}",
        caption="Strongest facts, evidence first",
        columns=(
            Column("Fact", "text", 31), Column("Feature", "text", 27), Column("Here", "number", 10),
            Column("Everybody", "number", 11), Column("Effect", "number", 8), Column("Kind", "text", 13),
        ),
        rows=rows,
        note=f"{desk.fmt.quantity(left, 'more fact is', 'more facts are')} in the attached file segment-facts.csv."
        if left
        else "",
    )  # fmt: skip


def _marker_row(desk: Desk, marker: Marker) -> Row:
    fmt = desk.fmt
    kinds = [_what(marker)]
    if marker.via is not None:
        labels = {column.name: column.label for column in desk.analysis.quality.columns}
        kinds.append(f"via {labels.get(marker.via, marker.via)}")
    if marker.basis in _BASES:
        kinds.append(_BASES[marker.basis])
    return Row(
        (
            Cell(capital(marker.phrase), small=" · ".join(kinds)),
            Cell(_amount(desk, marker, marker.here)),
            Cell(_amount(desk, marker, marker.everybody)),
            Cell(fmt.signed(marker.effect)),
            Cell(marker.grade),
        )
    )


def _what(marker: Marker) -> str:
    return marker.label if marker.level_label is None else f"{marker.label}: {marker.level_label}"


def _amount(desk: Desk, marker: Marker, value: float) -> str:
    if marker.measure == "h":
        return desk.fmt.share_in_table(value)
    return f"mean\u00a0{desk.fmt.decimal(value, 2 if abs(value) < 100 else 0)}"


def _distributions(desk: Desk, segment: Segment) -> Section | None:
    figures = desk.figures(f"segment-{segment.id}-profile")
    if not figures:
        return None
    return Section(
        id=f"{segment_page(segment)}-distributions",
        title="The segment over everybody",
        text=(),
        figures=figures,
    )


def _not(desk: Desk, segment: Segment) -> Section:
    fmt = desk.fmt
    bullets = []
    if segment.penetration < 1:
        verb = "are not customers" if desk.analysis.provenance.standard_error == "nested" else ""
        if verb:
            bullets.append(f"Not a list of customers: {fmt.share(1 - segment.penetration)} of its people {verb}.")
    bullets.append(
        "Not a promise: a high index says that its people resemble today’s customers, not that they will respond."
    )
    seldom = [marker for marker in segment.markers if marker.measure == "h" and marker.here < marker.everybody][
        : 2 if desk.is_print else 3
    ]
    bullets.extend(
        f"Seldom {desk.label(_what(marker), 60)} ({fmt.share(marker.here)} against "
        f"{fmt.share(marker.everybody)} of everybody)."
        for marker in seldom
    )
    typical = next((m for m in segment.markers if m.measure == "h" and m.here > m.everybody and m.here < 0.95), None)
    if typical is not None:
        bullets.append(
            f"Not of one kind: {fmt.share(1 - typical.here)} of it are not “{desk.label(_what(typical), 60)}”."
        )
    if segment.id == 0:
        bullets = [
            "Not a kind of person: what these records share is that little is known about them.",
            "Not a target: they are never recommended, whatever their index.",
        ]
    return Section(id=f"{segment_page(segment)}-not", title="What it is not", bullets=tuple(bullets))
