"""The wheel holds everything, and works without the checkout."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.cli.running import ROOT, environment, read_analysis
from tests.cli.sample import make_pair

SOURCES = ("pyproject.toml", "README.md", "reportgen", "templates", "data/azdias")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a wheel from a copy of the sources, so that nothing is written into the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    for name in SOURCES:
        target = source / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, target)
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index", "--quiet"]
    done = subprocess.run(
        [*command, "--wheel-dir", str(folder), str(source)], capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("reportgen-*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if not name.endswith("/")}


def shipped(source: str, packaged: str) -> set[str]:
    """Return the files of a folder of the checkout under the name that they have in the package."""
    return {
        f"{packaged}/{path.relative_to(ROOT / source)}"
        for path in (ROOT / source).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_every_module_is_inside(names: set[str]) -> None:
    modules = shipped("reportgen", "reportgen")
    assert "reportgen/demo/__init__.py" in modules
    assert "reportgen/py.typed" in modules
    assert modules - names == set()


def test_templates_styles_and_fonts_are_inside(names: set[str]) -> None:
    templates = shipped("templates", "reportgen/templates")
    assert {Path(name).suffix for name in templates} >= {".html", ".css", ".woff2"}
    assert templates - names == set()


def test_the_azdias_dictionary_is_inside(names: set[str]) -> None:
    files = shipped("data/azdias", "reportgen/azdias")
    assert {
        f"reportgen/azdias/{name}{end}" for name in ("features", "values", "parts") for end in (".csv", ".de.csv")
    } <= files
    assert files - names == set()


def test_nothing_else_is_inside(names: set[str]) -> None:
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.startswith("reportgen-")} == {"reportgen"}
    assert [name for name in names if name.endswith((".pyc", ".parquet", ".toml"))] == []


def test_demo_and_build_work_from_the_wheel_alone(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site-packages"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    env = environment(PYTHONPATH=str(site))

    def reportgen(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "reportgen", *arguments], cwd=tmp_path, env=env, capture_output=True, text=True,
            check=False, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()[-1]

    where = subprocess.run(
        [sys.executable, "-c", "import reportgen, reportgen.templates as t; print(reportgen.__file__, t.__file__)"],
        cwd=tmp_path, env=env, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert where.count(str(site)) == 2
    reportgen("demo", "trial", "--rows", "1000")
    page = Path(reportgen("build", "-c", "trial/reportgen.toml", "--no-pdf", "--quick"))
    assert read_analysis(page.parents[1])["population"]["rows"] == 1000
    files = make_pair().write(tmp_path / "job")
    assert Path(reportgen(*files.build())).is_file()
