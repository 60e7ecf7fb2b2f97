"""How much two columns tell of one another: Cramér's V for levels, Pearson's r for ordered values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reportgen.dictionary import Role
from reportgen.engine.passes import CHUNK_ROWS
from reportgen.ingest.table import CodedColumn


@dataclass(frozen=True)
class Associations:
    """Pairwise association of columns on a sample of rows.

    Attributes
    ----------
    names
        Column names.
    cramers_v : ndarray of float64, shape (n, n)
        Cramér's V in [0, 1] over rows where both are known; not corrected for bias, so it errs towards
        finding a twin. 0 where it cannot be computed.
    pearson : ndarray of float64, shape (n, n)
        Pearson's r in [-1, 1] of the ordered values over rows where both are known; 0 where a column is not ordered.
    """

    names: tuple[str, ...]
    cramers_v: NDArray[np.float64]
    pearson: NDArray[np.float64]

    def strongest(self, first: int, second: int) -> tuple[str, float]:
        """Return the measure (``V`` or ``r``) that ties two columns most, and its absolute value."""
        v = float(self.cramers_v[first, second])
        r = abs(float(self.pearson[first, second]))
        return ("r", r) if r > v else ("V", v)

    def tied(self, first: str, second: str, limit: float) -> bool:
        """Tell whether V or absolute r of two columns reaches a limit; a column is tied to itself."""
        if first not in self.names or second not in self.names:
            return first == second
        return self.strongest(self.names.index(first), self.names.index(second))[1] >= limit


@dataclass(frozen=True)
class TwinPair:
    """Two columns at or above the twin limit; ``left_out`` does not enter the distance, "" when both may."""

    first: str
    second: str
    measure: str
    value: float
    left_out: str


def associate(columns: Sequence[CodedColumn], codes: NDArray[np.int16]) -> Associations:
    """Measure the association of each pair of columns.

    All contingency tables come out of the product of the indicator matrix with itself.

    Parameters
    ----------
    codes : ndarray of int16, shape (n_columns, n_rows)
        Raw codes of sampled rows.
    """
    joint, owner = _joint_counts(columns, codes)
    v = _all_cramers_v(joint, owner, len(columns))
    return Associations(tuple(column.name for column in columns), v, _pearson(columns, codes))


def _joint_counts(
    columns: Sequence[CodedColumn], codes: NDArray[np.int16]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Count rows by every pair of levels, shape (n_levels, n_levels) over all columns, and name the column of each."""
    owner = np.repeat(np.arange(len(columns)), [len(column.levels) for column in columns])
    starts = np.cumsum([0, *(len(column.levels) for column in columns)])
    level_of = [np.where(column.missing, -1, column.level_of) for column in columns]
    joint = np.zeros((len(owner), len(owner)))
    for begin in range(0, codes.shape[1], CHUNK_ROWS):
        part = codes[:, begin : begin + CHUNK_ROWS]
        indicators = np.zeros((len(owner), part.shape[1]), dtype=np.float32)
        for start, levels, row in zip(starts, level_of, part, strict=False):
            level = levels[row]
            known = np.flatnonzero(level >= 0)
            indicators[start + level[known], known] = 1.0
        joint += indicators @ indicators.T
    return joint, owner


def _all_cramers_v(joint: NDArray[np.float64], owner: NDArray[np.int64], n: int) -> NDArray[np.float64]:
    """Cramér's V of all pairs at once: χ² / n = Σ O² / (row sum x column sum) - 1, over the rows that know both."""
    column = (owner[:, np.newaxis] == np.arange(n)).astype(np.float64)
    known = joint @ column  # rows of a level in which the other column is known
    products = known[:, owner] * known[:, owner].T
    shares = np.divide(joint**2, products, out=np.zeros_like(joint), where=products > 0)
    chi2 = np.maximum(column.T @ shares @ column - 1.0, 0.0)
    levels = column.T @ (known > 0)
    smaller = np.minimum(levels, levels.T) - 1.0
    v = np.sqrt(np.divide(chi2, smaller, out=np.zeros_like(chi2), where=smaller > 0))
    np.fill_diagonal(v, 1.0)
    return np.asarray(np.minimum(v, 1.0))


def cramers_v(table: NDArray[np.float64]) -> float:
    """Return Cramér's V of a contingency table.

    V² = χ² / (n (min(r, c) - 1)) over rows and columns that are not empty (Cramér 1946, 21.9).

    Parameters
    ----------
    table : ndarray of float64, shape (r, c)
        Counts.

    Returns
    -------
    float
        In [0, 1]; 0 when either side has a single level.
    """
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    smaller = min(table.shape)
    if smaller < 2:
        return 0.0
    n = table.sum()
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    chi2 = float(((table - expected) ** 2 / expected).sum())
    return float(min(1.0, np.sqrt(chi2 / (n * (smaller - 1)))))


def _pearson(columns: Sequence[CodedColumn], codes: NDArray[np.int16]) -> NDArray[np.float64]:
    """Correlate ordered columns pairwise over rows where both are known."""
    n = len(columns)
    values = np.zeros((codes.shape[1], n))
    known = np.zeros((codes.shape[1], n))
    for index, (column, row) in enumerate(zip(columns, codes, strict=True)):
        if not column.feature.is_ordered:
            continue
        here = np.where(column.missing, np.nan, column.values)[row]
        there = np.isfinite(here)
        # Centring on any constant leaves r unchanged and keeps the sums small.
        values[:, index] = np.where(there, here - (here[there].mean() if there.any() else 0.0), 0.0)
        known[:, index] = there
    pairs = known.T @ known
    with np.errstate(invalid="ignore", divide="ignore"):
        mean_x = (values.T @ known) / pairs
        mean_y = mean_x.T
        covariance = (values.T @ values) / pairs - mean_x * mean_y
        variance_x = ((values**2).T @ known) / pairs - mean_x**2
        r = covariance / np.sqrt(variance_x * variance_x.T)
    r = np.where(np.isfinite(r), np.clip(r, -1.0, 1.0), 0.0)
    np.fill_diagonal(r, 1.0)
    return np.asarray(r)


def find_twins(
    columns: Sequence[CodedColumn], associations: Associations, limit: float, candidates: frozenset[str]
) -> tuple[TwinPair, ...]:
    """Find pairs that tell nearly the same, and decide which one leaves the distance.

    The one with fewer levels leaves, the later one when they have the same number. A role that the dictionary gives
    itself is respected: such a column is not left out, and of two such columns neither is.

    Parameters
    ----------
    limit
        Smallest V or absolute r that makes a pair, in (0, 1].
    candidates
        Names of columns that would enter the distance.
    """
    twins: list[TwinPair] = []
    gone: set[str] = set()
    for i, first in enumerate(columns):
        for j in range(i + 1, len(columns)):
            second = columns[j]
            measure, value = associations.strongest(i, j)
            if value < limit:
                continue
            left_out = ""
            if {first.name, second.name} <= candidates - gone:
                left_out = _coarser(first, second)
                if left_out:
                    gone.add(left_out)
            twins.append(TwinPair(first.name, second.name, measure, value, left_out))
    return tuple(twins)


def _coarser(first: CodedColumn, second: CodedColumn) -> str:
    """Name the twin that leaves the distance; "" when the dictionary wants both."""
    fixed = [column.feature.role_given and column.feature.role is Role.BUILD for column in (first, second)]
    if all(fixed):
        return ""
    if any(fixed):
        return second.name if fixed[0] else first.name
    return first.name if len(first.levels) < len(second.levels) else second.name
