"""What does not depend on the customers is not computed again for others, and changes nothing when it is kept."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from reportgen.analysis.publication import publish
from reportgen.analysis.run import analyse
from reportgen.analysis.segmentation import Model
from reportgen.analysis.serial import to_json
from reportgen.analysis.settings import Settings
from reportgen.cache.folder import CacheFolder
from reportgen.cache.stages import UNKEPT, Stages
from reportgen.dictionary import read_dictionary
from reportgen.engine.local import LocalEngine
from reportgen.formatting import Formatter
from reportgen.ingest.ingest import IngestRequest, ingest
from reportgen.ingest.kept import BlockCache
from reportgen.ingest.table import CodedTable
from tests.unit.analysis import small as small_files
from tests.unit.analysis.small import QUICK, Rows

THREE = replace(QUICK, k=3, k_max=3)
STAGES = {
    "count_values", "count_missing_per_row", "draw_samples", "count_placed", "associate", "sum_moments",
    "parallel_line", "fit_coded_cloud", "scan_each", "refit_more", "polish", "fit_null",
    "fit_independent_null", "loading_stability",
}  # fmt: skip
LATE = {"scan_each", "refit_more", "polish", "fit_null", "fit_independent_null", "loading_stability"}


@dataclass(frozen=True)
class Done:
    """A run, the stages that it computed, and those that it found."""

    json: str
    model: Model
    table: CodedTable
    computed: set[str]
    reused: set[str]


class Bench:
    """Analyses pairs in one folder with one cache."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.dictionary = read_dictionary(small_files.write_dictionary(folder / "dictionary"))
        self.runs = 0

    def run(
        self, population: Rows, customers: Rows, settings: Settings = THREE, *, keep: bool = True, threads: int = 1
    ) -> Done:
        self.runs += 1
        blocks = self.folder / f"blocks-{self.runs}"
        blocks.mkdir()
        people, theirs = (
            small_files.write_rows(blocks / f"{name}.csv", rows.header, rows.cells)
            for name, rows in (("population", population), ("customers", customers))
        )
        cache = CacheFolder(self.folder / "cache")
        reused: list[str] = []
        stages = Stages(cache, "v1", reused.append) if keep else UNKEPT
        before = self.kept()
        with threadpool_limits(1):
            request = IngestRequest(people, theirs)
            table = ingest(self.dictionary, request, blocks, cache=BlockCache(cache, "v1") if keep else None)
            findings, model = analyse(table, settings, LocalEngine(threads), stages=stages)
        json = to_json(publish(findings, small_files.PROVENANCE, Formatter("en")))
        computed = {path.rpartition("-")[0] for path in self.kept() - before}
        return Done(json, model, table, computed, set(reused))

    def kept(self) -> set[str]:
        return {path.name for path in (self.folder / "cache" / "stages").glob("*")}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture(scope="module")
def after_one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep the cache of one run for all tests that begin with it."""
    bench = Bench(tmp_path_factory.mktemp("one"))
    bench.run(population_rows(), customer_rows())
    return bench.folder / "cache"


def population_rows() -> Rows:
    return small_files.population_rows(rows=500)


def customer_rows(seed: int = 2) -> Rows:
    return small_files.customer_rows(seed, rows=200)


def strange_customers() -> Rows:
    """Draw customers with codes that the population lacks in every column but the id."""
    rows = customer_rows(seed=5)
    cells = [list(row) for row in rows.cells]
    for column in range(1, len(rows.header)):
        cells[column][column] = "77777"
        cells[column + 40][column] = "never heard of"
    return Rows(rows.header, cells, rows.types)


def test_other_customers_compute_nothing_of_the_population(bench: Bench) -> None:
    first = bench.run(population_rows(), customer_rows())
    assert (first.computed, first.reused) == (STAGES, set())
    again = bench.run(population_rows(), strange_customers(), threads=2)
    assert (again.computed, again.reused) == (set(), STAGES)
    assert again.json == bench.run(population_rows(), strange_customers(), keep=False).json
    assert again.json != first.json
    assert first.json == bench.run(population_rows(), customer_rows(), keep=False).json


def test_customers_do_not_move_the_segments(bench: Bench) -> None:
    one, other = (bench.run(population_rows(), rows, keep=False) for rows in (customer_rows(), strange_customers()))
    order = [
        int(np.abs(other.model.segmentation.centroids - centroid).sum(axis=1).argmin())
        for centroid in one.model.segmentation.centroids
    ]
    assert sorted(order) == [0, 1, 2]
    np.testing.assert_array_equal(other.model.segmentation.centroids[order], one.model.segmentation.centroids)
    np.testing.assert_array_equal(other.model.components.loadings, one.model.components.loadings)


def test_the_encoder_is_that_of_the_population_wherever_it_has_the_code(bench: Bench) -> None:
    plain, strange = (bench.run(population_rows(), rows, keep=False) for rows in (customer_rows(), strange_customers()))
    shown = {column.name: column for column in strange.table.population_columns}
    longer = 0
    for ours, theirs in zip(plain.model.encoder.stretches, strange.model.encoder.stretches, strict=True):
        codes = len(shown[theirs.aspect.column.name].codes)
        np.testing.assert_array_equal(ours.table[:codes], theirs.table[:codes])
        longer += len(theirs.table) > codes
        assert ours.level_names == theirs.level_names
    assert longer == len(strange.model.encoder.stretches)


def test_one_person_more_computes_everything(bench: Bench, after_one: Path) -> None:
    shutil.copytree(after_one, bench.folder / "cache")
    rows = population_rows()
    more = [*rows.cells[0][1:]]
    changed = Rows(rows.header, [*rows.cells, ["424242", *more]], rows.types)
    assert bench.run(changed, customer_rows()).reused == set()


@pytest.mark.parametrize(
    ("change", "computed"),
    [
        ({"names": {"A": "Own"}}, set()),
        ({"k": None}, set()),
        ({"k": 2, "k_max": 4}, LATE - {"loading_stability"}),
        ({"quick": False}, LATE - {"polish"}),
        ({"seed": 2}, STAGES - {"count_values", "count_missing_per_row", "count_placed", "sum_moments"}),
        ({"min_explained": 0.6}, LATE | {"fit_coded_cloud"}),
        ({"on_components": False}, LATE | {"fit_coded_cloud"}),
    ],
    ids=["names", "chosen k", "other k", "quick", "seed", "components", "encoded"],
)
def test_a_changed_setting_computes_what_depends_on_it(
    bench: Bench, after_one: Path, change: dict[str, Any], computed: set[str]
) -> None:
    shutil.copytree(after_one, bench.folder / "cache")
    changed = replace(THREE, **change)
    done = bench.run(population_rows(), customer_rows(), changed)
    assert done.computed == computed
    assert done.json == bench.run(population_rows(), customer_rows(), changed, keep=False).json
