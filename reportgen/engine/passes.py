"""The passes over the rows before there are segments: value counts, missing per row, hashed sample, moments.

Each pass is a pure function of one block; results are added in block order. Counts are integers, so their sums are
exact. Encoded values are multiples of 2**-12, so products are multiples of 2**-24 and float64 adds those of a block
exactly: a block's moments do not depend on the order of its rows or on the linear algebra library.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reportgen.engine.local import LocalEngine, tree_reduce
from reportgen.ingest.table import CodedColumn, Side, read_codes, read_hashes

CHUNK_ROWS = 8_192  # encoded rows held as float64 at a time: 8,192 x 150 x 8 bytes = 10 MB
Counts = tuple[NDArray[np.int64], ...]


@dataclass(frozen=True)
class Placement:
    """Which rows count as placed: those that miss fewer than ``threshold`` of ``columns``.

    With ``threshold`` None every row is placed.
    """

    columns: tuple[CodedColumn, ...]
    threshold: int | None

    def among(self, columns: Sequence[CodedColumn]) -> Placement:
        """Return the same rule with the columns of these names, such as those that the population alone shows."""
        by_name = {column.name: column for column in columns}
        return Placement(tuple(by_name[column.name] for column in self.columns), self.threshold)

    def missing_per_row(self, block: Path) -> NDArray[np.int16]:
        """Count the missing values of each row over ``columns``; shape (n_rows,)."""
        return missing_per_row(read_codes(block, self.columns), self.columns)

    def placed(self, block: Path) -> NDArray[np.bool_] | None:
        """Return the mask of placed rows, or None when all are."""
        if self.threshold is None:
            return None
        return np.asarray(self.missing_per_row(block) < self.threshold)


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
class SampleRows:
    """Raw codes of the rows with the smallest hashes.

    Attributes
    ----------
    hashes : ndarray of uint64, shape (n_rows,)
        Ascending.
    codes : ndarray of int16, shape (n_columns, n_rows)
    """

    hashes: NDArray[np.uint64]
    codes: NDArray[np.int16]

    def smallest(self, most: int) -> SampleRows:
        """Keep the ``most`` rows with the smallest hashes; ties keep the earlier row."""
        order = np.argsort(self.hashes, kind="stable")[:most]
        return SampleRows(self.hashes[order], self.codes[:, order])

    def first(self, most: int) -> SampleRows:
        """Take the first rows of a sample that is in order: the smaller sample of the same kind."""
        return SampleRows(self.hashes[:most], self.codes[:, :most])


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
        """
        rows = np.empty((codes.shape[1], self.width), dtype=np.float32)
        start = 0
        for column, table in self.tables:
            stop = start + table.shape[1]
            rows[:, start:stop] = table[codes[column]]
            start = stop
        return rows


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
        total += column.missing[row]
    return total


def count_values(
    engine: LocalEngine, side: Side, columns: Sequence[CodedColumn], placement: Placement | None = None
) -> Counts:
    """Count raw codes per column, over all rows or over the placed ones.

    Returns
    -------
    tuple of ndarray of int64
        One array of shape (n_raw,) per column.
    """

    def count(block: Path) -> Counts:
        codes = read_codes(block, columns)
        placed = placement.placed(block) if placement else None
        if placed is not None:
            codes = codes[:, placed]
        return tuple(np.bincount(row, minlength=len(column.codes)) for row, column in zip(codes, columns, strict=True))

    return tree_reduce(engine.map(count, side.blocks), _add_counts)


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

    def count(block: Path) -> NDArray[np.int64]:
        return np.bincount(placement.missing_per_row(block), minlength=len(columns) + 1)

    return tree_reduce(engine.map(count, side.blocks), np.add)


def draw_sample(
    engine: LocalEngine, side: Side, columns: Sequence[CodedColumn], placement: Placement, most: int, seed: int
) -> SampleRows:
    """Draw the ``most`` placed rows with the smallest seeded hash of their id.

    The sample depends on ids and seed alone, not on row order, blocks or threads.
    """

    def draw(block: Path) -> SampleRows:
        hashes = mix_hash(read_hashes(block), seed)
        codes = read_codes(block, columns)
        placed = placement.placed(block)
        if placed is not None:
            hashes, codes = hashes[placed], codes[:, placed]
        return SampleRows(hashes, codes).smallest(most)

    def merge(first: SampleRows, second: SampleRows) -> SampleRows:
        both = SampleRows(
            np.concatenate([first.hashes, second.hashes]), np.concatenate([first.codes, second.codes], axis=1)
        )
        return both.smallest(most)

    return tree_reduce(engine.map(draw, side.blocks), merge)


def mix_hash(hashes: NDArray[np.uint64], seed: int) -> NDArray[np.uint64]:
    """Give each hash a new value that depends on the seed.

    The finaliser of splitmix64 (Steele, Lea and Flood 2014), which is a bijection with full avalanche.
    """
    z = hashes + np.uint64((seed * 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(z ^ (z >> np.uint64(31)))


def unmix_hash(mixed: NDArray[np.uint64], seed: int) -> NDArray[np.uint64]:
    """Undo ``mix_hash``: return the hashes that a sample's own hashes come from, shape (n,)."""
    z = mixed ^ (mixed >> np.uint64(31)) ^ (mixed >> np.uint64(62))
    z = z * np.uint64(pow(0x94D049BB133111EB, -1, 2**64))
    z = z ^ (z >> np.uint64(27)) ^ (z >> np.uint64(54))
    z = z * np.uint64(pow(0xBF58476D1CE4E5B9, -1, 2**64))
    z = z ^ (z >> np.uint64(30)) ^ (z >> np.uint64(60))
    return np.asarray(z - np.uint64((seed * 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF))


def sum_moments(engine: LocalEngine, side: Side, encoder: RowEncoder, placement: Placement) -> Moments:
    """Sum encoded rows and their products over the placed rows of one side."""

    def moments(block: Path) -> Moments:
        codes = read_codes(block, encoder.columns)
        placed = placement.placed(block)
        return block_moments(encoder, codes if placed is None else codes[:, placed])

    return tree_reduce(engine.map(moments, side.blocks), Moments.__add__)


def block_moments(encoder: RowEncoder, codes: NDArray[np.int16]) -> Moments:
    """Sum encoded rows and their products over some rows; ``codes`` has shape (n_columns, n_rows)."""
    sums = np.zeros(encoder.width)
    products = np.zeros((encoder.width, encoder.width))
    for start in range(0, codes.shape[1], CHUNK_ROWS):
        rows = encoder.encode(codes[:, start : start + CHUNK_ROWS]).astype(np.float64)
        sums += rows.sum(axis=0)
        products += rows.T @ rows
    return Moments(codes.shape[1], sums, products)
