"""Two runs compared: rows, features, segments, people who moved, and what it means for the recommendation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.drift_counts import CodeCounts
from reportgen.analysis.drift_features import compare_features, published_gaps
from reportgen.analysis.drift_match import Matching, identity, match_by_centroids, match_by_rows
from reportgen.analysis.drift_people import cross_table, migration_of, read_assigned
from reportgen.analysis.drift_segments import compare_segments
from reportgen.analysis.drift_shift import adjust, shift_of
from reportgen.analysis.drift_space import common_centroids, space_of
from reportgen.analysis.drift_words import ChangeWords
from reportgen.analysis.model_reader import StoredModel
from reportgen.analysis.result import Analysis
from reportgen.analysis.result_changes import (
    Changes,
    FeatureShift,
    HistoryIssue,
    HistorySegment,
    Migration,
    RunName,
    SegmentShift,
    Shift,
)
from reportgen.analysis.unknown_codes import most_unknown
from reportgen.formatting import Formatter
from reportgen.language import say

HISTORY = 12
FROZEN, REFITTED, OTHER = "frozen", "refitted", "other"


@dataclass(frozen=True)
class RunRecord:
    """What is kept of a run.

    Attributes
    ----------
    analysis
        The published analysis.
    counts
        Counts of every code by column; None when they are not at hand.
    assignments
        Who is in which segment; None when that is not at hand.
    model
        What assigned them; None when it is not at hand.
    """

    analysis: Analysis
    counts: Mapping[str, CodeCounts] | None = None
    assignments: Path | None = None
    model: StoredModel | None = None


@dataclass(frozen=True)
class Circumstances:
    """How the later run came about; what only a build knows.

    Attributes
    ----------
    model
        ``frozen``, ``refitted`` or ``other``.
    refit_reason
        Why the segments were built anew; empty otherwise.
    matching
        Matching over all rows of the later run, when both models were at hand.
    agreement
        Adjusted Rand index of a trial refit with the frozen segments.
    fitted
        Counts of the run in which the segments were built.
    """

    model: str = OTHER
    refit_reason: str = ""
    matching: Matching | None = None
    agreement: float | None = None
    fitted: Mapping[str, CodeCounts] | None = None


@dataclass(frozen=True)
class Measured:
    """What is counted once for a comparison, whatever language it is told in.

    Attributes
    ----------
    people : ndarray of int64, shape (n_old, n_new), or None
        Common people by their segments in both runs, low-information records first.
    no_people
        Why that is not known; empty when it is.
    same_model
        Whether both runs assign people in the same way.
    matching
        How the segments belong together.
    features
        How far each feature moved, without shares of missing values.
    """

    people: NDArray[np.int64] | None
    no_people: str
    same_model: bool
    matching: Matching
    features: tuple[FeatureShift, ...]


def measure(before: RunRecord, now: RunRecord, how: Circumstances) -> Measured:
    """Count what has to be counted to compare two runs; takes what ``compare_runs`` takes."""
    table, no_table = _people(before, now)
    same = (
        before.model.fingerprint == now.model.fingerprint
        if before.model is not None and now.model is not None
        else _of_one_model(before.analysis, now.analysis)
    )
    matching = how.matching or (identity(len(now.analysis.placed)) if same else _match(before, now, table))
    features = compare_features(before.counts, now.counts, how.fitted) if before.counts and now.counts else ()
    return Measured(table, no_table, same, matching, features)


def compare_runs(
    before: RunRecord,
    now: RunRecord,
    fmt: Formatter,
    how: Circumstances | None = None,
    measured: Measured | None = None,
) -> Changes:
    """Compare two runs.

    Parameters
    ----------
    before, now
        The runs; what is not at hand is left out with a reason. Both analyses are in the language spoken here.
    fmt
        Number formats of the sentences.
    how
        How the later run came about.
    measured
        What ``measure`` counted of these runs; counted here when it is not given.
    """
    how = how or Circumstances()
    measured = measured or measure(before, now, how)
    old, new = before.analysis, now.analysis
    matching = measured.matching
    segments = compare_segments(old, new, matching, same_model=measured.same_model)
    features = published_gaps(measured.features, old, new)
    sizes = segment_shifts(old, new, segments)
    ids = {old.placed[former].id: new.placed[place].id for place, (former, _) in matching.pairs.items()}
    words = ChangeWords(old, new, features, segments, ids, fmt, measured.same_model)
    unmatched = (
        [
            say(
                "The segments of the two runs cannot be matched, since the private files that could tell are not at "
                "hand: all of them are listed as new, and all former ones as gone."
            )
        ]
        if matching.old
        and matching.new
        and not (matching.pairs or matching.parts or matching.sources)
        and measured.people is None
        and (before.model is None or now.model is None)
        else []
    )
    reasons: dict[str, str] = {}
    if how.agreement is None:
        reasons["agreement"] = say("no trial refit was made")
    reasons |= {name: say("segments were built anew") for name, shift in sizes.items() if shift is None}
    migration = _migration(measured.people, old, new)
    if migration is None:
        reasons["migration"] = measured.no_people
    return Changes(
        now=name_of(new),
        before=name_of(old),
        model=how.model,
        refit_reason=how.refit_reason,
        population_before=old.population.rows,
        population_now=new.population.rows,
        customers_before=old.customers.rows,
        customers_now=new.customers.rows,
        features=features,
        segment_shift=sizes["segment_shift"],
        customer_segment_shift=sizes["customer_segment_shift"],
        segments=segments,
        migration=migration,
        agreement=how.agreement,
        unknown_share=unknown.share if (unknown := most_unknown(new)) else 0.0,
        alarms=words.alarms(how.agreement, sizes["segment_shift"]),
        notes=(*words.notes(how.refit_reason), *unmatched),
        recommendation=words.recommendation(),
        history=history_of(old, new, refitted=how.model == REFITTED),
        reasons=reasons,
    )


def name_of(analysis: Analysis) -> RunName:
    """Name a run; an analysis that follows no other is issue 1."""
    issue = analysis.changes.now.issue if analysis.changes else analysis.provenance.issue
    return RunName(analysis.provenance.run, analysis.provenance.data_as_of, issue)


def segment_shifts(old: Analysis, new: Analysis, segments: tuple[SegmentShift, ...]) -> dict[str, Shift | None]:
    """Measure how far the sizes of segments moved on both sides; None when the segments are not the same ones."""
    if any(shift.fate != "kept" for shift in segments):
        return {"segment_shift": None, "customer_segment_shift": None}
    ids = [shift.id for shift in segments]
    sides = {}
    for name in ("population", "customers"):
        counts = [
            np.array([getattr(analysis.by_id[i], name).count or 0 for i in ids], dtype=np.int64)
            for analysis in (old, new)
            if all(i in analysis.by_id for i in ids)
        ]
        sides[name] = shift_of(*counts) if len(counts) == 2 else None
    population, customers = adjust([sides["population"], sides["customers"]])
    return {"segment_shift": population, "customer_segment_shift": customers}


def history_of(old: Analysis, new: Analysis, *, refitted: bool) -> tuple[HistoryIssue, ...]:
    """Add the later run to the history of the earlier one, the oldest first."""
    earlier = old.changes.history if old.changes else (_issue(old, refitted=True),)
    return (*earlier, _issue(new, refitted=refitted))[-HISTORY:]


def _issue(analysis: Analysis, *, refitted: bool) -> HistoryIssue:
    name = name_of(analysis)
    segments = []
    for segment in analysis.segments:
        key = "index" if segment.id == 0 else "index_placed"
        index = segment.index if segment.id == 0 else segment.index_placed
        reasons = {"index": segment.reasons.get(key, say("not given"))} if index is None else {}
        segments.append(
            HistorySegment(
                segment.id, segment.letter, segment.population.share, segment.customers.share, index, reasons
            )
        )
    rows = analysis.population.rows, analysis.customers.rows
    return HistoryIssue(name.run, name.data_as_of, name.issue, *rows, refitted, tuple(segments))


def _ids(analysis: Analysis) -> list[int]:
    return [0, *(segment.id for segment in analysis.placed)]


def _people(before: RunRecord, now: RunRecord) -> tuple[NDArray[np.int64] | None, str]:
    """Count common people by their segments in both runs; the reason when that cannot be done."""
    if not before.analysis.provenance.id_column or not now.analysis.provenance.id_column:
        return None, say("there is no id column by which people could be found again")
    if before.assignments is None or now.assignments is None:
        return None, say("the assignments of one of the runs are not at hand")
    first, second = read_assigned(before.assignments), read_assigned(now.assignments)
    table = cross_table(first, second, _ids(before.analysis), _ids(now.analysis))
    return table, say("hardly anybody is in both populations by id") if table is None else ""


def _of_one_model(before: Analysis, now: Analysis) -> bool:
    """Tell from what is published alone whether the segments of two runs were built in the same one."""
    built = [run.provenance.model_from or run.provenance.run for run in (before, now)]
    return built[0] == built[1] and _ids(before) == _ids(now)


def _match(before: RunRecord, now: RunRecord, table: NDArray[np.int64] | None) -> Matching:
    if table is not None and table[1:, 1:].sum():
        return match_by_rows(table[1:, 1:])
    if before.model is not None and now.model is not None:
        spaces = common_centroids(space_of(before.model), space_of(now.model))
        if spaces is not None:
            return match_by_centroids(*spaces)
    return Matching({}, {}, {}, len(before.analysis.placed), len(now.analysis.placed))


def _migration(table: NDArray[np.int64] | None, old: Analysis, new: Analysis) -> Migration | None:
    if table is None:
        return None
    sizes = [np.array([run.by_id[i].population.count for i in _ids(run)], dtype=np.int64) for run in (old, new)]
    absent = [
        np.maximum(size - common, 0) for size, common in zip(sizes, (table.sum(axis=1), table.sum(axis=0)), strict=True)
    ]
    return migration_of(table, _ids(old), _ids(new), *absent)
