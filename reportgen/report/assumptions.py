"""Sentences on what an index rests on: age, sex and region, low-information records, the way to analyse, both errors.

Every sentence is true for every data set, so each is written by the case that holds, or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.analysis.codes import in_words
from reportgen.analysis.low_information import PLACED
from reportgen.analysis.result import Analysis
from reportgen.analysis.result_checks import Variant
from reportgen.analysis.result_segments import Segment
from reportgen.analysis.verdicts import dominant_error
from reportgen.formatting import Formatter
from reportgen.language import say, say_n
from reportgen.report.wording import capital, low_information, name_segments


def labels_of(analysis: Analysis, names: Sequence[str]) -> list[str]:
    """Return columns by their labels."""
    labels = {column.name: column.label for column in analysis.quality.columns}
    return [labels.get(name, name) for name in names]


def standardised_sentence(analysis: Analysis, segment: Segment, fmt: Formatter) -> str:
    """Return what remains of an index when age, sex and region are allowed for; empty where that is not known."""
    index, left = segment.index_placed, segment.index_standardised
    if index is None or left is None or not analysis.standard_features:
        return ""
    allowed = fmt.words(labels_of(analysis, analysis.standard_features))
    there, here = fmt.index(left), fmt.index(index)
    if segment.driven_by and (left < 100) is not (index < 100):
        values = {"features": allowed, "new": there, "old": here}
        values["drivers"] = fmt.words(labels_of(analysis, segment.driven_by))
        if left < 100:
            return say(
                "Among people alike in {features}, the index is {new} instead of {old}: it has fewer customers than "
                "average there, and what is above average rests on these, above all on {drivers}.",
                **values,
            )
        return say(
            "Among people alike in {features}, the index is {new} instead of {old}: it has more customers than average "
            "there, and what is below average rests on these, above all on {drivers}.",
            **values,
        )
    if segment.driven_by:
        return say(
            "Allowing for {features}, the index is {new} instead of {old}: it rests largely on {drivers}.",
            features=allowed,
            new=there,
            old=here,
            drivers=fmt.words(labels_of(analysis, segment.driven_by)),
        )
    if segment.verdict in (None, "inconclusive"):
        return say(
            "Allowing for {features}, the index is {new} instead of {old}.", features=allowed, new=there, old=here
        )
    return say_n(
        len(analysis.standard_features),
        "Allowing for {features}, the index is {new} instead of {old}; the verdict does not rest on it.",
        "Allowing for {features}, the index is {new} instead of {old}; the verdict does not rest on them.",
        features=allowed,
        new=there,
        old=here,
    )


def other_bound(segment: Segment) -> float | None:
    """Return the index with the low-information records assigned, which is one end of the bounds."""
    if segment.index_bounds is None or segment.index_placed is None:
        return None
    low, high = segment.index_bounds
    return high if abs(segment.index_placed - low) <= abs(segment.index_placed - high) else low


def flips(analysis: Analysis, segment: Segment) -> bool:
    """Return whether a verdict is lost because it would be another with the low-information records assigned."""
    return any(segment.id in variant.changed for variant in analysis.robustness.variants if variant.name == PLACED)


def bounds_sentence(analysis: Analysis, segment: Segment, fmt: Formatter) -> str:
    """Return what the index would be with the low-information records placed; empty where nobody is set apart."""
    other = other_bound(segment)
    if low_information(analysis) is None or other is None or segment.index_placed is None:
        return ""
    new, old = fmt.index(other), fmt.index(segment.index_placed)
    if flips(analysis, segment):
        return say(
            "If the low-information records were placed by what is known of them, the index would be {new} instead of "
            "{old}, and the verdict “{verdict}”: it counts as inconclusive.",
            new=new,
            old=old,
            verdict=in_words(str(segment.verdict_if_placed)),
        )
    if segment.verdict_if_placed is not None and segment.verdict_if_placed == segment.verdict:
        return say(
            "If the low-information records were placed by what is known of them, the index would be {new} instead of "
            "{old}; the verdict would stand.",
            new=new,
            old=old,
        )
    return say(
        "If the low-information records were placed by what is known of them, the index would be {new} instead of "
        "{old}.",
        new=new,
        old=old,
    )


def flips_note(analysis: Analysis, fmt: Formatter) -> str:
    """Return the warning of the first page: which verdicts hang on the low-information records."""
    turned = [segment for segment in analysis.placed if flips(analysis, segment)]
    if low_information(analysis) is None or not turned:
        return ""
    moves = [
        say("{old} to {new}", old=fmt.index(segment.index_placed), new=fmt.index(other_bound(segment)))
        for segment in turned
    ]
    return say_n(
        len(turned),
        "{segments} would be judged otherwise if the low-information records were placed by what is known of them: its "
        "index would go from {moves}; it counts as inconclusive.",
        "{segments} would be judged otherwise if the low-information records were placed by what is known of them: "
        "their indices would go from {moves}; they count as inconclusive.",
        segments=capital(name_segments(turned, fmt)),
        moves=fmt.words(moves),
    )


def drivers_note(analysis: Analysis, chosen: Sequence[Segment], fmt: Formatter) -> str:
    """Return the warning that recommended segments are to a large part age, sex or region."""
    driven = [segment for segment in chosen if segment.driven_by]
    if not driven:
        return ""
    by_features: dict[tuple[str, ...], list[Segment]] = {}
    for segment in driven:
        by_features.setdefault(segment.driven_by, []).append(segment)
    told = fmt.words(
        [
            f"{name_segments(segments, fmt)} ({fmt.words(labels_of(analysis, names))})"
            for names, segments in by_features.items()
        ]
    )
    return say_n(
        len(driven),
        "The index of {segments} rests largely on age, sex or region: to mail by it is largely to mail by these; check "
        "your policy.",
        "The indices of {segments} rest largely on age, sex or region: to mail by them is largely to mail by these; "
        "check your policy.",
        segments=told,
    )


def errors_sentence(analysis: Analysis, fmt: Formatter) -> str:
    """Return which of the two errors makes most of the intervals."""
    kinds = {s.id: dominant_error(s.interval_sampling, s.interval_total) for s in analysis.placed}
    moved = [s for s in analysis.placed if kinds[s.id] == "clustering"]
    drawn = [s for s in analysis.placed if kinds[s.id] == "chance"]
    if not moved and not drawn:
        return ""
    if not moved:
        return say(
            "Intervals hold at 95\u00a0%; most of what makes them wide is chance in drawing people, little is added by "
            "repeated clustering."
        )
    if not drawn:
        return say(
            "Intervals hold at 95\u00a0%; repeated clustering adds more to their variance than chance in drawing "
            "people does."
        )
    return say(
        "Intervals hold at 95\u00a0%; in {segments} repeated clustering adds more to their variance than chance in "
        "drawing people does, in the others less.",
        segments=name_segments(moved, fmt),
    )


def missing_segments(analysis: Analysis, variant: Variant) -> list[Segment]:
    """Return the published segments that another way to analyse does not hold."""
    placed = sorted(analysis.placed, key=lambda segment: segment.id)
    if variant.name == PLACED or variant.ari is None or len(variant.indices) != len(placed):
        return []
    return [segment for segment, index in zip(placed, variant.indices, strict=True) if index is None]


def changing_variants(analysis: Analysis, segment: Segment) -> tuple[str, ...]:
    """Return the other ways to analyse that would judge a segment otherwise."""
    return tuple(variant.label for variant in analysis.robustness.variants if segment.id in variant.changed)
