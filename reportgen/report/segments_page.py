"""The segments side by side: map, markers, families and cards."""

from __future__ import annotations

from reportgen.analysis.phrases import in_sentence
from reportgen.analysis.portraits import clearly_typical
from reportgen.analysis.result_segments import Segment
from reportgen.language import say, say_n
from reportgen.report.desk import Desk, by_index, segment_page
from reportgen.report.views import Card, CardsSection, Cell, Column, Page, Row, Section, Table
from reportgen.report.wording import capital, few_sentence, name_segments

_DRAWN = frozenset({"segments-map", "segments-markers"})  # sections that are nothing without their figure


def segments_page(desk: Desk) -> Page:
    """Return the overview of all segments."""
    fmt, placed = desk.fmt, desk.analysis.placed
    indices = [segment.index_placed for segment in placed if segment.index_placed is not None]
    number = fmt.quantity(len(placed), "segment", "segments")
    heading = (
        say(
            "{number}, with indices from {high} down to {low}.",
            number=number,
            high=fmt.index(max(indices)),
            low=fmt.index(min(indices)),
        )
        if len(indices) > 1
        else f"{number}."
    )
    map_section = Section(
        id="segments-map",
        title=say("Size against index"),
        text=(
            say(
                "The higher a segment stands, the more often its people are customers; the further right, the more of "
                "them there are to write to."
            ),
        ),
        figures=desk.figures("segment-map", *(["families"] if desk.is_print else [])),
    )
    marker_section = Section(
        id="segments-markers",
        title=say("What tells them apart"),
        text=(say("Each column is a segment, each row a fact, measured against everybody."),),
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
        kicker=say("Segments"),
        question=say("Who are the segments?"),
        heading=heading,
        lead=(
            say(
                "A segment is a group of people with similar answers. Its name sums up what sets it apart from "
                "everybody, the segment itself included."
            ),
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
    told: list[str] = []
    for family, shared in zip(tree.families, tree.shared, strict=True):
        members = capital(name_segments([desk.analysis.by_id[i] for i in sorted(family)], fmt))
        if shared:
            facts = fmt.words([in_sentence(phrase) for phrase in shared])
            told.append(say("{segments} share: {facts}.", segments=members, facts=facts))
        elif len(family) > 1:
            told.append(
                say(
                    "{segments} lie near each other, though no fact sets all of them apart in the same direction.",
                    segments=members,
                )
            )
    alone = [desk.analysis.by_id[family[0]] for family in tree.families if len(family) == 1]
    if alone:
        names = capital(name_segments(alone, fmt))
        told.append(say_n(len(alone), "{segments} stands alone.", "{segments} stand alone.", segments=names))
    return Section(
        id="segments-families",
        title=say("Which are alike"),
        text=(
            say("A family is named by what sets every one of its segments apart from everybody in the same direction."),
        ),
        bullets=tuple(told),
        figures=figures,
    )


def _others(desk: Desk) -> Section | None:
    """Return the segments without a printed page, in a sentence each."""
    others = [segment for segment in by_index(desk.analysis.placed) if not desk.has_page(segment)]
    if not others:
        return None
    some = len(others) < len(desk.analysis.placed)
    rows = tuple(
        Row(
            (
                desk.segment_cell(segment),
                Cell(desk.fmt.index(segment.index_placed), tone="strong"),
                Cell(badge, tone=tone),
                Cell(_in_short(segment)),
            )
        )
        for segment, (badge, tone) in zip(others, map(desk.badge, others), strict=True)
    )
    table = Table(
        id="table-others",
        caption=say("Who the others are") if some else say("Who they are"),
        columns=(
            Column(say("Segment"), "text", 28), Column(say("Index"), "number", 8), Column(say("Stands"), "badge", 17),
            Column(say("Clearly more typical than of everybody"), "text", 47),
        ),
        rows=rows,
    )  # fmt: skip
    title = say("The other segments") if some else say("Every segment")
    return Section(id="segments-all", title=title, tables=(table,))


def _in_short(segment: Segment) -> str:
    """Return what describes a segment in a portrait, without the words that would stand in every line of a list."""
    if len(segment.portrait) < 2:
        return " ".join(segment.portrait)
    return capital(segment.portrait[1].removeprefix(clearly_typical("it" if segment.id else "them")))


def _cards(desk: Desk) -> CardsSection:
    return CardsSection(
        id="segments-cards",
        title=say("Every segment in short"),
        template="cards",
        text=(say("What is clearly more typical of each segment than of everybody, the most telling first."),),
        cards=tuple(
            _card(desk, segment)
            for segment in by_index(desk.analysis.segments)
            if segment.population.count + segment.customers.count
        ),
    )


def _card(desk: Desk, segment: Segment) -> Card:
    fmt = desk.fmt
    badge, tone = desk.badge(segment)
    return Card(
        letter=segment.letter,
        name=segment.name,
        href=desk.page(segment_page(segment)) if desk.has_page(segment) else "",
        badge=badge if segment.badge or segment.id == 0 else "",
        badge_tone=tone,
        index=fmt.index(segment.index if segment.id == 0 else segment.index_placed),
        interval=fmt.interval(segment.interval_total or segment.interval_sampling),
        sizes=say(
            "{population} of the population, {customers} of customers",
            population=fmt.share(segment.population.share),
            customers=fmt.share(segment.customers.share),
        ),
        portrait=" ".join(text for text in (few_sentence(segment, fmt), _in_short(segment)) if text),
    )
