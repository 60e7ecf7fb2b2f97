"""Columns that are functions of one another."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from reportgen.analysis.suppression_links import LevelLink, find_links, level_by_code
from reportgen.dictionary import Kind
from reportgen.engine.local import LocalEngine
from reportgen.ingest.table import CodedColumn, SideName
from tests.unit.analysis.coded import coded_column, raw, write_side

ENGINE = LocalEngine(1)
FINE = coded_column("fine", ("1", "2", "3", ""), Kind.CATEGORICAL)
COARSE = coded_column("coarse", ("a", "b", ""), Kind.CATEGORICAL, levels=("a", "b"))
LOOSE = coded_column("loose", ("x", "y"), Kind.CATEGORICAL, levels=("x", "y"))
ONE = coded_column("one", ("k",), Kind.CATEGORICAL, levels=("k",))
COLUMNS = (FINE, COARSE, LOOSE, ONE)
# fine 1 and 2 make a, fine 3 makes b, and whoever misses one misses both
TO_COARSE = np.array([0, 0, 1, 2])


def links(
    folder: Path, population: list[int], customers: list[int], extra: int = -1
) -> dict[tuple[str, str], LevelLink]:
    def codes(fine: list[int]) -> np.ndarray:
        loose = np.arange(len(fine)) // 3 % 2
        found = raw(np.vstack([fine, TO_COARSE[fine], loose, np.zeros(len(fine))]))
        if extra >= 0:
            found[1, extra] = 1 - found[1, extra]
        return found

    def side(name: SideName, fine: list[int]) -> object:
        return write_side(folder / name, COLUMNS, codes(fine), name=name, block_rows=7)

    sides = [side("population", population), side("customers", customers)]
    found = find_links(ENGINE, sides, COLUMNS, codes(population)[:, :12])  # type: ignore[arg-type]
    return {(COLUMNS[link.fine].name, COLUMNS[link.coarse].name): link for link in found}


def test_levels_of_the_coarse_column_are_made_of_those_of_the_fine_one(tmp_path: Path) -> None:
    found = links(tmp_path, [0, 1, 2, 3] * 10, [0, 1])
    assert set(found) == {("fine", "coarse")}  # a column with one level is a function of every other
    assert found["fine", "coarse"].part_of.tolist() == [0, 0, 1, 2]


def test_a_single_row_that_differs_outside_the_sample_is_seen(tmp_path: Path) -> None:
    assert links(tmp_path, [0, 1, 2, 3] * 10, [0, 1], extra=0) == {}
    population = [0, 1, 2, 3] * 10
    folder = tmp_path / "late"
    codes = raw(np.vstack([population, TO_COARSE[population], np.arange(40) // 3 % 2, np.zeros(40)]))
    codes[1, 30] = 1 - codes[1, 30]
    sides = [
        write_side(folder, COLUMNS, codes, block_rows=7),
        write_side(folder, COLUMNS, codes[:, :4], name="customers"),
    ]
    assert find_links(ENGINE, sides, COLUMNS, codes[:, :12]) == ()


def test_a_level_that_only_customers_have_takes_its_place_from_them(tmp_path: Path) -> None:
    found = links(tmp_path, [0, 2, 3] * 10, [0, 1])
    assert found["fine", "coarse"].part_of.tolist() == [0, 0, 1, 2]
    assert links(tmp_path / "none", [0, 2, 3] * 10, [0])["fine", "coarse"].part_of.tolist() == [0, -1, 1, 2]


def test_twins_are_functions_of_each_other(tmp_path: Path) -> None:
    other: CodedColumn = coded_column("other", ("p", "q", "r", ""), Kind.CATEGORICAL, levels=("r", "q", "p"))
    fine = [0, 1, 2, 3] * 5
    side = write_side(tmp_path, (FINE, other), raw([fine, fine]))
    found = find_links(ENGINE, [side], (FINE, other), raw([fine, fine]))
    assert [(link.fine, link.coarse, link.part_of.tolist()) for link in found] == [
        (0, 1, [2, 1, 0, 3]),
        (1, 0, [2, 1, 0, 3]),
    ]


def test_missing_values_count_as_a_level() -> None:
    assert level_by_code(FINE).tolist() == [0, 1, 2, 3]
