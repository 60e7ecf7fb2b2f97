"""Each kind of data of single people is found, and nothing else is."""

from __future__ import annotations

import io
import json
import zlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from reportgen.publishing.rows import People, check_rows, embedded_files

PEOPLE = People((300, 250), "LNR")


def csv_of(rows: int, heading: str = "name;value", start: int = 0) -> bytes:
    return "\n".join([heading, *(f"n{number};7" for number in range(start, start + rows))]).encode()


def workbook_of(rows: int, heading: str = "name") -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [[heading], *([f"n{number}"] for number in range(rows))]:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def pdf_with(attached: bytes) -> bytes:
    packed = zlib.compress(attached)
    head = (
        b"%PDF-1.7\n1 0 obj\n<</Type /EmbeddedFile/Params <</CheckSum <00ff>/Size 3>>/Filter /FlateDecode/Length 9>>\n"
    )
    return head + b"stream\n" + packed + b"\nendstream\nendobj\n"


def html_of(rows: int) -> bytes:
    body = "".join(f"<tr><th>n{number}</th><td>1</td></tr>" for number in range(rows))
    return f"<html><body><table><tr><th>a</th><th>b</th></tr>{body}</table></body></html>".encode()


@pytest.mark.parametrize("rows", [300, 250])
@pytest.mark.parametrize(
    ("path", "make"),
    [
        ("tables/a.csv", csv_of),
        ("tables.xlsx", workbook_of),
        ("a.html", html_of),
        ("briefing.pdf", lambda rows: pdf_with(csv_of(rows))),
        ("a.json", lambda rows: json.dumps({"a": {"b": list(range(rows))}}).encode()),
        ("b.json", lambda rows: json.dumps([[0.5] * rows]).encode()),
    ],
)
def test_a_table_with_one_row_per_person(path: str, make: object, rows: int) -> None:
    assert callable(make)
    (fault,) = check_rows({path: make(rows)}, PEOPLE)
    assert f"{rows} different rows" in fault.message
    assert list(check_rows({path: make(rows - 1)}, PEOPLE)) == []


def test_a_long_table_that_repeats_its_first_column_holds_no_people() -> None:
    levels = "\n".join(["feature;code", *(f"f{number // 5};{number % 5}" for number in range(300))]).encode()
    assert list(check_rows({"levels.csv": levels}, PEOPLE)) == []


def test_few_rows_say_nothing() -> None:
    assert list(check_rows({"a.csv": csv_of(40)}, People((40, 30), ""))) == []


@pytest.mark.parametrize(
    ("path", "content"),
    [("a.csv", csv_of(40, "LNR;x")), ("a.xlsx", workbook_of(40, "LNR")), ("a.pdf", pdf_with(csv_of(40, "LNR;x")))],
)
def test_a_column_of_ids(path: str, content: bytes) -> None:
    (fault,) = check_rows({path: content}, PEOPLE)
    assert "LNR, which identifies people" in fault.message
    assert list(check_rows({path: content}, People((300, 250), "id"))) == []


def test_segments_under_the_name_of_the_id_column_are_none() -> None:
    assert list(check_rows({"a.csv": csv_of(9, "id;name")}, People((300, 250), "id"))) == []


@pytest.mark.parametrize("path", ["assignments.parquet", "model/arrays.npz", "private/a.json", "a.sqlite", "noname"])
def test_kinds_of_files_that_a_report_has_not(path: str) -> None:
    assert {fault.path for fault in check_rows({path: b"{}"}, PEOPLE)} == {path}


@pytest.mark.parametrize(
    ("path", "content"), [("a.xlsx", b"none"), ("a.json", b"{"), ("a.csv", b"\xff\xfe\x00"), ("a.html", b"")]
)
def test_what_cannot_be_read_is_a_fault(path: str, content: bytes) -> None:
    assert [fault.path for fault in check_rows({path: content}, PEOPLE)] == [path]


def assignments(folder: Path, ids: list[str]) -> People:
    path = folder / "assignments.parquet"
    pq.write_table(pa.table({"id": pa.array(ids, pa.string())}), path)
    return People((len(ids), len(ids)), "LNR", path)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("a.html", b'<html><body><p title="K-00017">x</p></body></html>'),
        ("a.svg", b"<svg><text>K-00017</text></svg>"),
        ("a.csv", b"a;b\nK-00017;1\n"),
        ("a.json", b'{"a": "K-00017"}'),
        ("a.pdf", pdf_with(b"a;b\nK-00017;1\n")),
    ],
)
def test_an_id_in_any_text(path: str, content: bytes, tmp_path: Path) -> None:
    people = assignments(tmp_path, [f"K-{number:05d}" for number in range(50)])
    (fault,) = check_rows({path: content, "b.html": b"<html><body>K-99999</body></html>"}, people)
    assert (fault.path, fault.message) == (path, "holds 1 of the ids")


def test_an_id_in_a_workbook(tmp_path: Path) -> None:
    people = assignments(tmp_path, ["n00001", "n00002"])
    book = workbook_of(3).replace(b"", b"")
    assert list(check_rows({"a.xlsx": book}, people)) == []
    people = assignments(tmp_path, ["nn1000001"])
    sheet = Workbook()
    assert sheet.active is not None
    sheet.active.append(["nn1000001"])
    file = io.BytesIO()
    sheet.save(file)
    assert [fault.path for fault in check_rows({"a.xlsx": file.getvalue()}, people)] == ["a.xlsx"]


def test_numbers_in_a_row_cannot_be_told_from_counts(tmp_path: Path) -> None:
    people = assignments(tmp_path, [str(number) for number in range(10_000, 20_000)])
    assert list(check_rows({"a.csv": b"a;b\n12345;1\n"}, people)) == []


def test_numbers_far_apart_can(tmp_path: Path) -> None:
    people = assignments(tmp_path, [str(7_919_000_017 * number) for number in range(1, 100)])
    assert [fault.path for fault in check_rows({"a.csv": b"a;b\n7919000017;1\n"}, people)] == ["a.csv"]


def test_ids_that_are_words_may_stand_in_a_label(tmp_path: Path) -> None:
    people = assignments(tmp_path, ["young", "savers", "house", "garden", "driver", "single"])
    assert list(check_rows({"a.csv": b"a\nyoung savers\n"}, people)) == []
    assert len(list(check_rows({"a.csv": b"a\nyoung savers house garden driver\n"}, people))) == 1


def test_attachments_are_unpacked() -> None:
    assert list(embedded_files(pdf_with(b"a;b\n1;2\n"))) == [b"a;b\n1;2\n"]
    plain = b"<</Type /EmbeddedFile/Length 3>>\nstream\nabcendstream"
    assert list(embedded_files(plain)) == [b"abc"]
    assert list(embedded_files(b"<</Names [(a)]/EmbeddedFiles 3 0 R>> stream\nx endstream")) == []
