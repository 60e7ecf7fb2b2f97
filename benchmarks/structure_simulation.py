"""Are planted types found, with their exact number, and is one cloud never called types?

Pairs of files are drawn, read, analysed and published as in a real build, from three kinds of worlds:

- *clear*: 4 to 10 types, every two of them at least 3 standard deviations apart (distance of their means over the
  standard deviation within types along the line between them, in z-scored codes);
- *overlapping*: six types about 2 standard deviations apart;
- *cloud*: no types at all, one correlated normal cloud cut into ordinal codes in five ways.

Columns are what surveys hold: scales of three to ten levels, even, bell-shaped or skewed.

    python -m benchmarks.structure_simulation [--quick]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from benchmarks.people import Run, World, draw_files, run_pair
from reportgen.analysis.settings import Settings
from reportgen.dictionary import Kind
from reportgen.formatting import Formatter
from reportgen.report.brief_words import write_brief

TRAITS, COLUMNS_PER_TRAIT = 5, 4
NOISE = 0.7
CODES = {
    "fifths": (0.2, 0.4, 0.6, 0.8),
    "bell": (0.07, 0.31, 0.69, 0.93),
    "skewed": (0.5, 0.7, 0.85, 0.95),
    "thirds": (1 / 3, 2 / 3),
    "tenths": tuple(np.arange(1, 10) / 10),
}
FIRM = ("highly stable", "stable")
_TRIAL_ROWS = 20_000


@dataclass(frozen=True)
class Outcome:
    """What became of one pair of files.

    Attributes
    ----------
    world
        Kind of world, and how it was coded.
    planted
        Number of types.
    separation
        Smallest distance of two types in standard deviations; NaN for one cloud.
    k, structure
        As published.
    firm
        Whether every segment is stable or better.
    told
        Whether the first page says so when the segments are not found in the data.
    lead
        Silhouette less the limit of chance.
    widths
        Width of the total over that of the sampling interval on the log scale, by segment.
    """

    world: str
    planted: int
    separation: float
    k: int
    structure: str
    firm: bool
    told: bool
    lead: float
    widths: tuple[float, ...]


def spread_means(random: np.random.Generator, types: int, apart: float) -> NDArray[np.float64]:
    """Place the means of types at random, no two nearer than ``apart``, in a cube that just holds them."""
    half = apart / 2
    while True:
        found: list[NDArray[np.float64]] = []
        for _ in range(4_000):
            mean = random.uniform(-half, half, TRAITS)
            if all(np.linalg.norm(mean - other) >= apart for other in found):
                found.append(mean)
            if len(found) == types:
                return np.array(found)
        half *= 1.1


def separation(levels: NDArray[np.int64], types: NDArray[np.int64]) -> float:
    """Smallest distance of two types' means over their spread along the line between them, in z-scored codes."""
    rows = (levels - levels.mean(axis=1, keepdims=True)) / levels.std(axis=1, keepdims=True)
    groups = [rows[:, types == one] for one in np.unique(types)]
    found = []
    for first, second in combinations(groups, 2):
        line = first.mean(axis=1) - second.mean(axis=1)
        length = float(np.linalg.norm(line))
        variance = ((line / length @ first).var() + (line / length @ second).var()) / 2
        found.append(length / np.sqrt(variance))
    return float(min(found, default=np.nan))


def make_world(random: np.random.Generator, types: int, apart: float, codes: Sequence[str]) -> World:
    """Make a world of types, or of one cloud; columns take turns at the ways to be coded."""
    columns = TRAITS * COLUMNS_PER_TRAIT
    if types > 1:
        means, weights = spread_means(random, types, apart), np.ones(TRAITS)
    else:
        means, weights = np.zeros((1, TRAITS)), np.array([1.4, 1.1, 0.9, 0.7, 0.5])
    loadings = np.repeat(np.diag(weights), COLUMNS_PER_TRAIT, axis=0) + 0.15 * random.standard_normal((columns, TRAITS))
    shares = random.uniform(0.5, 1.5, types)
    customers = shares * random.uniform(0.3, 3.0, types)
    nothing = tuple(np.zeros(0) for _ in range(columns))
    world = World(
        (Kind.ORDINAL,) * columns,
        nothing,
        loadings,
        means,
        shares / shares.sum(),
        customers / customers.sum(),
        spread=1.0,
        noise=NOISE,
    )
    scores = world.scores(random, random.choice(types, _TRIAL_ROWS, p=world.population_shares))
    cuts = tuple(np.quantile(scores[:, at], CODES[codes[at % len(codes)]]) for at in range(columns))
    return world.cut_at(cuts)


def judge(world: str, planted: int, apart: float, run: Run) -> Outcome:
    """Read off what the published analysis says."""
    analysis = run.analysis
    brief = write_brief(analysis, Formatter("en"))
    models = {model.name: model for model in analysis.placebo.models}
    limit = max(models[name].silhouette_limit or 0.0 for name in ("normal", "coded"))
    widths = [
        np.log(segment.interval_total[1] / segment.interval_total[0])
        / np.log(segment.interval_sampling[1] / segment.interval_sampling[0])
        for segment in analysis.placed
        if segment.interval_total and segment.interval_sampling
    ]
    return Outcome(
        world,
        planted,
        apart,
        analysis.choice.k,
        analysis.structure or "",
        all(segment.badge in FIRM for segment in analysis.placed),
        analysis.structure == "found" or analysis.structure_sentence in (*brief.lead, *brief.caution),
        models["data"].silhouette - limit,
        tuple(map(float, widths)),
    )


def simulate(
    types: int, apart: float, codes: Sequence[str], seed: int, *, rows: int, customers: int, settings: Settings
) -> Outcome:
    """Draw one world and one pair of files from it, and see what becomes of them.

    Means are drawn again until every two types are at least as far apart as asked for in the codes; the distance in
    the traits has to be a little larger, because columns are noisy and coarse.
    """
    name = "cloud" if types == 1 else "clear" if apart >= 3 else "overlapping"
    random = np.random.default_rng([seed, types, round(10 * apart), len(codes), len(codes[0])])
    while True:
        world = make_world(random, types, 1.15 * apart, codes)
        drawn, levels = world.draw(random, _TRIAL_ROWS)
        found = separation(levels, drawn)
        if types == 1 or found >= apart:
            break
    with tempfile.TemporaryDirectory() as temporary, threadpool_limits(1):
        folder = Path(temporary)
        files = draw_files(world, random, folder, rows, customers, nested=False)
        return judge(
            f"{name}, {codes[0] if len(codes) == 1 else 'mixed'}",
            types,
            found,
            run_pair(world, files, folder, settings),
        )


MIXED = ("fifths", "bell", "skewed", "thirds")


def plan(seeds: int) -> Iterator[tuple[str, int, float, tuple[str, ...], int]]:
    """Name every run: kind of world, types, distance, ways to be coded, seed."""
    for types in range(4, 11):
        for seed in range(seeds):
            yield "clear", types, 3.0, MIXED, seed
    for seed in range(seeds):
        yield "overlapping", 6, 2.0, MIXED, seed
    for codes in CODES:
        for seed in range(seeds):
            yield "cloud", 1, 0.0, (codes,), seed


def main() -> None:
    """Print, for every kind of world, how often the analysis says what is true."""
    parser = argparse.ArgumentParser(description="Planted types and clouds, through the whole analysis.")
    parser.add_argument("--seeds", type=int, default=10, help="worlds of each kind (default 10)")
    parser.add_argument("--rows", type=int, default=3_000, help="rows of the population (default 3000)")
    parser.add_argument("--customers", type=int, default=1_500)
    parser.add_argument("--only", choices=("clear", "overlapping", "cloud"))
    parser.add_argument("--quick", action="store_true", help="two worlds of each kind and few replicates")
    given = parser.parse_args()
    seeds = 2 if given.quick else given.seeds
    titles = [("types", 6), ("runs", 6), ("exact k", 9), ("firm", 6), ("found", 7), ("reprod.", 9), ("constr.", 9)]
    titles += [("told", 6), ("distance", 10), ("least lead", 12), ("most lead", 11), ("width", 7), ("seconds", 9)]
    print(f"{'world':<22}" + "".join(f"{title:>{width}}" for title, width in titles))
    groups: dict[tuple[str, int], list[Outcome]] = {}
    spent: dict[tuple[str, int], float] = {}
    for kind, types, apart, codes, seed in plan(seeds):
        if given.only not in (None, kind):
            continue
        begin = time.perf_counter()
        settings = Settings(seed=seed + 1, k_max=12, quick=given.quick)
        outcome = simulate(types, apart, codes, seed, rows=given.rows, customers=given.customers, settings=settings)
        key = (outcome.world, types)
        groups.setdefault(key, []).append(outcome)
        spent[key] = spent.get(key, 0.0) + time.perf_counter() - begin
        if len(groups[key]) == seeds:
            print(line(groups[key], spent[key]), flush=True)


def line(outcomes: Sequence[Outcome], seconds: float) -> str:
    """Sum up the outcomes of one kind of world."""
    first = outcomes[0]
    exact = str(sum(o.k == o.planted for o in outcomes)) if first.planted > 1 else "–"
    by_structure = [sum(o.structure == word for o in outcomes) for word in ("found", "reproducible", "constructed")]
    leads, widths = [o.lead for o in outcomes], [w for o in outcomes for w in o.widths]
    apart = f"{min(o.separation for o in outcomes):.2f}" if first.planted > 1 else "–"
    return (
        f"{first.world:<22}{first.planted:>6}{len(outcomes):>6}{exact:>9}{sum(o.firm for o in outcomes):>6}"
        f"{by_structure[0]:>7}{by_structure[1]:>9}{by_structure[2]:>9}{sum(o.told for o in outcomes):>6}{apart:>10}"
        f"{min(leads):>12.3f}{max(leads):>11.3f}{np.median(widths) if widths else float('nan'):>7.2f}{seconds:>9.0f}"
    )


if __name__ == "__main__":
    main()
