"""Where the passes of a build run, as the settings say."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reportgen.cache.fingerprint import analysis_version
from reportgen.config import Config
from reportgen.engine.held import HeldBlocks
from reportgen.engine.local import LocalEngine

_HELD_BYTES = 100_000_000  # of decoded blocks: about a million rows of 85 columns


def require_engine(config: Config) -> None:
    """Refuse an engine whose packages are not there.

    Raises
    ------
    MissingLibraryError
        With what to install.
    """
    if config.analysis.engine == "dask":
        from reportgen.engine.cluster_open import require_dask

        require_dask()


@contextmanager
def open_engine(config: Config, place: Path) -> Iterator[LocalEngine]:
    """Make the engine ready.

    Parameters
    ----------
    place
        Existing private folder, for what workers lay aside.

    Raises
    ------
    MissingLibraryError, ClusterError
        If the Dask engine is asked for and there is no Dask, scheduler or worker.
    """
    threads = config.analysis.threads or _processors()
    if config.analysis.engine == "local":
        yield LocalEngine(threads, HeldBlocks(_HELD_BYTES))
        return
    from reportgen.engine.cluster_open import open_cluster  # Dask is an extra, and takes a while to import

    scratch = place / "scratch"
    scratch.mkdir(mode=0o700)
    with open_cluster(config.analysis.scheduler, threads, scratch, analysis_version) as engine:
        yield engine


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
