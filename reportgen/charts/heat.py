"""What tells segments apart, all of them at once: facts by segment as a stepped heat map."""

from __future__ import annotations

from dataclasses import dataclass

from reportgen.analysis.result import Analysis
from reportgen.analysis.result_segments import Marker, Segment
from reportgen.charts.canvas import Canvas
from reportgen.charts.fonts import text_width, wrap
from reportgen.charts.markers import BUILT, EVIDENCE, evidence_of, marker_label, marker_words
from reportgen.charts.style import HEAT_LIMITS, LIGHT, NARROW, SMALL, STRONG, WIDTH, Chart, heat
from reportgen.charts.words import plain, shortened, shown_of, signed, source_line, whole
from reportgen.language import say, say_marked, say_n

HEAT_ROWS = 22
_LEADING = 14.5
_BETWEEN = 8.0  # from one family to the next
_Key = tuple[str, str | None]


def _by_key(segment: Segment) -> dict[_Key, Marker]:
    return {(marker.feature, marker.level): marker for marker in segment.markers}


def heat_chart(analysis: Analysis) -> Chart | None:
    """Draw markers by segment, evidence first, relatives side by side; signs are drawn as well as coloured."""
    best: dict[_Key, Marker] = {}
    for segment in analysis.placed:
        for key, marker in _by_key(segment).items():
            if key not in best or abs(marker.effect) > abs(best[key].effect):
                best[key] = marker
    if not best:
        return None
    ranked = sorted(best, key=lambda key: -abs(best[key].effect))
    shown = ranked[:HEAT_ROWS]
    tables = [_by_key(segment) for segment in analysis.placed]
    strongest = best[ranked[0]]
    owner = next(s for s in analysis.placed if _by_key(s).get(ranked[0]) is strongest)
    title = say(
        "Segment {letter} stands out most: {fact}", letter=owner.letter, fact=shortened(marker_words(strongest))
    )
    alt = say_n(
        len(analysis.placed),
        "Grid of {marks} marks by {n} segment, coloured by how far a segment lies above or below everybody. {title}.",
        "Grid of {marks} marks by {n} segments, coloured by how far a segment lies above or below everybody. {title}.",
        marks=len(shown),
        n=whole(len(analysis.placed)),
        title=title,
    )
    drawn = [best[key] for key in shown]
    return _Grid(analysis, drawn).canvas().chart(
        "markers",
        title=title,
        subtitle=say(
            "Effect against everybody: Cohen's h of a share, or difference of means in standard deviations; {pale}",
            pale=_pale(analysis),
        )
        + shown_of(len(shown), len(ranked)),
        alt=alt,
        columns={
            say("feature"): "text",
            say("label"): "text",
            say("level"): "text",
            say("evidence"): "text",
            **{segment.letter: "effect" for segment in analysis.placed},
        },
        rows=[
            (best[key].feature, best[key].label, best[key].level_label, evidence_of(best[key]),
             *(found.effect if (found := table.get(key)) else None for table in tables))
            for key in ranked
        ],
        source=source_line(analysis),
        narrow=_Grid(analysis, drawn, NARROW, above=True).canvas(),
    )  # fmt: skip


def _pale(analysis: Analysis) -> str:
    """Say what a pale cell means: a small effect, or one that is left out of a long list."""
    most = max(len(segment.markers) for segment in analysis.placed)
    if most > 1:
        return say(
            "pale: under {least}, or not among a segment's {most} strongest facts",
            least=plain(HEAT_LIMITS[0]),
            most=most,
        )
    return say("pale: under {least}", least=plain(HEAT_LIMITS[0]))


@dataclass(frozen=True)
class _Grid:
    """The map at one width: labels at the left, or on a phone above their cells."""

    analysis: Analysis
    markers: list[Marker]
    width: float = WIDTH
    above: bool = False

    @property
    def groups(self) -> list[tuple[str, list[Marker]]]:
        """Evidence and what holds by construction, as far as there is any."""
        groups = [(EVIDENCE, [m for m in self.markers if not m.by_construction]),
                  (BUILT, [m for m in self.markers if m.by_construction])]  # fmt: skip
        return [group for group in groups if group[1]]

    @property
    def cell(self) -> float:
        """Width of a cell."""
        families = len(self.columns()) - 1
        return min(44.0, ((self.width if self.above else 380.0) - _BETWEEN * families) / len(self.analysis.placed))

    @property
    def left(self) -> float:
        """Where the cells begin."""
        if self.above:
            return 0.0
        cells = self.cell * len(self.analysis.placed) + _BETWEEN * (len(self.columns()) - 1)
        return min(self.width - cells, max(max(text_width(marker_label(m)) for m in self.markers) + 24, 280.0))

    def columns(self) -> list[list[Segment]]:
        """Return segments by family in the order of the tree, or all in one row where there are no families."""
        tree = self.analysis.families
        if tree.cut is None:
            return [list(self.analysis.placed)]
        return [[self.analysis.by_id[segment] for segment in family] for family in tree.families]

    def places(self) -> list[tuple[Segment, float]]:
        """Return each segment with the left edge of its cells."""
        places, x = [], self.left
        for family in self.columns():
            for segment in family:
                places.append((segment, x))
                x += self.cell
            x += _BETWEEN
        return places

    def lines(self, marker: Marker) -> tuple[str, ...]:
        """Return the label of a row."""
        return wrap(marker_label(marker), self.width) if self.above else (marker_label(marker),)

    def row(self, marker: Marker) -> float:
        """Return the height of a row."""
        return _LEADING * len(self.lines(marker)) + 25.0 if self.above else 21.0

    def canvas(self) -> Canvas:
        """Draw the groups of rows under one another, one column per segment, and the legend."""
        height = sum(26 + sum(map(self.row, markers)) + 6 for _, markers in self.groups)
        canvas = Canvas(24.0 + height + (58 if self.above else 40), self.width)
        self._heads(canvas, 10)
        y = 24.0
        for words, markers in self.groups:
            canvas.text(
                0,
                y + 12,
                say_marked(words),
                size=SMALL,
                fill=LIGHT.muted,
                width=self.width if self.above else self.left - 8,
            )
            y += 26
            for marker in markers:
                self._row(canvas, marker, y)
                y += self.row(marker)
            y += 6
        _legend(canvas, y + 16, self.above)
        return canvas

    def _heads(self, canvas: Canvas, y: float) -> None:
        for segment, x in self.places():
            canvas.text(x + self.cell / 2, y, segment.letter, weight=STRONG, anchor="middle")

    def _row(self, canvas: Canvas, marker: Marker, top: float) -> None:
        lines = self.lines(marker)
        if self.above:
            canvas.lines(0, top + _LEADING * len(lines) / 2, lines)
            top += _LEADING * len(lines) + 1
        else:
            canvas.text(0, top + 10.5, lines[0], width=self.left - 12)
        for segment, x in self.places():
            found = _by_key(segment).get((marker.feature, marker.level))
            _cell(canvas, x, top, self.cell, 19.0 if self.above else 21.0, found)


def _cell(canvas: Canvas, x: float, y: float, width: float, height: float, marker: Marker | None) -> None:
    """Draw a coloured cell; from the middle step on also its sign, for print without colour."""
    canvas.rect(x + 1, y + 1, width - 2, height - 2, heat(marker.effect if marker else None))
    if marker and abs(marker.effect) >= HEAT_LIMITS[1]:
        _sign(canvas, x + width / 2, y + height / 2, marker.effect)


def _sign(canvas: Canvas, x: float, y: float, value: float) -> None:
    canvas.line([(x - 3.5, y), (x + 3.5, y)], LIGHT.paper, 1.6, z=4)
    if value > 0:
        canvas.line([(x, y - 3.5), (x, y + 3.5)], LIGHT.paper, 1.6, z=4)


def _legend(canvas: Canvas, y: float, narrow: bool) -> None:
    """Draw the seven steps of the ramp with the effects at which they change."""
    steps = (-1.0, -0.6, -0.3, 0.0, 0.3, 0.6, 1.0)
    limits = [-limit for limit in reversed(HEAT_LIMITS)] + list(HEAT_LIMITS)
    width = 36.0
    left = 0.0 if narrow else WIDTH - width * len(steps) - 118
    less, more = (0.0, y + 30) if narrow else (left - 8, y), (left + width * len(steps) + (0 if narrow else 8))
    for number, step in enumerate(steps):
        canvas.rect(left + width * number, y - 6, width - 1, 12, heat(step))
        if abs(step) >= HEAT_LIMITS[1]:
            _sign(canvas, left + width * (number + 0.5), y, step)
    for number, limit in enumerate(limits, start=1):
        canvas.text(left + width * number, y + 14, signed(limit), size=11, fill=LIGHT.muted, anchor="middle")
    canvas.text(*less, say("less than everybody"), size=SMALL, fill=LIGHT.muted, anchor="start" if narrow else "end")
    canvas.text(
        more, less[1], say("more than everybody"), size=SMALL, fill=LIGHT.muted, anchor="end" if narrow else "start"
    )
