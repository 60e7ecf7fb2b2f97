"""Each kind of folder, and each kind of fault in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from reportgen.publishing.folder import FolderDestination
from reportgen.publishing.holding import PublishError
from reportgen.publishing.verify import verify
from tests.unit.publishing.runs import publish_run, write_run


@pytest.fixture(autouse=True)
def _no_flush(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.fsync", lambda _: None)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write_run(tmp_path / "output", 3)


@pytest.fixture
def place(run: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "share"
    for built in (write_run(tmp_path / "output", 2), run):
        publish_run(built, FolderDestination(folder))
    return folder


def faults(folder: Path) -> list[str]:
    return [str(fault) for fault in verify(folder).faults]


def test_a_run_an_issue_and_a_publication_pass(run: Path, place: Path) -> None:
    kinds = {
        "run": (run, (run.name,)),
        "issue": (place / run.name, (run.name,)),
        "publication": (place, ("20260201-00000002", run.name)),
    }
    for kind, (folder, names) in kinds.items():
        found = verify(folder)
        assert (found.kind, found.names, found.faults) == (kind, names, ())
        assert found.files > 5
        assert found.size > 500


def test_a_link_to_a_run_is_followed(run: Path, tmp_path: Path) -> None:
    assert verify(tmp_path / "output" / "latest").names == (run.name,)


def test_a_flipped_bit(run: Path, place: Path) -> None:
    for folder, name in ((run, "site/data.html"), (place / run.name, "data.html")):
        page = bytearray((folder / name).read_bytes())
        page[-3] ^= 1
        (folder / name).write_bytes(page)
        assert faults(folder) == [f"hashes: {name}: differs from its SHA-256 in the manifest"]
    assert faults(place) == [f"hashes: {run.name}/data.html: differs from its SHA-256 in the manifest"]


def test_a_file_that_nobody_promised(run: Path) -> None:
    (run / "site" / "assignments.parquet").write_bytes(b"PAR1")
    assert faults(run) == [
        "hashes: site/assignments.parquet: is not in the manifest",
        "rows: site/assignments.parquet: is of a kind that a report does not have",
    ]


def test_a_link_is_a_fault(run: Path, tmp_path: Path) -> None:
    (run / "site" / "private.json").symlink_to(tmp_path / "output" / "private")
    assert "hashes: site/private.json: is a link; only plain files are published" in faults(run)


def test_an_issue_whose_upload_was_not_finished(place: Path, run: Path) -> None:
    (place / run.name / "manifest.json").unlink()
    assert f"hashes: {run.name}: has no manifest, so its upload was not finished" in faults(place)


def test_a_way_that_leads_nowhere(place: Path) -> None:
    page = place / "latest" / "index.html"
    page.write_text(page.read_text().replace("20260301", "20250301"))
    assert faults(place) == [
        "links: latest/index.html: ../20250301-00000003/index.html leads to a file that is not there"
    ]
    page.unlink()
    assert "links: latest/index.html: is missing, so readers are led nowhere" in faults(place)


def test_a_request_in_the_archive_page(place: Path) -> None:
    page = place / "index.html"
    page.write_text(page.read_text().replace("assets/report.css", "https://cdn.example/report.css"))
    assert faults(place) == ["requests: index.html: would fetch https://cdn.example/report.css"]


@pytest.mark.parametrize("made", ["nothing", "file", "empty", "marker", "manifest"])
def test_what_is_none_of_these(tmp_path: Path, made: str) -> None:
    folder = tmp_path / "x"
    if made == "file":
        folder.write_text("")
    elif made != "nothing":
        folder.mkdir()
    if made == "marker":
        (folder / "issues.json").write_text("[]")
    if made == "manifest":
        (folder / "manifest.json").write_text("{}")
    with pytest.raises(PublishError):
        verify(folder)
