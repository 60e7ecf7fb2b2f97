from __future__ import annotations

from dataclasses import replace

import pytest

from reportgen.analysis.gates import check_gates
from reportgen.analysis.result import Analysis
from reportgen.config_gates import parse_gates
from reportgen.formatting import Formatter
from tests.factories import example_analysis
from tests.factory_changes import example_changes, shift, with_example_changes


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return with_example_changes(example_analysis(4, 6))


def told(analysis: Analysis, rules: str) -> list[tuple[str, float | None, bool]]:
    return [(gate.rule, gate.value, gate.failed) for gate in check_gates(parse_gates(rules), analysis, Formatter("en"))]


def test_drift_is_the_largest_beyond_chance(analysis: Analysis) -> None:
    assert told(analysis, "drift>0.25, drift>0.35") == [("drift>0.25", 0.3, True), ("drift>0.35", 0.3, False)]
    quiet = [
        replace(f, population=shift(0.3, noise=0.4), customers=None, since_fit=None)
        for f in example_changes(analysis).features
    ]
    changes = replace(example_changes(analysis), features=tuple(quiet), segment_shift=None, customer_segment_shift=None)
    assert told(replace(analysis, changes=changes), "drift>0.1") == [("drift>0.1", 0.0, False)]


def test_a_value_at_the_limit_passes(analysis: Analysis) -> None:
    assert told(analysis, "drift>0.3, k>4, k<4, agreement<0.93")[0][2] is False
    assert [failed for _, _, failed in told(analysis, "drift>0.3, k>4, k<4, agreement<0.93")] == [False] * 4
    assert [failed for _, _, failed in told(analysis, "k>3, k<5, agreement<0.94")] == [True] * 3


def test_unknown_codes_missing_values_and_stability(analysis: Analysis) -> None:
    columns = tuple(
        replace(c, unknown_codes=analysis.population.rows // 50, use="distance") for c in analysis.quality.columns
    )
    dirty = replace(analysis, quality=replace(analysis.quality, columns=columns))
    (gate,) = check_gates(parse_gates("unknown>0.01"), dirty, Formatter("en"))
    assert gate.failed
    assert gate.value == pytest.approx(0.02, abs=1e-4)
    assert gate.sentence.endswith("is 0.020, above 0.01")
    (missing,) = told(analysis, "missing>0.07")
    assert missing[1] == pytest.approx(0.08)
    lowest = min(s.jaccard for s in analysis.placed if s.jaccard is not None)
    assert told(analysis, f"stability<{lowest + 0.01:.3f}, stability<{lowest - 0.01:.3f}")[0][1] == lowest
    assert [f for *_, f in told(analysis, f"stability<{lowest + 0.01:.3f}, stability<{lowest - 0.01:.3f}")] == [
        True,
        False,
    ]


def test_unknown_codes_of_customers_count_as_well(analysis: Analysis) -> None:
    column = next(c for c in analysis.quality.columns if c.use == "distance")
    feature = next(f for f in analysis.features if f.name == column.name)
    other = replace(feature.levels[0], code="other", customer_count=analysis.customers.rows // 20)
    dirty = replace(analysis, features=(replace(feature, levels=(*feature.levels, other)),))
    (gate,) = check_gates(parse_gates("unknown>0.01"), dirty, Formatter("en"))
    assert gate.failed
    assert f"unknown codes of {feature.label} among customers" in gate.sentence
    (clean,) = check_gates(parse_gates("unknown>0.01"), analysis, Formatter("en"))
    assert not clean.failed


def test_what_cannot_be_checked_does_not_fail_and_says_why() -> None:
    first = example_analysis(3, 6)
    first = replace(
        first,
        segments=tuple(replace(s, jaccard=None) for s in first.segments),
        quality=replace(first.quality, columns=()),
    )
    gates = check_gates(parse_gates("drift>0, missing>0, agreement<1, stability<1, unknown>0"), first, Formatter("en"))
    assert [(gate.value, gate.failed) for gate in gates] == [(None, False)] * 5
    assert all(gate.reasons["value"] and gate.reasons["value"] in gate.sentence for gate in gates)


def test_agreement_that_was_not_measured(analysis: Analysis) -> None:
    changes = replace(example_changes(analysis), agreement=None, reasons={"agreement": "no trial refit was made"})
    (gate,) = check_gates(parse_gates("agreement<0.8"), replace(analysis, changes=changes), Formatter("en"))
    assert gate.sentence == "Agreement of a trial refit cannot be checked: no trial refit was made."
