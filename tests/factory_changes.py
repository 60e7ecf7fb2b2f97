"""A made-up comparison of two issues, to be drawn and printed."""

from __future__ import annotations

from dataclasses import replace

from reportgen.analysis.drift_index import difference_interval
from reportgen.analysis.result import Analysis
from reportgen.analysis.result_changes import (
    Changes,
    FeatureShift,
    Flow,
    HistoryIssue,
    HistorySegment,
    Migration,
    RunName,
    SegmentShift,
    Shift,
)

NAMES = (RunName("20261001-00000001", "2026-10-01", 6), RunName("20261101-0a1b2c3d", "2026-11-01", 7))


def shift(psi: float, *, noise: float = 0.004) -> Shift:
    beyond = psi > noise
    return Shift(psi, noise, 0.001 if beyond else 0.6, 6, psi >= 0.25 and beyond)


def example_changes(analysis: Analysis, *, issues: int = 7, moved: bool = True, model: str = "refitted") -> Changes:
    """Return changes that hold every kind of row: drift, codes, flows, a split and a segment that is no more."""
    features = tuple(
        FeatureShift(
            name=feature.name,
            label=feature.label,
            population=shift(0.3 / (number + 1) ** 2),
            customers=shift(0.02 / (number + 1)),
            since_fit=None if number % 3 == 0 else shift(0.05),
            missing_before=0.1,
            missing_now=0.1 + 0.08 / (number + 1),
            customers_missing_before=0.1,
            customers_missing_now=0.1,
            new_codes=("7", "8") if number == 0 else (),
            vanished_codes=("2",) if number == 1 else (),
            rare_codes=number % 2,
            reasons={"since_fit": "not at hand"} if number % 3 == 0 else {},
        )
        for number, feature in enumerate(analysis.features)
    )
    segments = [_segment(analysis, number) for number in range(len(analysis.segments))]
    gone = replace(
        segments[1], id=20, letter="T", name="Former savers", fate="split", relatives=(1, 2), match=None,
        population_now=None, customers_now=None, index_now=None, difference=None, interval=None, verdict_now=None,
    )  # fmt: skip
    flows = tuple(Flow(s.id, s.id, 900, 0.9) for s in segments) + (
        tuple(Flow(s.id, segments[(i + 1) % len(segments)].id, 100, 0.1) for i, s in enumerate(segments))
        if moved
        else ()
    )
    return Changes(
        now=NAMES[1],
        before=NAMES[0],
        model=model,
        refit_reason="it was asked for" if model == "refitted" else "",
        population_before=analysis.population.rows - 1_000,
        population_now=analysis.population.rows,
        customers_before=analysis.customers.rows + 100,
        customers_now=analysis.customers.rows,
        features=features,
        segment_shift=shift(0.01),
        customer_segment_shift=shift(0.02),
        segments=(*segments, gone),
        migration=Migration(len(segments) * 1_000, 0.9 if moved else 1.0, flows, 3),
        agreement=0.93,
        unknown_share=0.001,
        alarms=("Best-fitting finance type drifted beyond 0.25 and beyond chance.",),
        notes=("Segments were built anew, because it was asked for.", "Segment T has split into A and B."),
        recommendation=("The recommendation names the same segments as before.",),
        history=tuple(_issue(analysis, number, issues) for number in range(1, issues + 1)),
    )


def _segment(analysis: Analysis, number: int) -> SegmentShift:
    segment = analysis.segments[number]
    index = segment.index if segment.id == 0 else segment.index_placed
    now = index or 100.0
    before = now * (1.1 if number % 2 else 0.98)
    interval = difference_interval(before, (before - 3, before + 3), now, (now - 3, now + 3))
    return SegmentShift(
        segment.id, segment.letter, segment.name, "kept", (), 0.97, segment.population.share * 0.9,
        segment.population.share, segment.customers.share, segment.customers.share, before, now, now - before,
        interval, not interval[0] <= 0 <= interval[1], "inconclusive" if segment.id else None, segment.verdict,
    )  # fmt: skip


def _issue(analysis: Analysis, number: int, issues: int) -> HistoryIssue:
    segments = tuple(
        HistorySegment(
            s.id,
            s.letter,
            s.population.share * (1 + 0.02 * number),
            s.customers.share,
            (s.index_placed or 120.0) + number,
        )
        for s in analysis.segments
        if s.id != 2 or number > 2  # a segment that came later
    )
    return HistoryIssue(
        f"2026{number:02d}01-0000000{number % 10}",
        f"2026-{number:02d}-01",
        number,
        1_000,
        100,
        number in (1, 3),
        segments,
    )


def with_example_changes(analysis: Analysis, **more: object) -> Analysis:
    """Put made-up changes into an analysis."""
    provenance = replace(analysis.provenance, issue=7, previous=NAMES[0].run)
    return replace(analysis, provenance=provenance, changes=example_changes(analysis, **more))  # type: ignore[arg-type]
