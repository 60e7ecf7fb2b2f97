"""Names of segments that stay: a person's, else the generated one of the first issue, in each language."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from reportgen.analysis.result import Analysis
from reportgen.language import speaking
from reportgen.pipeline_refresh import Plan
from reportgen.report.registry import Entry
from tests.factories import example_analysis


def told(analysis: Analysis, name: str, generated: str) -> Analysis:
    """Return an analysis in which segment 1 has these names."""
    segments = [replace(s, name=name, name_generated=generated) if s.id == 1 else s for s in analysis.segments]
    return replace(analysis, segments=tuple(segments))


def plan(entry: Entry, own: Analysis, german: Analysis) -> Plan:
    former: Any = SimpleNamespace(record=SimpleNamespace(analysis=own), told={"en": own, "de": german})
    return Plan("key", former, None, "", {entry.id: entry}, former)


def test_the_generated_name_of_the_first_issue_stays_in_each_language() -> None:
    analysis = example_analysis(3, 5)
    entry = Entry(1, "A", "", "", "Quiet ones", "run")
    found = plan(entry, told(analysis, "Quiet ones", "Calm ones"), told(analysis, "Stille", "Ruhige")).names({})
    assert found == {"A": "Quiet ones"}
    with speaking("de"):
        assert f"{found['A']}" == "Stille"


def test_a_name_that_a_person_gave_is_the_same_in_every_language() -> None:
    analysis = example_analysis(3, 5)
    entry = Entry(1, "A", "Our best", "", "Quiet ones", "run")
    found = plan(entry, told(analysis, "Quiet ones", "Calm ones"), told(analysis, "Stille", "Ruhige")).names({})
    with speaking("de"):
        assert f"{found['A']}" == "Our best"


def test_a_name_that_was_taken_back_leaves_the_generated_one() -> None:
    analysis = example_analysis(3, 5)
    entry = Entry(1, "A", "", "", "Quiet ones", "run")
    found = plan(entry, told(analysis, "Our best", "Quiet ones"), told(analysis, "Our best", "Stille")).names({})
    assert f"{found['A']}" == "Quiet ones"
    with speaking("de"):
        assert f"{found['A']}" == "Stille"


def test_a_segment_that_the_issue_before_did_not_have_is_named_anew() -> None:
    entry = Entry(77, "Z", "", "", "Quiet ones", "run")
    analysis = example_analysis(3, 5)
    assert plan(entry, analysis, analysis).names({}) == {}


def test_names_of_the_configuration_come_first() -> None:
    analysis = example_analysis(3, 5)
    entry = Entry(1, "A", "Our best", "", "Quiet ones", "run")
    assert plan(entry, analysis, analysis).names({"A": "Mine"}) == {"A": "Mine"}
