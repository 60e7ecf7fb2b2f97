"""The version of the code: a hash of the modules that a result can depend on, and of the packages below them.

A version number alone would let a cache survive a change of the code between two releases. Imports go one way, so the
modules on which a result depends are known by their place.
"""

from __future__ import annotations

import hashlib
import platform
import re
from collections.abc import Iterator
from functools import cache
from importlib.metadata import requires, version
from importlib.util import find_spec
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
_TEMPLATES = "reportgen.templates"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_AFTER_ANALYSIS = ("charts", "cli", "demo", "infer", "pipeline", "progress", "report")
_AFTER_INGEST = ("analysis", "engine", *_AFTER_ANALYSIS)
NAMED_PACKAGES = (
    "reportgen",
    "numpy",
    "scipy",
    "scikit-learn",
    "pandas",
    "pyarrow",
    "matplotlib",
    "jinja2",
    "babel",
    "lxml",
    "weasyprint",
)


@cache
def reading_version() -> str:
    """Return the version of everything that turns files into coded blocks, as 64 hexadecimal digits."""
    return _version(("numpy", "openpyxl", "pandas", "pyarrow", "reportgen"), _modules(_AFTER_INGEST))


@cache
def analysis_version() -> str:
    """Return the version of everything that turns coded blocks into findings, as 64 hexadecimal digits."""
    return _version(
        ("numpy", "pandas", "pyarrow", "reportgen", "scikit-learn", "scipy"),
        _modules(_AFTER_ANALYSIS),
    )


@cache
def program_version() -> str:
    """Return the version of everything that a report depends on, templates included, as 64 hexadecimal digits."""
    return _version(_dependencies(), [*_modules(()), *_templates()])


@cache
def package_versions() -> dict[str, str]:
    """Return the versions of the program and the packages that its results depend on, by name."""
    return {name: version(name) for name in NAMED_PACKAGES}


def _dependencies() -> tuple[str, ...]:
    """Return the names of the program and of every package that it asks for itself."""
    asked = (line for line in requires("reportgen") or () if "extra ==" not in line)
    names = (match[0] for line in asked if (match := _NAME.match(line)))
    return ("reportgen", *sorted(names))


def _version(packages: tuple[str, ...], files: list[tuple[str, Path]]) -> str:
    # The processor family counts: the last bits of linear algebra depend on it.
    described = [platform.machine(), platform.python_version(), *(f"{name} {version(name)}" for name in packages)]
    total = hashlib.sha256("\n".join(described).encode())
    for name, path in files:
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"\n{name} {content}".encode())
    return total.hexdigest()


def _modules(without: tuple[str, ...]) -> list[tuple[str, Path]]:
    """Return the modules of the package by relative name, but for those whose first name begins with one given."""
    return [(name, path) for name, path in _below(_PACKAGE, "*.py") if not name.startswith(without)]


def _templates() -> Iterator[tuple[str, Path]]:
    spec = find_spec(_TEMPLATES)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for name, path in _below(Path(folder), "*"):
            yield f"templates/{name}", path


def _below(folder: Path, pattern: str) -> list[tuple[str, Path]]:
    files = (path for path in folder.rglob(pattern) if path.is_file() and "__pycache__" not in path.parts)
    return sorted((path.relative_to(folder).as_posix(), path) for path in files)
