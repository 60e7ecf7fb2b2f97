"""How many segments there are, on samples, and the segments themselves, on all rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.basis import Basis
from reportgen.analysis.choice import KChoice, choose_k
from reportgen.analysis.confirmation import ENOUGH, confirm
from reportgen.analysis.kmeans import lloyd
from reportgen.analysis.null_agreement import add_null_agreement
from reportgen.analysis.publish_segments import order_by_index
from reportgen.analysis.scan import QUICK, Replicates, scan_k
from reportgen.analysis.screening import ROWS_PER_SEGMENT
from reportgen.analysis.segmentation import Model, Segmentation, make_assigner, polish
from reportgen.analysis.settings import Settings
from reportgen.analysis.small_segments import Sizes, too_small, without_small_segments
from reportgen.cache.stages import Stages
from reportgen.engine.assignment import assigned_tables
from reportgen.engine.local import LocalEngine
from reportgen.errors import InputError
from reportgen.ingest.table import Side

_NULL_PAIRS = 3


def choose(basis: Basis, settings: Settings, engine: LocalEngine, stages: Stages) -> KChoice:
    """Choose the number of segments."""
    points, cloud, large = basis.points, basis.cloud, basis.large
    placed = basis.data.threshold.placed
    samples = [(points, placed("population")), (basis.customers, placed("customers"))]
    carried = max(2, len(points.rows) // ROWS_PER_SEGMENT)
    if settings.k is not None and settings.k > carried:
        raise InputError(
            f"k = {settings.k} is too many segments for {len(points.rows)} placed rows of the population",
            f"Ask for at most {carried}, one per {ROWS_PER_SEGMENT} rows.",
        )
    most = min(max(settings.k_max, settings.k or 0), carried)
    replicates = QUICK if settings.quick else Replicates()
    ks = tuple(range(2, most + 1))
    results = scan_k(engine, points, cloud, ks, settings.seed, replicates, settings.k, stages)
    passed_over = too_small(results, samples)
    if len(large.rows) >= ENOUGH * len(points.rows):
        results = stages.run(confirm, engine, large, results, settings.seed, replicates.confirm, passed_over)
    fit = [result for result in results if result.k not in passed_over] or results
    if settings.k is None and not any(result.stable for result in fit):
        results = stages.run(add_null_agreement, engine, results, cloud, len(points.rows), settings.seed, _NULL_PAIRS)
    return choose_k(results, settings.k, passed_over)


def build_segments(basis: Basis, choice: KChoice, engine: LocalEngine, stages: Stages) -> tuple[Model, KChoice]:
    """Improve the chosen solution over all rows, merge what would be too small to be published, and order the rest.

    Customers are most over-represented in A.
    """
    table, space, placement = basis.data.table, basis.space, basis.placement
    encoder, components = space.encoder, space.components
    shown_placement = placement.among(table.population_columns)

    def improve(centroids: NDArray[np.float64]) -> Segmentation:
        return stages.run(polish, engine, table.population, space.shown, components, shown_placement, centroids)

    def size(side: Side, segmentation: Segmentation) -> NDArray[np.int64]:
        assigner = make_assigner(encoder, components, segmentation.centroids)
        return assigned_tables(engine, side, encoder.columns, assigner, placement).sizes[1:]

    def count(segmentation: Segmentation) -> Sizes:
        # A solution that stands still was counted in its last step.
        known = segmentation.sizes if segmentation.converged else size(table.population, segmentation)
        return known, size(table.customers, segmentation)

    segmentation, sizes, choice = without_small_segments(
        improve(lloyd(basis.large, choice.chosen.fit.centroids).centroids),
        choice,
        basis.points,
        count,
        improve,
        nested=table.nested,
    )
    ordered = segmentation.reordered(order_by_index(*sizes))
    return Model(encoder, components, ordered, placement), choice
