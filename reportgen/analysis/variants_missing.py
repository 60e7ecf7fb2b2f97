"""Variants that treat missing values otherwise: by the mode, by known values alone, or only people without gaps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.encoding import Encoder
from reportgen.analysis.suppression import any_small
from reportgen.analysis.variants import Ground, Labels, Variant, label, positions, refit
from reportgen.engine.passes import RowEncoder, missing_per_row
from reportgen.formatting import Formatted, Formatter
from reportgen.ingest.table import CodedColumn
from reportgen.language import say

_COMPLETE_SHARE = 0.20  # if fewer rows are complete, those with few filled cells stand for them
_FEW_FILLED = 0.10


def mode_imputation(ground: Ground) -> Variant:
    """Take missing cells for the feature's most frequent value, and refit (key ``mode_imputation``)."""
    name = "mode_imputation"
    fill = [fill_with_mode(column, codes) for column, codes in zip(ground.columns, ground.population, strict=True)]
    population, customers = (
        np.stack([table[row] for table, row in zip(fill, codes, strict=True)])
        for codes in (ground.population, ground.customers)
    )
    other = label(refit(ground, population, name), ground.columns, population, customers)
    return Variant(name, ground.published, other)


def fill_with_mode(column: CodedColumn, codes: NDArray[np.int16]) -> NDArray[np.int16]:
    """Map raw codes to themselves, and those without a value to the most frequent one; of several, the lowest.

    Parameters
    ----------
    codes : ndarray of int16, shape (n_rows,)
        Raw codes of the rows to take the mode from.

    Returns
    -------
    ndarray of int16, shape (n_raw,)
        Nothing is filled if no row has a value.
    """
    counts = np.bincount(codes, minlength=len(column.codes))
    known = np.flatnonzero(~column.missing & (counts > 0))
    table = np.arange(len(column.codes), dtype=np.int16)
    if len(known):
        order = np.lexsort((column.values[known], column.level_of[known], -counts[known]))
        table[column.missing] = known[order[0]]
    return table


def partial_distance(ground: Ground) -> Variant:
    """Assign by the known values alone (key ``partial_distance``).

    The squared distance to a centroid is summed over the features that the row has (Dixon 1979, "Pattern recognition
    with partly missing data", IEEE Trans. SMC 9, 617-621). Scaling it up for the missing ones, by number or by inertia,
    multiplies a row's distances to all centroids alike, so the nearest one stays the same. The centroids are the
    published ones, carried back to the encoded columns and moved by what filled cells did to the mean of each segment;
    without missing cells nothing changes.
    """
    encoder, components = ground.model.encoder, ground.model.components
    read = positions(ground.columns, encoder.columns)
    lookup = known_values(encoder)
    known, customers_known = (lookup.encode(codes[read]) for codes in (ground.population, ground.customers))
    widths = [stretch.table.shape[1] for stretch in encoder.stretches]
    shift = _filling_shift(ground.rows, np.repeat(known, widths, axis=1), ground.published)
    centroids = components.mean + (ground.model.segmentation.centroids + shift @ components.basis) @ components.basis.T
    squares = np.add.reduceat(centroids**2, np.cumsum([0, *widths[:-1]]), axis=1).astype(np.float32)
    weights = 2.0 * centroids.T.astype(np.float32)

    def nearest(rows: NDArray[np.float32], mask: NDArray[np.float32]) -> NDArray[np.int64]:
        # Missing cells of an encoded row are 0, so they add nothing to its product with a centroid.
        return np.asarray((mask @ squares.T - rows @ weights).argmin(axis=1))

    other = Labels(nearest(ground.rows, known), nearest(ground.customer_rows, customers_known), ground.k)
    return Variant("partial_distance", ground.published, other)


def known_values(encoder: Encoder) -> RowEncoder:
    """Return look-ups that tell 1 where a row has a value and 0 where it is missing, one column per stretch."""
    tables = []
    for (column, table), stretch in zip(encoder.rows.tables, encoder.stretches, strict=True):
        aspect = stretch.aspect
        known = np.isfinite(aspect.values) if aspect.ordered else (aspect.level_of >= 0) & table.any(axis=1)
        tables.append((column, known.astype(np.float32)[:, np.newaxis]))
    return RowEncoder(encoder.columns, tuple(tables))


def _filling_shift(rows: NDArray[np.float32], known: NDArray[np.float32], labels: Labels) -> NDArray[np.float64]:
    """Mean over known cells less mean over all cells by segment and encoded column, shape (k, n_encoded)."""
    members = (labels.population == np.arange(labels.k)[:, np.newaxis]).astype(np.float32)
    sums, cells = (members @ rows).astype(np.float64), (members @ known).astype(np.float64)
    size = members.sum(axis=1, dtype=np.float64, keepdims=True)
    filled = np.divide(sums, size, out=np.zeros_like(sums), where=size > 0)
    return np.asarray(np.divide(sums, cells, out=filled.copy(), where=cells > 0) - filled)


def complete_rows(ground: Ground) -> Variant:
    """Keep the published segments but count only people without filled cells (key ``complete_rows``).

    If these are under 20 % of either side, people with at most 10 % of their cells filled.
    """
    name, columns = "complete_rows", ground.model.encoder.columns
    read = positions(ground.columns, columns)
    gaps = [missing_per_row(codes[read], columns) for codes in (ground.population, ground.customers)]
    masks, few = [gap == 0 for gap in gaps], False
    if any(mask.sum() < _COMPLETE_SHARE * len(mask) for mask in masks):
        masks, few = [gap <= _FEW_FILLED * len(columns) for gap in gaps], True
    if not all(mask.any() for mask in masks):
        none = (
            say("no people with at most 10 % of their cells filled")
            if few
            else say("no people without any filled cell")
        )
        return Variant(name, ground.published, None, none)
    note = say("people with at most 10 % of their cells filled") if few else say("people without any filled cell")
    if not any(any_small([mask.sum(), (~mask).sum()]) for mask in masks):
        here, there = (Formatted(Formatter.share, float(mask.mean())) for mask in masks)
        note = say(
            "{note}: {here} of the placed population, {there} of the placed customers",
            note=note,
            here=here,
            there=there,
        )
    return Variant(name, ground.published, ground.published.within(*masks), note)
