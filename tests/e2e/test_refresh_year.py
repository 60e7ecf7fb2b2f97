"""The year of refreshes of benchmarks/refresh_year.py on small files: four types of people, one of which splits."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from benchmarks.refresh_year import SPLIT, VANISHED, Plan, Pool, Rows, expected, judge, simulate
from tests.cli.running import run
from tests.cli.sample import Files

FEATURES = [f"F{number}" for number in range(10)]
HEAD = ["LNR", *FEATURES, "TOWN"]
_MEANS = np.array(
    [
        [2, 2, 2, 2, 2, 6, 6, 6, 6, 6],
        [6, 6, 2, 2, 6, 6, 2, 2, 2, 6],
        [2, 6, 6, 2, 6, 2, 2, 6, 6, 2],
        [6, 2, 6, 6, 2, 2, 6, 2, 6, 2],
    ]
)
# Half of type 2 changes in many features and becomes a kind of its own.
PLAN = Plan(
    churn=0.02,
    drifting=("F9", "6", "5", 0.01),
    split=dict(zip(FEATURES, "7117177117", strict=True)),
    split_type=2,
    vanishing=("TOWN", "c", "a"),
)


def draw(first: int, people: int, shares: tuple[float, ...], seed: int) -> Pool:
    random = np.random.default_rng(seed)
    types = random.choice(4, people, p=shares)
    codes = np.clip(np.round(_MEANS[types] + random.normal(0, 0.8, (people, len(FEATURES)))), 1, 7).astype(int)
    towns = random.choice(list("abc"), people, p=(0.5, 0.3, 0.2))
    ids = [f"P{number:05d}" for number in range(first, first + people)]
    rows = [[key, *map(str, row), str(town)] for key, row, town in zip(ids, codes, towns, strict=True)]
    return Pool(HEAD, rows, dict(zip(ids, (types + 1).tolist(), strict=True)))


def write_file(path: Path, rows: Rows) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";", lineterminator="\n").writerows(rows)


@pytest.mark.slow
def test_ids_stay_right_and_alarms_come_in_the_right_months_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPORTGEN_REFIT_ON", "schema, psi, agreement")
    monkeypatch.setenv("REPORTGEN_K_MAX", "6")
    files = Files(tmp_path)
    dictionary = [["attribute", "information_level", "type", "missing_or_unknown", "label"]]
    dictionary += [[name, "person", "ordinal", "[]", f"feature {name}"] for name in FEATURES]
    write_file(files.dictionary, [*dictionary, ["TOWN", "person", "categorical", "[]", "town"]])
    people = draw(1, 1_600, (0.2, 0.4, 0.2, 0.2), 1)
    customers = draw(50_000, 500, (0.2, 0.3, 0.1, 0.4), 2)

    def write(population: Rows, theirs: Rows) -> None:
        write_file(files.population, [HEAD, *population])
        write_file(files.customers, [HEAD, *theirs])

    def build(number: int) -> Path:
        monkeypatch.setenv("REPORTGEN_DATA_AS_OF", f"2026-{number:02d}-01")
        done = run(*files.build(), "--no-single-file")
        assert done.code == 0, done.err
        return Path(done.last_line).parents[1]

    outcome = judge(simulate(people, customers, PLAN, build, write), people.types, PLAN.split_type)
    assert sorted(outcome["alarms"]) == [SPLIT, VANISHED], outcome
    assert outcome["split"], outcome
    assert outcome["wrong_ids"] == [], outcome
    assert expected(outcome), outcome
