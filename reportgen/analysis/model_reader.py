"""A stored model read back: everything that assigns people, free of the files that it was made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.components import Components, stored_reason
from reportgen.analysis.model_check import MODEL_FILES, read_checked
from reportgen.analysis.segmentation import Segmentation
from reportgen.errors import ModelError

REFIT = "Build with --refit."


@dataclass(frozen=True)
class StoredColumn:
    """A column as the model saw it: its type, and what each code was (see ``Status``)."""

    name: str
    kind: str
    status: Mapping[str, int]


@dataclass(frozen=True)
class StoredTable:
    """One look-up table.

    Attributes
    ----------
    column, part
        What it encodes.
    ordered
        Whether it is a scale.
    level_names
        What a high value of each encoded column means.
    ranked
        Whether the scale went through a rank-normal transform.
    rows : ndarray of float32, shape (n_codes, width)
        In the order of the column's codes.
    values : ndarray of float64, shape (n_codes,)
        Number of each code on the scale; NaN where there is none, empty for names.
    """

    column: str
    part: str
    ordered: bool
    level_names: tuple[str, ...]
    ranked: bool
    rows: NDArray[np.float32]
    values: NDArray[np.float64]


@dataclass(frozen=True)
class StoredModel:
    """Everything that assigns people, free of the files that it was made from.

    Attributes
    ----------
    columns
        By name.
    tables
        In the order of the encoded columns.
    components
        Mean, eigenvalues and loadings.
    segmentation
        Centroids and ids; sizes are not stored and 0.
    counted
        Columns whose gaps are counted.
    threshold
        Missing values from which a row is a low-information record; None when every row is placed.
    fingerprint
        SHA-256 of mean, components, centroids and ids: equal for equal segments.
    """

    columns: Mapping[str, StoredColumn]
    tables: tuple[StoredTable, ...]
    components: Components
    segmentation: Segmentation
    counted: tuple[str, ...]
    threshold: int | None
    fingerprint: str


def read_model(folder: Path) -> StoredModel:
    """Read the model of a run, ``private/<run>/model``.

    Raises
    ------
    ModelError
        If it is missing, of another version, or differs from its hash. Nothing is ever unpickled.
    """
    try:
        return parse_model({name: (folder / name).read_bytes() for name in MODEL_FILES}, str(folder))
    except OSError as error:
        raise ModelError(f"{error.filename}: the model cannot be read ({error.strerror})", REFIT) from None


def parse_model(files: Mapping[str, bytes], where: str) -> StoredModel:
    """Read the files that ``model_files`` wrote; raises as ``read_model``."""
    told, arrays = read_checked(files, where, REFIT)
    try:
        return _stored(told, arrays)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise ModelError(f"{where}: not a model of this form ({error!r})", REFIT) from error


def _stored(told: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> StoredModel:
    # columns that are there for the ranking alone may come and go
    used = {*told["placement"]["columns"], *(table["column"] for table in told["tables"])}
    columns = {
        column["name"]: StoredColumn(
            column["name"], column["type"], dict(zip(column["codes"], column["status"], strict=True))
        )
        for column in told["columns"]
        if column["name"] in used
    }
    tables = tuple(
        StoredTable(
            table["column"],
            table["part"],
            table["ordered"],
            tuple(table["levels"]),
            table["ranked"],
            arrays[table["array"]],
            arrays[table["array"].replace("table", "values")] if table["ordered"] else np.zeros(0),
        )
        for table in told["tables"]
    )
    components = Components(
        arrays["mean"],
        arrays["eigenvalues"],
        arrays["loadings"],
        told["components"]["kept"],
        stored_reason(told["components"]["reason"]),
        arrays["variances"],
    )
    ids, centroids = tuple(told["ids"]), arrays["centroids"]
    segmentation = Segmentation(centroids, 0, True, np.zeros(len(centroids), dtype=np.int64), ids)
    digest = hashlib.sha256(json.dumps(ids).encode())
    for name in ("mean", "basis", "centroids"):
        digest.update(np.ascontiguousarray(arrays[name]).tobytes())
    fingerprint = digest.hexdigest()
    placement = told["placement"]
    return StoredModel(
        columns, tables, components, segmentation, tuple(placement["columns"]), placement["threshold"], fingerprint
    )
