"""The files of a finished run: all of the contract, nothing else, each with its hash, and no personal data."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import stat
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from reportgen.analysis.serial import from_json, to_json
from tests.cli.running import files_below, published, run
from tests.cli.sample import ID_MARK, SECRET_MARKS, Files
from tests.e2e.conftest import Finished

PAGES = ("index", "data", "people", "components", "choice", "segments", "campaign", "robustness", "method")


def test_the_run_has_the_files_of_the_contract(finished: Finished) -> None:
    made = set(files_below(finished.folder))
    shown = [s for s in finished.analysis["segments"] if s["id"] or s["population"]["count"] + s["customers"]["count"]]
    segments = [segment["id"] for segment in shown]
    pages = {f"site/{page}.html" for page in (*PAGES, *(f"segment-{number}" for number in segments))}
    single = {"report.html", "analysis.json", "manifest.json", "site/tables.xlsx"}
    assert {path for path in made if path.startswith("site/") and path.endswith(".html")} == pages
    tables = {path.removeprefix("site/") for path in made if re.fullmatch(r"site/tables/[\w-]+\.csv", path)}
    charts = {path for path in made if re.fullmatch(r"site/charts/[\w-]+\.svg", path)}
    assets = {path for path in made if path.startswith("site/assets/")}
    assert len(tables) > 10
    assert len(charts) > 10
    assert {Path(path).suffix for path in assets} >= {".css", ".woff2", ".svg"}
    assert made == pages | single | charts | assets | tables | {f"site/{table}" for table in tables}


def test_tables_beside_and_inside_the_site_are_the_same(finished: Finished) -> None:
    assert files_below(finished.folder / "tables") == files_below(finished.folder / "site" / "tables")


def test_the_output_folder_holds_nothing_else(finished: Finished) -> None:
    assert {path.name for path in finished.files.output.iterdir()} <= {
        "latest.json", "latest", "runs", "private", "segments.toml", ".lock",
    }  # fmt: skip
    assert [path.name for path in finished.folder.parent.iterdir()] == [finished.folder.name]
    assert {path.name for path in finished.private.parent.iterdir()} == {finished.folder.name, "cache"}
    assert set(files_below(finished.private)) == {
        "analysis.de.json", "analysis.en.json",
        "assignments.parquet", "build.json", "counts.json", "inputs.json", "lineage.json",
        "model/arrays.npz", "model/model.json",
    }  # fmt: skip


def test_latest_names_the_run(finished: Finished) -> None:
    output = finished.files.output
    name = finished.folder.name
    assert re.fullmatch(r"\d{8}-[0-9a-f]{8}", name)
    assert json.loads((output / "latest.json").read_text("utf-8")) == {"run": name}
    assert (output / "latest").resolve() == finished.folder.resolve()
    assert finished.analysis["provenance"]["run"] == name
    assert finished.analysis["provenance"]["data_as_of"].replace("-", "") == name[:8]


@pytest.mark.skipif(os.name != "posix", reason="file modes are those of POSIX")
def test_private_data_is_for_its_owner_alone(finished: Finished) -> None:
    for folder in (finished.private.parent, finished.private):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_manifest_verifies(finished: Finished) -> None:
    manifest = json.loads((finished.folder / "manifest.json").read_text("utf-8"))
    made = files_below(finished.folder)
    del made["manifest.json"]
    assert {path: (told["size"], told["sha256"]) for path, told in manifest["outputs"].items()} == {
        path: (len(content), hashlib.sha256(content).hexdigest()) for path, content in made.items()
    }
    assert manifest["inputs"] == [
        {
            "side": side,
            "name": path.name,
            "size": path.stat().st_size,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for side, path in (("population", finished.files.population), ("customers", finished.files.customers))
    ]
    assert manifest["run"] == finished.folder.name
    assert manifest["seed"] == 1
    assert {"reportgen", "numpy", "scikit-learn", "weasyprint"} <= set(manifest["versions"])


def test_the_manifest_holds_no_absolute_path(finished: Finished) -> None:
    def texts(value: object) -> Iterator[str]:
        if isinstance(value, dict):
            for key, item in value.items():
                yield key
                yield from texts(item)
        elif isinstance(value, list):
            for item in value:
                yield from texts(item)
        elif isinstance(value, str):
            yield value

    told = list(texts(json.loads((finished.folder / "manifest.json").read_text("utf-8"))))
    assert len(told) > 100
    assert [text for text in told if text.startswith(("/", "~")) or re.match(r"[A-Za-z]:\\", text)] == []


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every public file, and what is packed inside workbooks and PDFs."""
    for path, content in files_below(folder).items():
        yield path, content
        if path.endswith(".xlsx"):
            with zipfile.ZipFile(io.BytesIO(content)) as book:
                for name in book.namelist():
                    yield f"{path}/{name}", book.read(name)
        if path.endswith(".pdf"):
            with pikepdf.open(io.BytesIO(content)) as document:
                for name, attachment in document.attachments.items():
                    yield f"{path}/{name}", attachment.get_file().read_bytes()
                yield f"{path}/info", str(document.docinfo).encode()


def test_nothing_public_shows_a_row_an_undeclared_value_or_a_place(finished: Finished) -> None:
    forbidden = [ID_MARK, *SECRET_MARKS, str(finished.files.folder), str(Path.home()) + "/"]
    seen = 0
    for path, content in contents(finished.folder):
        seen += 1
        shown = [text for text in forbidden if text.encode() in content]
        assert shown == [], path
    assert seen > 50


def test_the_marks_would_be_seen(finished: Finished) -> None:
    population = finished.files.population.read_text("utf-8")
    assert ID_MARK in population
    assert SECRET_MARKS[0] in population
    assert SECRET_MARKS[1] in finished.files.customers.read_text("utf-8")
    assert "mail" in (finished.folder / "site" / "data.html").read_text("utf-8")


def test_analysis_json_reads_back_to_the_same_text(finished: Finished) -> None:
    text = (finished.folder / "analysis.json").read_text("utf-8")
    assert to_json(from_json(text)) == text
    assert next(iter(json.loads(text))) == "schema_version"


def test_building_again_gives_the_same_run_byte_for_byte(finished: Finished) -> None:
    before = published(finished.files.output)
    done = run(*finished.files.build())
    assert done.code == 0
    assert Path(done.last_line).parents[1] == finished.folder
    assert published(finished.files.output) == before


def test_another_setting_is_another_run(finished: Finished, tmp_path: Path) -> None:
    done = run(*finished.files.build(), "-o", tmp_path / "other", "--seed", "2", "--k", "2")
    assert done.code == 0, done.err
    other = Path(done.last_line).parents[1].name
    assert other != finished.folder.name
    done = run(*finished.files.build(), "-o", tmp_path / "other")
    second = Path(done.last_line).parents[1].name
    assert second != finished.folder.name  # it follows another issue, and says what changed
    assert {path.name for path in (tmp_path / "other" / "runs").iterdir()} == {other, second}
    assert json.loads((tmp_path / "other" / "latest.json").read_text("utf-8")) == {"run": second}


@pytest.mark.pdf
def test_the_briefing_stands_in_both_places_and_shows_no_row(two_builds: tuple[Files, Files]) -> None:
    folder = two_builds[0].latest
    if not (folder / "briefing.pdf").exists():
        pytest.skip("WeasyPrint's libraries are not installed")
    assert (folder / "briefing.pdf").read_bytes() == (folder / "site" / "briefing.pdf").read_bytes()
    assert "briefing.pdf" in (folder / "site" / "index.html").read_text("utf-8")
    for path, content in contents(folder):
        assert [text for text in (ID_MARK, *SECRET_MARKS) if text.encode() in content] == [], path
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    told = subprocess.run(["pdftotext", folder / "briefing.pdf", "-"], capture_output=True, text=True, check=True)
    assert "Household income" in told.stdout
    assert [text for text in (ID_MARK, *SECRET_MARKS, str(two_builds[0].folder)) if text in told.stdout] == []
