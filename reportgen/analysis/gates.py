"""Conditions that a run has to meet before readers are led to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from reportgen.analysis.result import Analysis, Gate
from reportgen.analysis.result_changes import Changes, FeatureShift, Shift
from reportgen.analysis.suppression import FEW
from reportgen.config import GateRule
from reportgen.formatting import Formatter

_NO_ISSUE = "there is no earlier issue to compare with"


def check_gates(rules: Sequence[GateRule], analysis: Analysis, fmt: Formatter) -> tuple[Gate, ...]:
    """Judge every rule; one whose value cannot be given does not fail, and says so."""
    return tuple(_check(rule, analysis, fmt) for rule in rules)


def _check(rule: GateRule, analysis: Analysis, fmt: Formatter) -> Gate:
    value, what, reason = _MEASURES[rule.measure](analysis)
    limit = f"{rule.limit:g}"
    if value is None:
        return Gate(str(rule), None, False, f"{what} cannot be checked: {reason}.", {"value": reason})
    failed = value > rule.limit if rule.sign == ">" else value < rule.limit
    side = "above" if rule.sign == ">" else "below"
    shown = fmt.decimal(value, 0 if rule.measure == "k" else 3)
    verdict = f"{side} {limit}" if failed else f"not {side} {limit}"
    return Gate(str(rule), value, failed, f"{what} is {shown}, {verdict}")


_Found = tuple[float | None, str, str]


def _drift(analysis: Analysis) -> _Found:
    changes = analysis.changes
    if changes is None:
        return None, "Drift", _NO_ISSUE
    worst, label = 0.0, "nothing"
    for name, shift in _shifts(changes):
        if shift is not None and shift.p_holm <= 0.05 and shift.psi > worst:
            worst, label = shift.psi, name
    return worst, "Drift (PSI beyond chance)" if label == "nothing" else f"Drift (PSI beyond chance) of {label}", ""


def _shifts(changes: Changes) -> list[tuple[str, Shift | None]]:
    sizes = (
        ("the sizes of segments", changes.segment_shift),
        ("the customers' segments", changes.customer_segment_shift),
    )
    return [
        *((feature.label, shift) for feature in changes.features for shift in _of_feature(feature)),
        *sizes,
    ]


def _of_feature(feature: FeatureShift) -> tuple[Shift | None, ...]:
    return feature.population, feature.customers, feature.since_fit


def _unknown(analysis: Analysis) -> _Found:
    rows = analysis.population.rows
    used = [column for column in analysis.quality.columns if column.use == "distance"]
    worst = max(used, key=lambda column: column.unknown_codes or 0, default=None)
    if worst is None:
        return None, "The share of unknown codes", "no column is in the distance"
    return (worst.unknown_codes or 0) / rows, f"The share of unknown codes of {worst.label}", ""


def _missing(analysis: Analysis) -> _Found:
    if analysis.changes is None or not analysis.changes.features:
        return None, "The rise of missing values", _NO_ISSUE
    rises = [(feature, rise) for feature in analysis.changes.features if (rise := feature.missing_rise) is not None]
    if not rises:
        return None, "The rise of missing values", FEW
    worst, rise = max(rises, key=lambda found: found[1])
    return rise, f"The rise of missing values of {worst.label}", ""


def _stability(analysis: Analysis) -> _Found:
    known = [segment for segment in analysis.placed if segment.jaccard is not None]
    if not known:
        return None, "Stability", "no segment was refitted"
    worst = min(known, key=lambda segment: segment.jaccard or 0.0)
    return worst.jaccard, f"Stability (mean Jaccard similarity) of segment {worst.letter}", ""


def _agreement(analysis: Analysis) -> _Found:
    what = "Agreement of a trial refit"
    if analysis.changes is None:
        return None, what, _NO_ISSUE
    return analysis.changes.agreement, what, analysis.changes.reasons.get("agreement", "")


def _k(analysis: Analysis) -> _Found:
    return float(analysis.choice.k), "The number of segments", ""


_MEASURES: Mapping[str, Callable[[Analysis], _Found]] = {
    "drift": _drift,
    "unknown": _unknown,
    "missing": _missing,
    "stability": _stability,
    "agreement": _agreement,
    "k": _k,
}
