"""Delimiter and header are found in spite of quotes, decimal commas and odd first lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reportgen.errors import InputError
from reportgen.ingest.dialect import examine

if TYPE_CHECKING:
    from tests.unit.ingest.conftest import Bench


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a;b;c\n1;2;3\n", ";"),
        ("a,b,c\n1,2,3\n", ","),
        ("a\tb\n1\t2\n", "\t"),
        ("a|b\n1|2\n", "|"),
        ("a;b;c\n1,5;2,5;3,5\n2,5;1,0;4,0\n", ";"),  # decimal commas
        ('"name, first";age\n"Doe, J";3\n"Roe, R";4\n', ";"),
        ('a,b\n"x;y;z",2\n"u;v;w",3\n', ","),
        ('a,b\n"two\nlines; really",2\nx,3\n', ","),
        ("sep=|\na|b;c|d\n1|2;3|4\n", "|"),
        ("a, b;c\n1;2\n3;4\n", ";"),
    ],
)
def test_delimiter(bench: Bench, text: str, delimiter: str) -> None:
    assert examine(bench.raw("x.csv", text)).delimiter == delimiter


def test_header(bench: Bench) -> None:
    dialect = examine(bench.raw("x.csv", '\ufeff" a ";b;;"c;d"\n1;2;3;4\n'))
    assert dialect.header == ("a", "b", "(column 3)", "c;d")
    assert (dialect.encoding, dialect.quoted, dialect.lines_before) == ("utf-8-sig", True, 0)
    assert examine(bench.raw("x.csv", "\n\nsep=,\na,b\n1,2\n")).lines_before == 3


def test_one_column_without_any_fitting_delimiter(bench: Bench) -> None:
    with pytest.raises(InputError, match="one column found") as caught:
        examine(bench.raw("x.csv", "a:b:c\n1:2:3\n"))
    assert caught.value.hint.startswith("Columns are separated by semicolon, comma, tab or bar")
    assert examine(bench.raw("x.csv", "a:b:c\n1:2:3\n"), delimiter=":").header == ("a", "b", "c")
