"""The last issues in a row: shares and index of every segment as small lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reportgen.analysis.result import Analysis
from reportgen.analysis.result_changes import HistoryIssue, HistorySegment
from reportgen.analysis.result_segments import Segment
from reportgen.charts.canvas import Canvas, Point, Scale, index_scale
from reportgen.charts.changes import source_of
from reportgen.charts.style import LIGHT, NARROW, SMALL, STRONG, WIDTH, Chart
from reportgen.charts.words import percent, whole
from reportgen.language import say

_TOP, _LINES = 36.0, 42.0  # head of the chart, and height of the lines of a row
_NAME = 18.0  # start of a name, after its letter

_Series = Sequence[HistorySegment | None]


@dataclass(frozen=True)
class _Form:
    """Where the parts stand at one width: the lines of shares and of the index, and names beside or above them."""

    width: float
    shares: tuple[float, float]
    index: tuple[float, float]
    above: bool
    row: float


_WIDE = _Form(WIDTH, (210.0, 400.0), (480.0, 640.0), above=False, row=62.0)
_NARROW = _Form(NARROW, (4.0, 166.0), (214.0, 306.0), above=True, row=78.0)


def history_chart(analysis: Analysis) -> Chart | None:
    """Draw the shares and the index of every segment over the last issues."""
    changes = analysis.changes
    if changes is None or len(changes.history) < 2:
        return None
    history = changes.history
    title = say(
        "{number} issues, from {first} to {last}",
        number=whole(len(history)), first=history[0].data_as_of, last=history[-1].data_as_of,
    )  # fmt: skip
    return _draw(analysis.segments, history, _WIDE).chart(
        "history",
        title=title,
        subtitle=say("Shares of each segment and its index over the last issues; a gap: there was no such segment"),
        alt=say("Small lines, one row per segment, of its shares and its index. {title}.", title=title),
        columns={say("issue"): "count", say("data as of"): "text", say("segment"): "text",
                 say("population share"): "share", say("customer share"): "share", say("index"): "index"},
        rows=[(issue.issue, issue.data_as_of, p.letter, p.population_share, p.customer_share, p.index)
              for issue in history for p in issue.segments],
        source=source_of(changes),
        narrow=_draw(analysis.segments, history, _NARROW),
    )  # fmt: skip


def _draw(segments: Sequence[Segment], history: Sequence[HistoryIssue], form: _Form) -> Canvas:
    shown = [segment for segment in segments if segment.population.count + segment.customers.count > 0]
    series = {segment.id: [_point(issue, segment.id) for issue in history] for segment in shown}
    canvas = Canvas(_TOP + form.row * len(shown) + 34, form.width)
    rows = _Rows(canvas, form, len(history), series)
    rows.head()
    for number, segment in enumerate(shown):
        rows.draw(_TOP + form.row * number, segment, series[segment.id])
    rows.foot(_TOP + form.row * len(shown), history[0].data_as_of, history[-1].data_as_of)
    return canvas


def _point(issue: HistoryIssue, segment: int) -> HistorySegment | None:
    return next((point for point in issue.segments if point.id == segment), None)


class _Rows:
    """Draws rows of lines that share their scales."""

    def __init__(self, canvas: Canvas, form: _Form, issues: int, series: Mapping[int, _Series]) -> None:
        self.canvas, self.form = canvas, form
        self.shares, self.indices = (Scale(0, issues - 1, *place) for place in (form.shares, form.index))
        every = [point for points in series.values() for point in points if point]
        most = max(share for point in every for share in (point.population_share, point.customer_share))
        self.up = Scale(0.0, most * 1.05, 0.0, _LINES)
        self.index = index_scale([point.index for point in every if point.index], 0.0, _LINES)

    def head(self) -> None:
        """Name the lines."""
        start, end = self.form.shares
        self.canvas.text(start, 10, say("% of population"), size=SMALL, fill=LIGHT.population_text, weight=STRONG)
        self.canvas.text(end, 10, say("of customers"), size=SMALL, fill=LIGHT.customers, anchor="end", weight=STRONG)
        self.canvas.text(self.form.index[0], 10, say("index, line at 100"), size=SMALL, fill=LIGHT.muted)

    def draw(self, top: float, segment: Segment, points: _Series) -> None:
        """Draw one segment."""
        base = top + self.form.row - 12
        y, room = (top + 8, None) if self.form.above else (top + self.form.row / 2 - 8, self.form.shares[0] - 40)
        self.canvas.text(0, y, segment.letter, weight=STRONG)
        self.canvas.text(_NAME, y, segment.name, width=room or self.form.width - _NAME)
        for scale in (self.shares, self.indices):
            self.canvas.line([(scale.start, base), (scale.end, base)], LIGHT.rule, 0.8, z=1)
        hundred = base - self.index(100.0)
        par = [(self.indices.start, hundred), (self.indices.end, hundred)]
        self.canvas.line(par, LIGHT.axis, 0.8, dash=(3, 3), z=1)
        heights = (
            (self.shares, LIGHT.population, [None if p is None else self.up(p.population_share) for p in points]),
            (self.shares, LIGHT.customers, [None if p is None else self.up(p.customer_share) for p in points]),
            (self.indices, LIGHT.segment, [None if p is None or not p.index else self.index(p.index) for p in points]),
        )
        for scale, colour, values in heights:
            self._line(colour, [None if v is None else (scale(at), base - v) for at, v in enumerate(values)])
        if points[-1] is not None:
            self._ends(base, points[-1])

    def _line(self, colour: str, points: Sequence[Point | None]) -> None:
        for run in _runs(points):
            if len(run) > 1:
                self.canvas.line(run, colour, 1.6)
            self.canvas.dot(*run[-1], 2.4, colour)

    def _ends(self, base: float, last: HistorySegment) -> None:
        ends = [(last.population_share, LIGHT.population_text), (last.customer_share, LIGHT.customers)]
        ends.sort(key=lambda end: -end[0])
        places = [base - self.up(share) for share, _ in ends]
        places[1] = max(places[1], places[0] + 12)
        for place, (share, colour) in zip(places, ends, strict=True):
            self.canvas.text(self.form.shares[1] + 7, place, percent(share), size=SMALL, fill=colour)
        if last.index:
            place = base - self.index(last.index)
            self.canvas.text(self.form.width, place, whole(last.index), size=SMALL, anchor="end")

    def foot(self, bottom: float, first: str, last: str) -> None:
        """Say from when to when the lines run; once where there is little room."""
        for scale in (self.shares, self.indices)[: 1 if self.form.above else 2]:
            self.canvas.text(scale.start, bottom + 14, first, size=SMALL, fill=LIGHT.muted)
            self.canvas.text(scale.end, bottom + 14, last, size=SMALL, fill=LIGHT.muted, anchor="end")


def _runs(points: Sequence[Point | None]) -> list[list[Point]]:
    """Split a series where a point is missing."""
    runs: list[list[Point]] = [[]]
    for point in points:
        if point is not None:
            runs[-1].append(point)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]
