"""How far down a ranking one has to go to reach the customers: gains, lift, and how sure both are.

A ranking is judged on people whom it was not fitted on. Its gains curve is the share of customers reached against the
share of the population that ranks as high; at a depth d the lift is reach / d. Ties count as shuffled, so the curve is
straight across them. Bands are pointwise 95 % intervals from bootstrap samples of customers and of others, the same
samples for every ranking, so that rankings can be compared.

The samples take the models as they are, but the model of a fold has learnt from the people of the others, so that the
errors of folds go together (Bates, Hastie and Tibshirani 2024). For that the bands are widened as if each of K folds
were one observation: by the root of K / (K - 1). ``benchmarks/ranking_bands.py`` shows what they hold then.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.auc import Auc, area
from reportgen.analysis.folds import FOLDS

DEPTHS = np.array([*range(6), 7.5, 10, 12.5, 15, 17.5, *range(20, 105, 5)]) / 100.0
LIFT_DEPTHS = (0.05, 0.10, 0.20, 0.30)
REPLICATES = 400
_BINS = 512
_BATCH = 25
_STREAM = 0x6A15
_ALLOWANCE = math.sqrt(FOLDS / (FOLDS - 1))


@dataclass(frozen=True)
class Ranked:
    """People with a number to rank them by.

    Attributes
    ----------
    customers : ndarray of float64, shape (n_customers,)
    others : ndarray of float64, shape (n_others,)
        People of the population, or the part of it that is not customers.
    share
        Share of the population that is not among the others because it is customers.
    """

    customers: NDArray[np.float64]
    others: NDArray[np.float64]
    share: float

    def curve(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the corners of the gains curve: share of the population, and share of customers, both from 0 to 1."""
        values = np.unique(np.concatenate([self.customers, self.others]))
        reach = _shares(self.customers, values)
        return self.corners(reach, _shares(self.others, values))

    def corners(
        self, customers: NDArray[np.float64], others: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Add up the shares of each side by step of the ranking, the highest first, into the corners of the curve.

        Customers who rank before the first of the others are reached on the way to that one, so that the curve starts
        in the origin and has a finite lift.
        """
        depth = np.cumsum(self.share * customers + (1.0 - self.share) * others)
        reach = np.minimum(np.cumsum(customers), 1.0)
        begun = depth > 0
        return np.concatenate([[0.0], depth[begun]]), np.concatenate([[0.0], reach[begun]])


def _shares(numbers: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of people at each value, from the largest value to the smallest."""
    counts = np.bincount(np.searchsorted(values, numbers), minlength=len(values))
    return np.asarray(counts[::-1] / len(numbers))


def reach_at(
    depth: NDArray[np.float64], reach: NDArray[np.float64], wanted: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Read a gains curve at some depths, straight between its corners; shape of ``wanted``."""
    return np.asarray(np.interp(wanted, depth, reach))


def area_under_lift(depth: NDArray[np.float64], reach: NDArray[np.float64]) -> float:
    """Area under the lift curve, the integral of reach / depth over depths from 0 to 1.

    It is the mean lift over all depths: 1 for a random order. Between two corners reach is a + b·depth, whose quotient
    by depth integrates to a·log(end / start) + b·(end - start).
    """
    start, end = depth[:-1], depth[1:]
    wide = end > start
    start, end = start[wide], end[wide]
    slope = np.diff(reach)[wide] / (end - start)
    offset = reach[1:][wide] - slope * end
    log = np.log(end / np.where(start > 0, start, end))  # the first piece starts in the origin, where offset is 0
    return float((np.where(start > 0, offset, 0.0) * log + slope * (end - start)).sum())


@dataclass(frozen=True)
class Curve:
    """One ranking on held-out people.

    Attributes
    ----------
    auc
        Area under the ROC curve of customers against the others.
    reach, low, high : ndarray of float64, shape (n_depths,)
        Share of customers reached at ``DEPTHS``, with its band.
    lift, lift_low, lift_high : ndarray of float64, shape (n_lift_depths,)
        Lift at ``LIFT_DEPTHS``.
    area, area_interval
        Area under the lift curve.
    """

    auc: Auc
    reach: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    lift: NDArray[np.float64]
    lift_low: NDArray[np.float64]
    lift_high: NDArray[np.float64]
    area: float
    area_interval: tuple[float, float]


@dataclass(frozen=True)
class Gains:
    """Rankings side by side.

    Attributes
    ----------
    curves
        By name.
    difference, difference_low, difference_high : ndarray of float64, shape (n_lift_depths,)
        Share of customers that the second ranking reaches beyond the first, at ``LIFT_DEPTHS``.
    customers, others
        People that were evaluated on.
    step
        Shares of customers are given in multiples of it; 0 for exact ones.
    area_step
        Areas under the ROC curve are given in multiples of it.
    """

    curves: Mapping[str, Curve]
    difference: NDArray[np.float64]
    difference_low: NDArray[np.float64]
    difference_high: NDArray[np.float64]
    customers: int
    others: int
    step: float = 0.0
    area_step: float = 0.0001


def compare_rankings(
    rankings: Mapping[str, NDArray[np.float64]],
    customer: NDArray[np.bool_],
    share: float,
    seed: int,
    replicates: int = REPLICATES,
) -> Gains:
    """Evaluate two rankings of the same held-out people.

    Parameters
    ----------
    rankings
        By name two numbers for each row, shape (n_rows,) each; larger ranks first.
    customer : ndarray of bool, shape (n_rows,)
    share
        Share of the population that is not among the others because it is customers.
    seed, replicates
        Of the bootstrap.
    """
    sides = {name: Ranked(values[customer], values[~customer], share) for name, values in rankings.items()}
    wanted = np.concatenate([DEPTHS, LIFT_DEPTHS])
    draws = {name: np.empty((replicates, len(wanted) + 1)) for name in sides}
    binned = {name: _Binned.of(ranked) for name, ranked in sides.items()}
    random = np.random.default_rng([seed, _STREAM])
    m, n = int(customer.sum()), int((~customer).sum())
    for start in range(0, replicates, _BATCH):
        size = min(_BATCH, replicates - start)
        drawn = random.integers(0, m, (size, m), dtype=np.int32), random.integers(0, n, (size, n), dtype=np.int32)
        for name, bins in binned.items():
            for row, (depth, reach) in enumerate(bins.curves(*drawn), start):
                draws[name][row, :-1] = reach_at(depth, reach, wanted)
                draws[name][row, -1] = area_under_lift(depth, reach)
    first, second = sides
    at = slice(len(DEPTHS), len(wanted))
    found = {name: _curve(ranked, draws[name]) for name, ranked in sides.items()}
    lift_depths = np.array(LIFT_DEPTHS)
    difference = (found[second].lift - found[first].lift) * lift_depths
    low, high = _band(difference, draws[second][:, at] - draws[first][:, at])
    return Gains(found, difference, low, high, m, n)


def _band(estimate: NDArray[np.float64], draws: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return low and high ends around estimates, from bootstrap samples; shape (2, n)."""
    ends = np.quantile(draws, (0.025, 0.975), axis=0)
    return np.asarray(estimate + _ALLOWANCE * (ends - estimate))


def _curve(ranked: Ranked, draws: NDArray[np.float64]) -> Curve:
    depth, reach = ranked.curve()
    at, lift_depths = slice(len(DEPTHS), -1), np.array(LIFT_DEPTHS)
    reached, lift = reach_at(depth, reach, DEPTHS), reach_at(depth, reach, lift_depths)
    area_of_lift = area_under_lift(depth, reach)
    low, high = _band(np.array([*reached, *lift, area_of_lift]), draws)
    for ends in (low, high):  # shares stay shares
        np.clip(ends[:-1], 0.0, 1.0, out=ends[:-1])
    return Curve(
        auc=area(ranked.customers, ranked.others),
        reach=reached,
        low=low[: len(DEPTHS)],
        high=high[: len(DEPTHS)],
        lift=lift / lift_depths,
        lift_low=low[at] / lift_depths,
        lift_high=high[at] / lift_depths,
        area=area_of_lift,
        area_interval=(float(low[-1]), float(high[-1])),
    )


@dataclass(frozen=True)
class _Binned:
    """A ranking in at most 512 steps, so that a bootstrap sample is a count per step."""

    ranked: Ranked
    customers: NDArray[np.int16]
    others: NDArray[np.int16]
    bins: int

    @classmethod
    def of(cls, ranked: Ranked) -> _Binned:
        values = np.unique(np.concatenate([ranked.customers, ranked.others]))
        if len(values) > _BINS:
            depth, _ = ranked.curve()
            # the value at which each further 512th of the population has been reached
            reached = np.searchsorted(depth[1:], np.arange(1, _BINS) / _BINS)
            values = np.unique(values[::-1][reached])
        step = [len(values) - np.searchsorted(values, side, side="right") for side in (ranked.customers, ranked.others)]
        return cls(ranked, step[0].astype(np.int16), step[1].astype(np.int16), len(values) + 1)

    def curves(
        self, customers: NDArray[np.int32], others: NDArray[np.int32]
    ) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
        """Return the curve of each sample, given as rows drawn; shape (n_samples, n_drawn) each."""
        counts = [_count(self.customers[customers], self.bins), _count(self.others[others], self.bins)]
        return [self.ranked.corners(c / customers.shape[1], o / others.shape[1]) for c, o in zip(*counts, strict=True)]


def _count(steps: NDArray[np.int16], bins: int) -> NDArray[np.int64]:
    samples = len(steps)
    flat = steps + np.arange(samples, dtype=np.int64)[:, np.newaxis] * bins
    return np.bincount(flat.ravel(), minlength=samples * bins).reshape(samples, bins)
