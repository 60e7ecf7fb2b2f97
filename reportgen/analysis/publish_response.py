"""The published form of a past mailing."""

from __future__ import annotations

from reportgen.analysis.economics import Terms
from reportgen.analysis.response import Group, NoResponse, ResponseFindings, Slope, Uplift
from reportgen.analysis.result_campaign import PastMailing, ResponseGroup, UpliftTest
from reportgen.formatting import Formatter

_THIRDS = ("third with the highest index", "middle third", "third with the lowest index")


def publish_response(found: ResponseFindings | NoResponse, terms: Terms, fmt: Formatter) -> PastMailing:
    """Publish what a past mailing says about the ranking."""
    rows = found.rows
    if isinstance(found, NoResponse):
        reasons = dict.fromkeys(("auc", "auc_interval", "slope", "slope_interval"), found.reason)
        return PastMailing(
            rows.file, rows.sha256, rows.rows, len(rows.index), None, None, None, None, (), (),
            f"The mailing cannot be evaluated: {found.reason}.", "", reasons,
        )  # fmt: skip
    uplift = () if found.uplift is None else (
        _uplift("everybody", found.uplift),
        *(_uplift(name, third) for name, third in zip(_THIRDS, found.uplift_by_third, strict=False)),
    )  # fmt: skip
    none = "the index or the response does not vary enough"
    return PastMailing(
        file=rows.file,
        sha256=rows.sha256,
        rows=rows.rows,
        found=len(rows.index),
        auc=found.auc.value,
        auc_interval=found.auc.interval,
        slope=found.slope.value if found.slope else None,
        slope_interval=found.slope.interval if found.slope else None,
        groups=tuple(_group(number, group, terms) for number, group in enumerate(found.deciles, start=1)),
        uplift=uplift,
        sentence=_sentence(found, fmt),
        uplift_sentence=_uplift_sentence(found.uplift, fmt),
        reasons={} if found.slope else dict.fromkeys(("slope", "slope_interval"), none),
    )


def _group(number: int, group: Group, terms: Terms) -> ResponseGroup:
    profit, interval, why = _profit(group, terms)
    reasons = {} if profit is not None else dict.fromkeys(("profit", "profit_interval"), why)
    if group.amount is None:
        reasons |= dict.fromkeys(("amount", "amount_interval"), "the file holds no amounts")
    return ResponseGroup(
        tenth=number,
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
        return None, None, "the configuration holds no [campaign] table"
    if group.amount is not None and group.amount_interval is not None and terms.margin_share is not None:
        low, high = (end * terms.margin_share - terms.cost for end in group.amount_interval)
        return group.amount * terms.margin_share - terms.cost, (low, high), ""
    if terms.margin is not None:
        low, high = (end * terms.margin - terms.cost for end in group.interval)
        return group.rate * terms.margin - terms.cost, (low, high), ""
    return None, None, "neither a margin nor, for the amounts, a margin_share is set in [campaign]"


def _uplift(people: str, uplift: Uplift) -> UpliftTest:
    return UpliftTest(
        people=people,
        mailed=uplift.mailed,
        mailed_rate=uplift.mailed_responses / uplift.mailed,
        control=uplift.control,
        control_rate=uplift.control_responses / uplift.control,
        difference=uplift.difference,
        interval=uplift.interval,
        shown=uplift.shown,
    )


def _sentence(found: ResponseFindings, fmt: Formatter) -> str:
    """Say whether the response followed the index."""
    return " ".join((_followed(found, fmt), *_circular(found, fmt)))


def _circular(found: ResponseFindings, fmt: Formatter) -> list[str]:
    """Warn when responders of this mailing have become customers that the index is made from."""
    responders = int(found.rows.response.sum())
    known = int((found.rows.response & found.rows.customer).sum())
    if not known:
        return []
    return [
        f"Of {fmt.quantity(responders, 'responder', 'responders')}, {fmt.count(known)} are in the customer file that "
        "the index is made from, so this says less about the next mailing than it seems to."
    ]


def _followed(found: ResponseFindings, fmt: Formatter) -> str:
    first, last = found.deciles[0], found.deciles[-1]
    rates = f"{fmt.share_in_table(first.rate)} of the tenth with the highest index responded and " + (
        f"{fmt.share_in_table(last.rate)} of the one with the lowest"
    )
    if not found.auc.beats_chance:
        return f"In this mailing the response did not follow the index: {rates}, no more than chance makes."
    return f"In this mailing {rates}; {_slope_words(found.slope, fmt)}."


def _slope_words(slope: Slope | None, fmt: Formatter) -> str:
    if slope is None:
        return "how closely the response follows the index cannot be said"
    low, high = slope.interval
    value = f"exponent {fmt.decimal(slope.value, 2)}, {fmt.decimal(low, 2)} to {fmt.decimal(high, 2)}"
    if low <= 0:
        return f"over the whole range it rises no more than chance makes ({value})"
    if low <= 1.0 <= high:
        return f"a response in proportion to the index fits ({value})"
    if high < 1.0:
        return f"it rises less than in proportion to the index, so expected responses at the top are too high ({value})"
    return f"it rises more than in proportion to the index, so expected responses at the top are too low ({value})"


def _uplift_sentence(uplift: Uplift | None, fmt: Formatter) -> str:
    if uplift is None:
        return ""
    points = f"{fmt.decimal(100 * uplift.interval[0], 2)} to {fmt.decimal(100 * uplift.interval[1], 2)} points"
    if not uplift.shown:
        return (
            "The hold-out shows no effect of the mailing: the interval of the difference to those left out includes "
            f"none ({points})."
        )
    word = "more" if uplift.difference > 0 else "less"
    return (
        f"Against the hold-out, {fmt.decimal(abs(100 * uplift.difference), 2)} points {word} of those written to "
        f"responded ({points})."
    )
