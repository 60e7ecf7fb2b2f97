"""Coded columns, sides and tables made by hand, without files that were read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import ArrayLike, NDArray

from reportgen.analysis.aspects import Aspect, aspects_of
from reportgen.dictionary import Feature, Kind, as_number
from reportgen.ingest.source import Source
from reportgen.ingest.table import (
    HASH_COLUMN,
    ID_COLUMN,
    CodedColumn,
    Level,
    Side,
    SideName,
    Status,
)


def coded_column(
    name: str,
    codes: Sequence[str],
    kind: Kind = Kind.ORDINAL,
    *,
    missing: Collection[str] = (),
    unknown: Collection[str] = (),
    levels: Sequence[str] | None = None,
    **feature: Any,
) -> CodedColumn:
    """Make a column; "" is blank, and levels are the values in numeric order unless they are given."""
    declared = Feature(name, "person", kind, frozenset(missing), **{"label": name, **feature})
    status = np.array(
        [
            Status.BLANK
            if not code
            else Status.CODED
            if code in missing
            else Status.UNKNOWN
            if code in unknown
            else Status.VALUE
            for code in codes
        ],
        dtype=np.int8,
    )
    numbers = [as_number(code) for code in codes]
    values = np.array([np.nan if number is None else number for number in numbers], dtype=np.float64)
    values[status != Status.VALUE] = np.nan
    known = [code for code, state in zip(codes, status, strict=True) if state == Status.VALUE]
    order = list(levels) if levels is not None else sorted(known, key=lambda code: (as_number(code) or 0.0, code))
    printed = [Level(code, declared.values.get(code, code)) for code in order]
    level_of = np.array([order.index(code) if code in order else -1 for code in codes], dtype=np.int16)
    if unknown:
        level_of[status == Status.UNKNOWN] = len(printed)
        printed.append(Level("other", "other"))
    return CodedColumn(declared, tuple(codes), status, values, tuple(printed), level_of, {})


def aspect_of(column: CodedColumn, kind: Kind | None = None, position: int = 0) -> Aspect:
    """Return the only aspect of a column."""
    (aspect,) = aspects_of(column, position, kind or column.feature.kind)
    return aspect


def ints(values: ArrayLike) -> NDArray[np.int64]:
    """Return whole numbers as an array."""
    return np.asarray(values, dtype=np.int64)


def floats(values: ArrayLike) -> NDArray[np.float64]:
    """Return numbers as an array."""
    return np.asarray(values, dtype=np.float64)


def raw(values: ArrayLike) -> NDArray[np.int16]:
    """Return raw codes, one row per column."""
    return np.asarray(values, dtype=np.int16)


def write_side(
    folder: Path,
    columns: Sequence[CodedColumn],
    codes: NDArray[np.int16],
    *,
    name: SideName = "population",
    block_rows: int = 1_000,
    hashes: NDArray[np.uint64] | None = None,
) -> Side:
    """Write rows as block files; ``codes`` has shape (n_columns, n_rows)."""
    rows = codes.shape[1]
    keys = np.arange(rows, dtype=np.uint64) if hashes is None else hashes
    folder.mkdir(parents=True, exist_ok=True)
    blocks = []
    for number, start in enumerate(range(0, rows, block_rows)):
        part = slice(start, start + block_rows)
        arrays: dict[str, Any] = {column.name: codes[at, part] for at, column in enumerate(columns)}
        arrays |= {HASH_COLUMN: keys[part], ID_COLUMN: [str(key) for key in keys[part]]}
        blocks.append(folder / f"{name}-{number:05d}.parquet")
        pq.write_table(pa.table(arrays), blocks[-1])
    return Side(name, tuple(blocks), rows, Source("made.csv", 0, "", 0, "utf-8", ";"))


def split_sizes(rows: int, cuts: Sequence[int]) -> list[slice]:
    """Cut ``rows`` rows at some places."""
    edges = [0, *sorted({min(max(cut, 0), rows) for cut in cuts} - {0, rows}), rows]
    return [slice(a, b) for a, b in pairwise(edges)]
