"""The notes below the answer of the first page: what to take care of, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass

from reportgen.analysis.result import Analysis, KRow, Segment
from reportgen.formatting import SUPPRESSED_BELOW, Formatter
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
        notes.extend(self._about_few_people())
        notes.extend(self._about_assumptions())
        notes.extend(self._about_low_information())
        notes.extend(self._about_inputs())
        return notes

    def _about_few_people(self) -> list[str]:
        few = [segment for segment in self.analysis.placed if holds_few(segment)]
        if not few:
            return []
        verb = "holds" if len(few) == 1 else "hold"
        return [
            f"{capital(name_segments(few, self.fmt))} {verb} fewer than {FEW_PEOPLE} people or customers; little can "
            "be said of so few."
        ]

    def _about_assumptions(self) -> list[str]:
        """Warn of verdicts that rest on age, sex or region, on low-information records, or on sensitive features."""
        notes = [drivers_note(self.analysis, self.chosen, self.fmt), flips_note(self.analysis, self.fmt)]
        notes = [note for note in notes if note]
        proxies = [proxy.label for proxy in self.analysis.proxies if proxy.warning]
        if proxies and self.chosen:
            notes.append(f"Segments tell something of what was left out as sensitive: {self.fmt.words(proxies)}.")
        return notes

    def _about_low_information(self) -> list[str]:
        low = low_information(self.analysis)
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
        """Return what the answer rests on: the number of segments, their badges, chance, intervals, repetitions."""
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
        if choice.merged_from is not None:
            return (
                f"{fmt.quantity(choice.merged_from, 'segment', 'segments')} were "
                f"{'given' if choice.given else 'chosen'}; those with fewer than {SUPPRESSED_BELOW} people on a side "
                f"are merged, which leaves {fmt.count(choice.k)}."
            )
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
        return "People lie closer to their own segment than they would in one cloud without groups in the same codes."

    def _about_intervals(self) -> str:
        if is_judged(self.analysis):
            return errors_sentence(self.analysis, self.fmt)
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
