"""The notes below the answer of the first page: what to take care of, and how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reportgen.analysis.result import Analysis
from reportgen.analysis.result_choice import KRow
from reportgen.analysis.result_segments import Segment
from reportgen.formatting import SUPPRESSED_BELOW, Formatter
from reportgen.language import say, say_n
from reportgen.report.assumptions import drivers_note, errors_sentence, flips_note
from reportgen.report.wording import (
    FEW_EXPECTED,
    FEW_PEOPLE,
    NOT_REPRODUCED,
    TRUSTED,
    capital,
    holds_few,
    is_judged,
    low_information,
    name_segments,
)


@dataclass(frozen=True)
class BriefNotes:
    """Writes the notes of one analysis; ``chosen`` are the segments that the answer is about."""

    analysis: Analysis
    fmt: Formatter
    chosen: tuple[Segment, ...]

    def take_care(self) -> list[str]:
        """Return what a reader should not conclude or rely on."""
        placed = self.analysis.placed
        notes: list[str] = [
            say("Over-represented is not “will respond”: the index says who resembles today’s customers.")
        ]
        shaky = [segment for segment in placed if segment.badge == NOT_REPRODUCED]
        if shaky:
            notes.append(
                say_n(
                    len(shaky),
                    "{segments} is not reproduced when the analysis is repeated; do not plan on it.",
                    "{segments} are not reproduced when the analysis is repeated; do not plan on them.",
                    segments=self._named(shaky),
                )
            )
        blurred = [segment for segment in self.chosen if segment.badge == "pattern only"]
        if blurred:
            notes.append(
                say_n(
                    len(blurred),
                    "{segments} comes back as a pattern only: its borders move when the analysis is repeated.",
                    "{segments} come back as a pattern only: their borders move when the analysis is repeated.",
                    segments=self._named(blurred),
                )
            )
        rare = [segment for segment in placed if segment.expected_customers < FEW_EXPECTED]
        if rare and len(rare) < len(placed):
            notes.append(
                say_n(
                    len(rare),
                    "{segments} would be expected to hold fewer than {least} customers; no verdict is possible there.",
                    "{segments} would each be expected to hold fewer than {least} customers; no verdict is possible "
                    "there.",
                    segments=self._named(rare),
                    least=FEW_EXPECTED,
                )
            )
        notes.extend(self._about_few_people())
        notes.extend(self._about_assumptions())
        notes.extend(self._about_low_information())
        notes.extend(self._about_inputs())
        return notes

    def _named(self, segments: list[Segment]) -> str:
        """Return segments as the beginning of a sentence."""
        return capital(name_segments(segments, self.fmt))

    def _about_few_people(self) -> list[str]:
        few = [segment for segment in self.analysis.placed if holds_few(segment)]
        if not few:
            return []
        return [
            say_n(
                len(few),
                "{segments} holds fewer than {least} people or customers; little can be said of so few.",
                "{segments} hold fewer than {least} people or customers; little can be said of so few.",
                segments=self._named(few),
                least=FEW_PEOPLE,
            )
        ]

    def _about_assumptions(self) -> list[str]:
        """Warn of verdicts that rest on age, sex or region, on low-information records, or on sensitive features."""
        notes = [drivers_note(self.analysis, self.chosen, self.fmt), flips_note(self.analysis, self.fmt)]
        notes = [note for note in notes if note]
        proxies = [proxy.label for proxy in self.analysis.proxies if proxy.warning]
        if proxies and self.chosen:
            notes.append(
                say(
                    "The segments partly give away features that were left out as sensitive: {features}.",
                    features=self.fmt.words(proxies),
                )
            )
        return notes

    def _about_low_information(self) -> list[str]:
        low = low_information(self.analysis)
        if low is None or abs(low.customers.share - low.population.share) < 0.02:
            return []
        if low.customers.share > low.population.share:
            return [
                say(
                    "Low-information records are more frequent among customers; indices of the other segments are "
                    "therefore taken among people with enough data."
                )
            ]
        return [
            say(
                "Low-information records are more frequent among the population; indices of the other segments are "
                "therefore taken among people with enough data."
            )
        ]

    def _about_inputs(self) -> list[str]:
        notes: list[str] = []
        touchy = [c for c in self.analysis.quality.columns if c.sensitivity == "special" and c.use == "distance"]
        if touchy:
            labels = self.fmt.words([column.label for column in touchy])
            notes.append(say("Sensitive features take part in the segments: {features}.", features=labels))
        if not self.analysis.provenance.labelled:
            notes.append(say("The dictionary has no labels for codes, so codes are shown as they are."))
        return notes

    def how_sure(self) -> list[str]:
        """Return what the answer rests on: the number of segments, their badges, chance, intervals, repetitions."""
        notes = [
            self._about_k(),
            self._about_badges(),
            self._about_structure(),
            self._about_intervals(),
            self.analysis.robustness.sentence,
        ]
        if self.analysis.provenance.quick:
            notes.append(say("This is a quick run with fewer repetitions; make a full one before you rely on it."))
        return [note for note in notes if note]

    def _about_k(self) -> str:
        fmt, choice = self.fmt, self.analysis.choice
        rows = _comparable(choice.k, choice.scan)
        if choice.merged_from is not None:
            return self._about_merged(choice.merged_from)
        if choice.given:
            return say("The number of segments, {n}, was given, not chosen from the data.", n=fmt.count(choice.k))
        if choice.k not in rows:
            return ""
        other = _neighbour(choice.k, choice.runner_up, rows)
        number, here = fmt.quantity(choice.k, "segment", "segments"), fmt.coefficient(rows[choice.k].ari)
        if other is None:
            return say(
                "{number}: refits agree at {here}, where 1 is the same result and 0 is chance.",
                number=number,
                here=here,
            )
        there, k = fmt.coefficient(other.ari), fmt.count(other.k)
        if other.ari >= rows[choice.k].ari and other.jaccard < rows[choice.k].jaccard:
            return say(
                "{number}: refits agree at {here}; with {other} they agree at {there}, but one segment comes back at "
                "{least} only, where 1 is the same result and 0 is chance.",
                number=number,
                here=here,
                other=k,
                there=there,
                least=fmt.coefficient(other.jaccard),
            )
        return say(
            "{number}: refits agree at {here}; with {other} they agree at {there}, where 1 is the same result and 0 is "
            "chance.",
            number=number,
            here=here,
            other=k,
            there=there,
        )

    def _about_merged(self, before: int) -> str:
        fmt, choice = self.fmt, self.analysis.choice
        values = {
            "before": fmt.quantity(before, "segment", "segments"),
            "least": SUPPRESSED_BELOW,
            "left": fmt.count(choice.k),
        }
        if choice.given:
            return say(
                "{before} were given; those with fewer than {least} people on a side are merged, which leaves {left}.",
                **values,
            )
        return say(
            "{before} were chosen; those with fewer than {least} people on a side are merged, which leaves {left}.",
            **values,
        )

    def _about_badges(self) -> str:
        fmt = self.fmt
        judged = [segment for segment in self.analysis.placed if segment.badge is not None]
        firm = [segment for segment in judged if segment.badge in TRUSTED]
        if not judged:
            return ""
        if len(firm) == len(judged):
            return say("Every segment comes back when the analysis is repeated (badge stable or better).")
        return say_n(
            len(judged),
            "{n} of {of}\u00a0segment come back when the analysis is repeated (badge stable or better).",
            "{n} of {of}\u00a0segments come back when the analysis is repeated (badge stable or better).",
            n=fmt.count(len(firm)),
            of=fmt.count(len(judged)),
        )

    def _about_structure(self) -> str:
        """Say how the segments compare with chance; the first page says so above when they are not found."""
        if self.analysis.structure != "found":
            return ""
        return say(
            "People lie closer to their own segment than they would in one cloud without groups in the same codes."
        )

    def _about_intervals(self) -> str:
        if is_judged(self.analysis):
            return errors_sentence(self.analysis, self.fmt)
        return say(
            "Intervals hold at 95\u00a0% for chance alone; no verdict is given until the spread over repeated "
            "clusterings is known."
        )


def _comparable(k: int, scan: Sequence[KRow]) -> dict[int, KRow]:
    """Return rows by k with figures from the same people: from those among whom refits of the chosen k agree less.

    A number of segments that was not tried on more people keeps its figures of the sample.
    """
    chosen = next((row for row in scan if row.k == k), None)
    if chosen is None or chosen.confirmed_ari is None or chosen.confirmed_ari >= chosen.ari:
        return {row.k: row for row in scan}
    return {row.k: _confirmed(row) for row in scan}


def _confirmed(row: KRow) -> KRow:
    if row.confirmed_ari is None or row.confirmed_jaccard is None:
        return row
    return replace(row, ari=row.confirmed_ari, jaccard=row.confirmed_jaccard)


def _neighbour(k: int, runner_up: int | None, rows: dict[int, KRow]) -> KRow | None:
    """Return the number of segments to compare with: one more, else the runner-up, else one fewer."""
    for candidate in (k + 1, runner_up, k - 1):
        if candidate is not None and candidate in rows:
            return rows[candidate]
    return None
