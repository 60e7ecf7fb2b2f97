"""What a build takes over from the issue before: its model, its names, and what to compare with."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from reportgen.analysis.drift import FROZEN, REFITTED, Circumstances, Measured, RunRecord, compare_runs, measure
from reportgen.analysis.drift_counts import COUNTS_FILE, count_codes, write_counts
from reportgen.analysis.findings import Findings
from reportgen.analysis.model import model_files
from reportgen.analysis.model_fit import as_kept, fit_to, schema_changes
from reportgen.analysis.model_reader import parse_model
from reportgen.analysis.predecessor import Predecessor
from reportgen.analysis.result import Analysis
from reportgen.analysis.result_changes import Changes
from reportgen.analysis.result_provenance import Provenance
from reportgen.analysis.segmentation import Model
from reportgen.config import Config
from reportgen.errors import ReportgenError
from reportgen.formatting import Formatted, Formatter
from reportgen.ingest.table import CodedTable
from reportgen.language import Worded, say
from reportgen.pipeline_former import FITTED, LINEAGE, MODEL, Former, Lineage, code_counts, read_former
from reportgen.report.registry import Entry, read_registry, updated
from reportgen.report.store import Output, OutputError

_OF_AN_ISSUE = ("inputs.customer_where", "inputs.id", "analysis.", "refresh.")


@dataclass(frozen=True)
class Plan:
    """What a build takes over.

    Attributes
    ----------
    key
        Of this build, see ``Lineage``.
    former
        The issue before; None for the first.
    predecessor
        Its model for the analysis; None when there is none to be used.
    refit_reason
        Why segments are built anew although there were some; empty when they are kept.
    registry
        Names and notes by id; empty when they are of segments that are gone with their runs.
    table
        The files as the segments that are kept see them, else as they were read.
    lost
        Name of the run that would be the issue before, were its private files at hand; else empty.
    """

    key: str
    former: Former | None
    predecessor: Predecessor | None
    refit_reason: str
    registry: Mapping[int, Entry]
    table: CodedTable
    lost: str = ""

    def names(self, given: Mapping[str, str]) -> dict[str, str]:
        """Return the names of segments by letter: those of the configuration, else those of the registry."""
        living = {entry.letter: self._known_as(entry) for entry in self.registry.values() if not entry.ended}
        return {letter: name for letter, name in living.items() if name} | dict(given)

    def _known_as(self, entry: Entry) -> str:
        """Return the name that a person gave, else that of the issue before in each language; empty for a new one."""
        own = None if self.former is None else self.former.record.analysis.by_id.get(entry.id)
        if entry.name or self.former is None or own is None:
            return entry.name
        told = {
            code: analysis.by_id[entry.id] for code, analysis in self.former.told.items() if entry.id in analysis.by_id
        }
        if own.name == entry.generated:
            return Worded(entry.generated, {code: segment.name for code, segment in told.items()})
        # a person named it in the issue before and does so no longer
        others = {code: s.name_generated for code, s in told.items() if s.name_generated != own.name_generated}
        return Worded(entry.generated, others)

    def annotated(self, analysis: Analysis) -> Analysis:
        """Put the notes of the registry beside the segments."""
        notes = {entry.id: entry.note for entry in self.registry.values() if entry.note and not entry.ended}
        segments = tuple(replace(s, note=notes[s.id]) if s.id in notes else s for s in analysis.segments)
        return replace(analysis, segments=segments)

    def refitted(self, reason: str, table: CodedTable) -> Plan:
        """Return the plan that builds the segments anew after all, from the files as they were read."""
        assert self.predecessor is not None
        return replace(self, predecessor=replace(self.predecessor, refit=True), refit_reason=reason, table=table)


def place_key(provenance: Provenance, dictionary: str) -> str:
    """Return the hash of what makes an issue another one: the data, their date, what is analysed and how.

    A run with another title, look, campaign or gate is the same issue once more.

    Parameters
    ----------
    provenance
        Of this build.
    dictionary
        SHA-256 of the feature dictionary.
    """
    settings = {name: value for name, value in provenance.settings.items() if name.startswith(_OF_AN_ISSUE)}
    inputs = [(source.side, source.sha256) for source in provenance.sources if source.side != "response"]
    told = [provenance.data_as_of, settings, inputs, dictionary, provenance.versions["reportgen"]]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def plan_refresh(output: Output, config: Config, key: str, table: CodedTable, settings: Mapping[str, str]) -> Plan:
    """Look at the issue before and decide whether its segments stay.

    They stay unless a refit is asked for, a setting of the analysis changed, or the files no longer fit the model.

    Parameters
    ----------
    key
        Of this build, see ``place_key``.
    settings
        Its settings as they stand in the provenance.

    Raises
    ------
    ReportgenError
        If the registry cannot be read, the files no longer fit and ``refit_on`` does not hold ``schema``, or segments
        would be built anew unasked and it is ``never``.
    """
    plan = _plan(output, config, key, table, settings)
    why = f"the private files of run {plan.lost} are gone or of another version" if plan.lost else plan.refit_reason
    if why and not config.refresh.refit and not config.refresh.triggers:
        raise ReportgenError(
            f"the segments of the issue before cannot be kept: {why}",
            'The setting refit_on = "never" forbids others. Build with --refit.',
        )
    return plan


def _plan(output: Output, config: Config, key: str, table: CodedTable, settings: Mapping[str, str]) -> Plan:
    registry = read_registry(output.directory)
    latest, former, lost = _find_former(output, key)
    if former is None:
        # names belong to segments: without these they would end up on others
        return Plan(key, None, None, "", registry if latest and not lost else {}, table, lost)
    stored = former.record.model
    if stored is None:
        return Plan(key, former, None, say("the stored model cannot be read"), registry, table)
    misfits = schema_changes(stored, table.columns)
    if misfits and not config.refresh.refit and "schema" not in config.refresh.triggers:
        raise ReportgenError(
            f"the files no longer fit the segments of the last issue: {misfits[0]}",
            "Build with --refit, or put schema into refit_on.",
        )
    reason = say("it was asked for") if config.refresh.refit else _changed_setting(former.record.analysis, settings)
    reason = reason or (misfits[0] if misfits else "")
    seen = table if reason else as_kept(stored, table)
    model = None if misfits else fit_to(stored, seen.columns)
    used = tuple(sorted({*former.lineage.used_ids, *stored.segmentation.public_ids}))
    people = former.record.assignments if table.id_column else None
    return Plan(key, former, Predecessor(stored, model, used, bool(reason), people), reason, registry, seen)


def _changed_setting(before: Analysis, settings: Mapping[str, str]) -> str:
    for name, value in settings.items():
        was = before.provenance.settings.get(name)
        if name.startswith("analysis.") and was is not None and was != value:
            values = {"now": value or say("not given"), "before": was or say("not given")}
            return say("{setting} is {now} now and was {before}", setting=name, **values)
    return ""


def _find_former(output: Output, key: str) -> tuple[Former | None, Former | None, str]:
    """Return the latest run, and the issue before: the latest, or the one before it when that is made of the same.

    Third comes the name of the run that should be the issue before and cannot be read; else "".
    """
    try:
        run = output.latest()
    except OutputError:
        return None, None, ""
    latest = read_former(output, run.name)
    if latest is None or latest.lineage.key != key:
        return latest, latest, "" if latest else run.name
    previous = latest.lineage.previous
    former = read_former(output, previous) if previous else None
    return latest, former, "" if former else previous


def place_in_line(provenance: Provenance, plan: Plan) -> Provenance:
    """Give a run its number and its name; the name depends on the issue before, as the content does."""
    former = plan.former
    if former is None:
        return provenance
    before = former.record.analysis.provenance
    told = json.dumps(
        [provenance.run, before.run, plan.refit_reason, former.record.model and former.record.model.fingerprint]
    )
    name = f"{provenance.run[:9]}{hashlib.sha256(told.encode()).hexdigest()[:8]}"
    kept = plan.predecessor is not None and not plan.predecessor.refit
    model_from = former.lineage.model_from if kept else ""
    return replace(provenance, run=name, issue=before.issue + 1, previous=before.run, model_from=model_from)


@dataclass(frozen=True)
class Outcome:
    """What a build adds to the analysis because there was an issue before.

    Attributes
    ----------
    changes
        None for the first issue.
    private
        Further private files of the run.
    registry
        The registry as it will be.
    """

    changes: Changes | None
    private: Mapping[str, bytes]
    registry: Mapping[int, Entry]


@dataclass(frozen=True)
class Comparison:
    """A run to be compared with the issue before, as far as no language is needed for it.

    Attributes
    ----------
    plan
        Of the build.
    private
        Further private files of the run.
    now
        The run.
    how
        How it came about.
    measured
        What was counted; None for the first issue.
    """

    plan: Plan
    private: Mapping[str, bytes]
    now: RunRecord
    how: Circumstances
    measured: Measured | None


def prepare_comparison(
    output: Output, plan: Plan, analysis: Analysis, findings: Findings, model: Model, assignments: Path
) -> Comparison:
    """Count what a comparison with the issue before needs, and make what the next one will need.

    Parameters
    ----------
    analysis
        Of this run, in any language.
    """
    counts = count_codes(findings.data.table, findings.data.counts)
    run = analysis.provenance.run
    kept = plan.predecessor is not None and not plan.predecessor.refit
    today = model_files(model, findings.data.table, findings.campaign.ranking)
    fitted = dict(plan.former.model_files) if kept and plan.former else {}
    ids = model.segmentation.public_ids
    used = {*ids, *(plan.predecessor.used_ids if plan.predecessor else ())}
    previous = plan.former.record.analysis.provenance.run if plan.former else ""
    lineage = Lineage(plan.key, previous, analysis.provenance.model_from or run, tuple(sorted(used)))
    private = {
        COUNTS_FILE: write_counts(counts),
        LINEAGE: (json.dumps(vars(lineage), indent=1) + "\n").encode(),
        **{f"{MODEL}/{name}": content for name, content in today.items()},
        **{f"{FITTED}/{name}": content for name, content in fitted.items()},
    }
    now = RunRecord(analysis, counts, assignments, parse_model(fitted or today, run) if plan.former else None)
    how = Circumstances(
        model=FROZEN if kept else REFITTED,
        refit_reason=plan.refit_reason,
        matching=findings.matching,
        agreement=findings.agreement,
        fitted=code_counts(output.private / plan.former.lineage.model_from) if kept and plan.former else None,
    )
    measured = measure(plan.former.record, now, how) if plan.former else None
    return Comparison(plan, private, now, how, measured)


def compare_with_former(comparison: Comparison, analysis: Analysis, fmt: Formatter) -> Outcome:
    """Compare a run with the issue before, in the language that is spoken here and that its analysis is in."""
    plan, changes = comparison.plan, None
    if plan.former is not None:
        now = replace(comparison.now, analysis=analysis)
        changes = compare_runs(plan.former.spoken(), now, fmt, comparison.how, comparison.measured)
    return Outcome(changes, comparison.private, _registry(plan, analysis, changes))


def _registry(plan: Plan, analysis: Analysis, changes: Changes | None) -> dict[int, Entry]:
    run = analysis.provenance.run
    origins = {shift.id: _origin(shift.fate, shift.relatives) for shift in changes.segments} if changes else {}
    entries = [
        Entry(segment.id, segment.letter, "", "", segment.name_generated, run, origins.get(segment.id, ""))
        for segment in analysis.placed
    ]
    return updated(plan.registry, entries, run, ids_now=[segment.id for segment in analysis.placed])


def _origin(fate: str, relatives: tuple[int, ...]) -> str:
    words = " and ".join(map(str, relatives))
    return {"split": f"split from {words}", "merged": f"merged from {words}", "born": "new"}.get(fate, "")


def triggered(config: Config, changes: Changes) -> str:
    """Say in words which configured trigger calls for segments built anew; empty when none does."""
    wanted = config.refresh.triggers
    if "psi" in wanted:
        drifted = [
            f.label for f in changes.features if any(s and s.alarm for s in (f.population, f.since_fit, f.customers))
        ]
        if drifted:
            return say("{feature} drifted by more than 0.25 and more than chance", feature=drifted[0])
        if changes.segment_shift is not None and changes.segment_shift.alarm:
            return say("the sizes of segments drifted by more than 0.25 and more than chance")
    if "unknown" in wanted and changes.unknown_share > config.refresh.unknown:
        share = Formatted(Formatter.share_in_table, changes.unknown_share)
        return say("a feature has unknown codes in {share} of a file", share=share)
    if "agreement" in wanted and changes.agreement is not None and changes.agreement < 0.8:
        agreement = Formatted(Formatter.coefficient, changes.agreement)
        return say("a trial refit agrees with the segments only at {agreement}", agreement=agreement)
    return ""


def with_changes(analysis: Analysis, changes: Changes | None) -> Analysis:
    """Put the changes into an analysis."""
    if changes is None:
        return analysis
    reasons = {name: reason for name, reason in analysis.reasons.items() if name != "changes"}
    return replace(analysis, changes=changes, reasons=reasons)
