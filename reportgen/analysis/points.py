"""Rows to cluster, and the one pass over them that every k-means step is made of.

Many small fits are needed (every k, many bootstrap samples), so the pass works on plain arrays laid out centroid by
row: distances are one matrix product, the smallest of each row a minimum down the columns, the members of a centroid
those equal to it, and centroid sums a second matrix product, over the rows that moved. Several fits with the same
number of centroids go side by side through the same products. Row weights make a bootstrap sample out of the rows at
hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.held import Held

_CHUNK_CELLS = 200_000  # distances at a time: 800 kB, which stays in the cache of a core
_MANY = 2  # more than one row in so many is no longer worth picking out
_TURNED = 256  # rows turned into columns at a time, for the same reason


@dataclass(frozen=True)
class Points:
    """Rows to cluster, with what every step needs of them.

    Attributes
    ----------
    rows : ndarray of float32, shape (n_rows, n_components)
    squares : ndarray of float32, shape (n_rows,)
        Squared length of each row.
    weights : ndarray of float32, shape (n_rows,)
        How often each row counts: whole numbers.
    few
        The same rows gathered into groups of neighbours, for the search; None where that is not done. See ``grains``.
    """

    rows: NDArray[np.float32]
    squares: NDArray[np.float32]
    weights: NDArray[np.float32]
    few: Points | None = None

    def __reduce__(self) -> tuple[type[Points], tuple[object, ...]]:
        """Travel without what can be worked out again."""
        return Points, (self.rows, self.squares, self.weights, self.few)

    @staticmethod
    def of(rows: NDArray[np.float64] | NDArray[np.float32]) -> Points:
        """Take rows with equal weights."""
        rows32 = np.ascontiguousarray(rows, dtype=np.float32)
        squares = np.einsum("ij,ij->i", rows32, rows32)
        return Points(rows32, squares, np.ones(len(rows32), dtype=np.float32))

    def bootstrap(self, random: np.random.Generator, size: int | None = None) -> Points:
        """Draw ``size`` rows (default: all) with replacement: each drawn row once, with its multiplicity."""
        n = len(self.rows)
        times = np.bincount(random.integers(0, n, size or n), minlength=n)
        drawn = np.flatnonzero(times)
        return Points(self.rows[drawn], self.squares[drawn], times[drawn].astype(np.float32))

    def first(self, most: int) -> Points:
        """Take the first rows, which are a sample themselves where rows are in the order of their hashes."""
        return Points(self.rows[:most], self.squares[:most], self.weights[:most])

    @cached_property
    def total(self) -> float:
        """Sum of the weights."""
        return float(self.weights.sum(dtype=np.float64))

    @cached_property
    def weighted_square(self) -> float:
        """Weighted sum of the squared lengths."""
        return float(np.dot(self.weights.astype(np.float64), self.squares.astype(np.float64)))

    @cached_property
    def variance(self) -> float:
        """Mean variance of a column."""
        mean = (self.weights @ self.rows).astype(np.float64) / self.total
        variance: float = (self.weighted_square / self.total - float(mean @ mean)) / self.rows.shape[1]
        return variance

    @cached_property
    def wide(self) -> NDArray[np.float32]:
        """Rows with a 1 behind, shape (n_rows, n_components + 1); column by column, as the products read them."""
        n, width = self.rows.shape
        columns = np.empty((width + 1, n), dtype=np.float32)
        for start in range(0, n, _TURNED):
            columns[:-1, start : start + _TURNED] = self.rows[start : start + _TURNED].T
        columns[-1] = 1.0
        return columns.T

    @cached_property
    def heavy(self) -> NDArray[np.float32]:
        """Rows times weight, then weight, then squared length times weight, shape (n_rows, n_components + 2)."""
        n, width = self.rows.shape
        heavy = np.empty((n, width + 2), dtype=np.float32)
        np.multiply(self.rows, self.weights[:, np.newaxis], out=heavy[:, :width])
        heavy[:, width] = self.weights
        np.multiply(self.squares, self.weights, out=heavy[:, width + 1])
        return heavy

    def assign(self, centroids: NDArray[np.float64]) -> tuple[NDArray[np.int64], float]:
        """Find the nearest centroid of each row, of equally near ones the first.

        Returns
        -------
        labels : ndarray of int64, shape (n_rows,)
        inertia
            Weighted sum of squared distances to it.
        """
        labels = np.empty(len(self.rows), dtype=np.int64)
        inertia = self.weighted_square
        numbers = np.arange(len(centroids), dtype=np.float32)
        for part in Steps(self, 1, len(centroids)).parts(centroids[np.newaxis]):
            labels[part.rows] = numbers @ part.mask[0].astype(np.float32)
            inertia += float(part.smallest[0].astype(np.float64) @ self.weights[part.rows].astype(np.float64))
        return labels, max(inertia, 0.0)

    def nearest(self, centroids: NDArray[np.float64]) -> NDArray[np.int64]:
        """Index of the nearest centroid of each row, of equally near ones the first; shape (n_rows,)."""
        return self.assign(centroids)[0]

    def nearest_two(self, centroids: NDArray[np.float64]) -> NDArray[np.float32]:
        """Squared distances of each row to its nearest and second nearest centroid, shape (2, n_rows)."""
        squared = np.empty((2, len(self.rows)), dtype=np.float32)
        for part in Steps(self, 1, len(centroids)).parts(centroids[np.newaxis]):
            squared[0, part.rows], squared[1, part.rows] = part.smallest[0], part.second()[0]
        return np.asarray(np.maximum(squared + self.squares, 0.0))


@dataclass(frozen=True)
class Part:
    """Some rows on their way through a pass, with S fits of k centroids side by side.

    Attributes
    ----------
    rows
        Which rows.
    distances : ndarray of float32, shape (S, k, n_part)
        Squared distance of each row to each centroid, less the row's own square.
    smallest : ndarray of float32, shape (S, n_part)
        The distance to the nearest centroid.
    mask : ndarray of bool, shape (S, k, n_part)
        Which centroid is the nearest: one of the k in every row.
    """

    rows: slice
    distances: NDArray[np.float32]
    smallest: NDArray[np.float32]
    mask: NDArray[np.bool_]

    def second(self) -> NDArray[np.float32]:
        """Return the distance to the second nearest centroid, shape (S, n_part); overwrites ``distances``."""
        np.copyto(self.distances, np.inf, where=self.mask)
        return np.asarray(self.distances.min(axis=1))


class Steps:
    """Passes over the same rows with the same number of centroids, sharing their working memory.

    Parameters
    ----------
    points
        The rows.
    fits, k
        Number of fits side by side and of centroids in each.
    held
        Where the first pass starts from, which is changed by each pass; by default centroids that hold no row.
    """

    def __init__(self, points: Points, fits: int, k: int, held: Held | None = None) -> None:
        self.held = held or Held.nothing(points.rows, fits, k)
        self._points, self._fits, self._k = points, fits, k
        n = max(1, len(points.rows))
        self._size = -(-n // -(-n * fits * k // _CHUNK_CELLS))  # parts of about the same size
        cells = fits * k * self._size
        self._distances = np.empty(cells, dtype=np.float32)
        self._mask = np.empty(cells, dtype=np.bool_)
        self._smallest = np.empty(fits * self._size, dtype=np.float32)

    def parts(self, centroids: NDArray[np.float64]) -> Iterator[Part]:
        """Find the nearest centroids, some rows at a time; a part is overwritten by the next one.

        Parameters
        ----------
        centroids : ndarray of float64, shape (fits, k, n_components)
        """
        fits, k, wide = self._fits, self._k, self._points.wide
        weights = np.empty((fits * k, wide.shape[1]), dtype=np.float32)
        flat = centroids.reshape(fits * k, -1)
        weights[:, :-1] = -2.0 * flat
        weights[:, -1] = np.einsum("ij,ij->i", flat, flat)
        for start in range(0, len(wide), self._size):
            rows = slice(start, min(start + self._size, len(wide)))
            n = rows.stop - start
            shape, cells = (fits, k, n), fits * k * n
            distances = self._distances[:cells].reshape(fits * k, n)
            np.matmul(weights, wide[rows].T, out=distances)
            smallest = self._smallest[: fits * n].reshape(fits, n)
            part = Part(rows, distances.reshape(shape), smallest, self._mask[:cells].reshape(shape))
            part.distances.min(axis=1, out=smallest)
            np.equal(part.distances, smallest[:, np.newaxis], out=part.mask)
            if np.count_nonzero(part.mask) != fits * n:
                _first_of_equals(part)
            yield part

    def sums(self, centroids: NDArray[np.float64]) -> NDArray[np.float64]:
        """Add up the rows nearest to each centroid.

        Returns
        -------
        ndarray of float64, shape (fits, k, n_components + 2)
            Of ``Points.heavy``: weighted rows, weights, weighted squared lengths.
        """
        for part in self.parts(centroids):
            self._move(part)
        return self.held.sums.copy()

    def _move(self, part: Part) -> None:
        """Take the rows of a part that belong to another centroid than before out of one sum and into the other."""
        members, mask = self.held.members[..., part.rows], part.mask.view(np.int8)
        heavy = self._points.heavy[part.rows]
        changed = np.flatnonzero((mask != members).any(axis=(0, 1)))
        if _MANY * len(changed) > len(heavy):
            moves = mask - members
        else:
            heavy = heavy.take(changed, axis=0)
            moves = mask.take(changed, axis=2) - members.take(changed, axis=2)
        added = moves.reshape(self._fits * self._k, -1).astype(np.float32) @ heavy
        self.held.sums[...] += added.reshape(self.held.sums.shape)
        members[...] = mask


def _first_of_equals(part: Part) -> None:
    """Leave the first of several equally near centroids in the mask."""
    fits, rows = np.nonzero(part.mask.sum(axis=1) > 1)
    first = part.mask[fits, :, rows].argmax(axis=1)
    part.mask[fits, :, rows] = False
    part.mask[fits, first, rows] = True


def squared_distances(sums: NDArray[np.float64], centroids: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weighted sum of squared distances of each centroid's rows to it, shape (fits, k).

    Parameters
    ----------
    sums
        See ``Steps.sums``.
    centroids : ndarray of float64, shape (fits, k, n_components)
        Those that the rows are nearest to, or others instead.
    """
    sizes, squares = sums[..., -2], sums[..., -1]
    crossed = np.einsum("fkc,fkc->fk", sums[..., :-2], centroids)
    distances = squares - 2.0 * crossed + sizes * np.einsum("fkc,fkc->fk", centroids, centroids)
    return np.asarray(np.maximum(distances, 0.0))


def centroid_means(points: Points, sums: NDArray[np.float64], centroids: NDArray[np.float64]) -> NDArray[np.float64]:
    """Move centroids to the mean of their rows; one without rows moves to the row farthest from its centroid.

    Parameters
    ----------
    sums
        See ``Steps.sums``.
    centroids : ndarray of float64, shape (fits, k, n_components)
        What ``sums`` belongs to.
    """
    sizes = sums[..., -2]
    moved = np.divide(sums[..., :-2], sizes[..., np.newaxis], out=centroids.copy(), where=sizes[..., np.newaxis] > 0)
    for fit in np.flatnonzero((sizes == 0).any(axis=1)):
        empty = np.flatnonzero(sizes[fit] == 0)
        gap = points.nearest_two(centroids[fit])[0]
        moved[fit, empty] = points.rows[np.argsort(-gap, kind="stable")[: len(empty)]]
    return moved
