"""The pass that draws rows by the hash of their id: several samples in one read of the codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reportgen.engine.local import LocalEngine
from reportgen.engine.passes import Placement
from reportgen.ingest.block_files import Block
from reportgen.ingest.table import CodedColumn, Side, read_hashes


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


def draw_samples(
    engine: LocalEngine,
    side: Side,
    columns: Sequence[CodedColumn],
    wanted: Sequence[tuple[Placement, int]],
    seed: int,
) -> tuple[SampleRows, ...]:
    """Draw the placed rows with the smallest seeded hashes of their ids.

    A sample depends on ids and seed alone, not on row order, blocks or threads. The hashes are read first; codes are
    kept only of rows that are drawn in the end, so memory does not grow with the number of blocks.

    Parameters
    ----------
    wanted
        For each sample, which rows are placed and how many of them to draw at most.
    """

    def placed_rows(block: Block) -> tuple[NDArray[np.uint64], list[NDArray[np.bool_]]]:
        hashes = mix_hash(read_hashes(block), seed)
        masks = [placement.placed(block, engine.read) for placement, _ in wanted]
        return hashes, [np.ones(len(hashes), dtype=np.bool_) if mask is None else mask for mask in masks]

    def smallest(block: Block) -> list[NDArray[np.uint64]]:
        hashes, masks = placed_rows(block)
        return [_smallest(hashes[mask], most) for mask, (_, most) in zip(masks, wanted, strict=True)]

    def merge(first: list[NDArray[np.uint64]], second: list[NDArray[np.uint64]]) -> list[NDArray[np.uint64]]:
        return [
            _smallest(np.concatenate([one, other]), most)
            for one, other, (_, most) in zip(first, second, wanted, strict=True)
        ]

    drawn = engine.reduce(smallest, side.blocks, merge)

    def pick(block: Block) -> list[SampleRows]:
        codes = engine.read(block, columns)
        hashes, masks = placed_rows(block)
        chosen = [mask & (hashes <= found.max(initial=0)) for mask, found in zip(masks, drawn, strict=True)]
        return [SampleRows(hashes[mask], codes[:, mask]) for mask in chosen]

    parts = list(engine.map(pick, side.blocks))
    return tuple(_joined([part[at] for part in parts]).smallest(most) for at, (_, most) in enumerate(wanted))


def _smallest(hashes: NDArray[np.uint64], most: int) -> NDArray[np.uint64]:
    return hashes if len(hashes) <= most else np.partition(hashes, most - 1)[:most]


def _joined(parts: Sequence[SampleRows]) -> SampleRows:
    return SampleRows(
        np.concatenate([part.hashes for part in parts]), np.concatenate([part.codes for part in parts], axis=1)
    )


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
