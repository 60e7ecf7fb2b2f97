"""Which features a chart shows, and what stands under it: what pages need to know of charts without drawing any."""

from __future__ import annotations

from collections.abc import Iterable

from reportgen.analysis.result import Analysis
from reportgen.analysis.result_segments import FeatureComparison, FeatureLevel
from reportgen.charts.style import Chart
from reportgen.charts.words import slug
from reportgen.formatting import held_mark

FEATURES_SHOWN = 12


def ranked_features(analysis: Analysis) -> list[FeatureComparison]:
    """Features with an effect, the largest first."""
    known = [feature for feature in analysis.features if feature.effect is not None]
    return sorted(known, key=lambda feature: (-abs(feature.effect or 0.0), feature.name))


def feature_ids(analysis: Analysis) -> dict[str, FeatureComparison]:
    """Return the features that get a chart of their own by the chart's id, the largest effect first."""
    ids: dict[str, FeatureComparison] = {}
    for feature in ranked_features(analysis)[:FEATURES_SHOWN]:
        base = name = f"feature-{slug(feature.name)}"
        number = 2
        while name in ids:
            name = f"{base}-{number}"
            number += 1
        ids[name] = feature
    return ids


def in_order(charts: Iterable[tuple[int, Chart]]) -> dict[str, Chart]:
    """Return charts by id, in the order of their places."""
    return {chart.id: chart for _, chart in sorted(charts, key=lambda placed: placed[0])}


def segment_value(level: FeatureLevel, at: int) -> float | str | None:
    """Return the share of a level within a segment, or the mark that stands for it."""
    share = level.segment_shares[at]
    return held_mark(level.segment_reasons[at]) if share is None and level.segment_reasons else share
