"""Why this number of segments: how well repeated clusterings agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from reportgen.analysis.result import Analysis
from reportgen.analysis.result_choice import KRow
from reportgen.charts.canvas import Canvas, Scale
from reportgen.charts.fonts import text_width
from reportgen.charts.style import LIGHT, NARROW, SMALL, STRONG, TEXT, WIDTH, Chart
from reportgen.charts.words import agreement, plain, source_line, whole
from reportgen.formatting import Formatter
from reportgen.language import say, say_n

AGREE, EVERY_SEGMENT = 0.8, 0.75
_PANEL, _GAP, _LEFT = 98.0, 52.0, 40.0
_CLEAR = 4.0  # pixels between the middle of a label and a line
_Values = Sequence[tuple[int, float]]


def choice_chart(analysis: Analysis) -> Chart | None:
    """Draw agreement and the least stable segment by number of segments, with the limits and the choice."""
    scan = sorted(analysis.choice.scan, key=lambda row: row.k)
    if not scan:
        return None
    title = _title(analysis, scan)
    alt = say(
        "Lines over {first} to {last} segments of how well repeated clusterings agree. {title}.",
        first=scan[0].k,
        last=scan[-1].k,
        title=title,
    )
    return _panels(analysis, scan, WIDTH).chart(
        "choice",
        title=title,
        subtitle=say(
            "Mean agreement of pairs of refits (adjusted Rand index, with the lowest pair) and the lowest mean "
            "Jaccard of any segment; limits {agree} and {every}",
            agree=plain(AGREE),
            every=plain(EVERY_SEGMENT),
        ),
        alt=alt,
        columns={
            say("segments"): "count",
            say("agreement"): "agreement",
            say("lowest agreement"): "agreement",
            say("lowest Jaccard"): "agreement",
            say("silhouette"): "agreement",
            say("inertia"): "number",
            say("inertia of one cloud without groups"): "number",
            say("pairs of refits"): "count",
        },
        rows=tuple((r.k, r.ari, r.ari_low, r.jaccard, r.silhouette, r.inertia, r.inertia_null, r.pairs) for r in scan),
        source=source_line(analysis),
        narrow=_panels(analysis, scan, NARROW),
    )


def _panels(analysis: Analysis, scan: Sequence[KRow], width: float) -> Canvas:
    """Draw the panels under one another; on a phone lines are named above their ends, not beside them."""
    draws = [_agreement, _least_stable, *([_inertia] if any(row.inertia_null is not None for row in scan) else [])]
    canvas = Canvas(28 + len(draws) * (_PANEL + _GAP) + 12, width)
    words = (say("mean of pairs"), say("lowest pair"), say("lowest Jaccard"), _no_groups(), say("this data"))
    right = max(map(text_width, words)) + 12.0 if width == WIDTH else 4.0
    across = Scale(scan[0].k - 0.6, scan[-1].k + 0.6, _LEFT, width - right)
    top = 42.0
    for draw in draws:
        draw(canvas, across, top, scan, analysis.choice.k)
        top += _PANEL + _GAP
    ticks = [(float(row.k), str(row.k)) for row in scan]
    canvas.ticks(across, top - _GAP, top - _GAP + 4, ticks, label=say("number of segments"))
    return canvas


def _title(analysis: Analysis, scan: Sequence[KRow]) -> str:
    """Say the choice and the agreement at it and at the next number."""
    k = analysis.choice.selected
    by_k = {row.k: row for row in scan}
    if k not in by_k:
        if analysis.choice.given:
            return say_n(k, "{n} segment was asked for", "{n} segments were asked for", n=whole(k))
        return say_n(k, "{n} segment was chosen", "{n} segments were chosen", n=whole(k))
    here = agreement(by_k[k].ari)
    if k + 1 in by_k:
        values = {"k": k, "here": here, "more": k + 1, "there": agreement(by_k[k + 1].ari)}
        if analysis.choice.given:
            return say("{k} segments, as asked for: refits agree at {here}, with {more} at {there}", **values)
        return say("{k} segments: refits agree at {here}, with {more} at {there}", **values)
    if analysis.choice.given:
        return say("{k} segments, as asked for: refits agree at {here}", k=k, here=here)
    return say("{k} segments: refits agree at {here}", k=k, here=here)


@dataclass(frozen=True)
class _Panel:
    """One panel: where it draws, its scales, the chosen number of segments, and the limit it shows, if any."""

    canvas: Canvas
    across: Scale
    up: Scale
    chosen: int
    limit: float | None = None

    def word(self, value: float) -> str:
        """Print a value at the choice."""
        return agreement(value) if self.limit is not None else Formatter().decimal(value, 2)

    def ground(self, title: str) -> None:
        """Draw title, hairlines and the band of the choice."""
        top = self.up.end
        self.canvas.text(0, top - 27, title, weight=STRONG)
        for tick in self.up.ticks(5):
            y = self.up(tick)
            self.canvas.line([(_LEFT, y), (self.across.end, y)], LIGHT.rule, 0.8, z=1)
            self.canvas.text(_LEFT - 8, y, Formatter().decimal(tick, 1), size=SMALL, fill=LIGHT.muted, anchor="end")
        if self.across.low < self.chosen < self.across.high:
            half = min(18.0, (self.across(self.across.low + 1) - self.across(self.across.low)) / 2)
            self.canvas.rect(self.across(self.chosen) - half, top - 4, 2 * half, _PANEL + 8, LIGHT.band, z=0)

    def limit_line(self, series: Sequence[_Values]) -> None:
        """Draw the limit and name it at the end, and on the side, where it is clear of all lines, if anywhere."""
        if self.limit is None:
            return
        y = self.up(self.limit)
        self.canvas.line([(_LEFT, y), (self.across.end, y)], LIGHT.ink, 0.9, dash=(4, 3), z=2)
        marks = [[(self.across(k), self.up(v)) for k, v in points] for points in zip(*series, strict=True)]
        spans = [  # what a line with its whiskers covers between two neighbours, or at the only number tried
            (left[0][0], right[0][0], min(y for _, y in [*left, *right]), max(y for _, y in [*left, *right]))
            for left, right in (pairwise(marks) if len(marks) > 1 else [(marks[0], marks[0])])
        ]
        places = [(x, anchor, y + side) for x, anchor in ((_LEFT + 4, "start"), (self.across.end - 4, "end"))
                  for side in (9, -9)]  # fmt: skip

        def room(place: tuple[float, str, float]) -> float:
            x, _, at = place
            left, right = (x, x + 60) if x < self.across.end / 2 else (x - 60, x)
            near = [max(top - at, at - low, 0.0) for a, b, top, low in spans if a <= right and b >= left]
            return min([*near, *(abs(at - self.up(tick)) for tick in self.up.ticks(5))])

        x, anchor, at = max(places, key=room)
        if room((x, anchor, at)) > _CLEAR:
            words = say("limit {limit}", limit=plain(self.limit))
            self.canvas.text(x, at, words, size=SMALL, fill=LIGHT.muted, anchor=anchor)

    def series(self, values: _Values, word: str, *, below: bool = False) -> None:
        """Draw a line with its dots, its name at the end, and the value at the choice clear of the limit."""
        if len(values) > 1:
            self.canvas.line([(self.across(k), self.up(value)) for k, value in values], LIGHT.segment, 1.6)
        for k, value in values:
            x, y = self.across(k), self.up(value)
            self.canvas.dot(x, y, 4.4 if k == self.chosen else 3.0, LIGHT.segment)
            if k == self.chosen:
                at = y + 15 if below else y - 13
                if self.limit is not None and abs(at - self.up(self.limit)) < 10:
                    at = self.up(self.limit) - 11
                self.canvas.text(x, at, self.word(value), weight=STRONG, fill=LIGHT.segment, anchor="middle")
        self.name(values[-1][1], word, LIGHT.segment)

    def name(self, value: float, word: str, fill: str, *, size: float = TEXT) -> None:
        """Name a line at its right end; on a phone, where there is no room, the title of the panel does."""
        if self.canvas.width == WIDTH:
            self.canvas.text(self.across.end + 8, self.up(value), word, size=size, fill=fill)


def _agreement(canvas: Canvas, across: Scale, top: float, scan: Sequence[KRow], chosen: int) -> None:
    """Draw the mean agreement of pairs of refits, each with its lowest pair."""
    low = min([0.4, *(row.ari_low for row in scan)])
    panel = _Panel(canvas, across, Scale(low, 1.0, top + _PANEL, top), chosen, AGREE)
    panel.ground(say("How well repeated clusterings agree"))
    mean, lowest = [(row.k, row.ari) for row in scan], [(row.k, row.ari_low) for row in scan]
    panel.limit_line([mean, lowest])
    for (k, value), (_, under) in zip(mean, lowest, strict=True):
        x, y = across(k), panel.up(under)
        canvas.line([(x, panel.up(value)), (x, y)], LIGHT.segment, 1.2)
        canvas.line([(x - 3, y), (x + 3, y)], LIGHT.segment, 1.2)
    panel.series(mean, say("mean of pairs"))
    if panel.up(scan[-1].ari_low) - panel.up(scan[-1].ari) > 14:
        panel.name(scan[-1].ari_low, say("lowest pair"), LIGHT.muted, size=SMALL)


def _least_stable(canvas: Canvas, across: Scale, top: float, scan: Sequence[KRow], chosen: int) -> None:
    """Draw the lowest mean Jaccard similarity of any segment."""
    values = [(row.k, row.jaccard) for row in scan]
    low = min([0.4, *(value for _, value in values)])
    panel = _Panel(canvas, across, Scale(low, 1.0, top + _PANEL, top), chosen, EVERY_SEGMENT)
    panel.ground(say("How well the least stable segment is found again"))
    panel.limit_line([values])
    panel.series(values, say("lowest Jaccard"))


def _inertia(canvas: Canvas, across: Scale, top: float, scan: Sequence[KRow], chosen: int) -> None:
    """Draw inertia, but only against the line that one cloud without groups gives."""
    null = [(row.k, row.inertia_null) for row in scan if row.inertia_null is not None]
    own = [(row.k, row.inertia) for row in scan]
    values = [value for _, value in [*own, *null]]
    below = 0.4 * (max(values) - min(values)) or 0.1  # room for the value at the choice
    up = Scale(max(0.0, min(values) - below), min(1.0, 1.05 * max(values)), top + _PANEL, top)
    panel = _Panel(canvas, across, up, chosen)
    wide, narrow = say("Spread inside segments"), say("Spread inside segments; pale: one cloud, no groups")
    panel.ground(wide if canvas.width == WIDTH else narrow)
    if len(null) > 1:
        canvas.line([(across(k), up(value)) for k, value in null], LIGHT.population, 1.6)
    apart = abs(up(null[-1][1]) - up(own[-1][1])) > 15
    y = up(null[-1][1]) if apart else up(own[-1][1]) - 15
    if canvas.width == WIDTH:
        canvas.text(across.end + 8, y, _no_groups(), fill=LIGHT.population_text)
    panel.series(own, say("this data"), below=True)


def _no_groups() -> str:
    return say("one cloud, no groups")
