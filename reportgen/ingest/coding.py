"""Rows as they are read into raw codes; the same on one machine and on many."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reportgen.ingest.blocks import CodedRows
from reportgen.ingest.columns import Columns
from reportgen.ingest.ids import IdLog, hash_rows
from reportgen.ingest.number_codes import NumberCodes
from reportgen.ingest.schema import Plan
from reportgen.ingest.table import SideName


def encode(
    columns: Columns,
    plan: Plan,
    block: Sequence[pa.RecordBatch],
    side: SideName,
    before: int,
    chosen: NDArray[np.bool_] | None,
    ids: IdLog | None,
) -> CodedRows:
    """Return the rows of one block in coded form, and count them on their side or sides.

    Parameters
    ----------
    columns, ids
        Accumulators, which see the rows; without ``ids`` row numbers serve.
    block
        Batches that make up the block.
    side
        Whose file it is.
    before
        Rows of the file before the block.
    chosen : ndarray of bool, shape (n_rows,)
        Who is a customer, where one file holds both sides; else None.
    """
    count = sum(batch.num_rows for batch in block)
    raw: dict[str, NDArray[np.int32]] = {}
    numbers = np.empty(count, dtype=np.float64)
    for name, codes in columns.codes.items():
        out = raw[name] = np.empty(count, dtype=np.int32)
        start = 0
        for batch in block:
            rows = slice(start, start + batch.num_rows)
            if isinstance(codes, NumberCodes):
                codes.encode(batch.column(name), out[rows], numbers[rows])
            else:
                codes.encode(batch.column(name), out[rows])
            start += batch.num_rows
        if isinstance(codes, NumberCodes):
            codes.count(side, out, numbers)
            if chosen is not None:
                codes.count("customers", out[chosen], numbers[chosen])
        else:
            codes.count(side, out)
            if chosen is not None:
                codes.count("customers", out[chosen])
    if ids is not None:
        texts = pa.concat_arrays([batch.column(plan.id_column) for batch in block])
        return CodedRows(raw, ids.add(texts), texts)
    texts = pa.array(np.arange(before + 1, before + count + 1)).cast(pa.string())
    return CodedRows(raw, hash_rows(side, before, count), texts)
