"""The sentences about one segment, case by case."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reportgen.analysis.result_parts import Count
from reportgen.analysis.result_segments import Reproduced, Segment
from reportgen.formatting import Formatter
from reportgen.report.wording import capital, name_segments, size_sentence, trust_sentence, verdict_sentence
from tests.factories import example_analysis

N = "\u00a0"
EN = Formatter("en")


def _segment(**changes: Any) -> Segment:
    return replace(example_analysis(5, 8).by_id[1], **changes)


@pytest.mark.parametrize(
    ("customers", "population", "index", "interval", "expected"),
    [
        (0.29, 0.11, 250.0, (243.0, 262.0), f"29{N}% of customers but 11{N}% of the population (index 250, 243–262)."),
        (0.11, 0.11, 100.0, (97.0, 104.0), f"11{N}% of customers and 11{N}% of the population (index 100, 97–104)."),
        (0.02, 0.11, 18.0, None, f"2{N}% of customers but 11{N}% of the population (index 18)."),
        (0.0, 0.0004, None, None, f"0{N}% of customers but <{N}0.1{N}% of the population; an index cannot be given."),
    ],
)
def test_size_sentence(
    customers: float, population: float, index: float | None, interval: tuple[float, float] | None, expected: str
) -> None:
    segment = _segment(
        customers=Count(1, customers), population=Count(1, population), index=index, index_placed=index,
        interval_sampling=interval,
    )  # fmt: skip
    assert size_sentence(segment, EN) == f"Segment A holds {expected}"


@pytest.mark.parametrize(
    ("badge", "jaccard", "start"),
    [
        ("highly stable", 0.93, "The group comes back when the analysis is repeated: found again in 11 of 12"),
        ("stable", 0.8, "The group comes back"),
        ("pattern only", 0.68, "The pattern comes back when the analysis is repeated, its borders do not"),
        ("do not trust", 0.4, "This group is not reproduced when the analysis is repeated (found again in 11 of 12"),
        (None, None, ""),
    ],
)
def test_trust_sentence(badge: str | None, jaccard: float | None, start: str) -> None:
    segment = _segment(badge=badge, jaccard=jaccard, reproduced=Reproduced(11, 12))
    assert trust_sentence(segment, EN).startswith(start)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"verdict": None}, ""),
        ({"verdict": "over"}, "Verdict: clearly more customers than its size suggests (index 250, 230–270 counting"),
        ({"verdict": "under"}, "Verdict: clearly fewer customers"),
        ({"verdict": "at par"}, "Verdict: as many customers as its size suggests"),
        ({"expected_customers": 40.0}, "No verdict is possible: fewer than 100 customers are to be expected here."),
        ({"jaccard": 0.5}, "No verdict is possible: the segment does not come back"),
        ({"interval_total": None}, "No verdict is possible: how far the index moves"),
        ({}, "No verdict is possible: its index is above 100, but neither clearly above 110"),
        (
            {"interval_total": (70.0, 98.0)},
            "No verdict is possible: its index is below 100, but neither clearly below 90",
        ),
        ({"interval_total": (80.0, 120.0)}, "No verdict is possible: its index may lie on either side of 100"),
    ],
)
def test_verdict_sentence(changes: dict[str, Any], expected: str) -> None:
    given = {"verdict": "inconclusive", "index_placed": 250.0, "interval_total": (230.0, 270.0), "jaccard": 0.9}
    sentence = verdict_sentence(_segment(**given | changes), EN)
    assert sentence.startswith(expected)
    assert bool(sentence) == bool(expected)


def test_a_verdict_that_another_analysis_overturns_says_which() -> None:
    sentence = verdict_sentence(_segment(verdict="inconclusive"), EN, ("one segment less", "another seed"))
    assert sentence == (
        "No verdict is given: the analysis with one segment less and another seed would judge it otherwise."
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", ""), ("two words", "Two words"), ("k = 9 is", "k = 9 is"), ("a row", "A row"), ("9 of 10", "9 of 10")],
)
def test_capital(text: str, expected: str) -> None:
    assert capital(text) == expected


def test_names_of_segments() -> None:
    placed = example_analysis(5, 8).placed
    assert name_segments(placed[:1], EN) == "segment A"
    assert name_segments(placed[:3], EN) == "segments A, B and C"
