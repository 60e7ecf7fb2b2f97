"""Sentences about one segment that several chapters share, and the limits and words they are written with.

Every sentence is true for every data set, so each is written by the case that holds. Nothing here promises that anyone
will buy.
"""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.analysis.result import Analysis
from reportgen.analysis.result_segments import Segment
from reportgen.formatting import Formatter
from reportgen.language import say, say_n

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
    held = fmt.words([text for text in few if text])
    return say("Only {held} in this group: too few to say much about them.", held=held)


def name_segments(segments: Sequence[Segment], fmt: Formatter) -> str:
    """Return "segment A" or "segments A, D and F"."""
    letters = fmt.words([segment.letter for segment in segments])
    # in German with its article, so that it can be the subject or the object of a sentence, and nothing else
    return say_n(len(segments), "segment {letters}", "segments {letters}", letters=letters)


def size_sentence(segment: Segment, fmt: Formatter) -> str:
    """Return a segment's size on both sides and its index, subject first and the comparison last."""
    values = {
        "segment": capital(name_segments([segment], fmt)),
        "customers": fmt.share(segment.customers.share),
        "population": fmt.share(segment.population.share),
    }
    if differ(segment.customers.share, segment.population.share):
        holds = say("{segment} holds {customers} of customers but {population} of the population", **values)
    else:
        holds = say("{segment} holds {customers} of customers and {population} of the population", **values)
    index = segment.index if segment.index_placed is None else segment.index_placed
    if index is None:
        return say("{holds}; an index cannot be given.", holds=holds)
    if segment.interval_sampling is None:
        return say("{holds} (index {index}).", holds=holds, index=fmt.index(index))
    return say(
        "{holds} (index {index}, {interval}).",
        holds=holds,
        index=fmt.index(index),
        interval=fmt.interval(segment.interval_sampling),
    )


def trust_sentence(segment: Segment, fmt: Formatter) -> str:
    """Return how firmly a placed segment stands when the analysis is repeated."""
    if segment.badge is None or segment.jaccard is None:
        return ""
    overlap, refits = _overlap(segment.jaccard, segment.jaccard_chance, fmt), _refits(segment, fmt)
    if segment.badge == "pattern only":
        return say(
            "The pattern comes back when the analysis is repeated, its borders do not ({overlap}).", overlap=overlap
        )
    if segment.badge == NOT_REPRODUCED and refits:
        return say(
            "This group is not reproduced when the analysis is repeated (found again in {refits}; {overlap}); "
            "do not plan on it.",
            refits=refits,
            overlap=overlap,
        )
    if segment.badge == NOT_REPRODUCED:
        return say(
            "This group is not reproduced when the analysis is repeated ({overlap}); do not plan on it.",
            overlap=overlap,
        )
    if refits:
        return say(
            "The group comes back when the analysis is repeated: found again in {refits}, and {overlap}.",
            refits=refits,
            overlap=overlap,
        )
    return say("The group comes back when the analysis is repeated: {overlap}.", overlap=overlap)


def _overlap(jaccard: float, chance: float | None, fmt: Formatter) -> str:
    """Return how much of a segment its counterparts share, beside what chance gives where that is known."""
    if chance is None:
        return say("on average it overlaps with its counterpart at {jaccard}", jaccard=fmt.coefficient(jaccard))
    return say(
        "on average it overlaps with its counterpart at {jaccard}, where chance gives {chance}",
        jaccard=fmt.coefficient(jaccard),
        chance=fmt.coefficient(chance),
    )


def _refits(segment: Segment, fmt: Formatter) -> str:
    """Return in how many refits a segment was found again; empty where none were made."""
    if segment.reproduced is None or not segment.reproduced.of:
        return ""
    return say_n(
        segment.reproduced.of,
        "{times} of {of}\u00a0refit",
        "{times} of {of}\u00a0refits",
        times=fmt.count(segment.reproduced.times),
        of=fmt.count(segment.reproduced.of),
    )


def capital(text: str) -> str:
    """Return a text with a capital first letter; a symbol such as the k of "k = 9" stays as it is."""
    return text if text[1:4] == " = " else text[:1].upper() + text[1:]


def verdict_sentence(segment: Segment, fmt: Formatter, changed_by: Sequence[str] = ()) -> str:
    """Return a segment's verdict in words, with the interval that decided it; empty where there is none yet.

    ``changed_by`` are the other ways to analyse that would judge it otherwise.
    """
    if segment.verdict is None or segment.index_placed is None:
        return ""
    values = {"index": fmt.index(segment.index_placed), "interval": fmt.interval(segment.interval_total)}
    if segment.verdict == "over":
        return say(
            "Verdict: clearly more customers than its size suggests (index {index}, {interval} counting "
            "chance and how firmly the segment stands).",
            **values,
        )
    if segment.verdict == "under":
        return say(
            "Verdict: clearly fewer customers than its size suggests (index {index}, {interval} counting "
            "chance and how firmly the segment stands).",
            **values,
        )
    if segment.verdict == "at par":
        return say(
            "Verdict: as many customers as its size suggests (index {index}, {interval} counting "
            "chance and how firmly the segment stands).",
            **values,
        )
    if changed_by:
        return say(
            "No verdict is given: the analysis with {variants} would judge it otherwise.",
            variants=fmt.words(changed_by),
        )
    return _why_inconclusive(segment)


def _why_inconclusive(segment: Segment) -> str:
    if segment.expected_customers < FEW_EXPECTED:
        return say("No verdict is possible: fewer than {least} customers are to be expected here.", least=FEW_EXPECTED)
    if segment.jaccard is not None and segment.jaccard < LEAST_JACCARD:
        return say("No verdict is possible: the segment does not come back when the analysis is repeated.")
    if segment.interval_total is None:
        return say("No verdict is possible: how far the index moves when the clustering is repeated is not known.")
    low, high = segment.interval_total
    if high < 100:
        return say(
            "No verdict is possible: its index is below 100, but neither clearly below 90 nor clearly within 90 to 110."
        )
    if low > 100:
        return say(
            "No verdict is possible: its index is above 100, but neither clearly above 110 nor clearly within 90 to "
            "110."
        )
    return say("No verdict is possible: its index may lie on either side of 100, and beyond 90 or 110.")


def differ(here: float, there: float) -> bool:
    """Return whether two shares differ by a tenth or more, so that "but" stands between them and not "and"."""
    return here >= 1.1 * there or here <= 0.9 * there
