"""The published plan by depth: the prospects who resemble customers most, down to several shares of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from reportgen.analysis.calibration import Depth, at_depth, population_weights, share_above
from reportgen.analysis.economics import Terms, expected_responses, response_interval
from reportgen.analysis.findings import Findings
from reportgen.analysis.gains import DEPTHS, LIFT_DEPTHS, Curve
from reportgen.analysis.publish_terms import no_margin, no_terms
from reportgen.analysis.ranking_findings import SCORE, RankingFindings
from reportgen.analysis.result_campaign import DepthRow, Ranking
from reportgen.analysis.suppression import LEAST
from reportgen.language import say

_DIGITS = 4  # of a share of sampled people, so that their number does not follow from a fraction


def publish_depths(findings: Findings, ranking: Ranking | None, prospects: int) -> tuple[DepthRow, ...]:
    """Cut the placed prospects at several depths; empty where lists may not follow the individual index.

    The mean index at a depth comes from held-out people who may be written to, on the scale where the average placed
    person has 100. Its interval has the relative width of the band of the gains curve at that depth.

    Parameters
    ----------
    prospects
        Placed people who can be written to.
    """
    found = findings.campaign.ranking
    if ranking is None or not ranking.trusted or not isinstance(found, RankingFindings) or prospects == 0:
        return ()
    held, terms = found.held_out, findings.campaign.terms
    placed = held.segments > 0
    index, customer = held.index[placed], held.customer[placed]
    weights = population_weights(customer, _placed_share(findings))
    index = index * 100.0 / float(weights @ index)
    if not terms.include_customers:
        free = ~(customer | held.known[placed])
        index, weights = index[free], weights[free]
    curve = (found.placed or found.gains).curves[SCORE]
    rows = []
    for why, share in _depths(findings, index, weights, prospects):
        depth = at_depth(index, weights, share)
        if min(depth.people, len(index) - depth.people) < LEAST:
            continue  # the mean of a handful is about them
        rows.append(_row(why, depth, round(share * prospects), _band(curve, share, depth.mean), terms))
    return tuple(rows)


def _placed_share(findings: Findings) -> float:
    """Share of the placed population that is customers and not among the others."""
    if not findings.data.table.nested:
        return 0.0
    placed = int(findings.tables["population"].sizes[1:].sum())
    return min(int(findings.campaign.ledger.found[1:].sum()) / placed, 1.0) if placed else 0.0


def _depths(findings: Findings, index: np.ndarray, weights: np.ndarray, prospects: int) -> Iterator[tuple[str, float]]:
    terms = findings.campaign.terms
    for share in LIFT_DEPTHS:
        yield "", share
    most = terms.most_pieces if terms.given else None
    if most is not None and 0 < most < prospects:
        yield "budget" if terms.budget is not None else "volume", most / prospects
    if terms.given and terms.break_even is not None:
        above = round(share_above(index, weights, terms.break_even), _DIGITS)
        if 0 < above < 1:
            yield "break-even", above


def _band(curve: Curve, share: float, mean: float) -> tuple[float, float]:
    """Scale the band of the gains curve at a depth to an index."""
    reach, low, high = (float(np.interp(share, DEPTHS, values)) for values in (curve.reach, curve.low, curve.high))
    if reach <= 0:
        return 0.0, mean
    return mean * low / reach, mean * high / reach


def _row(why: str, depth: Depth, pieces: int, interval: tuple[float, float], terms: Terms) -> DepthRow:
    responses = expected_responses(pieces, depth.mean, terms.base)
    cost = pieces * terms.cost
    reasons = {}
    if not terms.given:
        reasons = dict.fromkeys(("cost", "responses", "responses_interval", "cost_per_response", "profit"), no_terms())
    elif terms.margin is None:
        reasons["profit"] = no_margin()
    given = terms.given
    if given and responses <= 0:
        reasons["cost_per_response"] = say("no response is expected")
    return DepthRow(
        why=why,
        depth=depth.share,
        pieces=pieces,
        lowest_index=float(round(depth.lowest)),  # that of one person
        mean_index=depth.mean,
        interval=interval,
        cost=cost if given else None,
        responses=responses if given else None,
        responses_interval=response_interval(pieces, depth.mean, interval, terms) if given else None,
        cost_per_response=cost / responses if given and responses > 0 else None,
        profit=responses * terms.margin - cost if given and terms.margin is not None else None,
        reasons=reasons,
    )
