"""Folds by id."""

from __future__ import annotations

import numpy as np

from reportgen.analysis.folds import FOLDS, fold_of, in_validation
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
