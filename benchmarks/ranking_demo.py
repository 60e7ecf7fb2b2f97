"""The individual index on the demo, where the truth is known.

A person of the demo is of a planted type, and only the type decides how likely a customer is; so the best that any
ranking can do with what is known of somebody is the expected odds of the type given the answers. That is worked out
from the generator: every column is a cut through a latent score, a score is a weighted sum of six traits and noise, and
a type is a normal distribution of the traits. The integral over the traits is taken by importance sampling around the
mode of the likelihood. It uses the answers without their gaps, which the ranking does not see, so the bar is a little
too high.

Printed: the rank correlation (Spearman) of the odds of each person's true type with the individual index and with the
generator's own expectation; and for each tenth of the population the share of customers that the index predicts beside
the share found, with the error of the latter.

    python -m benchmarks.ranking_demo --rows 100000
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, logsumexp
from scipy.stats import spearmanr
from threadpoolctl import threadpool_limits

from reportgen.analysis.calibration import calibrate
from reportgen.analysis.folds import fold_of
from reportgen.analysis.rank_people import rank_people
from reportgen.analysis.ranking_findings import RankingFindings
from reportgen.analysis.run import analyse
from reportgen.analysis.samples import draw_samples
from reportgen.analysis.score_rows import place_rows
from reportgen.analysis.settings import Settings
from reportgen.demo import TYPES, type_shares, write_demo
from reportgen.demo.people import DRAW_ROWS, _draw_traits, _draw_types
from reportgen.demo.planted import SPREAD, TRAITS
from reportgen.demo.scores import Model, demo_model, draw_scores
from reportgen.dictionary import read_dictionary
from reportgen.engine.local import LocalEngine
from reportgen.ingest.ingest import IngestRequest, ingest
from reportgen.ingest.table import read_codes, read_hashes

_DRAWS = 400
_WIDER = 1.4  # spread of the proposal over that of the normal approximation
_BATCH = 250


def intervals(model: Model, scores: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the interval of every latent score that the answers leave open, two of shape (n_scores, n_rows)."""
    low = np.full(scores.shape, -np.inf)
    high = np.full(scores.shape, np.inf)

    def narrow(row: int, below: NDArray[np.float64], above: NDArray[np.float64]) -> None:
        low[row], high[row] = np.maximum(low[row], below), np.minimum(high[row], above)

    for cut in model.scales:
        edges = np.concatenate([[-np.inf], cut.cuts, [np.inf]])
        place = np.searchsorted(cut.cuts, scores[cut.score])
        narrow(cut.score, edges[place], edges[place + 1])
    for nest in model.nested:
        node = np.zeros(scores.shape[1], dtype=np.intp)
        for row, cuts, first in zip(nest.scores, nest.cuts, nest.first, strict=True):
            own = np.concatenate([np.full((len(cuts), 1), -np.inf), cuts, np.full((len(cuts), 1), np.inf)], axis=1)
            step = (scores[row][:, np.newaxis] > cuts[node]).sum(axis=1)
            narrow(row, own[node, step], own[node, step + 1])
            node = first[node] + step
    return low, high


def log_between(low: NDArray[np.float64], high: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log of the normal probability between two points, stable in both tails."""
    flip = low > 0
    a, b = np.where(flip, -high, low), np.where(flip, -low, high)
    upper, lower = log_ndtr(b), log_ndtr(a)
    return np.asarray(upper + np.log1p(-np.exp(np.minimum(lower - upper, -1e-12))))


def expected_odds(model: Model, low: NDArray[np.float64], high: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """Return the expectation of customer share / population share of the type, given the answers, shape (n_rows,)."""
    random = np.random.default_rng(seed)
    loadings = np.zeros((len(model.scores), len(TRAITS)))
    for row, score in enumerate(model.scores):
        for trait, weight in score.loadings:
            loadings[row, trait] = weight
    noise = np.array([score.noise for score in model.scores])
    means = np.array([planted.means for planted in TYPES])
    spread = np.array([SPREAD[trait] for trait in TRAITS])
    log_share = np.log(np.array(type_shares("population")))
    odds = np.array([planted.index for planted in TYPES])
    known = np.isfinite(low) | np.isfinite(high)
    out = np.empty(low.shape[1])
    for start in range(0, low.shape[1], _BATCH):
        part = slice(start, start + _BATCH)
        here = _proposal(loadings, noise, low[:, part], high[:, part], known[:, part])
        centre, chol = here
        rows = len(centre)
        standard = random.standard_normal((rows, _DRAWS, len(TRAITS)))
        traits = centre[:, np.newaxis] + _WIDER * np.einsum("nij,nsj->nsi", chol, standard)
        log_q = -0.5 * (standard**2).sum(axis=2) - np.log(np.einsum("nii->ni", chol)).sum(axis=1)[:, np.newaxis]
        log_like = np.zeros((rows, _DRAWS))
        for row in range(len(noise)):
            at = traits @ loadings[row]
            a = (low[row, part][:, np.newaxis] - at) / noise[row]
            b = (high[row, part][:, np.newaxis] - at) / noise[row]
            log_like += log_between(a, b)
        by_type = [
            share + logsumexp(log_like - log_q - 0.5 * (((traits - mean) / spread) ** 2).sum(axis=2), axis=1)
            for share, mean in zip(log_share, means, strict=True)
        ]
        weights = np.exp(np.array(by_type) - logsumexp(by_type, axis=0))
        out[part] = odds @ weights
    return out


def _proposal(
    loadings: NDArray[np.float64],
    noise: NDArray[np.float64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    known: NDArray[np.bool_],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Approximate the likelihood of the traits by a normal: every score at the middle of its interval."""
    closed = np.isfinite(low) & np.isfinite(high)
    middle = np.where(closed, (np.where(closed, low, 0.0) + np.where(closed, high, 0.0)) / 2, 0.0)
    middle = np.where(np.isfinite(low) & ~np.isfinite(high), low + 0.4, middle)
    middle = np.where(~np.isfinite(low) & np.isfinite(high), high - 0.4, middle)
    width = np.where(np.isfinite(low) & np.isfinite(high), (high - low) ** 2 / 12, 0.3)
    weight = known / (noise[:, np.newaxis] ** 2 + width)
    precision = np.einsum("jt,jn,ju->ntu", loadings, weight, loadings) + np.eye(loadings.shape[1])
    cov = np.linalg.inv(precision)
    centre = np.einsum("ntu,un->nt", cov, loadings.T @ (weight * middle))
    return centre, np.linalg.cholesky(cov)


def latent(rows: int, seed: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Draw the types and scores of the first block of the population again, from the same stream as the files."""
    generator = np.random.default_rng(np.random.SeedSequence([seed, 0, 0]))
    size = min(rows, DRAW_ROWS)
    types, kinds = _draw_types(size, generator, "population")
    return types, draw_scores(demo_model(), _draw_traits(kinds, generator), generator)


def main() -> None:
    """Print the rank correlations and the tenths."""
    parser = argparse.ArgumentParser(description="The individual index on the demo, with known truth.")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--people", type=int, default=4_000, help="people whose truth is worked out (default 4000)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--k", type=int, default=9)
    given = parser.parse_args()
    engine = LocalEngine(2)
    with tempfile.TemporaryDirectory() as name, threadpool_limits(1):
        demo = write_demo(Path(name) / "demo", given.rows, given.seed)
        blocks = Path(name) / "blocks"
        blocks.mkdir()
        table = ingest(
            read_dictionary("azdias"), IngestRequest(demo.population, demo.customers, id_column="LNR"), blocks
        )
        settings = Settings(k=given.k, k_max=given.k, seed=given.seed, quick=True)
        findings, model = analyse(table, settings, engine)
        samples = draw_samples(engine, table, model.placement, given.seed)
        begin, spent = time.perf_counter(), time.process_time()
        found = rank_people(
            engine, findings.data, samples, model, findings.tables, seed=given.seed, sensitive=False, quick=False
        )
        seconds, spent = time.perf_counter() - begin, time.process_time() - spent
        assert isinstance(found, RankingFindings)
        types, scores = latent(given.rows, given.seed)
        placed = np.flatnonzero(types > 0)[: given.people]
        block = table.population.blocks[0]
        codes = read_codes(block, table.columns)[:, placed]
        segments = place_rows(model, table.columns, codes)
        codes = np.concatenate([codes, segments[np.newaxis].astype(np.int16)])
        folds = fold_of(read_hashes(block)[placed], given.seed)
        index = found.fitted.ranker.index(codes, folds)
    truth = np.array([planted.index for planted in TYPES])[types[placed] - 1]
    expected = expected_odds(demo_model(), *intervals(demo_model(), scores[:, placed]), seed=given.seed)
    ours, best = float(spearmanr(index, truth)[0]), float(spearmanr(expected, truth)[0])
    print(
        f"{given.rows:,} people; {found.fitted.ranker.name}; ranked in {seconds:.1f} s, {spent:.1f} s of processor time"
    )
    print(f"rank correlation with the odds of the true type, {len(placed):,} people:")
    print(f"  individual index {ours:.4f}   generator's expectation {best:.4f}   ratio {ours / best:.4f}")
    print(f"  index with the expectation {float(spearmanr(index, expected)[0]):.4f}")
    print(f"{'tenth':>6}{'predicted':>11}{'found':>9}{'± (2 SE)':>10}{'gap':>8}")
    held = found.held_out
    customers, others = int(held.customer.sum()), int((~held.customer).sum())
    for number, tenth in enumerate(calibrate(held.index, held.customer, found.share), start=1):
        # the tenth itself is cut from a sample of others: its edge moves the share by the density ratio there
        error = np.hypot(
            np.sqrt(tenth.observed * (1 - tenth.observed) / customers),
            tenth.mean_index / 100 * np.sqrt(0.1 * 0.9 / others),
        )
        gap = tenth.predicted / tenth.observed - 1
        print(f"{number:>6}{tenth.predicted:>11.4f}{tenth.observed:>9.4f}{2 * error:>10.4f}{gap:>8.1%}")


if __name__ == "__main__":
    main()
