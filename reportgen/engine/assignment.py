"""The pass that puts every row into its segment, with the tables of segment x feature x raw code."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reportgen.engine.local import LocalEngine, tree_reduce
from reportgen.engine.passes import CHUNK_ROWS, Counts, Placement, RowEncoder
from reportgen.ingest.block_files import Block
from reportgen.ingest.table import CodedColumn, Side


@dataclass(frozen=True)
class Tables:
    """Segment x feature x raw code counts of one side, and the number of rows of each segment.

    Attributes
    ----------
    sizes : ndarray of int64, shape (k + 1,)
        Rows by segment; entry 0 counts the rows that are not placed.
    counts
        One int64 array of shape (k + 1, n_raw) per column.
    """

    sizes: NDArray[np.int64]
    counts: Counts

    def __add__(self, other: Tables) -> Tables:
        return Tables(self.sizes + other.sizes, tuple(a + b for a, b in zip(self.counts, other.counts, strict=True)))


@dataclass(frozen=True)
class Assigner:
    """Nearest centroid by look-up.

    A row x lies nearest to the centroid c with the smallest ``constant[c] - 2 x·weights[:, c]``: the row's own square
    is the same for all centroids.

    Attributes
    ----------
    encoder
        Encodes the rows.
    weights : ndarray of float32, shape (n_encoded, k)
        Centroids carried back into the encoded space.
    constant : ndarray of float32, shape (k,)
        Squared length of each centroid, with the centring worked in.
    basis : ndarray of float32, shape (n_encoded, kept)
        Kept components; carries a row to the space in which distances are measured.
    origin : ndarray of float32, shape (kept,)
        The mean row in that space.
    """

    encoder: RowEncoder
    weights: NDArray[np.float32]
    constant: NDArray[np.float32]
    basis: NDArray[np.float32]
    origin: NDArray[np.float32]

    def nearest(self, codes: NDArray[np.int16]) -> NDArray[np.int8]:
        """Return the index of the nearest centroid per row, shape (n_rows,)."""
        return self._nearest(self.encoder.encode(codes))[0]

    def nearest_and_distance(self, codes: NDArray[np.int16]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
        """Return the index of the nearest centroid and the distance to it per row, both of shape (n_rows,)."""
        rows = self.encoder.encode(codes)
        labels, gap = self._nearest(rows)
        points = self.basis.T @ rows.T - self.origin[:, np.newaxis]
        return labels, np.sqrt(np.maximum(np.einsum("ij,ij->j", points, points) + gap, 0.0))

    def _nearest(self, rows: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
        # Centroid by row, so that the minimum and what equals it are taken down whole rows of memory.
        gaps = self.constant[:, np.newaxis] - 2.0 * (self.weights.T @ rows.T)
        smallest = gaps.min(axis=0)
        nearest = gaps == smallest
        if np.count_nonzero(nearest) != len(smallest):  # of equally near centroids the first
            return gaps.argmin(axis=0).astype(np.int8), smallest
        numbers = np.arange(len(gaps), dtype=np.float32)
        return (numbers @ nearest.astype(np.float32)).astype(np.int8), smallest


@dataclass(frozen=True)
class AssignedBlock:
    """Segments of one block's rows, with their tables.

    Attributes
    ----------
    block
        The block file.
    segments : ndarray of int8, shape (n_rows,)
        1..k, or 0 for rows that are not placed.
    distances : ndarray of float32, shape (n_rows,) or (0,)
        Distance to the centroid, NaN for rows that are not placed; empty when it was not asked for.
    tables
        Their counts.
    if_placed : ndarray of int64, shape (k,)
        Rows that are not placed, by the segment nearest to what is known of them.
    """

    block: Block
    segments: NDArray[np.int8]
    distances: NDArray[np.float32]
    tables: Tables
    if_placed: NDArray[np.int64]


def assign(
    engine: LocalEngine,
    side: Side,
    columns: Sequence[CodedColumn],
    assigner: Assigner,
    placement: Placement,
    *,
    distances: bool = False,
) -> Iterator[AssignedBlock]:
    """Assign the rows of each block and tabulate segment x feature x raw code.

    Parameters
    ----------
    columns
        The columns to tabulate; they must include those of the encoder.
    distances
        Whether to measure distances too.
    """
    return engine.map(_placer(engine, columns, assigner, placement, distances=distances), side.blocks)


def assigned_tables(
    engine: LocalEngine, side: Side, columns: Sequence[CodedColumn], assigner: Assigner, placement: Placement
) -> Tables:
    """Tabulate segment x feature x raw code over all rows of a side; the segments of rows stay where they are found.

    Parameters
    ----------
    columns
        As in `assign`.
    """
    place = _placer(engine, columns, assigner, placement, distances=False)
    return engine.reduce(lambda block: place(block).tables, side.blocks, Tables.__add__)


def _placer(
    engine: LocalEngine,
    columns: Sequence[CodedColumn],
    assigner: Assigner,
    placement: Placement,
    *,
    distances: bool,
) -> Callable[[Block], AssignedBlock]:
    """Return the pure function that assigns the rows of a block."""
    wanted = tuple(columns)
    position = {column.name: index for index, column in enumerate(wanted)}
    encoded = [position[column.name] for column in assigner.encoder.columns]
    k = assigner.weights.shape[1]

    def place(block: Block) -> AssignedBlock:
        codes = engine.read(block, wanted)
        segments = np.empty(codes.shape[1], dtype=np.int8)
        away = np.full(codes.shape[1] if distances else 0, np.nan, dtype=np.float32)
        for start in range(0, codes.shape[1], CHUNK_ROWS):
            chunk = slice(start, start + CHUNK_ROWS)
            if distances:
                segments[chunk], away[chunk] = assigner.nearest_and_distance(codes[encoded, chunk])
            else:
                segments[chunk] = assigner.nearest(codes[encoded, chunk])
        placed = placement.placed(block, engine.read)
        apart = np.zeros(len(segments), dtype=np.bool_) if placed is None else ~placed
        if_placed = np.bincount(segments[apart], minlength=k)
        segments += 1
        segments[apart] = 0
        if distances:
            away[apart] = np.nan
        return AssignedBlock(block, segments, away, tabulate(codes, wanted, segments, k), if_placed)

    return place


def tabulate(codes: NDArray[np.int16], columns: Sequence[CodedColumn], segments: NDArray[np.int8], k: int) -> Tables:
    """Count segment x raw code for each column.

    Parameters
    ----------
    codes : ndarray of int16, shape (n_columns, n_rows)
    segments : ndarray of int8, shape (n_rows,)
        0 for rows that are not placed, else 1..k.
    """
    wide = segments.astype(np.int64)
    counts: list[NDArray[np.int64]] = []
    for row, column in zip(codes, columns, strict=True):
        width = len(column.codes)
        counts.append(np.bincount(wide * width + row, minlength=(k + 1) * width).reshape(k + 1, width))
    return Tables(np.bincount(wide, minlength=k + 1), tuple(counts))


def collect_tables(blocks: Iterator[AssignedBlock], each: Callable[[AssignedBlock], None] | None = None) -> Tables:
    """Add the tables of assigned blocks; ``each`` sees every block in order (to write its assignments)."""

    def tables() -> Iterator[Tables]:
        for block in blocks:
            if each is not None:
                each(block)
            yield block.tables

    return tree_reduce(tables(), Tables.__add__)
