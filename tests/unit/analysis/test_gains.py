"""Gains and lift, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from reportgen.analysis.gains import (
    DEPTHS,
    LIFT_DEPTHS,
    Ranked,
    area_under_lift,
    compare_rankings,
    reach_at,
)
from tests.unit.analysis.coded import floats


def test_the_corners_of_a_curve_with_a_tie() -> None:
    # values 3, 2, 1; customers at 3, 3, 1; others at 2, 1, 1, 1
    depth, reach = Ranked(floats([3, 3, 1]), floats([2, 1, 1, 1]), 0.0).curve()
    # both customers with 3 come before anybody else and are reached on the way to the first of the others
    assert depth == pytest.approx([0, 0.25, 1])
    assert reach == pytest.approx([0, 2 / 3, 1])


def test_known_customers_take_their_place_in_the_population() -> None:
    # a quarter of the population are customers: depth = 0.25 x customers + 0.75 x others
    depth, reach = Ranked(floats([3, 3, 1, 1]), floats([2, 1]), 0.25).curve()
    assert depth == pytest.approx([0, 0.125, 0.5, 1])
    assert reach == pytest.approx([0, 0.5, 0.5, 1])


def test_a_curve_is_straight_across_ties() -> None:
    depth, reach = Ranked(floats([1, 1]), floats([1, 1, 1]), 0.0).curve()
    np.testing.assert_allclose(reach_at(depth, reach, DEPTHS), DEPTHS)


@pytest.mark.parametrize(
    ("depth", "reach", "expected"),
    [
        ([0, 1], [0, 1], 1.0),
        # twice as many until one half, nobody after: 2 x 0.5 + integral of 1/x from 0.5 to 1
        ([0, 0.5, 1], [0, 1, 1], 1.0 + np.log(2)),
        # a jump at one quarter has no width
        ([0, 0.25, 0.25, 1], [0, 0.25, 0.5, 1], 0.25 + (1 / 3) * np.log(4) + (2 / 3) * 0.75),
    ],
)
def test_the_area_under_the_lift_curve_by_hand(depth: list[float], reach: list[float], expected: float) -> None:
    assert area_under_lift(floats(depth), floats(reach)) == pytest.approx(expected)


def test_the_area_under_the_lift_curve_is_the_mean_lift() -> None:
    rng = np.random.default_rng(0)
    depth, reach = Ranked(rng.normal(1, 1, 300), rng.normal(0, 1, 500), 0.0).curve()
    fine = (np.arange(200_000) + 0.5) / 200_000
    assert area_under_lift(depth, reach) == pytest.approx((reach_at(depth, reach, fine) / fine).mean(), rel=1e-3)


def _two(seed: int = 1) -> tuple[dict[str, np.ndarray], np.ndarray]:
    rng = np.random.default_rng(seed)
    customer = np.arange(3_000) < 1_200
    signal = rng.normal(0, 1, 3_000) + customer
    return {"coarse": np.round(signal), "fine": signal}, customer


def test_two_rankings_are_compared_on_the_same_samples() -> None:
    rankings, customer = _two()
    gains = compare_rankings(rankings, customer, 0.0, seed=3)
    coarse, fine = gains.curves["coarse"], gains.curves["fine"]
    assert (gains.customers, gains.others) == (1_200, 1_800)
    assert fine.auc.value > coarse.auc.value
    depths = np.array(LIFT_DEPTHS)
    np.testing.assert_allclose(gains.difference, (fine.lift - coarse.lift) * depths)
    assert (gains.difference_low < gains.difference).all()
    assert (gains.difference < gains.difference_high).all()
    # paired samples: the difference is known better than either reach is by itself
    apart = np.hypot((fine.lift_high - fine.lift_low) * depths, (coarse.lift_high - coarse.lift_low) * depths)
    assert ((gains.difference_high - gains.difference_low) < apart).all()
    for curve in (coarse, fine):
        assert (curve.low <= curve.reach + 1e-9).all()
        assert (curve.reach <= curve.high + 1e-9).all()
        assert curve.area_interval[0] < curve.area < curve.area_interval[1]
        assert (curve.reach[0], curve.reach[-1]) == (0.0, 1.0)


def test_bands_of_few_people_stay_shares() -> None:
    customer = np.arange(60) < 6
    gains = compare_rankings({"a": np.arange(60.0)[::-1], "b": np.arange(60.0)}, customer, 0.0, seed=3)
    for curve in gains.curves.values():
        assert curve.low.min() == 0.0
        assert curve.high.max() == 1.0
        assert (curve.low <= curve.high).all()


def test_a_ranking_compared_with_itself_differs_by_nothing() -> None:
    rankings, customer = _two()
    gains = compare_rankings({"one": rankings["fine"], "other": rankings["fine"]}, customer, 0.2, seed=3)
    assert np.abs([gains.difference, gains.difference_low, gains.difference_high]).max() == 0.0


def test_the_same_seed_gives_the_same_bands_and_another_others() -> None:
    rankings, customer = _two()
    first, again, other = (compare_rankings(rankings, customer, 0.0, seed, 50) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.curves["fine"].low, again.curves["fine"].low)
    assert (first.curves["fine"].low != other.curves["fine"].low).any()


def test_bands_do_not_depend_on_binning_of_a_fine_ranking() -> None:
    # 3,000 distinct numbers are binned in 512 steps; rounded to fewer than 512 they are not
    rankings, customer = _two()
    rounded = np.round(rankings["fine"] * 60) / 60
    assert len(np.unique(rounded)) < 512 < len(np.unique(rankings["fine"]))
    gains = compare_rankings({"a": rankings["fine"], "b": rounded}, customer, 0.0, seed=3)
    np.testing.assert_allclose(gains.curves["a"].low, gains.curves["b"].low, atol=0.01)
    np.testing.assert_allclose(gains.curves["a"].high, gains.curves["b"].high, atol=0.01)
