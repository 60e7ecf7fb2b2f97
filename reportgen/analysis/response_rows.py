"""The people of a past mailing, found in the blocks by id and scored by models that have not seen them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.folds import fold_of
from reportgen.analysis.ranking import Ranker
from reportgen.analysis.response import ResponseRows
from reportgen.analysis.score_rows import place_rows
from reportgen.analysis.segmentation import Model
from reportgen.engine.local import LocalEngine
from reportgen.ingest.block_files import Block
from reportgen.ingest.mailing import PastMailing
from reportgen.ingest.table import CodedTable, read_codes, read_hashes

__all__ = ["PastMailing", "find_mailing"]


@dataclass(frozen=True)
class _Found:
    """Places in the mailing of the rows of one block, and their index."""

    places: NDArray[np.intp]
    index: NDArray[np.float64]


def find_mailing(
    engine: LocalEngine, table: CodedTable, model: Model, ranker: Ranker, mailing: PastMailing
) -> ResponseRows:
    """Look up everybody of a mailing in the population, then in the customers, and score them.

    Parameters
    ----------
    mailing
        Hashes of ids with what each did.
    """
    order = np.argsort(mailing.hashes)
    ordered = mailing.hashes[order]

    def look_up(block: Block) -> _Found:
        hashes = read_hashes(block)
        at = np.minimum(np.searchsorted(ordered, hashes), len(ordered) - 1)
        rows = np.flatnonzero(ordered[at] == hashes)
        codes = read_codes(block, table.columns)[:, rows]
        segments = place_rows(model, table.columns, codes)
        codes = np.concatenate([codes, segments[np.newaxis].astype(np.int16)])
        return _Found(order[at[rows]], ranker.index(codes, fold_of(hashes[rows], ranker.seed)))

    index = np.full(len(ordered), np.nan)
    customer = np.zeros(len(ordered), dtype=np.bool_)
    for side in (table.customers, table.population):  # where somebody is in both, the population's row counts
        for found in engine.map(look_up, side.blocks):
            index[found.places] = found.index
            customer[found.places] |= side.name == "customers"
    known = np.flatnonzero(~np.isnan(index))
    return ResponseRows(
        index=index[known],
        response=mailing.response[known],
        amount=None if mailing.amount is None else mailing.amount[known],
        control=None if mailing.control is None else mailing.control[known],
        customer=customer[known],
        file=mailing.file,
        sha256=mailing.sha256,
        rows=len(mailing.hashes),
    )
