"""What chance produces: pseudo-customers and permuted features."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binom, hypergeom, multivariate_hypergeom

from reportgen.analysis.components import fit_components
from reportgen.analysis.encoding import Encoder, fit_encoder
from reportgen.analysis.kmeans import fit_kmeans
from reportgen.analysis.placebo import chance_indices, independent_cloud
from reportgen.analysis.points import Points
from reportgen.dictionary import Kind
from reportgen.engine.passes import block_moments
from tests.unit.analysis.coded import aspect_of, coded_column, ints

DRAWS = 20_000


def rows_of_two_types(rows: int = 2_000) -> tuple[NDArray[np.int16], Encoder]:
    """Six features that all follow one type, with gaps."""
    random = np.random.default_rng(4)
    columns = [
        *(coded_column(f"s{i}", ["", "1", "2", "3", "4", "5"]) for i in range(5)),
        coded_column("n", ["", "a", "b", "c"], Kind.CATEGORICAL, levels=["a", "b", "c"]),
    ]
    types = random.integers(0, 2, rows)
    scales = np.clip(np.round(3 + 2.4 * (types - 0.5) + 0.6 * random.standard_normal((5, rows))), 1, 5)
    codes = np.concatenate([scales, [1 + types + (random.random(rows) < 0.2)]]).astype(np.int16)
    codes[:, random.random(rows) < 0.05] = 0
    counts = tuple(np.bincount(row, minlength=len(c.codes)) for row, c in zip(codes, columns, strict=True))
    return codes, fit_encoder([aspect_of(column, position=at) for at, column in enumerate(columns)], counts)


# --- pseudo-customers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("nested", [False, True])
def test_two_segments_have_the_exact_distribution(nested: bool) -> None:
    n, N, C = 300, 1_000, 200
    found = chance_indices(ints([n, N - n]), C, nested=nested, draws=DRAWS, seed=1)
    assert found is not None
    c = np.arange(C + 1)
    p = hypergeom.pmf(c, N, n, C) if nested else binom.pmf(c, C, n / N)
    largest = np.maximum(100 * (c / C) / 0.3, 100 * (1 - c / C) / 0.7)
    order = np.argsort(largest)
    cumulated = np.cumsum(p[order])
    for quantile, value in ((0.025, found.largest.low), (0.5, found.largest.median), (0.975, found.largest.high)):
        # The distribution is in steps: the exact quantile, one percentage point either side.
        low, high = (largest[order][np.searchsorted(cumulated, quantile + d)] for d in (-0.01, 0.01))
        assert low - 1e-9 <= value <= high + 1e-9


def test_nested_draws_are_multivariate_hypergeometric() -> None:
    """With few people all files can be listed: the chance that the largest index is reached by 250."""
    sizes, C = ints([2, 3, 5]), 4
    files = [(a, b, C - a - b) for a in range(3) for b in range(4) if 0 <= C - a - b <= 5]
    p = np.array([multivariate_hypergeom.pmf(file, sizes, C) for file in files])
    largest = np.array([max(100 * (c / C) / (n / 10) for c, n in zip(file, sizes, strict=True)) for file in files])
    assert p.sum() == pytest.approx(1.0)
    found = chance_indices(sizes, C, nested=True, draws=DRAWS, seed=3)
    assert found is not None
    order = np.argsort(largest)
    expected = largest[order][np.searchsorted(np.cumsum(p[order]), 0.5)]
    assert found.largest.median == pytest.approx(expected)


def test_nested_chance_is_narrower() -> None:
    sizes = ints([500, 300, 200])
    nested, separate = (chance_indices(sizes, 500, nested=flag, draws=4_000, seed=1) for flag in (True, False))
    assert nested is not None
    assert separate is not None
    assert nested.largest.median < separate.largest.median
    assert nested.smallest.low > separate.smallest.low
    # Finite population: the spread shrinks by √(1 - C/N) = √0.5.
    ratio = (nested.largest.median - 100) / (separate.largest.median - 100)
    assert ratio == pytest.approx(np.sqrt(0.5), abs=0.05)


def test_everybody_a_customer_leaves_no_chance() -> None:
    found = chance_indices(ints([50, 30]), 80, nested=True, draws=10, seed=1)
    assert found is not None
    assert found.largest.low == found.largest.high == pytest.approx(100.0)
    assert found.smallest.median == pytest.approx(100.0)


def test_more_customers_or_fewer_segments_leave_less_to_chance() -> None:
    few = chance_indices(np.full(8, 1_000), 400, nested=False, draws=2_000, seed=1)
    many = chance_indices(np.full(8, 1_000), 40_000, nested=False, draws=2_000, seed=1)
    two = chance_indices(np.full(2, 4_000), 400, nested=False, draws=2_000, seed=1)
    assert few is not None
    assert many is not None
    assert two is not None
    assert few.largest.median > two.largest.median > 100
    assert few.largest.median > many.largest.median > 100 > many.smallest.median > few.smallest.median
    assert few.largest.low < few.largest.median < few.largest.high
    assert few.draws == 2_000


def test_empty_segments_and_the_seed() -> None:
    found = chance_indices(ints([500, 0, 500]), 100, nested=False, draws=500, seed=1)
    assert found == chance_indices(ints([500, 500]), 100, nested=False, draws=500, seed=1)
    assert found != chance_indices(ints([500, 500]), 100, nested=False, draws=500, seed=2)
    assert chance_indices(ints([0, 0]), 100, nested=False, seed=1) is None
    assert chance_indices(ints([10, 10]), 0, nested=True, seed=1) is None


# --- permuted features ------------------------------------------------------------------------------------------------


def test_permuting_breaks_relations_and_keeps_every_feature() -> None:
    codes, encoder = rows_of_two_types()
    real = fit_components(block_moments(encoder.rows, codes), encoder, 0.8)
    cloud = independent_cloud(codes, encoder, 2, seed=1)
    assert cloud.points.rows.shape == (2_000, 2)
    assert cloud.variance == pytest.approx(real.eigenvalues.sum())  # every column keeps its own variance
    assert real.eigenvalues[:2].sum() / real.eigenvalues.sum() > 0.7
    assert cloud.explained < 0.45
    kept = cloud.points.rows.astype(np.float64)
    assert np.trace(np.cov(kept.T, ddof=0)) == pytest.approx(cloud.explained * cloud.variance, rel=1e-4)
    correlation = np.atleast_2d(np.corrcoef(cloud.points.rows.T))
    assert abs(correlation[0, 1]) < 1e-3  # its own components


def test_the_share_within_counts_what_the_components_leave_out() -> None:
    codes, encoder = rows_of_two_types()
    cloud = independent_cloud(codes, encoder, encoder.width, seed=1)
    assert cloud.explained == pytest.approx(1.0)
    fit = fit_kmeans(cloud.points, 3, 3, np.random.default_rng(0))
    labels = cloud.points.nearest(fit.centroids)
    rows = cloud.points.rows.astype(np.float64)
    within = sum(((rows[labels == s] - rows[labels == s].mean(axis=0)) ** 2).sum() for s in range(3))
    total = ((rows - rows.mean(axis=0)) ** 2).sum()
    assert cloud.share_within(fit.inertia) == pytest.approx(within / total, rel=1e-3)
    two = independent_cloud(codes, encoder, 2, seed=1)
    assert two.share_within(0.0) == pytest.approx(1 - two.explained)
    assert two.share_within(len(rows) * two.variance * two.explained) == pytest.approx(1.0)


def test_real_groups_hold_together_better_than_permuted_ones() -> None:
    codes, encoder = rows_of_two_types()
    components = fit_components(block_moments(encoder.rows, codes), encoder, 0.8)
    points = Points.of(components.project(encoder.rows.encode(codes)))
    real = fit_kmeans(points, 2, 3, np.random.default_rng(0)).inertia
    share = 1 - components.explained + real / (len(points.rows) * components.eigenvalues.sum())
    cloud = independent_cloud(codes, encoder, components.kept, seed=1)
    null = cloud.share_within(fit_kmeans(cloud.points, 2, 3, np.random.default_rng(0)).inertia)
    assert share < 0.6 < null


def test_the_cloud_depends_on_the_seed_alone() -> None:
    codes, encoder = rows_of_two_types(300)
    first, again, other = (independent_cloud(codes, encoder, 2, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.points.rows, again.points.rows)
    assert not np.array_equal(first.points.rows, other.points.rows)
