"""What every chapter is written with: the analysis, its charts, the number formats and where links lead."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reportgen.analysis.codes import in_words
from reportgen.analysis.result import Analysis
from reportgen.analysis.result_segments import Segment
from reportgen.charts.shown import printed_segments
from reportgen.charts.style import Chart, Drawing
from reportgen.charts.svg import without_anchors
from reportgen.formatting import NOT_GIVEN, Formatter
from reportgen.language import say, say_n
from reportgen.report.brand import NO_BRAND, Brand
from reportgen.report.tables import Value
from reportgen.report.views import Cell, Column, Figure, Medium, Row, Table

# A reader scrolls through so many; whoever wants more computes with them, and takes the file. The single file, which
# holds all pages at once, has to be light enough to send.
ROWS_BESIDE_A_CHART = {Medium.SITE: 100, Medium.SINGLE: 30, Medium.PRINT: 0}
BADGE_TONES = {
    "highly stable": "firm", "stable": "firm", "pattern only": "loose", "do not trust": "broken",
}  # fmt: skip


@dataclass(frozen=True)
class Desk:
    """The tools of the chapters.

    Attributes
    ----------
    analysis, charts, fmt
        What is told, how it is drawn, how numbers read.
    medium
        Decides whether links lead to files or to anchors, and whether charts stand inline or as images.
    brand
        Its colours take the place of ours on paper; on screen the style sheet sees to that.
    """

    analysis: Analysis
    charts: Mapping[str, Chart]
    fmt: Formatter
    medium: Medium
    brand: Brand = NO_BRAND

    @property
    def is_site(self) -> bool:
        """Whether pages are files of their own."""
        return self.medium is Medium.SITE

    @property
    def is_print(self) -> bool:
        """Whether nothing can be clicked open or downloaded."""
        return self.medium is Medium.PRINT

    def page(self, page: str) -> str:
        """Return the target of a page: its file on the site, else its anchor."""
        return f"{page}.html" if self.is_site else f"#{page}"

    def anchor(self, page: str, anchor: str) -> str:
        """Return the target of a place on a page."""
        return f"{page}.html#{anchor}" if self.is_site else f"#{anchor}"

    def term(self, name: str) -> str:
        """Return the target of an explained term."""
        return self.anchor("method", f"term-{name}")

    def csv(self, table: str) -> str:
        """Return the target of a table as CSV; empty where there are no files."""
        return f"tables/{table}.csv" if self.is_site else ""

    def has_chart(self, chart: str) -> bool:
        """Return whether a chart was drawn."""
        return chart in self.charts

    def figures(self, *names: str) -> tuple[Figure, ...]:
        """Return the figures of the named charts, leaving out those that were not drawn."""
        return tuple(self.figure(name) for name in names if name in self.charts)

    def figure(self, name: str) -> Figure:
        """Return one figure with its numbers."""
        chart = self.charts[name]
        return Figure(
            id=f"figure-{chart.id}",
            chart=chart.id,
            heading=chart.title,
            subtitle=chart.subtitle,
            drawing=self._drawing(chart),
            source=chart.source,
            table=None if self.is_print else self._numbers(chart),
            csv=self.csv(chart.id),
            image=f"charts/{chart.id}.svg" if self.is_site else "",
            narrow="" if self.is_print or chart.narrow is None else Markup(chart.narrow.svg),
        )

    def _drawing(self, chart: Chart) -> Markup:
        if not self.is_print:
            return Markup(chart.svg)
        drawn = chart.printed or Drawing(chart.svg, chart.width, chart.height)
        encoded = base64.b64encode(without_anchors(self.brand.recolour(drawn.svg)).encode()).decode("ascii")
        return Markup(
            '<img class="chart" alt="{}" width="{:.0f}" height="{:.0f}" src="data:image/svg+xml;base64,{}">'
        ).format(chart.alt, drawn.width, drawn.height, encoded)

    def _numbers(self, chart: Chart) -> Table:
        columns = tuple(
            Column(title[:1].upper() + title[1:], "text" if kind == "text" else "number")
            for title, kind in zip(chart.columns, chart.formats, strict=True)
        )
        rows = tuple(
            Row(tuple(Cell(self.value(value, kind)) for value, kind in zip(row, chart.formats, strict=True)))
            for row in chart.rows[: ROWS_BESIDE_A_CHART[self.medium]]
        )
        left = len(chart.rows) - len(rows)
        return Table(
            id=f"numbers-{chart.id}",
            caption=say("{title}: the numbers", title=chart.title),
            columns=columns,
            rows=rows,
            note=say_n(
                left,
                "{n}\u00a0more row is in the file {file}.",
                "{n}\u00a0more rows are in the file {file}.",
                n=self.fmt.count(left),
                file=f"tables/{chart.id}.csv",
            )
            if left > 0
            else "",
            tone="numbers",
        )

    def value(self, value: Value, kind: str) -> str:
        """Return a value of a chart's table as text, by the kind that the chart declares."""
        if value is None:
            return NOT_GIVEN
        if isinstance(value, str):
            return value
        if kind == "share":
            return self.fmt.share_in_table(value)
        if kind == "index":
            return self.fmt.index(value)
        if kind == "effect":
            return self.fmt.signed(value)
        if kind == "count":
            return self.fmt.decimal(value, 0)
        if kind == "agreement":
            return self.fmt.coefficient(value)
        size = abs(value)
        return self.fmt.decimal(value, 0 if size >= 100 else 1 if size >= 10 else 2)

    def segment_cell(self, segment: Segment) -> Cell:
        """Return the heading cell of a segment's row: letter and name, linked to its page where it has one."""
        href = self.page(segment_page(segment)) if self.has_page(segment) else ""
        return Cell(f"{segment.letter}\u2002{self.label(segment.name, 90)}", href=href)

    def badge(self, segment: Segment) -> tuple[str, str]:
        """Return how firmly a segment stands in words, and the style that goes with it."""
        if segment.id == 0:
            return say("shown apart"), "apart"
        if segment.badge is None:
            return NOT_GIVEN, "apart"
        return in_words(segment.badge), BADGE_TONES.get(segment.badge, "apart")

    def label(self, text: str, length: int) -> str:
        """Return a label; on paper, where nothing can be scrolled, at most ``length`` characters of it."""
        return self.fmt.shortened(text, length) if self.is_print else text

    def has_page(self, segment: Segment) -> bool:
        """Return whether a segment has a page of its own; in print only some have."""
        if segment.id == 0:
            return not self.is_print and segment.population.count + segment.customers.count > 0
        return not self.is_print or segment.id in {chosen.id for chosen in self.printed_segments}

    @property
    def printed_segments(self) -> tuple[Segment, ...]:
        """The segments that get a printed page."""
        return printed_segments(self.analysis)


def segment_page(segment: Segment) -> str:
    """Return the id of a segment's page."""
    return f"segment-{segment.id}"


def by_index(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """Return placed segments by falling index, then segment 0."""
    return tuple(
        sorted(segments, key=lambda s: (s.id == 0, -(s.index_placed if s.index_placed is not None else -1.0), s.id))
    )
