"""Is the individual index as large as it says? Tenths of the population and the customers that are found in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.reach import wilson

TENTHS = 10


@dataclass(frozen=True)
class Tenth:
    """A tenth of the population by individual index.

    Attributes
    ----------
    mean_index
        Mean of the index over its people.
    predicted
        Share of customers that this index implies.
    observed, interval
        Share of held-out customers in it, with its 95 % interval.
    customers
        Held-out customers in it.
    """

    mean_index: float
    predicted: float
    observed: float
    interval: tuple[float, float]
    customers: int


def population_weights(customer: NDArray[np.bool_], share: float) -> NDArray[np.float64]:
    """Weight samples of customers and of others so that together they stand for the population.

    Parameters
    ----------
    share
        Share of the population that is not among the others because it is customers.

    Returns
    -------
    ndarray of float64, shape (n_rows,)
        Adds up to 1.
    """
    weights = np.where(customer, share / max(customer.sum(), 1), (1.0 - share) / max((~customer).sum(), 1))
    return np.asarray(weights / weights.sum())


def calibrate(index: NDArray[np.float64], customer: NDArray[np.bool_], share: float) -> tuple[Tenth, ...]:
    """Cut the population into tenths by falling index and count the held-out customers in each.

    Parameters
    ----------
    index : ndarray of float64, shape (n_rows,)
        Held-out index.
    customer : ndarray of bool, shape (n_rows,)
    share
        Share of the population that is not among the others because it is customers.
    """
    weights = population_weights(customer, share)
    values, place = np.unique(-index, return_inverse=True)
    at_value = np.bincount(place, weights=weights, minlength=len(values))
    middle = np.cumsum(at_value) - at_value / 2.0  # people with one index stay together
    tenth = np.minimum(middle * TENTHS, TENTHS - 0.5).astype(np.intp)[place]
    total = int(customer.sum())
    weight = np.bincount(tenth, weights=weights, minlength=TENTHS)
    mass = np.bincount(tenth, weights=weights * index, minlength=TENTHS)
    found = np.bincount(tenth[customer], minlength=TENTHS)
    return tuple(
        Tenth(float(m / w) if w > 0 else 0.0, float(m / 100.0), int(c) / total, wilson(int(c), total), int(c))
        for w, m, c in zip(weight, mass, found, strict=True)
    )


@dataclass(frozen=True)
class Depth:
    """Those of some people with the highest index.

    Attributes
    ----------
    share
        Their share of the people.
    people
        Number of them.
    lowest, mean
        Lowest and mean index among them.
    """

    share: float
    people: int
    lowest: float
    mean: float


def at_depth(index: NDArray[np.float64], weights: NDArray[np.float64], share: float) -> Depth:
    """Take the highest share of some people.

    Parameters
    ----------
    index, weights : ndarray of float64, shape (n_rows,)
        Index and weight of each.
    share
        Above 0, up to 1.
    """
    order = np.argsort(-index, kind="stable")
    index, weights = index[order], weights[order] / weights.sum()
    end = np.cumsum(weights)
    inside = np.clip(share - (end - weights), 0.0, weights)  # the part of each person that is within the share
    taken = np.flatnonzero(inside > 0)
    return Depth(share, len(taken), float(index[taken[-1]]), float((inside @ index) / inside.sum()))


def share_above(index: NDArray[np.float64], weights: NDArray[np.float64], threshold: float) -> float:
    """Share of some people whose index is at least a threshold."""
    return float(weights[index >= threshold].sum() / weights.sum())
