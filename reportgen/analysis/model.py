"""The model on disk: JSON and plain arrays, never a pickle.

``model.json`` says what the arrays mean and carries two hashes: ``arrays_sha256`` of ``arrays.npz``, and ``sha256`` of
everything else that it says itself. The arrays hold the look-up tables, the components, the centroids and, where there
is a ranking, its models as numbers. ``saved_model`` reads them back to score people, ``model_reader`` to go on with the
same segments.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.model_ranking import ranking_columns, write_ranking
from reportgen.analysis.ranking_findings import NoRanking, RankingFindings
from reportgen.analysis.segmentation import Model
from reportgen.ingest.table import CodedColumn, CodedTable

MODEL_VERSION = 2
DESCRIPTION, ARRAYS = "model.json", "arrays.npz"


def model_files(model: Model, table: CodedTable, ranking: RankingFindings | NoRanking) -> dict[str, bytes]:
    """Write the model.

    Parameters
    ----------
    model
        What puts people into segments.
    table
        The coded files that it was made from.
    ranking
        What ranks people, or why nothing does.

    Returns
    -------
    dict
        ``model.json`` and ``arrays.npz`` by name. The same model gives the same bytes.
    """
    columns = model_columns(model, table, ranking)
    arrays: dict[str, NDArray[Any]] = {
        "mean": model.components.mean,
        "basis": model.components.basis,
        "centroids": model.segmentation.centroids,
        "eigenvalues": model.components.eigenvalues,
        "loadings": model.components.loadings,
        "variances": model.components.variances,
    }
    for index, stretch in enumerate(model.encoder.stretches):
        arrays[f"table_{index:04d}"] = stretch.table
        if stretch.aspect.ordered:
            arrays[f"values_{index:04d}"] = stretch.aspect.values
    for index, column in enumerate(columns):
        if column.feature.is_number:
            arrays[f"numbers_{index:04d}"] = column.values
    description: dict[str, Any] = {
        "model_version": MODEL_VERSION,
        "arrays_sha256": "",
        "id_column": table.id_column,
        "segments": model.segmentation.k,
        "ids": list(model.segmentation.public_ids),
        "components": {"kept": model.components.kept, "reason": model.components.reason},
        "placement": {
            "columns": [column.name for column in model.placement.columns],
            "threshold": model.placement.threshold,
        },
        "columns": [_column(index, column) for index, column in enumerate(columns)],
        "tables": [
            {
                "array": f"table_{index:04d}",
                "column": stretch.aspect.column.name,
                "part": stretch.aspect.part,
                "ordered": stretch.aspect.ordered,
                "levels": list(stretch.level_names),
                "ranked": stretch.ranked,
            }
            for index, stretch in enumerate(model.encoder.stretches)
        ],
        "ranking": write_ranking(ranking, table.columns, columns, arrays),
    }
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    content = buffer.getvalue()
    description["arrays_sha256"] = hashlib.sha256(content).hexdigest()
    description = {"sha256": description_hash(description), **description}
    return {
        DESCRIPTION: (json.dumps(description, ensure_ascii=False, indent=1) + "\n").encode(),
        ARRAYS: content,
    }


def description_hash(description: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a description without its own hash, in one spelling."""
    content = {key: value for key, value in description.items() if key != "sha256"}
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def model_columns(model: Model, table: CodedTable, ranking: RankingFindings | NoRanking) -> tuple[CodedColumn, ...]:
    """Return every column that is read, to encode rows, to count their gaps or to rank, in the order of the table."""
    read: Sequence[CodedColumn] = (*model.placement.columns, *model.encoder.columns, *ranking_columns(ranking))
    names = {column.name for column in read}
    return tuple(column for column in table.columns if column.name in names)


def _column(index: int, column: CodedColumn) -> dict[str, Any]:
    return {
        "name": column.name,
        "type": column.feature.kind,
        "codes": list(column.codes),
        "status": [int(status) for status in column.status],
        "missing": sorted(column.feature.missing),
        "numbers": f"numbers_{index:04d}" if column.feature.is_number else None,
    }
