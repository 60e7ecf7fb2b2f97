"""From segments to a mailing: whom to write to, how deep, what it costs and may bring, and how sure that is."""

from __future__ import annotations

from reportgen.analysis.codes import in_words
from reportgen.analysis.result_campaign import GainsOf, ReachStep
from reportgen.formatting import is_withheld
from reportgen.language import mark, say, say_marked
from reportgen.report.campaign_plan import plan_sections
from reportgen.report.campaign_response import response_section
from reportgen.report.campaign_trust import share_range, trust_section
from reportgen.report.desk import Desk
from reportgen.report.views import Cell, Column, Page, Row, Section, Table
from reportgen.report.wording import capital

_GAINS_OVER = {
    "everybody": mark("Held-out gains over everybody"),
    "placed": mark("Held-out gains over people with enough data"),
}


def campaign_page(desk: Desk) -> Page:
    """Return the chapter; the plan comes first when the configuration says something about a campaign."""
    campaign = desk.analysis.campaign
    response = response_section(desk)
    order = _printed(desk) if desk.is_print else _on_screen(desk)
    return Page(
        id="campaign",
        file="campaign.html",
        kicker=say("Campaign"),
        question=say("How deep do we mail, and what does it bring?"),
        heading=campaign.sentence,
        lead=_lead(desk),
        sections=(*order, *((response,) if response else ())),
        href=desk.page("campaign"),
    )


def _on_screen(desk: Desk) -> tuple[Section, ...]:
    """Return every section, first what the report leads with."""
    campaign = desk.analysis.campaign
    reach, plan = (_reach(desk),), plan_sections(desk)
    ranking = tuple(section for section in (_ranking(desk), trust_section(desk)) if section is not None)
    measured = (*reach, *ranking) if campaign.leads_with == "segments" else (*ranking, *reach)
    return (*plan, *measured) if campaign.given else (*measured, *plan)


def _printed(desk: Desk) -> tuple[Section, ...]:
    """Return what can be read in a few minutes: both curves on one page, and the plan or, without one, the reach."""
    campaign = desk.analysis.campaign
    reach, ranking = _reach(desk), _ranking(desk)
    trust = trust_section(desk)
    curves = Section(
        id="campaign-curves",
        title=say("Reach by segments, and by individual index"),
        text=(*reach.text, *ranking.text[:1], *(trust.text if trust else ())),
        figures=(*reach.figures, *ranking.figures),
        # beside a past mailing paper shows the curves alone; the table is among the attached files
        tables=() if desk.analysis.campaign.response is not None else ranking.tables[-1:],
    )
    if campaign.given:
        return (*plan_sections(desk), curves)
    steps = Section(
        id="campaign-steps",
        title=say("Segment after segment"),
        tables=reach.tables,
        bullets=campaign.plan.caveats[1:],
    )
    return curves, steps


def _lead(desk: Desk) -> tuple[str, ...]:
    campaign = desk.analysis.campaign
    told = [campaign.plan.caveats[0]]
    if campaign.ranking is not None and campaign.ranking.sentence != campaign.sentence:
        told.append(campaign.ranking.sentence)
    return tuple(told)


def _reach(desk: Desk) -> Section:
    fmt, reach = desk.fmt, desk.analysis.campaign.reach
    columns = (
        Column(say("Segment"), "text", 21), Column(say("Place"), "text", 14), Column(say("People"), "number", 9),
        Column(say("Customers"), "number", 10), Column(say("Per 100 people"), "number", 8),
        Column(say("Index"), "number", 7), Column(say("Population so far"), "number", 10),
        Column(say("Customers so far"), "number", 10), Column(say("95\u00a0% interval"), "number", 11),
    )  # fmt: skip
    table = Table(
        id="table-reach",
        caption=say("Segment after segment: people, customers, and how far they reach together"),
        columns=columns,
        stack=True,
        rows=tuple(_reach_row(desk, step) for step in reach.steps),
        note=say(
            "Core: at least {share} of the population (the average segment) and an index of 100 or more; niche: "
            "smaller; developmental: as large, but below 100; marginal: neither. Customers so far are of all "
            "customers; their interval counts chance and, where segments are found again, how firmly they stand.",
            share=fmt.share_in_table(reach.large_from),
        ),
        csv=desk.csv("reach-steps"),
    )
    return Section(
        id="campaign-reach",
        title=say("Reach by segments"),
        text=(reach.sentence,) if reach.sentence != desk.analysis.campaign.sentence else (),
        figures=desk.figures("reach"),
        tables=(table,),
    )


def _reach_row(desk: Desk, step: ReachStep) -> Row:
    fmt = desk.fmt
    return Row(
        (
            desk.segment_cell(desk.analysis.by_id[step.segment]),
            Cell(in_words(step.place)),
            Cell(fmt.count(step.population)),
            Cell(fmt.count(step.customers)),
            Cell(fmt.decimal(100 * step.penetration, 1)),
            Cell(fmt.index(step.index), tone="strong"),
            Cell(fmt.share_in_table(step.cumulative_population)),
            Cell(fmt.share_in_table(step.cumulative_customers)),
            Cell(share_range(desk, step.cumulative_interval if step.cumulative_customers < 1 else None)),
        ),
        tone="apart" if step.segment == 0 else "",
    )


def _ranking(desk: Desk) -> Section:
    campaign = desk.analysis.campaign
    ranking = campaign.ranking
    if ranking is None:
        return Section(
            id="campaign-score",
            title=say("Individual index"),
            text=(_no_index(campaign.reasons["ranking"]),),
        )
    text = [ranking.increment_sentence, ranking.choice_sentence]
    if ranking.sentence == campaign.sentence:
        text.insert(0, say("The individual index is shown so that this can be checked, not to be used."))
    return Section(
        id="campaign-score",
        title=say("Individual index"),
        text=tuple(text),
        figures=desk.figures("gains"),
        tables=tuple(_lift_table(desk, gains, last=gains is ranking.gains[-1]) for gains in ranking.gains),
    )


def _lift_table(desk: Desk, gains: GainsOf, *, last: bool) -> Table:
    """Return the gains over some people; what the columns mean stands under the last table alone."""
    fmt = desk.fmt
    depths = [lift.depth for lift in gains.curves[0].lifts]
    columns = (
        Column(say("People ranked by"), "text", 26), Column(say("Area under the ROC curve"), "number", 16),
        Column(say("Mean lift"), "number", 14),
        *(Column(say("Lift at {depth}", depth=fmt.share(d)), "number", 11) for d in depths),
    )  # fmt: skip
    rows = tuple(
        Row(
            (
                Cell(curve.label),
                Cell(fmt.decimal(curve.auc, 3), small=_bounds(desk, curve.auc_interval, 3, curve.name)),
                Cell(fmt.decimal(curve.lift_area, 2), small=_bounds(desk, curve.lift_area_interval, 2, curve.name)),
                *(
                    Cell(fmt.decimal(lift.lift, 2), small=_bounds(desk, lift.interval, 2, curve.name))
                    for lift in curve.lifts
                ),
            )
        )
        for curve in gains.curves
    )
    notes = [_judged(desk, gains)]
    if last:
        notes.append(
            say(
                "Lift: customers reached, over what a random choice reaches. Mean lift: area under the lift curve. "
                "Small figures: 95 % intervals."
            )
        )
    return Table(
        id=f"table-lift-{gains.people}",
        stack=True,
        caption=say_marked(_GAINS_OVER[gains.people]),
        columns=columns,
        rows=rows,
        note=" ".join(notes),
        csv=desk.csv("gains-summary"),
    )


def _judged(desk: Desk, gains: GainsOf) -> str:
    """Say how many people a gains table is about, and in which steps shares are given."""
    fmt, ranking = desk.fmt, desk.analysis.campaign.ranking
    told = say(
        "{customers} against {others} ({basis}), none of whom the model has seen.",
        customers=say("customers (number withheld)")
        if gains.customers is None
        else say("{n} customers", n=fmt.count(gains.customers)),
        others=say("others (number withheld)")
        if gains.others is None
        else say("{n} others", n=fmt.count(gains.others)),
        basis="" if ranking is None else ranking.basis,
    )
    if not gains.step:
        return capital(told)
    steps = say(
        "Shares of customers are given in steps of {step}, because few people are between two depths.",
        step=fmt.share_in_table(gains.step),
    )
    return f"{capital(told)} {steps}"


def _bounds(desk: Desk, interval: tuple[float, float], digits: int, name: str) -> str:
    if name == "random":
        return ""
    low, high = (desk.fmt.decimal(end, digits) for end in interval)
    return f"{low}\u2013{high}"


def _no_index(reason: str) -> str:
    """Say why there is no individual index, or that its figures are withheld."""
    if is_withheld(reason):
        return f"{capital(reason)}."
    return say("There is no individual index: {reason}.", reason=reason)
