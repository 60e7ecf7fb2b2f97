"""Numbers and small phrases as charts print them."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.analysis.result import Analysis
from reportgen.analysis.result_parts import Interval
from reportgen.analysis.result_segments import Segment
from reportgen.formatting import Formatter
from reportgen.language import say, say_n

_SPACE = "\xa0"  # a share and its sign stay on one line


def percent(share: float, digits: int = 0) -> str:
    r"""Print a share; what is not exactly none or all is never printed as such.

    Examples
    --------
    >>> [percent(share) for share in (0.0, 0.001, 0.114, 0.9999, 1.0)]
    ['0\xa0%', '<\xa01\xa0%', '11\xa0%', '>\xa099\xa0%', '100\xa0%']
    """
    fmt, rounded, step = Formatter(), round(100 * share, digits), 10.0**-digits
    if share > 0 and rounded == 0:
        return f"<{_SPACE}{fmt.decimal(step, digits)}{_SPACE}%"
    if share < 1 and rounded == 100:
        return f">{_SPACE}{fmt.decimal(100 - step, digits)}{_SPACE}%"
    return f"{fmt.decimal(rounded, digits)}{_SPACE}%"


def percent_ticks(ticks: Sequence[float]) -> list[tuple[float, str]]:
    r"""Pair ticks of a share axis with their words, with as many decimals as tell them apart.

    Examples
    --------
    >>> percent_ticks([0.0, 0.05]), percent_ticks([0.0, 0.005])
    ([(0.0, '0\xa0%'), (0.05, '5\xa0%')], [(0.0, '0.0\xa0%'), (0.005, '0.5\xa0%')])
    """
    digits = next((d for d in range(4) if all(abs(100 * t - round(100 * t, d)) < 1e-9 for t in ticks)), 4)
    return [(tick, percent(tick, digits)) for tick in ticks]


def whole(number: float) -> str:
    """Print a whole number with separators."""
    return Formatter().decimal(number, 0)


def plain(number: float) -> str:
    """Print a number with the digits that it needs, for an axis or a limit.

    Examples
    --------
    >>> [plain(number) for number in (0.0, 0.75, 1600.0)]
    ['0', '0.75', '1,600']
    """
    return Formatter().decimal(number, len(f"{number:g}".partition(".")[2]))


def signed(number: float) -> str:
    """Print a number with its sign and the digits that it needs.

    Examples
    --------
    >>> [signed(number) for number in (-0.5, 0.0, 1.0)]
    ['−0.5', '0', '+1']
    """
    return f"+{plain(number)}" if number > 0 else plain(number)


def effect(value: float) -> str:
    """Print an effect with its sign and two decimals, with a true minus."""
    return Formatter().signed(value)


def interval(bounds: Interval | None) -> str:
    """Print an interval of an index, such as ``243–262``; with a decimal where both ends would read the same."""
    return "" if bounds is None else Formatter().interval(bounds)


def agreement(value: float) -> str:
    r"""Print an agreement or a similarity; "1.00" only when it is exact.

    Examples
    --------
    >>> [agreement(value) for value in (0.98, 0.997, 1.0)]
    ['0.98', '>\xa00.99', '1.00']
    """
    return Formatter().coefficient(value)


def span(first: int, last: int) -> str:
    """Print a number, or the first and last of several.

    Examples
    --------
    >>> span(3, 3), span(3, 5)
    ('3', '3–5')
    """
    return f"{first}" if first == last else f"{first}–{last}"


def segment_count(number: int) -> str:
    """Print a number of segments.

    Examples
    --------
    >>> segment_count(1), segment_count(1200)
    ('1 segment', '1,200 segments')
    """
    return say_n(number, "{n} segment", "{n} segments", n=whole(number))


def of_segments(number: int) -> str:
    """Print of how many segments something is told.

    Examples
    --------
    >>> of_segments(1), of_segments(8)
    ('of 1 segment', 'of 8 segments')
    """
    return say_n(number, "of {n} segment", "of {n} segments", n=whole(number))


def shown_of(shown: int, of: int) -> str:
    """Say that not everything is drawn; empty when it is."""
    if shown >= of:
        return ""
    return say("; the largest {shown} of {of} are shown, all are in the table", shown=whole(shown), of=whole(of))


def shortened(text: str, letters: int = 64) -> str:
    """Shorten a label that goes into a title; it stands in full in the table."""
    return text if len(text) <= letters else text[: letters - 1].rstrip(" ,;:(-") + "…"


def listing(parts: Sequence[str]) -> str:
    """Join with commas and a last ``and``."""
    return Formatter().words(parts)


def segment_name(segment: Segment) -> str:
    """Name a segment in running text: its letter, or its full name when it has none of its own."""
    if segment.id == 0:
        return say("the low-information records")
    return say("segment {letter}", letter=segment.letter)


def shares_of(segment: Segment) -> str:
    """Say how large a segment is on both sides."""
    return say(
        "{population} of population, {customers} of customers",
        population=percent(segment.population.share),
        customers=percent(segment.customers.share),
    )


def source_line(analysis: Analysis) -> str:
    """Name the files, their size and date."""
    names = listing([source.name for source in analysis.provenance.sources if source.side != "response"])
    return say(
        "Source: {files} ({people} people, {customers} customers); data as of {date}",
        files=names,
        people=whole(analysis.population.rows),
        customers=whole(analysis.customers.rows),
        date=Formatter().day(analysis.provenance.data_as_of),
    )


def slug(name: str) -> str:
    """Turn a column name into what an id and a file name may hold.

    Examples
    --------
    >>> slug("FINANZ_SPARER"), slug("Käufer/Typ?")
    ('finanz-sparer', 'k-ufer-typ')
    """
    kept = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name.lower())
    return "-".join(part for part in kept.split("-") if part) or "column"
