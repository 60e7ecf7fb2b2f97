"""Raw codes of quantities: exact up to 32,000 distinct numbers, beyond that cells of a grid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reportgen.dictionary import Feature
from reportgen.ingest.codes import TEXT_LEVELS, RawCodeCounts, Tally, new_in_order, too_many_levels
from reportgen.ingest.grid import finest_exponent, lower_edges, representatives
from reportgen.ingest.moments import Moments, moments_of, moments_of_counts
from reportgen.ingest.number_text import clean_code, number_text, to_numbers
from reportgen.ingest.table import SideName

NUMBER_CODES = 32_000


@dataclass(frozen=True)
class NumberState:
    """A `NumberCodes` between two files.

    Attributes
    ----------
    exponent
        Of the grid; None without one.
    whole
        Whether all numbers were whole.
    keys : ndarray of float64, shape (n_raw,)
        Number, or lower edge of the cell, by raw code; NaN for texts and missing codes.
    texts
        Raw code by text, for those that stand for no number.
    population, customers : ndarray of int64, shape (n_raw,)
        Rows by raw code.
    moments
        Moments by side, summed block by block; on a grid only these are exact, else the counts tell more exactly.
    """

    exponent: int | None
    whole: bool
    keys: NDArray[np.float64]
    texts: Mapping[str, int]
    population: NDArray[np.int64]
    customers: NDArray[np.int64]
    moments: Mapping[SideName, Moments]


class NumberCodes:
    """Raw codes of a column of quantities; beyond 32,000 distinct numbers, of cells of a grid of step 2^j.

    While rows are read a raw code is provisional: it stands for a number or a cell that was seen, and when the
    grid becomes coarser several raw codes fall into one cell. `final` says which.
    """

    def __init__(self, feature: Feature) -> None:
        self.feature = feature
        self.exponent: int | None = None
        self._keys: list[float] = []  # by raw code: number or lower edge; NaN for texts and missing codes
        self._texts: list[str] = []  # by raw code; "" for numbers, which need none before the end
        self._raw: dict[float | str, int] = {}
        self._sorted: NDArray[np.float64] = np.zeros(0)
        self._sorted_raw: NDArray[np.int32] = np.zeros(0, dtype=np.int32)
        self._missing = np.array(sorted(self._missing_numbers()), dtype=np.float64)
        self._special = 0
        self._whole = True
        self._counts = RawCodeCounts()
        self._moments: dict[SideName, Moments] = {}
        self._file = ""
        self._decimal = "."

    @classmethod
    def restored(cls, feature: Feature, state: NumberState) -> NumberCodes:
        """Return the accumulator that gave a state, ready for the next file."""
        codes = cls(feature)
        codes.exponent, codes._whole = state.exponent, state.whole
        codes._keys, codes._texts = state.keys.tolist(), [""] * len(state.keys)
        for text, raw in state.texts.items():
            codes._texts[raw] = text
        codes._raw = {codes._texts[raw] if np.isnan(key) else key: raw for raw, key in enumerate(codes._keys)}
        codes._special = sum(1 for text in state.texts if text and text not in feature.missing)
        codes._counts = RawCodeCounts({"population": state.population, "customers": state.customers})
        codes._moments = dict(state.moments)
        codes._index()
        return codes

    def state(self) -> NumberState:
        """Return what has been seen so far, by final raw code."""
        keys = self._edges()[self._leaders()]
        texts = [self._texts[raw] for raw in self._leaders().tolist()]
        return NumberState(
            self.exponent,
            self._whole,
            keys,
            {texts[raw]: raw for raw in np.flatnonzero(np.isnan(keys)).tolist()},
            self.counts("population"),
            self.counts("customers"),
            dict(self._moments),
        )

    def start(self, file: str, decimal: str) -> None:
        """Begin with a file, whose name serves messages and whose decimal sign tells what is a number."""
        self._file, self._decimal = file, decimal

    @property
    def size(self) -> int:
        """Number of provisional raw codes."""
        return len(self._keys)

    def encode(self, chunk: pa.DictionaryArray, out: NDArray[np.int32], numbers: NDArray[np.float64]) -> None:
        """Write the provisional raw code and the number of each row, NaN where it has none; shape (n_rows,) both.

        Raises
        ------
        InputError
            At more than 1,000 different texts that are no numbers.
        """
        indices = chunk.indices.to_numpy()
        known = to_numbers(chunk.dictionary, self._decimal)
        known[np.isin(known, self._missing)] = np.nan
        cells = known if self.exponent is None else lower_edges(known, self.exponent)
        raw = self._look_up(cells)
        names = {int(at): self._code(chunk.dictionary[int(at)].as_py()) for at in np.flatnonzero(np.isnan(known))}
        for position, name in names.items():
            raw[position] = self._raw.get(name, -1)
        self._whole = self._whole and bool(np.all((known == np.floor(known)) | np.isnan(known)))
        if (raw < 0).any():
            for position in new_in_order(indices, raw).tolist():
                raw[position] = self._admit(names.get(position, float(cells[position])))
            self._index()
        np.take(raw, indices, out=out, mode="clip")
        np.take(known, indices, out=numbers, mode="clip")

    def count(self, side: SideName, raw: NDArray[np.int32], numbers: NDArray[np.float64]) -> None:
        """Count the rows of a block on one side, and add their moments, which a grid would lose."""
        self._moments[side] = self._moments.get(side, Moments()) + moments_of(numbers)
        self._counts.add(side, raw)

    def tally(self) -> Tally:
        """Return what has been counted, and begin anew; the raw codes stay."""
        tally = Tally(self._counts.taken(), {side: [moments] for side, moments in self._moments.items()})
        self._moments = {}
        return tally

    def add(self, tally: Tally) -> None:
        """Add what was counted elsewhere, by the raw codes of here."""
        self._counts.add_counts(tally.counts)
        for side, blocks in tally.moments.items():
            for moments in blocks:
                self._moments[side] = self._moments.get(side, Moments()) + moments

    def admit(self, state: NumberState) -> None:
        """Take in the raw codes of rows that follow, in their order.

        Parameters
        ----------
        state
            What an accumulator of its own saw in these rows; what it counted is left out.

        Raises
        ------
        InputError
            As `encode`.
        """
        self._whole = self._whole and state.whole
        if state.exponent is not None and (self.exponent is None or self.exponent < state.exponent):
            self._step_up(state.exponent)
        keys = state.keys if self.exponent is None else lower_edges(np.nan_to_num(state.keys), self.exponent)
        texts = {raw: text for text, raw in state.texts.items()}
        for raw, key in enumerate(keys.tolist()):
            self._admit(texts.get(raw, key))
        self._index()

    def final(self) -> NDArray[np.int32]:
        """Return the final raw code by provisional raw code, shape (size,); final codes by first appearance."""
        if self.exponent is None:
            return np.arange(self.size, dtype=np.int32)
        keys = self._edges()
        special = np.isnan(keys)
        keys[special] = -np.inf  # placeholders; specials get places of their own below
        _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
        own = np.arange(self.size)
        leader = np.where(special, own, first[inverse])
        leaders = np.unique(leader)
        return np.asarray(np.searchsorted(leaders, leader), dtype=np.int32)

    def codes(self) -> tuple[str, ...]:
        """Return the normalised text by final raw code."""
        return tuple(
            self._texts[raw] if np.isnan(number) else number_text(number)
            for raw, number in zip(self._leaders().tolist(), self.numbers().tolist(), strict=True)
        )

    def numbers(self) -> NDArray[np.float64]:
        """Return the number by final raw code, NaN for texts and missing codes, shape (n_raw,)."""
        numbers = self._edges()[self._leaders()]
        return numbers if self.exponent is None else representatives(numbers, self.exponent, self._whole)

    def counts(self, side: SideName) -> NDArray[np.int64]:
        """Return the rows by final raw code on one side, shape (n_raw,)."""
        final = self.final()
        total = np.zeros(int(final.max(initial=-1)) + 1, dtype=np.int64)
        np.add.at(total, final, self._counts.get(side, self.size))
        return total

    def moments(self, side: SideName) -> Moments:
        """Return the exact moments of the numbers on one side; missing codes are left out."""
        if self.exponent is not None:
            return self._moments.get(side, Moments())
        keys = np.array(self._keys, dtype=np.float64)
        counts = self._counts.get(side, len(keys))
        known = ~np.isnan(keys)
        return moments_of_counts(keys[known], counts[known])

    def _leaders(self) -> NDArray[np.intp]:
        """Return the first provisional raw code of each final one, shape (n_raw,)."""
        return np.asarray(np.unique(self.final(), return_index=True)[1], dtype=np.intp)

    def _missing_numbers(self) -> Iterable[float]:
        values = to_numbers(pa.array(sorted(self.feature.missing), pa.string()), ".")
        return set(values[~np.isnan(values)].tolist())

    def _code(self, text: str) -> str:
        """Return the code of a cell that holds no usable number: a missing number in its one spelling, or text."""
        number = to_numbers(pa.array([text], pa.string()), self._decimal)[0]
        return clean_code(text, self._decimal) if np.isnan(number) else number_text(float(number))

    def _look_up(self, cells: NDArray[np.float64]) -> NDArray[np.int32]:
        if not len(self._sorted):
            return np.full(len(cells), -1, dtype=np.int32)
        places = np.minimum(np.searchsorted(self._sorted, cells), len(self._sorted) - 1)
        return np.where(self._sorted[places] == cells, self._sorted_raw[places], np.int32(-1))

    def _admit(self, key: float | str) -> int:
        raw = self._raw.get(key)
        if raw is not None:
            return raw
        raw = self._raw[key] = len(self._keys)
        self._keys.append(np.nan if isinstance(key, str) else key)
        self._texts.append(key if isinstance(key, str) else "")
        if isinstance(key, str) and key and key not in self.feature.missing:
            self._special += 1
            if self._special > TEXT_LEVELS:
                raise too_many_levels(self._file, self.feature, key)
        return raw

    def _index(self) -> None:
        """Sort the known numbers for look-ups; make the grid coarser when there are too many."""
        cells = np.array([key for key in self._raw if not isinstance(key, str)], dtype=np.float64)
        if len(cells) > NUMBER_CODES:
            cells = self._coarsen(cells)
        self._sorted = np.sort(cells)
        self._sorted_raw = np.array([self._raw[key] for key in self._sorted.tolist()], dtype=np.int32)

    def _coarsen(self, cells: NDArray[np.float64]) -> NDArray[np.float64]:
        if self.exponent is None:
            return self._step_up(finest_exponent(cells, NUMBER_CODES))
        return self._step_up(finest_exponent(cells, NUMBER_CODES, self.exponent + 1))

    def _step_up(self, exponent: int) -> NDArray[np.float64]:
        """Go over to a coarser grid, or to a first one, and return the occupied cells."""
        self.exponent = exponent
        texts: dict[float | str, int] = {key: raw for key, raw in self._raw.items() if isinstance(key, str)}
        edges = self._edges()
        found, first = np.unique(edges[~np.isnan(edges)], return_index=True)
        raws = np.flatnonzero(~np.isnan(edges))[first]
        self._raw = texts | dict(zip(found.tolist(), raws.tolist(), strict=True))
        return found

    def _edges(self) -> NDArray[np.float64]:
        """Return the number or cell of each provisional raw code, NaN for texts and missing codes."""
        keys = np.array(self._keys, dtype=np.float64)
        if self.exponent is None:
            return keys
        return np.where(np.isnan(keys), np.nan, lower_edges(np.nan_to_num(keys), self.exponent))
