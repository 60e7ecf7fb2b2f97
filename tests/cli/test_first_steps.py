"""The way in: a configuration for one's own files, or a made-up pair to try."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import files_below, read_analysis, run
from tests.cli.sample import Files, make_pair


def test_init_then_build_at_once(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    files.dictionary.unlink()
    files.values.unlink()
    monkeypatch.chdir(files.folder)
    done = run("init", "--population", "population.csv", "--customers", "customers.csv")
    assert done.code == 0, done.err
    assert done.out.splitlines() == ["dictionary/features.csv", "dictionary/values.csv", "reportgen.toml"]
    assert "reportgen build -c reportgen.toml" in done.err
    done = run("build", "--no-pdf", "--quick")
    assert done.code == 0, done.err
    assert Path(done.last_line).is_relative_to(files.folder / "output" / "runs")
    analysis = read_analysis(files.folder / "output" / "latest")
    assert analysis["provenance"]["id_column"] == "LNR"
    assert {column["name"]: column["type"] for column in analysis["quality"]["columns"]} == {
        "age": "numeric",
        "income": "ordinal",
        "rural": "ordinal",
        "home": "categorical",
        "car": "binary",
        "online": "ordinal",
        "spend": "numeric",
    }


def test_init_for_one_file_elsewhere(files: Files, tmp_path: Path) -> None:
    pair = make_pair()
    pair.head.append("bought")
    for at, row in enumerate(pair.population):
        row.append("no" if at % 4 else "yes")
    pair.write(files.folder)
    target = tmp_path / "settings" / "mine.toml"
    done = run("init", "--population", files.population, "--customer-where", "bought=yes", "--id", "LNR", "-o", target)
    assert done.code == 0, done.err
    assert done.last_line == str(target)
    done = run("build", "-c", target, "--no-pdf", "--quick", "--k", "2")
    assert done.code == 0, done.err
    analysis = read_analysis(Path(done.last_line).parents[1])
    assert analysis["customers"]["rows"] == 150
    assert "bought" not in [column["name"] for column in analysis["quality"]["columns"]]


def test_init_never_writes_over_a_file(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(files.folder)
    arguments = ("init", "--population", "population.csv", "--customers", "customers.csv")
    assert run(*arguments).code == 0
    before = files_below(files.folder)
    done = run(*arguments)
    assert (done.code, done.out) == (1, "")
    assert "reportgen.toml exists already" in done.error
    assert files_below(files.folder) == before


def test_init_refuses_a_missing_file(tmp_path: Path) -> None:
    done = run("init", "--population", "none.csv", "--customers", "none.csv")
    assert (done.code, done.out) == (1, "")
    assert "file not found: none.csv" in done.error
    assert list(tmp_path.iterdir()) == []


def test_packed_files_with_commas_build(files: Files) -> None:
    pair = make_pair()
    pair.delimiter = ","
    files = pair.write(files.folder)
    packed = files.folder / "population.csv.gz"
    packed.write_bytes(gzip.compress(files.population.read_bytes()))
    done = run(*files.build(), "--population", packed, "--k", "2")
    assert done.code == 0, done.err


def test_demo_then_build(tmp_path: Path) -> None:
    done = run("demo", "trial", "--rows", "1000", "--seed", "3")
    assert done.code == 0, done.err
    assert done.out == f"reportgen build -c {Path('trial') / 'reportgen.toml'}\n"
    assert "population" in done.err
    with (tmp_path / "trial" / "population.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    assert len(rows) == 1001
    assert rows[0][0] == "LNR"
    assert len(rows[0]) == 86
    done = run(*done.out.split()[1:], "--no-pdf", "--quick")
    assert done.code == 0, done.err
    assert Path(done.last_line).is_relative_to(tmp_path / "trial" / "output" / "runs")


def test_demo_is_the_same_for_the_same_seed_and_silent_when_asked(tmp_path: Path) -> None:
    for folder, seed in (("one", "1"), ("two", "1"), ("three", "2")):
        done = run("demo", folder, "--rows", "1000", "--seed", seed, "-q")
        assert (done.code, done.err) == (0, "")
    one, two, three = (files_below(tmp_path / folder) for folder in ("one", "two", "three"))
    assert one == two
    assert one["population.csv"] != three["population.csv"]


def test_demo_refuses_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    done = run("demo", "taken", "--rows", "1000")
    assert (done.code, done.out) == (1, "")
    assert "taken" in done.error
    assert "should not happen" not in done.err


def test_the_demo_replaces_only_what_a_demo_wrote(tmp_path: Path) -> None:
    mine = tmp_path / "population.csv"
    mine.write_text("my own")
    done = run("demo", tmp_path, "--rows", "1000")
    assert (done.code, mine.read_text()) == (1, "my own")
    assert "holds files that no demo wrote: population.csv" in done.error
    mine.unlink()
    assert run("demo", tmp_path, "--rows", "1000", "-q").code == 0
    assert run("demo", tmp_path, "--rows", "1200", "-q").code == 0


def test_init_leaves_nothing_where_it_cannot_write(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(files.folder)
    before = files_below(files.folder)
    opened = Path.open

    def full(self: Path, mode: str = "r", **how: Any) -> Any:
        if self.name == "reportgen.toml":
            raise OSError(28, "No space left on device", str(self))
        return opened(self, mode, **how)

    monkeypatch.setattr(Path, "open", full)
    done = run("init", "--population", "population.csv", "--customers", "customers.csv")
    assert done.code == 1
    assert "reportgen.toml: cannot be written (No space left on device)" in done.error
    assert files_below(files.folder) == before
