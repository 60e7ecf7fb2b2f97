"""The published form of a past mailing."""

from __future__ import annotations

from reportgen.analysis.economics import Terms
from reportgen.analysis.publish_terms import no_terms
from reportgen.analysis.response import Group, NoResponse, ResponseFindings, ResponseRows, Uplift
from reportgen.analysis.response_intervals import Slope
from reportgen.analysis.result_response import PastMailing, ResponseGroup, UpliftTest
from reportgen.analysis.suppression import LEAST, any_small, few_people, held_back, is_small
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
        sentence=_sentence(found, fmt),
        uplift_sentence=_uplift_sentence(found.uplift, terms, fmt),
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
    responders, known = _responders(found)
    if is_small(known):
        return None, few_people()
    return (None, held_back()) if is_small(responders - known) else (known, "")


def _responders(found: ResponseFindings) -> tuple[int, int]:
    """Return how many of those written to responded, and how many of these are in the customer file."""
    rows = found.judged
    mailed = rows.response if rows.control is None else rows.response & ~rows.control
    return int(mailed.sum()), int((mailed & rows.customer).sum())


def _uplifts(found: ResponseFindings) -> tuple[UpliftTest, ...]:
    """Publish the test over everybody, and by thirds unless few people of a third, or in it, answered."""
    if found.uplift is None:
        return ()
    thirds = found.uplift_by_third if not any(_is_few(third) for third in found.uplift_by_third) else ()
    return (
        _uplift(say_in("people of a mailing", "everybody"), found.uplift),
        *(_uplift(say_marked(name), third) for name, third in zip(_THIRDS, thirds, strict=False)),
    )


def _is_few(uplift: Uplift) -> bool:
    """Tell whether one to nine people of those written to, or of the hold-out, responded or did not."""
    return _few(uplift.mailed, uplift.mailed_responses) or _few(uplift.control, uplift.control_responses)


def _few(people: int, responses: int) -> bool:
    return any_small([responses, people - responses])


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
    few = _is_few(uplift)
    reasons: dict[str, str] = dict.fromkeys(("difference", "interval"), held_back()) if few else {}
    rates: dict[str, float | None] = {}
    for side, count, responses in (
        ("mailed_rate", uplift.mailed, uplift.mailed_responses),
        ("control_rate", uplift.control, uplift.control_responses),
    ):
        rates[side] = None if _few(count, responses) else responses / count
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


def _sentence(found: ResponseFindings, fmt: Formatter) -> str:
    """Say whether the response followed the index."""
    return " ".join((_followed(found, fmt), *_circular(found, fmt)))


def _circular(found: ResponseFindings, fmt: Formatter) -> list[str]:
    """Warn when responders of this mailing have become customers that the index is made from."""
    responders, known = _responders(found)
    if not known:
        return []
    told: str = fmt.count(known)
    if is_small(known):
        told = say("fewer than {least}", least=LEAST)
    elif is_small(responders - known):
        told = say("all but fewer than {least}", least=LEAST)
    return [
        say(
            "Of {responders}, {number} are in the customer file that the index is made from, so this says less about "
            "the next mailing than it seems to.",
            responders=fmt.quantity(responders, "responder", "responders"),
            number=told,
        ),
        *([_others_words(found.slope_of_others, fmt)] if found.slope_of_others else []),
    ]


def _others_words(slope: Slope, fmt: Formatter) -> str:
    """Say whether the response follows the index among people who are no customers."""
    if slope.interval[0] <= 0:
        return say(
            "Among everybody else the response does not rise with the index by more than chance ({value}): this "
            "mailing does not support a plan by the index.",
            value=_exponent(slope, fmt),
        )
    return say("Among everybody else the response rises with the index ({value}).", value=_exponent(slope, fmt))


def _in_hundredths(interval: tuple[float, float]) -> tuple[float, float]:
    return round(interval[0], 2), round(interval[1], 2)


def _exponent(slope: Slope, fmt: Formatter) -> str:
    low, high = slope.interval
    return say(
        "exponent {exponent}, {low} to {high}",
        exponent=fmt.decimal(slope.value, 2),
        low=fmt.decimal(low, 2),
        high=fmt.decimal(high, 2),
    )


def _followed(found: ResponseFindings, fmt: Formatter) -> str:
    first, last = found.groups[0], found.groups[-1]
    if len(found.groups) == 1:
        rate = fmt.share_in_table(first.rate)
        if not found.auc.beats_chance:
            return say(
                "In this mailing {rate} of those written to responded, too few to compare tenths; they do not stand "
                "higher in the index than chance makes.",
                rate=rate,
            )
        rates = say("{rate} of those written to responded, too few to compare tenths", rate=rate)
    else:
        rates = say(
            "{first_rate} of the {first} with the highest index responded and {last_rate} of the {last} with the "
            "lowest",
            first_rate=fmt.share_in_table(first.rate),
            first=_part(first),
            last_rate=fmt.share_in_table(last.rate),
            last=_part(last),
        )
    if not found.auc.beats_chance:
        return say(
            "In this mailing the response did not follow the index: {rates}, no more than chance makes.", rates=rates
        )
    return say("In this mailing {rates}; {slope}.", rates=rates, slope=_slope_words(found.slope, fmt))


def _part(group: Group) -> str:
    """Name a group by its size."""
    return (
        say_in("part of a mailing", "tenth"),
        say_in("part of a mailing", "fifth"),
        say_in("part of a mailing", "three tenths"),
        say_in("part of a mailing", "four tenths"),
        say_in("part of a mailing", "half"),
        say_in("part of a mailing", "six tenths"),
        say_in("part of a mailing", "seven tenths"),
        say_in("part of a mailing", "eight tenths"),
        say_in("part of a mailing", "nine tenths"),
        say_in("part of a mailing", "ten tenths"),
    )[group.last - group.first]


def _slope_words(slope: Slope | None, fmt: Formatter) -> str:
    if slope is None:
        return say("how closely the response follows the index cannot be said")
    low, high = slope.interval
    value = _exponent(slope, fmt)
    if low <= 0:
        return say("over the whole range it rises no more than chance makes ({value})", value=value)
    if low <= 1.0 <= high:
        return say("a response in proportion to the index fits ({value})", value=value)
    if high < 1.0:
        return say(
            "it rises less than in proportion to the index, so a plan in proportion expects too much at the top "
            "({value})",
            value=value,
        )
    return say(
        "it rises more than in proportion to the index, so a plan in proportion expects too little at the top "
        "({value})",
        value=value,
    )


def _uplift_sentence(uplift: Uplift | None, terms: Terms, fmt: Formatter) -> str:
    told = _difference_sentence(uplift, fmt)
    if uplift is None or _is_few(uplift) or not terms.given or terms.margin is None:
        return told
    low, high = (fmt.decimal(end * terms.margin, 2) for end in uplift.interval)
    net = say(
        " Net of those left out, a piece brought {net} {currency} of margin ({low} to {high}) and cost {cost}.",
        net=fmt.decimal(uplift.difference * terms.margin, 2),
        currency=terms.currency,
        low=low,
        high=high,
        cost=fmt.decimal(terms.cost, 2),
    )
    return told + net


def _difference_sentence(uplift: Uplift | None, fmt: Formatter) -> str:
    if uplift is None:
        return ""
    if _is_few(uplift):
        if uplift.shown:
            return say(
                "Fewer than {least} people of the mailing or its hold-out responded or did not, so the difference "
                "between them is withheld; its 95 % interval leaves out none.",
                least=LEAST,
            )
        return say(
            "Fewer than {least} people of the mailing or its hold-out responded or did not, so the difference between "
            "them is withheld; its 95 % interval includes none.",
            least=LEAST,
        )
    low, high = (fmt.decimal(100 * end, 2) for end in uplift.interval)
    if not uplift.shown:
        return say(
            "The hold-out shows no effect of the mailing: the interval of the difference to those left out includes "
            "none ({low} to {high} points).",
            low=low,
            high=high,
        )
    given = {"points": fmt.decimal(abs(100 * uplift.difference), 2), "low": low, "high": high}
    if uplift.difference > 0:
        return say(
            "Against the hold-out, {points} points more of those written to responded ({low} to {high} points).",
            **given,
        )
    return say(
        "Against the hold-out, {points} points less of those written to responded ({low} to {high} points).", **given
    )
