"""The segments side by side: map, markers, families and cards."""

from __future__ import annotations

from reportgen.analysis.phrases import in_sentence
from reportgen.analysis.portraits import clearly_typical
from reportgen.analysis.result import Segment
from reportgen.formatting import NOT_GIVEN
from reportgen.report.desk import BADGE_TONES, Desk, by_index, segment_page
from reportgen.report.views import Card, CardsSection, Cell, Column, Page, Row, Section, Table
from reportgen.report.wording import capital, few_sentence, name_segments

_DRAWN = frozenset({"segments-map", "segments-markers"})  # sections that are nothing without their figure


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
        figures=desk.figures("segment-map", *(["families"] if desk.is_print else [])),
    )
    marker_section = Section(
        id="segments-markers",
        title="What tells them apart",
        text=("Each column is a segment, each row a fact, measured against everybody.",),
        figures=desk.figures("markers"),
    )
    # on paper the table fills the page that the map leaves half empty, and the tall heat map gets one of its own
    order = (
        (map_section, _others(desk), marker_section)
        if desk.is_print
        else (map_section, _families(desk), marker_section, _cards(desk))
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


def _families(desk: Desk) -> Section | None:
    """Return which segments are alike and what they share; None where there are too few for families."""
    tree, fmt = desk.analysis.families, desk.fmt
    figures = desk.figures("families")
    if not figures:
        return None
    told = []
    for family, shared in zip(tree.families, tree.shared, strict=True):
        members = capital(name_segments([desk.analysis.by_id[i] for i in sorted(family)], fmt))
        if shared:
            told.append(f"{members} share: {fmt.words([in_sentence(phrase) for phrase in shared])}.")
        elif len(family) > 1:
            told.append(f"{members} lie near each other, though no fact sets all of them apart in the same direction.")
    alone = [desk.analysis.by_id[family[0]] for family in tree.families if len(family) == 1]
    if alone:
        told.append(f"{capital(name_segments(alone, fmt))} {'stands' if len(alone) == 1 else 'stand'} alone.")
    return Section(
        id="segments-families",
        title="Which are alike",
        text=("A family is named by what sets every one of its segments apart from everybody in the same direction.",),
        bullets=tuple(told),
        figures=figures,
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
            Column("Clearly more typical than of everybody", "text", 47),
        ),
        rows=rows,
    )  # fmt: skip
    title = "The other segments" if len(others) < len(desk.analysis.placed) else "Every segment"
    return Section(id="segments-all", title=title, tables=(table,))


def _in_short(segment: Segment) -> str:
    """Return what describes a segment in a portrait, without the words that would stand in every line of a list."""
    if len(segment.portrait) < 2:
        return " ".join(segment.portrait)
    return capital(segment.portrait[1].removeprefix(clearly_typical("it" if segment.id else "them")))


def _cards(desk: Desk) -> CardsSection:
    return CardsSection(
        id="segments-cards",
        title="Every segment in short",
        template="cards",
        text=("What is clearly more typical of each segment than of everybody, the most telling first.",),
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
        portrait=" ".join(text for text in (few_sentence(segment, fmt), _in_short(segment)) if text),
    )
