"""The response of a past mailing, beside what the index would make of it."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.analysis.result import Analysis
from reportgen.analysis.result_response import PastMailing, ResponseGroup
from reportgen.charts.canvas import Canvas, Scale
from reportgen.charts.style import LIGHT, NARROW, SMALL, WIDTH, Chart
from reportgen.charts.words import percent, percent_ticks, whole
from reportgen.language import say, say_in, say_n


def response_chart(analysis: Analysis) -> Chart | None:
    """Draw the response of a past mailing by tenth of the individual index, beside a response in proportion to it."""
    response = analysis.campaign.response
    if response is None or not response.groups:
        return None
    title = _response_title(response.groups)
    alt = say(
        "Dots of the response by tenth of the individual index, with dashes for a response in proportion. {title}.",
        title=title,
    )
    return _response(response.groups, WIDTH).chart(
        "response",
        title=title,
        subtitle=say("Dots with 95 % intervals: what happened; dashes: a response in proportion to the index"),
        alt=alt,
        columns={
            say("tenth"): "count", say("to tenth"): "count", say("people"): "count", say("responses"): "count",
            say("mean index"): "index", say("response"): "share", say_in("interval", "from"): "share",
            say_in("interval", "to"): "share", say("in proportion"): "share",
        },
        rows=tuple(
            (g.tenth, g.last_tenth, g.people, g.responses, g.mean_index, g.rate, *g.interval, g.predicted)
            for g in response.groups
        ),
        source=_response_source(response),
        narrow=_response(response.groups, NARROW),
    )  # fmt: skip


def _response_source(response: PastMailing) -> str:
    """Name the file of the mailing, and how many of its people were found."""
    if response.found is None:
        return say("Source: {file}", file=response.file)
    return say(
        "Source: {file} ({found} of {rows} people found)",
        file=response.file,
        found=whole(response.found),
        rows=whole(response.rows),
    )


def _response_title(groups: Sequence[ResponseGroup]) -> str:
    """Say how many responded in the first group and in the last."""
    first, last = (percent(group.rate, 1) for group in (groups[0], groups[-1]))
    if len(groups) == 1:
        return say("{share} responded, too few to compare tenths", share=first)
    n, m = _tenth_count(groups[0]), _tenth_count(groups[-1])
    if n == m:
        return say_n(
            n,
            "{first} of the first tenth responded, {last} of the last",
            "{first} of the first {n} tenths responded, {last} of the last",
            first=first,
            last=last,
            n=whole(n),
        )
    if n == 1:
        return say(
            "{first} of the first tenth responded, {last} of the last {m} tenths", first=first, last=last, m=whole(m)
        )
    return say_n(
        m,
        "{first} of the first {n} tenths responded, {last} of the last tenth",
        "{first} of the first {n} tenths responded, {last} of the last {m} tenths",
        first=first,
        last=last,
        n=whole(n),
        m=whole(m),
    )


def _response(groups: Sequence[ResponseGroup], width: float) -> Canvas:
    """Draw one dot per tenth with its interval, and a dash for a response in proportion to the index."""
    top, bottom, left = 28.0, 268.0, 52.0
    canvas = Canvas(bottom + 44, width)
    highest = max(max(group.interval[1], group.predicted) for group in groups)
    across, up = Scale(0.4, 10.6, left, width - 8.0), Scale(0.0, 1.05 * highest, bottom, top)
    canvas.text(0, top - 18, say("share who responded"), size=SMALL, fill=LIGHT.muted)
    for tick, word in percent_ticks(up.ticks(5)):
        canvas.line([(left, up(tick)), (across.end, up(tick))], LIGHT.rule, 0.8, z=1)
        canvas.text(left - 8, up(tick), word, size=SMALL, fill=LIGHT.muted, anchor="end")
    tenths = [(_place(group), _tenths(group)) for group in groups]
    wide, narrow = say("tenths of the people written to, highest index first"), say("tenths, highest index first")
    canvas.ticks(across, bottom, bottom + 4, tenths, label=wide if width == WIDTH else narrow)
    for group in groups:
        _response_mark(canvas, across, up, group, 13.0 if width == WIDTH else 9.0)
    return canvas


def _tenth_count(group: ResponseGroup) -> int:
    return group.last_tenth - group.tenth + 1


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
