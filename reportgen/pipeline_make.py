"""The middle of a build, between reading and rendering: analyse, put it in words, compare with the issue before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from reportgen.analysis.campaign_findings import CampaignSettings
from reportgen.analysis.description import describe
from reportgen.analysis.gates import check_gates
from reportgen.analysis.predecessor import NotKeptError
from reportgen.analysis.publication import in_language, publish
from reportgen.analysis.result import Analysis
from reportgen.analysis.result_provenance import Provenance
from reportgen.analysis.run import analyse
from reportgen.analysis.settings import Settings
from reportgen.cache.stages import Stages
from reportgen.config import Config
from reportgen.engine.local import LocalEngine
from reportgen.errors import InputError
from reportgen.formatting import Formatter
from reportgen.ingest.table import CodedTable
from reportgen.language import LANGUAGES, SOURCE, said_again, speaking
from reportgen.pipeline_assignments import AssignmentWriter
from reportgen.pipeline_charts import Charts, Studio
from reportgen.pipeline_refresh import (
    Outcome,
    Plan,
    compare_with_former,
    place_in_line,
    prepare_comparison,
    triggered,
    with_changes,
)
from reportgen.report.store import Output

if TYPE_CHECKING:
    from reportgen.pipeline import Progress


@dataclass(frozen=True)
class Work:
    """What a build is made of and where."""

    config: Config
    table: CodedTable
    campaign: CampaignSettings
    provenance: Provenance
    output: Output
    place: Path
    progress: Progress
    stages: Stages
    engine: LocalEngine
    studio: Studio


@dataclass(frozen=True)
class Made:
    """An analysis with its changes and gates, its charts, and the private files that belong to it."""

    analysis: Analysis
    charts: Charts
    published: Mapping[str, Analysis]
    outcome: Outcome
    assignments: Path


def make(work: Work, plan: Plan) -> Made:
    """Make the analysis with the segments of the issue before, or with new ones where those cannot stay."""
    try:
        made = _make_once(work, plan)
        changes = made.outcome.changes
        reason = triggered(work.config, changes) if changes and not plan.refit_reason else ""
    except NotKeptError as error:
        reason = error.reason
        if not work.config.refresh.triggers:
            raise InputError(
                f"the segments of the issue before cannot be kept: {reason}",
                'The setting refit_on = "never" forbids others. Build with --refit, or give more people.',
            ) from None
    if not reason:
        return made
    work.progress.notice(f"the segments are built anew: {reason}")
    return _make_once(work, plan.refitted(reason, work.table))


def _make_once(work: Work, plan: Plan) -> Made:
    """Analyse, compare with the issue before and judge the gates."""
    config, progress = work.config, work.progress
    assignments = work.place / f"assignments-{'anew' if plan.refit_reason else 'kept'}.parquet"
    settings = replace(settings_of(config, work.campaign), names=plan.names(config.segments.names))
    with AssignmentWriter(assignments) as writer:
        findings, model = analyse(
            plan.table, settings, work.engine, progress.start, writer.write, work.stages, plan.predecessor
        )
    told, provenance = describe(findings), place_in_line(work.provenance, plan)

    def say(code: str) -> Analysis:
        """Publish in a language, which is spoken here."""
        return plan.annotated(publish(findings, in_language(provenance, code), Formatter(), told))

    with speaking(SOURCE):
        source = say(SOURCE)
    comparison = prepare_comparison(work.output, plan, source, findings, model, assignments)
    own = config.report.lang
    published, outcomes, charts = {}, {}, None
    for code in sorted(LANGUAGES, key=lambda code: code != own):  # while the others are put in words, charts are drawn
        with speaking(code):
            analysis = source if code == SOURCE else say(code)
            outcomes[code] = compare_with_former(comparison, analysis, Formatter())
            analysis = with_changes(analysis, outcomes[code].changes)
            gates = check_gates(config.gates.rules, analysis, Formatter())
            published[code] = said_again(replace(analysis, gates=gates))
        charts = charts or work.studio.begin(code, published[code])
    assert charts is not None
    return Made(published[own], charts, {code: published[code] for code in LANGUAGES}, outcomes[own], assignments)


def settings_of(config: Config, campaign: CampaignSettings) -> Settings:
    """Return the choices of the statistics, as the configuration gives them."""
    analysis = config.analysis
    return Settings(
        k=analysis.k,
        k_max=analysis.k_max,
        seed=analysis.seed,
        quick=analysis.quick,
        max_missing=analysis.max_missing,
        row_threshold=analysis.row_threshold,
        on_components=analysis.cluster_on == "components",
        min_explained=analysis.min_explained,
        twins=analysis.twins,
        names=config.segments.names,
        campaign=campaign,
    )
