"""The plan's sections of the campaign chapter: terms, segments, depth, and the test beside the mailing."""

from __future__ import annotations

from reportgen.analysis.codes import in_words
from reportgen.analysis.result_campaign import DepthRow, Plan, PlanRow, Term
from reportgen.formatting import NOT_GIVEN
from reportgen.language import mark, say, say_in, say_marked
from reportgen.report.desk import Desk
from reportgen.report.views import Cell, Column, Fact, Row, Section, Table

_WHY = {
    "budget": mark("what the budget pays for"),
    "volume": mark("what the volume allows"),
    "break-even": mark("all above break-even"),
}


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
    text: list[str] = []
    if given:
        text.append(say("The plan takes segments by falling index, up to {limit}.", limit=plan.limit))
    elif plan.sentence != campaign.sentence:
        text.append(plan.sentence)
    table = Table(
        id="table-plan",
        stack=True,
        caption=say("The plan, segment by segment") if given else say("Prospects, segment by segment"),
        columns=_plan_columns(desk),
        rows=tuple(_plan_row(desk, row) for row in plan.rows),
        note=_plan_note(desk),
        csv=desk.csv("plan"),
    )
    return Section(
        id="campaign-plan",
        title=say("Plan") if given else say("Prospects"),
        text=tuple(text),
        facts=_facts(desk, plan) if given else (),
        bullets=plan.caveats[1:],
        tables=(table, *((_terms(desk, plan),) if plan.terms and not desk.is_print else ())),
        after=(_terms_in_a_line(desk, plan),) if plan.terms and desk.is_print else (),
    )


def _plan_columns(desk: Desk) -> tuple[Column, ...]:
    campaign = desk.analysis.campaign
    widths = (18, 11, 12) if campaign.given else (40, 20, 20)
    titles, kinds = (say("Segment"), say("Prospects"), say("Index")), ("text", "number", "number")
    columns = [Column(*column) for column in zip(titles, kinds, widths, strict=True)]
    if not campaign.given:
        return (*columns, Column(say("Prospects so far"), "number", 20))
    if campaign.plan.break_even_index is not None:
        columns.append(Column(say("Pays"), "text", 7))
    return (
        *columns, Column(say("Pieces"), "number", 10),
        Column(say("Cost, {currency}", currency=campaign.currency), "number", 10),
        Column(say("Expected responses"), "number", 14),
        Column(say("Cost per response, {currency}", currency=campaign.currency), "number", 10),
        Column(say("Responses so far"), "number", 10),
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
        cells.append(Cell(in_words(row.pays) if row.pays else NOT_GIVEN))
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
    notes = [_left_out(desk)]
    if campaign.given and plan.break_even_index is not None:
        notes.append(
            say(
                "Pays: whether the interval of the index lies above (yes), below (no) or across (open) the break-even "
                "index of {index}.",
                index=fmt.index(plan.break_even_index),
            )
        )
    if campaign.given:
        notes.append(say("Intervals of responses hold: {what}.", what=plan.interval_holds))
    return " ".join(notes)


def _left_out(desk: Desk) -> str:
    """Say whether prospects are without current customers, and how exactly these are counted."""
    plan, fmt = desk.analysis.campaign.plan, desk.fmt
    if plan.left_out_step == 0:
        return say(
            "Prospects include current customers, since few of them, or few others, are in a segment; reportgen select "
            "leaves them out."
        )
    if plan.customers_left_out is None:
        return say("Prospects include current customers, who cannot be recognised.")
    if not plan.customers_left_out and plan.left_out_step == 1:
        return say(
            "Prospects are people of the population; nobody is in the customer file by the same id, so no current "
            "customer is left out."
        )
    left_out = fmt.count(plan.customers_left_out)
    if plan.left_out_step > 1:
        return say(
            "Prospects are people of the population without {n} current customers, counted in steps of {step} by "
            "segment.",
            n=left_out,
            step=fmt.count(plan.left_out_step),
        )
    return say("Prospects are people of the population without {n} current customers.", n=left_out)


def _facts(desk: Desk, plan: Plan) -> tuple[Fact, ...]:
    fmt, campaign = desk.fmt, desk.analysis.campaign
    last = plan.rows[-1] if plan.rows else None
    facts = []
    if plan.break_even_index is not None:
        facts.append(
            Fact(say("Break-even index"), fmt.index(plan.break_even_index), say("from here a piece earns its cost"))
        )
    if last is not None:
        facts.append(Fact(say("Pieces"), fmt.count(last.cumulative_pieces)))
        facts.append(Fact(say("Cost, {currency}", currency=campaign.currency), money(desk, last.cumulative_cost)))
        responses = number(desk, last.cumulative_responses)
        facts.append(Fact(say("Expected responses"), responses, say("if in proportion to the index")))
    profits = [row.profit for row in plan.rows if row.profit is not None]
    if profits:
        facts.append(
            Fact(
                say("Margin less cost, {currency}", currency=campaign.currency),
                money(desk, sum(profits)),
                say("of all expected responses"),
            )
        )
    return tuple(facts)


def _terms(desk: Desk, plan: Plan) -> Table:
    return Table(
        id="table-terms",
        caption=say("What the plan rests on"),
        columns=(
            Column(say("Figure"), "text", 32),
            Column(say("Value"), "number", 16),
            Column(say_in("source", "From"), "text", 52),
        ),
        rows=tuple(Row((Cell(term.label), Cell(_term(desk, term)), Cell(_source(term)))) for term in plan.terms),
        csv=desk.csv("plan-terms"),
    )


def _source(term: Term) -> str:
    return say("assumed: {source}", source=term.source) if term.assumed else term.source


def _terms_in_a_line(desk: Desk, plan: Plan) -> str:
    """Return the terms as a sentence; where assumptions come from stands in the caveats."""
    told = [(f"{term.label} {_term(desk, term)}", term.assumed) for term in plan.terms]
    listed = [say("{figure} (assumed)", figure=figure) if assumed else figure for figure, assumed in told]
    return say("The plan rests on: {figures}.", figures=", ".join(listed))


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
        Column(say("Prospects, highest index first"), "text", 24), Column(say("People"), "number", 12),
        Column(say("Lowest index"), "number", 10), Column(say("Mean index"), "number", 14),
    ]  # fmt: skip
    if given:
        columns += [
            Column(say("Cost, {currency}", currency=campaign.currency), "number", 12),
            Column(say("Expected responses"), "number", 16),
            Column(say("Cost per response, {currency}", currency=campaign.currency), "number", 12),
        ]  # fmt: skip
    table = Table(
        id="table-depths",
        stack=True,
        caption=say("How deep: prospects by individual index"),
        columns=tuple(columns),
        rows=tuple(_depth_row(desk, row) for row in campaign.plan.depths),
        note=" ".join(
            (
                say("On the scale where the average person with enough data has 100, from held-out people."),
                say("Intervals of responses hold: {what}.", what=campaign.plan.interval_holds)
                if given
                else say("Small figures: 95 % interval."),
            )
        ),
        csv=desk.csv("plan-depths"),
    )
    return Section(
        id="campaign-depth",
        title=say("Depth by individual index"),
        text=(
            say("The same prospects, ranked one by one instead of by segment; reportgen select writes the list."),
            *((campaign.plan.depth_sentence,) if campaign.plan.depth_sentence else ()),
        ),
        tables=(table,),
    )


def _depth_row(desk: Desk, row: DepthRow) -> Row:
    fmt = desk.fmt
    share = fmt.share_in_table(row.depth) if row.why else fmt.share(row.depth)
    cells = [
        Cell(say("the first {share}", share=share), small=say_marked(_WHY[row.why]) if row.why in _WHY else ""),
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
        cells = say(
            "people in each of two cells: planned segments against anybody, {planned} against {base}",
            planned=fmt.share_in_table(trial.planned_rate),
            base=fmt.share_in_table(trial.base),
        )
        facts.append(Fact(say("Test cell"), fmt.count(trial.cell), cells))
    base = fmt.count(trial.measure_base)
    facts.append(Fact(say("Pieces to measure the base"), base, say("response known to within a fifth")))
    mailed = fmt.count(trial.mailed)
    facts.append(Fact(say("Hold-out"), fmt.count(trial.holdout), say("beside {n} pieces", n=mailed)))
    note = say(
        "Sizes for a power of {power} at a two-sided level of {level}, on the arcsine scale.",
        power=fmt.share(trial.power),
        level=fmt.share(trial.significance),
    )
    return Section(
        id="campaign-test",
        title=say("Test before, and hold-out beside"),
        text=(
            trial.sentence,
            say("Without people who are left out at random, nobody can say what the mailing brought."),
        ),
        facts=tuple(facts),
        after=(note,),
    )
