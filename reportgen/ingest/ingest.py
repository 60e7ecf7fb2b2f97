"""The read: files and dictionary in, coded table out. What an earlier build read already comes from the cache."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reportgen.cache.packing import digest
from reportgen.dictionary import FeatureDictionary
from reportgen.errors import InputError
from reportgen.ingest.assemble import Reads, assemble
from reportgen.ingest.block_files import Block, block_name
from reportgen.ingest.blocks import rewrite_blocks
from reportgen.ingest.columns import CodesState, Columns
from reportgen.ingest.crew import Crew
from reportgen.ingest.ids import NotAnIdError, common_ids, hashes_of, not_unique
from reportgen.ingest.kept import BlockCache, Inlet, KeptRead, blocks_digest
from reportgen.ingest.reader import Reader
from reportgen.ingest.reading import (
    MIN_CUSTOMERS,
    MIN_POPULATION,
    FileRead,
    FileReading,
    OnRows,
    WrittenSide,
)
from reportgen.ingest.request import IngestRequest
from reportgen.ingest.schema import Plan, plan_columns
from reportgen.ingest.source import Source
from reportgen.ingest.table import CodedTable, Side, SideName, UndeclaredColumn

__all__ = ["MIN_CUSTOMERS", "MIN_POPULATION", "IngestRequest", "ingest"]

OnReuse = Callable[[str], None]


def _silent(*_: object) -> None:
    """Report nothing."""


def ingest(
    dictionary: FeatureDictionary,
    request: IngestRequest,
    folder: Path,
    on_rows: OnRows = _silent,
    cache: BlockCache | None = None,
    on_reuse: OnReuse = _silent,
    crew: Crew | None = None,
) -> CodedTable:
    """Read both files into coded blocks.

    Parameters
    ----------
    dictionary
        Declared features.
    request
        The files and how to read them.
    folder
        Existing empty directory for the block files ``population-00000.parquet``, ``customers-00000.parquet``, ...
    on_rows
        Called after each block with the side's name and the rows read so far.
    cache
        Reads of earlier builds; None reads everything. Customers are coded with the raw codes of their population, so
        they come from the cache only together with it.
    on_reuse
        Told the name of each side that came from the cache.
    crew
        Workers that read and write the blocks, into ``folder`` or elsewhere; None reads here. From elsewhere blocks
        are not kept.

    Returns
    -------
    CodedTable

    Raises
    ------
    InputError
        If a file cannot be used; no block file is left behind.
    """
    with _nothing_left_behind(folder):
        if (request.customers is None) == (request.customer_where is None):
            what = "there is no customer file" if request.customers is None else "the customers are given twice"
            raise InputError(what, "Name a customer file, or tell which rows of the population are customers.")
        cache = cache if dictionary.sha256 and (crew is None or crew.place == folder) else None
        openers = map if crew is None else crew.openers
        options = request.options
        population = Inlet(
            "population", request.population, options, dictionary, request.customer_where, cache, openers
        )
        customers = None
        if request.customers is not None:
            customers = Inlet("customers", request.customers, options, dictionary, None, cache, openers)
        plan = plan_columns(dictionary, request, population, customers)
        build = _Build(request.customer_where, population, customers, folder, on_rows, on_reuse, crew)
        try:
            return assemble(dictionary, build.reads(plan, ""))
        except NotAnIdError as reason:
            # Rare: a column named id that is none. Ids are in the blocks, so the rows are read again without it.
            _clear(folder)
            plan = plan_columns(dictionary, request, population, customers, usual_ids=False)
            return assemble(dictionary, build.reads(plan, str(reason)))


@contextmanager
def _nothing_left_behind(folder: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        _clear(folder)
        raise


def _clear(folder: Path) -> None:
    for side in ("population", "customers"):
        for block in folder.glob(f"{side}-[0-9]*"):
            block.unlink()


@dataclass(frozen=True)
class _Settled:
    """What is known after one file: all blocks so far with their hashes, and the columns."""

    sides: Mapping[SideName, WrittenSide]
    hashes: Mapping[str, str]
    source: Source
    state: CodesState
    undeclared: tuple[UndeclaredColumn, ...]
    overlap: int | None = None

    def side(self, name: SideName) -> Side:
        written = self.sides[name]
        return Side(name, written.blocks, written.rows, self.source, blocks_digest(written.blocks, self.hashes))


@dataclass(frozen=True)
class _Build:
    """The inputs of one build and where their blocks go."""

    where: tuple[str, str] | None
    population: Inlet
    customers: Inlet | None
    folder: Path
    on_rows: OnRows
    on_reuse: OnReuse
    crew: Crew | None

    def reads(self, plan: Plan, not_an_id: str) -> Reads:
        """Read the population, then the customers with its raw codes."""
        first = self._population(plan)
        if self.customers is None:
            rows = first.sides["customers"].rows
            sides = first.side("population"), first.side("customers")
            return Reads(plan, *sides, first.state, first.undeclared, rows, not_an_id, one_file=True)
        last = self._customers(self.customers, plan, first)
        population = _Settled(last.sides, last.hashes, first.source, last.state, ()).side("population")
        undeclared = first.undeclared + last.undeclared
        customers = last.side("customers")
        return Reads(plan, population, customers, last.state, undeclared, last.overlap, not_an_id, one_file=False)

    def _population(self, plan: Plan) -> _Settled:
        inlet = self.population
        taken = inlet.take(self.folder, id=plan.id_column)
        if taken:
            kept, hashes = taken
            self.on_reuse("population")
            return _Settled(kept.sides(self.folder), hashes, inlet.source(kept), kept.state, kept.undeclared)
        columns = Columns(plan.features)
        try:
            if plan.id_column and not plan.id_given and inlet.refuses_as_id(plan.id_column):
                raise NotAnIdError(not_unique(plan.id_column, inlet.path.name))
            read = self._read(inlet.reader, "population", plan, self.where, columns)
        except NotAnIdError:
            inlet.not_an_id = plan.id_column
            raise
        state = columns.state()
        kept = _kept(inlet.reader.source, read.sides, state, read.undeclared, None)
        hashes = inlet.put(kept, _all_blocks(read.sides), id=plan.id_column) or read.hashes
        return _Settled(read.sides, hashes, inlet.reader.source, state, read.undeclared)

    def _customers(self, inlet: Inlet, plan: Plan, before: _Settled) -> _Settled:
        depends = {"id": plan.id_column, "population": digest(before.hashes)}
        taken = inlet.take(self.folder, **depends)
        if taken:
            kept, hashes = taken
            self.on_reuse("customers")
            return _Settled(
                {**before.sides, **kept.sides(self.folder)}, {**before.hashes, **hashes}, inlet.source(kept),
                kept.state, kept.undeclared, kept.overlap,
            )  # fmt: skip
        columns = Columns(plan.features, before.state)
        read = self._read(inlet.reader, "customers", plan, None, columns)
        sides = dict(read.sides)
        moved = _moved_before(before.state, read.moved)
        written = dict(read.hashes)
        if moved:
            sides["population"] = before.sides["population"]
            written |= self._rewrite(sides["population"], moved)
        overlap = self._overlap(before.sides["population"], read) if plan.id_column else None
        state = columns.state()
        kept = _kept(inlet.reader.source, sides, state, read.undeclared, overlap)
        hashes = inlet.put(kept, _all_blocks(sides), **depends) or written
        return _Settled(
            {**before.sides, **sides}, {**before.hashes, **hashes}, inlet.reader.source, state, read.undeclared, overlap
        )

    def _read(
        self, reader: Reader, side: SideName, plan: Plan, where: tuple[str, str] | None, columns: Columns
    ) -> FileRead:
        if self.crew is not None:
            return self.crew.read(reader, side, plan, where, columns, self.on_rows)
        return FileReading(plan, where, columns, self.folder, self.on_rows).read(reader, side)

    def _rewrite(self, side: WrittenSide, moved: Mapping[str, NDArray[np.int32]]) -> Mapping[str, str]:
        if self.crew is not None:
            return self.crew.rewrite(side.blocks, moved)
        rewrite_blocks(side.blocks, moved)
        return {}

    def _overlap(self, population: WrittenSide, read: FileRead) -> int:
        if self.crew is not None:
            return self.crew.overlap(population, read.sides["customers"])
        return common_ids(hashes_of(population.blocks), read.ids)


def _moved_before(state: CodesState, moved: Mapping[str, NDArray[np.int32]]) -> dict[str, NDArray[np.int32]]:
    """Return the columns in which codes moved that an earlier file has, too."""
    return {
        name: final
        for name, final in moved.items()
        if not np.array_equal(final[: len(state.numbers[name].keys)], np.arange(len(state.numbers[name].keys)))
    }


def _kept(
    source: Source,
    sides: Mapping[SideName, WrittenSide],
    state: CodesState,
    undeclared: tuple[UndeclaredColumn, ...],
    overlap: int | None,
) -> KeptRead:
    return KeptRead(
        source.encoding,
        source.delimiter,
        tuple(part.rows for part in source.parts),
        {side: tuple(map(block_name, written.blocks)) for side, written in sides.items()},
        {side: written.rows for side, written in sides.items()},
        state,
        undeclared,
        overlap,
    )


def _all_blocks(sides: Mapping[SideName, WrittenSide]) -> list[Block]:
    written: Iterable[WrittenSide] = sides.values()
    return [block for side in written for block in side.blocks]
