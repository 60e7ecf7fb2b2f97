"""The encoder: raw codes to numbers whose Euclidean distance treats every feature alike.

A scale becomes one z-scored column. Names become indicator columns in the metric of multiple correspondence and factor
analysis of mixed data: (1{l} - p_l) / √p_l, so that rare levels do not dominate (Pagès 2004, "Analyse factorielle de
données mixtes", Revue de statistique appliquée 52(4), 93-111). The inertia of such a block is its number of levels
minus one; it is capped at that of one scale. A missing value becomes the neutral row of zeros.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from reportgen.analysis.aspects import Aspect
from reportgen.engine.passes import Counts, RowEncoder
from reportgen.ingest.table import CodedColumn
from reportgen.language import say

LOOKUP_STEP = 2.0**-12
RARE_SHARE = 0.005
_SKEW_LIMIT = 2.0


@dataclass(frozen=True)
class EncodedStretch:
    """Adjacent encoded columns of one aspect.

    Attributes
    ----------
    aspect
        What they encode.
    table : ndarray of float32, shape (n_raw, width)
        Encoded row by raw code; multiples of 2**-12.
    level_names
        What a high value of each encoded column means: one entry per column; "" for a scale.
    ranked
        Whether the scale went through a rank-normal transform.
    """

    aspect: Aspect
    table: NDArray[np.float32]
    level_names: tuple[str, ...]
    ranked: bool


@dataclass(frozen=True)
class Encoder:
    """Look-up tables for all aspects that enter the distance.

    Attributes
    ----------
    stretches
        In the order of the encoded columns.
    """

    stretches: tuple[EncodedStretch, ...]

    @cached_property
    def columns(self) -> tuple[CodedColumn, ...]:
        """The coded columns that are read, each once, in the order of the coded table."""
        unique = {stretch.aspect.position: stretch.aspect.column for stretch in self.stretches}
        return tuple(unique[position] for position in sorted(unique))

    @cached_property
    def rows(self) -> RowEncoder:
        """The same tables in the form that passes use."""
        position = {column.name: index for index, column in enumerate(self.columns)}
        return RowEncoder(
            self.columns, tuple((position[stretch.aspect.column.name], stretch.table) for stretch in self.stretches)
        )

    @property
    def width(self) -> int:
        """Number of encoded columns."""
        return self.rows.width

    @cached_property
    def owner(self) -> NDArray[np.int64]:
        """Index into ``columns`` of the feature that each encoded column belongs to, shape (n_encoded,)."""
        position = {column.name: index for index, column in enumerate(self.columns)}
        widths = [stretch.table.shape[1] for stretch in self.stretches]
        return np.repeat([position[stretch.aspect.column.name] for stretch in self.stretches], widths)

    def means(self, counts: dict[str, NDArray[np.int64]]) -> NDArray[np.float64]:
        """Mean encoded row of groups of rows, from their raw code counts.

        Parameters
        ----------
        counts : dict of ndarray of int64, shape (n_groups, n_raw)
            By column name.

        Returns
        -------
        ndarray of float64, shape (n_groups, n_encoded)
            NaN rows for empty groups.
        """
        stretches = []
        for stretch in self.stretches:
            by_code = counts[stretch.aspect.column.name]
            with np.errstate(invalid="ignore", divide="ignore"):
                stretches.append(by_code @ stretch.table.astype(np.float64) / by_code.sum(axis=1, keepdims=True))
        return np.concatenate(stretches, axis=1)


def fit_encoder(aspects: Sequence[Aspect], counts: Counts, *, cap: bool = True) -> Encoder:
    """Fit the look-up tables on counts of the population.

    Parameters
    ----------
    aspects
        What enters the distance.
    counts
        Raw code counts of the rows to fit on, by position of the column in the coded table.
    cap
        Whether the inertia of a block of names is capped at that of one scale; off gives plain FAMD.

    Returns
    -------
    Encoder
        Without aspects that do not vary over these rows.
    """
    stretches = []
    for aspect in aspects:
        by_code = counts[aspect.position]
        stretch = _scale(aspect, by_code) if aspect.ordered else _names(aspect, by_code, cap)
        if stretch is not None:
            stretches.append(stretch)
    return Encoder(tuple(stretches))


def _scale(aspect: Aspect, by_code: NDArray[np.int64]) -> EncodedStretch | None:
    known = np.isfinite(aspect.values) & (by_code > 0)
    if np.unique(aspect.values[known]).size < 2:
        return None
    values, ranked = aspect.values, False
    if abs(skewness(values[known], by_code[known])) > _SKEW_LIMIT:
        values, ranked = rank_normal(values, by_code), True
    weights = by_code[known].astype(np.float64)
    mean = np.average(values[known], weights=weights)
    sd = np.sqrt(np.average((values[known] - mean) ** 2, weights=weights))
    scaled = np.where(np.isfinite(values), (values - mean) / sd, 0.0) * np.sqrt(aspect.column.feature.weight)
    return EncodedStretch(aspect, _rounded(scaled[:, np.newaxis]), ("",), ranked)


def _names(aspect: Aspect, by_code: NDArray[np.int64], cap: bool) -> EncodedStretch | None:
    levels = aspect.level_counts(by_code)
    if (levels > 0).sum() < 2:
        return None
    group_of, names = pool_rare(aspect, levels)
    group = np.where(aspect.level_of >= 0, group_of[aspect.level_of], -1)
    known = group >= 0
    shares = np.bincount(group[known], weights=by_code[known], minlength=len(names)) / by_code[known].sum()
    weight = np.sqrt(aspect.column.feature.weight)
    if len(names) == 2:  # two names are one scale: the indicator of the second, z-scored
        p = shares[1]
        column = np.where(known, ((group == 1) - p) / np.sqrt(p * (1 - p)), 0.0) * weight
        return EncodedStretch(aspect, _rounded(column[:, np.newaxis]), (names[1],), False)
    indicators = (group[:, np.newaxis] == np.arange(len(names))).astype(np.float64)
    scale = weight / np.sqrt(len(names) - 1) if cap else weight
    table = np.where(known[:, np.newaxis], (indicators - shares) / np.sqrt(shares), 0.0) * scale
    return EncodedStretch(aspect, _rounded(table), names, False)


def pool_rare(aspect: Aspect, levels: NDArray[np.int64]) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Put levels under 0.5 % of the known rows into one, and drop empty ones.

    Returns
    -------
    group_of : ndarray of int64, shape (n_levels,)
        Group by level; -1 for a level that nobody has.
    names
        Label by group; the pooled group, if any, comes last.
    """
    share = levels / levels.sum()
    rare = (share < RARE_SHARE) & (levels > 0)
    common = np.flatnonzero((share >= RARE_SHARE) & (levels > 0))
    if rare.sum() == 1:  # a single rare level has nothing to be pooled with but the next rarest
        rare[common[np.argmin(levels[common])]] = len(common) > 2
        common = np.flatnonzero((levels > 0) & ~rare)
    group_of = np.full(len(levels), -1, dtype=np.int64)
    group_of[common] = np.arange(len(common))
    names = [aspect.levels[index].label for index in common]
    if rare.any():
        group_of[rare] = len(names)
        names.append(slashed([aspect.levels[index].label for index in np.flatnonzero(rare)[:3]]))
    return group_of, tuple(names)


def slashed(labels: Sequence[str]) -> str:
    """Return "A / B / C"."""
    joined = labels[0]
    for label in labels[1:]:
        joined = say("{first} / {second}", first=joined, second=label)
    return joined


def _rounded(table: NDArray[np.float64]) -> NDArray[np.float32]:
    """Round to multiples of 2**-12, so that sums of products are exact in float64."""
    return np.asarray(np.round(table / LOOKUP_STEP) * LOOKUP_STEP, dtype=np.float32)


def skewness(values: NDArray[np.float64], counts: NDArray[np.int64]) -> float:
    """Return the moment skewness m3 / m2^1.5 of values with counts; 0 when they do not vary."""
    weights = counts.astype(np.float64)
    centred = values - np.average(values, weights=weights)
    m2 = float(np.average(centred**2, weights=weights))
    return float(np.average(centred**3, weights=weights)) / m2**1.5 if m2 > 0 else 0.0


def rank_normal(values: NDArray[np.float64], counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Replace each value by the normal score of its mid-rank: Φ⁻¹(share below + half the share at it).

    Parameters
    ----------
    values : ndarray of float64, shape (n_raw,)
        NaN where missing; equal values share a score.
    counts : ndarray of int64, shape (n_raw,)

    Returns
    -------
    ndarray of float64, shape (n_raw,)
        NaN where missing. Values that nobody has get the score of their place, bounded by half a row.
    """
    known = np.isfinite(values)
    distinct, inverse = np.unique(values[known], return_inverse=True)
    at = np.bincount(inverse, weights=counts[known], minlength=len(distinct))
    total = at.sum()
    middle = (np.cumsum(at) - at / 2) / total
    scores = ndtri(np.clip(middle, 0.5 / total, 1 - 0.5 / total))
    out = np.full(values.shape, np.nan)
    out[known] = scores[inverse]
    return out
