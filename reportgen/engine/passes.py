"""The passes over the rows before there are segments: value counts, missing per row, moments.

Each pass is a pure function of one block; results are added in block order. Counts are integers, so their sums are
exact. Encoded values are multiples of 2**-12, so products are multiples of 2**-24 and float64 adds those of a block
exactly: a block's moments do not depend on the order of its rows or on the linear algebra library.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from reportgen.engine.held import Reader
from reportgen.engine.local import LocalEngine
from reportgen.ingest.block_files import Block
from reportgen.ingest.table import CodedColumn, Side

CHUNK_ROWS = 8_192  # encoded rows held as float64 at a time: 8,192 x 150 x 8 bytes = 10 MB
_FEW_CODES = 3  # so many comparisons are faster than a look-up
Counts = tuple[NDArray[np.int64], ...]


@dataclass(frozen=True)
class Placement:
    """Which rows count as placed: those that miss fewer than ``threshold`` of ``columns``.

    With ``threshold`` None every row is placed.
    """

    columns: tuple[CodedColumn, ...]
    threshold: int | None
    _known: dict[Block, tuple[NDArray[np.uint8], int]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def among(self, columns: Sequence[CodedColumn]) -> Placement:
        """Return the same rule with the columns of these names, such as those that the population alone shows."""
        by_name = {column.name: column for column in columns}
        return Placement(tuple(by_name[column.name] for column in self.columns), self.threshold)

    def missing_per_row(self, block: Block, read: Reader) -> NDArray[np.int16]:
        """Count the missing values of each row over ``columns``; shape (n_rows,)."""
        return missing_per_row(read(block, self.columns), self.columns)

    def placed(self, block: Block, read: Reader) -> NDArray[np.bool_] | None:
        """Return the mask of placed rows, or None when all are; kept as one bit per row, since every pass asks.

        Parameters
        ----------
        read
            Reads codes of the block.
        """
        if self.threshold is None:
            return None
        if block not in self._known:
            mask = self.missing_per_row(block, read) < self.threshold
            self._known[block] = np.packbits(mask), len(mask)
        packed, rows = self._known[block]
        return np.unpackbits(packed, count=rows).astype(np.bool_)


@dataclass(frozen=True)
class Moments:
    """First and second moments of encoded rows.

    Attributes
    ----------
    rows
        Number of rows.
    sums : ndarray of float64, shape (n_encoded,)
    products : ndarray of float64, shape (n_encoded, n_encoded)
        XᵀX, not centred.
    """

    rows: int
    sums: NDArray[np.float64]
    products: NDArray[np.float64]

    def __add__(self, other: Moments) -> Moments:
        return Moments(self.rows + other.rows, self.sums + other.sums, self.products + other.products)


@dataclass(frozen=True)
class RowEncoder:
    """Look-up tables that turn raw codes into encoded rows.

    Attributes
    ----------
    columns
        The columns that are read.
    tables
        (index into ``columns``, float32 table of shape (n_raw, width)) for each stretch of encoded columns.
    """

    columns: tuple[CodedColumn, ...]
    tables: tuple[tuple[int, NDArray[np.float32]], ...]
    width: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "width", sum(table.shape[1] for _, table in self.tables))

    def encode(self, codes: NDArray[np.int16]) -> NDArray[np.float32]:
        """Encode rows given column by column.

        Parameters
        ----------
        codes : ndarray of int16, shape (n_columns, n_rows)

        Returns
        -------
        ndarray of float32, shape (n_rows, width)
            Column by column in memory, as the look-ups write it.
        """
        columns = np.empty((self.width, codes.shape[1]), dtype=np.float32)
        at = 0
        for column, table in self.tables:
            row = codes[column].astype(np.intp)
            for values in np.ascontiguousarray(table.T):
                np.take(values, row, out=columns[at], mode="clip")  # codes are never out of range; "raise" would copy
                at += 1
        return columns.T


def missing_per_row(codes: NDArray[np.int16], columns: Sequence[CodedColumn]) -> NDArray[np.int16]:
    """Count missing values per row over some columns.

    Parameters
    ----------
    codes : ndarray of int16, shape (n_columns, n_rows)

    Returns
    -------
    ndarray of int16, shape (n_rows,)
    """
    total = np.zeros(codes.shape[1], dtype=np.int16)
    for row, column in zip(codes, columns, strict=True):
        missing = np.flatnonzero(column.missing)
        if len(missing) <= _FEW_CODES:
            for code in missing.astype(row.dtype):
                total += row == code
        else:
            total += column.missing[row]
    return total


def count_values(engine: LocalEngine, side: Side, columns: Sequence[CodedColumn]) -> Counts:
    """Count raw codes per column over all rows.

    Returns
    -------
    tuple of ndarray of int64
        One array of shape (n_raw,) per column.
    """

    def count(block: Block) -> Counts:
        return _count(engine.read(block, columns), columns)

    return engine.reduce(count, side.blocks, _add_counts)


def count_placed(
    engine: LocalEngine, side: Side, columns: Sequence[CodedColumn], placement: Placement, everybody: Counts
) -> Counts:
    """Count raw codes per column over the placed rows: the few others are counted and taken off.

    Parameters
    ----------
    everybody
        Counts over all rows.
    """
    if placement.threshold is None:
        return everybody

    def count(block: Block) -> Counts:
        placed = placement.placed(block, engine.read)
        codes = engine.read(block, columns)
        return _count(codes if placed is None else codes[:, ~placed], columns)

    others = engine.reduce(count, side.blocks, _add_counts)
    return tuple(total - other for total, other in zip(everybody, others, strict=True))


def _count(codes: NDArray[np.int16], columns: Sequence[CodedColumn]) -> Counts:
    return tuple(np.bincount(row, minlength=len(column.codes)) for row, column in zip(codes, columns, strict=True))


def padded(counts: Counts, columns: Sequence[CodedColumn]) -> Counts:
    """Add zeros for the raw codes that a column has beyond those that were counted."""
    return tuple(
        np.concatenate([count, np.zeros(len(column.codes) - len(count), dtype=np.int64)])
        for count, column in zip(counts, columns, strict=True)
    )


def _add_counts(first: Counts, second: Counts) -> Counts:
    return tuple(a + b for a, b in zip(first, second, strict=True))


def count_missing_per_row(engine: LocalEngine, side: Side, columns: Sequence[CodedColumn]) -> NDArray[np.int64]:
    """Count rows by their number of missing values.

    Returns
    -------
    ndarray of int64, shape (n_columns + 1,)
    """
    placement = Placement(tuple(columns), None)

    def count(block: Block) -> NDArray[np.int64]:
        return np.bincount(placement.missing_per_row(block, engine.read), minlength=len(columns) + 1)

    return engine.reduce(count, side.blocks, np.add)


def sum_moments(engine: LocalEngine, side: Side, encoder: RowEncoder, placement: Placement) -> Moments:
    """Sum encoded rows and their products over the placed rows of one side."""

    def moments(block: Block) -> Moments:
        codes = engine.read(block, encoder.columns)
        placed = placement.placed(block, engine.read)
        return block_moments(encoder, codes if placed is None else codes[:, placed])

    return engine.reduce(moments, side.blocks, Moments.__add__)


def block_moments(encoder: RowEncoder, codes: NDArray[np.int16]) -> Moments:
    """Sum encoded rows and their products over some rows; ``codes`` has shape (n_columns, n_rows)."""
    sums = np.zeros(encoder.width)
    products = np.zeros((encoder.width, encoder.width))
    for start in range(0, codes.shape[1], CHUNK_ROWS):
        rows = encoder.encode(codes[:, start : start + CHUNK_ROWS]).astype(np.float64)
        sums += rows.sum(axis=0)
        products += rows.T @ rows
    return Moments(codes.shape[1], sums, products)
