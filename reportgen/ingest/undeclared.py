"""Columns that the dictionary does not name: their type, gaps and number of distinct values, never a value."""

from __future__ import annotations

import hashlib

import numpy as np
import pyarrow as pa

from reportgen.ingest.number_text import clean_code, to_numbers
from reportgen.ingest.table import SideName, UndeclaredColumn

DISTINCT_CAP = 100_000


class UndeclaredLog:
    """Running description of one undeclared column of one file."""

    def __init__(self, name: str, side: SideName, decimal: str) -> None:
        self.name, self._side, self._decimal = name, side, decimal
        self._rows = self._blank = 0
        self._seen: set[int] = set()  # hashes, so that no value is kept
        self._capped = False
        self._numeric = True

    def add(self, chunk: pa.DictionaryArray) -> None:
        """Add the cells of one batch."""
        texts = chunk.dictionary.to_pylist()
        counts = np.bincount(chunk.indices.to_numpy(), minlength=len(texts))
        present = [text for text, count in zip(texts, counts, strict=True) if count and text.strip()]
        self._rows += len(chunk)
        self._blank += sum(int(count) for text, count in zip(texts, counts, strict=True) if not text.strip())
        if self._numeric:
            self._numeric = not np.isnan(to_numbers(pa.array(present, pa.string()), self._decimal)).any()
        if not self._capped:
            self._seen.update(_hash(clean_code(text, self._decimal)) for text in present)
            self._capped = len(self._seen) >= DISTINCT_CAP

    def __add__(self, other: UndeclaredLog) -> UndeclaredLog:
        """Return the description of the rows of both."""
        both = UndeclaredLog(self.name, self._side, self._decimal)
        both._rows, both._blank = self._rows + other._rows, self._blank + other._blank
        both._numeric = self._numeric and other._numeric
        both._seen = self._seen if self._capped else self._seen | other._seen
        both._capped = len(both._seen) >= DISTINCT_CAP
        return both

    def column(self) -> UndeclaredColumn:
        """Return the description of what was added."""
        empty = self._blank == self._rows
        return UndeclaredColumn(
            name=self.name,
            side=self._side,
            looks_like="empty" if empty else "number" if self._numeric else "text",
            missing_share=self._blank / self._rows if self._rows else 0.0,
            distinct=min(len(self._seen), DISTINCT_CAP),
            distinct_is_lower_bound=self._capped,
        )


def _hash(code: str) -> int:
    """Return a 64-bit hash that is the same in every process."""
    return int.from_bytes(hashlib.blake2b(code.encode(), digest_size=8).digest(), "little")
