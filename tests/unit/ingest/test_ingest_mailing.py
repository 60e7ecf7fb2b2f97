"""Small files about people: a past mailing, and lists of ids."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from reportgen.errors import InputError
from reportgen.ingest.ids import hash_ids
from reportgen.ingest.mailing import read_id_list, read_mailing
from tests.unit.ingest.conftest import Bench


def hashes(*ids: str) -> list[int]:
    return [int(h) for h in hash_ids(pa.array(ids, pa.string()))]


def test_a_mailing_with_everything(bench: Bench) -> None:
    path = bench.raw("m.csv", "LNR;Response;amount;CONTROL;note\n7;1;12,50;0;x\n01;0;;1;y\n1;yes;3;no;z\n")
    mailing = read_mailing(path, "LNR")
    assert mailing.hashes.tolist() == hashes("7", "01", "1")
    assert mailing.response.tolist() == [True, False, True]
    assert mailing.amount is not None
    assert mailing.amount.tolist() == [12.5, 0.0, 3.0]
    assert mailing.control is not None
    assert mailing.control.tolist() == [False, True, False]
    assert (mailing.file, len(mailing.sha256)) == ("m.csv", 64)


def test_the_least_that_a_mailing_needs(bench: Bench) -> None:
    mailing = read_mailing(bench.raw("m.csv", "id,response\na,0\nb,1\n"), "LNR")
    assert mailing.hashes.tolist() == hashes("a", "b")
    assert (mailing.amount, mailing.control) == (None, None)


@pytest.mark.parametrize("suffix", ["parquet", "xlsx"])
def test_other_kinds_of_files(bench: Bench, suffix: str) -> None:
    if suffix == "parquet":
        path = bench.parquet("m.parquet", {"LNR": ["a", "b"], "response": [1, 0], "amount": [2.5, None]})
    else:
        path = bench.workbook("m.xlsx", [["a", 1, 2.5], ["b", 0, None]], ["LNR", "response", "amount"])
    mailing = read_mailing(path, "LNR")
    assert mailing.response.tolist() == [True, False]
    assert mailing.amount is not None
    assert mailing.amount.tolist() == [2.5, 0.0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("LNR;answered\n1;0\n", "no column response"),
        ("LNR;respons\n1;0\n", "no column response"),
        ("person;response\n1;0\n", "no column LNR"),
        ("LNR;response\n", "header but no rows"),
        ("LNR;response\n1;0\n1;1\n", "id 1 stands on m.csv line 2 and again on m.csv line 3"),
        ("LNR;response\n1;0\n ;1\n", "line 3: the id in column LNR is blank"),
        ("LNR;response\n1;0\n2;maybe\n", "line 3: 'maybe' in column response"),
        ("LNR;response;control\n1;0;2\n", "'2' in column control"),
        ("LNR;response;amount\n1;0;3 EUR\n", "'3 EUR' in column amount is no number"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(bench: Bench, text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_mailing(bench.raw("m.csv", text), "LNR")


@pytest.mark.parametrize(
    "text",
    [
        "5\n01\n5\n\n", "LNR\n5\n01\n", '"5"\n"01"\n', "id\n5\n01\n", "LNR;why\n5;moved\n01;asked\n",
        "name,Id\nx,5\ny,01\n", "\ufeffLNR\r\n5\r\n01\r\n",
    ],
)  # fmt: skip
def test_a_list_of_ids_in_any_form(bench: Bench, text: str) -> None:
    assert read_id_list(bench.raw("list.csv", text), "LNR").tolist() == sorted(hashes("5", "01"))


def test_a_list_as_parquet(bench: Bench) -> None:
    path = bench.parquet("list.parquet", {"LNR": ["5", "01"], "x": [1, 2]})
    assert read_id_list(path, "LNR").tolist() == sorted(hashes("5", "01"))


def test_a_list_that_cannot_be_read(bench: Bench) -> None:
    with pytest.raises(InputError, match="file not found"):
        read_id_list(Path("nowhere.csv"), "LNR")
    with pytest.raises(InputError, match="no column LNR"):
        read_id_list(bench.raw("list.csv", "person;why\n5;moved\n"), "LNR")
    assert len(read_id_list(bench.raw("empty.csv", "LNR\n"), "LNR")) == 0
    assert read_id_list(bench.raw("one.csv", "x\n"), "LNR").dtype == np.uint64
