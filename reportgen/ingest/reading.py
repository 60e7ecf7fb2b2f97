"""One file into coded blocks, in one pass over its rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reportgen.errors import InputError
from reportgen.ingest.block_files import Block
from reportgen.ingest.blocks import BlockWriter, recut, rewrite_blocks
from reportgen.ingest.coding import encode
from reportgen.ingest.columns import Columns
from reportgen.ingest.customers import CustomerMark
from reportgen.ingest.ids import IdLog
from reportgen.ingest.reader import Reader
from reportgen.ingest.schema import Plan
from reportgen.ingest.table import SideName, UndeclaredColumn
from reportgen.ingest.undeclared import UndeclaredLog
from reportgen.inputs import stamp_of

MIN_POPULATION = 200
MIN_CUSTOMERS = 30

OnRows = Callable[[str, int], None]


@dataclass(frozen=True)
class WrittenSide:
    """The blocks of one side: their files in row order, and the rows in all."""

    blocks: tuple[Block, ...]
    rows: int


@dataclass(frozen=True)
class FileRead:
    """What one file held.

    Attributes
    ----------
    sides
        The side that the file is of; both when it holds both.
    undeclared
        Its columns that the dictionary does not name.
    ids : ndarray of uint64, shape (n_rows,)
        Hashes of all ids, ascending; empty without ids.
    moved : mapping of ndarray of int32
        Final raw code by the one before, for columns in which the file moved raw codes.
    hashes
        SHA-256 of each block by name, where they were written elsewhere; else empty.
    """

    sides: Mapping[SideName, WrittenSide]
    undeclared: tuple[UndeclaredColumn, ...]
    ids: NDArray[np.uint64]
    moved: Mapping[str, NDArray[np.int32]]
    hashes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FileReading:
    """How files are read.

    Attributes
    ----------
    plan
        Use of their columns.
    where
        Column and value that mark the customers in a file that holds both sides.
    columns
        Accumulators, which go from file to file.
    folder
        Existing directory for the blocks.
    on_rows
        Called after each block with the side's name and the rows read so far.
    """

    plan: Plan
    where: tuple[str, str] | None
    columns: Columns
    folder: Path
    on_rows: OnRows

    def read(self, reader: Reader, side: SideName) -> FileRead:
        """Read one file; when customers are marked in it they become the other side.

        The raw codes in its blocks are final when this returns. Those of an earlier file may have moved: see ``moved``.

        Raises
        ------
        InputError
            If the file cannot be used, or changed meanwhile.
        NotAnIdError
            If a column that was taken for the id is none.
        """
        mark = CustomerMark(reader.path.name, self.where) if self.where else None
        unknown = self.plan.undeclared_population if side == "population" else self.plan.undeclared_customers
        decimal = reader.decimal(*self.plan.numbers_and_others)
        self.columns.start(reader.path.name, decimal)
        logs = {name: UndeclaredLog(name, side, decimal) for name in unknown}
        ids = IdLog(reader.path.name, self.plan.id_column, self.plan.id_given) if self.plan.id_column else None
        sides = self._blocks(reader, side, mark, logs, ids)
        hashes = ids.check(sides[side].blocks, reader.place) if ids else np.zeros(0, dtype=np.uint64)
        refuse_changed(reader)
        moved = self.columns.settle()
        if moved:
            rewrite_blocks([block for written in sides.values() for block in written.blocks], moved)
        return FileRead(sides, tuple(log.column() for log in logs.values()), hashes, moved)

    def _blocks(
        self,
        reader: Reader,
        side: SideName,
        mark: CustomerMark | None,
        logs: Mapping[str, UndeclaredLog],
        ids: IdLog | None,
    ) -> dict[SideName, WrittenSide]:
        coded = [*self.columns.codes, *logs, *([self.plan.where] if mark else [])]
        batches = reader.batches(coded, [self.plan.id_column] if ids else [])
        with BlockWriter(self.folder, side) as own, BlockWriter(self.folder, "customers") as picked:
            for block in recut(batches):
                count = sum(batch.num_rows for batch in block)
                for name, log in logs.items():
                    for batch in block:
                        log.add(batch.column(name))
                chosen = mark.find(block, self.plan.where, count) if mark else None
                rows = encode(self.columns, self.plan, block, side, own.rows, chosen, ids)
                own.add(rows)
                if chosen is not None:
                    picked.add(rows.pick(chosen))
                self.on_rows(side, own.rows)
            own.finish()
            picked.finish()
        sides: dict[SideName, WrittenSide] = {side: WrittenSide(tuple(own.blocks), own.rows)}
        refuse_few(reader, side, own.rows)
        if mark is not None:
            mark.refuse_absent(picked.rows)
            sides["customers"] = WrittenSide(tuple(picked.blocks), picked.rows)
            refuse_few(reader, "customers", picked.rows)
        return sides


def refuse_few(reader: Reader, side: SideName, rows: int) -> None:
    """Refuse a side with too few rows.

    Raises
    ------
    InputError
        With the least number.
    """
    if not rows:
        raise InputError(f"{reader.path.name} has a header but no rows", "Export the file again, with its data.")
    noun, least = ("rows", MIN_POPULATION) if side == "population" else ("customers", MIN_CUSTOMERS)
    if rows < least:
        raise InputError(
            f"{reader.path.name} has {rows:,} {noun}, fewer than {least}",
            f"Shares and intervals mean little below {least} {noun}; give a larger file.",
        )


def refuse_changed(reader: Reader) -> None:
    """Refuse a file that is being written: its blocks would not be those of its hash."""
    for seen in reader.source.files:
        try:
            same = stamp_of(Path(seen.path)) == seen.stamp
        except OSError:
            same = False
        if not same:
            raise InputError(
                f"{Path(seen.path).name} changed while it was read", "Wait until it is written, then run again."
            )
