"""``reportgen score``: later people get a segment and an index, and the file is for its owner alone."""

from __future__ import annotations

import csv
import os
import shutil
import stat
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.cli.running import files_below, run
from tests.cli.sample import ID_MARK, Files, make_pair


def scored(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def ranked(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Build a pair that is large enough to be ranked; to be looked at, not changed."""
    from tests.cli.running import prepare

    files = make_pair(1_500, 500).write(tmp_path_factory.mktemp("ranked"))
    with pytest.MonkeyPatch.context() as patch:
        prepare(patch)
        done = run(*files.build(), "--k", "3")
    assert done.code == 0, done.err
    return files


def test_people_of_the_build_get_the_segments_that_the_build_gave_them(ranked: Files, tmp_path: Path) -> None:
    done = run("score", ranked.population, "--run", ranked.latest, "-o", tmp_path / "scored.csv")
    assert done.code == 0, done.err
    assert done.last_line == str(tmp_path / "scored.csv")
    rows = scored(tmp_path / "scored.csv")
    assert list(rows[0]) == ["id", "segment", "index"]
    assert len(rows) == 1_500
    private = next((ranked.output / "private").glob("2*"))
    assigned = pq.read_table(private / "assignments.parquet").to_pylist()
    expected = {row["id"]: row["segment"] for row in assigned if row["source"] == "population"}
    letters = "0ABCDEFGH"
    assert {row["id"]: letters.index(row["segment"]) for row in rows} == expected
    mean = sum(float(row["index"]) for row in rows) / len(rows)
    assert 85 < mean < 115


def test_it_says_that_the_file_holds_personal_data_and_only_its_owner_reads_it(ranked: Files, tmp_path: Path) -> None:
    done = run("score", ranked.customers, "--run", ranked.output, "-o", tmp_path / "s.csv")
    assert "personal data" in done.err
    assert "500 people scored" in done.err
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "s.csv").stat().st_mode) == 0o600


def test_parquet_holds_the_same(ranked: Files, tmp_path: Path) -> None:
    for name in ("s.csv", "s.parquet"):
        assert run("score", ranked.customers, "--run", ranked.latest, "-o", tmp_path / name, "-q").code == 0
    rows = scored(tmp_path / "s.csv")
    table = pq.read_table(tmp_path / "s.parquet").to_pylist()
    assert [(row["id"], row["segment"], float(row["index"])) for row in rows] == [
        (row["id"], row["segment"], row["index"]) for row in table
    ]


@pytest.mark.parametrize("threads", ["1", "3"])
def test_the_bytes_do_not_depend_on_threads(
    ranked: Files, tmp_path: Path, threads: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reportgen.ingest import table

    assert run("score", ranked.population, "--run", ranked.latest, "-o", tmp_path / "whole.csv").code == 0
    monkeypatch.setattr(table, "BLOCK_ROWS", 256)
    cut = run("score", ranked.population, "--run", ranked.latest, "-o", tmp_path / "cut.csv", "--threads", threads)
    assert cut.code == 0, cut.err
    assert (tmp_path / "cut.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()


def test_quiet_prints_the_path_alone(ranked: Files, tmp_path: Path) -> None:
    done = run("score", ranked.customers, "--run", ranked.latest, "-o", tmp_path / "s.csv", "-q")
    assert (done.out.strip(), done.err) == (str(tmp_path / "s.csv"), "")


def test_unknown_codes_are_told_and_count_as_missing(ranked: Files, tmp_path: Path) -> None:
    pair = make_pair(40, 30)
    pair.set("home", "yurt", rows=slice(0, 3))
    files = pair.write(tmp_path / "later")
    done = run("score", files.population, "--run", ranked.latest, "-o", tmp_path / "s.csv")
    assert done.warnings == ["home: yurt (3 rows): not known to the model, treated as missing"]


def test_ids_that_look_like_formulas_are_disarmed(ranked: Files, tmp_path: Path) -> None:
    pair = make_pair(40, 30)
    for row, name in zip(pair.population, ("=1+1", "+49", "-7", "@x", "plain", '=a"b'), strict=False):
        row[0] = name
    files = pair.write(tmp_path / "later")
    done = run("score", files.population, "--run", ranked.latest, "-o", tmp_path / "s.csv")
    ids = [row["id"] for row in scored(tmp_path / "s.csv")]
    assert ids[:6] == ["'=1+1", "'+49", "'-7", "'@x", "plain", "'=a\"b"]
    assert "5 ids begin like a formula" in done.err
    run("score", files.population, "--run", ranked.latest, "-o", tmp_path / "s.parquet")
    assert pq.read_table(tmp_path / "s.parquet").column("id").to_pylist()[:2] == ["=1+1", "+49"]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ("column", "lacks 1 column that the model reads: income"),
        ("id", "lacks 1 column that names a person: LNR"),
        ("twice", "line 3: the id of this row stands again on population.csv line 7"),
        ("blank", "line 4: the id in column LNR is blank"),
        ("empty", "header but no rows"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_and_nothing_is_written(
    ranked: Files, tmp_path: Path, spoil: str, words: str
) -> None:
    pair = make_pair(40, 30)
    if spoil == "column":
        pair.head = [name if name != "income" else "wage" for name in pair.head]
    elif spoil == "id":
        pair.head = ["number", *pair.head[1:]]
    elif spoil == "twice":
        pair.population[5][0] = pair.population[1][0]
    elif spoil == "blank":
        pair.population[2][0] = " "
    else:
        pair.population = []
    files = pair.write(tmp_path / "later")
    (tmp_path / "s.csv").write_text("old", encoding="utf-8")
    done = run("score", files.population, "--run", ranked.latest, "-o", tmp_path / "s.csv")
    assert done.code == 1
    assert words in done.error
    assert ID_MARK not in done.error
    assert (tmp_path / "s.csv").read_text("utf-8") == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["later", "s.csv"]


def test_a_tampered_model_is_refused(ranked: Files, tmp_path: Path) -> None:
    copy = tmp_path / "output"
    shutil.copytree(ranked.output, copy, symlinks=True)
    model = next((copy / "private").glob("2*/model/model.json"))
    model.write_text(model.read_text("utf-8").replace('"segments": 3', '"segments": 4'), encoding="utf-8")
    done = run("score", ranked.customers, "--run", copy / "latest", "-o", tmp_path / "s.csv")
    assert done.code == 1
    assert "changed after it was written" in done.error
    assert not (tmp_path / "s.csv").exists()


@pytest.mark.parametrize("where", ["output/latest", "output", "output/runs", "nowhere"])
def test_no_run_is_said(where: str, files: Files) -> None:
    done = run("score", files.population, "--run", where)
    assert done.code == 1
    assert "no report yet" in done.error or "not a run" in done.error


def test_the_folder_of_a_run_and_a_missing_link_serve_as_well(ranked: Files, tmp_path: Path) -> None:
    copy = tmp_path / "output"
    shutil.copytree(ranked.output, copy, symlinks=True)
    (copy / "latest").unlink()
    for where in (copy / "latest", copy, next((copy / "runs").iterdir())):
        done = run("score", ranked.customers, "--run", where, "-o", tmp_path / "s.csv")
        assert done.code == 0, done.err


def test_a_name_without_a_known_ending_is_wrong(ranked: Files, tmp_path: Path) -> None:
    done = run("score", ranked.customers, "--run", ranked.latest, "-o", tmp_path / "s.txt")
    assert done.code == 1
    assert ".csv or .parquet" in done.error


def test_a_place_that_cannot_be_written_is_said(ranked: Files, tmp_path: Path) -> None:
    done = run("score", ranked.customers, "--run", ranked.latest, "-o", tmp_path / "no" / "folder" / "s.csv")
    assert done.code == 1
    assert "cannot be written" in done.error


def test_a_run_without_a_ranking_leaves_the_index_blank(tmp_path: Path) -> None:
    files = make_pair(400, 60).write(tmp_path / "job")
    assert run(*files.build(), "--k", "2").code == 0
    done = run("score", files.customers, "--run", files.latest, "-o", tmp_path / "s.csv")
    assert done.code == 0, done.err
    assert "at least 100 customers" in done.err
    assert {row["index"] for row in scored(tmp_path / "s.csv")} == {""}


def test_nothing_is_written_into_the_run(ranked: Files, tmp_path: Path) -> None:
    before = files_below(ranked.output)
    run("score", ranked.customers, "--run", ranked.latest, "-o", tmp_path / "s.csv")
    assert files_below(ranked.output) == before
