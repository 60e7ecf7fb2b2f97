"""Sentences on what an index rests on: age, sex and region, low-information records, the way to analyse, both errors.

Every sentence is true for every data set, so each is written by the case that holds, or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.analysis.low_information import PLACED
from reportgen.analysis.result import Analysis, Segment
from reportgen.analysis.verdicts import dominant_error
from reportgen.formatting import Formatter
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
    begin = f"Allowing for {allowed}, the index is {fmt.index(left)} instead of {fmt.index(index)}"
    if segment.driven_by:
        return f"{begin}: it rests largely on {fmt.words(labels_of(analysis, segment.driven_by))}."
    if segment.verdict in (None, "inconclusive"):
        return f"{begin}."
    return f"{begin}; the verdict does not rest on {'it' if len(analysis.standard_features) == 1 else 'them'}."


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
    begin = (
        "If the low-information records were placed by what is known of them, the index would be "
        f"{fmt.index(other)} instead of {fmt.index(segment.index_placed)}"
    )
    if flips(analysis, segment):
        return f"{begin}, and the verdict “{segment.verdict_if_placed}”: it counts as inconclusive."
    stands = segment.verdict_if_placed is not None and segment.verdict_if_placed == segment.verdict
    return f"{begin}; the verdict would stand." if stands else f"{begin}."


def flips_note(analysis: Analysis, fmt: Formatter) -> str:
    """Return the warning of the first page: which verdicts hang on the low-information records."""
    turned = [segment for segment in analysis.placed if flips(analysis, segment)]
    if low_information(analysis) is None or not turned:
        return ""
    moves = [f"{fmt.index(segment.index_placed)} to {fmt.index(other_bound(segment))}" for segment in turned]
    move, count = ("its index would go", "it counts") if len(turned) == 1 else ("their indices would go", "they count")
    return (
        f"{capital(name_segments(turned, fmt))} would be judged otherwise if the low-information records were placed "
        f"by what is known of them: {move} from {fmt.words(moves)}; {count} as inconclusive."
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
    them = "it is" if len(driven) == 1 else "them is"
    return (
        f"Age, sex or region make much of the index of {told}: to mail by {them} to mail by these; check your policy."
    )


def errors_sentence(analysis: Analysis, fmt: Formatter) -> str:
    """Return which of the two errors makes most of the intervals."""
    kinds = {s.id: dominant_error(s.interval_sampling, s.interval_total) for s in analysis.placed}
    moved = [s for s in analysis.placed if kinds[s.id] == "clustering"]
    drawn = [s for s in analysis.placed if kinds[s.id] == "chance"]
    begin = "Intervals hold at 95\u00a0%"
    if not moved and not drawn:
        return ""
    if not moved:
        return f"{begin}; most of their width is chance in drawing people, little is added by repeated clustering."
    if not drawn:
        return f"{begin}; most of their width comes from repeated clustering, less from chance in drawing people."
    return (
        f"{begin}; in {name_segments(moved, fmt)} most of the width comes from repeated clustering, in the others from "
        "chance in drawing people."
    )


def changing_variants(analysis: Analysis, segment: Segment) -> tuple[str, ...]:
    """Return the other ways to analyse that would judge a segment otherwise."""
    return tuple(variant.label for variant in analysis.robustness.variants if segment.id in variant.changed)
