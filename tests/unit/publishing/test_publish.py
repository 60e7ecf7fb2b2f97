"""Publishing to a folder: what is there afterwards, what is refused, and what stays when something fails."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from filelock import FileLock
from lxml import etree

from reportgen import durable
from reportgen.publishing import folder as folder_module
from reportgen.publishing.folder import FolderDestination
from reportgen.publishing.holding import PublishError
from reportgen.publishing.issue import read_bundle
from reportgen.publishing.verify import verify
from tests.cli.running import files_below
from tests.unit.publishing.runs import NOW, publish_run, run_files, write_run
from tests.unit.report.pages import mistakes

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def _no_flush(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.fsync", lambda _: None)


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "output"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "share" / "reports"


@pytest.fixture
def share(place: Path) -> FolderDestination:
    place.parent.mkdir()
    return FolderDestination(place, lock_timeout=0.05)


def led_to(place: Path) -> str:
    """Return the folder that the redirect page leads to."""
    (href,) = re.findall(r'content="0; url=\.\./([^/]+)/index\.html"', (place / "latest" / "index.html").read_text())
    return str(href)


def test_an_issue_is_the_site_of_the_run_with_a_manifest(output: Path, place: Path, share: FolderDestination) -> None:
    run = write_run(output, 3, small=False)
    done = publish_run(run, share)
    assert done.issue == run.name == "20260301-00000003"
    assert (done.new, done.removed, done.failed) == (True, (), ())
    issue = files_below(place / run.name)
    manifest = json.loads(issue.pop("manifest.json"))
    assert issue == files_below(run / "site")
    assert manifest["run"] == run.name
    assert manifest["issue"]["published"] == "2026-11-26T08:30:00Z"
    assert set(manifest["outputs"]) == set(issue)
    assert verify(place / run.name).faults == ()


def test_around_the_issues_stand_archive_feed_marker_and_the_way_to_the_latest(
    output: Path, place: Path, share: FolderDestination
) -> None:
    for month in (3, 4):
        publish_run(write_run(output, month), share, now=NOW + timedelta(days=month))
    assert led_to(place) == "20260401-00000004"
    assert {path.name for path in place.iterdir()} == {
        ".lock", "20260301-00000003", "20260401-00000004", "assets", "feed.xml", "index.html", "issues.json", "latest",
    }  # fmt: skip
    page = (place / "index.html").read_text("utf-8")
    assert page.index("1 April 2026") < page.index("1 March 2026")
    way = (place / "latest" / "index.html").read_text("utf-8")
    assert "<script" not in page + way
    assert mistakes(page) + mistakes(way) == {}
    told = json.loads((place / "issues.json").read_text("utf-8"))
    assert [issue["folder"] for issue in told["issues"]] == ["20260401-00000004", "20260301-00000003"]
    assert told["latest"] == "20260401-00000004"
    assert verify(place).faults == ()


def test_the_feed_is_valid_atom_with_steady_ids(output: Path, place: Path, share: FolderDestination) -> None:
    publish_run(write_run(output, 3, title="Who & <what>"), share)
    before = etree.fromstring((place / "feed.xml").read_bytes())
    publish_run(write_run(output, 4), share, now=NOW + timedelta(days=30))
    after = etree.fromstring((place / "feed.xml").read_bytes())
    assert before.findtext(f"{ATOM}title") == "Who & <what>"
    assert before.findtext(f"{ATOM}id") == after.findtext(f"{ATOM}id")
    assert after.findtext(f"{ATOM}updated") == "2026-12-26T08:30:00Z"
    ids = [entry.findtext(f"{ATOM}id") for entry in after.iter(f"{ATOM}entry")]
    assert len(set(ids)) == 2
    assert ids[1] == before.findtext(f"{ATOM}entry/{ATOM}id")
    for entry in after.iter(f"{ATOM}entry"):
        assert all(entry.findtext(f"{ATOM}{name}") for name in ("title", "id", "updated", "published", "summary"))
        link = entry.find(f"{ATOM}link")
        assert link is not None
        assert (place / str(link.get("href"))).is_file()


def test_nothing_private_is_copied(output: Path, place: Path, share: FolderDestination) -> None:
    run = write_run(output, 3)
    publish_run(run, share)
    names = set(files_below(place))
    assert not [name for name in names if "private" in name or "model" in name or name.endswith((".parquet", ".npz"))]
    assert (output / "private" / run.name / "model" / "model.json").is_file()


def test_publishing_the_same_again_changes_nothing(output: Path, place: Path, share: FolderDestination) -> None:
    run = write_run(output, 3)
    publish_run(run, share)
    before = {path: path.stat().st_mtime_ns for path in place.rglob("*")}
    done = publish_run(run, share, now=NOW + timedelta(days=9))
    assert not done.new
    assert {path: path.stat().st_mtime_ns for path in place.rglob("*")} == before


def test_an_issue_never_changes_so_a_run_that_was_rendered_anew_is_another(
    output: Path, place: Path, share: FolderDestination
) -> None:
    run = write_run(output, 3)
    publish_run(run, share)
    before = files_below(place / run.name)
    files = run_files(3)
    files["site/index.html"] += b"<!-- another brand -->\n"
    told = json.loads(files["manifest.json"])
    page = files["site/index.html"]
    told["outputs"]["site/index.html"] = {"size": len(page), "sha256": hashlib.sha256(page).hexdigest()}
    (run / "site" / "index.html").write_bytes(page)
    (run / "manifest.json").write_text(json.dumps(told))
    done = publish_run(run, share)
    assert done.issue == f"{run.name}-2"
    assert led_to(place) == done.issue
    assert files_below(place / run.name) == before
    assert not publish_run(run, share).new
    assert verify(place).faults == ()


def test_an_earlier_run_can_become_the_latest_again(output: Path, place: Path, share: FolderDestination) -> None:
    first, second = write_run(output, 3), write_run(output, 4)
    publish_run(first, share)
    publish_run(second, share)
    assert not publish_run(first, share).new
    assert led_to(place) == first.name
    assert json.loads((place / "issues.json").read_text())["issues"][0]["folder"] == second.name


def test_only_so_many_are_kept(output: Path, place: Path, share: FolderDestination) -> None:
    for month in range(1, 6):
        publish_run(write_run(output, month), share)
    done = publish_run(write_run(output, 6), share, keep=3)
    assert done.issues == ("20260601-00000006", "20260501-00000005", "20260401-00000004")
    assert set(done.removed) == {f"20260{month}01-0000000{month}" for month in (1, 2, 3)}
    assert sorted(path.name for path in place.glob("2026*")) == sorted(done.issues)
    assert "1 March" not in (place / "index.html").read_text()
    assert verify(place).faults == ()


def test_the_one_that_readers_are_led_to_is_kept(output: Path, place: Path, share: FolderDestination) -> None:
    runs = [write_run(output, month) for month in (1, 2, 3)]
    for run in runs:
        publish_run(run, share)
    done = publish_run(runs[0], share, keep=1)
    assert done.issues == (runs[2].name, runs[0].name)  # the newest stays too
    assert done.removed == (runs[1].name,)
    assert led_to(place) == runs[0].name
    assert verify(place).faults == ()


@pytest.mark.parametrize("name", ["holiday.jpg", "index.html", "20260301-00000003"])
def test_a_place_that_holds_something_else_is_refused(
    output: Path, place: Path, name: str, share: FolderDestination
) -> None:
    place.mkdir()
    (place / name).write_text("mine")
    with pytest.raises(PublishError, match="holds something else"):
        publish_run(write_run(output, 3), share)
    assert files_below(place) == {name: b"mine"}


def test_a_marker_of_another_version_is_refused(output: Path, place: Path, share: FolderDestination) -> None:
    place.mkdir()
    (place / "issues.json").write_text('{"publication_version": 99, "id": "urn:x"}')
    with pytest.raises(PublishError, match="another version"):
        publish_run(write_run(output, 3), share)


def test_files_that_others_add_later_are_left_alone(output: Path, place: Path, share: FolderDestination) -> None:
    publish_run(write_run(output, 3), share)
    (place / "robots.txt").write_text("User-agent: *\n")
    publish_run(write_run(output, 4), share, keep=1)
    assert (place / "robots.txt").is_file()


def test_a_missing_share_is_not_made(output: Path, tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="Is the share mounted"):
        publish_run(write_run(output, 3), FolderDestination(tmp_path / "not" / "mounted"))
    assert not (tmp_path / "not").exists()


def test_a_gated_run_is_refused_and_published_only_when_told(
    output: Path, place: Path, share: FolderDestination
) -> None:
    good = write_run(output, 3)
    publish_run(good, share)
    gated = write_run(output, 4, gates=("drift is 0.31, above 0.25",))
    with pytest.raises(PublishError, match=r"drift is 0\.31"):
        publish_run(gated, share)
    assert led_to(place) == good.name
    assert not (place / gated.name).exists()
    done = publish_run(gated, share, force=True)
    assert done.failed == ("drift is 0.31, above 0.25",)
    assert led_to(place) == gated.name
    assert "drift is 0.31" in (place / "index.html").read_text()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda run: (run / "site" / "data.html").write_text("changed"), "hashes: site/data.html: has 7 bytes"),
        (lambda run: (run / "site" / "data.html").unlink(), "hashes: site/data.html: is missing"),
        (lambda run: (run / "site" / "more.csv").write_text("a"), "hashes: site/more.csv: is not in the manifest"),
        (
            lambda run: (run / "analysis.json").write_bytes((run / "analysis.json").read_bytes() + b" "),
            "hashes: analysis.json: has",
        ),
        (
            lambda run: (run / "site" / "x.json").symlink_to(run.parents[1] / "private"),
            "hashes: site/x.json: is a link",
        ),
    ],
)
def test_a_run_that_differs_from_its_manifest_is_never_published(
    output: Path, place: Path, share: FolderDestination, spoil: object, said: str
) -> None:
    run = write_run(output, 3)
    assert callable(spoil)
    spoil(run)
    for force in (False, True):
        with pytest.raises(PublishError, match=re.escape(said)):
            publish_run(run, share, force=force)
    assert not place.exists()


def test_broken_links_are_published_only_when_told(output: Path, place: Path, share: FolderDestination) -> None:
    run = write_run(output, 3)
    told = json.loads((run / "manifest.json").read_text())
    del told["outputs"]["site/data.html"]
    (run / "manifest.json").write_text(json.dumps(told))
    (run / "site" / "data.html").unlink()
    with pytest.raises(PublishError, match="leads to a file that is not there"):
        publish_run(run, share)
    done = publish_run(run, share, force=True)
    assert done.failed
    assert all("data.html" in reason for reason in done.failed)


@pytest.mark.parametrize("name", ["manifest.json", "analysis.json"])
@pytest.mark.parametrize("content", [None, b"{", b"[]"])
def test_what_is_no_finished_run(output: Path, name: str, content: bytes | None) -> None:
    run = write_run(output, 3)
    if content is None:
        (run / name).unlink()
    else:
        (run / name).write_bytes(content)
    with pytest.raises(PublishError):
        read_bundle(run)


@pytest.mark.parametrize("failing", [1, 5, -4, -3, -1])
def test_a_failing_disk_leaves_what_was_there(
    output: Path, place: Path, share: FolderDestination, failing: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_run(write_run(output, 3), share)
    before = files_below(place)
    run = write_run(output, 4)
    write, calls = durable.write_file, 0
    total = len(files_below(run / "site")) + 1 + 4  # the issue with its manifest, and four files around it
    at = failing if failing > 0 else total + 1 + failing

    def fail_at(path: Path, content: bytes) -> None:
        nonlocal calls
        calls += 1
        if calls == at:
            raise OSError(28, "No space left on device", str(path))
        write(path, content)

    monkeypatch.setattr(folder_module, "write_file", fail_at)
    with pytest.raises(PublishError, match="No space left on device"):
        publish_run(run, share)
    assert calls == at
    assert led_to(place) == "20260301-00000003"
    assert verify(place).faults == ()
    after = files_below(place)
    assert {path: after[path] for path in before if path.startswith("2026")} == {
        path: content for path, content in before.items() if path.startswith("2026")
    }
    assert not [path for path in after if ".staging" in path]
    monkeypatch.setattr(folder_module, "write_file", write)
    publish_run(run, share)
    assert led_to(place) == run.name
    assert verify(place).faults == ()


def test_a_disk_that_lies_is_found_out(
    output: Path, place: Path, share: FolderDestination, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_run(write_run(output, 3), share)
    write = durable.write_file

    def lie(path: Path, content: bytes) -> None:
        write(path, b"" if path.name == "segments.html" else content)

    monkeypatch.setattr(folder_module, "write_file", lie)
    with pytest.raises(PublishError, match=r"segments\.html reads back other"):
        publish_run(write_run(output, 4), share)
    assert sorted(path.name for path in place.glob("2026*")) == ["20260301-00000003"]
    assert led_to(place) == "20260301-00000003"


def test_two_publishers_do_not_meet(output: Path, place: Path, share: FolderDestination) -> None:
    run = write_run(output, 3)
    publish_run(run, share)
    before = files_below(place)
    with FileLock(place / ".lock"), pytest.raises(PublishError, match="somebody else is publishing"):
        publish_run(write_run(output, 4), share)
    assert files_below(place) == before


def test_what_a_killed_publisher_left_is_removed(output: Path, place: Path, share: FolderDestination) -> None:
    publish_run(write_run(output, 3), share)
    shutil.copytree(place / "20260301-00000003", place / ".staging-dead")
    shutil.copytree(place / "20260301-00000003", place / ".retired-20260101-00000001")
    (place / ".staging-file").write_text("half")
    publish_run(write_run(output, 4), share)
    assert not [path for path in place.rglob(".*") if path.name != ".lock"]
    assert verify(place).faults == ()


def test_a_publisher_killed_before_the_last_step_is_completed_by_the_next(
    output: Path, place: Path, share: FolderDestination, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_run(write_run(output, 3), share)
    run = write_run(output, 4)
    replace_file = FolderDestination.replace

    def killed(self: FolderDestination, path: str, content: bytes) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(FolderDestination, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        publish_run(run, share)
    assert led_to(place) == "20260301-00000003"
    assert verify(place).faults == ()
    monkeypatch.setattr(FolderDestination, "replace", replace_file)
    done = publish_run(run, share)
    assert not done.new
    assert led_to(place) == run.name
    assert verify(place).faults == ()


def test_what_a_publication_at_work_put_aside_is_no_fault(output: Path, place: Path, share: FolderDestination) -> None:
    run = write_run(output, 1)
    publish_run(run, share)
    for name in (".staging-0123", ".retired-20260101-00000001"):
        (place / name).mkdir()
        (place / name / "index.html").write_text('<a href="../nowhere.html">x</a>')
    assert verify(place).faults == ()


def test_what_does_not_belong_to_a_publication_is_a_fault(output: Path, place: Path, share: FolderDestination) -> None:
    publish_run(write_run(output, 1), share)
    (place / "scored.csv").write_text("id,segment,index\n1,2,134\n")
    (place / "private").mkdir()
    (place / "private" / "assignments.parquet").write_bytes(b"PAR1")
    assert [(fault.check, fault.path) for fault in verify(place).faults] == [
        ("rows", "private/assignments.parquet"), ("rows", "scored.csv"),
    ]  # fmt: skip
