"""What the tests of the command line share: no settings from outside, and one finished build to look at."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.running import FAST, run
from tests.cli.sample import Files, make_pair


def _forget_settings(patch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("REPORTGEN_"):
            patch.delenv(name)
    for name in ("NO_COLOR", "FORCE_COLOR", "SOURCE_DATE_EPOCH"):
        patch.delenv(name, raising=False)
    for name, value in FAST.items():
        patch.setenv(name, value)


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Run every test in an empty folder with the settings of a fast build."""
    _forget_settings(monkeypatch)
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
        _forget_settings(patch)
        done = run(*files.build())
    assert done.code == 0, done.err
    return files
