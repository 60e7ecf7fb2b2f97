"""The campaign chapter: what leads, what is said, and what is never said."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from reportgen.analysis.result import Analysis
from reportgen.analysis.result_campaign import CalibrationStep
from reportgen.charts.gallery import charts_of
from reportgen.formatting import WITHHELD, Formatter
from reportgen.report.campaign_page import campaign_page
from reportgen.report.context import build_report
from reportgen.report.data_tables import data_tables
from reportgen.report.desk import Desk
from reportgen.report.site import render_single
from reportgen.report.views import Medium, Page
from tests.factories import example_analysis


def chapter(analysis: Analysis, medium: Medium = Medium.SITE) -> Page:
    report = build_report(analysis, charts_of(analysis), medium)
    return next(page for page in report.pages if page.id == "campaign")


def order(analysis: Analysis, medium: Medium = Medium.SITE) -> list[str]:
    return [section.id.removeprefix("campaign-") for section in chapter(analysis, medium).sections]


def leading(analysis: Analysis, by: str) -> Analysis:
    return replace(analysis, campaign=replace(analysis.campaign, leads_with=by))


def test_the_plan_comes_first_when_there_are_terms() -> None:
    planned = example_analysis(4, 6, campaign=True)
    assert order(planned) == ["plan", "depth", "test", "score", "trust", "reach", "response"]
    counted = example_analysis(4, 6)
    assert order(counted) == ["score", "trust", "reach", "plan", "depth"]


def test_segments_lead_when_the_index_does_not() -> None:
    assert order(leading(example_analysis(4, 6), "segments"))[:3] == ["reach", "score", "trust"]


def test_without_a_ranking_it_says_why() -> None:
    page = chapter(example_analysis(4, 6, ranked=False))
    assert [section.id for section in page.sections] == [
        "campaign-reach",
        "campaign-score",
        "campaign-plan",
        "campaign-depth",
    ]
    score = next(section for section in page.sections if section.id == "campaign-score")
    assert "at least 100 customers" in score.text[0]
    assert score.figures == ()


@pytest.mark.parametrize(
    ("predicted", "said"),
    [(0.31, "as large as it says"), (0.33, "at its top it says too much"), (0.27, "at its top it says too little")],
)
def test_the_highest_tenth_is_held_to_what_it_says(predicted: float, said: str) -> None:
    analysis = example_analysis(4, 6)
    ranking = analysis.campaign.ranking
    assert ranking is not None
    top = replace(ranking.calibration[0], observed=0.30, interval=(0.28, 0.32), predicted=predicted)

    def told(top: CalibrationStep) -> list[str]:
        steps = replace(ranking, calibration=(top, *ranking.calibration[1:]))
        page = chapter(replace(analysis, campaign=replace(analysis.campaign, ranking=steps)))
        return [text for text in page.sections[1].text if text.startswith("In the tenth with the highest index")]

    (text,) = told(top)
    share = f"{100 * predicted:.1f}\u00a0%"
    assert f"it expects {share} of customers, and 30.0\u00a0% were found (28.0–32.0\u00a0%): {said}" in text
    few = {"observed": "fewer than 10 people", "interval": "fewer than 10 people"}
    assert told(replace(top, observed=None, interval=None, reasons=few)) == []


def test_it_leads_the_pdf_when_there_is_a_plan() -> None:
    def pages(analysis: Analysis, medium: Medium) -> list[str]:
        return [page.id for page in build_report(analysis, charts_of(analysis), medium).pages]

    planned, counted = example_analysis(4, 6, campaign=True), example_analysis(4, 6)
    assert pages(planned, Medium.PRINT)[:3] == ["index", "campaign", "segments"]
    assert pages(counted, Medium.PRINT).index("campaign") > pages(counted, Medium.PRINT).index("segments")
    on_screen = pages(planned, Medium.SITE)
    assert on_screen == pages(counted, Medium.SITE)
    assert on_screen.index("campaign") == on_screen.index("robustness") - 1


def test_on_paper_both_curves_share_a_page() -> None:
    assert order(example_analysis(4, 6, campaign=True), Medium.PRINT) == ["plan", "depth", "test", "curves", "response"]
    assert order(example_analysis(4, 6), Medium.PRINT) == ["curves", "steps"]


def test_every_row_of_the_plan_is_a_segment_and_assumptions_are_marked() -> None:
    analysis = example_analysis(4, 6, campaign=True)
    plan, terms = chapter(analysis).sections[0].tables
    assert [row.cells[0].text[0] for row in plan.rows] == [
        analysis.by_id[row.segment].letter for row in analysis.campaign.plan.rows
    ]
    assert [column.title for column in plan.columns][3:5] == ["Pays", "Pieces"]
    marked = {row.cells[0].text: row.cells[2].text for row in terms.rows}
    assert marked["response of an unselected mailing"].startswith("assumed: ")
    assert marked["cost per piece"] == "your setting"
    assert "index uncertainty only" in plan.note


def test_without_terms_no_money_is_printed() -> None:
    page = chapter(example_analysis(4, 6))
    plan = next(section for section in page.sections if section.id == "campaign-plan")
    assert [column.title for column in plan.tables[0].columns] == [
        "Segment", "Prospects", "Index", "Prospects so far",
    ]  # fmt: skip
    assert plan.facts == ()
    assert "EUR" not in " ".join(column.title for table in plan.tables for column in table.columns)


def test_unrecognised_customers_are_said() -> None:
    analysis = example_analysis(4, 6, campaign=True)
    plan = replace(analysis.campaign.plan, customers_left_out=None)
    unknown = replace(analysis, campaign=replace(analysis.campaign, plan=plan))
    assert "cannot be recognised" in chapter(unknown).sections[0].tables[0].note
    none = replace(analysis, campaign=replace(analysis.campaign, plan=replace(plan, customers_left_out=0)))
    assert "no current customer is left out" in chapter(none).sections[0].tables[0].note


@pytest.mark.parametrize("options", [{}, {"campaign": True}, {"campaign": True, "ranked": False}])
def test_nothing_is_promised_anywhere(options: dict[str, bool]) -> None:
    analysis = example_analysis(5, 8, totals=True, **options)
    text = re.sub(r"<[^>]+>", " ", render_single(analysis, charts_of(analysis)).decode())
    said = text
    for denied in ("never that they", "does not say that anybody", "not that they", "Over-represented is not “"):
        said = said.replace(f"{denied}{'' if denied.endswith('“') else ' '}will respond", "")
    assert not re.search(r"\bwill (respond|buy|order|bring)\b", said)
    assert "resembles current customers" in text
    assert re.search(r"\bnan\b", text) is None


def test_tables_hold_what_the_pages_show() -> None:
    names = {table.id for table in data_tables(example_analysis(4, 6, campaign=True))}
    wanted = {"reach-steps", "plan", "plan-depths", "plan-terms", "gains-summary", "calibration", "response-tenths"}
    assert wanted | {"response-uplift"} <= names
    few = {table.id for table in data_tables(example_analysis(4, 6, ranked=False))}
    assert not few & {"plan-terms", "gains-summary", "calibration", "response-tenths", "response-uplift"}


def test_a_withheld_index_is_said_to_be_withheld() -> None:
    analysis = example_analysis(3, 6)
    campaign = replace(analysis.campaign, ranking=None, reasons={**analysis.campaign.reasons, "ranking": WITHHELD})
    told = replace(analysis, campaign=campaign)
    page = campaign_page(Desk(told, charts_of(told), Formatter("en"), Medium.SITE))
    texts = [text for section in page.sections for text in section.text]
    assert "Withheld: with it a count under 10 could be worked out." in texts
