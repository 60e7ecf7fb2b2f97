"""One reviewed fragment per section: a change of words, numbers or markup shows up as a difference to read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from reportgen.analysis.result import Analysis
from reportgen.charts.gallery import charts_of
from reportgen.charts.style import Chart, Drawing
from reportgen.report.context import build_report
from reportgen.report.look import PLAIN
from reportgen.report.views import Medium, Page, Report, Section
from tests.factories import example_analysis

EXPECTED = Path(__file__).with_name("expected")
ACCEPT = "REPORTGEN_ACCEPT_GOLDEN"
CASES = {"plain": example_analysis(3, 8), "verdicts": example_analysis(4, 8, seed=1, totals=True)}


def drawn(analysis: Analysis) -> dict[str, Chart]:
    """Return the charts without their drawings and with two rows of numbers: those have tests of their own."""
    empty = '<svg xmlns="http://www.w3.org/2000/svg"></svg>'
    return {
        name: Chart(c.id, f"title of {name}", "subtitle", "alt", empty, c.width, c.height, c.columns, c.formats,
                    c.rows[:2], "source", Drawing(empty, 340, 100) if c.narrow else None)
        for name, c in charts_of(analysis).items()
    }  # fmt: skip


@cache
def report_of(case: str, medium: Medium) -> Report:
    return build_report(CASES[case], drawn(CASES[case]), medium, pdf=True)


def sections() -> Iterator[tuple[str, Medium, Page, Section]]:
    """Yield every section of the plain report, and of the others what differs."""
    for page in report_of("plain", Medium.SITE).pages:
        if page.id not in {"segment-2", "segment-3"}:
            for section in page.sections:
                yield "plain", Medium.SITE, page, section
    for page in report_of("plain", Medium.PRINT).pages:
        if page.id in {"index", "segment-1"}:
            for section in page.sections:
                yield "plain", Medium.PRINT, page, section
    for page in report_of("verdicts", Medium.SITE).pages:
        if page.id == "index":
            for section in page.sections:
                yield "verdicts", Medium.SITE, page, section


def rendered(case: str, medium: Medium, page: Page, section: Section) -> str:
    source = (
        '{% from "macros/page.html" import opening %}'
        "{% if first %}{{ opening(page, report.levels.page, report.medium) }}\n{% endif %}"
        '{% include "sections/" ~ section.template ~ ".html" %}'
    )
    html = PLAIN.environment.from_string(source).render(
        report=report_of(case, medium), page=page, section=section, first=page.sections[0] is section
    )
    return "\n".join(line for line in html.splitlines() if line.strip()) + "\n"


@pytest.mark.parametrize(
    ("case", "medium", "page", "section"),
    [pytest.param(*found, id=f"{found[0]}-{found[1]}-{found[3].id}") for found in sections()],
)
def test_fragment(case: str, medium: Medium, page: Page, section: Section) -> None:
    path = EXPECTED / f"{case}-{medium}-{section.id}.html"
    found = rendered(case, medium, page, section)
    if os.environ.get(ACCEPT):
        path.parent.mkdir(exist_ok=True)
        path.write_text(found, encoding="utf-8")
    assert path.exists(), f"no reviewed fragment; read it and accept it with {ACCEPT}=1"
    assert found == path.read_text(encoding="utf-8"), f"read the difference; accept it with {ACCEPT}=1"


def test_no_fragment_is_left_over() -> None:
    known = {f"{case}-{medium}-{section.id}.html" for case, medium, _, section in sections()}
    assert {path.name for path in EXPECTED.iterdir()} == known
