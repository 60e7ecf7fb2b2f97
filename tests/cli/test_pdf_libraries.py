"""Without WeasyPrint's libraries: told at once when a PDF is asked for, and no matter when none is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import published, run
from tests.cli.sample import Files


@pytest.fixture(params=["OSError", "ImportError"])
def no_weasyprint(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """Make WeasyPrint fail when a child imports it, as without its libraries; return the reason."""
    reason = "cannot load library libpangoft2-1.0-0"
    (tmp_path / "lame").mkdir()
    (tmp_path / "lame" / "weasyprint.py").write_text(
        f"print('-----', 'Some libraries could not be loaded', sep=chr(10))\nraise {request.param}({reason!r})",
        encoding="utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "lame"))
    return reason


@pytest.mark.parametrize("command", ["build", "check"])
def test_missing_libraries_of_the_pdf_are_told_before_anything_is_analysed(
    command: str, no_weasyprint: str, reported: Files
) -> None:
    before = published(reported.output)
    done = run(command, *reported.inputs(), "-o", reported.output, *(["--force"] if command == "build" else []))
    assert (done.code, done.out) == (1, "")
    for words in (no_weasyprint, "needs system libraries", "libpangoft2-1.0-0 libharfbuzz-subset0", "--no-pdf"):
        assert words in done.error
    assert "Look for gaps" not in done.err
    assert ("Read the files" in done.err) is (command == "build")
    assert published(reported.output) == before


@pytest.mark.usefixtures("no_weasyprint")
def test_a_build_without_pdf_does_not_need_the_libraries(files: Files) -> None:
    done = run(*files.build(), "--k", "2")
    assert done.code == 0, done.err
