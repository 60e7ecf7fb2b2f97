"""A feature that is withheld is named only where that tells nothing of the cells that are hidden."""

from __future__ import annotations

import numpy as np

from reportgen.analysis.description import _with_small


def test_small_cells_take_any_number_and_a_segment_keeps_its_size() -> None:
    counts = np.array([[50, 50, 50], [3, 200, 9], [0, 8, 300]])
    for number in (0, 9):
        changed = _with_small(counts, 1, number)
        assert changed[1].tolist() == [number, 212 - 2 * number, number]
        assert changed[[0, 2]].tolist() == counts[[0, 2]].tolist()
    assert counts[1].tolist() == [3, 200, 9]
