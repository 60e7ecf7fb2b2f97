"""Tucker's congruence and the stability of loadings."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from reportgen.analysis.components import decompose
from reportgen.analysis.congruence import (
    leading_components,
    loading_stability,
    match_components,
    tucker_congruence,
)
from reportgen.engine.local import LocalEngine
from reportgen.engine.passes import Moments
from tests.unit.analysis.coded import floats, ints


def factor_rows(rows: int, seed: int = 0) -> NDArray[np.float32]:
    """Two clear components of different size in six columns, and noise."""
    random = np.random.default_rng(seed)
    first, second = random.standard_normal((2, rows, 1))
    noise = 0.5 * random.standard_normal((rows, 6))
    return np.asarray(first * [2, 2, 2, 0, 0, 0] + second * [0, 0, 0, 1, 1, 1] + noise, dtype=np.float32)


def loadings_of(rows: NDArray[np.float32], kept: int) -> NDArray[np.float64]:
    wide = rows.astype(np.float64)
    return decompose(Moments(len(rows), wide.sum(axis=0), wide.T @ wide))[2][:kept]


def test_congruence_by_hand() -> None:
    phi = tucker_congruence(floats([[1, 2, 2]]), floats([[2, 1, 2], [-1, -2, -2], [2, -1, 0]]))
    np.testing.assert_allclose(phi, [[8 / 9, -1.0, 0.0]], atol=1e-15)


@given(st.integers(0, 10_000))
def test_congruence_is_the_formula(seed: int) -> None:
    x, y = np.random.default_rng(seed).standard_normal((2, 3, 5))
    phi = tucker_congruence(x, 7 * y)
    for i in range(3):
        for j in range(3):
            expected = (x[i] * y[j]).sum() / np.sqrt((x[i] ** 2).sum() * (y[j] ** 2).sum())
            assert phi[i, j] == pytest.approx(expected)


@given(st.integers(0, 10_000))
def test_matching_is_the_best_of_all_one_to_one_matches(seed: int) -> None:
    random = np.random.default_rng(seed)
    x, y = random.standard_normal((4, 6)), random.standard_normal((4, 6))
    phi = np.abs(tucker_congruence(x, y))
    best = max(permutations(range(4)), key=lambda order: sum(phi[i, j] for i, j in enumerate(order)))
    np.testing.assert_allclose(match_components(x, y), [phi[i, j] for i, j in enumerate(best)])


def test_order_and_sign_do_not_matter() -> None:
    x = np.linalg.qr(np.random.default_rng(1).standard_normal((5, 5)))[0][:3]
    np.testing.assert_allclose(match_components(x, -x[[2, 0, 1]]), 1.0)


def test_weighted_components_are_those_of_repeated_rows() -> None:
    rows = factor_rows(60)
    times = np.random.default_rng(2).integers(0, 4, 60)
    repeated = np.repeat(rows.astype(np.float64), times, axis=0)
    values, vectors = np.linalg.eigh(np.cov(repeated.T, ddof=0))
    expected = vectors.T[::-1][:3]
    found = leading_components(rows, times, 3)
    assert (np.diff(values) > 1e-6).all()
    np.testing.assert_allclose(np.abs((found * expected).sum(axis=1)), 1.0)
    np.testing.assert_allclose(found @ found.T, np.eye(3), atol=1e-12)


def test_clear_components_are_stable_and_noise_is_not() -> None:
    rows = factor_rows(2_000)
    found = loading_stability(LocalEngine(), rows, loadings_of(rows, 4), seed=1)
    assert found.bootstraps == 20
    assert (found.mean[:2] > 0.99).all()
    assert (found.lowest[:2] > 0.99).all()
    assert (found.lowest[2:] < 0.9).all()  # equal variances: any direction will do
    assert (found.lowest <= found.mean).all()
    assert (found.mean <= 1.0).all()


def test_few_rows_are_less_stable() -> None:
    few, many = factor_rows(40), factor_rows(4_000)
    engine = LocalEngine()
    at_few = loading_stability(engine, few, loadings_of(few, 2), 1)
    at_many = loading_stability(engine, many, loadings_of(many, 2), 1)
    assert (at_few.lowest < at_many.lowest).all()


def test_a_component_that_is_not_there_is_not_found() -> None:
    rows = factor_rows(1_000)
    wrong = floats([[1, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, -1]])
    found = loading_stability(LocalEngine(), rows, wrong, 1, bootstraps=5)
    assert (found.mean < 0.8).all()


def test_stability_does_not_depend_on_threads() -> None:
    rows = factor_rows(300)
    one, two = (loading_stability(LocalEngine(threads), rows, loadings_of(rows, 3), 5, 6) for threads in (1, 2))
    np.testing.assert_array_equal(one.mean, two.mean)
    np.testing.assert_array_equal(one.lowest, two.lowest)
    other = loading_stability(LocalEngine(), rows, loadings_of(rows, 3), 6, 6)
    assert not np.array_equal(one.mean, other.mean)


def test_rows_that_are_not_drawn_do_not_count() -> None:
    rows = factor_rows(50)
    rows[7] = 1e6
    times = ints(np.ones(50))
    times[7] = 0
    np.testing.assert_allclose(
        np.abs(leading_components(rows, times, 2)),
        np.abs(leading_components(np.delete(rows, 7, 0), ints(np.ones(49)), 2)),
    )
