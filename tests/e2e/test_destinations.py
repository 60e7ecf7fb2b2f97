"""Publishing by the command line to real servers: three issues, one of them removed, and what readers fetch."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from reportgen.publishing.destination import Destination, open_destination
from reportgen.publishing.publish import issues_of
from reportgen.publishing.remote import RemoteDestination
from tests.cli.running import run
from tests.e2e.servers import Server, s3_server, sftp_server, webdav_server
from tests.unit.publishing.runs import write_run

pytestmark = [
    pytest.mark.filterwarnings("ignore:datetime.datetime.utc:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # of the servers' sockets
]


Opener = Callable[[str], Destination]


@pytest.fixture(scope="module", params=["s3", "sftp", "webdav"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp(request.param)
    made = {
        "s3": s3_server(),
        "sftp": sftp_server(folder, tmp_path_factory.mktemp("home")),
        "webdav": webdav_server(folder),
    }
    with made[request.param] as running:
        yield running


@pytest.fixture
def place(server: Server, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """Return an address of its own for each test."""
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    return f"{server.address}/{re.sub(r'[^a-z]', '', request.node.originalname)}"


@pytest.fixture
def opened() -> Iterator[Opener]:
    """Return what opens destinations; they are closed at the end."""
    with ExitStack() as stack:
        yield lambda place: stack.enter_context(closing(open_destination(place)))


def whole(destination: Destination, folder: str) -> Mapping[str, bytes]:
    """Read an issue and check every file against its manifest."""
    manifest = json.loads(destination.read(f"{folder}/manifest.json") or b"")
    files = {path: destination.read(f"{folder}/{path}") or b"" for path in manifest["outputs"]}
    assert {path: hashlib.sha256(content).hexdigest() for path, content in files.items()} == {
        path: told["sha256"] for path, told in manifest["outputs"].items()
    }
    assert {path.removeprefix(f"{folder}/") for path in destination.files(folder)} == {*files, "manifest.json"}
    return files


def test_issues_are_published_and_retired(place: str, opened: Opener, tmp_path: Path) -> None:
    runs = [write_run(tmp_path / "output", month) for month in (1, 2, 3)]
    for built in runs:
        done = run("publish", place, "--run", built, "--keep", "2")
        assert (done.code, done.err) == (0, "")
        assert re.sub(r"//[^/@]+@", "//", done.last_line).endswith("/latest/index.html")
        assert "sesame" not in done.out
    destination = opened(place)
    assert set(issues_of(destination)) == {built.name for built in runs[1:]}
    for built in runs[1:]:
        files = whole(destination, built.name)
        assert files["index.html"] == (built / "site" / "index.html").read_bytes()
    assert f"../{runs[2].name}/index.html".encode() in (destination.read("latest/index.html") or b"")
    assert [name for name in destination.entries() if name.startswith(".")] == []
    assert not [path for path in destination.files("") if "private" in path or ".publishing" in path]


def test_the_same_again_is_said_and_changes_nothing(place: str, tmp_path: Path) -> None:
    built = write_run(tmp_path / "output", 3)
    assert run("publish", place, "--run", built).code == 0
    done = run("publish", place, "--run", built, "--json")
    told = json.loads(done.out)
    assert (done.code, told["new"], told["issues"]) == (0, False, [built.name])


def test_a_place_that_holds_something_else(place: str, opened: Opener, tmp_path: Path) -> None:
    destination = opened(place)
    destination.replace("ours.html", b"mine")
    done = run("publish", place, "--run", write_run(tmp_path / "output", 3))
    assert done.code == 1
    assert "holds something else (ours.html)" in done.err
    assert opened(place).entries() == ("ours.html",)


def test_an_upload_that_breaks_off(place: str, opened: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (write_run(tmp_path / "output", month) for month in (3, 4))
    assert run("publish", place, "--run", first).code == 0
    write, calls = RemoteDestination._write, 0

    def fail(self: RemoteDestination, path: str, content: bytes) -> None:
        nonlocal calls
        calls += 1
        if calls == 5:
            raise KeyboardInterrupt
        write(self, path, content)

    def stay(self: RemoteDestination, folder: str) -> None:
        """Leave the half issue, as a kill would."""

    with monkeypatch.context() as patch:
        patch.setattr(RemoteDestination, "_write", fail)
        patch.setattr(RemoteDestination, "remove_issue", stay)
        assert run("publish", place, "--run", second).code == 130
    destination = opened(place)
    assert second.name in destination.entries()
    assert set(issues_of(destination)) == {first.name}
    assert first.name.encode() in (destination.read("latest/index.html") or b"")
    assert run("publish", place, "--run", second).code == 0
    destination = opened(place)
    assert set(issues_of(destination)) == {first.name, second.name}
    whole(destination, second.name)
    assert second.name.encode() in (destination.read("latest/index.html") or b"")


def test_no_access_is_told_without_the_password(place: str, server: Server, tmp_path: Path) -> None:
    refused = {
        "s3": ("s3://somebody-elses/reports", "bucket"),
        "sftp": (place.replace("open%20sesame", "wrong"), "Authentication failed"),
        "webdav": (place.replace("webdav://", "webdav://publisher:wrong@"), "401"),
    }[place.partition(":")[0]]
    done = run("publish", refused[0], "--run", write_run(tmp_path / "output", 3))
    assert (done.code, done.out) == (1, "")
    assert refused[1] in done.err
    assert "wrong" not in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("server", ["sftp"], indirect=True)
def test_a_host_that_is_not_known_is_not_trusted(
    place: str, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    done = run("publish", place, "--run", write_run(tmp_path / "output", 3))
    assert done.code == 1
    assert "not found in known_hosts" in done.err


@pytest.mark.parametrize("server", ["s3"], indirect=True)
def test_a_bucket_tells_browsers_what_each_file_is(place: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    import boto3

    built = write_run(tmp_path / "output", 3)
    assert run("publish", place, "--run", built).code == 0
    client = boto3.client("s3")
    request.addfinalizer(client.close)
    prefix = place.removeprefix("s3://intranet/")

    def told(path: str) -> tuple[str, str]:
        head = client.head_object(Bucket="intranet", Key=f"{prefix}/{path}")
        return head["ContentType"], head["CacheControl"]

    assert told("latest/index.html") == ("text/html; charset=utf-8", "no-cache")
    assert told(f"{built.name}/index.html") == ("text/html; charset=utf-8", "max-age=31536000, immutable")
    assert told(f"{built.name}/assets/report.css")[0] == "text/css; charset=utf-8"
    assert told(f"{built.name}/assets/icon.svg")[0] == "image/svg+xml; charset=utf-8"
    assert told("feed.xml")[0] == "application/atom+xml; charset=utf-8"
