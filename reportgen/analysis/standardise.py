"""Standardised index: do customers still differ once their mix of age, sex and region is allowed for.

Indirect standardisation (Breslow and Day 1987, "Statistical Methods in Cancer Research" II, 2.3): in every cell of age
x sex x region customers are expected to fall into segments as the population of that cell does. An index of 100 after
that means that the segment has just the customers that its age, sex and region let expect.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from reportgen.dictionary import STANDARD_ROLES
from reportgen.ingest.table import CodedColumn

LEAST_ROWS = 30
_MOST_CELLS = 100_000
_POOL_ORDER = ("region", "sex", "age")  # age is given up last: as a rule it divides customers most


@dataclass(frozen=True)
class CellTable:
    """Cells of the standard features, by look-up.

    Attributes
    ----------
    columns
        The features, in the order age, sex, region.
    shape
        Cells per feature: its printable levels, and one for missing values at the end.
    """

    columns: tuple[CodedColumn, ...]
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        """Number of cells, empty ones included; 1 without features."""
        return int(np.prod(self.shape, dtype=np.int64))

    def cells(self, codes: NDArray[np.int16]) -> NDArray[np.int64]:
        """Look up the cell of each row.

        Parameters
        ----------
        codes : ndarray of int16, shape (n_columns, n_rows)
            Raw codes of ``columns``.

        Returns
        -------
        ndarray of int64, shape (n_rows,)
            In 0..size-1; the last feature changes fastest.
        """
        cell = np.zeros(codes.shape[1], dtype=np.int64)
        for column, row, levels in zip(self.columns, codes, self.shape, strict=True):
            level = np.where(column.level_of < 0, levels - 1, column.level_of).astype(np.int64)
            cell = cell * levels + level[row]
        return cell

    def tabulate(self, codes: NDArray[np.int16], segments: NDArray[np.int8], k: int) -> NDArray[np.int64]:
        """Count segment x cell over some rows.

        Parameters
        ----------
        codes : ndarray of int16, shape (n_columns, n_rows)
        segments : ndarray of int8, shape (n_rows,)
            0 for rows that are not placed, else 1..k.

        Returns
        -------
        ndarray of int64, shape (k, size)
            Segments 1..k; rows that are not placed do not count.
        """
        joint = segments.astype(np.int64) * self.size + self.cells(codes)
        return np.bincount(joint, minlength=(k + 1) * self.size).reshape(k + 1, self.size)[1:]

    def alone(self, counts: NDArray[np.int64], position: int) -> NDArray[np.int64]:
        """Sum counts over all features but the one at ``position``; shape (..., levels of it)."""
        grid = np.moveaxis(counts.reshape(*counts.shape[:-1], *self.shape), counts.ndim - 1 + position, -1)
        others = tuple(range(counts.ndim - 1, grid.ndim - 1))
        return np.asarray(grid.sum(axis=others))

    def only(self, position: int) -> CellTable:
        """Return the cells of one feature."""
        return CellTable((self.columns[position],), (self.shape[position],))


def standard_columns(columns: Sequence[CodedColumn]) -> tuple[CodedColumn, ...]:
    """Return the columns that the dictionary gives for age, sex and region, in this order.

    Of several columns for one of them the first that varies is taken, so that cells stay large.
    """
    found = []
    for role in STANDARD_ROLES:
        of_role = [column for column in columns if column.feature.standard == role and len(column.levels) > 1]
        found.extend(of_role[:1])
    return tuple(found)


def cells_of(columns: Sequence[CodedColumn]) -> CellTable:
    """Make cells of age x sex x region out of the columns that the dictionary gives for them.

    Levels are the printable ones, so numbers count by their bins; missing values are a level of their own. If there
    are more than 100,000 cells, features are left out from the back (region first).

    Parameters
    ----------
    columns
        Columns of the coded table, or some of them.
    """
    chosen = standard_columns(columns)
    shape = tuple(len(column.levels) + 1 for column in chosen)
    while np.prod(shape, dtype=np.int64) > _MOST_CELLS:
        chosen, shape = chosen[:-1], shape[:-1]
    return CellTable(chosen, shape)


def merge_small(table: CellTable, counts: NDArray[np.int64], least: int = LEAST_ROWS) -> NDArray[np.int64]:
    """Merge cells with too few population rows into cells that differ from them as little as possible.

    First over region: the small cells of one age and sex are pooled; if the pool is still small it joins the smallest
    large cell of that age and sex, if there is one. What is small even so is pooled over sex in the same way, then over
    age. Cells that are large enough are not divided or pooled with each other; empty cells are small.

    Parameters
    ----------
    counts : ndarray of int64, shape (size,)
        Population rows by cell.
    least
        Fewest rows of a cell.

    Returns
    -------
    ndarray of int64, shape (size,)
        Number of the merged cell by cell, from 0 without gaps; a merged cell is small only if all cells are one.
    """
    merged = np.arange(table.size)
    if table.columns:
        levels = np.array(np.unravel_index(merged, table.shape))
        for role in _POOL_ORDER:
            levels[[column.feature.standard == role for column in table.columns]] = 0
            merged = _pool(merged, counts, np.ravel_multi_index(tuple(levels), table.shape), least)
    return np.asarray(np.unique(merged, return_inverse=True)[1], dtype=np.int64)


def _pool(
    merged: NDArray[np.int64], counts: NDArray[np.int64], kind: NDArray[np.int64], least: int
) -> NDArray[np.int64]:
    """Pool small cells of one kind; a pool that is still small joins the smallest large cell of its kind.

    ``merged`` names for each cell the one that stands for it, and both are of one kind.
    """
    rows = np.bincount(merged, weights=counts, minlength=len(merged))
    standing = np.unique(merged)
    small, large = standing[rows[standing] < least], standing[rows[standing] >= least]
    if len(small) == 0:
        return merged
    kinds, first, of_small = np.unique(kind[small], return_index=True, return_inverse=True)
    target = small[first]
    still_small = np.bincount(of_small, weights=rows[small]) < least
    by_rows = large[np.argsort(rows[large], kind="stable")]
    for at in np.flatnonzero(still_small & np.isin(kinds, kind[large])):
        target[at] = by_rows[np.argmax(kind[by_rows] == kinds[at])]
    stands_for = np.arange(len(merged))
    stands_for[small] = target[of_small]
    return stands_for[merged]


def pool_cells(counts: NDArray[np.int64], merged: NDArray[np.int64]) -> NDArray[np.int64]:
    """Add the counts of merged cells; shape (k, size) to (k, number of merged cells)."""
    out = np.zeros((len(counts), int(merged.max()) + 1), dtype=np.int64)
    np.add.at(out.T, merged, counts.T)
    return out


def standardised_index(customers: NDArray[np.int64], population: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return 100 x observed / expected customers, expected being Σ_g C_g · n_sg / n_g over cells g.

    Parameters
    ----------
    customers, population : ndarray of int64, shape (k, n_cells)
        Rows by segment 1..k and cell.

    Returns
    -------
    ndarray of float64, shape (k,)
        NaN where nobody is expected. Customers in cells without population are left out on both sides.
    """
    n = population.sum(axis=0)
    known = n > 0
    expected = population[:, known] @ (customers[:, known].sum(axis=0) / n[known])
    observed = customers[:, known].sum(axis=1)
    return np.asarray(np.divide(100.0 * observed, expected, out=np.full(len(expected), np.nan), where=expected > 0))


@dataclass(frozen=True)
class Standardised:
    """Indices of segments 1..k before and after standardising.

    Attributes
    ----------
    index : ndarray of float64, shape (k,)
        As published, over placed rows.
    all_features : ndarray of float64, shape (k,)
        Standardised by all features together.
    by_feature
        Standardised by each feature alone, by column name.
    cells, merged_cells
        Number of cells with people, before and after merging.
    """

    index: NDArray[np.float64]
    all_features: NDArray[np.float64]
    by_feature: Mapping[str, NDArray[np.float64]]
    cells: int
    merged_cells: int


def standardise(
    table: CellTable, customers: NDArray[np.int64], population: NDArray[np.int64], least: int = LEAST_ROWS
) -> Standardised:
    """Standardise by all features together and by each alone; small cells are merged each time.

    Parameters
    ----------
    customers, population : ndarray of int64, shape (k, size)
        Rows by segment 1..k and cell; see ``CellTable.tabulate``.
    """

    def index(cells: CellTable, c: NDArray[np.int64], n: NDArray[np.int64]) -> tuple[NDArray[np.float64], int]:
        merged = merge_small(cells, n.sum(axis=0), least)
        return standardised_index(pool_cells(c, merged), pool_cells(n, merged)), int(merged.max()) + 1

    together, merged_cells = index(table, customers, population)
    by_feature = {
        column.name: index(table.only(at), table.alone(customers, at), table.alone(population, at))[0]
        for at, column in enumerate(table.columns)
    }
    plain = standardised_index(customers.sum(axis=1, keepdims=True), population.sum(axis=1, keepdims=True))
    return Standardised(plain, together, by_feature, int((population.sum(axis=0) > 0).sum()), merged_cells)


@dataclass(frozen=True)
class Drive:
    """Whether the standard features drive the index of a segment.

    Attributes
    ----------
    driven
        Whether standardising by all of them changes the verdict or halves the log index.
    features
        Those that do so alone; empty when it takes them together, or when the index is not driven.
    """

    driven: bool
    features: tuple[str, ...]


def driven_by(standardised: Standardised, segment: int, verdict: Callable[[float], str]) -> Drive:
    """Say whether a segment's index is driven by age, sex or region, and by which.

    An index is driven when standardising gives another verdict, or when the verdict is "over" or "under" and the log
    index loses half its size or more. (An index near 100 has no size to be halved.)

    Parameters
    ----------
    segment
        1..k.
    verdict
        Takes an index above 0 of this segment to its verdict.
    """
    here = float(standardised.index[segment - 1])

    def drives(after: float) -> bool:
        if not (here > 0 and after > 0):
            return False
        word = verdict(here)
        return verdict(after) != word or (
            word in ("over", "under") and abs(log(after / 100)) <= abs(log(here / 100)) / 2
        )

    if not drives(float(standardised.all_features[segment - 1])):
        return Drive(False, ())
    alone = (name for name, indices in standardised.by_feature.items() if drives(float(indices[segment - 1])))
    return Drive(True, tuple(alone))
