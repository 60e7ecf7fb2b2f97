"""The cloud in the same codes against bivariate normal probabilities, congruence against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm
from sklearn.metrics.pairwise import cosine_similarity

from reportgen.analysis.coded_cloud import fit_coded_cloud
from reportgen.analysis.components import fit_components
from reportgen.analysis.congruence import tucker_congruence
from reportgen.analysis.encoding import fit_encoder
from reportgen.engine.passes import block_moments
from tests.unit.analysis.coded import aspect_of, coded_column, raw

CUTS = (np.array([-0.8, 0.1, 1.2]), np.array([0.5, 1.5]))


def covariance_of_codes(correlation: float) -> float:
    """Covariance of the codes 1, 2, ... of two cut normal variables, cell by cell."""
    edges = [np.concatenate([[-8.0], cuts, [8.0]]) for cuts in CUTS]
    joint = multivariate_normal([0, 0], [[1, correlation], [correlation, 1]])
    corners = np.array([[joint.cdf([a, b]) for b in edges[1]] for a in edges[0]])
    cells = np.diff(np.diff(corners, axis=0), axis=1)
    first, second = np.arange(1, len(edges[0])), np.arange(1, len(edges[1]))
    return float(first @ cells @ second - (first @ cells.sum(axis=1)) * (second @ cells.sum(axis=0)))


@pytest.mark.parametrize("correlation", [-0.85, -0.3, 0.5, 0.8])
def test_latent_correlation_of_two_scales(correlation: float) -> None:
    """The correlation behind the codes is the one at which bivariate normal cells have the covariance of the codes."""
    random = np.random.default_rng(11)
    rows = 60_000
    z = random.multivariate_normal([0, 0], [[1, correlation], [correlation, 1]], rows).T
    codes = raw(np.stack([np.searchsorted(cuts, row) for cuts, row in zip(CUTS, z, strict=True)]))
    columns = [coded_column(f"c{at}", [str(i + 1) for i in range(len(cuts) + 1)]) for at, cuts in enumerate(CUTS)]
    counts = tuple(np.bincount(row, minlength=len(column.codes)) for row, column in zip(codes, columns, strict=True))
    encoder = fit_encoder([aspect_of(column, position=at) for at, column in enumerate(columns)], counts)
    components = fit_components(block_moments(encoder.rows, codes), encoder, 1.0)
    cloud = fit_coded_cloud(codes, encoder, components, seed=2)
    latent = float((cloud.mixing @ cloud.mixing.T)[0, 1])
    observed = float(np.cov(codes + 1, ddof=0)[0, 1])
    assert covariance_of_codes(latent) == pytest.approx(observed, abs=0.02)
    assert latent == pytest.approx(correlation, abs=0.03)


def test_thresholds_are_normal_quantiles_of_the_shares() -> None:
    codes = raw([[0] * 100 + [1] * 300 + [2] * 600, [0, 1] * 500])
    columns = [coded_column("a", ["1", "2", "3"]), coded_column("b", ["1", "2"])]
    counts = tuple(np.bincount(row, minlength=len(column.codes)) for row, column in zip(codes, columns, strict=True))
    encoder = fit_encoder([aspect_of(column, position=at) for at, column in enumerate(columns)], counts)
    components = fit_components(block_moments(encoder.rows, codes), encoder, 1.0)
    cloud = fit_coded_cloud(codes, encoder, components, seed=2)
    np.testing.assert_allclose(cloud.cuts[0].limits, norm.ppf([0.1, 0.4]))
    np.testing.assert_allclose(cloud.cuts[1].limits, [0.0], atol=1e-12)


def test_congruence_is_the_cosine_of_scikit_learn() -> None:
    first, second = np.random.default_rng(3).standard_normal((2, 6, 40))
    np.testing.assert_allclose(tucker_congruence(first, second), cosine_similarity(first, second), atol=1e-12)
