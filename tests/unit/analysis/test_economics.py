"""The arithmetic of a mailing, worked by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from reportgen.analysis.economics import (
    Candidates,
    Terms,
    affordable,
    break_even_index,
    combine,
    expected_responses,
    plan_cells,
    response_interval,
)

TERMS = Terms(given=True, cost=0.5, base=0.01, margin=40.0)
SEGMENTS = (
    Candidates(1, 1_000, 250.0, (200.0, 300.0)),
    Candidates(2, 2_000, 130.0, (110.0, 150.0)),
    Candidates(3, 4_000, 60.0, (50.0, 70.0)),
)


def test_break_even_by_hand() -> None:
    # a piece at index 125 brings 40 x 0.01 x 1.25 = 0.50, what it costs
    assert break_even_index(0.5, 40.0, 0.01) == pytest.approx(125.0)
    assert TERMS.break_even == pytest.approx(125.0)
    assert replace(TERMS, margin=None).break_even is None


def test_the_base_of_a_selected_list_counts_once() -> None:
    # 2 % on a list of index 200 are 1 % of an unselected mailing: the same break-even index as above
    assert break_even_index(0.5, 40.0, 0.02 * 100 / 200) == pytest.approx(125.0)


def test_expected_responses_by_hand() -> None:
    assert expected_responses(1_000, 250.0, 0.01) == pytest.approx(25.0)
    assert expected_responses(1_000, 0.0, 0.01) == 0.0
    assert expected_responses(1_000, 25_000.0, 0.01) == 1_000  # never more than one each


def test_a_budget_pays_for_whole_pieces() -> None:
    assert affordable(100.0, 0.85) == 117
    assert affordable(0.3, 0.1) == 3  # though 0.3 / 0.1 is 2.9999999999999996 as floats
    assert affordable(0.5, 0.85) == 0
    assert replace(TERMS, budget=700.0).most_pieces == 1_400
    assert replace(TERMS, budget=700.0, volume=1_000).most_pieces == 1_000
    assert replace(TERMS, volume=2_000).most_pieces == 2_000
    assert TERMS.most_pieces is None


def test_a_plan_stops_below_break_even() -> None:
    cells = plan_cells(SEGMENTS, TERMS)
    assert [cell.pieces for cell in cells] == [1_000, 2_000, 0]
    assert [cell.cost for cell in cells] == [500.0, 1_000.0, 0.0]
    assert [cell.responses for cell in cells] == pytest.approx([25.0, 26.0, 0.0])
    assert [cell.cumulative_responses for cell in cells] == pytest.approx([25.0, 51.0, 51.0])
    assert [cell.cumulative_pieces for cell in cells] == [1_000, 3_000, 3_000]
    assert cells[0].cost_per_response == pytest.approx(20.0)
    assert cells[0].profit(40.0) == pytest.approx(500.0)
    assert cells[2].cost_per_response is None


def test_a_plan_fills_a_budget_and_takes_a_part_of_the_last_segment() -> None:
    cells = plan_cells(SEGMENTS, replace(TERMS, margin=None, budget=1_750.0))
    assert [cell.pieces for cell in cells] == [1_000, 2_000, 500]
    assert cells[-1].cumulative_cost == pytest.approx(1_750.0)


def test_without_limits_everybody_is_planned_with() -> None:
    assert sum(cell.pieces for cell in plan_cells(SEGMENTS, Terms())) == 7_000


def test_an_interval_holds_the_index_alone_without_an_error_of_the_base() -> None:
    assert TERMS.base_interval is None
    assert response_interval(1_000, 250.0, (200.0, 300.0), TERMS) == pytest.approx((20.0, 30.0))
    assert response_interval(1_000, 250.0, None, TERMS) == pytest.approx((25.0, 25.0))


def test_errors_of_index_and_base_add_on_the_log_scale() -> None:
    terms = replace(TERMS, base_pieces=10_000)
    width = 1.959964 * math.sqrt(0.99 / (0.01 * 10_000))
    assert terms.base_interval == pytest.approx((0.01 * math.exp(-width), 0.01 * math.exp(width)), rel=1e-6)
    low, high = response_interval(1_000, 250.0, (200.0, 300.0), terms)
    assert low == pytest.approx(25 * math.exp(-math.hypot(math.log(1.25), width)), rel=1e-6)
    assert high == pytest.approx(25 * math.exp(math.hypot(math.log(1.2), width)), rel=1e-6)


def test_a_segment_without_customers_has_an_upper_end_only() -> None:
    assert response_interval(1_000, 0.0, (0.0, 40.0), TERMS) == pytest.approx((0.0, 4.0))
    assert response_interval(1_000, 0.0, None, TERMS) == (0.0, 0.0)


def test_an_interval_that_reaches_zero_takes_the_product_there() -> None:
    assert combine(25.0, (250.0, (0.0, 500.0))) == pytest.approx((0.0, 50.0))


def test_no_interval_promises_more_than_one_response_per_piece() -> None:
    assert response_interval(10, 5_000.0, (4_000.0, 90_000.0), TERMS)[1] == 10.0
