"""Areas, lifts, bands, powers and response models against other implementations."""

from __future__ import annotations

import math

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats
from sklearn.metrics import roc_auc_score
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint, proportion_effectsize

from reportgen.analysis.auc import area, area_of_counts, mid_ranks
from reportgen.analysis.gains import LIFT_DEPTHS, Ranked, compare_rankings, reach_at
from reportgen.analysis.power import cell_size, detectable_rate, holdout_size
from reportgen.analysis.reach import wilson
from reportgen.analysis.response_intervals import calibration_slope, difference_interval


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("digits", [0, 6])
def test_area_against_scikit_learn(seed: int, digits: int) -> None:
    rng = np.random.default_rng(seed)
    customers, others = np.round(rng.normal(0.7, 1, 300), digits), np.round(rng.normal(0, 1.3, 500), digits)
    truth = np.arange(800) < 300
    scores = np.concatenate([customers, others])
    assert area(customers, others).value == pytest.approx(roc_auc_score(truth, scores), abs=1e-12)
    np.testing.assert_allclose(mid_ranks(scores), stats.rankdata(scores))
    values = np.unique(scores)
    counts = [np.bincount(np.searchsorted(values, side), minlength=len(values)) for side in (customers, others)]
    assert area_of_counts(counts[0], counts[1]) == pytest.approx(roc_auc_score(truth, scores), abs=1e-12)


def test_error_of_the_area_against_a_bootstrap() -> None:
    rng = np.random.default_rng(3)
    customers, others = rng.normal(0.8, 1, 250), rng.normal(0, 1, 400)
    draws = [area(rng.choice(customers, len(customers)), rng.choice(others, len(others))).value for _ in range(2_000)]
    assert area(customers, others).error == pytest.approx(np.std(draws), rel=0.06)


@pytest.mark.parametrize("share", [0.0, 0.15])
def test_reach_against_a_ranked_population_written_out(share: float) -> None:
    # repeat customers so that they are the given share of a population of whole people
    rng = np.random.default_rng(4)
    others = rng.permutation(np.arange(8_500.0))
    customers = rng.choice(np.arange(8_500.0), 1_500, replace=False) + 0.5
    depth, reach = Ranked(customers, others, share).curve()
    people = np.concatenate([others, customers]) if share else others
    for wanted in LIFT_DEPTHS:
        threshold = np.sort(people)[::-1][round(wanted * len(people)) - 1]
        expected = (customers >= threshold).mean()
        assert reach_at(depth, reach, np.array([wanted]))[0] == pytest.approx(expected, abs=1e-3)


def test_bands_against_scipy() -> None:
    rng = np.random.default_rng(6)
    customer = np.arange(2_000) < 800
    signal = rng.normal(0, 1, 2_000) + 0.9 * customer
    rounded = np.asarray(np.round(signal), dtype=np.float64)
    gains = compare_rankings({"a": signal, "b": rounded}, customer, 0.0, seed=1, replicates=2_000)

    def reach(customers: np.ndarray, others: np.ndarray, axis: int = -1) -> float:
        return float(reach_at(*Ranked(customers, others, 0.0).curve(), np.array([0.2]))[0])

    found = stats.bootstrap(
        (signal[customer], signal[~customer]), reach, n_resamples=2_000, method="percentile", vectorized=False,
        rng=np.random.default_rng(9),
    ).confidence_interval  # fmt: skip
    at = LIFT_DEPTHS.index(0.2)
    curve = gains.curves["a"]
    estimate = curve.lift[at] * 0.2
    wider = np.sqrt(5 / 4)  # five folds whose models learn from each other's people
    assert curve.lift_low[at] * 0.2 == pytest.approx(estimate - wider * (estimate - found.low), abs=0.006)
    assert curve.lift_high[at] * 0.2 == pytest.approx(estimate + wider * (found.high - estimate), abs=0.006)


@pytest.mark.parametrize(("first", "second"), [(0.01, 0.012), (0.02, 0.05), (0.3, 0.35), (0.008, 0.004)])
@pytest.mark.parametrize("power", [0.8, 0.9])
def test_sizes_against_statsmodels(first: float, second: float, power: float) -> None:
    effect = abs(proportion_effectsize(second, first))
    equal = NormalIndPower().solve_power(effect, alpha=0.05, power=power, ratio=1.0)
    assert cell_size(first, second, 0.05, power) == pytest.approx(equal, rel=1e-3, abs=1)
    mailed = 5 * math.ceil(equal)
    holdout = holdout_size(mailed, first, second, 0.05, power)
    assert holdout is not None
    reached = NormalIndPower().power(effect, holdout, alpha=0.05, ratio=mailed / holdout)
    assert reached == pytest.approx(power, abs=2e-3)


def test_a_detectable_rate_against_statsmodels() -> None:
    rate = detectable_rate(40_000, 4_000, 0.01)
    assert rate is not None
    effect = proportion_effectsize(0.01, rate)
    assert NormalIndPower().power(effect, 4_000, alpha=0.05, ratio=10.0) == pytest.approx(0.8, abs=1e-3)


@pytest.mark.parametrize(("c", "n", "d", "m"), [(56, 70, 48, 80), (9, 10, 3, 10), (0, 20, 5, 20), (120, 9_000, 3, 900)])
def test_intervals_of_shares_against_statsmodels(c: int, n: int, d: int, m: int) -> None:
    assert wilson(c, n) == pytest.approx(proportion_confint(c, n, method="wilson"), abs=1e-9)
    expected = confint_proportions_2indep(c, n, d, m, method="newcomb", compare="diff")
    assert difference_interval(c, n, d, m) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("power", [0.3, 1.2])
def test_the_calibration_slope_against_statsmodels(power: float) -> None:
    rng = np.random.default_rng(8)
    log_index = rng.normal(0, 0.5, 5_000)
    response = rng.random(5_000) < np.minimum(0.04 * np.exp(power * log_index), 1)
    model = sm.GLM(response.astype(float), sm.add_constant(log_index), family=sm.families.Poisson())
    fitted = model.fit(cov_type="HC0")
    slope = calibration_slope(log_index, response)
    assert slope is not None
    assert slope.value == pytest.approx(fitted.params[1], abs=1e-6)
    assert slope.error == pytest.approx(fitted.bse[1], rel=1e-4)
