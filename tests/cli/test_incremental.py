"""Building again: what is said, what is kept, and what is asked for by options."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from reportgen.cache import fingerprint
from tests.cli.running import ROOT, environment, files_below, published, read_analysis, run, run_alone
from tests.cli.sample import ID_MARK, SECRET_MARKS, Files, make_pair
from tests.unit.test_architecture import NOT_AT_START

READ = "Read the files"
FROM_CACHE = ": population from cache"
NOTHING = "nothing has changed since the report "


def steps(text: str) -> list[str]:
    """Return what plain progress says, without the seconds."""
    return [line.partition("] ")[2] for line in text.splitlines() if line.startswith("[")]


def cache(files: Files) -> Path:
    return files.output / "private" / "cache"


def test_nothing_changed_is_said_and_the_report_stays(files: Files) -> None:
    first = run(*files.build())
    assert first.code == 0
    assert NOTHING not in first.err
    before = {path: path.stat().st_mtime_ns for path in files.output.rglob("*")}
    again = run(*files.build())
    assert (again.code, again.out) == (0, first.out)
    assert again.err == f"{NOTHING}{Path(first.last_line).parents[1].name}; --force builds it again\n"
    assert {path: path.stat().st_mtime_ns for path in files.output.rglob("*")} == before


def test_nothing_changed_quiet_and_verbose(files: Files) -> None:
    assert run(*files.build()).code == 0
    quiet = run(*files.build(), "-q")
    assert (quiet.code, quiet.err, quiet.out.count("\n")) == (0, "", 1)
    analysis = read_analysis(files.latest)
    findings = [analysis["recommendation"]["sentence"], analysis["choice"]["reason"]]
    assert run(*files.build(), "-v").err.splitlines()[1:] == findings


def test_nothing_changed_is_known_without_heavy_packages(files: Files) -> None:
    assert run_alone(*files.build()).code == 0
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "reportgen", *files.build()],
        capture_output=True, text=True, check=True, timeout=60, cwd=files.folder,
        env=environment(PYTHONPATH=str(ROOT)),
    )  # fmt: skip
    lines = done.stderr.splitlines()
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in lines if line.startswith("import time:")}
    assert any(line.startswith(NOTHING) for line in lines)
    assert "pydantic" in imported
    assert imported & (NOT_AT_START | {"numpy", "rich", "jinja2", "babel", "lxml"}) == set()


def test_force_builds_again_from_the_cache(files: Files) -> None:
    first = run(*files.build())
    before = published(files.output)
    again = run(*files.build(), "--force")
    assert (again.code, again.out) == (0, first.out)
    said = steps(again.err)
    assert said[:3] == [READ, f"{READ}{FROM_CACHE}", f"{READ}: customers from cache"]
    assert f"Compare numbers of segments{FROM_CACHE}" in said
    assert f"Build the segments on all rows{FROM_CACHE}" in said
    assert f"Put the segments to the test{FROM_CACHE}" in said
    assert published(files.output) == before


def test_a_changed_setting_reads_nothing_again(files: Files) -> None:
    assert run(*files.build()).code == 0
    done = run(*files.build(), "--title", "Another")
    assert done.code == 0
    assert steps(done.err)[1:3] == [f"{READ}{FROM_CACHE}", f"{READ}: customers from cache"]
    assert len(list((files.output / "runs").iterdir())) == 2


def test_new_customers_alone_are_read(files: Files) -> None:
    assert run(*files.build()).code == 0
    make_pair(customers=170).write(files.folder)
    done = run(*files.build(), "--refit")
    said = steps(done.err)
    assert f"{READ}{FROM_CACHE}" in said
    assert f"{READ}: customers from cache" not in said
    assert f"Compare numbers of segments{FROM_CACHE}" in said
    assert read_analysis(files.latest)["customers"]["rows"] == 170


def test_no_cache_keeps_nothing_and_uses_nothing(files: Files) -> None:
    assert run(*files.build(), "--no-cache").code == 0
    assert not cache(files).exists()
    assert NOTHING in run(*files.build(), "--no-cache").err
    assert not cache(files).exists()
    assert run(*files.build(), "--force").code == 0
    kept = files_below(cache(files))
    done = run(*files.build(), "--force", "--no-cache")
    assert "from cache" not in done.err
    assert files_below(cache(files)) == kept


def test_the_cache_can_be_switched_off_for_good(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORTGEN_CACHE", "false")
    assert run(*files.build()).code == 0
    assert not cache(files).exists()


def test_the_setting_of_the_cache_makes_no_other_report(files: Files) -> None:
    assert run(*files.build(), "--no-cache").code == 0
    before = published(files.output)
    assert run(*files.build(), "--force").code == 0
    assert published(files.output) == before


def test_verify_inputs_hashes_what_looks_the_same(files: Files) -> None:
    os.utime(files.population, (1_700_000_000, 1_700_000_000))
    assert run(*files.build()).code == 0
    content = files.population.read_bytes()
    files.population.write_bytes(content.replace(b";family;", b";couple;", 1))
    os.utime(files.population, (1_700_000_000, 1_700_000_000))
    assert NOTHING in run(*files.build()).err
    done = run(*files.build(), "--verify-inputs")
    assert done.code == 0
    assert steps(done.err)[:2] == [READ, "Look for gaps, twins and odd rows"]


def test_a_cache_of_another_version_is_told_and_built_anew(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(*files.build()).code == 0
    before = published(files.output)
    monkeypatch.setattr("reportgen.pipeline.reading_version", lambda: "another")
    monkeypatch.setattr("reportgen.pipeline.analysis_version", lambda: "another")
    done = run(*files.build(), "--force")
    assert done.code == 0
    assert [line for line in done.err.splitlines() if line.startswith("notice: ")] == [
        "notice: the cache of the population was written by another version and is not used",
        "notice: the cache of the customers was written by another version and is not used",
        "notice: results in the cache were written by another version and are computed anew",
    ]
    assert "from cache" not in done.err
    assert published(files.output) == before
    done = run(*files.build(), "--force")
    assert "notice: " not in done.err
    assert "from cache" in done.err


def test_a_changed_program_is_not_nothing(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(*files.build()).code == 0
    monkeypatch.setattr("reportgen.pipeline_identity.program_version", lambda: "another")
    assert NOTHING not in run(*files.build()).err
    assert NOTHING in run(*files.build()).err


def test_the_version_of_the_program_is_that_of_its_files() -> None:
    assert len({fingerprint.reading_version(), fingerprint.analysis_version(), fingerprint.program_version()}) == 3


def test_an_earlier_report_becomes_the_latest_again(files: Files) -> None:
    first = run(*files.build())
    assert run(*files.build(), "--title", "Another").code == 0
    again = run(*files.build())
    assert (again.code, again.out) == (0, first.out)
    assert NOTHING not in again.err
    assert files.latest.resolve() == Path(first.last_line).parents[1].resolve()


def test_a_damaged_report_is_built_again(files: Files) -> None:
    assert run(*files.build()).code == 0
    before = published(files.output)
    (files.latest.resolve() / "site" / "index.html").write_bytes(b"spoilt")
    done = run(*files.build())
    assert done.code == 0
    assert NOTHING not in done.err
    assert published(files.output) == before


@pytest.mark.skipif(os.name != "posix", reason="file modes are those of POSIX")
def test_the_cache_is_for_its_owner_alone(files: Files) -> None:
    old = os.umask(0)
    try:
        assert run(*files.build()).code == 0
    finally:
        os.umask(old)
    folders = [cache(files), *(path for path in cache(files).rglob("*") if path.is_dir())]
    assert len(folders) == 4
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}


def test_the_cache_holds_ids_and_no_value_of_an_undeclared_column(files: Files) -> None:
    files = make_pair(secrets=True).write(files.folder)
    assert run(*files.build()).code == 0
    content = b"".join(files_below(cache(files)).values())
    assert ID_MARK.encode() in content  # personal data: it is there, and only there
    assert not any(mark.encode() in content for mark in SECRET_MARKS)
    assert not any(ID_MARK.encode() in public for public in published(files.output).values())


def test_two_populations_and_no_more_are_kept(files: Files) -> None:
    for people in (600, 610, 620):
        make_pair(people).write(files.folder)
        assert run(*files.build()).code == 0
    names = sorted(path.name.partition("-")[0] for path in cache(files).glob("*-*/"))
    assert names == ["customers"] * 2 + ["population"] * 2
    for people, reused in ((610, True), (600, False)):
        make_pair(people).write(files.folder)
        assert (f"{READ}{FROM_CACHE}" in run(*files.build()).err) is reused


def test_a_cache_that_cannot_be_written_costs_a_notice(files: Files) -> None:
    assert run(*files.build(), "--no-cache").code == 0
    before = published(files.output)
    cache(files).write_text("in the way")
    done = run(*files.build(), "--force")
    assert done.code == 0
    assert "notice: the cache could not be written (File exists); the build goes on without it" in done.err
    assert published(files.output) == before


def test_check_neither_reads_nor_writes_the_cache(files: Files) -> None:
    assert run(*files.build()).code == 0
    kept = files_below(cache(files))
    done = run("check", *files.options())
    assert done.code == 0
    assert "from cache" not in done.err
    assert files_below(cache(files)) == kept


def as_parts(files: Files) -> tuple[Path, Path]:
    """Cut both files into parts; the population's are in a folder, the customers' have a pattern."""
    places = files.folder / "people", files.folder / "theirs"
    for place, path in zip(places, (files.population, files.customers), strict=True):
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        head, *rows = path.read_text("utf-8").splitlines(keepends=True)
        for at, number in enumerate((1, 2, 10)):
            third = rows[at * len(rows) // 3 : (at + 1) * len(rows) // 3]
            (place / f"part-{number}.csv").write_text(head + "".join(third), encoding="utf-8")
            os.utime(place / f"part-{number}.csv", (1_700_000_000, 1_700_000_000))
        os.utime(path, (1_700_000_000, 1_700_000_000))
    return places[0], places[1] / "part-*.csv"


def test_parts_give_the_report_of_one_file_but_for_where_it_comes_from(files: Files) -> None:
    people, theirs = as_parts(files)
    assert run(*files.build()).code == 0
    first = files.latest.resolve()
    one = files_below(first)
    analysis = read_analysis(first)
    shutil.rmtree(files.output)  # or it would be the next issue
    done = run(*files.build(), "--population", people, "--customers", theirs)
    assert done.code == 0, done.err
    parts = files_below(files.latest.resolve())
    told = read_analysis(files.latest)
    assert told.pop("provenance") != analysis.pop("provenance")
    assert told == analysis
    assert set(parts) == set(one)
    names = {
        "people (3 files)": "population.csv",
        "part-*.csv (3 files)": "customers.csv",
        files.latest.resolve().name: first.name,
    }
    about_the_run = ("tables/settings.csv", "tables/sources.csv")
    for path in [path for path in one if path.endswith((".svg", ".csv")) and not path.endswith(about_the_run)]:
        assert parts[path] == one[path]
    sections = one["report.html"].decode().split("<section"), parts["report.html"].decode().split("<section")
    assert len(sections[0]) == len(sections[1])
    for ours, theirs_ in zip(*sections, strict=True):
        for name, whole in names.items():
            theirs_ = theirs_.replace(name, whole)
        assert ours == theirs_ or "SHA-256" in ours or "inputs.population" in ours
    assert NOTHING in run(*files.build(), "--population", people, "--customers", theirs).err


def test_the_manifest_lists_the_parts(files: Files) -> None:
    people, theirs = as_parts(files)
    assert run(*files.build(), "--population", people, "--customers", theirs).code == 0
    manifest = json.loads((files.latest / "manifest.json").read_text("utf-8"))
    assert [(entry["side"], entry["name"]) for entry in manifest["inputs"]] == [
        (side, f"part-{number}.csv") for side in ("population", "customers") for number in (1, 2, 10)
    ]
    sources = read_analysis(files.latest)["provenance"]["sources"]
    assert [part["rows"] for source in sources for part in source["parts"]] == [200, 200, 200, 50, 50, 50]


def test_a_new_part_is_a_change(files: Files) -> None:
    people, theirs = as_parts(files)
    command = [*files.build(), "--population", str(people), "--customers", str(theirs)]
    assert run(*command).code == 0
    head, row = files.population.read_text("utf-8").splitlines()[:2]
    (people / "part-11.csv").write_text(f"{head}\n{row.replace(ID_MARK, 'NEW')}\n", encoding="utf-8")
    assert NOTHING not in run(*command).err
    assert read_analysis(files.latest)["population"]["rows"] == 601


def test_init_takes_parts(files: Files) -> None:
    people, theirs = as_parts(files)
    target = files.folder / "job.toml"
    assert run("init", "--population", people, "--customers", theirs, "-o", target).code == 0
    assert 'population = "people"' in target.read_text("utf-8")
    assert 'customers = "theirs/part-*.csv"' in target.read_text("utf-8")
    done = run("build", "-c", target, "--no-pdf", "--quick")
    assert done.code == 0, done.err
