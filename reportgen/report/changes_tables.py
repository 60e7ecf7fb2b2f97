"""The tables of what changed since the last issue as raw values."""

from __future__ import annotations

from reportgen.analysis.result import Analysis
from reportgen.analysis.result_changes import FeatureShift, SegmentShift, Shift
from reportgen.language import say
from reportgen.report.tables import DataTable, Value

SEGMENTS, DRIFT, CODES = "changes-segments", "changes-features", "changes-codes"


def changes_tables(analysis: Analysis) -> tuple[DataTable, ...]:
    """Return the tables of the chapter on changes; none for a first issue."""
    changes = analysis.changes
    if changes is None:
        return ()
    features = changes.features
    letters = {shift.id: shift.letter for shift in changes.segments}
    return (
        DataTable(
            SEGMENTS,
            say("Every segment before and now"),
            (
                "segment", "name", "fate", "relatives", "match", "population_share_before", "population_share_now",
                "customer_share_before", "customer_share_now", "index_before", "index_now", "difference",
                "difference_low", "difference_high", "moved", "verdict_before", "verdict_now",
            ),
            tuple(_segment(shift, letters) for shift in changes.segments),
        ),
        DataTable(
            DRIFT,
            say("How far distributions moved, the largest first"),
            (
                "feature", "label",
                *(f"{side}_{name}" for side in ("population", "customers", "since_fit") for name in _SHIFT),
            ),
            tuple((feature.name, feature.label, *_shifts(feature)) for feature in features),
        ),
        DataTable(
            CODES,
            say("Codes that came or went, and missing values of the population"),
            (
                "feature", "label", "new_codes", "vanished_codes", "rare_codes", "missing_before", "missing_now",
                "customers_missing_before", "customers_missing_now",
            ),
            tuple(
                (
                    feature.name, feature.label, " ".join(feature.new_codes), " ".join(feature.vanished_codes),
                    feature.rare_codes, feature.missing_before, feature.missing_now,
                    feature.customers_missing_before, feature.customers_missing_now,
                )
                for feature in features
            ),
        ),
    )  # fmt: skip


_SHIFT = ("psi", "noise", "p_holm", "alarm")


def _segment(shift: SegmentShift, letters: dict[int, str]) -> tuple[Value, ...]:
    relatives = " ".join(letters.get(other, str(other)) for other in shift.relatives)
    return (
        shift.letter, shift.name, shift.fate, relatives, shift.match, shift.population_before, shift.population_now,
        shift.customers_before, shift.customers_now, shift.index_before, shift.index_now, shift.difference,
        *(shift.interval or (None, None)), shift.moved, shift.verdict_before, shift.verdict_now,
    )  # fmt: skip


def _shifts(feature: FeatureShift) -> tuple[Value, ...]:
    shifts: tuple[Shift | None, ...] = (feature.population, feature.customers, feature.since_fit)
    return tuple(None if shift is None else getattr(shift, name) for shift in shifts for name in _SHIFT)
