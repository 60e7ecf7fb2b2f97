"""The sentences of the first page: the answer, what it rests on, what to take care of, how sure it is.

Every sentence is true for every data set, so each is written by the case that holds: verdicts given or not yet, no
segment leading, one, several; nobody set apart; few customers. Nothing here promises that anyone will buy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reportgen.analysis.result import Analysis, Interval, KRow, Recommendation, Segment
from reportgen.formatting import Formatter

AT_PAR = (90.0, 110.0)
FEW_EXPECTED = 100
TRUSTED = frozenset({"highly stable", "stable"})
NOT_REPRODUCED = "do not trust"
SENTENCES = 5
LEAST_JACCARD = 0.6


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
    return Brief(
        judged=words.judged,
        headline=words.headline(),
        lead=tuple(words.lead()),
        caution=tuple(words.caution()),
        take_care=tuple(words.take_care()),
        how_sure=tuple(words.how_sure()),
    )


def is_judged(analysis: Analysis) -> bool:
    """Return whether any segment has a verdict; without ``interval_total`` none has."""
    return any(segment.verdict is not None for segment in analysis.placed)


def name_segments(segments: Sequence[Segment], fmt: Formatter) -> str:
    """Return "segment A" or "segments A, D and F"."""
    letters = fmt.words([segment.letter for segment in segments])
    return f"{'segment' if len(segments) == 1 else 'segments'} {letters}"


def size_sentence(segment: Segment, fmt: Formatter) -> str:
    """Return a segment's size on both sides and its index, subject first and the comparison last."""
    holds = (
        f"{capital(name_segments([segment], fmt))} holds {fmt.share(segment.customers.share)} of customers "
        f"{_but(segment.customers.share, segment.population.share)} {fmt.share(segment.population.share)} of the "
        "population"
    )
    index = segment.index if segment.index_placed is None else segment.index_placed
    if index is None:
        return f"{holds}; an index cannot be given."
    if segment.interval_sampling is None:
        return f"{holds} (index {fmt.index(index)})."
    return f"{holds} (index {fmt.index(index)}, {fmt.interval(segment.interval_sampling)})."


def trust_sentence(segment: Segment, fmt: Formatter) -> str:
    """Return how firmly a placed segment stands when the analysis is repeated."""
    if segment.badge is None or segment.jaccard is None:
        return ""
    overlap = f"on average it overlaps with its counterpart at {fmt.coefficient(segment.jaccard)}"
    if segment.jaccard_chance is not None:
        overlap += f", where chance gives {fmt.coefficient(segment.jaccard_chance)}"
    refits = ""
    if segment.reproduced is not None and segment.reproduced.of:
        refits = f"{fmt.count(segment.reproduced.times)} of {fmt.quantity(segment.reproduced.of, 'refit', 'refits')}"
    if segment.badge == NOT_REPRODUCED:
        found = f" (found again in {refits}; {overlap})" if refits else f" ({overlap})"
        return f"This group is not reproduced when the analysis is repeated{found}; do not plan on it."
    if segment.badge == "pattern only":
        return f"The pattern comes back when the analysis is repeated, its borders do not ({overlap})."
    found = f"found again in {refits}, and " if refits else ""
    return f"The group comes back when the analysis is repeated: {found}{overlap}."


def capital(text: str) -> str:
    """Return a text with a capital first letter; a symbol such as the k of "k = 9" stays as it is."""
    return text if text[1:2] == " " else text[:1].upper() + text[1:]


def verdict_sentence(segment: Segment, fmt: Formatter) -> str:
    """Return a segment's verdict in words, with the interval that decided it; empty where there is none yet."""
    if segment.verdict is None or segment.index_placed is None:
        return ""
    found = {
        "over": "clearly more customers than its size suggests",
        "under": "clearly fewer customers than its size suggests",
        "at par": "as many customers as its size suggests",
    }.get(segment.verdict)
    if found is None:
        return f"No verdict is possible: {_why_inconclusive(segment)}."
    return (
        f"Verdict: {found} (index {fmt.index(segment.index_placed)}, {fmt.interval(segment.interval_total)} counting "
        "chance and how firmly the segment stands)."
    )


def _why_inconclusive(segment: Segment) -> str:
    if segment.expected_customers < FEW_EXPECTED:
        return f"fewer than {FEW_EXPECTED} customers are to be expected here"
    if segment.jaccard is not None and segment.jaccard < LEAST_JACCARD:
        return "the segment does not come back when the analysis is repeated"
    if segment.interval_total is None:
        return "how far the index moves when the clustering is repeated is not known"
    return "its index is neither clearly away from 100 nor clearly near it"


def _but(here: float, there: float) -> str:
    return "but" if here >= 1.1 * there or here <= 0.9 * there else "and"


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
        """Segment 0, when anybody is in it."""
        segment = self.analysis.by_id.get(0)
        return segment if segment is not None and segment.population.count + segment.customers.count > 0 else None

    @property
    def chosen(self) -> tuple[Segment, ...]:
        """The segments that the page is about: recommended ones, else leading ones while no verdict exists."""
        ids = self.recommendation.write_to if self.judged else self.recommendation.leading
        return tuple(self.analysis.by_id[i] for i in ids)

    def headline(self) -> str:
        names = capital(name_segments(self.chosen, self.fmt)) if self.chosen else ""
        if len(self.analysis.placed) < 2:
            return "There is one segment only, so there is nothing to choose between."
        if self.judged:
            return f"Write to {names[0].lower()}{names[1:]}." if names else "No segment can be recommended."
        if not names:
            return "No segment stands out."
        return f"{names} {'leads' if len(self.chosen) == 1 else 'lead'}."

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
            return f"Only {self.fmt.quantity(customers, 'customer', 'customers')}: no verdict is possible."
        return ""

    def _chosen_sentences(self) -> list[str]:
        fmt, advice = self.fmt, self.recommendation
        one = len(self.chosen) == 1
        subject = f"It is “{self.chosen[0].name}”:" if one else "Together they are"
        sizes = (
            f"{subject} {fmt.share(advice.population_share)} of the population "
            f"{_but(advice.customer_share, advice.population_share)} {fmt.share(advice.customer_share)} of your "
            "customers."
        )
        if advice.index is None:
            return [sizes]
        average = "the average person with enough data" if self.low else "the average person"
        return [
            sizes,
            f"Someone in {'it' if one else 'them'} is {self._times(advice)} as likely to be a customer as {average}"
            f"{self._bounds(advice)}.",
        ]

    def _bounds(self, advice: Recommendation) -> str:
        if advice.interval_total is not None:
            return f" ({self._factors(advice.interval_total)}, counting chance and how firmly the segments stand)"
        if advice.interval_sampling is not None:
            return f" ({self._factors(advice.interval_sampling)}, counting chance alone)"
        return ""

    def _times(self, advice: Recommendation) -> str:
        interval = advice.interval_total or advice.interval_sampling
        if interval is None or advice.index is None or self._digits(interval) == 1:
            return self.fmt.times(advice.index or 0.0)
        return f"{self.fmt.decimal(advice.index / 100, 2)}\u00a0times"

    def _factors(self, interval: Interval) -> str:
        digits = self._digits(interval)
        return f"{self.fmt.decimal(interval[0] / 100, digits)} to {self.fmt.decimal(interval[1] / 100, digits)}"

    def _digits(self, interval: Interval) -> int:
        """Decimals of a factor: two when the ends of its interval would read the same with one."""
        return 1 if round(interval[0] / 100, 1) != round(interval[1] / 100, 1) else 2

    def _nobody_leads(self) -> str:
        if len(self.analysis.placed) < 2:
            return "The index of a single segment is 100 by definition."
        known = [segment for segment in self.analysis.placed if segment.index_placed is not None]
        if not known:
            return "No index can be given."
        if self.judged:
            return self._why_none_is_recommended(known)
        low, high = min(s.index_placed or 0.0 for s in known), max(s.index_placed or 0.0 for s in known)
        return (
            f"The indices of the {self.fmt.quantity(len(known), 'segment', 'segments')} run from {self.fmt.index(low)} "
            f"to {self.fmt.index(high)}, where 100 is the average; none is clearly above {AT_PAR[1]:.0f} when chance "
            "is "
            "counted."
        )

    def _why_none_is_recommended(self, known: Sequence[Segment]) -> str:
        over = [segment for segment in known if segment.verdict == "over"]
        if not over:
            return (
                "No segment holds clearly more customers than its share of the population, counting chance and how "
                "firmly "
                "the segments stand."
            )
        verb = "does" if len(over) == 1 else "do"
        return (
            f"{capital(name_segments(over, self.fmt))} {'is' if len(over) == 1 else 'are'} over-represented but "
            f"{verb} "
            "not come back firmly enough when the analysis is repeated."
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
        subject = capital(name_segments(behind, fmt))
        verb = "holds" if len(behind) == 1 else "hold"
        return f"{subject}, {fmt.share(population)} of the population, {verb} only {fmt.share(customers)} of customers."

    def _low_information(self) -> str:
        if self.low is None:
            return ""
        fmt = self.fmt
        return (
            f"{capital(fmt.share(self.low.customers.share))} of customers and "
            f"{fmt.share(self.low.population.share)} of "
            "the population have too little data to place; they are shown apart as low-information records."
        )

    def _no_verdict_yet(self) -> str:
        if self.judged or len(self.analysis.placed) < 2 or self._few_customers():
            return ""
        return (
            "These are readings, not verdicts: the intervals count chance, but not yet how far a segment moves when "
            "the "
            "clustering is repeated."
        )

    def take_care(self) -> list[str]:
        fmt, placed = self.fmt, self.analysis.placed
        notes = ["Over-represented is not “will respond”: the index says who resembles today’s customers."]
        shaky = [segment for segment in placed if segment.badge == NOT_REPRODUCED]
        if shaky:
            verb = "is" if len(shaky) == 1 else "are"
            notes.append(
                f"{capital(name_segments(shaky, fmt))} {verb} not reproduced when the analysis is repeated; do not "
                "plan "
                f"on {'it' if len(shaky) == 1 else 'them'}."
            )
        blurred = [segment for segment in self.chosen if segment.badge == "pattern only"]
        if blurred:
            verb = "comes" if len(blurred) == 1 else "come"
            owner = "its" if len(blurred) == 1 else "their"
            notes.append(
                f"{capital(name_segments(blurred, fmt))} {verb} back as a pattern only: {owner} borders move when the "
                "analysis is repeated."
            )
        rare = [segment for segment in placed if segment.expected_customers < FEW_EXPECTED]
        if rare and len(rare) < len(placed):
            verb = "has" if len(rare) == 1 else "have"
            notes.append(
                f"{capital(name_segments(rare, fmt))} {verb} fewer than {FEW_EXPECTED} customers to be expected; no "
                "verdict is possible there."
            )
        notes.extend(self._about_drivers())
        notes.extend(self._about_low_information())
        notes.extend(self._about_inputs())
        return notes

    def _about_drivers(self) -> list[str]:
        """Warn where a recommendation rests on age, sex or region, or on what stands in for a sensitive feature."""
        labels = {column.name: column.label for column in self.analysis.quality.columns}
        driven = [segment for segment in self.chosen if segment.driven_by]
        notes = []
        if driven:
            names = list(dict.fromkeys(labels.get(name, name) for segment in driven for name in segment.driven_by))
            verb, them = ("rests", "it") if len(driven) == 1 else ("rest", "them")
            notes.append(
                f"{capital(name_segments(driven, self.fmt))} {verb} on {self.fmt.words(names)}: check your policy "
                f"before you mail by {them}."
            )
        proxies = [proxy.label for proxy in self.analysis.proxies if proxy.warning]
        if proxies and self.chosen:
            notes.append(f"Segments tell something of what was left out as sensitive: {self.fmt.words(proxies)}.")
        return notes

    def _about_low_information(self) -> list[str]:
        low = self.low
        if low is None or abs(low.customers.share - low.population.share) < 0.02:
            return []
        side = "customers" if low.customers.share > low.population.share else "the population"
        return [
            f"Low-information records are more frequent among {side}; indices of the other segments are therefore "
            "taken "
            "among people with enough data."
        ]

    def _about_inputs(self) -> list[str]:
        notes = []
        touchy = [c for c in self.analysis.quality.columns if c.sensitivity == "special" and c.use == "distance"]
        if touchy:
            notes.append(f"Sensitive features take part in the segments: {self.fmt.words([c.label for c in touchy])}.")
        if not self.analysis.provenance.labelled:
            notes.append("The dictionary has no labels, so codes are shown as they are.")
        return notes

    def how_sure(self) -> list[str]:
        notes = [
            self._about_k(),
            self._about_badges(),
            self._about_structure(),
            self._about_intervals(),
            self.analysis.robustness.sentence,
        ]
        if self.analysis.provenance.quick:
            notes.append("This is a quick run with fewer repetitions; make a full one before you rely on it.")
        return [note for note in notes if note]

    def _about_k(self) -> str:
        fmt, choice = self.fmt, self.analysis.choice
        rows = {row.k: row for row in choice.scan}
        number = fmt.quantity(choice.k, "segment", "segments")
        if choice.given:
            return f"The number of segments, {fmt.count(choice.k)}, was given, not chosen from the data."
        if choice.k not in rows:
            return ""
        other = _neighbour(choice.k, choice.runner_up, rows)
        sentence = f"{number}: refits agree at {fmt.coefficient(rows[choice.k].ari)}"
        if other is not None:
            sentence += f"; with {fmt.count(other.k)} they agree at {fmt.coefficient(other.ari)}"
            if other.ari >= rows[choice.k].ari and other.jaccard < rows[choice.k].jaccard:
                sentence += f", but one segment comes back at {fmt.coefficient(other.jaccard)} only"
        return sentence + ", where 1 is the same result and 0 is chance."

    def _about_badges(self) -> str:
        fmt = self.fmt
        judged = [segment for segment in self.analysis.placed if segment.badge is not None]
        firm = [segment for segment in judged if segment.badge in TRUSTED]
        if not judged:
            return ""
        if len(firm) == len(judged):
            return "Every segment comes back when the analysis is repeated (badge stable or better)."
        return (
            f"{fmt.count(len(firm))} of {fmt.quantity(len(judged), 'segment', 'segments')} come back when the "
            "analysis is "
            "repeated (badge stable or better)."
        )

    def _about_structure(self) -> str:
        """Say how the segments compare with chance; the first page says so above when they are not found."""
        if self.analysis.structure != "found":
            return ""
        return "The groups are denser than a structureless cloud of the same shape would give."

    def _about_intervals(self) -> str:
        if self.judged:
            return (
                "Intervals hold at 95\u00a0%; the one that decides a verdict counts chance and how firmly the "
                "segments stand."
            )
        return (
            "Intervals hold at 95\u00a0% for chance alone; no verdict is given until the spread over repeated "
            "clusterings is known."
        )


def _neighbour(k: int, runner_up: int | None, rows: dict[int, KRow]) -> KRow | None:
    """Return the number of segments to compare with: one more, else the runner-up, else one fewer."""
    for candidate in (k + 1, runner_up, k - 1):
        if candidate is not None and candidate in rows:
            return rows[candidate]
    return None
