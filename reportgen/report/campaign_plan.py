"""The plan's sections of the campaign chapter: terms, segments, depth, and the test beside the mailing."""

from __future__ import annotations

from reportgen.analysis.result_campaign import DepthRow, Plan, PlanRow, Term
from reportgen.formatting import NOT_GIVEN
from reportgen.report.desk import Desk
from reportgen.report.views import Cell, Column, Fact, Row, Section, Table

_WHY = {"budget": "what the budget pays for", "volume": "what the volume allows", "break-even": "all above break-even"}


def plan_sections(desk: Desk) -> tuple[Section, ...]:
    """Return the plan by segments, by depth where people are ranked, and the test."""
    sections = [_by_segment(desk)]
    if desk.analysis.campaign.plan.depths:
        sections.append(_by_depth(desk))
    if desk.analysis.campaign.trial is not None:
        sections.append(_trial(desk))
    return tuple(sections)


def money(desk: Desk, value: float | None) -> str:
    """Return an amount without its currency, which stands in the heading: cents below 100."""
    return NOT_GIVEN if value is None else desk.fmt.decimal(value, 2 if abs(value) < 100 else 0)


def _by_segment(desk: Desk) -> Section:
    campaign = desk.analysis.campaign
    plan, given = campaign.plan, campaign.given
    text = []
    if given:
        text.append(f"The plan takes segments by falling index, up to {plan.limit}.")
    elif plan.sentence != campaign.sentence:
        text.append(plan.sentence)
    table = Table(
        id="table-plan",
        caption="The plan, segment by segment" if given else "Prospects, segment by segment",
        columns=_plan_columns(desk),
        rows=tuple(_plan_row(desk, row) for row in plan.rows),
        note=_plan_note(desk),
        csv=desk.csv("plan"),
    )
    return Section(
        id="campaign-plan",
        title="Plan" if given else "Prospects",
        text=tuple(text),
        facts=_facts(desk, plan) if given else (),
        bullets=plan.caveats[1:],
        tables=(table, *((_terms(desk, plan),) if plan.terms and not desk.is_print else ())),
        after=(_terms_in_a_line(desk, plan),) if plan.terms and desk.is_print else (),
    )


def _plan_columns(desk: Desk) -> tuple[Column, ...]:
    campaign = desk.analysis.campaign
    widths = (18, 11, 12) if campaign.given else (40, 20, 20)
    titles, kinds = ("Segment", "Prospects", "Index"), ("text", "number", "number")
    columns = [Column(*column) for column in zip(titles, kinds, widths, strict=True)]
    if not campaign.given:
        return (*columns, Column("Prospects so far", "number", 20))
    if campaign.plan.break_even_index is not None:
        columns.append(Column("Pays", "text", 7))
    return (
        *columns, Column("Pieces", "number", 10), Column(f"Cost, {campaign.currency}", "number", 10),
        Column("Expected responses", "number", 14), Column(f"Cost per response, {campaign.currency}", "number", 10),
        Column("Responses so far", "number", 10),
    )  # fmt: skip


def _plan_row(desk: Desk, row: PlanRow) -> Row:
    fmt, campaign = desk.fmt, desk.analysis.campaign
    cells = [
        desk.segment_cell(desk.analysis.by_id[row.segment]),
        Cell(fmt.count(row.prospects)),
        Cell(fmt.index(row.index), small=fmt.interval(row.interval), tone="strong"),
    ]
    if not campaign.given:
        return Row((*cells, Cell(fmt.count(row.cumulative_pieces))))
    if campaign.plan.break_even_index is not None:
        cells.append(Cell(row.pays or NOT_GIVEN))
    cells += [
        Cell(fmt.count(row.pieces)),
        Cell(money(desk, row.cost)),
        Cell(number(desk, row.responses), small=number_range(desk, row.responses_interval) if row.pieces else ""),
        Cell(money(desk, row.cost_per_response)),
        Cell(number(desk, row.cumulative_responses)),
    ]
    return Row(tuple(cells), tone="" if row.pieces else "quiet")


def number(desk: Desk, value: float | None) -> str:
    """Return an expected count: one decimal below 10."""
    return NOT_GIVEN if value is None else desk.fmt.decimal(value, 1 if 0 < abs(value) < 10 else 0)


def number_range(desk: Desk, interval: tuple[float, float] | None) -> str:
    """Return the ends of an interval of a count."""
    if interval is None:
        return NOT_GIVEN
    digits = 1 if 0 < interval[0] < 10 else 0
    return f"{desk.fmt.decimal(interval[0], digits)}\u2013{desk.fmt.decimal(interval[1], digits)}"


def _plan_note(desk: Desk) -> str:
    campaign = desk.analysis.campaign
    plan, fmt = campaign.plan, desk.fmt
    left_out = _left_out(desk)
    if not campaign.given:
        return left_out
    pays = ""
    if plan.break_even_index is not None:
        pays = (
            " Pays: whether the interval of the index lies above (yes), below (no) or across (open) the break-even "
            f"index of {fmt.index(plan.break_even_index)}."
        )
    return f"{left_out}{pays} Intervals of responses hold: {plan.interval_holds}."


def _left_out(desk: Desk) -> str:
    """Say whether prospects are without current customers, and how exactly these are counted."""
    plan, fmt = desk.analysis.campaign.plan, desk.fmt
    if plan.left_out_step == 0:
        return (
            "Prospects include current customers, since few of them, or few others, are in a segment; reportgen select "
            "leaves them out."
        )
    if plan.customers_left_out is None:
        return "Prospects include current customers, who cannot be recognised."
    if not plan.customers_left_out and plan.left_out_step == 1:
        return "Prospects are people of the population; no current customer is left out."
    told = f"Prospects are people of the population without {fmt.count(plan.customers_left_out)} current customers"
    if plan.left_out_step > 1:
        return f"{told}, counted in steps of {fmt.count(plan.left_out_step)} by segment."
    return f"{told}."


def _facts(desk: Desk, plan: Plan) -> tuple[Fact, ...]:
    fmt, campaign = desk.fmt, desk.analysis.campaign
    last = plan.rows[-1] if plan.rows else None
    facts = []
    if plan.break_even_index is not None:
        facts.append(Fact("Break-even index", fmt.index(plan.break_even_index), "from here a piece earns its cost"))
    if last is not None:
        facts.append(Fact("Pieces", fmt.count(last.cumulative_pieces)))
        facts.append(Fact(f"Cost, {campaign.currency}", money(desk, last.cumulative_cost)))
        facts.append(
            Fact("Expected responses", number(desk, last.cumulative_responses), "if in proportion to the index")
        )
    profits = [row.profit for row in plan.rows if row.profit is not None]
    if profits:
        facts.append(Fact(f"Margin less cost, {campaign.currency}", money(desk, sum(profits))))
    return tuple(facts)


def _terms(desk: Desk, plan: Plan) -> Table:
    return Table(
        id="table-terms",
        caption="What the plan rests on",
        columns=(Column("Figure", "text", 32), Column("Value", "number", 16), Column("From", "text", 52)),
        rows=tuple(
            Row((Cell(term.label), Cell(_term(desk, term)), Cell(("assumed: " if term.assumed else "") + term.source)))
            for term in plan.terms
        ),
    )


def _terms_in_a_line(desk: Desk, plan: Plan) -> str:
    """Return the terms as a sentence; where assumptions come from stands in the caveats."""
    told = (f"{term.label} {_term(desk, term)}{' (assumed)' if term.assumed else ''}" for term in plan.terms)
    return f"The plan rests on: {', '.join(told)}."


def _term(desk: Desk, term: Term) -> str:
    if term.unit == "share":
        return desk.fmt.share_in_table(term.value)
    if term.unit == "count":
        return desk.fmt.decimal(term.value, 0)
    return f"{money(desk, term.value)}\u00a0{term.unit}"


def _by_depth(desk: Desk) -> Section:
    campaign = desk.analysis.campaign
    given = campaign.given
    columns = [
        Column("Prospects, highest index first", "text", 24), Column("People", "number", 12),
        Column("Lowest index", "number", 10), Column("Mean index", "number", 14),
    ]  # fmt: skip
    if given:
        columns += [
            Column(f"Cost, {campaign.currency}", "number", 12), Column("Expected responses", "number", 16),
            Column(f"Cost per response, {campaign.currency}", "number", 12),
        ]  # fmt: skip
    table = Table(
        id="table-depths",
        caption="How deep: prospects by individual index",
        columns=tuple(columns),
        rows=tuple(_depth_row(desk, row) for row in campaign.plan.depths),
        note="On the scale where the average person with enough data has 100, from held-out people. "
        + (
            f"Intervals of responses hold: {campaign.plan.interval_holds}."
            if given
            else "Small figures: 95 % interval."
        ),
        csv=desk.csv("plan-depths"),
    )
    return Section(
        id="campaign-depth",
        title="Depth by individual index",
        text=(
            "The same prospects, ranked one by one instead of by segment; reportgen select writes the list.",
            *((campaign.plan.depth_sentence,) if campaign.plan.depth_sentence else ()),
        ),
        tables=(table,),
    )


def _depth_row(desk: Desk, row: DepthRow) -> Row:
    fmt = desk.fmt
    share = fmt.share_in_table(row.depth) if row.why else fmt.share(row.depth)
    cells = [
        Cell(f"the first {share}", small=_WHY.get(row.why, "")),
        Cell(fmt.count(row.pieces)),
        Cell(fmt.index(row.lowest_index)),
        Cell(fmt.index(row.mean_index), small=fmt.interval(row.interval), tone="strong"),
    ]
    if desk.analysis.campaign.given:
        cells += [
            Cell(money(desk, row.cost)),
            Cell(number(desk, row.responses), small=number_range(desk, row.responses_interval)),
            Cell(money(desk, row.cost_per_response)),
        ]
    return Row(tuple(cells), tone="chosen" if row.why else "")


def _trial(desk: Desk) -> Section:
    fmt, trial = desk.fmt, desk.analysis.campaign.trial
    assert trial is not None
    facts = []
    if trial.cell is not None:
        facts.append(
            Fact("Test cell", fmt.count(trial.cell), f"people in each of two cells: planned segments against "
                 f"anybody, {fmt.share_in_table(trial.planned_rate)} against {fmt.share_in_table(trial.base)}")
        )  # fmt: skip
    facts.append(Fact("Pieces to measure the base", fmt.count(trial.measure_base), "response known to within a fifth"))
    facts.append(Fact("Hold-out", fmt.count(trial.holdout), f"beside {fmt.count(trial.mailed)} pieces"))
    note = (
        f"Sizes for a power of {fmt.share(trial.power)} at a two-sided level of {fmt.share(trial.significance)}, "
        "on the arcsine scale."
    )
    return Section(
        id="campaign-test",
        title="Test before, and hold-out beside",
        text=(trial.sentence, "Without people who are left out at random, nobody can say what the mailing brought."),
        facts=tuple(facts),
        after=(note,),
    )
