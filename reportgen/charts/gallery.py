"""All charts of a report by their stable ids."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from functools import partial

from reportgen.analysis.result import Analysis
from reportgen.charts.campaign import gains_chart, reach_chart
from reportgen.charts.changes import drift_chart, flow_chart
from reportgen.charts.choice import choice_chart
from reportgen.charts.comparison import feature_chart, feature_height, gaps_chart
from reportgen.charts.components import component_chart, scree_chart
from reportgen.charts.families import families_chart
from reportgen.charts.heat import heat_chart
from reportgen.charts.history import history_chart
from reportgen.charts.markers import bars_chart
from reportgen.charts.missing_blocks import missing_blocks_chart
from reportgen.charts.profiles import profile_chart
from reportgen.charts.quality import missing_chart, missing_rows_chart
from reportgen.charts.response import response_chart
from reportgen.charts.segment_map import map_chart
from reportgen.charts.segments import index_chart
from reportgen.charts.shown import COMPONENTS_SHOWN, feature_ids, fitting, in_order, printed_segments
from reportgen.charts.style import Chart


class Use(Enum):
    """Where a chart is shown."""

    PAPER = "in the PDF, and on the pages"
    SCREEN = "on the pages alone"
    ASKED = "on no page: there are many of its kind, and these come last"


def charts_of(analysis: Analysis) -> Mapping[str, Chart]:
    """Draw every chart of a report.

    Parameters
    ----------
    analysis
        The published analysis; the only input of charts.

    Returns
    -------
    Mapping[str, Chart]
        Charts by id: ``index``, ``segment-map``, ``families``, ``markers``, ``missing``, ``missing-rows``,
        ``missing-blocks``, ``scree``, ``component-<n>``, ``choice``, ``gaps``, ``reach``, ``gains``, ``response``,
        ``drift``, ``flow``, ``history``, ``feature-<slug>`` for the features that differ most, and
        ``segment-<id>-profile`` and ``segment-<id>-markers``. A chart that would have nothing to show is left out.
    """
    return in_order(chart for use in Use for chart in draw(analysis, use))


def draw(analysis: Analysis, use: Use) -> Iterator[tuple[int, Chart]]:
    """Draw the charts of one use, each with its place among all."""
    for place, (shown, make) in enumerate(_makers(analysis)):
        chart = make() if shown is use else None
        if chart is not None:
            yield place, chart


def _makers(analysis: Analysis) -> Iterator[tuple[Use, Callable[[], Chart | None]]]:
    """Yield what draws each chart, and where it is shown."""
    for make in (
        index_chart, map_chart, families_chart, heat_chart, missing_chart, missing_rows_chart, missing_blocks_chart,
        scree_chart,
    ):  # fmt: skip
        yield Use.PAPER, partial(make, analysis)
    for number, reading in enumerate(analysis.components.readings):
        yield Use.SCREEN if number < COMPONENTS_SHOWN else Use.ASKED, partial(component_chart, analysis, reading)
    for make in (choice_chart, gaps_chart, reach_chart, gains_chart, response_chart):
        yield Use.PAPER, partial(make, analysis)
    features = feature_ids(analysis)
    heights = {chart_id: feature_height(feature) for chart_id, feature in features.items()}
    printed = fitting({chart_id: height for chart_id, height in heights.items() if height is not None})
    for chart_id, feature in features.items():
        yield Use.PAPER if chart_id in printed else Use.SCREEN, partial(feature_chart, analysis, feature, chart_id)
    for make in (drift_chart, flow_chart, history_chart):
        yield Use.SCREEN, partial(make, analysis)
    pages = {segment.id for segment in printed_segments(analysis)}
    for segment in analysis.segments:
        yield Use.PAPER if segment.id in pages else Use.SCREEN, partial(profile_chart, analysis, segment)
        yield Use.SCREEN if segment.id else Use.ASKED, partial(bars_chart, analysis, segment)
