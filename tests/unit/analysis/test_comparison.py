"""Index, intervals, tests and effect sizes, worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from reportgen.analysis.comparison import (
    Z95,
    GroupCounts,
    Scale,
    benjamini_hochberg,
    cohen_h,
    holm,
    sampling_interval,
    score_interval,
    standardised_difference,
    two_proportion_p,
    two_sided_p,
)

# 40 of 100 customers, 200 of 1,000 people.
SEPARATE = GroupCounts(40, 100, 200, 1_000)


def test_index_and_expected_customers() -> None:
    assert SEPARATE.index == pytest.approx(200.0)  # 100 x 0.4 / 0.2
    assert SEPARATE.expected == pytest.approx(20.0)  # 100 x 0.2
    assert GroupCounts(0, 100, 200, 1_000).index == 0.0


def test_without_people_there_is_no_index() -> None:
    assert GroupCounts(3, 100, 0, 1_000).index is None
    assert GroupCounts(0, 0, 5, 1_000).index is None
    assert GroupCounts(0, 0, 0, 0).expected == 0.0
    assert sampling_interval(GroupCounts(3, 100, 0, 1_000)) is None


def test_variance_for_separate_files() -> None:
    # 1/40 - 1/100 + 1/200 - 1/1000 = 0.025 - 0.01 + 0.005 - 0.001
    assert SEPARATE.log_variance() == pytest.approx(0.019)


def test_variance_for_nested_files() -> None:
    # 1/40 - 1/100 - 1/200 + 2 x 40/(100 x 200) - 1/1000 = 0.025 - 0.01 - 0.005 + 0.004 - 0.001
    assert GroupCounts(40, 100, 200, 1_000, overlap=1.0).log_variance() == pytest.approx(0.013)


def test_variance_for_partly_overlapping_files() -> None:
    # 0.019 - 2 x 0.25 x (1/200 - 40/(100 x 200)) = 0.019 - 0.5 x 0.003
    assert GroupCounts(40, 100, 200, 1_000, overlap=0.25).log_variance() == pytest.approx(0.0175)


def test_variance_is_never_below_zero() -> None:
    assert GroupCounts(100, 100, 1_000, 1_000, overlap=1.0).log_variance() == 0.0


@pytest.mark.parametrize("group", [GroupCounts(0, 10, 5, 50), GroupCounts(5, 10, 0, 50)])
def test_an_empty_group_has_no_variance(group: GroupCounts) -> None:
    with pytest.raises(ValueError, match="both sides"):
        group.log_variance()


def test_the_interval_on_the_log_scale() -> None:
    # 400 of 1,000 and 2,000 of 10,000: variance 0.0019, index 200, factor exp(1.96 x 0.043589) = 1.08918.
    group = GroupCounts(400, 1_000, 2_000, 10_000)
    low, high = sampling_interval(group) or (0.0, 0.0)
    assert low == pytest.approx(200 / 1.089184, rel=1e-5)
    assert high == pytest.approx(200 * 1.089184, rel=1e-5)


def test_few_customers_take_the_score_interval() -> None:
    expected_29 = GroupCounts(60, 290, 100, 1_000)
    expected_30 = GroupCounts(60, 300, 100, 1_000)
    assert sampling_interval(expected_29) == score_interval(expected_29)
    assert sampling_interval(expected_30) != score_interval(expected_30)
    observed_29 = GroupCounts(29, 1_000, 100, 1_000)
    assert sampling_interval(observed_29) == score_interval(observed_29)


def test_the_score_interval_of_a_published_example() -> None:
    # Koopman (1984): 36 of 40 against 16 of 80, ratio 4.5, 95 % interval 2.94 to 7.15.
    low, high = score_interval(GroupCounts(36, 40, 16, 80))
    assert low / 100 == pytest.approx(2.94, abs=0.005)
    assert high / 100 == pytest.approx(7.15, abs=0.005)


def test_the_score_interval_ends_where_the_statistic_reaches_the_quantile() -> None:
    # With equal sizes n and shares p0, p1 at their restricted estimates, the statistic
    # (c/C - r n/N)² / (p1 (1 - p1)/C + r² p0 (1 - p0)/N) is 1.96² at both ends. At r = 1, p0 = p1 = pooled.
    low, high = score_interval(GroupCounts(5, 100, 10, 100))
    pooled = 15 / 200
    z = (0.05 - 0.1) / math.sqrt(pooled * (1 - pooled) * 2 / 100)
    assert abs(z) < Z95  # 1.34: a ratio of 1 is not ruled out ...
    assert low < 100 < high  # ... so 100 lies inside
    low, high = score_interval(GroupCounts(5, 200, 30, 200))
    assert high < 100


def test_no_customers_have_an_upper_end_only() -> None:
    interval = sampling_interval(GroupCounts(0, 1_000, 100, 10_000))
    assert interval is not None
    low, high = interval
    assert low == 0.0
    # 10 expected, none seen: by the score method the customers' share ends near z²/(C + z²) = 0.00383 (Wilson),
    # that is index 38; uncertainty of the population's share adds a little.
    assert 38 < high < 42


def test_everybody_in_the_group_on_both_sides() -> None:
    low, high = sampling_interval(GroupCounts(50, 50, 1_000, 1_000)) or (0.0, 0.0)
    assert low == pytest.approx(100.0)
    assert high == pytest.approx(100.0)


def test_everybody_in_a_small_group_on_both_sides() -> None:
    low, high = sampling_interval(GroupCounts(20, 20, 25, 25)) or (0.0, 0.0)
    assert low <= 100 <= high
    # All 20 customers: the lower end of their share is N/(N + z²) = 0.839 by Wilson.
    assert low == pytest.approx(100 * 20 / (20 + Z95**2), rel=1e-6)


def test_two_proportions_of_separate_files() -> None:
    # Pooled 240/1100 = 0.21818; variance 0.21818 x 0.78182 x (1/100 + 1/1000) = 0.0018764; z = 0.2/0.043317 = 4.617.
    assert two_proportion_p(SEPARATE) == pytest.approx(two_sided_p(4.61712), rel=1e-4)


def test_two_proportions_of_nested_files_compare_with_the_rest() -> None:
    # The rest: 160 of 900. Pooled 200/1000 = 0.2; variance 0.16 x (1/100 + 1/900) = 0.0017778; z = 0.22222/0.042164.
    nested = GroupCounts(40, 100, 200, 1_000, overlap=1.0)
    assert two_proportion_p(nested) == pytest.approx(two_sided_p(5.27046), rel=1e-4)


@pytest.mark.parametrize(
    "group",
    [
        GroupCounts(0, 0, 5, 10),
        GroupCounts(10, 10, 20, 20),  # everybody has it
        GroupCounts(0, 10, 0, 20),  # nobody has it
        GroupCounts(5, 10, 5, 10, overlap=1.0),  # everybody is a customer, nobody is left to compare with
    ],
)
def test_where_nothing_can_differ_p_is_one(group: GroupCounts) -> None:
    assert two_proportion_p(group) == 1.0


def test_two_sided_p() -> None:
    assert two_sided_p(0.0) == 1.0
    assert two_sided_p(Z95) == pytest.approx(0.05, rel=1e-12)
    assert two_sided_p(-Z95) == two_sided_p(Z95)


def test_cohens_h() -> None:
    # asin √0.5 = π/4, asin √0.25 = π/6, asin √1 = π/2.
    assert cohen_h(0.5, 0.25) == pytest.approx(math.pi / 6)
    assert cohen_h(0.25, 0.5) == pytest.approx(-math.pi / 6)
    assert cohen_h(1.0, 0.0) == pytest.approx(math.pi)
    assert cohen_h(1.0 + 1e-12, 1.0) == 0.0  # a share that rounding put above 1


def test_benjamini_hochberg() -> None:
    # Sorted 0.01, 0.02, 0.03, 0.5 times 4/rank: 0.04, 0.04, 0.04, 0.5.
    np.testing.assert_allclose(benjamini_hochberg([0.03, 0.01, 0.5, 0.02]), [0.04, 0.04, 0.5, 0.04])
    # 0.01 x 3 = 0.03, 0.04 x 1.5 = 0.06, 0.045 -> the second falls to 0.045.
    np.testing.assert_allclose(benjamini_hochberg([0.01, 0.04, 0.045]), [0.03, 0.045, 0.045])
    np.testing.assert_allclose(benjamini_hochberg([1.0, 1.0]), [1.0, 1.0])
    assert benjamini_hochberg([]).size == 0


def test_holm() -> None:
    # Sorted 0.01 x 4, 0.02 x 3, 0.03 x 2, 0.5 x 1, never falling: 0.04, 0.06, 0.06, 0.5.
    np.testing.assert_allclose(holm([0.03, 0.01, 0.5, 0.02]), [0.06, 0.04, 0.5, 0.06])
    np.testing.assert_allclose(holm([0.4, 0.5]), [0.8, 0.8])
    np.testing.assert_allclose(holm([0.9, 0.7]), [1.0, 1.0])
    assert holm([]).size == 0


def test_the_rest_of_a_group() -> None:
    # 1, 2, 3, 6 without 2, 6: everybody mean 3, sd √3.5; part mean 4, sd 2; the rest 1, 3 has mean 2 and sd 1.
    rest = Scale(4, 3.0, math.sqrt(3.5)).without(Scale(2, 4.0, 2.0))
    assert (rest.n, rest.mean, rest.sd) == pytest.approx((2, 2.0, 1.0))
    nobody = Scale(4, 3.0, 1.0).without(Scale(0, math.nan, math.nan))
    assert (nobody.n, nobody.mean, nobody.sd) == pytest.approx((4, 3.0, 1.0))
    assert Scale(4, 3.0, 1.0).without(Scale(4, 3.0, 1.0)).n == 0


def test_standardised_difference_of_separate_files() -> None:
    # d = (4 - 3)/2 = 0.5; z = 1 / √(2²/100 + 2²/400) = 1/√0.05 = 4.4721.
    d, p = standardised_difference(Scale(100, 4.0, 2.0), Scale(400, 3.0, 2.0), inside=False) or (0.0, 0.0)
    assert d == pytest.approx(0.5)
    assert p == pytest.approx(two_sided_p(4.472136), rel=1e-5)


def test_standardised_difference_inside_is_tested_against_the_rest() -> None:
    # Everybody: 400 rows, mean 3, sd 2, sum of squares 400 x 13 = 5,200. Here: 100 rows, mean 4, sd 1, 1,700.
    # The rest: 300 rows, mean 800/300 = 2.66667, square mean 3,500/300 = 11.66667, variance 4.55556.
    # z = 1.33333 / √(1/100 + 4.55556/300) = 8.4008; d is still against everybody.
    d, p = standardised_difference(Scale(100, 4.0, 1.0), Scale(400, 3.0, 2.0), inside=True) or (0.0, 0.0)
    assert d == pytest.approx(0.5)
    assert p == pytest.approx(two_sided_p(1.3333333 / math.sqrt(0.01 + 4.5555556 / 300)), rel=1e-5)


def test_standardised_difference_where_there_is_none() -> None:
    empty = Scale(0, math.nan, math.nan)
    everybody = Scale(10, 3.0, 2.0)
    assert standardised_difference(empty, everybody, inside=False) is None
    assert standardised_difference(everybody, empty, inside=False) is None
    assert standardised_difference(Scale(5, 3.0, 0.0), Scale(10, 3.0, 0.0), inside=False) is None
    assert standardised_difference(everybody, everybody, inside=True) == (0.0, 1.0)


def test_groups_without_spread_that_differ_are_told_apart_for_certain() -> None:
    # 5 rows at 1 within 10 rows at 1 or 3: the rest is 3 throughout, so the standard error is 0.
    d, p = standardised_difference(Scale(5, 1.0, 0.0), Scale(10, 2.0, 1.0), inside=True) or (0.0, 1.0)
    assert d == pytest.approx(-1.0)
    assert p == 0.0


def test_groups_without_spread_that_are_equal_have_no_difference() -> None:
    assert standardised_difference(Scale(5, 2.0, 0.0), Scale(10, 2.0, 0.0), inside=True) is None
