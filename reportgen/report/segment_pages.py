"""A page for each segment that says whom to picture and whether it is real."""

from __future__ import annotations

from reportgen.analysis.phrases import in_sentence
from reportgen.analysis.portraits import KNOWN_BY_MOST
from reportgen.analysis.result_segments import Marker, Segment
from reportgen.language import say, say_n
from reportgen.report.assumptions import bounds_sentence, changing_variants, flips, standardised_sentence
from reportgen.report.changes_page import since_last_issue
from reportgen.report.desk import Desk, by_index, segment_page
from reportgen.report.segment_markers import markers_section
from reportgen.report.views import Fact, Link, Page, Section, SegmentSection
from reportgen.report.wording import (
    FEW_EXPECTED,
    few_sentence,
    name_segments,
    size_sentence,
    trust_sentence,
    verdict_sentence,
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
        _rests(desk, segment),
        markers_section(desk, segment),
        _distributions(desk, segment),
        _not(desk, segment),
    )
    return Page(
        id=name,
        file=f"{name}.html",
        kicker=say("Segment {letter}", letter=segment.letter),
        question=say("Who is too little known to be placed?")
        if segment.id == 0
        else say("Whom should we picture, and is it real?"),
        heading=segment.name,
        lead=(segment.note,) if segment.note else (),
        sections=tuple(section for section in sections if section is not None),
        href=desk.page(name),
        previous=_neighbour(desk, before),
        following=_neighbour(desk, after),
        in_menu=False,
    )


def _neighbour(desk: Desk, segment: Segment | None) -> Link | None:
    if segment is None:
        return None
    words = say("Segment {letter}: {name}", letter=segment.letter, name=segment.name)
    return Link(desk.page(segment_page(segment)), words)


def _head(desk: Desk, segment: Segment) -> SegmentSection:
    fmt, analysis = desk.fmt, desk.analysis
    apart = segment.id == 0
    index = segment.index if apart else segment.index_placed
    facts = [
        Fact(
            say("Population"),
            fmt.share(segment.population.share),
            say("{n} people", n=fmt.count(segment.population.count)),
        ),
        Fact(
            say("Customers"),
            fmt.share(segment.customers.share),
            say("{n} customers", n=fmt.count(segment.customers.count)),
        ),
        Fact(
            say("Index"),
            fmt.index(index),
            _intervals(desk, segment),
            desk.term("index"),
        ),
        Fact(
            say("Customers per 100"),
            fmt.decimal(100 * segment.penetration, 1),
            say(
                "everybody: {number}",
                number=fmt.decimal(100 * analysis.customers.rows / analysis.population.rows, 1),
            ),
            desk.term("penetration"),
        ),
        Fact(
            say("Answers filled in"),
            fmt.share(segment.share_imputed),
            say("of what places people"),
            desk.term("imputed"),
        ),
    ]
    badge, tone = desk.badge(segment)
    return SegmentSection(
        id=f"{segment_page(segment)}-portrait",
        title=say("Portrait"),
        template="segment",
        text=(*_portrait_text(desk, segment), *since_last_issue(desk, segment)),
        facts=tuple(facts),
        letter=segment.letter,
        badge=badge if segment.jaccard is None else f"{badge}, {fmt.coefficient(segment.jaccard)}",
        badge_tone=tone,
        trust=_apart_text(desk) if apart else trust_sentence(segment, fmt),
    )


def _intervals(desk: Desk, segment: Segment) -> str:
    """Return the 95 % interval, and that of chance alone where there are two."""
    fmt, total = desk.fmt, segment.interval_total
    if total is None:
        return say("95\u00a0% interval {interval}", interval=fmt.interval(segment.interval_sampling))
    return say(
        "95\u00a0% interval {interval}, by chance alone {chance}",
        interval=fmt.interval(total),
        chance=fmt.interval(segment.interval_sampling),
    )


def _portrait_text(desk: Desk, segment: Segment) -> tuple[str, ...]:
    """Return the portrait; on paper with the verdict, and only with what makes it doubtful, to keep to one page."""
    told = " ".join(_told(desk, segment)) or size_sentence(segment, desk.fmt)
    few = few_sentence(segment, desk.fmt) if segment.population.count + segment.customers.count else ""
    rest = " ".join(_rest_notes(desk, segment)) if desk.is_print else _family_note(desk, segment)
    return tuple(text for text in (told, few, rest) if text)


def _told(desk: Desk, segment: Segment) -> tuple[str, ...]:
    """Return the portrait; on paper without its first sentence, whose figures stand just above."""
    return segment.portrait[1:] if desk.is_print and len(segment.portrait) > 1 else segment.portrait


def _rests(desk: Desk, segment: Segment) -> Section | None:
    """Return what the verdict is and what it rests on; on paper that stands in the portrait."""
    notes = _rest_notes(desk, segment)
    if segment.id == 0 or desk.is_print or not notes:
        return None
    return Section(id=f"{segment_page(segment)}-rests", title=say("What the index rests on"), bullets=notes)


def _rest_notes(desk: Desk, segment: Segment) -> tuple[str, ...]:
    fmt, analysis = desk.fmt, desk.analysis
    notes = [verdict_sentence(segment, fmt, changing_variants(analysis, segment))]
    if segment.id and segment.verdict is None and segment.expected_customers < FEW_EXPECTED:
        expected = fmt.decimal(segment.expected_customers, 0)
        notes.append(say("Only {n} customers would be expected here by size; no verdict is possible.", n=expected))
    if segment.driven_by or not desk.is_print:
        notes.append(standardised_sentence(analysis, segment, fmt))
    if flips(analysis, segment) or not desk.is_print:
        notes.append(bounds_sentence(analysis, segment, fmt))
    both = segment.index is not None and segment.index_placed is not None
    if both and not desk.is_print and fmt.index(segment.index) != fmt.index(segment.index_placed):
        notes.append(
            say(
                "Among people with enough data the index is {placed}; over everybody, with the low-information records "
                "in both files, it is {all}.",
                placed=fmt.index(segment.index_placed),
                all=fmt.index(segment.index),
            )
        )
    return tuple(note for note in notes if note)


def _family_note(desk: Desk, segment: Segment) -> str:
    """Return which segments are its relatives and what they share; empty for one that stands alone."""
    tree = desk.analysis.families
    at = next((number for number, family in enumerate(tree.families) if segment.id in family), None)
    if at is None or len(tree.families[at]) < 2:
        return ""
    relatives = [desk.analysis.by_id[i] for i in sorted(tree.families[at]) if i != segment.id]
    names = name_segments(relatives, desk.fmt)
    shared = desk.fmt.words([in_sentence(phrase) for phrase in tree.shared[at]])
    if not shared:
        return say_n(
            len(relatives),
            "Of one family with it is {segments}.",
            "Of one family with it are {segments}.",
            segments=names,
        )
    return say_n(
        len(relatives),
        "Of one family with it is {segments}; what they share: {facts}.",
        "Of one family with it are {segments}; what they share: {facts}.",
        segments=names,
        facts=shared,
    )


def _apart_text(desk: Desk) -> str:
    threshold = desk.analysis.quality.rows.threshold
    if threshold is None:
        return say("These records have too little data to place.")
    columns = desk.analysis.quality.rows.columns
    return say_n(
        columns,
        "These records miss {n} or more of {columns}\u00a0column. They are not a kind of person and are never "
        "recommended.",
        "These records miss {n} or more of {columns}\u00a0columns. They are not a kind of person and are never "
        "recommended.",
        n=desk.fmt.count(threshold),
        columns=desk.fmt.count(columns),
    )


def _distributions(desk: Desk, segment: Segment) -> Section | None:
    figures = desk.figures(f"segment-{segment.id}-profile")
    reasons = {r for feature in desk.analysis.features for level in feature.levels for r in level.segment_reasons}
    held = any(desk.fmt.held(reason) == say("withheld") for reason in reasons)
    if not figures and not held:
        return None
    return Section(
        id=f"{segment_page(segment)}-distributions",
        title=say("The segment over everybody"),
        text=()
        if figures
        else (
            say(
                "How its people answer cannot be shown: in groups of this size it would tell of fewer than ten people."
            ),
        ),
        figures=figures,
    )


def _not(desk: Desk, segment: Segment) -> Section:
    fmt = desk.fmt
    bullets: list[str] = []
    if segment.penetration < 1 and desk.analysis.provenance.standard_error == "nested":
        bullets.append(
            say(
                "Not a list of customers: {share} of its people are not customers.",
                share=fmt.share(1 - segment.penetration),
            )
        )
    bullets.append(
        say("Not a promise: a high index says that its people resemble today’s customers, not that they will respond.")
    )
    seldom = [marker for marker in segment.markers if marker.measure == "h" and marker.here < marker.everybody][
        : 1 if desk.is_print else 3
    ]
    bullets.extend(_seldom(desk, marker) for marker in seldom)
    typical = next(
        (
            m
            for m in segment.markers
            if m.measure == "h" and m.here > m.everybody and m.here <= 0.8 and m.known >= KNOWN_BY_MOST
        ),
        None,
    )
    if typical is not None:
        bullets.append(
            say(
                "Not of one kind: {share} of it are not “{fact}”.",
                share=fmt.share(1 - typical.here),
                fact=desk.label(typical.phrase, 60),
            )
        )
    if segment.id == 0:
        bullets = [
            say("Not a kind of person: what these records share is that little is known about them."),
            say("Not a target: they are never recommended, whatever their index."),
        ]
    return Section(id=f"{segment_page(segment)}-not", title=say("What it is not"), bullets=tuple(bullets))


def _seldom(desk: Desk, marker: Marker) -> str:
    given = {
        "fact": in_sentence(desk.label(marker.phrase, 60)),
        "here": desk.fmt.share(marker.here),
        "everybody": desk.fmt.share(marker.everybody),
    }
    if marker.known < KNOWN_BY_MOST:
        return say("Seldom {fact}: {here} against {everybody} of everybody, among those with a known value.", **given)
    return say("Seldom {fact}: {here} against {everybody} of everybody.", **given)
