"""How often the sampling interval of a segment's index covers the index under the generator.

Pairs of small files of people of planted types (see ``people``) are drawn, read and segmented as in a real run. The
index of each fitted segment under the generator is then known from a large fresh draw that the same model assigns:

    100 x sum of P(segment | type) x customer share  /  sum of P(segment | type) x population share.

    python -m benchmarks.coverage_simulation --pairs 200
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from threadpoolctl import threadpool_limits

from benchmarks.people import World, assign_levels, draw_files, read_pair
from reportgen.analysis.comparison import GroupCounts, sampling_interval
from reportgen.analysis.run import analyse
from reportgen.analysis.settings import Settings
from reportgen.dictionary import Kind
from reportgen.engine.local import LocalEngine

# Mean of four traits by type, with the share of the type on each side.
TYPE_MEANS = np.array(
    [
        [-1.6, -1.2, 0.0, 0.8],
        [1.5, -1.4, 0.6, -0.6],
        [0.2, 1.6, -1.5, 0.2],
        [-1.2, 1.2, 1.4, -0.8],
        [1.4, 1.0, 1.0, 1.4],
        [0.0, -0.6, -1.4, -1.6],
    ]
)
POPULATION_SHARES = np.array([0.22, 0.20, 0.18, 0.16, 0.14, 0.10])
CUSTOMER_SHARES = np.array([0.08, 0.12, 0.14, 0.18, 0.28, 0.20])
_SPREAD = 0.55
_ORDINAL, _NOMINAL, _BINARY = 9, 3, 2
_LEVELS = {Kind.ORDINAL: 5, Kind.CATEGORICAL: 4, Kind.BINARY: 2}
_FRESH_ROWS = 300_000


def make_world(seed: int = 7) -> World:
    """Fix the columns."""
    random = np.random.default_rng(seed)
    kinds = (Kind.ORDINAL,) * _ORDINAL + (Kind.CATEGORICAL,) * _NOMINAL + (Kind.BINARY,) * _BINARY
    loadings = 0.25 * random.standard_normal((len(kinds), TYPE_MEANS.shape[1]))
    strongest = np.arange(len(kinds)) % TYPE_MEANS.shape[1]
    loadings[np.arange(len(kinds)), strongest] += random.choice([-1.0, 1.0], len(kinds))
    cuts = tuple(1.3 * ndtri(np.arange(1, _LEVELS[kind]) / _LEVELS[kind]) for kind in kinds)
    return World(kinds, cuts, loadings, TYPE_MEANS, POPULATION_SHARES, CUSTOMER_SHARES, spread=_SPREAD, noise=0.5)


def index_under_generator(
    world: World, types: NDArray[np.int64], segments: NDArray[np.int64], k: int
) -> NDArray[np.float64]:
    """Index of each segment under the generator, shape (k,), from a fresh draw with known types."""
    table = np.zeros((len(world.means), k))
    np.add.at(table, (types, segments), 1.0)
    given_type = table / table.sum(axis=1, keepdims=True)
    return np.asarray(100.0 * (world.customer_shares @ given_type) / (world.population_shares @ given_type))


@dataclass(frozen=True)
class Interval:
    """The interval of one segment of one pair, with the index that it should cover."""

    truth: float
    index: float
    low: float
    high: float

    @property
    def covers(self) -> bool:
        """Whether it does."""
        return self.low <= self.truth <= self.high


def simulate(
    pairs: int, *, nested: bool, rows: int = 4_000, customers: int = 1_500, k: int = 6, seed: int = 1
) -> Iterator[list[Interval]]:
    """Yield the intervals of all segments of each pair."""
    world = make_world()
    fresh_types, fresh = world.draw(np.random.default_rng([seed, 0]), _FRESH_ROWS)
    for pair in range(1, pairs + 1):
        random = np.random.default_rng([seed, int(nested), pair])
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            files = draw_files(world, random, folder, rows, customers, nested=nested)
            table = read_pair(world, files, folder)
            settings = Settings(k=k, k_max=2, seed=pair, quick=True)
            findings, model = analyse(table, settings, LocalEngine(1))
        truth = index_under_generator(world, fresh_types, assign_levels(table, model, fresh), k)
        sizes = {side: findings.tables[side].sizes for side in ("population", "customers")}
        n, c = sizes["population"], sizes["customers"]
        found = []
        for segment in range(1, k + 1):
            group = GroupCounts(
                int(c[segment]), int(c[1:].sum()), int(n[segment]), int(n[1:].sum()), findings.data.overlap
            )
            interval = sampling_interval(group)
            if interval is not None and group.index is not None:
                found.append(Interval(float(truth[segment - 1]), group.index, *interval))
        yield found


def main() -> None:
    """Print the coverage for separate and for nested files."""
    parser = argparse.ArgumentParser(description="Coverage of the sampling interval of a segment's index.")
    parser.add_argument("--pairs", type=int, default=100, help="pairs of files of each kind (default 100)")
    parser.add_argument("--rows", type=int, default=4_000, help="rows of the population (default 4000)")
    parser.add_argument("--customers", type=int, default=1_500, help="customers, on average when nested (default 1500)")
    parser.add_argument("--k", type=int, default=6, help="number of segments (default 6)")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(f"{'files':<10}{'pairs':>7}{'intervals':>11}{'covered':>9}{'± (2 SE)':>10}{'mean width':>12}{'seconds':>9}")
    for nested in (False, True):
        begin = time.perf_counter()
        with threadpool_limits(1):
            by_pair = list(
                simulate(
                    given.pairs, nested=nested, rows=given.rows, customers=given.customers, k=given.k, seed=given.seed
                )
            )
        # Segments of one pair are not independent, so the error comes from the spread between pairs.
        shares = np.array([np.mean([interval.covers for interval in pair]) for pair in by_pair])
        error = 2 * shares.std(ddof=1) / np.sqrt(len(shares)) if len(shares) > 1 else float("nan")
        widths = [(i.high - i.low) / i.index for pair in by_pair for i in pair]
        print(
            f"{'nested' if nested else 'separate':<10}{len(by_pair):>7}{len(widths):>11}{shares.mean():>9.1%}"
            f"{error:>10.1%}{np.mean(widths):>12.1%}{time.perf_counter() - begin:>9.0f}"
        )


if __name__ == "__main__":
    main()
