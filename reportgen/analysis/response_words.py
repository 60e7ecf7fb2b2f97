"""What is said of a past mailing."""

from __future__ import annotations

from reportgen.analysis.economics import Terms
from reportgen.analysis.response import Group, ResponseFindings, Uplift
from reportgen.analysis.response_intervals import Slope
from reportgen.analysis.suppression import LEAST, any_small, is_small
from reportgen.formatting import Formatter
from reportgen.language import say, say_in


def count_responders(found: ResponseFindings) -> tuple[int, int]:
    """Return how many of those written to responded, and how many of these are in the customer file."""
    rows = found.judged
    mailed = rows.response if rows.control is None else rows.response & ~rows.control
    return int(mailed.sum()), int((mailed & rows.customer).sum())


def is_few_uplift(uplift: Uplift) -> bool:
    """Tell whether one to nine people of those written to, or of the hold-out, responded or did not."""
    return few_of_either(uplift.mailed, uplift.mailed_responses) or few_of_either(
        uplift.control, uplift.control_responses
    )


def few_of_either(people: int, responses: int) -> bool:
    """Tell whether one to nine of some people responded, or did not."""
    return any_small([responses, people - responses])


def response_sentence(found: ResponseFindings, fmt: Formatter) -> str:
    """Say whether the response followed the index."""
    return " ".join((_followed(found, fmt), *_circular(found, fmt)))


def _circular(found: ResponseFindings, fmt: Formatter) -> list[str]:
    """Warn when responders of this mailing have become customers that the index is made from."""
    responders, known = count_responders(found)
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


def uplift_sentence(uplift: Uplift | None, terms: Terms, fmt: Formatter) -> str:
    """Say how those written to differ from the hold-out, and what that brought; empty without a hold-out."""
    told = _difference_sentence(uplift, fmt)
    if uplift is None or is_few_uplift(uplift) or not terms.given or terms.margin is None:
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
    if is_few_uplift(uplift):
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
