"""Reach by segments, worked by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reportgen.analysis.folds import FOLDS, fold_of
from reportgen.analysis.reach import FoldLedger, quadrant, reach_steps, share_interval, wilson
from reportgen.engine.assignment import AssignedBlock, Tables
from reportgen.ingest.ids import mix
from reportgen.ingest.table import SideName
from tests.unit.analysis.coded import coded_column, ints, raw, write_side


@pytest.mark.parametrize(
    ("share", "index", "expected"),
    [(0.2, 150, "core"), (0.2, 100, "core"), (0.125, 100, "core"), (0.124, 100, "niche"), (0.3, 99.9, "developmental"),
     (0.1, 20, "marginal")],
)  # fmt: skip
def test_quadrants_have_stated_thresholds(share: float, index: float, expected: str) -> None:
    assert quadrant(share, index, 0.125) == expected


def _folds(population: list[list[int]], customers: list[list[int]]) -> dict[SideName, np.ndarray]:
    return {"population": ints(population), "customers": ints(customers)}


def test_steps_add_up_in_the_given_order() -> None:
    # segments 0..2; two folds hold everybody
    by_fold = _folds([[5, 5, 0, 0, 0], [20, 20, 0, 0, 0], [25, 25, 0, 0, 0]],
                     [[1, 1, 0, 0, 0], [5, 5, 0, 0, 0], [4, 4, 0, 0, 0]])  # fmt: skip
    steps = reach_steps([1, 2, 0], ints([10, 40, 50]), ints([2, 10, 8]), by_fold)
    assert [(s.segment, s.population, s.customers) for s in steps] == [(1, 40, 10), (2, 90, 18), (0, 100, 20)]
    # both folds agree on the order, so what is held out is what is counted
    assert [s.held_out for s in steps] == pytest.approx([0.5, 0.9, 1.0])


def test_an_order_that_the_other_folds_do_not_share_reaches_less() -> None:
    # segment 1 leads because of fold 0 alone: the others put segment 2 first
    by_fold = _folds([[0] * 5, [10, 10, 10, 10, 10], [10, 10, 10, 10, 10]],
                     [[0] * 5, [9, 1, 1, 1, 1], [0, 3, 3, 3, 3]])  # fmt: skip
    steps = reach_steps([1, 2], ints([0, 50, 50]), ints([0, 13, 12]), by_fold)
    assert steps[0].customers == 13
    # fold 0 is taken in the order of the others, so segment 2 first (0 customers); others: segment 1 first (1 each)
    assert steps[0].held_out == pytest.approx((0 + 4 * 1) / 25)
    assert steps[1].held_out == pytest.approx(1.0)


def test_low_information_records_stay_last_in_every_fold() -> None:
    by_fold = _folds([[2] * 5, [10] * 5], [[5] * 5, [4] * 5])
    steps = reach_steps([1, 0], ints([10, 50]), ints([25, 20]), by_fold)
    assert steps[0].held_out == pytest.approx(20 / 45)


def test_wilson_by_hand() -> None:
    low, high = wilson(8, 10, z=2.0)
    # (0.8 + 4/20 ± 2 sqrt(0.8 * 0.2 / 10 + 4/400)) / 1.4
    root = 2 * np.sqrt(0.016 + 0.01)
    assert [low, high] == pytest.approx([(1.0 - root) / 1.4, min((1.0 + root) / 1.4, 1.0)])
    assert wilson(0, 10)[0] == 0.0
    assert wilson(10, 10)[1] == pytest.approx(1.0)
    with pytest.raises(ValueError, match="nobody"):
        wilson(0, 0)


def test_the_spread_of_refits_widens_a_reach() -> None:
    plain, none, some = share_interval(300, 1_000), share_interval(300, 1_000, 0.0), share_interval(300, 1_000, 0.1)
    assert list(none) == pytest.approx(list(plain), abs=2e-3)
    assert some[0] < none[0] < 0.3 < none[1] < some[1]
    # with much spread alone, the log of the reach has that spread: d log(y) = (1 - y) d logit(y)
    wide = share_interval(300_000_000, 1_000_000_000, 0.01, z=1.0)
    assert np.log(wide[1] / 0.3) == pytest.approx(0.01, rel=0.02)
    assert share_interval(1_000, 1_000, 0.1) == wilson(1_000, 1_000)


def test_the_ledger_counts_folds_and_finds_customers(tmp_path: Path) -> None:
    column = coded_column("A", ["1", "2"])
    hashes = mix(np.arange(3_000, dtype=np.uint64))
    side = write_side(tmp_path, [column], raw(np.zeros((1, 3_000))), hashes=hashes)
    segments = (np.arange(3_000) % 3).astype(np.int8)
    ledger = FoldLedger(2, 5, np.sort(hashes[:600]))
    for number, block in enumerate(side.blocks):
        here = segments[number * 1_000 : (number + 1) * 1_000]
        ledger.add(side, AssignedBlock(block, here, np.zeros(0, dtype=np.float32), Tables(ints([0]), ()), ints([0, 0])))
    counts = ledger.by_fold["population"]
    assert counts.shape == (3, FOLDS)
    assert counts.sum(axis=1).tolist() == [1_000, 1_000, 1_000]
    assert counts.sum(axis=0).tolist() == np.bincount(fold_of(hashes, 5), minlength=FOLDS).tolist()
    assert ledger.found.tolist() == [200, 200, 200]
    assert ledger.by_fold["customers"].sum() == 0
