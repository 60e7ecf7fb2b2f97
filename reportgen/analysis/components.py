"""Principal components of the encoded population, and how many to keep."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

from reportgen.analysis.encoding import Encoder
from reportgen.engine.local import LocalEngine
from reportgen.engine.passes import CHUNK_ROWS, Moments
from reportgen.formatting import Formatted, Formatter
from reportgen.language import Said, say

HARDLY_USED = 0.20
_HARDLY_USED_LIMIT = 0.25  # at most this share of features may be hardly used
_PARALLEL_DRAWS = 20
_PARALLEL_QUANTILE = 0.95
_PARALLEL_STREAM = 0x5CEE  # of the random generator
_STORED = re.compile(
    r"the fewest that carry (?P<share>[\d.]+)\u00a0% of the variance"
    r"(?: \((?P<fewest>\d+)\), and (?P<more>\d+) more so that hardly any feature is left out)?"
)


@dataclass(frozen=True)
class Components:
    """Eigen-decomposition of the covariance of the encoded rows.

    Attributes
    ----------
    mean : ndarray of float64, shape (n_encoded,)
        Mean encoded row; near 0.
    eigenvalues : ndarray of float64, shape (n_encoded,)
        Descending, not below 0; their sum is the total inertia.
    loadings : ndarray of float64, shape (n_components, n_encoded)
        Unit eigenvectors as rows; the largest absolute entry of each is positive.
    kept
        Number of components that carry the distance.
    reason
        Why so many, in words.
    variances : ndarray of float64, shape (n_encoded,)
        Variance of each encoded column.
    """

    mean: NDArray[np.float64]
    eigenvalues: NDArray[np.float64]
    loadings: NDArray[np.float64]
    kept: int
    reason: str
    variances: NDArray[np.float64]

    @property
    def explained(self) -> float:
        """Share of the total inertia that the kept components carry."""
        return float(self.eigenvalues[: self.kept].sum() / self.eigenvalues.sum())

    @cached_property
    def basis(self) -> NDArray[np.float64]:
        """Kept eigenvectors as columns, shape (n_encoded, kept)."""
        return np.ascontiguousarray(self.loadings[: self.kept].T)

    def correlations(self) -> NDArray[np.float64]:
        """Correlation of each encoded column with each kept component, shape (kept, n_encoded)."""
        sd = np.sqrt(self.variances)
        scaled = self.loadings[: self.kept] * np.sqrt(self.eigenvalues[: self.kept, np.newaxis])
        return np.asarray(np.divide(scaled, sd, out=np.zeros_like(scaled), where=sd > 0))

    def project(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Carry encoded rows into the kept components, shape (n_rows, kept)."""
        return np.asarray((rows.astype(np.float64) - self.mean) @ self.basis)

    def project_codes(self, encoder: Encoder, codes: NDArray[np.int16]) -> NDArray[np.float32]:
        """Encode rows and carry them into the kept components, some at a time.

        Parameters
        ----------
        codes : ndarray of int16, shape (n_columns of the encoder, n_rows)

        Returns
        -------
        ndarray of float32, shape (n_rows, kept)
        """
        points = np.empty((codes.shape[1], self.kept), dtype=np.float32)
        for start in range(0, len(points), CHUNK_ROWS):
            part = slice(start, start + CHUNK_ROWS)
            points[part] = self.project(encoder.rows.encode(codes[:, part]))
        return points


def decompose(moments: Moments) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return mean, eigenvalues (descending) and eigenvectors (rows, sign fixed) of the covariance (ddof 0)."""
    mean = moments.sums / moments.rows
    covariance = moments.products / moments.rows - np.outer(mean, mean)
    values, vectors = eigh((covariance + covariance.T) / 2)
    values = np.maximum(values[::-1], 0.0)
    loadings = vectors.T[::-1]
    largest = np.abs(loadings).argmax(axis=1)
    signs = np.sign(loadings[np.arange(len(loadings)), largest])
    return mean, values, loadings * signs[:, np.newaxis]


def fit_components(moments: Moments, encoder: Encoder, min_explained: float, *, reduce: bool = True) -> Components:
    """Decompose and decide how many components to keep.

    The fewest that carry ``min_explained`` of the inertia; then more until at most a quarter of the features is
    hardly used (under 20 % of its inertia kept).

    Parameters
    ----------
    moments
        Of the placed population rows.
    min_explained
        In (0, 1].
    reduce
        False keeps every component with inertia, which is k-means on all encoded columns.
    """
    mean, values, loadings = decompose(moments)
    variances = np.maximum(moments.products.diagonal() / moments.rows - mean**2, 0.0)
    useful = int((values > values[0] * 1e-10).sum())
    if not reduce:
        return Components(mean, values, loadings, useful, _all_of_them(), variances)
    share = np.cumsum(values) / values.sum()
    fewest = kept = min(int(np.searchsorted(share, min_explained - 1e-12)) + 1, useful)
    while kept < useful:
        hardly = inertia_kept(loadings, values, variances, encoder, kept) < HARDLY_USED
        if hardly.mean() <= _HARDLY_USED_LIMIT:
            break
        kept += 1
    return Components(mean, values, loadings, kept, _carries(min_explained, fewest, kept - fewest), variances)


def _carries(share: float, fewest: int, more: int) -> Said:
    carried = Formatted(Formatter.share, share)
    if more:
        return say(
            "the fewest that carry {share} of the variance ({fewest}), and {more} more so that hardly any feature is "
            "left out",
            share=carried,
            fewest=fewest,
            more=more,
        )
    return say("the fewest that carry {share} of the variance", share=carried)


def stored_reason(text: str) -> str:
    """Return why components were kept, as a model stored it in English, as a text that other languages can say."""
    told = _STORED.fullmatch(text)
    if told is not None:
        return _carries(float(told["share"]) / 100, int(told["fewest"] or 0), int(told["more"] or 0))
    everything = _all_of_them()
    return everything if text == everything else text


def _all_of_them() -> Said:
    return say("all of them, because the segments are built on all encoded columns")


def inertia_kept(
    loadings: NDArray[np.float64],
    eigenvalues: NDArray[np.float64],
    variances: NDArray[np.float64],
    encoder: Encoder,
    kept: int,
) -> NDArray[np.float64]:
    """Share of each feature's inertia that the first ``kept`` components carry.

    Returns
    -------
    ndarray of float64, shape (n_features,)
        In [0, 1], in the order of ``encoder.columns``.
    """
    carried = (loadings[:kept] ** 2 * eigenvalues[:kept, np.newaxis]).sum(axis=0)
    n = len(encoder.columns)
    total = np.bincount(encoder.owner, weights=variances, minlength=n)
    part = np.bincount(encoder.owner, weights=carried, minlength=n)
    return np.asarray(np.clip(np.divide(part, total, out=np.zeros(n), where=total > 0), 0.0, 1.0))


def larger_than_chance(eigenvalues: Iterable[float], line: Iterable[float]) -> int:
    """Count the leading components above the parallel line: Horn's rule stops at the first that is not."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] > pair[1], zip(eigenvalues, line, strict=False)))


def parallel_line(engine: LocalEngine, codes: NDArray[np.int16], encoder: Encoder, seed: int) -> NDArray[np.float64]:
    """Eigenvalues that features without any relation would show (Horn 1965; 95 % quantile, Glorfeld 1995).

    Each feature is permuted as a whole over the rows of the sample, so its levels and gaps stay as they are.

    Parameters
    ----------
    engine
        Runs the draws side by side; BLAS must be pinned to one thread.
    codes : ndarray of int16, shape (n_columns of the encoder, n_rows)
        Raw codes of the sample.

    Returns
    -------
    ndarray of float64, shape (n_encoded,)
        Descending.
    """

    def eigenvalues(draw: int) -> NDArray[np.float64]:
        random = np.random.default_rng([seed, _PARALLEL_STREAM, draw])
        rows = encoder.rows.encode(np.stack([random.permutation(row) for row in codes]))
        rows -= rows.mean(axis=0)
        return np.asarray(np.linalg.eigvalsh((rows.T @ rows).astype(np.float64) / len(rows))[::-1])

    draws = list(engine.map(eigenvalues, range(_PARALLEL_DRAWS)))
    return np.asarray(np.quantile(draws, _PARALLEL_QUANTILE, axis=0))
