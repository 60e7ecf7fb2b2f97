"""Block files on a disk, or in a store that fsspec opens: their names, and how they are read and written as a whole."""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

Block = Path | str  # a file, or the address of one, such as s3://bucket/folder/population-00000.parquet


def block_at(place: Block, name: str) -> Block:
    """Return the block of a name in a folder or below an address."""
    return place / name if isinstance(place, Path) else f"{place}/{name}"


def block_name(block: Block) -> str:
    """Return the file name of a block."""
    return block.name if isinstance(block, Path) else block.rpartition("/")[2]


def read_block(block: Block, columns: Sequence[str] | None = None) -> pa.Table:
    """Read some columns of a block, by default all; from a store the file comes in one request."""
    source: object = block if isinstance(block, Path) else pa.BufferReader(read_bytes(block))
    return pq.read_table(source, columns=columns if columns is None else list(columns), use_threads=False)


def write_bytes(block: Block, content: bytes) -> str:
    """Put a file in its place as a whole, over what is there, and return its SHA-256.

    A task that runs twice writes the same bytes twice; nobody ever sees half of them.
    """
    if isinstance(block, Path):
        # Aside first: the file may be linked from the cache, where it must stay as it is.
        aside = block.with_suffix(f".{uuid.uuid4().hex}")
        try:
            aside.write_bytes(content)
            aside.replace(block)
        finally:
            aside.unlink(missing_ok=True)
    else:
        from fsspec.core import url_to_fs  # of the extra `dask`

        store, path = url_to_fs(block)
        store.pipe_file(path, content)
    return hashlib.sha256(content).hexdigest()


def remove_all(place: str) -> None:
    """Remove everything below an address."""
    from fsspec.core import url_to_fs

    store, path = url_to_fs(place)
    if store.exists(path):
        store.rm(path, recursive=True)


def table_bytes(block: pa.Table, coded: Sequence[str]) -> bytes:
    """Return a block as a Parquet file.

    Parameters
    ----------
    coded
        Columns of raw codes. Dictionary pages are bit-packed: with a handful of codes a cell takes two or three bits.
    """
    sink = io.BytesIO()
    pq.write_table(
        block, sink, compression="lz4", use_dictionary=list(coded), write_statistics=False, store_schema=False
    )
    return sink.getvalue()


def read_bytes(block: Block) -> bytes:
    """Return a file as it is."""
    if isinstance(block, Path):
        return block.read_bytes()
    from fsspec.core import url_to_fs

    store, path = url_to_fs(block)
    content: bytes = store.cat_file(path)
    return content


def remove_block(block: Block) -> None:
    """Remove a file, if it is there."""
    if isinstance(block, Path):
        block.unlink(missing_ok=True)
        return
    from fsspec.core import url_to_fs

    store, path = url_to_fs(block)
    if store.exists(path):
        store.rm_file(path)
