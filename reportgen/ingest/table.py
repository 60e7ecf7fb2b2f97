"""The coded form of the two files: blocks of small integers, and what each integer stands for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import IntEnum
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from reportgen.cache.packing import digest
from reportgen.dictionary import Feature
from reportgen.ingest.block_files import Block, read_block
from reportgen.ingest.source import Source

BLOCK_ROWS = 65_536
HASH_COLUMN = "__hash__"
ID_COLUMN = "__id__"
SideName = Literal["population", "customers"]


class Status(IntEnum):
    """What a raw value of a column is."""

    VALUE = 0
    BLANK = 1
    CODED = 2  # a code that the dictionary lists as missing
    UNKNOWN = 3  # outside the listed values, not a number, or a level that the population lacks


@dataclass(frozen=True)
class Level:
    """One printable level of a feature.

    Attributes
    ----------
    code
        Normalised code; for a bin ``low..high``; ``other`` for the level of unknown codes.
    label
        Words for readers; equal to ``code`` when the dictionary has none.
    """

    code: str
    label: str


@dataclass(frozen=True)
class NumberSummary:
    """Exact moments of a number column on one side, over its known values."""

    n: int
    mean: float
    sd: float
    minimum: float
    maximum: float


@dataclass(frozen=True)
class CodedColumn:
    """One declared column in coded form.

    A block holds a *raw code* per row: an index into ``codes``. Blanks and missing codes have raw
    codes of their own, so every question about a row is a table look-up.

    Attributes
    ----------
    feature
        Its declaration.
    codes
        Normalised text by raw code, in order of first appearance, population before customers; "" is blank.
    status : ndarray of int8, shape (n_raw,)
        A ``Status`` by raw code.
    values : ndarray of float64, shape (n_raw,)
        The number that the code stands for: the quantity itself for numbers, the numeric code or the
        rank among the declared values for ordered text codes; NaN where there is none or it is not a VALUE.
    levels
        Printable levels in canonical order (numeric, else order of the dictionary's labels, else text);
        at most 20 population-quantile bins for numbers with more than 50 distinct values. When the
        column has unknown codes the last level is ``other``.
    level_of : ndarray of int16, shape (n_raw,)
        Index into ``levels`` by raw code; -1 where the value is blank or coded missing.
    numbers
        For number features, exact moments by side; else empty.
    """

    feature: Feature
    codes: tuple[str, ...]
    status: NDArray[np.int8]
    values: NDArray[np.float64]
    levels: tuple[Level, ...]
    level_of: NDArray[np.int16]
    numbers: dict[SideName, NumberSummary]

    @property
    def name(self) -> str:
        """Column name."""
        return self.feature.name

    @cached_property
    def content_key(self) -> str:
        """Hash of everything in the column, taken once; see `reportgen.cache.packing.digest`."""
        return digest(*(getattr(self, field.name) for field in fields(self)))

    @property
    def missing(self) -> NDArray[np.bool_]:
        """Whether a raw code carries no usable value, shape (n_raw,)."""
        return np.asarray(self.status != Status.VALUE)

    def limited(self, codes: int) -> CodedColumn:
        """Return the column without the raw codes from ``codes`` on, and without a level that only these have."""
        level_of = self.level_of[:codes]
        levels = self.levels[: int(level_of.max(initial=-1)) + 1]
        numbers: dict[SideName, NumberSummary] = {}
        if "population" in self.numbers:
            numbers["population"] = self.numbers["population"]
        return CodedColumn(
            self.feature, self.codes[:codes], self.status[:codes], self.values[:codes], levels, level_of, numbers
        )


@dataclass(frozen=True)
class Side:
    """The rows of one side as block files.

    Attributes
    ----------
    name
        ``population`` or ``customers``.
    blocks
        Parquet files of ``BLOCK_ROWS`` rows each (the last one shorter), in row order.
    rows
        Number of rows in all.
    source
        The input they came from.
    digest
        Hash of the content of the blocks; empty when it was not asked for.
    """

    name: SideName
    blocks: tuple[Block, ...]
    rows: int
    source: Source
    digest: str = ""

    @property
    def content_key(self) -> str:
        """What the rows are, wherever they lie; see `reportgen.cache.packing.digest`."""
        if not self.digest:
            raise ValueError(f"the blocks of the {self.name} have no hash")
        return f"{self.name} {self.rows} {self.digest}"


@dataclass(frozen=True)
class UndeclaredColumn:
    """A column of the data that the dictionary does not name: never its values, only their number.

    ``distinct`` is capped; at the cap it reads as "at least".
    """

    name: str
    side: str
    looks_like: str
    missing_share: float
    distinct: int
    distinct_is_lower_bound: bool


@dataclass(frozen=True)
class Finding:
    """Something that does not stop the build but that a reader should know.

    Attributes
    ----------
    column
        The column it is about, or "".
    message
        For whoever runs the build and has the files.
    public
        For readers of the report, where the message counts rows; else "".
    """

    column: str
    message: str
    public: str = ""

    @property
    def published(self) -> str:
        """What a report may say."""
        return self.public or self.message


@dataclass(frozen=True)
class CodedTable:
    """Both files in coded form.

    Attributes
    ----------
    columns
        Declared columns in dictionary order, whatever their role (``ignore`` is left out).
    population, customers
        The rows; numbering of raw codes is shared.
    undeclared
        Columns of the data that the dictionary does not name.
    warnings
        Findings of the read, in a fixed order.
    id_column
        Name of the id column, or "" when row numbers serve as ids.
    overlap
        Number of customers found in the population by id, or None.
    overlap_reason
        Why ``overlap`` is None; else empty.
    nested
        Whether the customers are rows of the population (one file, or every id found).
    population_codes
        How many raw codes of each column come from the population; those of customers alone follow. Empty when all do.
    """

    columns: tuple[CodedColumn, ...]
    population: Side
    customers: Side
    undeclared: tuple[UndeclaredColumn, ...]
    warnings: tuple[Finding, ...]
    id_column: str
    overlap: int | None
    overlap_reason: str
    nested: bool
    population_codes: tuple[int, ...] = ()

    @cached_property
    def population_columns(self) -> tuple[CodedColumn, ...]:
        """The columns as the population alone shows them: the same whoever the customers are."""
        if not self.population_codes:
            return self.columns
        return tuple(column.limited(codes) for column, codes in zip(self.columns, self.population_codes, strict=True))

    def side(self, name: SideName) -> Side:
        """Return one side by name."""
        return self.population if name == "population" else self.customers


def read_codes(block: Block, columns: Sequence[CodedColumn]) -> NDArray[np.int16]:
    """Read raw codes of some columns of one block.

    Returns
    -------
    ndarray of int16, shape (n_columns, n_rows)
        Column-major on purpose: every pass works column by column.
    """
    table = read_block(block, [column.name for column in columns])
    codes = np.empty((len(columns), table.num_rows), dtype=np.int16)
    for row, column in enumerate(columns):
        codes[row] = table.column(column.name).to_numpy()
    return codes


def read_hashes(block: Block) -> NDArray[np.uint64]:
    """Read the 64-bit hash of each row's id in one block, shape (n_rows,)."""
    hashes: NDArray[np.uint64] = read_block(block, [HASH_COLUMN]).column(0).to_numpy()
    return hashes


def read_ids(block: Block) -> list[str]:
    """Read the ids of one block, verbatim."""
    ids: list[str] = read_block(block, [ID_COLUMN]).column(0).to_pylist()
    return ids
