"""One normal cloud, cut into the codes of the data."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from reportgen.analysis.coded_cloud import CodedCloud, encode, fit_coded_cloud, least_map
from reportgen.analysis.components import Components, fit_components
from reportgen.analysis.encoding import Encoder, fit_encoder
from reportgen.dictionary import Kind
from reportgen.engine.passes import block_moments
from tests.unit.analysis.coded import aspect_of, coded_column, floats, raw


def fitted(
    codes: NDArray[np.int16], kinds: Sequence[Kind], explained: float = 1.0
) -> tuple[CodedCloud, Encoder, Components]:
    """Fit a cloud to codes 0, 1, ...; the last code of a column, which few have, is blank."""
    columns = []
    for at, (row, kind) in enumerate(zip(codes, kinds, strict=True)):
        names = [f"n{i}" if kind is Kind.CATEGORICAL else str(i + 1) for i in range(int(row.max()))]
        columns.append(coded_column(f"c{at}", [*names, ""], kind))
    counts = tuple(np.bincount(row, minlength=len(c.codes)) for row, c in zip(codes, columns, strict=True))
    encoder = fit_encoder([aspect_of(column, position=at) for at, column in enumerate(columns)], counts)
    components = fit_components(block_moments(encoder.rows, codes), encoder, explained)
    return fit_coded_cloud(codes, encoder, components, seed=3), encoder, components


def drawn_columns(cloud: CodedCloud, rows: int = 40_000) -> NDArray[np.float32]:
    latent = np.random.default_rng(8).standard_normal((rows, len(cloud.mixing)), dtype=np.float32)
    return encode(cloud.cuts, latent @ cloud.mixing.T)


def cut_normal(
    rows: int, correlation: float, quantiles: Sequence[Sequence[float]], blank: float = 0.01
) -> NDArray[np.int16]:
    """Two correlated normal variables, cut at quantiles; some cells are blank (the last code)."""
    random = np.random.default_rng(4)
    z = random.standard_normal((2, rows))
    z[1] = correlation * z[0] + np.sqrt(1 - correlation**2) * z[1]
    codes = np.stack([np.searchsorted(np.quantile(row, q), row) for row, q in zip(z, quantiles, strict=True)])
    for row, q in zip(codes, quantiles, strict=True):
        row[random.random(rows) < blank] = len(q) + 1
    return raw(codes)


def test_two_halves_by_hand() -> None:
    # Sheppard: the signs of two normal variables of correlation r have the correlation (2/π) asin r.
    codes = cut_normal(40_000, 0.6, [[0.5], [0.5]])
    cloud, _, _ = fitted(codes, [Kind.ORDINAL] * 2)
    latent = (cloud.mixing @ cloud.mixing.T)[0, 1]
    known = (codes < 2).all(axis=0)
    observed = float(np.asarray(np.corrcoef(codes[:, known]))[0, 1])
    assert latent == pytest.approx(np.sin(np.pi / 2 * observed), abs=0.02)
    assert latent == pytest.approx(0.6, abs=0.02)


@pytest.mark.parametrize("correlation", [-0.7, 0.0, 0.4, 0.9])
def test_codes_of_the_cloud_have_the_shares_and_the_correlation_of_the_data(correlation: float) -> None:
    codes = cut_normal(20_000, correlation, [[0.2, 0.4, 0.6, 0.8], [0.6, 0.85]])
    cloud, encoder, _ = fitted(codes, [Kind.ORDINAL] * 2)
    assert (cloud.mixing @ cloud.mixing.T)[0, 1] == pytest.approx(correlation, abs=0.03)
    columns = drawn_columns(cloud)
    known = (codes < np.array([[5], [3]])).all(axis=0)
    rows = encoder.rows.encode(codes)[known]
    np.testing.assert_allclose(np.corrcoef(columns.T), np.corrcoef(rows.T), atol=0.02)
    for at in (0, 1):
        values, counts = np.unique(columns[:, at], return_counts=True)
        own, theirs = np.unique(rows[:, at], return_counts=True)
        np.testing.assert_array_equal(values, own)
        np.testing.assert_allclose(counts / len(columns), theirs / len(rows), atol=0.01)


def test_names_and_scales_covary_as_in_the_data() -> None:
    random = np.random.default_rng(6)
    traits = random.standard_normal((12_000, 2))
    worth = traits @ random.standard_normal((2, 4)) + random.gumbel(size=(12_000, 4)) + floats([0.8, 0.0, 0.0, -0.6])
    other = traits @ random.standard_normal((2, 3)) + random.gumbel(size=(12_000, 3))
    scale = np.searchsorted([-1.0, 0.0, 1.5], traits[:, 0] + random.standard_normal(12_000))
    codes = raw(np.stack([worth.argmax(axis=1), other.argmax(axis=1), scale]))
    codes[:, :40] = np.array([[4], [3], [4]])
    cloud, encoder, _ = fitted(codes, [Kind.CATEGORICAL, Kind.CATEGORICAL, Kind.ORDINAL])
    assert [cut.is_scale for cut in cloud.cuts] == [False, False, True]
    drawn, rows = drawn_columns(cloud), encoder.rows.encode(codes)[40:]
    np.testing.assert_allclose(np.cov(drawn.T), np.cov(rows.T), atol=0.03)
    # Each name is an indicator over the root of its share: its mean tells the share that it is drawn with.
    np.testing.assert_allclose(drawn.mean(axis=0), rows.mean(axis=0), atol=0.02)
    # Variables behind one set of names are not correlated, so no name is a part of another.
    own = cloud.mixing[:4] @ cloud.mixing[:4].T
    np.testing.assert_allclose(own, np.eye(4), atol=1e-5)


def test_draws_have_exactly_the_variances_of_the_components() -> None:
    codes = cut_normal(3_000, 0.5, [[0.3, 0.6], [0.5]])
    cloud, _, components = fitted(codes, [Kind.ORDINAL] * 2)
    rows = cloud.draw(2_000, 5).rows.astype(np.float64)
    assert rows.shape == (2_000, components.kept)
    np.testing.assert_allclose(rows.T @ rows / 2_000, np.diag(components.eigenvalues[: components.kept]), atol=1e-5)
    np.testing.assert_allclose(rows.mean(axis=0), 0, atol=1e-6)


def test_each_draw_has_random_numbers_of_its_own() -> None:
    cloud, _, _ = fitted(cut_normal(1_000, 0.5, [[0.3, 0.6], [0.5]]), [Kind.ORDINAL] * 2)
    np.testing.assert_array_equal(cloud.draw(500, 1).rows, cloud.draw(500, 1, 0).rows)
    assert not np.array_equal(cloud.draw(500, 1, 0).rows, cloud.draw(500, 1, 1).rows)
    assert not np.array_equal(cloud.draw(500, 1, 0).rows, cloud.draw(500, 2, 0).rows)


def test_a_drawn_row_has_the_gaps_of_one_that_was_seen() -> None:
    # Half of the rows lack both values, and none lacks one of them.
    codes = cut_normal(4_000, 0.5, [[0.5], [0.5]], blank=0.0)
    codes[:, ::2] = 2
    cloud, _, _ = fitted(codes, [Kind.ORDINAL] * 2)
    assert cloud.sample_rows == 4_000
    assert cloud.known.mean(axis=0) == pytest.approx([0.5, 0.5])
    rows = np.round(cloud.draw(4_000, 1).rows.astype(np.float64), 4)
    # Two halves twice and nothing at all: five places.
    assert len(np.unique(rows, axis=0)) == 5


def test_a_column_that_no_sampled_row_knows_is_always_neutral() -> None:
    codes = cut_normal(2_000, 0.5, [[0.5], [0.5]])
    _, encoder, components = fitted(codes, [Kind.ORDINAL] * 2)
    gone = codes.copy()
    gone[1] = 2
    cloud = fit_coded_cloud(gone, encoder, components, seed=1)
    assert not cloud.known[:, 1].any()
    assert np.isfinite(cloud.draw(300, 1).rows).all()


def test_the_least_map_by_hand() -> None:
    # Along the axes it stretches each by the ratio of the standard deviations.
    np.testing.assert_allclose(least_map(np.diag([4.0, 1.0]), np.diag([1.0, 9.0])), np.diag([0.5, 3.0]), atol=1e-12)
    np.testing.assert_allclose(least_map(np.diag([4.0, 1.0]), np.diag([4.0, 1.0])), np.eye(2), atol=1e-12)


def test_the_least_map_reaches_the_covariance() -> None:
    random = np.random.default_rng(2)
    have, want = (a @ a.T for a in random.standard_normal((2, 3, 3)))
    found = least_map(have, want)
    np.testing.assert_allclose(found @ have @ found, want, atol=1e-9)
    np.testing.assert_allclose(found, found.T, atol=1e-9)
