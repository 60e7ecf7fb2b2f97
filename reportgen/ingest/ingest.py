"""The read: files and dictionary in, coded table out, in one pass over the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reportgen.dictionary import FeatureDictionary
from reportgen.errors import InputError
from reportgen.ingest.blocks import BlockWriter, CodedRows, recut, rewrite_blocks
from reportgen.ingest.codes import NumberCodes, TextCodes
from reportgen.ingest.customers import CustomerMark
from reportgen.ingest.findings import Rank, RankedFinding, found, in_order
from reportgen.ingest.ids import IdLog, NotAnIdError, common_ids, hash_rows
from reportgen.ingest.levels import RawCounts, number_column, text_column
from reportgen.ingest.reader import Reader, open_reader
from reportgen.ingest.request import IngestRequest
from reportgen.ingest.schema import Plan, plan_columns
from reportgen.ingest.table import CodedColumn, CodedTable, Side, SideName, UndeclaredColumn
from reportgen.ingest.undeclared import UndeclaredLog

__all__ = ["MIN_CUSTOMERS", "MIN_POPULATION", "IngestRequest", "ingest"]

MIN_POPULATION = 200
MIN_CUSTOMERS = 30
_NO_COMMON_ID = "the files have no common id column"

OnRows = Callable[[str, int], None]
Codes = TextCodes | NumberCodes


def _silent(side: str, rows: int) -> None:
    """Report nothing."""


def ingest(
    dictionary: FeatureDictionary, request: IngestRequest, folder: Path, on_rows: OnRows = _silent
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

    Returns
    -------
    CodedTable

    Raises
    ------
    InputError
        If a file cannot be used; no block file is left behind.
    """
    with _nothing_left_behind(folder):
        population = open_reader(request.population, request.options)
        customers = None
        if (request.customers is None) == (request.customer_where is None):
            what = "there is no customer file" if request.customers is None else "the customers are given twice"
            raise InputError(what, "Name a customer file, or tell which rows of the population are customers.")
        if request.customers is not None:
            customers = open_reader(request.customers, request.options)
        try:
            plan = plan_columns(dictionary, request, population, customers)
            return _Read(dictionary, request, plan, folder, on_rows).table(population, customers)
        except NotAnIdError as reason:
            # Rare: a column named id that is none. Ids are in the blocks, so the rows are read again without it.
            _clear(folder)
            plan = plan_columns(dictionary, request, population, customers, usual_ids=False)
            return _Read(dictionary, request, plan, folder, on_rows, str(reason)).table(population, customers)


@contextmanager
def _nothing_left_behind(folder: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        _clear(folder)
        raise


def _clear(folder: Path) -> None:
    for side in ("population", "customers"):
        for block in folder.glob(f"{side}-[0-9]*.parquet"):
            block.unlink()


@dataclass
class _Read:
    """One run over the files."""

    dictionary: FeatureDictionary
    request: IngestRequest
    plan: Plan
    folder: Path
    on_rows: OnRows
    not_an_id: str = ""
    columns: dict[str, Codes] = field(init=False)

    def __post_init__(self) -> None:
        self.columns = {
            feature.name: NumberCodes(feature) if feature.is_number else TextCodes(feature)
            for feature in self.plan.features
        }

    def table(self, population: Reader, customers: Reader | None) -> CodedTable:
        """Read the files and put everything together."""
        if customers is None:
            mark = CustomerMark(population.path.name, self.request.customer_where or ("", ""))
            sides, hashes, undeclared = self._read(population, "population", mark)
            shared: int | None = sides["customers"].rows
        else:
            sides, hashes, undeclared = self._read(population, "population", None)
            more, customer_hashes, extra = self._read(customers, "customers", None)
            sides, undeclared = sides | more, undeclared + extra
            shared = common_ids(hashes, customer_hashes) if self.plan.id_column else None
        nested = customers is None or shared == sides["customers"].rows
        columns, findings = self._columns(one_file=customers is None)
        self._settle([*sides["population"].blocks, *sides["customers"].blocks])
        return CodedTable(
            columns=columns,
            population=sides["population"],
            customers=sides["customers"],
            undeclared=undeclared,
            warnings=in_order(findings + self._findings(undeclared)),
            id_column=self.plan.id_column,
            overlap=shared,
            overlap_reason="" if shared is not None else self.not_an_id or _NO_COMMON_ID,
            nested=nested,
        )

    def _read(
        self, reader: Reader, side: SideName, mark: CustomerMark | None
    ) -> tuple[dict[SideName, Side], NDArray[np.uint64], tuple[UndeclaredColumn, ...]]:
        """Read one file; with a mark, its customers become the other side."""
        decimal = reader.decimal(*self._number_and_other_names())
        for codes in self.columns.values():
            codes.start(reader.path.name, decimal)
        unknown = self.plan.undeclared_population if side == "population" else self.plan.undeclared_customers
        logs = {name: UndeclaredLog(name, side, decimal) for name in unknown}
        ids = IdLog(reader.path.name, self.plan.id_column, self.plan.id_given) if self.plan.id_column else None
        coded = [*self.columns, *unknown, *([self.plan.where] if mark else [])]
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
        sides: dict[SideName, Side] = {side: Side(side, tuple(own.blocks), own.rows, reader.source)}
        _refuse_few(reader, sides[side])
        if mark is not None:
            mark.refuse_absent(picked.rows)
            sides["customers"] = Side("customers", tuple(picked.blocks), picked.rows, reader.source)
            _refuse_few(reader, sides["customers"])
        hashes = ids.check(own.blocks, reader.place) if ids else np.zeros(0, dtype=np.uint64)
        return sides, hashes, tuple(log.column() for log in logs.values())

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
        for name, codes in self.columns.items():
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

    def _columns(self, *, one_file: bool) -> tuple[tuple[CodedColumn, ...], list[RankedFinding]]:
        """Return the finished columns in dictionary order and the findings about them."""
        columns: list[CodedColumn] = []
        findings: list[RankedFinding] = []
        for name, codes in self.columns.items():
            texts = codes.codes if isinstance(codes, TextCodes) else codes.codes()
            raw = RawCounts(tuple(texts), codes.counts("population"), codes.counts("customers"), one_file)
            if isinstance(codes, NumberCodes):
                moments = {side: codes.moments(side) for side in ("population", "customers")}
                column, said = number_column(codes.feature, raw, codes.numbers(), moments)  # type: ignore[arg-type]
                if codes.exponent is not None:
                    step = f"read in steps of {2.0**codes.exponent:g}, because it has more than 32,000 distinct numbers"
                    said = [*said, found(Rank.COARSE, name, f"{step}; its mean, spread and range are exact")]
            else:
                column, said = text_column(codes.feature, raw)
            columns.append(column)
            findings += said
        return tuple(columns), findings

    def _settle(self, blocks: Sequence[Path]) -> None:
        """Replace provisional raw codes in the blocks, where a column was put on a grid."""
        final = {
            name: codes.final()
            for name, codes in self.columns.items()
            if isinstance(codes, NumberCodes) and codes.exponent is not None
        }
        if final:
            rewrite_blocks(blocks, final)

    def _findings(self, undeclared: Sequence[UndeclaredColumn]) -> list[RankedFinding]:
        """Return the findings that are not about one declared column."""
        findings: list[RankedFinding] = []
        in_population = set(self.plan.undeclared_population)
        for column in undeclared:
            if column.side == "population":
                message = "not in the dictionary: left out of the analysis"
                findings.append(found(Rank.UNDECLARED, column.name, message))
            elif column.name not in in_population:
                message = "only the customer file has this column, and the dictionary does not name it: left out"
                findings.append(found(Rank.EXTRA, column.name, message))
        if not self.dictionary.labelled:
            message = "the dictionary has no labels for codes: the report shows bare codes (values.csv can name them)"
            findings.append(found(Rank.NO_LABELS, "", message))
        if self.not_an_id:
            column_name = self.not_an_id.split(" ", 1)[0]
            findings.append(found(Rank.NO_ID, column_name, f"{self.not_an_id}: row numbers serve as ids"))
        return findings


def _refuse_few(reader: Reader, side: Side) -> None:
    if not side.rows:
        raise InputError(f"{reader.path.name} has a header but no rows", "Export the file again, with its data.")
    noun, least = ("rows", MIN_POPULATION) if side.name == "population" else ("customers", MIN_CUSTOMERS)
    if side.rows < least:
        raise InputError(
            f"{reader.path.name} has {side.rows:,} {noun}, fewer than {least}",
            f"Shares and intervals mean little below {least} {noun}; give a larger file.",
        )
