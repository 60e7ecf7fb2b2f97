"""What a reader should know of the read, in words and in a fixed order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from reportgen.formatting import Formatted, Formatter
from reportgen.ingest.table import Finding
from reportgen.language import Said, say, say_n

_EXAMPLES = 5
_NAMED_FROM = 10  # rows of a code that a report names


class Rank(IntEnum):
    """Order of the findings."""

    ALL_MISSING = 0
    CONSTANT = 1
    UNDECLARED = 2
    EXTRA = 3
    OUTSIDE = 4
    POPULATION_LACKS = 5
    NO_LABELS = 6
    NO_ORDER = 7
    NOT_BINARY = 8
    COARSE = 9
    NO_ID = 10


@dataclass(frozen=True)
class RankedFinding:
    """A finding and its place among the others."""

    rank: Rank
    finding: Finding


def in_order(findings: Sequence[RankedFinding]) -> tuple[Finding, ...]:
    """Return the findings by kind, those of one kind in the order in which they came."""
    return tuple(ranked.finding for ranked in sorted(findings, key=lambda ranked: ranked.rank))


def found(rank: Rank, column: str, message: str, public: str = "") -> RankedFinding:
    """Return a finding with its rank; ``public`` is what a report says instead of a message that counts rows."""
    return RankedFinding(rank, Finding(column, message, public))


def rows(count: int, noun: str = "row") -> str:
    """Return a count with its noun, such as ``1 row`` or ``1,204 rows``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def codes_with_rows(codes: Sequence[str], counts: Sequence[int], noun: str = "row") -> str:
    """Return up to five codes with their counts, the most frequent first, and say how many more there are."""
    order = sorted(range(len(codes)), key=lambda at: (-counts[at], codes[at]))
    shown = [f"{codes[at]} ({rows(counts[at], noun)})" for at in order[:_EXAMPLES]]
    rest = len(codes) - len(shown)
    if rest:
        shown.append(f"{rest:,} more")
    words = shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
    return f"code{'' if len(codes) == 1 else 's'} {words}"


def codes_without_rows(codes: Sequence[str], counts: Sequence[int], few: str) -> Said:
    """Return up to five codes without their counts, for readers: a code that few rows have is not named.

    The counts would give away those of the other codes, which a report adds up.

    Parameters
    ----------
    few
        How few rows a code has that is not named: "fewer than 10 rows".
    """
    order = sorted(range(len(codes)), key=lambda at: (-counts[at], codes[at]))
    shown: list[str] = [codes[at] for at in order[:_EXAMPLES] if counts[at] >= _NAMED_FROM]
    rest = len(codes) - len(shown)
    number = Formatted(Formatter.count, rest)
    if not shown:
        return say_n(rest, "one code ({few})", "{number} codes ({few} each)", number=number, few=few)
    if rest:
        shown.append(say("{number} more", number=number))
    return say_n(len(codes), "code {codes}", "codes {codes}", codes=Formatted(Formatter.words, shown))
