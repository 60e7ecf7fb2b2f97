"""The same input gives the same bytes, whatever the process, its hash seed, its threads and its place."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.cli.running import files_below
from tests.cli.sample import Files
from tests.e2e.conftest import EPOCH


def test_the_same_run(two_builds: tuple[Files, Files]) -> None:
    one, two = ((files.latest).resolve() for files in two_builds)
    assert one.name == two.name
    assert one.name.startswith(datetime.fromtimestamp(int(EPOCH), UTC).strftime("%Y%m%d-"))


def test_every_public_file_is_equal(two_builds: tuple[Files, Files]) -> None:
    one, two = (files_below(files.latest.resolve()) for files in two_builds)
    assert set(one) == set(two)
    assert [path for path in one if one[path] != two[path]] == []
    for path in ("report.html", "analysis.json", "manifest.json", "site/index.html", "site/tables.xlsx"):
        assert one[path]


@pytest.mark.pdf
def test_the_pdf_is_equal(two_builds: tuple[Files, Files]) -> None:
    one, two = (files.latest / "briefing.pdf" for files in two_builds)
    if not one.exists():
        pytest.skip("WeasyPrint's libraries are not installed")
    assert one.read_bytes()[:5] == b"%PDF-"
    assert one.read_bytes() == two.read_bytes()


def test_the_private_files_are_equal(two_builds: tuple[Files, Files]) -> None:
    one, two = (files_below(files.output / "private") for files in two_builds)
    assert set(one) == set(two)
    differ = [path for path in one if one[path] != two[path]]
    run = two_builds[0].latest.resolve().name
    assert differ == [f"{run}/build.json", f"{run}/inputs.json"]  # they tell where and when
