"""The one place that knows the order of the steps: settings in, a finished run out."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from threadpoolctl import threadpool_limits

from reportgen.analysis.campaign_findings import CampaignSettings
from reportgen.analysis.model import model_files
from reportgen.analysis.publication import publish
from reportgen.analysis.result import Analysis
from reportgen.analysis.run import Settings, analyse
from reportgen.cache.fingerprint import analysis_version, reading_version
from reportgen.cache.folder import CacheFolder
from reportgen.cache.stages import UNKEPT, Stages
from reportgen.config import Config
from reportgen.dictionary import FeatureDictionary, read_dictionary
from reportgen.engine.memory import use_system_memory
from reportgen.formatting import Formatter
from reportgen.ingest.ingest import IngestRequest, ingest
from reportgen.ingest.kept import BlockCache
from reportgen.ingest.table import CodedTable, Finding
from reportgen.pipeline_assignments import AssignmentWriter
from reportgen.pipeline_campaign import campaign_settings
from reportgen.pipeline_engine import Machinery, open_engine, require_engine
from reportgen.pipeline_people import INPUTS, inputs_file
from reportgen.pipeline_provenance import provenance_of, record_of
from reportgen.pipeline_render import Rendering, read_look, render_files
from reportgen.pipeline_unchanged import RECORD, known_inputs
from reportgen.pipeline_workplace import workplace
from reportgen.report.pdf import require_pdf_libraries
from reportgen.report.store import Output

_LONG_STAGES = frozenset({"scan_k", "confirm", "polish", "fit_normal_null"})


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
    """A finished run: its folder, the page to open, and the published analysis."""

    folder: Path
    page: Path
    analysis: Analysis


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
    dictionary = read_dictionary(config.inputs.dictionary)
    with (
        tempfile.TemporaryDirectory(prefix="reportgen-") as folder,
        open_engine(config, Path(folder)) as machinery,
    ):
        return _read(config, dictionary, machinery, progress, None)


def build(config: Config, progress: Progress, *, verify_inputs: bool = False) -> BuildResult:
    """Make a report.

    Everything is computed and rendered before anything is written, and the run becomes visible as a whole. Blocks and
    results that do not depend on the customers are kept in the private folder, unless the settings say otherwise.

    Parameters
    ----------
    config, progress
        Settings, and who is told how far it has come.
    verify_inputs
        Hash every input, even if size, time and inode say that it is the same.

    Raises
    ------
    ReportgenError
        If an input, a setting or the output folder cannot be used; earlier runs stay as they are.
    """
    if config.output.pdf:
        progress.start("Look for the libraries of the PDF")
        require_pdf_libraries()
    require_engine(config)
    look = read_look(config.brand, config.report.templates)
    dictionary = read_dictionary(config.inputs.dictionary)
    output = Output(config.output.dir)
    output.check_writable()
    use_system_memory()
    cache = CacheFolder(output.private / "cache", progress.notice) if config.output.cache else None
    with workplace(output) as place, threadpool_limits(1), open_engine(config, place) as machinery:
        reads, stages = None, UNKEPT
        if cache:
            reads = BlockCache(cache, reading_version(), known_inputs(output), verify_inputs)
            stages = Stages(cache, analysis_version(), lambda stage: _tell_reuse(progress, stage))
        table = _read(config, dictionary, machinery, progress, reads)
        campaign = campaign_settings(config, table)
        assignments = place / "assignments.parquet"
        with AssignmentWriter(assignments) as writer:
            findings, model = analyse(
                table, _settings(config, campaign), machinery.engine, progress.start, writer.write, stages
            )
        provenance = provenance_of(config, dictionary, table, campaign.mailing)
        analysis = publish(findings, provenance, Formatter(config.report.lang))
        rendering = Rendering(look, config.report.lang, config.output.pdf, config.output.single_file)
        files = render_files(analysis, rendering, progress.start)
        progress.start("Write the run")
        private: dict[str, bytes | Path] = {"assignments.parquet": assignments, INPUTS: inputs_file(config)}
        stored = model_files(model, table, findings.campaign.ranking)
        private |= {f"model/{name}": content for name, content in stored.items()}
        private[RECORD] = record_of(config, dictionary, table, files["manifest.json"], private).to_json()
        folder = output.commit(analysis.provenance.run, files, private)
        if cache:
            cache.finish()
    return BuildResult(folder, folder / "site" / "index.html", analysis)


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
    for finding in table.warnings:
        progress.warn(finding)
    return table


def _tell_reuse(progress: Progress, stage: str) -> None:
    """Tell of the stages that a reader would wait for; the others are done in a second."""
    if stage in _LONG_STAGES:
        progress.reuse("population")


def _settings(config: Config, campaign: CampaignSettings) -> Settings:
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
