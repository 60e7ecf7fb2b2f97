from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import etree

from reportgen.analysis.result import Analysis
from reportgen.charts.changes import drift_chart, flow_chart
from reportgen.charts.history import history_chart
from tests.factories import example_analysis
from tests.factory_changes import example_changes, with_example_changes


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return with_example_changes(example_analysis(5, 24))


def texts(svg: str) -> list[str]:
    return ["".join(map(str, node.itertext())) for node in etree.fromstring(svg.encode()).iter("{*}text")]


def test_without_an_earlier_issue_nothing_is_drawn() -> None:
    first = example_analysis(3, 6)
    assert (drift_chart(first), flow_chart(first), history_chart(first)) == (None, None, None)


def test_drift_says_how_many_moved_and_holds_all_features(analysis: Analysis) -> None:
    chart = drift_chart(analysis)
    assert chart is not None
    assert chart.title == "In the population 8\u00a0features of 24 moved by more than chance, 1 beyond the alarm"
    assert len(chart.rows) == 24
    assert "alarm 0.25" in texts(chart.svg)
    calm = replace(
        analysis,
        changes=replace(
            example_changes(analysis),
            features=tuple(
                replace(f, population=replace(f.population, psi=1e-9, p_holm=1.0, alarm=False))
                for f in example_changes(analysis).features
                if f.population is not None
            ),
        ),
    )
    chart = drift_chart(calm)
    assert chart is not None
    assert chart.title == "In the population no feature of 24 moved by more than chance"


def test_flows_are_drawn_when_somebody_moved(analysis: Analysis) -> None:
    chart = flow_chart(analysis)
    assert chart is not None
    assert chart.title == "10 % of people are in another segment than before".replace(" %", "\u00a0%") or (
        "of people are in another segment than before" in chart.title
    )
    assert len(chart.rows) == 2 * len(analysis.segments)
    words = texts(chart.svg)
    assert {"before", "now"} <= set(words)
    assert sum(word.startswith("A") for word in words) == 2
    assert chart.narrow is not None
    assert sorted(texts(chart.narrow.svg)) == sorted(words)
    still = replace(analysis, changes=example_changes(analysis, moved=False))
    assert flow_chart(still) is None
    assert flow_chart(replace(analysis, changes=replace(example_changes(analysis), migration=None))) is None


def test_history_shows_every_segment_and_gaps(analysis: Analysis) -> None:
    chart = history_chart(analysis)
    assert chart is not None
    assert chart.title == "7 issues, from 2026-01-01 to 2026-07-01"
    assert len(chart.rows) == 7 * len(analysis.segments) - 2
    assert {"A", "B", "0"} <= set(texts(chart.svg))
    assert chart.narrow is not None
    assert {"A", "B", "0", "% of population", "of customers"} <= set(texts(chart.narrow.svg))
    single = replace(analysis, changes=example_changes(analysis, issues=1))
    assert history_chart(single) is None
