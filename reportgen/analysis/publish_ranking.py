"""The published form of the ranking of people, with the sentences that say what it is worth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from reportgen.analysis.calibration import Tenth, calibrate
from reportgen.analysis.findings import Findings
from reportgen.analysis.folds import FOLDS
from reportgen.analysis.gains import DEPTHS, LIFT_DEPTHS, Curve, Gains
from reportgen.analysis.leakage import Leakage
from reportgen.analysis.ranking_findings import SCORE, SEGMENTS, RankingFindings
from reportgen.analysis.release_areas import LIFT_AREA_STEPS, in_area_steps
from reportgen.analysis.release_gains import countable, tenths_marks
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
from reportgen.analysis.suppression import few_people, held_back
from reportgen.analysis.suppression_cells import Mark
from reportgen.formatting import Formatter
from reportgen.language import mark, say, say_in, say_marked

EVERYBODY, PLACED = "everybody", "placed"
_TOLD_DEPTH = 0.20
_LABELS = {SEGMENTS: mark("segments only"), SCORE: mark("segments and individual index")}
_AREA_STEP = 0.0001  # so that no number of people follows from a fraction


def publish_ranking(findings: Findings, found: RankingFindings, fmt: Formatter) -> Ranking:
    """Publish the ranking, the gains of which are released already (see `release_ranking`)."""
    leakage = tuple(
        _leakage(people, test, gains.area_step, fmt)
        for people, test, gains in (
            (EVERYBODY, found.leakage, found.gains),
            (PLACED, found.placed_leakage, found.placed or found.gains),
        )
        if test is not None
    )
    told = [countable(kind) for kind in found.sampled]
    gains = [_gains(EVERYBODY, found.gains, [everybody for everybody, _ in told])]
    if found.placed is not None:
        gains.append(_gains(PLACED, found.placed, [placed for _, placed in told]))
    chosen, other = found.fitted.candidates
    areas = [round(in_area_steps(candidate.auc, _AREA_STEP), 3) for candidate in (chosen, other)]
    basis = _basis(findings)
    return Ranking(
        model=say_marked(chosen.name),
        candidates=tuple(
            ModelCandidate(say_marked(c.name), in_area_steps(c.auc, _AREA_STEP), c is chosen) for c in (chosen, other)
        ),
        choice_sentence=say(
            "On people kept for this choice, the area under the curve (customers against {basis}) is {auc} for {model} "
            "and {other_auc} for {other}: {difference} in favour of {model}.",
            basis=basis,
            model=say_marked(chosen.name),
            auc=fmt.decimal(areas[0], 3),
            other=say_marked(other.name),
            other_auc=fmt.decimal(areas[1], 3),
            difference=_margin(areas[0] - areas[1], fmt),
        ),
        basis=basis,
        folds=FOLDS,
        sample_customers=gains[0].customers,
        sample_others=gains[0].others,
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
        reasons={f"sample_{kind}": reason for kind, reason in gains[0].reasons.items()},
    )


def _margin(difference: float, fmt: Formatter) -> str:
    if difference >= 0.0005:
        return fmt.decimal(difference, 3)
    return say("less than {number}", number=fmt.decimal(0.001, 3))


def _basis(findings: Findings) -> str:
    if findings.data.table.nested:
        return say("people who are not customers")
    return say_in("told from customers", "everybody")


def _gains(people: str, gains: Gains, told: Sequence[bool]) -> GainsOf:
    """Publish gains; ``told`` says whether the number of others, and of customers, may be given."""
    at_random = _random_curve()
    curves = tuple(_curve(name, curve, gains.area_step) for name, curve in gains.curves.items())
    first, second = (gains.curves[name].lift for name in (SEGMENTS, SCORE))
    increments = tuple(
        Increment(depth, float(first[at] * depth), float(second[at] * depth), float(gains.difference[at]),
                  (float(gains.difference_low[at]), float(gains.difference_high[at])))
        for at, depth in enumerate(LIFT_DEPTHS)
    )  # fmt: skip
    return GainsOf(
        people=people,
        customers=gains.customers if told[1] else None,
        others=gains.others if told[0] else None,
        step=gains.step,
        area_step=gains.area_step,
        curves=(at_random, *curves),
        increments=increments,
        reasons={kind: held_back() for kind, may in zip(("others", "customers"), told, strict=True) if not may},
    )


def _random_curve() -> GainsCurve:
    lifts = tuple(Lift(depth, 1.0, (1.0, 1.0)) for depth in LIFT_DEPTHS)
    points = tuple(GainsPoint(float(d), float(d), (float(d), float(d))) for d in DEPTHS)
    return GainsCurve("random", say("random order"), 0.5, (0.5, 0.5), 1.0, (1.0, 1.0), lifts, points)


def _curve(name: str, curve: Curve, step: float) -> GainsCurve:
    lift_step = LIFT_AREA_STEPS * step
    return GainsCurve(
        name=name,
        label=say_marked(_LABELS[name]),
        auc=in_area_steps(curve.auc.value, step),
        auc_interval=_ends(curve.auc.interval, step),
        lift_area=in_area_steps(curve.area, lift_step),
        lift_area_interval=_ends(curve.area_interval, lift_step),
        lifts=tuple(
            Lift(depth, float(curve.lift[at]), (float(curve.lift_low[at]), float(curve.lift_high[at])))
            for at, depth in enumerate(LIFT_DEPTHS)
        ),
        points=tuple(
            GainsPoint(float(depth), float(curve.reach[at]), (float(curve.low[at]), float(curve.high[at])))
            for at, depth in enumerate(DEPTHS)
        ),
    )


def _ends(interval: tuple[float, float], step: float) -> tuple[float, float]:
    return in_area_steps(interval[0], step), in_area_steps(interval[1], step)


def _increment_sentence(gains: GainsOf, fmt: Formatter) -> str:
    """Say in one sentence what the individual index adds to the segments."""
    step = next(step for step in gains.increments if step.depth == _TOLD_DEPTH)
    low, high = (fmt.decimal(100 * end, 1) for end in step.interval)
    given = {
        "depth": fmt.share(step.depth),
        "segments": fmt.share(step.segments),
        "score": fmt.share(step.score),
    }
    if gains.people == EVERYBODY:
        begin = say(
            "At {depth} of the population, segments alone reach {segments} of held-out customers and the individual "
            "index {score}",
            **given,
        )
    else:
        begin = say(
            "At {depth} of the people with enough data, segments alone reach {segments} of held-out customers and the "
            "individual index {score}",
            **given,
        )
    if step.interval[0] > 0:
        points = fmt.decimal(100 * step.difference, 1)
        return begin + say(": {points} points more ({low} to {high}).", points=points, low=low, high=high)
    if step.interval[1] < 0:
        points = fmt.decimal(-100 * step.difference, 1)
        return begin + say(": {points} points less (difference {low} to {high}).", points=points, low=low, high=high)
    return begin + say(": no difference that chance would not make ({low} to {high} points).", low=low, high=high)


def _leakage(people: str, test: Leakage, step: float, fmt: Formatter) -> LeakageTest:
    missing, full = in_area_steps(test.missing.value, step), in_area_steps(test.full.value, step)
    part = (missing - 0.5) / (full - 0.5) if full > 0.5 else None
    return LeakageTest(
        people=people,
        missing_auc=missing,
        missing_interval=_ends(test.missing.interval, step),
        ranking_auc=full,
        part=part,
        flagged=test.flagged,
        sentence=_leakage_sentence(people, test.flagged, fmt.decimal(missing, 2), fmt.decimal(full, 2)),
        reasons={} if part is not None else {"part": say("the ranking reaches nothing beyond chance")},
    )


def _leakage_sentence(people: str, flagged: bool, missing: str, full: str) -> str:
    """Say whether missing values alone tell customers from the population; areas under the curve are given."""
    given = {"missing": missing, "full": full}
    if people == EVERYBODY and flagged:
        return say(
            "Missing values alone tell customers from the population (area under the curve {missing}, where the "
            "ranking has {full}): the individual index in part recognises the file rather than the person.",
            **given,
        )
    if people == EVERYBODY:
        return say(
            "Missing values alone hardly tell customers from the population (area under the curve {missing}, where the "
            "ranking has {full}).",
            **given,
        )
    if flagged:
        return say(
            "Among people with enough data, missing values alone tell customers from the population (area under the "
            "curve {missing}, where the ranking has {full}): the individual index in part recognises the file rather "
            "than the person.",
            **given,
        )
    return say(
        "Among people with enough data, missing values alone hardly tell customers from the population (area under the "
        "curve {missing}, where the ranking has {full}).",
        **given,
    )


def _calibration(found: RankingFindings) -> tuple[CalibrationStep, ...]:
    tenths = calibrate(found.held_out.index, found.held_out.customer, found.share)
    marks = tenths_marks(np.array([tenth.customers for tenth in tenths], dtype=np.int64))
    return tuple(
        _calibration_step(number, tenth, int(mark))
        for number, (tenth, mark) in enumerate(zip(tenths, marks, strict=True), start=1)
    )


def _calibration_step(number: int, tenth: Tenth, mark: int) -> CalibrationStep:
    if mark == Mark.SHOWN:
        return CalibrationStep(
            number, tenth.mean_index, tenth.predicted, tenth.observed, tenth.interval, tenth.customers
        )
    reason = few_people() if mark == Mark.FEW else held_back()
    reasons = dict.fromkeys(("observed", "interval", "customers"), reason)
    return CalibrationStep(number, tenth.mean_index, tenth.predicted, None, None, None, reasons)


def _sentence(found: RankingFindings, basis: str, fmt: Formatter) -> str:
    """Say what the ranking is worth on people whom no model has seen."""
    curve = found.gains.curves[SCORE]
    step = found.gains.area_step
    value, ends = in_area_steps(curve.auc.value, step), _ends(curve.auc.interval, step)
    digits = 2 if round(ends[0], 2) < round(ends[1], 2) else 3
    area = say(
        "area under the curve {area}, {low} to {high}",
        area=fmt.decimal(value, digits),
        low=fmt.decimal(ends[0], digits),
        high=fmt.decimal(ends[1], digits),
    )
    if not curve.auc.beats_chance:
        return say(
            "Customers cannot be told from {basis} by what is known of them ({area}): there is nothing to target, and "
            "a random choice does as well.",
            basis=basis,
            area=area,
        )
    at = LIFT_DEPTHS.index(0.10)
    low, high = curve.lift_low[at], curve.lift_high[at]
    if low <= 1.0:
        return say(
            "Customers can hardly be told from {basis} ({area}): the tenth of the population that resembles customers "
            "most holds {times} as many as a random tenth ({low} to {high}).",
            basis=basis,
            area=area,
            times=fmt.times(100 * curve.lift[at]),
            low=fmt.decimal(low, 2),
            high=fmt.decimal(high, 2),
        )
    return say(
        "The tenth of the population that resembles customers most holds {times} as many of the held-out customers as "
        "a random tenth ({low} to {high}; {area}).",
        times=fmt.times(100 * curve.lift[at]),
        low=fmt.decimal(low, 1),
        high=fmt.decimal(high, 1),
        area=area,
    )
