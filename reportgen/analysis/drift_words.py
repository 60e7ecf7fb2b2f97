"""What changed, in sentences: for the first page, for alarms, and about the recommendation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reportgen.analysis.result import Analysis, Segment
from reportgen.analysis.result_changes import FeatureShift, SegmentShift, Shift
from reportgen.formatting import Formatter

AGREEMENT_ALARM = 0.8
_NOTABLE_SHARE = 0.01  # change of a segment's share of the population that is worth a sentence
_MOST_NAMED = 3
_MOST_IN_ALARM = 2  # an alarm is the headline of its chapter
_MISSING_STEP = 0.05


@dataclass(frozen=True)
class ChangeWords:
    """Writes the sentences about two runs; ``same`` gives the id now of each former segment that is still there."""

    before: Analysis
    now: Analysis
    features: tuple[FeatureShift, ...]
    segments: tuple[SegmentShift, ...]
    same: Mapping[int, int]
    fmt: Formatter

    def alarms(self, agreement: float | None, segment_shift: Shift | None) -> tuple[str, ...]:
        """Say what calls for segments built anew."""
        found = []
        drifted = [feature for feature in self.features if _alarms(feature.population, feature.since_fit)]
        if drifted:
            found.append(f"{self._features(drifted)} drifted beyond 0.25 and beyond chance")
        others = [feature for feature in self.features if feature not in drifted and _alarms(feature.customers)]
        if others:
            found.append(f"among customers {self._features(others)} drifted beyond 0.25 and beyond chance")
        if segment_shift is not None and segment_shift.alarm:
            found.append(f"sizes of segments drifted (PSI {self.fmt.decimal(segment_shift.psi, 2)})")
        if agreement is not None and agreement < AGREEMENT_ALARM:
            found.append(f"segments built anew agree with these only at {self.fmt.coefficient(agreement)}")
        return tuple(f"{_capital(text)}." for text in found)

    def notes(self, refit_reason: str) -> tuple[str, ...]:
        """Say what changed, the weightiest first; "nothing worth a sentence" when that is so."""
        found = [
            *([f"Segments were built anew, because {refit_reason}."] if refit_reason else []),
            *self._fates(),
            *self._verdicts(),
            *self._indices(),
            *self._sizes(),
            *self._codes(),
            *self._missing(),
        ]
        return tuple(found) or ("Nothing moved by more than chance.",)

    def recommendation(self) -> tuple[str, ...]:
        """Say how the recommendation changed."""
        old, new = self._recommended(self.before), self._recommended(self.now)
        ids = {segment.id for segment in new}
        known = {self.same.get(segment.id) for segment in old}
        if not old and not new:
            return ("No segment is recommended, as before.",)
        sentences = []
        joined = [segment for segment in new if segment.id not in known]
        left = [segment for segment in old if self.same.get(segment.id) not in ids]
        if joined:
            sentences.append(
                f"{self._named(joined)} {_verb(joined, 'is', 'are')} recommended now, and {_was(joined)} not before."
            )
        sentences.extend(f"Segment {former.letter} is no longer recommended: {self._why(former)}." for former in left)
        if not joined and not left:
            sentences.append("The recommendation names the same segments as before.")
        return tuple(sentences)

    def _recommended(self, analysis: Analysis) -> list[Segment]:
        return [analysis.by_id[i] for i in analysis.recommendation.write_to]

    def _why(self, former: Segment) -> str:
        now = self.now.by_id.get(self.same.get(former.id, -1))
        if now is None:
            return "there is no such segment any more"
        if now.verdict != "over":
            return f"its verdict is {now.verdict} (index {self.fmt.index(now.index_placed)})"
        return f"it comes back less firmly when the analysis is repeated ({now.badge})"

    def _named(self, segments: Sequence[Segment | SegmentShift]) -> str:
        letters = self.fmt.words([segment.letter for segment in segments])
        return f"Segment {letters}" if len(segments) == 1 else f"Segments {letters}"

    def _features(self, features: Sequence[FeatureShift]) -> str:
        names = [feature.label for feature in features[: 1 if len(features) > _MOST_IN_ALARM else None]]
        more = len(features) - len(names)
        return self.fmt.words([*names, *([f"{more} more features"] if more else [])])

    def _fates(self) -> list[str]:
        letters = {shift.id: shift.letter for shift in self.segments}
        found = []
        for shift in self.segments:
            relatives = self.fmt.words([letters.get(i, str(i)) for i in shift.relatives])
            if shift.fate == "split" and shift.population_now is None:
                found.append(f"Segment {shift.letter} has split into {relatives}.")
            elif shift.fate == "split" and self._survives(shift.relatives[0]):
                found.append(f"Segment {shift.letter} has split off from segment {relatives}.")
            elif shift.fate == "merged" and shift.population_now is not None:
                found.append(f"Segment {shift.letter} is made of the former segments {relatives}.")
            elif shift.fate == "born":
                found.append(f"Segment {shift.letter} is new.")
            elif shift.fate == "died":
                found.append(f"Segment {shift.letter} is no more.")
        return found

    def _survives(self, segment: int) -> bool:
        return any(shift.id == segment and shift.fate == "kept" for shift in self.segments)

    def _verdicts(self) -> list[str]:
        return [
            f"Segment {shift.letter} is {shift.verdict_now} now, and was {shift.verdict_before}."
            for shift in self.segments
            if shift.fate == "kept" and shift.verdict_now and shift.verdict_before
            and shift.verdict_now != shift.verdict_before
        ]  # fmt: skip

    def _indices(self) -> list[str]:
        moved = [shift for shift in self.segments if shift.moved and shift.difference is not None]
        moved.sort(key=lambda shift: -abs(shift.difference or 0.0))
        return [
            f"The index of {_called(shift)} {'rose' if (shift.difference or 0) > 0 else 'fell'} from "
            f"{self.fmt.index(shift.index_before)} to {self.fmt.index(shift.index_now)}."
            for shift in moved[:_MOST_NAMED]
        ]

    def _sizes(self) -> list[str]:
        found = []
        for shift in self.segments:
            if shift.population_before is None or shift.population_now is None:
                continue
            change = shift.population_now - shift.population_before
            if abs(change) >= _NOTABLE_SHARE:
                name = "The share of low-information records" if shift.id == 0 else f"Segment {shift.letter}"
                verb = "grew" if change > 0 else "shrank"
                found.append((
                    -abs(change),
                    f"{name} {verb} from {self.fmt.share(shift.population_before)} to "
                    f"{self.fmt.share(shift.population_now)} of the population.",
                ))  # fmt: skip
        return [sentence for _, sentence in sorted(found)[:_MOST_NAMED]]

    def _codes(self) -> list[str]:
        found = []
        for feature in self.features:
            for codes, what in ((feature.new_codes, "New"), (feature.vanished_codes, "Vanished")):
                if codes:
                    noun = "code" if len(codes) == 1 else "codes"
                    found.append(f"{what} {noun} in {feature.label}: {self.fmt.words(codes[:5])}.")
        named, more = found[:_MOST_NAMED], len(found) - _MOST_NAMED
        return [*named, f"Codes came or went {more} more times; the table has them."] if more > 0 else named

    def _missing(self) -> list[str]:
        return [
            f"{_capital(feature.label)} is missing for {self.fmt.share(feature.missing_now)} of the population, before "
            f"for {self.fmt.share(feature.missing_before)}."
            for feature in self.features
            if abs(feature.missing_rise or 0.0) >= _MISSING_STEP
        ][:_MOST_NAMED]


def _alarms(*shifts: Shift | None) -> bool:
    return any(shift is not None and shift.alarm for shift in shifts)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _called(shift: SegmentShift) -> str:
    return "the low-information records" if shift.id == 0 else f"segment {shift.letter}"


def _verb(items: Sequence[object], one: str, many: str) -> str:
    return one if len(items) == 1 else many


def _was(items: Sequence[object]) -> str:
    return "was" if len(items) == 1 else "were"
