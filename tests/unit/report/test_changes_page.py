from __future__ import annotations

import math
from dataclasses import replace

import pytest

from reportgen.analysis.result import Analysis
from reportgen.analysis.result_provenance import Gate
from reportgen.charts.gallery import charts_of
from reportgen.formatting import Formatter
from reportgen.report.brief import brief_page
from reportgen.report.changes_page import changes_page, since_last_issue
from reportgen.report.compare_text import compare_text
from reportgen.report.data_tables import data_tables
from reportgen.report.desk import Desk
from reportgen.report.glossary_changes import change_entries
from reportgen.report.method_page import method_page
from reportgen.report.site import render_print, render_single
from reportgen.report.tables import by_id
from reportgen.report.terms import with_terms
from reportgen.report.views import BriefSection, Medium
from tests.factories import example_analysis
from tests.factory_changes import example_changes, shift, with_example_changes


def desk(analysis: Analysis, medium: Medium = Medium.SITE) -> Desk:
    return Desk(analysis, charts_of(analysis), Formatter("en"), medium)


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return with_example_changes(example_analysis(4, 24))


def test_the_first_issue_has_no_chapter() -> None:
    first = desk(example_analysis(3, 6))
    assert changes_page(first) is None
    (section,) = brief_page(first).sections
    assert isinstance(section, BriefSection)
    assert (section.changed_title, section.changed) == ("", ())


def test_the_chapter_leads_with_an_alarm_and_holds_every_part(analysis: Analysis) -> None:
    page = changes_page(desk(analysis))
    assert page is not None
    assert page.heading == "Best-fitting finance type drifted beyond 0.25 and beyond chance."
    assert page.lead[0].startswith("Compared with issue 6, data as of 1 October 2026. The segments were built anew")
    assert [section.title for section in page.sections] == [
        "In short", "Segments", "Who moved", "Features", "Codes and gaps", "The last issues",
    ]  # fmt: skip
    segments = page.sections[1].tables[0]
    assert [row.cells[0].text[0] for row in segments.rows] == ["0", "A", "B", "C", "D", "T"]
    assert segments.rows[-1].cells[-1].text == "into A and B"
    assert segments.rows[-1].tone == "quiet"
    strong = [row.cells[7].tone for row in segments.rows]
    assert strong.count("strong") == sum(shift.moved for shift in example_changes(analysis).segments)
    codes = page.sections[4].tables[0]
    assert codes.rows[0].cells[1].text == "7, 8"
    assert codes.rows[1].cells[2].text == "2"
    assert len(codes.rows) == 15


def test_what_cannot_be_told_is_said(analysis: Analysis) -> None:
    changes = replace(
        example_changes(analysis, model="frozen"), alarms=(), features=(), migration=None, segment_shift=None,
        agreement=None, history=(), reasons={"migration": "there is no id column"},
    )  # fmt: skip
    page = changes_page(desk(replace(analysis, changes=changes)))
    assert page is not None
    assert page.heading == changes.notes[0]
    assert [section.title for section in page.sections] == ["In short", "Segments", "Who moved", "Codes and gaps"]
    assert page.sections[2].text == ("Who moved cannot be told: there is no id column.",)
    assert page.sections[3].text[0].startswith("No code came or went")


def test_the_first_page_tells_the_weightiest_and_a_failed_gate_comes_first(analysis: Analysis) -> None:
    gates = (Gate("drift>0.25", 0.3, True, "Drift is 0.3, above 0.25"), Gate("k>9", 4.0, False, "fine"))
    page = brief_page(desk(replace(analysis, gates=gates)))
    (section,) = page.sections
    assert isinstance(section, BriefSection)
    assert section.changed_title == "What changed since issue 6"
    assert section.changed[0] == analysis.changes.alarms[0]  # type: ignore[union-attr]
    assert len(section.changed) == 4
    assert page.lead[0] == "A gate failed, so this run is not the latest issue: Drift is 0.3, above 0.25."
    both = replace(analysis, gates=(gates[0], replace(gates[0], sentence="Other")))
    assert brief_page(desk(both)).lead[0].startswith("2 gates failed")


def test_a_segments_page_says_how_it_moved(analysis: Analysis) -> None:
    told = [since_last_issue(desk(analysis), segment) for segment in analysis.segments]
    assert all(sentence.startswith("Since issue 6 its share of the population") for (sentence,) in told)
    changes = example_changes(analysis)
    fates = {1: "born", 2: "split", 3: "merged"}
    shifts = tuple(replace(s, fate=fates.get(s.id, s.fate), index_now=s.index_before) for s in changes.segments)
    other = desk(replace(analysis, changes=replace(changes, segments=shifts)))
    assert since_last_issue(other, analysis.by_id[1]) == ("It is new since issue 6.",)
    assert since_last_issue(other, analysis.by_id[2])[0].startswith("It is part of a segment that has split")
    assert since_last_issue(other, analysis.by_id[3]) == ("It was merged since issue 6.",)
    assert "and its index stayed at" in since_last_issue(other, analysis.by_id[4])[0]
    unknown = tuple(replace(s, difference=None) for s in changes.segments)
    bare = desk(replace(analysis, changes=replace(changes, segments=unknown)))
    assert "index" not in since_last_issue(bare, analysis.by_id[1])[0]
    assert since_last_issue(desk(example_analysis(3, 6)), analysis.by_id[1]) == ()


def test_every_medium_holds_the_chapter(analysis: Analysis) -> None:
    charts = charts_of(analysis)
    assert b'id="changes"' in render_single(analysis, charts)
    printed = render_print(analysis, charts)
    assert "What is new?" in printed
    assert "What changed since issue 6" in printed


def test_the_comparison_as_text(analysis: Analysis) -> None:
    text = compare_text(example_changes(analysis), Formatter("en"))
    assert text.splitlines()[0] == "20261001-00000001 (2026-10-01) and 20261101-0a1b2c3d (2026-11-01)"
    assert "who moved: 10" in text
    assert "T Former savers" in text
    assert text.count("alarm") >= 1
    without = replace(example_changes(analysis), features=(), migration=None, reasons={"migration": "no ids"})
    assert "who moved: no ids" in compare_text(without, Formatter("en"))


def test_paper_says_in_a_line_what_the_screen_draws(analysis: Analysis) -> None:
    page = changes_page(desk(analysis, Medium.PRINT))
    assert page is not None
    assert [section.title for section in page.sections] == ["In short", "Segments", "People, features, codes"]
    assert all(section.figures == () for section in page.sections)
    moved, features, codes = page.sections[-1].text
    assert moved.endswith("90 % of them are in the same segment as before.".replace(" %", "\u00a0%"))
    assert features.startswith("8 of 24 features moved by more than chance in the population.")
    assert f"{analysis.features[0].label} (0.300)" in features
    assert codes.replace("\u00a0", " ") == (
        "Codes of ten people or more came or went in 2 features, and the share of missing values changed by a "
        "hundredth or more in 7 features."
    )
    assert since_last_issue(desk(analysis, Medium.PRINT), analysis.by_id[1]) == ()
    changes = example_changes(analysis)
    rare = tuple(
        replace(f, new_codes=(), vanished_codes=(), missing_now=0.1, rare_codes=1, population=shift(0.0001))
        for f in changes.features
    )
    nothing = replace(analysis, changes=replace(changes, features=rare))
    quiet = changes_page(desk(nothing, Medium.PRINT))
    assert quiet is not None
    _, features, codes = quiet.sections[-1].text
    assert features.startswith("None of 24 features moved by more than chance")
    assert "(< 0.001)" in features
    assert codes.startswith("No code of ten people or more came or went, and no share")
    still = tuple(replace(f, customers=None, since_fit=None) for f in rare)
    screen = changes_page(desk(replace(analysis, changes=replace(changes, features=still))))
    assert screen is not None
    section = next(section for section in screen.sections if section.title == "Features")
    assert (section.text[0], section.figures, section.tables) == (features, (), ())
    assert section.folds[0].tables[0].csv == "tables/changes-features.csv"


def test_paper_has_room_for_the_segments_that_moved_most() -> None:
    large = with_example_changes(example_analysis(12, 24))
    page = changes_page(desk(large, Medium.PRINT))
    assert page is not None
    (table,) = page.sections[1].tables
    letters = [row.cells[0].text[0] for row in table.rows]
    assert letters[-1] == "T"  # that is no more
    assert len(letters) == 6
    assert "8\u00a0others moved less" in table.note
    assert table.caption.startswith("The segments that moved most")
    on_screen = changes_page(desk(large))
    assert on_screen is not None
    assert len(on_screen.sections[1].tables[0].rows) == 14


def test_every_table_of_the_chapter_has_a_file_with_all_of_it(analysis: Analysis) -> None:
    page = changes_page(desk(analysis))
    assert page is not None
    assert analysis.changes is not None
    names = ("changes-segments", "changes-features", "changes-codes")
    linked = {table.csv for section in page.sections for table in section.tables}
    assert linked == {f"tables/{name}.csv" for name in names}
    files = by_id(data_tables(analysis))
    segments, drift, codes = (files[name] for name in names)
    split = dict(zip(segments.columns, segments.rows[-1], strict=True))
    assert (split["segment"], split["fate"], split["relatives"]) == ("T", "split", "A B")
    assert len(drift.rows) == len(codes.rows) == len(analysis.changes.features)
    first = dict(zip(drift.columns, drift.rows[0], strict=True))
    feature = analysis.changes.features[0]
    assert feature.population is not None
    assert (first["feature"], first["population_psi"]) == (feature.name, feature.population.psi)
    assert first["population_alarm"] is feature.population.alarm
    assert {len(row) for row in codes.rows} == {len(codes.columns)}
    assert not {"changes-segments", "changes-features"} & by_id(data_tables(example_analysis(3, 6))).keys()


def test_the_glossary_explains_drift_with_an_example_that_can_be_checked(analysis: Analysis) -> None:
    entries = {entry.id: entry for entry in change_entries(desk(analysis))}
    by_hand = 0.1 * math.log(0.6 / 0.5) + -0.1 * math.log(0.4 / 0.5)
    assert f"give {by_hand:.3f}." in entries["term-psi"].example
    assert change_entries(desk(example_analysis(3, 6))) == []
    page = changes_page(desk(analysis))
    assert page is not None
    linked, _ = with_terms((page, method_page(desk(analysis))), desk(analysis))
    terms = {link.text for link in linked.terms}
    assert {"Population stability index", "Match of a segment", "Difference of two indices"} <= terms
