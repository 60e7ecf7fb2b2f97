"""A density ratio made as large as it turns out to be."""

from __future__ import annotations

import numpy as np
import pytest

from reportgen.analysis.recalibration import LEAST_OF_A_KIND, MOST_BINS, UNCHANGED, Curve, fit_curve
from tests.unit.analysis.coded import floats


def drawn(seed: int = 1, rows: int = 30_000) -> tuple[np.ndarray, np.ndarray]:
    """Two normals one apart: the true log ratio at x is x - 1/2."""
    rng = np.random.default_rng(seed)
    customer = np.arange(rows) >= rows // 2
    return rng.normal(0, 1, rows) + customer, customer


def test_a_curve_goes_on_with_slope_one() -> None:
    curve = Curve(floats([0, 2]), floats([1, 5]))
    np.testing.assert_allclose(curve(floats([-3, 0, 1, 2, 4])), [-2, 1, 3, 5, 7])
    np.testing.assert_array_equal(UNCHANGED(floats([-3, 8])), [-3, 8])


@pytest.mark.parametrize(("factor", "shift"), [(1.0, 0.0), (2.0, 0.4), (0.5, -0.3)])
def test_a_wrong_scale_is_put_right(factor: float, shift: float) -> None:
    x, customer = drawn()
    curve = fit_curve(factor * (x - 0.5) + shift, customer)
    at = np.linspace(-1.5, 2.5, 9)
    np.testing.assert_allclose(curve(factor * (at - 0.5) + shift), at - 0.5, atol=0.15)
    assert len(curve.x) <= MOST_BINS


def test_the_order_is_never_changed() -> None:
    rng = np.random.default_rng(2)
    for seed in range(5):
        x, customer = drawn(seed, 2_000)
        curve = fit_curve(np.where(rng.random(2_000) < 0.5, -x, x), customer)  # says little, so that bins are pooled
        fine = np.sort(rng.normal(0, 3, 400))
        assert (np.diff(curve(fine)) > 0).all()


def test_a_useless_model_is_told_to_say_nothing() -> None:
    rng = np.random.default_rng(3)
    curve = fit_curve(rng.normal(0, 2, 20_000), rng.random(20_000) < 0.3)
    assert np.abs(curve(np.linspace(-2, 2, 9))).max() < 0.15


def test_few_people_change_nothing() -> None:
    x, _ = drawn(rows=1_000)
    few = np.arange(1_000) < 3 * LEAST_OF_A_KIND - 1
    assert fit_curve(x, few) is UNCHANGED
    assert fit_curve(x, ~few) is UNCHANGED
    assert len(fit_curve(x, np.arange(1_000) < 3 * LEAST_OF_A_KIND).x) > 0


def test_one_value_for_everybody_is_one_bin() -> None:
    curve = fit_curve(np.zeros(1_000), np.arange(1_000) < 500)
    assert curve(floats([0.0]))[0] == pytest.approx(0.0, abs=1e-9)


def test_falling_neighbours_are_pooled_by_hand() -> None:
    # three bins of 80 people with 60, 20 and 40 of 120 customers: the first two are pooled to 80 of 160
    log_ratio = np.repeat([0.0, 1.0, 2.0], 80)
    customer = np.concatenate([np.arange(80) < count for count in (60, 20, 40)])
    curve = fit_curve(log_ratio, customer)
    assert len(curve.x) <= 2
    assert (np.diff(curve.y) > 0).all()
