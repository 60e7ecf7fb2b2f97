"""How people become points: columns that enter the distance, their encoding, and the main dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.aspects import Aspect, aspects_of
from reportgen.analysis.components import Components, fit_components
from reportgen.analysis.encoding import Encoder, fit_encoder
from reportgen.analysis.findings import DataFindings
from reportgen.analysis.model_fit import fit_to
from reportgen.analysis.predecessor import Predecessor
from reportgen.analysis.quality import kind_in_distance
from reportgen.cache.stages import Stages
from reportgen.engine.local import LocalEngine
from reportgen.engine.passes import Placement, count_placed, padded, sum_moments
from reportgen.engine.sampling import SampleRows
from reportgen.errors import InputError
from reportgen.ingest.table import CodedColumn, CodedTable


@dataclass(frozen=True)
class Space:
    """How rows become points: the encoder, the same for what the population alone shows, and components."""

    encoder: Encoder
    shown: Encoder
    components: Components


def find_dimensions(
    data: DataFindings,
    engine: LocalEngine,
    placement: Placement,
    stages: Stages,
    predecessor: Predecessor | None,
    *,
    min_explained: float,
    on_components: bool,
) -> Space:
    """Fit how people become points, or take it from the segments that are kept.

    Parameters
    ----------
    data, engine, stages
        Coded files, what runs passes over them, and what keeps results.
    placement
        Who is placed.
    predecessor
        The issue before, if its segments are kept.
    min_explained, on_components
        See ``Settings``.

    Raises
    ------
    InputError
        If too few columns can build segments.
    """
    table, columns = data.table, data.table.population_columns
    if predecessor is not None and predecessor.model is not None:
        kept, shown = predecessor.model, fit_to(predecessor.stored, columns).encoder
        return Space(kept.encoder, shown, kept.components)
    placement = placement.among(columns)
    everybody = tuple(
        count[: len(column.codes)] for count, column in zip(data.counts["population"], columns, strict=True)
    )
    placed = stages.run(count_placed, engine, table.population, columns, placement, everybody)
    shown = fit_encoder(_built_on(data, columns), placed)
    if shown.width < 2:
        names = ", ".join(column.name for column in shown.columns) or "none"
        raise InputError(
            f"too few columns can build segments ({names})",
            "Look at `role`, `sensitivity` and missing codes in the dictionary, or raise max_missing.",
        )
    moments = stages.run(sum_moments, engine, table.population, shown.rows, placement)
    components = fit_components(moments, shown, min_explained, reduce=on_components)
    encoder = fit_encoder(_built_on(data, table.columns), padded(placed, table.columns))
    return Space(encoder, shown, components)


def _built_on(data: DataFindings, columns: Sequence[CodedColumn]) -> list[Aspect]:
    """Return what enters the distance, as these columns show it."""
    return [
        aspect
        for position, (column, quality) in enumerate(zip(columns, data.qualities, strict=True))
        if column.name not in data.left_out
        for aspect in aspects_of(column, position, kind_in_distance(column, quality.distinct))
    ]


def encoded(sample: SampleRows, table: CodedTable, encoder: Encoder) -> NDArray[np.int16]:
    """Take the sample's codes of the columns that the encoder reads, shape (n_columns, n_rows)."""
    position = {column.name: index for index, column in enumerate(table.columns)}
    return np.asarray(sample.codes[[position[column.name] for column in encoder.columns]])
