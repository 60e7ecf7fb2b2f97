"""Folds by id: whoever a model was fitted on is scored by another one.

Every person belongs to one fold, decided by a hash of the id and the seed of the run. The model of a fold is fitted
without the people of that fold, so the rule "score with the model of your fold" holds for the sample that was fitted
on, for everybody else in the files and for people who come later.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reportgen.engine.sampling import mix_hash

FOLDS = 5
VALIDATION_SHARE = 5  # one row in so many chooses between models and is never evaluated on
_FOLD, _VALIDATION = 0xF01D, 0x7A11D  # added to the seed, so that folds do not depend on who is in the sample


def fold_of(hashes: NDArray[np.uint64], seed: int) -> NDArray[np.int8]:
    """Return the fold of each id, 0..4, shape (n,).

    Parameters
    ----------
    hashes : ndarray of uint64, shape (n,)
        Hashes of ids, as the blocks hold them.
    seed
        Seed of the run that fitted the models.
    """
    return _remainder(hashes, seed + _FOLD, FOLDS).astype(np.int8)


def in_validation(hashes: NDArray[np.uint64], seed: int) -> NDArray[np.bool_]:
    """Return who belongs to the fifth that chooses the model, shape (n,)."""
    return np.asarray(_remainder(hashes, seed + _VALIDATION, VALIDATION_SHARE) == 0)


def _remainder(hashes: NDArray[np.uint64], seed: int, parts: int) -> NDArray[np.uint64]:
    return np.asarray((mix_hash(hashes, seed) >> np.uint64(11)) % np.uint64(parts))


def within_folds(
    values: NDArray[np.float64], customer: NDArray[np.bool_], fold: NDArray[np.int8]
) -> NDArray[np.float64]:
    """Replace each number by its place in its own fold: the share of the fold's others below it, ties counted half.

    Numbers of different folds come from different models. Pooled as they are, they say something about the folds: where
    a fold has many customers by chance, the models fitted without it have seen few, and its people come too far back.

    Parameters
    ----------
    values : ndarray of float64, shape (n_rows,)
    customer : ndarray of bool, shape (n_rows,)
    fold : ndarray of int8, shape (n_rows,)

    Returns
    -------
    ndarray of float64, shape (n_rows,)
        In [0, 1]; one half where a fold has no others.
    """
    out = np.full(len(values), 0.5)
    for number in np.unique(fold):
        here = fold == number
        others = np.sort(values[here & ~customer])
        if len(others):
            below = np.searchsorted(others, values[here]) + np.searchsorted(others, values[here], side="right")
            out[here] = below / (2.0 * len(others))
    return out
