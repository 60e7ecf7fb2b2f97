"""Boosted trees as arrays: the look-ups give exactly what scikit-learn gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from reportgen.analysis.score_models import fit_trees, grow_trees, log_loss
from reportgen.analysis.score_rows import ScoreFeature
from reportgen.analysis.trees import Trees, TreeScorer
from tests.unit.analysis.coded import floats, raw


def made_features(rng: np.random.Generator, names: int, scales: int) -> list[ScoreFeature]:
    """Features by raw code, each with missing codes; names first, one with many of them."""
    features = []
    for at in range(names):
        size = int(rng.integers(3, 12)) if at else 180
        values = rng.permutation(size).astype(float)
        values[rng.integers(size)] = np.nan
        features.append(ScoreFeature(at, f"name{at}", "", True, values))
    for at in range(names, names + scales):
        values = rng.normal(size=int(rng.integers(2, 300)))
        values[0] = np.nan
        features.append(ScoreFeature(at, f"scale{at}", "", False, values))
    return features


def made_rows(
    features: Sequence[ScoreFeature], rows: int, rng: np.random.Generator
) -> tuple[NDArray[np.int16], NDArray[np.bool_]]:
    codes = np.array([rng.integers(0, len(f.values), rows) for f in features], dtype=np.int16)
    pull = sum(
        np.nan_to_num(f.values[c]) / max(np.nanstd(f.values), 1e-9) for f, c in zip(features, codes, strict=True)
    )
    return codes, rng.random(rows) < 1 / (1 + np.exp(-pull + 1))


@pytest.mark.parametrize("seed", range(6))
def test_scores_are_those_of_the_library_to_the_last_bit(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(seed)
    features = made_features(rng, names=int(rng.integers(0, 4)), scales=int(rng.integers(1, 8)))
    codes, customer = made_rows(features, 3_000 if seed % 2 else 130, rng)  # few rows leave trees without all leaves
    kept: dict[str, Any] = {}
    fit = HistGradientBoostingClassifier.fit

    def remember(self: HistGradientBoostingClassifier, x: Any, y: Any) -> Any:
        kept["model"], kept["x"] = self, x
        return fit(self, x, y)

    monkeypatch.setattr(HistGradientBoostingClassifier, "fit", remember)
    scorer = fit_trees(features, codes, customer, 21)  # no multiple of eight: the last word is not full
    np.testing.assert_array_equal(scorer.log_odds(codes), kept["model"].decision_function(kept["x"]))
    assert scorer.trees.count == 21


def test_the_first_trees_give_the_stage_after_them() -> None:
    rng = np.random.default_rng(7)
    features = made_features(rng, 2, 4)
    codes, customer = made_rows(features, 2_000, rng)
    scorer = fit_trees(features, codes, customer, 30)
    stages = scorer.staged(codes)
    assert stages.shape == (5, 2_000)
    np.testing.assert_array_equal(stages[0], np.full(2_000, scorer.trees.baseline))
    for stage in (1, 2, 4):
        np.testing.assert_array_equal(scorer.first(stage).log_odds(codes), stages[stage])


def test_names_that_no_row_has_are_missing() -> None:
    rng = np.random.default_rng(3)
    feature = ScoreFeature(0, "name", "", True, floats([0, 1, 2, 3, np.nan]))
    codes = raw([rng.choice([0, 2, 4], 600)])
    customer = codes[0] == 2
    scorer = fit_trees([feature], codes, customer, 10)
    odds = scorer.log_odds(raw([[0, 1, 2, 3, 4]]))
    assert odds[2] > odds[0]
    assert odds[1] == odds[3] == odds[4]


def test_a_tree_of_one_leaf_adds_its_value() -> None:
    trees = Trees(
        start=np.array([0, 1], dtype=np.int32), feature=np.array([-1], dtype=np.int16), threshold=floats([0]),
        missing_left=np.array([False]), names=np.array([-1], dtype=np.int32), left_names=np.zeros((0, 256), dtype=bool),
        left=np.array([0], dtype=np.int16), right=np.array([0], dtype=np.int16), value=floats([0.25]), baseline=-1.0,
    )  # fmt: skip
    np.testing.assert_array_equal(TreeScorer((), trees).log_odds(raw([[0, 0]])), [-0.75, -0.75])


def test_a_hand_made_tree() -> None:
    # node 0: scale <= 2 goes left (missing too) to leaf 1; else names {0, 2} go left to leaf 3, others to leaf 4
    trees = Trees(
        start=np.array([0, 5], dtype=np.int32), feature=np.array([1, -1, 0, -1, -1], dtype=np.int16),
        threshold=floats([2, 0, 0, 0, 0]), missing_left=np.array([True, False, False, False, False]),
        names=np.array([-1, -1, 0, -1, -1], dtype=np.int32),
        left_names=np.isin(np.arange(256), [0, 2])[np.newaxis], left=np.array([1, 0, 3, 0, 0], dtype=np.int16),
        right=np.array([2, 0, 4, 0, 0], dtype=np.int16), value=floats([0, 10, 0, 20, 30]), baseline=1.0,
    )  # fmt: skip
    name = ScoreFeature(0, "name", "", True, floats([0, 1, 2, np.nan]))
    scale = ScoreFeature(1, "scale", "", False, floats([1, 2, 3, np.nan]))
    rows = raw([[0, 1, 0, 1, 2, 3], [0, 1, 2, 2, 2, 2]])
    np.testing.assert_array_equal(TreeScorer((name, scale), trees).log_odds(rows), [11, 11, 21, 31, 21, 31])
    np.testing.assert_array_equal(TreeScorer((name, scale), trees).log_odds(raw([[1], [3]])), [11])


def test_trees_grow_while_others_gain_and_keep_the_best_number() -> None:
    rng = np.random.default_rng(11)
    features = made_features(rng, 1, 5)
    codes, customer = made_rows(features, 4_000, rng)
    noise = rng.random(1_000) < 0.5
    useless = grow_trees(features, codes[:, :1_000], noise, codes[:, 1_000:2_000], rng.random(1_000) < 0.5)
    useful = grow_trees(features, codes[:, :2_000], customer[:2_000], codes[:, 2_000:], customer[2_000:])
    assert useless.trees.count <= 16 < useful.trees.count
    stages = useful.staged(codes[:, 2_000:])
    losses = [log_loss(odds, customer[2_000:]) for odds in stages]
    assert int(np.argmin(losses)) == len(losses) - 1
