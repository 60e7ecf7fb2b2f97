"""Reach, gains and a past mailing drawn: titles say what is found, marks stand where the numbers are."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from reportgen.analysis.result import Analysis
from reportgen.analysis.result_campaign import Increment
from reportgen.charts.campaign import gains_chart, reach_chart
from reportgen.charts.response import response_chart
from reportgen.charts.style import LIGHT, Chart
from tests.factories import example_analysis


def shown(chart: Chart | None) -> Chart:
    assert chart is not None
    return chart


def with_increment(analysis: Analysis, interval: tuple[float, float]) -> Analysis:
    ranking = analysis.campaign.ranking
    assert ranking is not None
    gains = replace(ranking.gains[-1], increments=(Increment(0.2, 0.44, 0.53, 0.09, interval),))
    campaign = replace(analysis.campaign, ranking=replace(ranking, gains=(*ranking.gains[:-1], gains)))
    return replace(analysis, campaign=campaign)


def test_reach_says_how_far_the_segments_above_average_go() -> None:
    analysis = example_analysis(5, 6)
    chart = shown(reach_chart(analysis))
    steps = [step for step in analysis.campaign.reach.steps if step.segment and (step.index or 0) > 100]
    assert f"{100 * steps[-1].cumulative_customers:.0f}" in chart.title
    assert chart.title.count("of the population") == 1
    assert [row[0] for row in chart.rows] == [analysis.by_id[s.segment].letter for s in analysis.campaign.reach.steps]


def test_reach_without_a_segment_above_average() -> None:
    analysis = example_analysis(5, 6)
    steps = tuple(replace(step, index=90.0) for step in analysis.campaign.reach.steps)
    below = replace(analysis, campaign=replace(analysis.campaign, reach=replace(analysis.campaign.reach, steps=steps)))
    assert shown(reach_chart(below)).title == "No segment holds more customers than its size suggests"
    one = replace(below, campaign=replace(below.campaign, reach=replace(below.campaign.reach, steps=steps[:1])))
    assert reach_chart(one) is None


def test_the_corners_of_reach_stand_at_their_shares() -> None:
    analysis = example_analysis(2, 6)
    chart = shown(reach_chart(analysis))
    path = re.search(rf'd="M([^"]+)"[^>]*stroke="{LIGHT.customers}" stroke-width="2"', chart.svg)
    assert path is not None
    points = [tuple(map(float, pair.split())) for pair in path[1].split("L")]
    corners = [(0.0, 0.0), *((s.cumulative_population, s.cumulative_customers) for s in analysis.campaign.reach.steps)]
    wanted = [(44 + x * (550 - 44), 330 - y * (330 - 26)) for x, y in corners]
    for point, expected in zip(points, wanted, strict=True):
        assert point == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize(
    ("interval", "begins"),
    [
        ((0.05, 0.12), "A fifth of the people reaches 53\xa0% of customers by individual index, 44\xa0% by segments"),
        ((-0.02, 0.12), "The individual index reaches no more customers than the segments"),
        ((-0.12, -0.02), "A fifth of the people reaches 44\xa0% of customers by segments, 53\xa0% by individual index"),
    ],
)
def test_gains_claim_a_difference_only_where_there_is_one(interval: tuple[float, float], begins: str) -> None:
    assert shown(gains_chart(with_increment(example_analysis(3, 6), interval))).title.startswith(begins)


def test_gains_hold_all_three_orders() -> None:
    chart = shown(gains_chart(example_analysis(3, 6)))
    assert chart.columns[:3] == ("depth", "random", "segments")
    assert [row[1] for row in chart.rows] == pytest.approx([row[0] for row in chart.rows])
    assert gains_chart(example_analysis(3, 6, ranked=False)) is None


def test_a_past_mailing_is_drawn_by_tenths() -> None:
    chart = shown(response_chart(example_analysis(3, 6, campaign=True)))
    assert len(chart.rows) == 10
    assert chart.title == "3.1\xa0% of the first tenth responded, 0.8\xa0% of the last"
    assert "mailing.csv" in chart.source
    assert response_chart(example_analysis(3, 6)) is None
