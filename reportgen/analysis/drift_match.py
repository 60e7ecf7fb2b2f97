"""Which segment of one run is which of another: matched, split, merged, born or died."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from reportgen.analysis.agreement import jaccard

SAME = 0.5  # Jaccard similarity above which a segment is the same one
TAKES = 0.2  # share of the old segment that a part takes at least ...
OWN = 0.7  # ... and what that is at least of the part's own rows
MOST_IDS = 25
_NEAR = 0.5  # centroids nearer than this share of the distance to any other are of the same segment


@dataclass(frozen=True)
class Matching:
    """How the segments of two runs belong together. All numbers are places, counted from 0.

    Attributes
    ----------
    pairs
        Old segment and similarity of each new segment that is the same.
    parts
        For each new segment that is a part of a split one: the old segment.
    sources
        For each new segment that others merged into: the old ones.
    old, new
        Number of segments.
    """

    pairs: Mapping[int, tuple[int, float]]
    parts: Mapping[int, int]
    sources: Mapping[int, tuple[int, ...]]
    old: int
    new: int

    @property
    def died(self) -> tuple[int, ...]:
        """Old segments of which nothing is left: neither the same nor split nor merged."""
        gone = {old for old, _ in self.pairs.values()} | set(self.parts.values())
        gone |= {old for sources in self.sources.values() for old in sources}
        return tuple(old for old in range(self.old) if old not in gone)

    @property
    def born(self) -> tuple[int, ...]:
        """New segments that come from nowhere."""
        known = self.pairs.keys() | self.parts.keys() | self.sources.keys()
        return tuple(new for new in range(self.new) if new not in known)


def match_by_rows(table: NDArray[np.int64]) -> Matching:
    """Match segments over rows that both runs place.

    The pairs maximise the sum of Jaccard similarities (Hungarian method); a pair above 0.5 is the same segment. An old
    segment is split when at least two new ones each take 20 % of it and that is 70 % of their own rows; a merge is the
    same in the mirror.

    Parameters
    ----------
    table : ndarray of int64, shape (n_old, n_new)
        Common rows by old and new segment.
    """
    similarity = jaccard(table)
    rows, columns = scipy.optimize.linear_sum_assignment(-similarity)
    pairs = {
        int(new): (int(old), float(similarity[old, new]))
        for old, new in zip(rows, columns, strict=True)
        if similarity[old, new] > SAME
    }
    parts = {new: old for old, news in _splits(table).items() for new in news}
    sources = {new: tuple(olds) for new, olds in _splits(table.T).items()}
    return Matching(pairs, parts, sources, *table.shape)


def _splits(table: NDArray[np.int64]) -> dict[int, list[int]]:
    """Return the parts of each row that is split."""
    with np.errstate(invalid="ignore", divide="ignore"):
        taken = np.nan_to_num(table / table.sum(axis=1, keepdims=True))
        own = np.nan_to_num(table / table.sum(axis=0, keepdims=True))
    parts = (taken >= TAKES) & (own >= OWN)
    return {int(row): np.flatnonzero(parts[row]).tolist() for row in np.flatnonzero(parts.sum(axis=1) >= 2)}


def match_by_centroids(old: NDArray[np.float64], new: NDArray[np.float64]) -> Matching:
    """Match segments where no row is known in both runs.

    The pairs minimise the sum of distances (Hungarian method). A pair is the same segment when it lies nearer than half
    the distance from either centroid to any other of its own run. Splits and merges cannot be seen this way.

    Parameters
    ----------
    old, new : ndarray of float64, shape (k, n_columns)
        Centroids in a common space.
    """
    distance = np.linalg.norm(old[:, np.newaxis, :] - new[np.newaxis, :, :], axis=2)
    rows, columns = scipy.optimize.linear_sum_assignment(distance)
    room_old, room_new = _room(old), _room(new)
    pairs = {
        int(j): (int(i), float(1.0 - distance[i, j] / (2 * _NEAR * min(room_old[i], room_new[j]))))
        for i, j in zip(rows, columns, strict=True)
        if distance[i, j] < _NEAR * min(room_old[i], room_new[j])
    }
    return Matching(pairs, {}, {}, len(old), len(new))


def _room(centroids: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distance of each centroid to the nearest other one of its run; infinite for a single one."""
    gaps = np.linalg.norm(centroids[:, np.newaxis, :] - centroids[np.newaxis, :, :], axis=2)
    np.fill_diagonal(gaps, np.inf)
    return np.asarray(gaps.min(axis=1))


def identity(k: int) -> Matching:
    """Return the matching of a model with itself."""
    return Matching({segment: (segment, 1.0) for segment in range(k)}, {}, {}, k, k)


def keep_ids(matching: Matching, old_ids: Sequence[int], used: Sequence[int]) -> tuple[int, ...]:
    """Give ids to new segments: the same for the same segment, else the next that was never used.

    Each id has a letter, of which there are 25. Once all were used, the lowest one that is free now is given again.

    Parameters
    ----------
    old_ids
        Ids of the old segments by place.
    used
        Every id that was ever given.

    Returns
    -------
    tuple of int
        Ids of the new segments by place.
    """
    kept = {new: old_ids[old] for new, (old, _) in matching.pairs.items()}
    following = max([0, *used, *old_ids])
    again = iter(number for number in range(1, MOST_IDS + 1) if number not in kept.values())
    ids = []
    for new in range(matching.new):
        if new in kept:
            ids.append(kept[new])
        elif following < MOST_IDS:
            following += 1
            ids.append(following)
        else:
            ids.append(next(number for number in again if number not in ids))
    return tuple(ids)
