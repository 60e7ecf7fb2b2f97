"""The one place that knows the order of the steps: settings in, a finished run out."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from threadpoolctl import threadpool_limits

from reportgen.analysis.publication import publish_in_all_languages
from reportgen.analysis.result import Analysis
from reportgen.analysis.run import analyse
from reportgen.analysis.serial import to_json
from reportgen.cache.fingerprint import analysis_version, reading_version
from reportgen.cache.folder import CacheFolder
from reportgen.cache.stages import UNKEPT, Stages
from reportgen.config import Config
from reportgen.dictionary_languages import read_in_all_languages
from reportgen.engine.memory import give_back_memory, use_system_memory
from reportgen.feature import FeatureDictionary
from reportgen.ingest.ingest import IngestRequest, ingest
from reportgen.ingest.kept import BlockCache
from reportgen.ingest.table import CodedTable, Finding
from reportgen.language import SOURCE
from reportgen.pipeline_ahead import load_ahead
from reportgen.pipeline_campaign import campaign_settings
from reportgen.pipeline_charts import open_studio
from reportgen.pipeline_children import Children, start_children
from reportgen.pipeline_engine import Machinery, open_engine, require_engine
from reportgen.pipeline_former import ASSIGNMENTS
from reportgen.pipeline_look import Rendering, read_look, words_file
from reportgen.pipeline_make import Work, make, settings_of
from reportgen.pipeline_people import INPUTS, inputs_file
from reportgen.pipeline_provenance import provenance_of, record_of
from reportgen.pipeline_refresh import (
    Plan,
    place_key,
    plan_refresh,
)
from reportgen.pipeline_registry import keep_registry, line_of
from reportgen.pipeline_unchanged import RECORD, known_inputs
from reportgen.pipeline_workplace import workplace
from reportgen.report.pdf import require_pdf_libraries
from reportgen.report.store import Output

_LONG_STAGES = frozenset({"scan_each", "confirm", "polish", "fit_null"})


class Progress(Protocol):
    """Who is told how far a build has come."""

    def start(self, step: str) -> None:
        """Tell the name of the step that begins now."""

    def rows(self, side: str, rows: int) -> None:
        """Tell how many rows of a side have been read."""

    def warn(self, finding: Finding) -> None:
        """Tell of something in the data that does not stop the build."""

    def reuse(self, what: str) -> None:
        """Tell what need not be done again in this step."""

    def notice(self, text: str) -> None:
        """Tell what the build does without."""


@dataclass(frozen=True)
class BuildResult:
    """A finished run: its folder, the page to open, the published analysis, and the gates that failed in words."""

    folder: Path
    page: Path
    analysis: Analysis
    failed: tuple[str, ...] = ()


def check(config: Config, progress: Progress) -> CodedTable:
    """Read everything as ``build`` would, and stop before the analysis.

    Raises
    ------
    ReportgenError
        As ``build``.
    """
    if config.output.pdf:
        require_pdf_libraries()
    require_engine(config)
    dictionary = read_in_all_languages(config.inputs.dictionary)
    with (
        tempfile.TemporaryDirectory(prefix="reportgen-") as folder,
        open_engine(config, Path(folder)) as machinery,
    ):
        table = _read(config, dictionary, machinery, progress, None)
        campaign_settings(config, table)
        return table


def analyse_files(config: Config, progress: Progress) -> Analysis:
    """Read and analyse as ``build`` does, without an issue before, and write nothing.

    Raises
    ------
    ReportgenError
        If an input or a setting cannot be used.
    """
    dictionary = read_in_all_languages(config.inputs.dictionary)
    use_system_memory()
    with (
        tempfile.TemporaryDirectory(prefix="reportgen-") as folder,
        threadpool_limits(1),
        start_children(config, pdf=False) as children,
        open_engine(config, Path(folder), children.helpers) as machinery,
    ):
        load_ahead(helped=bool(children.helpers))
        table = _read(config, dictionary, machinery, progress, None)
        campaign = campaign_settings(config, table)
        findings, _ = analyse(table, settings_of(config, campaign), machinery.engine, progress.start)
        provenance = provenance_of(config, dictionary, table, campaign.mailing)
        return publish_in_all_languages(findings, provenance)[config.report.lang]


def build(
    config: Config, progress: Progress, *, verify_inputs: bool = False, children: Children | None = None
) -> BuildResult:
    """Make a report.

    Everything is computed and rendered before anything is written, and the run becomes visible as a whole. Blocks and
    results that do not depend on the customers are kept in the private folder, unless the settings say otherwise.

    Parameters
    ----------
    config, progress
        Settings, and who is told how far it has come.
    verify_inputs
        Hash every input, even if size, time and inode say that it is the same.
    children
        Processes that were started by these settings; by default they are started here.

    Raises
    ------
    ReportgenError
        If an input, a setting or the output folder cannot be used; earlier runs stay as they are.
    """
    if children is not None:
        return _build(config, progress, children, verify_inputs=verify_inputs)
    with start_children(config, pdf=config.output.pdf) as children:
        return _build(config, progress, children, verify_inputs=verify_inputs)


def _build(config: Config, progress: Progress, children: Children, *, verify_inputs: bool) -> BuildResult:
    require_engine(config)
    look = read_look(config.brand, config.report.templates)
    dictionary = read_in_all_languages(config.inputs.dictionary)
    output = Output(config.output.dir)
    output.check_writable()
    use_system_memory()
    cache = CacheFolder(output.private / "cache", progress.notice) if config.output.cache else None
    with (
        workplace(output) as place,
        threadpool_limits(1),
        open_engine(config, place, children.helpers) as machinery,
        open_studio(children.helpers) as studio,
    ):
        reads, stages = None, UNKEPT
        if cache:
            reads = BlockCache(cache, reading_version(), known_inputs(output), verify_inputs)
            stages = Stages(cache, analysis_version(), lambda stage: _tell_reuse(progress, stage))
        load_ahead(helped=bool(children.helpers))
        table = _read(config, dictionary, machinery, progress, reads)
        if children.pdf:
            children.pdf.require_ready()  # its libraries were loaded meanwhile
        campaign = campaign_settings(config, table)
        provenance = provenance_of(config, dictionary, table, campaign.mailing)
        plan = plan_refresh(output, config, place_key(provenance, dictionary.sha256), table, provenance.settings)
        _tell_plan(progress, plan, table, asked=config.refresh.refit)
        made = make(
            Work(config, table, campaign, provenance, output, place, progress, stages, machinery.engine, studio), plan
        )
        from reportgen.pipeline_render import render_files  # loaded by now

        rendering = Rendering(look, config.report.lang, config.output.pdf, config.output.single_file)
        # Charts are being drawn by now.
        private: dict[str, bytes | Path] = {ASSIGNMENTS: made.assignments, INPUTS: inputs_file(config)}
        private |= {words_file(code): to_json(told).encode() for code, told in made.published.items()}
        private |= made.outcome.private
        line = line_of(output, plan, made.outcome)
        files = render_files(made.analysis, rendering, progress.start, children.pdf, made.charts)
        progress.start("Write the run")
        private[RECORD] = record_of(config, dictionary, table, files["manifest.json"], private, line).to_json()
        failed = tuple(gate.sentence for gate in made.published[SOURCE].gates if gate.failed)
        folder = output.commit(made.analysis.provenance.run, files, private, make_latest=not failed)
        if not failed:
            aside = keep_registry(output, plan, made.outcome.registry)
            if aside:
                progress.notice(f"names and notes of segments that are gone are kept in {aside}; segments.toml is new")
        if cache:
            cache.finish()
    return BuildResult(folder, folder / "site" / "index.html", made.analysis, failed)


def _read(
    config: Config, dictionary: FeatureDictionary, machinery: Machinery, progress: Progress, cache: BlockCache | None
) -> CodedTable:
    progress.start("Read the files")
    inputs = config.inputs
    where = inputs.customer_where
    request = IngestRequest(
        inputs.population,
        inputs.customers,
        (where.column, where.value) if where else None,
        inputs.id,
        inputs.delimiter,
        inputs.decimal,
        inputs.encoding,
        inputs.sheet,
    )
    table = ingest(dictionary, request, machinery.folder, progress.rows, cache, progress.reuse, machinery.crew)
    give_back_memory()
    for finding in table.warnings:
        progress.warn(finding)
    return table


def _tell_plan(progress: Progress, plan: Plan, table: CodedTable, *, asked: bool) -> None:
    """Tell what is not taken over from the issue before, unless it was asked for."""
    if plan.lost:
        progress.notice(
            f"run {plan.lost} cannot be continued, its private files are gone or of another version: "
            "the segments are built anew and the report tells no changes"
        )
    if plan.refit_reason and not asked:
        progress.notice(f"the segments are built anew: {plan.refit_reason}")
    for finding in plan.table.warnings[len(table.warnings) :]:
        progress.warn(finding)


def _tell_reuse(progress: Progress, stage: str) -> None:
    """Tell of the stages that a reader would wait for; the others are done in a second."""
    if stage in _LONG_STAGES:
        progress.reuse("population")
