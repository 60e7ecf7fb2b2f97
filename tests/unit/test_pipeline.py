"""The order of the steps, the name of a run, and what a failure on the way leaves behind."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from filelock import FileLock

from reportgen import pipeline, pipeline_charts, pipeline_children, pipeline_make, pipeline_provenance, pipeline_render
from reportgen.analysis.campaign_findings import CampaignSettings
from reportgen.analysis.result_provenance import Provenance
from reportgen.analysis.run import analyse
from reportgen.config import Config, load_config
from reportgen.dictionary import read_dictionary
from reportgen.engine.helpers import MOST, Helpers
from reportgen.errors import InputError
from reportgen.ingest.table import Finding
from reportgen.pipeline import build, check
from reportgen.pipeline_children import start_children, threads_of
from reportgen.pipeline_identity import run_id
from reportgen.pipeline_look import Rendering
from reportgen.pipeline_render import render_files
from reportgen.report.look import PLAIN
from reportgen.report.store import Output
from tests.cli.running import files_below, leftovers, published
from tests.cli.sample import Files, make_pair


class Heard:
    """Notes what a build tells."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.read: list[tuple[str, int]] = []
        self.findings: list[Finding] = []
        self.reused: list[str] = []
        self.notices: list[str] = []

    def start(self, step: str) -> None:
        self.steps.append(step)

    def rows(self, side: str, rows: int) -> None:
        self.read.append((side, rows))

    def warn(self, finding: Finding) -> None:
        self.findings.append(finding)

    def reuse(self, what: str) -> None:
        self.reused.append(f"{self.steps[-1]}: {what}")

    def notice(self, text: str) -> None:
        self.notices.append(text)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Files:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    monkeypatch.setattr("os.fsync", lambda _: None)  # most of the time of a small build; the store has its own tests
    return make_pair(secrets=True).write(tmp_path / "job")


def configured(files: Files, **more: object) -> Config:
    """Return settings of a fast build; ``table__key`` sets a key."""
    flags: dict[str, object] = {
        "inputs.population": files.population, "inputs.customers": files.customers,
        "inputs.dictionary": files.dictionary, "output.dir": files.output, "output.pdf": False,
        "output.single_file": False, "analysis.quick": True, "analysis.k_max": 3, "analysis.k": 2,
    }  # fmt: skip
    return load_config(None, flags | {key.replace("__", "."): value for key, value in more.items()}, {}, files.folder)


def test_build_tells_its_steps_rows_and_findings(files: Files) -> None:
    heard = Heard()
    result = build(configured(files, output__single_file=True), heard)
    assert heard.steps == [
        "Read the files",
        "Look for gaps, twins and odd rows",
        "Encode and find the main dimensions",
        "Compare numbers of segments",
        "Build the segments on all rows",
        "Assign everybody",
        "Put the segments to the test",
        "Rank people",
        "Profile the segments and compare customers",
        "Draw the charts",
        "Render the pages",
        "Write the run",
    ]
    assert heard.read == [("population", 600), ("customers", 150)]
    assert [finding.column for finding in heard.findings] == ["mail", "memo"]
    assert result.folder == files.output / "runs" / result.analysis.provenance.run
    assert result.page == result.folder / "site" / "index.html"
    assert result.page.is_file()
    assert (result.folder / "report.html").is_file()
    assert Output(files.output).latest() == result.folder


def test_check_reads_and_writes_nothing(files: Files) -> None:
    heard = Heard()
    before = files_below(files.folder)
    table = check(configured(files), heard)
    assert (table.population.rows, table.customers.rows, table.overlap, table.nested) == (600, 150, 75, False)
    assert heard.steps == ["Read the files"]
    assert len(heard.findings) == 2
    assert files_below(files.folder) == before
    assert not files.output.exists()
    assert not any(Path(block).exists() for block in table.population.blocks)


@pytest.mark.parametrize(
    ("module", "broken"),
    [
        (pipeline, "ingest"),
        (pipeline_make, "analyse"),
        (pipeline_make, "publish"),
        (pipeline_charts, "draw_charts"),
        (pipeline_render, "render_site"),
        (pipeline_render, "render_manifest"),
    ],
)
def test_a_failure_anywhere_changes_nothing(
    files: Files, module: ModuleType, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(configured(files), Heard())
    before = published(files.output)
    assert before

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(broken)

    monkeypatch.setattr(module, broken, fail)
    with pytest.raises(RuntimeError, match=broken):
        build(configured(files, analysis__seed=2), Heard())
    assert published(files.output) == before
    assert leftovers(files.output) == []


def test_a_failed_first_build_shows_no_run(files: Files) -> None:
    files.customers.write_text("LNR;age\n", encoding="utf-8")
    with pytest.raises(InputError):
        build(configured(files), Heard())
    assert published(files.output) == {}
    assert leftovers(files.output) == []


def test_blocks_lie_in_a_private_folder_of_the_output_while_at_work(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, int]] = []

    def spy(table: Any, *rest: Any) -> Any:
        home = table.population.blocks[0].parents[1]
        assert home.parent == files.output / "private"
        seen.append((stat.S_IMODE(home.stat().st_mode), stat.S_IMODE(home.parent.stat().st_mode)))
        return analyse(table, *rest)

    monkeypatch.setattr(pipeline_make, "analyse", spy)
    build(configured(files), Heard())
    assert seen == [(0o700, 0o700)]
    assert leftovers(files.output) == []


def test_folders_of_killed_builds_are_removed_and_those_at_work_are_kept(files: Files) -> None:
    private = files.output / "private"
    for name in ("dead", "alive"):
        (private / f".work-{name}" / "blocks").mkdir(parents=True)
        (private / f".work-{name}.lock").touch()
    (private / ".work-begun.lock").touch()  # killed before it made its folder
    with FileLock(private / ".work-alive.lock"):
        build(configured(files), Heard())
        assert sorted(leftovers(files.output)) == [".work-alive", ".work-alive.lock"]
    build(configured(files), Heard())
    assert leftovers(files.output) == []


def test_the_manifest_comes_last_and_covers_every_other_file(files: Files) -> None:
    config = configured(files)
    result = build(config, Heard())
    rendered = render_files(
        result.analysis, Rendering(PLAIN, "en", config.output.pdf, config.output.single_file), Heard().start
    )
    assert list(rendered)[-1] == "manifest.json"
    assert rendered == files_below(result.folder)
    told = rendered["manifest.json"].decode()
    for path, content in rendered.items():
        if path != "manifest.json":
            assert f'"{path}": {{' in told
            assert hashlib.sha256(content).hexdigest() in told


def test_data_as_of_comes_from_the_settings_else_the_variable_else_the_newest_file(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.utime(files.population, (1_700_000_000, 1_700_000_000))
    os.utime(files.customers, (1_600_000_000, 1_600_000_000))
    config = configured(files)
    table = check(config, Heard())
    assert pipeline_provenance.date_of(config, table) == "2023-11-14"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1500000000")
    assert pipeline_provenance.date_of(config, table) == "2017-07-14"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    assert pipeline_provenance.date_of(config, table) == "2023-11-14"
    dated = configured(files, report__data_as_of=date(2025, 1, 31))
    assert pipeline_provenance.date_of(dated, table) == "2025-01-31"


def provenance(config: Config) -> Provenance:
    return pipeline_provenance.provenance_of(config, read_dictionary(config.inputs.dictionary), check(config, Heard()))


def test_the_name_of_a_run_follows_from_inputs_settings_and_version(files: Files) -> None:
    told = provenance(configured(files))
    assert re.fullmatch(r"\d{8}-[0-9a-f]{8}", told.run)
    assert provenance(configured(files, output__dir=files.folder / "elsewhere", analysis__threads=1)).run == told.run
    names = {told.run, provenance(configured(files, analysis__seed=5)).run}
    names.add(provenance(configured(files, report__title="Another")).run)
    files.values.write_text(files.values.read_text("utf-8").replace("never", "not at all"), encoding="utf-8")
    names.add(provenance(configured(files)).run)
    files.customers.write_text(files.customers.read_text("utf-8").rpartition("\nID7Q")[0] + "\n", encoding="utf-8")
    names.add(provenance(configured(files)).run)
    assert len(names) == 5


def test_the_name_of_a_run_begins_with_the_date_and_changes_with_the_version() -> None:
    inputs = [("population", "a" * 64), ("customers", "b" * 64)]
    one, two = (run_id("2025-01-31", {}, "c" * 64, inputs, version) for version in ("1.0", "1.1"))
    assert one[:9] == two[:9] == "20250131-"
    assert one != two


def test_the_origin_is_told_by_base_names(files: Files) -> None:
    told = provenance(configured(files))
    assert [(source.side, source.name, source.rows) for source in told.sources] == [
        ("population", "population.csv", 600),
        ("customers", "customers.csv", 150),
    ]
    assert (told.dictionary, told.labelled, told.id_column) == ("features.csv", True, "LNR")
    assert told.standard_error == "partly nested"
    assert str(files.folder) not in repr(told)


def test_threads_are_as_given_else_one_per_usable_processor(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    assert threads_of(configured(files, analysis__threads=3)) == 3
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 2, 5}, raising=False)
    assert threads_of(configured(files)) == 3
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert threads_of(configured(files)) == 1


def test_every_setting_of_the_analysis_is_passed_on(files: Files) -> None:
    config = configured(
        files, analysis__max_missing=0.4, analysis__row_threshold=4, analysis__cluster_on="encoded",
        analysis__min_explained=0.7, analysis__twins=0.9, analysis__seed=11, segments__names={"A": "Firsts"},
    )  # fmt: skip
    campaign = CampaignSettings(sensitive=True)
    settings = pipeline_make.settings_of(config, campaign)
    told = {name: getattr(settings, name) for name in settings.__dataclass_fields__}
    assert told == {
        "k": 2, "k_max": 3, "seed": 11, "quick": True, "max_missing": 0.4, "row_threshold": 4, "on_components": False,
        "min_explained": 0.7, "twins": 0.9, "names": {"A": "Firsts"}, "campaign": campaign,
    }  # fmt: skip
    assert replace(settings, on_components=True) == pipeline_make.settings_of(
        configured(
            files, analysis__max_missing=0.4, analysis__row_threshold=4, analysis__min_explained=0.7,
            analysis__twins=0.9, analysis__seed=11, segments__names={"A": "Firsts"},
        ),
        campaign,
    )  # fmt: skip


def test_settings_are_told_flat_and_as_text() -> None:
    assert dict(pipeline_provenance._flat({"a": {"b": None, "c": {"d": 1.5}}, "e": False})) == {
        "a.b": "",
        "a.c.d": "1.5",
        "e": "false",
    }


def test_helpers_change_no_byte(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    more = {"report__lang": "de", "output__pdf": True, "analysis__k": None, "output__cache": False}
    build(configured(files, analysis__threads=1, **more), Heard())
    alone = published(files.output)
    monkeypatch.setattr(pipeline_children, "_WORTH", 0)
    asked: list[object] = []
    spread = Helpers.map

    def watched(self: Helpers, function: Any, items: Any, *, here: bool = True) -> list[Any]:
        asked.append(function)
        return spread(self, function, items, here=here)

    monkeypatch.setattr(Helpers, "map", watched)
    build(configured(files, analysis__threads=3, **more), Heard())
    assert len(asked) > 5
    assert published(files.output) == alone


def test_helpers_are_started_for_files_that_are_worth_it(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    def helped(**more: object) -> int:
        with start_children(configured(files, **more), pdf=False) as children:
            assert children.pdf is None
            return len(children.helpers or ())

    assert helped(analysis__threads=2) == 0
    monkeypatch.setattr(pipeline_children, "_WORTH", files.population.stat().st_size)
    assert helped(analysis__threads=1) == 0
    assert helped(analysis__threads=2) == 1
    assert helped(analysis__threads=9) == MOST
    assert helped(analysis__threads=2, analysis__engine="dask") == 0
    files.population.unlink()
    assert helped(analysis__threads=2) == 0
