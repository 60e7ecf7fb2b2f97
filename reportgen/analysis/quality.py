"""Data quality: what is missing where, which columns and rows carry the segmentation, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reportgen.dictionary import Kind, Role, Sensitivity
from reportgen.engine.passes import Counts
from reportgen.ingest.table import CodedColumn, SideName, Status
from reportgen.language import say

_VALLEY_LENGTH = 3  # a valley is at least so many consecutive counts ...
_VALLEY_SHARE = 0.001  # ... each holding fewer than this share of rows ...
_ABOVE_SHARE = 0.01  # ... with at least this share of rows above it


@dataclass(frozen=True)
class ColumnQuality:
    """One column in numbers.

    ``blank``, ``coded`` and ``unknown`` are counts by side; ``distinct`` is the number of levels with at least one
    population row.
    """

    column: CodedColumn
    blank: dict[SideName, int]
    coded: dict[SideName, int]
    unknown: dict[SideName, int]
    rows: dict[SideName, int]
    distinct: int

    def missing_share(self, side: SideName) -> float:
        """Blank and coded missing cells over all rows of a side."""
        return (self.blank[side] + self.coded[side]) / self.rows[side]


@dataclass(frozen=True)
class Dropped:
    """Why a column is not in the distance, with the value that decided and its limit where there is one."""

    name: str
    reason: str
    value: float | None = None
    threshold: float | None = None


@dataclass(frozen=True)
class RowThreshold:
    """Where the low-information records begin.

    Attributes
    ----------
    threshold
        Rows that miss this many kept columns or more are low-information; None when there is no such group.
    histogram : dict of ndarray of int64, shape (n_columns + 1,)
        Rows by number of missing values, by side.
    reason
        Why, in words.
    given
        Whether the configuration set it.
    """

    threshold: int | None
    histogram: dict[SideName, NDArray[np.int64]]
    reason: str
    given: bool = False

    def low(self, side: SideName, shift: int = 0) -> int:
        """Count the rows of a side at or above the threshold, moved by ``shift``."""
        if self.threshold is None:
            return 0
        return int(self.histogram[side][max(self.threshold + shift, 0) :].sum())

    def placed(self, side: SideName) -> int:
        """Count the rows of a side that are not low-information."""
        return int(self.histogram[side].sum()) - self.low(side)

    @property
    def moved_by_5(self) -> int:
        """The larger number of population rows that change sides when the threshold moves by 5 either way."""
        here = self.low("population")
        return max(self.low("population", -5) - here, here - self.low("population", 5))


def column_quality(columns: Sequence[CodedColumn], counts: dict[SideName, Counts]) -> tuple[ColumnQuality, ...]:
    """Summarise each column from its raw code counts on both sides."""
    return tuple(
        _one_column(column, {side: by_column[index] for side, by_column in counts.items()})
        for index, column in enumerate(columns)
    )


def _one_column(column: CodedColumn, counts: dict[SideName, NDArray[np.int64]]) -> ColumnQuality:
    def total(status: Status) -> dict[SideName, int]:
        return {side: int(by_code[column.status == status].sum()) for side, by_code in counts.items()}

    values = counts["population"] * (column.status == Status.VALUE)
    levels = np.bincount(column.level_of[values > 0], minlength=1) if values.any() else np.zeros(1)
    return ColumnQuality(
        column,
        total(Status.BLANK),
        total(Status.CODED),
        total(Status.UNKNOWN),
        {side: int(by_code.sum()) for side, by_code in counts.items()},
        int((levels > 0).sum()),
    )


def columns_left_out(qualities: Sequence[ColumnQuality], max_missing: float) -> dict[str, Dropped]:
    """Say which columns stay out of the distance because of what they are.

    In this order: all missing, constant, not meant for it by role, sensitive, or missing too often. Twins are a matter
    of pairs and found elsewhere.

    Returns
    -------
    dict
        By column name.
    """
    out: dict[str, Dropped] = {}
    for quality in qualities:
        feature = quality.column.feature
        share = quality.missing_share("population")
        if quality.distinct == 0:
            out[feature.name] = Dropped(feature.name, say("no known value in the population"))
        elif quality.distinct == 1:
            out[feature.name] = Dropped(feature.name, say("the same value for everybody"))
        elif feature.role is Role.DESCRIBE:
            out[feature.name] = Dropped(feature.name, say("the dictionary uses it to describe only"))
        elif feature.sensitivity is not Sensitivity.ORDINARY:
            out[feature.name] = Dropped(feature.name, _sensitive(feature.sensitivity))
        elif share > max_missing:
            out[feature.name] = Dropped(feature.name, say("missing too often"), share, max_missing)
    return out


def _sensitive(how: Sensitivity) -> str:
    if how is Sensitivity.SPECIAL:
        return say("sensitive (special): kept out of distance and names")
    return say("sensitive (proxy): kept out of distance and names")


def limit_gap(qualities: Sequence[ColumnQuality], max_missing: float) -> tuple[float, float]:
    """Return the largest missing share at or under the limit and the smallest above it (1 when none is).

    A wide gap means that the limit is not a sensitive choice.
    """
    shares = [quality.missing_share("population") for quality in qualities]
    below = max((share for share in shares if share <= max_missing), default=0.0)
    above = min((share for share in shares if share > max_missing), default=1.0)
    return below, above


def row_threshold(histogram: dict[SideName, NDArray[np.int64]], given: int | None = None) -> RowThreshold:
    """Find where low-information records begin.

    The start of the first run of at least three consecutive missing counts that hold under 0.1 % of the population
    each, with at least 1 % of it above the run. Only counts beyond the median row are looked at, so that a file in
    which every row misses some columns is not called low-information as a whole.

    Parameters
    ----------
    histogram : dict of ndarray of int64, shape (n_columns + 1,)
        Rows by number of missing values, by side.
    given
        A threshold set by hand.
    """
    rows = histogram["population"]
    total = int(rows.sum())
    if given is not None:
        reason = say("set in the configuration: {number} or more missing values", number=given)
        return RowThreshold(given, histogram, reason, True)
    start = int(np.searchsorted(np.cumsum(rows), total / 2)) + 1
    sparse = rows < _VALLEY_SHARE * total
    for first in range(start, len(rows) - _VALLEY_LENGTH):
        if not sparse[first : first + _VALLEY_LENGTH].all():
            continue
        end = first
        while end < len(rows) and sparse[end]:
            end += 1
        if rows[end:].sum() >= _ABOVE_SHARE * total:
            reason = say(
                "hardly any row misses {first} to {last} values, so the rows form two groups: those with fewer and "
                "those with more",
                first=first,
                last=end - 1,
            )
            return RowThreshold(first, histogram, reason)
    return RowThreshold(None, histogram, say("the rows do not fall into two groups by their number of missing values"))


def missing_blocks(
    columns: Sequence[CodedColumn], codes: NDArray[np.int16], counts: Counts, rows: int
) -> tuple[tuple[tuple[str, ...], int], ...]:
    """Find columns that go missing together.

    Columns belong to one block when they have the same number of missing population rows and are missing in the same
    rows of a sample that includes low-information records.

    Parameters
    ----------
    codes : ndarray of int16, shape (n_columns, n_rows)
        Raw codes of the sample.
    counts
        Raw code counts of the population by column.
    rows
        Population rows; columns that are missing everywhere form no block.

    Returns
    -------
    tuple of (column names, population rows)
        At least two columns each, most rows first.
    """
    groups: dict[tuple[int, bytes], list[str]] = {}
    for column, sample, by_code in zip(columns, codes, counts, strict=True):
        gone = (column.status == Status.BLANK) | (column.status == Status.CODED)
        missing = int(by_code[gone].sum())
        if 0 < missing < rows:
            groups.setdefault((missing, np.packbits(gone[sample]).tobytes()), []).append(column.name)
    blocks = [(tuple(names), missing) for (missing, _), names in groups.items() if len(names) > 1]
    return tuple(sorted(blocks, key=lambda block: (-block[1], block[0])))


def kind_in_distance(column: CodedColumn, distinct: int) -> Kind:
    """Return how a column enters the distance: a "binary" with other than two levels is nominal."""
    kind = column.feature.kind
    if kind is Kind.BINARY and distinct != 2:
        return Kind.CATEGORICAL
    if kind is Kind.MIXED and not column.feature.parts:
        return Kind.CATEGORICAL
    return kind
