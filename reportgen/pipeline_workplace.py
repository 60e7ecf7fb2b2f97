"""Where a build works: a private folder for blocks and assignments, on the output's own disk."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from reportgen.engine.assignment import AssignedBlock
from reportgen.ingest.table import Side, read_ids
from reportgen.report.store import Output

_WORK = ".work-"
_ASSIGNMENTS = pa.schema(
    [("id", pa.string()), ("source", pa.string()), ("segment", pa.int8()), ("distance", pa.float32())]
)


@contextmanager
def workplace(output: Output) -> Iterator[Path]:
    """Make a private folder on the output's own disk for blocks and assignments, and remove it at the end.

    A killed build leaves its folder, with rows in it, but the system frees its lock: such folders are removed first.
    """
    output.private.mkdir(mode=0o700, exist_ok=True)
    locks = (lock.with_suffix("") for lock in output.private.glob(f"{_WORK}*.lock"))
    for abandoned in {*output.private.glob(f"{_WORK}*/"), *locks}:
        with suppress(Timeout), _held(abandoned):
            continue
    folder = output.private / f"{_WORK}{uuid.uuid4().hex}"
    with _held(folder):
        folder.mkdir(mode=0o700)
        yield folder


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold the lock of a work folder, which exists only under it, and remove the folder at the end."""
    lock = folder.with_suffix(".lock")
    with FileLock(lock, timeout=0):
        try:
            yield
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            lock.unlink(missing_ok=True)


class AssignmentWriter:
    """Writes who is in which segment, block by block; personal data, for the private folder only."""

    def __init__(self, path: Path) -> None:
        self._writer = pq.ParquetWriter(path, _ASSIGNMENTS, compression="zstd")

    def __enter__(self) -> AssignmentWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()

    def write(self, side: Side, block: AssignedBlock) -> None:
        """Add one block's rows."""
        ids = read_ids(block.block)
        distances = pa.array(block.distances, mask=block.segments == 0)
        columns = [pa.array(ids, pa.string()), pa.array([side.name] * len(ids)), pa.array(block.segments), distances]
        self._writer.write_batch(pa.record_batch(columns, schema=_ASSIGNMENTS))
