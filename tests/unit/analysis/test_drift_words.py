"""What changed in sentences: each case, and nothing where nothing moved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reportgen.analysis.drift import RunRecord, compare_runs
from reportgen.analysis.drift_match import Matching, identity
from reportgen.analysis.drift_segments import compare_segments
from reportgen.analysis.drift_words import ChangeWords
from reportgen.analysis.result import Analysis
from reportgen.analysis.result_changes import FeatureShift, Shift
from reportgen.analysis.result_segments import Segment
from reportgen.formatting import Formatter
from tests.factories import example_analysis
from tests.factory_changes import shift

FMT = Formatter("en")


def changed(analysis: Analysis, segment: int, **fields: Any) -> Analysis:
    return replace(analysis, segments=tuple(replace(s, **fields) if s.id == segment else s for s in analysis.segments))


@pytest.fixture(scope="module")
def before() -> Analysis:
    return example_analysis(4, 6, totals=True)


def words(before: Analysis, now: Analysis, matching: Matching | None = None, *features: FeatureShift) -> ChangeWords:
    features = features or (feature(),)
    used = matching or identity(len(now.placed))
    segments = compare_segments(before, now, used, same_model=True)
    same = {before.placed[old].id: now.placed[new].id for new, (old, _) in used.pairs.items()}
    return ChangeWords(before, now, features, segments, same, FMT)


def feature(**fields: Any) -> FeatureShift:
    plain = FeatureShift("F", "form of address", None, None, None, 0.1, 0.1, 0.1, 0.1, (), (), 0)
    return replace(plain, **fields)


def test_nothing_moved(before: Analysis) -> None:
    said = words(before, before, None, feature(population=shift(0.001)))
    assert said.notes("") == ("Nothing moved by more than chance.",)
    assert replace(said, features=()).notes("") == (
        "Features cannot be compared: the private files of one of the runs are not at hand.",
    )
    assert said.alarms(0.95, shift(0.01)) == ()
    assert said.recommendation() in (
        ("The recommendation names the same segments as before.",), ("No segment is recommended, as before.",),
    )  # fmt: skip


def test_features_beyond_chance_are_never_called_nothing(before: Analysis) -> None:
    beyond = [feature(population=shift(0.3)), feature(name="G", customers=shift(0.1), population=shift(0.01))]
    assert words(before, before, None, beyond[0]).notes("") == (
        "1\u00a0feature moved by more than chance; segments, indices and codes did not.",
    )
    assert words(before, before, None, *beyond).notes("") == (
        "2\u00a0features moved by more than chance; segments, indices and codes did not.",
    )


def test_alarms(before: Analysis) -> None:
    far, calm = shift(0.4), shift(0.01)
    said = words(
        before, before, None, feature(population=far), feature(name="G", label="age", customers=far, population=calm)
    )
    assert said.alarms(0.7, shift(0.3)) == (
        "Form of address drifted beyond 0.25 and beyond chance.",
        "Among customers age drifted beyond 0.25 and beyond chance.",
        "Sizes of segments drifted (PSI 0.30).",
        "Segments built anew agree with these only at 0.70.",
    )


def test_indices_sizes_and_verdicts(before: Analysis) -> None:
    segment = before.by_id[1]
    assert segment.index_placed is not None
    now = changed(
        before, 1, index_placed=segment.index_placed + 90,
        interval_sampling=(segment.index_placed + 85, segment.index_placed + 95), verdict="under",
        population=replace(segment.population, share=segment.population.share + 0.05),
    )  # fmt: skip
    was = changed(before, 1, interval_sampling=(segment.index_placed - 5, segment.index_placed + 5), verdict="over")
    said = words(was, now).notes("age was added")
    assert said[0] == "Segments were built anew, because age was added."
    assert "Segment A is under now, and was over." in said
    index = f"from {FMT.index(segment.index_placed)} to {FMT.index(segment.index_placed + 90)}."
    assert f"The index of segment A rose {index}" in said
    assert any(sentence.startswith("Segment A grew from") for sentence in said)
    back = words(now, was).notes("")
    assert any(sentence.startswith("The index of segment A fell") for sentence in back)
    assert any(sentence.startswith("Segment A shrank from") for sentence in back)


def test_codes_and_gaps(before: Analysis) -> None:
    said = words(before, before, None, feature(new_codes=("7", "8"), vanished_codes=("1",), missing_now=0.3)).notes("")
    assert said == (
        "New codes in form of address: 7 and 8.",
        "Vanished code in form of address: 1.",
        "Form of address is missing for 30\u00a0% of the population, before for 10\u00a0%.",
    )


def with_columns(analysis: Analysis, *labels: str) -> Analysis:
    """Return an analysis that has further columns."""
    quality = analysis.quality
    column = quality.columns[0]
    more = tuple(replace(column, name=label.upper(), label=label) for label in labels)
    return replace(analysis, quality=replace(quality, columns=(*quality.columns, *more)))


def test_features_that_come_and_go_are_named(before: Analysis) -> None:
    more = with_columns(before, "dogs", "cats")
    assert words(before, more).notes("") == (
        "New features: dogs and cats. The segments, which are kept, do not use them.",
    )
    assert replace(words(before, more), kept=False).notes("") == ("New features: dogs and cats.",)
    assert words(more, before).notes("") == ("Features no longer in the report: dogs and cats.",)
    many = with_columns(before, "dogs", "cats", "mice", "fish", "birds")
    assert words(many, before).notes("") == ("Features no longer in the report: dogs, cats, mice and 2 more.",)


def test_many_codes_are_counted_not_listed(before: Analysis) -> None:
    said = words(before, before, None, *(feature(new_codes=("7",), vanished_codes=("1",)) for _ in range(4))).notes("")
    assert said[:3] == (
        "New code in form of address: 7.",
        "Vanished code in form of address: 1.",
        "New code in form of address: 7.",
    )
    assert said[3] == "Codes came or went 5 more times; the table has them."
    assert len(said) == 4


@pytest.mark.parametrize(
    ("matching", "said"),
    [
        (Matching({0: (0, 1.0), 1: (1, 0.7)}, {1: 1, 2: 1}, {}, 2, 3), {"Segment C has split off from segment B."}),
        (Matching({0: (0, 1.0)}, {1: 1, 2: 1}, {}, 2, 3), {"Segment B has split into B and C."}),
        (Matching({0: (0, 1.0)}, {}, {1: (1, 2)}, 3, 2), {"Segment B is made of the former segments B and C."}),
        (Matching({0: (0, 1.0)}, {}, {}, 2, 2), {"Segment B is new.", "Segment B is no more."}),
    ],
)
def test_what_became_of_segments(before: Analysis, matching: Matching, said: set[str]) -> None:
    def first(number: int) -> Analysis:
        return replace(before, segments=before.segments[: number + 1])

    notes = words(first(matching.old), first(matching.new), matching).notes("")
    assert said <= set(notes), notes


def recommended(analysis: Analysis, *ids: int) -> Analysis:
    return replace(analysis, recommendation=replace(analysis.recommendation, write_to=ids))


def test_what_changed_in_the_recommendation(before: Analysis) -> None:
    def told(old: Analysis, new: Analysis, matching: Matching | None = None) -> tuple[str, ...]:
        return words(old, new, matching).recommendation()

    assert told(recommended(before), recommended(before)) == ("No segment is recommended, as before.",)
    assert told(recommended(before, 1), recommended(before, 1, 2)) == (
        "Segment B is recommended now, and was not before.",
    )
    assert told(recommended(before), recommended(before, 1, 2)) == (
        "Segments A and B are recommended now, and were not before.",
    )
    lost = changed(recommended(before, 2), 1, verdict="inconclusive", index_placed=105.0)
    assert told(recommended(before, 1, 2), lost) == (
        "Segment A is no longer recommended: its verdict is inconclusive (index 105).",
    )
    shaky = changed(recommended(before), 1, verdict="over", badge="pattern only")
    assert told(recommended(before, 1), shaky) == (
        "Segment A is no longer recommended: it comes back less firmly when the analysis is repeated (pattern only).",
    )
    gone = Matching({0: (1, 1.0)}, {}, {}, 2, 1)
    small = replace(before, segments=before.segments[:3])
    one = replace(before, segments=before.segments[:2])
    assert told(recommended(small, 1), recommended(one), gone) == (
        "Segment A is no longer recommended: there is no such segment any more.",
    )


def test_an_index_that_cannot_be_given_has_no_difference(before: Analysis) -> None:
    missing = {"index_placed": "no customer", "interval_sampling": "no customer"}
    empty = changed(before, 1, index_placed=None, interval_sampling=None, reasons=missing)
    (found,) = [s for s in compare_segments(before, empty, identity(4), same_model=True) if s.id == 1]
    assert (found.difference, found.interval, found.moved) == (None, None, False)
    assert found.reasons["index_now"] == "no customer"
    bare = changed(before, 1, interval_sampling=None)
    (found,) = [s for s in compare_segments(before, bare, identity(4), same_model=True) if s.id == 1]
    assert found.difference == 0.0
    assert found.interval is None
    assert found.reasons["interval"] == "one of the two intervals cannot be given"


def test_runs_without_anything_private_are_compared_as_far_as_they_go(before: Analysis) -> None:
    same = compare_runs(RunRecord(before), RunRecord(before), FMT)
    assert {shift.fate for shift in same.segments if shift.id} == {"kept"}  # built in the same run, with the same ids
    elsewhere = replace(before, provenance=replace(before.provenance, run="20261201-0b0b0b0b"))
    found = compare_runs(RunRecord(before), RunRecord(elsewhere), FMT)
    assert any("cannot be matched" in note for note in found.notes)
    assert (found.features, found.migration, found.model) == ((), None, "other")
    assert {shift.fate for shift in found.segments if shift.id} == {"born", "died"}
    assert found.segment_shift is None
    assert len(found.history) == 2
    anonymous = replace(before, provenance=replace(before.provenance, id_column=""))
    assert "no id column" in compare_runs(RunRecord(anonymous), RunRecord(before), FMT).reasons["migration"]


def test_low_information_records_are_compared_over_all_rows(before: Analysis) -> None:
    apart: Segment = before.by_id[0]
    (found,) = [s for s in compare_segments(before, before, identity(4), same_model=False) if s.id == 0]
    assert found.index_now == apart.index
    assert found.interval is not None
    assert found.verdict_now is None


def test_an_alarm_names_two_features_or_one_and_the_number_of_others(before: Analysis) -> None:
    loud = Shift(0.3, 0.01, 0.001, 5, alarm=True)
    drifted = [feature(label=label, population=loud) for label in ("age", "town", "income")]
    assert words(before, before, None, *drifted[:2]).alarms(None, None) == (
        "Age and town drifted beyond 0.25 and beyond chance.",
    )
    assert words(before, before, None, *drifted).alarms(None, None) == (
        "Age and 2 more features drifted beyond 0.25 and beyond chance.",
    )
