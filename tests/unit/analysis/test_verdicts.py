"""Verdicts in the order of the rule."""

from __future__ import annotations

import math

import pytest

from reportgen.analysis.comparison import Z95, GroupCounts, two_sided_p
from reportgen.analysis.verdicts import TotalError, dominant_error, holm_over_segments, judge, total_error


def error(index: float, width: float) -> TotalError:
    """An index whose interval reaches from index / (1 + width) to index x (1 + width)."""
    return TotalError(index, (math.log(1 + width) / Z95) ** 2)


def test_both_errors_add_up() -> None:
    # Sampling 0.019 (worked in the tests of the comparison), spread 0.1² = 0.01.
    found = total_error(GroupCounts(40, 100, 200, 1_000), 0.1)
    assert found is not None
    assert found.index == pytest.approx(200.0)
    assert found.variance == pytest.approx(0.029)
    factor = math.exp(Z95 * math.sqrt(0.029))
    assert found.interval == pytest.approx((200 / factor, 200 * factor))
    assert found.p == pytest.approx(two_sided_p(math.log(2) / math.sqrt(0.029)))


@pytest.mark.parametrize(
    ("drawn", "spread", "expected"), [(0.03, 0.04, "clustering"), (0.04, 0.03, "chance"), (0.02, 0.02, "chance")]
)
def test_the_larger_of_two_errors_dominates(drawn: float, spread: float, expected: str) -> None:
    sampling = TotalError(150.0, drawn**2 + 1e-12).interval  # of two equal errors chance counts as the larger
    assert dominant_error(sampling, TotalError(150.0, drawn**2 + spread**2).interval) == expected


@pytest.mark.parametrize(("sampling", "total"), [(None, (1.0, 2.0)), ((1.0, 2.0), None), ((0.0, 9.0), (0.0, 12.0))])
def test_without_both_intervals_no_error_dominates(
    sampling: tuple[float, float] | None, total: tuple[float, float] | None
) -> None:
    assert dominant_error(sampling, total) is None


def test_the_interval_ends_at_100_where_p_is_a_twentieth() -> None:
    edge = TotalError(math.exp(0.2) * 100, (0.2 / Z95) ** 2)
    assert edge.interval[0] == pytest.approx(100.0)
    assert edge.p == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("group", "log_sd"),
    [
        (GroupCounts(40, 100, 200, 1_000), None),
        (GroupCounts(0, 100, 200, 1_000), 0.1),
        (GroupCounts(4, 100, 0, 1_000), 0.1),
        (GroupCounts(0, 0, 20, 1_000), 0.1),
    ],
)
def test_without_one_of_the_errors_there_is_no_total(group: GroupCounts, log_sd: float | None) -> None:
    assert total_error(group, log_sd) is None


def test_no_error_at_all() -> None:
    assert TotalError(100.0, 0.0).p == 1.0
    assert TotalError(101.0, 0.0).p == 0.0


def test_p_values_are_adjusted_over_the_segments_that_have_one() -> None:
    one, two = error(150, 0.2), error(105, 0.2)
    adjusted = holm_over_segments([two, None, one])
    assert adjusted[1] is None
    assert adjusted[2] == pytest.approx(2 * one.p)
    assert adjusted[0] == pytest.approx(max(two.p, 2 * one.p))
    assert holm_over_segments([None, None]) == [None, None]


@pytest.mark.parametrize(
    ("index", "width", "p", "verdict"),
    [
        (150.0, 0.2, 0.01, "over"),
        (110.0, 0.05, 0.01, "over"),  # at least 110
        (109.9, 0.05, 0.01, "inconclusive"),
        (150.0, 0.2, 0.05, "over"),  # at most 0.05
        (150.0, 0.2, 0.051, "inconclusive"),
        (60.0, 0.2, 0.01, "under"),
        (90.0, 0.05, 0.01, "under"),
        (90.1, 0.05, 0.01, "inconclusive"),
        (100.0, 0.05, 1.0, "at par"),
        (103.0, 0.05, 0.001, "at par"),  # clearly different from 100, and clearly by little
        (100.0, 0.2, 1.0, "inconclusive"),  # 83 to 120 may be anything
    ],
)
def test_verdicts_by_index_interval_and_p(index: float, width: float, p: float, verdict: str) -> None:
    assert judge(500, 0.9, error(index, width), p) == verdict


@pytest.mark.parametrize(("expected", "verdict"), [(100.0, "over"), (99.9, "inconclusive")])
def test_few_people_are_not_judged(expected: float, verdict: str) -> None:
    assert judge(expected, 0.9, error(150, 0.1), 0.001) == verdict


@pytest.mark.parametrize(("jaccard", "verdict"), [(0.6, "over"), (0.59, "inconclusive")])
def test_segments_that_are_not_found_again_are_not_judged(jaccard: float, verdict: str) -> None:
    assert judge(500, jaccard, error(150, 0.1), 0.001) == verdict


def test_without_a_total_interval_there_is_no_judgement() -> None:
    assert judge(500, 0.9, None, None) == "inconclusive"
    assert judge(500, 0.9, error(150, 0.1), None) == "inconclusive"


@pytest.mark.parametrize(("index", "width"), [(150.0, 0.1), (60.0, 0.1), (100.0, 0.05)])
def test_a_sensitivity_run_overturns_any_verdict(index: float, width: float) -> None:
    assert judge(500, 0.9, error(index, width), 0.001, overturned=True) == "inconclusive"
