"""The index, its intervals and the verdict, explained with figures of this report."""

from __future__ import annotations

import math

from reportgen.analysis.codes import in_words
from reportgen.analysis.result_segments import Segment
from reportgen.language import say
from reportgen.report.desk import Desk
from reportgen.report.glossary_words import entry
from reportgen.report.views import Explained
from reportgen.report.wording import is_judged

Z = 1.96


def _example_segment(desk: Desk) -> Segment | None:
    """Return the largest placed segment with an interval: small numbers affect its example least."""
    usable = [s for s in desk.analysis.placed if s.interval_sampling is not None and s.index_placed is not None]
    return max(usable, key=lambda s: (s.customers.count, -s.id), default=None)


def index_entries(desk: Desk) -> list[Explained]:
    """Return the index, its interval by chance and the customers per 100 people."""
    fmt, analysis, segment = desk.fmt, desk.analysis, _example_segment(desk)
    placed = _placed_totals(desk)
    example = interval_example = penetration = ""
    if segment is not None and segment.index_placed is not None:
        c, n = segment.customers.count, segment.population.count
        of_customers, of_population = (fmt.count(total) for total in placed)
        example = say(
            "Segment {letter}: {formula}.",
            letter=segment.letter,
            formula=f"100 × ({fmt.count(c)} ÷ {of_customers}) ÷ ({fmt.count(n)} ÷ {of_population}) = "
            f"{fmt.index(segment.index_placed)}",
        )
        interval_example = _interval_example(desk, segment, *placed)
        penetration = say(
            "Segment {letter}: {customers} ÷ {people} = {rate} customers per 100 people.",
            letter=segment.letter,
            customers=fmt.count(c),
            people=fmt.count(n),
            rate=fmt.decimal(100 * segment.penetration, 1),
        )
    return [
        entry(
            "index",
            say("Index"),
            say(
                "How often a group occurs among customers compared with the population: 100 is as often, 250 two and a "
                "half times as often, 50 half as often. Segments are compared among people with enough data, so that a "
                "different share of low-information records on the two sides does not shift them all."
            ),
            formula=say("100 × (customers in the group ÷ all customers) ÷ (people in the group ÷ all people)"),
            example=example,
            source=say("Also called representation index; the same as a relative frequency or lift × 100."),
        ),
        entry(
            "interval",
            say("95\u00a0% interval (chance)"),
            say(
                "Were people drawn again and again in the same way and the segments held fixed, 95 of 100 such "
                "intervals would hold the true index. It does not count that another clustering would draw other "
                "borders."
            ),
            formula=_interval_formula(analysis.provenance.standard_error),
            example=interval_example,
            source=say(
                "Katz and others, Biometrics 34 (1978), for the ratio of two shares; score intervals below 30 expected "
                "customers."
            ),
        ),
        entry(
            "penetration",
            say("Customers per 100 people"),
            say("Customers in the group for every 100 people of the population in it."),
            formula=say("100 × customers in the group ÷ people in the group"),
            example=penetration,
        ),
    ]


def _interval_formula(standard_error: str) -> str:
    if standard_error == "nested":
        return say(
            "index × exp(± 1.96 × s), with s² = 1/c − 1/C − 1/n + 2c/(C n) − 1/N (customers are part of the "
            "population); c, n: customers and people in the group, C, N: all of them"
        )
    return say(
        "index × exp(± 1.96 × s), with s² = 1/c − 1/C + 1/n − 1/N (separate files); c, n: customers and people in the "
        "group, C, N: all of them"
    )


def verdict_entries(desk: Desk) -> list[Explained]:
    """Return what a verdict is and rests on; nothing as long as none is given."""
    if not is_judged(desk.analysis):
        return []
    segment = next((s for s in desk.analysis.placed if s.interval_total is not None and s.verdict is not None), None)
    example = verdict_example = ""
    if segment is not None:
        example = say(
            "Segment {letter}: {sampling} for chance alone, {total} with repeated clusterings.",
            letter=segment.letter,
            sampling=desk.fmt.interval(segment.interval_sampling),
            total=desk.fmt.interval(segment.interval_total),
        )
        verdict_example = say(
            "Segment {letter}: {verdict}.", letter=segment.letter, verdict=in_words(str(segment.verdict))
        )
    return [
        entry(
            "total",
            say("95\u00a0% interval (chance and clustering)"),
            say(
                "The same, counting also that another clustering of the same people would draw other borders: the "
                "analysis is repeated on other samples, and the spread of the index over the repetitions is added."
            ),
            formula=say(
                "index × exp(± 1.96 × square root of (s² + r²)), r: standard deviation of the log index over "
                "repetitions"
            ),
            example=example,
        ),
        entry(
            "verdict",
            say("Verdict"),
            say(
                "Over (under): an index of at least 110 (at most 90) that is clear of 100 when chance, repeated "
                "clustering and the number of segments compared are counted. At par: the whole interval lies between "
                "90 and 110. Inconclusive: anything else, or fewer than 100 expected customers, or a segment that does "
                "not come back, or a verdict that another way to analyse or the low-information records would turn."
            ),
            example=verdict_example,
            source=say(
                "Probabilities are corrected for the number of segments after Holm, Scandinavian Journal of "
                "Statistics 6 (1979)."
            ),
        ),
    ]


def _placed_totals(desk: Desk) -> tuple[int, int]:
    placed = desk.analysis.placed
    return sum(s.customers.count for s in placed), sum(s.population.count for s in placed)


def _interval_example(desk: Desk, segment: Segment, customers: int, population: int) -> str:
    """Return the interval worked out, where the printed formula is the one that was used."""
    fmt = desk.fmt
    c, n = segment.customers.count, segment.population.count
    if segment.index_placed is None or segment.interval_sampling is None or min(c, n) < 30:
        return ""
    nested = desk.analysis.provenance.standard_error == "nested"
    variance = 1 / c - 1 / customers + (2 * c / (customers * n) - 1 / n if nested else 1 / n) - 1 / population
    error = math.sqrt(max(variance, 0.0))
    low, high = (segment.index_placed * math.exp(sign * Z * error) for sign in (-1, 1))
    if fmt.interval((low, high)) != fmt.interval(segment.interval_sampling):
        return ""
    return say(
        "Segment {letter}: s = {s}; {index} × exp(± 1.96 × {s}) gives {interval}.",
        letter=segment.letter,
        s=fmt.decimal(error, 4),
        index=fmt.index(segment.index_placed),
        interval=fmt.interval((low, high)),
    )
