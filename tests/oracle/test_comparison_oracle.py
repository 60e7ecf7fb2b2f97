"""Intervals, tests, adjustments and effect sizes against statsmodels and scipy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_effectsize, proportions_ztest

from reportgen.analysis.association import associate, cramers_v
from reportgen.analysis.comparison import (
    GroupCounts,
    Scale,
    benjamini_hochberg,
    cohen_h,
    holm,
    sampling_interval,
    score_interval,
    standardised_difference,
    two_proportion_p,
)
from reportgen.analysis.encoding import rank_normal, skewness
from reportgen.dictionary import Kind
from tests.unit.analysis.coded import coded_column, floats, ints, raw

GROUPS = [
    GroupCounts(40, 100, 200, 1_000),
    GroupCounts(400, 5_000, 700, 9_000),
    GroupCounts(900, 1_000, 9_500, 10_000),
    GroupCounts(3, 200, 40, 900),
    GroupCounts(7, 40, 30, 60),
    GroupCounts(1, 50, 3, 1_000),
    GroupCounts(20, 20, 25, 50),
    GroupCounts(12, 191_652, 1_200, 891_221),
]


@pytest.mark.parametrize("group", [g for g in GROUPS if min(g.expected, g.c) >= 30])
def test_interval_on_the_log_scale(group: GroupCounts) -> None:
    low, high = confint_proportions_2indep(group.c, group.C, group.n, group.N, compare="ratio", method="log")
    assert sampling_interval(group) == pytest.approx((100 * low, 100 * high), rel=1e-9)


@pytest.mark.parametrize("group", GROUPS)
def test_score_interval(group: GroupCounts) -> None:
    low, high = confint_proportions_2indep(
        group.c, group.C, group.n, group.N, compare="ratio", method="score", correction=False
    )
    assert score_interval(group) == pytest.approx((100 * low, 100 * high), rel=1e-5)


def test_score_interval_without_customers() -> None:
    _, high = confint_proportions_2indep(0, 300, 25, 900, compare="ratio", method="score", correction=False)
    assert score_interval(GroupCounts(0, 300, 25, 900)) == pytest.approx((0.0, 100 * high), rel=1e-5)


def variance_by_delta_method(group: GroupCounts) -> float:
    """Variance of log(c/C) - log(n/N) when the four cells of group x customer are one multinomial draw of N."""
    cells = np.array([group.c, group.n - group.c, group.C - group.c, group.N - group.n - group.C + group.c])
    p = cells / group.N

    def log_index(q: np.ndarray) -> float:
        return math.log(q[0]) - math.log(q[0] + q[2]) - math.log(q[0] + q[1])

    step = 1e-7
    gradient = np.array([(log_index(p + step * e) - log_index(p - step * e)) / (2 * step) for e in np.eye(4)])
    covariance = (np.diag(p) - np.outer(p, p)) / group.N
    return float(gradient @ covariance @ gradient)


@pytest.mark.parametrize(("c", "C", "n", "N"), [(40, 100, 200, 1_000), (300, 2_000, 700, 9_000), (5, 60, 50, 400)])
def test_variance_for_nested_files(c: int, C: int, n: int, N: int) -> None:
    group = GroupCounts(c, C, n, N, overlap=1.0)
    # The delta method has N random as a whole: log(n/N) is not conditioned, so the terms are those of the formula.
    assert group.log_variance() == pytest.approx(variance_by_delta_method(group), rel=1e-5)


@pytest.mark.parametrize("overlap", [0.0, 0.4, 1.0])
def test_variance_by_drawing_files(overlap: float) -> None:
    """Shares of a group in files drawn again and again, a share ``overlap`` of the customers being in both."""
    random = np.random.default_rng(17)
    draws, population, customers = 40_000, 2_000, 500
    inside = round(overlap * customers)
    share, share_of_customers = 0.2, 0.35
    both = random.binomial(inside, share_of_customers, draws)
    c = both + random.binomial(customers - inside, share_of_customers, draws)
    # The rest of the population is such that its share in the group is 0.2 as a whole.
    rest = population - inside
    n = both + random.binomial(rest, (population * share - inside * share_of_customers) / rest, draws)
    observed = float(np.var(np.log(c / customers) - np.log(n / population)))
    group = GroupCounts(
        round(customers * share_of_customers), customers, round(population * share), population, overlap=overlap
    )
    # Here the number of customers in the population is fixed, which takes a little off when overlap is large.
    assert observed == pytest.approx(group.log_variance(), rel=0.06)


def test_two_proportions() -> None:
    separate = GroupCounts(40, 100, 200, 1_000)
    assert two_proportion_p(separate) == pytest.approx(proportions_ztest([40, 200], [100, 1_000])[1], rel=1e-9)
    nested = GroupCounts(40, 100, 200, 1_000, overlap=1.0)
    assert two_proportion_p(nested) == pytest.approx(proportions_ztest([40, 160], [100, 900])[1], rel=1e-9)


def test_adjusted_p_values() -> None:
    random = np.random.default_rng(0)
    for size in (1, 2, 17, 200):
        p = random.random(size) ** 3
        p[: size // 4] = p[0]  # ties
        np.testing.assert_allclose(benjamini_hochberg(p.tolist()), multipletests(p, method="fdr_bh")[1], rtol=1e-12)
        np.testing.assert_allclose(holm(p.tolist()), multipletests(p, method="holm")[1], rtol=1e-12)


@pytest.mark.parametrize(("first", "second"), [(0.5, 0.25), (0.01, 0.02), (0.0, 1.0), (0.9, 0.9)])
def test_effect_size_of_two_shares(first: float, second: float) -> None:
    assert cohen_h(first, second) == pytest.approx(proportion_effectsize(first, second), abs=1e-12)


def test_association_of_two_sets_of_names() -> None:
    random = np.random.default_rng(1)
    for shape in ((2, 2), (3, 5), (6, 4)):
        table = random.integers(1, 40, shape)
        assert cramers_v(table.astype(np.float64)) == pytest.approx(
            stats.contingency.association(table, method="cramer"), rel=1e-12
        )


def test_associations_of_many_columns_at_once() -> None:
    random = np.random.default_rng(2)
    base = random.integers(0, 4, 700)
    codes = raw(
        np.stack(
            [
                np.where(random.random(700) < 0.6, base, random.integers(0, 4, 700)),
                np.where(random.random(700) < 0.5, 3 - base, random.integers(0, 4, 700)),
                np.where(random.random(700) < 0.7, base % 3, random.integers(0, 4, 700)),
            ]
        )
    )
    columns = [
        coded_column("a", ("1", "2", "5", "")),
        coded_column("b", ("3", "1", "2", "")),
        coded_column("c", ("x", "y", "z", ""), Kind.CATEGORICAL),
    ]
    found = associate(columns, codes)
    for i in range(3):
        for j in range(i + 1, 3):
            known = (codes[i] < 3) & (codes[j] < 3)
            table = np.zeros((3, 3), dtype=np.int64)
            np.add.at(table, (codes[i][known], codes[j][known]), 1)
            assert found.cramers_v[i, j] == pytest.approx(stats.contingency.association(table, method="cramer"))
    known = (codes[0] < 3) & (codes[1] < 3)
    r, _ = stats.pearsonr(columns[0].values[codes[0][known]], columns[1].values[codes[1][known]])
    assert found.pearson[0, 1] == pytest.approx(r, rel=1e-9)


def test_two_means_are_tested_after_welch() -> None:
    random = np.random.default_rng(3)
    here, there = random.normal(1.0, 2.0, 4_000), random.normal(1.1, 3.0, 6_000)
    scales = [Scale(len(x), float(x.mean()), float(x.std())) for x in (here, there)]
    d, p = standardised_difference(*scales, inside=False) or (0.0, 0.0)
    oracle = stats.ttest_ind(here, there, equal_var=False)
    # Normal instead of t, and ddof 0 instead of 1: alike at these sizes.
    assert p == pytest.approx(oracle.pvalue, rel=0.01)
    assert d == pytest.approx((here.mean() - there.mean()) / there.std())


def test_a_part_is_tested_against_the_rest_after_welch() -> None:
    random = np.random.default_rng(4)
    part, rest = random.normal(0.0, 1.0, 3_000), random.normal(0.05, 1.5, 5_000)
    everybody = np.concatenate([part, rest])
    scales = [Scale(len(x), float(x.mean()), float(x.std())) for x in (part, everybody)]
    _, p = standardised_difference(*scales, inside=True) or (0.0, 0.0)
    assert p == pytest.approx(stats.ttest_ind(part, rest, equal_var=False).pvalue, rel=0.01)


def test_skewness_of_counted_values() -> None:
    random = np.random.default_rng(5)
    values, counts = np.arange(9.0), random.integers(0, 50, 9)
    assert skewness(values, ints(counts)) == pytest.approx(stats.skew(np.repeat(values, counts)))


def test_normal_scores_are_those_of_mid_ranks() -> None:
    random = np.random.default_rng(6)
    values, counts = floats([5.0, 1.0, 2.5, 40.0]), random.integers(1, 30, 4)
    rows = np.repeat(values, counts)
    ranks = stats.rankdata(rows)  # ties share their mean rank
    direct = stats.norm.ppf((ranks - 0.5) / len(rows))
    found = rank_normal(values, ints(counts))
    np.testing.assert_allclose(np.repeat(found, counts), direct, rtol=1e-9)
