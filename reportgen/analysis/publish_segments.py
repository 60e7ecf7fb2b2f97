"""The published form of segments and of the recommendation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from reportgen.analysis.comparison import sampling_interval
from reportgen.analysis.description import Description
from reportgen.analysis.findings import Findings, group_counts
from reportgen.analysis.judgements import Judgement, index_if_placed
from reportgen.analysis.portraits import write_portrait
from reportgen.analysis.profiles import CLEAR_EFFECT, VIA_LIMIT, Mark, as_printed, name_segments
from reportgen.analysis.result_parts import Count
from reportgen.analysis.result_segments import Marker, Reproduced, Segment
from reportgen.analysis.scan import REPRODUCED
from reportgen.analysis.suppression import few_people, held_back
from reportgen.formatting import Formatter
from reportgen.language import SOURCE, Said, say, speaking

HIGHLY_STABLE = 0.85
STABLE = 0.75
FIRM = frozenset({"highly stable", "stable"})
PATTERN = 0.6
LEADING_INDEX = 110.0
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXY"
_MOST_MARKERS = 15
_ENOUGH_EXPECTED = 1_000


@dataclass(frozen=True)
class Stability:
    """How well a segment was found again.

    Mean and lowest Jaccard similarity over refits, the level of chance, and how often it exceeded 0.5.
    """

    mean: float
    lowest: float
    chance: float
    reproduced: Reproduced


def _nobody() -> Said:
    return say("nobody of the population is in it")


def not_reproduced() -> Said:
    """Say why what is measured on refits is not given."""
    return say("found again in too few of the refits")


def badge(jaccard: float) -> str:
    """Grade a mean Jaccard similarity (Hennig 2007)."""
    if jaccard >= HIGHLY_STABLE:
        return "highly stable"
    if jaccard >= STABLE:
        return "stable"
    return "pattern only" if jaccard >= PATTERN else "do not trust"


def publish_segments(
    findings: Findings, told: Description, judgements: Sequence[Judgement], fmt: Formatter
) -> tuple[Segment, ...]:
    """Build the segments, low-information records first."""
    ids = range(1, findings.k + 1)
    names = name_segments({segment: told.marks[segment] for segment in ids}, findings.construction)
    segments = [
        _low_information(findings, told),
        *(_segment(findings, told, s, names[s], judgements[s - 1]) for s in ids),
    ]
    return tuple(
        replace(segment, portrait=write_portrait(segment, fmt, told.hidden.get(number, "")))
        for number, segment in enumerate(segments)
    )


def _segment(findings: Findings, told: Description, segment: int, generated: str, judgement: Judgement) -> Segment:
    error = judgement.error
    every, placed = group_counts(findings, [segment], placed=False), group_counts(findings, [segment])
    known = findings.ids[segment - 1]
    letter = LETTERS[known - 1]
    stability = _stability(findings, segment)
    no_total = say("no customer is in it") if placed.c == 0 else not_reproduced()
    reasons: dict[str, str] = {} if error else {"interval_total": no_total, "p_holm": no_total}
    if every.index is None:
        reasons["index"] = _nobody()
    if placed.index is None:
        no_index = _nobody() if every.n == 0 else say("no customer has enough data to be placed")
        reasons |= dict.fromkeys(("index_placed", "interval_sampling", "index_bounds"), no_index)
    standardised, why = _standardised(findings, told, segment)
    bounds = _bounds(findings, segment)
    if standardised is None:
        reasons["index_standardised"] = why
    if bounds is None:
        reasons.setdefault("index_bounds", few_people())
    if judgement.if_placed is None:
        undecided = judgement.before == "inconclusive"
        few = reasons.get("index_bounds", say("no low-information records are set apart"))
        reasons["verdict_if_placed"] = say("an inconclusive verdict cannot be overturned") if undecided else few
    return Segment(
        id=known,
        letter=letter,
        name=findings.names.get(letter, generated),
        name_generated=generated,
        population=Count(every.n, every.n / every.N),
        customers=Count(every.c, every.c / every.C),
        penetration=every.c / every.n if every.n else 0.0,
        index=every.index,
        index_placed=placed.index,
        interval_sampling=sampling_interval(placed),
        interval_total=error.interval if error else None,
        index_standardised=standardised,
        index_bounds=bounds,
        driven_by=judgement.driven_by,
        expected_customers=placed.expected,
        jaccard=stability.mean,
        jaccard_min=stability.lowest,
        jaccard_chance=stability.chance,
        reproduced=stability.reproduced,
        badge=badge(stability.mean),
        p_holm=judgement.p_holm,
        verdict=judgement.verdict,
        verdict_if_placed=judgement.if_placed,
        share_imputed=_share_imputed(findings, told, segment),
        markers=_markers(findings, told, segment),
        portrait=(),
        reasons=reasons,
    )


def _low_information(findings: Findings, told: Description) -> Segment:
    """Segment 0: counted and compared, never judged."""
    every = group_counts(findings, [0], placed=False)
    apart, name = say("low-information records are shown apart and never judged"), say("Low-information records")
    judged = ("index_placed", "interval_total", "index_standardised", "index_bounds", "p_holm", "verdict",
              "verdict_if_placed", "jaccard", "jaccard_min", "jaccard_chance", "reproduced", "badge")  # fmt: skip
    reasons = dict.fromkeys(judged, apart)
    if every.index is None:
        reasons |= dict.fromkeys(("index", "interval_sampling"), _nobody())
    return Segment(
        id=0,
        letter="0",
        name=name,
        name_generated=name,
        population=Count(every.n, every.n / every.N),
        customers=Count(every.c, every.c / every.C),
        penetration=every.c / every.n if every.n else 0.0,
        index=every.index,
        index_placed=None,
        interval_sampling=sampling_interval(every),
        interval_total=None,
        index_standardised=None,
        index_bounds=None,
        driven_by=(),
        expected_customers=every.expected,
        jaccard=None,
        jaccard_min=None,
        jaccard_chance=None,
        reproduced=None,
        badge=None,
        p_holm=None,
        verdict=None,
        verdict_if_placed=None,
        share_imputed=_share_imputed(findings, told, 0),
        markers=_markers(findings, told, 0),
        portrait=(),
        reasons=reasons,
    )


def _markers(findings: Findings, told: Description, segment: int) -> tuple[Marker, ...]:
    """Publish the strongest marks; a fact that a rough or fine twin tells in the same words is told once."""
    mentioned: dict[tuple[str, bool], list[str]] = {}
    kept: list[Mark] = []
    for mark in told.marks[segment]:
        name = mark.aspect.column.name
        with speaking(SOURCE):  # the same markers in every language
            words = mark.short_phrase
        before = mentioned.setdefault((words, mark.positive), [])
        if not any(findings.construction.associations.tied(name, other, VIA_LIMIT) for other in before):
            kept.append(mark)
        before.append(name)
    return tuple(publish_mark(findings, mark) for mark in kept[:_MOST_MARKERS])


def _stability(findings: Findings, segment: int) -> Stability:
    matches = findings.spread.best_match[:, segment - 1]
    times = int((matches > REPRODUCED).sum())
    chance = float(findings.chance_jaccard[segment - 1])
    return Stability(float(matches.mean()), float(matches.min()), chance, Reproduced(times, len(matches)))


def _standardised(findings: Findings, told: Description, segment: int) -> tuple[float | None, str]:
    """Give the standardised index as a whole number, or say why it is not given.

    It rests on age, sex and region by segment. Where a cell of these is held back, half an index point has to be worth
    more than the few people that it may hide.
    """
    none = say("the dictionary names no feature for age, sex or region, or nobody is expected")
    standardised = findings.checks.standardised
    value = float(standardised.all_features[segment - 1]) if standardised is not None else np.nan
    if not np.isfinite(value):
        return None, none
    standard = {column.name for column in findings.checks.standard_features}
    held = any(released.column.name in standard and released.holds_back(segment) for released in told.released.values())
    placed = group_counts(findings, [segment])
    return (None, held_back()) if held and placed.expected < _ENOUGH_EXPECTED else (float(round(value)), "")


def _bounds(findings: Findings, segment: int) -> tuple[float, float] | None:
    """Give the index over placed rows, and as a whole number that with low-information records assigned.

    They are assigned by what is known of them. Where few of them come to a segment, that index is not given.
    """
    placed, other = group_counts(findings, [segment]).index, index_if_placed(findings, segment)
    if placed is None:
        return None
    if not any(found.any() for found in findings.checks.if_placed.values()):
        return placed, placed
    return None if other is None else (min(placed, float(round(other))), max(placed, float(round(other))))


def _share_imputed(findings: Findings, told: Description, segment: int) -> float:
    """Share of a segment's population cells in the distance that hold no usable value."""
    rows = int(findings.tables["population"].sizes[segment])
    if rows == 0:
        return 0.0
    position = {column.name: index for index, column in enumerate(findings.data.table.columns)}
    columns = findings.encoder.columns
    gaps = sum(float(told.released[position[c.name]].by_segment[segment, c.missing].sum()) for c in columns)
    return gaps / (rows * len(columns))


def publish_mark(findings: Findings, mark: Mark) -> Marker:
    """Put a mark into its published form."""
    name = mark.aspect.column.name
    via = findings.construction.via(name)
    level = None if mark.level is None else mark.aspect.levels[mark.level]
    no_tie = say("in the distance itself") if via else say("not tied to the distance")
    no_level = say("the whole scale is meant")
    return Marker(
        feature=name,
        label=mark.aspect.label,
        level=level.code if level else None,
        level_label=level.label if level else None,
        phrase=mark.phrase,
        measure=mark.measure,
        effect=mark.effect,
        grade="clearly" if as_printed(mark.effect) >= CLEAR_EFFECT else "somewhat",
        here=mark.here,
        everybody=mark.everybody,
        known=round(mark.known, 4),
        p_bh=mark.p_bh,
        by_construction=via is not None,
        via=via if via not in (None, name) else None,
        basis=mark.aspect.column.feature.basis,
        family=mark.aspect.column.feature.family,
        reasons=({} if level else {"level": no_level, "level_label": no_level})
        | ({} if via not in (None, name) else {"via": no_tie}),
    )


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
