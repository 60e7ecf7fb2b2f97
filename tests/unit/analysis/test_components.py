"""Principal components of matrices whose eigenvalues are known, and how many are kept."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from reportgen.analysis.components import (
    Components,
    decompose,
    fit_components,
    inertia_kept,
    parallel_line,
)
from reportgen.analysis.encoding import Encoder, fit_encoder
from reportgen.dictionary import Kind
from reportgen.engine.local import LocalEngine
from reportgen.engine.passes import Moments, block_moments
from tests.unit.analysis.coded import aspect_of, coded_column, ints, raw


def moments_of(covariance: NDArray[np.float64], mean: NDArray[np.float64], rows: int = 8) -> Moments:
    return Moments(rows, rows * mean, rows * (covariance + np.outer(mean, mean)))


def scales(count: int) -> Encoder:
    """One standardised column per feature, coded -1 and 1."""
    aspects = [aspect_of(coded_column(f"f{i}", ("1", "3")), position=i) for i in range(count)]
    return fit_encoder(aspects, tuple(ints([2, 2]) for _ in range(count)))


def fit(covariance: list[list[float]], min_explained: float, *, reduce: bool = True) -> Components:
    matrix = np.array(covariance)
    return fit_components(moments_of(matrix, np.zeros(len(matrix))), scales(len(matrix)), min_explained, reduce=reduce)


def test_eigenvalues_of_two_correlated_columns() -> None:
    # [[1, r], [r, 1]] has eigenvalues 1 + r and 1 - r with vectors (1, 1)/√2 and (1, -1)/√2.
    mean = np.array([3.0, -2.0])
    found, values, loadings = decompose(moments_of(np.array([[1, 0.6], [0.6, 1]]), mean))
    np.testing.assert_allclose(found, mean)
    np.testing.assert_allclose(values, [1.6, 0.4])
    np.testing.assert_allclose(np.abs(loadings), np.sqrt(0.5))
    assert loadings[0, 0] * loadings[0, 1] > 0
    assert loadings[1, 0] * loadings[1, 1] < 0


def test_the_largest_loading_of_each_component_is_positive() -> None:
    # First component is (-0.8, 0.6) up to sign: the larger entry decides, so it reads (0.8, -0.6).
    axis, other = np.array([-0.8, 0.6]), np.array([0.6, 0.8])
    covariance = 3 * np.outer(axis, axis) + np.outer(other, other)
    _, values, loadings = decompose(moments_of(covariance, np.zeros(2)))
    np.testing.assert_allclose(values, [3, 1])
    np.testing.assert_allclose(loadings, [[0.8, -0.6], [0.6, 0.8]], atol=1e-12)


def test_eigenvalues_are_never_below_zero() -> None:
    column = np.array([1.0, -1.0, 0.5])
    _, values, _ = decompose(moments_of(np.outer(column, column), np.zeros(3)))
    assert (values >= 0).all()
    assert values[0] == pytest.approx(2.25)


@pytest.mark.parametrize(
    ("min_explained", "kept"),
    # Eigenvalues 4, 2, 1, 1 of 8: cumulated 50, 75, 87.5 and 100 %.
    [(0.4, 1), (0.5, 1), (0.51, 2), (0.75, 2), (0.8, 3), (0.875, 3), (0.9, 4), (1.0, 4)],
)
def test_the_fewest_components_that_carry_enough(min_explained: float, kept: int) -> None:
    # A Hadamard rotation spreads every feature evenly over all components, so that none is hardly used.
    rotation = np.array([[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]]) / 2
    found = fit((rotation @ np.diag([4.0, 2, 1, 1]) @ rotation.T).tolist(), min_explained)
    assert found.kept == kept
    assert found.explained == pytest.approx([4, 6, 7, 8][kept - 1] / 8)
    assert found.basis.shape == (4, kept)


def test_components_are_added_until_few_features_are_hardly_used() -> None:
    # Independent features of variance 4, 3, 1, 1, 1: two components carry 70 %, but then three of five features
    # are not used at all. With three kept 2/5 are out, with four 1/5 (at most a quarter).
    found = fit(np.diag([4.0, 3, 1, 1, 1]).tolist(), 0.7)
    assert found.kept == 4
    assert "(2)" in found.reason
    assert "2 more" in found.reason


def test_a_quarter_of_the_features_may_be_hardly_used() -> None:
    found = fit(np.diag([4.0, 3, 2, 1]).tolist(), 0.9)
    assert found.kept == 3
    assert found.reason == "the fewest that carry 90\u00a0% of the variance"


def test_a_feature_is_hardly_used_under_a_fifth_of_its_inertia() -> None:
    # Component 1 carries a² of the second feature's variance; both vectors are unit and orthogonal.
    a = np.sqrt(0.19)
    first, second = np.array([np.sqrt(1 - a**2), a]), np.array([-a, np.sqrt(1 - a**2)])
    loadings = np.stack([first, second])
    values = np.array([1.0, 1.0])  # equal eigenvalues: the covariance is the identity
    kept = inertia_kept(loadings, values, np.ones(2), scales(2), 1)
    np.testing.assert_allclose(kept, [0.81, 0.19])
    np.testing.assert_allclose(inertia_kept(loadings, values, np.ones(2), scales(2), 2), [1, 1])
    np.testing.assert_allclose(inertia_kept(loadings, values, np.ones(2), scales(2), 0), [0, 0])


def test_inertia_of_a_feature_with_several_columns_is_summed() -> None:
    names = coded_column("kind", ("x", "y", "z"), Kind.CATEGORICAL)
    encoder = fit_encoder(
        [aspect_of(names), aspect_of(coded_column("a", ("1", "3")), position=1)], (ints([4, 4, 4]), ints([6, 6]))
    )
    # Columns: three of kind with variances 2, 1, 1, one of a with 1; component 1 is the first column alone.
    loadings = np.eye(4)
    kept = inertia_kept(loadings, np.array([2.0, 1, 1, 1]), np.array([2.0, 1, 1, 1]), encoder, 1)
    np.testing.assert_allclose(kept, [0.5, 0.0])


def test_a_column_without_variance_is_not_used() -> None:
    assert inertia_kept(np.eye(2), np.array([1.0, 0]), np.array([1.0, 0]), scales(2), 2)[1] == 0


def test_without_reduction_all_components_with_inertia_are_kept() -> None:
    column = np.array([1.0, 1.0, 0.0])
    covariance = np.outer(column, column) + np.diag([0, 0, 2.0])
    found = fit(covariance.tolist(), 0.5, reduce=False)
    assert found.kept == 2  # rank 2
    assert "all of them" in found.reason


def test_correlations_of_columns_with_components() -> None:
    # Loading x √eigenvalue / sd: for [[1, .6], [.6, 1]] √0.5 √1.6 = 0.8944 and ±√0.5 √0.4 = ±0.4472.
    found = fit([[1, 0.6], [0.6, 1]], 1.0)
    correlations = np.abs(found.correlations())
    np.testing.assert_allclose(correlations, [[0.894427, 0.894427], [0.447214, 0.447214]], rtol=1e-5)
    np.testing.assert_allclose((correlations**2).sum(axis=0), 1.0)


def test_rows_are_centred_and_projected() -> None:
    mean = np.array([1.0, 1.0])
    found = fit_components(moments_of(np.diag([4.0, 1.0]), mean), scales(2), 1.0)
    np.testing.assert_allclose(found.project(np.array([[3, 1], [1, 2]], dtype=np.float32)), [[2, 0], [0, 1]])


def parallel_codes() -> tuple[Encoder, NDArray[np.int16]]:
    random = np.random.default_rng(1)
    n = 400
    a = random.integers(0, 3, n)
    columns = [
        coded_column("a", ("1", "2", "3")),
        coded_column("b", ("1", "2", "3")),
        coded_column("kind", ("x", "y", "z"), Kind.CATEGORICAL),
    ]
    codes = raw(np.stack([a, np.where(random.random(n) < 0.9, a, 0), (a + 1) % 3]))
    counts = tuple(np.bincount(row, minlength=3) for row in codes)
    return fit_encoder([aspect_of(column, position=at) for at, column in enumerate(columns)], counts), codes


def test_the_parallel_line_lies_below_the_first_eigenvalue_of_related_features() -> None:
    encoder, codes = parallel_codes()
    _, values, _ = decompose(block_moments(encoder.rows, codes))
    line = parallel_line(LocalEngine(1), codes, encoder, seed=3)
    assert line.shape == (encoder.width,)
    assert (np.diff(line) <= 1e-9).all()
    assert values[0] > 1.5 * line[0]
    # Permuting moves inertia between components and keeps its sum, but for the quantile.
    assert line.sum() == pytest.approx(values.sum(), rel=0.1)


def test_the_parallel_line_of_two_halves_by_hand() -> None:
    # Two columns of two -1 and two 1: after permuting, four rows agree (r = 1), none does (r = -1) or two do (r = 0),
    # with odds 1 : 1 : 4. The eigenvalues are 1 + |r| and 1 - |r|, so 2 and 0 in a third of the draws, else 1 and 1:
    # of 20 draws, the two largest first ones are 2 and the two largest second ones are 1.
    line = parallel_line(LocalEngine(1), raw([[0, 0, 1, 1], [0, 1, 0, 1]]), scales(2), seed=1)
    np.testing.assert_allclose(line, [2.0, 1.0], atol=1e-6)


def test_the_parallel_line_depends_on_the_seed_alone() -> None:
    encoder, codes = parallel_codes()
    np.testing.assert_array_equal(
        parallel_line(LocalEngine(1), codes, encoder, 3), parallel_line(LocalEngine(2), codes, encoder, 3)
    )
    assert (parallel_line(LocalEngine(1), codes, encoder, 3) != parallel_line(LocalEngine(1), codes, encoder, 4)).any()
