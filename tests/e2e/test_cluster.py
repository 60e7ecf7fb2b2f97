"""The Dask engine: the same bytes as here with any number of workers, whatever dies on the way.

Scheduler and workers are processes of their own, as on a cluster.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from distributed import Client

from reportgen.cache.fingerprint import analysis_version
from reportgen.config import Config, load_config
from reportgen.engine import cluster_open
from reportgen.engine.cluster import ClusterEngine, branch
from reportgen.engine.cluster_errors import ClusterError
from reportgen.engine.cluster_open import open_cluster
from reportgen.engine.local import LocalEngine
from reportgen.errors import InputError
from reportgen.ingest.table import Finding
from reportgen.pipeline import build, check
from tests.cli.running import ROOT, files_below, run
from tests.cli.sample import Files, make_pair

pytestmark = [
    pytest.mark.filterwarnings("default::ResourceWarning", "default::DeprecationWarning"),
    pytest.mark.xdist_group("cluster"),
]
LOCAL = "127.0.0.1"


@dataclass
class Cluster:
    """A scheduler and workers that the tests start, and may kill."""

    folder: Path
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        told = self.folder / "scheduler.json"
        self.scheduler = self._start("scheduler", "--port", "0", "--scheduler-file", str(told))
        wait_for(told.is_file)
        wait_for(lambda: bool(told.read_text()))
        self.address: str = json.loads(told.read_text())["address"]

    def set(self, workers: int) -> None:
        """Have so many workers, and wait until the scheduler knows."""
        self.workers = [worker for worker in self.workers if worker.poll() is None]
        while len(self.workers) > workers:
            self.kill(self.workers[-1].pid)
        while len(self.workers) < workers:
            place = ("--local-directory", str(self.folder / "scratch"))
            self.workers.append(self._start("worker", self.address, "--nthreads", "1", "--no-nanny", *place))
        with Client(self.address, set_as_default=False) as client:
            wait_for(lambda: len(client.scheduler_info(n_workers=-1)["workers"]) == workers)

    def kill(self, pid: int) -> None:
        """Kill one worker."""
        worker = next(worker for worker in self.workers if worker.pid == pid)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        self.workers.remove(worker)

    def end(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()

    def _start(self, role: str, *arguments: str) -> subprocess.Popen[bytes]:
        module = f"distributed.cli.dask_{role}"
        code = f"from {module} import main; main()"
        with (self.folder / f"{role}-{len(self.workers)}.log").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-c", code, "--host", LOCAL, "--no-dashboard", *arguments],
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )


def wait_for(what: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    started = Cluster(tmp_path_factory.mktemp("cluster"))
    yield started
    started.end()


@pytest.fixture
def engine(cluster: Cluster, tmp_path: Path) -> Iterator[ClusterEngine]:
    cluster.set(2)
    with open_cluster(cluster.address, 1, tmp_path, analysis_version) as opened:
        yield opened


@pytest.fixture
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Files:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1750000000")
    monkeypatch.setattr("os.fsync", lambda _: None)
    monkeypatch.setattr("reportgen.ingest.table.BLOCK_ROWS", 48)
    monkeypatch.setattr("reportgen.ingest.csv_reader.CHUNK_BYTES", 2_000)
    return make_pair(secrets=True).write(tmp_path / "job")


class Watched:
    """Hears how far a build has come, and does something on the way."""

    def __init__(self, at: str = "", act: Callable[[], None] = lambda: None) -> None:
        self.at, self.act = at, act
        self.acted = 0

    def _pass(self, what: str) -> None:
        if what == self.at and not self.acted:
            self.acted += 1
            self.act()

    def start(self, step: str) -> None:
        self._pass(step)

    def rows(self, side: str, rows: int) -> None:
        self._pass(f"rows of the {side}")

    def warn(self, finding: Finding) -> None: ...

    def reuse(self, what: str) -> None: ...

    def notice(self, text: str) -> None: ...


def configured(files: Files, output: str, **more: object) -> Config:
    flags: dict[str, object] = {
        "inputs.population": files.population, "inputs.customers": files.customers,
        "inputs.dictionary": files.dictionary, "output.dir": files.folder / output, "output.pdf": False,
        "output.single_file": False, "output.cache": False, "analysis.quick": True, "analysis.k_max": 3,
    }  # fmt: skip
    return load_config(None, flags | {f"analysis.{key}": value for key, value in more.items()}, {}, files.folder)


def made(config: Config, watched: Watched | None = None) -> dict[str, bytes]:
    """Build, and return what must be equal: the analysis, and who is in which segment."""
    folder = build(config, watched or Watched()).folder
    private = config.output.dir / "private" / folder.name
    names = {path.name: path for path in (folder / "analysis.json", private / "assignments.parquet")}
    assert not list((config.output.dir / "private").glob(".work-*"))
    return {name: path.read_bytes() for name, path in names.items()}


@pytest.fixture
def expected(pair: Files) -> dict[str, bytes]:
    return made(configured(pair, "local-1", threads=1))


@pytest.mark.parametrize(
    ("threads", "workers"), [((4,), (2,)), pytest.param((2, 3, 8), (3, 1), marks=pytest.mark.slow)]
)
def test_any_threads_and_any_workers(
    cluster: Cluster, pair: Files, expected: dict[str, bytes], threads: Sequence[int], workers: Sequence[int]
) -> None:
    for number in threads:
        assert made(configured(pair, f"local-{number}", threads=number)) == expected
    for number in workers:
        cluster.set(number)
        dask = configured(pair, f"dask-{number}", engine="dask", scheduler=cluster.address)
        assert made(dask) == expected


@pytest.mark.parametrize(
    "moment", ["rows of the population", pytest.param("Build the segments on all rows", marks=pytest.mark.slow)]
)
def test_a_killed_worker_changes_nothing(
    cluster: Cluster, pair: Files, expected: dict[str, bytes], moment: str
) -> None:
    cluster.set(3)
    watched = Watched(moment, lambda: cluster.kill(cluster.workers[0].pid))
    assert made(configured(pair, "dask", engine="dask", scheduler=cluster.address), watched) == expected
    assert (watched.acted, len(cluster.workers)) == (1, 2)


def test_a_worker_killed_in_the_middle_of_a_task(engine: ClusterEngine, cluster: Cluster, tmp_path: Path) -> None:
    mark = tmp_path / "at-work"

    def slow(item: int) -> np.ndarray:
        if item == 5 and not mark.exists():
            mark.write_text(str(os.getpid()))
            time.sleep(60)
        return np.random.default_rng(item).normal(size=50)

    def kill() -> None:
        wait_for(lambda: mark.exists() and bool(mark.read_text()))
        cluster.kill(int(mark.read_text()))

    found = engine.map(slow, range(40))
    first = next(found)
    kill()
    here = list(LocalEngine(1).map(slow, range(40)))
    np.testing.assert_array_equal([first, *found], here)


@pytest.mark.parametrize("items", [1, 2, 3, 7, 8, 9, 63, 64, 65, 200])
def test_sums_have_the_same_bits(engine: ClusterEngine, items: int) -> None:
    def draw(item: int) -> np.ndarray:
        return np.random.default_rng(item).lognormal(sigma=9, size=20)

    here = LocalEngine(2).reduce(draw, range(items), np.add)
    assert engine.reduce(draw, range(items), np.add).tobytes() == here.tobytes()
    with pytest.raises(ValueError, match="nothing to add"):
        engine.reduce(draw, range(0), np.add)


def test_branches_are_powers_of_two() -> None:
    assert [branch(items, 2) for items in (1, 15, 16, 31, 32, 64, 255, 256, 10**6)] == [1, 1, 2, 2, 4, 8, 16, 32, 32]


def test_what_a_task_raises_arrives(engine: ClusterEngine) -> None:
    def refuse(item: int) -> int:
        if item == 3:
            raise InputError(f"line {item}", "Correct it.")
        if item == 5:
            raise FileNotFoundError(2, "gone", "file")
        return item

    with pytest.raises(InputError, match="line 3\n  Correct it"):
        list(engine.map(refuse, range(5)))
    with pytest.raises(FileNotFoundError, match="gone"):
        list(engine.map(refuse, [1, 5]))
    assert list(engine.map(refuse, [1, 2])) == [1, 2]


def test_linear_algebra_has_one_thread_on_workers(engine: ClusterEngine) -> None:
    def threads(_: int) -> set[int]:
        import threadpoolctl

        np.ones((4, 4)) @ np.ones((4, 4))
        return {library["num_threads"] for library in threadpoolctl.threadpool_info()}

    assert set.union(*engine.map(threads, range(6))) == {1}


def test_another_version_on_the_workers_is_refused(cluster: Cluster, tmp_path: Path) -> None:
    cluster.set(1)
    here = os.getpid()

    def version() -> str:
        return str(os.getpid() == here)

    with (
        open_cluster(cluster.address, 1, tmp_path, version) as engine,
        pytest.raises(ClusterError, match="another version of reportgen"),
    ):
        list(engine.map(str, [1]))


@pytest.mark.slow
def test_a_lost_scheduler_leaves_the_output_untouched(tmp_path: Path, pair: Files) -> None:
    (tmp_path / "own").mkdir()
    own = Cluster(tmp_path / "own")
    try:
        own.set(1)
        made(configured(pair, "output"))
        before = files_below(pair.folder / "output")
        watched = Watched("Compare numbers of segments", own.scheduler.kill)
        with pytest.raises(ClusterError) as told:
            build(configured(pair, "output", engine="dask", scheduler=own.address, seed=2), watched)
        assert own.address in str(told.value)
        assert "was lost" in told.value.message
        assert "latest report is as it was" in told.value.hint
        after = files_below(pair.folder / "output")
        assert after == before
        assert not [path for path in (pair.folder / "output" / "private").iterdir() if path.name.startswith(".work-")]
    finally:
        own.end()


def test_no_scheduler(pair: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_open, "_CONNECT", 0.3)
    done = run(*pair.build(), "--engine", "dask", "--scheduler", "tcp://127.0.0.1:9")
    assert done.code == 1
    assert done.error.startswith("no Dask scheduler answers at tcp://127.0.0.1:9 (")
    assert "dask scheduler" in done.error
    assert not (pair.output / "runs").exists()


def test_a_scheduler_without_workers(cluster: Cluster, pair: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster.set(0)
    monkeypatch.setattr(cluster_open, "_WORKERS", 0.3)
    done = run(*pair.build(), "--engine", "dask", "--scheduler", cluster.address)
    assert (done.code, done.error.splitlines()[0]) == (1, f"the scheduler at {cluster.address} has no workers")


def test_without_dask(pair: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_open, "find_spec", lambda name: None if name in ("dask", "distributed") else name)
    done = run(*pair.build(), "--engine", "dask")
    assert done.code == 1
    assert done.error.startswith("the Dask engine needs packages that are not installed: dask, distributed\n")
    assert "pip install 'reportgen[dask]'" in done.error


def test_check_on_a_cluster_of_its_own(pair: Files, expected: dict[str, bytes]) -> None:
    table = check(configured(pair, "none", engine="dask", threads=1), Watched())
    assert (table.population.rows, len(table.population.blocks)) == (600, 13)
    assert made(configured(pair, "dask", engine="dask", threads=2)) == expected
