"""Who is in which segment, written while everybody is assigned."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from reportgen.engine.assignment import AssignedBlock
from reportgen.ingest.table import Side, read_ids

_ASSIGNMENTS = pa.schema(
    [("id", pa.string()), ("source", pa.string()), ("segment", pa.int8()), ("distance", pa.float32())]
)


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
