"""Figures of the campaign that would tell of few people: rounded, put together or withheld, and no more than needed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reportgen.analysis.economics import Terms
from reportgen.analysis.gains import DEPTHS, LIFT_DEPTHS, compare_rankings
from reportgen.analysis.publish_response import publish_response
from reportgen.analysis.ranking_findings import SCORE, SEGMENTS
from reportgen.analysis.release_areas import area_bounds, in_area_steps
from reportgen.analysis.release_gains import (
    bounds,
    countable,
    hides,
    known_ends,
    release_gains,
    share_in_steps,
    tenths_marks,
)
from reportgen.analysis.release_prospects import release_left_out
from reportgen.analysis.release_reach import release_held_out
from reportgen.analysis.release_response import left_aside, pool_tenths
from reportgen.analysis.response import ResponseFindings, ResponseRows, evaluate_response
from reportgen.analysis.suppression import FEW, WITHHELD
from reportgen.analysis.suppression_cells import Mark
from reportgen.formatting import Formatter

FMT = Formatter("en")
RISING = np.linspace(0.0, 1.0, len(DEPTHS))


def test_curves_without_small_pieces_stay_exact() -> None:
    assert hides(RISING, 1_000, 0.0)
    assert not hides(RISING, 100, 0.0)  # pieces of less than four people
    assert hides(RISING, 100, 0.1)


def test_a_step_and_a_half_covers_nine_people() -> None:
    reach = RISING.copy()
    reach[-4:] = 0.999, 0.9995, 0.9997, 1.0  # one or two customers at a time, of 3,000
    assert not hides(reach, 3_000, 0.0)
    assert not hides(reach, 3_000, 0.001)
    assert hides(reach, 3_000, 0.002)  # one step and a half is nine people


def test_none_and_all_are_given_for_nobody_and_everybody_alone() -> None:
    given = share_in_steps(np.array([0.0, 0.001, 0.26, 0.999, 1.0]), 0.05)
    assert given.tolist() == [0.0, 0.05, 0.25, 0.95, 1.0]
    low, high = bounds(given, 0.05)
    assert low == pytest.approx([0.0, 0.0, 0.225, 0.925, 1.0])
    assert high == pytest.approx([0.0, 0.075, 0.275, 1.0, 1.0])


def ranked(customers: int, others: int, *, lean: float = 1.5, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    customer = np.arange(customers + others) < customers
    return random.standard_normal(len(customer)) + lean * customer, customer


@pytest.mark.parametrize("customers", [60, 150, 900])
def test_released_gains_agree_with_themselves_and_are_near_the_exact_ones(customers: int) -> None:
    index, customer = ranked(customers, 1_500)
    exact = compare_rankings({SEGMENTS: np.round(index), SCORE: index}, customer, 0.0, 1, replicates=50)
    given = release_gains(exact, 0.0, told=True)
    assert given is not None
    assert given.step * 1.5 >= 9 / customers
    assert given.step / 3 < 9 / customers  # and no coarser than needed
    for name, curve in given.curves.items():
        assert np.abs(curve.reach - exact.curves[name].reach).max() <= given.step
        assert (np.diff(curve.reach) >= 0).all()
        assert (curve.low <= curve.reach).all()
        assert (curve.reach <= curve.high).all()
        assert (curve.low <= exact.curves[name].low + 1e-9).all()  # intervals are rounded outwards
        assert (curve.high >= exact.curves[name].high - 1e-9).all()
        at = np.searchsorted(DEPTHS, LIFT_DEPTHS)
        assert curve.lift == pytest.approx(curve.reach[at] / np.array(LIFT_DEPTHS))
    assert (given.difference_low <= given.difference + 1e-9).all()
    assert (given.difference <= given.difference_high + 1e-9).all()


def test_many_customers_are_given_exactly() -> None:
    index, customer = ranked(40_000, 40_000, lean=0.5)
    exact = compare_rankings({SEGMENTS: np.round(index), SCORE: index}, customer, 0.0, 1, replicates=10)
    given = release_gains(exact, 0.0, told=True)
    assert given is not None
    assert (given.step, given.area_step) == (0.0, 0.0001)
    assert given.curves[SCORE].reach is exact.curves[SCORE].reach
    # a number that is not told does not follow from fractions
    untold = release_gains(exact, 0.0, told=False)
    assert untold is not None
    assert untold.step >= 10 / 40_000


def test_so_few_customers_that_no_step_hides_them_have_no_gains() -> None:
    index, customer = ranked(25, 200)
    exact = compare_rankings({SEGMENTS: np.round(index), SCORE: index}, customer, 0.0, 1, replicates=10)
    assert not hides(exact.curves[SCORE].reach, 25, 0.2)
    assert release_gains(exact, 0.0, told=True) is None


def test_areas_agree_with_the_curve_that_they_are_of() -> None:
    index, customer = ranked(300, 2_000)
    curve = compare_rankings({SEGMENTS: index, SCORE: index}, customer, 0.0, 1, replicates=10).curves[SCORE]
    rows, most = area_bounds(curve.auc.value, curve.area, 0.0001, 2_000)
    assert (rows @ curve.reach <= most + 1e-9).all()
    # a curve that lies much lower does not agree
    assert not (rows @ (0.5 * (curve.reach + DEPTHS)) <= most + 1e-9).all()
    assert in_area_steps(0.7364, 0.005) == 0.735


def test_what_is_known_of_a_curve_never_falls() -> None:
    low, high = known_ends(np.sort(np.random.default_rng(1).random(len(DEPTHS))), 0.1)
    assert (np.diff(low) >= 0).all()
    assert (np.diff(high) >= 0).all()
    assert (low <= high).all()


@pytest.mark.parametrize(
    ("sampled", "told"),
    [
        ([[80, 20], [20, 10]], (True, True)),
        ([[95, 5], [20, 10]], (True, False)),
        ([[80, 20], [20, 4]], (True, False)),
        ([[80, 20], [5, 0]], (False, False)),
        ([[80, 0], [20, 0]], (True, True)),
    ],
)
def test_numbers_of_judged_people_do_not_tell_of_few(sampled: list[list[int]], told: tuple[bool, bool]) -> None:
    assert countable(np.array(sampled)) == told


@pytest.mark.parametrize(
    ("counts", "marks"),
    [
        ([40, 30, 20, 10, 0], "....."),
        ([40, 30, 19, 4, 0], "..HF."),
        ([40, 30, 12, 4, 0], ".HHF."),  # of 16 people, at least ten in one leave six at most for the other
        ([40, 30, 2, 1, 0], ".HFF."),
        ([12, 3, 0, 0, 0], "HH..."),  # ten in one leave five at most for the other: nobody tells the two apart
    ],
)
def test_tenths_hide_small_counts_behind_the_smallest_larger_one(counts: list[int], marks: str) -> None:
    words = {int(Mark.SHOWN): ".", int(Mark.FEW): "F", int(Mark.HELD): "H"}
    found = tenths_marks(np.array(counts))
    assert "".join(words[int(mark)] for mark in found) == marks


def test_customers_left_out_are_rounded_down_only_where_few_are_found() -> None:
    people, customers = np.array([300, 5_000, 4_000]), np.array([120, 900, 400])
    exact = release_left_out(np.array([50, 600, 200]), people, customers, 850)
    assert (exact.step, exact.by_segment.tolist()) == (1, [50, 600, 200])
    few = release_left_out(np.array([50, 600, 4]), people, customers, 654)
    assert (few.step, few.by_segment.tolist()) == (20, [40, 600, 0])
    # four of five customers: what one segment has follows from the total, whatever the step
    told = release_left_out(np.array([0, 0, 4]), np.array([0, 0, 60]), np.array([0, 0, 40]), 4)
    assert (told.step, told.by_segment.tolist()) == (0, [0, 0, 0])


def test_reach_in_the_order_of_other_folds_is_rounded_or_withheld() -> None:
    weights = np.ones((2, 2, 5))
    weights[0, 1] = 0.0
    weights[0, 0, 0] = 0.9  # the first fold has not taken all of the first segment
    population = np.full((2, 5), 400)
    many = np.array([[100, 90, 110, 95, 105], [60, 55, 65, 50, 70]])
    values, step = release_held_out(weights, many, population)
    assert values is not None
    assert step == 0.0001
    assert values == pytest.approx([490 / 800, 1.0], abs=1e-4)
    few = np.array([[3, 90, 110, 95, 105], [60, 55, 65, 50, 70]])
    values, step = release_held_out(weights, few, population)
    assert values is not None
    assert 0.0001 < step <= 0.05  # finer figures tell how many of the first segment are in the first fold
    nobody, none = release_held_out(weights, many, np.where(population == 400, 5, 0))
    assert (nobody, none) == (None, 0.0)


def test_tenths_are_put_together_until_ten_answer_and_none_follows() -> None:
    people = np.full(10, 500)
    assert pool_tenths(np.full(10, 12), people) == [(at, at) for at in range(10)]
    assert pool_tenths(np.array([20, 12, 11, 6, 5, 3, 3, 9, 0, 2]), people) == [
        (0, 0), (1, 1), (2, 2), (3, 4), (5, 9),
    ]  # fmt: skip
    assert pool_tenths(np.array([10, 0, 0, 0, 0, 0, 0, 0, 0, 0]), people)[0] == (0, 0)
    # tenths of a dozen people: with ten responses among 24, one of them would have a few at least
    small = pool_tenths(np.array([8, 9, 4, 3, 2, 6, 7, 1, 0, 3]), np.full(10, 12))
    assert small[0][1] >= 2


@pytest.mark.parametrize(("hold_out", "not_found"), [(0, 3), (0, 9), (4, 0), (4, 3), (200, 5)])
def test_the_rest_of_a_mailing_is_the_same_whatever_the_small_number(hold_out: int, not_found: int) -> None:
    mailed = np.arange(1_000) >= hold_out
    aside = left_aside(mailed, not_found, 1)
    small = [count for count in (hold_out, not_found) if 0 < count < 10]
    assert aside.sum() + sum(small) == (19 if len(small) == 1 else 28)
    assert not (aside & ~mailed).any()
    np.testing.assert_array_equal(aside, left_aside(mailed, not_found, 1))
    assert not left_aside(np.ones(1_000, dtype=bool), 0, 1).any()
    assert not left_aside(np.arange(1_000) >= 10, 25, 1).any()


def mailing(*, rate: float, control: int = 0, people: int = 3_000, missed: int = 0) -> ResponseRows:
    random = np.random.default_rng(6)
    left_out = np.arange(people) < control
    response = random.random(people) < rate
    return ResponseRows(
        random.lognormal(4.6, 0.6, people), response, None, left_out if control else None,
        response & (random.random(people) < 0.02), "m.csv", "", people + missed,
    )  # fmt: skip


def test_a_hold_out_with_few_answers_tells_whether_an_effect_is_shown_and_no_rate() -> None:
    found = evaluate_response(mailing(rate=0.05, control=60), 1)
    assert isinstance(found, ResponseFindings)
    assert found.uplift is not None
    assert 0 < found.uplift.control_responses < 10
    told = publish_response(found, Terms(), FMT)
    (test,) = told.uplift
    assert (test.control_rate, test.difference, test.interval) == (None, None, None)
    assert (test.reasons["control_rate"], test.reasons["difference"]) == (FEW, WITHHELD)
    assert test.mailed_rate == pytest.approx(found.uplift.mailed_responses / found.uplift.mailed)
    assert "withheld" in told.uplift_sentence


def test_few_people_who_were_not_found_are_not_counted() -> None:
    found = evaluate_response(mailing(rate=0.05, missed=4), 1)
    assert isinstance(found, ResponseFindings)
    told = publish_response(found, Terms(), FMT)
    assert told.found is None
    assert told.reasons["found"] == WITHHELD
    assert told.rows - sum(group.people for group in told.groups) == 19


def test_few_responders_who_are_customers_are_not_counted() -> None:
    rows = mailing(rate=0.05)
    responders = np.flatnonzero(rows.response)
    for known, words in ((3, "fewer than 10 are"), (len(responders) - 3, "all but fewer than 10 are"), (30, "30 are")):
        customer = np.isin(np.arange(len(rows.response)), responders[:known])
        found = evaluate_response(replace(rows, customer=customer), 1)
        assert isinstance(found, ResponseFindings)
        assert f"responders, {words} in the customer file" in publish_response(found, Terms(), FMT).sentence
