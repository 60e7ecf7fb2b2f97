"""Verdicts on all segments together: total errors, Holm over segments, variants and standard features."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from reportgen.analysis.findings import Findings, group_counts
from reportgen.analysis.low_information import PLACED
from reportgen.analysis.sensitivity import VerdictWord, holm_adjuster, overturned, verdict_word
from reportgen.analysis.standardise import driven_by
from reportgen.analysis.verdicts import TotalError, holm_over_segments, judge, total_error


@dataclass(frozen=True)
class Judgement:
    """The verdict on one segment and what it rests on.

    Attributes
    ----------
    error, p_holm
        Sampling and re-clustering together; None when the segment has no customer or is found again too rarely.
    before
        Verdict before the variants of the analysis had their say.
    verdict
        Final verdict.
    changed_by
        Positions of the variants that would judge otherwise.
    driven_by
        Columns of age, sex or region without which the verdict would be another.
    if_placed
        Verdict on the index with the low-information records assigned; None where there is no such index, or where the
        verdict is inconclusive before the variants.
    """

    error: TotalError | None
    p_holm: float | None
    before: str
    verdict: str
    changed_by: tuple[int, ...]
    driven_by: tuple[str, ...]
    if_placed: str | None = None


def judge_segments(findings: Findings) -> tuple[Judgement, ...]:
    """Judge segments 1..k."""
    ids = range(1, findings.k + 1)
    errors = [total_error(group_counts(findings, [s]), findings.spread.log_sd([s])) for s in ids]
    adjusted = holm_over_segments(errors)
    return tuple(_judge(findings, s, errors, adjusted[s - 1]) for s in ids)


def _judge(findings: Findings, segment: int, errors: list[TotalError | None], p_holm: float | None) -> Judgement:
    error = errors[segment - 1]
    expected = group_counts(findings, [segment]).expected
    jaccard = float(findings.spread.best_match[:, segment - 1].mean())
    before = judge(expected, jaccard, error, p_holm)
    if error is None or before == "inconclusive":
        return Judgement(error, p_holm, before, before, (), ())
    adjust = _adjuster(errors, segment)
    se = math.sqrt(error.variance)
    word = cast("VerdictWord", before)
    changed = tuple(
        position
        for position, run in enumerate(findings.checks.sensitivity)
        if run.ari is not None and overturned(word, run.indices[segment - 1], se, adjust)
    )
    verdict = judge(expected, jaccard, error, p_holm, overturned=bool(changed))
    other = index_if_placed(findings, segment)
    if_placed = None if other is None else verdict_word(other, se, adjust)
    return Judgement(error, p_holm, before, verdict, changed, _drivers(findings, segment, se, adjust), if_placed)


def index_if_placed(findings: Findings, segment: int) -> float | None:
    """Give the index of a segment with low-information records assigned; None where few or none would be."""
    return next((run.indices[segment - 1] for run in findings.checks.sensitivity if run.name == PLACED), None)


def _adjuster(errors: list[TotalError | None], segment: int) -> Callable[[float], float]:
    known = [(position, error.p) for position, error in enumerate(errors, start=1) if error is not None]
    place = [position for position, _ in known].index(segment)
    return holm_adjuster([p for _, p in known], place)


def _drivers(findings: Findings, segment: int, se: float, adjust: Callable[[float], float]) -> tuple[str, ...]:
    standardised = findings.checks.standardised
    if standardised is None:
        return ()
    drive = driven_by(standardised, segment, lambda index: verdict_word(index, se, adjust))
    if not drive.driven:
        return ()
    return drive.features or tuple(column.name for column in findings.checks.standard_features)
