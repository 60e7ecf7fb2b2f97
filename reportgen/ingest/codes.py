"""Cells in, raw codes out: one accumulator per column, which sees distinct texts, and rows only as look-ups."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import repeat

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reportgen.dictionary import Feature
from reportgen.errors import InputError
from reportgen.ingest.grid import finest_exponent, lower_edges, representatives
from reportgen.ingest.moments import Moments, moments_of, moments_of_counts
from reportgen.ingest.number_text import clean_code, number_text, to_numbers
from reportgen.ingest.table import SideName

TEXT_LEVELS = 1_000
NUMBER_CODES = 32_000
_MEMO = 100_000
_SIDES: tuple[SideName, SideName] = ("population", "customers")


class _Counts:
    """Rows by raw code and side; grows with the codes."""

    def __init__(self) -> None:
        self._by_side: dict[SideName, NDArray[np.int64]] = {side: np.zeros(0, dtype=np.int64) for side in _SIDES}

    def add(self, side: SideName, raw: NDArray[np.int32]) -> None:
        more = np.bincount(raw)
        have = self._by_side[side]
        if len(more) > len(have):
            have = np.concatenate([have, np.zeros(len(more) - len(have), dtype=np.int64)])
            self._by_side[side] = have
        have[: len(more)] += more

    def get(self, side: SideName, size: int) -> NDArray[np.int64]:
        have = self._by_side[side]
        return np.concatenate([have, np.zeros(size - len(have), dtype=np.int64)])


def _new_in_order(indices: NDArray[np.int32], raw: NDArray[np.int32]) -> NDArray[np.intp]:
    """Return the dictionary positions that occur in the rows without a raw code yet, by first appearance."""
    present, first = np.unique(indices, return_index=True)
    fresh = raw[present] < 0
    order = np.argsort(first[fresh], kind="stable")
    return np.asarray(present[fresh][order], dtype=np.intp)


class TextCodes:
    """Raw codes of a column whose codes are names or ranks.

    Attributes
    ----------
    codes
        Normalised text by raw code, in order of first appearance.
    """

    def __init__(self, feature: Feature) -> None:
        self.feature = feature
        self.codes: list[str] = []
        self._raw: dict[str, int] = {}
        self._memo: dict[str, int] = {}
        self._counts = _Counts()
        self._file = ""
        self._decimal = "."

    def start(self, file: str, decimal: str) -> None:
        """Begin with a file, whose name serves messages and whose decimal sign serves codes."""
        self._file, self._decimal = file, decimal
        self._memo = {}

    def encode(self, chunk: pa.DictionaryArray, out: NDArray[np.int32]) -> None:
        """Write the raw code of each row into ``out``, shape (n_rows,).

        Raises
        ------
        InputError
            At more than 1,000 levels.
        """
        texts = chunk.dictionary.to_pylist()
        indices = chunk.indices.to_numpy()
        raw = np.fromiter(map(self._memo.get, texts, repeat(-1)), dtype=np.int32, count=len(texts))
        if (raw < 0).any():
            for position in _new_in_order(indices, raw):
                raw[position] = self._admit(texts[position])
        np.take(raw, indices, out=out, mode="clip")

    def count(self, side: SideName, raw: NDArray[np.int32]) -> None:
        """Count the rows of a block on one side."""
        self._counts.add(side, raw)

    def counts(self, side: SideName) -> NDArray[np.int64]:
        """Return the rows by raw code on one side, shape (n_raw,)."""
        return self._counts.get(side, len(self.codes))

    def _admit(self, text: str) -> int:
        code = clean_code(text, self._decimal)
        raw = self._raw.get(code)
        if raw is None:
            raw = self._raw[code] = len(self.codes)
            self.codes.append(code)
            if raw > TEXT_LEVELS and raw + 1 - _known(self.codes, self.feature) > TEXT_LEVELS:
                raise too_many_levels(self._file, self.feature)
        if len(self._memo) < _MEMO:
            self._memo[text] = raw
        return raw


def _known(codes: Iterable[str], feature: Feature) -> int:
    """Return how many codes are blank or missing codes, so no levels."""
    return sum(1 for code in codes if not code or code in feature.missing)


def too_many_levels(file: str, feature: Feature) -> InputError:
    """Return the refusal of a column with more than 1,000 text levels."""
    number = feature.is_number
    what = "texts that are no numbers" if number else "different values"
    other = "" if number else "type = numeric if they are quantities, or "
    return InputError(
        f"{file}: column {feature.name} ({feature.kind}) has more than {TEXT_LEVELS:,} {what}",
        f"Set {other}role = ignore for {feature.name} in the feature dictionary.",
    )


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
        self._counts = _Counts()
        self._moments: dict[SideName, Moments] = {}
        self._file = ""
        self._decimal = "."

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
            for position in _new_in_order(indices, raw).tolist():
                raw[position] = self._admit(names.get(position, float(cells[position])))
            self._index()
        np.take(raw, indices, out=out, mode="clip")
        np.take(known, indices, out=numbers, mode="clip")

    def count(self, side: SideName, raw: NDArray[np.int32], numbers: NDArray[np.float64]) -> None:
        """Count the rows of a block on one side; on a grid, also add their exact moments."""
        if self.exponent is not None:
            self._moments[side] = self._moments.get(side, Moments()) + moments_of(numbers)
        self._counts.add(side, raw)

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
        return self._moments_so_far(side)

    def _moments_so_far(self, side: SideName) -> Moments:
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
                raise too_many_levels(self._file, self.feature)
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
            self._moments = {side: self._moments_so_far(side) for side in _SIDES}
            self.exponent = finest_exponent(cells, NUMBER_CODES)
        else:
            self.exponent = finest_exponent(cells, NUMBER_CODES, self.exponent + 1)
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
