"""Tenths of the population and depths, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from reportgen.analysis.calibration import at_depth, calibrate, population_weights, share_above
from tests.unit.analysis.coded import floats


def test_weights_stand_for_the_population() -> None:
    customer = np.array([True, True, False, False, False])
    assert population_weights(customer, 0.0) == pytest.approx([0, 0, 1 / 3, 1 / 3, 1 / 3])
    assert population_weights(customer, 0.4) == pytest.approx([0.2] * 5)
    assert population_weights(np.array([False, False]), 0.0) == pytest.approx([0.5, 0.5])


def test_tenths_by_hand() -> None:
    # ten others with index 200, 180, ... and five customers: three rank with the first, two with the last
    index = floats([*range(200, 0, -20), 200, 200, 200, 20, 20])
    customer = np.arange(15) >= 10
    tenths = calibrate(index, customer, 0.0)
    assert [tenth.mean_index for tenth in tenths] == pytest.approx(list(range(200, 0, -20)))
    assert [tenth.predicted for tenth in tenths] == pytest.approx([0.1 * i / 100 for i in range(200, 0, -20)])
    assert [tenth.customers for tenth in tenths] == [3, 0, 0, 0, 0, 0, 0, 0, 0, 2]
    assert tenths[0].observed == pytest.approx(0.6)
    assert tenths[0].interval[0] < 0.6 < tenths[0].interval[1]


def test_a_calibrated_index_predicts_what_is_found() -> None:
    # density ratio of two normals: exp(x - 1/2); the index is 100 times it
    rng = np.random.default_rng(2)
    others, customers = rng.normal(0, 1, 40_000), rng.normal(1, 1, 40_000)
    values = np.concatenate([others, customers])
    tenths = calibrate(100 * np.exp(values - 0.5), np.arange(80_000) >= 40_000, 0.0)
    for tenth in tenths:
        error = np.sqrt(tenth.observed * (1 - tenth.observed) / 40_000)
        assert abs(tenth.predicted - tenth.observed) < 0.03 * tenth.observed + 3 * error
    assert sum(tenth.predicted for tenth in tenths) == pytest.approx(1.0, abs=0.02)
    assert sum(tenth.customers for tenth in tenths) == 40_000


def test_a_depth_takes_parts_of_a_person() -> None:
    index, weights = floats([10, 40, 30, 20]), floats([1, 1, 1, 1])
    half = at_depth(index, weights, 0.5)
    assert [half.lowest, half.mean] == pytest.approx([30, 35])
    part = at_depth(index, weights, 0.375)  # all of 40 and half of 30
    assert [part.lowest, part.mean] == pytest.approx([30, (40 + 15) / 1.5])
    everybody = at_depth(index, weights, 1.0)
    assert [everybody.lowest, everybody.mean] == pytest.approx([10, 25])


def test_weights_count_in_depth_and_share() -> None:
    index, weights = floats([100, 50]), floats([3, 1])
    assert at_depth(index, weights, 0.5).mean == pytest.approx(100)
    assert share_above(index, weights, 60) == pytest.approx(0.75)
    assert share_above(index, weights, 50) == 1.0
