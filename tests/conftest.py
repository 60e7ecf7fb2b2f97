"""What all tests share: the real data beside the checkout, and the promise that nothing was left out."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
MUST_RUN = ("browser", "pdf")


# A first example pays for imports, and a machine may be busy: time is measured in benchmarks/.
# Where a change is judged, the same examples are drawn each time; elsewhere new ones may find what nobody looked for.
def _require_all() -> bool:
    return os.environ.get("REPORTGEN_REQUIRE_ALL", "") not in ("", "0")


settings.register_profile("untimed", deadline=None, derandomize=_require_all())
settings.load_profile("untimed")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skipped browser or PDF test into a failure when everything has to run."""
    report = yield
    kept = any(item.get_closest_marker(name) for name in MUST_RUN)
    if kept and report.skipped and not hasattr(report, "wasxfail") and _require_all():
        report.outcome = "failed"
        report.longrepr = f"REPORTGEN_REQUIRE_ALL is set, and this was skipped: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn a test module that skips itself while it is imported into a failure when everything has to run."""
    report = yield
    if report.skipped and _require_all():
        report.outcome = "failed"
        report.longrepr = f"REPORTGEN_REQUIRE_ALL is set, and the module was skipped: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real data sets beside the checkout; they are not part of it."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the folder shared/data with the real data sets is not beside the checkout")
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, one for all tests of a process: Playwright cannot be started twice in one."""
    chromium = shutil.which("chromium") or shutil.which("chromium-headless-shell")
    if chromium is None:
        pytest.skip("Debian's chromium is not installed")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield launched
        launched.close()
