"""Which search for k-means is worth its time: inertia above the best known, against processor seconds.

    python -m benchmarks.kmeans_alternatives [--rows 20000] [--seeds 3] [--k 5 8 15 25]

All searches get the same points: a hash sample of the demo population in its kept components. "Best known" is the
lowest inertia that any of them found for that k, in any repetition.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from sklearn.cluster import KMeans, MiniBatchKMeans
from threadpoolctl import threadpool_limits

from reportgen.analysis.kmeans import STARTS, fit_kmeans, lloyd, seed_centroids
from reportgen.analysis.points import Points
from reportgen.analysis.run import analyse
from reportgen.analysis.samples import draw_samples
from reportgen.analysis.settings import Settings
from reportgen.demo.files import write_files
from reportgen.dictionary import read_dictionary
from reportgen.engine.local import LocalEngine
from reportgen.ingest.ingest import IngestRequest, ingest

Search = Callable[[Points, int, int], float]


def sample_points(rows: int) -> Points:
    """Return sampled people of a demo pair in the kept components, as a build makes them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = write_files(folder / "demo", rows + rows // 5, 1, None)
        (folder / "blocks").mkdir()
        table = ingest(
            read_dictionary(files.dictionary),
            IngestRequest(files.population, files.customers, None, "LNR"),
            folder / "blocks",
        )
        engine = LocalEngine(2)
        _, model = analyse(table, Settings(k=2, quick=True), engine)
        sample = draw_samples(engine, table, model.placement, 1).population.first(rows)
    position = {column.name: at for at, column in enumerate(table.columns)}
    codes = sample.codes[[position[column.name] for column in model.encoder.columns]]
    return Points.of(model.components.project_codes(model.encoder, codes))


def _scikit(starts: int) -> Search:
    def search(points: Points, k: int, seed: int) -> float:
        return float(KMeans(k, n_init=starts, random_state=seed).fit(points.rows).inertia_)

    return search


def _mini_batch(points: Points, k: int, seed: int) -> float:
    fit = MiniBatchKMeans(k, n_init=10, random_state=seed, batch_size=4_096).fit(points.rows)
    return points.assign(fit.cluster_centers_.astype(np.float64))[1]


def _plain(starts: int) -> Search:
    """Plain starts through our own Lloyd steps."""

    def search(points: Points, k: int, seed: int) -> float:
        seeds = seed_centroids(points, k, starts, np.random.default_rng(seed))
        return min(lloyd(points, centroids).inertia for centroids in seeds)

    return search


def _ours(starts: int) -> Search:
    def search(points: Points, k: int, seed: int) -> float:
        return fit_kmeans(points, k, starts, np.random.default_rng(seed)).inertia

    return search


SEARCHES: dict[str, Search] = {
    "scikit-learn, 1 start": _scikit(1),
    "scikit-learn, 10 starts": _scikit(10),
    "mini-batch, 10 starts": _mini_batch,
    "plain, 1 start": _plain(1),
    "plain, 10 starts": _plain(10),
    "breathing on groups, 1 start": _ours(1),
    f"breathing on groups, {STARTS} starts": _ours(STARTS),
}


def main() -> None:
    """Print excess and seconds of each search by k."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--k", type=int, nargs="+", default=[5, 8, 15, 25])
    given = parser.parse_args()
    with threadpool_limits(1):
        points = sample_points(given.rows)
        print(
            f"{len(points.rows):,} points in {points.rows.shape[1]} dimensions; mean excess over the best, cpu seconds"
        )
        print(f"{'':<34}" + "".join(f"{f'k = {k}':>18}" for k in given.k))
        found = {
            name: {k: _repeat(search, points, k, given.seeds) for k in given.k} for name, search in SEARCHES.items()
        }
    best = {k: min(inertia for by_k in found.values() for inertia, _ in by_k[k]) for k in given.k}
    for name, by_k in found.items():
        cells = [
            f"{np.mean([inertia for inertia, _ in runs]) / best[k] - 1:>9.3%}{np.median([s for _, s in runs]):>7.2f} s"
            for k, runs in by_k.items()
        ]
        print(f"{name:<34}{''.join(cells)}")


def _repeat(search: Search, points: Points, k: int, seeds: int) -> list[tuple[float, float]]:
    """Return inertia and processor seconds of each repetition."""
    runs = []
    for seed in range(seeds):
        fresh = Points(points.rows, points.squares, points.weights)  # the groups of near rows are part of the search
        began = time.process_time()
        runs.append((search(fresh, k, seed), time.process_time() - began))
    return runs


if __name__ == "__main__":
    main()
