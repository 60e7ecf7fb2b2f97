"""A made-up campaign for made-up people: folds, a sample that was judged, customers found, and a past mailing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.calibration import TENTHS, calibrate
from reportgen.analysis.campaign_findings import CampaignFindings
from reportgen.analysis.economics import Terms
from reportgen.analysis.folds import FOLDS
from reportgen.analysis.gains import DEPTHS, Gains, compare_rankings
from reportgen.analysis.ranking_findings import SCORE, SEGMENTS, HeldOut, RankingFindings
from reportgen.analysis.reach import FoldLedger
from reportgen.analysis.response import DECILES, ResponseFindings, ResponseRows, evaluate_response
from reportgen.ingest.table import SideName
from tests.oracle.attacker import Key
from tests.oracle.campaign_attacker import CampaignKnowledge

_LEAST = 20
_TERMS = Terms(given=True, cost=0.5, base=0.01, margin=40.0)
Truth = Counter[Key]


@dataclass(frozen=True)
class People:
    """Segments of everybody, and who is a customer.

    Attributes
    ----------
    population, customers : ndarray of int8
        Segments by row of either side.
    known : ndarray of bool, shape of ``population``
        Who of the population is a customer.
    nested
        Whether all customers are.
    """

    population: NDArray[np.int8]
    customers: NDArray[np.int8]
    known: NDArray[np.bool_]
    nested: bool


@dataclass(frozen=True)
class MadeUp:
    """A campaign with what is true of its people."""

    findings: CampaignFindings
    truth: Truth
    known: CampaignKnowledge


def draw_campaign(base: CampaignFindings, people: People, k: int, random: np.random.Generator) -> MadeUp:
    """Draw folds, numbers to rank by, who was judged, and a mailing."""
    ledger = FoldLedger(k, 1, np.zeros(0, dtype=np.uint64))
    truth: Truth = Counter()
    sides: tuple[tuple[SideName, NDArray[np.int8]], ...] = (
        ("population", people.population), ("customers", people.customers),
    )  # fmt: skip
    for side, segments in sides:
        np.add.at(ledger.by_fold[side], (segments, random.integers(0, FOLDS, len(segments))), 1)
    ledger.found += np.bincount(people.population[people.known], minlength=k + 1)
    for segment in range(k + 1):
        customers = int((people.customers == segment).sum())
        truth["found", segment] = int(ledger.found[segment])
        truth["not found", segment] = customers - int(ledger.found[segment])
        truth["prospect", segment] = int((people.population == segment).sum()) - int(ledger.found[segment])
        for fold in range(FOLDS):
            truth["fold", segment, fold] = int(ledger.by_fold["customers"][segment, fold])
    assert isinstance(base.ranking, RankingFindings)
    ranking, sampled = _draw_ranking(base.ranking, people, random, truth)
    rows = _draw_mailing(random)
    response = evaluate_response(rows, 1)
    _count_mailing(rows, response.judged if isinstance(response, ResponseFindings) else rows, truth)
    known = CampaignKnowledge(
        {s: tuple(ledger.by_fold["population"][s].tolist()) for s in range(k + 1)}, _orders(ledger, k), sampled
    )
    return MadeUp(CampaignFindings(ranking, ledger, _TERMS, response), truth, known)


def _orders(ledger: FoldLedger, k: int) -> tuple[tuple[int, ...], ...]:
    """Return the order of the segments in each fold by customers per person in the rest, segment 0 last."""
    found = []
    for fold in range(FOLDS):
        rest = {side: by_fold.sum(axis=1) - by_fold[:, fold] for side, by_fold in ledger.by_fold.items()}
        rate = rest["customers"] / np.maximum(rest["population"], 1)
        overall = ledger.by_fold["customers"].sum(axis=1) / np.maximum(ledger.by_fold["population"].sum(axis=1), 1)
        placed = sorted(range(1, k + 1), key=lambda s: (-rate[s], -overall[s], s))
        found.append((*placed, 0))
    return tuple(found)


def _draw_ranking(
    base: RankingFindings, people: People, random: np.random.Generator, truth: Truth
) -> tuple[RankingFindings, dict[str, tuple[int, int]]]:
    """Draw an index that tells customers from others more or less well, and judge it on four people of five."""
    others = people.population[~people.known] if people.nested else people.population
    segments = np.concatenate([others, people.customers])
    customer = np.arange(len(segments)) >= len(others)
    share = len(people.customers) / len(people.population) if people.nested else 0.0
    strength = random.uniform(0.2, 3.0)
    index = 100 * np.exp(strength * customer + 0.3 * segments + random.standard_normal(len(segments)))
    if random.random() < 0.3:
        index = np.round(index, -2)  # many people with one number
    kept = random.random(len(segments)) < 0.2
    known = np.zeros(len(segments), dtype=np.bool_)
    if not people.nested:
        known[: len(others)] = people.known
    sampled = np.bincount(4 * customer + 2 * kept + (segments == 0), minlength=8).reshape(2, 2, 2)
    for number, kind in enumerate(("others", "customers")):
        for row, what in enumerate(("judged", "kept")):
            for at, part in enumerate(("placed", "low")):
                truth[what, kind, part] = int(sampled[number, row, at])
    judged = ~kept
    rankings = {SEGMENTS: segments.astype(np.float64), SCORE: index}
    placed = judged & (segments > 0)
    enough = placed.sum() < judged.sum() and min(customer[placed].sum(), (~customer)[placed].sum()) >= _LEAST
    ranking = replace(
        base,
        held_out=HeldOut(
            index[judged], segments[judged].astype(np.int16), customer[judged], known[judged]
        ),
        sampled=sampled,
        gains=_judge(rankings, customer, judged, share, "everybody", truth),
        placed=_judge(rankings, customer, placed, share, "placed", truth) if enough else None,
        leakage=None,
        placed_leakage=None,
        share=share,
    )  # fmt: skip
    tenths = calibrate(ranking.held_out.index, ranking.held_out.customer, share)
    assert len(tenths) == TENTHS
    for number, tenth in enumerate(tenths, start=1):
        truth["tenth", number] = tenth.customers
    return ranking, {
        kind: (int(by_part[:, 0].sum()), int(by_part[:, 1].sum()))
        for kind, by_part in zip(("others", "customers"), sampled, strict=True)
    }


def _judge(
    rankings: dict[str, NDArray[np.float64]],
    customer: NDArray[np.bool_],
    chosen: NDArray[np.bool_],
    share: float,
    people: str,
    truth: Truth,
) -> Gains:
    gains = compare_rankings({n: v[chosen] for n, v in rankings.items()}, customer[chosen], share, 1, replicates=20)
    for name, curve in gains.curves.items():
        for at, part in enumerate(np.diff(curve.reach) * gains.customers):
            truth["piece", people, name, at] = part  # people who share a number count in part
    assert len(DEPTHS) == len(curve.reach)
    return gains


def _draw_mailing(random: np.random.Generator) -> ResponseRows:
    people = int(np.exp(random.uniform(np.log(60), np.log(4_000))))
    index = 100 * np.exp(random.standard_normal(people))
    rate = np.clip(random.uniform(0.005, 0.3) * (index / 100) ** random.uniform(0, 1), 0, 0.97)
    response = random.random(people) < rate
    control = random.random(people) < random.choice([0.002, 0.02, 0.1, 0.5]) if random.random() < 0.8 else None
    customer = random.random(people) < random.choice([0.0, 0.01, 0.1, 0.99])
    amount = np.where(response, random.gamma(4, 20, people), 0.0)
    missed = int(random.choice([0, 3, 50]))
    return ResponseRows(index, response, amount, control, customer, "mailing.csv", "c" * 64, people + missed)


def _count_mailing(found: ResponseRows, rows: ResponseRows, truth: Truth) -> None:
    control = np.zeros(len(rows.index), dtype=np.bool_) if rows.control is None else rows.control
    truth["mailing", "found"], truth["mailing", "not found"] = len(found.index), found.rows - len(found.index)
    truth["mailing", "aside"] = len(found.index) - len(rows.index)
    truth["mailing", "control"] = int(control.sum())
    mailed = np.flatnonzero(~control)
    order = mailed[np.argsort(-rows.index[mailed], kind="stable")]
    for number, tenth in enumerate(np.array_split(order, DECILES), start=1):
        truth["answer", number] = int(rows.response[tenth].sum())
        truth["no answer", number] = len(tenth) - truth["answer", number]
    ranked = np.argsort(-rows.index, kind="stable")
    names = ("third with the highest index", "middle third", "third with the lowest index")
    parts = {"everybody": ranked} | dict(zip(names, np.array_split(ranked, 3), strict=True))
    for people, chosen in parts.items():
        for side, here in (("mailed", chosen[~control[chosen]]), ("control", chosen[control[chosen]])):
            truth[side, people, "answer"] = int(rows.response[here].sum())
            truth[side, people, "no answer"] = int((~rows.response[here]).sum())
    for people in names:
        for side in ("mailed", "control"):
            for what in ("answer", "no answer"):
                rest = truth[side, "everybody", what] - truth[side, people, what]
                truth["other thirds", side, what, people] = rest
    truth["responder", "customer"] = int((rows.response & ~control & rows.customer).sum())
    truth["responder", "no customer"] = int((rows.response & ~control & ~rows.customer).sum())
