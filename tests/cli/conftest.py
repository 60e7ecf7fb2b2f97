"""What the tests of the command line share: no settings from outside, and one finished build to look at."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import prepare, run
from tests.cli.sample import Files, make_pair


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Run every test in an empty folder with the settings of a fast build."""
    prepare(monkeypatch)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Write the sample pair."""
    return make_pair().write(tmp_path / "job")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Build the sample pair once; to be looked at, not changed."""
    files = make_pair().write(tmp_path_factory.mktemp("built"))
    with pytest.MonkeyPatch.context() as patch:
        prepare(patch)
        done = run(*files.build())
    assert done.code == 0, done.err
    return files


@pytest.fixture(scope="session")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Build once into a folder that later, bad builds share and must leave as it is."""
    files = make_pair().write(tmp_path_factory.mktemp("reported") / "job")
    with pytest.MonkeyPatch.context() as patch:
        prepare(patch)
        done = run(*files.build(), "--k", "2")
    assert done.code == 0, done.err
    return files
