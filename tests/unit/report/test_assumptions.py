"""Sentences on what an index rests on, case by case."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reportgen.analysis.result import Analysis
from reportgen.analysis.result_parts import Count
from reportgen.analysis.result_segments import Segment
from reportgen.formatting import Formatter
from reportgen.report.assumptions import (
    bounds_sentence,
    changing_variants,
    drivers_note,
    flips,
    flips_note,
    other_bound,
    standardised_sentence,
)
from tests.factories import example_analysis

EN = Formatter("en")


def analysis_with(**changes: Any) -> tuple[Analysis, Segment]:
    """Return an analysis in which segment A is as given."""
    given: dict[str, Any] = {
        "index_placed": 210.0, "index_standardised": 118.0, "index_bounds": (155.0, 210.0), "driven_by": (),
        "verdict": "over", "verdict_if_placed": "over",
    }  # fmt: skip
    analysis = replace(example_analysis(3, 8, totals=True), standard_features=("ALTERSKATEGORIE_GROB", "ANREDE_KZ"))
    segment = replace(analysis.by_id[1], **given | changes)
    changed = replace(analysis, segments=tuple(segment if s.id == 1 else s for s in analysis.segments))
    return turned(changed, *[1] * (segment.verdict_if_placed not in (None, "over"))), segment


def turned(analysis: Analysis, *segments: int) -> Analysis:
    """Return an analysis in which low-information records would turn the verdicts of these segments."""
    variants = tuple(
        replace(variant, changed=segments) if variant.name == "low_information_placed" else variant
        for variant in analysis.robustness.variants
    )
    return replace(analysis, robustness=replace(analysis.robustness, variants=variants))


def label(analysis: Analysis, name: str) -> str:
    return next((c.label for c in analysis.quality.columns if c.name == name), name)


def test_what_is_left_when_age_and_sex_are_allowed_for() -> None:
    analysis, segment = analysis_with()
    age, sex = label(analysis, "ALTERSKATEGORIE_GROB"), label(analysis, "ANREDE_KZ")
    begin = f"Allowing for {age} and {sex}, the index is 118 instead of 210"
    assert standardised_sentence(analysis, segment, EN) == f"{begin}; the verdict does not rest on them."
    driven = replace(segment, driven_by=("ANREDE_KZ",))
    assert standardised_sentence(analysis, driven, EN) == f"{begin}: it rests largely on {sex}."
    undecided = replace(segment, verdict="inconclusive")
    assert standardised_sentence(analysis, undecided, EN) == f"{begin}."


@pytest.mark.parametrize("missing", ["index_placed", "index_standardised"])
def test_nothing_is_said_of_what_is_not_known(missing: str) -> None:
    analysis, segment = analysis_with(**{missing: None})
    assert standardised_sentence(analysis, segment, EN) == ""
    without = replace(analysis, standard_features=())
    assert standardised_sentence(without, analysis_with()[1], EN) == ""


@pytest.mark.parametrize(("bounds", "other"), [((155.0, 210.0), 155.0), ((210.0, 300.0), 300.0), (None, None)])
def test_the_other_bound_is_the_one_that_is_not_published(
    bounds: tuple[float, float] | None, other: float | None
) -> None:
    assert other_bound(analysis_with(index_bounds=bounds)[1]) == other


def test_low_information_records_that_change_nothing() -> None:
    analysis, segment = analysis_with()
    assert bounds_sentence(analysis, segment, EN) == (
        "If the low-information records were placed by what is known of them, the index would be 155 instead of 210; "
        "the verdict would stand."
    )
    assert bounds_sentence(*analysis_with(verdict="inconclusive", verdict_if_placed=None), EN).endswith("of 210.")


def test_low_information_records_that_turn_a_verdict() -> None:
    analysis, segment = analysis_with(index_bounds=(65.0, 210.0), verdict="inconclusive", verdict_if_placed="under")
    assert flips(analysis, segment)
    assert not flips(analysis, analysis.by_id[2])
    assert bounds_sentence(analysis, segment, EN) == (
        "If the low-information records were placed by what is known of them, the index would be 65 instead of 210, "
        "and the verdict “under”: it counts as inconclusive."
    )


def test_a_verdict_that_is_lost_for_other_reasons_is_not_said_to_stand() -> None:
    analysis, segment = analysis_with(verdict="inconclusive", verdict_if_placed="over")
    assert not flips(analysis, segment)
    assert bounds_sentence(analysis, segment, EN).endswith("the index would be 155 instead of 210.")


def test_without_low_information_records_nothing_is_said_of_them() -> None:
    analysis, segment = analysis_with(verdict_if_placed="under")
    low = replace(analysis.by_id[0], population=Count(0, 0.0), customers=Count(0, 0.0))
    nobody = replace(analysis, segments=(low, *analysis.placed))
    assert bounds_sentence(nobody, segment, EN) == ""
    assert flips_note(nobody, EN) == ""


def test_several_turned_verdicts_are_told_together() -> None:
    analysis, _ = analysis_with(verdict_if_placed="under", index_bounds=(65.0, 210.0))
    second = replace(analysis.by_id[2], verdict="over", verdict_if_placed="at par", index_placed=150.0,
                     index_bounds=(104.0, 150.0))  # fmt: skip
    both = replace(analysis, segments=tuple(second if s.id == 2 else s for s in analysis.segments))
    note = flips_note(turned(both, 1, 2), EN)
    assert note.startswith("Segments A and B would be judged otherwise")
    assert note.endswith("their indices would go from 210 to 65 and 150 to 104; they count as inconclusive.")


def test_drivers_are_told_by_segments_that_share_them() -> None:
    analysis, segment = analysis_with(driven_by=("ANREDE_KZ",))
    sex, age = label(analysis, "ANREDE_KZ"), label(analysis, "ALTERSKATEGORIE_GROB")
    second, third = (replace(analysis.by_id[i], driven_by=("ANREDE_KZ",) if i == 2 else ("ALTERSKATEGORIE_GROB",))
                     for i in (2, 3))  # fmt: skip
    assert drivers_note(analysis, [segment, second, third], EN) == (
        f"The indices of segments A and B ({sex}) and segment C ({age}) rest largely on age, sex or region: to mail by "
        "them is largely to mail by these; check your policy."
    )
    assert drivers_note(analysis, [replace(segment, driven_by=())], EN) == ""


def test_variants_that_change_a_verdict_are_listed() -> None:
    analysis = example_analysis(3, 8)
    assert changing_variants(analysis, analysis.by_id[2]) == ("one segment more",)
    assert changing_variants(analysis, analysis.by_id[1]) == ()
