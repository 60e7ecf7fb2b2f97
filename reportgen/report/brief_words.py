"""The sentences of the first page: the headline, the answer and the caution that stands with it.

Every sentence is true for every data set, so each is written by the case that holds: verdicts given or not yet, no
segment leading, one, several; nobody set apart; few customers. Nothing here promises that anyone will buy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reportgen.analysis.result import Analysis
from reportgen.analysis.result_parts import Interval
from reportgen.analysis.result_segments import Recommendation, Segment
from reportgen.formatting import Formatter
from reportgen.language import say, say_n
from reportgen.report.brief_notes import BriefNotes
from reportgen.report.wording import (
    AT_PAR,
    FEW_EXPECTED,
    capital,
    differ,
    is_judged,
    low_information,
    name_segments,
)

SENTENCES = 5


@dataclass(frozen=True)
class Brief:
    """What the first page says in words; ``judged`` tells whether verdicts exist, ``caution`` that they do not yet."""

    judged: bool
    headline: str
    lead: tuple[str, ...]
    caution: tuple[str, ...]
    take_care: tuple[str, ...]
    how_sure: tuple[str, ...]


def write_brief(analysis: Analysis, fmt: Formatter) -> Brief:
    """Return the sentences of the first page; lead and caution together have five at most."""
    words = _BriefWriter(analysis, fmt)
    notes = BriefNotes(analysis, fmt, words.chosen)
    return Brief(
        judged=words.judged,
        headline=words.headline(),
        lead=tuple(words.lead()),
        caution=tuple(words.caution()),
        take_care=tuple(notes.take_care()),
        how_sure=tuple(notes.how_sure()),
    )


@dataclass(frozen=True)
class _BriefWriter:
    analysis: Analysis
    fmt: Formatter

    @property
    def judged(self) -> bool:
        return is_judged(self.analysis)

    @property
    def recommendation(self) -> Recommendation:
        return self.analysis.recommendation

    @property
    def low(self) -> Segment | None:
        return low_information(self.analysis)

    @property
    def chosen(self) -> tuple[Segment, ...]:
        """The segments that the page is about: recommended ones, else leading ones while no verdict exists."""
        ids = self.recommendation.write_to if self.judged else self.recommendation.leading
        return tuple(self.analysis.by_id[i] for i in ids)

    def headline(self) -> str:
        names = name_segments(self.chosen, self.fmt) if self.chosen else ""
        if len(self.analysis.placed) < 2:
            return say("There is one segment only, so there is nothing to choose between.")
        if self.judged:
            return say("Write to {segments}.", segments=names) if names else say("No segment can be recommended.")
        if not names:
            return say("No segment stands out.")
        return say_n(len(self.chosen), "{segments} leads.", "{segments} lead.", segments=capital(names))

    def lead(self) -> list[str]:
        sentences = [
            self._few_customers(),
            *(self._chosen_sentences() if self.chosen else [self._nobody_leads()]),
            self._trailing(),
            self._low_information(),
        ]
        return [sentence for sentence in sentences if sentence][: SENTENCES - len(self.caution())]

    def caution(self) -> list[str]:
        return [sentence for sentence in [self._no_verdict_yet(), self._no_types()] if sentence]

    def _no_types(self) -> str:
        """Return the sentence that the first page owes its reader when the segments are not found in the data."""
        return "" if self.analysis.structure == "found" else self.analysis.structure_sentence

    def _few_customers(self) -> str:
        customers = self.analysis.customers.rows
        if all(segment.expected_customers < FEW_EXPECTED for segment in self.analysis.placed):
            number = self.fmt.quantity(customers, "customer", "customers")
            return say("Only {customers}: no verdict is possible.", customers=number)
        return ""

    def _chosen_sentences(self) -> list[str]:
        advice = self.recommendation
        if advice.index is None:
            return [self._sizes(advice)]
        average = say("the average person with enough data") if self.low else say("the average person")
        return [
            self._sizes(advice),
            say_n(
                len(self.chosen),
                "Someone in it is {times} as likely to be a customer as {average}{bounds}.",
                "Someone in them is {times} as likely to be a customer as {average}{bounds}.",
                times=self._times(advice),
                average=average,
                bounds=self._bounds(advice),
            ),
        ]

    def _sizes(self, advice: Recommendation) -> str:
        fmt = self.fmt
        values = {
            "population": fmt.share(advice.population_share),
            "customers": fmt.share(advice.customer_share),
            "name": self.chosen[0].name,
        }
        if differ(advice.customer_share, advice.population_share):
            return say_n(
                len(self.chosen),
                "It is “{name}”: {population} of the population but {customers} of your customers.",
                "Together they are {population} of the population but {customers} of your customers.",
                **values,
            )
        return say_n(
            len(self.chosen),
            "It is “{name}”: {population} of the population and {customers} of your customers.",
            "Together they are {population} of the population and {customers} of your customers.",
            **values,
        )

    def _bounds(self, advice: Recommendation) -> str:
        if advice.interval_total is not None:
            return say(
                " ({factors}, counting chance and how firmly the segments stand)",
                factors=self._factors(advice.interval_total, advice.index),
            )
        if advice.interval_sampling is not None:
            return say(
                " ({factors}, counting chance alone)", factors=self._factors(advice.interval_sampling, advice.index)
            )
        return ""

    def _times(self, advice: Recommendation) -> str:
        interval = advice.interval_total or advice.interval_sampling
        if interval is None or advice.index is None or self._digits(interval, advice.index) == 1:
            return self.fmt.times(advice.index or 0.0)
        return say("{factor}\u00a0times", factor=self.fmt.decimal(advice.index / 100, 2))

    def _factors(self, interval: Interval, index: float | None) -> str:
        digits = self._digits(interval, index)
        low, high = (self.fmt.decimal(bound / 100, digits) for bound in interval)
        return say("{low} to {high}", low=low, high=high)

    def _digits(self, interval: Interval, index: float | None) -> int:
        """Decimals of a factor: two when, with one, it would read like an end of its interval."""
        low, high = (round(end / 100, 1) for end in interval)
        return 1 if low != high and round((index or 0.0) / 100, 1) not in (low, high) else 2

    def _nobody_leads(self) -> str:
        if len(self.analysis.placed) < 2:
            return say("The index of a single segment is 100 by definition.")
        known = [segment for segment in self.analysis.placed if segment.index_placed is not None]
        if not known:
            return say("No index can be given.")
        if self.judged:
            return self._why_none_is_recommended(known)
        low, high = min(s.index_placed or 0.0 for s in known), max(s.index_placed or 0.0 for s in known)
        return say_n(
            len(known),
            "The indices of the {n}\u00a0segment run from {low} to {high}, where 100 is the average; none is clearly "
            "above {limit} when chance is counted.",
            "The indices of the {n}\u00a0segments run from {low} to {high}, where 100 is the average; none is clearly "
            "above {limit} when chance is counted.",
            n=self.fmt.count(len(known)),
            low=self.fmt.index(low),
            high=self.fmt.index(high),
            limit=self.fmt.index(AT_PAR[1]),
        )

    def _why_none_is_recommended(self, known: Sequence[Segment]) -> str:
        over = [segment for segment in known if segment.verdict == "over"]
        if not over:
            return say(
                "No segment holds clearly more customers than its share of the population, counting chance and how "
                "firmly the segments stand."
            )
        return say_n(
            len(over),
            "{segments} is over-represented but does not come back firmly enough when the analysis is repeated.",
            "{segments} are over-represented but do not come back firmly enough when the analysis is repeated.",
            segments=capital(name_segments(over, self.fmt)),
        )

    def _trailing(self) -> str:
        fmt = self.fmt
        behind = [
            segment
            for segment in self.analysis.placed
            if (
                segment.verdict == "under"
                if self.judged
                else segment.interval_sampling is not None and segment.interval_sampling[1] < AT_PAR[0]
            )
        ]
        if not behind:
            return ""
        population = sum(segment.population.share for segment in behind)
        customers = sum(segment.customers.share for segment in behind)
        return say_n(
            len(behind),
            "{segments}, {population} of the population, holds only {customers} of customers.",
            "{segments}, {population} of the population, hold only {customers} of customers.",
            segments=capital(name_segments(behind, fmt)),
            population=fmt.share(population),
            customers=fmt.share(customers),
        )

    def _low_information(self) -> str:
        if self.low is None:
            return ""
        fmt = self.fmt
        return say(
            "{customers} of customers and {population} of the population have too little data to place; they are shown "
            "apart as low-information records.",
            customers=fmt.share(self.low.customers.share),
            population=fmt.share(self.low.population.share),
        )

    def _no_verdict_yet(self) -> str:
        if self.judged or len(self.analysis.placed) < 2 or self._few_customers():
            return ""
        return say(
            "These are readings, not verdicts: the intervals count chance, but not yet how far a segment moves when "
            "the clustering is repeated."
        )
