"""Figures of the campaign that are held back, on the page, in the tables and in the charts."""

from __future__ import annotations

from dataclasses import replace

from reportgen.analysis.result import Analysis
from reportgen.analysis.result_campaign import Campaign
from reportgen.analysis.suppression import FEW, WITHHELD
from reportgen.charts.campaign import gains_chart
from reportgen.charts.gallery import charts_of
from reportgen.charts.response import response_chart
from reportgen.report.campaign_tables import campaign_tables
from reportgen.report.context import build_report
from reportgen.report.views import Medium, Section, Table
from tests.factories import example_analysis


def held_back() -> Analysis:
    """Return a chapter in which everything is held back that may be."""
    analysis = example_analysis(4, 6, campaign=True)
    return replace(analysis, campaign=_held(analysis.campaign))


def _held(campaign: Campaign) -> Campaign:
    ranking, response = campaign.ranking, campaign.response
    assert ranking is not None
    assert response is not None
    gone = dict.fromkeys(("observed", "interval", "customers"), FEW)
    tenths = [
        replace(step, observed=None, interval=None, customers=None, reasons=gone) if step.tenth == 10 else step
        for step in ranking.calibration
    ]
    gains = [
        replace(gains, customers=None, others=None, step=0.05, reasons=dict.fromkeys(("customers", "others"), WITHHELD))
        for gains in ranking.gains
    ]
    groups = (replace(response.groups[0], last_tenth=4), replace(response.groups[4], last_tenth=10))
    test = replace(
        response.uplift[0], control_rate=None, difference=None, interval=None,
        reasons={"control_rate": FEW, "difference": WITHHELD, "interval": WITHHELD},
    )  # fmt: skip
    steps = tuple(
        replace(step, held_out=None, reasons={**step.reasons, "held_out": WITHHELD}) for step in campaign.reach.steps
    )
    return replace(
        campaign,
        reach=replace(campaign.reach, steps=steps, held_out_step=0.0),
        ranking=replace(ranking, calibration=tuple(tenths), gains=tuple(gains)),
        plan=replace(campaign.plan, left_out_step=20),
        response=replace(response, groups=groups, uplift=(test,), found=None, reasons={"found": WITHHELD}),
    )


def sections() -> dict[str, Section]:
    analysis = held_back()
    report = build_report(analysis, charts_of(analysis), Medium.SITE)
    page = next(page for page in report.pages if page.id == "campaign")
    return {section.id: section for section in page.sections}


def table(section: Section, name: str) -> Table:
    return next(table for table in section.tables if table.id == name)


def texts(of: Table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in of.rows]


def test_the_page_marks_what_is_held_back() -> None:
    found = sections()
    assert texts(table(found["campaign-trust"], "table-calibration"))[-1][3:] == ["<\u00a010", "<\u00a010"]
    lift = table(found["campaign-score"], "table-lift-everybody")
    assert lift.note.startswith("Customers (number withheld) against others (number withheld)")
    assert "in steps of 5.0\u00a0%" in lift.note
    assert "counted in steps of 20 by segment" in table(found["campaign-plan"], "table-plan").note
    response = found["campaign-response"]
    assert "is withheld, since few were not" in " ".join(response.text)
    assert [row[0] for row in texts(table(response, "table-response"))] == ["1\u20134", "5\u201310"]
    uplift = texts(table(response, "table-uplift"))[0]
    assert uplift[2] == "1.6\u00a0%"
    assert uplift[4:] == ["<\u00a010", "withheld"]


def test_files_hold_the_same_marks() -> None:
    tables = {table.id: table for table in campaign_tables(held_back())}

    def column(name: str, wanted: str) -> list[object]:
        at = tables[name].columns.index(wanted)
        return [row[at] for row in tables[name].rows]

    assert column("calibration", "customers")[-1] == "< 10"
    assert column("calibration", "observed_low")[-1] == "< 10"
    assert set(column("reach-steps", "held_out")) == {"withheld"}
    assert column("response-tenths", "last_tenth") == [4, 10]
    assert column("response-uplift", "control_response") == ["< 10"]
    assert column("response-uplift", "low") == ["withheld"]


def test_charts_name_the_tenths_that_are_put_together() -> None:
    chart = response_chart(held_back())
    assert chart is not None
    assert chart.title == "3.1\u00a0% of the first 4 tenths responded, 1.5\u00a0% of the last 6 tenths"
    assert "1\u20134" in chart.svg
    assert "5\u201310" in chart.svg
    assert "people found" not in chart.source
    gains = gains_chart(held_back())
    assert gains is not None
    assert gains.subtitle.startswith("Held-out customers and others, each ranked")
