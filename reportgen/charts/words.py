"""Numbers and small phrases as charts print them."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.analysis.result import Analysis, Interval, Segment

_SPACE = "\xa0"  # a share and its sign stay on one line


def percent(share: float, digits: int = 0) -> str:
    r"""Print a share; what is not exactly none or all is never printed as such.

    Examples
    --------
    >>> [percent(share) for share in (0.0, 0.001, 0.114, 0.9999, 1.0)]
    ['0\xa0%', '<\xa01\xa0%', '11\xa0%', '>\xa099\xa0%', '100\xa0%']
    """
    text = f"{100 * share:.{digits}f}"
    if share > 0 and float(text) == 0:
        text = f"<{_SPACE}{10.0**-digits:g}"
    elif share < 1 and float(text) == 100:
        text = f">{_SPACE}{100 - 10.0**-digits:g}"
    return f"{text}{_SPACE}%"


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
    return f"{number:,.0f}"


def effect(value: float) -> str:
    """Print an effect with its sign and two decimals, with a true minus."""
    text = f"{value:+.2f}".replace("-", "\u2212")
    return "0.00" if text[1:] == "0.00" else text


def interval(bounds: Interval | None) -> str:
    """Print an interval of an index, such as ``243–262``; with a decimal where both ends would read the same."""
    if bounds is None:
        return ""
    digits = 1 if bounds[0] != bounds[1] and round(bounds[0]) == round(bounds[1]) else 0
    return f"{bounds[0]:.{digits}f}–{bounds[1]:.{digits}f}"


def agreement(value: float) -> str:
    r"""Print an agreement or a similarity; "1.00" only when it is exact.

    Examples
    --------
    >>> [agreement(value) for value in (0.98, 0.997, 1.0)]
    ['0.98', '>\xa00.99', '1.00']
    """
    return f">{_SPACE}0.99" if 0.995 <= value < 1 else f"{value:.2f}"


def span(first: int, last: int) -> str:
    """Print a number, or the first and last of several.

    Examples
    --------
    >>> span(3, 3), span(3, 5)
    ('3', '3–5')
    """
    return f"{first}" if first == last else f"{first}–{last}"


def count_of(number: int, noun: str) -> str:
    """Print a number with its noun.

    Examples
    --------
    >>> count_of(1, "segment"), count_of(1200, "segment")
    ('1 segment', '1,200 segments')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def shown_of(shown: int, of: int) -> str:
    """Say that not everything is drawn; empty when it is."""
    return f"; the largest {shown} of {of:,} are shown, all are in the table" if shown < of else ""


def shortened(text: str, letters: int = 64) -> str:
    """Shorten a label that goes into a title; it stands in full in the table."""
    return text if len(text) <= letters else text[: letters - 1].rstrip(" ,;:(-") + "…"


def listing(parts: Sequence[str]) -> str:
    """Join with commas and a last ``and``."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def segment_name(segment: Segment) -> str:
    """Name a segment in running text: its letter, or its full name when it has none of its own."""
    return "the low-information records" if segment.id == 0 else f"segment {segment.letter}"


def source_line(analysis: Analysis) -> str:
    """Name the files, their size and date."""
    names = listing([source.name for source in analysis.provenance.sources if source.side != "response"])
    sizes = f"{whole(analysis.population.rows)} people, {whole(analysis.customers.rows)} customers"
    return f"Source: {names} ({sizes}); data as of {analysis.provenance.data_as_of}"


def slug(name: str) -> str:
    """Turn a column name into what an id and a file name may hold.

    Examples
    --------
    >>> slug("FINANZ_SPARER"), slug("Käufer/Typ?")
    ('finanz-sparer', 'k-ufer-typ')
    """
    kept = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name.lower())
    return "-".join(part for part in kept.split("-") if part) or "column"
