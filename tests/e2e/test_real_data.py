"""Whole builds of real files, which lie beside the checkout."""

from __future__ import annotations

from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from tests.cli.running import read_analysis, run
from tests.told_numbers import read_back

ROWS = {"bank_marketing": (45_211, 5_289), "adult": (48_842, 11_687)}


def build(folder: Path, *options: str) -> Path:
    done = run(
        "build", "--population", folder / "population.csv", "--customers", folder / "customers.csv",
        "--dictionary", folder / "features.csv", "-o", "out", "--no-pdf", *options,
    )  # fmt: skip
    assert done.code == 0, done.err
    assert done.warnings == [
        "the dictionary has no labels for codes: the report shows bare codes (values.csv can name them)"
    ]
    return Path(done.last_line).parents[1]


def check_run(folder: Path, name: str) -> None:
    analysis = read_analysis(folder)
    people, customers = ROWS[name]
    assert (analysis["population"]["rows"], analysis["customers"]["rows"]) == (people, customers)
    assert analysis["overlap"] == customers
    assert analysis["provenance"]["standard_error"] == "nested"
    segments = analysis["segments"]
    assert sum(segment["population"]["count"] for segment in segments) == people
    assert sum(segment["customers"]["count"] for segment in segments) == customers
    placed = [segment for segment in segments if segment["id"] != 0]
    assert len(placed) == analysis["choice"]["k"] >= 2
    for segment in placed:
        share = segment["customers"]["share"] / segment["population"]["share"]
        assert segment["index"] == pytest.approx(100 * share)
        low, high = segment["interval_sampling"]
        assert low <= segment["index_placed"] <= high
    assert [segment["index_placed"] for segment in placed] == sorted(
        (segment["index_placed"] for segment in placed), reverse=True
    )
    reading = read_back(analysis)
    assert reading.wrong == []
    assert reading.numbers["portrait"] >= 5 * len(placed)
    private = folder.parents[1] / "private" / folder.name
    told = pq.read_table(private / "assignments.parquet")
    ids = told.filter(pc.equal(told["source"], "population")).column("id")
    assert (len(ids), pc.count_distinct(ids).as_py()) == (people, people)


@pytest.mark.parametrize("name", ROWS)
def test_a_first_look(name: str, shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORTGEN_K_MAX", "5")
    check_run(build(shared_data / name, "--quick"), name)


@pytest.mark.slow
@pytest.mark.parametrize("name", ROWS)
def test_in_full(name: str, shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REPORTGEN_K_MAX")
    check_run(build(shared_data / name), name)
