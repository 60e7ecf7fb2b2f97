"""Charts are drawn in two parts, so that the PDF can begin: together they are all, and paper needs the first alone."""

from __future__ import annotations

import pytest

from reportgen.analysis.result import Analysis
from reportgen.charts.gallery import charts_of
from reportgen.engine.helpers import Helpers
from reportgen.pipeline_charts import Charts, open_studio
from reportgen.report.site import render_print
from tests.factories import example_analysis
from tests.factory_changes import with_example_changes

KINDS = {
    "few": lambda: example_analysis(2, 6),
    "many": lambda: example_analysis(9, 30, totals=True),
    "changes": lambda: with_example_changes(example_analysis(5, 20)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_paper_shows_no_chart_of_the_second_part(kind: str) -> None:
    analysis: Analysis = KINDS[kind]()
    charts = Charts.drawn_here("en", analysis)
    assert 0 < len(charts.printed) < len(charts.all)
    assert render_print(analysis, charts.printed) == render_print(analysis, charts.all)


@pytest.mark.parametrize("kind", KINDS)
def test_both_parts_are_all_charts_in_their_order(kind: str) -> None:
    analysis: Analysis = KINDS[kind]()
    assert list(Charts.drawn_here("en", analysis).all.items()) == list(charts_of(analysis).items())


def test_a_helper_draws_the_same_in_the_language_of_the_report() -> None:
    analysis = example_analysis(3, 8)
    with Helpers(1) as helpers, open_studio(helpers) as studio:
        drawn = studio.begin("de", analysis).all
    assert drawn == Charts.drawn_here("de", analysis).all
    assert drawn != charts_of(analysis)
