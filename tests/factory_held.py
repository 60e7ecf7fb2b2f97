"""A made-up analysis in which figures are held back wherever they can be."""

from __future__ import annotations

from dataclasses import replace

from reportgen.analysis.result import Analysis
from reportgen.analysis.result_checks import Suppression
from reportgen.analysis.result_parts import Count
from reportgen.analysis.result_quality import MissingBin, Quality
from reportgen.analysis.result_segments import FeatureComparison, FeatureLevel, Segment
from reportgen.analysis.suppression import FEW, WITHHELD
from tests.factories import example_analysis


def held_analysis(segments: int = 4, features: int = 8) -> Analysis:
    """Hold back missing values, shares within segments, a side of a feature, bounds, and more; merge segments.

    The feature with the largest effect keeps its figures but for some segment shares, the last one loses its customers.
    """
    whole = example_analysis(segments, features, seed=1, totals=True)
    first, *rest, last = whole.features
    return replace(
        whole,
        overlap=None,
        reasons={**whole.reasons, "overlap": FEW},
        quality=_quality(whole.quality),
        choice=replace(whole.choice, k=segments, merged_from=segments + 2),
        segments=tuple(_segment(segment, segments) for segment in whole.segments),
        features=(_some_shares(first), *rest, _without_customers(last)),
        proxies=tuple(
            replace(proxy, cramers_v=None, warning=False, reasons={"cramers_v": WITHHELD}) for proxy in whole.proxies
        ),
        suppression=(
            Suppression("segments", "small segments", "merged", 2, 0, "too few people"),
            Suppression("levels", "age", "pooled", 3, 1, "rare levels are in “old”"),
            *(Suppression("segment-levels", f"feature {i}", "rounded", 2, 0, "steps of 1 %") for i in range(6)),
        ),
    )


def _quality(quality: Quality) -> Quality:
    few = dict.fromkeys(("missing_blank", "missing_coded", "missing_share", "customers_missing_share"), FEW)
    one, two, three, *rest = quality.columns
    held = replace(
        one, missing_blank=None, missing_coded=None, missing_share=None, customers_missing_share=None,
        unknown_codes=None, reasons={**one.reasons, **few, "unknown_codes": WITHHELD},
    )  # fmt: skip
    halves = {"missing_blank": WITHHELD, "missing_coded": WITHHELD}
    half = replace(two, missing_blank=None, missing_coded=None, reasons={**two.reasons, **halves})
    customers = replace(three, customers_missing_share=None, reasons={**three.reasons, "customers_missing_share": FEW})
    bins = quality.rows.histogram
    wide = MissingBin(
        bins[1].missing, bins[2].upto, bins[1].population + bins[2].population, bins[1].customers + bins[2].customers
    )
    rows = replace(
        quality.rows,
        moved_by_5=None,
        histogram=(bins[0], wide, *bins[3:]),
        reasons={**quality.rows.reasons, "moved_by_5": FEW},
    )
    undeclared = tuple(replace(u, missing_share=None, reasons={"missing_share": FEW}) for u in quality.undeclared)
    return replace(quality, columns=(held, half, customers, *rest), rows=rows, undeclared=undeclared)


def _segment(segment: Segment, last: int) -> Segment:
    if segment.id == 0:
        return segment
    reasons = {**segment.reasons, "index_bounds": FEW, "index_standardised": WITHHELD}
    held = replace(segment, index_bounds=None, index_standardised=None, reasons=reasons)
    return replace(held, customers=Count(12, 0.0001)) if segment.id == last else held


def _some_shares(feature: FeatureComparison) -> FeatureComparison:
    """Hold back the first level's shares as small, the second one's as what would give these away."""

    def held(level: FeatureLevel, reason: str) -> FeatureLevel:
        number = len(level.segment_shares)
        return replace(level, segment_shares=(None,) * number, segment_reasons=(reason,) * number)

    first, second, *rest = feature.levels
    return replace(
        feature,
        segment_step=0.01,
        effect_placed=None,
        levels=(held(first, FEW), held(second, WITHHELD), *rest),
        reasons={**feature.reasons, "effect_placed": WITHHELD},
    )


def _without_customers(feature: FeatureComparison) -> FeatureComparison:
    gone = ("customer_count", "customer_share", "index", "interval", "p_bh")

    def held(level: FeatureLevel, reason: str) -> FeatureLevel:
        return replace(
            level, customer_count=None, customer_share=None, index=None, interval=None, p_bh=None,
            reasons=dict.fromkeys(gone, reason),
        )  # fmt: skip

    first, *rest = feature.levels
    return replace(
        feature,
        effect=None,
        effect_placed=None,
        customer_mean=None,
        levels=(held(first, FEW), *(held(level, WITHHELD) for level in rest)),
        reasons={**feature.reasons, **dict.fromkeys(("effect", "effect_placed", "customer_mean"), WITHHELD)},
    )
