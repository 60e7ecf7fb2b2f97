"""The people of one segment over everybody, feature by feature, as small multiples."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.analysis.result import Analysis
from reportgen.analysis.result_segments import FeatureComparison, FeatureLevel, Segment
from reportgen.analysis.suppression import value_or_mark
from reportgen.charts.canvas import Canvas, Scale
from reportgen.charts.comparison import ORDERED, drawn_levels
from reportgen.charts.fonts import text_width, wrap
from reportgen.charts.markers import headlines
from reportgen.charts.shown import ranked_features, segment_value
from reportgen.charts.style import LIGHT, NARROW, SMALL, STRONG, WIDTH, Chart
from reportgen.charts.words import percent, segment_name, source_line, whole
from reportgen.formatting import held_mark
from reportgen.language import say, say_n

FEATURES_SHOWN, FEATURES_PRINTED = 6, 4
_BARS = 6  # levels of an unordered feature that are drawn; the others are in the table
_GUTTER, _TILE, _HEAD = 36.0, 164.0, 30.0
_VALUE, _PITCH = 42.0, 25.0
_FITTING = 6  # letters that fit beside a bar


def profile_features(analysis: Analysis, segment: Segment) -> tuple[FeatureComparison, ...]:
    """Return the features that mark the segment most, evidence first; the largest gaps where nothing marks it."""
    by_name = {feature.name: feature for feature in analysis.features}
    ordered = sorted(segment.markers, key=lambda marker: (marker.by_construction, -abs(marker.effect)))
    names = list(dict.fromkeys(marker.feature for marker in ordered if marker.feature in by_name))
    names = names or [feature.name for feature in ranked_features(analysis)]
    return tuple(by_name[name] for name in names[:FEATURES_SHOWN])


def profile_chart(analysis: Analysis, segment: Segment) -> Chart | None:
    """Draw the levels of the segment's top features as bars, with everybody as outlines over them."""
    at = [s.id for s in analysis.segments].index(segment.id)
    features = [f for f in profile_features(analysis, segment) if _shares(f, at)]
    if not features:
        return None
    chart_id = f"segment-{segment.id}-profile"
    title = _title(segment)
    alt = say(
        "Bars of {who} with outlines of the population for {n} features: {features}.",
        who=segment_name(segment),
        n=len(features),
        features=", ".join(feature.label for feature in features),
    )
    return _tiles(segment, features, at).chart(
        chart_id,
        title=title,
        subtitle=say(
            "Share of {n} people of the segment, and of the whole population, among those with a known value",
            n=whole(segment.population.count),
        )
        + _held_note(features, at),
        alt=alt,
        columns={
            say("feature"): "text",
            say("label"): "text",
            say("code"): "text",
            say("level"): "text",
            say("segment share"): "share",
            say("population share"): "share",
        },
        rows=tuple(
            (
                f.name,
                f.label,
                level.code,
                level.label,
                segment_value(level, at),
                value_or_mark(level, "population_share"),
            )
            for f in features
            for level in f.levels
        ),
        source=source_line(analysis),
        narrow=_tiles(segment, features, at, columns=1, width=NARROW),
        printed=_tiles(segment, features[:FEATURES_PRINTED], at),
    )


def _tiles(
    segment: Segment, features: Sequence[FeatureComparison], at: int, *, columns: int = 2, width: float = WIDTH
) -> Canvas:
    """Draw one tile per feature, in rows of ``columns``."""
    tile = (width - _GUTTER * (columns - 1)) / columns
    rows = [features[start : start + columns] for start in range(0, len(features), columns)]
    heights = [max(_height(feature, tile) for feature in row) for row in rows]
    canvas = Canvas(_HEAD + sum(heights) - 2, width)
    _key(canvas, segment)
    y = _HEAD
    for row, height in zip(rows, heights, strict=True):
        for number, feature in enumerate(row):
            _tile(canvas, feature, at, (number * (tile + _GUTTER), y, tile))
        y += height
    return canvas


def _height(feature: FeatureComparison, width: float) -> float:
    """Return the height of a tile: all of it for columns, what the rows need for bars."""
    if feature.type in ORDERED and len(feature.levels) > 2:
        return _TILE
    lines = len(wrap(feature.label, width, weight=STRONG))
    return min(_TILE, 24.0 + 14.0 * (lines - 1) + _PITCH * len(feature.levels) + 20.0)


def _title(segment: Segment) -> str:
    """Say the first two marks, evidence first."""
    if segment.id == 0:
        return say("What is known of the low-information records")
    if not segment.markers:
        return say("Nothing sets segment {letter} clearly apart from everybody", letter=segment.letter)
    return say("Segment {letter}: {facts}", letter=segment.letter, facts=", ".join(headlines(segment, 2)))


def _shares(feature: FeatureComparison, at: int) -> bool:
    return any(level.segment_shares[at] is not None for level in feature.levels)


def _held_note(features: Sequence[FeatureComparison], at: int) -> str:
    """Say what a missing bar means, where there is one."""
    marks = {held_mark(level.segment_reasons[at]) for f in features for level in f.levels if level.segment_reasons}
    few = any(mark and len(mark) < _FITTING for mark in marks)
    withheld = any(mark and len(mark) >= _FITTING for mark in marks)
    if few and withheld:
        return say("; a level without a bar holds fewer than 10 people or would give such a count away")
    if few:
        return say("; a level without a bar holds fewer than 10 people")
    return say("; a level without a bar would give such a count away") if withheld else ""


def _key(canvas: Canvas, segment: Segment) -> None:
    """Name the filled bar and the outline."""
    word = say("low-information records") if segment.id == 0 else segment_name(segment)
    canvas.rect(0, 5, 14, 9, LIGHT.segment)
    x = 20 + canvas.text(20, 10, word, size=SMALL, fill=LIGHT.segment)
    canvas.rect(x + 16, 5, 14, 9, None, stroke=LIGHT.population, line=1.4)
    canvas.text(x + 36, 10, say("population"), size=SMALL, fill=LIGHT.population_text)


def _tile(canvas: Canvas, feature: FeatureComparison, at: int, place: tuple[float, float, float]) -> None:
    """Draw one feature: columns in order where levels have one, else bars by size."""
    x, y, width = place
    canvas.line([(x, y), (x + width, y)], LIGHT.rule, 0.8, z=1)
    title = wrap(feature.label, width, weight=STRONG)
    canvas.text(x, y + 13, title[0], weight=STRONG)
    if len(title) > 1:
        canvas.text(x, y + 28, title[1], weight=STRONG)
    body = (x, y + (24 if len(title) == 1 else 38), width)
    room = _TILE - (24 if len(title) == 1 else 38) - 24
    if feature.type in ORDERED and len(feature.levels) > 2:
        _columns(canvas, feature, at, body, room)
    else:
        _bars(canvas, feature, at, body, room)


def _columns(
    canvas: Canvas, feature: FeatureComparison, at: int, place: tuple[float, float, float], room: float
) -> None:
    """Draw ordered levels from left to right; the ends carry their labels, the peak its share."""
    x, y, width = place
    levels = feature.levels
    own = [level.segment_shares[at] or 0.0 for level in levels]
    step = width / len(levels)
    base = y + room - 2
    everybody = [level.population_share or 0.0 for level in levels]
    up = Scale(0.0, max(*own, *everybody) or 1.0, base, y + 18)
    line = 1.4 if step > 12 else 0.9
    for number, (share, of_all) in enumerate(zip(own, everybody, strict=True)):
        left = x + step * number
        canvas.rect(left + 0.16 * step, up(share), 0.68 * step, base - up(share), LIGHT.segment)
        top = up(of_all)
        canvas.rect(left + 0.06 * step, top, 0.88 * step, base - top, None, stroke=LIGHT.population, line=line, z=3)
    canvas.line([(x, base), (x + width, base)], LIGHT.axis, 1.0, z=4)
    peak = max(range(len(own)), key=lambda number: own[number])
    words = percent(own[peak])
    half = text_width(words, SMALL) / 2
    middle = min(max(x + step * (peak + 0.5), x + half), x + width - half)
    under = [n for n in range(len(levels)) if abs(x + step * (n + 0.5) - middle) < half + step / 2 + 2]
    highest = min(up(max(own[n], everybody[n])) for n in under)
    if up(own[peak]) - highest < 14:  # else it would seem to belong to the taller outline beside it
        canvas.text(middle, highest - 9, words, size=SMALL, fill=LIGHT.segment, anchor="middle")
    _ends(canvas, levels, x, width, base + 11)


def _ends(canvas: Canvas, levels: tuple[FeatureLevel, ...], x: float, width: float, y: float) -> None:
    """Label the columns: all where every label fits under its own, else the first and the last."""
    step = width / len(levels)
    if all(text_width(level.label, SMALL) <= step - 6 for level in levels):
        for number, level in enumerate(levels):
            canvas.text(x + step * (number + 0.5), y, level.label, size=SMALL, fill=LIGHT.muted, anchor="middle")
        return
    canvas.text(x, y, levels[0].label, size=SMALL, fill=LIGHT.muted, width=width / 2 - 8)
    canvas.text(x + width, y, levels[-1].label, size=SMALL, fill=LIGHT.muted, anchor="end", width=width / 2 - 8)


def _bars(canvas: Canvas, feature: FeatureComparison, at: int, place: tuple[float, float, float], room: float) -> None:
    """Draw unordered levels as rows, the largest first."""
    x, y, width = place
    most = min(_BARS, int(room // 17))
    most = most if len(feature.levels) <= most else most - 1
    ranked = sorted(
        drawn_levels(feature, 10_000), key=lambda v: -max(v.segment_shares[at] or 0.0, v.population_share or 0.0)
    )
    levels = ranked[:most]
    label = min(max(text_width(level.label, SMALL) for level in levels) + 8, 0.46 * width)
    most_share = max(max(v.segment_shares[at] or 0.0, v.population_share or 0.0) for v in levels)
    scale = Scale(0.0, most_share or 1.0, x + label, x + width - _VALUE)
    pitch = min(_PITCH, max(17.0, (room - 6) / len(levels)))
    for number, level in enumerate(levels):
        middle = y + pitch * number + 12
        share, value = level.segment_shares[at] or 0.0, segment_value(level, at)
        canvas.text(x, middle, level.label, size=SMALL, width=label - 8)
        canvas.rect(scale(0), middle - 3.6, scale(share) - scale(0), 7.2, LIGHT.segment)
        outline = scale(level.population_share or 0.0) - scale(0)
        canvas.rect(scale(0), middle - 5.6, outline, 11.2, None, stroke=LIGHT.population, line=1.4, z=3)
        words = percent(share) if not isinstance(value, str) else value if len(value) < _FITTING else "–"
        canvas.text(x + width, middle, words, size=SMALL, fill=LIGHT.segment, anchor="end")
    rest = len(ranked) - len(levels)
    if rest:
        canvas.text(
            x,
            y + pitch * len(levels) + 10,
            say_n(rest, "and {n} more in the table", "and {n} more in the table", n=rest),
            size=SMALL,
            fill=LIGHT.muted,
        )
