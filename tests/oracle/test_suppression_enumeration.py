"""Every table of whole people that looks the same in print, counted one by one, for tables small enough to do so."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from reportgen.analysis.suppression_cells import CellTable, Mark, cell_table
from reportgen.analysis.suppression_protect import protect_tables


def tables_with(rows: tuple[int, ...], columns: tuple[int, ...]) -> Iterator[NDArray[np.int64]]:
    """Yield every table of three levels and two segments with these totals."""
    for first in product(range(min(rows[0], columns[0]) + 1), range(min(rows[1], columns[0]) + 1)):
        column = np.array([*first, columns[0] - sum(first)])
        other = np.array(rows) - column
        if column.min() >= 0 and other.min() >= 0:
            yield np.column_stack([column, other])


def looks_the_same(counts: NDArray[np.int64], printed: CellTable) -> bool:
    """Tell whether a table would be printed as another one is, marks included."""
    known = counts.sum(axis=0)
    for (level, segment), share in np.ndenumerate(printed.shares()[:-1]):
        mark, count = printed.marks[level, segment], int(counts[level, segment])
        if not printed.given:
            continue
        if mark == Mark.SHOWN:
            exact = count / known[segment]
            step = printed.step
            if step == 0 or share in (0.0, 1.0):
                if abs(exact - share) > 1e-9:
                    return False
                continue
            own = min(max(round(exact / step) * step, step), 1 - step)
            if count in (0, known[segment]) or abs(own - share) > step * 1e-3 + 1e-9:
                return False
        elif mark == Mark.FEW and not 0 <= count <= 9:
            return False
    return True


def draw(seed: int) -> NDArray[np.int64]:
    """Draw three levels by two segments, some of them small; every level and segment holds ten people."""
    random = np.random.default_rng(seed)
    while True:
        scale = np.exp(random.uniform(np.log(3), np.log(220), (3, 2)))
        counts = random.poisson(scale).astype(np.int64)
        if counts.sum(axis=0).min() >= 10 and counts.sum(axis=1).min() >= 10 and ((counts > 0) & (counts < 10)).any():
            return counts


@pytest.mark.parametrize("seed", range(40))
def test_a_small_cell_can_be_every_whole_number_up_to_nine(seed: int) -> None:
    counts = draw(seed)
    (printed,), exposed = protect_tables([cell_table(np.vstack([counts, [0, 0]]))], [])
    rows, columns = tuple(counts.sum(axis=1).tolist()), tuple(counts.sum(axis=0).tolist())
    same = [table for table in tables_with(rows, columns) if looks_the_same(table, printed)]
    every = list(tables_with(rows, columns))
    assert any((table == counts).all() for table in same)
    for level, segment in np.argwhere((counts > 0) & (counts < 10)):
        possible = {int(table[level, segment]) for table in same}
        by_totals = {int(table[level, segment]) for table in every}
        if (0, int(level), int(segment)) in exposed:  # the totals tell already; the caller withholds these
            assert not printed.given
            assert not set(range(1, 10)) <= by_totals
        else:
            assert set(range(1, 10)) <= possible
            assert 0 in possible or 0 not in by_totals
