"""The version of the code changes with what a result depends on, and with nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from reportgen.cache import fingerprint

VERSIONS: tuple[Callable[[], str], ...] = (
    fingerprint.reading_version, fingerprint.analysis_version, fingerprint.program_version,
)  # fmt: skip


def forget() -> None:
    for function in (*VERSIONS, fingerprint.package_versions):
        function.cache_clear()  # type: ignore[attr-defined]


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Look at a copy of the package."""
    shutil.copytree(fingerprint._PACKAGE, tmp_path / "reportgen", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(fingerprint, "_PACKAGE", tmp_path / "reportgen")
    forget()
    yield tmp_path / "reportgen"
    forget()


def versions() -> list[str]:
    forget()
    return [function() for function in VERSIONS]


@pytest.mark.parametrize(
    ("module", "changed"),
    [
        ("errors.py", [True, True, True]),
        ("feature.py", [True, True, True]),
        ("cache/packing.py", [True, True, True]),
        ("ingest/levels.py", [True, True, True]),
        ("engine/passes.py", [False, True, True]),
        ("analysis/scan.py", [False, True, True]),
        ("charts/style.py", [False, False, True]),
        ("report/site.py", [False, False, True]),
        ("pipeline.py", [False, False, True]),
        ("cli.py", [False, False, True]),
    ],
)
def test_a_version_changes_with_the_modules_below(copy: Path, module: str, changed: list[bool]) -> None:
    before = versions()
    assert versions() == before
    path = copy / module
    path.write_text(path.read_text("utf-8") + "# changed\n", encoding="utf-8")
    assert [one != other for one, other in zip(before, versions(), strict=True)] == changed


def test_every_direct_dependency_counts() -> None:
    asked = fingerprint._dependencies()
    assert {"reportgen", "weasyprint", "fonttools", "xlsxwriter", "matplotlib"} <= set(asked)
    assert "pytest" not in asked
    assert set(fingerprint.NAMED_PACKAGES) <= set(asked)


def test_compiled_files_do_not_count(copy: Path) -> None:
    before = versions()
    (copy / "ingest" / "__pycache__").mkdir()
    (copy / "ingest" / "__pycache__" / "levels.py").touch()
    assert versions() == before


def test_the_program_depends_on_its_templates(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [name for name, _ in fingerprint._templates()]
    assert "templates/base.html" in names
    before = versions()
    monkeypatch.setattr(fingerprint, "_templates", lambda: iter(()))
    assert [one != other for one, other in zip(before, versions(), strict=True)] == [False, False, True]
    monkeypatch.undo()
    assert versions() == before


@pytest.mark.parametrize(
    ("package", "changed"),
    [("pyarrow", [True, True, True]), ("scipy", [False, True, True]), ("weasyprint", [False, False, True])],
)
def test_a_version_changes_with_the_packages_below(
    package: str, changed: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = versions()
    installed = version
    monkeypatch.setattr(fingerprint, "version", lambda name: "9.9" if name == package else installed(name))
    assert [one != other for one, other in zip(before, versions(), strict=True)] == changed
    assert fingerprint.package_versions()[package] == "9.9"
    monkeypatch.undo()
    forget()
