"""The two models that compete for the ranking: logistic regression and boosted trees, fitted by scikit-learn.

Both become look-ups by raw code at once, so that a stored model needs nothing of the library. Fits are made with one
thread each and do not depend on how many run beside each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from reportgen.analysis.encoding import Encoder
from reportgen.analysis.score_rows import ScoreFeature
from reportgen.analysis.trees import MOST_LEAVES, Trees, TreeScorer

MOST_TREES = 240
MOST_WORK = 200_000_000  # trees x rows x features of one fit, so that wide files do not take longer than they gain
_TREES_AT_A_TIME = 40
LEARNING_RATE = 0.15
_LEAST_LEAF = 20
_RIDGE = 0.1  # scikit-learn's C
_MOST_NAMES = 255  # of one feature; pooling under 0.5 % leaves at most 200


class Scorer(Protocol):
    """Turns raw codes into log odds of being a customer among the rows that it was fitted on."""

    def log_odds(self, codes: NDArray[np.int16]) -> NDArray[np.float64]:
        """Score rows given as raw codes of all columns with the segment below, shape (n_columns + 1, n_rows)."""


@dataclass(frozen=True)
class LinearScorer:
    """Log odds as a sum of one look-up per column.

    Attributes
    ----------
    intercept
        Log odds of a row of which nothing is known.
    tables
        (row of the code matrix, what each raw code adds) per column, the segment last.
    """

    intercept: float
    tables: tuple[tuple[int, NDArray[np.float64]], ...]

    def log_odds(self, codes: NDArray[np.int16]) -> NDArray[np.float64]:
        """Score rows, shape (n_rows,)."""
        total = np.full(codes.shape[1], self.intercept)
        for position, table in self.tables:
            total += table[codes[position]]
        return total


@dataclass(frozen=True)
class LinearDesign:
    """How rows become the matrix of the logistic regression: the encoder's look-ups, and the segment as names.

    Attributes
    ----------
    tables
        (row of the code matrix, float64 table of shape (n_raw, width)) for each stretch of columns.
    """

    tables: tuple[tuple[int, NDArray[np.float64]], ...]

    def matrix(self, codes: NDArray[np.int16]) -> NDArray[np.float64]:
        """Encode rows, shape (n_rows, width)."""
        return np.concatenate([table[codes[position]] for position, table in self.tables], axis=1)


def linear_design(encoder: Encoder, segment_sizes: NDArray[np.int64], columns: int) -> LinearDesign:
    """Take the encoder's tables and add the segment in the same metric.

    Parameters
    ----------
    encoder
        Look-up tables of everything that a score may use.
    segment_sizes : ndarray of int64, shape (k + 1,)
        Population rows by segment, segment 0 first.
    columns
        Number of columns in a code matrix; the segment stands below them.
    """
    tables = [(stretch.aspect.position, stretch.table.astype(np.float64)) for stretch in encoder.stretches]
    shares = np.maximum(segment_sizes, 1) / segment_sizes.sum()
    indicators = (np.eye(len(shares)) - shares) / np.sqrt(shares) / np.sqrt(max(len(shares) - 1, 1))
    return LinearDesign((*tables, (columns, indicators)))


def load_library() -> None:
    """Import the library, which takes a second, before threads do it at the same time and stumble over each other."""
    import sklearn.ensemble
    import sklearn.linear_model  # noqa: F401 (imported for its effect)


def fit_linear(design: LinearDesign, codes: NDArray[np.int16], customer: NDArray[np.bool_]) -> LinearScorer:
    """Fit a logistic regression with a light ridge.

    Parameters
    ----------
    codes : ndarray of int16, shape (n_columns + 1, n_rows)
    customer : ndarray of bool, shape (n_rows,)
        Both kinds must occur.
    """
    from sklearn.linear_model import LogisticRegression

    with threadpool_limits(1):
        fitted = LogisticRegression(C=_RIDGE, solver="newton-cholesky", max_iter=50)
        fitted.fit(design.matrix(codes), customer)
    weights = fitted.coef_[0]
    by_position: dict[int, NDArray[np.float64]] = {}
    start = 0
    for position, table in design.tables:
        adds = table @ weights[start : start + table.shape[1]]
        by_position[position] = by_position.get(position, np.zeros(len(adds))) + adds
        start += table.shape[1]
    return LinearScorer(float(fitted.intercept_[0]), tuple(sorted(by_position.items())))


def fit_trees(
    features: Sequence[ScoreFeature], codes: NDArray[np.int16], customer: NDArray[np.bool_], count: int
) -> TreeScorer:
    """Fit boosted trees of at most eight leaves (Friedman 2001), names tested as sets.

    Parameters
    ----------
    features
        Names first.
    codes : ndarray of int16, shape (n_columns + 1, n_rows)
    customer : ndarray of bool, shape (n_rows,)
        Both kinds must occur.
    count
        Number of trees.
    """
    present, matrix = _matrix(features, codes)
    fitted = _boosting(features, count)
    with threadpool_limits(1):
        fitted.fit(matrix, customer)
    return TreeScorer(present, _arrays(fitted))


def grow_trees(
    features: Sequence[ScoreFeature],
    codes: NDArray[np.int16],
    customer: NDArray[np.bool_],
    others: NDArray[np.int16],
    other_customer: NDArray[np.bool_],
) -> TreeScorer:
    """Fit boosted trees for as long as they describe other people better, and keep the best number of them.

    Forty trees are added at a time until the log loss on the other people is smallest before the last of them.

    Parameters
    ----------
    features, codes, customer
        As ``fit_trees``.
    others, other_customer
        Raw codes and kind of people who are not fitted on.
    """
    present, matrix = _matrix(features, codes)
    fitted = _boosting(features, 0)
    most = max(_TREES_AT_A_TIME, min(MOST_TREES, MOST_WORK // matrix.size))
    for count in range(_TREES_AT_A_TIME, most + 1, _TREES_AT_A_TIME):
        fitted.set_params(max_iter=count)
        with threadpool_limits(1):
            fitted.fit(matrix, customer)
        scorer = TreeScorer(present, _arrays(fitted))
        losses = [log_loss(odds, other_customer) for odds in scorer.staged(others)[1:]]
        best = 1 + int(np.argmin(losses))
        if best < len(losses):
            break
    return scorer.first(best)


def log_loss(log_odds: NDArray[np.float64], customer: NDArray[np.bool_]) -> float:
    """Return the mean of -log of the probability given to what each person is."""
    return float(np.logaddexp(0.0, np.where(customer, -log_odds, log_odds)).mean())


def _boosting(features: Sequence[ScoreFeature], count: int) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(
        max_iter=count,
        learning_rate=LEARNING_RATE,
        max_leaf_nodes=MOST_LEAVES,
        min_samples_leaf=_LEAST_LEAF,
        categorical_features=np.array([feature.categorical for feature in features]),
        early_stopping=False,
        warm_start=True,
        random_state=0,
    )


def _matrix(
    features: Sequence[ScoreFeature], codes: NDArray[np.int16]
) -> tuple[tuple[ScoreFeature, ...], NDArray[np.float64]]:
    present, columns = zip(*(_renumbered(feature, codes) for feature in features), strict=True)
    return tuple(present), np.stack(columns, axis=1)


def _renumbered(feature: ScoreFeature, codes: NDArray[np.int16]) -> tuple[ScoreFeature, NDArray[np.float64]]:
    """Return a feature whose names are numbered 0, 1, ... without gaps over these rows, and its column.

    The library numbers the names that it sees itself; with no gaps its numbers are ours. A name that no row has is
    missing for this model.
    """
    if not feature.categorical:
        return feature, feature.values[codes[feature.position]]
    seen = np.unique(feature.values[codes[feature.position]])
    seen = seen[~np.isnan(seen)][:_MOST_NAMES]
    place = np.searchsorted(seen, feature.values).clip(max=max(len(seen) - 1, 0))
    known = np.isin(feature.values, seen)
    values = np.where(known, place, np.nan)
    renumbered = ScoreFeature(feature.position, feature.name, feature.label, True, values)
    return renumbered, values[codes[feature.position]]


def _arrays(fitted: Any) -> Trees:
    """Take the trees out of a fitted classifier."""
    predictors = [trees[0] for trees in fitted._predictors]
    nodes = np.concatenate([predictor.nodes for predictor in predictors])
    start = np.concatenate([[0], np.cumsum([len(predictor.nodes) for predictor in predictors])])
    leaf, by_name = nodes["is_leaf"].astype(bool), nodes["is_categorical"].astype(bool)
    sets = np.concatenate([predictor.raw_left_cat_bitsets for predictor in predictors])
    by_name &= ~leaf
    names = np.full(len(nodes), -1, dtype=np.int32)
    offset = np.repeat(
        np.cumsum([0, *(len(p.raw_left_cat_bitsets) for p in predictors[:-1])]), np.diff(start)
    )  # each tree numbers its own tests on names
    names[by_name] = (nodes["bitset_idx"].astype(np.int64) + offset)[by_name]
    return Trees(
        start=start.astype(np.int32),
        feature=np.where(leaf, -1, nodes["feature_idx"]).astype(np.int16),
        threshold=np.where(leaf | by_name, 0.0, nodes["num_threshold"]),
        missing_left=nodes["missing_go_to_left"].astype(bool) & ~leaf,
        names=names,
        left_names=_unpacked(sets),
        left=np.where(leaf, 0, nodes["left"]).astype(np.int16),
        right=np.where(leaf, 0, nodes["right"]).astype(np.int16),
        value=np.where(leaf, nodes["value"], 0.0),
        baseline=float(np.ravel(fitted._baseline_prediction)[0]),
    )


def _unpacked(sets: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Unpack sets of names: bit i of word w is name 32 w + i; shape (n_sets, 256)."""
    bits = (sets[:, :, np.newaxis] >> np.arange(32, dtype=np.uint32)) & np.uint32(1)
    return np.asarray(bits.astype(bool).reshape(len(sets), 256))
