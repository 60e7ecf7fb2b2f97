"""Conditions that a run has to meet before readers are led to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from reportgen.analysis.result import NO_CHANGES, Analysis
from reportgen.analysis.result_changes import Changes, FeatureShift, Shift
from reportgen.analysis.result_provenance import Gate
from reportgen.analysis.suppression import few_people
from reportgen.analysis.unknown_codes import most_unknown
from reportgen.config import GateRule
from reportgen.formatting import Formatter
from reportgen.language import say, say_marked


def check_gates(rules: Sequence[GateRule], analysis: Analysis, fmt: Formatter) -> tuple[Gate, ...]:
    """Judge every rule; one whose value cannot be given does not fail, and says so."""
    return tuple(_check(rule, analysis, fmt) for rule in rules)


def _check(rule: GateRule, analysis: Analysis, fmt: Formatter) -> Gate:
    value, what, reason = _MEASURES[rule.measure](analysis)
    if value is None:
        sentence = say("{what} cannot be checked: {reason}.", what=what, reason=reason)
        return Gate(str(rule), None, False, sentence, {"value": reason})
    failed = value > rule.limit if rule.sign == ">" else value < rule.limit
    limit = fmt.decimal(rule.limit, len(f"{rule.limit:f}".rstrip("0").partition(".")[2]))
    values = {"what": what, "value": fmt.decimal(value, 0 if rule.measure == "k" else 3), "limit": limit}
    return Gate(str(rule), value, failed, _judged(rule.sign, failed, values))


def _judged(sign: str, failed: bool, values: Mapping[str, str]) -> str:
    if sign == ">" and failed:
        return say("{what} is {value}, above {limit}", **values)
    if sign == ">":
        return say("{what} is {value}, not above {limit}", **values)
    if failed:
        return say("{what} is {value}, below {limit}", **values)
    return say("{what} is {value}, not below {limit}", **values)


_Found = tuple[float | None, str, str]


def _drift(analysis: Analysis) -> _Found:
    changes = analysis.changes
    if changes is None:
        return None, say("Drift"), say_marked(NO_CHANGES)
    worst, label = 0.0, ""
    for name, shift in _shifts(changes):
        if shift is not None and shift.p_holm <= 0.05 and shift.psi > worst:
            worst, label = shift.psi, name
    beyond = say("Drift (PSI beyond chance) of {what}", what=label) if label else say("Drift (PSI beyond chance)")
    return worst, beyond, ""


def _shifts(changes: Changes) -> list[tuple[str, Shift | None]]:
    sizes = (
        (say("the sizes of segments"), changes.segment_shift),
        (say("the customers' segments"), changes.customer_segment_shift),
    )
    return [
        *((feature.label, shift) for feature in changes.features for shift in _of_feature(feature)),
        *sizes,
    ]


def _of_feature(feature: FeatureShift) -> tuple[Shift | None, ...]:
    return feature.population, feature.customers, feature.since_fit


def _unknown(analysis: Analysis) -> _Found:
    worst = most_unknown(analysis)
    if worst is None:
        return None, say("The share of unknown codes"), say("no column is in the distance")
    if worst.of_customers:
        return worst.share, say("The share of unknown codes of {what} among customers", what=worst.label), ""
    return worst.share, say("The share of unknown codes of {what}", what=worst.label), ""


def _missing(analysis: Analysis) -> _Found:
    if analysis.changes is None or not analysis.changes.features:
        return None, say("The rise of missing values"), say_marked(NO_CHANGES)
    rises = [(feature, rise) for feature in analysis.changes.features if (rise := feature.missing_rise) is not None]
    if not rises:
        return None, say("The rise of missing values"), few_people()
    worst, rise = max(rises, key=lambda found: found[1])
    return rise, say("The rise of missing values of {what}", what=worst.label), ""


def _stability(analysis: Analysis) -> _Found:
    known = [segment for segment in analysis.placed if segment.jaccard is not None]
    if not known:
        return None, say("Stability"), say("no segment was refitted")
    worst = min(known, key=lambda segment: segment.jaccard or 0.0)
    what = say("Stability (mean Jaccard similarity) of segment {letter}", letter=worst.letter)
    return worst.jaccard, what, ""


def _agreement(analysis: Analysis) -> _Found:
    what = say("Agreement of a trial refit")
    if analysis.changes is None:
        return None, what, say_marked(NO_CHANGES)
    return analysis.changes.agreement, what, analysis.changes.reasons.get("agreement", "")


def _k(analysis: Analysis) -> _Found:
    return float(analysis.choice.k), say("The number of segments"), ""


_MEASURES: Mapping[str, Callable[[Analysis], _Found]] = {
    "drift": _drift,
    "unknown": _unknown,
    "missing": _missing,
    "stability": _stability,
    "agreement": _agreement,
    "k": _k,
}
