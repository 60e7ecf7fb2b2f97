"""What sets a segment apart: its facts in words, and as bars."""

from __future__ import annotations

from reportgen.analysis.codes import in_words
from reportgen.analysis.phrases import in_sentence
from reportgen.analysis.result import Analysis
from reportgen.analysis.result_segments import Marker, Segment
from reportgen.charts.canvas import Canvas, Scale
from reportgen.charts.rows import Row, Shape, for_phone
from reportgen.charts.style import LIGHT, SMALL, Chart
from reportgen.charts.words import percent, segment_name, shortened, shown_of, signed, source_line
from reportgen.language import mark, say, say_in, say_marked

BARS_PER_GROUP = 10
_WIDE, _NARROW = Shape(232.0, (246.0, 466.0), 480.0), for_phone((6.0, 196.0), 206.0)
EVIDENCE = mark("Evidence: hardly used to build the segments, or not at all")
BUILT = mark("By construction: the segments were built from these")


def marker_label(marker: Marker) -> str:
    """Name what a marker is about: the feature, and the level if it is one."""
    return marker.label if marker.level_label is None else f"{marker.label}: {marker.level_label}"


def marker_words(marker: Marker) -> str:
    """Say what a segment is, or what it rarely is."""
    words = in_sentence(marker.phrase)
    return words if marker.is_trait else say("rarely {fact}", fact=words)


def headlines(segment: Segment, most: int) -> list[str]:
    """Return the words of the strongest markers for a title: what it is before what it is not, evidence first.

    One of each family of features, as those that follow would say much the same.
    """
    ranked = sorted(segment.markers, key=lambda m: (not m.is_trait, m.by_construction, -abs(m.effect)))
    by_family: dict[str, str] = {}
    for marker in ranked:
        by_family.setdefault(marker.family or marker.feature, shortened(marker_words(marker)))
    return list(dict.fromkeys(by_family.values()))[:most]


def evidence_of(marker: Marker) -> str:
    """Say whether a fact is evidence, or by which feature it is tied to the distance."""
    if not marker.by_construction:
        return say("evidence")
    return say("by construction, via {feature}", feature=marker.via) if marker.via else say("by construction")


def bars_chart(analysis: Analysis, segment: Segment) -> Chart | None:
    """Draw the markers of one segment as diverging bars: evidence solid, by construction as outlines."""
    if not segment.markers:
        return None
    evidence = [m for m in segment.markers if not m.by_construction]
    built = [m for m in segment.markers if m.by_construction]
    groups = [(EVIDENCE, evidence[:BARS_PER_GROUP]), (BUILT, built[:BARS_PER_GROUP])]
    groups = [group for group in groups if group[1]]
    shown = [marker for _, markers in groups for marker in markers]
    title = say("What sets {segment} apart: {fact}", segment=segment_name(segment), fact=headlines(segment, 1)[0])
    alt = say(
        "Bars to the right where segment {letter} has more than everybody, to the left for less. {title}.",
        letter=segment.letter,
        title=title,
    )
    chart_id = f"segment-{segment.id}-markers"
    return _bars(groups, _WIDE).chart(
        chart_id,
        title=title,
        subtitle=say("Effect against everybody: Cohen's h of a share, or difference of means in standard deviations")
        + shown_of(len(shown), len(segment.markers)),
        alt=alt,
        columns={
            say("feature"): "text",
            say("label"): "text",
            say("level"): "text",
            say("effect"): "effect",
            say("measure"): "text",
            say("in the segment"): "number",
            say("everybody"): "number",
            say("in words"): "text",
            say("evidence"): "text",
            say("known by"): "text",
        },
        rows=[
            (m.feature, m.label, m.level_label, m.effect, m.measure, m.here, m.everybody, m.phrase, evidence_of(m),
             in_words(m.basis))
            for m in segment.markers
        ],
        source=source_line(analysis),
        narrow=_bars(groups, _NARROW),
    )  # fmt: skip


def _bars(groups: list[tuple[str, list[Marker]]], shape: Shape) -> Canvas:
    """Draw the groups of bars under one another on one scale."""
    blocks, bottom = _stack(groups, shape)
    canvas = Canvas(bottom + 20, shape.width)
    reach = max(0.8, max(abs(marker.effect) for _, markers in groups for marker in markers) * 1.02)
    scale = Scale(-reach, reach, *shape.plot)
    _bars_frame(canvas, scale, canvas.height)
    for (words, markers), (head, rows) in zip(groups, blocks, strict=True):
        canvas.text(0, head, say_marked(words), size=SMALL, fill=LIGHT.muted)
        for marker, row in zip(markers, rows, strict=True):
            row.draw(canvas, shape.note)
            _bar(canvas, scale, row.middle, marker)
    return canvas


def _stack(groups: list[tuple[str, list[Marker]]], shape: Shape) -> tuple[list[tuple[float, tuple[Row, ...]]], float]:
    """Lay out the groups under one another: the middle of each heading, its rows, and where all of it ends."""
    blocks, y = [], 24.0
    for _, markers in groups:
        labels, notes = [marker_label(marker) for marker in markers], [_note(marker) for marker in markers]
        rows, end = shape.rows(labels, y + 26, notes=notes)
        blocks.append((y + 12, rows))
        y = end + 8
    return blocks, y


def _note(marker: Marker) -> str:
    """Say the share here and of everybody, or in words what a difference of means means."""
    if marker.measure == "h":
        return say("{here}, everybody {everybody}", here=percent(marker.here), everybody=percent(marker.everybody))
    return marker.phrase


def _bars_frame(canvas: Canvas, scale: Scale, height: float) -> None:
    crowded = scale(0.5) - scale(0.2) < 30
    for limit in (-0.5, -0.2, 0.2, 0.5):
        canvas.line([(scale(limit), 22), (scale(limit), height - 20)], LIGHT.rule, 0.8, z=1)
        if crowded and abs(limit) < 0.5:
            continue
        canvas.text(scale(limit), height - 9, signed(limit), size=11, fill=LIGHT.muted, anchor="middle")
    canvas.line([(scale(0), 22), (scale(0), height - 20)], LIGHT.axis, 1.0, z=3)
    canvas.text(scale(0) - 8, 10, say_in("scale", "less"), size=SMALL, fill=LIGHT.muted, anchor="end")
    canvas.text(scale(0) + 8, 10, say_in("scale", "more"), size=SMALL, fill=LIGHT.muted)


def _bar(canvas: Canvas, scale: Scale, y: float, marker: Marker) -> None:
    length = scale(marker.effect) - scale(0)
    if marker.by_construction:
        canvas.rect(scale(0), y - 5, length, 10, LIGHT.paper, stroke=LIGHT.segment, line=1.2)
    else:
        canvas.rect(scale(0), y - 5.5, length, 11, LIGHT.segment)
