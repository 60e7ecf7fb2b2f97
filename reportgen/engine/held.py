"""Blocks that stay in memory between passes, so that later passes need not decode them again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from reportgen.ingest.block_files import Block
from reportgen.ingest.table import CodedColumn, read_codes

Reader = Callable[[Block, Sequence[CodedColumn]], NDArray[np.int16]]


class HeldBlocks:
    """Decoded columns of the blocks that were read first, up to a limit; all others are read from their file each time.

    The limit keeps memory independent of the number of rows. What is returned is the same either way.

    Parameters
    ----------
    most_bytes
        Bytes to hold; 0 holds nothing.
    """

    def __init__(self, most_bytes: int = 0) -> None:
        self._most = most_bytes
        self._used = 0
        self._lock = threading.Lock()
        self._rows: dict[Block, dict[str, NDArray[np.signedinteger]]] = {}

    def read(self, block: Block, columns: Sequence[CodedColumn]) -> NDArray[np.int16]:
        """Return the raw codes of some columns of a block, as ``ingest.table.read_codes`` does."""
        if self._most == 0:
            return read_codes(block, columns)
        held = self._rows.get(block, {})
        absent = [column for column in columns if column.name not in held]
        if absent:
            fresh = read_codes(block, absent)
            self._hold(block, absent, fresh)
            if len(absent) == len(columns):
                return fresh
            held = held | {column.name: row for column, row in zip(absent, fresh, strict=True)}
        codes = np.empty((len(columns), len(held[columns[0].name]) if columns else 0), dtype=np.int16)
        for at, column in enumerate(columns):
            codes[at] = held[column.name]
        return codes

    def _hold(self, block: Block, columns: Sequence[CodedColumn], codes: NDArray[np.int16]) -> None:
        rows = {
            column.name: row.astype(np.int8 if len(column.codes) <= np.iinfo(np.int8).max else np.int16)
            for column, row in zip(columns, codes, strict=True)
        }
        size = sum(row.nbytes for row in rows.values())
        with self._lock:
            if self._used + size <= self._most:
                self._used += size
                self._rows[block] = self._rows.get(block, {}) | rows
