"""The model on disk: JSON and plain arrays, never a pickle.

``model.json`` says what the arrays mean and carries their hash; ``arrays.npz`` holds the look-up tables, the components
and the centroids. ``model_reader`` reads them back.
"""

from __future__ import annotations

import hashlib
import io
import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.segmentation import Model

MODEL_VERSION = 1


def model_files(model: Model) -> dict[str, bytes]:
    """Write the model.

    Returns
    -------
    dict
        ``model.json`` and ``arrays.npz`` by name. The same model gives the same bytes.
    """
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
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    content = buffer.getvalue()
    description = {
        "model_version": MODEL_VERSION,
        "arrays_sha256": hashlib.sha256(content).hexdigest(),
        "segments": model.segmentation.k,
        "ids": list(model.segmentation.public_ids),
        "components": {"kept": model.components.kept, "reason": model.components.reason},
        "placement": {
            "columns": [column.name for column in model.placement.columns],
            "threshold": model.placement.threshold,
        },
        "columns": [
            {
                "name": column.name,
                "type": column.feature.kind,
                "codes": list(column.codes),
                "status": [int(status) for status in column.status],
            }
            for column in _columns(model)
        ],
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
    }
    return {
        "model.json": (json.dumps(description, ensure_ascii=False, indent=1) + "\n").encode(),
        "arrays.npz": content,
    }


def _columns(model: Model) -> list[Any]:
    """Return every column that the model reads, to encode rows or to count their gaps, each once."""
    return list({column.name: column for column in (*model.placement.columns, *model.encoder.columns)}.values())
