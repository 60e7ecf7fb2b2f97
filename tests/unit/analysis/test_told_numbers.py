"""Every number in a sentence of the analysis is one of its cells."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from threadpoolctl import threadpool_limits

from reportgen.analysis.publication import publish
from reportgen.analysis.run import analyse
from reportgen.analysis.serial import to_json
from reportgen.analysis.settings import Settings
from reportgen.demo import write_demo
from reportgen.dictionary import read_dictionary
from reportgen.engine.local import LocalEngine
from reportgen.formatting import Formatter
from reportgen.ingest.ingest import IngestRequest, ingest
from tests.told import Told
from tests.told_numbers import read_back, sentences, untold
from tests.unit.analysis.small import PROVENANCE, Run

KINDS = {
    "portrait", "recommendation", "structure", "choice", "robustness", "placebo", "feature", "component", "reach",
    "ranking", "plan",
}  # fmt: skip
QUALITY = {"column", "decision", "rows", "components"}


@pytest.fixture
def cells(small: Run) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(to_json(small.analysis))
    return found


def test_numbers_are_found_in_every_kind_of_sentence_and_are_cells(cells: dict[str, Any]) -> None:
    reading = read_back(cells)
    assert reading.wrong == []
    assert {kind for kind, numbers in reading.numbers.items() if numbers} >= KINDS
    assert reading.numbers["portrait"] >= 5 * len(cells["segments"])
    assert reading.numbers["component"] >= len(cells["components"]["readings"])


@pytest.mark.parametrize(
    ("rows", "seed", "k"), [(2_000, 5, None), pytest.param(5_000, 2, 9, marks=pytest.mark.slow), (8_000, 3, 4)]
)
def test_the_demo_tells_its_cells(tmp_path: Path, rows: int, seed: int, k: int | None) -> None:
    files = write_demo(tmp_path / "demo", rows, seed)
    (tmp_path / "blocks").mkdir()
    with threadpool_limits(1):
        request = IngestRequest(files.population, files.customers)
        table = ingest(read_dictionary(files.dictionary), request, tmp_path / "blocks")
        findings, _ = analyse(table, Settings(k=k, k_max=5 if k is None else 2, seed=seed, quick=True), LocalEngine(2))
    reading = read_back(json.loads(to_json(publish(findings, PROVENANCE, Formatter("en")))))
    assert reading.wrong == []
    assert {kind for kind, numbers in reading.numbers.items() if numbers} >= KINDS - {"structure"}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("segments", 1, "customers", "share"), 0.987),
        (("segments", 2, "index_placed"), 1_234.0),
        (("segments", 1, "interval_total"), [1.0, 2.0]),
        (("recommendation", "population_share"), 0.987),
        (("placebo", "largest_median"), 987.0),
        (("robustness", "tried"), 987),
        (("components", "readings", 0, "explained"), 0.987),
        (("campaign", "reach", "steps"), []),
        (("campaign", "plan", "rows"), []),
        (("campaign", "ranking", "candidates", 0, "auc"), 0.123),
        (("campaign", "ranking", "leakage", 0, "missing_auc"), 0.123),
    ],
)
def test_a_cell_that_is_not_told_is_noticed(cells: dict[str, Any], path: tuple[str | int, ...], value: object) -> None:
    place: Any = cells
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    assert read_back(cells).wrong


def test_no_text_with_a_number_goes_unread(cells: dict[str, Any]) -> None:
    assert untold(cells) == []
    cells["campaign"]["ranking"]["model"] = "7 trees"
    assert untold(cells) == [".campaign.ranking.model: 7 trees"]


def test_a_scan_that_is_not_told_is_noticed(cells: dict[str, Any]) -> None:
    for key in ("ari", "jaccard"):
        other = copy.deepcopy(cells)
        for row in other["choice"]["scan"]:
            row[key] = 0.1234
        assert read_back(other).wrong


def test_digits_of_labels_are_no_numbers() -> None:
    told = Told("feature", "Dwelling 2: 12\xa0% of customers.", words=["Dwelling 2", "2"], shares=[0.12])
    assert told.numbers() == ["12\xa0%"]
    assert told.untrue() == []
    # A bare code is not taken out: it could be the number itself.
    assert Told("feature", "2 people", words=["2"]).untrue() == ["2"]


def test_numbers_are_read_as_they_are_printed() -> None:
    text = "<\xa00.1\xa0%, 1,234, 243\u2013262, 0.93 and >\xa00.99"
    told = Told("", text, shares=[0.0001], counts=[1_234], intervals=[(243.2, 262.4)], coefficients=[0.93, 0.996])
    assert told.numbers() == ["<\xa00.1\xa0%", "1,234", "243\u2013262", "0.93", ">\xa00.99"]
    assert told.untrue() == []


def test_every_kind_of_sentence_is_there_once_or_more(cells: dict[str, Any]) -> None:
    kinds = [told.kind for told in sentences(cells)]
    assert set(kinds) == KINDS | QUALITY | {"depth"}
    assert kinds.count("feature") == len(cells["features"])
