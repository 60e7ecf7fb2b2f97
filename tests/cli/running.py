"""Run the command line, in this process or in one of its own, and keep what it said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from reportgen.analysis.serial import json_schema
from reportgen.cli import main

ROOT = Path(__file__).resolve().parents[2]
FAST = {"REPORTGEN_K_MAX": "3"}
_FROM_OUTSIDE = ("NO_COLOR", "FORCE_COLOR", "SOURCE_DATE_EPOCH")


@dataclass(frozen=True)
class Outcome:
    """Exit code and texts of one command."""

    code: int
    out: str
    err: str

    @property
    def last_line(self) -> str:
        """Last line on stdout."""
        return self.out.splitlines()[-1] if self.out else ""

    @property
    def warnings(self) -> list[str]:
        """Lines on stderr that begin with ``warning: ``, without that word."""
        return [line.removeprefix("warning: ") for line in self.err.splitlines() if line.startswith("warning: ")]

    @property
    def error(self) -> str:
        """The error message with its hint; empty when there is none."""
        _, mark, text = self.err.partition("error: ")
        return text if mark else ""


def run(*arguments: str | Path) -> Outcome:
    """Run a command in this process, without the cost of starting Python."""
    out, err = StringIO(), StringIO()
    code: object = None
    with redirect_stdout(out), redirect_stderr(err):
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as leaving:
            code = leaving.code
    return Outcome(code if isinstance(code, int) else 0, out.getvalue(), err.getvalue())


def prepare(patch: pytest.MonkeyPatch) -> None:
    """Forget the settings of the caller and take those of a fast build."""
    patch.setattr("os.fsync", lambda _: None)  # half of the time of a small build; the store has its own tests
    for name in os.environ:
        if name.startswith("REPORTGEN_") or name in _FROM_OUTSIDE:
            patch.delenv(name)
    for name, value in FAST.items():
        patch.setenv(name, value)


def environment(**variables: str) -> dict[str, str]:
    """Return the same for a process of its own, with further variables."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("REPORTGEN_") and name not in _FROM_OUTSIDE
    }
    return kept | FAST | variables


@cache
def _schema() -> Draft202012Validator:
    return Draft202012Validator(json_schema())


def read_analysis(run: Path) -> dict[str, Any]:
    """Read ``analysis.json`` of a run's folder, after checking it against its schema.

    The schema is the one that ``docs/analysis.schema.json`` holds; tests/unit/docs sees to that.
    """
    analysis: dict[str, Any] = json.loads((run / "analysis.json").read_text("utf-8"))
    wrong = [f"{error.json_path}: {error.message}" for error in _schema().iter_errors(analysis)]
    assert not wrong, wrong
    return analysis


def start(
    *arguments: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None, before: str = ""
) -> subprocess.Popen[str]:
    """Start a command in a process of its own.

    ``before`` is Python that runs first. Without it the command is ``python -m reportgen``.
    """
    given = [str(argument) for argument in arguments]
    how = ["-c", f"{before}\nfrom reportgen.cli import main; main()"] if before else ["-m", "reportgen"]
    return subprocess.Popen(
        [sys.executable, *how, *given],
        cwd=cwd,
        env=dict(env or environment()) | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run_alone(
    *arguments: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None, before: str = ""
) -> Outcome:
    """Run a command in a process of its own and wait for it."""
    with start(*arguments, cwd=cwd, env=env, before=before) as child:
        out, err = child.communicate(timeout=600)
    return Outcome(child.returncode, out, err)


def files_below(folder: Path) -> dict[str, bytes]:
    """Return the content of every file by relative path; a link counts as the place it names."""
    found: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            found[str(path.relative_to(folder))] = b"-> " + os.fsencode(path.readlink())
        elif path.is_file():
            found[str(path.relative_to(folder))] = path.read_bytes()
    return found


def published(output: Path) -> dict[str, bytes]:
    """Return what a failed build must not change: all runs, and which one is the latest."""
    return {path: content for path, content in files_below(output).items() if path.startswith(("runs/", "latest"))}


def leftovers(output: Path) -> list[str]:
    """Return names of what a build leaves only while it is at work."""
    return [path.name for path in (*output.glob(".*"), *(output / "private").glob(".*")) if path.name != ".lock"]
