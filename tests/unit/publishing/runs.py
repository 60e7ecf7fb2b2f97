"""Runs to publish: a site with a real manifest, made from a made-up analysis."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from reportgen.analysis.result import Analysis
from reportgen.charts.gallery import charts_of
from reportgen.publishing.destination import Destination
from reportgen.publishing.issue import read_bundle
from reportgen.publishing.publish import Published, publish
from reportgen.report.manifest import render_manifest
from reportgen.report.site import render_site
from reportgen.report.store import Output
from tests.factories import example_analysis

NOW = datetime(2026, 11, 26, 8, 30, tzinfo=UTC)


_LINKS = '<a href="data.html#top">Data</a> <a href="tables/a.csv">CSV</a> <a href="briefing.pdf">PDF</a>'
_PAGE = f"""<!doctype html>
<html lang="en"><head><title>x</title><link rel="stylesheet" href="assets/report.css">
<link rel="icon" href="assets/icon.svg"></head><body><p id="top">{_LINKS}</p></body></html>
"""


@cache
def _site(small: bool) -> dict[str, bytes]:
    if small:
        return {
            **{f"{name}.html": _PAGE.encode() for name in ("index", "data", "segments")},
            "assets/report.css": b"p { margin: 0 }\n",
            "assets/icon.svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>\n',
            "tables/a.csv": b"a;b\n1;2\n",
            "briefing.pdf": b"%PDF-1.7\n%%EOF\n",
        }
    analysis = example_analysis(3, 6)
    return {**render_site(analysis, charts_of(analysis), created=NOW, pdf=True), "briefing.pdf": b"%PDF-1.7\n%%EOF\n"}


def analysis_of(month: int, *, title: str = "Spring catalogue") -> Analysis:
    """Return an analysis with the name and date of a month; from 13 on the number counts days."""
    analysis = example_analysis(3, 6)
    day = date(2026, month, 1) if month <= 12 else date(2027, 1, 1) + timedelta(days=month)
    provenance = replace(analysis.provenance, run=f"{day:%Y%m%d}-{month:08x}", data_as_of=day.isoformat(), title=title)
    return replace(analysis, provenance=provenance)


def run_files(
    month: int,
    *,
    title: str = "Spring catalogue",
    gates: tuple[str, ...] = (),
    small: bool = True,
    lang: str = "en",
) -> dict[str, bytes]:
    """Return the files of the run of one month; every page names its month.

    A small site has seven files, otherwise it is a whole report.
    """
    analysis = analysis_of(month, title=title)
    mark = f"<!-- issue of month {month} -->\n".encode()
    site = {path: content + mark if path.endswith(".html") else content for path, content in _site(small).items()}
    files = {f"site/{path}": content for path, content in site.items()}
    told = {
        "provenance": vars(analysis.provenance) | {"sources": [], "settings": {"report.lang": lang}},
        "population": vars(analysis.population),
        "customers": vars(analysis.customers),
        "recommendation": {"sentence": analysis.recommendation.sentence},
        "gates": [{"failed": True, "sentence": gate} for gate in gates],
    }  # what a publisher reads of it
    files["analysis.json"] = json.dumps(told).encode()
    return files | {"manifest.json": render_manifest(analysis.provenance, files)}


def write_run(
    output: Path,
    month: int,
    *,
    title: str = "Spring catalogue",
    gates: tuple[str, ...] = (),
    small: bool = True,
    lang: str = "en",
) -> Path:
    """Put the run of one month into an output folder, with private files beside it."""
    files = run_files(month, title=title, gates=gates, small=small, lang=lang)
    run = analysis_of(month).provenance.run
    return Output(output).commit(run, files, {"model/model.json": b"{}"}, make_latest=not gates)


def publish_run(
    run: Path, destination: Destination, *, keep: int | None = None, force: bool = False, now: datetime = NOW
) -> Published:
    return publish(read_bundle(run), destination, now=now, keep=keep, force=force)
