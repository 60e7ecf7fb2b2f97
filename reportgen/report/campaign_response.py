"""The past mailing's section of the campaign chapter."""

from __future__ import annotations

from reportgen.analysis.result_response import PastMailing, ResponseGroup, UpliftTest
from reportgen.formatting import NOT_GIVEN, is_few, is_withheld
from reportgen.language import say, say_in
from reportgen.report.campaign_plan import money
from reportgen.report.desk import Desk
from reportgen.report.views import Cell, Column, Row, Section, Table
from reportgen.report.wording import capital


def response_section(desk: Desk) -> Section | None:
    """Return what a past mailing says about the ranking; None when none is given."""
    response = desk.analysis.campaign.response
    if response is None:
        return None
    text = [response.sentence, found_words(desk, response)]
    if response.uplift_sentence:
        text.append(response.uplift_sentence)
    tables = []
    if response.groups and not desk.is_print:  # on paper the figure shows it, and the sentence says what was left out
        tables.append(_groups(desk, response))
    if response.uplift and not desk.is_print:
        tables.append(_uplift(desk, response))
    return Section(
        id="campaign-response",
        title=say("A past mailing"),
        text=tuple(text),
        figures=desk.figures("response"),
        tables=tuple(tables),
    )


def found_words(desk: Desk, response: PastMailing) -> str:
    """Say how many people of the mailing were found."""
    people = desk.fmt.count(response.rows)
    if response.found is not None:
        found = desk.fmt.count(response.found)
        return say("{n} of {people} people of {file} were found.", n=found, people=people, file=response.file)
    reason = response.reasons["found"]
    if is_few(reason):
        return say("{few} of {people} of {file} were found.", few=capital(reason), people=people, file=response.file)
    if not is_withheld(reason):
        return say("The {people} people of {file} were not looked for.", people=people, file=response.file)
    return say(
        "How many of {people} people of {file} were found is withheld, since few were not or few are left out; some "
        "are left aside at random, so that it cannot be worked out.",
        people=people,
        file=response.file,
    )


def _groups(desk: Desk, response: PastMailing) -> Table:
    currency = desk.analysis.campaign.currency
    amounts = any(group.amount is not None for group in response.groups)
    profits = any(group.profit is not None for group in response.groups)
    columns = [
        Column(say("Tenth"), "number", 9), Column(say("People"), "number", 12), Column(say("Mean index"), "number", 13),
        Column(say("Responses"), "number", 13), Column(say("Response"), "number", 17),
        Column(say("In proportion"), "number", 14),
    ]  # fmt: skip
    if amounts:
        columns.append(Column(say("Amount per piece, {currency}", currency=currency), "number", 11))
    if profits:
        columns.append(Column(say("Margin less cost per piece, {currency}", currency=currency), "number", 11))
    pooled = any(group.tenth < group.last_tenth for group in response.groups)
    people = (
        say(
            "People written to, without the hold-out; tenths in which fewer than ten people responded are put together."
        )
        if pooled
        else say("People written to, without the hold-out.")
    )
    meaning = say("In proportion: the response if it followed the index exactly. Small figures: 95 % intervals.")
    return Table(
        id="table-response",
        stack=True,
        caption=say("Response by tenth of the individual index, highest first"),
        columns=tuple(columns),
        rows=tuple(_group(desk, group, amounts=amounts, profits=profits) for group in response.groups),
        note=f"{people} {meaning}",
        csv=desk.csv("response-tenths"),
    )


def _group(desk: Desk, group: ResponseGroup, *, amounts: bool, profits: bool) -> Row:
    fmt = desk.fmt
    low, high = (fmt.decimal(100 * end, 1) for end in group.interval)
    cells = [
        Cell(tenths(group)),
        Cell(fmt.count(group.people)),
        Cell(fmt.index(group.mean_index)),
        Cell(fmt.count(group.responses)),
        Cell(fmt.share_in_table(group.rate), small=f"{low}\u2013{high}\u00a0%", tone="strong"),
        Cell(fmt.share_in_table(group.predicted)),
    ]
    if amounts:
        cells.append(_amount(desk, group.amount, group.amount_interval))
    if profits:
        cells.append(_amount(desk, group.profit, group.profit_interval))
    return Row(tuple(cells))


def tenths(group: ResponseGroup) -> str:
    """Name the tenths of a group: "3", or "3–5"."""
    return str(group.tenth) if group.tenth == group.last_tenth else f"{group.tenth}\u2013{group.last_tenth}"


def _amount(desk: Desk, value: float | None, interval: tuple[float, float] | None) -> Cell:
    if value is None or interval is None:
        return Cell(NOT_GIVEN)
    low, high = (money(desk, end) for end in interval)
    return Cell(
        money(desk, value),
        small=say("{low} to {high}", low=low, high=high) if interval[0] < 0 else f"{low}\u2013{high}",
    )


def _uplift(desk: Desk, response: PastMailing) -> Table:
    columns = (
        Column(say("People"), "text", 30), Column(say("Written to"), "number", 12),
        Column(say("Response"), "number", 12), Column(say_in("people", "Left out"), "number", 12),
        Column(say("Response"), "number", 12), Column(say("Difference in points"), "number", 22),
    )  # fmt: skip
    return Table(
        id="table-uplift",
        stack=True,
        caption=say("Against people who were left out"),
        columns=columns,
        rows=tuple(_uplift_row(desk, test) for test in response.uplift),
        note=say("An effect is claimed only where the 95 % interval of the difference leaves out none."),
        csv=desk.csv("response-uplift"),
    )


def _uplift_row(desk: Desk, test: UpliftTest) -> Row:
    fmt = desk.fmt

    def rate(name: str) -> Cell:
        value = getattr(test, name)
        return Cell(fmt.held(test.reasons[name]) if value is None else fmt.share_in_table(value))

    difference = Cell(fmt.held(test.reasons.get("difference", "")))
    if test.difference is not None and test.interval is not None:
        low, high = (fmt.decimal(100 * end, 2) for end in test.interval)
        tone = "strong" if test.shown else ""
        difference = Cell(
            fmt.decimal(100 * test.difference, 2), small=say("{low} to {high}", low=low, high=high), tone=tone
        )
    return Row(
        (
            Cell(test.people),
            Cell(fmt.count(test.mailed)),
            rate("mailed_rate"),
            Cell(fmt.count(test.control)),
            rate("control_rate"),
            difference,
        )
    )
