"""Which charts there are and what stands under them: what pages need to know of charts without drawing any."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from reportgen.analysis.result import Analysis
from reportgen.analysis.result_segments import FeatureComparison, FeatureLevel, Segment
from reportgen.charts.style import Chart
from reportgen.charts.words import slug
from reportgen.formatting import held_mark

FEATURES_SHOWN = 12
COMPONENTS_SHOWN = 8
PRINTED_SEGMENTS = 7
PRINTED_HEIGHT, HEADING_HEIGHT = 1150.0, 90.0  # pixels of a page for charts, and of a heading with its source


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


def fitting(heights: Mapping[str, float]) -> list[str]:
    """Return the first charts that fill one printed page; one that is too tall for what is left is passed over."""
    kept: list[str] = []
    height = 0.0
    for name, own in heights.items():
        if height + own + HEADING_HEIGHT <= PRINTED_HEIGHT:
            kept.append(name)
            height += own + HEADING_HEIGHT
    return kept


def printed_segments(analysis: Analysis) -> tuple[Segment, ...]:
    """Return the segments that get a printed page: the leading ones by index, as many as keep the PDF short."""
    advice = analysis.recommendation
    ids = dict.fromkeys((*advice.write_to, *advice.leading))
    return tuple(analysis.by_id[i] for i in ids)[:PRINTED_SEGMENTS]


def in_order(charts: Iterable[tuple[int, Chart]]) -> dict[str, Chart]:
    """Return charts by id, in the order of their places."""
    return {chart.id: chart for _, chart in sorted(charts, key=lambda placed: placed[0])}


def segment_value(level: FeatureLevel, at: int) -> float | str | None:
    """Return the share of a level within a segment, or the mark that stands for it."""
    share = level.segment_shares[at]
    return held_mark(level.segment_reasons[at]) if share is None and level.segment_reasons else share
