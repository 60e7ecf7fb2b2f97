"""A sentence of ``analysis.json`` with the cells that its numbers may be, in the form in which they are printed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reportgen.formatting import Formatter

FMT = Formatter("en")
NUMBER = re.compile(r"(?:[<>]\xa0)?\u2212?\d+(?:,\d{3})*(?:\.\d+)?(?:\u2013\d+(?:,\d{3})*(?:\.\d+)?)?(?:\xa0%)?")
Json = dict[str, Any]


@dataclass(frozen=True)
class Told:
    """One sentence, the words in it that are not numbers, and the cells that its numbers may be.

    Attributes
    ----------
    kind
        What the sentence is.
    text
        The sentence.
    words
        Labels and phrases that may stand in it.
    shares, indices, intervals, coefficients, counts
        Cells by the way in which they are printed.
    constants
        Numbers of the method that stand in no cell, and cells in a form of their own.
    """

    kind: str
    text: str
    words: Sequence[str] = ()
    shares: Sequence[float | None] = ()
    indices: Sequence[float | None] = ()
    intervals: Sequence[Sequence[float] | None] = ()
    coefficients: Sequence[float | None] = ()
    counts: Sequence[int | None] = ()
    constants: Sequence[str] = ()

    def numbers(self) -> list[str]:
        """Return the numbers of the sentence as they are printed."""
        text = self.text
        for word in sorted(filter(_tells, set(self.words)), key=len, reverse=True):
            text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", " ", text, flags=re.IGNORECASE)
        return NUMBER.findall(text)

    def printed(self) -> set[str]:
        """Return the cells as they are printed."""
        found = {FMT.share(value) for value in self.shares if value is not None}
        found |= {FMT.index(value) for value in self.indices if value is not None}
        found |= {FMT.interval((ends[0], ends[1])) for ends in self.intervals if ends is not None}
        found |= {FMT.coefficient(value) for value in self.coefficients if value is not None}
        found |= {FMT.count(value) for value in self.counts if value is not None}
        return found | set(self.constants)

    def untrue(self) -> list[str]:
        """Return the numbers that are not among the cells."""
        printed = self.printed()
        return [number for number in self.numbers() if number not in printed]


def _tells(word: str) -> bool:
    """Whether a label has a digit and says something besides: a bare code must not hide a number."""
    return bool(re.search(r"\d", word) and re.search(r"[^\W\d_]{2}", word))
