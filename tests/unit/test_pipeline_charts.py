"""Charts are drawn in two parts, so that the PDF can begin: what paper shows, and what else the pages show."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from reportgen.analysis.result import Analysis
from reportgen.charts.comparison import feature_chart, feature_height
from reportgen.charts.gallery import Use, charts_of, draw
from reportgen.charts.shown import COMPONENTS_SHOWN, HEADING_HEIGHT, PRINTED_HEIGHT, fitting
from reportgen.engine.helpers import Helpers
from reportgen.pipeline_charts import Charts, open_studio
from reportgen.report.context import build_report
from reportgen.report.site import render_print, render_site, shown_charts
from reportgen.report.views import Medium
from tests.factories import example_analysis
from tests.factory_changes import with_example_changes

CREATED = datetime(2026, 11, 1, tzinfo=UTC)
KINDS = {
    "few": lambda: example_analysis(2, 6),
    "many": lambda: example_analysis(9, 30, totals=True),
    "changes": lambda: with_example_changes(example_analysis(5, 20)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_part_is_what_paper_shows_and_no_more(kind: str) -> None:
    analysis: Analysis = KINDS[kind]()
    charts = Charts.drawn_here("en", analysis)
    document = render_print(analysis, charts_of(analysis))
    assert render_print(analysis, charts.printed) == document
    shown = shown_charts(build_report(analysis, charts_of(analysis), Medium.PRINT))
    assert 0 < len(shown) < len(charts.all)
    assert set(charts.printed) == shown


@pytest.mark.parametrize("kind", KINDS)
def test_both_parts_are_what_the_pages_show_in_the_order_of_all_charts(kind: str) -> None:
    analysis: Analysis = KINDS[kind]()
    every = charts_of(analysis)
    charts = Charts.drawn_here("en", analysis).all
    shown = shown_charts(build_report(analysis, every, Medium.SITE))
    assert list(charts.items()) == [(name, chart) for name, chart in every.items() if name in shown]
    site = render_site(analysis, charts, created=CREATED)
    assert site == render_site(analysis, every, created=CREATED)


def test_components_beyond_those_on_the_pages_are_drawn_for_who_asks() -> None:
    analysis = example_analysis(9, 30, totals=True)
    asked = {chart.id for _, chart in draw(analysis, Use.ASKED)}
    beyond = analysis.components.readings[COMPONENTS_SHOWN:]
    assert beyond
    assert asked == {f"component-{reading.component}" for reading in beyond} | ({"segment-0-markers"} & asked)


@pytest.mark.parametrize("levels", [1, 2, 9, 60])
def test_a_feature_is_as_high_as_it_is_drawn(levels: int) -> None:
    analysis = example_analysis(3, 8)
    feature = next(feature for feature in analysis.features if feature.levels)
    labels = ("short", "a label that is much too long to stand in one line beside its dots")
    level = feature.levels[0]
    many = tuple(replace(level, code=str(at), label=labels[at % 2]) for at in range(levels))
    changed = replace(feature, levels=many)
    chart = feature_chart(analysis, changed, "feature-x")
    assert chart is not None
    assert feature_height(changed) == chart.height
    assert feature_height(replace(feature, levels=())) is None


def test_a_chart_too_tall_for_what_is_left_of_the_page_is_passed_over() -> None:
    half = PRINTED_HEIGHT / 2 - HEADING_HEIGHT
    assert fitting({"first": half, "tall": half + 1, "second": half, "none": 0.0}) == ["first", "second"]
    assert fitting({}) == []


def test_a_helper_draws_the_same_in_the_language_of_the_report() -> None:
    analysis = example_analysis(3, 8)
    with Helpers(1) as helpers, open_studio(helpers) as studio:
        drawn = studio.begin("de", analysis).all
    assert drawn == Charts.drawn_here("de", analysis).all
    assert drawn != Charts.drawn_here("en", analysis).all
