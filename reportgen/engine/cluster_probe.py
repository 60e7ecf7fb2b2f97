"""Whether workers reach the files of a build, found out before any work is done."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import Path

from reportgen.engine.cluster import ClusterEngine
from reportgen.engine.cluster_errors import ClusterError, told
from reportgen.ingest.block_files import Block, block_at, read_bytes, remove_block, write_bytes

_HERE = b"reportgen"


def require_reach(engine: ClusterEngine, place: Block, files: Sequence[Path]) -> None:
    """Refuse workers that do not read the input files, or what is written to the place for blocks.

    Raises
    ------
    ClusterError
        With the worker, the file and the reason.
    """
    assert engine.client is not None
    probe = block_at(place, f"probe-{uuid.uuid4().hex}")
    try:
        write_bytes(probe, _HERE)
    except Exception as error:  # of any store
        raise _unreached("this machine", place, error) from error
    sizes = [(file, file.stat().st_size) for file in files if file.is_file()]  # the reader tells of those that are not
    try:
        with told(engine.client):
            answers: dict[str, tuple[str, str] | None] = engine.client.run(_look, probe, place, sizes)
    finally:
        remove_block(probe)
    for worker, answer in sorted(answers.items()):
        if answer is not None:
            raise _unreached(f"the worker {worker}", *answer)


def _unreached(who: str, what: object, why: object) -> ClusterError:
    return ClusterError(
        f"{who} does not reach {what} ({why})",
        "Inputs and output must lie on a disk that all workers share under the same path; coded rows may lie in a "
        "store instead: set blocks in [analysis], see docs/cluster.md.",
    )


def _look(probe: Block, place: Block, sizes: Sequence[tuple[Path, int]]) -> tuple[str, str] | None:
    """Return what a worker does not reach, and why."""
    try:
        if read_bytes(probe) != _HERE:
            return str(place), "it holds something else"
        own = f"{probe}-{uuid.uuid4().hex}"
        mine = own if isinstance(probe, str) else Path(own)
        write_bytes(mine, _HERE)
        remove_block(mine)
    except Exception as error:  # of any store
        return str(place), str(error) or repr(error)
    for file, size in sizes:
        try:
            if file.stat().st_size != size:
                return str(file), "its size is another one there"
        except OSError as error:
            return str(file), error.strerror or str(error)
    return None
