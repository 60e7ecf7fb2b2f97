"""From segments to a mailing: reach by segments, gains on held-out people, and the response of a past mailing."""

from __future__ import annotations

import math
from collections.abc import Sequence

from reportgen.analysis.result import Analysis
from reportgen.analysis.result_campaign import GainsCurve, GainsOf, ReachStep, ResponseGroup
from reportgen.charts.canvas import Canvas, Point, Scale
from reportgen.charts.fonts import text_width
from reportgen.charts.style import LIGHT, NARROW, SMALL, STRONG, WIDTH, Chart
from reportgen.charts.words import count_of, listing, percent, percent_ticks, source_line

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
    alt = f"A line of the share of customers over the share of the population, segment by segment. {title}."
    return _reach(analysis, WIDTH).chart(
        "reach",
        title=title,
        subtitle=f"Segments by falling index{_low_words(reach.steps)}; bars: 95 % interval of the customers reached, "
        "counting chance and how firmly the segments stand",
        alt=alt,
        columns={
            "up to segment": "text", "place": "text", "people": "count", "customers": "count", "index": "index",
            "share of the population": "share", "share of customers": "share", "from": "share", "to": "share",
            "index so far": "index", "held out": "share",
        },
        rows=tuple(
            (
                analysis.by_id[s.segment].letter, s.place, s.population, s.customers, s.index, s.cumulative_population,
                s.cumulative_customers, *s.cumulative_interval, s.cumulative_index, s.held_out,
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
    _frame(canvas, across, up, "share of the population written to", "share of customers reached")
    corners: list[Point] = [(across(0), up(0))]
    corners += [(across(s.cumulative_population), up(s.cumulative_customers)) for s in steps]
    canvas.line(corners, LIGHT.customers, 2.0)
    for step in steps:
        _reach_mark(canvas, across, up, step)
    _reach_letters(canvas, corners, [analysis.by_id[step.segment].letter for step in steps])
    if width == WIDTH:
        canvas.text(across.end + 8, up(1.0), "by segments", fill=LIGHT.customers, weight=STRONG)
    canvas.text(across(0.62), up(0.62) + 12, "a random choice", size=SMALL, fill=LIGHT.muted)
    return canvas


def _low_words(steps: Sequence[ReachStep]) -> str:
    return ", low-information records last" if any(step.segment == 0 for step in steps) else ""


def _reach_title(analysis: Analysis) -> str:
    """Say how far the segments above average reach."""
    above = [step for step in analysis.campaign.reach.steps if step.segment and (step.index or 0.0) > 100]
    if not above:
        return "No segment holds more customers than its size suggests"
    letters = listing([analysis.by_id[step.segment].letter for step in above])
    last = above[-1]
    return (
        f"{letters}: {percent(last.cumulative_population)} of the population, "
        f"{percent(last.cumulative_customers)} of customers"
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
    alt = f"Lines of the share of customers reached over the share of people, for three orders of people. {title}."
    points = [by_name[name].points for name in ("random", "segments", "score")]
    return _gains(gains, WIDTH).chart(
        "gains",
        title=title,
        subtitle=f"{_judged(gains)}, each ranked by a model that has not seen them; shaded: pointwise 95 % bands",
        alt=alt,
        columns={
            "depth": "share", "random": "share", "segments": "share", "segments from": "share", "segments to": "share",
            "individual index": "share", "individual index from": "share", "individual index to": "share",
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
        return "Held-out customers and others"
    others = "others" if gains.others is None else f"{gains.others:,} others"
    return f"{count_of(gains.customers, 'held-out customer')} and {others}"


def _gains(gains: GainsOf, width: float) -> Canvas:
    """Draw the lines of gains with their bands."""
    by_name = {curve.name: curve for curve in gains.curves}
    canvas = Canvas(_BOTTOM + 44, width)
    across, up = _scales(width)
    whose = "the population" if gains.people == "everybody" else "the people with enough data"
    order = ", those who resemble customers most first" if width == WIDTH else ""
    _frame(canvas, across, up, f"share of {whose}{order}", "share of held-out customers")
    for name, colour, soft in (
        ("segments", LIGHT.population, LIGHT.population_soft), ("score", LIGHT.customers, LIGHT.heat_over_1),
    ):  # fmt: skip
        _gains_line(canvas, across, up, by_name[name], colour, soft)
    _gains_names(canvas, across, up, by_name, wide=width == WIDTH)
    return canvas


def _gains_line(canvas: Canvas, across: Scale, up: Scale, curve: GainsCurve, colour: str, soft: str) -> None:
    upper = [(across(p.depth), up(p.interval[1])) for p in curve.points]
    lower = [(across(p.depth), up(p.interval[0])) for p in reversed(curve.points)]
    canvas.area([*upper, *lower], soft, z=2)
    canvas.line([(across(p.depth), up(p.reach)) for p in curve.points], colour, 2.0)


def _gains_names(canvas: Canvas, across: Scale, up: Scale, curves: dict[str, GainsCurve], *, wide: bool) -> None:
    """Name the lines in the corner that they leave empty, with a dot of each colour."""
    x, y = across(0.42 if wide else 0.3), up(0.155)
    for row, (name, words, colour) in enumerate(
        (
            ("score", "segments and individual index", LIGHT.customers),
            ("segments", "segments only", LIGHT.population_text),
            ("random", "a random choice", LIGHT.muted),
        )
    ):
        middle = y + 18 * row
        canvas.line([(x, middle), (x + 18, middle)], colour, 2.2 if name != "random" else 1.0, z=4)
        area = f": area under the ROC curve {curves[name].auc:.2f}" if wide and name != "random" else ""
        canvas.text(x + 26, middle, f"{words}{area}", fill=colour)


def _gains_title(gains: GainsOf) -> str:
    step = next(step for step in gains.increments if step.depth == _TOLD_DEPTH)
    score, segments = percent(step.score), percent(step.segments)
    if step.interval[0] > 0:
        return f"A fifth of the people reaches {score} of customers by individual index, {segments} by segments"
    if step.interval[1] < 0:
        return f"A fifth of the people reaches {segments} of customers by segments, {score} by individual index"
    return f"The individual index reaches no more customers than the segments: {score} and {segments} in a fifth"


def response_chart(analysis: Analysis) -> Chart | None:
    """Draw the response of a past mailing by tenth of the individual index, beside a response in proportion to it."""
    response = analysis.campaign.response
    if response is None or not response.groups:
        return None
    first, last = response.groups[0], response.groups[-1]
    title = (
        f"{percent(first.rate, 1)} of the first {_span(first)} responded, {percent(last.rate, 1)} of the last"
        f"{'' if _span(first) == _span(last) else ' ' + _span(last)}"
    )
    if len(response.groups) == 1:
        title = f"{percent(first.rate, 1)} responded, too few to compare tenths"
    alt = f"Dots of the response by tenth of the individual index, with dashes for a response in proportion. {title}."
    return _response(response.groups, WIDTH).chart(
        "response",
        title=title,
        subtitle="Dots with 95 % intervals: what happened; dashes: a response in proportion to the index",
        alt=alt,
        columns={
            "tenth": "count", "to tenth": "count", "people": "count", "responses": "count", "mean index": "index",
            "response": "share", "from": "share", "to": "share", "in proportion": "share",
        },
        rows=tuple(
            (g.tenth, g.last_tenth, g.people, g.responses, g.mean_index, g.rate, *g.interval, g.predicted)
            for g in response.groups
        ),
        source=f"Source: {response.file}"
        + ("" if response.found is None else f" ({response.found:,} of {response.rows:,} people found)"),
        narrow=_response(response.groups, NARROW),
    )  # fmt: skip


def _response(groups: Sequence[ResponseGroup], width: float) -> Canvas:
    """Draw one dot per tenth with its interval, and a dash for a response in proportion to the index."""
    top, bottom, left = 28.0, 268.0, 52.0
    canvas = Canvas(bottom + 44, width)
    highest = max(max(group.interval[1], group.predicted) for group in groups)
    across, up = Scale(0.4, 10.6, left, width - 8.0), Scale(0.0, 1.05 * highest, bottom, top)
    canvas.text(0, top - 18, "share who responded", size=SMALL, fill=LIGHT.muted)
    for tick, word in percent_ticks(up.ticks(5)):
        canvas.line([(left, up(tick)), (across.end, up(tick))], LIGHT.rule, 0.8, z=1)
        canvas.text(left - 8, up(tick), word, size=SMALL, fill=LIGHT.muted, anchor="end")
    tenths = [(_place(group), _tenths(group)) for group in groups]
    words = "tenths of the people written to, highest index first" if width == WIDTH else "tenths, highest index first"
    canvas.ticks(across, bottom, bottom + 4, tenths, label=words)
    for group in groups:
        _response_mark(canvas, across, up, group, 13.0 if width == WIDTH else 9.0)
    return canvas


def _span(group: ResponseGroup) -> str:
    count = group.last_tenth - group.tenth + 1
    return "tenth" if count == 1 else f"{count} tenths"


def _place(group: ResponseGroup) -> float:
    return (group.tenth + group.last_tenth) / 2


def _tenths(group: ResponseGroup) -> str:
    return str(group.tenth) if group.tenth == group.last_tenth else f"{group.tenth}\u2013{group.last_tenth}"


def _response_mark(canvas: Canvas, across: Scale, up: Scale, group: ResponseGroup, half: float) -> None:
    x = across(_place(group))
    half += (across(float(group.last_tenth)) - across(float(group.tenth))) / 2
    canvas.line([(x, up(group.interval[0])), (x, up(group.interval[1]))], LIGHT.customers, 2.4, z=3)
    canvas.dot(x, up(group.rate), 4.0, LIGHT.customers)
    canvas.line([(x - half, up(group.predicted)), (x + half, up(group.predicted))], LIGHT.population_text, 2.0, z=6)
