"""What is held back stands as a mark everywhere, and nothing breaks for want of a number."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from zipfile import ZipFile

import pytest

from reportgen.analysis.result import Analysis
from reportgen.charts.comparison import feature_chart
from reportgen.charts.gallery import charts_of
from reportgen.charts.profiles import profile_features
from reportgen.formatting import Formatter
from reportgen.report.brief_words import write_brief
from reportgen.report.data_tables import data_tables
from reportgen.report.site import render_print, render_single, render_site
from reportgen.report.tables import by_id, to_csv
from tests.factories import example_analysis
from tests.factory_held import held_analysis
from tests.unit.report.pages import Page

CREATED = datetime(2026, 11, 1, tzinfo=UTC)
FMT = Formatter("en")


@pytest.fixture(scope="module")
def held() -> Analysis:
    return held_analysis()


@pytest.fixture(scope="module")
def site(held: Analysis) -> dict[str, bytes]:
    return render_site(held, charts_of(held), created=CREATED)


def text_of(page: bytes | str) -> str:
    html = page.decode() if isinstance(page, bytes) else page
    return re.sub(r"\s+", " ", " ".join(Page(html).text))


def strokes(svg: str) -> int:
    """Count the separate shapes of a drawing."""
    return sum(path.upper().count("M") for path in re.findall(r' d="([^"]*)"', svg))


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_every_medium_is_rendered(held: Analysis, site: dict[str, bytes]) -> None:
    pages = [content.decode() for path, content in site.items() if path.endswith(".html")]
    for html in (*pages, render_single(held, charts_of(held)).decode(), render_print(held, charts_of(held))):
        assert Page(html).problems == []
        assert "None" not in text_of(html)


def test_the_data_page_and_its_file_show_the_same_marks(held: Analysis, site: dict[str, bytes]) -> None:
    one, two, three, *_ = held.quality.columns
    rows = {row["column"]: row for row in rows_of(site["tables/columns.csv"])}
    assert rows[one.name]["missing_share"] == rows[one.name]["missing_blank"] == "< 10"
    assert rows[one.name]["unknown_codes"] == rows[two.name]["missing_blank"] == "withheld"
    assert float(rows[two.name]["missing_share"]) == pytest.approx(two.missing_share or 0.0, rel=1e-5)
    assert rows[three.name]["customers_missing_share"] == "< 10"
    text = text_of(site["data.html"])
    assert f"{one.name} categorical < 10 < 10" in text or f"{one.name} {one.type} < 10 < 10" in text
    assert "Some rows have an unknown code" in text
    assert "Would move < 10 were the threshold 5 off" in text
    assert "fewer than 10 people" in text


def test_the_chart_of_missing_values_draws_no_bar_for_what_is_held(held: Analysis) -> None:
    one = held.quality.columns[0].name
    chart = charts_of(held)["missing"]
    row = next(row for row in chart.rows if row[0] == one)
    assert row[2:6] == ("< 10",) * 4
    assert "not given: fewer than 10 people" in chart.subtitle
    whole = charts_of(example_analysis(4, 8, seed=1, totals=True))["missing"]
    assert strokes(chart.svg) < strokes(whole.svg)
    assert "&lt; 10" in chart.svg


def test_bins_of_several_numbers_are_wide_bars(held: Analysis) -> None:
    chart = charts_of(held)["missing-rows"]
    wide = held.quality.rows.histogram[1]
    assert chart.rows[1][0] == f"{wide.missing}–{wide.upto}"
    assert chart.rows[1][1] == wide.population
    assert "wide bars" in chart.subtitle
    table = by_id(data_tables(held))["missing-per-row"]
    assert table.rows[1][:2] == (wide.missing, wide.upto)


def test_shares_within_segments_are_marked_in_chart_and_file(held: Analysis, site: dict[str, bytes]) -> None:
    first = held.features[0]
    rows = [row for row in rows_of(site["tables/segment-levels.csv"]) if row["feature"] == first.name]
    assert [rows[0][f"segment_{s.letter}"] for s in held.segments] == ["< 10"] * len(held.segments)
    assert rows[1]["segment_A"] == "withheld"
    assert float(rows[2]["segment_A"]) == pytest.approx(first.levels[2].segment_shares[1] or 0.0, rel=1e-5)
    drawn = next(s for s in held.placed if first.name in {f.name for f in profile_features(held, s)})
    chart = charts_of(held)[f"segment-{drawn.id}-profile"]
    assert "holds fewer than 10 people or would give such a count away" in chart.subtitle
    shown = [row[4] for row in chart.rows if row[0] == first.name]
    assert shown[:2] == ["< 10", "withheld"]
    assert all(isinstance(value, float) for value in shown[2:])
    assert f"charts/segment-{drawn.id}-profile.svg" in site
    assert "< 10" in text_of(site[f"segment-{drawn.id}.html"])


def test_a_side_that_is_held_back_has_neither_index_nor_chart(held: Analysis, site: dict[str, bytes]) -> None:
    last = held.features[-1]
    rows = [row for row in rows_of(site["tables/levels.csv"]) if row["feature"] == last.name]
    assert {rows[0][key] for key in ("customers", "customer_share", "index", "p_bh")} == {"< 10"}
    assert {rows[1][key] for key in ("customers", "customer_share", "index", "p_bh")} == {"withheld"}
    assert rows[0]["index_low"] == ""
    assert int(rows[0]["population"]) == last.levels[0].population_count
    assert f"feature-{last.name.lower().replace('_', '-')}" not in charts_of(held)
    drawn = feature_chart(held, last, "any")
    assert drawn is not None
    assert "< 10" in drawn.svg.replace("&lt;", "<")
    assert drawn.rows[0][4] == "< 10"


def test_few_people_are_flagged_on_first_page_card_and_segment_page(held: Analysis, site: dict[str, bytes]) -> None:
    few = held.placed[-1]
    warning = "Only 12 customers in this group: too few to say much about them."
    assert warning in text_of(site["segments.html"]).replace("\xa0", " ")
    assert warning in text_of(site[f"segment-{few.id}.html"]).replace("\xa0", " ")
    notes = write_brief(held, FMT).take_care
    assert f"Segment {few.letter} holds fewer than 30 people or customers; little can be said of so few." in notes
    assert warning not in text_of(site["segment-1.html"])


def test_merged_segments_are_told_on_first_page_and_in_the_chapter(held: Analysis, site: dict[str, bytes]) -> None:
    sure = " ".join(write_brief(held, FMT).how_sure).replace("\xa0", " ")
    assert "6 segments were chosen; those with fewer than 10 people on a side are merged, which leaves 4." in sure
    assert "4 segments: 6 were chosen, and those that held too few people are merged." in text_of(
        site["choice.html"]
    ).replace("\xa0", " ")
    rows = rows_of(site["tables/number-of-segments.csv"])
    assert [row["k"] for row in rows if row["chosen"] == "yes"] == ["6"]


def test_bounds_and_standardised_indices_are_marked(site: dict[str, bytes]) -> None:
    text = text_of(site["robustness.html"])
    assert "211 withheld over withheld" in text


def test_the_privacy_section_says_what_was_done(held: Analysis, site: dict[str, bytes]) -> None:
    text = text_of(site["method.html"]).replace("\xa0", " ")
    assert "No count of one to nine people is given" in text
    assert "In this report 17 such counts were found; the table says what was done." in text
    assert "feature 0, feature 1, feature 2 and 3 more" in text
    assert len(rows_of(site["tables/suppression.csv"])) == len(held.suppression)
    nothing = example_analysis(3, 6)
    whole = render_site(nothing, charts_of(nothing), created=CREATED)
    assert "In this report nothing had to be held back." in text_of(whole["method.html"])
    assert "tables/suppression.csv" not in whole


def test_the_workbook_holds_the_same_marks(held: Analysis, site: dict[str, bytes]) -> None:
    with ZipFile(io.BytesIO(site["tables.xlsx"])) as book:
        strings = book.read("xl/sharedStrings.xml").decode()
    assert "<t>&lt; 10</t>" in strings
    assert "<t>withheld</t>" in strings
    levels = by_id(data_tables(held))["levels"]
    assert to_csv(levels.columns, levels.rows) == site["tables/levels.csv"]


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("fewer than 10 people", "<\xa010"),
        ("withheld: with it a count under 10 could be worked out", "withheld"),
        ("nobody is in it", "–"),
        ("", "–"),
    ],
)
def test_marks_in_pages(reason: str, expected: str) -> None:
    assert FMT.held(reason) == expected
