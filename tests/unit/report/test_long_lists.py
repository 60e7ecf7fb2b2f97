"""Long lists are grouped or folded: what is shown at once is short, and nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from reportgen.analysis.result import Analysis
from reportgen.analysis.result_quality import Decision
from reportgen.charts.gallery import charts_of
from reportgen.report.context import build_report
from reportgen.report.site import render_single, render_tables, shown_charts
from reportgen.report.views import Medium, Section
from tests.factories import example_analysis
from tests.factory_changes import with_example_changes


@pytest.fixture(scope="module")
def large() -> Analysis:
    return example_analysis(6, 60, totals=True)


def sections(analysis: Analysis, medium: Medium = Medium.SITE) -> dict[str, Section]:
    report = build_report(analysis, charts_of(analysis), medium)
    return {section.id: section for page in report.pages for section in page.sections}


def test_features_are_listed_in_part_and_folded_in_full(large: Analysis) -> None:
    section = sections(large)["people-all"]
    assert len(section.tables[0].rows) == 15
    (fold,) = section.folds
    assert fold.summary == "All 60\u00a0features"
    assert len(fold.tables[0].rows) == 60
    assert fold.tables[0].rows[:15] == section.tables[0].rows
    assert section.tables[0].csv == fold.tables[0].csv == "tables/features.csv"


def test_a_list_that_is_hardly_longer_is_shown_whole() -> None:
    section = sections(example_analysis(3, 20))["people-all"]
    assert (len(section.tables[0].rows), section.folds) == (20, ())
    assert section.tables[0].csv == "tables/features.csv"


def test_charts_in_a_fold_are_files_of_the_site_too(large: Analysis) -> None:
    report = build_report(large, charts_of(large), Medium.SITE)
    shown = shown_charts(report)
    section = next(s for page in report.pages for s in page.sections if s.id == "people-levels")
    assert len(section.figures) == 6
    folded = {figure.chart for fold in section.folds for figure in fold.figures}
    assert len(folded) == 6
    assert folded <= shown


def test_every_column_can_be_opened_with_what_is_kept_and_filled_in(large: Analysis) -> None:
    (fold,) = sections(large)["data-columns"].folds
    (table,) = fold.tables
    assert len(table.rows) == len(large.quality.columns)
    titles = [column.title for column in table.columns]
    by_name = {column.label: column for column in large.quality.columns}
    for row in table.rows:
        column = by_name[row.cells[0].text]
        for title, value in (("Kept", column.inertia_kept), ("Filled in", column.share_imputed)):
            given = row.cells[titles.index(title)].text
            assert given == ("–" if value is None else f"{100 * value:.1f}\u00a0%")


def test_what_is_kept_of_each_feature_is_listed_the_least_first(large: Analysis) -> None:
    section = sections(large)["components-kept"]
    (table,) = section.folds[0].tables
    kept = sorted(c.inertia_kept for c in large.quality.columns if c.inertia_kept is not None)
    assert [row.cells[1].text for row in table.rows] == [f"{100 * share:.1f}\u00a0%" for share in kept]
    assert "less than a fifth is carried" in section.text[0]


def test_decisions_of_one_kind_stand_in_one_line() -> None:
    analysis = example_analysis(3, 14)
    names = [column.name for column in analysis.quality.columns]
    missing = [
        Decision(name, "not in the distance", f"missing too often: {n}.5 % of the population, limit 30 %")
        for n, name in enumerate(names[:12], start=40)
    ]
    twin = Decision(names[12], "not in the distance", f"tells nearly the same as {names[13]}")
    log = (*missing, twin, Decision("rows", "all rows are placed", "no gap"))
    section = sections(replace(analysis, quality=replace(analysis.quality, decisions=log)))["data-decisions"]
    rows = [[cell.text for cell in row.cells] for row in section.tables[0].rows]
    assert [row[0] for row in rows] == ["12\u00a0columns", analysis.quality.columns[12].label, "rows"]
    assert rows[0][2] == "Missing too often"
    assert "and 4 more" in section.tables[0].rows[0].cells[0].small
    (fold,) = section.folds
    assert [row.cells[2].text for row in fold.tables[0].rows][:2] == [
        "Missing too often: 40.5 % of the population, limit 30 %",
        "Missing too often: 41.5 % of the population, limit 30 %",
    ]
    assert len(fold.tables[0].rows) == len(log)


def test_a_log_without_groups_has_nothing_to_open() -> None:
    assert sections(example_analysis(3, 14))["data-decisions"].folds == ()


def test_components_without_a_clear_reading_say_so(large: Analysis) -> None:
    first, *others = large.components.readings
    vague = replace(first, title="No clear reading")
    changed = replace(large, components=replace(large.components, readings=(vague, *others)))
    row, *_ = sections(changed)["components-readings"].tables[0].rows
    assert [cell.text for cell in row.cells[1:3]] == ["no clear reading", "–"]


def test_paper_has_nothing_to_open(large: Analysis) -> None:
    assert all(section.folds == () for section in sections(large, Medium.PRINT).values())


def test_a_figure_for_a_phone_is_on_screen_only(large: Analysis) -> None:
    for medium, there in ((Medium.SITE, True), (Medium.SINGLE, True), (Medium.PRINT, False)):
        figures = [figure for section in sections(large, medium).values() for figure in section.figures]
        assert figures
        assert all(bool(figure.narrow) is there for figure in figures)


@pytest.mark.parametrize("long_labels", [False, True])
def test_the_largest_report_is_light_enough_to_send(long_labels: bool) -> None:
    made = example_analysis(15, 300, totals=True, campaign=True, long_labels=long_labels)
    analysis = with_example_changes(made)
    assert 1_500_000 < len(render_single(analysis, charts_of(analysis))) < 3_000_000


def test_long_numbers_say_where_the_others_are() -> None:
    analysis = example_analysis(3, 120)
    charts = charts_of(analysis)
    for medium, most in ((Medium.SITE, 100), (Medium.SINGLE, 30)):
        (figure,) = sections(analysis, medium)["people-top"].figures
        assert figure.table is not None
        assert len(figure.table.rows) == most
        left = len(charts["gaps"].rows) - most
        assert figure.table.note == f"{left}\u00a0more rows are in the file tables/gaps.csv."
    assert sections(analysis, Medium.PRINT)["people-top"].figures[0].table is None


@pytest.mark.parametrize("changed", [False, True])
def test_every_table_and_figure_of_the_site_has_a_file(changed: bool) -> None:
    analysis = example_analysis(5, 30, totals=True, campaign=True)
    analysis = with_example_changes(analysis) if changed else analysis
    files = render_tables(analysis, charts_of(analysis), created=datetime(2026, 11, 1, tzinfo=UTC))
    for name, section in sections(analysis).items():
        figures = [*section.figures, *(figure for fold in section.folds for figure in fold.figures)]
        tables = [*section.tables, *(table for fold in section.folds for table in fold.tables)]
        wanting = {table.id for table in tables if table.csv not in files}
        assert wanting <= {"changes-segments", "changes-codes-table"}, name
        assert all(figure.csv in files for figure in figures), name


def test_pages_lead_to_what_the_glossary_explains() -> None:
    analysis = example_analysis(3, 12, totals=True, campaign=True)
    pages = build_report(analysis, charts_of(analysis), Medium.SITE).pages
    assert {page.id for page in pages if not page.terms} == {"index", "method"}
    assert all(link.href.startswith("method.html#term-") and link.text for page in pages for link in page.terms)
