"""Do verdicts keep quiet when there is nothing to say, and speak when there is?

A population of planted types is read and segmented once, through the whole analysis. Then customers are drawn again and
again, and the segments are judged by the rule of the report, total interval and Holm included:

- *anybody*: customers are like the population, drawn apart (separate files, the population drawn anew too) or from it
  (nested files). Any over or under is a false alarm;
- *150*: customers for whom one segment has a true index of 150, with 500 of them to be expected there. Its verdict
  should be over.

Last, pairs of files go through the whole analysis, variants that may overturn a verdict included: some in which one
type has a true index of 150, and some that differ in nothing but the share of low-information records.

    python -m benchmarks.false_alarm_simulation [--quick]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from benchmarks.coverage_simulation import index_under_generator, make_world
from benchmarks.people import Run, World, assign_levels, draw_files, raw_codes, run_pair
from reportgen.analysis.findings import Findings
from reportgen.analysis.judgements import judge_segments
from reportgen.analysis.points import Points
from reportgen.analysis.result_segments import Segment
from reportgen.analysis.settings import Settings
from reportgen.engine.assignment import Tables
from reportgen.ingest.table import SideName

WITHIN = 0.065  # 5 % and what chance allows in 1,000 draws
POWER = 0.90
TRUE_INDEX = 150.0
_POOL_ROWS = 60_000


@dataclass(frozen=True)
class Pool:
    """People whose segments are known, in the published solution and in every refit.

    Attributes
    ----------
    segments : ndarray of int64, shape (n_people,)
        0, 1, ...
    refits : ndarray of int64, shape (n_refits, n_people)
    """

    segments: NDArray[np.int64]
    refits: NDArray[np.int64]

    def draw(self, chosen: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Count some people by segment: published, shape (k,), and in refits, shape (n_refits, k)."""
        k = int(self.segments.max()) + 1
        published = np.bincount(self.segments[chosen], minlength=k)
        return published, np.array([np.bincount(labels[chosen], minlength=k) for labels in self.refits])


def fixed_segmentation(rows: int, seed: int) -> tuple[World, Run]:
    """Segment a population of six types through the whole analysis; customers of this run do not matter."""
    world = replace(make_world(), customer_shares=make_world().population_shares)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        files = draw_files(world, np.random.default_rng([seed, 0]), folder, rows, 1_000, nested=False)
        return world, run_pair(world, files, folder, Settings(k=6, k_max=6, seed=seed))


def pool_of(world: World, run: Run, rows: int, seed: int) -> Pool:
    """Draw people whom the segmentation has not seen, and assign them."""
    _, levels = world.draw(np.random.default_rng([seed, 1]), rows)
    findings = run.findings
    position = {column.name: at for at, column in enumerate(run.table.columns)}
    codes = raw_codes(run.table, levels)[[position[column.name] for column in findings.encoder.columns]]
    points = Points.of(findings.components.project(findings.encoder.rows.encode(codes)))
    refits = findings.choice.chosen.refits
    published = points.nearest(run.model.segmentation.centroids)
    return Pool(published, np.array([points.nearest(centroids) for centroids in refits]))


def verdicts(
    findings: Findings,
    population: tuple[NDArray[np.int64], NDArray[np.int64]],
    customers: tuple[NDArray[np.int64], NDArray[np.int64]],
    *,
    nested: bool,
) -> tuple[str, ...]:
    """Judge the segments with other people counted in them; no variant overturns, so that alarms are most frequent."""
    tables: dict[SideName, Tables] = {
        "population": replace(findings.tables["population"], sizes=np.concatenate([[0], population[0]])),
        "customers": replace(findings.tables["customers"], sizes=np.concatenate([[0], customers[0]])),
    }
    total = int(customers[0].sum())
    table = replace(findings.data.table, nested=nested, overlap=total if nested else 0)
    table = replace(table, customers=replace(table.customers, rows=total))
    changed = replace(
        findings,
        tables=tables,
        data=replace(findings.data, table=table),
        spread=replace(findings.spread, population=population[1], customers=customers[1]),
        checks=replace(findings.checks, sensitivity=(), standardised=None),
    )
    return tuple(judgement.verdict for judgement in judge_segments(changed))


def draw_anybody(
    run: Run, pool: Pool, draws: int, rows: int, customers: int, *, nested: bool, seed: int
) -> Iterator[tuple[str, ...]]:
    """Yield the verdicts on customers who are anybody."""
    random = np.random.default_rng([seed, 2, int(nested), customers])
    everybody = len(pool.segments)
    for _ in range(draws):
        people = random.integers(0, everybody, rows)
        theirs = random.choice(people, customers, replace=False) if nested else random.integers(0, everybody, customers)
        yield verdicts(run.findings, pool.draw(people), pool.draw(theirs), nested=nested)


def draw_preferred(
    run: Run, pool: Pool, draws: int, rows: int, expected: int, *, seed: int
) -> Iterator[tuple[bool, float]]:
    """Yield for every segment and draw whether it is judged over when its true index is 150, and its Jaccard."""
    random = np.random.default_rng([seed, 3])
    everybody, k = len(pool.segments), int(pool.segments.max()) + 1
    shares = np.bincount(pool.segments, minlength=k) / everybody
    for segment in range(k):
        share = shares[segment]
        weight = np.where(pool.segments == segment, TRUE_INDEX / 100, (1 - share * TRUE_INDEX / 100) / (1 - share))
        customers = round(expected / share)
        for _ in range(draws):
            people = random.integers(0, everybody, rows)
            theirs = random.choice(everybody, customers, p=weight / weight.sum())
            given = verdicts(run.findings, pool.draw(people), pool.draw(theirs), nested=False)
            yield given[segment] == "over", float(run.findings.spread.best_match[:, segment].mean())


def preferred_pairs(pairs: int, *, rows: int, seed: int) -> Iterator[tuple[Segment, float]]:
    """Analyse files in which one type has an index of 150; yield the segment that holds most of it, and its true index.

    A segment holds some people of other types, so that its own true index is nearer to 100.
    """
    plain = make_world()
    for pair in range(pairs):
        random = np.random.default_rng([seed, 5, pair])
        planted = pair % len(plain.means)
        share = plain.population_shares[planted]
        weights = plain.population_shares * (1 - share * TRUE_INDEX / 100) / (1 - share)
        weights[planted] = share * TRUE_INDEX / 100
        world = replace(plain, customer_shares=weights)
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            files = draw_files(world, random, folder, rows, round(550 / share), nested=False)
            run = run_pair(world, files, folder, Settings(k=6, k_max=2, seed=pair + 1, quick=True))
        types, levels = world.draw(random, 50_000)
        segments = assign_levels(run.table, run.model, levels)
        home = int(np.bincount(segments[types == planted], minlength=6).argmax())
        truth = index_under_generator(world, types, segments, 6)
        yield run.analysis.by_id[home + 1], float(truth[home])


def low_information_pairs(pairs: int, *, rows: int, customers: int, seed: int) -> Iterator[Run]:
    """Analyse files that differ only in the share of low-information records.

    They are large enough for an index of 110 to be beyond chance, so that any verdict would be a bias.
    """
    world = replace(make_world(), customer_shares=make_world().population_shares)
    for pair in range(pairs):
        random = np.random.default_rng([seed, 4, pair])
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            low = (0.10, 0.27) if pair % 2 == 0 else (0.27, 0.10)
            files = draw_files(world, random, folder, rows, customers, nested=False, low=low)
            yield run_pair(world, files, folder, Settings(k=6, k_max=2, seed=pair + 1, quick=True))


def main() -> None:
    """Print false alarms, power and verdicts under different shares of low-information records."""
    parser = argparse.ArgumentParser(description="False alarms and power of the verdicts.")
    parser.add_argument("--draws", type=int, default=1_000, help="draws of customers per line (default 1000)")
    parser.add_argument(
        "--pairs", type=int, default=10, help="pairs of files with low-information records (default 10)"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="100 draws and 3 pairs")
    given = parser.parse_args()
    draws, pairs = (100, 3) if given.quick else (given.draws, given.pairs)
    with threadpool_limits(1):
        begin = time.perf_counter()
        rows = 8_000
        world, run = fixed_segmentation(rows, given.seed)
        pool = pool_of(world, run, _POOL_ROWS, given.seed)
        print(f"{'files':<10}{'customers':>10}{'draws':>7}{'any over or under':>19}{'at par':>8}{'seconds':>9}")
        for nested in (False, True):
            for customers in (800, 2_000, 6_000):
                found = list(draw_anybody(run, pool, draws, rows, customers, nested=nested, seed=given.seed))
                alarms = np.mean([bool({"over", "under"} & set(words)) for words in found])
                par = np.mean([words.count("at par") / len(words) for words in found])
                print(f"{'nested' if nested else 'separate':<10}{customers:>10}{draws:>7}{alarms:>19.1%}{par:>8.1%}"
                      f"{time.perf_counter() - begin:>9.0f}", flush=True)  # fmt: skip
        drawn = list(draw_preferred(run, pool, max(draws // 10, 10), rows, 500, seed=given.seed))
        print(f"true index 150, 500 expected: over in {np.mean([word for word, _ in drawn]):.1%} of {len(drawn)} draws "
              f"(lowest Jaccard {min(jaccard for _, jaccard in drawn):.2f})", flush=True)  # fmt: skip
        preferred = list(preferred_pairs(2 * pairs, rows=rows, seed=given.seed))
        over = [segment.verdict == "over" for segment, _ in preferred]
        truths = [truth for _, truth in preferred]
        least = min(segment.expected_customers for segment, _ in preferred)
        print(f"one type with 150, whole analysis: over in {sum(over)} of {len(over)} pairs (true index of its segment "
              f"{min(truths):.0f} to {max(truths):.0f}, at least {least:.0f} expected)", flush=True)  # fmt: skip
        told = [
            (run.analysis, sum(segment.verdict in ("over", "under") for segment in run.analysis.placed))
            for run in low_information_pairs(pairs, rows=30_000, customers=25_000, seed=given.seed)
        ]
        judged = sum(len(analysis.placed) for analysis, _ in told)
        print(f"low-information records 10 % against 27 %: {sum(alarms for _, alarms in told)} over or under among "
              f"{judged} segments of {len(told)} pairs; {time.perf_counter() - begin:.0f} seconds")  # fmt: skip


if __name__ == "__main__":
    main()
