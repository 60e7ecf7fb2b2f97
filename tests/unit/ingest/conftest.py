"""A small pair of files in memory, and helpers to write it in any dialect and to read it back."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reportgen.dictionary import FeatureDictionary, read_dictionary
from reportgen.ingest import table as table_module
from reportgen.ingest.ingest import IngestRequest, ingest
from reportgen.ingest.table import CodedColumn, CodedTable, SideName, read_codes, read_hashes, read_ids

Rows = list[list[str]]

HEADER = ["LNR", "age", "score", "grade", "type", "flag"]
FEATURES = (
    "age;person;numeric;[0]",
    "score;person;numeric;[]",
    "grade;person;ordinal;[-1]",
    "type;household;categorical;[X]",
    "flag;person;binary;[]",
)


@dataclass
class Bench:
    """Writes files into a folder and reads them."""

    folder: Path

    def dictionary(self, *lines: str, values: Sequence[str] = ()) -> FeatureDictionary:
        """Write and read a dictionary; without lines that of the sample pair."""
        place = self.folder / "dictionary"
        place.mkdir(exist_ok=True)
        head = "attribute;information_level;type;missing_or_unknown"
        if lines and lines[0].startswith("attribute;"):
            head, lines = lines[0], lines[1:]
        (place / "features.csv").write_text("\n".join([head, *(lines or FEATURES)]), encoding="utf-8")
        (place / "values.csv").unlink(missing_ok=True)
        if values:
            (place / "values.csv").write_text("\n".join(["attribute;value;label", *values]), encoding="utf-8")
        return read_dictionary(place)

    def rows(self, count: int, seed: int, first: int = 1) -> Rows:
        """Return rows of the sample pair as a plain CSV holds them."""
        rng = np.random.default_rng(seed)
        return [
            [
                str(first + i),
                str(rng.integers(0, 90)),
                f"{rng.integers(-400, 400) / 4}",
                ["", "1", "2", "3", "4", "5", "-1"][rng.integers(0, 7)],
                ["ä b", "C", "d", "X", ""][rng.integers(0, 5)],
                "yn"[rng.integers(0, 2)],
            ]
            for i in range(count)
        ]

    def pair(self) -> tuple[Rows, Rows]:
        """Return population and customers; half of the customers are in the population."""
        return self.rows(301, 1), self.rows(40, 2, first=282)

    def csv(
        self,
        name: str,
        rows: Rows,
        header: Sequence[str] = HEADER,
        delimiter: str = ";",
        encoding: str = "utf-8",
        quoting: int = csv.QUOTE_MINIMAL,
        line_end: str = "\n",
    ) -> Path:
        """Write a text file."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=line_end)  # type: ignore[arg-type]
        writer.writerows([list(header), *rows])
        content = text.getvalue().encode(encoding)
        path = self.folder / name
        path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
        return path

    def raw(self, name: str, content: bytes | str) -> Path:
        """Write a file as it is."""
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def parquet(self, name: str, columns: dict[str, Any]) -> Path:
        """Write a Parquet file."""
        pq.write_table(pa.table(columns), self.folder / name)
        return self.folder / name

    def workbook(self, name: str, rows: list[list[Any]], header: Sequence[str] = HEADER, sheet: str = "data") -> Path:
        """Write an Excel workbook with a note on a second sheet."""
        book = openpyxl.Workbook()
        page: Any = book.active
        page.title = sheet
        page.append(list(header))
        for row in rows:
            page.append(row)
        book.create_sheet("notes").append(["nothing"])
        book.save(self.folder / name)
        return self.folder / name

    def blocks(self) -> Path:
        """Return an empty folder for blocks."""
        count = len(list(self.folder.glob("blocks-*")))
        place = self.folder / f"blocks-{count}"
        place.mkdir()
        return place

    def read(
        self, dictionary: FeatureDictionary, population: Path, customers: Path | None = None, **how: Any
    ) -> CodedTable:
        """Read two files, or one."""
        return ingest(dictionary, IngestRequest(population, customers, **how), self.blocks())

    def plain(self) -> CodedTable:
        """Read the sample pair from plain semicolon files."""
        population, customers = self.pair()
        return self.read(self.dictionary(), self.csv("plain-p.csv", population), self.csv("plain-c.csv", customers))

    def cells(self, table: CodedTable, side: SideName, name: str) -> list[str]:
        """Return the normalised code of every row of one column."""
        column = self.column(table, name)
        parts = [read_codes(block, [column])[0] for block in table.side(side).blocks]
        return [column.codes[raw] for raw in np.concatenate(parts)]

    def ids(self, table: CodedTable, side: SideName) -> list[str]:
        """Return the ids of one side."""
        return [identity for block in table.side(side).blocks for identity in read_ids(block)]

    def hashes(self, table: CodedTable, side: SideName) -> list[int]:
        """Return the id hashes of one side."""
        return [int(h) for block in table.side(side).blocks for h in read_hashes(block)]

    def column(self, table: CodedTable, name: str) -> CodedColumn:
        """Return a column by name."""
        return next(column for column in table.columns if column.name == name)

    def messages(self, table: CodedTable, column: str) -> list[str]:
        """Return the findings about one column."""
        return [finding.message for finding in table.warnings if finding.column == column]

    def same(self, one: CodedTable, other: CodedTable) -> None:
        """Assert that two tables hold the same people and codes."""
        assert [c.name for c in one.columns] == [c.name for c in other.columns]
        for a, b in zip(one.columns, other.columns, strict=True):
            assert (a.feature, a.codes, a.levels, a.numbers) == (b.feature, b.codes, b.levels, b.numbers)
            np.testing.assert_array_equal(a.status, b.status)
            np.testing.assert_array_equal(a.values, b.values)
            np.testing.assert_array_equal(a.level_of, b.level_of)
        sides: tuple[SideName, SideName] = ("population", "customers")
        for side in sides:
            assert one.side(side).rows == other.side(side).rows
            assert self.ids(one, side) == self.ids(other, side)
            assert self.hashes(one, side) == self.hashes(other, side)
            assert len(one.side(side).blocks) == len(other.side(side).blocks)
            for a_block, b_block in zip(one.side(side).blocks, other.side(side).blocks, strict=True):
                np.testing.assert_array_equal(read_codes(a_block, one.columns), read_codes(b_block, other.columns))
        assert one.warnings == other.warnings
        assert (one.overlap, one.overlap_reason, one.nested) == (other.overlap, other.overlap_reason, other.nested)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> int:
    """Make blocks of 64 rows, so that small files have several."""
    monkeypatch.setattr(table_module, "BLOCK_ROWS", 64)
    return 64
