"""Who a row is: the id column, the hash of an id, and what two files have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from reportgen.errors import InputError
from reportgen.ingest.block_files import Block
from reportgen.ingest.source import Place
from reportgen.ingest.table import SideName, read_hashes, read_ids
from reportgen.language import say

USUAL_NAMES = ("lnr", "id")
MEANT_AS_ID = 0.9
_ROW_SALT: dict[SideName, int] = {"population": 0x706F70756C617469, "customers": 0x637573746F6D6572}


def usual_id_column(names: Sequence[str], taken: frozenset[str]) -> str:
    """Return the column that is named ``LNR`` or ``id`` in any case and is not taken, else an empty string."""
    for usual in USUAL_NAMES:
        for name in names:
            if name.lower() == usual and name not in taken:
                return name
    return ""


def hash_ids(ids: pa.Array) -> NDArray[np.uint64]:
    """Return a 64-bit hash of each id, a function of its text alone, shape (n,).

    Whole numbers in their plain spelling, by far the commonest ids, are hashed as integers; every other text by
    `pandas.util.hash_array`. So ``01`` and ``1`` differ.
    """
    hashes = np.empty(len(ids), dtype=np.uint64)
    plain = np.zeros(len(ids), dtype=np.bool_)
    digits = pc.match_substring_regex(ids, r"^(0|[1-9][0-9]{0,17})$").to_numpy(zero_copy_only=False)
    plain[:] = digits
    if plain.any():
        hashes[plain] = mix(pc.cast(ids.filter(pa.array(plain)), pa.int64()).to_numpy().astype(np.uint64))
    if not plain.all():
        from pandas.util import hash_array  # half a second to import, and rarely needed

        texts = np.array(ids.filter(pa.array(~plain)).to_pylist(), dtype=object)
        hashes[~plain] = hash_array(texts, categorize=False)
    return hashes


def hash_rows(side: SideName, first: int, count: int) -> NDArray[np.uint64]:
    """Return a 64-bit hash of (side, row number) for rows without an id, shape (count,)."""
    return mix(np.arange(first, first + count, dtype=np.uint64) ^ np.uint64(_ROW_SALT[side]))


def mix(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the SplitMix64 finaliser of each number, a bijection (Steele, Lea and Flood 2014), shape (n,)."""
    with np.errstate(over="ignore"):
        z = numbers + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(z ^ (z >> np.uint64(31)), dtype=np.uint64)


class NotAnIdError(Exception):
    """A column that is named like an id is none; the message says why."""


class IdLog:
    """The ids of one file while it is read: 8 bytes per row.

    Parameters
    ----------
    file
        Base name of the file, or of the folder or pattern of its parts, for messages.
    column
        The id column.
    given
        Whether the user named the column. If not, a column with many blanks or repeats is no id at all.
    """

    def __init__(self, file: str, column: str, given: bool) -> None:
        self._file, self._column, self._given = file, column, given
        self._hashes: list[NDArray[np.uint64]] = []
        self._rows = self._blank = 0
        self._first_blank = -1

    def add(self, ids: pa.Array) -> NDArray[np.uint64]:
        """Add the ids of one block and return their hashes, shape (n_rows,)."""
        blank = pc.equal(pc.utf8_length(pc.utf8_trim_whitespace(ids)), 0).to_numpy(zero_copy_only=False)
        if blank.any():
            if self._first_blank < 0:
                self._first_blank = self._rows + int(np.argmax(blank))
            self._blank += int(blank.sum())
        hashes = hash_ids(ids)
        self._hashes.append(hashes)
        self._rows += len(ids)
        return hashes

    def check(self, blocks: Sequence[Block], place: Callable[[int], Place]) -> NDArray[np.uint64]:
        """Return all hashes, ascending, once every id is known to be there and to be unique.

        Parameters
        ----------
        blocks
            The block files of the same rows.
        place
            Where a row, counted from 0, stands: the file and the line.

        Raises
        ------
        InputError
            At a blank or repeated id.
        NotAnIdError
            When the column was only guessed and fewer than nine ids in ten are present and distinct.
        """
        hashes = np.concatenate(self._hashes) if self._hashes else np.zeros(0, dtype=np.uint64)
        self.judge(find_repeats(hashes), blocks, place)
        return np.sort(hashes)

    def judge(self, repeats: Repeats, blocks: Sequence[Block], place: Callable[[int], Place]) -> None:
        """Refuse blank or repeated ids, see `check`."""
        distinct = self._rows - repeats.rows - self._blank
        if not self._given and distinct < MEANT_AS_ID * self._rows:
            raise NotAnIdError(not_unique(self._column, self._file))
        if self._blank:
            raise InputError(
                f"{place(self._first_blank)}: the id in column {self._column} is blank",
                "Every row needs an id; fill it in, remove the row, or name another id column.",
            )
        if repeats.rows:
            self._refuse_repeat(repeats, blocks, place)

    def add_counted(self, rows: int, blank: int, first_blank: int) -> None:
        """Add rows that somebody else read: their blank ids, and the first of them, counted from 0, or -1."""
        if blank and self._first_blank < 0:
            self._first_blank = self._rows + first_blank
        self._blank += blank
        self._rows += rows

    @property
    def blanks(self) -> tuple[int, int]:
        """The number of blank ids, and the first row with one, counted from 0, or -1."""
        return self._blank, self._first_blank

    def _refuse_repeat(self, repeats: Repeats, blocks: Sequence[Block], place: Callable[[int], Place]) -> None:
        ids = [_id_at(blocks, row) for row in (repeats.earlier, repeats.again)]
        example = ids[0] if ids[0] == ids[1] else f"{ids[0]} and {ids[1]} (equal hashes)"
        first, again = (self._within(place(row)) for row in (repeats.earlier, repeats.again))
        more = f"; {repeats.rows:,} rows repeat an earlier id" if repeats.rows > 1 else ""
        raise InputError(
            f"{self._file}: id {example} in column {self._column} stands on {first} and again on {again}{more}",
            "Every row needs an id of its own: remove the repeated rows, or name another id column.",
        )

    def _within(self, place: Place) -> str:
        return place.spot if place.file == self._file else str(place)


@dataclass(frozen=True)
class Repeats:
    """Ids that occur again.

    Attributes
    ----------
    rows
        Rows that repeat an earlier id.
    earlier, again
        The first such row, counted from 0, and the last one before it with the same id; -1 without repeats.
    """

    rows: int = 0
    earlier: int = -1
    again: int = -1

    def __add__(self, other: Repeats) -> Repeats:
        """Return the repeats of two sets of rows that have no id in common."""
        first = min((found for found in (self, other) if found.rows), key=lambda found: found.again, default=self)
        return Repeats(self.rows + other.rows, first.earlier, first.again)


def find_repeats(hashes: NDArray[np.uint64], rows: NDArray[np.int64] | None = None) -> Repeats:
    """Find repeated ids by their hashes, of shape (n,); ``rows`` are their rows, ascending, where not 0, 1, 2, ..."""
    order = np.argsort(hashes, kind="stable")
    twice = hashes[order][1:] == hashes[order][:-1]
    if not twice.any():
        return Repeats()
    again, earlier = order[1:][twice], order[:-1][twice]
    at = int(np.argmin(again))
    first, second = int(earlier[at]), int(again[at])
    if rows is not None:
        first, second = int(rows[first]), int(rows[second])
    return Repeats(int(twice.sum()), first, second)


def not_unique(column: str, file: str) -> str:
    """Return why a column that is named like an id is none."""
    return say("{column} is not unique in {file}", column=column, file=file)


def hashes_of(blocks: Sequence[Block]) -> NDArray[np.uint64]:
    """Return the hashes of all ids in some blocks, ascending, shape (n_rows,)."""
    return np.sort(np.concatenate([read_hashes(block) for block in blocks]))


def common_ids(population: NDArray[np.uint64], customers: NDArray[np.uint64]) -> int:
    """Return how many customers are in the population; both are ascending hashes without repeats."""
    if not len(population):
        return 0
    places = np.minimum(np.searchsorted(population, customers), len(population) - 1)
    return int((population[places] == customers).sum())


def _id_at(blocks: Sequence[Block], row: int) -> str:
    for block in blocks:
        ids = read_ids(block)
        if row < len(ids):
            return ids[row]
        row -= len(ids)
    return ""
