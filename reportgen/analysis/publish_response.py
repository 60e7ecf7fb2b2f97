"""The published form of a past mailing."""

from __future__ import annotations

from reportgen.analysis.economics import Terms
from reportgen.analysis.publish_terms import no_terms
from reportgen.analysis.response import Group, NoResponse, ResponseFindings, ResponseRows, Uplift
from reportgen.analysis.response_words import (
    count_responders,
    few_of_either,
    is_few_uplift,
    response_sentence,
    uplift_sentence,
)
from reportgen.analysis.result_response import PastMailing, ResponseGroup, UpliftTest
from reportgen.analysis.suppression import any_small, few_people, held_back, is_small
from reportgen.formatting import Formatter
from reportgen.language import mark, say, say_in, say_marked

_THIRDS = (mark("third with the highest index"), mark("middle third"), mark("third with the lowest index"))


def publish_response(found: ResponseFindings | NoResponse, terms: Terms, fmt: Formatter) -> PastMailing:
    """Publish what a past mailing says about the ranking."""
    rows = found.rows
    known, reasons = _found(rows)
    if isinstance(found, NoResponse):
        if not found.looked_for:
            known, reasons = None, {"found": found.reason}
        reasons |= dict.fromkeys(
            (
                "auc",
                "auc_interval",
                "slope",
                "slope_interval",
                "slope_without_customers",
                "slope_without_customers_interval",
                "responding_customers",
            ),
            found.reason,
        )
        return PastMailing(
            rows.file, rows.sha256, rows.rows, known, None, None, None, None, None, None, None, (), (),
            say("The mailing cannot be evaluated: {reason}.", reason=found.reason), "", reasons,
        )  # fmt: skip
    if found.slope is None:
        reasons |= dict.fromkeys(("slope", "slope_interval"), say("the index or the response does not vary enough"))
    customers, why = _responding_customers(found)
    if customers is None:
        reasons["responding_customers"] = why
    others = found.slope_of_others
    if others is None:
        reasons |= dict.fromkeys(
            ("slope_without_customers", "slope_without_customers_interval"),
            say("customers, or everybody else, did not vary enough in their response"),
        )
    digits = 2 if found.small_tenths else 4  # an area tells where responders stand within tenths put together
    return PastMailing(
        file=rows.file,
        sha256=rows.sha256,
        rows=rows.rows,
        found=known,
        auc=round(found.auc.value, digits),
        auc_interval=(round(found.auc.interval[0], digits), round(found.auc.interval[1], digits)),
        slope=found.slope.value if found.slope else None,
        slope_interval=found.slope.interval if found.slope else None,
        slope_without_customers=round(others.value, 2) if others else None,
        slope_without_customers_interval=(round(others.interval[0], 2), round(others.interval[1], 2))
        if others
        else None,
        responding_customers=customers,
        groups=tuple(_group(group, terms) for group in found.groups),
        uplift=_uplifts(found),
        sentence=response_sentence(found, fmt),
        uplift_sentence=uplift_sentence(found.uplift, terms, fmt),
        reasons=reasons,
    )


def _found(rows: ResponseRows) -> tuple[int | None, dict[str, str]]:
    """Return how many people of the file were found; None where few were, or were not, or are in the hold-out."""
    found = len(rows.index)
    if any_small([found, rows.rows - found]):
        return None, {"found": few_people() if is_small(found) else held_back()}
    if rows.control is not None and is_small(rows.control.sum()):
        return None, {"found": held_back()}
    return found, {}


def _responding_customers(found: ResponseFindings) -> tuple[int | None, str]:
    """Return how many responders are customers; None with the reason where few are, or all but a few."""
    responders, known = count_responders(found)
    if is_small(known):
        return None, few_people()
    return (None, held_back()) if is_small(responders - known) else (known, "")


def _uplifts(found: ResponseFindings) -> tuple[UpliftTest, ...]:
    """Publish the test over everybody, and by thirds unless few people of a third, or in it, answered."""
    if found.uplift is None:
        return ()
    thirds = found.uplift_by_third if not any(is_few_uplift(third) for third in found.uplift_by_third) else ()
    return (
        _uplift(say_in("people of a mailing", "everybody"), found.uplift),
        *(_uplift(say_marked(name), third) for name, third in zip(_THIRDS, thirds, strict=False)),
    )


def _group(group: Group, terms: Terms) -> ResponseGroup:
    profit, interval, why = _profit(group, terms)
    reasons = {} if profit is not None else dict.fromkeys(("profit", "profit_interval"), why)
    if group.amount is None:
        reasons |= dict.fromkeys(("amount", "amount_interval"), say("the file holds no amounts"))
    return ResponseGroup(
        tenth=group.first,
        last_tenth=group.last,
        people=group.people,
        responses=group.responses,
        mean_index=group.index,
        rate=group.rate,
        interval=group.interval,
        predicted=group.predicted,
        amount=group.amount,
        amount_interval=group.amount_interval,
        profit=profit,
        profit_interval=interval,
        reasons=reasons,
    )


def _profit(group: Group, terms: Terms) -> tuple[float | None, tuple[float, float] | None, str]:
    """Return the profit per piece with its interval: from amounts where they are given, else from the margin."""
    if not terms.given:
        return None, None, no_terms()
    if group.amount is not None and group.amount_interval is not None and terms.margin_share is not None:
        low, high = (end * terms.margin_share - terms.cost for end in group.amount_interval)
        return group.amount * terms.margin_share - terms.cost, (low, high), ""
    if terms.margin is not None:
        low, high = (end * terms.margin - terms.cost for end in group.interval)
        return group.rate * terms.margin - terms.cost, (low, high), ""
    return None, None, say("neither a margin nor, for the amounts, a margin_share is set in [campaign]")


def _uplift(people: str, uplift: Uplift) -> UpliftTest:
    few = is_few_uplift(uplift)
    reasons: dict[str, str] = dict.fromkeys(("difference", "interval"), held_back()) if few else {}
    rates: dict[str, float | None] = {}
    for side, count, responses in (
        ("mailed_rate", uplift.mailed, uplift.mailed_responses),
        ("control_rate", uplift.control, uplift.control_responses),
    ):
        rates[side] = None if few_of_either(count, responses) else responses / count
        if rates[side] is None:
            reasons[side] = few_people()
    return UpliftTest(
        people=people,
        mailed=uplift.mailed,
        mailed_rate=rates["mailed_rate"],
        control=uplift.control,
        control_rate=rates["control_rate"],
        difference=None if few else uplift.difference,
        interval=None if few else uplift.interval,
        shown=uplift.shown,
        reasons=reasons,
    )


def _in_hundredths(interval: tuple[float, float]) -> tuple[float, float]:
    return round(interval[0], 2), round(interval[1], 2)
