"""What the ranking is made from: sampled rows of customers and of others, and the features that may be used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.aspects import Aspect, aspects_of
from reportgen.analysis.encoding import pool_rare
from reportgen.analysis.folds import fold_of, in_validation
from reportgen.analysis.quality import ColumnQuality, kind_in_distance
from reportgen.analysis.samples import Samples
from reportgen.analysis.segmentation import Model, make_assigner
from reportgen.dictionary import Role, Sensitivity
from reportgen.engine.passes import Counts, missing_per_row
from reportgen.engine.sampling import SampleRows, unmix_hash
from reportgen.ingest.table import CodedColumn, CodedTable, Side, read_hashes

SEGMENT = "(segment)"  # name of the feature that holds a row's segment; no column can be called so


@dataclass(frozen=True)
class ScoreFeature:
    """One thing about a person that a score may use.

    Attributes
    ----------
    position
        Row of its raw codes in a code matrix; the row after the last column holds the segment.
    name, label
        Key and words; ``name`` is that of the column, with the part after a full stop.
    categorical
        Whether ``values`` number names instead of being on a scale.
    values : ndarray of float64, shape (n_raw,)
        By raw code; NaN where missing. Names are numbered 0, 1, ... with rare ones pooled.
    """

    position: int
    name: str
    label: str
    categorical: bool
    values: NDArray[np.float64]


@dataclass(frozen=True)
class ScoreRows:
    """Sampled people of both kinds.

    Attributes
    ----------
    codes : ndarray of int16, shape (n_columns + 1, n_rows)
        Raw codes of all columns, and below them the segment.
    customer : ndarray of bool, shape (n_rows,)
        True for the sample of customers. The others are the sample of the population; where every customer is in the
        population, without them.
    known : ndarray of bool, shape (n_rows,)
        Others who are known to be customers as well.
    fold : ndarray of int8, shape (n_rows,)
    validation : ndarray of bool, shape (n_rows,)
        Who chooses the model and is not evaluated on.
    share
        Share of the population that has been taken out of the others as customers; 0 unless the files are nested.
    """

    codes: NDArray[np.int16]
    customer: NDArray[np.bool_]
    known: NDArray[np.bool_]
    fold: NDArray[np.int8]
    validation: NDArray[np.bool_]
    share: float

    @property
    def segments(self) -> NDArray[np.int16]:
        """Segment of each row, 0 for rows that are not placed, shape (n_rows,)."""
        return np.asarray(self.codes[-1])


def gather_rows(table: CodedTable, samples: Samples, model: Model, seed: int) -> ScoreRows:
    """Put the samples of both sides together, placed or not.

    Nested files compare customers with people who are not customers. All others compare them with everybody in the
    population, where some may be customers as well: their density is that of the population all the same, and a person
    who is in both samples is in one fold.

    Parameters
    ----------
    samples
        Rows with the smallest hashes of both sides.
    model
        Final segments.
    seed
        Seed of the samples, and of the folds.
    """
    # a sample holds its hashes mixed with the seed; folds go by the hash of the id itself
    others = SampleRows(unmix_hash(samples.whole.hashes, seed), samples.whole.codes)
    share = 0.0
    known = np.zeros(len(others.hashes), dtype=np.bool_)
    if table.overlap:
        known = contains(all_hashes(table.customers), others.hashes)
    if table.nested:
        others, known = SampleRows(others.hashes[~known], others.codes[:, ~known]), known[~known]
        share = table.customers.rows / table.population.rows
    hashes = np.concatenate([others.hashes, unmix_hash(samples.whole_customers.hashes, seed)])
    customer = np.arange(len(hashes)) >= len(known)
    codes = np.concatenate([others.codes, samples.whole_customers.codes], axis=1)
    segments = place_rows(model, table.columns, codes)
    return ScoreRows(
        codes=np.concatenate([codes, segments[np.newaxis].astype(np.int16)]),
        customer=customer,
        known=np.concatenate([known, np.zeros(customer.sum(), dtype=np.bool_)]),
        fold=fold_of(hashes, seed),
        validation=in_validation(hashes, seed),
        share=share,
    )


def all_hashes(side: Side) -> NDArray[np.uint64]:
    """Return the hashes of all ids of a side, ascending."""
    return np.sort(np.concatenate([read_hashes(block) for block in side.blocks]))


def contains(ordered: NDArray[np.uint64], hashes: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Return which hashes occur among ascending ones, shape of ``hashes``."""
    if not len(ordered):
        return np.zeros(len(hashes), dtype=np.bool_)
    places = np.minimum(np.searchsorted(ordered, hashes), len(ordered) - 1)
    return np.asarray(ordered[places] == hashes)


def place_rows(model: Model, columns: Sequence[CodedColumn], codes: NDArray[np.int16]) -> NDArray[np.int8]:
    """Put rows into segments.

    Parameters
    ----------
    columns, codes : ndarray of int16, shape (n_columns, n_rows)
        Raw codes of at least the columns that the model reads.

    Returns
    -------
    ndarray of int8, shape (n_rows,)
        1..k, or 0 for rows that are not placed.
    """
    position = {column.name: index for index, column in enumerate(columns)}
    assigner = make_assigner(model.encoder, model.components, model.segmentation.centroids)
    segments = assigner.nearest(codes[[position[column.name] for column in model.encoder.columns]]) + np.int8(1)
    placement = model.placement
    if placement.threshold is not None:
        counted = codes[[position[column.name] for column in placement.columns]]
        segments[missing_per_row(counted, placement.columns) >= placement.threshold] = 0
    return segments


def usable_columns(qualities: Sequence[ColumnQuality], *, sensitive: bool) -> tuple[ColumnQuality, ...]:
    """Return the columns that a score may use: they vary, build segments by role, and are not sensitive.

    Columns that miss many values count too: a tree can take missing as an answer of its own.

    Parameters
    ----------
    sensitive
        Whether features that the dictionary calls special or proxy may be used.
    """
    return tuple(
        quality
        for quality in qualities
        if quality.distinct > 1
        and quality.column.feature.role is Role.BUILD
        and (sensitive or quality.column.feature.sensitivity is Sensitivity.ORDINARY)
    )


def score_aspects(columns: Sequence[CodedColumn], chosen: Sequence[ColumnQuality]) -> tuple[Aspect, ...]:
    """Return what the chosen columns say, in the order of the coded table."""
    position = {column.name: index for index, column in enumerate(columns)}
    return tuple(
        aspect
        for quality in chosen
        for aspect in aspects_of(
            quality.column, position[quality.column.name], kind_in_distance(quality.column, quality.distinct)
        )
    )


def score_features(aspects: Sequence[Aspect], counts: Counts, columns: int, k: int) -> tuple[ScoreFeature, ...]:
    """Make features of aspects, names first, and the segment.

    Parameters
    ----------
    counts
        Raw code counts of the population by position of the column.
    columns
        Number of columns in a code matrix.
    k
        Number of segments.
    """
    features = [_feature(aspect, counts) for aspect in aspects]
    segment = ScoreFeature(columns, SEGMENT, "the segment", True, np.arange(k + 1, dtype=np.float64))
    by_kind = sorted([*features, segment], key=lambda feature: not feature.categorical)
    return tuple(by_kind)


def _feature(aspect: Aspect, counts: Counts) -> ScoreFeature:
    if aspect.ordered:
        return ScoreFeature(aspect.position, aspect.key, aspect.label, False, aspect.values)
    group_of, names = pool_rare(aspect, aspect.level_counts(counts[aspect.position]))
    group = np.where(aspect.level_of >= 0, group_of[aspect.level_of], -1)
    values = np.where(group >= 0, group, np.nan)
    return ScoreFeature(aspect.position, aspect.key, aspect.label, len(names) > 2, values)
