"""Publishing through fsspec: order, locks and clean-up on its file system in memory; real servers are in tests/e2e."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fsspec.implementations.memory import MemoryFileSystem

from reportgen.publishing.destination import open_destination
from reportgen.publishing.folder import FolderDestination
from reportgen.publishing.holding import PublishError
from reportgen.publishing.publish import issues_of
from reportgen.publishing.remote import RemoteDestination
from reportgen.publishing.remote_open import open_remote
from tests.unit.publishing.runs import NOW, publish_run, write_run


@pytest.fixture
def remote() -> Iterator[RemoteDestination]:
    MemoryFileSystem.store.clear()
    MemoryFileSystem.pseudo_dirs[:] = [""]
    yield open_remote("memory://share/reports")
    MemoryFileSystem.store.clear()


@pytest.fixture(autouse=True)
def _no_flush(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.fsync", lambda _: None)


def led_to(remote: RemoteDestination) -> str:
    page = remote.read("latest/index.html")
    assert page is not None
    (href,) = re.findall(r'content="0; url=\.\./([^/]+)/index\.html"', page.decode())
    return str(href)


def test_issues_come_and_go(remote: RemoteDestination, tmp_path: Path) -> None:
    runs = [write_run(tmp_path, month) for month in (1, 2, 3)]
    for run in runs:
        done = publish_run(run, remote, keep=2)
    assert done.removed == (runs[0].name,)
    assert set(issues_of(remote)) == {runs[1].name, runs[2].name}
    assert led_to(remote) == runs[2].name
    assert remote.entries() == (runs[1].name, runs[2].name, "assets", "feed.xml", "index.html", "issues.json", "latest")
    assert not publish_run(runs[2], remote).new


def test_the_manifest_comes_after_all_else_and_the_way_to_the_latest_last(
    remote: RemoteDestination, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    write = MemoryFileSystem.pipe_file

    def note(self: MemoryFileSystem, path: str, value: bytes, *rest: Any, **more: Any) -> None:
        leads = b'http-equiv="refresh"' in value
        written.append("the way to the latest" if leads else path.removeprefix("/share/reports/"))
        write(self, path, value, *rest, **more)

    monkeypatch.setattr(MemoryFileSystem, "pipe_file", note)
    run = write_run(tmp_path, 3)
    publish_run(run, remote)
    of_issue = [path for path in written if path.startswith(run.name)]
    assert of_issue[-1] == f"{run.name}/manifest.json"
    assert of_issue.count(f"{run.name}/manifest.json") == 1
    assert written[-1] == "the way to the latest"
    around = [path for path in written if not path.startswith((run.name, ".publishing"))]
    assert written.index(of_issue[-1]) < written.index(around[1])  # the first is the marker of a new place


@pytest.mark.parametrize("after", [0, 5, 8, -2, -1])
def test_an_upload_that_breaks_off_leaves_readers_where_they_were(
    remote: RemoteDestination, tmp_path: Path, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = write_run(tmp_path, 3), write_run(tmp_path, 4)
    publish_run(first, remote)
    write, calls = MemoryFileSystem.pipe_file, 0
    total = len(list((second / "site").rglob("*.*"))) + 2 + 4
    limit = after if after >= 0 else total + after

    def fail(self: MemoryFileSystem, path: str, value: bytes, *rest: Any, **more: Any) -> None:
        nonlocal calls
        calls += 1
        if calls > limit:
            raise ConnectionResetError("the line is dead")
        write(self, path, value, *rest, **more)

    monkeypatch.setattr(MemoryFileSystem, "pipe_file", fail)
    with pytest.raises(PublishError, match="the line is dead"):
        publish_run(second, remote)
    assert led_to(remote) == first.name
    monkeypatch.setattr(MemoryFileSystem, "pipe_file", write)
    publish_run(second, remote)
    assert led_to(remote) == second.name
    assert set(issues_of(remote)) == {first.name, second.name}


def test_a_place_that_changes_what_it_is_sent_is_found_out(
    remote: RemoteDestination, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = MemoryFileSystem.pipe_file

    def spoil(self: MemoryFileSystem, path: str, value: bytes, *rest: Any, **more: Any) -> None:
        write(self, path, value[:-1] if path.endswith("report.css") else value, *rest, **more)

    monkeypatch.setattr(MemoryFileSystem, "pipe_file", spoil)
    with pytest.raises(PublishError, match=r"assets/report\.css reads back other"):
        publish_run(write_run(tmp_path, 3), remote)
    assert issues_of(remote) == {}
    assert remote.read("latest/index.html") is None


def test_what_a_killed_upload_left_is_no_issue_and_is_removed(remote: RemoteDestination, tmp_path: Path) -> None:
    first, second = write_run(tmp_path, 3), write_run(tmp_path, 4)
    publish_run(first, remote)
    remote.system.pipe_file("/share/reports/20260901-00000009/index.html", b"half")
    remote.system.pipe_file("/share/reports/.staging-dead", b"half")
    assert set(issues_of(remote)) == {first.name}
    publish_run(second, remote)
    assert "20260901-00000009" not in remote.entries()
    assert not [path for path in remote.system.find("/share/reports") if ".staging" in path]


def lock(remote: RemoteDestination, since: datetime) -> None:
    told = json.dumps({"host": "other", "process": 1, "since": since.isoformat()})
    remote.system.pipe_file("/share/reports/.publishing/other.json", told.encode())


def test_somebody_else_at_work_is_not_disturbed(remote: RemoteDestination, tmp_path: Path) -> None:
    first = write_run(tmp_path, 3)
    publish_run(first, remote)
    lock(remote, datetime.now(UTC) - timedelta(minutes=5))
    with pytest.raises(PublishError, match="somebody on other has been publishing here since"):
        publish_run(write_run(tmp_path, 4), remote)
    assert led_to(remote) == first.name
    assert remote.system.find("/share/reports/.publishing") == ["/share/reports/.publishing/other.json"]


def test_a_lock_that_was_left_behind_is_recognised(remote: RemoteDestination, tmp_path: Path) -> None:
    run = write_run(tmp_path, 3)
    lock(remote, datetime.now(UTC) - timedelta(hours=2))
    remote.system.pipe_file("/share/reports/.publishing/broken.json", b"{")
    publish_run(run, remote)
    assert led_to(remote) == run.name
    assert remote.system.find("/share/reports/.publishing") == []


def test_a_place_that_holds_something_else_is_refused(remote: RemoteDestination, tmp_path: Path) -> None:
    remote.system.pipe_file("/share/reports/other.html", b"mine")
    with pytest.raises(PublishError, match=r"holds something else \(other\.html\)"):
        publish_run(write_run(tmp_path, 3), remote)
    assert remote.system.find("/share/reports") == ["/share/reports/other.html"]


def test_a_gated_run_is_published_only_when_told(remote: RemoteDestination, tmp_path: Path) -> None:
    run = write_run(tmp_path, 3, gates=("stability is 0.5, below 0.6",))
    with pytest.raises(PublishError, match="failed a gate"):
        publish_run(run, remote)
    assert publish_run(run, remote, force=True, now=NOW).failed


@pytest.mark.parametrize(
    ("address", "said"), [("nosuch://x/y", "nosuch"), ("sftp:///x", "names no host"), ("webdav:///x", "names no host")]
)
def test_addresses_that_mean_nothing(address: str, said: str) -> None:
    with pytest.raises(PublishError, match=said):
        open_destination(address)


def test_no_address() -> None:
    with pytest.raises(PublishError, match="no destination"):
        open_destination(" ")


def test_a_password_is_never_shown() -> None:
    with pytest.raises(PublishError) as raised:
        open_destination("sftp://me:s3cret@127.0.0.1:1/reports")
    assert "s3cret" not in str(raised.value)
    assert "me@127.0.0.1" in str(raised.value)


def test_folders_and_file_addresses_are_folders(tmp_path: Path) -> None:
    for address in (str(tmp_path), f"file://{tmp_path}"):
        place = open_destination(address)
        assert isinstance(place, FolderDestination)
        assert place.directory == tmp_path
