"""What changed since the issue before: drift of features, and people who moved."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from reportgen.analysis.result import Analysis
from reportgen.analysis.result_changes import Changes, FeatureShift, Migration, Shift
from reportgen.charts.canvas import Canvas, Point, Scale
from reportgen.charts.rows import Shape, for_phone
from reportgen.charts.style import LIGHT, NARROW, SMALL, WIDTH, Cell, Chart
from reportgen.charts.words import percent, plain, whole
from reportgen.formatting import Formatter
from reportgen.language import say, say_n

ALARM = 0.25
_MOST_FEATURES = 15
_DRIFT_FROM, _DRIFT_TO = 1e-4, 1.0
_WIDE, _NARROW = Shape(250.0, (276.0, 620.0)), for_phone((14.0, 290.0))
_FLOW_HEIGHT, _FLOW_GAP, _BAR = 380.0, 6.0, 9.0
_SIDE_WIDE, _SIDE_NARROW = 96.0, 66.0  # beside the flows, for letters and shares


def drift_chart(analysis: Analysis) -> Chart | None:
    """Draw how far each feature's distribution in the population moved, with the level of chance and of alarm."""
    changes = analysis.changes
    known = [(f, f.population) for f in changes.features if f.population is not None] if changes else []
    if changes is None or not known:
        return None
    drawn = known[:_MOST_FEATURES]
    beyond = sum(shift.p_holm <= 0.05 for _, shift in known)
    alarms = sum(shift.alarm for _, shift in known)
    title = _drift_title(beyond, len(known), alarms)
    first, first_shift = drawn[0]
    return _drift(drawn, _WIDE).chart(
        "drift",
        title=title,
        subtitle=say(
            "The {number} features that moved most in the population since the issue before; dot: how far, short line: "
            "what chance exceeds once in twenty",
            number=whole(len(drawn)),
        ),
        alt=say(
            "Dots, one line per feature, from {feature} at {shift} downwards. {title}.",
            feature=first.label, shift=plain(float(f"{first_shift.psi:.3g}")), title=title,
        ),
        columns={
            say("feature"): "text", say("label"): "text", say("population"): "number", say("chance"): "number",
            say("adjusted p"): "number", say("customers"): "number", say("since the segments were built"): "number",
        },
        rows=[_drift_cells(feature, shift) for feature, shift in known],
        source=source_of(changes),
        narrow=_drift(drawn, _NARROW),
    )  # fmt: skip


def _drift_title(beyond: int, known: int, alarms: int) -> str:
    of = whole(known)
    if not beyond:
        return say("In the population no feature of {of} moved by more than chance", of=of)
    moved = say_n(
        beyond,
        "In the population {n}\u00a0feature of {of} moved by more than chance",
        "In the population {n}\u00a0features of {of} moved by more than chance",
        n=whole(beyond),
        of=of,
    )
    return say("{moved}, {alarms} beyond the alarm", moved=moved, alarms=whole(alarms)) if alarms else moved


def _drift(drawn: Sequence[tuple[FeatureShift, Shift]], shape: Shape) -> Canvas:
    """Draw one dot per feature at one width."""
    rows, end = shape.rows([feature.label for feature, _ in drawn], 34)
    canvas = Canvas(end + 46, shape.width)
    scale = Scale(math.log10(_DRIFT_FROM), math.log10(_DRIFT_TO), *shape.plot)
    ticks = [(float(power), plain(10.0**power)) for power in range(-4, 1)]
    canvas.ticks(scale, 24, end, ticks, label=say("population stability index (log scale)"))
    canvas.line([(scale(math.log10(ALARM)), 24), (scale(math.log10(ALARM)), end)], LIGHT.over, 1.0, dash=(4, 3))
    alarm = say("alarm {limit}", limit=plain(ALARM))
    canvas.text(scale(math.log10(ALARM)), 12, alarm, size=SMALL, fill=LIGHT.over, anchor="middle")
    for row, (_, shift) in zip(rows, drawn, strict=True):
        row.draw(canvas)
        _drift_row(canvas, scale, row.middle, shift)
    return canvas


def _drift_row(canvas: Canvas, scale: Scale, y: float, shift: Shift) -> None:
    noise = scale(math.log10(max(shift.noise, _DRIFT_FROM)))
    canvas.line([(noise, y - 6), (noise, y + 6)], LIGHT.muted, 1.4, z=4)
    colour = LIGHT.over if shift.alarm else LIGHT.segment if shift.p_holm <= 0.05 else LIGHT.population
    canvas.dot(scale(math.log10(max(shift.psi, _DRIFT_FROM))), y, 4.2, colour)
    fmt = Formatter()
    psi = fmt.decimal(shift.psi, 3) if shift.psi >= 0.0005 else f"< {fmt.decimal(0.001, 3)}"
    canvas.text(canvas.width, y, psi, size=SMALL, anchor="end")


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
    moved = 1.0 - migration.stayed
    title = say("{share} of people are in another segment than before", share=percent(moved))
    return _flows(migration, letters, WIDTH, _SIDE_WIDE).chart(
        "flow",
        title=title,
        subtitle=say(
            "People who are in both issues' population, {people} in tens; left: before, right: now; flows of fewer "
            "than ten people, and what would give them away, are left out",
            people=whole(migration.common),
        ),
        alt=say("Bands between two columns of segments, as wide as there are people. {title}.", title=title),
        columns={say("from"): "text", say("to"): "text", say("people"): "count", say("share of from"): "share"},
        rows=[(letters.get(f.source, str(f.source)), letters.get(f.target, str(f.target)), f.people, f.share)
              for f in migration.flows],
        source=source_of(changes),
        narrow=_flows(migration, letters, NARROW, _SIDE_NARROW),
    )  # fmt: skip


def _flows(migration: Migration, letters: dict[int, str], width: float, side: float) -> Canvas:
    """Draw the flows at one width, with room for words at both sides."""
    canvas = Canvas(_FLOW_HEIGHT + 40, width)
    _Flows(canvas, migration, letters, side, width - side).draw()
    return canvas


@dataclass(frozen=True)
class _Flows:
    """Lays out the two columns and the bands between them."""

    canvas: Canvas
    migration: Migration
    letters: dict[int, str]
    start: float
    end: float

    def draw(self) -> None:
        flows = self.migration.flows
        total = sum(flow.people for flow in flows)
        sources = list(dict.fromkeys(flow.source for flow in flows))
        targets = sorted({flow.target for flow in flows})
        most = max(len(sources), len(targets))
        unit = (_FLOW_HEIGHT - _FLOW_GAP * (most - 1)) / total
        left = self._column(
            sources, {s: sum(f.people for f in flows if f.source == s) for s in sources}, unit, self.start
        )
        right = self._column(
            targets, {t: sum(f.people for f in flows if f.target == t) for t in targets}, unit, self.end
        )
        for flow in flows:
            height = flow.people * unit
            stays = flow.source == flow.target
            band = self._band(left[flow.source], right[flow.target], height)
            self.canvas.area(band, LIGHT.population_soft if stays else LIGHT.heat_over_2, z=1 if stays else 3)
            left[flow.source] += height
            right[flow.target] += height

    def _column(self, ids: Sequence[int], people: dict[int, int], unit: float, x: float) -> dict[int, float]:
        """Draw the bars of one side and return where the bands of each segment begin."""
        places, y = {}, 24.0
        at_left = x == self.start
        self.canvas.text(
            x - _BAR if at_left else x + _BAR, 8, say("before") if at_left else say("now"),
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

    def _band(self, start: float, end: float, height: float) -> list[Point]:
        """Return the outline of a band that leaves and arrives level."""
        steps = [step / 16 for step in range(17)]
        across = self.end - self.start
        upper = [(self.start + across * t, start + (end - start) * t * t * (3 - 2 * t)) for t in steps]
        return [*upper, *((x, y + height) for x, y in reversed(upper))]


def source_of(changes: Changes) -> str:
    """Say which issues a chart compares."""
    before, now = changes.before, changes.now
    return say(
        "Issue {before} of {date_before} and issue {now} of {date_now}",
        before=whole(before.issue),
        date_before=before.data_as_of,
        now=whole(now.issue),
        date_now=now.data_as_of,
    )
