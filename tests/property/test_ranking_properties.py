"""What holds for every ranking, plan and tree."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from reportgen.analysis.auc import area
from reportgen.analysis.calibration import at_depth, calibrate, share_above
from reportgen.analysis.economics import Candidates, Terms, combine, plan_cells, response_interval
from reportgen.analysis.gains import DEPTHS, Ranked, area_under_lift, reach_at
from reportgen.analysis.ranking import relative_density
from reportgen.analysis.reach import share_interval, wilson

NUMBERS = st.floats(-100, 100).map(lambda number: round(number, 1))
PEOPLE = st.lists(NUMBERS, min_size=1, max_size=60).map(np.array)
SHARES = st.floats(0.0, 0.9, allow_subnormal=False).map(lambda share: round(share, 6))
MONEY = st.floats(0.01, 1e5)
SEGMENTS = st.lists(
    st.tuples(st.integers(0, 10_000), st.floats(0, 900), st.floats(1.0, 2.0)), min_size=1, max_size=9
).map(
    lambda drawn: [
        Candidates(number, people, index, (index / factor, index * factor))
        for number, (people, index, factor) in enumerate(sorted(drawn, key=lambda d: -d[1]), start=1)
    ]
)


@given(PEOPLE, PEOPLE)
def test_an_area_and_its_mirror_make_one(customers: np.ndarray, others: np.ndarray) -> None:
    there, back = area(customers, others), area(others, customers)
    assert 0.0 <= there.value <= 1.0
    assert there.value + back.value == pytest.approx(1.0)
    assert there.error == pytest.approx(back.error)
    assert area(-customers, -others).value == pytest.approx(back.value)
    assert area(3 * customers + 1, 3 * others + 1).value == pytest.approx(there.value)


@given(PEOPLE, PEOPLE, SHARES)
def test_a_gains_curve_rises_from_nothing_to_everything(
    customers: np.ndarray, others: np.ndarray, share: float
) -> None:
    depth, reach = Ranked(customers, others, share).curve()
    assert (depth[0], reach[0]) == (0.0, 0.0)
    assert depth[-1] == pytest.approx(1.0)
    assert reach[-1] == pytest.approx(1.0)
    assert (np.diff(depth) >= 0).all()
    assert (np.diff(reach) >= -1e-12).all()
    at = reach_at(depth, reach, DEPTHS)
    assert ((at >= 0) & (at <= 1)).all()
    assert area_under_lift(depth, reach) >= 0


@given(PEOPLE, SHARES)
def test_a_ranking_that_says_nothing_gains_nothing(people: np.ndarray, share: float) -> None:
    same = np.zeros(len(people))
    depth, reach = Ranked(same, same[:1], share).curve()
    assert reach_at(depth, reach, DEPTHS) == pytest.approx(DEPTHS)
    assert area_under_lift(depth, reach) == pytest.approx(1.0)


@given(arrays(np.float64, st.integers(1, 40), elements=st.floats(-30, 30)), st.floats(0, 0.95))
def test_an_index_lies_between_nothing_and_certainty(log_ratio: np.ndarray, share: float) -> None:
    index = relative_density(log_ratio, share)
    assert (index > 0).all()
    assert np.isfinite(index).all()
    if share > 0:
        assert (index <= 1 / share * (1 + 1e-9)).all()
    order = np.argsort(log_ratio)
    assert (np.diff(index[order]) >= -1e-9).all()


@given(st.lists(st.tuples(st.floats(1, 900), st.booleans()), min_size=2, max_size=60), SHARES)
def test_tenths_hold_everybody(drawn: list[tuple[float, bool]], share: float) -> None:
    index = np.array([value for value, _ in drawn])
    customer = np.array([kind for _, kind in drawn])
    if customer.all() or not customer.any():
        return
    tenths = calibrate(index, customer, share)
    assert sum(tenth.customers for tenth in tenths) == customer.sum()
    assert sum(tenth.observed for tenth in tenths) == pytest.approx(1.0)
    means = [tenth.mean_index for tenth in tenths if tenth.mean_index > 0]
    assert all(a >= b - 1e-6 for a, b in pairwise(means))


@given(st.lists(st.floats(1, 900), min_size=1, max_size=40), st.floats(0.01, 1.0))
def test_the_deeper_the_lower(index: list[float], share: float) -> None:
    values, weights = np.array(index), np.ones(len(index))
    depth = at_depth(values, weights, share)
    assert depth.lowest - 1e-9 <= depth.mean <= max(index) + 1e-9
    assert at_depth(values, weights, 1.0).mean == pytest.approx(values.mean())
    assert depth.mean >= values.mean() - 1e-6
    assert share_above(values, weights, depth.lowest) >= share - 1e-9


@given(SEGMENTS, MONEY, st.floats(0.001, 0.5), st.one_of(st.none(), MONEY), st.one_of(st.none(), MONEY))
def test_a_plan_keeps_its_limits(
    segments: list[Candidates], cost: float, base: float, margin: float | None, budget: float | None
) -> None:
    terms = Terms(given=True, cost=cost, base=base, margin=margin, budget=budget)
    cells = plan_cells(segments, terms)
    assert [cell.segment for cell in cells] == [segment.segment for segment in segments]
    for cell, segment in zip(cells, segments, strict=True):
        assert 0 <= cell.pieces <= segment.people
        assert 0 <= cell.responses <= cell.pieces
        assert cell.interval[0] <= cell.responses + 1e-9
        assert cell.responses <= cell.interval[1] + 1e-9
        if terms.break_even is not None and segment.index < terms.break_even:
            assert cell.pieces == 0
    if budget is not None:
        assert cells[-1].cumulative_cost <= budget * (1 + 1e-9)
    assert cells[-1].cumulative_pieces == sum(cell.pieces for cell in cells)


@given(st.floats(0.1, 1e4), st.floats(1.0, 5.0), st.floats(1.0, 5.0))
def test_more_errors_make_a_wider_interval(value: float, first: float, second: float) -> None:
    one = combine(value, (1.0, (1 / first, first)))
    both = combine(value, (1.0, (1 / first, first)), (1.0, (1 / second, second)))
    assert both[0] <= one[0] * (1 + 1e-9)
    assert both[1] >= one[1] * (1 - 1e-9)
    assert combine(value) == (value, value)


@given(st.integers(0, 5_000), st.floats(0, 900).map(lambda index: round(index, 3)), st.integers(1, 10**6))
def test_responses_never_exceed_the_pieces(pieces: int, index: float, measured: int) -> None:
    terms = Terms(given=True, base=0.3, base_pieces=measured)
    low, high = response_interval(pieces, index, (index / 2, index * 2 + 1), terms)
    assert 0 <= low <= high + 1e-9
    assert high <= pieces


@given(st.integers(0, 500), st.integers(1, 500), st.one_of(st.none(), st.floats(0, 1)))
def test_an_interval_of_a_share_holds_it(part: int, total: int, log_sd: float | None) -> None:
    part = min(part, total)
    low, high = share_interval(part, total, log_sd)
    assert -1e-12 <= low <= part / total + 1e-9
    assert part / total - 1e-9 <= high <= 1 + 1e-12
    plain = wilson(part, total)
    assert plain[0] <= part / total + 1e-12 <= plain[1] + 2e-12
