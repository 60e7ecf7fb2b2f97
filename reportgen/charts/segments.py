"""The segments by their index, with both intervals, and what other charts of segments share with it."""

from __future__ import annotations

from dataclasses import dataclass

from reportgen.analysis.codes import in_words
from reportgen.analysis.result import Analysis
from reportgen.analysis.result_segments import Segment
from reportgen.charts.canvas import Canvas, Scale, index_scale
from reportgen.charts.fonts import wrap
from reportgen.charts.style import LIGHT, NARROW, SMALL, STRONG, WIDTH, Cell, Chart
from reportgen.charts.words import interval, listing, of_segments, plain, shares_of, source_line, whole
from reportgen.language import mark, say, say_marked, say_n

PAR = (90.0, 110.0)
NOT_REPRODUCED = "do not trust"
_INDEX_WORDS = mark("index, 100 = as frequent among customers as in the population (log scale)")
_LINE = 14.0  # from one line of a name to the next


def own_index(segment: Segment) -> float | None:
    """Return the index that is drawn: over placed rows, and over all rows for the low-information records."""
    return segment.index if segment.id == 0 else segment.index_placed


def standing(segment: Segment) -> str:
    """Return ``over``, ``under`` or ``neither``.

    The verdict decides where there is one, else whether the whole sampling interval lies outside 90 to 110; a
    segment that is not reproduced, or that holds the low-information records, is neither.
    """
    if segment.id == 0 or segment.badge == NOT_REPRODUCED:
        return "neither"
    if segment.verdict is not None:
        return segment.verdict if segment.verdict in ("over", "under") else "neither"
    bounds = segment.interval_sampling
    if bounds is None:
        return "neither"
    return "over" if bounds[0] > PAR[1] else "under" if bounds[1] < PAR[0] else "neither"


def colour_of(segment: Segment) -> str:
    """Return the colour of a segment's mark."""
    return {"over": LIGHT.over, "under": LIGHT.under, "neither": LIGHT.muted}[standing(segment)]


def ranked(analysis: Analysis) -> list[Segment]:
    """Return placed segments by falling index, those without one last; then the low-information records, if any."""
    placed = sorted(analysis.placed, key=lambda s: (own_index(s) is None, -(own_index(s) or 0.0), s.id))
    return placed + [s for s in analysis.segments if s.id == 0 and s.population.count + s.customers.count > 0]


def _title(analysis: Analysis) -> str:
    over = [s for s in ranked(analysis) if s.id and standing(s) == "over"]
    under = [s for s in ranked(analysis) if s.id and standing(s) == "under"]
    of = of_segments(len(analysis.placed))
    if not over and not under and len(analysis.placed) == 1:
        return say("The one segment is neither clearly above nor clearly below the average")
    if not over and not under:
        return say("None {of_segments} stands clearly above or below the average", of_segments=of)
    if not over:
        return say_n(
            len(under),
            "{n} {of_segments} hold clearly fewer customers than expected, none clearly more",
            "{n} {of_segments} hold clearly fewer customers than expected, none clearly more",
            n=whole(len(under)),
            of_segments=of,
        )
    return say_n(
        len(over),
        "{n} {of_segments} holds clearly more customers than expected: {letter} leads with index {index}",
        "{n} {of_segments} hold clearly more customers than expected: {letter} leads with index {index}",
        n=whole(len(over)),
        of_segments=of,
        letter=over[0].letter,
        index=whole(own_index(over[0]) or 0.0),
    )


def index_chart(analysis: Analysis) -> Chart | None:
    """Draw the index of every segment with its intervals, sorted; segment 0 stands below a rule."""
    shown = ranked(analysis)
    if not shown:
        return None
    totals = any(segment.interval_total for segment in shown)
    told = listing(
        [
            f"{s.letter} {whole(v)}" if s.id else say("low-information records {index}", index=whole(v))
            for s in shown
            if (v := own_index(s))
        ]
    )
    return (
        _Wide(tuple(shown))
        .draw()
        .chart(
            "index",
            title=_title(analysis),
            subtitle=_subtitle(totals=totals),
            alt=say(
                "Dots on a scale of the index, one line per segment, from the highest to the lowest: {told}.", told=told
            ),
            columns={
                say("segment"): "text",
                say("name"): "text",
                say("population"): "count",
                say("population share"): "share",
                say("customers"): "count",
                say("customer share"): "share",
                say("index"): "index",
                say("sampling from"): "index",
                say("sampling to"): "index",
                say("total from"): "index",
                say("total to"): "index",
                say("badge"): "text",
                say("verdict"): "text",
            },
            rows=[_cells(segment) for segment in shown],
            source=source_line(analysis),
            narrow=_Narrow(tuple(shown)).draw(),
        )
    )


def _subtitle(*, totals: bool) -> str:
    """Say what the bars are, with the thin one where there is one."""
    if totals:
        return say(
            "Index of customers against the population with 95 % intervals; thick bar and brackets: chance alone; "
            "thin bar: with repeated clustering; shaded: 90 to 110, about as expected"
        )
    return say(
        "Index of customers against the population with 95 % intervals; bar: chance alone; shaded: 90 to 110, about "
        "as expected"
    )


def _cells(segment: Segment) -> tuple[Cell, ...]:
    """Return the row of the table."""
    population, customers = segment.population, segment.customers
    sampling, total = segment.interval_sampling or (None, None), segment.interval_total or (None, None)
    return (segment.letter, segment.name, population.count, population.share, customers.count, customers.share,
            own_index(segment), *sampling, *total, segment.badge and in_words(segment.badge),
            segment.verdict and in_words(segment.verdict))  # fmt: skip


@dataclass(frozen=True)
class _Wide:
    """One row per segment: names at the left, marks in the middle, figures at the right."""

    shown: tuple[Segment, ...]
    width: float = WIDTH
    name_width: float = 218.0
    plot: tuple[float, float] = (262.0, 548.0)
    figures: tuple[float, float] = (600.0, 609.0)
    top: float = 46.0

    @property
    def apart(self) -> float:
        """Extra room above the low-information records."""
        return 16.0 if self.shown[-1].id == 0 and len(self.shown) > 1 else 0.0

    def names(self) -> list[tuple[str, ...]]:
        """Return every name in lines."""
        return [wrap(segment.name, self.name_width, 13) for segment in self.shown]

    def height(self, name: tuple[str, ...]) -> float:
        """Return the height of a row: that of its name and a line for the shares."""
        return (42.0 if len(self.shown) <= 10 else 36.0) + _LINE * (len(name) - 1)

    def draw(self) -> Canvas:
        """Draw all rows."""
        names = self.names()
        bottom = self.top + sum(map(self.height, names)) + self.apart
        canvas = Canvas(bottom + 40, self.width)
        values = [v for s in self.shown for v in (own_index(s), *(s.interval_total or s.interval_sampling or ())) if v]
        scale = index_scale(values, *self.plot)
        self.frame(canvas, scale, bottom)
        top = self.top
        for segment, name in zip(self.shown, names, strict=True):
            if segment.id == 0 and self.apart:
                canvas.line([(0, top + self.apart / 2), (self.width, top + self.apart / 2)], LIGHT.axis, 0.8, z=2)
                top += self.apart
            self.row(canvas, segment, name, scale, top)
            top += self.height(name)
        return canvas

    def frame(self, canvas: Canvas, scale: Scale, bottom: float) -> None:
        """Draw band, hundred line, ticks and the words at the head."""
        band = scale(PAR[0]), scale(PAR[1])
        canvas.rect(band[0], self.top, band[1] - band[0], bottom - self.top, LIGHT.band, z=0)
        canvas.ticks(scale, self.top, bottom, [(t, plain(t)) for t in scale.ticks()], label=self.axis_words())
        canvas.line([(scale(100), self.top - 6), (scale(100), bottom)], LIGHT.axis, 1.0, z=1)
        self.head(canvas, scale)

    def axis_words(self) -> str:
        """Say what the axis measures."""
        return say_marked(_INDEX_WORDS)

    def head(self, canvas: Canvas, scale: Scale) -> None:
        """Name what stands where."""
        y = self.top - 14
        canvas.text(scale(100) - 7, y, say("fewer customers"), size=SMALL, fill=LIGHT.under, anchor="end")
        canvas.text(scale(100) + 7, y, say("more customers"), size=SMALL, fill=LIGHT.over)
        canvas.text(0, y, say("Segment"), size=SMALL, fill=LIGHT.muted)
        self.head_figures(canvas, y)

    def head_figures(self, canvas: Canvas, y: float) -> None:
        """Name the index and the intervals; the one for chance alone stands in brackets where there are two."""
        both = any(segment.interval_total for segment in self.shown)
        canvas.text(self.figures[0], y - 14 * both, say("Index"), size=SMALL, fill=LIGHT.muted, anchor="end")
        canvas.text(self.figures[1], y - 14 * both, say("interval"), size=SMALL, fill=LIGHT.muted)
        if both:
            canvas.text(self.figures[1], y, say("(by chance)"), size=SMALL, fill=LIGHT.muted)

    def row(self, canvas: Canvas, segment: Segment, name: tuple[str, ...], scale: Scale, top: float) -> None:
        """Draw one segment."""
        y = top + self.height(name) / 2
        first = y - 7.0 * len(name)
        self.label(canvas, segment, name, first)
        indent = 20.0 if segment.id else 0.0
        canvas.text(indent, first + _LINE * len(name) + 1, shares_of(segment), size=SMALL, fill=LIGHT.muted)
        _marks(canvas, segment, scale, y)
        self.numbers(canvas, segment, y)

    def label(self, canvas: Canvas, segment: Segment, name: tuple[str, ...], first: float) -> None:
        """Set the letter and the name from a line on."""
        if segment.id:
            canvas.text(0, first, segment.letter, weight=STRONG, size=13)
        for number, line in enumerate(name):
            canvas.label(20.0 if segment.id else 0.0, first + _LINE * number, [line], size=13)

    def numbers(self, canvas: Canvas, segment: Segment, y: float) -> None:
        """Set the index and under one another its intervals."""
        bounds, total, value = segment.interval_sampling, segment.interval_total, own_index(segment)
        end, start = self.figures
        if not value:
            words = say("below {index}", index=whole(bounds[1])) if bounds else say("no index")
            canvas.text(self.width, y, words, size=SMALL, fill=LIGHT.muted, anchor="end")
            return
        below = f"({interval(bounds)})" if total and bounds else ""
        doubtful = segment.badge == NOT_REPRODUCED
        y -= 7.0 if below or doubtful else 0.0
        canvas.text(end, y, whole(value), weight=STRONG, size=13, anchor="end", fill=colour_of(segment))
        canvas.text(start, y, interval(total or bounds), size=SMALL, fill=LIGHT.muted)
        if doubtful:
            canvas.text(self.width, y + 15, say("not reproduced"), size=SMALL, fill=LIGHT.muted, anchor="end")
        elif below:
            canvas.text(start - 4, y + 15, below, size=SMALL, fill=LIGHT.muted)


@dataclass(frozen=True)
class _Narrow(_Wide):
    """For a phone: the name over its marks, the shares below, so that nothing is shrunk or cut."""

    width: float = NARROW
    name_width: float = NARROW - 20.0
    plot: tuple[float, float] = (6.0, 232.0)
    figures: tuple[float, float] = (271.0, 279.0)

    def height(self, name: tuple[str, ...]) -> float:
        """Return the height of a row: name, marks, shares."""
        return 54.0 + _LINE * len(name)

    def axis_words(self) -> str:
        """Say what the axis measures."""
        return say("index, 100 = average (log scale)")

    def head(self, canvas: Canvas, scale: Scale) -> None:
        """Name what stands where."""
        y = self.top - 14
        canvas.text(scale(100) - 7, y, say("fewer"), size=SMALL, fill=LIGHT.under, anchor="end")
        canvas.text(scale(100) + 7, y, say("more customers"), size=SMALL, fill=LIGHT.over)
        self.head_figures(canvas, y)

    def row(self, canvas: Canvas, segment: Segment, name: tuple[str, ...], scale: Scale, top: float) -> None:
        """Draw one segment from the top of its row."""
        self.label(canvas, segment, name, top + 14)
        y = top + 20 + _LINE * len(name)
        _marks(canvas, segment, scale, y)
        self.numbers(canvas, segment, y + 3)
        canvas.label(20.0 if segment.id else 0.0, y + 18, [shares_of(segment)], size=SMALL, fill=LIGHT.muted)


def _marks(canvas: Canvas, segment: Segment, scale: Scale, y: float) -> None:
    """Draw the bars of both intervals and the dot, hollow for what is not reproduced or shown apart."""
    bounds, total, value, colour = (
        segment.interval_sampling, segment.interval_total, own_index(segment), colour_of(segment)
    )  # fmt: skip
    if total:
        canvas.rect(scale(total[0]), y - 0.9, scale(total[1]) - scale(total[0]), 1.8, colour)
    if bounds:
        canvas.rect(scale(bounds[0]), y - 3.5, max(scale(bounds[1]) - scale(bounds[0]), 1.0), 7, colour)
    if value:
        hollow = segment.badge == NOT_REPRODUCED or segment.id == 0
        canvas.dot(scale(value), y, 5, LIGHT.paper if hollow else colour, stroke=colour)
