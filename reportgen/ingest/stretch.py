"""The second pass over an input in pieces: rows into blocks, cut at the same row numbers as on one machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from reportgen.ingest.block_files import Block, block_at
from reportgen.ingest.blocks import CodedRows, block_file, join_rows, recut, write_block
from reportgen.ingest.codes import Tally
from reportgen.ingest.coding import encode
from reportgen.ingest.columns import CodesState, Columns
from reportgen.ingest.customers import CustomerMark
from reportgen.ingest.ids import IdLog
from reportgen.ingest.pieces import Piece
from reportgen.ingest.schema import Plan
from reportgen.ingest.table import SideName


@dataclass(frozen=True)
class Stretch:
    """Consecutive blocks of one side, and the pieces that hold their rows.

    Attributes
    ----------
    first
        Number of the first block.
    start, stop
        Its first row, and the first row behind the last block, among the rows of the side.
    pieces
        In row order.
    offset
        First row of the first piece among the rows of the side.
    before
        The same among the rows of the file.
    """

    first: int
    start: int
    stop: int
    pieces: tuple[Piece, ...]
    offset: int
    before: int


@dataclass(frozen=True)
class Coded:
    """What was found while blocks were written.

    Attributes
    ----------
    tallies
        What was counted, by column.
    blank, first_blank
        Rows with a blank id, and the first of them, -1 without any.
    hashes
        SHA-256 of each block by its name.
    """

    tallies: Mapping[str, Tally]
    blank: int
    first_blank: int
    hashes: Mapping[str, str]

    def __add__(self, other: Coded) -> Coded:
        """Return the findings of both, in this order."""
        tallies = {name: tally + other.tallies[name] for name, tally in self.tallies.items()}
        first = self.first_blank if self.first_blank >= 0 else other.first_blank
        return Coded(tallies, self.blank + other.blank, first, {**self.hashes, **other.hashes})


@dataclass(frozen=True)
class Coder:
    """Writes blocks; travels to workers.

    Attributes
    ----------
    plan, where, side, file, decimal
        As in `reportgen.ingest.survey.Surveyor`.
    state
        All raw codes.
    place
        Where the blocks go.
    block_rows
        Rows of a block.
    """

    plan: Plan
    where: tuple[str, str] | None
    side: SideName
    file: str
    decimal: str
    state: CodesState
    place: Block
    block_rows: int

    def write(self, stretch: Stretch) -> Coded:
        """Write the blocks of a side that has a file of its own, or of the population of a common one; count them.

        Counts and moments of marked customers are taken here too, block by block of the population.
        """
        columns = self._columns()
        mark = self._mark()
        batches = _between(self._batches(stretch.pieces), stretch.offset, stretch.start, stretch.stop)
        found: Coded | None = None
        row = stretch.start
        for number, block in enumerate(recut(batches, self.block_rows), stretch.first):
            count = sum(batch.num_rows for batch in block)
            ids = self._ids()
            chosen = mark.find(block, self.plan.where, count) if mark else None
            rows = encode(columns, self.plan, block, self.side, row, chosen, ids)
            blank, first = ids.blanks if ids else (0, -1)
            name = block_file(self.side, number)
            hashes = {name: write_block(block_at(self.place, name), rows)}
            one = Coded(columns.tally(), blank, row + first if blank else -1, hashes)
            found = one if found is None else found + one
            row += count
        assert found is not None
        return found

    def write_marked(self, stretch: Stretch) -> Mapping[str, str]:
        """Write the customers of a common file as blocks of their own, and return their hashes by name."""
        columns, mark = self._columns(), self._mark()
        assert mark is not None
        held: list[CodedRows] = []
        before, seen = stretch.before, stretch.offset
        for batch in self._batches(stretch.pieces):
            chosen = mark.find([batch], self.plan.where, batch.num_rows)
            rows = encode(columns, self.plan, [batch], self.side, before, None, self._ids()).pick(chosen)
            start, stop = (min(max(edge - seen, 0), len(rows)) for edge in (stretch.start, stretch.stop))
            if start < stop:
                held.append(rows.cut(start, stop))
            before, seen = before + batch.num_rows, seen + len(rows)
            if seen >= stretch.stop:
                break
        rows = join_rows(held)
        hashes = {}
        for number, at in enumerate(range(0, len(rows), self.block_rows), stretch.first):
            name = block_file("customers", number)
            cut = rows.cut(at, min(at + self.block_rows, len(rows)))
            hashes[name] = write_block(block_at(self.place, name), cut)
        return hashes

    def _columns(self) -> Columns:
        columns = Columns(self.plan.features, self.state)
        columns.start(self.file, self.decimal)
        columns.tally()  # the counts of earlier files are not of these rows
        return columns

    def _mark(self) -> CustomerMark | None:
        return CustomerMark(self.file, self.where) if self.where else None

    def _ids(self) -> IdLog | None:
        return IdLog(self.file, self.plan.id_column, self.plan.id_given) if self.plan.id_column else None

    def _batches(self, pieces: Sequence[Piece]) -> Iterator[pa.RecordBatch]:
        coded = [feature.name for feature in self.plan.features] + ([self.plan.where] if self.where else [])
        for piece in pieces:
            yield from piece.batches(coded, [self.plan.id_column] if self.plan.id_column else [])


def _between(batches: Iterator[pa.RecordBatch], row: int, start: int, stop: int) -> Iterator[pa.RecordBatch]:
    """Yield the rows from ``start`` to before ``stop`` of batches that begin at ``row``; read no further."""
    for batch in batches:
        first, last = max(start - row, 0), min(stop - row, batch.num_rows)
        if first < last:
            yield batch.slice(first, last - first)
        row += batch.num_rows
        if row >= stop:
            return


def stretches(
    pieces: Sequence[Piece], held: Sequence[int], rows: Sequence[int], block_rows: int, blocks: int
) -> list[Stretch]:
    """Share out the blocks of a side.

    Parameters
    ----------
    held
        Rows of the side in each piece.
    rows
        Rows of the file in each piece.
    block_rows
        Rows of a block.
    blocks
        Blocks of a stretch, more where they begin in one piece that cannot be cut: it is read from its start.
    """
    ends = _running(held)
    before = [0, *_running(rows)]
    total = ends[-1] if ends else 0
    count = -(-total // block_rows)
    found: list[Stretch] = []
    first = piece = 0
    while first < count:
        start = first * block_rows
        while ends[piece] <= start:
            piece += 1
        last = min(first + blocks, count)
        last_piece = piece
        while last < count:
            while ends[last_piece] <= last * block_rows:
                last_piece += 1
            begins = ends[last_piece] - held[last_piece]
            if pieces[last_piece].within is not None or begins >= last * block_rows:
                break
            last += 1
        stop = min(last * block_rows, total)
        while ends[last_piece] < stop:
            last_piece += 1
        offset = ends[piece] - held[piece]
        found.append(Stretch(first, start, stop, tuple(pieces[piece : last_piece + 1]), offset, before[piece]))
        first = last
    return found


def _running(numbers: Sequence[int]) -> list[int]:
    total = 0
    return [total := total + number for number in numbers]
