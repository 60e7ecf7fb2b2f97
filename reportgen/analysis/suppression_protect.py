"""Find for every table of segment x level the mildest way to publish it that keeps its small cells safe."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.suppression_audit import Cell, Link, exposed_cells
from reportgen.analysis.suppression_cells import CellTable, ladder
from reportgen.analysis.suppression_moves import is_hopeless


def protect_tables(tables: Sequence[CellTable], links: Sequence[Link]) -> tuple[list[CellTable], list[Cell]]:
    """Round and withhold until no small cell follows from what is left.

    Tables that are linked are looked at together; one without small cells stays exact unless a linked one has some.

    Parameters
    ----------
    tables
        With their small cells marked.
    links
        Tables of which one is made of the other.

    Returns
    -------
    tables
        In the order given.
    exposed
        Small cells that follow from the sizes of the segments and the counts of the levels alone.
    """
    safe, exposed = list(tables), []
    for members in _linked(len(tables), links):
        place = {table: at for at, table in enumerate(members)}
        inner = [Link(place[link.fine], place[link.coarse], link.part_of) for link in links if link.fine in place]
        chosen, left = _protect([tables[table] for table in members], inner)
        exposed += [(members[at], row, segment) for at, row, segment in left]
        for table, found in zip(members, chosen, strict=True):
            safe[table] = found
    return safe, exposed


def _linked(number: int, links: Sequence[Link]) -> list[list[int]]:
    """Group tables that are linked, directly or through others."""
    group = list(range(number))
    for link in links:
        old, new = group[link.fine], group[link.coarse]
        group = [new if name == old else name for name in group]
    return [[table for table in range(number) if group[table] == name] for name in dict.fromkeys(group)]


def _protect(tables: list[CellTable], links: list[Link]) -> tuple[list[CellTable], list[Cell]]:
    if not any(table.small.any() for table in tables):
        return tables, []
    options = list(_options(tables, links))
    # Where the totals alone tell that somebody is in a cell, nothing can hide it: then 1 to 9 has to do.
    for least in (0, 1):
        for option, told in options:
            if any(table.given and is_hopeless(table, told=told) for table in option):
                continue
            if next(exposed_cells(option, links, told=told, least=least), None) is None:
                return option, []
    nothing = [replace(table, given=False, means=None) for table in tables]
    return nothing, list(exposed_cells(nothing, links, told=False, least=1))


def _options(tables: list[CellTable], links: list[Link]) -> Iterator[tuple[list[CellTable], bool]]:
    """Yield the rungs of all ladders together, then the last rung with one table after another given up.

    The coarse ones go first: what they tell stands in the finer ones too. Marks tell small cells apart in all tables or
    in none.
    """
    ladders = [list(ladder(table, classes)) for table, classes in zip(tables, _classes(tables, links), strict=True)]
    last = tables
    for told in (True, False):
        shares = [[option for option, apart in one if apart is told and option.given] for one in ladders]
        for rung in zip_longest(*shares):
            last = [option if option is not None else one[-1] for option, one in zip(rung, shares, strict=True)]
            yield last, told
    by_size = sorted(range(len(tables)), key=lambda at: (len(tables[at].counts), at))
    for number in range(1, len(tables)):
        gone = set(by_size[:number])
        yield [replace(table, given=at not in gone, means=None) for at, table in enumerate(last)], False
    yield [replace(table, given=False) for table in tables], False
    yield [replace(table, given=False, means=None) for table in tables], False


def _classes(tables: list[CellTable], links: list[Link]) -> list[NDArray[np.int64]]:
    """Return for each table which of its levels are parts of the same levels of all coarser ones."""
    found = []
    for at, table in enumerate(tables):
        coarser = [link.part_of[:-1] for link in links if link.fine == at]
        coarser = coarser or [np.zeros(len(table.counts) - 1, dtype=np.int64)]
        found.append(np.unique(np.stack(coarser), axis=1, return_inverse=True)[1].ravel())
    return found
