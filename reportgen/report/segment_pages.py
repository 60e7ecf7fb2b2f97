"""The segments: map and cards, and a page for each that says whom to picture and whether it is real."""

from __future__ import annotations

from reportgen.analysis.result import Marker, Segment
from reportgen.report.brief import segment_table
from reportgen.report.desk import BADGE_TONES, Desk, by_index, segment_page
from reportgen.report.formatting import NOT_GIVEN
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
from reportgen.report.wording import FEW_EXPECTED, size_sentence, trust_sentence

MARKERS_IN_PRINT = 6
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
    sections: list[Section] = [
        Section(
            id="segments-map",
            title="Size against index",
            text=(
                "Right of the middle are the segments that hold more customers than their size suggests; the higher up, the "
                "more people there are to write to.",
            ),
            figures=desk.figures("segment-map"),
        ),
        Section(
            id="segments-markers",
            title="What tells them apart",
            text=("Each column is a segment, each row a fact, measured against everybody.",),
            figures=desk.figures("markers"),
        ),
        _cards(desk),
    ]
    if desk.is_print:
        sections = [*sections[:2], _rest_table(desk)]
    return Page(
        id="segments",
        file="segments.html",
        kicker="Segments",
        question="Who are the segments?",
        heading=heading,
        lead=(
            "A segment is a group of people with similar answers. Its name sums up what sets it apart from everybody, the "
            "segment itself included.",
        ),
        sections=tuple(section for section in sections if section.figures or not _needs_figure(section)),
        href=desk.page("segments"),
    )


def _needs_figure(section: Section) -> bool:
    return section.id in {"segments-map", "segments-markers"}


def _rest_table(desk: Desk) -> Section:
    return Section(id="segments-all", title="Every segment", tables=(segment_table(desk, "table-segments"),))


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
        sizes=f"{fmt.share(segment.population.share)} of the population, {fmt.share(segment.customers.share)} of customers",
        portrait=segment.portrait[1] if len(segment.portrait) > 1 else " ".join(segment.portrait),
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
        question="Whom should we picture, and is it real?",
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
        None
        if segment is None
        else Link(desk.page(segment_page(segment)), f"Segment {segment.letter}: {segment.name}")
    )


def _head(desk: Desk, segment: Segment) -> SegmentSection:
    fmt, analysis = desk.fmt, desk.analysis
    apart = segment.id == 0
    index = segment.index if apart else segment.index_placed
    facts = [
        Fact("Population", fmt.share(segment.population.share), f"{fmt.count(segment.population.count)} people"),
        Fact("Customers", fmt.share(segment.customers.share), f"{fmt.count(segment.customers.count)} customers"),
        Fact("Index", fmt.index(index), f"95\u00a0% interval {fmt.interval(segment.interval_sampling)}", desk.term("index")),
        Fact(
            "Customers per 100 people",
            fmt.decimal(100 * segment.penetration, 1),
            f"everybody: {fmt.decimal(100 * analysis.customers.rows / analysis.population.rows, 1)}",
            desk.term("penetration"),
        ),
        Fact("Answers filled in", fmt.share(segment.share_imputed), "of those that build segments", desk.term("imputed")),
    ]
    badge = "shown apart" if apart else segment.badge or NOT_GIVEN
    return SegmentSection(
        id=f"{segment_page(segment)}-portrait",
        title="Portrait",
        template="segment",
        text=(" ".join(segment.portrait), *_size_notes(desk, segment)),
        facts=tuple(facts),
        letter=segment.letter,
        badge=badge if segment.jaccard is None else f"{badge}, {fmt.coefficient(segment.jaccard)}",
        badge_tone=BADGE_TONES.get(badge, "apart"),
        trust=_apart_text(desk) if apart else trust_sentence(segment, fmt),
    )


def _size_notes(desk: Desk, segment: Segment) -> tuple[str, ...]:
    fmt = desk.fmt
    notes = [size_sentence(segment, fmt)]
    both = segment.index is not None and segment.index_placed is not None
    if both and fmt.index(segment.index) != fmt.index(segment.index_placed):
        notes.append(
            f"Among people with enough data the index is {fmt.index(segment.index_placed)}; over everybody it is "
            f"{fmt.index(segment.index)}."
        )
    if segment.id and segment.expected_customers < FEW_EXPECTED:
        expected = fmt.decimal(segment.expected_customers, 0)
        notes.append(f"Only {expected} customers would be expected here by size; no verdict is possible.")
    return tuple(notes)


def _apart_text(desk: Desk) -> str:
    threshold = desk.analysis.quality.rows.threshold
    if threshold is None:
        return "These records have too little data to place."
    return (
        f"These records miss {desk.fmt.count(threshold)} or more of "
        f"{desk.fmt.quantity(desk.analysis.quality.rows.columns, 'column', 'columns')}. They are not a kind of person and "
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
            "Facts that did not build the segments are evidence that the group is real; the others hold by construction and "
            "only describe it."
        )
    name = segment_page(segment)
    tables = [
        _marker_table(desk, f"{name}-evidence", "Evidence: facts that did not build the segments", evidence),
        _marker_table(desk, f"{name}-built", "By construction: facts that built the segments", built),
    ]
    return Section(
        id=f"{name}-markers",
        title="What sets it apart",
        text=(text,),
        figures=() if desk.is_print else desk.figures(f"segment-{segment.id}-markers"),
        tables=tuple(table for table in tables if table is not None),
    )


def _marker_table(desk: Desk, table_id: str, caption: str, markers: list[Marker]) -> Table | None:
    if not markers:
        return None
    shown = markers[:MARKERS_IN_PRINT] if desk.is_print else markers
    left = len(markers) - len(shown)
    return Table(
        id=f"table-{table_id}",
        caption=caption,
        columns=(
            Column("Fact", "text", 52), Column("Here", "number", 12), Column("Everybody", "number", 13),
            Column("Effect", "number", 11), Column("How much", "text", 12),
        ),
        rows=tuple(_marker_row(desk, marker) for marker in shown),
        note=f"{desk.fmt.quantity(left, 'weaker fact is', 'weaker facts are')} in the attached file segment-facts.csv."
        if left
        else "",
        csv=desk.csv("segment-facts"),
        tone="markers",
    )  # fmt: skip


def _marker_row(desk: Desk, marker: Marker) -> Row:
    fmt = desk.fmt
    kinds = [marker.label if marker.level_label is None else f"{marker.label}: {marker.level_label}"]
    if marker.via is not None:
        labels = {column.name: column.label for column in desk.analysis.quality.columns}
        kinds.append(f"via {labels.get(marker.via, marker.via)}")
    if marker.basis in _BASES:
        kinds.append(_BASES[marker.basis])
    return Row(
        (
            Cell(marker.phrase[:1].upper() + marker.phrase[1:], small=" · ".join(kinds)),
            Cell(_amount(desk, marker, marker.here)),
            Cell(_amount(desk, marker, marker.everybody)),
            Cell(fmt.signed(marker.effect)),
            Cell(marker.grade),
        )
    )


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
    bullets.append("Not a promise: a high index says that its people resemble today’s customers, not that they will respond.")
    seldom = [marker for marker in segment.markers if marker.measure == "h" and marker.here < marker.everybody][:3]
    bullets.extend(
        f"Seldom {marker.label}: {marker.level_label or marker.phrase} ({fmt.share(marker.here)} against "
        f"{fmt.share(marker.everybody)} of everybody)."
        for marker in seldom
    )
    typical = next((m for m in segment.markers if m.measure == "h" and m.here > m.everybody and m.here < 0.95), None)
    if typical is not None:
        bullets.append(
            f"Not of one kind: {fmt.share(1 - typical.here)} of it are not “{typical.label}: "
            f"{typical.level_label or typical.phrase}”."
        )
    if segment.id == 0:
        bullets = [
            "Not a kind of person: what these records share is that little is known about them.",
            "Not a target: they are never recommended, whatever their index.",
        ]
    return Section(id=f"{segment_page(segment)}-not", title="What it is not", bullets=tuple(bullets))
