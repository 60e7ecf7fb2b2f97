"""The published form of what a campaign's plan rests on, and the words for what is not known of it."""

from __future__ import annotations

from reportgen.analysis.economics import SOURCES, Terms
from reportgen.analysis.result_campaign import Term
from reportgen.formatting import Formatter
from reportgen.language import Said, say, say_marked


def no_terms() -> Said:
    """Say that nothing is known of a campaign."""
    return say("the configuration holds no [campaign] table")


def no_margin() -> Said:
    """Say that a response has no value."""
    return say("no margin is set in [campaign]")


def publish_terms(terms: Terms) -> tuple[Term, ...]:
    """List what the plan rests on, assumptions marked; empty without a campaign table."""
    if not terms.given:
        return ()
    yours = say("your setting")

    def source(name: str) -> str:
        return say_marked(SOURCES[name]) if name in terms.assumed else yours

    cost, base = "cost_per_piece", "base_response"
    listed = [
        Term(cost, say("cost per piece"), terms.cost, terms.currency, cost in terms.assumed, source(cost)),
        Term(base, say("response of an unselected mailing"), terms.base, "share", base in terms.assumed, source(base)),
    ]
    optional = (
        ("base_pieces", say("pieces it was measured on"), terms.base_pieces, "count"),
        ("margin", say("margin per response"), terms.margin, terms.currency),
        ("budget", say("budget"), terms.budget, terms.currency),
        ("volume", say("most pieces"), terms.volume, "count"),
    )
    listed += [
        Term(name, label, float(value), unit, False, yours)
        for name, label, value, unit in optional
        if value is not None
    ]
    return tuple(listed)


def money(value: float, currency: str, fmt: Formatter) -> str:
    """Return an amount with its currency: cents below 100, whole units above."""
    return f"{fmt.decimal(value, 2 if abs(value) < 100 else 0)}\u00a0{currency}"
