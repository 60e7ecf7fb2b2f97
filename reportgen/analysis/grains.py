"""Rows gathered into about a thousand groups of neighbours, on which a search costs a tenth.

A group stands for its rows with their mean and their weight. What a solution loses inside the groups is the same for
all solutions that keep groups whole, so solutions compare as they would on the rows; the last steps are taken on the
rows themselves. The idea is that of data squashing (Bradley, Fayyad and Reina 1998, "Scaling clustering algorithms to
large databases", KDD).
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from reportgen.analysis.points import Points, Steps

GRAINS = 1_000
_FEWEST_ROWS = 4 * GRAINS  # fewer rows than this are searched as they are
_COARSE = 32
_STEPS = 2


def with_grains(points: Points) -> Points:
    """Gather the rows into groups: 32 coarse cells, each divided in proportion to its rows.

    Points that are few, or have their groups already, are returned as they are.
    """
    if points.few is not None or len(points.rows) < _FEWEST_ROWS:
        return points
    return replace(points, few=gather(points, group(points)))


def group(points: Points, number: int = GRAINS) -> NDArray[np.int64]:
    """Label each row with its group of near rows, shape (n_rows,).

    Parameters
    ----------
    number
        Groups to form, up to rounding; some may turn out empty.
    """
    coarse = _divide(points, _COARSE)
    order = np.argsort(coarse, kind="stable")
    ends = np.searchsorted(coarse[order], np.arange(_COARSE + 1))
    labels = np.empty(len(points.rows), dtype=np.int64)
    formed = 0
    for start, end in pairwise(ends):
        rows = order[start:end]
        if len(rows):
            share = max(1, round(number * len(rows) / len(points.rows)))
            cell = Points(points.rows[rows], points.squares[rows], points.weights[rows])
            labels[rows] = formed + _divide(cell, share)
            formed += share
    return labels


def _divide(points: Points, number: int) -> NDArray[np.int64]:
    """Label rows by the nearest of some centroids: evenly spaced rows after a few Lloyd steps."""
    chosen = np.linspace(0, len(points.rows) - 1, number).astype(np.int64)
    centroids = points.rows[chosen].astype(np.float64)
    steps = Steps(points, 1, number)
    for _ in range(_STEPS):
        sums = steps.sums(centroids[np.newaxis])[0]
        sizes = sums[:, -2, np.newaxis]
        centroids = np.divide(sums[:, :-2], sizes, out=centroids.copy(), where=sizes > 0)
    return points.nearest(centroids)


def gather(points: Points, labels: NDArray[np.int64]) -> Points:
    """Take each group as one row: the weighted mean of its rows with the sum of their weights; empty ones are left out.

    Parameters
    ----------
    labels : ndarray of int64, shape (n_rows,)
        Group of each row.
    """
    n = len(labels)
    members = csr_array((points.weights, (labels, np.arange(n))), shape=(int(labels.max()) + 1, n))
    weights = np.bincount(labels, weights=points.weights)
    held = np.flatnonzero(weights)
    rows = np.asarray((members @ points.rows)[held] / weights[held, np.newaxis], dtype=np.float32)
    return Points(rows, np.einsum("ij,ij->i", rows, rows), weights[held].astype(np.float32))
