"""The individual index: how much a person resembles current customers, 100 for the average of the population.

With r the density of customers over that of the others at a person's answers, and s the share of the population that
has been taken out of the others as customers, the density of customers over that of the population is
r / (s r + 1 - s). Where the others are the whole population (s = 0) this is r, the odds of a case-control model times
others / customers; for nested files, customers against the rest, it is p / s, with p the probability of being a
customer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.auc import area
from reportgen.analysis.encoding import Encoder
from reportgen.analysis.folds import FOLDS
from reportgen.analysis.recalibration import Curve, fit_curve
from reportgen.analysis.score_models import (
    LinearDesign,
    Scorer,
    fit_linear,
    fit_trees,
    grow_trees,
    linear_design,
    load_library,
)
from reportgen.analysis.score_rows import ScoreFeature, ScoreRows
from reportgen.analysis.trees import TreeScorer
from reportgen.engine.local import LocalEngine
from reportgen.language import mark

LINEAR, TREES = mark("logistic regression"), mark("boosted trees")
_LARGEST_LOG = 20.0  # log density ratios are kept within ± this, so that no index overflows


@dataclass(frozen=True)
class Candidate:
    """A model that could have ranked, and its area under the curve on the validation rows."""

    name: str
    auc: float


@dataclass(frozen=True)
class Ranker:
    """Scores anybody with a model that has not seen them.

    Attributes
    ----------
    name
        ``logistic regression`` or ``boosted trees``.
    scorers
        One per fold, fitted without the people of that fold.
    log_others : ndarray of float64, shape (n_folds,)
        Log of others over customers among the rows that each was fitted on: turns odds into a ratio of densities.
    curves
        One per fold: makes the log ratio as large as it was found to be on people of the other folds.
    share
        Share of the population that is not among the others because it is customers.
    rescale
        What the index is multiplied by, so that its mean over the population is 100.
    seed
        Seed of the folds.
    """

    name: str
    scorers: tuple[Scorer, ...]
    log_others: NDArray[np.float64]
    curves: tuple[Curve, ...]
    share: float
    rescale: float
    seed: int

    def index(self, codes: NDArray[np.int16], folds: NDArray[np.int8]) -> NDArray[np.float64]:
        """Return the individual index of rows.

        Parameters
        ----------
        codes : ndarray of int16, shape (n_columns + 1, n_rows)
            Raw codes of all columns, and below them the segment.
        folds : ndarray of int8, shape (n_rows,)
            See ``folds.fold_of``.

        Returns
        -------
        ndarray of float64, shape (n_rows,)
            Above 0; 100 is the average of the population.
        """
        out = np.empty(codes.shape[1])
        for fold, scorer in enumerate(self.scorers):
            rows = np.flatnonzero(folds == fold)
            if len(rows):
                log_ratio = self.curves[fold](scorer.log_odds(codes[:, rows]) + self.log_others[fold])
                out[rows] = relative_density(log_ratio, self.share)
        return 100.0 * self.rescale * out


def relative_density(log_ratio: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """Turn the log density ratio of customers to others into that of customers to the population, without the log.

    Parameters
    ----------
    log_ratio : ndarray of float64, shape (n,)
    share
        Share of the population that is not among the others because it is customers, in [0, 1).
    """
    ratio = np.exp(np.clip(log_ratio, -_LARGEST_LOG, _LARGEST_LOG))
    return np.asarray(ratio / (share * ratio + (1.0 - share)))


@dataclass(frozen=True)
class FittedRanking:
    """The ranker with what its making tells.

    Attributes
    ----------
    ranker
        Ready to score.
    candidates
        Both models on the validation rows, the chosen one first.
    index : ndarray of float64, shape (n_rows,)
        Held-out index of every sampled row.
    mean
        Held-out mean of the index over the population before it was rescaled.
    trees
        Number of trees of each model; 0 for the logistic regression.
    """

    ranker: Ranker
    candidates: tuple[Candidate, ...]
    index: NDArray[np.float64]
    mean: float
    trees: int


def fit_ranking(
    engine: LocalEngine,
    rows: ScoreRows,
    features: Sequence[ScoreFeature],
    encoder: Encoder,
    segment_sizes: NDArray[np.int64],
    seed: int,
) -> FittedRanking:
    """Choose a model on the validation rows and fit it once per fold without the people of that fold.

    Parameters
    ----------
    rows
        Sampled people; every fold and its complement, and the validation rows, must hold both kinds.
    features
        What the trees test.
    encoder
        Look-ups of the logistic regression.
    segment_sizes : ndarray of int64, shape (k + 1,)
        Population rows by segment.
    seed
        Seed of the folds.
    """
    if engine.helpers is None:  # what works at it are threads
        load_library()
    design = linear_design(encoder, segment_sizes, len(rows.codes) - 1)
    candidates, trees = choose_model(engine, rows, features, design)
    fit = partial(_fit_without, rows, features, design, trees)
    scorers = tuple(engine.spread(fit, range(FOLDS), here=False))
    offsets = np.array([log_others(rows.customer[rows.fold != fold]) for fold in range(FOLDS)])
    curves = _curves(rows, scorers, offsets)
    raw = Ranker(candidates[0].name, scorers, offsets, curves, rows.share, 1.0, seed)
    index = raw.index(rows.codes, rows.fold)
    mean = population_mean(index, rows.customer, rows.share)
    ranker = replace(raw, rescale=100.0 / mean)
    return FittedRanking(ranker, candidates, index * ranker.rescale, mean, trees)


def _fit_without(
    rows: ScoreRows, features: Sequence[ScoreFeature], design: LinearDesign, trees: int, fold: int
) -> Scorer:
    """Fit the chosen model to the people outside a fold."""
    chosen = rows.fold != fold
    if trees:
        return fit_trees(features, rows.codes[:, chosen], rows.customer[chosen], trees)
    return fit_linear(design, rows.codes[:, chosen], rows.customer[chosen])


def _curves(rows: ScoreRows, scorers: Sequence[Scorer], offsets: NDArray[np.float64]) -> tuple[Curve, ...]:
    """Fit the curve of each fold on the people of the other folds, each scored by the model of their own fold."""
    held_out = np.empty(len(rows.fold))
    for fold, scorer in enumerate(scorers):
        here = rows.fold == fold
        held_out[here] = scorer.log_odds(rows.codes[:, here]) + offsets[fold]
    return tuple(fit_curve(held_out[rows.fold != f], rows.customer[rows.fold != f]) for f in range(len(scorers)))


def population_mean(values: NDArray[np.float64], customer: NDArray[np.bool_], share: float) -> float:
    """Mean over the population of a value known for samples of customers and of others.

    Parameters
    ----------
    share
        Share of the population that is not among the others because it is customers.
    """
    others = float(values[~customer].mean())
    return others if share == 0 else (1.0 - share) * others + share * float(values[customer].mean())


def log_others(customer: NDArray[np.bool_]) -> float:
    """Log of others over customers among the rows that a model is fitted on."""
    return float(np.log((~customer).sum()) - np.log(customer.sum()))


def choose_model(
    engine: LocalEngine, rows: ScoreRows, features: Sequence[ScoreFeature], design: LinearDesign
) -> tuple[tuple[Candidate, ...], int]:
    """Fit both models without the validation rows and compare them there.

    Returns
    -------
    candidates
        The better one first; of equals the logistic regression.
    trees
        Its number of trees; 0 for the logistic regression.
    """
    validation, customer = rows.codes[:, rows.validation], rows.customer[rows.validation]
    linear, trees = engine.spread(partial(_fit_candidate, rows, features, design), (LINEAR, TREES), here=False)
    assert isinstance(trees, TreeScorer)
    candidates = []
    for name, scorer in ((LINEAR, linear), (TREES, trees)):
        odds = scorer.log_odds(validation)
        candidates.append(Candidate(name, area(odds[customer], odds[~customer]).value))
    candidates.sort(key=lambda candidate: -candidate.auc)  # stable: of equals the simpler one
    return tuple(candidates), 0 if candidates[0].name == LINEAR else trees.trees.count


def _fit_candidate(rows: ScoreRows, features: Sequence[ScoreFeature], design: LinearDesign, name: str) -> Scorer:
    """Fit a model without the validation rows; trees are grown for as long as that helps there."""
    training = ~rows.validation
    codes, customer = rows.codes[:, training], rows.customer[training]
    if name == LINEAR:
        return fit_linear(design, codes, customer)
    return grow_trees(features, codes, customer, rows.codes[:, rows.validation], rows.customer[rows.validation])


def segment_index(rows: ScoreRows, k: int) -> NDArray[np.float64]:
    """Index of every segment by fold, counted over the people outside the fold.

    Returns
    -------
    ndarray of float64, shape (n_folds, k + 1)
        100 where nobody outside the fold is in the segment.
    """
    out = np.full((FOLDS, k + 1), 100.0)
    for fold in range(FOLDS):
        seen = rows.fold != fold
        shares = [
            np.bincount(rows.segments[seen & kind], minlength=k + 1) / max((seen & kind).sum(), 1)
            for kind in (rows.customer, ~rows.customer)
        ]
        everybody = rows.share * shares[0] + (1.0 - rows.share) * shares[1]
        np.divide(100.0 * shares[0], everybody, out=out[fold], where=everybody > 0)
    return out


def segment_places(rows: ScoreRows, k: int) -> NDArray[np.float64]:
    """Rank segments alone: the place of each by fold, in the order that the other folds give.

    Places and not indices, so that the leading segments of all folds tie: where by chance a fold holds many customers
    of a segment, the others hold few, and pooled by index its people would come too far back.

    Returns
    -------
    ndarray of float64, shape (n_folds, k + 1)
        k for the leading segment, 0 for the last one.
    """
    order = np.argsort(-segment_index(rows, k), axis=1, kind="stable")
    place = np.empty(order.shape)
    np.put_along_axis(place, order, np.arange(k, -1, -1.0)[np.newaxis], axis=1)
    return place
