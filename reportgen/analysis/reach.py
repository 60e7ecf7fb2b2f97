"""Reach by segments: mail so much of the population, reach so many of the customers; and what each segment is for.

Segments are taken by falling index. How many customers the first ones hold is an exact count; that the order itself was
chosen by the same customers is allowed for by counting each fold in the order that the other folds give.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from reportgen.analysis.comparison import Z95
from reportgen.analysis.folds import FOLDS, fold_of
from reportgen.analysis.score_rows import contains
from reportgen.engine.assignment import AssignedBlock
from reportgen.ingest.table import Side, SideName, read_hashes

AVERAGE_INDEX = 100.0


def quadrant(share: float, index: float, average_share: float) -> str:
    """Say what a segment is for, by its size and its index.

    Parameters
    ----------
    share
        Share of the population.
    index
        Index, 100 being average.
    average_share
        Share of the population that the average placed segment has; from it on a segment counts as large.

    Returns
    -------
    str
        ``core`` (large, index of 100 or more), ``niche`` (small, 100 or more), ``developmental`` (large, below 100) or
        ``marginal``.
    """
    large, above = share >= average_share, index >= AVERAGE_INDEX
    if above:
        return "core" if large else "niche"
    return "developmental" if large else "marginal"


class FoldLedger:
    """Counts by segment and fold, and customers found in the population, taken while everybody is assigned.

    Parameters
    ----------
    k
        Number of segments.
    seed
        Seed of the folds.
    customers : ndarray of uint64, shape (n_customers,)
        Ascending hashes of the customers' ids when they may be in the population, else empty.
    """

    def __init__(self, k: int, seed: int, customers: NDArray[np.uint64]) -> None:
        self._seed, self._customers = seed, customers
        self.by_fold: dict[SideName, NDArray[np.int64]] = {
            side: np.zeros((k + 1, FOLDS), dtype=np.int64) for side in ("population", "customers")
        }
        self.found = np.zeros(k + 1, dtype=np.int64)

    def add(self, side: Side, block: AssignedBlock) -> None:
        """Count one assigned block."""
        hashes = read_hashes(block.block)
        segments = block.segments.astype(np.int64)
        counts = self.by_fold[side.name]
        joint = segments * FOLDS + fold_of(hashes, self._seed)
        counts += np.bincount(joint, minlength=counts.size).reshape(counts.shape)
        if side.name == "population" and len(self._customers):
            self.found += np.bincount(segments[contains(self._customers, hashes)], minlength=len(self.found))


@dataclass(frozen=True)
class Step:
    """The segments down to one of them, taken together.

    Attributes
    ----------
    segment
        The last one that is taken.
    population, customers
        People of all that are taken.
    held_out
        Share of customers that the same share of the population holds when each fold is taken in the order of the
        other folds.
    """

    segment: int
    population: int
    customers: int
    held_out: float


def reach_steps(
    order: Sequence[int],
    population: NDArray[np.int64],
    customers: NDArray[np.int64],
    by_fold: dict[SideName, NDArray[np.int64]],
) -> tuple[Step, ...]:
    """Take segments one after the other.

    Parameters
    ----------
    order
        Segments in the order in which they are taken; those left out are never reached.
    population, customers : ndarray of int64, shape (k + 1,)
        People by segment.
    by_fold
        The same by segment and fold, shape (k + 1, n_folds), by side.
    """
    chosen = list(order)
    n, c = np.cumsum(population[chosen]), np.cumsum(customers[chosen])
    weights = fold_weights(chosen, n / max(int(population.sum()), 1), by_fold)
    reached = np.einsum("tsf,sf->t", weights, by_fold["customers"][chosen])
    held_out = reached / max(int(by_fold["customers"].sum()), 1)
    return tuple(Step(*step) for step in zip(chosen, n.tolist(), c.tolist(), held_out.tolist(), strict=True))


def fold_weights(
    order: Sequence[int], depths: NDArray[np.float64], by_fold: dict[SideName, NDArray[np.int64]]
) -> NDArray[np.float64]:
    """Return which part of a segment is taken at some depths when each fold goes by the order of the other folds.

    Parameters
    ----------
    order
        Segments that are taken.
    depths : ndarray of float64, shape (n_depths,)
        Shares of the population.
    by_fold
        People by segment and fold, shape (k + 1, n_folds), by side.

    Returns
    -------
    ndarray of float64, shape (n_depths, len(order), n_folds)
        In [0, 1].
    """
    n, c = (by_fold[side][list(order)] for side in ("population", "customers"))
    everybody = np.maximum(by_fold["population"].sum(axis=0), 1)
    weights = np.zeros((len(depths), len(n), FOLDS))
    for fold in range(FOLDS):
        rest_n, rest_c = n.sum(axis=1) - n[:, fold], c.sum(axis=1) - c[:, fold]
        ratio = np.divide(rest_c, rest_n, out=np.full(len(rest_n), -1.0), where=rest_n > 0)
        ratio[np.array(order) == 0] = -2.0  # low-information records stay last
        here = np.argsort(-ratio, kind="stable")
        size = n[here, fold] / everybody[fold]
        beyond = np.asarray(depths)[:, np.newaxis] - (np.cumsum(size) - size)  # depth left when a segment's turn comes
        part = np.divide(beyond, size, out=(beyond >= 0).astype(np.float64), where=size > 0)
        weights[:, here, fold] = np.clip(part, 0.0, 1.0)
    return weights


def share_interval(part: int, total: int, log_sd: float | None = None, z: float = Z95) -> tuple[float, float]:
    """Interval of a share of customers, on the logit scale.

    Without a spread of refits it is Wilson's score interval. With one, the spread of the logarithm of the index, which
    for a fixed share of the population is that of the logarithm of the reach, is carried to the logit, d logit(y) =
    d log(y) / (1 - y), and added to the binomial variance 1 / (n y (1 - y)).

    Parameters
    ----------
    part, total
        Customers reached and all of them.
    log_sd
        Standard deviation of the log index over refits.
    """
    share = part / total
    if log_sd is None or not 0 < part < total:
        return wilson(part, total, z)
    width = z * math.sqrt(1.0 / (total * share * (1.0 - share)) + (log_sd / (1.0 - share)) ** 2)
    return float(expit(logit(share) - width)), float(expit(logit(share) + width))


def wilson(part: float, total: float, z: float = Z95) -> tuple[float, float]:
    """Score interval of a share (Wilson 1927), within [0, 1].

    Raises
    ------
    ValueError
        If the total is 0.
    """
    if total <= 0:
        raise ValueError("a share of nobody has no interval")
    share, extra = part / total, z * z / total
    centre = (share + extra / 2.0) / (1.0 + extra)
    width = z * math.sqrt(share * (1.0 - share) / total + extra / (4.0 * total)) / (1.0 + extra)
    return max(centre - width, 0.0), min(centre + width, 1.0)
