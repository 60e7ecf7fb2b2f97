"""A segment in three or four sentences, every number of which stands in the published analysis."""

from __future__ import annotations

from collections.abc import Iterable

from reportgen.analysis.phrases import in_sentence
from reportgen.analysis.result_segments import Marker, Segment
from reportgen.analysis.suppression import LEAST
from reportgen.formatting import Formatter
from reportgen.language import say

KNOWN_BY_MOST = 0.5  # with fewer known values a share is not said to be one of all people
_MOST_PHRASES = 4


def write_portrait(segment: Segment, fmt: Formatter, hidden: str = "") -> tuple[str, ...]:
    """Write the portrait of a segment that has everything but its portrait.

    Parameters
    ----------
    hidden
        The feature that sets it apart most, if that is withheld.

    Returns
    -------
    tuple of str
        Size, what it clearly and somewhat is, what it is not, and how far this is evidence.
    """
    if segment.population.count == 0 and segment.customers.count == 0:
        return (say("Every row has enough data to be placed; nobody is in this group."),)
    sentences = [_size(segment, fmt), *_traits(segment, fmt), *_contrast(segment, fmt), *_weight(segment, fmt)]
    if hidden:
        sentences.insert(
            1,
            say(
                "What sets it apart most, {feature}, is withheld: it would tell of fewer than {least} people.",
                feature=hidden,
                least=LEAST,
            ),
        )
    return tuple(sentences)


def _size(segment: Segment, fmt: Formatter) -> str:
    given = {
        "customers": fmt.share(segment.customers.share),
        "population": fmt.share(segment.population.share),
        "index": _index(segment, fmt),
    }
    alike = abs(segment.customers.share - segment.population.share) < 0.02
    if segment.id == 0:
        if alike:
            return say(
                "Low-information records hold {customers} of customers and {population} of the population{index}.",
                **given,
            )
        return say(
            "Low-information records hold {customers} of customers but {population} of the population{index}.", **given
        )
    given["letter"] = segment.letter
    if alike:
        return say(
            "Segment {letter} holds {customers} of customers and {population} of the population{index}.", **given
        )
    return say("Segment {letter} holds {customers} of customers but {population} of the population{index}.", **given)


def _index(segment: Segment, fmt: Formatter) -> str:
    value = segment.index if segment.id == 0 else segment.index_placed
    if value is None:
        return ""
    ends = segment.interval_total or segment.interval_sampling
    if not ends:
        return say(" (index {index})", index=fmt.index(value))
    given = {"index": fmt.index(value), "interval": fmt.interval(ends)}
    if segment.index is not None and fmt.index(segment.index) != given["index"]:
        return say(" (index {index} among people with enough data, {interval})", **given)
    return say(" (index {index}, {interval})", **given)


def _traits(segment: Segment, fmt: Formatter) -> list[str]:
    who = "it" if segment.id else "them"
    clearly = _phrases(m for m in segment.markers if m.is_trait and m.grade == "clearly")
    somewhat = _phrases(m for m in segment.markers if m.is_trait and m.grade == "somewhat")
    if not clearly and not somewhat:
        return [say("In no feature does it differ from everybody by more than a little.")]
    if not clearly:
        phrases = fmt.words(somewhat[:_MOST_PHRASES])
        if segment.id:
            return [say("Somewhat more typical of it than of everybody: {phrases}.", phrases=phrases)]
        return [say("Somewhat more typical of them than of everybody: {phrases}.", phrases=phrases)]
    text = f"{clearly_typical(who)}{fmt.words(clearly[:_MOST_PHRASES])}"
    if not somewhat:
        return [f"{text}."]
    return [say("{clearly}; somewhat: {somewhat}.", clearly=text, somewhat=fmt.words(somewhat[:2]))]


def clearly_typical(who: str = "it") -> str:
    """Return the words that introduce what is typical, for lists in which they would stand on every line."""
    if who == "it":
        return say("Clearly more typical of it than of everybody: ")
    return say("Clearly more typical of them than of everybody: ")


def _contrast(segment: Segment, fmt: Formatter) -> list[str]:
    """Name the level that is missed most: how many have it here, and among everybody."""
    rare = [m for m in segment.markers if not m.is_trait and m.level_label]
    if not rare:
        return []
    marker = rare[0]
    here, everybody = fmt.share(marker.here), fmt.share(marker.everybody)
    phrase = in_sentence(marker.phrase)
    if marker.known < KNOWN_BY_MOST:
        return [
            say(
                "Rarely {phrase}: {here} here, {everybody} of everybody, among those with a known value.",
                phrase=phrase,
                here=here,
                everybody=everybody,
            )
        ]
    return [
        say("Rarely {phrase}: {here} here, {everybody} of everybody.", phrase=phrase, here=here, everybody=everybody)
    ]


def _weight(segment: Segment, fmt: Formatter) -> list[str]:
    if not segment.markers:
        return []
    if segment.id == 0:
        return [say("These rows lack most of their data, so what is known of them says little about the people.")]
    evidence = [m for m in segment.markers if not m.by_construction]
    if not evidence:
        return [say("All these features built the segments: they describe the segment, they do not prove it.")]
    labels = fmt.words(list(dict.fromkeys(marker.label for marker in evidence))[:2])
    return [say("It also differs in features that hardly shaped the segments, or not at all: {labels}.", labels=labels)]


def _phrases(markers: Iterable[Marker]) -> list[str]:
    """Return one phrase per family of features, the strongest."""
    found: dict[str, str] = {}
    for marker in markers:
        found.setdefault(marker.family or marker.feature, in_sentence(marker.phrase))
    return list(dict.fromkeys(found.values()))
