"""What changed, in sentences: for the first page, for alarms, and about the recommendation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reportgen.analysis.codes import in_words
from reportgen.analysis.drift_shift import LEVEL
from reportgen.analysis.phrases import capital
from reportgen.analysis.result import Analysis
from reportgen.analysis.result_changes import FeatureShift, SegmentShift, Shift
from reportgen.analysis.result_segments import Segment
from reportgen.formatting import Formatter
from reportgen.language import say, say_n

AGREEMENT_ALARM = 0.8
_NOTABLE_SHARE = 0.01  # change of a segment's share of the population that is worth a sentence
_MOST_NAMED = 3
_MOST_IN_ALARM = 2  # an alarm is the headline of its chapter
_MISSING_STEP = 0.05


@dataclass(frozen=True)
class ChangeWords:
    """Writes the sentences about two runs.

    ``same`` gives the id now of each former segment that is still there; ``kept`` says that both runs assign people in
    the same way.
    """

    before: Analysis
    now: Analysis
    features: tuple[FeatureShift, ...]
    segments: tuple[SegmentShift, ...]
    same: Mapping[int, int]
    fmt: Formatter
    kept: bool = True

    def alarms(self, agreement: float | None, segment_shift: Shift | None) -> tuple[str, ...]:
        """Say what calls for segments built anew."""
        found = []
        drifted = [feature for feature in self.features if _alarms(feature.population, feature.since_fit)]
        if drifted:
            features = capital(self._features(drifted))
            found.append(say("{features} drifted beyond 0.25 and beyond chance.", features=features))
        others = [feature for feature in self.features if feature not in drifted and _alarms(feature.customers)]
        if others:
            features = self._features(others)
            found.append(say("Among customers {features} drifted beyond 0.25 and beyond chance.", features=features))
        if segment_shift is not None and segment_shift.alarm:
            found.append(say("Sizes of segments drifted (PSI {psi}).", psi=self.fmt.decimal(segment_shift.psi, 2)))
        if agreement is not None and agreement < AGREEMENT_ALARM:
            measured = self.fmt.coefficient(agreement)
            found.append(say("Segments built anew agree with these only at {agreement}.", agreement=measured))
        return tuple(found)

    def notes(self, refit_reason: str) -> tuple[str, ...]:
        """Say what changed, the weightiest first; "nothing worth a sentence" when that is so."""
        found = [
            *([say("Segments were built anew, because {reason}.", reason=refit_reason)] if refit_reason else []),
            *self._fates(),
            *self._verdicts(),
            *self._indices(),
            *self._sizes(),
            *self._columns(),
            *self._codes(),
            *self._missing(),
        ]
        if not self.features:
            found.append(say("Features cannot be compared: the private files of one of the runs are not at hand."))
        return tuple(found) or (self._nothing(),)

    def _nothing(self) -> str:
        """Say how little there is to say, without contradicting an alarm or the features beyond chance."""
        shifts = [(feature.population, feature.customers) for feature in self.features]
        beyond = sum(any(shift is not None and shift.p_holm <= LEVEL for shift in both) for both in shifts)
        if beyond:
            return say_n(
                beyond,
                "{n}\u00a0feature moved by more than chance; segments, indices and codes did not.",
                "{n}\u00a0features moved by more than chance; segments, indices and codes did not.",
                n=self.fmt.count(beyond),
            )
        return say("Nothing moved by more than chance.")

    def recommendation(self) -> tuple[str, ...]:
        """Say how the recommendation changed."""
        old, new = self._recommended(self.before), self._recommended(self.now)
        ids = {segment.id for segment in new}
        known = {self.same.get(segment.id) for segment in old}
        if not old and not new:
            return (say("No segment is recommended, as before."),)
        sentences: list[str] = []
        joined = [segment for segment in new if segment.id not in known]
        left = [segment for segment in old if self.same.get(segment.id) not in ids]
        if joined:
            sentences.append(
                say_n(
                    len(joined),
                    "Segment {letters} is recommended now, and was not before.",
                    "Segments {letters} are recommended now, and were not before.",
                    letters=self.fmt.words([segment.letter for segment in joined]),
                )
            )
        sentences.extend(
            say("Segment {letter} is no longer recommended: {why}.", letter=former.letter, why=self._why(former))
            for former in left
        )
        if not joined and not left:
            sentences.append(say("The recommendation names the same segments as before."))
        return tuple(sentences)

    def _recommended(self, analysis: Analysis) -> list[Segment]:
        return [analysis.by_id[i] for i in analysis.recommendation.write_to]

    def _why(self, former: Segment) -> str:
        now = self.now.by_id.get(self.same.get(former.id, -1))
        if now is None:
            return say("there is no such segment any more")
        index = self.fmt.index(now.index_placed)
        if now.verdict is None:
            return say("it has no verdict (index {index})", index=index)
        if now.verdict != "over":
            return say("its verdict is {verdict} (index {index})", verdict=in_words(now.verdict), index=index)
        return say("it comes back less firmly when the analysis is repeated ({badge})", badge=in_words(now.badge or ""))

    def _features(self, features: Sequence[FeatureShift]) -> str:
        names = [feature.label for feature in features[: 1 if len(features) > _MOST_IN_ALARM else None]]
        more = len(features) - len(names)
        others = [say_n(more, "{n} more feature", "{n} more features", n=self.fmt.count(more))] if more else []
        return self.fmt.words([*names, *others])

    def _fates(self) -> list[str]:
        letters = {shift.id: shift.letter for shift in self.segments}
        found: list[str] = []
        for shift in self.segments:
            relatives = self.fmt.words([letters.get(i, str(i)) for i in shift.relatives])
            if shift.fate == "split" and shift.population_now is None:
                found.append(say("Segment {letter} has split into {others}.", letter=shift.letter, others=relatives))
            elif shift.fate == "split" and self._survives(shift.relatives[0]):
                found.append(
                    say("Segment {letter} has split off from segment {other}.", letter=shift.letter, other=relatives)
                )
            elif shift.fate == "merged" and shift.population_now is not None:
                found.append(
                    say(
                        "Segment {letter} is made of the former segments {others}.",
                        letter=shift.letter,
                        others=relatives,
                    )
                )
            elif shift.fate == "born":
                found.append(say("Segment {letter} is new.", letter=shift.letter))
            elif shift.fate == "died":
                found.append(say("Segment {letter} is no more.", letter=shift.letter))
        return found

    def _survives(self, segment: int) -> bool:
        return any(shift.id == segment and shift.fate == "kept" for shift in self.segments)

    def _verdicts(self) -> list[str]:
        return [
            say(
                "Segment {letter} is {now} now, and was {before}.",
                letter=shift.letter, now=in_words(shift.verdict_now), before=in_words(shift.verdict_before),
            )
            for shift in self.segments
            if shift.fate == "kept" and shift.verdict_now and shift.verdict_before
            and shift.verdict_now != shift.verdict_before
        ]  # fmt: skip

    def _indices(self) -> list[str]:
        moved = [shift for shift in self.segments if shift.moved and shift.difference is not None]
        moved.sort(key=lambda shift: -abs(shift.difference or 0.0))
        return [self._index(shift) for shift in moved[:_MOST_NAMED]]

    def _index(self, shift: SegmentShift) -> str:
        before, now = self.fmt.index(shift.index_before), self.fmt.index(shift.index_now)
        rose = (shift.difference or 0) > 0
        if shift.id == 0 and rose:
            return say("The index of the low-information records rose from {before} to {now}.", before=before, now=now)
        if shift.id == 0:
            return say("The index of the low-information records fell from {before} to {now}.", before=before, now=now)
        values = {"letter": shift.letter, "before": before, "now": now}
        if rose:
            return say("The index of segment {letter} rose from {before} to {now}.", **values)
        return say("The index of segment {letter} fell from {before} to {now}.", **values)

    def _sizes(self) -> list[str]:
        found = []
        for shift in self.segments:
            if shift.population_before is None or shift.population_now is None:
                continue
            change = shift.population_now - shift.population_before
            if abs(change) >= _NOTABLE_SHARE:
                found.append((-abs(change), self._size(shift, change > 0)))
        return [sentence for _, sentence in sorted(found)[:_MOST_NAMED]]

    def _size(self, shift: SegmentShift, grew: bool) -> str:
        values = {"before": self.fmt.share(shift.population_before), "now": self.fmt.share(shift.population_now)}
        if shift.id == 0 and grew:
            return say("The share of low-information records grew from {before} to {now} of the population.", **values)
        if shift.id == 0:
            return say(
                "The share of low-information records shrank from {before} to {now} of the population.", **values
            )
        values["letter"] = shift.letter
        if grew:
            return say("Segment {letter} grew from {before} to {now} of the population.", **values)
        return say("Segment {letter} shrank from {before} to {now} of the population.", **values)

    def _columns(self) -> list[str]:
        """Say which features came and which went."""
        before, now = ({column.name: column for column in run.quality.columns} for run in (self.before, self.now))
        came = [column.label for name, column in now.items() if name not in before]
        went = [column.label for name, column in before.items() if name not in now]
        found: list[str] = []
        if came:
            found.append(
                say_n(
                    len(came),
                    "New feature: {features}. The segments, which are kept, do not use it.",
                    "New features: {features}. The segments, which are kept, do not use them.",
                    features=self._listed(came),
                )
                if self.kept
                else say_n(
                    len(came), "New feature: {features}.", "New features: {features}.", features=self._listed(came)
                )
            )
        if went:
            found.append(
                say_n(
                    len(went),
                    "Feature no longer in the report: {features}.",
                    "Features no longer in the report: {features}.",
                    features=self._listed(went),
                )
            )
        return found

    def _listed(self, labels: Sequence[str]) -> str:
        """Name up to three features and say how many more there are."""
        more = len(labels) - _MOST_NAMED
        others = [say("{number} more", number=self.fmt.count(more))] if more > 0 else []
        return self.fmt.words([*labels[:_MOST_NAMED], *others])

    def _codes(self) -> list[str]:
        found: list[str] = []
        for feature in self.features:
            came, went = feature.new_codes, feature.vanished_codes
            values = {"feature": feature.label, "codes": self.fmt.words(came[:5])}
            if came:
                found.append(
                    say_n(len(came), "New code in {feature}: {codes}.", "New codes in {feature}: {codes}.", **values)
                )
            values["codes"] = self.fmt.words(went[:5])
            if went:
                found.append(
                    say_n(
                        len(went),
                        "Vanished code in {feature}: {codes}.",
                        "Vanished codes in {feature}: {codes}.",
                        **values,
                    )
                )
        named, more = found[:_MOST_NAMED], len(found) - _MOST_NAMED
        if more <= 0:
            return named
        others = say_n(
            more,
            "Codes came or went once more; the table has them.",
            "Codes came or went {n} more times; the table has them.",
            n=self.fmt.count(more),
        )
        return [*named, others]

    def _missing(self) -> Sequence[str]:
        return [
            say(
                "{feature} is missing for {now} of the population, before for {before}.",
                feature=capital(feature.label),
                now=self.fmt.share(feature.missing_now),
                before=self.fmt.share(feature.missing_before),
            )
            for feature in self.features
            if abs(feature.missing_rise or 0.0) >= _MISSING_STEP
        ][:_MOST_NAMED]


def _alarms(*shifts: Shift | None) -> bool:
    return any(shift is not None and shift.alarm for shift in shifts)
