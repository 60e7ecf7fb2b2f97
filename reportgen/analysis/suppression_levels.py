"""Rare levels are pooled until no level holds one to nine people on any side.

Pooling keeps a table readable and needs no cell of it to be held back: the pooled counts are exact, and nothing that is
computed from them can tell more than they do. Names are pooled into "other, rare level", ordered levels with their
neighbours. Where only one level would be left, nothing is pooled and the whole side is held back instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.suppression import any_small, is_small
from reportgen.formatting import Formatted, Formatter, Numeral
from reportgen.ingest.table import Level
from reportgen.language import mark, say, say_marked

RARE = mark("other, rare level")
_NAMED = 3  # a pool of so many names is called by them


@dataclass(frozen=True)
class Pooling:
    """Levels in groups.

    Attributes
    ----------
    groups : ndarray of int64, shape (n_levels,)
        Number of the group by level, from 0 without gaps in the order in which groups are shown.
    pooled
        Whether any group holds more than one level that occurs.
    complete
        Whether no group is small; otherwise pooling would have left a single group and was given up.
    """

    groups: NDArray[np.int64]
    pooled: bool
    complete: bool

    @property
    def number(self) -> int:
        """How many groups there are."""
        return int(self.groups.max()) + 1 if len(self.groups) else 0

    def members(self, group: int) -> NDArray[np.int64]:
        """Return the levels of a group."""
        return np.flatnonzero(self.groups == group)

    def add(self, counts: NDArray[np.int64]) -> NDArray[np.int64]:
        """Add counts by level up to groups; shape (n_levels, ...) to (n_groups, ...)."""
        out = np.zeros((self.number, *counts.shape[1:]), dtype=np.int64)
        np.add.at(out, self.groups, counts)
        return out


def pool_levels(
    cells: NDArray[np.int64],
    *,
    ordered: bool,
    outside: int | None = None,
    classes: NDArray[np.int64] | None = None,
) -> Pooling:
    """Pool levels until every cell is zero or at least ten.

    Parameters
    ----------
    cells : ndarray of int64, shape (n_levels, n_sides)
        People by level and side.
    ordered
        Whether levels are pooled with their neighbours; else all rare ones together.
    outside
        A level of an ordered feature that stands on no scale (unknown codes), if there is one; it is pooled with the
        most frequent level.
    classes : ndarray of int64, shape (n_levels,), optional
        Levels may only be pooled within a class. A coarser feature, each level of which is made of levels of this one,
        gives the classes: pooled across them, the parts of a pool would follow from the coarser feature by subtraction.
    """
    n = len(cells)
    classes = np.zeros(n, dtype=np.int64) if classes is None else classes
    groups = [[level] for level in range(n) if cells[level].any()]
    groups = _pool_neighbours(groups, cells, classes, outside) if ordered else _pool_rare(groups, cells, classes)
    complete = not any(any_small(_total(group, cells)) for group in groups)
    if not complete or len(groups) < 2:
        return Pooling(np.arange(n), False, not is_small(cells).any())
    empty = [level for level in range(n) if not cells[level].any()]
    if ordered:  # a level of nobody between two of a pool belongs to it
        for group in groups:
            inside = [level for level in empty if len(group) > 1 and min(group) < level < max(group)]
            group.extend(inside)
            group.sort()
            empty = [level for level in empty if level not in inside]
    groups += [[level] for level in empty]
    if ordered:
        groups.sort(key=lambda group: (outside in group and len(group) == 1, min(set(group) - {outside} or group)))
    else:
        groups.sort(key=lambda group: (len(group) > 1, min(group)))
    out = np.empty(n, dtype=np.int64)
    for number, group in enumerate(groups):
        out[group] = number
    return Pooling(out, any(len(group) > 1 for group in groups), True)


def _total(group: Iterable[int], cells: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.asarray(cells[list(group)].sum(axis=0))


def _pool_rare(groups: list[list[int]], cells: NDArray[np.int64], classes: NDArray[np.int64]) -> list[list[int]]:
    """Pool the rare levels of each class, with the next rarest while the pool is small."""
    done: list[list[int]] = []
    for name in dict.fromkeys(int(classes[group[0]]) for group in groups):
        mine = sorted((g for g in groups if classes[g[0]] == name), key=lambda g: int(_total(g, cells).sum()))
        pool = [level for group in mine if any_small(_total(group, cells)) for level in group]
        rest = [group for group in mine if not any_small(_total(group, cells))]
        while rest and any_small(_total(pool, cells)):
            pool += rest.pop(0)
        done += [*rest, *([sorted(pool)] if pool else [])]
    return done


def _pool_neighbours(
    groups: list[list[int]], cells: NDArray[np.int64], classes: NDArray[np.int64], outside: int | None
) -> list[list[int]]:
    """Pool the smallest small group with its smaller neighbour of the same class, again and again."""
    groups = [list(group) for group in groups]
    stuck: list[list[int]] = []
    while True:
        small = [g for g in groups if any_small(_total(g, cells)) and g not in stuck]
        if not small:
            return groups
        first = min(small, key=lambda g: (int(_total(g, cells).sum()), g))
        partner = _partner(first, groups, cells, classes, outside)
        if partner is None:
            stuck.append(first)
            continue
        at = min(groups.index(first), groups.index(partner))
        groups = [g for g in groups if g not in (first, partner)]
        groups.insert(at, sorted(first + partner))


def _partner(
    group: list[int], groups: list[list[int]], cells: NDArray[np.int64], classes: NDArray[np.int64], outside: int | None
) -> list[int] | None:
    """Return the group to pool with: the smaller neighbour, the most frequent one for what stands on no scale."""
    same = [g for g in groups if g is not group and classes[g[0]] == classes[group[0]]]
    scale = [g for g in same if g != [outside]]
    if group == [outside]:
        return max(scale, key=lambda g: int(_total(g, cells).sum()), default=None)
    below = max((g for g in scale if min(g) < min(group)), key=min, default=None)
    above = min((g for g in scale if min(g) > min(group)), key=min, default=None)
    near = [g for g in (below, above) if g is not None] or same
    return min(near, key=lambda g: int(_total(g, cells).sum()), default=None)


def pooled_level(levels: tuple[Level, ...], members: NDArray[np.int64], *, ordered: bool, outside: int | None) -> Level:
    """Name a group of levels.

    Parameters
    ----------
    levels
        All levels of the feature.
    members : ndarray of int64
        Levels of the group.
    ordered, outside
        As in `pool_levels`.
    """
    if len(members) == 1:
        return levels[int(members[0])]
    if not ordered and len(members) > _NAMED:
        return Level("rare", say_marked(RARE))
    if not ordered:
        codes, labels = ([getattr(levels[int(level)], key) for level in members] for key in ("code", "label"))
        return Level("+".join(codes), Formatted(Formatter.either, labels))
    scale = [int(level) for level in members if level != outside]
    first, last = levels[scale[0]], levels[scale[-1]]
    if len(scale) == 1:
        return Level(first.code, say("{level}, or other codes", level=first.label))
    code = f"{first.code.split('..')[0]}..{last.code.split('..')[-1]}"
    if scale[-1] - scale[0] + 1 != len(scale):
        return Level(code, _one_of([levels[level].label for level in scale]))
    if _is_number(first) and _is_number(last):
        low, high = code.split("..")
        return Level(code, say("{low} to {high}", low=Numeral(low), high=Numeral(high)))
    if len(scale) == 2:
        return Level(code, Formatted(Formatter.either, [first.label, last.label]))
    return Level(code, say("{first} up to {last}", first=first.label, last=last.label))


def _one_of(labels: Sequence[str]) -> str:
    """Return "A or B or C"."""
    return labels[0] if len(labels) == 1 else Formatted(Formatter.either, [_one_of(labels[:-1]), labels[-1]])


def _is_number(level: Level) -> bool:
    """Tell whether a level is a number or a range of numbers without words of its own."""
    return level.label in (level.code, level.code.replace("..", " to "))


def distinct(levels: Sequence[Level]) -> tuple[Level, ...]:
    """Give numbers to pools that would be called alike: there is one per level of a coarser feature."""
    found: list[Level] = []
    for level in levels:
        turn = 1
        code, label = level.code, level.label
        while code in {other.code for other in found}:
            turn += 1
            code, label = f"{level.code} {turn}", say("{level} ({turn})", level=level.label, turn=turn)
        found.append(Level(code, label))
    return tuple(found)
