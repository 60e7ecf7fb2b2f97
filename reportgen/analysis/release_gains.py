"""Gains, tenths and numbers of judged people as they may be published: none of one to nine follows from them.

A gains curve is a cumulated table: what two of its points differ by is a share of the judged customers. Where such a
difference is a few people, reach is given in steps, the finest ones with which every small difference could be anything
from none to nine. Reach never falls with depth, so what somebody can know of the difference of two points follows from
the ends of their steps, each tightened by its neighbours, and needs no linear program.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.gains import DEPTHS, LIFT_DEPTHS, Curve, Gains
from reportgen.analysis.ranking_findings import SCORE, SEGMENTS, NoRanking, RankingFindings
from reportgen.analysis.release_areas import area_step
from reportgen.analysis.suppression import LEAST, any_small, held_back, is_small
from reportgen.analysis.suppression_cells import COARSE_STEPS, STEPS, Mark

_STEPS = (0.0, *STEPS, *COARSE_STEPS, 0.1, 0.2)
_DIGITS = 6
_MOST = LEAST - 1
_EPS = 1e-6


def release_ranking(found: RankingFindings) -> RankingFindings | NoRanking:
    """Return the ranking with gains that may be published, over everybody and over placed people.

    None is published where so few customers are judged that no step keeps small numbers of them hidden.
    """
    told = {kind: countable(found.sampled[at]) for at, kind in enumerate(("others", "customers"))}
    gains = release_gains(found.gains, found.share, told=told["customers"][0])
    placed = None if found.placed is None else release_gains(found.placed, found.share, told=told["customers"][1])
    if gains is None or (found.placed is not None and placed is None):
        return NoRanking(held_back())
    return replace(found, gains=gains, placed=placed)


def countable(sampled: NDArray[np.int64]) -> tuple[bool, bool]:
    """Tell whether the number of judged people may be given: of everybody, and of placed people.

    Parameters
    ----------
    sampled : ndarray of int64, shape (2, 2)
        Sampled people of one kind, first those who are judged and then those kept for the choice of the model, placed
        and low-information ones apart. The kept ones follow from the judged ones where the sample is the whole file.
    """
    everybody = not any_small(sampled.sum(axis=1))
    return everybody, everybody and not any_small(sampled)


def release_gains(gains: Gains, share: float, *, told: bool) -> Gains | None:
    """Return gains in the finest steps that give no small number of customers away; None where none are wide enough.

    Parameters
    ----------
    share
        Share of the population that is not among the others because it is customers.
    told
        Whether the number of judged customers is given. Where it is not, it must not follow from fractions either, so
        steps are at least as wide as ten of them.
    """
    least = 0.0 if told else LEAST / gains.customers
    reach = [curve.reach for curve in gains.curves.values()]
    fitting = (step for step in _STEPS if step >= least and all(hides(curve, gains.customers, step) for curve in reach))
    step = next(fitting, None)
    if step is None:
        return None
    ends = {name: known_ends(curve.reach, step) for name, curve in gains.curves.items()}
    return replace(in_steps(gains, step), area_step=area_step(gains, share, ends))


def known_ends(reach: NDArray[np.float64], step: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return between which ends a reader knows the points of a curve that never falls."""
    low, high = bounds(share_in_steps(reach, step), step)
    return np.maximum.accumulate(low), np.minimum.accumulate(high[::-1])[::-1]


def hides(reach: NDArray[np.float64], customers: int, step: float) -> bool:
    """Tell whether every small number of customers between two depths could be anything from none to nine.

    Parameters
    ----------
    reach : ndarray of float64, shape (n_depths,)
        From 0 to 1, never falling.
    customers
        Customers that make 1.
    step
        Reach is given in multiples of it; 0 for exact figures.
    """
    between = (reach[np.newaxis] - reach[:, np.newaxis]) * customers
    small = np.triu((between > _EPS) & (between < LEAST - _EPS))
    if not small.any():
        return True
    low, high = known_ends(reach, step)
    lowest = np.maximum(low[np.newaxis] - high[:, np.newaxis], 0.0) * customers
    highest = (high[np.newaxis] - low[:, np.newaxis]) * customers
    return bool(((lowest <= _EPS) & (highest >= _MOST - _EPS))[small].all())


def share_in_steps(share: NDArray[np.float64], step: float) -> NDArray[np.float64]:
    """Give shares in multiples of a step; 0 and 1 are given for none and all alone."""
    if step == 0:
        return share
    near = np.clip(np.round(share / step) * step, step, 1.0 - step)
    return np.asarray(np.where((share <= 0.0) | (share >= 1.0), share, np.round(near, _DIGITS)))


def bounds(given: NDArray[np.float64], step: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return between which ends the shares lie that ``share_in_steps`` gives."""
    if step == 0:
        return given, given
    sure = (given <= 0.0) | (given >= 1.0)
    low = np.where(given < 1.5 * step, 0.0, given - step / 2)
    high = np.where(given > 1.0 - 1.5 * step, 1.0, given + step / 2)
    return np.where(sure, given, low), np.where(sure, given, high)


def in_steps(gains: Gains, step: float) -> Gains:
    """Give every figure of gains that is a share of customers in multiples of a step, intervals outwards."""
    if step == 0:
        return gains
    curves = {name: _curve_in_steps(curve, step) for name, curve in gains.curves.items()}
    depths = np.array(LIFT_DEPTHS)
    difference = (curves[SCORE].lift - curves[SEGMENTS].lift) * depths
    return replace(
        gains,
        curves=curves,
        difference=np.round(difference, _DIGITS),
        difference_low=np.minimum(_down(gains.difference_low, step), difference),
        difference_high=np.maximum(_up(gains.difference_high, step), difference),
        step=step,
    )


def _curve_in_steps(curve: Curve, step: float) -> Curve:
    depths = np.array(LIFT_DEPTHS)
    at = np.searchsorted(DEPTHS, depths)
    reach = share_in_steps(curve.reach, step)
    low = np.minimum(np.clip(_down(curve.low, step), 0.0, 1.0), reach)
    high = np.maximum(np.clip(_up(curve.high, step), 0.0, 1.0), reach)
    return replace(
        curve,
        reach=reach,
        low=low,
        high=high,
        lift=reach[at] / depths,
        lift_low=low[at] / depths,
        lift_high=high[at] / depths,
    )


def _down(values: NDArray[np.float64], step: float) -> NDArray[np.float64]:
    return np.asarray(np.round(np.floor(values / step + _EPS) * step, _DIGITS))


def _up(values: NDArray[np.float64], step: float) -> NDArray[np.float64]:
    return np.asarray(np.round(np.ceil(values / step - _EPS) * step, _DIGITS))


def tenths_marks(counts: NDArray[np.int64]) -> NDArray[np.int8]:
    """Say which counts of a row of cells with a known sum are shown, few, or withheld beside few ones.

    Returns
    -------
    ndarray of int8, shape of ``counts``
        A ``Mark`` per cell. The smallest larger cells are withheld until every small one can be anything from none to
        nine; where all of them are not enough, marks do not tell them apart.
    """
    small = is_small(counts)
    marks = np.where(small, Mark.FEW, Mark.SHOWN).astype(np.int8)
    if not small.any():
        return marks
    for partner in [at for at in np.argsort(counts, kind="stable") if counts[at] >= LEAST]:
        if _may_be_anything(counts, marks):
            return marks
        marks[partner] = Mark.HELD
    return marks if _may_be_anything(counts, marks) else np.where(counts > 0, Mark.HELD, Mark.SHOWN).astype(np.int8)


def _may_be_anything(counts: NDArray[np.int64], marks: NDArray[np.int8]) -> bool:
    """Tell whether cells marked as few can each hold none, and nine; those withheld hold ten or more."""
    few, held = marks == Mark.FEW, marks == Mark.HELD
    total = int(counts[few | held].sum())
    least, most = LEAST * int(held.sum()), np.inf if held.any() else float(_MOST * (few.sum() - 1))
    return total - least >= _MOST and most >= total
