"""The sentences of the first page, case by case."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reportgen.analysis.result import Analysis
from reportgen.analysis.result_parts import Count
from reportgen.charts.gallery import charts_of
from reportgen.formatting import Formatter
from reportgen.report.brief import brief_page
from reportgen.report.brief_words import SENTENCES, Brief, write_brief
from reportgen.report.desk import Desk
from reportgen.report.views import BriefSection, Medium
from reportgen.report.wording import is_judged
from tests.factories import example_analysis

N = "\u00a0"
EN = Formatter("en")


def written(analysis: Analysis) -> Brief:
    brief = write_brief(analysis, EN)
    assert 1 <= len(brief.lead) + len(brief.caution) <= SENTENCES
    for sentence in (brief.headline, *brief.lead, *brief.caution, *brief.take_care, *brief.how_sure):
        assert sentence.endswith(".")
        assert sentence[0].isupper() or sentence[0].isdigit() or sentence[0] in "<>"
        assert "None" not in sentence
        assert "  " not in sentence
    return brief


def advised(analysis: Analysis, **changes: Any) -> Analysis:
    return replace(analysis, recommendation=replace(analysis.recommendation, **changes))


def segments(analysis: Analysis, **changes: Any) -> Analysis:
    """Change every placed segment."""
    made = tuple(replace(s, **changes) if s.id else s for s in analysis.segments)
    return replace(analysis, segments=made)


NOBODY = {"write_to": (), "leading": (), "index": None, "interval_sampling": None, "interval_total": None}


def test_leading_segments_without_verdicts() -> None:
    analysis = example_analysis(8, 12)
    brief = written(analysis)
    assert not is_judged(analysis)
    assert brief.headline == "Segments A and B lead."
    assert brief.lead[0].startswith("Together they are 29")
    assert "times as likely to be a customer as the average person with enough data" in brief.lead[1]
    assert "counting chance alone" in brief.lead[1]
    assert brief.caution[0].startswith("These are readings, not verdicts")


def test_one_leading_segment() -> None:
    brief = written(advised(example_analysis(8, 12), leading=(1,)))
    assert brief.headline == "Segment A leads."
    assert brief.lead[0].startswith("It is “Settled savers in their own house”: ")
    assert brief.lead[1].startswith("Someone in it is ")


def test_no_segment_leads() -> None:
    brief = written(advised(example_analysis(8, 12), **NOBODY))
    assert brief.headline == "No segment stands out."
    assert brief.lead[0].startswith("The indices of the 8\u00a0segments run from ")
    assert "none is clearly above 110" in brief.lead[0]


def test_one_segment_only() -> None:
    brief = written(advised(example_analysis(1, 12), **NOBODY))
    assert brief.headline == "There is one segment only, so there is nothing to choose between."
    assert brief.caution == ()
    assert brief.how_sure[0] == "The number of segments, 1, was given, not chosen from the data."


def test_verdicts_name_whom_to_write_to() -> None:
    brief = written(example_analysis(8, 12, totals=True))
    assert brief.judged
    assert brief.headline == "Write to segments A and B."
    assert "counting chance and how firmly the segments stand" in brief.lead[1]
    assert brief.caution == ()


def test_verdicts_without_a_recommendation() -> None:
    analysis = advised(example_analysis(8, 12, totals=True), **NOBODY)
    over = [s.letter for s in analysis.placed if s.verdict == "over"]
    brief = written(analysis)
    assert brief.headline == "No segment can be recommended."
    assert brief.lead[0].startswith(f"Segments {' and '.join(over)} are over-represented but do not come back")
    nobody = written(segments(analysis, verdict="inconclusive"))
    assert nobody.lead[0].startswith("No segment holds clearly more customers")


def test_nobody_is_set_apart() -> None:
    analysis = example_analysis(8, 12)
    low = replace(analysis.by_id[0], population=Count(0, 0.0), customers=Count(0, 0.0), index=None)
    brief = written(replace(analysis, segments=(low, *analysis.placed)))
    everything = " ".join((*brief.lead, *brief.take_care))
    assert "low-information" not in everything.lower()
    assert "as the average person (" in brief.lead[1]


def test_few_customers_are_said_first() -> None:
    analysis = segments(example_analysis(8, 12), expected_customers=6.0)
    brief = written(replace(analysis, customers=replace(analysis.customers, rows=48)))
    assert brief.lead[0] == f"Only 48{N}customers: no verdict is possible."
    assert brief.caution == ()
    assert not any("fewer than 100" in note for note in brief.take_care)


def test_some_segments_expect_too_few_customers() -> None:
    analysis = example_analysis(8, 12)
    rare = tuple(replace(s, expected_customers=40.0) if s.id == 4 else s for s in analysis.segments)
    notes = written(replace(analysis, segments=rare)).take_care
    assert any(note.startswith("Segment D would be expected to hold fewer than 100 customers") for note in notes)


def test_unstable_segments_are_named() -> None:
    notes = written(example_analysis(8, 12)).take_care
    assert "Segments C and H are not reproduced when the analysis is repeated; do not plan on them." in notes
    every = written(segments(example_analysis(8, 12), badge="stable", jaccard=0.8)).take_care
    assert not any("not reproduced" in note for note in every)


def test_a_leading_pattern_is_named() -> None:
    analysis = example_analysis(8, 12)
    loose = tuple(replace(s, badge="pattern only") if s.id == 1 else s for s in analysis.segments)
    notes = written(replace(analysis, segments=loose)).take_care
    assert any(note.startswith("Segment A comes back as a pattern only: its borders move") for note in notes)


def test_given_number_of_segments() -> None:
    analysis = example_analysis(8, 12)
    notes = written(replace(analysis, choice=replace(analysis.choice, given=True))).how_sure
    assert notes[0] == "The number of segments, 8, was given, not chosen from the data."


def test_a_number_that_was_not_tried() -> None:
    analysis = example_analysis(8, 12)
    assert written(replace(analysis, choice=replace(analysis.choice, scan=()))).how_sure


def test_segments_that_are_found_say_so_below_the_chart() -> None:
    brief = written(replace(example_analysis(8, 12), structure="found"))
    assert any("than they would in one cloud without groups" in note for note in brief.how_sure)


@pytest.mark.parametrize("structure", ["reproducible", "constructed"])
def test_segments_that_are_not_found_are_a_caution_at_the_top(structure: str) -> None:
    analysis = replace(example_analysis(8, 12), structure=structure, structure_sentence="The segments are a cut.")
    brief = written(analysis)
    assert "The segments are a cut." in brief.caution
    assert not any("one cloud without groups" in note for note in brief.how_sure)


def test_what_drives_a_recommendation_and_what_it_stands_in_for_is_said() -> None:
    analysis = example_analysis(8, 12, totals=True)
    chosen = analysis.by_id[analysis.recommendation.write_to[0]]
    name = analysis.quality.columns[0].name
    driven = tuple(replace(s, driven_by=(name,) if s.id == chosen.id else ()) for s in analysis.segments)
    notes = " ".join(written(replace(analysis, segments=driven)).take_care)
    told = f"The index of segment {chosen.letter} ({analysis.quality.columns[0].label}) rests largely on age, sex or"
    assert f"{told} region: to mail by it is largely to mail by these; check your policy." in notes
    assert "left out as sensitive: religiousness" in notes
    quiet = " ".join(written(replace(analysis, proxies=())).take_care)
    assert "left out as sensitive" not in quiet


def test_verdicts_that_hang_on_low_information_records_are_a_warning() -> None:
    analysis = example_analysis(8, 12, totals=True)
    turned = analysis.by_id[2]
    assert (turned.verdict, turned.verdict_if_placed) == ("over", "under")
    (note,) = [note for note in written(analysis).take_care if "judged otherwise" in note]
    assert note.startswith("Segment B would be judged otherwise if the low-information records were placed")
    assert f"its index would go from {turned.index_placed:.0f} to {0.85 * (turned.index_placed or 0):.0f}" in note
    assert note.endswith("; it counts as inconclusive.")
    firm = tuple(replace(variant, changed=()) for variant in analysis.robustness.variants)
    quiet = replace(analysis, robustness=replace(analysis.robustness, variants=firm))
    assert not any("judged otherwise" in note for note in written(quiet).take_care)


@pytest.mark.parametrize(
    ("widths", "expected"),
    [([0.1, 0.1, 0.1], "most of what makes them wide is chance in drawing people"),
     ([3.0, 3.0, 3.0], "repeated clustering adds more to their variance than chance in drawing people does."),
     ([3.0, 0.1, 0.1], "in segment A repeated clustering adds more to their variance than chance")],
)  # fmt: skip
def test_the_larger_error_is_named(widths: list[float], expected: str) -> None:
    analysis = example_analysis(3, 12, totals=True)
    made = [analysis.segments[0]]
    for segment, width in zip(analysis.placed, widths, strict=True):
        low, high = segment.interval_sampling or (1.0, 1.0)
        made.append(replace(segment, interval_total=(low / (high / low) ** width, high * (high / low) ** width)))
    assert any(expected in note for note in written(replace(analysis, segments=tuple(made))).how_sure)


def test_quick_runs_and_missing_labels_are_said() -> None:
    analysis = example_analysis(8, 12)
    changed = replace(analysis.provenance, quick=True, labelled=False)
    brief = written(replace(analysis, provenance=changed))
    assert any(note.startswith("This is a quick run") for note in brief.how_sure)
    assert any("no labels" in note for note in brief.take_care)


def test_sensitive_features_in_the_distance_are_named() -> None:
    analysis = example_analysis(8, 12)
    first, *others = analysis.quality.columns
    columns = (replace(first, sensitivity="special", use="distance"), *others)
    brief = written(replace(analysis, quality=replace(analysis.quality, columns=columns)))
    assert any(note == f"Sensitive features take part in the segments: {first.label}." for note in brief.take_care)


@pytest.mark.parametrize("count", [1, 2, 3, 8, 15])
@pytest.mark.parametrize("totals", [False, True])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_every_example_is_well_formed(count: int, totals: bool, seed: int) -> None:
    written(example_analysis(count, 8, seed=seed, totals=totals))


def test_the_note_below_the_table_says_what_its_intervals_count() -> None:
    def note(analysis: Analysis) -> str:
        (section,) = brief_page(Desk(analysis, charts_of(analysis), EN, Medium.SITE)).sections
        assert isinstance(section, BriefSection)
        (table,) = section.tables
        return table.note

    judged = example_analysis(3, 6, totals=True)
    both, alone = "chance and how firmly the segments stand.", "counts chance alone."
    assert note(judged).endswith(both)
    assert note(segments(judged, interval_total=None)).endswith(f"The interval {alone}")
    lost = replace(judged, segments=tuple(replace(s, interval_total=None) if s.id == 2 else s for s in judged.segments))
    assert note(lost).endswith(f"{both} Of a segment that was not found again it {alone}")


def test_agreement_is_told_as_the_lower_of_its_figures() -> None:
    analysis = example_analysis(5, 8)
    scan = tuple(replace(row, confirmed_ari=0.83, confirmed_jaccard=0.8) for row in analysis.choice.scan)
    chosen = next(row for row in scan if row.k == analysis.choice.k)
    assert chosen.ari > 0.83
    notes = written(replace(analysis, choice=replace(analysis.choice, scan=scan))).how_sure
    assert any("refits agree at 0.83" in note for note in notes)
