"""From segments to a mailing: reach by segments, and gains on held-out people."""

from __future__ import annotations

import math
from collections.abc import Sequence

from reportgen.analysis.codes import in_words
from reportgen.analysis.result import Analysis
from reportgen.analysis.result_campaign import GainsCurve, GainsOf, ReachStep
from reportgen.charts.canvas import Canvas, Point, Scale
from reportgen.charts.fonts import text_width
from reportgen.charts.style import LIGHT, NARROW, SMALL, STRONG, WIDTH, Chart
from reportgen.charts.words import listing, percent, percent_ticks, source_line, whole
from reportgen.formatting import Formatter
from reportgen.language import say, say_in, say_n

_TOP, _BOTTOM, _LEFT, _RIGHT = 26.0, 330.0, 44.0, 130.0
_TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
_TOLD_DEPTH = 0.2


def _frame(canvas: Canvas, across: Scale, up: Scale, x_words: str, y_words: str) -> None:
    """Draw ticks, hairlines and the diagonal of a random order."""
    canvas.text(0, _TOP - 16, y_words, size=SMALL, fill=LIGHT.muted)
    for tick in _TICKS:
        canvas.line([(across.start, up(tick)), (across.end, up(tick))], LIGHT.rule, 0.8, z=1)
        canvas.text(across.start - 8, up(tick), percent(tick), size=SMALL, fill=LIGHT.muted, anchor="end")
    canvas.ticks(across, _BOTTOM, _BOTTOM + 4, percent_ticks(_TICKS), label=x_words)
    canvas.line([(across(0), up(0)), (across(1), up(1))], LIGHT.axis, 1.0, dash=(4, 3), z=2)


def _scales(width: float) -> tuple[Scale, Scale]:
    right = _RIGHT if width == WIDTH else 10.0  # on a phone no line is named beside its end
    return Scale(0.0, 1.0, _LEFT, width - right), Scale(0.0, 1.0, _BOTTOM, _TOP)


def reach_chart(analysis: Analysis) -> Chart | None:
    """Draw the share of customers reached as segments are taken by falling index."""
    reach = analysis.campaign.reach
    if len(reach.steps) < 2:
        return None
    title = _reach_title(analysis)
    alt = say(
        "A line of the share of customers over the share of the population, segment by segment. {title}.", title=title
    )
    return _reach(analysis, WIDTH).chart(
        "reach",
        title=title,
        subtitle=_reach_order(reach.steps),
        alt=alt,
        columns={
            say("up to segment"): "text", say("place"): "text", say("people"): "count", say("customers"): "count",
            say("index"): "index", say("share of the population"): "share", say("share of customers"): "share",
            say_in("interval", "from"): "share", say_in("interval", "to"): "share", say("index so far"): "index",
            say("held out"): "share",
        },
        rows=tuple(
            (
                analysis.by_id[s.segment].letter, in_words(s.place), s.population, s.customers, s.index,
                s.cumulative_population, s.cumulative_customers, *s.cumulative_interval, s.cumulative_index, s.held_out,
            )
            for s in reach.steps
        ),
        source=source_line(analysis),
        narrow=_reach(analysis, NARROW),
    )  # fmt: skip


def _reach(analysis: Analysis, width: float) -> Canvas:
    """Draw the line of reach, a corner per segment."""
    steps = analysis.campaign.reach.steps
    canvas = Canvas(_BOTTOM + 44, width)
    across, up = _scales(width)
    _frame(canvas, across, up, say("share of the population written to"), say("share of customers reached"))
    corners: list[Point] = [(across(0), up(0))]
    corners += [(across(s.cumulative_population), up(s.cumulative_customers)) for s in steps]
    canvas.line(corners, LIGHT.customers, 2.0)
    for step in steps:
        _reach_mark(canvas, across, up, step)
    _reach_letters(canvas, corners, [analysis.by_id[step.segment].letter for step in steps])
    if width == WIDTH:
        canvas.text(across.end + 8, up(1.0), say("by segments"), fill=LIGHT.customers, weight=STRONG)
    canvas.text(across(0.62), up(0.62) + 12, say("a random choice"), size=SMALL, fill=LIGHT.muted)
    return canvas


def _reach_order(steps: Sequence[ReachStep]) -> str:
    """Say in which order segments are taken and what the bars are."""
    if any(step.segment == 0 for step in steps):
        return say(
            "Segments by falling index, low-information records last; bars: 95 % interval of the customers reached, "
            "counting chance and how firmly the segments stand"
        )
    return say(
        "Segments by falling index; bars: 95 % interval of the customers reached, "
        "counting chance and how firmly the segments stand"
    )


def _reach_title(analysis: Analysis) -> str:
    """Say how far the segments above average reach."""
    above = [step for step in analysis.campaign.reach.steps if step.segment and (step.index or 0.0) > 100]
    if not above:
        return say("No segment holds more customers than its size suggests")
    letters = listing([analysis.by_id[step.segment].letter for step in above])
    last = above[-1]
    return say(
        "{letters}: {population} of the population, {customers} of customers",
        letters=letters,
        population=percent(last.cumulative_population),
        customers=percent(last.cumulative_customers),
    )


def _reach_mark(canvas: Canvas, across: Scale, up: Scale, step: ReachStep) -> None:
    x = across(step.cumulative_population)
    low, high = step.cumulative_interval
    colour = LIGHT.muted if step.segment == 0 else LIGHT.customers
    if step.cumulative_customers < 1:
        canvas.line([(x, up(low)), (x, up(high))], colour, 2.4, z=4)
    canvas.dot(x, up(step.cumulative_customers), 3.4, LIGHT.paper if step.segment == 0 else colour, stroke=colour)


def _reach_letters(canvas: Canvas, corners: Sequence[Point], letters: Sequence[str]) -> None:
    """Name each piece of the line at its middle, above it; pieces too short for a letter stay without."""
    end = -1.0
    for (x1, y1), (x2, y2), letter in zip(corners, corners[1:], letters, strict=False):
        width, length = text_width(letter, weight=STRONG), math.hypot(x2 - x1, y2 - y1)
        if length < width + 10:
            continue
        # at a right angle to the line, on its upper side
        x, y = (x1 + x2) / 2 + 13 * (y2 - y1) / length, (y1 + y2) / 2 - 13 * (x2 - x1) / length
        if x - width / 2 < end:
            continue
        canvas.text(x, y, letter, weight=STRONG, anchor="middle")
        end = x + width / 2 + 2


def gains_chart(analysis: Analysis) -> Chart | None:
    """Draw the gains of segments and of the individual index on held-out people, with their bands."""
    ranking = analysis.campaign.ranking
    if ranking is None:
        return None
    gains = ranking.gains[-1]
    by_name = {curve.name: curve for curve in gains.curves}
    title = _gains_title(gains)
    alt = say(
        "Lines of the share of customers reached over the share of people, for three orders of people. {title}.",
        title=title,
    )
    points = [by_name[name].points for name in ("random", "segments", "score")]
    return _gains(gains, WIDTH).chart(
        "gains",
        title=title,
        subtitle=_judged(gains),
        alt=alt,
        columns={
            say("depth"): "share", say("random"): "share", say("segments"): "share", say("segments from"): "share",
            say("segments to"): "share", say("individual index"): "share", say("individual index from"): "share",
            say("individual index to"): "share",
        },
        rows=tuple(
            (r.depth, r.reach, s.reach, *s.interval, i.reach, *i.interval) for r, s, i in zip(*points, strict=True)
        ),
        source=source_line(analysis),
        narrow=_gains(gains, NARROW),
    )  # fmt: skip


def _judged(gains: GainsOf) -> str:
    """Say how many people were ranked, as far as that is given."""
    if gains.customers is None:
        return say(
            "Held-out customers and others, each ranked by a model that has not seen them; shaded: pointwise 95 % bands"
        )
    if gains.others is None:
        return say_n(
            gains.customers,
            "{customers} held-out customer and others, each ranked by a model that has not seen them; shaded: "
            "pointwise 95 % bands",
            "{customers} held-out customers and others, each ranked by a model that has not seen them; shaded: "
            "pointwise 95 % bands",
            customers=whole(gains.customers),
        )
    return say_n(
        gains.customers,
        "{customers} held-out customer and {others} others, each ranked by a model that has not seen them; shaded: "
        "pointwise 95 % bands",
        "{customers} held-out customers and {others} others, each ranked by a model that has not seen them; shaded: "
        "pointwise 95 % bands",
        customers=whole(gains.customers),
        others=whole(gains.others),
    )


def _gains(gains: GainsOf, width: float) -> Canvas:
    """Draw the lines of gains with their bands."""
    by_name = {curve.name: curve for curve in gains.curves}
    canvas = Canvas(_BOTTOM + 44, width)
    across, up = _scales(width)
    _frame(canvas, across, up, _gains_axis(gains, wide=width == WIDTH), say("share of held-out customers"))
    for name, colour, soft in (
        ("segments", LIGHT.population, LIGHT.population_soft), ("score", LIGHT.customers, LIGHT.heat_over_1),
    ):  # fmt: skip
        _gains_line(canvas, across, up, by_name[name], colour, soft)
    _gains_names(canvas, across, up, by_name, wide=width == WIDTH)
    return canvas


def _gains_axis(gains: GainsOf, *, wide: bool) -> str:
    """Say whose share the axis measures, and where there is room in which order."""
    if gains.people == "everybody":
        if wide:
            return say("share of the population, those who resemble customers most first")
        return say("share of the population")
    if wide:
        return say("share of the people with enough data, those who resemble customers most first")
    return say("share of the people with enough data")


def _gains_line(canvas: Canvas, across: Scale, up: Scale, curve: GainsCurve, colour: str, soft: str) -> None:
    upper = [(across(p.depth), up(p.interval[1])) for p in curve.points]
    lower = [(across(p.depth), up(p.interval[0])) for p in reversed(curve.points)]
    canvas.area([*upper, *lower], soft, z=2)
    canvas.line([(across(p.depth), up(p.reach)) for p in curve.points], colour, 2.0)


def _gains_names(canvas: Canvas, across: Scale, up: Scale, curves: dict[str, GainsCurve], *, wide: bool) -> None:
    """Name the lines in the corner that they leave empty, with a dot of each colour."""
    x, y = across(0.42 if wide else 0.24), up(0.155)
    for row, (name, words, colour) in enumerate(
        (
            ("score", say("segments and individual index"), LIGHT.customers),
            ("segments", say("segments only"), LIGHT.population_text),
            ("random", say("a random choice"), LIGHT.muted),
        )
    ):
        middle = y + 18 * row
        canvas.line([(x, middle), (x + 18, middle)], colour, 2.2 if name != "random" else 1.0, z=4)
        if wide and name != "random":
            area = Formatter().decimal(curves[name].auc, 2)
            words = say("{line}: area under the ROC curve {area}", line=words, area=area)
        canvas.text(x + 26, middle, words, fill=colour)


def _gains_title(gains: GainsOf) -> str:
    step = next(step for step in gains.increments if step.depth == _TOLD_DEPTH)
    score, segments = percent(step.score), percent(step.segments)
    if step.interval[0] > 0:
        return say(
            "A fifth of the people reaches {score} of customers by individual index, {segments} by segments",
            score=score,
            segments=segments,
        )
    if step.interval[1] < 0:
        return say(
            "A fifth of the people reaches {segments} of customers by segments, {score} by individual index",
            segments=segments,
            score=score,
        )
    return say(
        "The individual index reaches no more customers than the segments: {score} and {segments} in a fifth",
        score=score,
        segments=segments,
    )
