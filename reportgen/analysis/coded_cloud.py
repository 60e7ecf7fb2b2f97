"""Data without groups that are coded like the data at hand: one normal cloud, cut into the same codes.

Codes alone make lumps. People with few levels per feature lie closer to a centroid than those of a smooth normal cloud,
so one cloud cut into fifths passes for types when it is compared with a smooth one. The cloud to compare with therefore
has a normal variable behind every scale, cut where its levels are, and one behind every name, of which the largest wins
(a multinomial probit). Their correlations are such that the encoded columns covary as in the data (NORTA, "normal to
anything": Cario and Nelson 1997; for two scales that is the polychoric correlation, Olsson 1979). Shares of levels,
gaps and all relations between pairs of features are those of the data. What one cloud cannot have, such as types, is
not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from reportgen.analysis.components import Components
from reportgen.analysis.encoding import Encoder
from reportgen.analysis.points import Points
from reportgen.analysis.variants_missing import known_values

_TRIAL_ROWS = 10_000
_ROUNDS = 4
_OFFSET_ROUNDS = 60
_OFFSET_STEP = 0.8
_TRIAL, _DRAW = 0xC0DE, 0xC0DF  # streams of the random generator


@dataclass(frozen=True)
class Cut:
    """How normal variables become the encoded columns of one scale or set of names.

    Attributes
    ----------
    first_latent, latent_width, first_encoded
        Their places among all latent variables, and where their encoded columns begin. A scale has one of each, names
        have a latent variable per name.
    limits : ndarray of float64
        For a scale, ascending thresholds between its steps; for names, what is added to each variable before the
        largest wins.
    rows : ndarray of float32, shape (n_steps, width)
        Encoded row of each step or name.
    """

    first_latent: int
    latent_width: int
    first_encoded: int
    limits: NDArray[np.float64]
    rows: NDArray[np.float32]

    @property
    def latent(self) -> slice:
        """Places among all latent variables."""
        return slice(self.first_latent, self.first_latent + self.latent_width)

    @property
    def encoded(self) -> slice:
        """Places among all encoded columns."""
        return slice(self.first_encoded, self.first_encoded + self.rows.shape[1])

    @property
    def is_scale(self) -> bool:
        """Whether one variable is cut, rather than several compared."""
        return self.latent_width == 1

    def encode(self, latent: NDArray[np.float32]) -> NDArray[np.float32]:
        """Encode drawn variables, shape (n_rows, n_latent), by this cut; shape (n_rows, width)."""
        if self.is_scale:
            return np.asarray(self.rows[np.searchsorted(self.limits, latent[:, self.first_latent])])
        return np.asarray(self.rows[(latent[:, self.latent] + self.limits).argmax(axis=1)])


@dataclass(frozen=True)
class CodedCloud:
    """One normal cloud and the codes that it is cut into.

    Attributes
    ----------
    mixing : ndarray of float32, shape (n_latent, n_latent)
        Its rows times independent standard normal variables are the latent variables.
    cuts
        In the order of the encoded columns.
    known : ndarray of bool, shape (n_rows, n_cuts)
        Which values the rows of the sample have; a drawn row has the gaps of one of them.
    components
        Where rows are projected, and the variances that they have there.
    """

    mixing: NDArray[np.float32]
    cuts: tuple[Cut, ...]
    known: NDArray[np.bool_]
    components: Components

    @property
    def sample_rows(self) -> int:
        """Rows of the sample that the cloud was fitted to."""
        return len(self.known)

    def draw(self, rows: int, seed: int, number: int = 0) -> Points:
        """Draw rows in the kept components, with exactly the variances of the data there.

        Parameters
        ----------
        number
            Of the draw; each has random numbers of its own.
        """
        random = np.random.default_rng([seed, _DRAW, number])
        latent = random.standard_normal((rows, len(self.mixing)), dtype=np.float32) @ self.mixing.T
        known = self.known[random.integers(0, len(self.known), rows)]
        widths = [len(cut.rows[0]) for cut in self.cuts]
        encoded = np.where(np.repeat(known, widths, axis=1), encode(self.cuts, latent), np.float32(0.0))
        points = self.components.project(encoded)
        points -= points.mean(axis=0)
        wanted = np.diag(self.components.eigenvalues[: self.components.kept])
        return Points.of(points @ least_map(points.T @ points / rows, wanted))


def encode(cuts: Sequence[Cut], latent: NDArray[np.float32]) -> NDArray[np.float32]:
    """Encode drawn variables, shape (n_rows, n_latent), by all cuts; shape (n_rows, n_encoded)."""
    return np.concatenate([cut.encode(latent) for cut in cuts], axis=1)


def fit_coded_cloud(codes: NDArray[np.int16], encoder: Encoder, components: Components, seed: int) -> CodedCloud:
    """Find the cuts, and the correlations that give the encoded columns their covariances.

    The correlations start from what a linear relation would need and are corrected by what a trial draw shows.

    Parameters
    ----------
    codes : ndarray of int16, shape (n_columns of the encoder, n_rows)
        Raw codes of the sample.
    """
    known = known_values(encoder).encode(codes) > 0
    places = _places(encoder, codes, known)
    trial = _white(np.random.default_rng([seed, _TRIAL]), max(place.latent.stop for place in places))
    cuts = tuple(place if place.is_scale else _with_offsets(place, trial) for place in places)
    wanted = _covariances(encoder, codes, known)
    apart = np.ones_like(wanted, dtype=np.bool_)
    for cut in cuts:
        apart[cut.encoded, cut.encoded] = False
    slopes = _slopes(cuts, trial)
    correlations = np.eye(trial.shape[1]) + slopes @ np.where(apart, wanted, 0.0) @ slopes.T
    for _ in range(_ROUNDS):
        columns = encode(cuts, trial @ _mixing(correlations, cuts).T).astype(np.float64)
        columns -= columns.mean(axis=0)
        error = np.where(apart, wanted - columns.T @ columns / len(columns), 0.0)
        correlations += slopes @ error @ slopes.T
    return CodedCloud(_mixing(correlations, cuts), cuts, known, components)


def _places(encoder: Encoder, codes: NDArray[np.int16], known: NDArray[np.bool_]) -> list[Cut]:
    """Give every scale and set of names its places; ``limits`` of names hold their shares for now."""
    cuts: list[Cut] = []
    latent = encoded = 0
    for at, (column, table) in enumerate(encoder.rows.tables):
        counts = np.bincount(codes[column][known[:, at]], minlength=len(table))
        used = np.flatnonzero(counts) if counts.any() else np.arange(1)
        rows, step_of = np.unique(table[used], axis=0, return_inverse=True)  # one column: ascending, as a scale is cut
        shares = np.bincount(step_of.ravel(), weights=counts[used]) / max(counts.sum(), 1)
        one = table.shape[1] == 1
        limits = ndtri(np.cumsum(shares)[:-1]) if one else shares
        cuts.append(Cut(latent, 1 if one else len(rows), encoded, limits, rows))
        latent, encoded = cuts[-1].latent.stop, cuts[-1].encoded.stop
    return cuts


def _white(random: np.random.Generator, width: int) -> NDArray[np.float32]:
    """Draw variables that are exactly uncorrelated, so that a trial errs in its higher moments alone."""
    rows = random.standard_normal((max(_TRIAL_ROWS, 20 * width), width))
    rows -= rows.mean(axis=0)
    return np.asarray(rows @ _power(rows.T @ rows / len(rows), -0.5), dtype=np.float32)


def _with_offsets(place: Cut, trial: NDArray[np.float32]) -> Cut:
    """Find what to add to each variable so that every name wins as often as in the data."""
    shares, drawn = place.limits, trial[:, place.latent].astype(np.float64)
    offsets = np.zeros(len(shares))
    for _ in range(_OFFSET_ROUNDS):
        won = np.bincount((drawn + offsets).argmax(axis=1), minlength=len(shares)) / len(drawn)
        offsets += _OFFSET_STEP * np.log(shares / np.maximum(won, 0.3 / len(drawn)))
        offsets -= offsets.mean()
    return replace(place, limits=offsets)


def _covariances(encoder: Encoder, codes: NDArray[np.int16], known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Covariance of each pair of encoded columns over the rows that have both, shape (n_encoded, n_encoded)."""
    rows = encoder.rows.encode(codes).astype(np.float64)
    owner = np.repeat(np.arange(known.shape[1]), [table.shape[1] for _, table in encoder.rows.tables])
    present = known.astype(np.float64)
    there = present[:, owner]
    rows = (rows - rows.sum(axis=0) / np.maximum(there.sum(axis=0), 1.0)) * there
    pairs = np.maximum(present.T @ present, 1.0)
    return np.asarray(rows.T @ rows / pairs[np.ix_(owner, owner)])


def _slopes(cuts: Sequence[Cut], trial: NDArray[np.float32]) -> NDArray[np.float64]:
    """Pseudo-inverse of how encoded columns covary with their own variables, shape (n_latent, n_encoded)."""
    slopes = np.zeros((cuts[-1].latent.stop, cuts[-1].encoded.stop))
    for cut in cuts:
        columns = cut.encode(trial).astype(np.float64)
        covariance = (columns - columns.mean(axis=0)).T @ trial[:, cut.latent] / len(trial)
        slopes[cut.latent, cut.encoded] = np.linalg.pinv(covariance, rcond=1e-3)
    return slopes


def _mixing(correlations: NDArray[np.float64], cuts: Sequence[Cut]) -> NDArray[np.float32]:
    """Root of the nearest correlations that variables can have; those behind one set of names stay uncorrelated."""
    values, vectors = np.linalg.eigh((correlations + correlations.T) / 2)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    for cut in cuts:
        own = root[cut.latent]
        root[cut.latent] = _power(own @ own.T, -0.5) @ own
    return np.asarray(root, dtype=np.float32)


def least_map(have: NDArray[np.float64], want: NDArray[np.float64]) -> NDArray[np.float64]:
    """Symmetric map that takes rows of covariance ``have`` to covariance ``want`` and moves them least.

    H^(-1/2) (H^(1/2) W H^(1/2))^(1/2) H^(-1/2): optimal transport between normal distributions (Olkin and Pukelsheim
    1982).
    """
    half, inverse = _power(have, 0.5), _power(have, -0.5)
    return inverse @ _power(half @ want @ half, 0.5) @ inverse


def _power(matrix: NDArray[np.float64], exponent: float) -> NDArray[np.float64]:
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    values = np.maximum(values, 1e-9 * max(float(values[-1]), 1e-300))
    return np.asarray((vectors * values**exponent) @ vectors.T)
