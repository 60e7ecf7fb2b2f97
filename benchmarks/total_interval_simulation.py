"""Does ``interval_total`` cover what ``interval_sampling`` does not: that other people would have given other segments?

On one correlated cloud there are no types. k-means cuts it all the same, and another sample is cut elsewhere. As the
sample grows, the cut settles: the *limit solution* is k-means on a very large draw. An honest interval covers the index
of the limit segment that a published segment is an estimate of. People have six correlated features; customers are like
the population but moved by 2 along the first principal axis.

A normal cloud is symmetric, so the mirror image of a limit solution is one too; the one that shares most with the
published solution is meant, and segments are matched one to one by Jaccard similarity (Hungarian method).

On clear types the limit solution is the types, and the total interval should be hardly wider than the other.

Lines ``cloud`` and ``types`` use the steps of the analysis on numbers. Line ``coded`` sends a cloud with one strong
axis through the whole analysis, as files of codes: there every file estimates encoder and components anew, which refits
within a file do not show.

    python -m benchmarks.total_interval_simulation [--quick]
"""

from __future__ import annotations

import argparse
import math
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from threadpoolctl import threadpool_limits

from benchmarks.people import Run, World, assign_levels, draw_files, run_pair
from reportgen.analysis.agreement import contingency, jaccard
from reportgen.analysis.comparison import GroupCounts, sampling_interval
from reportgen.analysis.kmeans import STARTS, fit_kmeans
from reportgen.analysis.null_clouds import NormalCloud
from reportgen.analysis.points import Points
from reportgen.analysis.scan import Replicates, scan_k
from reportgen.analysis.settings import Settings
from reportgen.analysis.spread import Spread, measure_spread
from reportgen.analysis.verdicts import total_error
from reportgen.dictionary import Kind
from reportgen.engine.local import LocalEngine

PAIRS_OF_REFITS = 20  # those of the short list
_LIMIT_ROWS, _COMMON_ROWS = 300_000, 50_000
_MIRRORED = 3  # axes whose sign matters for who is in a segment


@dataclass(frozen=True)
class Generator:
    """Draws people: normal around the mean of their type, with variances along the principal axes.

    Attributes
    ----------
    variances : ndarray of float64, shape (n_axes,)
        Within a type.
    means : ndarray of float64, shape (n_types, n_axes)
    population_shares, customer_shares : ndarray of float64, shape (n_types,)
    shift
        How far customers are moved along the first axis.
    """

    variances: NDArray[np.float64]
    means: NDArray[np.float64]
    population_shares: NDArray[np.float64]
    customer_shares: NDArray[np.float64]
    shift: float

    def draw(self, random: np.random.Generator, rows: int, *, customers: bool) -> Points:
        """Draw one side."""
        shares = self.customer_shares if customers else self.population_shares
        types = random.choice(len(shares), rows, p=shares)
        people = self.means[types] + random.standard_normal((rows, len(self.variances))) * np.sqrt(self.variances)
        people[:, 0] += self.shift * customers
        return Points.of(people)


def correlated_cloud() -> Generator:
    """One cloud; its features correlate by up to 0.6, which shows as unequal variances along the axes."""
    variances = np.array([3.0, 2.0, 1.5, 1.0, 0.7, 0.5])
    return Generator(variances, np.zeros((1, 6)), np.ones(1), np.ones(1), 2.0)


def clear_types(k: int) -> Generator:
    """Types at least 4 standard deviations apart, one customers' share high and one low."""
    corners = np.array(list(product((-2.0, 2.0), repeat=3)))[[0, 7, 3, 4, 5, 2]][:k]
    means = np.hstack([corners, np.zeros((k, 3))])
    customers = np.linspace(2.0, 0.4, k)
    return Generator(np.ones(6), means, np.full(k, 1 / k), customers / customers.sum(), 0.0)


@dataclass(frozen=True)
class Limit:
    """A limit solution: its centroids and the index of each of its segments."""

    centroids: NDArray[np.float64]
    index: NDArray[np.float64]


def limit_solutions(world: Generator, k: int, seed: int) -> list[Limit]:
    """Solve a very large draw, and mirror the solution of one cloud at its axes."""
    random = np.random.default_rng([seed, k, 0])
    people, customers = (world.draw(random, _LIMIT_ROWS, customers=side) for side in (False, True))
    centroids = fit_kmeans(people, k, STARTS, random).centroids
    found = []
    for signs in product((1.0, -1.0), repeat=_MIRRORED) if len(world.means) == 1 else [(1.0,) * _MIRRORED]:
        mirrored = centroids.copy()
        mirrored[:, :_MIRRORED] *= np.array(signs)
        n, c = (np.bincount(side.nearest(mirrored), minlength=k) for side in (people, customers))
        found.append(Limit(mirrored, 100.0 * (c / c.sum()) / (n / n.sum())))
    return found


@dataclass(frozen=True)
class Covered:
    """One published segment.

    Attributes
    ----------
    sampling, total
        Whether the interval covers the index of the matching limit segment; ``total`` None when it was not given.
    similarity
        Jaccard similarity of the two segments.
    jaccard
        Mean Jaccard similarity over refits, which makes the badge.
    ratio
        Width of the total over that of the sampling interval, on the log scale.
    """

    sampling: bool
    total: bool | None
    similarity: float
    jaccard: float
    ratio: float | None


def simulate(
    world: Generator, k: int, rows: int, pairs: int, *, seed: int = 1, customers: float = 0.5
) -> Iterator[list[Covered]]:
    """Yield the segments of each pair of files: fitted and refitted as in the analysis, with m = n."""
    limits = limit_solutions(world, k, seed)
    common = world.draw(np.random.default_rng([seed, k, 1]), _COMMON_ROWS, customers=False)
    of_limits = [common.nearest(limit.centroids) for limit in limits]
    for pair in range(pairs):
        random = np.random.default_rng([seed, k, rows, 2 + pair])
        people = world.draw(random, rows, customers=False)
        theirs = world.draw(random, round(customers * rows), customers=True)
        null, replicates = NormalCloud(world.variances), Replicates(PAIRS_OF_REFITS, PAIRS_OF_REFITS, 1)
        (found,) = scan_k(LocalEngine(1), people, null, [k], pair + 1, replicates)
        published = found.fit.centroids
        spread = measure_spread(published, found.refits, people, theirs, rows)
        sizes = tuple(np.bincount(side.nearest(published), minlength=k) for side in (people, theirs))
        yield covered(spread, sizes, *_match(common.nearest(published), of_limits, [x.index for x in limits], k))


def covered(
    spread: Spread,
    sizes: Sequence[NDArray[np.int64]],
    truth: NDArray[np.float64],
    similarity: NDArray[np.float64],
) -> list[Covered]:
    """Say for every published segment whether its intervals cover the truth; ``sizes`` are population and customers."""
    n, c = sizes
    found = []
    for segment, true in enumerate(truth.tolist()):
        group = GroupCounts(int(c[segment]), int(c.sum()), int(n[segment]), int(n.sum()))
        error, sampling = total_error(group, spread.log_sd([segment + 1])), sampling_interval(group)
        if sampling is None:
            continue
        found.append(
            Covered(
                sampling[0] <= true <= sampling[1],
                None if error is None else error.interval[0] <= true <= error.interval[1],
                float(similarity[segment]),
                float(spread.best_match[:, segment].mean()),
                None if error is None else math.sqrt(error.variance / group.log_variance()),
            )
        )
    return found


def coded_world() -> World:
    """Twelve scales in fifths that share one strong trait and one weak one; customers are moved along the first."""
    random = np.random.default_rng(12)
    loadings = np.column_stack([random.uniform(0.7, 1.1, 12), 0.5 * random.standard_normal(12)])
    one = np.ones(1)
    world = World((Kind.ORDINAL,) * 12, (np.zeros(0),) * 12, loadings, np.zeros((1, 2)), one, one, 1.0, 0.7, (1.0, 0.0))
    scores = world.scores(random, np.zeros(_COMMON_ROWS, dtype=np.int64))
    return world.cut_at(tuple(np.quantile(column, (0.2, 0.4, 0.6, 0.8)) for column in scores.T))


def simulate_coded(k: int, rows: int, pairs: int, *, seed: int = 1) -> Iterator[list[Covered]]:
    """Yield the segments of each pair of files of codes, analysed as in a real build."""
    world = coded_world()
    random = np.random.default_rng([seed, k, 3])
    large = _analysed(world, random, _LIMIT_ROWS // 2, Settings(k=k, k_max=2, seed=seed, quick=True))
    people, theirs = (world.draw(random, _LIMIT_ROWS, customers=side)[1] for side in (False, True))
    n, c = (np.bincount(assign_levels(large.table, large.model, side), minlength=k) for side in (people, theirs))
    limit = assign_levels(large.table, large.model, people)
    for pair in range(pairs):
        random = np.random.default_rng([seed, k, rows, 4 + pair])
        run = _analysed(world, random, rows, Settings(k=k, k_max=2, seed=pair + 1))
        published = assign_levels(run.table, run.model, people)
        sizes = tuple(run.findings.tables[side].sizes[1:] for side in ("population", "customers"))
        truth = 100.0 * (c / c.sum()) / (n / n.sum())
        yield covered(run.findings.spread, sizes, *_match(published, [limit], [truth], k))


def _analysed(world: World, random: np.random.Generator, rows: int, settings: Settings) -> Run:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        files = draw_files(world, random, folder, rows, rows // 2, nested=False)
        return run_pair(world, files, folder, settings)


def _match(
    published: NDArray[np.int64], of_limits: Sequence[NDArray[np.int64]], indices: Sequence[NDArray[np.float64]], k: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Index of the matching limit segment of each published one, and their similarity."""
    tables = [jaccard(contingency(published, labels, k, k)) for labels in of_limits]
    partners = [linear_sum_assignment(table, maximize=True)[1] for table in tables]
    shared = [float(table[np.arange(k), partner].sum()) for table, partner in zip(tables, partners, strict=True)]
    best = int(np.argmax(shared))
    return indices[best][partners[best]], tables[best][np.arange(k), partners[best]]


def share(by_pair: Sequence[Sequence[bool]]) -> tuple[float, float]:
    """Share of true values, and two standard errors from the spread between pairs, whose segments hang together."""
    counts, sizes = np.array([sum(pair) for pair in by_pair]), np.array([len(pair) for pair in by_pair])
    whole = float(counts.sum() / sizes.sum())
    spread = float(np.sqrt(((counts - whole * sizes) ** 2).sum()) / sizes.sum())
    return whole, 2 * spread


def report(name: str, k: int, rows: int, pairs: int, simulation: Iterator[list[Covered]]) -> str:
    """Simulate and sum up in one line."""
    begin = time.perf_counter()
    by_pair = list(simulation)
    given = [[segment for segment in pair if segment.total is not None] for pair in by_pair]
    every = [segment for pair in by_pair for segment in pair]
    sampling, _ = share([[segment.sampling for segment in pair] for pair in given])
    total, error = share([[bool(segment.total) for segment in pair] for pair in given])
    ratios = [segment.ratio for segment in every if segment.ratio is not None]
    told = sum(len(pair) for pair in given) / len(every)
    firm, close = (np.mean([getattr(x, word) for x in every]) for word in ("jaccard", "similarity"))
    return (
        f"{name:<8}{rows:>7}{k:>4}{pairs:>7}{len(every):>10}{told:>8.0%}{sampling:>10.1%}{total:>8.1%}{error:>7.1%}"
        f"{firm:>9.2f}{close:>8.2f}{np.median(ratios):>8.2f}{time.perf_counter() - begin:>9.0f}"
    )


def main() -> None:
    """Print coverage on one cloud and on clear types."""
    parser = argparse.ArgumentParser(description="Coverage of the total interval of a segment's index.")
    parser.add_argument("--pairs", type=int, default=80, help="pairs of files per line (default 80)")
    parser.add_argument("--quick", action="store_true", help="12 pairs of files per line")
    given = parser.parse_args()
    pairs = 12 if given.quick else given.pairs
    titles = [("rows", 7), ("k", 4), ("pairs", 7), ("segments", 10), ("given", 8), ("sampling", 10), ("total", 8)]
    titles += [("± 2SE", 7), ("Jaccard", 9), ("limit", 8), ("ratio", 8), ("seconds", 9)]
    print(f"{'world':<8}" + "".join(f"{title:>{width}}" for title, width in titles))
    with threadpool_limits(1):
        for rows, k in product((4_000, 8_000), (3, 4)):
            print(report("cloud", k, rows, pairs, simulate(correlated_cloud(), k, rows, pairs)), flush=True)
        few = max(pairs // 3, 4)
        for k in (4, 6):
            print(report("types", k, 4_000, few, simulate(clear_types(k), k, 4_000, few)), flush=True)
        print(report("coded", 4, 4_000, few, simulate_coded(4, 4_000, few)), flush=True)


if __name__ == "__main__":
    main()
