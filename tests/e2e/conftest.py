"""Finished runs to look at: built once, by the command line, and not changed."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from tests.cli.running import environment, prepare, read_analysis, run, run_alone
from tests.cli.sample import Files, Pair, make_pair

EPOCH = "1750000000"
# Blocks of 128 rows instead of 65,536: a small file then has several, and threads have something to share out.
SMALL_BLOCKS = "from reportgen.ingest import table; table.BLOCK_ROWS = 128"


@dataclass(frozen=True)
class Finished:
    """One finished run.

    Attributes
    ----------
    files
        The pair it was built from, with ids and columns that nothing public may show.
    folder
        ``runs/<id>``.
    private
        ``private/<id>``.
    analysis
        The published analysis, which has been checked against its schema.
    """

    files: Files
    folder: Path
    private: Path
    analysis: dict[str, Any]


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Run every test in an empty folder with the settings of a fast build."""
    prepare(monkeypatch)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """Build the sample pair."""
    return build_finished(make_pair(secrets=True), tmp_path_factory.mktemp("finished"))


def build_finished(pair: Pair, folder: Path) -> Finished:
    """Write a pair into a folder and build it by the command line."""
    files = pair.write(folder)
    with pytest.MonkeyPatch.context() as patch:
        prepare(patch)
        done = run(*files.build())
    assert done.code == 0, done.err
    made = Path(done.last_line).parents[1]
    return Finished(files, made, files.output / "private" / made.name, read_analysis(made))


def pdf_is_possible() -> bool:
    """Say whether WeasyPrint finds its libraries here."""
    try:
        importlib.import_module("weasyprint")
    except (ImportError, OSError):
        return False
    return True


@pytest.fixture(scope="session")
def two_builds(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> tuple[Files, Files]:
    """Build the sample pair in two processes that differ in hash seed, threads, place and time zone.

    Test workers share the result: the first to come here builds, the others wait.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if hasattr(request.config, "workerinput") else base) / "two-builds"
    places = Files(folder / "one"), Files(folder / "another")
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            for threads, zone, files in zip("12", ("UTC", "Asia/Tokyo"), places, strict=True):
                _build_alone(files.folder, threads, zone)
    return places


def _build_alone(folder: Path, threads: str, zone: str) -> None:
    files = make_pair(secrets=True).write(folder)
    pdf = "--pdf" if pdf_is_possible() else "--no-pdf"
    env = environment(PYTHONHASHSEED=threads, SOURCE_DATE_EPOCH=EPOCH, TZ=zone)
    done = run_alone(*files.build(), pdf, "--threads", threads, env=env, cwd=folder, before=SMALL_BLOCKS)
    assert done.code == 0, done.err
