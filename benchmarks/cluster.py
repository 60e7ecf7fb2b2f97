"""What the Dask engine costs: seconds and processor seconds of the read and of a Lloyd pass, and bytes that travel.

    python -m benchmarks.cluster CONFIG --workers 1 2

Starts a cluster on this machine for each number of workers, reads the files of a configuration with it, fits an
encoder and runs Lloyd passes from random centroids. Prints a table; nothing is kept.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import cloudpickle
import numpy as np
from threadpoolctl import threadpool_limits

from reportgen.analysis.dimensions import find_dimensions
from reportgen.analysis.screening import screen
from reportgen.analysis.segmentation import make_assigner
from reportgen.cache.fingerprint import analysis_version
from reportgen.cache.stages import UNKEPT
from reportgen.config import load_config
from reportgen.dictionary import read_dictionary
from reportgen.engine.assignment import assigned_tables
from reportgen.engine.cluster import ClusterEngine
from reportgen.engine.cluster_open import open_cluster
from reportgen.ingest.crew import Crew
from reportgen.ingest.ingest import IngestRequest, ingest

K, PASSES = 9, 5


def _cpu() -> float:
    times = os.times()
    return times.user + times.system


class _Clock:
    """Wall seconds, and processor seconds of the workers and of this process."""

    def __init__(self, engine: ClusterEngine) -> None:
        self.engine = engine
        self.restart()

    def restart(self) -> None:
        self.wall, self.here, self.there = time.perf_counter(), _cpu(), self._workers()

    def read(self) -> tuple[float, float, float]:
        return time.perf_counter() - self.wall, self._workers() - self.there, _cpu() - self.here

    def _workers(self) -> float:
        assert self.engine.client is not None
        return float(sum(self.engine.client.run(_cpu).values()))


def measure(config_file: Path, workers: int) -> None:
    config = load_config(config_file, {}, {}, Path.cwd())
    dictionary = read_dictionary(config.inputs.dictionary)
    with tempfile.TemporaryDirectory(prefix="reportgen-") as folder:
        blocks, scratch = Path(folder) / "blocks", Path(folder) / "scratch"
        blocks.mkdir()
        scratch.mkdir()
        with open_cluster(None, workers, scratch, analysis_version) as engine:
            clock = _Clock(engine)
            request = IngestRequest(config.inputs.population, config.inputs.customers, None, config.inputs.id)
            table = ingest(dictionary, request, blocks, crew=Crew(engine, blocks))
            rows = table.population.rows + table.customers.rows
            _tell(workers, "read", rows, *clock.read())
            clock.restart()
            data, placement, _ = screen(table, engine, max_missing=0.3, given_threshold=None, twin_limit=0.95, seed=1)
            space = find_dimensions(data, engine, placement, UNKEPT, None, min_explained=0.8, on_components=True)
            _tell(workers, "counts, sample, XᵀX", rows, *clock.read())
            centroids = np.random.default_rng(1).normal(size=(K, space.components.kept))
            assigner = make_assigner(space.shown, space.components, centroids)
            side, shown = table.population, placement.among(table.population_columns)
            clock.restart()
            for _ in range(PASSES):
                tables = assigned_tables(engine, side, space.shown.columns, assigner, shown)
            wall, there, here = clock.read()
            _tell(workers, "one Lloyd pass", side.rows, wall / PASSES, there / PASSES, here / PASSES)
            codes = sum(table.shape[1] for table in tables.counts)
            sent = len(cloudpickle.dumps((assigner, shown)))
            came = len(cloudpickle.dumps(tables))
            size = sum(Path(block).stat().st_size for block in (*table.population.blocks, *table.customers.blocks))
            print(
                f"{len(side.blocks)} blocks of {size / rows:.1f} bytes per row; a pass sends {sent:,} bytes to each "
                f"worker and a task answers with {came:,}: {K} + 1 segments x {codes} raw codes x 8 bytes"
            )


def _tell(workers: int, what: str, rows: int, wall: float, there: float, here: float) -> None:
    each = 1e6 / rows
    print(
        f"{workers} workers | {what} | {wall:.2f} s | workers {there:.2f} CPU s "
        f"({there * each:.2f} per million rows) | driver {here:.2f} CPU s"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", type=Path)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    given = parser.parse_args(arguments)
    with threadpool_limits(1):
        for workers in given.workers:
            measure(given.config, workers)


if __name__ == "__main__":
    main()
