"""The published form of the ranking of people, with the sentences that say what it is worth."""

from __future__ import annotations

from reportgen.analysis.calibration import calibrate
from reportgen.analysis.findings import Findings
from reportgen.analysis.folds import FOLDS
from reportgen.analysis.gains import DEPTHS, LIFT_DEPTHS, Curve, Gains
from reportgen.analysis.leakage import Leakage
from reportgen.analysis.ranking_findings import SCORE, SEGMENTS, RankingFindings
from reportgen.analysis.result_campaign import (
    CalibrationStep,
    GainsCurve,
    GainsOf,
    GainsPoint,
    Increment,
    LeakageTest,
    Lift,
    ModelCandidate,
    Ranking,
    TellingColumn,
)
from reportgen.formatting import Formatter

EVERYBODY, PLACED = "everybody", "placed"
_TOLD_DEPTH = 0.20
_LABELS = {SEGMENTS: "segments only", SCORE: "segments and individual index"}


def publish_ranking(findings: Findings, found: RankingFindings, fmt: Formatter) -> Ranking:
    """Publish the ranking."""
    leakage = tuple(
        _leakage(people, test, fmt)
        for people, test in ((EVERYBODY, found.leakage), (PLACED, found.placed_leakage))
        if test is not None
    )
    gains = [_gains(EVERYBODY, found.gains)]
    if found.placed is not None:
        gains.append(_gains(PLACED, found.placed))
    chosen, other = found.fitted.candidates
    basis = _basis(findings)
    return Ranking(
        model=chosen.name,
        candidates=tuple(ModelCandidate(c.name, c.auc, c is chosen) for c in (chosen, other)),
        choice_sentence=(
            f"On people kept for this choice, the area under the curve (customers against {basis}) is "
            f"{fmt.decimal(chosen.auc, 3)} for {chosen.name} and {fmt.decimal(other.auc, 3)} for {other.name}: "
            f"{fmt.decimal(chosen.auc - other.auc, 3)} in favour of {chosen.name}."
        ),
        basis=basis,
        folds=FOLDS,
        sample_customers=found.gains.customers,
        sample_others=found.gains.others,
        columns=len(found.columns),
        sensitive=tuple(column.name for column in found.sensitive),
        mean_before_rescaling=found.fitted.mean,
        gains=tuple(gains),
        increment_sentence=_increment_sentence(gains[-1], fmt),
        calibration=_calibration(found),
        leakage=leakage,
        telling=tuple(TellingColumn(t.column.name, t.column.feature.label, t.auc) for t in found.telling),
        targets=found.targets,
        trusted=found.trusted,
        sentence=_sentence(found, basis, fmt),
    )


def _basis(findings: Findings) -> str:
    return "people who are not customers" if findings.data.table.nested else EVERYBODY


def _gains(people: str, gains: Gains) -> GainsOf:
    at_random = _random_curve()
    curves = tuple(_curve(name, curve) for name, curve in gains.curves.items())
    first, second = (gains.curves[name].lift for name in (SEGMENTS, SCORE))
    increments = tuple(
        Increment(depth, float(first[at] * depth), float(second[at] * depth), float(gains.difference[at]),
                  (float(gains.difference_low[at]), float(gains.difference_high[at])))
        for at, depth in enumerate(LIFT_DEPTHS)
    )  # fmt: skip
    return GainsOf(people, gains.customers, gains.others, (at_random, *curves), increments)


def _random_curve() -> GainsCurve:
    lifts = tuple(Lift(depth, 1.0, (1.0, 1.0)) for depth in LIFT_DEPTHS)
    points = tuple(GainsPoint(float(d), float(d), (float(d), float(d))) for d in DEPTHS)
    return GainsCurve("random", "random order", 0.5, (0.5, 0.5), 1.0, (1.0, 1.0), lifts, points)


def _curve(name: str, curve: Curve) -> GainsCurve:
    return GainsCurve(
        name=name,
        label=_LABELS[name],
        auc=curve.auc.value,
        auc_interval=curve.auc.interval,
        lift_area=curve.area,
        lift_area_interval=curve.area_interval,
        lifts=tuple(
            Lift(depth, float(curve.lift[at]), (float(curve.lift_low[at]), float(curve.lift_high[at])))
            for at, depth in enumerate(LIFT_DEPTHS)
        ),
        points=tuple(
            GainsPoint(float(depth), float(curve.reach[at]), (float(curve.low[at]), float(curve.high[at])))
            for at, depth in enumerate(DEPTHS)
        ),
    )


def _increment_sentence(gains: GainsOf, fmt: Formatter) -> str:
    """Say in one sentence what the individual index adds to the segments."""
    step = next(step for step in gains.increments if step.depth == _TOLD_DEPTH)
    people = "the population" if gains.people == EVERYBODY else "the people with enough data"
    bounds = f"{fmt.decimal(100 * step.interval[0], 1)} to {fmt.decimal(100 * step.interval[1], 1)}"
    begin = (
        f"At {fmt.share(step.depth)} of {people}, segments alone reach {fmt.share(step.segments)} of held-out "
        f"customers and the individual index {fmt.share(step.score)}"
    )
    if step.interval[0] > 0:
        return f"{begin}: {fmt.decimal(100 * step.difference, 1)} points more ({bounds})."
    if step.interval[1] < 0:
        return f"{begin}: {fmt.decimal(-100 * step.difference, 1)} points less (difference {bounds})."
    return f"{begin}: no difference that chance would not make ({bounds} points)."


def _leakage(people: str, test: Leakage, fmt: Formatter) -> LeakageTest:
    who = "" if people == EVERYBODY else "Among people with enough data, "
    area = f"{fmt.decimal(test.missing.value, 2)}, where the ranking has {fmt.decimal(test.full.value, 2)}"
    if test.flagged:
        sentence = (
            f"{who}missing values alone tell customers from the population (area under the curve {area}): the "
            "individual index in part recognises the file rather than the person."
        )
    else:
        sentence = f"{who}missing values alone hardly tell customers from the population (area under the curve {area})."
    return LeakageTest(
        people=people,
        missing_auc=test.missing.value,
        missing_interval=test.missing.interval,
        ranking_auc=test.full.value,
        part=test.part,
        flagged=test.flagged,
        sentence=sentence[:1].upper() + sentence[1:],
        reasons={} if test.part is not None else {"part": "the ranking reaches nothing beyond chance"},
    )


def _calibration(found: RankingFindings) -> tuple[CalibrationStep, ...]:
    tenths = calibrate(found.held_out.index, found.held_out.customer, found.share)
    return tuple(
        CalibrationStep(number, t.mean_index, t.predicted, t.observed, t.interval, t.customers)
        for number, t in enumerate(tenths, start=1)
    )


def _sentence(found: RankingFindings, basis: str, fmt: Formatter) -> str:
    """Say what the ranking is worth on people whom no model has seen."""
    curve = found.gains.curves[SCORE]
    area = f"area under the curve {fmt.decimal(curve.auc.value, 2)}, {_bounds(curve.auc.interval, fmt)}"
    if not curve.auc.beats_chance:
        return (
            f"Customers cannot be told from {basis} by what is known of them ({area}): there is nothing to target, and "
            "a random choice does as well."
        )
    at = LIFT_DEPTHS.index(0.10)
    low, high = curve.lift_low[at], curve.lift_high[at]
    if low <= 1.0:
        return (
            f"Customers can hardly be told from {basis} ({area}): the tenth of the population that resembles customers "
            f"most holds {fmt.times(100 * curve.lift[at])} as many as a random tenth "
            f"({fmt.decimal(low, 2)} to {fmt.decimal(high, 2)})."
        )
    return (
        f"The tenth of the population that resembles customers most holds {fmt.times(100 * curve.lift[at])} as many of "
        f"the held-out customers as a random tenth ({fmt.decimal(low, 1)} to {fmt.decimal(high, 1)}; {area})."
    )


def _bounds(interval: tuple[float, float], fmt: Formatter) -> str:
    return f"{fmt.decimal(interval[0], 2)} to {fmt.decimal(interval[1], 2)}"
