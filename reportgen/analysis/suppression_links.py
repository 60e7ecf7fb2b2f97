"""Columns that are functions of one another: the levels of the coarse one are made of levels of the fine one.

Tables of such columns share margins: a rough family type is the sum of its fine types, so a count that is held back in
one table may follow from the other. Candidates are found on the sample and confirmed on every row of the population.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reportgen.engine.local import LocalEngine
from reportgen.ingest.block_files import Block
from reportgen.ingest.table import CodedColumn, Side

_FIRST_LOOK = 500  # sampled rows that rule out most pairs


@dataclass(frozen=True)
class LevelLink:
    """One column as a function of another.

    Attributes
    ----------
    fine, coarse
        Positions of the columns.
    part_of : ndarray of int64, shape (n_levels of the fine column + 1,)
        Level of the coarse column by level of the fine one; the last entry, and as a level the number of levels, stand
        for "without a known value". -1 for a level that no row has.
    """

    fine: int
    coarse: int
    part_of: NDArray[np.int64]


def level_by_code(column: CodedColumn) -> NDArray[np.int64]:
    """Return the printable level by raw code, the number of levels for codes without a known value."""
    return np.where(column.level_of < 0, len(column.levels), column.level_of).astype(np.int64)


def find_links(
    engine: LocalEngine, sides: Sequence[Side], columns: Sequence[CodedColumn], codes: NDArray[np.int16]
) -> tuple[LevelLink, ...]:
    """Find every pair of columns of which one is a function of the other.

    Parameters
    ----------
    sides
        Files in which it must hold: in the first one throughout, in the others as far as a level occurs there alone.
    codes : ndarray of int16, shape (n_columns, n_rows)
        Raw codes of sampled rows, low-information ones included.

    Returns
    -------
    tuple of LevelLink
        Columns with a single level are functions of any other and are passed over.
    """
    levels = [level_by_code(column)[row] for column, row in zip(columns, codes, strict=True)]
    pairs = [
        (fine, coarse)
        for fine in range(len(columns))
        for coarse in range(len(columns))
        if fine != coarse and _is_function(levels[fine][:_FIRST_LOOK], levels[coarse][:_FIRST_LOOK])
    ]
    pairs = [(f, c) for f, c in pairs if _is_function(levels[f], levels[c]) and len(np.unique(levels[c])) > 1]
    if not pairs:
        return ()
    joint = [_count_pairs(engine, side, columns, pairs) for side in sides]
    links = []
    for number, (fine, coarse) in enumerate(pairs):
        part_of = _part_of([by_pair[number] for by_pair in joint])
        if part_of is not None:
            links.append(LevelLink(fine, coarse, part_of))
    return tuple(links)


def _is_function(fine: NDArray[np.int64], coarse: NDArray[np.int64]) -> bool:
    width = int(coarse.max(initial=0)) + 1
    together = np.bincount(fine * width + coarse)
    return int((together > 0).sum()) == int((np.bincount(fine) > 0).sum())


def _count_pairs(
    engine: LocalEngine, side: Side, columns: Sequence[CodedColumn], pairs: Sequence[tuple[int, int]]
) -> list[NDArray[np.int64]]:
    """Count level x level of each pair over all rows of a side."""
    wanted = sorted({position for pair in pairs for position in pair})
    place = {position: row for row, position in enumerate(wanted)}
    read = tuple(columns[position] for position in wanted)
    tables = [level_by_code(column) for column in read]
    widths = [len(column.levels) + 1 for column in read]

    def count(block: Block) -> list[NDArray[np.int64]]:
        codes = engine.read(block, read)
        levels = [table[row] for table, row in zip(tables, codes, strict=True)]
        return [
            np.bincount(
                levels[place[f]] * widths[place[c]] + levels[place[c]], minlength=widths[place[f]] * widths[place[c]]
            ).reshape(widths[place[f]], widths[place[c]])
            for f, c in pairs
        ]

    return engine.reduce(count, side.blocks, lambda a, b: [one + other for one, other in zip(a, b, strict=True)])


def _part_of(joint: Sequence[NDArray[np.int64]]) -> NDArray[np.int64] | None:
    """Return the coarse level by fine level, None when the first side has a fine level in two coarse ones."""
    if ((joint[0] > 0).sum(axis=1) > 1).any():
        return None
    part_of = np.full(len(joint[0]), -1, dtype=np.int64)
    for table in joint:
        fresh = (part_of < 0) & (table > 0).any(axis=1)
        part_of[fresh] = table[fresh].argmax(axis=1)
    return part_of
