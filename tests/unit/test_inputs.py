"""Which files an input names, and when a file is trusted to be the one that was read."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest

from reportgen import inputs
from reportgen.errors import InputError
from reportgen.inputs import SeenFile, combined_sha256, hash_files, parts_of, sha256_of, stamp_of

LONG_AGO = 1_700_000_000


def write(folder: Path, *names: str) -> list[Path]:
    paths = [folder / name for name in names]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"content of {path.name}")
        os.utime(path, (LONG_AGO, LONG_AGO))
    return paths


def names(paths: tuple[Path, ...]) -> list[str]:
    return [path.name for path in paths]


def test_a_file_is_itself_even_if_it_is_not_there(tmp_path: Path) -> None:
    (file,) = write(tmp_path, "people.csv")
    assert parts_of(file) == (file,)
    assert parts_of(tmp_path / "nobody.csv") == (tmp_path / "nobody.csv",)


def test_parts_come_in_natural_order(tmp_path: Path) -> None:
    write(tmp_path / "parts", "part-10.csv", "part-2.csv", "Part-1.csv", "part-2b.csv")
    expected = ["Part-1.csv", "part-2.csv", "part-2b.csv", "part-10.csv"]
    assert names(parts_of(tmp_path / "parts")) == expected
    assert names(parts_of(tmp_path / "parts" / "?art-*.csv")) == expected


def test_hidden_files_of_a_folder_are_no_parts(tmp_path: Path) -> None:
    write(tmp_path, "part-1.csv", "_SUCCESS", ".part-1.csv.crc")
    assert names(parts_of(tmp_path)) == ["part-1.csv"]


def test_a_pattern_takes_files_of_several_folders(tmp_path: Path) -> None:
    write(tmp_path, "2024/a.csv", "2025/a.csv", "2025/b.txt")
    found = parts_of(tmp_path / "**" / "*.csv")
    assert [path.relative_to(tmp_path).as_posix() for path in found] == ["2024/a.csv", "2025/a.csv"]


def test_a_file_whose_name_looks_like_a_pattern_is_itself(tmp_path: Path) -> None:
    odd, _ = write(tmp_path, "people[1].csv", "people1.csv")
    assert parts_of(odd) == (odd,)


@pytest.mark.parametrize(
    ("made", "asked", "said"),
    [
        (["x/a.csv"], "x/b*.csv", "no file matches"),
        (["x/deep/a.csv"], "x/*", "no file matches"),
        (["x/_SUCCESS"], "x", "x is a directory without any file"),
        (["x/a.csv", "x/old/b.csv"], "x", "holds folders (old)"),
    ],
)
def test_what_names_no_parts_is_refused(tmp_path: Path, made: list[str], asked: str, said: str) -> None:
    write(tmp_path, *made)
    with pytest.raises(InputError) as caught:
        parts_of(tmp_path / asked)
    assert said in caught.value.message
    assert caught.value.hint


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note every file that is read for its hash."""
    read: list[str] = []

    def noted(path: Path) -> str:
        read.append(path.name)
        return sha256_of(path)

    monkeypatch.setattr(inputs, "sha256_of", noted)
    return read


def test_unchanged_files_are_not_read_again(tmp_path: Path, reads: list[str]) -> None:
    paths = write(tmp_path, "a.csv", "b.csv")
    first = hash_files(paths)
    assert [seen.sha256 for seen in first] == [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]
    assert hash_files(paths, first) == first
    assert reads == ["a.csv", "b.csv"]
    hash_files(paths, first, always=True)
    assert reads == ["a.csv", "b.csv"] * 2


@pytest.mark.parametrize("change", ["size", "time", "inode"])
def test_a_file_that_differs_in_anything_is_read_again(tmp_path: Path, reads: list[str], change: str) -> None:
    (path,) = write(tmp_path, "a.csv")
    known = hash_files([path])
    if change == "inode":
        (other,) = write(tmp_path, "other.csv")
        other.write_bytes(path.read_bytes())
        other.replace(path)
    else:
        path.write_text("content of a.csv, longer" if change == "size" else "CONTENT OF a.csv")
    os.utime(path, (LONG_AGO + (change == "time"),) * 2)
    found = hash_files([path], known)
    assert reads == ["a.csv"] * 2
    assert (found[0].sha256 == known[0].sha256) is (change == "inode")


def test_only_a_hash_tells_a_change_that_left_size_time_and_inode(tmp_path: Path) -> None:
    (path,) = write(tmp_path, "a.csv")
    known = hash_files([path])
    with path.open("r+") as file:
        file.write("CONTENT")
    os.utime(path, (LONG_AGO, LONG_AGO))
    assert hash_files([path], known) == known
    assert hash_files([path], known, always=True)[0].sha256 != known[0].sha256


def test_a_file_that_was_new_when_it_was_read_is_not_trusted(tmp_path: Path) -> None:
    (path,) = write(tmp_path, "a.csv")
    stamp = stamp_of(path)
    seen = SeenFile(str(path), stamp, "", stamp.mtime_ns + 2_000_000_000)
    assert not seen.still(stamp)
    assert replace(seen, seen_ns=seen.seen_ns + 1).still(stamp)


def test_a_known_file_is_known_by_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reads: list[str]) -> None:
    write(tmp_path, "a.csv")
    monkeypatch.chdir(tmp_path)
    known = hash_files([Path("a.csv")])
    assert known[0].path == str(tmp_path / "a.csv")
    assert hash_files([tmp_path / "a.csv"], known) == known
    assert reads == ["a.csv"]


def test_the_hash_of_parts_is_that_of_their_hashes() -> None:
    assert combined_sha256(["abc"]) == "abc"
    assert combined_sha256(["abc", "def"]) == hashlib.sha256(b"abc\ndef").hexdigest()
