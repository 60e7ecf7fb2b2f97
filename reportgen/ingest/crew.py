"""The read on many workers: the same blocks, codes and refusals as on one machine, in two passes over the pieces.

The first pass finds what occurs in each column, so that raw codes are numbered by first appearance in the whole file;
the second writes the blocks. The caller sees counts and levels, never rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from reportgen.ingest import table
from reportgen.ingest.block_files import Block, block_at, block_name
from reportgen.ingest.blocks import block_file, rewrite_block
from reportgen.ingest.columns import Columns
from reportgen.ingest.customers import CustomerMark
from reportgen.ingest.ids import IdLog, Repeats, common_ids, find_repeats
from reportgen.ingest.parts import PartsReader
from reportgen.ingest.pieces import Piece, pieces_of
from reportgen.ingest.reader import Reader
from reportgen.ingest.reading import FileRead, OnRows, WrittenSide, refuse_changed, refuse_few
from reportgen.ingest.schema import Plan
from reportgen.ingest.stretch import Coded, Coder, Stretch, stretches
from reportgen.ingest.survey import Surveyor
from reportgen.ingest.table import SideName, read_hashes

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

SHARE_ROWS = 32_000_000  # ids that one task compares: 256 MB of hashes, and as much to sort them
_MOST_PIECES, _MOST_BLOCKS = 16, 8  # of a task
_TASKS_PER_THREAD = 4


class Mapper(Protocol):
    """What an engine does for the read."""

    @property
    def threads(self) -> int:
        """Tasks that run at a time."""

    def map(self, function: Callable[[_Item], _Result], items: Iterable[_Item]) -> Iterator[_Result]:
        """Yield ``function(item)`` in order."""

    def reduce(
        self,
        function: Callable[[_Item], _Result],
        items: Iterable[_Item],
        add: Callable[[_Result, _Result], _Result],
    ) -> _Result:
        """Add ``function(item)`` over all items, neighbours first."""


@dataclass(frozen=True)
class Crew:
    """Workers that read.

    Attributes
    ----------
    mapper
        Runs tasks on them.
    place
        Where the blocks go: an existing folder that all workers share, or an address that fsspec opens.
    """

    mapper: Mapper
    place: Block

    def openers(self, open_file: Callable[[Path], Reader], files: Sequence[Path]) -> Iterable[Reader]:
        """Open input files; see `reportgen.ingest.parts.open_input`."""
        return self.mapper.map(open_file, files)

    def read(
        self,
        reader: Reader,
        side: SideName,
        plan: Plan,
        where: tuple[str, str] | None,
        columns: Columns,
        on_rows: OnRows,
    ) -> FileRead:
        """Read one file; see `reportgen.ingest.reading.FileReading.read`, of which this is the other way."""
        file, decimal = reader.path.name, reader.decimal(*plan.numbers_and_others)
        columns.start(file, decimal)
        surveyor = Surveyor(plan, where, side, file, decimal)
        logs, mark = surveyor.logs(), CustomerMark(file, where) if where else None
        pieces = pieces_of(reader)
        rows: list[int] = []
        marked: list[int] = []
        for survey in self.mapper.map(surveyor.survey, self._shared_out(pieces, _MOST_PIECES)):
            columns.admit(survey.state)
            logs = [log + more for log, more in zip(logs, survey.undeclared, strict=True)]
            rows += survey.rows
            marked += survey.marked
            if mark is not None:
                mark.add(survey.others)
            on_rows(side, sum(rows))
        if isinstance(reader, PartsReader):
            reader.counted(_rows_by_part(reader, pieces, rows))
        refuse_few(reader, side, sum(rows))
        if mark is not None:
            mark.refuse_absent(sum(marked))
            refuse_few(reader, "customers", sum(marked))
        moved = columns.settle()
        coder = Coder(plan, where, side, file, decimal, columns.state(), self.place, table.BLOCK_ROWS)
        coded = self.mapper.reduce(coder.write, self._stretches(pieces, rows, rows), Coded.__add__)
        hashes = dict(coded.hashes)
        sides: dict[SideName, WrittenSide] = {side: self._side(side, sum(rows))}
        if mark is not None:
            for more in self.mapper.map(coder.write_marked, self._stretches(pieces, marked, rows)):
                hashes |= more
            sides["customers"] = self._side("customers", sum(marked))
        if plan.id_column:
            ids = IdLog(file, plan.id_column, plan.id_given)
            ids.add_counted(sum(rows), coded.blank, coded.first_blank)
            ids.judge(self._repeats(sides[side]), sides[side].blocks, reader.place)
        refuse_changed(reader)
        columns.add(coded.tallies)
        undeclared = tuple(log.column() for log in logs)
        return FileRead(sides, undeclared, np.zeros(0, dtype=np.uint64), moved, hashes)

    def rewrite(self, blocks: Sequence[Block], moved: Mapping[str, NDArray[np.int32]]) -> dict[str, str]:
        """Replace raw codes that moved in finished blocks, and return the new hashes by name."""
        written = self.mapper.map(partial(rewrite_block, final=moved), blocks)
        return {block_name(block): sha256 for block, sha256 in zip(blocks, written, strict=True)}

    def overlap(self, population: WrittenSide, customers: WrittenSide) -> int:
        """Count the customers that are in the population by id; neither side repeats an id."""
        shares = _shares(population.rows + customers.rows)

        def count(share: int) -> int:
            both = [np.sort(_hashes(side.blocks, share, shares)[0]) for side in (population, customers)]
            return common_ids(*both)

        return sum(self.mapper.map(count, range(shares)))

    def _repeats(self, side: WrittenSide) -> Repeats:
        shares = _shares(side.rows)

        def find(share: int) -> Repeats:
            return find_repeats(*_hashes(side.blocks, share, shares))

        return self.mapper.reduce(find, range(shares), Repeats.__add__)

    def _side(self, side: SideName, rows: int) -> WrittenSide:
        count = -(-rows // table.BLOCK_ROWS)
        return WrittenSide(tuple(block_at(self.place, block_file(side, at)) for at in range(count)), rows)

    def _stretches(self, pieces: Sequence[Piece], held: Sequence[int], rows: Sequence[int]) -> list[Stretch]:
        blocks = -(-sum(held) // table.BLOCK_ROWS)
        size = max(1, min(_MOST_BLOCKS, blocks // (_TASKS_PER_THREAD * self.mapper.threads)))
        return stretches(pieces, held, rows, table.BLOCK_ROWS, size)

    def _shared_out(self, pieces: Sequence[Piece], most: int) -> Iterator[Sequence[Piece]]:
        size = max(1, min(most, len(pieces) // (_TASKS_PER_THREAD * self.mapper.threads)))
        return (pieces[start : start + size] for start in range(0, len(pieces), size))


def _shares(rows: int) -> int:
    return -(-rows // SHARE_ROWS)


def _hashes(blocks: Sequence[Block], share: int, shares: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the hashes of one share of all ids, and their rows: equal ids are in the same share."""
    found, places, before = [], [], 0
    for block in blocks:
        hashes = read_hashes(block)
        here = np.flatnonzero(hashes % np.uint64(shares) == share)
        found.append(hashes[here])
        places.append(here + before)
        before += len(hashes)
    return np.concatenate(found), np.concatenate(places)


def _rows_by_part(reader: PartsReader, pieces: Sequence[Piece], rows: Sequence[int]) -> list[int]:
    left = iter(rows)
    return [sum(islice(left, sum(piece.reader is part for piece in pieces))) for part in reader.parts]
