"""The one place that knows the order of the steps: settings in, a finished run out."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout
from threadpoolctl import threadpool_limits

from reportgen.analysis.gates import check_gates
from reportgen.analysis.publication import publish
from reportgen.analysis.result import Analysis, Provenance
from reportgen.analysis.run import Settings, analyse
from reportgen.analysis.serial import to_json
from reportgen.charts.gallery import charts_of
from reportgen.config import Config
from reportgen.dictionary import FeatureDictionary, read_dictionary
from reportgen.engine.assignment import AssignedBlock
from reportgen.engine.local import LocalEngine
from reportgen.formatting import Formatter
from reportgen.ingest.ingest import IngestRequest, ingest
from reportgen.ingest.table import CodedTable, Finding, Side, read_ids
from reportgen.pipeline_provenance import provenance_of
from reportgen.pipeline_refresh import (
    ASSIGNMENTS,
    Outcome,
    Plan,
    compare_with_former,
    keep_registry,
    place_in_line,
    plan_refresh,
    triggered,
    with_changes,
)
from reportgen.report.manifest import render_manifest
from reportgen.report.pdf import require_pdf_libraries
from reportgen.report.site import render_briefing, render_single, render_site
from reportgen.report.store import Output

_WORK = ".work-"
_ASSIGNMENTS = pa.schema(
    [("id", pa.string()), ("source", pa.string()), ("segment", pa.int8()), ("distance", pa.float32())]
)


class Progress(Protocol):
    """Who is told how far a build has come."""

    def start(self, step: str) -> None:
        """Tell the name of the step that begins now."""

    def rows(self, side: str, rows: int) -> None:
        """Tell how many rows of a side have been read."""

    def warn(self, finding: Finding) -> None:
        """Tell of something that does not stop the build."""


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
    with tempfile.TemporaryDirectory(prefix="reportgen-") as folder:
        return _read(config, read_dictionary(config.inputs.dictionary), Path(folder), progress)


def build(config: Config, progress: Progress) -> BuildResult:
    """Make a report.

    Everything is computed and rendered before anything is written, and the run becomes visible as a whole.

    Raises
    ------
    ReportgenError
        If an input, a setting or the output folder cannot be used; earlier runs stay as they are.
    """
    if config.output.pdf:
        progress.start("Look for the libraries of the PDF")
        require_pdf_libraries()
    dictionary = read_dictionary(config.inputs.dictionary)
    output = Output(config.output.dir)
    output.check_writable()
    with _workplace(output) as workplace, threadpool_limits(1):
        blocks = workplace / "blocks"
        blocks.mkdir()
        table = _read(config, dictionary, blocks, progress)
        provenance = provenance_of(config, dictionary, table)
        plan = plan_refresh(output, config, provenance.run, table, provenance.settings)
        work = _Work(config, table, provenance, output, workplace, progress)
        made = _make(work, plan)
        reason = triggered(config, made.outcome.changes) if made.outcome.changes and not plan.refit_reason else ""
        if reason:
            made = _make(work, plan.refitted(reason))
        files = render_files(made.analysis, config, progress)
        progress.start("Write the run")
        private: dict[str, bytes | Path] = {ASSIGNMENTS: made.assignments, **made.outcome.private}
        failed = tuple(gate.sentence for gate in made.analysis.gates if gate.failed)
        folder = output.commit(made.analysis.provenance.run, files, private, make_latest=not failed)
        if not failed:
            keep_registry(output, plan, made.outcome.registry)
    return BuildResult(folder, folder / "site" / "index.html", made.analysis, failed)


@dataclass(frozen=True)
class _Work:
    """What a build is made of and where."""

    config: Config
    table: CodedTable
    provenance: Provenance
    output: Output
    workplace: Path
    progress: Progress


@dataclass(frozen=True)
class _Made:
    """An analysis with its changes and gates, and the private files that belong to it."""

    analysis: Analysis
    outcome: Outcome
    assignments: Path


def _make(work: _Work, plan: Plan) -> _Made:
    """Analyse, compare with the issue before and judge the gates."""
    config = work.config
    assignments = work.workplace / f"assignments-{'anew' if plan.refit_reason else 'kept'}.parquet"
    settings = replace(_settings(config), names=plan.names(config.segments.names))
    with _AssignmentWriter(assignments) as writer:
        engine = LocalEngine(_threads(config))
        findings, model = analyse(work.table, settings, engine, work.progress.start, writer.write, plan.predecessor)
    fmt = Formatter(config.report.lang)
    analysis = plan.annotated(publish(findings, place_in_line(work.provenance, plan), fmt))
    outcome = compare_with_former(work.output, plan, analysis, findings, model, assignments, fmt)
    analysis = with_changes(analysis, outcome.changes)
    return _Made(replace(analysis, gates=check_gates(config.gates.rules, analysis, fmt)), outcome, assignments)


def render_files(analysis: Analysis, config: Config, progress: Progress) -> dict[str, bytes]:
    """Render every public file of a run, its manifest last.

    Returns
    -------
    dict
        Content by path relative to the folder of the run.
    """
    created = datetime.fromisoformat(analysis.provenance.data_as_of).replace(tzinfo=UTC)
    language = config.report.lang
    progress.start("Draw the charts")
    charts = charts_of(analysis)
    pdf = None
    if config.output.pdf:
        progress.start("Set the PDF")
        pdf = render_briefing(analysis, charts, created=created, language=language)
    progress.start("Render the pages")
    site = render_site(analysis, charts, created=created, language=language, pdf=pdf)
    files = {f"site/{path}": content for path, content in site.items()}
    files |= {path: content for path, content in site.items() if path.startswith("tables/")}
    files["analysis.json"] = to_json(analysis).encode()
    if config.output.single_file:
        files["report.html"] = render_single(analysis, charts, language=language)
    if pdf is not None:
        files["briefing.pdf"] = pdf
    return files | {"manifest.json": render_manifest(analysis.provenance, files)}


@contextmanager
def _workplace(output: Output) -> Iterator[Path]:
    """Make a private folder on the output's own disk for blocks and assignments, and remove it at the end.

    A killed build leaves its folder, with rows in it, but the system frees its lock: such folders are removed first.
    """
    output.private.mkdir(mode=0o700, exist_ok=True)
    locks = (lock.with_suffix("") for lock in output.private.glob(f"{_WORK}*.lock"))
    for abandoned in {*output.private.glob(f"{_WORK}*/"), *locks}:
        with suppress(Timeout), _held(abandoned):
            continue
    folder = output.private / f"{_WORK}{uuid.uuid4().hex}"
    with _held(folder):
        folder.mkdir(mode=0o700)
        yield folder


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold the lock of a work folder, which exists only under it, and remove the folder at the end."""
    lock = folder.with_suffix(".lock")
    with FileLock(lock, timeout=0):
        try:
            yield
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            lock.unlink(missing_ok=True)


def _read(config: Config, dictionary: FeatureDictionary, folder: Path, progress: Progress) -> CodedTable:
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
    table = ingest(dictionary, request, folder, progress.rows)
    for finding in table.warnings:
        progress.warn(finding)
    return table


def _settings(config: Config) -> Settings:
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
    )


def _threads(config: Config) -> int:
    if config.analysis.threads is not None:
        return config.analysis.threads
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _AssignmentWriter:
    """Writes who is in which segment, block by block; personal data, for the private folder only."""

    def __init__(self, path: Path) -> None:
        self._writer = pq.ParquetWriter(path, _ASSIGNMENTS, compression="zstd")

    def __enter__(self) -> _AssignmentWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()

    def write(self, side: Side, block: AssignedBlock) -> None:
        """Add one block's rows."""
        ids = read_ids(block.block)
        distances = pa.array(block.distances, mask=block.segments == 0)
        columns = [pa.array(ids, pa.string()), pa.array([side.name] * len(ids)), pa.array(block.segments), distances]
        self._writer.write_batch(pa.record_batch(columns, schema=_ASSIGNMENTS))
