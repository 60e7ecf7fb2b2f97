"""Rendering a run again: another look, the same figures, no data."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.running import files_below, read_analysis, run
from tests.cli.sample import Files

BRAND = '[brand]\nname = "Muster"\ncolour = "#0057b8"\nlogo = "logo.svg"\n'
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9H0z"/></svg>'


@pytest.fixture
def output(built: Files, tmp_path: Path) -> Path:
    """Copy a finished output, so that it may be rendered again."""
    copy = tmp_path / "output"
    shutil.copytree(built.output, copy, symlinks=True)
    return copy


def write_brand(folder: Path) -> Path:
    (folder / "logo.svg").write_text(LOGO)
    (folder / "house.toml").write_text(BRAND)
    return folder / "house.toml"


def test_another_look_and_the_same_figures(output: Path, tmp_path: Path) -> None:
    before = read_analysis(output / "latest")
    private = files_below(output / "private")
    done = run("render", "--brand", write_brand(tmp_path), "-q")
    assert done.code == 0, done.err
    assert done.err == ""
    assert Path(done.last_line) == (output / "latest").resolve() / "site" / "index.html"
    after = read_analysis(output / "latest")
    assert after["provenance"]["settings"]["brand.name"] == "Muster"
    assert after["provenance"]["settings"]["brand.logo"] == "logo.svg"
    for analysis in (before, after):
        del analysis["provenance"]["settings"]
    assert before == after
    assert "Muster" in (output / "latest" / "site" / "index.html").read_text("utf-8")
    assert files_below(output / "private") == private
    listed = json.loads((output / "latest" / "manifest.json").read_text("utf-8"))["outputs"]
    assert "site/assets/logo.svg" in listed


def test_without_settings_nothing_changes(output: Path) -> None:
    before = files_below(output)
    done = run("render", "--run", "output/latest")
    assert done.code == 0, done.err
    assert files_below(output) == before


def test_a_configuration_in_the_folder_is_read_for_its_look_alone(output: Path, tmp_path: Path) -> None:
    write_brand(tmp_path)
    (tmp_path / "reportgen.toml").write_text('[inputs]\npopulation = "gone.csv"\n' + BRAND)
    assert run("render").code == 0
    assert (output / "latest" / "site" / "assets" / "logo.svg").read_text() == LOGO


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--run", "nowhere"), "nowhere is not the folder of a run"),
        (("--brand", "missing.toml"), "missing.toml"),
        (("--templates", "nowhere"), "nowhere is not a folder"),
    ],
)
def test_what_cannot_be_rendered(output: Path, arguments: tuple[str, ...], message: str) -> None:
    before = files_below(output)
    done = run("render", *arguments)
    assert done.code == 1
    assert message in done.error
    assert files_below(output) == before


def test_every_problem_of_a_brand_at_once(output: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text('[brand]\ncolor = "red"\nsecond_colour = "blue"\nname = ""\n')
    done = run("render", "--brand", "bad.toml")
    assert done.code == 1
    assert "did you mean colour?" in done.error
    assert 'brand.second_colour = "blue" (bad.toml line 3): needs a colour such as' in done.error
    assert "brand.name" in done.error


def test_an_analysis_of_another_version(output: Path) -> None:
    file = (output / "latest").resolve() / "analysis.json"
    content = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps({**content, "schema_version": 0}))
    done = run("render")
    assert done.code == 1
    assert "schema version 0" in done.error
