"""Variants that choose otherwise: without components, other people and starts, other row threshold, other k."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.points import Points
from reportgen.analysis.samples import SAMPLE_ROWS
from reportgen.analysis.segmentation import make_assigner
from reportgen.analysis.variants import Ground, Labels, Variant, cluster, find_centroids, label, positions, refit
from reportgen.engine.passes import missing_per_row
from reportgen.ingest.table import CodedColumn
from reportgen.language import say

_OTHER_ROWS = SAMPLE_ROWS // 2  # fewer rows than this beyond the sample make no second sample
_ROWS_PER_SEGMENT = 20


def without_components(ground: Ground) -> Variant:
    """k-means on all encoded columns instead of the kept components (key ``no_pca``)."""
    name = "no_pca"
    points = Points.of(ground.rows)
    centroids = find_centroids(points, ground.k, ground.random(name))
    customers = Points.of(ground.customer_rows).nearest(centroids)
    return Variant(name, ground.published, Labels(points.nearest(centroids), customers, ground.k))


def with_components(ground: Ground) -> Variant:
    """k-means on the main components, where the published segments use all columns (key ``with_pca``)."""
    name, encoder = "with_pca", ground.model.encoder
    codes = ground.population[positions(ground.columns, encoder.columns)]
    assigner = cluster(ground, encoder, codes, name, reduce=True)
    note = say("the published segments are built on all encoded columns, these on the main components")
    other = label(assigner, ground.columns, ground.population, ground.customers)
    return Variant(name, ground.published, other, note)


def other_seed(ground: Ground) -> Variant:
    """Other starts of k-means, and other people to fit on where the population has them (key ``other_seed``)."""
    name, model = "other_seed", ground.model
    read = positions(ground.columns, model.encoder.columns)
    codes = ground.samples.population.codes[read, SAMPLE_ROWS : 2 * SAMPLE_ROWS]
    points, note = ground.points, say("other starting points on the same people, since there are too few others")
    if codes.shape[1] >= _OTHER_ROWS:
        points = Points.of(model.components.project(model.encoder.rows.encode(codes)))
        note = say("other people and other starting points")
    centroids = find_centroids(points, ground.k, ground.random(name))
    return Variant(name, ground.published, _label_points(ground, centroids), note)


def other_k(ground: Ground, name: str, step: int) -> Variant:
    """``step`` segments more than published (keys ``k_minus_1`` and ``k_plus_1``)."""
    k = ground.k + step
    if k < 2:
        none = say("with two segments there is no smaller number")
        if ground.k < 2:
            none = say("with one segment there is no smaller number")
        return Variant(name, ground.published, None, none)
    centroids = find_centroids(ground.points, k, ground.random(name))
    return Variant(name, ground.published, _label_points(ground, centroids))


def _label_points(ground: Ground, centroids: NDArray[np.float64]) -> Labels:
    """Label the samples by centroids in the published components."""
    population, customers = (points.nearest(centroids) for points in (ground.points, ground.customer_points))
    return Labels(population, customers, len(centroids))


def other_threshold(ground: Ground, name: str, step: int) -> Variant:
    """Set rows apart as low-information from ``step`` missing values more (``threshold_lower``, ``threshold_higher``).

    Judged on the samples of all rows, since other rows are placed.
    """
    placement = ground.model.placement
    if placement.threshold is None:
        return Variant(name, ground.published, None, say("no low-information records are set apart"))
    threshold = max(placement.threshold + step, 1)
    if threshold == placement.threshold:
        return Variant(name, ground.published, None, say("the row threshold cannot be lower"))
    population, customers = ground.samples.whole.codes, ground.samples.whole_customers.codes
    masks = [_placed(ground, codes, threshold) for codes in (population, customers)]
    if masks[0].sum() < _ROWS_PER_SEGMENT * ground.k or not masks[1].any():
        return Variant(name, ground.published, None, say("too few people miss under {number} values", number=threshold))
    model = ground.model
    assigner = make_assigner(model.encoder, model.components, model.segmentation.centroids)
    published = label(assigner, ground.columns, population, customers)
    published = published.within(*(_placed(ground, codes, placement.threshold) for codes in (population, customers)))
    other = label(refit(ground, population[:, masks[0]], name), ground.columns, population, customers).within(*masks)
    note = say(
        "records with {number} or more missing values are set apart, not with {published} or more",
        number=threshold,
        published=placement.threshold,
    )
    return Variant(name, published, other, note)


def _placed(ground: Ground, codes: NDArray[np.int16], threshold: int) -> NDArray[np.bool_]:
    counted: Sequence[CodedColumn] = ground.model.placement.columns
    return np.asarray(missing_per_row(codes[positions(ground.columns, counted)], counted) < threshold)
