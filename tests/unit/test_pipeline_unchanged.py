"""When a build has nothing to do, and everything that makes it build again."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from pydantic import BaseModel

from reportgen import pipeline_identity, pipeline_unchanged
from reportgen.config import Config
from reportgen.errors import DictionaryError
from reportgen.inputs import SeenFile, Stamp
from reportgen.pipeline import build
from reportgen.pipeline_identity import other_files
from reportgen.pipeline_unchanged import RECORD, BuildRecord, known_inputs, read_record, unchanged_run
from reportgen.report.store import Output
from tests.cli.running import leftovers
from tests.cli.sample import Files, make_pair
from tests.unit.test_pipeline import Heard, configured

LONG_AGO = 1_700_000_000
RECORDED = BuildRecord(
    "key", (SeenFile("/data/p.csv", Stamp(10, 20, 30), "abc", 40),), "manifest", {"model/arrays.npz": 5},
    "20260101-00000000", "before",
)  # fmt: skip


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Build once; tests put back what they change."""
    files = make_pair().write(tmp_path_factory.mktemp("built"))
    for path in (files.population, files.customers):
        os.utime(path, (LONG_AGO, LONG_AGO))
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SOURCE_DATE_EPOCH", raising=False)
        patch.setattr("os.fsync", lambda _: None)
        build(configured(files, output__single_file=True), Heard())
    return files


def config(files: Files, **more: object) -> Config:
    return configured(files, output__single_file=True, **more)


def run_of(files: Files) -> Path:
    return Output(files.output).latest()


def found(files: Files, environ: dict[str, str] | None = None, **more: Any) -> Path | None:
    return unchanged_run(config(files, **more), environ or {})


def test_the_same_again_is_the_latest_run(built: Files) -> None:
    assert found(built) == run_of(built)
    assert found(built, analysis__threads=1, output__cache=False) == run_of(built)


def test_without_a_report_there_is_none(built: Files, tmp_path: Path) -> None:
    assert found(built, output__dir=tmp_path / "empty") is None


@pytest.mark.parametrize(
    "change",
    [
        {"report__title": "Another"},
        {"report__data_as_of": date(2025, 1, 31)},
        {"analysis__seed": 5},
        {"analysis__k": 3},
        {"segments__names": {"A": "Own"}},
        {"output__single_file": False},
        {"inputs__delimiter": ";"},
        {"refresh__refit": True},
        {"refresh__refit_on": "schema, psi"},
        {"refresh__unknown": 0.02},
        {"gates__fail_on": "k>20"},
    ],
    ids=str,
)
def test_a_changed_setting_builds(built: Files, change: dict[str, Any]) -> None:
    assert unchanged_run(configured(built, **{"output__single_file": True, **change}), {}) is None


def test_the_date_of_the_data_counts(built: Files) -> None:
    assert found(built, {"SOURCE_DATE_EPOCH": str(LONG_AGO + 3_600)}) == run_of(built)  # the same day
    assert found(built, {"SOURCE_DATE_EPOCH": str(LONG_AGO + 10**6)}) is None


def test_a_changed_program_builds(built: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline_identity, "program_version", lambda: "another")
    assert found(built) is None


def change_bytes(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def touch_the_other_day(path: Path) -> None:
    os.utime(path, (LONG_AGO + 10**6,) * 2)


def touch_the_same_day(path: Path) -> None:
    os.utime(path, (LONG_AGO + 60,) * 2)


@pytest.fixture
def mended(built: Files) -> Any:
    """Put back everything that a test changes in inputs and output."""
    kept = {
        path: (path.read_bytes(), path.stat())
        for path in built.folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    }
    yield built
    for path, (content, status) in kept.items():
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert found(built) == run_of(built)


@pytest.mark.parametrize("spoil", [Path.unlink, change_bytes])
def test_names_and_notes_of_segments_count(mended: Files, spoil: Callable[[Path], Any]) -> None:
    spoil(mended.output / "segments.toml")
    assert found(mended) is None


@pytest.mark.parametrize("name", ["population", "customers", "dictionary", "values"])
def test_a_changed_input_builds(mended: Files, name: str) -> None:
    change_bytes(getattr(mended, name))
    try:
        assert found(mended) is None
    except DictionaryError:
        assert name in ("dictionary", "values")  # the flipped bit made it no dictionary, as the build would say


def test_a_touched_input_is_hashed_and_counts_by_its_date(mended: Files) -> None:
    touch_the_same_day(mended.population)
    assert found(mended) == run_of(mended)
    touch_the_other_day(mended.population)
    assert found(mended) is None
    assert found(mended, {"SOURCE_DATE_EPOCH": str(LONG_AGO)}) == run_of(mended)


def test_only_on_request_is_an_input_hashed_that_looks_the_same(mended: Files) -> None:
    status = mended.population.stat()
    change_bytes(mended.population)
    os.utime(mended.population, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert found(mended) == run_of(mended)
    assert unchanged_run(config(mended), {}, verify_inputs=True) is None


def test_a_missing_input_builds_so_that_the_build_can_say_so(mended: Files) -> None:
    mended.customers.unlink()
    assert found(mended) is None


@pytest.mark.parametrize("spoil", [Path.unlink, change_bytes])
@pytest.mark.parametrize(
    "path",
    ["manifest.json", "report.html", "analysis.json", "site/index.html", "site/tables.xlsx", "tables/segments.csv"],
)
def test_a_damaged_run_is_built_again(mended: Files, path: str, spoil: Callable[[Path], Any]) -> None:
    spoil(run_of(mended) / path)
    assert found(mended) is None


@pytest.mark.parametrize("path", ["assignments.parquet", "model/model.json", "model/arrays.npz", RECORD])
def test_a_run_that_lost_private_files_is_built_again(mended: Files, path: str) -> None:
    (mended.output / "private" / run_of(mended).name / path).unlink()
    assert found(mended) is None


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"record_version": 0}', b'{"record_version": 1, "key": 1}'])
def test_a_record_that_cannot_be_read_is_none(mended: Files, content: bytes) -> None:
    private = mended.output / "private" / run_of(mended).name
    (private / RECORD).write_bytes(content)
    assert read_record(private) is None
    assert found(mended) is None
    assert known_inputs(Output(mended.output)) == ()


def test_a_record_comes_back(tmp_path: Path) -> None:
    (tmp_path / RECORD).write_bytes(RECORDED.to_json())
    assert read_record(tmp_path) == RECORDED


def test_inputs_are_known_from_the_latest_run(built: Files, tmp_path: Path) -> None:
    known = known_inputs(Output(built.output))
    assert [seen.path for seen in known] == [str(built.population), str(built.customers)]
    assert known_inputs(Output(tmp_path / "empty")) == ()


def test_unchanged_inputs_are_not_read(built: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> str:
        raise AssertionError(path)

    monkeypatch.setattr("reportgen.inputs.sha256_of", refuse)
    assert found(built) == run_of(built)


def test_one_file_that_holds_both_sides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.fsync", lambda _: None)
    pair = make_pair()
    del pair.features["car"], pair.labels["car"]
    files = pair.write(tmp_path)
    one = configured(files, inputs__customers=None, inputs__customer_where="car=y")
    assert unchanged_run(one, {}) is None
    build(one, Heard())
    assert unchanged_run(one, {}) == run_of(files)
    other = configured(files, inputs__customers=None, inputs__customer_where="car=n")
    assert unchanged_run(other, {}) is None
    assert json.loads((run_of(files) / "manifest.json").read_text("utf-8"))["run"] == run_of(files).name


def test_the_record_holds_no_row(built: Files) -> None:
    text = (built.output / "private" / run_of(built).name / RECORD).read_text("utf-8")
    assert "ID7Q" not in text
    assert set(json.loads(text)) == {
        "record_version", "key", "inputs", "manifest", "private", "previous", "before",
    }  # fmt: skip
    assert pipeline_unchanged.RECORD not in json.loads(text)["private"]


class Look(BaseModel):
    logo: Path | None = None
    templates: Path | None = None


class Elsewhere(BaseModel):
    population: Path
    colour: str = "red"


class Settings(BaseModel):
    inputs: Elsewhere
    look: Look = Look()


def test_every_other_file_that_a_setting_names_counts(tmp_path: Path) -> None:
    folder, logo = tmp_path / "templates", tmp_path / "logo.svg"
    settings = Settings(inputs=Elsewhere(population=tmp_path / "p.csv"), look=Look(logo=logo, templates=folder))
    seen = [list(other_files(settings))]
    assert seen == [[("look.logo", ""), ("look.templates", "")]]
    logo.write_text("<svg/>")
    (folder / "css").mkdir(parents=True)
    seen.append(list(other_files(settings)))
    (folder / "css" / "own.css").write_text("p {}")
    seen.append(list(other_files(settings)))
    (folder / "css" / "own.css").rename(folder / "css" / "mine.css")
    seen.append(list(other_files(settings)))
    (folder / "css" / "mine.css").write_text("a {}")
    seen.append(list(other_files(settings)))
    logo.write_text("<svg />")
    seen.append(list(other_files(settings)))
    assert len({repr(found) for found in seen}) == len(seen)
    (tmp_path / "p.csv").write_text("an input")  # it has a hash of its own
    assert list(other_files(settings)) == seen[-1]


def test_what_a_killed_build_left_is_removed_all_the_same(built: Files) -> None:
    private = built.output / "private"
    for name in ("dead", "alive"):
        (private / f".work-{name}" / "blocks").mkdir(parents=True)
        (private / f".work-{name}.lock").touch()
    with FileLock(private / ".work-alive.lock"):
        assert found(built) == run_of(built)
        assert sorted(leftovers(built.output)) == [".work-alive", ".work-alive.lock"]
    assert found(built) == run_of(built)
    assert leftovers(built.output) == []
