"""What single chapters say, case by case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reportgen.analysis.result import Analysis
from reportgen.analysis.result_checks import Variant
from reportgen.analysis.result_parts import Count
from reportgen.analysis.result_segments import Segment
from reportgen.charts.gallery import charts_of
from reportgen.report.context import build_report
from reportgen.report.views import CardsSection, Medium, Page, Section
from tests.factories import example_analysis


def pages(analysis: Analysis, medium: Medium = Medium.SITE) -> dict[str, Page]:
    return {page.id: page for page in build_report(analysis, charts_of(analysis), medium).pages}


def section(analysis: Analysis, page: str, name: str, medium: Medium = Medium.SITE) -> Section:
    return next(s for s in pages(analysis, medium)[page].sections if s.id == name)


def changed_segment(analysis: Analysis, segment: Segment) -> Analysis:
    return replace(analysis, segments=tuple(segment if s.id == segment.id else s for s in analysis.segments))


def variant(analysis: Analysis, name: str, **changes: object) -> Analysis:
    made = tuple(replace(v, **changes) if v.name == name else v for v in analysis.robustness.variants)  # type: ignore[arg-type]
    return replace(analysis, robustness=replace(analysis.robustness, variants=made))


def test_a_segment_says_what_its_index_rests_on() -> None:
    analysis = replace(example_analysis(5, 8, totals=True), standard_features=("ANREDE_KZ",))
    rests = section(analysis, "segment-2", "segment-2-rests").bullets
    assert len(rests) == 4
    assert "instead of" in rests[1]
    assert "it counts as inconclusive" in rests[2]
    assert rests[3].startswith("Among people with enough data")
    assert "rests" not in " ".join(s.id for s in pages(analysis)["segment-0"].sections)


def test_on_paper_only_what_makes_a_verdict_doubtful_is_said() -> None:
    analysis = replace(example_analysis(5, 8, totals=True), standard_features=("ANREDE_KZ",))
    assert analysis.by_id[1].verdict_if_placed == analysis.by_id[1].verdict
    firm = " ".join(section(analysis, "segment-1", "segment-1-portrait", Medium.PRINT).text)
    turned = " ".join(section(analysis, "segment-2", "segment-2-portrait", Medium.PRINT).text)
    assert "low-information records were placed" not in firm
    assert "low-information records were placed" in turned
    assert "it rests largely on" in turned


def test_relatives_are_named_with_what_they_share() -> None:
    text = " ".join(section(example_analysis(5, 8), "segment-2", "segment-2-portrait").text)
    assert "Of one family with it are segments A, C and D; what they share: strong savers and older people." in text
    alone = " ".join(section(example_analysis(5, 8), "segment-5", "segment-5-portrait").text)
    assert "Most alike" not in alone


def test_families_are_told_by_what_they_share() -> None:
    part = section(example_analysis(5, 8), "segments", "segments-families")
    assert part.bullets == (
        "Segments A, B, C and D share: strong savers and older people.",
        "Segment E stands alone.",
    )
    assert [figure.chart for figure in part.figures] == ["families"]
    analysis = example_analysis(5, 8)
    strangers = replace(analysis, families=replace(analysis.families, shared=((), ())))
    assert "no fact sets all of them apart" in section(strangers, "segments", "segments-families").bullets[0]
    assert "segments-families" not in [s.id for s in pages(example_analysis(3, 8))["segments"].sections]


def test_a_figure_without_low_information_records_is_given_only_where_there_are_any() -> None:
    analysis = example_analysis(3, 8)
    low = replace(analysis.by_id[0], population=Count(0, 0.0), customers=Count(0, 0.0))
    nobody = replace(analysis, segments=(low, *analysis.placed))
    for given, there in ((analysis, True), (nobody, False)):
        part = section(given, "people", "people-all")
        assert ("Placed people only" in [column.title for column in part.tables[0].columns]) is there
        assert ("low-information" in part.text[0]) is there
        (figure,) = section(given, "people", "people-top").figures
        assert ("low-information" in figure.subtitle) is there


def test_what_stands_on_every_line_of_a_list_is_said_once() -> None:
    analysis = example_analysis(3, 8)
    begin = "Clearly more typical of it than of everybody: "
    told = changed_segment(analysis, replace(analysis.by_id[1], portrait=("Size.", f"{begin}strong savers.")))
    (cards,) = [s for s in pages(told)["segments"].sections if isinstance(s, CardsSection)]
    assert cards.cards[0].portrait == "Strong savers."
    assert "clearly more typical" in cards.text[0]


def test_both_intervals_stand_beside_the_index() -> None:
    (fact,) = [f for f in section(example_analysis(3, 8, totals=True), "segment-1", "segment-1-portrait").facts
               if f.label == "Index"]  # fmt: skip
    assert ", by chance alone " in fact.note
    (fact,) = [f for f in section(example_analysis(3, 8), "segment-1", "segment-1-portrait").facts
               if f.label == "Index"]  # fmt: skip
    assert "by chance alone" not in fact.note


@pytest.mark.parametrize(
    ("changed", "expected"),
    [((2,), "the leading index would be 240 and the verdict on segment B would be another."),
     ((), "the leading index would be 240 and no verdict would change.")],
)  # fmt: skip
def test_the_runner_up_says_what_it_would_change(changed: tuple[int, ...], expected: str) -> None:
    analysis = variant(example_analysis(5, 8), "k_plus_1", changed=changed, leading_index=240.0)
    told = replace(analysis, choice=replace(analysis.choice, runner_up=6))
    text = " ".join(section(told, "choice", "choice-agreement").text)
    assert f"With the runner-up, 6\u00a0segments, {expected}" in text


def test_a_runner_up_that_was_not_tried_is_only_named() -> None:
    analysis = example_analysis(5, 8)
    text = " ".join(section(replace(analysis, choice=replace(analysis.choice, runner_up=9)), "choice",
                            "choice-agreement").text)  # fmt: skip
    assert "The runner-up is 9\u00a0segments." in text
    none = replace(analysis, choice=replace(analysis.choice, runner_up=None))
    assert "unner-up" not in " ".join(section(none, "choice", "choice-agreement").text)


def test_segments_that_fall_are_named_in_the_heading() -> None:
    analysis = example_analysis(5, 8)
    fallen = replace(analysis, robustness=replace(analysis.robustness, survives=False, sentence="B falls."))
    page = pages(fallen)["robustness"]
    assert page.heading == "Segment B would be judged otherwise in another analysis."
    assert page.lead == ("B falls.",)


def test_the_table_of_assumptions_shows_the_verdict_that_would_turn() -> None:
    analysis = example_analysis(5, 8, totals=True)
    table = section(analysis, "robustness", "robustness-bounds").tables[0]
    by_letter = {row.cells[0].text[0]: row for row in table.rows}
    assert by_letter["A"].cells[3].text == "over"
    assert (by_letter["B"].cells[3].text, by_letter["B"].tone) == ("under", "chosen")
    assert [row.tone for row in table.rows].count("chosen") == 1
    assert "Not standardised" in section(replace(analysis, standard_features=()), "robustness",
                                         "robustness-bounds").tables[0].note  # fmt: skip


def test_no_sentence_stands_twice_on_a_page() -> None:
    analysis = example_analysis(6, 14, totals=True)
    for page in pages(analysis).values():
        told = [*page.lead]
        for part in page.sections:
            told += [*part.text, *part.bullets, *part.after, *(table.note for table in part.tables if table.note)]
        assert len(told) == len(set(told)), page.id


def test_notes_on_facts_stand_once_under_the_last_table() -> None:
    tables = section(example_analysis(5, 24), "segment-1", "segment-1-markers").tables
    assert len(tables) == 2
    assert (tables[0].note, tables[0].csv) == ("", "tables/segment-facts.csv")
    assert tables[1].csv == "tables/segment-facts.csv"


def test_the_heading_on_customers_counts_the_features_that_tell() -> None:
    analysis = example_analysis(3, 8)
    strong = tuple(replace(f, effect=0.6 if at < 3 else 0.1) for at, f in enumerate(analysis.features))
    heading = pages(replace(analysis, features=strong))["people"].heading
    assert heading == f"3 of 8\u00a0features tell customers clearly apart, {strong[0].label} most of all."
    faint = replace(analysis, features=tuple(replace(f, effect=0.1) for f in analysis.features))
    assert pages(faint)["people"].heading == "Customers differ little from the population in any single feature."
    (one, *others) = analysis.features
    single = replace(analysis, features=(replace(one, effect=0.3), *(replace(f, effect=0.1) for f in others)))
    assert pages(single)["people"].heading == f"1 of 8\u00a0features tells customers somewhat apart: {one.label}."


def test_a_variant_is_what_the_factories_say() -> None:
    """The cases above rest on it: another k and low-information records overturn the second segment."""
    tried: list[Variant] = [v for v in example_analysis(3, 8, totals=True).robustness.variants if v.ari is not None]
    assert [v.name for v in tried if v.changed == (2,)] == ["k_plus_1", "low_information_placed"]
