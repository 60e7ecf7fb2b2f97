"""The individual index."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from reportgen.analysis.aspects import aspects_of
from reportgen.analysis.encoding import fit_encoder
from reportgen.analysis.folds import FOLDS
from reportgen.analysis.ranking import (
    LINEAR,
    Ranker,
    fit_ranking,
    log_others,
    population_mean,
    relative_density,
    segment_index,
    segment_places,
)
from reportgen.analysis.recalibration import UNCHANGED
from reportgen.analysis.score_models import LinearScorer
from reportgen.analysis.score_rows import ScoreRows, score_features
from reportgen.dictionary import Kind
from reportgen.engine.local import LocalEngine
from tests.unit.analysis.coded import coded_column, floats, raw

COLUMNS = (coded_column("A", ["1", "2", "3", "4"]), coded_column("B", ["x", "y", "z"], Kind.CATEGORICAL))


def made_rows(seed: int, rows: int = 4_000, pull: float = 0.8, share: float = 0.0) -> ScoreRows:
    """Others answer evenly, customers more often high; segment 1 or 2 follows the second column."""
    rng = np.random.default_rng(seed)
    customer = np.arange(rows) >= rows // 2
    weights = np.exp(pull * np.arange(4))
    a = np.where(customer, rng.choice(4, rows, p=weights / weights.sum()), rng.integers(0, 4, rows))
    b = rng.integers(0, 3, rows)
    codes = np.array([a, b, 1 + (b > 0)], dtype=np.int16)
    return ScoreRows(
        codes,
        customer,
        np.zeros(rows, dtype=bool),
        rng.integers(0, FOLDS, rows).astype(np.int8),
        rng.random(rows) < 0.2,
        share,
    )


def fitted(rows: ScoreRows, threads: int = 1):  # type: ignore[no-untyped-def]
    counts = tuple(np.bincount(rows.codes[at], minlength=len(c.codes)) for at, c in enumerate(COLUMNS))
    aspects = [
        aspect
        for at, (column, kind) in enumerate(zip(COLUMNS, (Kind.ORDINAL, Kind.CATEGORICAL), strict=True))
        for aspect in aspects_of(column, at, kind)
    ]
    features = score_features(aspects, counts, len(COLUMNS), 2)
    sizes = np.bincount(rows.segments, minlength=3)
    return fit_ranking(LocalEngine(threads), rows, features, fit_encoder(aspects, counts), sizes, 1)


def test_density_over_the_population_by_hand() -> None:
    ratio = np.log(floats([3.0, 1.0, 0.5]))
    # separate files: the ratio itself
    np.testing.assert_allclose(relative_density(ratio, 0.0), [3, 1, 0.5])
    # a fifth are customers: p = s r / (s r + 1 - s), over s
    p = 0.2 * floats([3, 1, 0.5]) / (0.2 * floats([3, 1, 0.5]) + 0.8)
    np.testing.assert_allclose(relative_density(ratio, 0.2), p / 0.2)


def test_no_ratio_overflows() -> None:
    assert np.isfinite(relative_density(floats([-1e4, 1e4]), 0.0)).all()
    assert relative_density(floats([1e4]), 0.25)[0] == pytest.approx(4.0)


def test_odds_are_corrected_for_the_sizes_of_the_sample() -> None:
    assert log_others(np.array([True] * 2 + [False] * 6)) == pytest.approx(np.log(3))
    # everybody alike: odds of the sample are customers / others, so the index is 100
    scorer = LinearScorer(float(np.log(2 / 6)), ())
    ranker = Ranker("x", (scorer,) * FOLDS, np.full(FOLDS, np.log(3)), (UNCHANGED,) * FOLDS, 0.0, 1.0, 1)
    np.testing.assert_allclose(ranker.index(raw([[0, 0]]), np.array([0, 3], dtype=np.int8)), 100.0)


def test_the_mean_over_the_population_by_hand() -> None:
    values, customer = floats([10, 20, 60]), np.array([False, False, True])
    assert population_mean(values, customer, 0.0) == 15.0
    assert population_mean(values, customer, 0.2) == pytest.approx(0.8 * 15 + 0.2 * 60)


@pytest.mark.parametrize("share", [0.0, 0.3])
def test_the_held_out_mean_is_a_hundred_and_the_index_that_of_the_answers(share: float) -> None:
    rows = made_rows(1, rows=12_000, share=share)
    found = fitted(rows)
    assert population_mean(found.index, rows.customer, share) == pytest.approx(100.0)
    assert found.mean == pytest.approx(100.0, abs=4.0)
    ratio = np.exp(0.8 * np.arange(4))
    ratio *= 4 / ratio.sum()
    expected = 100 * ratio / (share * ratio + 1 - share)
    for answer in range(4):
        assert found.index[rows.codes[0] == answer].mean() == pytest.approx(expected[answer], rel=0.08)


def test_the_better_model_is_chosen_and_both_are_told() -> None:
    # customers have even answers, others odd ones: no scale can tell them, trees can
    rng = np.random.default_rng(4)
    rows = made_rows(2)
    even = np.where(rows.customer, rng.choice([0, 2], len(rows.customer)), rng.choice([1, 3], len(rows.customer)))
    odd = fitted(replace(rows, codes=np.array([even, *rows.codes[1:]], dtype=np.int16)))
    assert odd.ranker.name == "boosted trees"
    assert odd.candidates[0].auc > 0.99 > 0.8 > odd.candidates[1].auc
    assert odd.trees >= 8
    plain = fitted(made_rows(3))
    assert [candidate.auc for candidate in plain.candidates] == sorted((c.auc for c in plain.candidates), reverse=True)


def test_nobody_is_scored_by_a_model_that_saw_them() -> None:
    rows = made_rows(5)
    flipped = rows.customer.copy()
    chosen = np.flatnonzero((rows.fold == 2) & ~rows.validation)[::5]
    flipped[chosen] = ~flipped[chosen]
    before, after = fitted(rows).ranker, fitted(replace(rows, customer=flipped)).ranker
    assert before.name == after.name == LINEAR
    same = [np.allclose(one.log_odds(rows.codes), other.log_odds(rows.codes), atol=1e-9)
            for one, other in zip(before.scorers, after.scorers, strict=True)]  # fmt: skip
    assert same == [fold == 2 for fold in range(FOLDS)]
    assert before.log_others[2] == after.log_others[2]


def test_the_index_does_not_depend_on_threads() -> None:
    rows = made_rows(6)
    one, two = fitted(rows, 1), fitted(rows, 2)
    np.testing.assert_array_equal(one.index, two.index)
    assert one.candidates == two.candidates


def test_random_customers_cannot_be_told() -> None:
    found = fitted(made_rows(8, pull=0.0))
    index: NDArray[np.float64] = found.index
    assert found.candidates[0].auc == pytest.approx(0.5, abs=0.06)
    assert index.std() < 15


def segmented(segments: list[int], customer: list[bool], fold: list[int], share: float = 0.0) -> ScoreRows:
    none = np.zeros(len(segments), dtype=bool)
    codes = raw([[0] * len(segments), [0] * len(segments), segments])
    return ScoreRows(codes, np.array(customer), none, np.array(fold, dtype=np.int8), none, share)


def test_segment_index_counts_the_other_folds() -> None:
    rows = segmented([1, 1, 2, 2, 1, 0], [True, False, True, False, True, False], [0, 0, 1, 1, 1, 2])
    index = segment_index(rows, 2)
    # outside fold 0: customers 2 and 1 one each, others 2 and 0 one each: nobody to compare customers of 1 with
    assert index[0].tolist() == [0.0, 100.0, 100.0]
    # outside fold 1: segment 1 has the one customer and one of two others, segment 0 the other one
    assert index[1].tolist() == [0.0, 200.0, 100.0]
    # outside fold 2: segment 1 has two of three customers and one of two others
    assert index[2].tolist() == pytest.approx([100.0, 100 * (2 / 3) / 0.5, 100 * (1 / 3) / 0.5])


def test_segment_index_with_customers_taken_out() -> None:
    customer, fold = [True, True, True, False, False], [0, 1, 1, 1, 1]
    # outside fold 0: one of two customers and one of two others in segment 1: 0.5 / (0.2 x 0.5 + 0.8 x 0.5)
    assert segment_index(segmented([1, 1, 2, 1, 2], customer, fold, 0.2), 2)[0, 1] == pytest.approx(100.0)
    moved = segment_index(segmented([1, 1, 1, 1, 2], customer, fold, 0.2), 2)
    assert moved[0, 1] == pytest.approx(100 * 1.0 / (0.2 * 1.0 + 0.8 * 0.5))


def test_segments_rank_by_their_place_among_the_other_folds() -> None:
    rows = segmented([1, 1, 2, 2, 1, 0], [True, False, True, False, True, False], [0, 0, 1, 1, 1, 2])
    # fold 0: 1 and 2 tie at 100, the first comes first; fold 1: 1, 2, 0; fold 2: 1, then 0, then 2
    assert segment_places(rows, 2)[:3].tolist() == [[0, 2, 1], [0, 2, 1], [1, 2, 0]]
