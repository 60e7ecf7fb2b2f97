"""Folds by id."""

from __future__ import annotations

import numpy as np

from reportgen.analysis.auc import area
from reportgen.analysis.folds import FOLDS, fold_of, in_validation, within_folds
from reportgen.engine.sampling import mix_hash, unmix_hash
from reportgen.ingest.ids import mix

HASHES = mix(np.arange(50_000, dtype=np.uint64))


def test_folds_are_equally_large_and_the_validation_a_fifth() -> None:
    counts = np.bincount(fold_of(HASHES, 1), minlength=FOLDS)
    assert len(counts) == FOLDS
    assert np.abs(counts - 10_000).max() < 4 * np.sqrt(50_000 * 0.2 * 0.8)
    assert abs(in_validation(HASHES, 1).sum() - 10_000) < 4 * np.sqrt(50_000 * 0.2 * 0.8)


def test_a_fold_depends_on_the_id_and_the_seed_alone() -> None:
    np.testing.assert_array_equal(fold_of(HASHES, 1)[::-1], fold_of(HASHES[::-1], 1))
    assert (fold_of(HASHES, 1) != fold_of(HASHES, 2)).mean() > 0.7


def test_folds_validation_and_sample_do_not_depend_on_each_other() -> None:
    fold, validation = fold_of(HASHES, 1), in_validation(HASHES, 1)
    sampled = np.argsort(mix_hash(HASHES, 1))[:20_000]  # the sample takes the smallest hashes of the same seed
    for part in (validation, np.isin(np.arange(len(HASHES)), sampled)):
        shares = np.bincount(fold[part], minlength=FOLDS) / part.sum()
        assert np.abs(shares - 0.2).max() < 0.02


def test_mixing_a_hash_can_be_undone() -> None:
    for seed in (0, 1, 7, 2**32 - 1):
        np.testing.assert_array_equal(unmix_hash(mix_hash(HASHES, seed), seed), HASHES)


def test_places_are_taken_within_each_fold() -> None:
    values = np.array([1.0, 3.0, 2.0, 3.0, 10.0, 30.0, 20.0])
    customer = np.array([False, False, True, True, False, False, True])
    fold = np.array([0, 0, 0, 0, 1, 1, 1], dtype=np.int8)
    # fold 0 has others with 1 and 3: 2 is above one of two, 3 above one and tied with the other; fold 1 is ten times it
    assert within_folds(values, customer, fold).tolist() == [0.25, 0.75, 0.5, 0.75, 0.25, 0.75, 0.5]


def test_a_fold_without_others_says_nothing() -> None:
    assert within_folds(np.array([5.0]), np.array([True]), np.zeros(1, dtype=np.int8)).tolist() == [0.5]


def test_places_do_not_tell_a_fold_by_its_scale() -> None:
    rng = np.random.default_rng(2)
    fold = rng.integers(0, FOLDS, 5_000).astype(np.int8)
    customer = rng.random(5_000) < np.linspace(0.1, 0.5, FOLDS)[fold]
    by_fold = -fold.astype(np.float64)  # the fold with most customers has the lowest numbers
    assert area(by_fold[customer], by_fold[~customer]).value < 0.42
    places = within_folds(by_fold, customer, fold)
    assert area(places[customer], places[~customer]).value == 0.5
