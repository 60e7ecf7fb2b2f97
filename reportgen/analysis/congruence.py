"""Would other people give the same components? Tucker's congruence over bootstrap samples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray
from scipy.linalg import eigh

from reportgen.engine.local import LocalEngine

BOOTSTRAPS = 20
_STREAM = 0x7C4B  # of the random generator


@dataclass(frozen=True)
class LoadingStability:
    """Agreement of each kept component with its counterpart in bootstrap samples.

    Lorenzo-Seva and ten Berge (2006, "Tucker's congruence coefficient", Methodology 2, 57-64): 0.95 and more reads as
    equal, 0.85 to 0.94 as fairly similar.

    Attributes
    ----------
    mean, lowest : ndarray of float64, shape (kept,)
        Absolute congruence over bootstrap samples, in [0, 1].
    bootstraps
        Number of samples.
    """

    mean: NDArray[np.float64]
    lowest: NDArray[np.float64]
    bootstraps: int


def loading_stability(
    engine: LocalEngine,
    rows: NDArray[np.float32],
    loadings: NDArray[np.float64],
    seed: int,
    bootstraps: int = BOOTSTRAPS,
) -> LoadingStability:
    """Measure how far the kept components depend on who is in the sample.

    Parameters
    ----------
    engine
        Runs the samples side by side; BLAS must be pinned to one thread.
    rows : ndarray of float32, shape (n_rows, n_encoded)
        Encoded rows of the sample.
    loadings : ndarray of float64, shape (kept, n_encoded)
        Kept components as rows; a bootstrap sample keeps as many.
    """

    def congruences(replicate: int) -> NDArray[np.float64]:
        random = np.random.default_rng([seed, _STREAM, replicate])
        times = np.bincount(random.integers(0, len(rows), len(rows)), minlength=len(rows))
        return match_components(loadings, leading_components(rows, times, len(loadings)))

    found = np.array(list(engine.map(congruences, range(bootstraps))))
    return LoadingStability(found.mean(axis=0), found.min(axis=0), bootstraps)


def leading_components(rows: NDArray[np.float32], times: NDArray[np.int64], kept: int) -> NDArray[np.float64]:
    """Return the leading eigenvectors of the covariance of rows that count several times, or not at all.

    Parameters
    ----------
    rows : ndarray of float32, shape (n_rows, n_encoded)
    times : ndarray of int64, shape (n_rows,)
        How often each row was drawn.

    Returns
    -------
    ndarray of float64, shape (kept, n_encoded)
        Unit vectors, by descending eigenvalue; signs are arbitrary.
    """
    drawn = np.flatnonzero(times)
    weights = times[drawn].astype(np.float64)
    chosen = rows[drawn].astype(np.float64)
    weighted = chosen * weights[:, np.newaxis]
    mean = weighted.sum(axis=0) / weights.sum()
    covariance = (chosen.T @ weighted) / weights.sum() - np.outer(mean, mean)
    width = rows.shape[1]
    _, vectors = eigh((covariance + covariance.T) / 2, subset_by_index=(width - kept, width - 1))
    return np.asarray(vectors.T[::-1])


def match_components(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """Congruence of each component of one solution with its counterpart in the other, one to one.

    Counterparts are chosen so that the sum of absolute congruences is largest (Hungarian method), since components of
    similar variance change places.

    Parameters
    ----------
    first, second : ndarray of float64, shape (n_components, n_encoded)
        The second must have as many components or more.

    Returns
    -------
    ndarray of float64, shape (n_components of the first,)
        In [0, 1].
    """
    phi = np.abs(tucker_congruence(first, second))
    own, other = scipy.optimize.linear_sum_assignment(phi, maximize=True)
    return np.asarray(phi[own, other])


def tucker_congruence(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """Tucker's φ = Σ xy / √(Σ x² Σ y²) of all pairs of components (Tucker 1951).

    Returns
    -------
    ndarray of float64, shape (n_first, n_second)
        In [-1, 1]; the length of a component does not matter.
    """
    lengths = np.outer(np.linalg.norm(first, axis=1), np.linalg.norm(second, axis=1))
    return np.asarray(np.clip((first @ second.T) / lengths, -1.0, 1.0))
