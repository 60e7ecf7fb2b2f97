"""A search for data of single people among files that are to be published.

A report holds aggregates only, so this finds nothing unless something went wrong. It looks for what data of single
people would look like: kinds of files that a report never has, tables with exactly one row per person, a column with
the name of the id column, and, where the assignments of the run are at hand, the ids themselves.
"""

from __future__ import annotations

import csv
import io
import json
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree, html

from reportgen.publishing.holding import Fault, Files

PUBLIC_SUFFIXES = frozenset(
    {".html", ".css", ".js", ".svg", ".png", ".ico", ".csv", ".xlsx", ".pdf", ".json", ".xml", ".woff2", ".txt"}
)
FEWEST_ROWS = 200  # a table as long as a smaller file says nothing: chance alone makes some so long
FEWEST_IDS = 30  # a shorter column may bear the name of the id column by chance, such as segments called "id"
SHORTEST_ID = 5
DENSE = 1e-4  # plain numbers that fill more than this share of their range cannot be told from counts
_FEW_WORDS = 5
_TOKEN = re.compile(r"[^\s<>\"'=;,&()|\[\]{}]+")
_NUMBER = re.compile(r"-?\d+")
_EMBEDDED = re.compile(rb"/Type\s*/EmbeddedFile\b(.{0,2000}?)>>\s*stream\r?\n", re.DOTALL)


@dataclass(frozen=True)
class People:
    """Whose rows are looked for.

    Attributes
    ----------
    rows
        Rows of the population and of the customers.
    id_column
        Name of the id column; empty when row numbers serve as ids.
    assignments
        ``assignments.parquet`` of the run where it is at hand.
    """

    rows: tuple[int, ...]
    id_column: str
    assignments: Path | None = None


@dataclass(frozen=True)
class _Grid:
    """A table found in a file: where, the cells of its heading, and the rows below."""

    place: str
    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def column(self, number: int) -> tuple[str, ...]:
        """Return the cells of a column that are there."""
        return tuple(row[number] for row in self.rows if number < len(row))


def check_rows(files: Files, people: People) -> Iterator[Fault]:
    """Look for data of single people."""
    for path in files:
        if posixpath.splitext(path)[1] not in PUBLIC_SUFFIXES:
            yield Fault("rows", path, "is of a kind that a report does not have")
        if "private" in path.split("/"):
            yield Fault("rows", path, "lies in a private folder")
    for path, content in files.items():
        try:
            grids = list(_grids(path, content))
        except (ValueError, etree.LxmlError, csv.Error, zipfile.BadZipFile, KeyError) as error:
            yield Fault("rows", path, f"cannot be read ({error})")
            continue
        for grid in grids:
            yield from _judge(path, grid, people)
    yield from _ids(files, people)


def _judge(path: str, grid: _Grid, people: People) -> Iterator[Fault]:
    if people.id_column and people.id_column in grid.heading:
        named = grid.column(grid.heading.index(people.id_column))
        if len(named) >= FEWEST_IDS and len(set(named)) == len(named):
            yield Fault("rows", path, f"{grid.place} has a column {people.id_column}, which identifies people")
    length = len(grid.rows)
    if length >= FEWEST_ROWS and length in people.rows and len(set(grid.column(0))) == length:
        yield Fault("rows", path, f"{grid.place} has {length:,} different rows, one per person")


def _grids(path: str, content: bytes) -> Iterator[_Grid]:
    suffix = posixpath.splitext(path)[1]
    if suffix == ".csv":
        yield _of_csv("the table", content)
    elif suffix == ".xlsx":
        yield from _of_workbook(content)
    elif suffix == ".pdf":
        for number, attached in enumerate(embedded_files(content), 1):
            yield _of_csv(f"attachment {number}", attached)
    elif suffix == ".json":
        yield from _of_json(json.loads(content), "")
    elif suffix == ".html":
        yield from _of_html(content)


def _of_csv(place: str, content: bytes) -> _Grid:
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=_delimiter(content)))
    return _grid(place, rows)


def _delimiter(content: bytes) -> str:
    heading = content.split(b"\n", 1)[0]
    return ";" if heading.count(b";") > heading.count(b",") else ","


def _grid(place: str, rows: Sequence[Sequence[Any]]) -> _Grid:
    filled = [row for row in rows if any(cell not in (None, "") for cell in row)]
    if not filled:
        return _Grid(place, (), ())
    heading, *body = (tuple(str(cell) for cell in row) for row in filled)
    return _Grid(place, heading, tuple(body))


def _of_workbook(content: bytes) -> Iterator[_Grid]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content), read_only=True)
    for sheet in book.worksheets:
        yield _grid(f"sheet {sheet.title}", list(sheet.iter_rows(values_only=True)))
    book.close()


def _of_json(value: Any, place: str) -> Iterator[_Grid]:
    """Take every list as a table of one column, and the keys of every object as a heading."""
    if isinstance(value, list):
        yield _Grid(place or "the list", (), tuple((str(number),) for number in range(len(value))))
        for item in value[:1]:
            if isinstance(item, dict | list):
                yield from _of_json(item, f"{place}[]")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _of_json(item, f"{place}.{key}".lstrip("."))


def _of_html(content: bytes) -> Iterator[_Grid]:
    root = html.document_fromstring(content, parser=html.HTMLParser(encoding="utf-8"))
    for table in root.iter("table"):
        rows = [
            ["".join(map(str, cell.itertext())).strip() for cell in row.iter("th", "td")] for row in table.iter("tr")
        ]
        yield _grid(f"table {table.get('id') or ''}".strip(), rows)


def embedded_files(content: bytes) -> Iterator[bytes]:
    """Return the files embedded in a PDF whose streams are plain or compressed with Flate."""
    for found in _EMBEDDED.finditer(content):
        raw = content[found.end() : content.find(b"endstream", found.end())]
        if b"/FlateDecode" in found.group(1):
            raw = zlib.decompressobj().decompress(raw)
        yield raw


def _ids(files: Files, people: People) -> Iterator[Fault]:
    if people.assignments is None or not people.assignments.is_file():
        return
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    ids = pq.read_table(people.assignments, columns=["id"]).column(0)
    numbers_tell = not _dense(ids)
    tokens = {
        path: {
            token
            for token in _tokens(path, content)
            if len(token) >= SHORTEST_ID and (numbers_tell or not _NUMBER.fullmatch(token))
        }
        for path, content in files.items()
    }
    every = pa.array(sorted(set().union(*tokens.values())), pa.string())
    known = frozenset(every.filter(pc.is_in(every, value_set=ids)).to_pylist())
    for path, used in tokens.items():
        held = used & known
        # ids that are words may stand in a label; one with a digit does not
        if any(any(sign.isdigit() for sign in token) for token in held) or len(held) >= _FEW_WORDS:
            yield Fault("rows", path, f"holds {len(held):,} of the ids")


def _dense(ids: Any) -> bool:
    """Say whether ids are plain numbers that fill their range, so that any count looks like one of them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    plain = ids.filter(pc.match_substring_regex(ids, r"^-?\d{1,18}$"))
    if len(plain) == 0:
        return False
    numbers = pc.min_max(plain.cast(pa.int64()))
    span = numbers["max"].as_py() - numbers["min"].as_py() + 1
    return bool(len(pc.unique(plain)) / span > DENSE)


def _tokens(path: str, content: bytes) -> Iterator[str]:
    suffix = posixpath.splitext(path)[1]
    if suffix in (".html", ".svg", ".csv", ".json", ".xml", ".txt", ".js", ".css"):
        yield from _TOKEN.findall(content.decode("utf-8", "replace"))
    elif suffix == ".xlsx":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            for name in book.namelist():
                if name.endswith(".xml"):
                    yield from _TOKEN.findall(book.read(name).decode("utf-8", "replace"))
    elif suffix == ".pdf":
        for attached in embedded_files(content):
            yield from _TOKEN.findall(attached.decode("utf-8", "replace"))
