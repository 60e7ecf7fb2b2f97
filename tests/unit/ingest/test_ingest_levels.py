"""Status, canonical order and value of each code."""

from __future__ import annotations

import numpy as np
import pytest

from reportgen.dictionary import Feature, Kind
from reportgen.ingest.findings import Rank
from reportgen.ingest.levels import RawCounts, number_column, text_column
from reportgen.ingest.table import CodedColumn, Status
from reportgen.inputs import natural_key


def column(kind: Kind, codes: str, missing: str = "", **more: object) -> tuple[CodedColumn, list[Rank]]:
    """Return a column of codes that occur once on each side, and the ranks of its findings."""
    names = tuple(codes.split(","))
    ones = np.ones(len(names), dtype=np.int64)
    feature = Feature("f", "p", kind, frozenset(missing.split(",")) - {""}, **more)  # type: ignore[arg-type]
    made, findings = text_column(feature, RawCounts(names, ones, ones))
    return made, [finding.rank for finding in findings]


@pytest.mark.parametrize("kind", [Kind.CATEGORICAL, Kind.ORDINAL, Kind.MIXED, Kind.BINARY])
def test_numeric_codes_are_ordered_by_number(kind: Kind) -> None:
    made, _ = column(kind, "10,9,,-1,2.5,X", "-1,X")
    assert [level.code for level in made.levels] == ["2.5", "9", "10"]
    assert made.status.tolist() == [0, 0, Status.BLANK, Status.CODED, 0, Status.CODED]
    np.testing.assert_array_equal(made.values, [10, 9, np.nan, np.nan, 2.5, np.nan])
    assert made.level_of.tolist() == [2, 1, -1, -1, 0, -1]
    assert made.missing.tolist() == [False, False, True, True, False, True]


def test_text_codes_follow_the_labels_else_the_text() -> None:
    made, _ = column(Kind.CATEGORICAL, "b,a,c", values={"c": "Cee", "a": "Ay", "b": "Bee", "unused": "none"})
    assert [level.label for level in made.levels] == ["Cee", "Ay", "Bee"]
    assert np.isnan(made.values).all()
    made, _ = column(Kind.CATEGORICAL, "b,a,1A")
    assert [level.code for level in made.levels] == ["1A", "a", "b"]


def test_ordinal_text_stands_for_its_declared_rank() -> None:
    made, ranks = column(Kind.ORDINAL, "high,low,?", "?", values={"low": "L", "?": "unknown", "mid": "M", "high": "H"})
    np.testing.assert_array_equal(made.values, [3, 1, np.nan])
    assert not ranks
    _, ranks = column(Kind.ORDINAL, "high,low")
    assert ranks == [Rank.NO_ORDER]


def test_binary_text_stands_for_one_and_two() -> None:
    made, ranks = column(Kind.BINARY, "y,n")
    assert made.values.tolist() == [2, 1]
    assert not ranks
    made, ranks = column(Kind.BINARY, "y,n,m")
    assert np.isnan(made.values).all()
    assert ranks == [Rank.NOT_BINARY]


def test_a_code_named_other_does_not_clash() -> None:
    made, _ = column(Kind.CATEGORICAL, "other,a,b", values={"other": "another", "a": "A"})
    assert [level.code for level in made.levels] == ["other", "a", "other codes"]
    assert made.level_of[2] == 2


def test_arrays_cannot_be_written() -> None:
    made, _ = column(Kind.CATEGORICAL, "a,b")
    for array in (made.status, made.values, made.level_of):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def numbers(values: range, missing: str = "") -> CodedColumn:
    names = tuple(str(x) for x in values)
    ones = np.ones(len(names), dtype=np.int64)
    feature = Feature("f", "p", Kind.NUMERIC, frozenset(missing.split(",")) - {""}, values={"1": "one"})
    floats = np.array([np.nan if name == missing else float(name) for name in names])
    return number_column(feature, RawCounts(names, ones, ones), floats, {})[0]


def test_up_to_fifty_numbers_are_their_own_levels() -> None:
    made = numbers(range(50, 0, -1))
    assert [level.label for level in made.levels][:3] == ["one", "2", "3"]
    assert made.level_of.tolist() == list(range(49, -1, -1))
    assert len(numbers(range(51), "0").levels) == 50
    assert len(numbers(range(51)).levels) == 20
    assert numbers(range(100)).levels[3].label == "15 to 19"


def test_natural_order() -> None:
    assert sorted(["b10", "B2", "a", "10", "9", "b"], key=natural_key) == ["9", "10", "a", "b", "B2", "b10"]
