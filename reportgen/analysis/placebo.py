"""What chance alone produces: pseudo-customers without any preference, and features without any relation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.components import decompose
from reportgen.analysis.encoding import Encoder
from reportgen.analysis.points import Points
from reportgen.engine.passes import block_moments

DRAWS = 1_000
_CUSTOMERS, _PERMUTED = 0x9AC1, 0x9AC2  # streams of the random generator


@dataclass(frozen=True)
class Spread:
    """Median and 95 % range of a figure over random draws."""

    median: float
    low: float
    high: float


@dataclass(frozen=True)
class ChanceIndices:
    """The most extreme indices of segments when customers are anybody.

    Attributes
    ----------
    largest, smallest
        Largest and smallest index over segments 1..k.
    draws
        Number of random customer files.
    """

    largest: Spread
    smallest: Spread
    draws: int


def chance_indices(
    population_sizes: NDArray[np.int64], customers_total: int, *, nested: bool, draws: int = DRAWS, seed: int
) -> ChanceIndices | None:
    """Draw pseudo-customers at random from the population and see how far from 100 indices get.

    This tests sampling, not the segments: they stay as they are.

    Parameters
    ----------
    population_sizes : ndarray of int64, shape (k,)
        Placed people by segment 1..k; empty segments are passed over.
    customers_total
        Placed customers.
    nested
        Whether customers are people of the population: then they are drawn without replacement (multivariate
        hypergeometric), else with (multinomial).

    Returns
    -------
    ChanceIndices or None
        None without people on either side.
    """
    sizes = population_sizes[population_sizes > 0]
    people = int(sizes.sum())
    if people == 0 or customers_total == 0:
        return None
    random = np.random.default_rng([seed, _CUSTOMERS])
    if nested:
        drawn = random.multivariate_hypergeometric(sizes, min(customers_total, people), draws, method="marginals")
    else:
        drawn = random.multinomial(customers_total, sizes / people, draws)
    indices = 100.0 * (drawn / drawn.sum(axis=1, keepdims=True)) / (sizes / people)
    return ChanceIndices(_spread(indices.max(axis=1)), _spread(indices.min(axis=1)), draws)


def _spread(values: NDArray[np.float64]) -> Spread:
    low, median, high = np.quantile(values, (0.025, 0.5, 0.975))
    return Spread(float(median), float(low), float(high))


@dataclass(frozen=True)
class IndependentCloud:
    """The sample with every relation between features broken.

    Attributes
    ----------
    points
        In its own leading components, as many as published.
    explained
        Share of the total variance that these carry.
    variance
        Total variance over all encoded columns, per row.
    """

    points: Points
    explained: float
    variance: float

    def share_within(self, inertia: float) -> float:
        """Return the sum of squares within segments as a share of that over all encoded columns.

        Variance outside the kept components lies within segments, so clouds that keep different shares compare.

        Parameters
        ----------
        inertia
            Within-segment sum of squares of a solution in ``points``.
        """
        return 1.0 - self.explained + inertia / (len(self.points.rows) * self.variance)


def independent_cloud(codes: NDArray[np.int16], encoder: Encoder, kept: int, seed: int) -> IndependentCloud:
    """Permute every feature as a whole over the rows, encode, and project on the components of the result.

    Levels and gaps of each feature stay as they are, so lumps of single features stay too: the result is not without
    structure, only without relations.

    Parameters
    ----------
    codes : ndarray of int16, shape (n_columns of the encoder, n_rows)
        Raw codes of the sample.
    kept
        Number of components.
    """
    random = np.random.default_rng([seed, _PERMUTED])
    permuted = np.stack([random.permutation(row) for row in codes])
    mean, eigenvalues, loadings = decompose(block_moments(encoder.rows, permuted))
    points = Points.of((encoder.rows.encode(permuted) - mean) @ loadings[:kept].T)
    variance = float(eigenvalues.sum())
    return IndependentCloud(points, float(eigenvalues[:kept].sum()) / variance, variance)
