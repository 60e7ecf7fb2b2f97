"""What the campaign chapter tells somebody with a linear program: equations about customers by fold, depth and tenth.

As in `attacker`, this reads analysis.json alone. The unknowns are customers by segment and fold, between two depths of
a gains curve, and by tenth of the index; who was judged and who was kept apart; who answered a past mailing; and who
was found in the population. Whoever attacks is given more than a reader has: how the population falls into folds, and
how many people of each kind were sampled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.oracle.attacker import Attacker, Key

FOLDS = 5
CURVES = ("segments", "score")
KINDS = ("others", "customers")


@dataclass(frozen=True)
class CampaignKnowledge:
    """What is known beside the report.

    Attributes
    ----------
    people_by_fold
        People of the population by segment and fold.
    fold_order
        Segments in the order in which each fold takes them.
    sampled
        Sampled people, placed and not placed, by kind.
    """

    people_by_fold: Mapping[int, tuple[int, ...]]
    fold_order: tuple[tuple[int, ...], ...]
    sampled: Mapping[str, tuple[int, int]]


def read_campaign(attacker: Attacker, known: CampaignKnowledge) -> None:
    """Turn every figure of the campaign chapter into equations and inequalities."""
    campaign = attacker.report["campaign"]
    _read_reach(attacker, campaign["reach"], known)
    if campaign["ranking"] is not None:
        _read_judged(attacker, campaign["ranking"], known)
        for gains in campaign["ranking"]["gains"]:
            for curve in gains["curves"]:
                if curve["name"] in CURVES:
                    _read_curve(attacker, gains, curve)
        _read_tenths(attacker, campaign["ranking"]["calibration"])
    _read_plan(attacker, campaign["plan"], campaign["reach"]["steps"])
    if campaign["response"] is not None:
        _read_response(attacker, campaign["response"])


# -- reach


def _read_reach(attacker: Attacker, reach: Mapping[str, Any], known: CampaignKnowledge) -> None:
    steps = reach["steps"]
    total = attacker.report["customers"]["rows"]
    for step in steps:
        attacker.add_up([("fold", step["segment"], fold) for fold in range(FOLDS)], step["customers"])
    for step in steps:
        if step["held_out"] is None:
            continue
        terms = {
            ("fold", segment, fold): part
            for fold in range(FOLDS)
            for segment, part in _taken(known, fold, step["cumulative_population"])
        }
        half = reach["held_out_step"] / 2
        attacker.at_most(terms, (step["held_out"] + half) * total)
        attacker.at_most({key: -part for key, part in terms.items()}, -(step["held_out"] - half) * total)


def _taken(known: CampaignKnowledge, fold: int, depth: float) -> Iterator[tuple[int, float]]:
    """Yield which part of each segment a fold has taken at a depth."""
    everybody = sum(by_fold[fold] for by_fold in known.people_by_fold.values())
    left = depth * everybody
    for segment in known.fold_order[fold]:
        people = known.people_by_fold[segment][fold]
        part = min(max(left / people, 0.0), 1.0) if people else float(left >= 0)
        left -= people
        yield segment, part


# -- gains


def judged(kind: str, people: str) -> list[Key]:
    """People of a kind who were judged: everybody, or placed ones."""
    parts = ("placed", "low") if people == "everybody" else ("placed",)
    return [("judged", kind, part) for part in parts]


def _read_judged(attacker: Attacker, ranking: Mapping[str, Any], known: CampaignKnowledge) -> None:
    for kind in KINDS:
        for part, count in zip(("placed", "low"), known.sampled[kind], strict=True):
            attacker.add_up([("judged", kind, part), ("kept", kind, part)], count)
        if ranking[f"sample_{kind}"] is not None:
            attacker.add_up(judged(kind, "everybody"), ranking[f"sample_{kind}"])
        for gains in ranking["gains"]:
            if gains[kind] is not None:
                attacker.add_up(judged(kind, gains["people"]), gains[kind])


def pieces(people: str, curve: str, first: int, last: int) -> list[Key]:
    """Customers between two of the depths."""
    return [("piece", people, curve, at) for at in range(first, last)]


def _read_curve(attacker: Attacker, gains: Mapping[str, Any], curve: Mapping[str, Any]) -> None:
    people, name, points = gains["people"], curve["name"], curve["points"]
    everybody = dict.fromkeys(judged("customers", people), -1.0)
    attacker.say(dict.fromkeys(pieces(people, name, 0, len(points) - 1), 1.0) | everybody, 0.0)
    for at, point in enumerate(points[1:-1], start=1):
        low, high = _bounds(point["reach"], gains["step"])
        reached = pieces(people, name, 0, at)
        attacker.at_most(_scaled(reached, 1.0) | _scaled(judged("customers", people), -high), 0.0)
        attacker.at_most(_scaled(reached, -1.0) | _scaled(judged("customers", people), low), 0.0)
    _read_area(attacker, gains, curve)


def _scaled(keys: list[Key], factor: float) -> dict[Key, float]:
    return dict.fromkeys(keys, factor)


def _bounds(share: float, step: float) -> tuple[float, float]:
    if step == 0 or share in (0.0, 1.0):
        return share, share
    return (
        0.0 if share < 1.5 * step else share - step / 2,
        1.0 if share > 1 - 1.5 * step else share + step / 2,
    )


def _read_area(attacker: Attacker, gains: Mapping[str, Any], curve: Mapping[str, Any]) -> None:
    """The area under the gains curve follows from that under the ROC curve; each piece lies between its ends."""
    report, people = attacker.report, gains["people"]
    if gains["others"] is None:
        return
    nested = report["provenance"]["standard_error"] == "nested"
    share = report["customers"]["rows"] / report["population"]["rows"] if nested else 0.0
    area = share / 2 + (1 - share) * curve["auc"]
    slack = gains["area_step"] / 2 + 1.0 / gains["others"]
    depths = [point["depth"] for point in curve["points"]]
    least: dict[Key, float] = {}
    most: dict[Key, float] = {}
    for at in range(len(depths) - 1):
        key = pieces(people, curve["name"], at, at + 1)[0]
        least[key], most[key] = 1.0 - depths[at + 1], 1.0 - depths[at]
    customers = judged("customers", people)
    attacker.at_most(least | _scaled(customers, -(area + slack)), 0.0)
    attacker.at_most({key: -value for key, value in most.items()} | _scaled(customers, area - slack), 0.0)
    _read_lift_area(attacker, gains, curve, depths)


def _read_lift_area(
    attacker: Attacker, gains: Mapping[str, Any], curve: Mapping[str, Any], depths: list[float]
) -> None:
    """The area under the lift curve is the integral of reach over depth; it begins at the first of the others."""
    least: dict[Key, float] = {}
    most: dict[Key, float] = {}
    for at in range(len(depths) - 1):
        key = pieces(gains["people"], curve["name"], at, at + 1)[0]
        least[key] = -np.log(depths[at + 1])
        most[key] = 1 + np.log(gains["others"]) if at == 0 else -np.log(depths[at])
    customers, slack = judged("customers", gains["people"]), 5 * gains["area_step"]
    area = curve["lift_area"]
    attacker.at_most(least | _scaled(customers, -(area + slack)), 0.0)
    attacker.at_most({key: -value for key, value in most.items()} | _scaled(customers, area - slack), 0.0)


def _read_tenths(attacker: Attacker, tenths: list[Mapping[str, Any]]) -> None:
    everybody = dict.fromkeys(judged("customers", "everybody"), -1.0)
    attacker.say({("tenth", step["tenth"]): 1.0 for step in tenths} | everybody, 0.0)
    told = any("fewer" in step.get("customers_reason", "") for step in tenths)
    for step in tenths:
        key = ("tenth", step["tenth"])
        if step["customers"] is not None:
            attacker.add_up([key], step["customers"])
        elif "fewer" in step["customers_reason"]:
            attacker.at_most({key: 1.0}, 9)
        elif told:
            attacker.at_most({key: -1.0}, -10)


# -- plan and past mailing


def _read_plan(attacker: Attacker, plan: Mapping[str, Any], steps: list[Mapping[str, Any]]) -> None:
    """A segment's people less its prospects are customers, rounded down."""
    customers = {step["segment"]: step["customers"] for step in steps}
    people = {step["segment"]: step["population"] for step in steps}
    step = plan["left_out_step"]
    for segment, count in people.items():
        attacker.add_up([("found", segment), ("not found", segment)], customers[segment])
        attacker.add_up([("found", segment), ("prospect", segment)], count)
    for row in plan["rows"] if step else ():
        left_out = row["people"] - row["prospects"]
        attacker.at_most({("found", row["segment"]): 1.0}, left_out + step - 1)
        attacker.at_most({("found", row["segment"]): -1.0}, -left_out)
    if attacker.report["overlap"] is not None:
        attacker.add_up([("found", segment) for segment in people], attacker.report["overlap"])


def _read_response(attacker: Attacker, response: Mapping[str, Any]) -> None:
    groups = response["groups"]
    people = sum(group["people"] for group in groups)
    sizes = [len(part) for part in np.array_split(np.arange(people), 10)]
    for group in groups:
        tenths = range(group["tenth"], group["last_tenth"] + 1)
        attacker.add_up([("answer", tenth) for tenth in tenths], group["responses"])
        for tenth in tenths:
            attacker.add_up([("answer", tenth), ("no answer", tenth)], sizes[tenth - 1])
    attacker.add_up([("mailing", "found"), ("mailing", "not found")], response["rows"])
    if response["found"] is not None:
        attacker.add_up([("mailing", "found")], response["found"])
    if groups:
        attacker.say({("mailing", "found"): 1.0, ("mailing", "control"): -1.0, ("mailing", "aside"): -1.0}, people)
        if response["found"] is not None:
            attacker.add_up([("mailing", "aside")], 0)
        if response["uplift"]:
            attacker.add_up([("mailing", "control")], response["uplift"][0]["control"])
        _read_responders(attacker, response, sum(group["responses"] for group in groups))
    for test in response["uplift"]:
        _read_uplift(attacker, test, len(response["uplift"]) > 1)


def _read_responders(attacker: Attacker, response: Mapping[str, Any], responders: int) -> None:
    """A sentence may say how many responders are customers."""
    attacker.add_up([("responder", "customer"), ("responder", "no customer")], responders)
    told = re.search(r"Of ([\d,]+)\s\w+, ([\d,]+) are in the customer file", response["sentence"])
    if told:
        assert int(told[1].replace(",", "")) == responders
        attacker.add_up([("responder", "customer")], int(told[2].replace(",", "")))


def _read_uplift(attacker: Attacker, test: Mapping[str, Any], thirds: bool) -> None:
    people = test["people"]
    attacker.add_up([("control", people, "answer"), ("control", people, "no answer")], test["control"])
    attacker.add_up([("mailed", people, "answer"), ("mailed", people, "no answer")], test["mailed"])
    if people == "everybody":
        answers = {("answer", tenth): -1.0 for tenth in range(1, 11)}
        attacker.say({("mailed", people, "answer"): 1.0} | answers, 0.0)
    elif thirds:
        for side in ("mailed", "control"):
            for what in ("answer", "no answer"):
                attacker.say({(side, people, what): 1.0, ("other thirds", side, what, people): 1.0,
                              (side, "everybody", what): -1.0}, 0.0)  # fmt: skip
    for side, count in (("mailed", test["mailed"]), ("control", test["control"])):
        if test[f"{side}_rate"] is not None:
            attacker.add_up([(side, people, "answer")], test[f"{side}_rate"] * count)


# -- groups


def campaign_groups(report: Mapping[str, Any], known: CampaignKnowledge) -> Iterator[tuple[str, list[Key]]]:
    """Yield every group of people that the chapter is about."""
    campaign = report["campaign"]
    for segment in known.people_by_fold:
        yield from ((f"customers of segment {segment} in fold {f}", [("fold", segment, f)]) for f in range(FOLDS))
        for what in ("found", "not found", "prospect"):
            yield f"{what} of segment {segment}", [(what, segment)]
    if campaign["ranking"] is not None:
        for kind in KINDS:
            yield f"{kind} judged", judged(kind, "everybody")
            yield f"{kind} kept", [("kept", kind, "placed"), ("kept", kind, "low")]
            for what in ("judged", "kept"):
                yield from ((f"{kind} {what} {part}", [(what, kind, part)]) for part in ("placed", "low"))
        for gains in campaign["ranking"]["gains"]:
            yield from _pieces_of(gains)
        yield from ((f"tenth {number}", [("tenth", number)]) for number in range(1, 11))
    if campaign["response"] is not None:
        yield from _answers(campaign["response"])


def _pieces_of(gains: Mapping[str, Any]) -> Iterator[tuple[str, list[Key]]]:
    people = gains["people"]
    for curve in CURVES:
        last = len(next(c for c in gains["curves"] if c["name"] == curve)["points"]) - 1
        ends = {(0, at) for at in range(1, last)} | {(at, last) for at in range(1, last)}
        ends |= {(at, at + wide) for wide in (1, 2) for at in range(last + 1 - wide)}
        for first, end in sorted(ends):
            yield f"{people} by {curve} between depths {first} and {end}", pieces(people, curve, first, end)


def _answers(response: Mapping[str, Any]) -> Iterator[tuple[str, list[Key]]]:
    yield from ((f"mailing {what}", [("mailing", what)]) for what in ("found", "not found"))
    if not response["groups"]:
        return
    yield "hold-out", [("mailing", "control")]
    for tenth in range(1, 11):
        yield from ((f"{what} of tenth {tenth}", [(what, tenth)]) for what in ("answer", "no answer"))
    for test in response["uplift"]:
        for side in ("mailed", "control"):
            for what in ("answer", "no answer"):
                yield f"{what} of {side}, {test['people']}", [(side, test["people"], what)]
    yield from ((f"responders, {what}", [("responder", what)]) for what in ("customer", "no customer"))
