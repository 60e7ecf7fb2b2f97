"""A segment in three or four sentences, every number of which stands in the published analysis."""

from __future__ import annotations

from collections.abc import Iterable

from reportgen.analysis.phrases import in_sentence
from reportgen.analysis.result import Marker, Segment
from reportgen.formatting import Formatter

_MOST_PHRASES = 4


def write_portrait(segment: Segment, fmt: Formatter) -> tuple[str, ...]:
    """Write the portrait of a segment that has everything but its portrait.

    Returns
    -------
    tuple of str
        Size, what it clearly and somewhat is, what it is not, and how far this is evidence.
    """
    if segment.population.count == 0 and segment.customers.count == 0:
        return ("Every row has enough data to be placed; nobody is in this group.",)
    sentences = [_size(segment, fmt), *_traits(segment, fmt), *_contrast(segment, fmt), *_weight(segment, fmt)]
    return tuple(sentences)


def _size(segment: Segment, fmt: Formatter) -> str:
    who = "Low-information records hold" if segment.id == 0 else f"Segment {segment.letter} holds"
    customers, population = fmt.share(segment.customers.share), fmt.share(segment.population.share)
    joint = "and" if abs(segment.customers.share - segment.population.share) < 0.02 else "but"
    return f"{who} {customers} of customers {joint} {population} of the population{_index(segment, fmt)}."


def _index(segment: Segment, fmt: Formatter) -> str:
    value = segment.index if segment.id == 0 else segment.index_placed
    if value is None:
        return ""
    interval = f", {fmt.interval(segment.interval_sampling)}" if segment.interval_sampling else ""
    return f" (index {fmt.index(value)}{interval})"


def _traits(segment: Segment, fmt: Formatter) -> list[str]:
    who = "it" if segment.id else "them"
    clearly = _phrases(m for m in segment.markers if m.is_trait and m.grade == "clearly")
    somewhat = _phrases(m for m in segment.markers if m.is_trait and m.grade == "somewhat")
    if not clearly and not somewhat:
        return ["In no feature does it differ from everybody by more than a little."]
    if not clearly:
        return [f"Somewhat more typical of {who} than of everybody: {fmt.words(somewhat[:_MOST_PHRASES])}."]
    text = f"{clearly_typical(who)}{fmt.words(clearly[:_MOST_PHRASES])}"
    return [f"{text}; somewhat: {fmt.words(somewhat[:2])}." if somewhat else f"{text}."]


def clearly_typical(who: str = "it") -> str:
    """Return the words that introduce what is typical, for lists in which they would stand on every line."""
    return f"Clearly more typical of {who} than of everybody: "


def _contrast(segment: Segment, fmt: Formatter) -> list[str]:
    """Name the level that is missed most: how many have it here, and among everybody."""
    rare = [m for m in segment.markers if not m.is_trait and m.level_label]
    if not rare:
        return []
    marker = rare[0]
    here, everybody = fmt.share(marker.here), fmt.share(marker.everybody)
    return [f"Rarely {in_sentence(marker.phrase)}: {here} here, {everybody} of everybody."]


def _weight(segment: Segment, fmt: Formatter) -> list[str]:
    if not segment.markers:
        return []
    if segment.id == 0:
        return ["These rows lack most of their data, so what is known of them says little about the people."]
    evidence = [m for m in segment.markers if not m.by_construction]
    if not evidence:
        return ["All these features built the segments: they describe the segment, they do not prove it."]
    labels = list(dict.fromkeys(marker.label for marker in evidence))[:2]
    return [f"It also differs in features that did not shape the segments: {fmt.words(labels)}."]


def _phrases(markers: Iterable[Marker]) -> list[str]:
    """Return one phrase per family of features, the strongest."""
    found: dict[str, str] = {}
    for marker in markers:
        found.setdefault(marker.family or marker.feature, in_sentence(marker.phrase))
    return list(dict.fromkeys(found.values()))
