"""The campaign's lines of the suppression log."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from reportgen.analysis.calibration import calibrate
from reportgen.analysis.findings import Findings
from reportgen.analysis.gains import Gains
from reportgen.analysis.ranking_findings import RankingFindings
from reportgen.analysis.response import ResponseFindings
from reportgen.analysis.result_campaign import Campaign, Ranking
from reportgen.analysis.result_checks import Suppression
from reportgen.analysis.result_response import PastMailing
from reportgen.analysis.suppression import LEAST, few_people, is_small
from reportgen.formatting import Numeral, is_few, is_withheld
from reportgen.language import say

_PEOPLE = {"everybody": "gains over everybody", "placed": "gains over people with enough data"}


def campaign_log(findings: Findings, campaign: Campaign) -> tuple[Suppression, ...]:
    """List what was rounded, pooled or withheld in the campaign chapter, in its order."""
    found = findings.campaign
    lines = [*_about_reach(findings, campaign)]
    if campaign.ranking is not None and isinstance(found.ranking, RankingFindings):
        lines += _about_gains(found.ranking, campaign.ranking)
        lines += _about_tenths(found.ranking, campaign.ranking)
    elif isinstance(found.ranking, RankingFindings):
        small, why = _small_pieces(found.ranking.gains), say("so few customers are judged that no step hides them")
        lines.append(Suppression("gains", say("gains over everybody"), "withheld", small, 0, why))
    lines += _about_prospects(findings, campaign)
    if campaign.response is not None:
        lines += _about_response(campaign.response, found.response)
    return tuple(lines)


def _about_reach(findings: Findings, campaign: Campaign) -> Iterator[Suppression]:
    by_fold = findings.campaign.ledger.by_fold
    few = sum(int(is_small(side).sum()) for side in by_fold.values())
    if few:
        held = bool(campaign.reach.steps) and campaign.reach.steps[0].held_out is None
        what, why = say("reach in the order of other people"), say("few people of a segment are in a fold")
        yield Suppression("reach", what, "withheld" if held else "rounded", few, 0, why)


def _about_gains(found: RankingFindings, ranking: Ranking) -> Iterator[Suppression]:
    exact = (found.gains, found.placed)
    for gains, given in zip((gains for gains in exact if gains is not None), ranking.gains, strict=True):
        if given.step:
            what = say("gains over people with enough data")
            if given.people == "everybody":
                what = say("gains over everybody")
            why = say("shares of customers are in steps of {step}\u00a0%", step=Numeral(f"{100 * given.step:g}"))
            yield Suppression("gains", what, "rounded", _small_pieces(gains), 0, why)
        if given.reasons:
            what = say("number of people of the gains over people with enough data")
            if given.people == "everybody":
                what = say("number of people of the gains over everybody")
            yield Suppression("gains", what, "withheld", 0, len(given.reasons), next(iter(given.reasons.values())))


def _small_pieces(gains: Gains) -> int:
    """Count the pieces between neighbouring depths that hold less than ten customers."""
    pieces = [np.diff(curve.reach) * gains.customers for curve in gains.curves.values()]
    return sum(int(((piece > 0) & (piece < LEAST)).sum()) for piece in pieces)


def _about_tenths(found: RankingFindings, ranking: Ranking) -> Iterator[Suppression]:
    held = [step for step in ranking.calibration if step.customers is None]
    if held:
        tenths = calibrate(found.held_out.index, found.held_out.customer, found.share)
        few = sum(int(is_small(tenth.customers)) for tenth in tenths)
        yield Suppression(
            "tenths", say("customers by tenth of the index"), "withheld", few, len(held) - few, few_people()
        )


def _about_prospects(findings: Findings, campaign: Campaign) -> Iterator[Suppression]:
    if findings.data.table.overlap is None or findings.campaign.terms.include_customers:
        return
    found = findings.campaign.ledger.found
    people, customers = (findings.tables[side].sizes for side in ("population", "customers"))
    few = int(is_small(np.stack([found, people - found, np.maximum(customers - found, 0)])).sum())
    step, what = campaign.plan.left_out_step, say("customers left out by segment")
    if step == 0:
        why = say("prospects include customers: few of them, or few others, are in a segment")
        yield Suppression("plan", what, "withheld", few, len(found) - 1, why)
    elif step > 1:
        why = say("customers left out are rounded down to multiples of {step}", step=step)
        yield Suppression("plan", what, "rounded", few, len(found) - 1, why)


def _about_response(response: PastMailing, found: object) -> Iterator[Suppression]:
    held = response.reasons.get("found", "")
    if is_few(held) or is_withheld(held):
        yield Suppression("response", say("people of the mailing who were found"), "withheld", 1, 0, few_people())
    if not isinstance(found, ResponseFindings):
        return
    pooled = [group for group in response.groups if group.last_tenth > group.tenth]
    if pooled:
        tenths = sum(group.last_tenth - group.tenth + 1 for group in pooled)
        why = say("fewer than {least} people of a tenth responded, or did not", least=LEAST)
        small = found.small_tenths
        yield Suppression("response", say("tenths of the mailing"), "pooled", small, tenths - small, why)
    withheld = sum(1 for test in response.uplift if test.reasons)
    withheld += 1 + len(found.uplift_by_third) - len(response.uplift) if found.uplift is not None else 0
    if withheld:
        why = say("fewer than {least} people responded, or did not", least=LEAST)
        yield Suppression("response", say("comparison with the hold-out"), "withheld", withheld, 0, why)
