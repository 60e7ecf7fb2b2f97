"""How often the bands of the held-out gains curve cover the true curve, on small pairs of the demo.

As `ranking_bands`, but people come from the generator of the demo: its types differ in how likely they are customers,
so that the curve falls all the way. Each pair is a demo of its own with few rows; the true curve of its ranking comes
from the people of one large demo, each scored by the model of a fold drawn at random. A 95 % band should cover it at 5,
10, 20 and 30 % in 92 to 98 % of the pairs.

    python -m benchmarks.ranking_bands_demo --pairs 200
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from benchmarks.ranking_bands import Judged, judge_rankings, print_covered
from reportgen.analysis.settings import Settings
from reportgen.demo import write_demo
from reportgen.dictionary import read_dictionary
from reportgen.ingest.frozen import FrozenReader
from reportgen.ingest.ingest import IngestRequest, ingest
from reportgen.ingest.reader import ReadOptions, open_reader
from reportgen.ingest.table import CodedTable

_LARGE = 280_000  # rows of the demo that holds the fresh people; about 60,000 of them are customers


def shorten(path: Path, rows: int) -> Path:
    """Keep the first rows of a file."""
    short = path.with_name(f"short-{path.name}")
    with path.open(encoding="utf-8") as old, short.open("w", encoding="utf-8") as new:
        new.writelines(islice(old, rows + 1))
    return short


def fresh_codes(table: CodedTable, paths: tuple[Path, Path]) -> tuple[NDArray[np.int16], NDArray[np.bool_]]:
    """Read fresh people of both sides in the raw codes of a pair, and say who is a customer."""
    readers = [FrozenReader(open_reader(path, ReadOptions()), table.columns, "") for path in paths]
    sides = [np.concatenate([rows.codes for rows in reader.blocks()], axis=1) for reader in readers]
    codes = np.concatenate(sides, axis=1)
    return codes, np.arange(codes.shape[1]) >= sides[0].shape[1]


def simulate(pairs: range, *, rows: int, k: int, fresh: int) -> Iterator[dict[str, Judged]]:
    """Yield for each pair how the bands do, by ranking."""
    dictionary = read_dictionary("azdias")
    with tempfile.TemporaryDirectory() as name:
        large = write_demo(Path(name) / "large", _LARGE, 1_000_003)
        paths = shorten(large.population, fresh), shorten(large.customers, fresh)
        for pair in pairs:
            folder = Path(name) / f"pair-{pair}"
            demo = write_demo(folder, rows, pair)
            blocks = folder / "blocks"
            blocks.mkdir()
            table = ingest(dictionary, IngestRequest(demo.population, demo.customers, id_column="LNR"), blocks)
            codes, customer = fresh_codes(table, paths)
            yield judge_rankings(table, Settings(k=k, k_max=k, seed=pair, quick=True), codes, customer)


def main() -> None:
    """Print the coverage."""
    parser = argparse.ArgumentParser(description="Coverage of the bands of the gains curve, on the demo.")
    parser.add_argument("--pairs", type=int, default=50)
    parser.add_argument("--first", type=int, default=1, help="seed of the first pair")
    parser.add_argument("--rows", type=int, default=8_000, help="rows of the population of each pair")
    parser.add_argument("--fresh", type=int, default=40_000, help="fresh people of each side")
    parser.add_argument("--k", type=int, default=6)
    given = parser.parse_args()
    begin, found = time.perf_counter(), []
    with threadpool_limits(1):
        for judged in simulate(
            range(given.first, given.first + given.pairs), rows=given.rows, k=given.k, fresh=given.fresh
        ):
            found.append(judged)
            if len(found) % 20 == 0:
                print_covered("demo", found, time.perf_counter() - begin)


if __name__ == "__main__":
    main()
