"""From an analysis to the files of a run, and the same again for a run that lies there already."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from reportgen.analysis.publication import LANGUAGE_SETTING
from reportgen.analysis.result import Analysis
from reportgen.analysis.serial import from_json, to_json
from reportgen.config import Brand as BrandSettings
from reportgen.errors import InputError
from reportgen.language import SOURCE, speaking
from reportgen.pipeline_charts import Charts
from reportgen.pipeline_look import Rendering, read_look, words_file
from reportgen.report.manifest import render_manifest
from reportgen.report.pdf import PdfWorker, require_pdf_libraries
from reportgen.report.site import attached_tables, render_print, render_single, render_site
from reportgen.report.store import RUN_ID, Output

OnStep = Callable[[str], None]


def render_files(
    analysis: Analysis,
    rendering: Rendering,
    on_step: OnStep,
    worker: PdfWorker | None = None,
    charts: Charts | None = None,
) -> dict[str, bytes]:
    """Render every public file of a run, its manifest last.

    Parameters
    ----------
    worker
        Lays out the PDF, if there is to be one; by default one is started here.
    charts
        The charts, perhaps still being drawn; by default they are drawn here.

    Returns
    -------
    dict
        Content by path relative to the folder of the run.
    """
    with speaking(rendering.language):
        return _render_files(
            analysis, rendering, on_step, worker, charts or Charts.drawn_here(rendering.language, analysis)
        )


def _render_files(
    analysis: Analysis,
    rendering: Rendering,
    on_step: OnStep,
    worker: PdfWorker | None,
    charts: Charts,
) -> dict[str, bytes]:
    created, look = datetime.fromisoformat(analysis.provenance.data_as_of).replace(tzinfo=UTC), rendering.look
    with ExitStack() as stack:  # the PDF is laid out by a child while the pages are rendered here
        if rendering.pdf and worker is None:
            worker = stack.enter_context(PdfWorker())
        aside = stack.enter_context(ThreadPoolExecutor(1))
        on_step("Draw the charts")
        pdf = None
        if worker is not None:
            document, attachments = render_print(analysis, charts.printed, look=look), attached_tables(analysis)
            pdf = aside.submit(worker.lay_out, document, attachments, created=created)
        drawn = charts.all
        on_step("Render the pages")
        site = render_site(analysis, drawn, created=created, pdf=pdf is not None, look=look)
        files = {f"site/{path}": content for path, content in site.items()}
        files |= {path: content for path, content in site.items() if path.startswith("tables/")}
        files["analysis.json"] = to_json(analysis).encode()
        if rendering.single_file:
            files["report.html"] = render_single(analysis, drawn, look=look)
        if pdf is not None:
            on_step("Set the PDF")
            files["site/briefing.pdf"] = files["briefing.pdf"] = pdf.result()
    return files | {"manifest.json": render_manifest(analysis.provenance, files)}


def render_run(
    run: Path, brand: BrandSettings, templates: Path | None, on_step: OnStep, language: str | None = None
) -> Path:
    """Render a run again, from its ``analysis.json`` alone: no data is read and no figure changes.

    Parameters
    ----------
    run
        Folder of a run, or ``output/latest``.
    brand, templates
        How the pages shall look from now on.
    on_step
        Told the name of each step as it begins.
    language
        Language that the report shall speak from now on; None keeps its own. Another one is read from the private
        folder of the run.

    Returns
    -------
    Path
        The folder of the run. Its files are replaced as a whole; what was not there before (a PDF, the single file) is
        not added, and who is in which segment stays where it is.

    Raises
    ------
    ReportgenError
        If the folder is no run, was written by another version, or the look cannot be used. The run is then untouched.
    """
    folder = find_run(run)
    analysis = _read_analysis(folder / "analysis.json")
    own = analysis.provenance.settings.get(LANGUAGE_SETTING, SOURCE)
    if language not in (None, own):
        analysis = _in_language(folder, analysis, language or own)
    look = read_look(brand, templates)
    shown = _shown_settings(analysis.provenance.settings, brand, templates)
    analysis = replace(analysis, provenance=replace(analysis.provenance, settings=shown))
    pdf = (folder / "briefing.pdf").is_file()
    if pdf:
        require_pdf_libraries()
    rendering = Rendering(look, language or own, pdf=pdf, single_file=(folder / "report.html").is_file())
    files = render_files(analysis, rendering, on_step)
    on_step("Write the run")
    return Output(folder.parent.parent).commit(folder.name, files, make_latest=False)


def find_run(run: Path) -> Path:
    """Return the folder of a run, following ``latest`` and, where the file system has no links, ``latest.json``.

    Raises
    ------
    InputError
        If there is no run.
    """
    folder = run.resolve()
    if not folder.exists() and run.name == "latest" and (run.parent / "latest.json").is_file():
        return Output(run.parent).latest()
    if not (folder / "analysis.json").is_file() or not RUN_ID.fullmatch(folder.name) or folder.parent.name != "runs":
        raise InputError(
            f"{run} is not the folder of a run",
            "Name output/latest or a folder in output/runs; `reportgen build` makes one.",
        )
    return folder


def _in_language(folder: Path, analysis: Analysis, language: str) -> Analysis:
    """Return the analysis of a run in another language, with everything that was rendered anew since as it is."""
    file = folder.parents[1] / "private" / folder.name / words_file(language)
    if not file.is_file():
        raise InputError(
            f"{file} is not there, so the run has no words in {language!r}",
            f"Build it again with `--lang {language}`.",
        )
    settings = {**analysis.provenance.settings, LANGUAGE_SETTING: language}
    return replace(_read_analysis(file), provenance=replace(analysis.provenance, settings=settings))


def _read_analysis(file: Path) -> Analysis:
    try:
        return from_json(file.read_text("utf-8"))
    except (OSError, ValueError, KeyError, TypeError, json.JSONDecodeError) as error:
        raise InputError(f"{file}: cannot be read ({error})", "Run `reportgen build` to make the run anew.") from None


def _shown_settings(settings: Mapping[str, str], brand: BrandSettings, templates: Path | None) -> dict[str, str]:
    """Return the settings of a run with those that say how it looks replaced."""
    changed = {f"brand.{key}": value for key, value in brand} | {"report.templates": templates}
    shown = {key: value.name if isinstance(value, Path) else value for key, value in changed.items()}
    return {**settings, **{key: "" if value is None else str(value) for key, value in shown.items()}}
