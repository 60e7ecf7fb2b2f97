"""The published form of the plan: people to write to by segment, what they cost, and what they may bring."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from reportgen.analysis.comparison import sampling_interval
from reportgen.analysis.economics import SOURCES, Candidates, Cell, Terms, plan_cells
from reportgen.analysis.findings import Findings, group_counts
from reportgen.analysis.publish_depths import publish_depths
from reportgen.analysis.publish_reach import index_order
from reportgen.analysis.release_prospects import LeftOut, release_left_out
from reportgen.analysis.result_campaign import DepthRow, Plan, PlanRow, Ranking, Term
from reportgen.analysis.suppression import WITHHELD, published_overlap
from reportgen.analysis.verdicts import total_error
from reportgen.formatting import Formatter

NO_TERMS = "the configuration holds no [campaign] table"
NO_MARGIN = "no margin is set in [campaign]"
UNRECOGNISED = "the files share no ids, so customers cannot be recognised in the population"


def publish_plan(findings: Findings, ranking: Ranking | None, fmt: Formatter) -> Plan:
    """Plan a mailing by segments, and by depth of the individual index where it may be trusted."""
    terms = findings.campaign.terms
    released = left_out(findings)
    candidates = prospects_by_segment(findings, released)
    cells = plan_cells(candidates, terms)
    rows = tuple(_row(findings, here, cell, terms) for here, cell in zip(candidates, cells, strict=True))
    reasons = {}
    if findings.data.table.overlap is None:
        reasons["customers_left_out"] = UNRECOGNISED
    elif released.step == 0:
        reasons["customers_left_out"] = WITHHELD
    if terms.break_even is None or not terms.given:
        reasons["break_even_index"] = NO_MARGIN if terms.given else NO_TERMS
    depths = publish_depths(findings, ranking, sum(here.people for here in candidates))
    return Plan(
        sentence="",
        terms=publish_terms(terms),
        break_even_index=terms.break_even if terms.given else None,
        limit=_limit(terms, fmt),
        interval_holds=_holds(terms),
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
    return (
        f"{fmt.quantity(limited.pieces, 'piece', 'pieces')} to those with the highest individual index would bring "
        f"about {fmt.quantity(round(limited.responses), 'response', 'responses')} by the same arithmetic, to whole "
        f"segments about {fmt.count(round(cells[-1].cumulative_responses))}."
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
        ("cost", "responses", "responses_interval", "cumulative_cost", "cumulative_responses"), NO_TERMS
    )  # fmt: skip
    if per_response is None:
        reasons["cost_per_response"] = "no response is expected" if money else NO_TERMS
    if profit is None:
        reasons["profit"] = NO_MARGIN if money else NO_TERMS
    pays = _pays(here, terms) if money else None
    if pays is None:
        reasons["pays"] = NO_MARGIN if money else NO_TERMS
    if group.index is None:
        reasons["index"] = "nobody of the population is in it"
    if here.interval is None:
        reasons["interval"] = "too few people for an interval"
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


def publish_terms(terms: Terms) -> tuple[Term, ...]:
    """List what the plan rests on, assumptions marked; empty without a campaign table."""
    if not terms.given:
        return ()
    yours = "your setting"
    listed = [
        Term("cost_per_piece", "cost per piece", terms.cost, terms.currency, "cost_per_piece" in terms.assumed,
             SOURCES["cost_per_piece"] if "cost_per_piece" in terms.assumed else yours),
        Term("base_response", "response of an unselected mailing", terms.base, "share",
             "base_response" in terms.assumed,
             SOURCES["base_response"] if "base_response" in terms.assumed else yours),
    ]  # fmt: skip
    optional = (
        ("base_pieces", "pieces it was measured on", terms.base_pieces, "count"),
        ("margin", "margin per response", terms.margin, terms.currency),
        ("budget", "budget", terms.budget, terms.currency),
        ("volume", "most pieces", terms.volume, "count"),
    )
    listed += [
        Term(name, label, float(value), unit, False, yours)
        for name, label, value, unit in optional
        if value is not None
    ]
    return tuple(listed)


def _limit(terms: Terms, fmt: Formatter) -> str:
    """Say what ends the plan."""
    if not terms.given:
        return "every segment, since nothing is said about costs"
    parts = []
    if terms.budget is not None:
        pieces = fmt.quantity(terms.most_pieces or 0, "piece", "pieces")
        parts.append(f"the budget of {money(terms.budget, terms.currency, fmt)}, which allows {pieces}")
    elif terms.volume is not None:
        parts.append(f"{fmt.quantity(terms.volume, 'piece', 'pieces')} at most")
    if terms.break_even is not None:
        parts.append(f"no segment below the break-even index of {fmt.index(terms.break_even)}")
    return "; ".join(parts) or "every segment, since neither budget, volume nor margin is set"


def money(value: float, currency: str, fmt: Formatter) -> str:
    """Return an amount with its currency: cents below 100, whole units above."""
    return f"{fmt.decimal(value, 2 if abs(value) < 100 else 0)}\u00a0{currency}"


def _holds(terms: Terms) -> str:
    """Say what the intervals of responses hold, and what not."""
    if not terms.given:
        return "no responses are given"
    if terms.base_interval is None:
        return "index uncertainty only; the base response is taken as exact"
    return f"uncertainty of the index and of the base response, measured on {terms.base_pieces:,} pieces"
