"""How often the pointwise bands of the held-out gains curve cover the true curve of the same ranking.

People are those of coverage_simulation.py: planted types, and given the type customers and population are alike. For
each small pair the ranking is fitted and judged as in a real run. Its true curve comes from fresh people, each scored
by the model of a random fold: that is what the held-out curve estimates. A 95 % band should cover it at 5, 10, 20 and
30 % in 92 to 98 % of the pairs.

    python -m benchmarks.ranking_bands --pairs 200
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from benchmarks.coverage_simulation import make_world
from benchmarks.people import draw_files, raw_codes
from reportgen.analysis.folds import FOLDS, within_folds
from reportgen.analysis.gains import LIFT_DEPTHS, Curve, Ranked, reach_at
from reportgen.analysis.rank_people import rank_people
from reportgen.analysis.ranking import segment_places
from reportgen.analysis.ranking_findings import SCORE, SEGMENTS, RankingFindings
from reportgen.analysis.run import analyse
from reportgen.analysis.samples import draw_samples
from reportgen.analysis.score_rows import gather_rows, place_rows
from reportgen.analysis.settings import Settings
from reportgen.engine.local import LocalEngine
from reportgen.ingest.ingest import IngestRequest, ingest
from reportgen.ingest.table import CodedTable

_FRESH = 400_000  # so many that the true curve is known much better than the bands are wide


@dataclass(frozen=True)
class Judged:
    """One ranking at each depth: whether the band holds the true lift, the relative error, the relative width."""

    inside: NDArray[np.bool_]
    error: NDArray[np.float64]
    width: NDArray[np.float64]


def simulate(pairs: int, *, nested: bool, rows: int, customers: int, k: int, seed: int) -> Iterator[dict[str, Judged]]:
    """Yield for each pair how the bands do, by ranking."""
    world = make_world()
    random = np.random.default_rng([seed, 77])
    _, others = world.draw(random, _FRESH)
    _, theirs = world.draw(random, _FRESH, customers=True)
    fresh, is_customer = np.concatenate([others, theirs], axis=1), np.arange(2 * _FRESH) >= _FRESH
    for pair in range(1, pairs + 1):
        draws = np.random.default_rng([seed, int(nested), pair])
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            files = draw_files(world, draws, folder, rows, customers, nested=nested)
            blocks = folder / "blocks"
            blocks.mkdir()
            table = ingest(world.dictionary(), IngestRequest(*files), blocks)
            settings = Settings(k=k, k_max=2, seed=pair, quick=True)
            yield judge_rankings(table, settings, raw_codes(table, fresh), is_customer)


def judge_rankings(
    table: CodedTable, settings: Settings, codes: NDArray[np.int16], customer: NDArray[np.bool_]
) -> dict[str, Judged]:
    """Analyse a pair as in a real run, and judge the bands of its rankings by fresh people.

    Parameters
    ----------
    codes, customer
        Raw codes of the fresh people, and who of them is a customer; each gets the model of a fold at random.
    """
    engine, seed = LocalEngine(1), settings.seed
    findings, model = analyse(table, settings, engine)
    samples = draw_samples(engine, table, model.placement, seed)
    seen = gather_rows(table, samples, model, seed)
    found = rank_people(  # with all bootstrap samples, which a quick run does not draw
        engine, findings.data, samples, model, findings.tables, seed=seed, sensitive=False, quick=False
    )
    assert isinstance(found, RankingFindings)
    segments = place_rows(model, table.columns, codes)
    folds = np.random.default_rng([seed, 77]).integers(0, FOLDS, len(customer)).astype(np.int8)
    index = found.fitted.ranker.index(np.concatenate([codes, segments[np.newaxis].astype(np.int16)]), folds)
    places = {
        SEGMENTS: segment_places(seen, findings.k)[folds, segments],
        SCORE: within_folds(index, customer, folds),
    }
    return {name: _judge(found.gains.curves[name], values, customer) for name, values in places.items()}


def _judge(curve: Curve, places: NDArray[np.float64], customer: NDArray[np.bool_]) -> Judged:
    """Compare the lift with the true one; fresh others are the whole population."""
    depths = np.array(LIFT_DEPTHS)
    truth = reach_at(*Ranked(places[customer], places[~customer], 0.0).curve(), depths) / depths
    inside = (curve.lift_low <= truth) & (truth <= curve.lift_high)
    return Judged(np.asarray(inside), curve.lift / truth - 1.0, (curve.lift_high - curve.lift_low) / truth)


def print_covered(files: str, found: Sequence[dict[str, Judged]], seconds: float) -> None:
    """Print a line for each ranking."""
    for name in (SEGMENTS, SCORE):
        hits = np.array([judged[name].inside for judged in found])
        shares = "".join(f"{share:>8.1%}" for share in hits.mean(axis=0))
        bias, width = (np.mean([getattr(judged[name], what) for judged in found]) for what in ("error", "width"))
        print(
            f"{files:<10}{name:<10}{len(hits):>6}{shares}{hits.mean():>8.1%}{bias:>8.1%}{width:>8.1%}{seconds:>9.0f}",
            flush=True,
        )


def main() -> None:
    """Print the coverage for separate and for nested files."""
    parser = argparse.ArgumentParser(description="Coverage of the bands of the gains curve.")
    parser.add_argument("--pairs", type=int, default=50, help="pairs of files of each kind (default 50)")
    parser.add_argument("--rows", type=int, default=4_000, help="rows of the population (default 4000)")
    parser.add_argument("--customers", type=int, default=1_500, help="customers, on average when nested (default 1500)")
    parser.add_argument("--k", type=int, default=6, help="number of segments (default 6)")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    heads = "".join(f"{f'{depth:.0%}':>8}" for depth in LIFT_DEPTHS)
    print(f"{'files':<10}{'ranking':<10}{'pairs':>6}{heads}{'all':>8}{'bias':>8}{'width':>8}{'seconds':>9}")
    for nested in (False, True):
        begin = time.perf_counter()
        with threadpool_limits(1):
            found = list(
                simulate(
                    given.pairs, nested=nested, rows=given.rows, customers=given.customers, k=given.k, seed=given.seed
                )
            )
        print_covered("nested" if nested else "separate", found, time.perf_counter() - begin)


if __name__ == "__main__":
    main()
