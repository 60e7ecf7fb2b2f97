"""What sets segments apart: the heat map of all of them, and the bars of each."""

from __future__ import annotations

from reportgen.analysis.phrases import in_sentence
from reportgen.analysis.result import Analysis, Marker, Segment
from reportgen.charts.canvas import Canvas, Row, Scale, layout
from reportgen.charts.fonts import text_width
from reportgen.charts.style import HEAT_LIMITS, LIGHT, SMALL, STRONG, WIDTH, Chart, heat
from reportgen.charts.words import count_of, effect, percent, segment_name, shortened, shown_of, source_line

HEAT_ROWS = 30
BARS_PER_GROUP = 10
_NOTE = 480.0
_EVIDENCE = "Evidence: not used to build the segments"
_BUILT = "By construction: the segments were built from these"
_Key = tuple[str, str | None]


def marker_label(marker: Marker) -> str:
    """Name what a marker is about: the feature, and the level if it is one."""
    return marker.label if marker.level_label is None else f"{marker.label}: {marker.level_label}"


def marker_words(marker: Marker) -> str:
    """Say what a segment is, or what it rarely is."""
    words = in_sentence(marker.phrase)
    return words if marker.is_trait else f"rarely {words}"


def headlines(segment: Segment, most: int) -> list[str]:
    """Return the words of the strongest markers for a title: what it is before what it is not, evidence first.

    One of each family of features, as those that follow would say much the same.
    """
    ranked = sorted(segment.markers, key=lambda m: (not m.is_trait, m.by_construction, -abs(m.effect)))
    by_family: dict[str, str] = {}
    for marker in ranked:
        by_family.setdefault(marker.family or marker.feature, shortened(marker_words(marker)))
    return list(dict.fromkeys(by_family.values()))[:most]


def _by_key(segment: Segment) -> dict[_Key, Marker]:
    return {(marker.feature, marker.level): marker for marker in segment.markers}


def heat_chart(analysis: Analysis) -> Chart | None:
    """Draw markers by segment as a stepped heat map, evidence first; signs are drawn as well as coloured."""
    best: dict[_Key, Marker] = {}
    for segment in analysis.placed:
        for key, marker in _by_key(segment).items():
            if key not in best or abs(marker.effect) > abs(best[key].effect):
                best[key] = marker
    if not best:
        return None
    ranked = sorted(best, key=lambda key: -abs(best[key].effect))
    shown = ranked[:HEAT_ROWS]
    groups = [(_EVIDENCE, [k for k in shown if not best[k].by_construction]),
              (_BUILT, [k for k in shown if best[k].by_construction])]  # fmt: skip
    groups = [group for group in groups if group[1]]
    columns = len(analysis.placed)
    tables = [_by_key(segment) for segment in analysis.placed]
    canvas = _grid(analysis, groups, best, tables)
    strongest = best[ranked[0]]
    owner = next(s for s in analysis.placed if _by_key(s).get(ranked[0]) is strongest)
    title = f"Segment {owner.letter} stands out most: {shortened(marker_words(strongest))}"
    alt = (
        f"Grid of {len(shown)} marks by {count_of(columns, 'segment')}, coloured by how far a segment lies "
        f"above or below everybody. {title}."
    )
    return canvas.chart(
        "markers",
        title=title,
        subtitle="Effect against everybody: Cohen's h of a share, or difference of means in standard deviations; "
        f"pale cells: under 0.2, not mentioned{shown_of(len(shown), len(ranked))}",
        alt=alt,
        columns={
            "feature": "text",
            "label": "text",
            "level": "text",
            "evidence": "text",
            **{segment.letter: "effect" for segment in analysis.placed},
        },
        rows=[
            (best[key].feature, best[key].label, best[key].level_label, _evidence(best[key]),
             *(found.effect if (found := table.get(key)) else None for table in tables))
            for key in ranked
        ],
        source=source_line(analysis),
    )  # fmt: skip


def _evidence(marker: Marker) -> str:
    if not marker.by_construction:
        return "evidence"
    return f"by construction, via {marker.via}" if marker.via else "by construction"


def _grid(
    analysis: Analysis, groups: list[tuple[str, list[_Key]]], best: dict[_Key, Marker], tables: list[dict[_Key, Marker]]
) -> Canvas:
    """Draw the groups of rows under one another, one column per segment, and the legend."""
    columns = len(analysis.placed)
    cell = min(44.0, 380.0 / columns)
    widest = max(text_width(marker_label(best[key])) for _, keys in groups for key in keys)
    left = min(WIDTH - cell * columns, max(widest + 24, 280.0))
    y, row = 24.0, 21.0
    canvas = Canvas(y + sum(26 + row * len(keys) + 6 for _, keys in groups) + 40)
    for number, segment in enumerate(analysis.placed):
        canvas.text(left + cell * (number + 0.5), 10, segment.letter, weight=STRONG, anchor="middle")
    for words, keys in groups:
        canvas.text(0, y + 12, words, size=SMALL, fill=LIGHT.muted, width=left - 8)
        y += 26
        for key in keys:
            canvas.text(0, y + row / 2, marker_label(best[key]), width=left - 12)
            for number, table in enumerate(tables):
                _cell(canvas, left + cell * number, y, cell, row, table.get(key))
            y += row
        y += 6
    _legend(canvas, y + 16)
    return canvas


def _cell(canvas: Canvas, x: float, y: float, width: float, height: float, marker: Marker | None) -> None:
    """Draw a coloured cell; from the middle step on also its sign, for print without colour."""
    canvas.rect(x + 1, y + 1, width - 2, height - 2, heat(marker.effect if marker else None))
    if marker and abs(marker.effect) >= HEAT_LIMITS[1]:
        _sign(canvas, x + width / 2, y + height / 2, marker.effect)


def _sign(canvas: Canvas, x: float, y: float, value: float) -> None:
    canvas.line([(x - 3.5, y), (x + 3.5, y)], LIGHT.paper, 1.6, z=4)
    if value > 0:
        canvas.line([(x, y - 3.5), (x, y + 3.5)], LIGHT.paper, 1.6, z=4)


def _legend(canvas: Canvas, y: float) -> None:
    """Draw the seven steps of the ramp with the effects at which they change."""
    steps = (-1.0, -0.6, -0.3, 0.0, 0.3, 0.6, 1.0)
    limits = [-limit for limit in reversed(HEAT_LIMITS)] + list(HEAT_LIMITS)
    width, left = 36.0, WIDTH - 36.0 * len(steps) - 118
    canvas.text(left - 8, y, "less than everybody", size=SMALL, fill=LIGHT.muted, anchor="end")
    for number, step in enumerate(steps):
        canvas.rect(left + width * number, y - 6, width - 1, 12, heat(step))
        if abs(step) >= HEAT_LIMITS[1]:
            _sign(canvas, left + width * (number + 0.5), y, step)
    for number, limit in enumerate(limits, start=1):
        canvas.text(left + width * number, y + 14, effect(limit)[:-1], size=11, fill=LIGHT.muted, anchor="middle")
    canvas.text(left + width * len(steps) + 8, y, "more than everybody", size=SMALL, fill=LIGHT.muted)


def bars_chart(analysis: Analysis, segment: Segment) -> Chart | None:
    """Draw the markers of one segment as diverging bars: evidence solid, by construction as outlines."""
    if not segment.markers:
        return None
    evidence = [m for m in segment.markers if not m.by_construction]
    built = [m for m in segment.markers if m.by_construction]
    groups = [(_EVIDENCE, evidence[:BARS_PER_GROUP]), (_BUILT, built[:BARS_PER_GROUP])]
    groups = [group for group in groups if group[1]]
    shown = [marker for _, markers in groups for marker in markers]
    canvas = _bars(groups)
    title = f"What sets {segment_name(segment)} apart: {headlines(segment, 1)[0]}"
    alt = f"Bars to the right where segment {segment.letter} has more than everybody, to the left for less. {title}."
    chart_id = f"segment-{segment.id}-markers"
    return canvas.chart(
        chart_id,
        title=title,
        subtitle="Effect against everybody: Cohen's h of a share, or difference of means in standard deviations"
        + shown_of(len(shown), len(segment.markers)),
        alt=alt,
        columns={
            "feature": "text",
            "label": "text",
            "level": "text",
            "effect": "effect",
            "measure": "text",
            "in the segment": "number",
            "everybody": "number",
            "in words": "text",
            "evidence": "text",
            "known by": "text",
        },
        rows=[
            (m.feature, m.label, m.level_label, m.effect, m.measure, m.here, m.everybody, m.phrase, _evidence(m),
             m.basis)
            for m in segment.markers
        ],
        source=source_line(analysis),
    )  # fmt: skip


def _bars(groups: list[tuple[str, list[Marker]]]) -> Canvas:
    """Draw the groups of bars under one another on one scale."""
    blocks, bottom = _stack(groups)
    canvas = Canvas(bottom + 20)
    reach = max(0.8, max(abs(marker.effect) for _, markers in groups for marker in markers) * 1.02)
    scale = Scale(-reach, reach, 246, 466)
    _bars_frame(canvas, scale, canvas.height)
    for (words, markers), (head, rows) in zip(groups, blocks, strict=True):
        canvas.text(0, head, words, size=SMALL, fill=LIGHT.muted)
        for marker, row in zip(markers, rows, strict=True):
            row.draw(canvas, _NOTE)
            _bar(canvas, scale, row.middle, marker)
    return canvas


def _stack(groups: list[tuple[str, list[Marker]]]) -> tuple[list[tuple[float, tuple[Row, ...]]], float]:
    """Lay out the groups under one another: the middle of each heading, its rows, and where all of it ends."""
    blocks, y = [], 24.0
    for _, markers in groups:
        notes = [_note(marker) for marker in markers]
        rows, end = layout(
            [marker_label(marker) for marker in markers], 232, y + 26, notes=notes, note_width=WIDTH - _NOTE
        )
        blocks.append((y + 12, rows))
        y = end + 8
    return blocks, y


def _note(marker: Marker) -> str:
    """Say the share here and of everybody, or in words what a difference of means means."""
    if marker.measure == "h":
        return f"{percent(marker.here)}, everybody {percent(marker.everybody)}"
    return marker.phrase


def _bars_frame(canvas: Canvas, scale: Scale, height: float) -> None:
    crowded = scale(0.5) - scale(0.2) < 30
    for limit in (-0.5, -0.2, 0.2, 0.5):
        canvas.line([(scale(limit), 22), (scale(limit), height - 20)], LIGHT.rule, 0.8, z=1)
        if crowded and abs(limit) < 0.5:
            continue
        canvas.text(scale(limit), height - 9, effect(limit)[:-1], size=11, fill=LIGHT.muted, anchor="middle")
    canvas.line([(scale(0), 22), (scale(0), height - 20)], LIGHT.axis, 1.0, z=3)
    canvas.text(scale(0) - 8, 10, "less", size=SMALL, fill=LIGHT.muted, anchor="end")
    canvas.text(scale(0) + 8, 10, "more", size=SMALL, fill=LIGHT.muted)


def _bar(canvas: Canvas, scale: Scale, y: float, marker: Marker) -> None:
    length = scale(marker.effect) - scale(0)
    if marker.by_construction:
        canvas.rect(scale(0), y - 5, length, 10, LIGHT.paper, stroke=LIGHT.segment, line=1.2)
    else:
        canvas.rect(scale(0), y - 5.5, length, 11, LIGHT.segment)
