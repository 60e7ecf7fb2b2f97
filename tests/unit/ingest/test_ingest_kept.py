"""What comes from the cache is what a read would give, and nothing comes from it that was made from something else."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from reportgen.cache.folder import CacheFolder
from reportgen.dictionary import FeatureDictionary
from reportgen.ingest import table as table_module
from reportgen.ingest.ingest import IngestRequest, ingest
from reportgen.ingest.kept import BlockCache
from reportgen.ingest.table import CodedTable

if TYPE_CHECKING:
    from tests.unit.ingest.conftest import Bench, Rows

HEADER = ["LNR", "age", "score", "grade", "type", "flag"]


class Keeper:
    """Reads with a cache, and tells what came from it."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.place = bench.folder / "cache"
        self.notices: list[str] = []
        self.reused: list[str] = []
        self.code = "v1"

    def read(
        self, population: Path, customers: Path | None = None, dictionary: FeatureDictionary | None = None, **how: Any
    ) -> CodedTable:
        """Read with the cache; ``reused`` tells which sides came from it."""
        self.reused.clear()
        cache = CacheFolder(self.place, self.notices.append)
        table = ingest(
            dictionary or self.bench.dictionary(),
            IngestRequest(population, customers, **how),
            self.bench.blocks(),
            cache=BlockCache(cache, self.code),
            on_reuse=self.reused.append,
        )
        cache.finish()
        return table

    def same_as_read(self, table: CodedTable, *asked: Any, **how: Any) -> None:
        """Assert that a read without a cache gives the same."""
        fresh = self.bench.read(how.pop("dictionary", None) or self.bench.dictionary(), *asked, **how)
        self.bench.same(fresh, table)
        for side in ("population", "customers"):
            ours, theirs = fresh.side(side), table.side(side)
            assert replace(ours.source, files=()) == replace(theirs.source, files=())
            assert [Path(block).read_bytes() for block in ours.blocks] == [
                Path(block).read_bytes() for block in theirs.blocks
            ]
        assert fresh.undeclared == table.undeclared
        assert fresh.population_codes == table.population_codes


@pytest.fixture
def keeper(bench: Bench, small_blocks: int) -> Keeper:
    return Keeper(bench)


def pair(bench: Bench) -> tuple[Path, Path]:
    population, customers = bench.pair()
    return bench.csv("p.csv", population), bench.csv("c.csv", customers)


BOTH = ["population", "customers"]


def test_the_same_files_come_from_the_cache(bench: Bench, keeper: Keeper) -> None:
    files = pair(bench)
    first = keeper.read(*files)
    assert keeper.reused == []
    again = keeper.read(*files)
    assert keeper.reused == BOTH
    for table in (first, again):
        keeper.same_as_read(table, *files)
    assert first.population.content_key == again.population.content_key
    assert keeper.notices == []


def test_a_read_without_a_cache_has_no_hash_of_its_blocks(bench: Bench) -> None:
    with pytest.raises(ValueError, match="no hash"):
        _ = bench.plain().population.content_key


def test_new_customers_are_read_against_the_kept_population(bench: Bench, keeper: Keeper) -> None:
    population, customers = pair(bench)
    first = keeper.read(population, customers)
    rows = bench.rows(60, 7, first=250)
    rows[3][3], rows[4][4] = "9", "unheard of"  # codes that the population lacks
    others = bench.csv("others.csv", rows)
    table = keeper.read(population, others)
    assert keeper.reused == ["population"]
    keeper.same_as_read(table, population, others)
    assert table.population.content_key == first.population.content_key
    assert keeper.read(population, customers).overlap == first.overlap
    assert keeper.reused == BOTH


def test_customers_do_not_change_what_the_population_shows(bench: Bench, keeper: Keeper) -> None:
    population, customers = pair(bench)
    rows = bench.rows(60, 7, first=250)
    rows[3][3], rows[4][4], rows[5][2] = "9", "unheard of", "12345.5"
    one, other = keeper.read(population, customers), keeper.read(population, bench.csv("others.csv", rows))
    assert [len(column.codes) for column in one.columns] != [len(column.codes) for column in other.columns]
    assert [c.content_key for c in one.population_columns] == [c.content_key for c in other.population_columns]
    shown = {column.name: column for column in other.population_columns}
    assert "unheard of" not in shown["type"].codes
    assert [level.code for level in bench.column(other, "type").levels][-1] == "other"
    assert "other" not in [level.code for level in shown["type"].levels]
    assert len(shown["type"].level_of) == len(shown["type"].codes) == len(shown["type"].values)


def test_another_population_means_other_customers_codes(bench: Bench, keeper: Keeper) -> None:
    population, customers = pair(bench)
    keeper.read(population, customers)
    rows, _ = bench.pair()
    other = bench.csv("other.csv", rows[::-1])
    table = keeper.read(other, customers)
    assert keeper.reused == []
    keeper.same_as_read(table, other, customers)


@pytest.mark.parametrize("side", [0, 1])
def test_a_changed_byte_reads_anew(bench: Bench, keeper: Keeper, side: int) -> None:
    files = pair(bench)
    keeper.read(*files)
    content = bytearray(files[side].read_bytes())
    content[-2] = ord("n") if content[-2] == ord("y") else ord("y")
    files[side].write_bytes(content)
    table = keeper.read(*files)
    assert keeper.reused == ([] if side == 0 else ["population"])
    keeper.same_as_read(table, *files)


def test_a_renamed_file_is_told_by_its_new_name_and_date(bench: Bench, keeper: Keeper) -> None:
    population, customers = pair(bench)
    keeper.read(population, customers)
    moved = population.rename(bench.folder / "people.csv")
    os.utime(moved, (1_600_000_000, 1_600_000_000))
    table = keeper.read(moved, customers)
    assert keeper.reused == BOTH
    assert (table.population.source.name, table.population.source.modified) == ("people.csv", 1_600_000_000)
    keeper.same_as_read(table, moved, customers)


LINES = ["age;p;numeric;[0]", "grade;p;ordinal;[-1]", "type;p;categorical;[X]"]


@pytest.mark.parametrize(
    "change",
    [
        {"delimiter": ";"},
        {"decimal": "."},
        {"encoding": "utf-8"},
        {"id_column": "score"},
        {"dictionary": LINES},
    ],
)
def test_other_settings_of_the_read_mean_another_read(bench: Bench, keeper: Keeper, change: dict[str, Any]) -> None:
    lines = [*LINES, "flag;p;binary;[]"]
    population, customers = bench.pair()
    for rows in (population, customers):
        for at, row in enumerate(rows):
            row[2] = f"{row[0]}.{at}"  # a number of its own, so that it could be an id
    files = bench.csv("p.csv", population), bench.csv("c.csv", customers)
    keeper.read(*files, dictionary=bench.dictionary(*lines))
    how = {key: value for key, value in change.items() if key != "dictionary"}
    dictionary = bench.dictionary(*change.get("dictionary", lines))
    table = keeper.read(*files, dictionary=dictionary, **how)
    assert keeper.reused == []
    keeper.same_as_read(table, *files, dictionary=dictionary, **how)


def test_another_size_of_blocks_means_another_read(
    bench: Bench, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = pair(bench)
    keeper.read(*files)
    monkeypatch.setattr(table_module, "BLOCK_ROWS", 100)
    table = keeper.read(*files)
    assert keeper.reused == []
    assert len(table.population.blocks) == 4


def test_another_version_of_the_reader_reads_anew_and_says_so(bench: Bench, keeper: Keeper) -> None:
    files = pair(bench)
    keeper.read(*files)
    keeper.code = "v2"
    table = keeper.read(*files)
    assert keeper.reused == []
    assert keeper.notices == [
        f"the cache of the {side} was written by another version and is not used" for side in BOTH
    ]
    keeper.same_as_read(table, *files)
    keeper.read(*files)
    assert keeper.reused == BOTH
    assert len(keeper.notices) == 2


@pytest.mark.parametrize("side", BOTH)
@pytest.mark.parametrize("file", ["head", "state", "{side}-00000.parquet"])
def test_a_flipped_bit_reads_anew_and_says_so(bench: Bench, keeper: Keeper, side: str, file: str) -> None:
    files = pair(bench)
    keeper.read(*files)
    (path,) = keeper.place.glob(f"{side}-*/{file.format(side=side)}")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)
    table = keeper.read(*files)
    assert keeper.reused == [other for other in BOTH if other != side]
    assert keeper.notices == [f"the cache of the {side} is damaged and not used"]
    keeper.same_as_read(table, *files)
    keeper.read(*files)
    assert keeper.reused == BOTH


def test_one_file_that_holds_both_sides(bench: Bench, keeper: Keeper) -> None:
    path = bench.csv("p.csv", bench.rows(301, 1))
    dictionary = bench.dictionary(*LINES)
    for where, reused in ((("flag", "y"), []), (("flag", "y"), ["population"]), (("flag", "n"), [])):
        table = keeper.read(path, dictionary=dictionary, customer_where=where)
        assert keeper.reused == reused
        keeper.same_as_read(table, path, dictionary=dictionary, customer_where=where)


def test_parts_come_from_the_cache_too(bench: Bench, keeper: Keeper) -> None:
    population, customers = bench.pair()
    (bench.folder / "parts").mkdir()
    for number, rows in enumerate((population[:200], population[200:])):
        bench.csv(f"parts/{number}.csv", rows)
    files = bench.folder / "parts", bench.csv("c.csv", customers)
    keeper.read(*files)
    table = keeper.read(*files)
    assert keeper.reused == BOTH
    assert [part.rows for part in table.population.source.parts] == [200, 101]
    keeper.same_as_read(table, *files)
    bench.csv("parts/2.csv", bench.rows(5, 9, first=900))
    keeper.read(*files)
    assert keeper.reused == []


def repeat_ids(rows: Rows) -> None:
    for at, row in enumerate(rows):
        row[0] = str(at % 5)


def test_a_population_whose_id_is_none_is_read_twice_only_once(bench: Bench, keeper: Keeper) -> None:
    population, customers = bench.pair()
    repeat_ids(population)
    files = bench.csv("p.csv", population), bench.csv("c.csv", customers)
    first = keeper.read(*files)
    assert first.overlap_reason == "LNR is not unique in p.csv"
    again = keeper.read(*files)
    assert keeper.reused == BOTH
    for table in (first, again):
        keeper.same_as_read(table, *files)
    moved = files[0].rename(bench.folder / "people.csv")
    assert keeper.read(moved, files[1]).overlap_reason == "LNR is not unique in people.csv"
    assert keeper.reused == BOTH


def test_customers_whose_id_is_none_do_not_speak_for_the_population(bench: Bench, keeper: Keeper) -> None:
    population, customers = bench.pair()
    good = bench.csv("customers.csv", customers)
    repeat_ids(customers)
    (bench.folder / "bad").mkdir()
    # Both files have the same name, as "the same columns" suggests to some.
    bad = bench.csv("bad/p.csv", customers)
    path = bench.csv("p.csv", population)
    for _ in range(2):
        table = keeper.read(path, bad)
        assert table.overlap_reason == "LNR is not unique in p.csv"
        keeper.same_as_read(table, path, bad)
    table = keeper.read(path, good)
    assert (table.id_column, table.overlap) == ("LNR", 20)
    keeper.same_as_read(table, path, good)


def grid_rows(values: list[float], first: int) -> Rows:
    return [[str(first + at), f"{value:.3f}"] for at, value in enumerate(values)]


@pytest.mark.parametrize(
    "population", [lambda rng: rng.normal(50, 20, 400), lambda rng: rng.integers(0, 80, 400).astype(float)],
    ids=["on a grid", "exact"],
)  # fmt: skip
def test_customers_may_move_the_codes_of_a_population_on_a_grid(
    bench: Bench, keeper: Keeper, monkeypatch: pytest.MonkeyPatch, population: Callable[[Any], Any]
) -> None:
    monkeypatch.setattr("reportgen.ingest.number_codes.NUMBER_CODES", 90)
    rng = np.random.default_rng(1)
    header = ["LNR", "income"]
    dictionary = bench.dictionary("income;p;numeric;[]")
    path = bench.csv("p.csv", grid_rows(population(rng), 1), header=header)
    near = bench.csv("near.csv", grid_rows([float(v) for v in range(20, 60)], 900), header=header)
    far = bench.csv("far.csv", grid_rows(rng.uniform(-4_000, 4_000, 200).tolist(), 900), header=header)
    kept: dict[Path, str] = {}
    for customers, reused in ((near, []), (far, ["population"]), (near, BOTH), (far, BOTH)):
        table = keeper.read(path, customers, dictionary=dictionary)
        assert keeper.reused == reused
        keeper.same_as_read(table, path, customers, dictionary=dictionary)
        key = table.population.content_key
        assert kept.setdefault(customers, key) == key
    assert kept[near] != kept[far]
    assert keeper.notices == []


def test_a_dictionary_that_was_not_read_from_files_is_not_kept(bench: Bench, keeper: Keeper) -> None:
    dictionary = replace(bench.dictionary(), sha256="")
    for _ in range(2):
        keeper.read(*pair(bench), dictionary=dictionary)
        assert keeper.reused == []
    assert not list(keeper.place.glob("*-*"))


def test_a_file_that_has_gone_is_missed(bench: Bench, keeper: Keeper) -> None:
    population, customers = pair(bench)
    keeper.read(population, customers)
    population.unlink()
    with pytest.raises(Exception, match="file not found"):
        keeper.read(population, customers)
