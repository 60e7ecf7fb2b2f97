"""The least that any program must do with the two files: read, encode, one XᵀX, one Lloyd pass, write the blocks.

    python -m benchmarks.floor POPULATION CUSTOMERS FOLDER

Columns are read as numbers (what is none counts as missing), z-scored by look-up, and gaps take the mean. There is no
dictionary, no check, no choice and no report. Prints the seconds of each part as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

K = 9
THREADS = 2
_CHUNK = 8_192
_LARGEST = 32_000


def main(population: Path, customers: Path, folder: Path) -> None:
    marks = [("", time.perf_counter())]
    sides = [_read(path) for path in (population, customers)]
    marks.append(("read", time.perf_counter()))
    for number, (names, codes) in enumerate(sides):
        table = pa.table({name: pa.array(_narrow(row)) for name, row in zip(names, codes, strict=True)})
        path = folder / f"{number}.parquet"
        pq.write_table(table, path, compression="lz4", row_group_size=65_536, write_statistics=False)
    marks.append(("write", time.perf_counter()))
    codes = sides[0][1]
    tables = [_scores(row) for row in codes]
    with ThreadPoolExecutor(THREADS) as pool:
        products = sum(pool.map(lambda part: _products(part, tables), _parts(codes)))
        marks.append(("XᵀX", time.perf_counter()))
        centroids = _encoded(codes[:, :K], tables).T.copy()
        sums = sum(pool.map(lambda part: _lloyd(part, tables, centroids), _parts(codes)))
        marks.append(("Lloyd pass", time.perf_counter()))
    spent = {name: round(at - before, 2) for (_, before), (name, at) in pairwise(marks)}
    check = {"trace": float(np.trace(products)), "sums": float(np.sum(sums))}
    print(json.dumps({"rows": codes.shape[1], "columns": len(codes), **check, **spent}))


def _read(path: Path) -> tuple[list[str], NDArray[np.int16]]:
    with path.open("rb") as file:
        first = file.readline().decode()
    delimiter = ";" if first.count(";") > first.count(",") else ","
    names = [name.strip().strip('"') for name in first.strip().split(delimiter)]
    types = {name: pa.dictionary(pa.int32(), pa.string()) for name in names[1:]}
    table = pacsv.read_csv(
        path,
        parse_options=pacsv.ParseOptions(delimiter=delimiter),
        convert_options=pacsv.ConvertOptions(column_types={names[0]: pa.string(), **types}),
    )
    return names[1:], np.stack([_numbers(table.column(name)) for name in names[1:]])


def _numbers(column: pa.ChunkedArray) -> NDArray[np.int16]:
    """Turn text into whole numbers; -1 for what is none."""
    parts = []
    for chunk in column.chunks:
        values = np.array([_number(word) for word in chunk.dictionary.to_pylist()] or [-1], dtype=np.int16)
        parts.append(values[pc.fill_null(chunk.indices, 0).to_numpy(zero_copy_only=False)])
    return np.concatenate(parts)


def _number(word: str | None) -> int:
    try:
        return int(float(word or "")) % _LARGEST
    except (ValueError, OverflowError):
        return -1


def _narrow(row: NDArray[np.int16]) -> NDArray[np.signedinteger]:
    return row.astype(np.int8) if row.max(initial=0) <= np.iinfo(np.int8).max else row


def _scores(row: NDArray[np.int16]) -> NDArray[np.float32]:
    """Look-up from code + 1 to z-score; 0 for missing."""
    known = np.bincount(row.astype(np.int32) + 1)[1:]
    values = np.arange(len(known))
    if known.sum() == 0:
        return np.zeros(1, dtype=np.float32)
    mean = known @ values / known.sum()
    sd = max(float(np.sqrt(known @ (values - mean) ** 2 / known.sum())), 1e-6)
    return np.concatenate([[0.0], (values - mean) / sd]).astype(np.float32)


def _parts(codes: NDArray[np.int16]) -> Iterator[NDArray[np.int16]]:
    return (codes[:, start : start + _CHUNK] for start in range(0, codes.shape[1], _CHUNK))


def _encoded(codes: NDArray[np.int16], tables: list[NDArray[np.float32]]) -> NDArray[np.float32]:
    rows = np.empty(codes.shape, dtype=np.float32)
    for row, table, out in zip(codes, tables, rows, strict=True):
        np.take(table, row.astype(np.intp) + 1, out=out, mode="clip")
    return rows


def _products(codes: NDArray[np.int16], tables: list[NDArray[np.float32]]) -> NDArray[np.float64]:
    rows = _encoded(codes, tables).astype(np.float64)
    return np.asarray(rows @ rows.T)


def _lloyd(
    codes: NDArray[np.int16], tables: list[NDArray[np.float32]], centroids: NDArray[np.float32]
) -> NDArray[np.float32]:
    rows = _encoded(codes, tables)
    gaps = (centroids**2).sum(axis=1)[:, np.newaxis] - 2.0 * centroids @ rows
    members = (np.arange(K)[:, np.newaxis] == gaps.argmin(axis=0)).astype(np.float32)
    return np.asarray(members @ rows.T)


if __name__ == "__main__":
    with threadpool_limits(1):
        main(*map(Path, sys.argv[1:4]))
