"""A stage runs once for its arguments, and what it gives is the same whether it was kept or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from reportgen.cache.folder import CacheFolder
from reportgen.cache.stages import UNKEPT, Stages
from reportgen.engine.local import LocalEngine

RUNS: list[str] = []


@dataclass(frozen=True)
class Sums:
    by_row: NDArray[np.float64]
    total: float


def add_up(engine: LocalEngine, table: NDArray[np.float64], *, twice: bool = False) -> Sums:
    RUNS.append("add_up")
    by_row = np.array(list(engine.map(np.sum, list(table))))
    return Sums(by_row[::-1], float(by_row.sum()) * (2 if twice else 1))


def add_up_otherwise(engine: LocalEngine, table: NDArray[np.float64]) -> Sums:
    RUNS.append("add_up_otherwise")
    return Sums(table.sum(axis=1), 0.0)


@pytest.fixture
def cache(tmp_path: Path) -> CacheFolder:
    RUNS.clear()
    return CacheFolder(tmp_path / "cache")


TABLE = np.arange(6.0).reshape(2, 3)


def same(one: Sums, other: Sums) -> bool:
    return one.total == other.total and one.by_row.tobytes() == other.by_row.tobytes()


def test_a_stage_runs_once(cache: CacheFolder) -> None:
    reused: list[str] = []
    stages = Stages(cache, "v1", reused.append)
    first = stages.run(add_up, LocalEngine(1), TABLE)
    again = stages.run(add_up, LocalEngine(2), TABLE.copy())
    assert RUNS == ["add_up"]
    assert reused == ["add_up"]
    assert same(first, again)
    assert first.by_row.tolist() == [12.0, 3.0]


def test_every_argument_the_function_and_the_version_count(cache: CacheFolder) -> None:
    stages, engine = Stages(cache, "v1"), LocalEngine()
    stages.run(add_up, engine, TABLE)
    stages.run(add_up, engine, TABLE + 1)
    stages.run(add_up, engine, TABLE, twice=True)
    stages.run(add_up, engine, TABLE.astype(np.float32).astype(np.float64))  # the same values
    stages.run(add_up_otherwise, engine, TABLE)
    Stages(cache, "v2").run(add_up, engine, TABLE)
    assert RUNS == ["add_up"] * 3 + ["add_up_otherwise", "add_up"]


def test_without_a_cache_nothing_is_kept_but_the_result_is_the_same(cache: CacheFolder) -> None:
    kept = Stages(cache, "v1").run(add_up, LocalEngine(), TABLE)
    unkept = UNKEPT.run(add_up, LocalEngine(), TABLE)
    UNKEPT.run(add_up, LocalEngine(), TABLE)
    assert RUNS == ["add_up"] * 3
    assert same(kept, unkept)
    assert unkept.by_row.flags.c_contiguous == kept.by_row.flags.c_contiguous


def test_a_damaged_result_is_computed_anew(cache: CacheFolder) -> None:
    stages = Stages(cache, "v1")
    first = stages.run(add_up, LocalEngine(), TABLE)
    (path,) = (cache.folder / "stages").iterdir()
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert same(stages.run(add_up, LocalEngine(), TABLE), first)
    assert same(stages.run(add_up, LocalEngine(), TABLE), first)
    assert RUNS == ["add_up"] * 2


def test_a_failing_stage_leaves_nothing(cache: CacheFolder) -> None:
    with pytest.raises(ValueError, match="axis"):
        Stages(cache, "v1").run(add_up_otherwise, LocalEngine(), np.zeros(3))
    assert not cache.folder.exists()


def rows_of(numbers: Sequence[int], table: NDArray[np.float64], *, plus: float = 0.0) -> tuple[Sums, ...]:
    RUNS.append(f"rows {', '.join(map(str, numbers))}")
    return tuple(Sums(table[number] + plus, float(number)) for number in numbers)


def test_results_of_items_are_kept_one_by_one(cache: CacheFolder) -> None:
    reused: list[str] = []
    stages = Stages(cache, "v1", reused.append)
    stages.run_each(rows_of, [1], TABLE)
    both = stages.run_each(rows_of, [0, 1], TABLE)
    again = stages.run_each(rows_of, [1, 0], TABLE)
    assert RUNS == ["rows 1", "rows 0"]
    assert reused == ["rows_of"] * 3
    assert [sums.total for sums in both] == [0.0, 1.0]
    assert [sums.by_row.tolist() for sums in again] == [[3.0, 4.0, 5.0], [0.0, 1.0, 2.0]]
    assert same(both[1], again[0])
    stages.run_each(rows_of, [0, 1], TABLE, plus=1.0)
    stages.run_each(rows_of, [0, 1], TABLE + 1.0)
    assert RUNS[2:] == ["rows 0, 1"] * 2


def test_items_without_a_cache(cache: CacheFolder) -> None:
    kept = Stages(cache, "v1").run_each(rows_of, [0, 1], TABLE)
    bare = UNKEPT.run_each(rows_of, [0, 1], TABLE)
    assert RUNS == ["rows 0, 1"] * 2
    assert all(same(one, other) for one, other in zip(kept, bare, strict=True))
    assert UNKEPT.run_each(rows_of, [], TABLE) == ()
