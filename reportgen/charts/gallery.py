"""All charts of a report by their stable ids."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from reportgen.analysis.result import Analysis
from reportgen.charts.campaign import gains_chart, reach_chart
from reportgen.charts.changes import drift_chart, flow_chart
from reportgen.charts.choice import choice_chart
from reportgen.charts.comparison import feature_chart, gaps_chart
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
from reportgen.charts.shown import feature_ids, in_order
from reportgen.charts.style import Chart


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
    return in_order(chart for paper in (True, False) for chart in draw(analysis, paper=paper))


def draw(analysis: Analysis, *, paper: bool) -> Iterator[tuple[int, Chart]]:
    """Draw the charts that may be printed, or those that are for the screen alone, each with its place among all."""
    for place, (printed, make) in enumerate(_makers(analysis)):
        chart = make() if printed is paper else None
        if chart is not None:
            yield place, chart


def _makers(analysis: Analysis) -> Iterator[tuple[bool, Callable[[], Chart | None]]]:
    """Yield what draws each chart, and whether paper may show it."""
    for make in (
        index_chart, map_chart, families_chart, heat_chart, missing_chart, missing_rows_chart, missing_blocks_chart,
        scree_chart,
    ):  # fmt: skip
        yield True, partial(make, analysis)
    for reading in analysis.components.readings:
        yield False, partial(component_chart, analysis, reading)
    for make in (choice_chart, gaps_chart, reach_chart, gains_chart, response_chart):
        yield True, partial(make, analysis)
    for chart_id, feature in feature_ids(analysis).items():
        yield True, partial(feature_chart, analysis, feature, chart_id)
    for make in (drift_chart, flow_chart, history_chart):
        yield True, partial(make, analysis)
    for segment in analysis.segments:
        yield True, partial(profile_chart, analysis, segment)
        yield False, partial(bars_chart, analysis, segment)
