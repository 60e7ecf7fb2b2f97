"""Customers against the population, feature by feature, before any clustering."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.analysis.codes import in_words
from reportgen.analysis.result import Analysis
from reportgen.analysis.result_segments import FeatureComparison, FeatureLevel
from reportgen.analysis.suppression import value_or_mark
from reportgen.charts.canvas import Canvas, Scale
from reportgen.charts.rows import Row, Shape, for_phone
from reportgen.charts.shown import ranked_features
from reportgen.charts.style import LIGHT, SMALL, STRONG, WIDTH, Chart
from reportgen.charts.words import (
    effect,
    interval,
    listing,
    percent_ticks,
    plain,
    shortened,
    shown_of,
    source_line,
    whole,
)
from reportgen.formatting import Formatter, held_mark
from reportgen.language import say, say_n

GAPS_SHOWN = 20
LEVELS_SHOWN = 20
ORDERED = frozenset({"ordinal", "numeric", "interval"})
_SOMEWHAT, _CLEARLY = 0.2, 0.5
_NAMED = 3  # features in the title
_GAPS_WIDE, _GAPS_NARROW = Shape(252.0, (266.0, 610.0)), for_phone((6.0, 292.0))
_LEVELS_WIDE = Shape(200.0, (214.0, 548.0), 609.0, (600.0,))
_LEVELS_NARROW = for_phone((6.0, 232.0), 279.0, (271.0,))
_ABOVE_LEVELS, _BELOW_LEVELS = 30.0, 40.0
_FIGURES = ("population_count", "population_share", "customer_count", "customer_share", "index")


def gaps_chart(analysis: Analysis) -> Chart | None:
    """Draw the features in which customers differ most, with and without the low-information records."""
    ranked = ranked_features(analysis)
    if not ranked:
        return None
    shown = ranked[:GAPS_SHOWN]
    named = listing([shortened(feature.label, 40) for feature in shown[:_NAMED]])
    title = say("Customers differ most in {features}", features=named)
    apart = any(s.id == 0 and s.population.count + s.customers.count > 0 for s in analysis.segments)
    alt = say(
        "Dots of the size of the difference between customers and population, the largest first. {title}.", title=title
    )
    return _gaps(shown, apart, _GAPS_WIDE).chart(
        "gaps",
        title=title,
        subtitle=say("Largest Cohen's h of any level, or difference of means in standard deviations")
        + (say("; hollow: without low-information records") if apart else "")
        + shown_of(len(shown), len(ranked)),
        alt=alt,
        columns={
            say("feature"): "text",
            say("label"): "text",
            say("measure"): "text",
            say("effect"): "effect",
            say("effect without segment 0"): "effect",
            say("in words"): "text",
        },
        rows=tuple((f.name, f.label, f.measure, f.effect, f.effect_placed, f.sentence) for f in ranked),
        source=source_line(analysis),
        narrow=_gaps(shown, apart, _GAPS_NARROW),
    )


def _gaps(shown: Sequence[FeatureComparison], apart: bool, shape: Shape) -> Canvas:
    """Draw one line per feature from zero to the size of its difference; a ring shows it without those set apart."""
    top = 30.0
    rows, bottom = shape.rows([feature.label for feature in shown], top)
    canvas = Canvas(bottom + 40, shape.width)
    most = max(max(abs(f.effect or 0.0), abs(f.effect_placed or 0.0)) for f in shown)
    scale = Scale(0.0, max(0.55, 1.06 * most), *shape.plot)
    canvas.ticks(scale, top, bottom, [(t, plain(t)) for t in scale.ticks()], label=say("size of the difference"))
    for limit, word in ((_SOMEWHAT, in_words("somewhat")), (_CLEARLY, in_words("clearly"))):
        canvas.line([(scale(limit), top - 2), (scale(limit), bottom)], LIGHT.axis, 0.9, dash=(3, 3), z=1)
        canvas.text(scale(limit), top - 11, word, size=SMALL, fill=LIGHT.muted, anchor="middle")
    for feature, row in zip(shown, rows, strict=True):
        row.draw(canvas)
        y, size = row.middle, abs(feature.effect or 0.0)
        canvas.rect(scale(0), y - 1.2, scale(size) - scale(0), 2.4, LIGHT.customers)
        if apart and feature.effect_placed is not None:
            canvas.dot(scale(abs(feature.effect_placed)), y, 4, LIGHT.paper, stroke=LIGHT.customers, z=4)
        canvas.dot(scale(size), y, 4.5, LIGHT.customers)
        words = effect(feature.effect or 0.0) if feature.measure == "d" else Formatter().decimal(size, 2)
        canvas.text(shape.width, y, words, anchor="end")
    return canvas


def drawn_levels(feature: FeatureComparison, most: int) -> tuple[FeatureLevel, ...]:
    """Return at most ``most`` levels: those with the largest share on either side, in the feature's order."""
    if len(feature.levels) <= most:
        return feature.levels
    by_size = sorted(feature.levels, key=lambda level: -max(level.population_share or 0.0, level.customer_share or 0.0))
    kept = {level.code for level in by_size[:most]}
    return tuple(level for level in feature.levels if level.code in kept)


def feature_chart(analysis: Analysis, feature: FeatureComparison, chart_id: str) -> Chart | None:
    """Draw the share of every level on both sides as two dots with a stroke between, and its index."""
    levels = drawn_levels(feature, LEVELS_SHOWN)
    if not levels:
        return None
    if feature.type not in ORDERED:
        levels = tuple(sorted(levels, key=lambda level: -(level.population_share or 0.0)))
    alt = say(
        "Two dots per level, the share in the population and among customers. {sentence}", sentence=feature.sentence
    )
    return _levels(levels, _LEVELS_WIDE).chart(
        chart_id,
        title=feature.sentence.rstrip("."),
        subtitle=_known(feature) + shown_of(len(levels), len(feature.levels)),
        alt=alt,
        columns={
            say("code"): "text",
            say("level"): "text",
            say("population"): "count",
            say("population share"): "share",
            say("customers"): "count",
            say("customer share"): "share",
            say("index"): "index",
            say("index from"): "index",
            say("index to"): "index",
        },
        rows=tuple(
            (
                v.code,
                v.label,
                *(value_or_mark(v, name) for name in _FIGURES),
                *(v.interval or (None, None)),
            )
            for v in feature.levels
        ),
        source=source_line(analysis),
        narrow=_levels(levels, _LEVELS_NARROW),
    )


def feature_height(feature: FeatureComparison) -> float | None:
    """Return how high `feature_chart` would be, without drawing it; None if there would be none."""
    levels = drawn_levels(feature, LEVELS_SHOWN)
    return _level_rows(levels, _LEVELS_WIDE)[1] + _BELOW_LEVELS if levels else None


def _level_rows(levels: Sequence[FeatureLevel], shape: Shape) -> tuple[tuple[Row, ...], float]:
    return shape.rows([level.label for level in levels], _ABOVE_LEVELS, least=25.0)


def _levels(levels: Sequence[FeatureLevel], shape: Shape) -> Canvas:
    """Draw one line per level, with the index and its interval at the right."""
    rows, bottom = _level_rows(levels, shape)
    canvas = Canvas(bottom + _BELOW_LEVELS, shape.width)
    most = max(max(level.population_share or 0.0, level.customer_share or 0.0) for level in levels)
    scale = Scale(0.0, min(1.0, 1.06 * most) or 1.0, *shape.plot)
    ticks = percent_ticks(scale.ticks(6 if shape.width == WIDTH else 4))
    canvas.ticks(scale, _ABOVE_LEVELS, bottom, ticks, label=say("share of people with a known value"))
    canvas.text(shape.ends[0], 10, say("Index"), size=SMALL, fill=LIGHT.muted, anchor="end")
    canvas.text(shape.note, 10, say("interval"), size=SMALL, fill=LIGHT.muted)
    for level, row in zip(levels, rows, strict=True):
        row.draw(canvas)
        _level_row(canvas, level, scale, row.middle, shape)
    _sides_key(canvas, shape.plot[0])
    return canvas


def _known(feature: FeatureComparison) -> str:
    """Say of whom the shares of a feature are, with how many there are as far as that is given."""
    people, customers = feature.population_known, feature.customer_known
    if people is None and customers is None:
        return say("{label}: share of people and customers with a known value", label=feature.label)
    if customers is None:
        return say(
            "{label}: share of {people} people and customers with a known value",
            label=feature.label,
            people=whole(people or 0),
        )
    if people is None:
        return say_n(
            customers,
            "{label}: share of people and {customers} customer with a known value",
            "{label}: share of people and {customers} customers with a known value",
            label=feature.label,
            customers=whole(customers),
        )
    return say_n(
        customers,
        "{label}: share of {people} people and {customers} customer with a known value",
        "{label}: share of {people} people and {customers} customers with a known value",
        label=feature.label,
        people=whole(people),
        customers=whole(customers),
    )


def _level_row(canvas: Canvas, level: FeatureLevel, scale: Scale, y: float, shape: Shape) -> None:
    ends = [None if share is None else scale(share) for share in (level.population_share, level.customer_share)]
    here, there = ends
    if here is not None and there is not None:
        canvas.line([(here, y), (there, y)], LIGHT.axis, 1.6, z=2)
    if here is not None:
        canvas.dot(here, y, 4.6, LIGHT.population, z=4)
    if there is not None:
        canvas.dot(there, y, 4.6, LIGHT.customers)
    if level.index is None:
        words = held_mark(level.reasons.get("index", "")) or say("no index")
        canvas.text(shape.width, y, words, size=SMALL, fill=LIGHT.muted, anchor="end")
        return
    canvas.text(shape.ends[0], y, whole(level.index), weight=STRONG, anchor="end")
    canvas.text(shape.note, y, interval(level.interval), size=SMALL, fill=LIGHT.muted)


def _sides_key(canvas: Canvas, x: float) -> None:
    """Name both dots at the head of the plot."""
    for colour, ink, word in (
        (LIGHT.population, LIGHT.population_text, say("population")),
        (LIGHT.customers, LIGHT.customers, say("customers")),
    ):
        canvas.dot(x + 4, 10, 4.2, colour)
        x += 13 + canvas.text(x + 13, 10, word, size=SMALL, fill=ink) + 14
