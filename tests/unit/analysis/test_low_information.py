"""Low-information records counted in the segments that they are nearest to."""

from __future__ import annotations

import dataclasses

import pytest

from reportgen.analysis.findings import Findings
from reportgen.analysis.judgements import judge_segments
from reportgen.analysis.low_information import PLACED, place_low_information
from reportgen.analysis.sensitivity import SensitivityRun
from tests.unit.analysis.coded import ints
from tests.unit.analysis.small import Run


def run(
    extra_population: list[int],
    extra_customers: list[int],
    population: list[int] | None = None,
    *,
    nested: bool = False,
) -> SensitivityRun:
    placed = {"population": ints(population or [600, 200, 100]), "customers": ints([40, 30, 30])}
    extra = {"population": ints(extra_population), "customers": ints(extra_customers)}
    return place_low_information(placed, extra, nested=nested)  # type: ignore[arg-type]


def test_indices_by_hand() -> None:
    # Population 600 + 0, 200 + 100, 100 + 0 of 1,000; customers 40 + 0, 30 + 100, 30 + 0 of 200.
    # 40/200 against 600/1,000: 33.3; 130/200 against 300/1,000: 216.7; 30/200 against 100/1,000: 150.
    found = run([0, 100, 0], [0, 100, 0])
    assert found.indices == pytest.approx((100 / 3, 650 / 3, 150.0))
    assert (found.name, found.ari, found.rows) == (PLACED, 1.0, 900)
    assert found.note == "everybody else stays"


def test_an_index_from_which_few_people_follow_is_not_given() -> None:
    found = run([5, 100, 20], [0, 9, 20])
    assert found.indices[:2] == (None, None)
    assert found.indices[2] is not None
    # In nested files 100 - 95 = 5 of those who are no customers would come to the second segment.
    assert run([20, 100, 20], [0, 95, 20]).indices[1] is not None
    assert run([20, 100, 20], [0, 95, 20], nested=True).indices[1] is None


def test_without_low_information_records_there_is_no_such_variant() -> None:
    found = run([0, 0, 0], [0, 0, 0])
    assert (found.ari, found.indices, found.note) == (None, (None, None, None), "every row is placed")


def test_a_segment_without_people_has_no_index() -> None:
    assert run([0, 100, 20], [0, 100, 20], population=[0, 200, 100]).indices[0] is None


def test_a_verdict_that_hangs_on_low_information_records_is_lost(small: Run) -> None:
    findings: Findings = small.findings
    judged = [s for s in small.analysis.placed if s.verdict in ("over", "under")]
    assert judged
    segment = judged[0].id

    def with_index(index: float | None) -> Findings:
        kept = [one for one in findings.checks.sensitivity if one.name != PLACED]
        indices = tuple(index if at == segment else None for at in range(1, findings.k + 1))
        placed = SensitivityRun(PLACED, 1.0, indices, (1.0,) * findings.k, 1_000, "")
        return dataclasses.replace(findings, checks=dataclasses.replace(findings.checks, sensitivity=(*kept, placed)))

    same, other = judged[0].index_placed, 30.0 if judged[0].verdict == "over" else 300.0
    stands, lost = (judge_segments(with_index(index))[segment - 1] for index in (same, other))
    assert (stands.verdict, stands.if_placed) == (judged[0].verdict, judged[0].verdict)
    assert (lost.before, lost.verdict) == (judged[0].verdict, "inconclusive")
    assert lost.if_placed == ("under" if judged[0].verdict == "over" else "over")
    unknown = judge_segments(with_index(None))[segment - 1]
    assert (unknown.verdict, unknown.if_placed) == (judged[0].verdict, None)
