"""The description of a file that a first dictionary is made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reportgen.errors import InputError
from reportgen.ingest.profile import profile_columns

if TYPE_CHECKING:
    from tests.unit.ingest.conftest import Bench


def test_profile(bench: Bench) -> None:
    rows = [[f"{i:03}", ["1.0", "2", ""][i % 3], f"{i / 4}".replace(".", ","), "A"] for i in range(90)]
    path = bench.csv("p.csv", rows, header=["key", "q", "x", "c"])
    key, q, x, c = profile_columns(path)
    assert (key.name, key.rows, key.unique, key.distinct) == ("key", 90, True, 90)
    assert (q.distinct, q.most_common) == (2, (("1", 30), ("2", 30)))
    assert q.blank_share == pytest.approx(1 / 3)
    assert (q.all_numeric, q.all_integers, q.minimum, q.maximum, q.unique) == (True, True, 1.0, 2.0, False)
    assert (x.all_numeric, x.all_integers, x.minimum, x.maximum) == (True, False, 0.0, 22.25)
    assert (c.all_numeric, c.all_integers, c.minimum, c.distinct) == (False, False, None, 1)
    assert len(key.most_common) == 60
    assert profile_columns(path, max_rows=50)[0].rows == 50
    assert profile_columns(path, decimal=".")[2].all_numeric is False


def test_profile_caps_and_blank_columns(bench: Bench) -> None:
    rows = [[f"n{i}", "", "7"] for i in range(2500)]
    name, blank, _ = profile_columns(bench.csv("p.csv", rows, header=["name", "blank", "c"], delimiter="|"))
    assert (name.distinct, name.unique) == (2000, True)
    assert (blank.blank_share, blank.all_numeric, blank.distinct, blank.unique) == (1.0, False, 0, False)


def test_profile_of_other_formats(bench: Bench) -> None:
    parquet = bench.parquet("p.parquet", {"a": [1.0, None, 2.5], "b": ["x", "y", "x"]})
    book = bench.workbook("p.xlsx", [[1, "x"], [None, "y"], [2.5, "x"]], header=["a", "b"])
    assert profile_columns(parquet) == profile_columns(book)
    with pytest.raises(InputError, match="file not found"):
        profile_columns(bench.folder / "absent.csv")
