"""What changed since the issue before: drift of features, people who moved, and the history of segments."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from reportgen.analysis.result import Analysis
from reportgen.analysis.result_changes import Changes, FeatureShift, HistoryIssue, HistorySegment, Migration, Shift
from reportgen.charts.canvas import Canvas, Point, Scale, index_scale
from reportgen.charts.rows import Shape, for_phone
from reportgen.charts.style import LIGHT, SMALL, STRONG, WIDTH, Cell, Chart
from reportgen.charts.words import count_of, percent

ALARM = 0.25
_MOST_FEATURES = 15
_DRIFT_FROM, _DRIFT_TO = 1e-4, 1.0
_WIDE, _NARROW = Shape(250.0, (276.0, 620.0)), for_phone((14.0, 290.0))
_FLOW_HEIGHT, _FLOW_GAP, _LEFT, _RIGHT, _BAR = 380.0, 6.0, 96.0, WIDTH - 96.0, 9.0
_ROW, _SHARES, _INDEX = 62.0, (210.0, 400.0), (480.0, 640.0)


def drift_chart(analysis: Analysis) -> Chart | None:
    """Draw how far each feature's distribution in the population moved, with the level of chance and of alarm."""
    changes = analysis.changes
    known = [(f, f.population) for f in changes.features if f.population is not None] if changes else []
    if changes is None or not known:
        return None
    drawn = known[:_MOST_FEATURES]
    beyond = sum(shift.p_holm <= 0.05 for _, shift in known)
    alarms = sum(shift.alarm for _, shift in known)
    what = "No feature" if not beyond else count_of(beyond, "feature")
    title = f"{what} of {len(known)} moved by more than chance" + (f", {alarms} beyond the alarm" if alarms else "")
    return _drift(drawn, _WIDE).chart(
        "drift",
        title=title,
        subtitle=f"The {len(drawn)} features that moved most in the population since the issue before; dot: how far, "
        "short line: what chance exceeds once in twenty",
        alt=f"Dots, one line per feature, from {drawn[0][0].label} at {drawn[0][1].psi:.3g} downwards. {title}.",
        columns={
            "feature": "text", "label": "text", "population": "number", "chance": "number", "adjusted p": "number",
            "customers": "number", "since the segments were built": "number",
        },
        rows=[_drift_cells(feature, shift) for feature, shift in known],
        source=_source(changes),
        narrow=_drift(drawn, _NARROW),
    )  # fmt: skip


def _drift(drawn: Sequence[tuple[FeatureShift, Shift]], shape: Shape) -> Canvas:
    """Draw one dot per feature at one width."""
    rows, end = shape.rows([feature.label for feature, _ in drawn], 34)
    canvas = Canvas(end + 46, shape.width)
    scale = Scale(math.log10(_DRIFT_FROM), math.log10(_DRIFT_TO), *shape.plot)
    ticks = [(float(power), f"{10.0**power:g}") for power in range(-4, 1)]
    canvas.ticks(scale, 24, end, ticks, label="population stability index (log scale)")
    canvas.line([(scale(math.log10(ALARM)), 24), (scale(math.log10(ALARM)), end)], LIGHT.over, 1.0, dash=(4, 3))
    canvas.text(scale(math.log10(ALARM)), 12, f"alarm {ALARM:g}", size=SMALL, fill=LIGHT.over, anchor="middle")
    for row, (_, shift) in zip(rows, drawn, strict=True):
        row.draw(canvas)
        _drift_row(canvas, scale, row.middle, shift)
    return canvas


def _drift_row(canvas: Canvas, scale: Scale, y: float, shift: Shift) -> None:
    noise = scale(math.log10(max(shift.noise, _DRIFT_FROM)))
    canvas.line([(noise, y - 6), (noise, y + 6)], LIGHT.muted, 1.4, z=4)
    colour = LIGHT.over if shift.alarm else LIGHT.segment if shift.p_holm <= 0.05 else LIGHT.population
    canvas.dot(scale(math.log10(max(shift.psi, _DRIFT_FROM))), y, 4.2, colour)
    canvas.text(canvas.width, y, f"{shift.psi:.3f}" if shift.psi >= 0.0005 else "< 0.001", size=SMALL, anchor="end")


def _drift_cells(feature: FeatureShift, shift: Shift) -> tuple[Cell, ...]:
    others = (feature.customers, feature.since_fit)
    return (
        feature.name, feature.label, shift.psi, shift.noise, shift.p_holm,
        *(None if other is None else other.psi for other in others),
    )  # fmt: skip


def flow_chart(analysis: Analysis) -> Chart | None:
    """Draw who went from which segment to which; nothing when nobody moved or people cannot be found again."""
    changes = analysis.changes
    migration = changes.migration if changes else None
    if changes is None or migration is None or migration.stayed is None:
        return None
    if not any(flow.source != flow.target for flow in migration.flows):
        return None
    letters = {shift.id: shift.letter for shift in changes.segments}
    canvas = Canvas(_FLOW_HEIGHT + 40)
    _Flows(canvas, migration, letters).draw()
    moved = 1.0 - migration.stayed
    title = f"{percent(moved)} of people are in another segment than before"
    return canvas.chart(
        "flow",
        title=title,
        subtitle=f"People who are in both issues' population, {migration.common:,} in tens; left: before, right: now; "
        "flows of fewer than ten people, and what would give them away, are left out",
        alt=f"Bands between two columns of segments, as wide as there are people. {title}.",
        columns={"from": "text", "to": "text", "people": "count", "share of from": "share"},
        rows=[(letters.get(f.source, str(f.source)), letters.get(f.target, str(f.target)), f.people, f.share)
              for f in migration.flows],
        source=_source(changes),
    )  # fmt: skip


@dataclass(frozen=True)
class _Flows:
    """Lays out the two columns and the bands between them."""

    canvas: Canvas
    migration: Migration
    letters: dict[int, str]

    def draw(self) -> None:
        flows = self.migration.flows
        total = sum(flow.people for flow in flows)
        sources = list(dict.fromkeys(flow.source for flow in flows))
        targets = sorted({flow.target for flow in flows})
        most = max(len(sources), len(targets))
        unit = (_FLOW_HEIGHT - _FLOW_GAP * (most - 1)) / total
        left = self._column(sources, {s: sum(f.people for f in flows if f.source == s) for s in sources}, unit, _LEFT)
        right = self._column(targets, {t: sum(f.people for f in flows if f.target == t) for t in targets}, unit, _RIGHT)
        for flow in flows:
            height = flow.people * unit
            stays = flow.source == flow.target
            band = _band(left[flow.source], right[flow.target], height)
            self.canvas.area(band, LIGHT.population_soft if stays else LIGHT.heat_over_2, z=1 if stays else 3)
            left[flow.source] += height
            right[flow.target] += height

    def _column(self, ids: Sequence[int], people: dict[int, int], unit: float, x: float) -> dict[int, float]:
        """Draw the bars of one side and return where the bands of each segment begin."""
        places, y = {}, 24.0
        at_left = x == _LEFT
        self.canvas.text(
            x - _BAR if at_left else x + _BAR, 8, "before" if at_left else "now",
            size=SMALL, fill=LIGHT.muted, anchor="end" if at_left else "start",
        )  # fmt: skip
        below = -math.inf
        for segment in ids:
            height = people[segment] * unit
            places[segment] = y
            self.canvas.rect(x - _BAR if at_left else x, y, _BAR, height, LIGHT.segment)
            middle = max(y + height / 2, below + 13)
            share = percent(people[segment] / sum(people.values()))
            word = f"{self.letters.get(segment, segment)}  {share}"
            self.canvas.text(
                x - 16 if at_left else x + 16, middle, word, anchor="end" if at_left else "start", size=SMALL
            )
            below = middle
            y += height + _FLOW_GAP
        return places


def _band(start: float, end: float, height: float) -> list[Point]:
    """Return the outline of a band that leaves and arrives level."""
    steps = [step / 16 for step in range(17)]
    upper = [(_LEFT + (_RIGHT - _LEFT) * t, start + (end - start) * t * t * (3 - 2 * t)) for t in steps]
    return [*upper, *((x, y + height) for x, y in reversed(upper))]


def history_chart(analysis: Analysis) -> Chart | None:
    """Draw the shares and the index of every segment over the last issues."""
    changes = analysis.changes
    if changes is None or len(changes.history) < 2:
        return None
    history = changes.history
    ids = [segment.id for segment in analysis.segments if segment.population.count + segment.customers.count > 0]
    series = {i: [_point(issue, i) for issue in history] for i in ids}
    top = 36.0
    canvas = Canvas(top + _ROW * len(ids) + 34)
    across = [Scale(0, len(history) - 1, *place) for place in (_SHARES, _INDEX)]
    every = [point for points in series.values() for point in points if point]
    shares = [share for point in every for share in (point.population_share, point.customer_share)]
    up = Scale(0.0, max(shares) * 1.05, 0.0, 1.0)
    index = index_scale([point.index for point in every if point.index], 0.0, 1.0)
    canvas.text(_SHARES[0], 10, "share of the population", size=SMALL, fill=LIGHT.population_text, weight=STRONG)
    canvas.text(_SHARES[1], 10, "and of customers", size=SMALL, fill=LIGHT.customers, anchor="end", weight=STRONG)
    canvas.text(_INDEX[0], 10, "index, line at 100", size=SMALL, fill=LIGHT.muted)
    names = {segment.id: segment for segment in analysis.segments}
    for number, segment in enumerate(ids):
        y = top + _ROW * number
        canvas.text(0, y + _ROW / 2 - 8, f"{names[segment].letter}", weight=STRONG)
        canvas.text(18, y + _ROW / 2 - 8, names[segment].name, width=170)
        _history_row(canvas, y, series[segment], across, up, index)
    bottom = top + _ROW * len(ids)
    for scale in across:
        canvas.text(scale.start, bottom + 14, history[0].data_as_of, size=SMALL, fill=LIGHT.muted)
        canvas.text(scale.end, bottom + 14, history[-1].data_as_of, size=SMALL, fill=LIGHT.muted, anchor="end")
    title = f"{len(history)} issues, from {history[0].data_as_of} to {history[-1].data_as_of}"
    return canvas.chart(
        "history",
        title=title,
        subtitle="Shares of each segment and its index over the last issues; a gap: there was no such segment",
        alt=f"Small lines, one row per segment, of its shares and its index. {title}.",
        columns={"issue": "count", "data as of": "text", "segment": "text", "population share": "share",
                 "customer share": "share", "index": "index"},
        rows=[(issue.issue, issue.data_as_of, p.letter, p.population_share, p.customer_share, p.index)
              for issue in history for p in issue.segments],
        source=_source(changes),
    )  # fmt: skip


def _point(issue: HistoryIssue, segment: int) -> HistorySegment | None:
    return next((point for point in issue.segments if point.id == segment), None)


def _history_row(
    canvas: Canvas, y: float, points: Sequence[HistorySegment | None], across: Sequence[Scale], up: Scale, index: Scale
) -> None:
    base, height = y + _ROW - 12, _ROW - 20
    for scale in across:
        canvas.line([(scale.start, base), (scale.end, base)], LIGHT.rule, 0.8, z=1)
    hundred = base - index(100.0) * height
    canvas.line([(across[1].start, hundred), (across[1].end, hundred)], LIGHT.axis, 0.8, dash=(3, 3), z=1)
    lines = (
        (across[0], LIGHT.population, [None if p is None else up(p.population_share) for p in points]),
        (across[0], LIGHT.customers, [None if p is None else up(p.customer_share) for p in points]),
        (across[1], LIGHT.segment, [None if p is None or not p.index else index(p.index) for p in points]),
    )
    for scale, colour, values in lines:
        placed = [None if v is None else (scale(i), base - v * height) for i, v in enumerate(values)]
        for run in _runs(placed):
            if len(run) > 1:
                canvas.line(run, colour, 1.6)
            canvas.dot(*run[-1], 2.4, colour)
    last = points[-1]
    if last is not None:
        ends = [(last.population_share, LIGHT.population_text), (last.customer_share, LIGHT.customers)]
        ends.sort(key=lambda end: -end[0])
        places = [base - up(share) * height for share, _ in ends]
        places[1] = max(places[1], places[0] + 12)
        for place, (share, colour) in zip(places, ends, strict=True):
            canvas.text(_SHARES[1] + 7, place, percent(share), size=SMALL, fill=colour)
        if last.index:
            canvas.text(WIDTH, base - index(last.index) * height, f"{last.index:.0f}", size=SMALL, anchor="end")


def _runs(points: Sequence[Point | None]) -> list[list[Point]]:
    """Split a series where a point is missing."""
    runs: list[list[Point]] = [[]]
    for point in points:
        if point is not None:
            runs[-1].append(point)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _source(changes: Changes) -> str:
    before, now = changes.before, changes.now
    return f"Issue {before.issue} of {before.data_as_of} and issue {now.issue} of {now.data_as_of}"
