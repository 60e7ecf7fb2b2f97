"""Boosted trees as plain arrays, and a scorer that walks all of them by table look-ups.

A fitted ensemble is a few arrays: they can be written to a file that holds no code, and read back without the library
that made them. To score, every test of a tree is made for each raw code beforehand (Lucchese et al., "QuickScorer",
SIGIR 2015): a code rules out the leaves on the other side of each test, as bits of a byte, eight trees to a 64-bit
word. What is left of a byte after all features have had their say is the one leaf that the row falls into.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.score_rows import ScoreFeature

MOST_LEAVES = 8  # leaves of a tree are the bits of a byte
NODE_ARRAYS = ("feature", "threshold", "missing_left", "names", "left", "right", "value")
_GROUP = 8  # trees of a group are the bytes of a word
_CHUNK = 16_384


@dataclass(frozen=True)
class Trees:
    """Binary trees one after the other; node 0 of each is its root.

    Attributes
    ----------
    start : ndarray of int32, shape (n_trees + 1,)
        First node of each tree, and the number of nodes at the end.
    feature : ndarray of int16, shape (n_nodes,)
        Feature that a node tests; -1 in a leaf.
    threshold : ndarray of float64, shape (n_nodes,)
        A value up to it goes left, where the test is on a scale.
    missing_left : ndarray of bool, shape (n_nodes,)
        Whether a missing value goes left.
    names : ndarray of int32, shape (n_nodes,)
        Row of ``left_names`` where the test is on names; -1 on a scale.
    left_names : ndarray of bool, shape (n_name_tests, n_names)
        Whether a name goes left.
    left, right : ndarray of int16, shape (n_nodes,)
        Children, counted within the tree.
    value : ndarray of float64, shape (n_nodes,)
        What a leaf adds to the log odds.
    baseline
        Log odds before any tree.
    """

    start: NDArray[np.int32]
    feature: NDArray[np.int16]
    threshold: NDArray[np.float64]
    missing_left: NDArray[np.bool_]
    names: NDArray[np.int32]
    left_names: NDArray[np.bool_]
    left: NDArray[np.int16]
    right: NDArray[np.int16]
    value: NDArray[np.float64]
    baseline: float

    @property
    def count(self) -> int:
        """Number of trees."""
        return len(self.start) - 1

    def goes_left(self, node: int, values: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Make one test for many values of its feature, NaN where missing; shape of ``values``."""
        missing = np.isnan(values)
        if self.names[node] < 0:
            left = np.where(missing, 0.0, values) <= self.threshold[node]
        else:
            table = self.left_names[self.names[node]]
            left = table[np.where(missing, 0, values).astype(np.intp)]
        return np.asarray(np.where(missing, self.missing_left[node], left))


@dataclass(frozen=True)
class _Group:
    """Up to eight trees: all their leaves, (position, word by raw code) for each feature, and leaf values by byte."""

    leaves: np.uint64
    words: tuple[tuple[int, NDArray[np.uint64]], ...]
    values: NDArray[np.float64]


@dataclass(frozen=True)
class TreeScorer:
    """Log odds of being a customer by boosted trees.

    Attributes
    ----------
    features
        What the trees test, in their numbering.
    trees
        The ensemble.
    """

    features: tuple[ScoreFeature, ...]
    trees: Trees

    @cached_property
    def _groups(self) -> tuple[_Group, ...]:
        return tuple(
            self._group(range(first, min(first + _GROUP, self.trees.count)))
            for first in range(0, self.trees.count, _GROUP)
        )

    def _group(self, numbers: Sequence[int]) -> _Group:
        words: dict[int, NDArray[np.uint64]] = {}
        values = np.zeros((len(numbers), 256))
        leaves = np.uint64(0)
        for byte, tree in enumerate(numbers):
            by_feature, values[byte], every_leaf = _leaves_by_code(self.trees, tree, self.features)
            leaves |= np.uint64(every_leaf) << np.uint64(8 * byte)
            for feature, kept in by_feature.items():
                full = np.full(len(kept), 0xFF, dtype=np.uint64)
                word = (kept.astype(np.uint64) ^ full) << np.uint64(8 * byte)  # the bits to be cleared
                words[feature] = words.get(feature, np.zeros(len(kept), dtype=np.uint64)) | word
        ready = tuple((self.features[feature].position, ~word) for feature, word in sorted(words.items()))
        return _Group(leaves, ready, values)

    def log_odds(self, codes: NDArray[np.int16]) -> NDArray[np.float64]:
        """Score rows.

        Parameters
        ----------
        codes : ndarray of int16, shape (n_columns + 1, n_rows)
            Raw codes of all columns, and below them the segment.

        Returns
        -------
        ndarray of float64, shape (n_rows,)
        """
        return np.asarray(self.staged(codes)[-1])

    def staged(self, codes: NDArray[np.int16]) -> NDArray[np.float64]:
        """Score rows with the baseline alone, then with every next eight trees; shape (n_stages, n_rows)."""
        out = np.empty((len(self._groups) + 1, codes.shape[1]))
        for start in range(0, codes.shape[1], _CHUNK):
            chunk = slice(start, start + _CHUNK)
            wide: dict[int, NDArray[np.intp]] = {}
            total = np.full(codes[0, chunk].shape, self.trees.baseline)
            out[0, chunk] = total
            for stage, group in enumerate(self._groups, start=1):
                left = np.full(total.shape, group.leaves)
                for position, word in group.words:
                    if position not in wide:
                        wide[position] = codes[position, chunk].astype(np.intp)
                    left &= word[wide[position]]
                for byte, values in enumerate(group.values):
                    total = total + values[((left >> np.uint64(8 * byte)) & np.uint64(0xFF)).astype(np.intp)]
                out[stage, chunk] = total
        return out

    def first(self, stages: int) -> TreeScorer:
        """Return the scorer of the first trees, eight to a stage."""
        count = min(stages * _GROUP, self.trees.count)
        nodes = int(self.trees.start[count])
        cut = {name: getattr(self.trees, name)[:nodes] for name in NODE_ARRAYS}
        return TreeScorer(self.features, replace(self.trees, start=self.trees.start[: count + 1], **cut))


def _leaves_by_code(
    trees: Trees, tree: int, features: Sequence[ScoreFeature]
) -> tuple[dict[int, NDArray[np.uint8]], NDArray[np.float64], int]:
    """Return, by feature, the leaves that each raw code leaves open; the value by byte with one bit set; all leaves."""
    first, last = int(trees.start[tree]), int(trees.start[tree + 1])
    leaves = np.flatnonzero(trees.feature[first:last] < 0)
    bit = {int(leaf): number for number, leaf in enumerate(leaves)}
    values = np.zeros(256)
    for leaf, number in bit.items():
        values[1 << number] = trees.value[first + leaf]

    def below(node: int) -> int:
        if node in bit:
            return 1 << bit[node]
        return below(int(trees.left[first + node])) | below(int(trees.right[first + node]))

    open_leaves: dict[int, NDArray[np.uint8]] = {}
    for node in range(last - first):
        if node in bit:
            continue
        feature = int(trees.feature[first + node])
        goes_left = trees.goes_left(first + node, features[feature].values)
        closed = np.where(goes_left, below(int(trees.right[first + node])), below(int(trees.left[first + node])))
        kept = open_leaves.get(feature, np.full(len(goes_left), 0xFF, dtype=np.uint8))
        open_leaves[feature] = kept & ~closed.astype(np.uint8)
    return open_leaves, values, (1 << len(leaves)) - 1
