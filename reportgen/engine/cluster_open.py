"""A cluster to work with: one that runs already, or one on this machine for the time of a build."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reportgen.engine.cluster import ClusterEngine, threads_of
from reportgen.engine.cluster_errors import ClusterError, address_of, told
from reportgen.errors import MissingLibraryError

if TYPE_CHECKING:
    from distributed import Client

_NEEDED = ("dask", "distributed", "cloudpickle", "fsspec")
_CONNECT = 10.0  # seconds
_WORKERS = 60.0  # seconds to wait for the first worker
_LOGGERS = ("distributed", "tornado.application", "asyncio")


def require_dask() -> None:
    """Refuse to go on without the packages of the Dask engine.

    Raises
    ------
    MissingLibraryError
        With what to install.
    """
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        are = "is" if len(missing) == 1 else "are"
        raise MissingLibraryError(
            f"the Dask engine needs packages that {are} not installed: {', '.join(missing)}",
            "Install them with: pip install 'reportgen[dask]'. Or leave --engine away: the report is the same.",
        )


@contextmanager
def open_cluster(
    scheduler: str | None, workers: int, scratch: Path, version: Callable[[], str]
) -> Iterator[ClusterEngine]:
    """Connect to a cluster, and leave it as it was.

    Parameters
    ----------
    scheduler
        Its address; None starts a cluster on this machine, which ends with the context.
    workers
        Worker processes of a cluster that is started, each with one thread.
    scratch
        Existing private folder for what the workers of such a cluster lay aside.
    version
        Returns the version of the code.

    Raises
    ------
    MissingLibraryError
        Without Dask.
    ClusterError
        If there is no scheduler, or no worker within a minute.
    """
    require_dask()
    import dask
    import distributed  # noqa: F401 (brings its settings, which would else end with the context)

    # A pass carries its sample with it: some megabytes, once per worker.
    ours = {"distributed.comm.timeouts.connect": _CONNECT, "distributed.admin.large-graph-warning-threshold": "1GB"}
    with dask.config.set(ours), _quiet():
        if scheduler is not None:
            with _connected(scheduler) as client:
                yield _engine(client, version)
            return
        with _local_cluster(workers, scratch) as cluster, _connected(cluster) as client:
            yield _engine(client, version)


def _engine(client: Client, version: Callable[[], str]) -> ClusterEngine:
    return ClusterEngine(threads=threads_of(client), client=client, build=uuid.uuid4().hex, version=version)


@contextmanager
def _connected(where: Any) -> Iterator[Client]:
    from distributed import Client

    try:
        client = Client(where, timeout=_CONNECT, set_as_default=False)
    except (OSError, ValueError, ImportError) as error:
        raise ClusterError(
            f"no Dask scheduler answers at {where} ({str(error).splitlines()[0] if str(error) else error!r})",
            "Start it with `dask scheduler`, and check the address: it reads like tcp://host:8786.",
        ) from error
    try:
        with told(client):
            try:
                client.wait_for_workers(1, timeout=_WORKERS)
            except TimeoutError:
                raise ClusterError(
                    f"the scheduler at {address_of(client)} has no workers",
                    "Start some with `dask worker ADDRESS --nthreads 1`.",
                ) from None
        yield client
    finally:
        client.close(timeout=2)


@contextmanager
def _local_cluster(workers: int, scratch: Path) -> Iterator[Any]:
    from distributed import LocalCluster

    cluster = LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",  # any free port; nobody is told
        worker_dashboard_address=None,
        local_directory=str(scratch),
        silence_logs=logging.CRITICAL,
    )
    try:
        yield cluster
    finally:
        cluster.close(timeout=10)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask's own messages off the terminal: what matters is raised."""
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)
