"""Cells in, raw codes out: one accumulator per column, which sees distinct texts, and rows only as look-ups.

Here are the columns of names and ranks; those of quantities are in ``number_codes``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reportgen.dictionary import Feature
from reportgen.errors import InputError
from reportgen.ingest.moments import Moments
from reportgen.ingest.number_text import clean_code
from reportgen.ingest.table import SideName

TEXT_LEVELS = 1_000
_MEMO = 100_000
SIDES: tuple[SideName, SideName] = ("population", "customers")


class RawCodeCounts:
    """Rows by raw code and side; grows with the codes."""

    def __init__(self, by_side: Mapping[SideName, NDArray[np.int64]] | None = None) -> None:
        nothing = np.zeros(0, dtype=np.int64)
        self._by_side = {side: nothing if by_side is None else by_side[side] for side in SIDES}

    def add(self, side: SideName, raw: NDArray[np.int32]) -> None:
        """Count rows."""
        self.add_counts({side: np.bincount(raw)})

    def add_counts(self, counts: Mapping[SideName, NDArray[np.int64]]) -> None:
        """Add rows that were counted elsewhere."""
        for side, more in counts.items():
            have = self._by_side[side]
            size = max(len(more), len(have))
            self._by_side[side] = _padded(have, size) + _padded(more, size)

    def taken(self) -> dict[SideName, NDArray[np.int64]]:
        """Return all counts and begin with none."""
        counts = self._by_side
        self._by_side = {side: np.zeros(0, dtype=np.int64) for side in SIDES}
        return counts

    def get(self, side: SideName, size: int) -> NDArray[np.int64]:
        """Return the rows of the first ``size`` raw codes."""
        return _padded(self._by_side[side], size)


def _padded(counts: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    return np.concatenate([counts, np.zeros(size - len(counts), dtype=np.int64)])


@dataclass(frozen=True)
class Tally:
    """What was counted in some rows of one column.

    Attributes
    ----------
    counts
        Rows by raw code and side.
    moments
        For quantities, moments by side, of each block in order; else empty.
    """

    counts: Mapping[SideName, NDArray[np.int64]]
    moments: Mapping[SideName, Sequence[Moments]]

    def __add__(self, other: Tally) -> Tally:
        """Return the tally of both, in this order; moments stay apart, since their sum depends on the order."""
        sizes = {side: max(len(self.counts[side]), len(other.counts[side])) for side in SIDES}
        counts = {side: _padded(self.counts[side], n) + _padded(other.counts[side], n) for side, n in sizes.items()}
        moments = {side: [*self.moments.get(side, ()), *other.moments.get(side, ())] for side in SIDES}
        return Tally(counts, moments)


def new_in_order(indices: NDArray[np.int32], raw: NDArray[np.int32]) -> NDArray[np.intp]:
    """Return the dictionary positions that occur in the rows without a raw code yet, by first appearance."""
    present, first = np.unique(indices, return_index=True)
    fresh = raw[present] < 0
    order = np.argsort(first[fresh], kind="stable")
    return np.asarray(present[fresh][order], dtype=np.intp)


@dataclass(frozen=True)
class TextState:
    """A `TextCodes` between two files.

    Attributes
    ----------
    codes
        Normalised text by raw code.
    population, customers : ndarray of int64, shape (n_raw,)
        Rows by raw code.
    """

    codes: tuple[str, ...]
    population: NDArray[np.int64]
    customers: NDArray[np.int64]


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
        self._counts = RawCodeCounts()
        self._file = ""
        self._decimal = "."

    @classmethod
    def restored(cls, feature: Feature, state: TextState) -> TextCodes:
        """Return the accumulator that gave a state, ready for the next file."""
        codes = cls(feature)
        codes.codes = list(state.codes)
        codes._raw = {code: raw for raw, code in enumerate(state.codes)}
        codes._counts = RawCodeCounts({"population": state.population, "customers": state.customers})
        return codes

    def state(self) -> TextState:
        """Return what has been seen so far."""
        return TextState(tuple(self.codes), self.counts("population"), self.counts("customers"))

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
            for position in new_in_order(indices, raw):
                raw[position] = self._admit(texts[position])
        np.take(raw, indices, out=out, mode="clip")

    def count(self, side: SideName, raw: NDArray[np.int32]) -> None:
        """Count the rows of a block on one side."""
        self._counts.add(side, raw)

    def counts(self, side: SideName) -> NDArray[np.int64]:
        """Return the rows by raw code on one side, shape (n_raw,)."""
        return self._counts.get(side, len(self.codes))

    def tally(self) -> Tally:
        """Return what has been counted, and begin anew; the raw codes stay."""
        return Tally(self._counts.taken(), {})

    def add(self, tally: Tally) -> None:
        """Add what was counted elsewhere, by the raw codes of here."""
        self._counts.add_counts(tally.counts)

    def admit(self, state: TextState) -> None:
        """Take in the raw codes of rows that follow, in their order; what was counted there is left out.

        Raises
        ------
        InputError
            As `encode`.
        """
        for code in state.codes:
            self._raw_of(code)

    def _admit(self, text: str) -> int:
        raw = self._raw_of(clean_code(text, self._decimal))
        if len(self._memo) < _MEMO:
            self._memo[text] = raw
        return raw

    def _raw_of(self, code: str) -> int:
        raw = self._raw.get(code)
        if raw is None:
            raw = self._raw[code] = len(self.codes)
            self.codes.append(code)
            if raw > TEXT_LEVELS and raw + 1 - _known(self.codes, self.feature) > TEXT_LEVELS:
                raise too_many_levels(self._file, self.feature, code)
        return raw


def _known(codes: Iterable[str], feature: Feature) -> int:
    """Return how many codes are blank or missing codes, so no levels."""
    return sum(1 for code in codes if not code or code in feature.missing)


def too_many_levels(file: str, feature: Feature, example: str) -> InputError:
    """Return the refusal of a column with more than 1,000 text levels, one of them as an example."""
    what, do = "different values", "Set type = numeric if they are quantities, or"
    if feature.is_number:
        what = "texts that are no numbers"
        do = "Set another decimal sign ([inputs] decimal), take thousands separators and units out of the cells, or set"
    return InputError(
        f"{file}: column {feature.name} ({feature.kind}) has more than {TEXT_LEVELS:,} {what}, such as {example!r}",
        f"{do} role = ignore for {feature.name} in the feature dictionary.",
    )
