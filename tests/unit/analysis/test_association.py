"""Cramér's V, Pearson's r and which of two twins leaves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from reportgen.analysis.association import Associations, TwinPair, associate, cramers_v, find_twins
from reportgen.dictionary import Kind, Role
from reportgen.ingest.table import CodedColumn
from tests.unit.analysis.coded import coded_column, floats, raw


def test_cramers_v_of_a_two_by_two_table() -> None:
    # Expected counts are 20 x 25 / 50 = 10 and 30 x 25 / 50 = 15.
    # chi² = 5²/10 + 5²/10 + 5²/15 + 5²/15 = 8.3333; V² = 8.3333 / (50 x 1) = 1/6.
    assert cramers_v(floats([[15, 5], [10, 20]])) == pytest.approx(np.sqrt(1 / 6), rel=1e-12)


def test_cramers_v_divides_by_the_smaller_side() -> None:
    # Three rows decide two columns: V is 1 although the table is not square.
    assert cramers_v(floats([[10, 0], [5, 0], [0, 7]])) == 1.0
    # chi² = n (2 - 1) here; with min(r, c) - 1 = 2 it would be 0.707.


def test_cramers_v_skips_empty_rows_and_columns() -> None:
    full = floats([[15, 5], [10, 20]])
    padded = floats([[15, 0, 5], [0, 0, 0], [10, 0, 20]])
    assert cramers_v(padded) == cramers_v(full)


@pytest.mark.parametrize("table", [[[4, 6]], [[4], [6]], [[0, 0], [3, 4]], [[0, 0], [0, 0]]])
def test_a_single_level_tells_nothing(table: list[list[int]]) -> None:
    assert cramers_v(floats(table)) == 0.0


def test_independent_columns_have_no_association() -> None:
    assert cramers_v(floats([[10, 20], [20, 40]])) == pytest.approx(0.0, abs=1e-12)


def columns_abc() -> tuple[CodedColumn, ...]:
    return (
        coded_column("a", ("1", "2", "3", "")),
        coded_column("b", ("1", "2", "3", "")),
        coded_column("names", ("x", "y", ""), Kind.CATEGORICAL),
    )


def test_association_over_rows_where_both_are_known() -> None:
    # Known in both: (1,1) (2,3) (3,2) (3,3); means 2.25 and 2.25.
    # Sxy = 1.5625 - 0.1875 - 0.1875 + 0.5625 = 1.75; Sxx = 1.5625 + 0.0625 + 0.5625 + 0.5625 = 2.75 = Syy.
    codes = raw([[0, 1, 2, 2, 3, 0], [0, 2, 1, 2, 1, 3], [0, 1, 1, 2, 2, 0]])
    found = associate(columns_abc(), codes)
    assert found.pearson[0, 1] == pytest.approx(1.75 / 2.75, rel=1e-12)
    assert found.pearson[1, 0] == found.pearson[0, 1]
    # names is not ordered, so r is 0; V of a and names: a=1 -> x twice, a=2 and a=3 -> y: decided, V = 1.
    assert found.pearson[0, 2] == 0.0
    assert found.cramers_v[0, 2] == pytest.approx(1.0)
    measure, strength = found.strongest(0, 2)
    assert (measure, strength == pytest.approx(1.0)) == ("V", True)
    np.testing.assert_array_equal(np.diag(found.cramers_v), 1.0)
    np.testing.assert_array_equal(np.diag(found.pearson), 1.0)


def test_the_stronger_measure_is_named() -> None:
    found = Associations(("a", "b"), floats([[1, 0.5], [0.5, 1]]), floats([[1, -0.9], [-0.9, 1]]))
    assert found.strongest(0, 1) == ("r", 0.9)
    even = Associations(("a", "b"), floats([[1, 0.9], [0.9, 1]]), floats([[1, 0.9], [0.9, 1]]))
    assert even.strongest(0, 1) == ("V", 0.9)


def test_a_column_without_values_is_tied_to_nothing() -> None:
    columns = (coded_column("a", ("1", "2", "")), coded_column("gone", ("1", "")))
    found = associate(columns, raw([[0, 1, 0, 1], [1, 1, 1, 1]]))
    assert found.pearson[0, 1] == 0.0
    assert found.cramers_v[0, 1] == 0.0


def test_a_column_that_is_constant_where_both_are_known_is_tied_to_nothing() -> None:
    columns = (coded_column("a", ("1", "2", "")), coded_column("b", ("1", "2", "")))
    found = associate(columns, raw([[0, 0, 0, 1], [0, 1, 0, 2]]))
    assert found.pearson[0, 1] == 0.0


def test_codes_outside_the_dictionary_tie_no_columns() -> None:
    # The two columns are independent where both are known; a third of the rows holds stray codes in both.
    columns = tuple(coded_column(name, ("1", "2", "?"), Kind.CATEGORICAL, unknown=["?"]) for name in "ab")
    a = [0, 0, 1, 1, 2, 2] * 20
    b = [0, 1, 0, 1, 2, 2] * 20
    assert associate(columns, raw([a, b])).cramers_v[0, 1] == pytest.approx(0.0, abs=1e-9)


def twins(columns: list[CodedColumn], value: float = 0.97, candidates: set[str] | None = None) -> list[TwinPair]:
    n = len(columns)
    names = tuple(column.name for column in columns)
    v = np.full((n, n), value)
    np.fill_diagonal(v, 1.0)
    found = find_twins(columns, Associations(names, v, np.eye(n)), 0.95, frozenset(candidates or names))
    return list(found)


def levels(name: str, count: int, **feature: Any) -> CodedColumn:
    return coded_column(name, [str(i) for i in range(count)], **feature)


def test_the_twin_with_fewer_levels_leaves() -> None:
    assert twins([levels("fine", 9), levels("rough", 3)]) == [TwinPair("fine", "rough", "V", 0.97, "rough")]
    assert twins([levels("rough", 3), levels("fine", 9)])[0].left_out == "rough"


def test_of_equal_twins_the_later_leaves() -> None:
    assert twins([levels("first", 4), levels("second", 4)])[0].left_out == "second"


def test_a_role_in_the_dictionary_keeps_a_twin() -> None:
    wanted: dict[str, Any] = {"role": Role.BUILD, "role_given": True}
    assert twins([levels("fine", 9), levels("rough", 3, **wanted)])[0].left_out == "fine"
    assert twins([levels("fine", 9, **wanted), levels("rough", 3)])[0].left_out == "rough"
    assert twins([levels("fine", 9, **wanted), levels("rough", 3, **wanted)])[0].left_out == ""


def test_below_the_limit_there_are_no_twins() -> None:
    assert twins([levels("a", 3), levels("b", 3)], value=0.949) == []
    assert len(twins([levels("a", 3), levels("b", 3)], value=0.95)) == 1


def test_a_pair_with_a_column_outside_the_distance_is_shown_and_keeps_both() -> None:
    assert twins([levels("a", 9), levels("b", 3)], candidates={"a"}) == [TwinPair("a", "b", "V", 0.97, "")]


def test_of_three_columns_alike_one_stays() -> None:
    found = twins([levels("fine", 9), levels("middle", 5), levels("rough", 3)])
    assert [pair.left_out for pair in found] == ["middle", "rough", ""]
