"""The published form of segments and of the recommendation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from reportgen.analysis.choice import REPRODUCED
from reportgen.analysis.comparison import GroupCounts, sampling_interval
from reportgen.analysis.findings import Findings
from reportgen.analysis.portraits import write_portrait
from reportgen.analysis.profiles import CLEAR_EFFECT, Mark, name_segments
from reportgen.analysis.result import Count, Interval, Marker, Recommendation, Reproduced, Segment
from reportgen.formatting import Formatter

HIGHLY_STABLE = 0.85
STABLE = 0.75
PATTERN = 0.6
LEADING_INDEX = 110.0
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXY"
LOW_INFORMATION = "Low-information records"
NO_TOTAL = "the interval with re-clustering is not part of this report"
NO_VERDICT = "a verdict needs the interval with re-clustering"
_MOST_MARKERS = 15


@dataclass(frozen=True)
class Stability:
    """How well a segment was found again: mean and lowest Jaccard similarity, and how often above 0.5."""

    mean: float
    lowest: float
    reproduced: Reproduced


def badge(jaccard: float) -> str:
    """Grade a mean Jaccard similarity (Hennig 2007)."""
    if jaccard >= HIGHLY_STABLE:
        return "highly stable"
    if jaccard >= STABLE:
        return "stable"
    return "pattern only" if jaccard >= PATTERN else "do not trust"


def publish_segments(findings: Findings, fmt: Formatter) -> tuple[Segment, ...]:
    """Build the segments, low-information records first."""
    names = name_segments({segment: findings.marks[segment] for segment in range(1, findings.k + 1)})
    segments = [_segment(findings, segment, names) for segment in range(findings.k + 1)]
    return tuple(replace(segment, portrait=write_portrait(segment, fmt)) for segment in segments)


def group_counts(findings: Findings, segments: Sequence[int], *, placed: bool = True) -> GroupCounts:
    """Count customers and population of some segments taken as one, over placed rows or over all."""
    population, customers = findings.tables["population"].sizes, findings.tables["customers"].sizes
    first = 1 if placed else 0
    chosen = list(segments)
    return GroupCounts(
        int(customers[chosen].sum()),
        int(customers[first:].sum()),
        int(population[chosen].sum()),
        int(population[first:].sum()),
        findings.data.overlap,
    )


def _segment(findings: Findings, segment: int, names: dict[int, str]) -> Segment:
    every, placed = group_counts(findings, [segment], placed=False), group_counts(findings, [segment])
    letter = LETTERS[segment - 1] if segment else "0"
    stability = _stability(findings, segment)
    generated = names.get(segment, LOW_INFORMATION)
    interval = sampling_interval(placed if segment else every)
    return Segment(
        id=segment,
        letter=letter,
        name=findings.names.get(letter, generated) if segment else LOW_INFORMATION,
        name_generated=generated,
        population=Count(every.n, every.n / every.N),
        customers=Count(every.c, every.c / every.C),
        penetration=every.c / every.n if every.n else 0.0,
        index=every.index,
        index_placed=placed.index if segment else None,
        interval_sampling=interval,
        interval_total=None,
        expected_customers=(placed if segment else every).expected,
        jaccard=stability.mean if stability else None,
        jaccard_min=stability.lowest if stability else None,
        reproduced=stability.reproduced if stability else None,
        badge=badge(stability.mean) if stability else None,
        p_holm=None,
        verdict=None,
        share_imputed=_share_imputed(findings, segment),
        markers=tuple(publish_mark(findings, mark) for mark in findings.marks[segment][:_MOST_MARKERS]),
        portrait=(),
        reasons=_reasons(segment, every),
    )


def _reasons(segment: int, group: GroupCounts) -> dict[str, str]:
    empty = "nobody of the population is in it"
    reasons = {"interval_total": NO_TOTAL, "p_holm": NO_VERDICT, "verdict": NO_VERDICT}
    if group.index is None:
        reasons |= {"index": empty, "index_placed": empty, "interval_sampling": empty}
    if segment == 0:
        apart = "low-information records are shown apart and never judged"
        keys = ("index_placed", "interval_total", "jaccard", "jaccard_min", "reproduced", "badge", "p_holm", "verdict")
        reasons |= dict.fromkeys(keys, apart)
    return reasons


def _stability(findings: Findings, segment: int) -> Stability | None:
    if segment == 0:
        return None
    matches = findings.best_match[:, segment - 1]
    times = int((matches > REPRODUCED).sum())
    return Stability(float(matches.mean()), float(matches.min()), Reproduced(times, len(matches)))


def _share_imputed(findings: Findings, segment: int) -> float:
    """Share of a segment's population cells in the distance that hold no usable value."""
    tables = findings.tables["population"]
    rows = int(tables.sizes[segment])
    if rows == 0:
        return 0.0
    position = {column.name: index for index, column in enumerate(findings.data.table.columns)}
    columns = findings.encoder.columns
    gaps = sum(int(tables.counts[position[c.name]][segment, c.missing].sum()) for c in columns)
    return gaps / (rows * len(columns))


def publish_mark(findings: Findings, mark: Mark) -> Marker:
    """Put a mark into its published form."""
    name = mark.aspect.column.name
    via = findings.construction.via(name)
    level = None if mark.level is None else mark.aspect.levels[mark.level]
    no_level = "the whole scale is meant"
    return Marker(
        feature=name,
        label=mark.aspect.label,
        level=level.code if level else None,
        level_label=level.label if level else None,
        phrase=mark.phrase,
        measure=mark.measure,
        effect=mark.effect,
        grade="clearly" if abs(mark.effect) >= CLEAR_EFFECT else "somewhat",
        here=mark.here,
        everybody=mark.everybody,
        p_bh=mark.p_bh,
        by_construction=via is not None,
        via=via if via not in (None, name) else None,
        basis=mark.aspect.column.feature.basis,
        reasons=({} if level else {"level": no_level, "level_label": no_level})
        | ({} if via not in (None, name) else {"via": "in the distance itself" if via else "not tied to the distance"}),
    )


def publish_recommendation(findings: Findings, segments: Sequence[Segment], fmt: Formatter) -> Recommendation:
    """Say what can be said: without verdicts, which segments lead, taken as one."""
    leading = [s for s in segments if s.id and s.interval_sampling and s.interval_sampling[0] > LEADING_INDEX]
    leading.sort(key=lambda s: -(s.index_placed or 0.0))
    ids = [segment.id for segment in leading]
    group = group_counts(findings, ids)
    every = group_counts(findings, ids, placed=False)
    interval: Interval | None = sampling_interval(group) if ids else None
    none = "no segment leads"
    return Recommendation(
        write_to=(),
        leading=tuple(ids),
        index=group.index if ids else None,
        interval_sampling=interval,
        interval_total=None,
        population_share=every.n / every.N,
        customer_share=every.c / every.C,
        sentence=_sentence(leading, every, fmt),
        support=(),
        reasons={"interval_total": NO_TOTAL} | ({} if ids else {"index": none, "interval_sampling": none}),
    )


def _sentence(leading: Sequence[Segment], group: GroupCounts, fmt: Formatter) -> str:
    if not leading:
        return "No segment holds clearly more customers than its share of the population."
    letters = fmt.words([segment.letter for segment in leading])
    who = f"Segment {letters} holds" if len(leading) == 1 else f"Segments {letters} together hold"
    customers, population = fmt.share(group.c / group.C), fmt.share(group.n / group.N)
    return f"{who} {customers} of customers and {population} of the population."


def order_by_index(population: np.ndarray, customers: np.ndarray) -> list[int]:
    """Order segments so that A has the largest index; equal ones by size.

    Parameters
    ----------
    population, customers : ndarray of int64, shape (k,)
        Rows by segment before ordering.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(population > 0, customers / population, -1.0)
    return sorted(range(len(population)), key=lambda i: (-float(ratio[i]), -int(population[i]), i))
