"""Text files in, batches of dictionary-encoded text out; memory is bounded by the chunk, not by the file."""

from __future__ import annotations

import csv
import io
import os
import re
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.csv as pa_csv

from reportgen.errors import InputError
from reportgen.ingest.dialect import Dialect, examine, sample_has, sample_records
from reportgen.ingest.encoding import is_gzip, open_utf8
from reportgen.ingest.number_text import uses_decimal_comma
from reportgen.ingest.source import Place, single_source
from reportgen.inputs import SeenFile, stamp_of

CODED = pa.dictionary(pa.int32(), pa.string())
CHUNK_BYTES = 4 << 20
SAMPLE_RECORDS = 5_000
_MAX_THREADS = 4
_UTF8 = ("utf-8", "utf-8-sig")
_ONE_BYTE = ("cp1252", "iso8859-1", "iso8859-15")


@dataclass(frozen=True)
class _Layout:
    """What the parser must know about the file and the wish."""

    parse: pa_csv.ParseOptions
    convert: pa_csv.ConvertOptions
    positions: list[str]
    names: list[str]


class CsvReader:
    """A plain or gzipped text file, examined once and ready to be read.

    Parameters
    ----------
    path
        The file.
    delimiter, decimal, encoding
        Given by the user; ``None`` where they are to be found out.

    Raises
    ------
    InputError
        See `examine`; also when there is no line below the header.
    """

    def __init__(
        self, path: Path, delimiter: str | None = None, decimal: str | None = None, encoding: str | None = None
    ) -> None:
        self.path = path
        stamp = stamp_of(path)
        self.dialect: Dialect = examine(path, delimiter, encoding)
        self.names = self.dialect.header
        self.given_decimal = decimal
        self.nested: dict[str, str] = {}
        seen = SeenFile(os.path.abspath(path), stamp, self.dialect.sha256, time.time_ns())  # noqa: PTH100 (keeps links)
        self.source = single_source(seen, self.dialect.encoding, self.dialect.delimiter)

    def decimal(self, numbers: Sequence[str], others: Sequence[str]) -> str:
        """Return the decimal sign, given or judged by the first 5,000 records."""
        if self.given_decimal:
            return self.given_decimal
        return "," if uses_decimal_comma(*self.sampled_cells(numbers, others)[1:]) else "."

    def settle(self, decimal: str) -> None:
        """Do nothing: a text holds its numbers as they are."""

    def sampled_cells(
        self, numbers: Sequence[str], others: Sequence[str], most: int = SAMPLE_RECORDS
    ) -> tuple[int, list[str], list[str]]:
        """Return how many of the first ``most`` records there are, and distinct cells of two kinds of columns.

        There are no cells where none can hold a decimal comma.
        """
        commas_separate = self.dialect.delimiter == "," and not self.dialect.quoted
        if commas_separate or not sample_has(self.path, self.dialect, b","):
            return 0, [], []
        records = sample_records(self.path, self.dialect, most)
        at = {name: position for position, name in enumerate(self.names)}
        number_cells = _distinct(records, [at[name] for name in numbers if name in at])
        return len(records), number_cells, _distinct(records, [at[name] for name in others if name in at])

    def batches(self, coded: Sequence[str], plain: Sequence[str] = ()) -> Iterator[pa.RecordBatch]:
        """Yield the rows in order, see `reportgen.ingest.reader.Reader`."""
        names = [name for name in self.names if name in set(coded) | set(plain)]
        layout = self._layout(names, set(plain))
        with open_utf8(self.path, self.dialect.encoding) as stream:
            try:
                source = self._parallel(stream, layout) if self._can_cut else self._serial(stream, layout)
                for batch in source:
                    if batch.num_rows:
                        yield pa.RecordBatch.from_arrays(batch.columns, names=names)
            except pa.ArrowInvalid as error:
                raise self._misfit(error) from None

    def edges(self, size: int) -> tuple[int, ...]:
        """Return where the file can be cut into pieces of about ``size`` bytes: first bytes of rows, and its end.

        It cannot be cut, and there are no edges, if it is an archive, if a line end in quotes may be part of a cell, or
        if its encoding has line feeds of more than one byte.
        """
        whole_bytes = self.dialect.encoding in (*_UTF8, *_ONE_BYTE)
        if not whole_bytes or not self._can_cut or is_gzip(self.path):
            return ()
        with self.path.open("rb") as file:
            for _ in range(self.dialect.lines_before + 1):
                file.readline()
            edges, end = [file.tell()], self.path.stat().st_size
            while edges[-1] + size < end:
                file.seek(edges[-1] + size - 1)
                file.readline()
                edges.append(file.tell())
        return (*edges, end) if edges[-1] < end else tuple(edges)

    def batches_within(
        self, start: int, stop: int, coded: Sequence[str], plain: Sequence[str] = ()
    ) -> Iterator[pa.RecordBatch]:
        """Yield the rows between two edges, see `edges`."""
        names = [name for name in self.names if name in set(coded) | set(plain)]
        with self.path.open("rb") as file:
            file.seek(start)
            chunk = file.read(stop - start)
        if self.dialect.encoding not in _UTF8:
            chunk = chunk.decode(self.dialect.encoding).encode()
        try:
            for batch in _parse(chunk, self._layout(names, set(plain))):
                yield pa.RecordBatch.from_arrays(batch.columns, names=names)
        except pa.ArrowInvalid as error:
            raise self._misfit(error) from None

    @property
    def _can_cut(self) -> bool:
        # A line end inside quotes may not be cut at, and only the parser knows.
        return self.dialect.line_feeds and not self.dialect.quoted

    def place(self, row: int) -> Place:
        """Return the physical line on which a data row (counted from 0) starts."""
        for number, (line, _) in enumerate(self._records()):
            if number == row + 1:
                return Place(self.path.name, f"line {line}")
        return Place(self.path.name, f"row {row + 1}")

    def _layout(self, names: Sequence[str], plain: set[str]) -> _Layout:
        at = {name: str(position) for position, name in enumerate(self.names)}
        return _Layout(
            pa_csv.ParseOptions(
                delimiter=self.dialect.delimiter,
                quote_char='"' if self.dialect.quoted else False,
                newlines_in_values=self.dialect.quoted,
            ),
            pa_csv.ConvertOptions(
                check_utf8=False,  # examine() did
                column_types={at[name]: pa.string() if name in plain else CODED for name in names},
                include_columns=[at[name] for name in names],
                null_values=[],
                strings_can_be_null=False,
            ),
            [str(position) for position in range(len(self.names))],
            list(names),
        )

    def _serial(self, stream: BinaryIO, layout: _Layout) -> Iterator[pa.RecordBatch]:
        for _ in range(self.dialect.lines_before):
            stream.readline()
        read = pa_csv.ReadOptions(block_size=CHUNK_BYTES, column_names=layout.positions, skip_rows_after_names=1)
        yield from pa_csv.open_csv(stream, read, layout.parse, layout.convert)

    def _parallel(self, stream: BinaryIO, layout: _Layout) -> Iterator[pa.RecordBatch]:
        """Parse line-aligned chunks in threads, a few ahead of the consumer, and yield them in file order."""
        for _ in range(self.dialect.lines_before + 1):
            stream.readline()
        threads = min(_MAX_THREADS, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2)
        with ThreadPoolExecutor(threads) as pool:
            waiting: deque[Future[list[pa.RecordBatch]]] = deque()
            try:
                for chunk in _line_chunks(stream):
                    waiting.append(pool.submit(_parse, chunk, layout))
                    if len(waiting) > threads:
                        yield from waiting.popleft().result()
                while waiting:
                    yield from waiting.popleft().result()
            finally:
                for future in waiting:
                    future.cancel()

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the first physical line and the cells of each record, header first. Slow and exact."""
        with io.TextIOWrapper(open_utf8(self.path, self.dialect.encoding), "utf-8", newline="") as stream:
            for _ in range(self.dialect.lines_before):
                stream.readline()
            reader = csv.reader(
                stream,
                delimiter=self.dialect.delimiter,
                quoting=csv.QUOTE_MINIMAL if self.dialect.quoted else csv.QUOTE_NONE,
            )
            before = 0
            for record in reader:
                if record:
                    yield self.dialect.lines_before + before + 1, record
                before = reader.line_num

    def _misfit(self, error: pa.ArrowInvalid) -> InputError:
        """Find the line that the parser stumbled over."""
        width = len(self.names)
        hint = "Correct the line, or quote cells that hold the delimiter or a line end."
        line = 0
        try:
            for line, record in self._records():
                if len(record) != width:
                    cells = f"{len(record)} cell{'s' if len(record) != 1 else ''}"
                    return InputError(
                        f"{self.path.name} line {line}: {cells} instead of {width} "
                        f"with the delimiter {self.dialect.delimiter!r}",
                        hint,
                    )
        except csv.Error:
            return InputError(
                f"{self.path.name}: a cell that starts after line {line} does not end", "Close the quote, or remove it."
            )
        reason = re.sub(r"(got \d+):.*", r"\1", str(error).splitlines()[0])  # what follows is the row itself
        return InputError(f"{self.path.name} cannot be read as CSV: {reason}", hint)


def _parse(chunk: bytes, layout: _Layout) -> list[pa.RecordBatch]:
    if not chunk.strip(b"\r\n"):
        return []
    read = pa_csv.ReadOptions(use_threads=False, block_size=len(chunk) + 1, column_names=layout.positions)
    table = pa_csv.read_csv(pa.BufferReader(chunk), read, layout.parse, layout.convert)
    batches: list[pa.RecordBatch] = table.to_batches()
    return batches


def _line_chunks(stream: BinaryIO) -> Iterator[bytes]:
    """Yield chunks of about 4 MiB that end at a line end."""
    rest = b""
    while chunk := stream.read(CHUNK_BYTES):
        end = chunk.rfind(b"\n") + 1
        if end:
            yield rest + chunk[:end]
            rest = chunk[end:]
        else:
            rest += chunk
    if rest:
        yield rest


def _distinct(records: Sequence[Sequence[str]], positions: Sequence[int]) -> list[str]:
    """Return the distinct cells of some columns; records that are too short are left out."""
    last = max(positions, default=0)
    return list({record[position] for record in records if len(record) > last for position in positions})
