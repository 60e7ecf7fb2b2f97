"""One file into coded blocks, in one pass over its rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reportgen.dictionary import Feature
from reportgen.errors import InputError
from reportgen.ingest.blocks import BlockWriter, CodedRows, recut, rewrite_blocks
from reportgen.ingest.codes import TextCodes, TextState
from reportgen.ingest.customers import CustomerMark
from reportgen.ingest.ids import IdLog, hash_rows
from reportgen.ingest.number_codes import NumberCodes, NumberState
from reportgen.ingest.reader import Reader
from reportgen.ingest.schema import Plan
from reportgen.ingest.table import SideName, UndeclaredColumn
from reportgen.ingest.undeclared import UndeclaredLog
from reportgen.inputs import stamp_of

MIN_POPULATION = 200
MIN_CUSTOMERS = 30

OnRows = Callable[[str, int], None]
Codes = TextCodes | NumberCodes


@dataclass(frozen=True)
class CodesState:
    """What is known of all columns between two files, by column name.

    Attributes
    ----------
    texts, numbers
        Columns of names and ranks, and of quantities.
    """

    texts: Mapping[str, TextState]
    numbers: Mapping[str, NumberState]


@dataclass(frozen=True)
class WrittenSide:
    """The blocks of one side: their files in row order, and the rows in all."""

    blocks: tuple[Path, ...]
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
    """

    sides: Mapping[SideName, WrittenSide]
    undeclared: tuple[UndeclaredColumn, ...]
    ids: NDArray[np.uint64]
    moved: Mapping[str, NDArray[np.int32]]


class Columns:
    """The accumulators of all columns, over the files of one build.

    Parameters
    ----------
    features
        Declared features that are read.
    state
        What earlier files held.
    """

    def __init__(self, features: Sequence[Feature], state: CodesState | None = None) -> None:
        self.codes: dict[str, Codes] = {}
        for feature in features:
            if feature.is_number:
                self.codes[feature.name] = (
                    NumberCodes.restored(feature, state.numbers[feature.name]) if state else NumberCodes(feature)
                )
            else:
                self.codes[feature.name] = (
                    TextCodes.restored(feature, state.texts[feature.name]) if state else TextCodes(feature)
                )

    def state(self) -> CodesState:
        """Return what has been seen, by final raw code."""
        texts = {name: codes.state() for name, codes in self.codes.items() if isinstance(codes, TextCodes)}
        numbers = {name: codes.state() for name, codes in self.codes.items() if isinstance(codes, NumberCodes)}
        return CodesState(texts, numbers)

    def settle(self) -> dict[str, NDArray[np.int32]]:
        """Make provisional raw codes final.

        Returns
        -------
        dict
            Final raw code by provisional one, for the columns in which they differ.
        """
        moved: dict[str, NDArray[np.int32]] = {}
        for name, codes in self.codes.items():
            if isinstance(codes, NumberCodes) and codes.exponent is not None:
                final = codes.final()
                if not np.array_equal(final, np.arange(len(final))):
                    moved[name] = final
                    self.codes[name] = NumberCodes.restored(codes.feature, codes.state())
        return moved


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
        decimal = reader.decimal(*self._number_and_other_names())
        for codes in self.columns.codes.values():
            codes.start(reader.path.name, decimal)
        logs = {name: UndeclaredLog(name, side, decimal) for name in unknown}
        ids = IdLog(reader.path.name, self.plan.id_column, self.plan.id_given) if self.plan.id_column else None
        sides = self._blocks(reader, side, mark, logs, ids)
        hashes = ids.check(sides[side].blocks, reader.place) if ids else np.zeros(0, dtype=np.uint64)
        _refuse_changed(reader)
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
                rows = self._encode(block, count, side, chosen, own.rows, ids)
                own.add(rows)
                if chosen is not None:
                    picked.add(rows.pick(chosen))
                self.on_rows(side, own.rows)
            own.finish()
            picked.finish()
        sides: dict[SideName, WrittenSide] = {side: WrittenSide(tuple(own.blocks), own.rows)}
        _refuse_few(reader, side, own.rows)
        if mark is not None:
            mark.refuse_absent(picked.rows)
            sides["customers"] = WrittenSide(tuple(picked.blocks), picked.rows)
            _refuse_few(reader, "customers", picked.rows)
        return sides

    def _encode(
        self,
        block: Sequence[pa.RecordBatch],
        count: int,
        side: SideName,
        chosen: NDArray[np.bool_] | None,
        before: int,
        ids: IdLog | None,
    ) -> CodedRows:
        """Return the rows of one block in coded form, and count them on their side or sides."""
        raw: dict[str, NDArray[np.int32]] = {}
        numbers = np.empty(count, dtype=np.float64)
        for name, codes in self.columns.codes.items():
            out = raw[name] = np.empty(count, dtype=np.int32)
            start = 0
            for batch in block:
                rows = slice(start, start + batch.num_rows)
                if isinstance(codes, NumberCodes):
                    codes.encode(batch.column(name), out[rows], numbers[rows])
                else:
                    codes.encode(batch.column(name), out[rows])
                start += batch.num_rows
            if isinstance(codes, NumberCodes):
                codes.count(side, out, numbers)
                if chosen is not None:
                    codes.count("customers", out[chosen], numbers[chosen])
            else:
                codes.count(side, out)
                if chosen is not None:
                    codes.count("customers", out[chosen])
        if ids is not None:
            texts = pa.concat_arrays([batch.column(self.plan.id_column) for batch in block])
            return CodedRows(raw, ids.add(texts), texts)
        texts = pa.array(np.arange(before + 1, before + count + 1)).cast(pa.string())
        return CodedRows(raw, hash_rows(side, before, count), texts)

    def _number_and_other_names(self) -> tuple[list[str], list[str]]:
        numbers = [feature.name for feature in self.plan.features if feature.is_number]
        return numbers, [feature.name for feature in self.plan.features if not feature.is_number]


def _refuse_few(reader: Reader, side: SideName, rows: int) -> None:
    if not rows:
        raise InputError(f"{reader.path.name} has a header but no rows", "Export the file again, with its data.")
    noun, least = ("rows", MIN_POPULATION) if side == "population" else ("customers", MIN_CUSTOMERS)
    if rows < least:
        raise InputError(
            f"{reader.path.name} has {rows:,} {noun}, fewer than {least}",
            f"Shares and intervals mean little below {least} {noun}; give a larger file.",
        )


def _refuse_changed(reader: Reader) -> None:
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
