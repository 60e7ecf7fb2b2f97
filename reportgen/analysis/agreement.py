"""How far two labelings of the same rows agree, and how well a solution separates its segments."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.points import Points


def contingency(
    first: NDArray[np.integer], second: NDArray[np.integer], k_first: int, k_second: int
) -> NDArray[np.int64]:
    """Cross-tabulate two labelings of the same rows, shape (k_first, k_second)."""
    cell = first.astype(np.int64) * k_second + second
    return np.bincount(cell, minlength=k_first * k_second).reshape(k_first, k_second)


def adjusted_rand(table: NDArray[np.int64]) -> float:
    """Return the adjusted Rand index of a contingency table (Hubert and Arabie 1985, eq. 5).

    Returns
    -------
    float
        1 for equal partitions, about 0 for independent ones; 1 when both put all rows into one group.
    """
    counts = table.astype(np.float64)
    pairs = (counts * (counts - 1) / 2).sum()
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    in_rows, in_columns = (rows * (rows - 1) / 2).sum(), (columns * (columns - 1) / 2).sum()
    n = counts.sum()
    expected = in_rows * in_columns / (n * (n - 1) / 2)
    most = (in_rows + in_columns) / 2
    return 1.0 if most == expected else float((pairs - expected) / (most - expected))


def jaccard(table: NDArray[np.int64]) -> NDArray[np.float64]:
    """Jaccard similarity of each row group with each column group: shared rows over rows in either.

    Parameters
    ----------
    table : ndarray of int64, shape (k_first, k_second)
        Contingency table.

    Returns
    -------
    ndarray of float64, shape (k_first, k_second)
        In [0, 1].
    """
    union = table.sum(axis=1, keepdims=True) + table.sum(axis=0, keepdims=True) - table
    return np.asarray(np.divide(table, union, out=np.zeros(table.shape), where=union > 0))


def simplified_silhouette(points: Points, centroids: NDArray[np.float64]) -> float:
    """Mean of (b - a) / max(a, b), a and b the distances to the nearest and second nearest centroid.

    The simplified silhouette (Hruschka, de Castro and Campello 2004) replaces mean distances to all members by the
    distance to the centroid, which makes it linear in the number of rows.

    Returns
    -------
    float
        In [0, 1]; 0 for a single centroid.
    """
    if len(centroids) < 2:
        return 0.0
    a, b = np.sqrt(points.nearest_two(centroids))
    return float(np.average(np.divide(b - a, b, out=np.zeros_like(b), where=b > 0), weights=points.weights))
