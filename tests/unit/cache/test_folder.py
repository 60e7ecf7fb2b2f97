"""Entries appear whole, are checked before they are used, and make room for newer ones; nothing here stops a build."""

from __future__ import annotations

import os
import shutil
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from reportgen.cache import folder as folder_module
from reportgen.cache.folder import CacheFolder
from reportgen.cache.sealing import DamagedError, seal, unseal

FIELDS = {"inputs": "abc", "id": "LNR"}


class Bench:
    """A cache with its notices, and files to put into it."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.place = base / "private" / "cache"
        self.place.parent.mkdir(mode=0o700)
        self.notices: list[str] = []

    def cache(self) -> CacheFolder:
        return CacheFolder(self.place, self.notices.append)

    def files(self, *contents: str) -> list[Path]:
        work = self.base / f"work-{len(list(self.base.iterdir()))}"
        work.mkdir()
        paths = [work / f"block-{at}" for at in range(len(contents))]
        for path, content in zip(paths, contents, strict=True):
            path.write_text(content)
        return paths

    def target(self) -> Path:
        place = self.base / f"target-{len(list(self.base.iterdir()))}"
        place.mkdir()
        return place

    def names(self) -> list[str]:
        return sorted(path.name for path in self.place.glob("*-*/"))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def put(bench: Bench, content: str = "rows", fields: dict[str, str] = FIELDS, code: str = "v1") -> None:
    cache = bench.cache()
    cache.put("population", code, fields, bench.files(content, "more"))
    cache.finish()


def flip(path: Path, at: int = -1) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("content", [b"", b"rows"])
def test_a_seal_holds(content: bytes) -> None:
    assert unseal(seal(content)) == content


@pytest.mark.parametrize("at", [0, 17, 30, 84, -1])
def test_a_broken_seal_is_seen(at: int) -> None:
    sealed = bytearray(seal(b"some rows"))
    sealed[at] ^= 1
    with pytest.raises(DamagedError):
        unseal(bytes(sealed))
    with pytest.raises(DamagedError):
        unseal(seal(b"some rows")[:at])


def test_what_is_put_is_found_and_taken(bench: Bench) -> None:
    put(bench)
    cache = bench.cache()
    (entry,) = cache.find("population", "v1", {"inputs": "abc"})
    assert dict(entry.head.fields) == FIELDS
    target = bench.target()
    assert cache.take(entry, target)
    assert {path.name: path.read_text() for path in target.iterdir()} == {"block-0": "rows", "block-1": "more"}
    assert bench.notices == []
    assert cache.find("population", "v1", {"inputs": "abd"}) == []
    assert cache.find("customers", "v1", {"inputs": "abc"}) == []
    assert (cache.holds("population"), cache.holds("customers")) == (True, False)


def test_files_that_were_taken_outlive_their_entry(bench: Bench) -> None:
    put(bench)
    target = bench.target()
    cache = bench.cache()
    assert cache.take(cache.find("population", "v1", FIELDS)[0], target)
    shutil.rmtree(bench.place)
    assert (target / "block-0").read_text() == "rows"


def test_the_cache_is_for_its_owner_alone(bench: Bench) -> None:
    put(bench)
    bench.cache().write_stage("scan-1", "v1", "key", b"result")
    for folder in (bench.place, *(path for path in bench.place.rglob("*") if path.is_dir())):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["head", "block-0", "block-1"])
@pytest.mark.parametrize("spoil", [flip, Path.unlink, lambda path: path.write_bytes(b"")])
def test_a_damaged_entry_is_told_and_goes(bench: Bench, name: str, spoil: Callable[[Path], Any]) -> None:
    put(bench)
    (folder,) = bench.place.glob("population-*")
    spoil(folder / name)
    cache, target = bench.cache(), bench.target()
    entries = cache.find("population", "v1", FIELDS)
    assert not any(cache.take(entry, target) for entry in entries)
    assert bench.notices == ["the cache of the population is damaged and not used"]
    assert list(target.iterdir()) == []
    assert bench.names() == []
    put(bench)
    assert bench.cache().find("population", "v1", FIELDS)


def test_an_entry_of_another_version_is_told_once_it_is_missed(bench: Bench) -> None:
    put(bench, code="v1")
    assert bench.cache().find("population", "v2", FIELDS) == []
    assert bench.notices == ["the cache of the population was written by another version and is not used"]
    put(bench, code="v2")
    bench.notices.clear()
    assert len(bench.cache().find("population", "v2", FIELDS)) == 1
    assert bench.cache().find("population", "v3", {"inputs": "unknown"}) == []
    assert bench.notices == []


def test_the_last_two_of_a_kind_are_kept(bench: Bench) -> None:
    for number in range(4):
        put(bench, fields={"inputs": str(number)})
    kept = [n for n in range(4) if bench.cache().find("population", "v1", {"inputs": str(n)})]
    assert kept == [2, 3]


def test_use_counts_not_age(bench: Bench) -> None:
    for number in range(2):
        put(bench, fields={"inputs": str(number)})
    cache = bench.cache()
    assert cache.take(cache.find("population", "v1", {"inputs": "0"})[0], bench.target())
    cache.finish()
    put(bench, fields={"inputs": "2"})
    kept = [n for n in range(3) if bench.cache().find("population", "v1", {"inputs": str(n)})]
    assert kept == [0, 2]


def test_another_kind_keeps_its_place(bench: Bench) -> None:
    cache = bench.cache()
    cache.put("customers", "v1", FIELDS, bench.files("a"))
    cache.finish()
    for number in range(3):
        put(bench, fields={"inputs": str(number)})
    assert [name.partition("-")[0] for name in bench.names()] == ["customers", "population", "population"]


def build(bench: Bench, *stages: str) -> None:
    cache = bench.cache()
    for name in stages:
        if cache.read_stage(name, "v1", name) is None:
            cache.write_stage(name, "v1", name, name.encode())
    cache.finish()


def test_results_of_the_last_two_builds_are_kept(bench: Bench) -> None:
    build(bench, "a", "b")
    build(bench, "a", "c")
    build(bench, "a", "c")  # the same again does not push the one before out
    assert sorted(path.name for path in (bench.place / "stages").iterdir()) == ["a", "b", "c"]
    build(bench, "d")
    assert sorted(path.name for path in (bench.place / "stages").iterdir()) == ["a", "c", "d"]


def test_a_result_comes_back_only_for_its_key_and_version(bench: Bench) -> None:
    cache = bench.cache()
    assert cache.read_stage("scan-1", "v1", "key") is None
    cache.write_stage("scan-1", "v1", "key", b"line\nline")
    assert cache.read_stage("scan-1", "v1", "key") == b"line\nline"
    assert bench.notices == []
    assert cache.read_stage("scan-1", "v2", "key") is None
    assert cache.read_stage("scan-1", "v1", "other key with the same beginning") is None
    assert bench.notices == ["results in the cache were written by another version and are computed anew"]


@pytest.mark.parametrize("at", [3, 40, 100, -1])
def test_a_damaged_result_is_told(bench: Bench, at: int) -> None:
    cache = bench.cache()
    cache.write_stage("scan-1", "v1", "key", b"result" * 20)
    flip(bench.place / "stages" / "scan-1", at)
    assert cache.read_stage("scan-1", "v1", "key") is None
    assert bench.notices == ["a result in the cache is damaged and computed anew"]


@pytest.mark.parametrize("content", [b"", b"nonsense", b"[]", b'{"population": 3}'])
def test_a_spoilt_index_costs_no_more_than_older_entries(bench: Bench, content: bytes) -> None:
    put(bench, fields={"inputs": "0"})
    put(bench, fields={"inputs": "1"})
    (bench.place / "index.json").write_bytes(content)
    put(bench, fields={"inputs": "2"})
    assert len(bench.names()) == 1
    assert bench.cache().find("population", "v1", {"inputs": "2"})
    assert bench.notices == []


def test_an_index_cannot_reach_beyond_the_cache(bench: Bench) -> None:
    put(bench)
    outside = bench.base / "precious"
    outside.mkdir()
    (bench.place / "index.json").write_text('{"population": ["../../precious"], "stages": ["../../precious"]}')
    put(bench)
    assert outside.is_dir()


def test_what_a_killed_build_left_is_removed(bench: Bench) -> None:
    put(bench)
    (bench.place / ".staging-dead").mkdir()
    (bench.place / ".staging-dead" / "block-0").touch()
    (bench.place / ".staging-index").touch()
    build(bench, "a")
    (bench.place / "stages" / ".staging-dead").touch()
    build(bench, "a")
    assert list(bench.place.rglob(".staging-*")) == []
    assert len(bench.names()) == 1


@pytest.mark.parametrize("failing", range(1, 6))
def test_a_full_disk_is_told_and_leaves_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch, failing: int) -> None:
    put(bench, fields={"inputs": "0"})
    calls = 0

    def full(name: str) -> Callable[..., Any]:
        do = getattr(folder_module, name)

        def limited(*arguments: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls >= failing:
                raise OSError(28, "No space left on device")
            return do(*arguments)

        return limited

    for name in ("_link", "write_file", "replace_folder"):
        monkeypatch.setattr(folder_module, name, full(name))
    cache = bench.cache()
    files = bench.files("a", "b")
    head = cache.put("population", "v1", {"inputs": "1"}, files)
    assert set(head.files) == {"block-0", "block-1"}
    cache.write_stage("scan-1", "v1", "key", b"result")
    told = "the cache could not be written (No space left on device); the build goes on without it"
    assert told in bench.notices
    assert [path.name for path in bench.place.rglob(".staging-*")] == []
    monkeypatch.undo()
    assert bench.cache().find("population", "v1", {"inputs": "0"})


def test_a_place_that_cannot_be_used_is_told(bench: Bench) -> None:
    bench.place.write_text("a file")
    cache = bench.cache()
    assert cache.find("population", "v1", FIELDS) == []
    cache.put("population", "v1", FIELDS, bench.files("a"))
    assert cache.read_stage("scan-1", "v1", "key") is None
    cache.write_stage("scan-1", "v1", "key", b"result")
    cache.finish()
    assert bench.place.read_text() == "a file"
    assert any("the cache could not be written" in notice for notice in bench.notices)


def test_another_build_that_holds_the_cache_is_waited_for_but_not_for_ever(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(bench)
    monkeypatch.setattr(folder_module, "_LOCK_TIMEOUT", 0.05)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with FileLock(bench.place / ".lock"):
            held.set()
            done.wait(10)

    (entry,) = bench.cache().find("population", "v1", FIELDS)
    target = bench.target()
    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    try:
        assert bench.cache().find("population", "v1", FIELDS) == []
        assert not bench.cache().take(entry, target)
    finally:
        done.set()
        thread.join()
    assert ["another build has held" in notice for notice in bench.notices] == [True, True]
    assert list(target.iterdir()) == []
    assert bench.cache().take(entry, target)


def test_a_disk_without_hard_links_gets_copies(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", refuse)
    files = bench.files("a")
    bench.cache().put("population", "v1", FIELDS, files)
    files[0].write_text("changed later")
    cache, target = bench.cache(), bench.target()
    assert cache.take(cache.find("population", "v1", FIELDS)[0], target)
    (target / "block-0").write_text("changed later")
    assert cache.take(cache.find("population", "v1", FIELDS)[0], bench.target())
    assert bench.notices == []


def test_taking_never_writes_through_a_link(bench: Bench) -> None:
    put(bench, content="first", fields={"inputs": "1"})
    put(bench, content="second", fields={"inputs": "2"})
    cache, target = bench.cache(), bench.target()
    for inputs, text in (("1", "first"), ("2", "second"), ("1", "first")):
        assert cache.take(cache.find("population", "v1", {"inputs": inputs})[0], target)
        assert (target / "block-0").read_text() == text
    assert bench.notices == []
