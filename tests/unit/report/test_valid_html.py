"""Every page follows the grammar of HTML, so that no browser has to guess what was meant."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from reportgen.analysis.result import Analysis
from reportgen.charts.gallery import charts_of
from reportgen.report.site import render_print, render_single, render_site
from tests.factories import example_analysis
from tests.factory_changes import with_example_changes
from tests.unit.report.pages import mistakes
from tests.unit.report.test_site import CREATED


@pytest.fixture(scope="module")
def pages() -> Mapping[str, str]:
    analysis: Analysis = with_example_changes(example_analysis(3, 8, totals=True))
    charts = charts_of(analysis)
    files = render_site(analysis, charts, created=CREATED, pdf=True)
    pages = {path: content.decode() for path, content in files.items() if path.endswith(".html")}
    return pages | {
        "report.html": render_single(analysis, charts).decode(),
        "briefing": render_print(analysis, charts),
    }


def test_the_parser_has_nothing_to_mend(pages: Mapping[str, str]) -> None:
    assert {"index.html", "campaign.html", "changes.html", "method.html", "report.html", "briefing"} <= pages.keys()
    assert {name: found for name, html in pages.items() if (found := mistakes(html))} == {}


@pytest.mark.parametrize(
    "wrong", ["<p><div></div></p>", "<b><i></b></i>", '<a id="x" id="y"></a>', "<td>x</td>", "<p>&nothing;</p>"]
)
def test_a_mistake_is_found(wrong: str) -> None:
    assert mistakes(f'<!doctype html><html lang="en"><head><title>x</title></head><body>{wrong}</body></html>')
