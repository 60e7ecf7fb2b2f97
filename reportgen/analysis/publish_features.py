"""The published form of the comparison feature by feature, before any clustering."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.aspects import Aspect
from reportgen.analysis.comparison import (
    GroupCounts,
    benjamini_hochberg,
    cohen_h,
    sampling_interval,
    two_proportion_p,
)
from reportgen.analysis.effects import column_effect, printed_levels, scale_of, whole_aspect
from reportgen.analysis.findings import Findings
from reportgen.analysis.phrases import capital, end_phrase, in_sentence, level_phrase
from reportgen.analysis.portraits import KNOWN_BY_MOST
from reportgen.analysis.profiles import CLEAR_EFFECT, EFFECT_LIMIT, as_printed
from reportgen.analysis.quality import kind_in_distance
from reportgen.analysis.released import ReleasedColumn
from reportgen.analysis.result_segments import FeatureComparison, FeatureLevel
from reportgen.analysis.suppression import few_people, held_back, is_small
from reportgen.analysis.suppression_cells import ROOMY, Mark
from reportgen.analysis.verdicts import PAR
from reportgen.formatting import Formatter
from reportgen.language import say


def _no_side() -> str:
    return say("no known value on one side")


def _reason(mark: int, else_: str) -> str:
    """Return why a share within a segment is not given."""
    return few_people() if mark == Mark.FEW else held_back() if mark == Mark.HELD else else_


def publish_features(
    findings: Findings, released: Mapping[int, ReleasedColumn], fmt: Formatter
) -> tuple[FeatureComparison, ...]:
    """Compare customers with the population in every described column, largest effect first.

    The p-values of levels are adjusted over all levels of all features that are shown (Benjamini and Hochberg).
    """
    compared = [_compare(findings, column, fmt) for column in released.values()]
    shown = [level for feature in compared for level in feature.levels]
    p_bh = iter(benjamini_hochberg([level.p_bh for level in shown if level.p_bh is not None]))
    adjusted = [
        replace(
            feature,
            levels=tuple(
                level if level.p_bh is None else replace(level, p_bh=float(next(p_bh))) for level in feature.levels
            ),
        )
        for feature in compared
    ]
    return tuple(sorted(adjusted, key=lambda feature: (-abs(feature.effect or 0.0), feature.name)))


def _compare(findings: Findings, released: ReleasedColumn, fmt: Formatter) -> FeatureComparison:
    quality = findings.data.qualities[released.position]
    feature = quality.column.feature
    aspect = whole_aspect(released.column, released.position, kind_in_distance(quality.column, quality.distinct))
    overlap = findings.data.overlap
    levels = _levels(released, len(findings.tables["population"].sizes), overlap)
    effect = None if released.plan.withheld else column_effect(aspect, released.population, released.customers, overlap)
    reasons = dict.fromkeys(("effect", "effect_placed"), held_back() if released.plan.withheld else _no_side())
    given = {"effect": effect, "effect_placed": None if effect is None else released.effect_placed}
    if effect is not None:
        reasons["effect_placed"] = held_back() if released.effect_held else _no_side()
    for side, name in (("population", "population"), ("customers", "customer")):
        counts = released.population if side == "population" else released.customers
        mean, known, why = _side_figures(aspect, released, side, counts)
        given |= {f"{name}_mean": mean, f"{name}_known": known}
        reasons |= {f"{name}_mean": why, f"{name}_known": held_back()}
    shares, why_unknown = _known(released, len(findings.tables["population"].sizes))
    return FeatureComparison(
        name=feature.name,
        label=feature.label,
        type=feature.kind,
        information_level=feature.information_level,
        family=feature.family,
        basis=feature.basis,
        role=feature.role,
        sensitivity=feature.sensitivity,
        measure="d" if aspect.ordered else "h",
        sentence=_sentence(aspect, effect, levels, _known_by(given, findings), fmt, held=bool(released.plan.withheld)),
        segment_step=released.table.step if released.table is not None else 0.0,
        segment_known_step=released.table.known_step if released.table is not None else 0.0,
        segment_known=shares,
        segment_known_reasons=why_unknown,
        levels=levels,
        reasons={key: reason for key, reason in reasons.items() if given[key] is None},
        **given,  # type: ignore[arg-type]
    )


def _side_figures(
    aspect: Aspect, released: ReleasedColumn, side: str, counts: NDArray[np.int64]
) -> tuple[float | None, int | None, str]:
    """Return mean and number of known values of a side, and why there is no mean."""
    known = int(printed_levels(released.column, counts).sum())
    names = say("its codes are names")
    if side in released.plan.withheld:
        whole = int(counts.sum())
        few = is_small([known, whole - known]).any() or (side == "population" and released.plan.missing_held)
        return None, None if few else known, held_back() if aspect.ordered else names
    if not aspect.ordered:
        return None, known, names
    scale = scale_of(aspect, counts)
    return (aspect.sign * scale.mean, known, "") if scale.n else (None, known, _no_side())


def _known(released: ReleasedColumn, segments: int) -> tuple[tuple[float | None, ...], tuple[str, ...]]:
    """Return the share of each segment's people with a known value, and why one is not given."""
    shares, marks = released.segment_row(-1, segments)
    reasons = tuple(
        "" if share is not None else _reason(mark, say("nobody is in it"))
        for share, mark in zip(shares, marks, strict=True)
    )
    return shares, reasons


def _why(shares: Sequence[float | None], marks: Sequence[int], else_: str) -> tuple[str, ...]:
    """Return for each share why it is not given, "" where it is; nothing when all are."""
    reasons = tuple(
        "" if share is not None else _reason(mark, else_) for share, mark in zip(shares, marks, strict=True)
    )
    return reasons if any(reasons) else ()


def _levels(released: ReleasedColumn, segments: int, overlap: float) -> tuple[FeatureLevel, ...]:
    column, withheld = released.column, released.plan.withheld
    if len(withheld) > 1:
        return ()
    n, c = (printed_levels(column, counts) for counts in (released.population, released.customers))
    known, known_customers = int(n.sum()), int(c.sum())
    hidden = {
        "population_count": _held(n, held="population" in withheld),
        "customer_count": _held(c, held="customers" in withheld),
    }
    levels = []
    for at, level in enumerate(column.levels):
        if n[at] == 0 and c[at] == 0:
            continue
        group = GroupCounts(int(c[at]), known_customers, int(n[at]), known, overlap)
        reasons = {key: marks[at] for key, marks in hidden.items() if marks[at]}
        levels.append(_level(level.code, level.label, group, reasons, released, at, segments))
    return tuple(levels)


def _held(counts: NDArray[np.int64], *, held: bool) -> Sequence[str]:
    """Return for each level why its count on a side is not given, "" where it is.

    Where another level is large enough, those that are small may be told apart from those that would give them away.
    """
    if not held:
        return [""] * len(counts)
    small = is_small(counts)
    if not small.any() or not (counts >= ROOMY).any():
        return [held_back()] * len(counts)
    return [few_people() if few else held_back() if count else "" for few, count in zip(small, counts, strict=True)]


def _level(
    code: str,
    label: str,
    group: GroupCounts,
    reasons: dict[str, str],
    released: ReleasedColumn,
    at: int,
    segments: int,
) -> FeatureLevel:
    reasons = dict(reasons)
    for key, reason in list(reasons.items()):
        reasons[key.replace("count", "share")] = reason
    shown = not reasons
    absent = say("nobody of the population has it") if group.C else say("no customer has a known value")
    why = absent if shown else next(iter(reasons.values()))
    index, interval = (group.index, sampling_interval(group)) if shown else (None, None)
    reasons |= {key: why for key, value in (("index", index), ("interval", interval)) if value is None}
    reasons |= {} if shown else {"p_bh": why}
    shares, marks = released.segment_row(at, segments)
    nobody = say("nobody of the segment has a known value")
    told = tuple("" if share is not None else _reason(mark, nobody) for share, mark in zip(shares, marks, strict=True))
    population, customers = "population_count" not in reasons, "customer_count" not in reasons
    return FeatureLevel(
        code=code,
        label=label,
        population_count=group.n if population else None,
        population_share=(group.n / group.N if group.N else 0.0) if population else None,
        customer_count=group.c if customers else None,
        customer_share=(group.c / group.C if group.C else 0.0) if customers else None,
        index=index,
        interval=interval,
        p_bh=two_proportion_p(group) if shown else None,
        segment_shares=shares,
        segment_reasons=told,
        reasons=reasons,
    )


def _known_by(given: Mapping[str, float | None], findings: Findings) -> float:
    """Return the share of people with a known value on the side where it is smaller, as far as it is given."""
    rows = (findings.data.table.population.rows, findings.data.table.customers.rows)
    known = (given["population_known"], given["customer_known"])
    return min(1.0 if n is None else n / max(all_, 1) for n, all_ in zip(known, rows, strict=True))


def _sentence(
    aspect: Aspect,
    effect: float | None,
    levels: tuple[FeatureLevel, ...],
    known: float,
    fmt: Formatter,
    *,
    held: bool,
) -> str:
    if effect is None and held:
        return say(
            "{feature}: too few people give some of the answers for a comparison.", feature=capital(aspect.label)
        )
    if effect is None:
        return say("{feature} is not known on both sides.", feature=capital(aspect.label))
    if as_printed(effect) < EFFECT_LIMIT:
        apart = any(v.interval is not None and (v.interval[1] < PAR[0] or v.interval[0] > PAR[1]) for v in levels)
        if apart:
            return say(
                "In {feature}, customers as a whole are about like everybody; single answers differ.",
                feature=aspect.label,
            )
        return say("In {feature}, customers are about like everybody.", feature=aspect.label)
    clearly = as_printed(effect) >= CLEAR_EFFECT
    if aspect.ordered:
        end = in_sentence(end_phrase(aspect, effect > 0))
        if clearly:
            return say("Clearly more typical of customers than of everybody: {end}.", end=end)
        return say("Somewhat more typical of customers than of everybody: {end}.", end=end)
    gaps = [(cohen_h(v.customer_share or 0.0, v.population_share or 0.0), v) for v in levels]
    gap, level = max(gaps, key=lambda pair: abs(pair[0]))
    more, less = (say("clearly more"), say("clearly less")) if clearly else (say("somewhat more"), say("somewhat less"))
    given = {
        "phrase": capital(level_phrase(aspect, level.label)),
        "customers": fmt.share(level.customer_share),
        "population": fmt.share(level.population_share),
        "difference": more if gap > 0 else less,
    }
    if known < KNOWN_BY_MOST:
        return say(
            "Of those with a known value, “{phrase}” holds for {customers} of customers and {population} of the "
            "population ({difference}).",
            **given,
        )
    return say(
        "“{phrase}” holds for {customers} of customers and {population} of the population ({difference}).", **given
    )
