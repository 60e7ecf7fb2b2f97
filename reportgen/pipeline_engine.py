"""Where the passes of a build run, as the settings say."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from reportgen.cache.fingerprint import analysis_version
from reportgen.config import Config
from reportgen.engine.held import HeldBlocks
from reportgen.engine.helpers import Helpers
from reportgen.engine.local import LocalEngine
from reportgen.ingest.block_files import Block, remove_all
from reportgen.ingest.crew import Crew
from reportgen.inputs import parts_of
from reportgen.pipeline_children import threads_of

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


@dataclass(frozen=True)
class Machinery:
    """What a build works with.

    Attributes
    ----------
    engine
        Runs the passes.
    folder
        Existing folder for blocks; empty where they lie in a store.
    crew
        Workers that read the files; None reads them here.
    """

    engine: LocalEngine
    folder: Path
    crew: Crew | None


@contextmanager
def open_engine(config: Config, place: Path, helpers: Helpers | None = None) -> Iterator[Machinery]:
    """Make the engine ready, and a place for the blocks, which is removed at the end.

    Parameters
    ----------
    place
        Existing private folder of the build.
    helpers
        Share fits on samples with the local engine.

    Raises
    ------
    MissingLibraryError, ClusterError
        If the Dask engine is asked for and there is no Dask, scheduler or worker, or a worker does not reach the files.
    """
    folder = place / "blocks"
    folder.mkdir(mode=0o700)
    threads = threads_of(config)
    if config.analysis.engine == "local":
        yield Machinery(LocalEngine(threads, HeldBlocks(_HELD_BYTES), helpers), folder, None)
        return
    from reportgen.engine.cluster_open import open_cluster  # Dask is an extra, and takes a while to import
    from reportgen.engine.cluster_probe import require_reach

    scratch = place / "scratch"
    scratch.mkdir(mode=0o700)
    with (
        open_cluster(config.analysis.scheduler, threads, scratch, analysis_version) as engine,
        _place_for_blocks(config.analysis.blocks, folder) as blocks,
    ):
        inputs = (config.inputs.population, config.inputs.customers)
        files = [file for path in inputs if path is not None for file in parts_of(path)]
        require_reach(engine, blocks, files)
        yield Machinery(engine, blocks if isinstance(blocks, Path) else folder, Crew(engine, blocks))


@contextmanager
def _place_for_blocks(given: str | None, folder: Path) -> Iterator[Block]:
    """Make a folder of this build's own where the blocks shall lie, by default the given one, and remove it."""
    own = f"reportgen-{uuid.uuid4().hex}"
    if given is None:
        yield folder
    elif "://" in given:
        address = f"{given.rstrip('/')}/{own}"
        try:
            yield address
        finally:
            with suppress(Exception):  # what went wrong before is what matters
                remove_all(address)
    else:
        place = Path(given) / own
        place.mkdir(mode=0o700, parents=True)
        try:
            yield place
        finally:
            shutil.rmtree(place, ignore_errors=True)
