"""The ranking of people from sample to findings: fit, leakage test, gains on people whom no model has seen."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.encoding import fit_encoder
from reportgen.analysis.findings import DataFindings
from reportgen.analysis.folds import FOLDS, within_folds
from reportgen.analysis.gains import REPLICATES, Gains, compare_rankings
from reportgen.analysis.leakage import Leakage, check_leakage, telling_features
from reportgen.analysis.ranking import fit_ranking, segment_places
from reportgen.analysis.ranking_findings import SCORE, SEGMENTS, HeldOut, NoRanking, RankingFindings
from reportgen.analysis.samples import Samples
from reportgen.analysis.score_rows import (
    ScoreRows,
    gather_rows,
    score_aspects,
    score_features,
    usable_columns,
)
from reportgen.analysis.segmentation import Model
from reportgen.dictionary import Sensitivity
from reportgen.engine.assignment import Tables
from reportgen.engine.local import LocalEngine
from reportgen.formatting import Formatted, Formatter
from reportgen.ingest.table import SideName
from reportgen.language import say

LEAST_PEOPLE = 100
QUICK_REPLICATES = 100


def rank_people(
    engine: LocalEngine,
    data: DataFindings,
    samples: Samples,
    model: Model,
    tables: Mapping[SideName, Tables],
    *,
    seed: int,
    sensitive: bool,
    quick: bool,
) -> RankingFindings | NoRanking:
    """Fit the ranking on the samples and judge it.

    Parameters
    ----------
    samples
        Sampled rows of both sides.
    model, tables
        Final segments and their counts.
    seed
        Of samples, folds and bootstrap.
    sensitive
        Whether features that the dictionary calls special or proxy may be used.
    quick
        Fewer bootstrap samples.
    """
    table = data.table
    rows = gather_rows(table, samples, model, seed)
    chosen = usable_columns(data.qualities, sensitive=sensitive)
    reason = _too_little(rows) or (say("no column may be used for it") if not chosen else "")
    if reason:
        return NoRanking(reason)
    aspects = score_aspects(table.columns, chosen)
    counts = data.counts["population"]
    sizes = tables["population"].sizes
    fitted = fit_ranking(
        engine,
        rows,
        score_features(aspects, counts, len(table.columns), model.segmentation.k),
        fit_encoder(aspects, counts),
        sizes,
        seed,
    )
    evaluated = ~rows.validation
    rankings = {SEGMENTS: segment_places(rows, model.segmentation.k)[rows.fold, rows.segments], SCORE: fitted.index}
    replicates = QUICK_REPLICATES if quick else REPLICATES
    gains = _gains(rankings, rows, evaluated, seed, replicates)
    placed = _placed_gains(rankings, rows, evaluated, seed, replicates)
    position = {column.name: at for at, column in enumerate(table.columns)}
    used = [position[quality.column.name] for quality in chosen]

    def leakage(found: Gains | None, people: NDArray[np.bool_]) -> Leakage | None:
        if found is None or table.nested:
            return None
        return check_leakage(engine, rows, table.columns, used, found.curves[SCORE].auc, people)

    return RankingFindings(
        fitted=fitted,
        columns=tuple(quality.column for quality in chosen),
        sensitive=tuple(q.column for q in chosen if q.column.feature.sensitivity is not Sensitivity.ORDINARY),
        held_out=HeldOut(
            fitted.index[evaluated], rows.segments[evaluated], rows.customer[evaluated], rows.known[evaluated]
        ),
        sampled=_sampled(rows),
        gains=gains,
        placed=placed,
        leakage=leakage(gains, np.ones(len(rows.fold), dtype=np.bool_)),
        placed_leakage=leakage(placed, rows.segments > 0),
        telling=telling_features(rows, table.columns, used),
        share=rows.share,
        seed=seed,
    )


def _too_little(rows: ScoreRows) -> str:
    """Return why the sampled rows do not allow a ranking; empty when they do."""
    customers, others = int(rows.customer.sum()), int((~rows.customer).sum())
    if customers < LEAST_PEOPLE:
        return say(
            "a ranking needs at least {least} customers, and there are {number}",
            least=Formatted(Formatter.count, LEAST_PEOPLE),
            number=Formatted(Formatter.count, customers),
        )
    if others < LEAST_PEOPLE:
        return say(
            "a ranking needs at least {least} people who are not customers, and there are {number}",
            least=Formatted(Formatter.count, LEAST_PEOPLE),
            number=Formatted(Formatter.count, others),
        )
    return ""


def _sampled(rows: ScoreRows) -> NDArray[np.int64]:
    """Count the rows by kind, by whether they are judged, and by whether they are placed."""
    cell = 4 * rows.customer + 2 * rows.validation + (rows.segments == 0)
    return np.bincount(cell, minlength=8).reshape(2, 2, 2)


def _gains(
    rankings: Mapping[str, NDArray[np.float64]],
    rows: ScoreRows,
    chosen: NDArray[np.bool_],
    seed: int,
    replicates: int,
) -> Gains:
    """Judge two rankings on some people, each fold ranked by itself (segments have their places already)."""
    customer = rows.customer[chosen]
    places = {
        SEGMENTS: rankings[SEGMENTS][chosen],
        SCORE: within_folds(rankings[SCORE][chosen], customer, rows.fold[chosen]),
    }
    return compare_rankings(places, customer, rows.share, seed, replicates)


def _placed_gains(
    rankings: Mapping[str, NDArray[np.float64]],
    rows: ScoreRows,
    evaluated: NDArray[np.bool_],
    seed: int,
    replicates: int,
) -> Gains | None:
    """Judge the rankings on placed people only; None when that is everybody, or too few are."""
    placed = rows.segments > 0
    if placed.all():
        return None
    chosen = evaluated & placed
    if min(rows.customer[chosen].sum(), (~rows.customer[chosen]).sum()) < LEAST_PEOPLE // FOLDS:
        return None
    return _gains(rankings, rows, chosen, seed, replicates)
