"""From a solution on the sample to segments of the whole population: Lloyd steps over all rows, and assignment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.components import Components
from reportgen.analysis.encoding import Encoder
from reportgen.engine.assignment import Assigner, Tables, assigned_tables
from reportgen.engine.local import LocalEngine
from reportgen.engine.passes import Placement
from reportgen.ingest.table import Side

_MOST_STEPS = 30
_MOVED_SHARE = 1e-4  # stop when fewer rows than this share change their segment size


@dataclass(frozen=True)
class Segmentation:
    """Segments 1..k as centroids in the kept components.

    Attributes
    ----------
    centroids : ndarray of float64, shape (k, kept)
        Row i is segment i + 1.
    steps
        Lloyd steps over all rows.
    converged
        Whether the steps ended because the segments stood still.
    sizes : ndarray of int64, shape (k,)
        Population rows by segment in the last step.
    ids
        Ids under which readers know the segments, ascending; empty for 1..k. They differ from the places once a
        segment of an earlier issue is gone.
    """

    centroids: NDArray[np.float64]
    steps: int
    converged: bool
    sizes: NDArray[np.int64]
    ids: tuple[int, ...] = ()

    @property
    def k(self) -> int:
        """Number of segments."""
        return len(self.centroids)

    @property
    def public_ids(self) -> tuple[int, ...]:
        """Id of each segment by place."""
        return self.ids or tuple(range(1, self.k + 1))

    def reordered(self, order: Sequence[int]) -> Segmentation:
        """Put centroid ``order[i]`` in place i."""
        chosen = list(order)
        return replace(self, centroids=self.centroids[chosen], sizes=self.sizes[chosen])

    def known_as(self, ids: Sequence[int]) -> Segmentation:
        """Give every segment, by place, the id under which readers know it, and order the segments by id."""
        order = sorted(range(self.k), key=lambda place: ids[place])
        return replace(self.reordered(order), ids=tuple(ids[place] for place in order))


@dataclass(frozen=True)
class Model:
    """What assigns people to segments: the encoder, the components and the centroids.

    ``placement`` says which rows are placed at all.
    """

    encoder: Encoder
    components: Components
    segmentation: Segmentation
    placement: Placement


def make_assigner(encoder: Encoder, components: Components, centroids: NDArray[np.float64]) -> Assigner:
    """Carry centroids back into the encoded space, so that assignment is one product per block.

    With s = (x - μ)B, ‖s - c‖² = ‖s‖² - 2 x·Bc + 2 μ·Bc + ‖c‖².
    """
    weights = components.basis @ centroids.T
    constant = (centroids**2).sum(axis=1) + 2.0 * components.mean @ weights
    origin = components.mean @ components.basis
    return Assigner(
        encoder.rows,
        weights.astype(np.float32),
        constant.astype(np.float32),
        components.basis.astype(np.float32),
        origin.astype(np.float32),
    )


def polish(
    engine: LocalEngine,
    side: Side,
    encoder: Encoder,
    components: Components,
    placement: Placement,
    centroids: NDArray[np.float64],
) -> Segmentation:
    """Improve a sample solution by Lloyd steps over all placed rows.

    Centroid sums come from integer counts of segment x feature x code, so they do not depend on the order of rows,
    blocks or threads. An emptied segment keeps its centroid.
    """
    sizes = np.zeros(len(centroids), dtype=np.int64)
    for step in range(1, _MOST_STEPS + 1):
        assigner = make_assigner(encoder, components, centroids)
        tables = assigned_tables(engine, side, encoder.columns, assigner, placement)
        change = np.abs(tables.sizes[1:] - sizes).sum()
        sizes = tables.sizes[1:]
        if change <= _MOVED_SHARE * sizes.sum():
            return Segmentation(centroids, step, True, sizes)
        moved = segment_means(encoder, components, tables)
        centroids = np.where(np.isfinite(moved), moved, centroids)
    return Segmentation(centroids, _MOST_STEPS, False, sizes)


def segment_means(encoder: Encoder, components: Components, tables: Tables) -> NDArray[np.float64]:
    """Mean of each segment 1..k in the kept components, shape (k, kept); NaN for an empty segment."""
    counts = {column.name: table[1:] for column, table in zip(encoder.columns, tables.counts, strict=True)}
    return np.asarray((encoder.means(counts) - components.mean) @ components.basis)
