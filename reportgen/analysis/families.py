"""Families of segments: a Ward tree on the centroids, and where to cut it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST_FAMILIES = 5
_LEAST_SEGMENTS = 4  # with fewer, every segment is a family of its own


@dataclass(frozen=True)
class Merge:
    """Two nodes of the tree become one.

    Attributes
    ----------
    left, right
        Nodes: 1..k are the segments, k + 1 the first merge, k + 2 the second, ... ``left`` holds the segment with the
        lowest number.
    height
        √(2 k ΔESS / n), where ΔESS is what the merge adds to the sum of squares within nodes and n the people in all
        segments. With segments of equal size this is Ward's height as SciPy and R (ward.D2) give it.
    size
        People in both.
    """

    left: int
    right: int
    height: float
    size: int


@dataclass(frozen=True)
class Families:
    """Segments in families.

    Attributes
    ----------
    merges
        k - 1 merges by ascending height.
    leaves
        Segments in the order of the dendrogram, in which no lines cross.
    families
        Segments of each family, families and segments in the order of ``leaves``.
    cut
        Height between the last merge within families and the first between them; None when no tree was cut.
    """

    merges: tuple[Merge, ...]
    leaves: tuple[int, ...]
    families: tuple[tuple[int, ...], ...]
    cut: float | None


def find_families(centroids: NDArray[np.float64], sizes: NDArray[np.int64]) -> Families:
    """Build the tree and cut it where its height rises most, relative to the merge before.

    There are at least two families and at most five, and fewer than segments; of equal rises the one with fewer
    families counts. With three segments or fewer each is a family.

    Parameters
    ----------
    centroids : ndarray of float64, shape (k, n_components)
        Row i is segment i + 1.
    sizes : ndarray of int64, shape (k,)
        Population by segment; an empty segment counts as one person.
    """
    merges = ward_tree(centroids, sizes)
    k = len(centroids)
    members = _members(merges, k)
    leaves = members[2 * k - 1]
    if k < _LEAST_SEGMENTS:
        return Families(merges, leaves, tuple((leaf,) for leaf in leaves), None)
    heights = np.array([merge.height for merge in merges])
    options = range(2, min(MOST_FAMILIES, k - 1) + 1)
    # With m families, merges 0..k-m-1 have been made and merge k-m is the next one.
    rises = [_rise(heights[k - m - 1], heights[k - m]) for m in options]
    made = k - options[int(np.argmax(rises))]
    nodes = set(range(1, k + made + 1)) - {node for merge in merges[:made] for node in (merge.left, merge.right)}
    families = sorted((members[node] for node in nodes), key=lambda family: leaves.index(family[0]))
    return Families(merges, leaves, tuple(families), float(heights[made - 1] + heights[made]) / 2)


def _rise(before: float, after: float) -> float:
    if before > 0:
        return after / before
    return np.inf if after > 0 else 1.0


def ward_tree(centroids: NDArray[np.float64], sizes: NDArray[np.int64]) -> tuple[Merge, ...]:
    """Merge, step by step, the two nodes that add least to the sum of squares within nodes (Ward 1963).

    Merging a and b adds n_a n_b / (n_a + n_b) · ‖mean_a - mean_b‖². Of equal pairs the one with the lowest nodes is
    merged.

    Parameters
    ----------
    centroids : ndarray of float64, shape (k, n_components)
        Row i is segment i + 1.
    sizes : ndarray of int64, shape (k,)
        Population by segment; an empty segment counts as one person.

    Returns
    -------
    tuple of Merge
        k - 1, by ascending height.
    """
    k = len(centroids)
    mean = {node: centroids[node - 1].astype(np.float64) for node in range(1, k + 1)}
    weight = {node: max(int(sizes[node - 1]), 1) for node in range(1, k + 1)}
    people = {node: int(sizes[node - 1]) for node in range(1, k + 1)}
    lowest = {node: node for node in range(1, k + 1)}
    scale = 2.0 * k / sum(weight.values())
    merges: list[Merge] = []
    for new in range(k + 1, 2 * k):
        pairs = ((a, b) for a in mean for b in mean if a < b)
        cost, a, b = min((_added(mean[a], weight[a], mean[b], weight[b]), a, b) for a, b in pairs)
        left, right = sorted((a, b), key=lowest.__getitem__)
        merges.append(Merge(left, right, float(np.sqrt(scale * cost)), people[a] + people[b]))
        weight[new], people[new], lowest[new] = weight[a] + weight[b], people[a] + people[b], lowest[left]
        mean[new] = (weight[a] * mean.pop(a) + weight[b] * mean.pop(b)) / weight[new]
    return tuple(merges)


def _added(mean_a: NDArray[np.float64], n_a: int, mean_b: NDArray[np.float64], n_b: int) -> float:
    gap = mean_a - mean_b
    return n_a * n_b / (n_a + n_b) * float(gap @ gap)


def _members(merges: tuple[Merge, ...], k: int) -> dict[int, tuple[int, ...]]:
    """Segments under each node, from left to right."""
    members: dict[int, tuple[int, ...]] = {node: (node,) for node in range(1, k + 1)}
    for node, merge in enumerate(merges, k + 1):
        members[node] = members[merge.left] + members[merge.right]
    return members
