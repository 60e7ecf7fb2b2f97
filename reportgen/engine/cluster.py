"""The Dask engine: the passes of the local one on the workers of a cluster, with the same sums in the same order.

A pass is a pure function of a block. It travels once per worker, by cloudpickle over Dask's own connections; items and
results travel per task. Tasks may run twice, on any worker, so a worker that dies costs time and nothing else.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from threadpoolctl import threadpool_limits

from reportgen.engine.cluster_errors import NO_WORKER, VersionError, lost, told
from reportgen.engine.held import HeldBlocks
from reportgen.engine.local import LocalEngine, tree_reduce
from reportgen.engine.memory import use_system_memory

if TYPE_CHECKING:
    from distributed import Client, Future

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

HELD_BYTES = 100_000_000  # of decoded blocks on each worker
WAITING = 4  # results per worker thread that may wait to be consumed
MOST_IN_A_TASK = 32  # blocks that one task adds up, a power of two
TASKS_PER_THREAD = 4  # of a pass: enough to balance workers of different speed
_LOOK_EVERY = 5.0  # seconds
_PATIENCE = 60.0  # seconds without any worker


@dataclass(frozen=True)
class ClusterEngine(LocalEngine):
    """Runs a pure function over items on the workers of a Dask cluster; stands wherever a `LocalEngine` is asked for.

    Attributes
    ----------
    client
        Connected to the scheduler.
    build
        Tells this build from others on the same workers, which hold blocks between passes.
    version
        Returns the version of the code that runs; workers whose version differs are refused.
    """

    client: Client | None = None
    build: str = ""
    version: Callable[[], str] = str

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel as what a pass needs on a worker: something that reads blocks."""
        return _engine_on_worker, (self.build,)

    def map(self, function: Callable[[_Item], _Result], items: Iterable[_Item]) -> Iterator[_Result]:
        """Yield ``function(item)`` for each item, in the order of the items; a few results per worker wait."""
        run = _Run(self, function)
        try:
            yield from run.results(_one, items)
        finally:
            run.end()

    def reduce(
        self,
        function: Callable[[_Item], _Result],
        items: Iterable[_Item],
        add: Callable[[_Result, _Result], _Result],
    ) -> _Result:
        """Add ``function(item)`` over all items in the tree of `tree_reduce`, its lower branches on the workers.

        A task adds up 2^n consecutive results, which are a whole branch of that tree: only one result per branch
        travels, and the sum is the same whatever n.
        """
        given = list(items)
        run = _Run(self, (function, add))
        size = branch(len(given), run.threads)
        groups = [given[start : start + size] for start in range(0, len(given), size)]
        try:
            total: _Result = tree_reduce(run.results(_branch, groups), add)
            return total
        finally:
            run.end()


def branch(items: int, threads: int) -> int:
    """Return how many consecutive items a task adds up: a power of two that leaves each thread a few tasks."""
    size = 1
    while size < MOST_IN_A_TASK and items >= 2 * size * threads * TASKS_PER_THREAD:
        size *= 2
    return size


def threads_of(client: Client) -> int:
    """Return the threads of all workers together, at least 1."""
    with told(client):
        return max(1, sum(workers_of(client).values()))


def workers_of(client: Client) -> dict[str, int]:
    """Return the threads of each worker by its address."""
    found = client.scheduler_info(n_workers=-1).get("workers")
    if found is None:  # said when the scheduler has gone
        raise lost(client)
    return {address: int(worker["nthreads"]) for address, worker in found.items()}


class _Run:
    """One pass over items: its code on the workers, and the tasks that wait for their turn."""

    def __init__(self, engine: ClusterEngine, function: object) -> None:
        assert engine.client is not None
        import cloudpickle

        self._client = engine.client
        self.threads = threads_of(self._client)
        self._name = uuid.uuid4().hex, engine.version()
        # As the result of a task, it can be made again where its worker has died, and goes from worker to worker. As
        # bytes, since what a worker made of them need not be fit to travel again.
        self._code = self._submit(bytes, cloudpickle.dumps((function, engine.version)))
        self._waiting: deque[Future[Any]] = deque()

    def results(self, task: Callable[[bytes, _Name, Any], Any], items: Iterable[_Item]) -> Iterator[Any]:
        """Yield the results of a task on each item, in order."""
        left = iter(items)
        for item in islice(left, WAITING * self.threads):
            self._waiting.append(self._submit(task, self._code, self._name, item))
        while self._waiting:
            result = self._await(self._waiting.popleft())
            for item in islice(left, 1):
                self._waiting.append(self._submit(task, self._code, self._name, item))
            yield result

    def end(self) -> None:
        """Forget tasks that nobody waits for any more."""
        for future in (*self._waiting, self._code):
            future.release()

    def _submit(self, task: Callable[..., Any], *arguments: object) -> Future[Any]:
        with told(self._client):
            return self._client.submit(task, *arguments, pure=False, retries=1)

    def _await(self, future: Future[Any]) -> Any:
        from distributed import TimeoutError as WaitError

        alone_since: float | None = None
        while True:
            with told(self._client):
                try:
                    return future.result(timeout=_LOOK_EVERY)
                except WaitError:
                    if future.status == "error":  # the task's own
                        raise
                present = bool(workers_of(self._client))
            alone_since = None if present else alone_since or time.monotonic()
            if alone_since is not None and time.monotonic() - alone_since > _PATIENCE:
                raise NO_WORKER


_Name = tuple[str, str]  # of a pass, and the version of the code that it needs


def _one(code: bytes, name: _Name, item: Any) -> Any:
    _pin()
    return _unpacked(code, name)(item)


def _branch(code: bytes, name: _Name, items: Sequence[Any]) -> Any:
    _pin()
    function, add = _unpacked(code, name)
    return tree_reduce((function(item) for item in items), add)


_passes: dict[str, Any] = {}  # the one that this process works at, and the one before
_lock = threading.Lock()


def _unpacked(code: bytes, name: _Name) -> Any:
    """Return what a pass brought along, unpacked once in each process."""
    import cloudpickle

    key, expected = name
    with _lock:
        if key not in _passes:
            function, version = cloudpickle.loads(code)
            if version() != expected:
                raise VersionError
            while len(_passes) > 1:
                del _passes[next(iter(_passes))]
            _passes[key] = function
        return _passes[key]


def _pin() -> None:
    """Let linear algebra and OpenMP use one thread, for good: several tasks may run in one process."""
    threadpool_limits(1)


_engines: dict[str, LocalEngine] = {}  # of the build that this process works for


def _engine_on_worker(build: str) -> LocalEngine:
    """Return the reader of blocks of a build; what was held for an earlier one is forgotten."""
    engine = _engines.get(build)
    if engine is None:
        use_system_memory()
        _engines.clear()
        engine = _engines[build] = LocalEngine(1, HeldBlocks(HELD_BYTES))
    return engine
