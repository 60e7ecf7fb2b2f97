"""Without WeasyPrint's libraries: told at once when a PDF is asked for, and no matter when none is."""

from __future__ import annotations

import builtins
import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.cli.running import published, run
from tests.cli.sample import Files


@pytest.fixture(params=[OSError("cannot load library 'libpangoft2-1.0-0'"), ImportError("No module named x")], ids=str)
def no_weasyprint(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Make WeasyPrint fail when it is imported, as without its libraries; return the reason."""
    fault: Exception = request.param
    import_module, real_import = importlib.import_module, builtins.__import__

    def named(name: str, package: str | None = None) -> ModuleType:
        if name.partition(".")[0] == "weasyprint":
            raise fault
        return import_module(name, package)

    def stated(name: str, *rest: Any, **more: Any) -> ModuleType:
        if name.partition(".")[0] == "weasyprint":
            raise fault
        return real_import(name, *rest, **more)

    for name in [name for name in sys.modules if name.partition(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(importlib, "import_module", named)
    monkeypatch.setattr(builtins, "__import__", stated)
    return str(fault)


@pytest.mark.parametrize("command", ["build", "check"])
def test_missing_libraries_of_the_pdf_are_told_before_anything_is_read(
    command: str, no_weasyprint: str, reported: Files, tmp_path: Path
) -> None:
    before = published(reported.output)
    nowhere = Files(tmp_path / "nowhere")
    done = run(command, *nowhere.inputs(), "-o", reported.output)
    assert (done.code, done.out) == (1, "")
    for words in (no_weasyprint, "needs system libraries", "libpangoft2-1.0-0 libharfbuzz-subset0", "--no-pdf"):
        assert words in done.error
    assert "Read the files" not in done.err
    assert published(reported.output) == before


@pytest.mark.usefixtures("no_weasyprint")
def test_a_build_without_pdf_does_not_need_the_libraries(files: Files) -> None:
    done = run(*files.build(), "--k", "2")
    assert done.code == 0, done.err
