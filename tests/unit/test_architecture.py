"""The arrows between the modules, read from their imports."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "reportgen"
# With the modules that are named after one of these, such as config_model.
BASE = frozenset({"errors", "config", "dictionary", "durable", "feature", "formatting", "inputs", "language"})
# A module may import from its own group and from the groups named here.
ALLOWED: dict[str, frozenset[str]] = {
    "base": frozenset(),
    "cache": frozenset({"base"}),
    "ingest": frozenset({"base", "cache"}),
    "engine": frozenset({"base", "ingest"}),
    "infer": frozenset({"base", "ingest"}),
    "demo": frozenset({"base", "ingest"}),
    "progress": frozenset({"base", "ingest"}),
    "analysis": frozenset({"base", "cache", "ingest", "engine"}),
    "charts": frozenset({"base", "ingest", "engine", "analysis"}),
    "report": frozenset({"base", "ingest", "engine", "analysis", "charts"}),
    "publishing": frozenset({"base", "ingest", "engine", "analysis", "charts", "report"}),
    "pipeline": frozenset({"base", "cache", "ingest", "engine", "analysis", "charts", "report"}),
    "cli": frozenset(
        {"base", "ingest", "engine", "analysis", "charts", "report", "publishing", "pipeline", "infer", "demo"}
        | {"progress"}
    ),
}
ALLOWED["notebook"] = ALLOWED["pipeline"] | {"pipeline"}
NOT_IN_ANALYSIS = frozenset({"click", "jinja2", "matplotlib", "weasyprint"})
NOT_AT_START = frozenset({"pandas", "sklearn", "matplotlib", "weasyprint", "scipy", "pyarrow"})


def group_of(module: str) -> str | None:
    """Return the group of ``reportgen.x.y``; None for the package itself, which only holds its version."""
    parts = module.split(".")
    if len(parts) == 1:
        return None
    first = parts[1]
    if first.partition("_")[0] in BASE:
        return "base"
    if first == "__main__":
        return "cli"
    for group in ALLOWED:
        if first == group or first.startswith(group + "_"):
            return group
    return first


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imports_of(path: Path, module: str) -> Iterator[tuple[int, str]]:
    """Yield (line, imported module) of every import, wherever in the file it stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            package = module if path.name == "__init__.py" else module.rpartition(".")[0]
            source = importlib.util.resolve_name("." * node.level + (node.module or ""), package)
            for alias in node.names:
                yield node.lineno, f"{source}.{alias.name}"


def wrong_arrows(module: str, path: Path) -> list[str]:
    """Return a line per import that the order of the groups forbids."""
    group = group_of(module)
    if group is None:
        return []
    wrong = []
    for line, name in imports_of(path, module):
        package, _, rest = name.partition(".")
        if package == "reportgen" and rest != "__version__":
            target = group_of(name)
            if target not in (group, None) and target not in ALLOWED.get(group, frozenset()):
                wrong.append(f"{path.relative_to(PACKAGE.parent)}:{line}: {group} imports {name} ({target})")
        elif group == "analysis" and package in NOT_IN_ANALYSIS:
            wrong.append(f"{path.relative_to(PACKAGE.parent)}:{line}: analysis imports {package}")
    return wrong


@pytest.mark.parametrize(("module", "path"), [pytest.param(*pair, id=pair[0]) for pair in modules()])
def test_imports_go_one_way(module: str, path: Path) -> None:
    assert group_of(module) is None or group_of(module) in ALLOWED, f"{module} belongs to no group; name it in ALLOWED"
    assert wrong_arrows(module, path) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("reportgen.analysis.quality", "from reportgen.report import store"),
        ("reportgen.analysis.quality", "def f():\n    import matplotlib.figure"),
        ("reportgen.ingest.read", "import reportgen.analysis.quality"),
        ("reportgen.ingest.read", "from ..analysis import quality"),
        ("reportgen.config", "from reportgen import cli"),
        ("reportgen.charts.style", "from reportgen.pipeline import build"),
    ],
)
def test_a_wrong_arrow_is_seen(module: str, source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "PACKAGE", tmp_path / "reportgen")
    path = tmp_path / "reportgen" / "wrong.py"
    path.parent.mkdir()
    path.write_text(source, encoding="utf-8")
    assert len(wrong_arrows(module, path)) == 1


def test_every_package_is_in_the_wheel() -> None:
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))
    shipped = set(project["tool"]["setuptools"]["packages"])
    assert {module for module, path in modules() if path.name == "__init__.py"} <= shipped


def test_help_answers_without_heavy_packages() -> None:
    if not (PACKAGE / "cli.py").exists():
        pytest.skip("reportgen/cli.py does not exist yet")
    command = [sys.executable, "-X", "importtime", "-m", "reportgen", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert "build" in done.stdout
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "click" in imported
    assert imported & NOT_AT_START == set()
