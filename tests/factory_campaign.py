"""A made-up campaign chapter, consistent with the made-up segments."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.analysis.economics import SOURCES
from reportgen.analysis.gains import DEPTHS, LIFT_DEPTHS
from reportgen.analysis.reach import quadrant, share_interval
from reportgen.analysis.result_campaign import (
    CalibrationStep,
    Campaign,
    DepthRow,
    GainsCurve,
    GainsOf,
    GainsPoint,
    Increment,
    LeakageTest,
    Lift,
    ModelCandidate,
    Plan,
    PlanRow,
    Ranking,
    Reach,
    ReachStep,
    TellingColumn,
    Term,
    Trial,
)
from reportgen.analysis.result_parts import Interval
from reportgen.analysis.result_response import PastMailing, ResponseGroup, UpliftTest
from reportgen.analysis.result_segments import Segment

COST, BASE, MARGIN = 0.85, 0.008, 60.0
_PLANNED_WITH = 3  # segments that the made-up budget reaches
_NO_TERMS = "the configuration holds no [campaign] table"


def campaign_of(segments: Sequence[Segment], *, given: bool = False, ranked: bool = True) -> Campaign:
    """Return a chapter; with ``given`` it has costs, a test and a past mailing, without ``ranked`` no score."""
    order = sorted((s for s in segments if s.id), key=lambda s: -(s.index_placed or 0.0))
    reach = _reach([*order, *(s for s in segments if s.id == 0)], len(order))
    plan = _plan(order, given=given)
    reasons = {} if ranked else {"ranking": "a ranking needs at least 100 customers, and there are 48"}
    if not given:
        reasons |= {"trial": _NO_TERMS, "response": "no past mailing is given (--response FILE)"}
    return Campaign(
        given=given,
        leads_with="score" if ranked else "segments",
        sentence=plan.sentence if given else reach.sentence,
        currency="EUR",
        reach=reach,
        ranking=_ranking() if ranked else None,
        plan=plan,
        trial=_trial(plan) if given else None,
        response=_response() if given else None,
        reasons=reasons,
    )


def _reach(order: Sequence[Segment], k: int) -> Reach:
    large = sum(s.population.share for s in order if s.id) / max(k, 1)
    total = sum(s.customers.count for s in order)
    people = customers = 0
    placed_people = placed_customers = 0
    all_placed = sum(s.population.count for s in order if s.id), sum(s.customers.count for s in order if s.id)
    steps = []
    for segment in order:
        people += segment.population.count
        customers += segment.customers.count
        if segment.id:
            placed_people += segment.population.count
            placed_customers += segment.customers.count
        apart = segment.id == 0
        index = segment.index if apart else segment.index_placed
        cumulative = 100 * (placed_customers / all_placed[1]) / (placed_people / all_placed[0])
        steps.append(
            ReachStep(
                segment=segment.id,
                place="apart" if apart else quadrant(segment.population.share, index or 0.0, large),
                population=segment.population.count,
                customers=segment.customers.count,
                penetration=segment.penetration,
                index=index,
                interval=segment.interval_total or segment.interval_sampling,
                cumulative_population=people / (people if apart else sum(s.population.count for s in order)),
                cumulative_customers=customers / total,
                cumulative_interval=share_interval(customers, total, 0.02),
                cumulative_index=None if apart else cumulative,
                held_out=customers / total,
                reasons={"cumulative_index": "low-information records are not compared with placed people"}
                if apart
                else {},
            )
        )
    above = [step for step in steps if step.segment and (step.index or 0) > 100]
    sentence = (
        f"The {len(above)} segments above average are {100 * above[-1].cumulative_population:.0f} % of the population "
        f"and hold {100 * above[-1].cumulative_customers:.0f} % of customers."
        if above
        else "No segment holds more customers than its share of the population."
    )
    return Reach(large, 100.0, 0.0001, tuple(steps), sentence)


def _bend(depth: float, power: float) -> float:
    """A gains curve: 1 - (1 - depth) to a power."""
    return float(1.0 - (1.0 - depth) ** power)


def _curve(name: str, label: str, power: float, auc: float, width: float) -> GainsCurve:
    def band(value: float) -> Interval:
        return max(value - width * value * (1 - value), 0.0), min(value + width * value * (1 - value), 1.0)

    lifts = []
    for depth in LIFT_DEPTHS:
        low, high = band(_bend(depth, power))
        lifts.append(Lift(depth, _bend(depth, power) / depth, (low / depth, high / depth)))
    points = tuple(GainsPoint(float(d), _bend(float(d), power), band(_bend(float(d), power))) for d in DEPTHS)
    margin = width / 10
    area = 1.0 + 0.4 * (power - 1.0)
    return GainsCurve(
        name, label, auc, (auc - margin, auc + margin), area, (area - margin, area + margin), tuple(lifts), points
    )


def _gains(people: str) -> GainsOf:
    curves = (
        _curve("random", "random order", 1.0, 0.5, 0.0),
        _curve("segments", "segments only", 2.6, 0.72, 0.08),
        _curve("score", "segments and individual index", 3.4, 0.78, 0.08),
    )
    increments = tuple(
        Increment(d, _bend(d, 2.6), _bend(d, 3.4), _bend(d, 3.4) - _bend(d, 2.6), (0.01, 0.09)) for d in LIFT_DEPTHS
    )
    return GainsOf(people, 12_400, 15_900, 0.0, 0.0001, curves, increments)


def _ranking() -> Ranking:
    predicted = (0.31, 0.19, 0.13, 0.10, 0.08, 0.06, 0.05, 0.04, 0.03, 0.01)
    return Ranking(
        model="boosted trees",
        candidates=(
            ModelCandidate("boosted trees", 0.781, True), ModelCandidate("logistic regression", 0.764, False),
        ),
        choice_sentence="On people kept for this choice, the area under the curve (customers against everybody) is "
        "0.781 for boosted trees and 0.764 for logistic regression: 0.017 in favour of boosted trees.",
        basis="everybody",
        folds=5,
        sample_customers=12_400,
        sample_others=15_900,
        columns=58,
        sensitive=(),
        mean_before_rescaling=101.3,
        gains=(_gains("everybody"), _gains("placed")),
        increment_sentence="At 20 % of the people with enough data, segments alone reach 44 % of held-out customers "
        "and the individual index 53 %: 9.1 points more (7.2 to 11.0).",
        calibration=tuple(
            CalibrationStep(number, 1000 * p, p, p * 1.02, (p * 0.95, p * 1.09), round(12_400 * p))
            for number, p in enumerate(predicted, start=1)
        ),
        leakage=(
            LeakageTest("everybody", 0.56, (0.55, 0.57), 0.78, 0.21, False,
                        "Missing values alone hardly tell customers from the population (area under the curve 0.56, "
                        "where the ranking has 0.78)."),
        ),
        telling=(TellingColumn("ALTERSKATEGORIE_GROB", "Age", 0.67),),
        targets=True,
        trusted=True,
        sentence="The tenth of the population that resembles customers most holds 3.0 times as many of the held-out "
        "customers as a random tenth (2.9 to 3.1; area under the curve 0.78, 0.77 to 0.79).",
    )  # fmt: skip


def _plan(order: Sequence[Segment], *, given: bool) -> Plan:
    rows = []
    pieces_sum, cost_sum, responses_sum = 0, 0.0, 0.0
    for number, segment in enumerate(order):
        prospects = segment.population.count - segment.customers.count // 10
        index = segment.index_placed or 0.0
        pieces = prospects if not given or number < _PLANNED_WITH else 0
        responses = pieces * BASE * index / 100
        pieces_sum, cost_sum, responses_sum = pieces_sum + pieces, cost_sum + pieces * COST, responses_sum + responses
        reasons = {} if given else dict.fromkeys(
            ("pays", "cost", "responses", "responses_interval", "cost_per_response", "profit", "cumulative_cost",
             "cumulative_responses"), _NO_TERMS,
        )  # fmt: skip
        if given and not responses:
            reasons["cost_per_response"] = "no response is expected"
        rows.append(
            PlanRow(
                segment=segment.id,
                people=segment.population.count,
                prospects=prospects,
                index=index,
                interval=segment.interval_total or segment.interval_sampling,
                pays=None if not given else "yes" if index > 177 else "no",
                pieces=pieces,
                cost=pieces * COST if given else None,
                responses=responses if given else None,
                responses_interval=(0.9 * responses, 1.1 * responses) if given else None,
                cost_per_response=pieces * COST / responses if given and responses else None,
                profit=responses * MARGIN - pieces * COST if given else None,
                cumulative_pieces=pieces_sum,
                cumulative_cost=cost_sum if given else None,
                cumulative_responses=responses_sum if given else None,
                reasons=reasons,
            )
        )
    prospects = sum(row.prospects for row in rows)
    terms = (
        Term("cost_per_piece", "cost per piece", COST, "EUR", False, "your setting"),
        Term("base_response", "response of an unselected mailing", BASE, "share", True, SOURCES["base_response"]),
        Term("margin", "margin per response", MARGIN, "EUR", False, "your setting"),
        Term("budget", "budget", 150_000.0, "EUR", False, "your setting"),
    )
    sentence = (
        f"{pieces_sum:,} pieces to prospects in the first {_PLANNED_WITH} segments cost {cost_sum:,.0f} EUR and bring "
        f"about {responses_sum:,.0f} responses, if the response is in proportion to the index."
        if given
        else f"{prospects:,} prospects in {len(rows)} segments."
    )
    return Plan(
        sentence=sentence,
        terms=terms if given else (),
        break_even_index=100 * COST / (MARGIN * BASE) if given else None,
        limit="the budget of 150,000 EUR" if given else "every segment, since nothing is said about costs",
        interval_holds="index uncertainty only; the base response is taken as exact"
        if given
        else "no responses are given",
        customers_left_out=sum(s.customers.count // 10 for s in order),
        left_out_step=1,
        low_information=93_000,
        rows=tuple(rows),
        depths=tuple(_depth(share, prospects, given=given) for share in LIFT_DEPTHS),
        depth_sentence="",
        caveats=(
            "A high index means that someone resembles current customers, never that they will respond: it says who is "
            "a customer, not who answers a mailing.",
        ),
        reasons={} if given else {"break_even_index": _NO_TERMS},
    )


def _depth(share: float, prospects: int, *, given: bool) -> DepthRow:
    pieces, mean = round(share * prospects), 100 * _bend(share, 3.4) / share
    responses = pieces * BASE * mean / 100
    return DepthRow(
        why="",
        depth=share,
        pieces=pieces,
        lowest_index=0.8 * mean,
        mean_index=mean,
        interval=(0.96 * mean, 1.04 * mean),
        cost=pieces * COST if given else None,
        responses=responses if given else None,
        responses_interval=(0.96 * responses, 1.04 * responses) if given else None,
        cost_per_response=pieces * COST / responses if given else None,
        profit=responses * MARGIN - pieces * COST if given else None,
        reasons={}
        if given
        else dict.fromkeys(("cost", "responses", "responses_interval", "cost_per_response", "profit"), _NO_TERMS),
    )


def _trial(plan: Plan) -> Trial:
    mailed = plan.rows[-1].cumulative_pieces
    return Trial(
        power=0.8, significance=0.05, detect=0.2, base=BASE, planned_rate=0.016, cell=2_310, measure_base=11_909,
        mailed=mailed, holdout=round(mailed / 9), detectable_rate=0.0092, holdout_needed=13_400,
        sentence="With 19,000 people left out, 80 % of such tests find an effect if 1.6 % of those written to respond "
        "and at most 0.9 % of those left out.",
    )  # fmt: skip


def _response() -> PastMailing:
    rates = (0.031, 0.024, 0.021, 0.016, 0.015, 0.013, 0.012, 0.010, 0.009, 0.008)
    groups = tuple(
        ResponseGroup(
            tenth=number, last_tenth=number, people=2_000, responses=round(2_000 * rate),
            mean_index=250 - 22 * number, rate=rate, interval=(rate - 0.005, rate + 0.006), predicted=rate * 1.05,
            amount=80 * rate,
            amount_interval=(70 * rate, 90 * rate), profit=60 * rate - COST,
            profit_interval=(50 * rate - COST, 70 * rate - COST),
        )
        for number, rate in enumerate(rates, start=1)
    )  # fmt: skip
    return PastMailing(
        file="mailing.csv", sha256="c" * 64, rows=24_000, found=22_000, auc=0.63, auc_interval=(0.60, 0.66), slope=0.81,
        slope_interval=(0.62, 1.00), responding_customers=0,
        slope_without_customers=0.74, slope_without_customers_interval=(0.5, 0.98), groups=groups,
        uplift=(UpliftTest("everybody", 20_000, 0.016, 2_000, 0.011, 0.005, (0.0001, 0.0094), True),),
        sentence="In this mailing 3.1 % of the tenth with the highest index responded and 0.8 % of the one with the "
        "lowest; a response in proportion to the index fits (exponent 0.81, 0.62 to 1.00).",
        uplift_sentence="Against the hold-out, 0.50 points more of those written to responded (0.01 to 0.94 points).",
    )  # fmt: skip
