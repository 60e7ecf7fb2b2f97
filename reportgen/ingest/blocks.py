"""Rows re-cut into blocks of a fixed size, and blocks written as small Parquet files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reportgen.ingest import table
from reportgen.ingest.block_files import Block, read_block, table_bytes, write_bytes
from reportgen.ingest.table import HASH_COLUMN, ID_COLUMN, SideName

_WRITES_AHEAD = 2


@dataclass(frozen=True)
class CodedRows:
    """Some rows in coded form.

    Attributes
    ----------
    raw
        Provisional raw codes by column, each of shape (n_rows,).
    hashes : ndarray of uint64, shape (n_rows,)
        Hash of each row's id.
    ids
        Arrow array of strings.
    """

    raw: Mapping[str, NDArray[np.int32]]
    hashes: NDArray[np.uint64]
    ids: pa.Array

    def pick(self, chosen: NDArray[np.bool_]) -> CodedRows:
        """Return the rows where ``chosen``, shape (n_rows,), is true."""
        raw = {name: codes[chosen] for name, codes in self.raw.items()}
        return CodedRows(raw, self.hashes[chosen], self.ids.filter(pa.array(chosen)))

    def cut(self, start: int, stop: int) -> CodedRows:
        """Return the rows from ``start`` to before ``stop``."""
        raw = {name: codes[start:stop] for name, codes in self.raw.items()}
        return CodedRows(raw, self.hashes[start:stop], self.ids.slice(start, stop - start))

    def __len__(self) -> int:
        return len(self.hashes)


def recut(batches: Iterable[pa.RecordBatch], size: int | None = None) -> Iterator[list[pa.RecordBatch]]:
    """Yield lists of slices that hold exactly ``size`` rows together, ``BLOCK_ROWS`` by default, the last one fewer."""
    held: list[pa.RecordBatch] = []
    wanted = size = size or table.BLOCK_ROWS
    for batch in batches:
        start = 0
        while batch.num_rows - start >= wanted:
            held.append(batch.slice(start, wanted))
            yield held
            start += wanted
            held, wanted = [], size
        if start < batch.num_rows:
            held.append(batch.slice(start))
            wanted -= batch.num_rows - start
    if held:
        yield held


def block_file(side: SideName, number: int) -> str:
    """Return the file name of a block."""
    return f"{side}-{number:05}.parquet"


class BlockWriter:
    """Writes the rows of one side as blocks of ``BLOCK_ROWS`` rows, in a thread of its own.

    Use it as a context manager; ``blocks`` and ``rows`` are complete after `finish`.
    """

    def __init__(self, folder: Path, side: SideName) -> None:
        self._folder, self._side = folder, side
        self._pool = ThreadPoolExecutor(1)
        self._pending: list[Future[str]] = []
        self._held: list[CodedRows] = []
        self._size = table.BLOCK_ROWS
        self.blocks: list[Path] = []
        self.rows = 0

    def __enter__(self) -> BlockWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def add(self, rows: CodedRows) -> None:
        """Take rows and write every block that is full."""
        self.rows += len(rows)
        self._held.append(rows)
        if sum(map(len, self._held)) < self._size:
            return
        joined = join_rows(self._held)
        start = 0
        while len(joined) - start >= self._size:
            self._submit(joined.cut(start, start + self._size))
            start += self._size
        self._held = [joined.cut(start, len(joined))] if start < len(joined) else []

    def finish(self) -> None:
        """Write what is left and wait for the last file."""
        if self._held:
            self._submit(join_rows(self._held))
            self._held = []
        for future in self._pending:
            future.result()
        self._pending = []

    def _submit(self, rows: CodedRows) -> None:
        path = self._folder / block_file(self._side, len(self.blocks))
        self.blocks.append(path)
        self._pending.append(self._pool.submit(write_block, path, rows))
        while len(self._pending) > _WRITES_AHEAD:
            self._pending.pop(0).result()


def write_block(block: Block, rows: CodedRows) -> str:
    """Write one block, each column in the narrowest integers that hold it, and return its SHA-256."""
    arrays = {name: pa.array(_narrow(codes)) for name, codes in rows.raw.items()}
    return _write(block, pa.table({**arrays, HASH_COLUMN: pa.array(rows.hashes), ID_COLUMN: rows.ids}))


def rewrite_block(block: Block, final: Mapping[str, NDArray[np.int32]]) -> str:
    """Replace provisional raw codes by final ones in a finished block, and return its SHA-256.

    Parameters
    ----------
    final
        Final raw code by provisional one, for the columns that need it.
    """
    content = read_block(block)
    for name, mapping in final.items():
        at = content.schema.names.index(name)
        content = content.set_column(at, name, pa.array(_narrow(mapping[content.column(at).to_numpy()])))
    return _write(block, content)


def rewrite_blocks(
    blocks: Iterable[Block], final: Mapping[str, NDArray[np.int32]], wrote: Callable[[], None] = lambda: None
) -> None:
    """Rewrite blocks one after the other, see `rewrite_block`.

    Parameters
    ----------
    wrote
        Called after each block.
    """
    for block in blocks:
        rewrite_block(block, final)
        wrote()


def _write(block: Block, content: pa.Table) -> str:
    coded = [name for name in content.schema.names if name not in (HASH_COLUMN, ID_COLUMN)]
    return write_bytes(block, table_bytes(content, coded))


def _narrow(codes: NDArray[np.int32]) -> NDArray[np.signedinteger]:
    largest = int(codes.max(initial=0))
    if largest <= np.iinfo(np.int8).max:
        return codes.astype(np.int8)
    return codes.astype(np.int16) if largest <= np.iinfo(np.int16).max else codes


def join_rows(parts: list[CodedRows]) -> CodedRows:
    """Return the rows of at least one part, one after the other."""
    if len(parts) == 1:
        return parts[0]
    raw = {name: np.concatenate([part.raw[name] for part in parts]) for name in parts[0].raw}
    hashes = np.concatenate([part.hashes for part in parts])
    return CodedRows(raw, hashes, pa.concat_arrays([part.ids for part in parts]))
