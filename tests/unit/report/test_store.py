from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from filelock import FileLock

from reportgen import durable
from reportgen.report import store
from reportgen.report.store import Output, OutputError

RUN, LATER = "20261101-0a1b2c3d", "20261102-0a1b2c3d"
FILES = {"site/index.html": b"one", "site/assets/report.css": b"two", "analysis.json": b"{}"}


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def strays(folder: Path) -> list[str]:
    return [p.name for p in folder.rglob("*") if p.name.startswith((".staging-", ".retired-"))]


def test_a_run_is_written_whole(tmp_path: Path) -> None:
    output = Output(tmp_path / "out")
    folder = output.commit(RUN, FILES)
    assert folder == tmp_path / "out" / "runs" / RUN
    assert tree(folder) == FILES
    assert json.loads((tmp_path / "out" / "latest.json").read_text()) == {"run": RUN}
    assert (tmp_path / "out" / "latest").resolve() == folder.resolve()
    assert output.latest() == folder
    assert strays(tmp_path) == []


def test_private_files_are_for_the_owner_alone(tmp_path: Path) -> None:
    source = tmp_path / "assignments.parquet"
    source.write_bytes(b"rows")
    output = Output(tmp_path / "out")
    output.commit(RUN, FILES, {"assignments.parquet": source, "model/model.json": b"{}"})
    folder = output.private / RUN
    assert tree(folder) == {"assignments.parquet": b"rows", "model/model.json": b"{}"}
    assert stat.S_IMODE(output.private.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert source.exists()


def test_a_later_run_becomes_the_latest_and_keeps_the_earlier(tmp_path: Path) -> None:
    output = Output(tmp_path)
    output.commit(RUN, FILES)
    output.commit(LATER, {"a": b"new"})
    assert output.latest().name == LATER
    assert tree(output.runs / RUN) == FILES
    assert (tmp_path / "latest" / "a").read_bytes() == b"new"


def test_a_gated_run_does_not_become_the_latest(tmp_path: Path) -> None:
    output = Output(tmp_path)
    output.commit(RUN, FILES)
    output.commit(LATER, {"a": b"new"}, make_latest=False)
    assert output.latest().name == RUN
    assert (output.runs / LATER / "a").exists()


def test_the_same_run_is_replaced(tmp_path: Path) -> None:
    output = Output(tmp_path)
    output.commit(RUN, FILES, {"a": b"old"})
    output.commit(RUN, {"b": b"new"}, {"c": b"new"})
    assert tree(output.runs / RUN) == {"b": b"new"}
    assert tree(output.private / RUN) == {"c": b"new"}
    assert strays(tmp_path) == []


def test_people_of_a_run_that_is_not_there_are_removed(tmp_path: Path) -> None:
    output = Output(tmp_path)
    output.commit(RUN, FILES, {"a": b"people"})
    orphan = output.private / LATER
    orphan.mkdir()
    (orphan / "assignments.parquet").write_bytes(b"people")
    output.commit(RUN, FILES, {"a": b"people"})
    assert [path.name for path in output.private.iterdir()] == [RUN]


@pytest.mark.parametrize("failing", [1, 2, 3])
def test_a_failure_in_the_middle_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int) -> None:
    output = Output(tmp_path)
    output.commit(RUN, FILES, {"a": b"old"})
    before = tree(tmp_path)
    calls = 0
    write = durable.write_file

    def fail_at(path: Path, content: bytes) -> None:
        nonlocal calls
        calls += 1
        if calls == failing:
            raise OSError(28, "No space left on device", str(path))
        write(path, content)

    monkeypatch.setattr(store, "write_file", fail_at)
    with pytest.raises(OutputError, match="No space left on device"):
        output.commit(RUN, {"x": b"1", "y": b"2"}, {"z": b"3"})
    assert tree(tmp_path) == before
    assert strays(tmp_path) == []


def test_a_failed_rename_puts_the_old_run_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output = Output(tmp_path)
    output.commit(RUN, FILES)
    monkeypatch.setattr(durable, "_exchange", lambda *_: False)
    rename = Path.rename

    def fail(self: Path, target: Path) -> Path:
        if self.name.startswith(".staging-"):
            raise OSError(5, "Input/output error", str(self))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(OutputError, match="Input/output error"):
        output.commit(RUN, {"b": b"new"})
    monkeypatch.undo()
    assert tree(output.runs / RUN) == FILES
    assert strays(tmp_path) == []


def test_an_interrupt_while_staging_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(path: Path, content: bytes) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "write_file", interrupt)
    with pytest.raises(KeyboardInterrupt):
        Output(tmp_path).commit(RUN, FILES)
    assert strays(tmp_path) == []
    assert not (tmp_path / "latest.json").exists()


def test_leftovers_of_a_killed_build_are_cleaned(tmp_path: Path) -> None:
    output = Output(tmp_path)
    output.commit(RUN, FILES, {"a": b"1"})
    for parent in (tmp_path, output.private):
        (parent / ".staging-dead").mkdir()
        (parent / ".staging-dead" / "half").write_bytes(b"half")
    (tmp_path / ".staging-file").write_bytes(b"half")
    output.commit(LATER, FILES)
    assert strays(tmp_path) == []


def test_a_kill_between_two_renames_loses_no_run(tmp_path: Path) -> None:
    output = Output(tmp_path)
    output.commit(RUN, FILES)
    (output.runs / RUN).rename(tmp_path / f".retired-{RUN}")
    output.commit(LATER, FILES)
    assert tree(output.runs / RUN) == FILES


def test_a_second_build_waits_and_then_says_why(tmp_path: Path) -> None:
    output = Output(tmp_path, lock_timeout=0.05)
    with FileLock(tmp_path / ".lock"), pytest.raises(OutputError, match="another build"):
        output.commit(RUN, FILES)
    assert not output.runs.exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(OutputError, match="cannot be written"):
            Output(tmp_path / "out").check_writable()
        with pytest.raises(OutputError, match="cannot be written"):
            Output(tmp_path / "out").commit(RUN, FILES)
    finally:
        tmp_path.chmod(0o700)


def test_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"")
    with pytest.raises(OutputError, match="cannot be written"):
        Output(tmp_path / "out").check_writable()


def test_check_writable_leaves_nothing(tmp_path: Path) -> None:
    Output(tmp_path / "new").check_writable()
    assert list((tmp_path / "new").iterdir()) == []


def test_without_links_the_json_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **keywords: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    output = Output(tmp_path)
    output.commit(RUN, FILES)
    assert not (tmp_path / "latest").exists()
    assert output.latest().name == RUN


def test_a_real_folder_called_latest_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "latest").mkdir()
    (tmp_path / "latest" / "mine").write_bytes(b"")
    Output(tmp_path).commit(RUN, FILES)
    assert (tmp_path / "latest" / "mine").exists()


@pytest.mark.parametrize("content", ["", "[]", '{"run": "../../etc"}', '{"run": "20261101-ffffffff"}'])
def test_a_damaged_latest_is_an_error(tmp_path: Path, content: str) -> None:
    (tmp_path / "latest.json").write_text(content)
    with pytest.raises(OutputError):
        Output(tmp_path).latest()


def test_no_report_yet(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="no report yet"):
        Output(tmp_path).latest()


@pytest.mark.parametrize("path", ["", "/etc/passwd", "../out", "a/../../b", "a\\b"])
def test_paths_stay_inside(tmp_path: Path, path: str) -> None:
    with pytest.raises(ValueError, match="relative path"):
        Output(tmp_path).commit(RUN, {path: b""})
    with pytest.raises(ValueError, match="relative path"):
        Output(tmp_path).commit(RUN, {}, {path: b""})


@pytest.mark.parametrize("run", ["", "latest", "../x", "20261101-0A1B2C3D"])
def test_run_ids_are_checked(tmp_path: Path, run: str) -> None:
    with pytest.raises(ValueError, match="run id"):
        Output(tmp_path).commit(run, FILES)
