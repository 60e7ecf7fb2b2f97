"""``reportgen publish`` and ``reportgen verify`` as a user calls them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.running import files_below, run, run_alone
from tests.cli.sample import Files
from tests.unit.publishing.runs import write_run


def test_a_built_report_is_published_and_verified(built: Files, tmp_path: Path) -> None:
    share = tmp_path / "share"
    done = run("publish", share, "--run", built.latest)
    assert (done.code, done.err) == (0, "")
    assert done.last_line == f"{share}/latest/index.html"
    assert Path(done.last_line).is_file()
    name = built.latest.resolve().name
    assert files_below(share / name).keys() - {"manifest.json"} == files_below(built.latest / "site").keys()
    for folder in (share, share / name, built.latest, built.output):
        checked = run("verify", folder)
        assert (checked.code, checked.err) == (0, ""), checked.out
        assert re.findall(r"^(\w+) +passed$", checked.out, re.M) == ["hashes", "links", "requests", "rows", "size"]


def test_json(built: Files, tmp_path: Path) -> None:
    share = tmp_path / "share"
    told = json.loads(run("publish", share, "--run", built.latest, "--keep", "2", "--json").out)
    assert told["new"] is True
    assert told["issues"] == [told["issue"]] == [built.latest.resolve().name]
    assert (told["destination"], told["page"]) == (str(share), f"{share}/latest/index.html")
    assert (told["removed"], told["failed"]) == ([], [])
    told = json.loads(run("verify", share, "--json").out)
    assert told["passed"] is True
    assert told["checks"] == dict.fromkeys(("hashes", "links", "requests", "rows", "size"), 0)
    assert json.loads(run("verify", built.latest, "--json").out)["ids_compared"] is True


def test_the_latest_run_is_meant_when_none_is_named(
    built: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(built.folder)
    assert run("publish", tmp_path / "share").code == 0
    (built.output / "latest").rename(tmp_path / "link")
    try:
        assert run("publish", tmp_path / "share").out.count("already there") == 1
        assert run("verify", "output/latest").code == 0
    finally:
        (tmp_path / "link").rename(built.output / "latest")


@pytest.mark.parametrize("given", [[], ["--run", "nowhere"], ["--run", "nowhere/latest"]])
def test_no_run(given: list[str], tmp_path: Path) -> None:
    done = run("publish", tmp_path / "share", *given)
    assert (done.code, done.out) == (1, "")
    assert "no report yet" in done.err or "not a run" in done.err
    assert not (tmp_path / "share").exists()


def test_exit_codes_of_a_gated_run(tmp_path: Path) -> None:
    gated = write_run(tmp_path / "output", 3, gates=("drift is 0.31, above 0.25",))
    done = run("publish", tmp_path / "share", "--run", gated)
    assert (done.code, done.out) == (1, "")
    assert "failed a gate: drift is 0.31, above 0.25" in done.err
    assert not (tmp_path / "share").exists()
    done = run("publish", tmp_path / "share", "--run", gated, "--force")
    assert done.code == 3
    assert "waved through: drift is 0.31, above 0.25" in done.out


def test_an_issue_that_was_damaged_is_mended(built: Files, tmp_path: Path) -> None:
    share = tmp_path / "share"
    assert run("publish", share, "--run", built.latest).code == 0
    (issue,) = share.glob("2*")
    (issue / "data.html").unlink()
    (issue / "index.html").write_text("something else")
    done = run("publish", share, "--run", built.latest)
    assert done.code == 0
    assert "already there" in done.out
    assert "mended: data.html was gone or had changed" in done.out
    assert "mended: index.html was gone or had changed" in done.out
    assert run("verify", share).code == 0
    assert "mended" not in run("publish", share, "--run", built.latest).out


def test_several_gates_have_a_line_each(tmp_path: Path) -> None:
    gated = write_run(tmp_path / "output", 3, gates=("Drift ist 0,31, über 0,25", "Stabilität ist 0,5, unter 0,6"))
    done = run("publish", tmp_path / "share", "--run", gated)
    assert "failed 2 gates\n  Drift ist 0,31, über 0,25\n  Stabilität ist 0,5, unter 0,6\n" in done.err


def test_faults_are_listed_and_the_exit_code_is_1(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "output", 3)
    (folder / "site" / "data.html").write_text("other")
    done = run("verify", folder)
    assert done.code == 1
    assert re.search(r"^hashes +1 fault\n  site/data\.html: has 5 bytes", done.out, re.M)
    told = json.loads(run("verify", folder, "--json").out)
    assert (told["passed"], told["checks"]["hashes"]) == (False, 1)
    assert told["faults"][0]["path"] == "site/data.html"


@pytest.mark.parametrize("given", [["--keep", "0"], ["--keep", "many"], []])
def test_wrong_usage(given: list[str]) -> None:
    done = run("publish", *(["share"] if given else []), *given)
    assert done.code == 2


@pytest.mark.parametrize(
    ("address", "module", "extra"),
    [
        ("s3://bucket/reports", "s3fs", "reportgen[s3]"),
        ("s3://bucket/reports", "fsspec", "reportgen[s3]"),
        ("sftp://host/reports", "paramiko", "reportgen[sftp]"),
        ("webdavs://host/reports", "webdav4", "reportgen[webdav]"),
    ],
)
def test_a_package_that_is_not_installed_is_named(address: str, module: str, extra: str, tmp_path: Path) -> None:
    folder = write_run(tmp_path / "output", 3)
    done = run_alone("publish", address, "--run", folder, before=f"import sys; sys.modules['{module}'] = None")
    assert (done.code, done.out) == (1, "")
    assert f"pip install '{extra}'" in done.err
    assert "This should not happen" not in done.err


def test_a_folder_needs_none_of_them(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "output", 3)
    before = "import sys; sys.modules |= dict.fromkeys(('fsspec', 's3fs', 'paramiko', 'webdav4'))"
    done = run_alone("publish", tmp_path / "share", "--run", folder, before=before)
    assert done.code == 0, done.err
