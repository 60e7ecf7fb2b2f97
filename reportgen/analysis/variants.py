"""What variants of a segmentation are made from: the samples, their published segments, and the way to refit.

A variant is another cut of the same people, as another analyst might have made it. All are made on the samples. A refit
learns its encoder, components and centroids from the 20,000-row sample alone, by the rules that built the published
segments, and then labels the rows of both samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.components import fit_components
from reportgen.analysis.encoding import Encoder, fit_encoder
from reportgen.analysis.kmeans import STARTS, fit_kmeans
from reportgen.analysis.points import Points
from reportgen.analysis.samples import SAMPLE_ROWS, Samples
from reportgen.analysis.segmentation import Model, make_assigner
from reportgen.engine.assignment import Assigner
from reportgen.engine.passes import block_moments
from reportgen.ingest.table import CodedColumn

_LEFT_OUT = -1


@dataclass(frozen=True)
class Labels:
    """A segmentation of the sampled rows of both sides.

    Attributes
    ----------
    population, customers : ndarray of int64, shape (n_rows,)
        Segment by row, 0..k-1; -1 for a row that the segmentation leaves out.
    k
        Number of segments.
    """

    population: NDArray[np.int64]
    customers: NDArray[np.int64]
    k: int

    def index(self) -> NDArray[np.float64]:
        """Divide customers' share by the population's share, x 100, over the rows that are not left out.

        Returns
        -------
        ndarray of float64, shape (k,)
            NaN where either side has nobody.
        """
        n = np.bincount(self.population[self.population >= 0], minlength=self.k)
        c = np.bincount(self.customers[self.customers >= 0], minlength=self.k)
        index = np.full(self.k, np.nan)
        both = (n > 0) & (c > 0)
        index[both] = 100.0 * (c[both] / c.sum()) / (n[both] / n.sum())
        return index

    def within(self, population: NDArray[np.bool_], customers: NDArray[np.bool_]) -> Labels:
        """Leave out the rows that the masks do not hold."""
        return Labels(
            np.where(population, self.population, _LEFT_OUT), np.where(customers, self.customers, _LEFT_OUT), self.k
        )


@dataclass(frozen=True)
class Variant:
    """Another segmentation of sampled rows, with the published one of the same sample.

    Attributes
    ----------
    name
        Stable key.
    published
        The published segmentation of the sample; its index stands for the published index there.
    other
        The variant's; None when there is no such variant, ``note`` says why.
    note
        What a reader should know about the variant, in words; may be empty.
    """

    name: str
    published: Labels
    other: Labels | None
    note: str = ""


@dataclass(frozen=True)
class Ground:
    """What all variants start from.

    Attributes
    ----------
    columns
        Columns of the coded table, which are those of the samples.
    samples
        The samples.
    model
        The published segments.
    population, customers : ndarray of int16, shape (n_columns, n_rows)
        Raw codes of the placed samples of up to 20,000 rows.
    rows, customer_rows : ndarray of float32, shape (n_rows, n_encoded)
        The same by the published encoder.
    points, customer_points
        The same in the published components.
    published
        The published segmentation of them.
    min_explained, on_components, seed
        As in ``run.Settings``.
    """

    columns: tuple[CodedColumn, ...]
    samples: Samples
    model: Model
    population: NDArray[np.int16]
    customers: NDArray[np.int16]
    rows: NDArray[np.float32]
    customer_rows: NDArray[np.float32]
    points: Points
    customer_points: Points
    published: Labels
    min_explained: float
    on_components: bool
    seed: int

    @property
    def k(self) -> int:
        """Number of published segments."""
        return self.model.segmentation.k

    def random(self, name: str) -> np.random.Generator:
        """Return the random numbers of a variant; its name makes its stream."""
        return np.random.default_rng([self.seed, crc32(name.encode())])


def lay_ground(
    columns: Sequence[CodedColumn],
    samples: Samples,
    model: Model,
    *,
    min_explained: float,
    on_components: bool,
    seed: int,
) -> Ground:
    """Encode the samples once and assign them to the published segments."""
    population, customers = samples.population.first(SAMPLE_ROWS).codes, samples.customers.codes
    read = positions(columns, model.encoder.columns)
    rows, customer_rows = (model.encoder.rows.encode(codes[read]) for codes in (population, customers))
    points, customer_points = (Points.of(model.components.project(encoded)) for encoded in (rows, customer_rows))
    centroids = model.segmentation.centroids
    published = Labels(points.nearest(centroids), customer_points.nearest(centroids), len(centroids))
    return Ground(
        tuple(columns), samples, model, population, customers, rows, customer_rows, points, customer_points,
        published, min_explained, on_components, seed,
    )  # fmt: skip


def positions(columns: Sequence[CodedColumn], wanted: Sequence[CodedColumn]) -> list[int]:
    """Return where the ``wanted`` columns stand among ``columns``."""
    place = {column.name: index for index, column in enumerate(columns)}
    return [place[column.name] for column in wanted]


def refit(ground: Ground, codes: NDArray[np.int16], name: str) -> Assigner:
    """Learn everything anew from some rows, with as many segments as published.

    Parameters
    ----------
    codes : ndarray of int16, shape (n_columns, n_rows)
        Raw codes of all columns.
    name
        Key of the variant, for its random numbers.
    """
    counts = tuple(
        np.bincount(row, minlength=len(column.codes)) for row, column in zip(codes, ground.columns, strict=True)
    )
    encoder = fit_encoder([stretch.aspect for stretch in ground.model.encoder.stretches], counts)
    codes = codes[positions(ground.columns, encoder.columns)]
    return cluster(ground, encoder, codes, name, reduce=ground.on_components)


def cluster(ground: Ground, encoder: Encoder, codes: NDArray[np.int16], name: str, *, reduce: bool) -> Assigner:
    """Find components and centroids of some rows; ``codes`` are those of the encoder's columns."""
    components = fit_components(block_moments(encoder.rows, codes), encoder, ground.min_explained, reduce=reduce)
    points = Points.of(components.project(encoder.rows.encode(codes)))
    return make_assigner(encoder, components, find_centroids(points, ground.k, ground.random(name)))


def find_centroids(points: Points, k: int, random: np.random.Generator) -> NDArray[np.float64]:
    """Cluster sampled rows."""
    return fit_kmeans(points, k, STARTS, random).centroids


def label(
    assigner: Assigner, columns: Sequence[CodedColumn], population: NDArray[np.int16], customers: NDArray[np.int16]
) -> Labels:
    """Assign rows of both sides; both have shape (n_columns, n_rows)."""
    read = positions(columns, assigner.encoder.columns)
    labels = [assigner.nearest(codes[read]).astype(np.int64) for codes in (population, customers)]
    return Labels(labels[0], labels[1], len(assigner.constant))
