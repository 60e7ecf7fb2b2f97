"""Sizes of tests: what must hold, and a case by hand; statsmodels is asked in tests/oracle."""

from __future__ import annotations

import math

import pytest

from reportgen.analysis.comparison import cohen_h
from reportgen.analysis.power import cell_size, detectable_rate, holdout_size, holdout_within, precision_size, quantiles


def test_quantiles_of_the_usual_test() -> None:
    assert quantiles(0.05, 0.8) == pytest.approx(1.959964 + 0.841621, abs=1e-5)


def test_a_cell_by_hand() -> None:
    # h = 2 asin(sqrt 0.02) - 2 asin(sqrt 0.01) = 0.083459; 2 x (2.8016 / h)^2
    assert cohen_h(0.02, 0.01) == pytest.approx(0.083459, abs=1e-6)
    assert cell_size(0.01, 0.02) == math.ceil(2 * (2.8015852 / cohen_h(0.02, 0.01)) ** 2) == 2_254


def test_a_holdout_needs_more_people_when_the_mailing_is_small() -> None:
    sizes = [holdout_size(mailed, 0.01, 0.012) for mailed in (30_000, 60_000, 1_000_000)]
    assert all(size is not None for size in sizes)
    assert sizes == sorted(sizes, reverse=True)  # type: ignore[type-var]
    assert holdout_size(1_000, 0.01, 0.012) is None


def test_holdout_and_detectable_rate_undo_each_other() -> None:
    holdout = holdout_size(50_000, 0.01, 0.012)
    assert holdout is not None
    assert detectable_rate(50_000, holdout, 0.012) == pytest.approx(0.01, rel=1e-3)


def test_a_holdout_within_so_many_people_is_the_smallest_that_shows_the_effect() -> None:
    holdout = holdout_within(60_000, 0.01, 0.0125)
    assert holdout is not None

    def shown(left_out: int) -> float:
        return detectable_rate(60_000 - left_out, left_out, 0.0125) or 0.0

    assert shown(holdout) >= 0.01 - 1e-9
    assert shown(holdout - 1) < 0.01
    assert holdout_within(4_000, 0.01, 0.012) is None


def test_tiny_cells_detect_nothing() -> None:
    assert detectable_rate(2, 1, 0.5) is None
    assert detectable_rate(1_000, 1_000, 1.0) == pytest.approx(
        math.cos(quantiles(0.05, 0.8) * math.sqrt(0.002) / 2) ** 2
    )


def test_precision_by_hand() -> None:
    # 1.96^2 x 0.99 / (0.01 x 0.2^2) = 9,507.6
    assert precision_size(0.01, 0.2) == 9_508


@pytest.mark.parametrize(("first", "second"), [(0.1, 0.1), (-0.1, 0.2), (0.5, 1.1)])
def test_rates_that_cannot_be_compared_are_refused(first: float, second: float) -> None:
    with pytest.raises(ValueError, match="different rates"):
        cell_size(first, second)
