"""Sentences about one segment that several chapters share, and the limits and words they are written with.

Every sentence is true for every data set, so each is written by the case that holds. Nothing here promises that anyone
will buy.
"""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.analysis.result import Analysis, Segment
from reportgen.formatting import Formatter

AT_PAR = (90.0, 110.0)
FEW_EXPECTED = 100
TRUSTED = frozenset({"highly stable", "stable"})
NOT_REPRODUCED = "do not trust"
LEAST_JACCARD = 0.6
FEW_PEOPLE = 30


def is_judged(analysis: Analysis) -> bool:
    """Return whether any segment has a verdict; without ``interval_total`` none has."""
    return any(segment.verdict is not None for segment in analysis.placed)


def low_information(analysis: Analysis) -> Segment | None:
    """Return segment 0, when anybody is in it."""
    segment = analysis.by_id.get(0)
    return segment if segment is not None and segment.population.count + segment.customers.count > 0 else None


def holds_few(segment: Segment) -> bool:
    """Return whether fewer than 30 people or customers are in a segment, so that little can be said of it."""
    return min(segment.population.count, segment.customers.count) < FEW_PEOPLE


def few_sentence(segment: Segment, fmt: Formatter) -> str:
    """Return the warning that belongs to a segment with few people on a side; empty for others."""
    if not holds_few(segment):
        return ""
    people, customers = segment.population.count, segment.customers.count
    few = [
        fmt.quantity(people, "person", "people") if people < FEW_PEOPLE else "",
        fmt.quantity(customers, "customer", "customers") if customers < FEW_PEOPLE else "",
    ]
    held = " and ".join(text for text in few if text)
    return f"Only {held} in this group: too few to say much about them."


def name_segments(segments: Sequence[Segment], fmt: Formatter) -> str:
    """Return "segment A" or "segments A, D and F"."""
    letters = fmt.words([segment.letter for segment in segments])
    return f"{'segment' if len(segments) == 1 else 'segments'} {letters}"


def size_sentence(segment: Segment, fmt: Formatter) -> str:
    """Return a segment's size on both sides and its index, subject first and the comparison last."""
    holds = (
        f"{capital(name_segments([segment], fmt))} holds {fmt.share(segment.customers.share)} of customers "
        f"{but_or_and(segment.customers.share, segment.population.share)} {fmt.share(segment.population.share)} of the "
        "population"
    )
    index = segment.index if segment.index_placed is None else segment.index_placed
    if index is None:
        return f"{holds}; an index cannot be given."
    if segment.interval_sampling is None:
        return f"{holds} (index {fmt.index(index)})."
    return f"{holds} (index {fmt.index(index)}, {fmt.interval(segment.interval_sampling)})."


def trust_sentence(segment: Segment, fmt: Formatter) -> str:
    """Return how firmly a placed segment stands when the analysis is repeated."""
    if segment.badge is None or segment.jaccard is None:
        return ""
    overlap = f"on average it overlaps with its counterpart at {fmt.coefficient(segment.jaccard)}"
    if segment.jaccard_chance is not None:
        overlap += f", where chance gives {fmt.coefficient(segment.jaccard_chance)}"
    refits = ""
    if segment.reproduced is not None and segment.reproduced.of:
        refits = f"{fmt.count(segment.reproduced.times)} of {fmt.quantity(segment.reproduced.of, 'refit', 'refits')}"
    if segment.badge == NOT_REPRODUCED:
        found = f" (found again in {refits}; {overlap})" if refits else f" ({overlap})"
        return f"This group is not reproduced when the analysis is repeated{found}; do not plan on it."
    if segment.badge == "pattern only":
        return f"The pattern comes back when the analysis is repeated, its borders do not ({overlap})."
    found = f"found again in {refits}, and " if refits else ""
    return f"The group comes back when the analysis is repeated: {found}{overlap}."


def capital(text: str) -> str:
    """Return a text with a capital first letter; a symbol such as the k of "k = 9" stays as it is."""
    return text if text[1:4] == " = " else text[:1].upper() + text[1:]


def verdict_sentence(segment: Segment, fmt: Formatter, changed_by: Sequence[str] = ()) -> str:
    """Return a segment's verdict in words, with the interval that decided it; empty where there is none yet.

    ``changed_by`` are the other ways to analyse that would judge it otherwise.
    """
    if segment.verdict is None or segment.index_placed is None:
        return ""
    found = {
        "over": "clearly more customers than its size suggests",
        "under": "clearly fewer customers than its size suggests",
        "at par": "as many customers as its size suggests",
    }.get(segment.verdict)
    if found is None:
        if changed_by:
            return f"No verdict is given: the analysis with {fmt.words(changed_by)} would judge it otherwise."
        return f"No verdict is possible: {_why_inconclusive(segment)}."
    return (
        f"Verdict: {found} (index {fmt.index(segment.index_placed)}, {fmt.interval(segment.interval_total)} counting "
        "chance and how firmly the segment stands)."
    )


def _why_inconclusive(segment: Segment) -> str:
    if segment.expected_customers < FEW_EXPECTED:
        return f"fewer than {FEW_EXPECTED} customers are to be expected here"
    if segment.jaccard is not None and segment.jaccard < LEAST_JACCARD:
        return "the segment does not come back when the analysis is repeated"
    if segment.interval_total is None:
        return "how far the index moves when the clustering is repeated is not known"
    return "its index is neither clearly away from 100 nor clearly near it"


def but_or_and(here: float, there: float) -> str:
    """Return the word between two shares: "but" where they differ by a tenth or more."""
    return "but" if here >= 1.1 * there or here <= 0.9 * there else "and"
