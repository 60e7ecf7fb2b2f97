"""Who moved: assignments of two runs joined by id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from reportgen.analysis.result_changes import Flow, Migration
from reportgen.analysis.suppression import LEAST, any_small, few_people, is_small
from reportgen.ingest.ids import hash_ids

FEWEST_COMMON = 100
LEAST_SHARE = 0.1  # of the smaller file; fewer common ids are chance, or another kind of id
ROUNDED_TO = 10


@dataclass(frozen=True)
class Assigned:
    """Everybody of a run's population, ascending by hashed id.

    Attributes
    ----------
    hashes : ndarray of uint64, shape (n,)
    segments : ndarray of int8, shape (n,)
        Ids of segments; 0 for low-information records.
    """

    hashes: NDArray[np.uint64]
    segments: NDArray[np.int8]

    def find(self, hashes: NDArray[np.uint64]) -> tuple[NDArray[np.bool_], NDArray[np.int8]]:
        """Look people up by hashed id: whether each is here, and the segment (any value where not)."""
        if not len(self.hashes):
            return np.zeros(len(hashes), dtype=bool), np.zeros(len(hashes), dtype=np.int8)
        places = np.minimum(np.searchsorted(self.hashes, hashes), len(self.hashes) - 1)
        return np.asarray(self.hashes[places] == hashes), self.segments[places]


def enough_common(common: int, before: int, now: int) -> bool:
    """Say whether so many common ids can be more than chance."""
    return common >= max(FEWEST_COMMON, LEAST_SHARE * min(before, now))


def read_assigned(path: Path) -> Assigned:
    """Read the population of an ``assignments.parquet``."""
    table = pq.read_table(path, columns=["id", "source", "segment"])
    table = table.filter(pc.equal(table.column("source"), "population")).combine_chunks()
    hashes = hash_ids(table.column("id").combine_chunks())
    order = np.argsort(hashes, kind="stable")
    return Assigned(hashes[order], table.column("segment").to_numpy()[order])


def cross_table(
    before: Assigned, now: Assigned, old_ids: Sequence[int], new_ids: Sequence[int]
) -> NDArray[np.int64] | None:
    """Count the people of both runs by their segments.

    Parameters
    ----------
    old_ids, new_ids
        Ids of the segments by place, with 0.

    Returns
    -------
    ndarray of int64, shape (n_old, n_new), or None
        None when too few people are in both.
    """
    common, former = before.find(now.hashes)
    if not enough_common(int(common.sum()), len(before.hashes), len(now.hashes)):
        return None
    old_place, new_place = (_places(ids) for ids in (old_ids, new_ids))
    old, new = old_place[former[common]], new_place[now.segments[common]]
    width = len(new_ids)
    return np.bincount(old * width + new, minlength=len(old_ids) * width).reshape(len(old_ids), width)


def _places(ids: Sequence[int]) -> NDArray[np.int64]:
    place = np.zeros(max(ids) + 1, dtype=np.int64)
    place[list(ids)] = np.arange(len(ids))
    return place


def migration_of(
    table: NDArray[np.int64],
    old_ids: Sequence[int],
    new_ids: Sequence[int],
    gone: NDArray[np.int64] | None = None,
    came: NDArray[np.int64] | None = None,
) -> Migration:
    """Make the published form: people in tens, shares of such numbers, small flows left out (see ``hidden_flows``).

    Parameters
    ----------
    gone, came : ndarray of int64, shapes (n_old,) and (n_new,)
        People of each segment who are in one of the runs only; nobody when left out.
    """
    nobody = tuple(np.zeros(size, dtype=np.int64) for size in table.shape)
    hidden = hidden_flows(table, nobody[0] if gone is None else gone, nobody[1] if came is None else came)
    totals = [max(_rounded(int(total)), ROUNDED_TO) for total in table.sum(axis=1)]
    flows = [
        Flow(old, new, people, round(min(people / totals[i], 1.0), 2))
        for i, old in enumerate(old_ids)
        for j, new in enumerate(new_ids)
        if table[i, j] and not hidden[i, j]
        for people in [_rounded(int(table[i, j]))]
    ]
    same = sum(int(table[i, list(new_ids).index(old)]) for i, old in enumerate(old_ids) if old in new_ids)
    everybody = int(table.sum())
    few = any_small([same, everybody - same])
    stayed = None if few else round(same / everybody, 2)
    if stayed == 1.0 and same < everybody:
        stayed = 0.99
    return Migration(
        _rounded(everybody), stayed, tuple(flows), int(hidden.sum()), {"stayed": few_people()} if few else {}
    )


def hidden_flows(table: NDArray[np.int64], gone: NDArray[np.int64], came: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which flows are not published.

    Those of one to nine people, and in every row and column that has such a flow the next larger ones, until what is
    missing of the segment's size, which is published, is at least two numbers of ten people together. People who are
    in one of the runs only are such a number, since nothing tells how many of a segment they are.

    Parameters
    ----------
    table : ndarray of int64, shape (n_old, n_new)
    gone, came
        As in ``migration_of``.

    Returns
    -------
    ndarray of bool, shape (n_old, n_new)
    """
    hidden = is_small(table)
    changed = True
    while changed:
        changed = False
        for lines, cover, others in ((table, hidden, gone), (table.T, hidden.T, came)):
            for line, mask, absent in zip(lines, cover, others.tolist(), strict=True):
                while mask.any() and (mask.sum() + (absent > 0) < 2 or line[mask].sum() + absent < LEAST):
                    shown = np.flatnonzero(~mask & (line > 0))
                    if not len(shown):
                        break
                    mask[shown[np.argmin(line[shown])]] = changed = True
    return hidden


def _rounded(people: int) -> int:
    return (people + ROUNDED_TO // 2) // ROUNDED_TO * ROUNDED_TO
