"""A site on a small local server that sends the policy of the published one, and Debian's Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reportgen.analysis.result import Analysis
from reportgen.charts.gallery import charts_of
from reportgen.report.site import SITE_POLICY, render_single, render_site
from tests.factories import example_analysis
from tests.factory_changes import with_example_changes
from tests.serving import QuietHandler, serving

CREATED = datetime(2026, 11, 1, tzinfo=UTC)


class _Handler(QuietHandler):
    def end_headers(self) -> None:
        if "/single/" not in self.path:
            self.send_header("Content-Security-Policy", SITE_POLICY)
        super().end_headers()


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a site with long labels, many segments and every verdict, and its single file; a small one below."""
    root = tmp_path_factory.mktemp("site")
    write_site(root, example_analysis(9, 24, long_labels=True, totals=True))
    write_site(root / "small", example_analysis(3, 8, totals=True))
    return root


def write_site(root: Path, analysis: Analysis) -> None:
    """Write an issue that follows another one."""
    analysis = with_example_changes(analysis)
    charts = charts_of(analysis)
    files = render_site(analysis, charts, created=CREATED, pdf=True)
    files["single/report.html"] = render_single(analysis, charts)
    for path, content in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


@pytest.fixture(scope="session")
def address(folder: Path) -> Iterator[str]:
    with serving(folder, _Handler) as port:
        yield f"http://127.0.0.1:{port}"
