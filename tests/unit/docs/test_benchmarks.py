"""Every benchmark can be started as its page and its own first lines say."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[3] / "benchmarks"
MODULES = sorted(path.stem for path in FOLDER.glob("*.py"))


@pytest.mark.parametrize("name", MODULES)
def test_it_loads_as_a_module_of_the_repository(name: str) -> None:
    assert import_module(f"benchmarks.{name}").__doc__


@pytest.mark.parametrize(
    "path", [*FOLDER.glob("*.py"), FOLDER / "README.md", FOLDER.parent / "Makefile"], ids=lambda path: path.name
)
def test_every_command_names_one_that_is_there(path: Path) -> None:
    for command in re.findall(r"python\S* (\S+)", path.read_text("utf-8")):
        if "benchmarks" in command:
            pytest.fail(f"{command}: written as python -m benchmarks.name")
    for name in re.findall(r"-m benchmarks\.(\w+)", path.read_text("utf-8")):
        assert name in MODULES


def test_every_program_is_explained() -> None:
    explained = (FOLDER / "README.md").read_text("utf-8")
    programs = [path.stem for path in FOLDER.glob("*.py") if '__name__ == "__main__"' in path.read_text("utf-8")]
    assert [name for name in programs if f"{name}.py" not in explained] == []
