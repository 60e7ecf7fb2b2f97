"""The published form of the comparison feature by feature, before any clustering."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.aspects import Aspect, aspects_of
from reportgen.analysis.comparison import (
    GroupCounts,
    Scale,
    benjamini_hochberg,
    cohen_h,
    sampling_interval,
    standardised_difference,
    two_proportion_p,
)
from reportgen.analysis.findings import Findings
from reportgen.analysis.phrases import capital, end_phrase, in_sentence, level_phrase
from reportgen.analysis.profiles import CLEAR_EFFECT, EFFECT_LIMIT
from reportgen.analysis.quality import ColumnQuality, kind_in_distance
from reportgen.analysis.result import FeatureComparison, FeatureLevel
from reportgen.dictionary import Kind
from reportgen.formatting import Formatter
from reportgen.ingest.table import CodedColumn, Status

_NO_SIDE = "no known value on one side"


def publish_features(findings: Findings, fmt: Formatter) -> tuple[FeatureComparison, ...]:
    """Compare customers with the population in every described column, largest effect first.

    The p-values of levels are adjusted over all levels of all features (Benjamini and Hochberg).
    """
    compared = [
        _compare(findings, position, quality, fmt)
        for position, quality in enumerate(findings.data.qualities)
        if quality.distinct > 1
    ]
    p_bh = iter(benjamini_hochberg([level.p_bh or 0.0 for feature in compared for level in feature.levels]))
    adjusted = [
        replace(feature, levels=tuple(replace(level, p_bh=float(next(p_bh))) for level in feature.levels))
        for feature in compared
    ]
    return tuple(sorted(adjusted, key=lambda feature: (-abs(feature.effect or 0.0), feature.name)))


def _compare(findings: Findings, position: int, quality: ColumnQuality, fmt: Formatter) -> FeatureComparison:
    column = quality.column
    feature = column.feature
    kind = kind_in_distance(column, quality.distinct)
    aspect = _whole(column, position, kind)
    population = findings.tables["population"].counts[position]
    customers = findings.tables["customers"].counts[position]
    overlap = findings.data.overlap
    everybody, placed = (
        (population.sum(axis=0), customers.sum(axis=0)),
        (population[1:].sum(axis=0), customers[1:].sum(axis=0)),
    )
    levels = _levels(column, population, customers, overlap)
    effect, effect_placed = _effect(aspect, column, *everybody, overlap), _effect(aspect, column, *placed, overlap)
    means = [_scale(aspect, side) for side in everybody] if aspect.ordered else []
    reasons = {} if effect is not None else {"effect": _NO_SIDE}
    if effect_placed is None:
        reasons["effect_placed"] = _NO_SIDE
    mean_reason = "its codes are names" if not aspect.ordered else _NO_SIDE
    population_mean = aspect.sign * means[0].mean if means and means[0].n else None
    customer_mean = aspect.sign * means[1].mean if means and means[1].n else None
    reasons |= {"population_mean": mean_reason} if population_mean is None else {}
    reasons |= {"customer_mean": mean_reason} if customer_mean is None else {}
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
        effect=effect,
        effect_placed=effect_placed,
        sentence=_sentence(aspect, effect, levels, fmt),
        population_mean=population_mean,
        customer_mean=customer_mean,
        population_known=sum(level.population_count for level in levels),
        customer_known=sum(level.customer_count for level in levels),
        levels=levels,
        reasons=reasons,
    )


def _whole(column: CodedColumn, position: int, kind: Kind) -> Aspect:
    """Return the column as one aspect: a mixed code is compared code by code."""
    return aspects_of(column, position, Kind.CATEGORICAL if kind is Kind.MIXED else kind)[0]


def _scale(aspect: Aspect, counts: NDArray[np.int64]) -> Scale:
    n, mean, sd = aspect.scale_moments(counts)
    return Scale(int(n), float(mean), float(sd))


def _effect(
    aspect: Aspect, column: CodedColumn, population: NDArray[np.int64], customers: NDArray[np.int64], overlap: float
) -> float | None:
    """Standardised difference of a scale; the largest h of any level of names, with its sign."""
    if aspect.ordered:
        difference = standardised_difference(
            _scale(aspect, customers), _scale(aspect, population), inside=overlap > 0.5
        )
        return difference[0] if difference else None
    there, here = _printed_levels(column, np.stack([population, customers]))
    if here.sum() == 0 or there.sum() == 0:
        return None
    gaps = [cohen_h(a, b) for a, b in zip(here / here.sum(), there / there.sum(), strict=True)]
    return max(gaps, key=abs)


def _levels(
    column: CodedColumn, population: NDArray[np.int64], customers: NDArray[np.int64], overlap: float
) -> tuple[FeatureLevel, ...]:
    by_segment = _printed_levels(column, population)
    on_customers = _printed_levels(column, customers).sum(axis=0)
    on_population = by_segment.sum(axis=0)
    known, known_customers = int(on_population.sum()), int(on_customers.sum())
    known_by_segment = by_segment.sum(axis=1)
    levels = []
    for position, level in enumerate(column.levels):
        group = GroupCounts(int(on_customers[position]), known_customers, int(on_population[position]), known, overlap)
        if group.n == 0 and group.c == 0:
            continue
        interval = sampling_interval(group)
        shares = tuple(
            float(count) / int(total) if total else None
            for count, total in zip(by_segment[:, position], known_by_segment, strict=True)
        )
        absent = "nobody of the population has it" if known_customers else "no customer has a known value"
        levels.append(
            FeatureLevel(
                code=level.code,
                label=level.label,
                population_count=group.n,
                population_share=group.n / known if known else 0.0,
                customer_count=group.c,
                customer_share=group.c / known_customers if known_customers else 0.0,
                index=group.index,
                interval=interval,
                p_bh=two_proportion_p(group),
                segment_shares=shares,
                reasons={
                    key: absent for key, value in (("index", group.index), ("interval", interval)) if value is None
                },
            )
        )
    return tuple(levels)


def _printed_levels(column: CodedColumn, counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Add raw codes up to printable levels, "other" included; shape (..., n_levels)."""
    out = np.zeros((counts.shape[0], len(column.levels)), dtype=np.int64)
    shown = column.level_of >= 0
    shown &= (column.status == Status.VALUE) | (column.status == Status.UNKNOWN)
    np.add.at(out.T, column.level_of[shown], counts[:, shown].T)
    return out


def _sentence(aspect: Aspect, effect: float | None, levels: tuple[FeatureLevel, ...], fmt: Formatter) -> str:
    if effect is None:
        return f"{capital(aspect.label)} is not known on both sides."
    if abs(effect) < EFFECT_LIMIT:
        return f"In {aspect.label}, customers are about like everybody."
    grade = "clearly" if abs(effect) >= CLEAR_EFFECT else "somewhat"
    if aspect.ordered:
        end = in_sentence(end_phrase(aspect, effect > 0))
        return f"{capital(grade)} more typical of customers than of everybody: {end}."
    gaps = [(cohen_h(level.customer_share, level.population_share), level) for level in levels]
    level = max(gaps, key=lambda pair: abs(pair[0]))[1]
    comparison = "more" if level.customer_share > level.population_share else "less"
    phrase = capital(level_phrase(aspect, level.label))
    return (
        f"“{phrase}” holds for {fmt.share(level.customer_share)} of customers and "
        f"{fmt.share(level.population_share)} of the population ({grade} {comparison})."
    )
