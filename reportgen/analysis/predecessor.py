"""The model of the issue before: taken as it is, or the measure for segments that were built anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.agreement import adjusted_rand, contingency
from reportgen.analysis.choice import KChoice, choose_k
from reportgen.analysis.drift_match import Matching, keep_ids, match_by_centroids, match_by_rows
from reportgen.analysis.drift_people import Assigned, enough_common, read_assigned
from reportgen.analysis.drift_space import common_centroids, space_of
from reportgen.analysis.model_reader import StoredModel
from reportgen.analysis.null_clouds import Cloud
from reportgen.analysis.points import Points
from reportgen.analysis.scan import QUICK, Replicates, scan_k
from reportgen.analysis.segmentation import Model, make_assigner
from reportgen.analysis.small_segments import one_segment
from reportgen.cache.stages import UNKEPT, Stages
from reportgen.engine.local import LocalEngine, tree_reduce
from reportgen.ingest.block_files import Block
from reportgen.ingest.table import Side, read_hashes


class NotKeptError(Exception):
    """The segments of the issue before cannot be kept; the reason says why, in words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason  # unlike the text of the error, it can be said again in another language


@dataclass(frozen=True)
class Predecessor:
    """The model of the issue before.

    Attributes
    ----------
    stored
        As it was stored.
    model
        Fitted to the files of this issue; None when they no longer fit, and only a refit is possible.
    used_ids
        Every id that a segment ever had.
    refit
        Whether the segments are built anew; otherwise the model is used as it is.
    people
        The assignments of the issue before; None when people cannot be found again.
    """

    stored: StoredModel
    model: Model | None
    used_ids: tuple[int, ...]
    refit: bool
    people: Path | None = None


def keep_k(
    engine: LocalEngine,
    points: Points,
    cloud: Cloud,
    model: Model,
    seed: int,
    stages: Stages = UNKEPT,
    *,
    quick: bool,
) -> KChoice:
    """Refit the kept number of segments, and one more and one less, to see how firmly the segments stand today.

    Parameters
    ----------
    points
        Sample rows in the components of the model.
    cloud
        Where data without groups come from.
    stages
        Keeps what does not depend on the customers.
    """
    k = model.segmentation.k
    ks = tuple(number for number in (k - 1, k, k + 1) if number >= 2)
    # one segment is no solution that could be refitted
    must_have = k if k in ks else None
    replicates = replace(QUICK if quick else Replicates(), short_list_size=1)  # the neighbours are there to compare
    results = scan_k(engine, points, cloud, ks, seed, replicates, must_have, stages)
    stable = choose_k(results, None).stable
    if k == 1:
        return KChoice(k, False, stable, None, results, merged=one_segment(points), kept=True)
    return KChoice(k, False, stable, None, results, kept=True)


def trial_agreement(points: Points, choice: KChoice, model: Model) -> float:
    """Return the adjusted Rand index of segments built anew on the sample with the kept ones."""
    centroids = model.segmentation.centroids
    anew = points.nearest(choice.chosen.fit.centroids)
    kept = points.nearest(centroids)
    return float(adjusted_rand(contingency(kept, anew, len(centroids), choice.k)))


def know_again(engine: LocalEngine, population: Side, predecessor: Predecessor, model: Model) -> tuple[Model, Matching]:
    """Give segments that were built anew the ids of the former ones where they are the same.

    By the people of both issues where enough of them are found again by id. Else both models assign the people of this
    issue; and where the former model no longer fits the files, centroids are compared in the encoded columns that are
    left.

    Returns
    -------
    (Model, Matching)
        The model with its segments in the order of their ids, and how they belong to the former ones.
    """
    former, k = predecessor.stored.segmentation, model.segmentation.k
    table = None
    if predecessor.people is not None:
        before = read_assigned(predecessor.people)
        table = compare_people(engine, population, before, former.public_ids, model)
    if table is None and predecessor.model is not None:
        table = compare_models(engine, population, predecessor.model, model)
    if table is not None:

        def match(order: Sequence[int]) -> Matching:
            return match_by_rows(table[:, list(order)])
    else:
        spaces = common_centroids(space_of(predecessor.stored), space_of(model))

        def match(order: Sequence[int]) -> Matching:
            if spaces is None:
                return Matching({}, {}, {}, former.k, k)
            return match_by_centroids(spaces[0], spaces[1][order])

    ids = keep_ids(match(range(k)), former.public_ids, predecessor.used_ids)
    order = sorted(range(k), key=lambda place: ids[place])
    known = Model(model.encoder, model.components, model.segmentation.known_as(ids), model.placement)
    return known, match(order)


def compare_people(
    engine: LocalEngine, side: Side, before: Assigned, old_ids: Sequence[int], model: Model
) -> NDArray[np.int64] | None:
    """Count the people of both issues by their segments, low-information records left out.

    Parameters
    ----------
    before
        Segment ids of the issue before.
    old_ids
        Its ids by place.

    Returns
    -------
    ndarray of int64, shape (k_old, k_new), or None
        None when too few people are in both.
    """
    assigner = make_assigner(model.encoder, model.components, model.segmentation.centroids)
    place = np.full(max([0, *old_ids]) + 1, -1, dtype=np.int64)
    place[list(old_ids)] = np.arange(len(old_ids))

    def count(block: Block) -> tuple[int, NDArray[np.int64]]:
        found, former = before.find(read_hashes(block))
        labels = assigner.nearest(engine.read(block, assigner.encoder.columns)).astype(np.int64)
        mask = model.placement.placed(block, engine.read)
        both = found if mask is None else found & mask
        both &= place[former] >= 0
        return int(found.sum()), contingency(place[former[both]], labels[both], len(old_ids), model.segmentation.k)

    common, table = tree_reduce(engine.map(count, side.blocks), lambda a, b: (a[0] + b[0], a[1] + b[1]))
    return table if enough_common(common, len(before.hashes), side.rows) and table.sum() else None


def compare_models(engine: LocalEngine, side: Side, old: Model, new: Model) -> NDArray[np.int64]:
    """Count the rows that both models place by their segments, shape (k_old, k_new)."""
    assigners = [make_assigner(m.encoder, m.components, m.segmentation.centroids) for m in (old, new)]
    shape = old.segmentation.k, new.segmentation.k

    def count(block: Block) -> NDArray[np.int64]:
        labels = [
            assigner.nearest(engine.read(block, assigner.encoder.columns)).astype(np.int64) for assigner in assigners
        ]
        placed = np.ones(len(labels[0]), dtype=bool)
        for mask in (m.placement.placed(block, engine.read) for m in (old, new)):
            placed &= True if mask is None else mask
        return contingency(labels[0][placed], labels[1][placed], *shape)

    return tree_reduce(engine.map(count, side.blocks), np.add)
