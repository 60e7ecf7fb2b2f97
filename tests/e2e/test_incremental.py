"""Reports from the cache and fresh ones are the same to the byte, whatever happened to the cache meanwhile."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from reportgen.ingest import table
from tests.cli.running import environment, files_below, leftovers, run, run_alone, start
from tests.cli.sample import Files, make_pair
from tests.e2e.conftest import EPOCH, pdf_is_possible

FROM_CACHE = "Read the files: population from cache"


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make several blocks of a small file, and fix the date."""
    monkeypatch.setattr(table, "BLOCK_ROWS", 128)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)


@dataclass(frozen=True)
class Issue:
    """A finished report as bytes, with the private files of its run."""

    name: str
    public: dict[str, bytes]
    private: dict[str, bytes]


def issue(files: Files, *options: str) -> tuple[Issue, str]:
    """Build, and return the report and what was said."""
    done = run(*files.build(), *options)
    assert done.code == 0, done.err
    folder = files.latest.resolve()
    private = files_below(files.output / "private" / folder.name)
    del private["build.json"], private["inputs.json"]  # they tell where and when
    return Issue(folder.name, files_below(folder), private), done.err


def pdf_option() -> str:
    return "--pdf" if pdf_is_possible() else "--no-pdf"


@pytest.mark.pdf
def test_with_new_customers_the_report_is_that_of_a_fresh_build(tmp_path: Path) -> None:
    old = make_pair().write(tmp_path / "kept")
    issue(old)
    new = make_pair(customers=170)
    new.set("home", "unheard of", rows=slice(0), customers=slice(3))
    new.set("income", "9", rows=slice(0), customers=slice(5, 9))
    new.write(tmp_path / "kept")
    start_anew(old)
    kept, said = issue(old, pdf_option())
    assert FROM_CACHE in said
    fresh, said = issue(new.write(tmp_path / "fresh"), pdf_option(), "--no-cache", "--threads", "2")
    assert "from cache" not in said
    assert kept == fresh
    if pdf_is_possible():
        assert kept.public["briefing.pdf"][:5] == b"%PDF-"
    assert {"report.html", "analysis.json", "manifest.json", "site/index.html"} <= set(kept.public)
    assert kept.private["assignments.parquet"]


def start_anew(files: Files) -> None:
    """Remove all but the cache, so that the next report is the first issue again."""
    for path in (files.output / "runs", *(p for p in (files.output / "private").iterdir() if p.name != "cache")):
        if path.is_dir():
            shutil.rmtree(path)
    for name in ("latest", "latest.json", "segments.toml"):
        (files.output / name).unlink()


def test_the_next_issue_is_the_same_from_the_cache_and_without(tmp_path: Path) -> None:
    options = {"kept": ("--k", "3"), "fresh": ("--k", "3", "--no-cache", "--threads", "2")}
    issues = []
    for name, given in options.items():
        pair = make_pair(people=900, customers=240)
        files = pair.write(tmp_path / name)
        issue(files, *given)
        pair.customers = pair.customers[20:]
        issues.append(issue(pair.write(tmp_path / name), *given))
        assert "nothing has changed" in issue(files, *given)[1]
    (kept, said), (fresh, _) = issues
    assert FROM_CACHE in said
    assert kept == fresh
    assert b'"model": "frozen"' in kept.public["analysis.json"]


def test_everything_from_the_cache_is_the_report_of_a_fresh_build(tmp_path: Path) -> None:
    files = make_pair().write(tmp_path)
    fresh, _ = issue(files, "--no-cache")
    first, _ = issue(files, "--force")
    again, said = issue(files, "--force")
    assert FROM_CACHE in said
    assert fresh == first == again


def cached_files(files: Files) -> list[Path]:
    folder = files.output / "private" / "cache"
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != ".lock")


def test_a_flipped_bit_anywhere_in_the_cache_changes_no_report(tmp_path: Path) -> None:
    files = make_pair().write(tmp_path)
    fresh, _ = issue(files)
    rng = random.Random(3)
    whole = {path: path.read_bytes() for path in cached_files(files)}
    one_of_each = {f"{path.parent.name[:10]} {path.name.partition('-')[0]}": path for path in whole}
    assert len(one_of_each) > 12
    # All at once, so that one build meets every kind of damage.
    for path in one_of_each.values():
        content = bytearray(whole[path])
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
        path.write_bytes(content)
    damaged, said = issue(files, "--force")
    assert damaged == fresh
    notices = {line for line in said.splitlines() if line.startswith("notice: ")}
    assert notices == {
        "notice: the cache of the population is damaged and not used",
        "notice: the cache of the customers is damaged and not used",
        "notice: a result in the cache is damaged and computed anew",
    }
    mended, said = issue(files, "--force")
    assert mended == fresh
    assert FROM_CACHE in said
    assert "notice: " not in said


KILLED = """
import os, signal
from reportgen.cache import folder
calls = 0
def dying(do):
    def wrapped(*arguments):
        global calls
        calls += 1
        if calls == {at}:
            os.kill(os.getpid(), signal.SIGKILL)
        return do(*arguments)
    return wrapped
for name in ("_link", "flush", "write_file", "replace_folder"):
    setattr(folder, name, dying(getattr(folder, name)))
from reportgen.ingest import table; table.BLOCK_ROWS = 128
"""


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Files, Issue]]:
    """Build a pair without a cache, to compare with."""
    files = make_pair().write(tmp_path_factory.mktemp("calm"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table, "BLOCK_ROWS", 128)
        for name, value in environment(SOURCE_DATE_EPOCH=EPOCH).items():
            patch.setenv(name, value)
        yield files, issue(files, "--no-cache")[0]


def killed_and_built_again(calm: tuple[Files, Issue], folder: Path, at: int) -> bool:
    """Kill a build at a moment of writing the cache; then the next one is as good as new."""
    calm_files, fresh = calm
    shutil.copytree(calm_files.folder, folder, ignore=shutil.ignore_patterns("output"))
    files = Files(folder)
    with start(*files.build(), before=KILLED.format(at=at), env=environment(SOURCE_DATE_EPOCH=EPOCH)) as child:
        child.communicate(timeout=120)
    killed = child.returncode == -9
    for entry in (files.output / "private" / "cache").glob("*-*/"):
        assert entry.name.startswith(".") or (entry / "head").is_file()
    again, said = issue(files)
    assert again == fresh
    assert "notice: " not in said
    assert leftovers(files.output) == []
    if said.startswith("nothing has changed"):  # it was killed after its report was finished
        assert issue(files, "--force")[0] == fresh
    assert [path.name for path in (files.output / "private" / "cache").rglob(".*")] == [".lock"]
    return killed


@pytest.mark.parametrize("at", [1, 14])
def test_killed_while_the_cache_is_written(calm: tuple[Files, Issue], tmp_path: Path, at: int) -> None:
    assert killed_and_built_again(calm, tmp_path / "job", at)


@pytest.mark.slow
def test_killed_at_every_moment_of_writing_the_cache(calm: tuple[Files, Issue], tmp_path: Path) -> None:
    at = 1
    while killed_and_built_again(calm, tmp_path / f"job-{at}", at):
        at += 1
    assert at > 30


def test_two_builds_at_once_make_one_cache(tmp_path: Path) -> None:
    files = make_pair().write(tmp_path)
    fresh, _ = issue(files, "--no-cache")
    shutil.rmtree(files.output)
    before = "from reportgen.ingest import table; table.BLOCK_ROWS = 128"
    env = environment(SOURCE_DATE_EPOCH=EPOCH)
    with start(*files.build(), before=before, env=env) as one, start(*files.build(), before=before, env=env) as two:
        said = [child.communicate(timeout=120)[1] for child in (one, two)]
    assert (one.returncode, two.returncode) == (0, 0), said
    assert not any("notice: " in text for text in said)
    again, text = issue(files, "--force")
    assert again == fresh
    assert FROM_CACHE in text


def test_nothing_of_the_cache_is_public(tmp_path: Path) -> None:
    files = make_pair(secrets=True).write(tmp_path)
    done = run_alone(*files.build(), env=environment(SOURCE_DATE_EPOCH=EPOCH))
    assert done.code == 0, done.err
    private = set(files_below(files.output / "private" / "cache").values())
    public = set(files_below(files.output / "runs").values())
    assert private
    assert not private & public
