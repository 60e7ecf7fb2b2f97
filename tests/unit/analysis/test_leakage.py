"""Does the score recognise the person or the file?"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from reportgen.analysis.auc import Auc
from reportgen.analysis.folds import FOLDS
from reportgen.analysis.leakage import Leakage, check_leakage, telling_features
from reportgen.analysis.score_rows import ScoreRows
from reportgen.dictionary import Kind
from reportgen.engine.local import LocalEngine
from tests.unit.analysis.coded import coded_column

COLUMNS = (
    coded_column("A", ["", "1", "2", "3"]),
    coded_column("B", ["-1", "1", "2"], missing=["-1"]),
    coded_column("C", ["1", "2"]),
    coded_column("D", ["", *(str(i) for i in range(1, 40))], Kind.CATEGORICAL),
)
ENGINE = LocalEngine(1)


def made_rows(gaps_of_customers: float, gaps: float = 0.1, rows: int = 6_000, seed: int = 1) -> ScoreRows:
    """Everybody answers alike; the files differ in what is missing."""
    rng = np.random.default_rng(seed)
    customer = np.arange(rows) >= rows // 2
    share = np.where(customer, gaps_of_customers, gaps)
    codes = np.array(
        [
            np.where(rng.random(rows) < share, 0, rng.integers(1, 4, rows)),
            np.where(rng.random(rows) < share, 0, rng.integers(1, 3, rows)),
            rng.integers(0, 2, rows), rng.integers(1, 40, rows), np.ones(rows),
        ],
        dtype=np.int16,
    )  # fmt: skip
    fold = rng.integers(0, FOLDS, rows).astype(np.int8)
    return ScoreRows(codes, customer, np.zeros(rows, dtype=bool), fold, rng.random(rows) < 0.2, 0.0)


def everybody(rows: ScoreRows) -> NDArray[np.bool_]:
    return np.ones(len(rows.fold), dtype=np.bool_)


def test_files_that_differ_only_in_what_is_missing_are_caught() -> None:
    rows = made_rows(0.45)
    found = check_leakage(ENGINE, rows, COLUMNS, range(4), Auc(0.72, 0.01), everybody(rows))
    # both columns by themselves: 0.5 + (0.45 - 0.1) / 2 = 0.675; together more
    assert found.missing.value > 0.7
    assert found.flagged


def test_equal_gaps_are_not_flagged_even_when_the_ranking_is_worth_nothing() -> None:
    rows = made_rows(0.1)
    found = check_leakage(ENGINE, rows, COLUMNS, range(4), Auc(0.505, 0.01), everybody(rows))
    assert found.missing.value == pytest.approx(0.5, abs=0.03)
    assert not found.flagged


def test_without_gaps_the_test_gives_chance() -> None:
    rows = made_rows(0.0, 0.0)
    found = check_leakage(ENGINE, rows, COLUMNS, range(4), Auc(0.6, 0.01), everybody(rows))
    assert (found.missing.value, found.missing.error, found.flagged) == (0.5, 0.0, False)


def test_it_can_be_made_on_some_people_only() -> None:
    rows = made_rows(0.45)
    complete: NDArray[np.bool_] = np.asarray((rows.codes[:2] > 0).all(axis=0))
    found = check_leakage(ENGINE, rows, COLUMNS, range(4), Auc(0.72, 0.01), complete)
    assert found.missing.value == 0.5


@pytest.mark.parametrize(
    ("missing", "full", "flagged"),
    [
        (Auc(0.66, 0.01), Auc(0.95, 0.01), True),  # above 0.65
        (Auc(0.60, 0.01), Auc(0.79, 0.01), True),  # 0.10 / 0.29 is more than a third
        (Auc(0.60, 0.01), Auc(0.81, 0.01), False),  # 0.10 / 0.31 is less
        (Auc(0.60, 0.06), Auc(0.70, 0.01), False),  # not clearly above chance
        (Auc(0.56, 0.01), Auc(0.49, 0.01), True),  # gaps tell, the ranking does not
    ],
)
def test_limits(missing: Auc, full: Auc, flagged: bool) -> None:
    assert Leakage(missing, full).flagged == flagged


def test_the_part_of_the_ranking() -> None:
    assert Leakage(Auc(0.6, 0.01), Auc(0.8, 0.01)).part == pytest.approx(1 / 3)
    assert Leakage(Auc(0.6, 0.01), Auc(0.5, 0.01)).part is None


def test_a_column_that_tells_much_alone_is_named() -> None:
    rows = made_rows(0.1)
    rng = np.random.default_rng(9)
    told = np.where(rows.customer, rng.random(6_000) < 0.8, rng.random(6_000) < 0.2).astype(np.int16)
    codes = rows.codes.copy()
    codes[2] = told
    found = telling_features(
        ScoreRows(codes, rows.customer, rows.known, rows.fold, rows.validation, 0.0), COLUMNS, range(4)
    )
    assert [feature.column.name for feature in found] == ["C"]
    assert found[0].auc == pytest.approx(0.8, abs=0.03)


def test_many_rare_levels_tell_nothing_by_chance() -> None:
    rows = made_rows(0.1, rows=600)
    assert telling_features(rows, COLUMNS, [3]) == ()
