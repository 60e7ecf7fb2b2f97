"""``reportgen select``: the people of a mailing in rank order, without those who must not be written to."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import stat
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.cli.running import Outcome, prepare, read_analysis, run
from tests.cli.sample import Files, make_pair


@pytest.fixture(scope="session")
def ranked(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Build a pair of which 250 customers are in the population; to be looked at, not changed."""
    files = make_pair(1_500, 500).write(tmp_path_factory.mktemp("selected"))
    with pytest.MonkeyPatch.context() as patch:
        prepare(patch)
        patch.setenv("REPORTGEN_COST_PER_PIECE", "0.85")
        done = run(*files.build(), "--k", "3")
    assert done.code == 0, done.err
    return files


def selected(files: Files, *options: str | Path, target: Path) -> Outcome:
    return run("select", "--run", files.latest, "-o", target, *options)


def ids_of(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["id"]
    return [row[0] for row in rows[1:]]


def receipt_of(target: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(target.with_name(f"{target.stem}-receipt.json").read_text("utf-8"))
    return content


def scores(files: Files, folder: Path) -> dict[str, tuple[str, float]]:
    target = folder / "all.csv"
    assert run("score", files.population, "--run", files.latest, "-o", target, "-q").code == 0
    with target.open(encoding="utf-8", newline="") as file:
        return {row["id"]: (row["segment"], float(row["index"])) for row in csv.DictReader(file)}


def customers_of(files: Files) -> set[str]:
    private = next((files.output / "private").glob("2*"))
    rows = pq.read_table(private / "assignments.parquet").to_pylist()
    return {row["id"] for row in rows if row["source"] == "customers"}


def test_the_highest_come_first_and_customers_not_at_all(ranked: Files, tmp_path: Path) -> None:
    target = tmp_path / "m.csv"
    done = selected(ranked, "--count", "200", target=target)
    assert done.code == 0, done.err
    ids, all_scores, customers = ids_of(target), scores(ranked, tmp_path), customers_of(ranked)
    assert len(ids) == len(set(ids)) == 200
    assert not set(ids) & customers
    index = [all_scores[name][1] for name in ids]
    assert index == sorted(index, reverse=True)
    left = [s for name, s in all_scores.items() if name not in set(ids) | customers and s[0] != "0"]
    assert max(value for _, value in left) <= index[-1]
    assert all(all_scores[name][0] != "0" for name in ids)


def test_the_receipt_counts_everybody_once_and_hashes_the_files(ranked: Files, tmp_path: Path) -> None:
    target = tmp_path / "m.csv"
    assert selected(ranked, "--segments", "a, C", "--holdout", "10%", target=target).code == 0
    receipt = receipt_of(target)
    people = receipt["people"]
    assert people["population"] == 1_500
    assert people["customers_left_out"] == 250
    parts = (
        "objections_found",
        "customers_left_out",
        "low_information_left_out",
        "other_segments_left_out",
        "eligible",
    )
    assert sum(people[part] for part in parts) == 1_500
    assert people["chosen"] == people["mailed"] + people["holdout"] == people["eligible"]
    assert people["holdout"] == round(0.1 * people["chosen"])
    assert set(people["by_segment"]) <= {"A", "C"}
    assert sum(people["by_segment"].values()) == people["mailed"]
    for name, digest in receipt["sha256"].items():
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == digest
    assert receipt["order"] == "individual index"
    assert receipt["index"]["lowest"] <= receipt["index"]["mean"]


def test_a_count_is_net_of_the_hold_out(ranked: Files, tmp_path: Path) -> None:
    target = tmp_path / "m.csv"
    assert selected(ranked, "--count", "180", "--holdout", "0.1", target=target).code == 0
    mailed, held = ids_of(target), ids_of(tmp_path / "m-holdout.csv")
    assert (len(mailed), len(held)) == (180, 20)
    assert not set(mailed) & set(held)
    # together they are the highest 200, and the hold-out is drawn from all of them, not from the end
    plain = tmp_path / "plain.csv"
    assert selected(ranked, "--count", "200", target=plain).code == 0
    first = ids_of(plain)
    assert set(mailed) | set(held) == set(first)
    places = [first.index(name) for name in held]
    assert places == sorted(places)
    assert min(places) < 70
    assert max(places) > 130


def test_the_draw_follows_the_seed_of_the_run(ranked: Files, tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        assert selected(ranked, "--count", "100", "--holdout", "20%", target=tmp_path / name).code == 0
    assert ids_of(tmp_path / "a-holdout.csv") == ids_of(tmp_path / "b-holdout.csv")


def test_objections_are_left_out_before_anything_is_counted(ranked: Files, tmp_path: Path) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    assert selected(ranked, "--count", "50", target=first).code == 0
    gone = ids_of(first)[:30]
    (tmp_path / "list1.csv").write_text("LNR;why\n" + "".join(f"{name};asked\n" for name in gone[:20]), "utf-8")
    (tmp_path / "list2.txt").write_text("\n".join([*gone[15:], "stranger"]) + "\n", "utf-8")
    done = selected(
        ranked, "--count", "50", "--exclude", tmp_path / "list1.csv", "--exclude", tmp_path / "list2.txt", target=second
    )
    assert done.code == 0, done.err
    ids = ids_of(second)
    assert len(ids) == 50
    assert not set(ids) & set(gone)
    assert ids[:20] == ids_of(first)[30:]
    people = receipt_of(second)["people"]
    assert (people["objections_listed"], people["objections_found"]) == (31, 30)


def test_a_budget_pays_at_the_cost_of_the_run(ranked: Files, tmp_path: Path) -> None:
    target = tmp_path / "m.csv"
    assert selected(ranked, "--budget", "100", target=target).code == 0
    assert len(ids_of(target)) == 117  # 100 / 0.85
    done = selected(ranked, "--budget", "0.5", target=tmp_path / "n.csv")
    assert done.code == 1
    assert "does not pay for one piece" in done.error


def test_customers_and_low_information_records_only_when_asked(ranked: Files, tmp_path: Path) -> None:
    target = tmp_path / "m.csv"
    assert selected(ranked, "--segments", "0", "--include-customers", target=target).code == 0
    all_scores = scores(ranked, tmp_path)
    assert {all_scores[name][0] for name in ids_of(target)} == {"0"}
    assert selected(ranked, "--segments", "A,B,C", "--include-customers", target=target).code == 0
    assert set(ids_of(target)) & customers_of(ranked)
    assert receipt_of(target)["people"]["customers_left_out"] == 0


def test_more_than_there_are_is_said(ranked: Files, tmp_path: Path) -> None:
    done = selected(ranked, "--count", "5000", target=tmp_path / "m.csv")
    assert done.code == 0
    assert "fewer than the 5,000 asked for" in done.err


def test_files_are_for_their_owner_alone_and_it_says_what_they_are(ranked: Files, tmp_path: Path) -> None:
    done = selected(ranked, "--count", "90", "--holdout", "10%", target=tmp_path / "m.csv")
    assert "hold personal data" in done.err
    assert done.last_line == str(tmp_path / "m.csv")
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"m.csv", "m-holdout.csv", "m-receipt.json"}
    if os.name == "posix":
        assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


def test_parquet_lists_the_same_ids(ranked: Files, tmp_path: Path) -> None:
    assert selected(ranked, "--count", "40", target=tmp_path / "m.csv").code == 0
    assert selected(ranked, "--count", "40", target=tmp_path / "m.parquet").code == 0
    assert pq.read_table(tmp_path / "m.parquet").column("id").to_pylist() == ids_of(tmp_path / "m.csv")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "give --count N, --budget X or --segments A,B"),
        (("--count", "5", "--budget", "5"), "either --count or --budget"),
        (("--count", "0"), "not in the range"),
        (("--count", "5", "--holdout", "100%"), "no share"),
        (("--count", "5", "--holdout", "some"), "no share"),
    ],
)
def test_wrong_usage(ranked: Files, tmp_path: Path, options: tuple[str, ...], words: str) -> None:
    done = selected(ranked, *options, target=tmp_path / "m.csv")
    assert done.code == 2
    assert words in done.err


def test_unknown_segments_and_nobody_left_are_refused(ranked: Files, tmp_path: Path) -> None:
    done = selected(ranked, "--segments", "A,Q", target=tmp_path / "m.csv")
    assert done.code == 1
    assert "--segments Q: no such segment" in done.error
    everybody = tmp_path / "everybody.txt"
    everybody.write_text("\n".join(scores(ranked, tmp_path)), "utf-8")
    done = selected(ranked, "--count", "5", "--exclude", everybody, target=tmp_path / "m.csv")
    assert done.code == 1
    assert "nobody is left" in done.error
    assert not (tmp_path / "m.csv").exists()


def test_a_population_that_changed_or_went_away_is_refused(tmp_path: Path) -> None:
    files = make_pair(400, 120).write(tmp_path / "job")
    assert run(*files.build(), "--k", "2").code == 0
    content = files.population.read_bytes()
    files.population.write_bytes(content + b"new;1;1;1;single;y;1;1\n")
    done = selected(files, "--count", "5", target=tmp_path / "m.csv")
    assert done.code == 1
    assert "its hash differs" in done.error
    shutil.move(files.population, tmp_path / "elsewhere.csv")
    done = selected(files, "--count", "5", target=tmp_path / "m.csv")
    assert done.code == 1
    assert "not there any more" in done.error


def letters_of(files: Files) -> str:
    """Return the letters of all segments; a small one may have been merged into another."""
    analysis = read_analysis(files.output / "latest")
    return ",".join(segment["letter"] for segment in analysis["segments"] if segment["id"])


def test_one_file_with_both_knows_its_customers(tmp_path: Path) -> None:
    pair = make_pair(1_200, 100)
    pair.head = [*pair.head, "buys"]
    for row in pair.population:
        row.append("yes" if row[2] in ("5", "6") and row[1] not in ("", "30") else "no")
    files = pair.write(tmp_path / "job")
    built = run(
        "build", "--population", files.population, "--customer-where", "buys=yes", "--dictionary", files.dictionary,
        "-o", files.output, "--no-pdf", "--quick", "--k", "2",
    )  # fmt: skip
    assert built.code == 0, built.err
    assert selected(files, "--segments", letters_of(files), target=tmp_path / "m.csv").code == 0
    buyers = {row[0] for row in pair.population if row[-1] == "yes"}
    assert not set(ids_of(tmp_path / "m.csv")) & buyers
    assert receipt_of(tmp_path / "m.csv")["people"]["customers_left_out"] == len(buyers)


def test_customers_who_cannot_be_recognised_are_said_to_be_there(tmp_path: Path) -> None:
    pair = make_pair(600, 150)
    pair.head, pair.customer_head = pair.head[1:], pair.customer_head[1:]
    for row in [*pair.population, *pair.customers]:
        del row[0]
    files = pair.write(tmp_path / "job")
    assert run(*files.build(), "--k", "2").code == 0
    done = selected(files, "--count", "20", target=tmp_path / "m.csv")
    assert done.code == 0, done.err
    assert "cannot be recognised" in done.err
    assert receipt_of(tmp_path / "m.csv")["people"]["customers_left_out"] is None
    (tmp_path / "list.txt").write_text("1\n", "utf-8")
    done = selected(files, "--count", "20", "--exclude", tmp_path / "list.txt", target=tmp_path / "n.csv")
    assert done.code == 1
    assert "no id column" in done.error


def test_a_run_that_does_not_trust_its_ranking_follows_the_segments(tmp_path: Path) -> None:
    files = make_pair(600, 60).write(tmp_path / "job")  # too few customers to rank by
    assert run(*files.build(), "--k", "2").code == 0
    done = selected(files, "--segments", letters_of(files), target=tmp_path / "m.csv")
    assert done.code == 0, done.err
    assert "does not trust its ranking" in done.err
    target = tmp_path / "s.csv"
    assert run("score", files.population, "--run", files.latest, "-o", target, "-q").code == 0
    with target.open(encoding="utf-8", newline="") as file:
        segments = {row["id"]: row["segment"] for row in csv.DictReader(file)}
    order = [segments[name] for name in ids_of(tmp_path / "m.csv")]
    assert order == sorted(order)
    assert receipt_of(tmp_path / "m.csv")["index"] is None
