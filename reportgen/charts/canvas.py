"""The drawing board of all charts: a matplotlib figure in CSS pixels, measured from the top left.

Nothing global is touched: no pyplot, no rcParams. Marks are collected per look, so that a chart costs a few
path elements, and text is set by the cleaner as real text in the bundled face. matplotlib would measure text
with its own face, read ``$`` as mathematics and warn about letters that it lacks.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Affine2D

from reportgen.charts import svg
from reportgen.charts.fonts import ellipsize, text_width
from reportgen.charts.style import LIGHT, NORMAL, SMALL, TEXT, WIDTH, Cell, Chart, Drawing

_DOTS_PER_INCH = 72.0  # an SVG user unit of matplotlib is a point, so one pixel here is one unit there
_INDEX_TICKS = tuple(100.0 * 2.0**power for power in range(-8, 11))
Point = tuple[float, float]


@dataclass(frozen=True)
class Scale:
    """A map of values ``low..high`` to pixels ``start..end``, linear or logarithmic; values outside are clipped."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, value: float) -> float:
        """Return the pixel of a value."""
        value = min(max(value, self.low), self.high)
        if self.log:
            at = math.log(value / self.low) / math.log(self.high / self.low)
        else:
            at = (value - self.low) / (self.high - self.low)
        return self.start + at * (self.end - self.start)

    def ticks(self, most: int = 6) -> tuple[float, ...]:
        """Return round values inside the range."""
        if self.log:
            return tuple(tick for tick in _INDEX_TICKS if self.low <= tick * 1.0001 and tick <= self.high * 1.0001)
        inside = MaxNLocator(nbins=most, steps=[1, 2, 5, 10]).tick_values(self.low, self.high)
        span = 1e-9 * (self.high - self.low)
        return tuple(float(tick) for tick in inside if self.low - span <= tick <= self.high + span)


def index_scale(values: Iterable[float], start: float, end: float) -> Scale:
    """Return a logarithmic scale over doublings of 100 that holds ``values`` and at least 50 to 200."""
    seen = [min(max(value, _INDEX_TICKS[0]), _INDEX_TICKS[-1]) for value in values]
    low = max(tick for tick in _INDEX_TICKS if tick <= min([50.0, *seen]))
    high = min(tick for tick in _INDEX_TICKS if tick >= max([200.0, *seen]))
    return Scale(low, high, start, end, log=True)


@dataclass(frozen=True)
class _Look:
    z: int
    fill: str | None
    stroke: str | None
    width: float
    dash: tuple[float, ...]


class Canvas:
    """Collects marks and text and hands back one clean SVG.

    Parameters
    ----------
    height, width
        Size in CSS pixels.
    """

    def __init__(self, height: float, width: float = WIDTH) -> None:
        self.width = width
        self.height = height
        self._marks: dict[_Look, list[Path]] = {}
        self._texts: list[svg.Text] = []

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str | None,
        *,
        stroke: str | None = None,
        line: float = 1.0,
        z: int = 2,
    ) -> None:
        """Draw a rectangle from its top left corner; negative sizes go the other way."""
        # one winding for all, because marks of one look share a path in which opposite windings cancel out
        x, width = min(x, x + width), abs(width)
        y, height = min(y, y + height), abs(height)
        corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]
        codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
        self._add(Path(corners, codes), _Look(z, fill, stroke, line if stroke else 0.0, ()))

    def line(
        self, points: Sequence[Point], stroke: str, width: float = 1.0, *, dash: tuple[float, ...] = (), z: int = 3
    ) -> None:
        """Draw a line through at least two points."""
        self._add(Path(points), _Look(z, None, stroke, width, dash))

    def area(self, points: Sequence[Point], fill: str, *, z: int = 2) -> None:
        """Fill the polygon through the points."""
        codes = [Path.MOVETO, *[Path.LINETO] * (len(points) - 1), Path.CLOSEPOLY]
        self._add(Path([*points, points[0]], codes), _Look(z, fill, None, 0.0, ()))

    def dot(self, x: float, y: float, radius: float, fill: str, *, stroke: str | None = None, z: int = 5) -> None:
        """Draw a disc, or a ring with paper inside when ``stroke`` is given."""
        circle = Path.unit_circle().transformed(Affine2D().scale(radius).translate(x, y))
        self._add(circle, _Look(z, fill, stroke, 1.8 if stroke else 0.0, ()))

    def text(
        self,
        x: float,
        y: float,
        content: str,
        *,
        size: float = TEXT,
        weight: int = NORMAL,
        fill: str = LIGHT.ink,
        anchor: str = "start",
        width: float | None = None,
    ) -> float:
        """Set one line with its middle at ``y``; shortened to ``width``. Return its width."""
        content = ellipsize(content, width, size, weight) if width is not None else content
        if content.strip():
            self._texts.append(svg.Text(x, y + 0.34 * size, content, size, weight, fill, anchor))
        return text_width(content, size, weight)

    def lines(
        self, x: float, y: float, content: Sequence[str], *, size: float = TEXT, anchor: str = "start",
        fill: str = LIGHT.ink, weight: int = NORMAL,
    ) -> None:  # fmt: skip
        """Set several lines, centred as a block on ``y``."""
        leading = 1.16 * size
        top = y - leading * (len(content) - 1) / 2
        for number, line in enumerate(content):
            self.text(x, top + number * leading, line, size=size, anchor=anchor, fill=fill, weight=weight)

    def label(self, x: float, y: float, content: Sequence[str], *, size: float = TEXT, fill: str = LIGHT.ink) -> None:
        """Set several lines on paper of their own, so that hairlines of the plot do not run through them."""
        leading = 1.16 * size
        top = y - leading * (len(content) - 1) / 2
        for number, line in enumerate(content):
            middle = top + number * leading
            self.rect(x, middle - leading / 2, text_width(line, size) + 2, leading, LIGHT.paper, z=6)
        self.lines(x, y, content, size=size, fill=fill)

    def ticks(
        self, scale: Scale, top: float, bottom: float, words: Sequence[tuple[float, str]], *, label: str = ""
    ) -> None:
        """Draw hairlines across the plot and their labels below it, and under those what the axis measures."""
        for value, word in words:
            x = scale(value)
            self.line([(x, top), (x, bottom)], LIGHT.rule, 0.8, z=1)
            self._centred(x, bottom + 12, word)
        if label:
            self._centred((scale.start + scale.end) / 2, bottom + 29, label)

    def _centred(self, x: float, y: float, word: str) -> None:
        """Set a small word around ``x``, moved inwards where it would leave the drawing."""
        room = text_width(word, SMALL) / 2
        x = min(max(x, room), self.width - room)
        self.text(x, y, word, size=SMALL, fill=LIGHT.muted, anchor="middle")

    def svg(self, chart_id: str, alt: str) -> str:
        """Return the drawing."""
        figure = Figure(figsize=(self.width / _DOTS_PER_INCH, self.height / _DOTS_PER_INCH), dpi=_DOTS_PER_INCH)
        figure.patch.set_visible(False)
        place = Affine2D().scale(1, -1).translate(0, self.height)
        for look, paths in sorted(self._marks.items(), key=lambda item: item[0].z):
            patch = PathPatch(
                Path.make_compound_path(*paths),
                facecolor=look.fill or "none",
                edgecolor=look.stroke or "none",
                linewidth=look.width,
                linestyle=(0, look.dash) if look.dash else "solid",
                capstyle="butt",
                joinstyle="miter",
                antialiased=True,
                zorder=look.z,
                clip_on=False,
            )
            patch.set_transform(place)
            figure.add_artist(patch)
        raw = io.StringIO()
        FigureCanvasSVG(figure).print_svg(raw, metadata={"Date": None, "Creator": None})  # type: ignore[no-untyped-call]
        return svg.clean(raw.getvalue().encode(), chart_id=chart_id, alt=alt, texts=self._texts)

    def chart(
        self,
        chart_id: str,
        *,
        title: str,
        subtitle: str,
        alt: str,
        columns: Mapping[str, str],
        rows: Iterable[tuple[Cell, ...]],
        source: str,
        narrow: Canvas | None = None,
        printed: Canvas | None = None,
    ) -> Chart:
        """Return the drawing as a chart.

        Parameters
        ----------
        columns
            Format of each column by its heading.
        narrow, printed
            The same finding drawn for a phone and for paper.
        """
        return Chart(
            id=chart_id,
            title=title,
            subtitle=subtitle,
            alt=alt,
            svg=self.svg(chart_id, alt),
            width=self.width,
            height=self.height,
            columns=tuple(columns),
            formats=tuple(columns.values()),
            rows=tuple(rows),
            source=source,
            narrow=narrow.drawing(f"{chart_id}-narrow", alt) if narrow else None,
            printed=printed.drawing(f"{chart_id}-printed", alt) if printed else None,
        )

    def drawing(self, chart_id: str, alt: str) -> Drawing:
        """Return the drawing with its size."""
        return Drawing(self.svg(chart_id, alt), self.width, self.height)

    def _add(self, path: Path, look: _Look) -> None:
        self._marks.setdefault(look, []).append(path)
