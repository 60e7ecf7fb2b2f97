"""The customers of a single file: the rows in which a column has a certain value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reportgen.dictionary import normalise_code
from reportgen.errors import InputError

_SHOWN = 8
_REMEMBERED = 1_000


class CustomerMark:
    """Finds the customers and remembers which other values there are, for a message.

    Parameters
    ----------
    file
        Base name, for messages.
    where
        Column and value that mark a customer; the value is compared as a normalised code.

    Attributes
    ----------
    others
        Rows by code that was found in the column, at most 1,000 codes.
    """

    def __init__(self, file: str, where: tuple[str, str]) -> None:
        self._file = file
        self._column, self._value = where[0], normalise_code(where[1])
        self.others: Counter[str] = Counter()

    def find(self, block: Sequence[pa.RecordBatch], column: str, count: int) -> NDArray[np.bool_]:
        """Return which of the ``count`` rows of a block are customers."""
        chosen = np.empty(count, dtype=np.bool_)
        start = 0
        for batch in block:
            cells = batch.column(column)
            codes = [normalise_code(text) for text in cells.dictionary.to_pylist()]
            indices = cells.indices.to_numpy()
            chosen[start : start + len(indices)] = np.array([code == self._value for code in codes])[indices]
            for code, rows in zip(codes, np.bincount(indices, minlength=len(codes)), strict=True):
                self._remember(code, int(rows))
            start += len(indices)
        return chosen

    def add(self, others: Counter[str]) -> None:
        """Take in the values that somebody else found in rows that follow."""
        for code, rows in others.items():
            self._remember(code, rows)

    def _remember(self, code: str, rows: int) -> None:
        if rows and (code in self.others or len(self.others) < _REMEMBERED):
            self.others[code] += rows

    def refuse_absent(self, customers: int) -> None:
        """Refuse a value that no row has.

        Raises
        ------
        InputError
            With the values that do occur, the most frequent first, eight at most.
        """
        if customers:
            return
        shown = [f"{code or '(blank)'} ({rows:,})" for code, rows in self.others.most_common(_SHOWN)]
        more = len(self.others) - len(shown)
        raise InputError(
            f"{self._file}: no row has {self._value!r} in column {self._column}, which is to mark the customers",
            f"Values that occur there: {', '.join(shown)}{f' and {more:,} more' if more > 0 else ''}.",
        )
