"""Every table of an analysis as raw values: segments, facts, features and levels here, the chapters beside."""

from __future__ import annotations

from reportgen.analysis.result import Analysis
from reportgen.analysis.result_parts import Interval
from reportgen.analysis.result_segments import FeatureComparison, Segment
from reportgen.analysis.suppression import value_or_mark
from reportgen.charts.shown import segment_value
from reportgen.language import say
from reportgen.report.campaign_tables import campaign_tables
from reportgen.report.changes_tables import changes_tables
from reportgen.report.chapter_tables import chapter_tables
from reportgen.report.tables import DataTable, Value


def data_tables(analysis: Analysis) -> tuple[DataTable, ...]:
    """Return every table of the analysis, the segments first."""
    return (
        _segments(analysis),
        _markers(analysis),
        _features(analysis),
        _levels(analysis),
        _segment_levels(analysis),
        *chapter_tables(analysis),
        *campaign_tables(analysis),
        *changes_tables(analysis),
    )


def _ends(interval: Interval | None) -> tuple[float | None, float | None]:
    return interval if interval is not None else (None, None)


def _segments(analysis: Analysis) -> DataTable:
    columns = (
        "segment", "name", "population", "population_share", "customers", "customer_share", "penetration", "index",
        "index_placed", "sampling_low", "sampling_high", "total_low", "total_high", "expected_customers", "jaccard",
        "jaccard_min", "jaccard_chance", "reproduced", "refits", "badge", "p_holm", "verdict", "share_imputed",
        "index_standardised", "bounds_low", "bounds_high", "driven_by",
    )  # fmt: skip

    def row(segment: Segment) -> tuple[Value, ...]:
        found = segment.reproduced
        return (
            segment.letter, segment.name, segment.population.count, segment.population.share, segment.customers.count,
            segment.customers.share, segment.penetration, segment.index, segment.index_placed,
            *_ends(segment.interval_sampling), *_ends(segment.interval_total), segment.expected_customers,
            segment.jaccard, segment.jaccard_min, segment.jaccard_chance, found.times if found else None,
            found.of if found else None, segment.badge, segment.p_holm, segment.verdict, segment.share_imputed,
            value_or_mark(segment, "index_standardised"), *_ends(segment.index_bounds), " ".join(segment.driven_by),
        )  # fmt: skip

    return DataTable(
        "segments",
        say("Segments: sizes, indices and how firmly they stand"),
        columns,
        tuple(map(row, analysis.segments)),
    )


def _markers(analysis: Analysis) -> DataTable:
    columns = (
        "segment", "name", "feature", "label", "level", "level_label", "phrase", "measure", "effect", "grade", "here",
        "everybody", "p_bh", "by_construction", "via", "basis",
    )  # fmt: skip
    rows = tuple(
        (
            segment.letter, segment.name, marker.feature, marker.label, marker.level, marker.level_label, marker.phrase,
            marker.measure, marker.effect, marker.grade, marker.here, marker.everybody, marker.p_bh,
            marker.by_construction, marker.via, marker.basis,
        )
        for segment in analysis.segments
        for marker in segment.markers
    )  # fmt: skip
    return DataTable("segment-facts", say("What sets each segment apart from everybody"), columns, rows)


def _features(analysis: Analysis) -> DataTable:
    columns = (
        "feature", "label", "type", "information_level", "family", "basis", "role", "sensitivity", "measure", "effect",
        "effect_placed", "population_mean", "customer_mean", "population_known", "customer_known", "sentence",
    )  # fmt: skip

    def row(feature: FeatureComparison) -> tuple[Value, ...]:
        return (
            feature.name, feature.label, feature.type, feature.information_level, feature.family, feature.basis,
            feature.role, feature.sensitivity, feature.measure, value_or_mark(feature, "effect"),
            value_or_mark(feature, "effect_placed"),
            *(value_or_mark(feature, name) for name in (
                "population_mean", "customer_mean", "population_known", "customer_known",
            )), feature.sentence,
        )  # fmt: skip

    return DataTable(
        "features", say("Customers against the population, by feature"), columns, tuple(map(row, analysis.features))
    )


def _levels(analysis: Analysis) -> DataTable:
    columns = (
        "feature", "feature_label", "code", "level", "population", "population_share", "customers", "customer_share",
        "index", "index_low", "index_high", "p_bh",
    )  # fmt: skip
    rows = tuple(
        (
            feature.name, feature.label, level.code, level.label,
            *(value_or_mark(level, name) for name in (
                "population_count", "population_share", "customer_count", "customer_share", "index",
            )), *_ends(level.interval), value_or_mark(level, "p_bh"),
        )
        for feature in analysis.features
        for level in feature.levels
    )  # fmt: skip
    return DataTable("levels", say("Customers against the population, by level of each feature"), columns, rows)


def _segment_levels(analysis: Analysis) -> DataTable:
    letters = tuple(f"segment_{segment.letter}" for segment in analysis.segments)
    rows = tuple(
        (
            feature.name, feature.label, level.code, level.label, value_or_mark(level, "population_share"),
            *(segment_value(level, at) for at in range(len(letters))),
        )
        for feature in analysis.features
        for level in feature.levels
    )  # fmt: skip
    return DataTable(
        "segment-levels",
        say("Share of each level within each segment, population"),
        ("feature", "feature_label", "code", "level", "everybody", *letters),
        rows,
    )
