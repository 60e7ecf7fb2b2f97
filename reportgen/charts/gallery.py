"""All charts of a report by their stable ids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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
from reportgen.charts.shown import feature_ids
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
    return {chart.id: chart for chart in _all(analysis) if chart is not None}


def _all(analysis: Analysis) -> Iterator[Chart | None]:
    yield index_chart(analysis)
    yield map_chart(analysis)
    yield families_chart(analysis)
    yield heat_chart(analysis)
    yield missing_chart(analysis)
    yield missing_rows_chart(analysis)
    yield missing_blocks_chart(analysis)
    yield scree_chart(analysis)
    for reading in analysis.components.readings:
        yield component_chart(analysis, reading)
    yield choice_chart(analysis)
    yield gaps_chart(analysis)
    yield reach_chart(analysis)
    yield gains_chart(analysis)
    yield response_chart(analysis)
    for chart_id, feature in feature_ids(analysis).items():
        yield feature_chart(analysis, feature, chart_id)
    yield drift_chart(analysis)
    yield flow_chart(analysis)
    yield history_chart(analysis)
    for segment in analysis.segments:
        yield profile_chart(analysis, segment)
        yield bars_chart(analysis, segment)
