"""How far an index moves when the clustering is repeated.

Each refit on a bootstrap sample is applied to the same fixed rows of both sides. A published segment is matched with
the refit's segment of the largest Jaccard similarity, and counts as reproduced when that exceeds 0.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.agreement import contingency, jaccard
from reportgen.analysis.points import Points
from reportgen.analysis.scan import REPRODUCED

ENOUGH = 0.8  # share of refits in which a segment must be found again for its spread to be given


@dataclass(frozen=True)
class Spread:
    """Published segments in refits.

    Attributes
    ----------
    best_match : ndarray of float64, shape (n_refits, k)
        Largest Jaccard similarity of each published segment with a segment of the refit.
    partner : ndarray of int64, shape (n_refits, k)
        That segment of the refit.
    population, customers : ndarray of int64, shape (n_refits, k)
        Sample rows of each segment of the refit, by side.
    rows
        Rows in each bootstrap sample.
    """

    best_match: NDArray[np.float64]
    partner: NDArray[np.int64]
    population: NDArray[np.int64]
    customers: NDArray[np.int64]
    rows: int

    @property
    def refits(self) -> int:
        """Number of refits."""
        return len(self.best_match)

    def log_sd(self, segments: Sequence[int]) -> float | None:
        """Return the standard deviation over refits of the log index of some segments taken as one.

        Parameters
        ----------
        segments
            Ids, 1..k.

        Returns
        -------
        float or None
            Over the refits that reproduce all of them; None when these are fewer than 0.8 of the refits.
        """
        columns = [segment - 1 for segment in segments]
        logs = []
        for refit in np.flatnonzero((self.best_match[:, columns] > REPRODUCED).all(axis=1)):
            matched = np.unique(self.partner[refit, columns])
            n, c = self.population[refit, matched].sum(), self.customers[refit, matched].sum()
            if n > 0 and c > 0:
                logs.append(np.log(c / self.customers[refit].sum()) - np.log(n / self.population[refit].sum()))
        if len(logs) < max(2, ENOUGH * self.refits):
            return None
        return float(np.std(logs, ddof=1))


def measure_spread(
    published: NDArray[np.float64],
    refits: Sequence[NDArray[np.float64]],
    population: Points,
    customers: Points,
    rows: int,
) -> Spread:
    """Match published segments in every refit and count the fixed rows of both sides.

    Parameters
    ----------
    published : ndarray of float64, shape (k, n_components)
        Centroids.
    refits
        Centroids of bootstrap fits.
    population, customers
        Fixed sample rows of both sides.
    rows
        Rows in each bootstrap sample.
    """
    k = len(published)
    reference = population.nearest(published)
    best, partner, on_population, on_customers = [], [], [], []
    for centroids in refits:
        labels = population.nearest(centroids)
        similarity = jaccard(contingency(reference, labels, k, len(centroids)))
        best.append(similarity.max(axis=1))
        partner.append(similarity.argmax(axis=1))
        on_population.append(np.bincount(labels, minlength=len(centroids)))
        on_customers.append(np.bincount(customers.nearest(centroids), minlength=len(centroids)))
    return Spread(np.array(best), np.array(partner), np.array(on_population), np.array(on_customers), rows)


def chance_jaccard(
    published: NDArray[np.float64], refits: Sequence[NDArray[np.float64]], population: Points, seed: int
) -> NDArray[np.float64]:
    """Best match that unrelated segments of the same sizes would reach: each refit's labels shuffled over the rows.

    Returns
    -------
    ndarray of float64, shape (k,)
        Mean over refits, in [0, 1].
    """
    random = np.random.default_rng([seed, 0xCA])
    k = len(published)
    reference = population.nearest(published)
    shuffled = [random.permutation(population.nearest(centroids)) for centroids in refits]
    matches = [jaccard(contingency(reference, other, k, k)).max(axis=1) for other in shuffled]
    return np.asarray(np.mean(matches, axis=0))
