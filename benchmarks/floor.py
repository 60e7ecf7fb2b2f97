"""The least that any program must do with the two files: read, encode, one XᵀX, one Lloyd pass, write the blocks.

    python benchmarks/floor.py POPULATION CUSTOMERS FOLDER

Columns are read as numbers (what is not one counts as missing), z-scored, and gaps take the mean. There is no
dictionary, no check, no choice and no report. Prints the seconds of each part as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

K = 9
_CHUNK = 8_192


def main(population: Path, customers: Path, folder: Path) -> None:
    marks = {"start": time.perf_counter()}
    sides = [_read(path) for path in (population, customers)]
    marks["read"] = time.perf_counter()
    for number, (names, codes) in enumerate(sides):
        table = pa.table({name: pa.array(row) for name, row in zip(names, codes, strict=True)})
        pq.write_table(table, folder / f"{number}.parquet", compression="lz4", row_group_size=65_536)
    marks["write"] = time.perf_counter()
    codes = sides[0][1]
    mean, sd = _moments(codes)
    products = np.zeros((len(codes), len(codes)))
    for rows in _encoded(codes, mean, sd):
        products += rows @ rows.T
    marks["XᵀX"] = time.perf_counter()
    _lloyd(codes, mean, sd)
    marks["Lloyd pass"] = time.perf_counter()
    names = list(marks)
    spent = {name: round(marks[name] - marks[before], 2) for before, name in zip(names, names[1:], strict=False)}
    print(json.dumps({"rows": codes.shape[1], "columns": len(codes), "trace": float(np.trace(products)), **spent}))


def _read(path: Path) -> tuple[list[str], NDArray[np.int16]]:
    with path.open("rb") as file:
        first = file.readline().decode()
    delimiter = ";" if first.count(";") > first.count(",") else ","
    names = [name.strip().strip('"') for name in first.strip().split(delimiter)]
    text = {name: pa.dictionary(pa.int32(), pa.string()) for name in names[1:]}
    table = pacsv.read_csv(
        path,
        parse_options=pacsv.ParseOptions(delimiter=delimiter),
        convert_options=pacsv.ConvertOptions(column_types={names[0]: pa.string(), **text}),
    )
    codes = np.empty((len(names) - 1, table.num_rows), dtype=np.int16)
    for at, name in enumerate(names[1:]):
        codes[at] = _numbers(table.column(name))
    return names[1:], codes


def _numbers(column: pa.ChunkedArray) -> NDArray[np.int16]:
    """Turn text into whole numbers; -1 for what is none."""
    parts = []
    for chunk in column.chunks:
        words = chunk.dictionary.to_pylist()
        values = np.array([_number(word) for word in words] or [-1], dtype=np.int16)
        parts.append(values[pc.fill_null(chunk.indices, 0).to_numpy(zero_copy_only=False)])
    return np.concatenate(parts)


def _number(word: str | None) -> int:
    try:
        return int(float(word or "")) % 32_000
    except (ValueError, OverflowError):
        return -1


def _moments(codes: NDArray[np.int16]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    counts = [np.bincount(row + np.int32(1)) for row in codes]
    mean, sd = np.zeros(len(codes), np.float32), np.ones(len(codes), np.float32)
    for at, count in enumerate(counts):
        values, known = np.arange(len(count) - 1), count[1:]
        if known.sum():
            mean[at] = known @ values / known.sum()
            sd[at] = max(np.sqrt(known @ (values - mean[at]) ** 2 / known.sum()), 1e-3)
    return mean, sd


def _encoded(codes: NDArray[np.int16], mean: NDArray[np.float32], sd: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    def part(start: int) -> NDArray[np.float32]:
        some = codes[:, start : start + _CHUNK]
        rows = (some - mean[:, np.newaxis]) / sd[:, np.newaxis]
        rows[some < 0] = 0.0
        return np.asarray(rows, dtype=np.float32)

    return map(part, range(0, codes.shape[1], _CHUNK))  # type: ignore[return-value]


def _lloyd(codes: NDArray[np.int16], mean: NDArray[np.float32], sd: NDArray[np.float32]) -> None:
    centroids: NDArray[np.float32] | None = None
    sums = np.zeros((K, len(codes)))
    for rows in _encoded(codes, mean, sd):
        if centroids is None:
            centroids = rows[:, :K].T.copy()
        gaps = (centroids**2).sum(axis=1)[:, np.newaxis] - 2.0 * centroids @ rows
        members = (np.arange(K)[:, np.newaxis] == gaps.argmin(axis=0)).astype(np.float32)
        sums += members @ rows.T


if __name__ == "__main__":
    with threadpool_limits(2):
        main(*map(Path, sys.argv[1:4]))
