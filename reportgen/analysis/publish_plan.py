"""The published form of the plan: people to write to by segment, what they cost, and what they may bring."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from reportgen.analysis.comparison import sampling_interval
from reportgen.analysis.economics import Candidates, Cell, Terms, plan_cells
from reportgen.analysis.findings import Findings, group_counts
from reportgen.analysis.publish_depths import publish_depths
from reportgen.analysis.publish_reach import index_order
from reportgen.analysis.publish_terms import money, no_margin, no_terms, publish_terms
from reportgen.analysis.release_prospects import LeftOut, release_left_out
from reportgen.analysis.result_campaign import DepthRow, Plan, PlanRow, Ranking
from reportgen.analysis.suppression import held_back, published_overlap
from reportgen.analysis.verdicts import total_error
from reportgen.formatting import Formatter
from reportgen.language import say


def publish_plan(findings: Findings, ranking: Ranking | None, fmt: Formatter) -> Plan:
    """Plan a mailing by segments, and by depth of the individual index where it may be trusted."""
    terms = findings.campaign.terms
    released = left_out(findings)
    candidates = prospects_by_segment(findings, released)
    cells = plan_cells(candidates, terms)
    rows = tuple(_row(findings, here, cell, terms) for here, cell in zip(candidates, cells, strict=True))
    reasons = {}
    if findings.data.table.overlap is None:
        reasons["customers_left_out"] = say(
            "the files share no ids, so customers cannot be recognised in the population"
        )
    elif released.step == 0:
        reasons["customers_left_out"] = held_back()
    if terms.break_even is None or not terms.given:
        reasons["break_even_index"] = no_margin() if terms.given else no_terms()
    depths = publish_depths(findings, ranking, sum(here.people for here in candidates))
    return Plan(
        sentence="",
        terms=publish_terms(terms),
        break_even_index=terms.break_even if terms.given else None,
        limit=_limit(terms, fmt),
        interval_holds=_holds(terms, fmt),
        customers_left_out=None if "customers_left_out" in reasons else int(released.by_segment[1:].sum()),
        left_out_step=released.step,
        low_information=int(findings.tables["population"].sizes[0]),
        rows=rows,
        depths=depths,
        depth_sentence=_depth_sentence(depths, cells, fmt) if terms.given else "",
        caveats=(),
        reasons=reasons,
    )


def _depth_sentence(depths: Sequence[DepthRow], cells: Sequence[Cell], fmt: Formatter) -> str:
    """Set the same number of pieces by individual index beside the plan by segments; empty where there is none."""
    limited = next((row for row in depths if row.why in ("budget", "volume")), None)
    if limited is None or limited.responses is None or cells[-1].cumulative_pieces != limited.pieces:
        return ""
    return say(
        "{pieces} to those with the highest individual index would bring about {responses} by the same arithmetic, to "
        "whole segments about {by_segments}.",
        pieces=fmt.quantity(limited.pieces, "piece", "pieces"),
        responses=fmt.quantity(round(limited.responses), "response", "responses"),
        by_segments=fmt.count(round(cells[-1].cumulative_responses)),
    )


def left_out(findings: Findings) -> LeftOut:
    """Return the customers by segment who are left out of the prospects, as they may be given."""
    found = findings.campaign.ledger.found
    if findings.campaign.terms.include_customers:
        return LeftOut(np.zeros_like(found), 1)
    people, customers = (findings.tables[side].sizes for side in ("population", "customers"))
    return release_left_out(found, people, customers, published_overlap(findings.data.table))


def prospects_by_segment(findings: Findings, released: LeftOut) -> tuple[Candidates, ...]:
    """Return the placed segments by falling index with the people in them who may be written to."""
    candidates = []
    for segment in index_order(findings):
        group = group_counts(findings, [segment])
        error = total_error(group, findings.spread.log_sd([segment]))
        interval = error.interval if error else sampling_interval(group)
        people = group.n - int(released.by_segment[segment])
        candidates.append(Candidates(segment, people, group.index or 0.0, interval))
    return tuple(candidates)


def _row(findings: Findings, here: Candidates, cell: Cell, terms: Terms) -> PlanRow:
    group = group_counts(findings, [here.segment])
    money = terms.given
    per_response = cell.cost_per_response if money else None
    profit = cell.profit(terms.margin) if money and terms.margin is not None else None
    reasons = {} if money else dict.fromkeys(
        ("cost", "responses", "responses_interval", "cumulative_cost", "cumulative_responses"), no_terms()
    )  # fmt: skip
    if per_response is None:
        reasons["cost_per_response"] = say("no response is expected") if money else no_terms()
    if profit is None:
        reasons["profit"] = no_margin() if money else no_terms()
    pays = _pays(here, terms) if money else None
    if pays is None:
        reasons["pays"] = no_margin() if money else no_terms()
    if group.index is None:
        reasons["index"] = say("nobody of the population is in it")
    if here.interval is None:
        reasons["interval"] = say("too few people for an interval")
    return PlanRow(
        segment=findings.id_of(here.segment),
        people=group.n,
        prospects=here.people,
        index=group.index,
        interval=here.interval,
        pays=pays,
        pieces=cell.pieces,
        cost=cell.cost if money else None,
        responses=cell.responses if money else None,
        responses_interval=cell.interval if money else None,
        cost_per_response=per_response,
        profit=profit,
        cumulative_pieces=cell.cumulative_pieces,
        cumulative_cost=cell.cumulative_cost if money else None,
        cumulative_responses=cell.cumulative_responses if money else None,
        reasons=reasons,
    )


def _pays(here: Candidates, terms: Terms) -> str | None:
    """Compare the interval of the index with the break-even index."""
    if terms.break_even is None:
        return None
    if here.interval is None:
        return "open"
    if here.interval[0] >= terms.break_even:
        return "yes"
    return "no" if here.interval[1] < terms.break_even else "open"


def _limit(terms: Terms, fmt: Formatter) -> str:
    """Say what ends the plan."""
    if not terms.given:
        return say("every segment, since nothing is said about costs")
    parts: list[str] = []
    if terms.budget is not None:
        budget = money(terms.budget, terms.currency, fmt)
        pieces = fmt.quantity(terms.most_pieces or 0, "piece", "pieces")
        parts.append(say("the budget of {budget}, which allows {pieces}", budget=budget, pieces=pieces))
    elif terms.volume is not None:
        parts.append(say("{pieces} at most", pieces=fmt.quantity(terms.volume, "piece", "pieces")))
    if terms.break_even is not None:
        parts.append(say("no segment below the break-even index of {index}", index=fmt.index(terms.break_even)))
    return "; ".join(parts) or say("every segment, since neither budget, volume nor margin is set")


def _holds(terms: Terms, fmt: Formatter) -> str:
    """Say what the intervals of responses hold, and what not."""
    if not terms.given:
        return say("no responses are given")
    if terms.base_interval is None:
        return say("index uncertainty only; the base response is taken as exact")
    return say(
        "uncertainty of the index and of the base response, measured on {number} pieces",
        number=fmt.count(terms.base_pieces),
    )
