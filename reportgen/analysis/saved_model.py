"""The model read back from disk, ready to put people into segments and to rank them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.folds import fold_of
from reportgen.analysis.model import DESCRIPTION
from reportgen.analysis.model_check import MODEL_FILES, read_checked
from reportgen.analysis.model_ranking import read_ranker
from reportgen.analysis.ranking import Ranker
from reportgen.engine.assignment import Assigner
from reportgen.engine.passes import CHUNK_ROWS, RowEncoder
from reportgen.errors import ModelError
from reportgen.feature import NUMBER_KINDS, Feature, Kind
from reportgen.ingest.table import CodedColumn, Status

_HINT = "Build the report again: it writes the model anew."


@dataclass(frozen=True)
class Scored:
    """Some rows with their segment and index.

    Attributes
    ----------
    segments : ndarray of int8, shape (n_rows,)
        Places 1..k, or 0 for rows with too little data to be placed.
    index : ndarray of float64, shape (n_rows,), or None
        Individual index; None when the run has no ranking.
    """

    segments: NDArray[np.int8]
    index: NDArray[np.float64] | None


@dataclass(frozen=True)
class SavedModel:
    """A run's model.

    Attributes
    ----------
    columns
        What is read of a person. Every column has one raw code more than the build saw: the last one stands for
        codes that the build did not see, and is missing.
    assigner, counted, threshold
        Nearest centroid; the columns whose gaps decide whether a row is placed, as positions; and how many gaps are
        too many, None for no limit.
    ranker
        Individual index; None when the run has no ranking.
    trusted
        Whether lists may follow the individual index rather than the segments.
    reason
        Why there is no ranking; else empty.
    id_column
        Name of the id column of the build; "" when row numbers were ids.
    ids
        Id of each placed segment by place, under which readers know it.
    """

    columns: tuple[CodedColumn, ...]
    assigner: Assigner
    counted: tuple[int, ...]
    threshold: int | None
    ranker: Ranker | None
    trusted: bool
    reason: str
    id_column: str
    ids: tuple[int, ...]

    @property
    def segments(self) -> int:
        """Number of placed segments."""
        return len(self.ids)

    def score(self, codes: NDArray[np.int16], hashes: NDArray[np.uint64]) -> Scored:
        """Put rows into segments and rank them, each by a model that has not seen it.

        Parameters
        ----------
        codes : ndarray of int16, shape (n_columns, n_rows)
            Raw codes of ``columns``.
        hashes : ndarray of uint64, shape (n_rows,)
            Hashes of the ids.
        """
        position = {column.name: at for at, column in enumerate(self.columns)}
        encoded = [position[column.name] for column in self.assigner.encoder.columns]
        segments = np.empty(codes.shape[1], dtype=np.int8)
        for start in range(0, codes.shape[1], CHUNK_ROWS):
            chunk = slice(start, start + CHUNK_ROWS)
            segments[chunk] = self.assigner.nearest(codes[encoded, chunk])
        segments += 1
        if self.threshold is not None:
            gaps = np.zeros(codes.shape[1], dtype=np.int16)
            for at in self.counted:
                gaps += self.columns[at].missing[codes[at]]
            segments[gaps >= self.threshold] = 0
        if self.ranker is None:
            return Scored(segments, None)
        with_segment = np.concatenate([codes, segments[np.newaxis].astype(np.int16)])
        return Scored(segments, self.ranker.index(with_segment, fold_of(hashes, self.ranker.seed)))


def load_model(folder: Path) -> SavedModel:
    """Read and check a model.

    Parameters
    ----------
    folder
        Holds ``model.json`` and ``arrays.npz``.

    Raises
    ------
    ModelError
        If a file is missing, was changed after it was written, or is of another version.
    """
    description, arrays = _read_checked(folder)
    try:
        return _assemble(description, arrays)
    except (KeyError, ValueError, TypeError, IndexError, AttributeError) as error:
        raise ModelError(f"{folder / DESCRIPTION}: not a model of this form ({error!r})", _HINT) from error


def _read_checked(folder: Path) -> tuple[Mapping[str, Any], Mapping[str, NDArray[Any]]]:
    """Read both files and compare their hashes before anything in them is used."""
    try:
        files = {name: (folder / name).read_bytes() for name in MODEL_FILES}
    except OSError as error:
        raise ModelError(f"{error.filename}: the model cannot be read ({error.strerror})", _HINT) from None
    return read_checked(files, str(folder), _HINT)


def _assemble(description: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> SavedModel:
    columns = tuple(_column(entry, arrays) for entry in description["columns"])
    position = {column.name: at for at, column in enumerate(columns)}
    ranking = description["ranking"]
    return SavedModel(
        columns=columns,
        assigner=_assigner(description, arrays, columns, position),
        counted=tuple(position[name] for name in description["placement"]["columns"]),
        threshold=description["placement"]["threshold"],
        ranker=read_ranker(ranking, arrays, len(columns)),
        trusted=bool(ranking.get("trusted", False)),
        reason=ranking.get("reason", ""),
        id_column=description["id_column"],
        ids=tuple(int(known) for known in description["ids"]),
    )


def _column(entry: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> CodedColumn:
    """Rebuild a column with one raw code more, for what the build did not see."""
    kind = Kind(entry["type"])
    feature = Feature(entry["name"], "", kind, frozenset(entry["missing"]), label=entry["name"])
    codes = entry["codes"]
    numbers = np.full(len(codes), np.nan) if kind not in NUMBER_KINDS else arrays[entry["numbers"]]
    status = np.append(np.array(entry["status"], dtype=np.int8), np.int8(Status.UNKNOWN))
    if len(status) != len(codes) + 1 or len(numbers) != len(codes):
        raise ValueError(f"column {entry['name']}")
    return CodedColumn(
        feature, (*codes, ""), status, np.append(numbers, np.nan), (), np.full(len(status), -1, dtype=np.int16), {}
    )


def _assigner(
    description: Mapping[str, Any],
    arrays: Mapping[str, NDArray[Any]],
    columns: tuple[CodedColumn, ...],
    position: Mapping[str, int],
) -> Assigner:
    """Rebuild the nearest-centroid look-up; see ``segmentation.make_assigner`` for the formula."""
    used = sorted({position[table["column"]] for table in description["tables"]})
    place = {at: number for number, at in enumerate(used)}
    tables = []
    for entry in description["tables"]:
        table = np.asarray(arrays[entry["array"]], dtype=np.float32)
        neutral = np.zeros((1, table.shape[1]), dtype=np.float32)
        tables.append((place[position[entry["column"]]], np.concatenate([table, neutral])))
    encoder = RowEncoder(tuple(columns[at] for at in used), tuple(tables))
    mean, basis, centroids = (arrays[name] for name in ("mean", "basis", "centroids"))
    weights = basis @ centroids.T
    constant = (centroids**2).sum(axis=1) + 2.0 * mean @ weights
    return Assigner(
        encoder, weights.astype(np.float32), constant.astype(np.float32), basis.astype(np.float32),
        (mean @ basis).astype(np.float32),
    )  # fmt: skip
