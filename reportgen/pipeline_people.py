"""The people of a run's population, read once more and scored by its model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from reportgen.analysis.saved_model import SavedModel
from reportgen.analysis.score_rows import contains
from reportgen.config import Config, CustomerWhere
from reportgen.errors import InputError
from reportgen.ingest.customers import CustomerMark
from reportgen.ingest.frozen import FrozenReader
from reportgen.ingest.ids import hash_ids
from reportgen.ingest.reader import Reader, ReadOptions, open_reader
from reportgen.pipeline_score import score_blocks
from reportgen.report.run_folder import RunFolder

INPUTS = "inputs.json"


def inputs_file(config: Config) -> bytes:
    """Say where the population of a run lies and how it is written; for the private folder, since it names a path."""
    inputs = config.inputs
    content = {
        "population": str(inputs.population.resolve()),
        "delimiter": inputs.delimiter,
        "decimal": inputs.decimal,
        "encoding": inputs.encoding,
        "sheet": inputs.sheet,
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


@dataclass(frozen=True)
class People:
    """The population of a run.

    Attributes
    ----------
    ids
        Arrow chunked array of strings.
    hashes : ndarray of uint64, shape (n_rows,)
    segments : ndarray of int8, shape (n_rows,)
    index : ndarray of float64, shape (n_rows,), or None
        Individual index; None when the run has no ranking.
    customer : ndarray of bool, shape (n_rows,), or None
        Who is a customer; None when that cannot be told.
    """

    ids: pa.ChunkedArray
    hashes: NDArray[np.uint64]
    segments: NDArray[np.int8]
    index: NDArray[np.float64] | None
    customer: NDArray[np.bool_] | None


def read_people(found: RunFolder, model: SavedModel, manifest: Mapping[str, Any], threads: int) -> People:
    """Read the population of a run and score everybody; about 40 bytes per person are held.

    Raises
    ------
    InputError
        If the file is not there any more, or is another one.
    """
    reader = _population(found, manifest)
    where = manifest["config"].get("inputs.customer_where", "")
    mark = None
    if where:
        parsed = CustomerWhere.model_validate(where)
        mark = (CustomerMark(reader.path.name, (parsed.column, parsed.value)), parsed.column)
    frozen = FrozenReader(reader, model.columns, model.id_column, mark)
    ids: list[pa.Array] = []
    hashes, segments, index, marked = [], [], [], []
    for rows, scored in score_blocks(model, frozen, threads):
        ids.append(rows.ids)
        hashes.append(rows.hashes)
        segments.append(scored.segments)
        index.append(scored.index)
        marked.append(rows.customer)
    all_hashes = np.concatenate(hashes)
    by_row = [part for part in index if part is not None]
    if mark is not None:
        customer: NDArray[np.bool_] | None = np.concatenate([part for part in marked if part is not None])
    else:
        known = _customers(found)
        customer = None if known is None else contains(known, all_hashes)
    return People(
        pa.chunked_array(ids),
        all_hashes,
        np.concatenate(segments),
        np.concatenate(by_row) if by_row else None,
        customer,
    )


def _population(found: RunFolder, manifest: Mapping[str, Any]) -> Reader:
    """Open the population file that the run was built from."""
    place = found.private / INPUTS
    try:
        known = json.loads(place.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{place}: not readable ({error})", "Build the report again.") from None
    path = Path(known["population"])
    hint = f"select reads the population that run {found.run} was built from; put it back, or build again."
    if not path.is_file():
        raise InputError(f"{path}: the population file is not there any more", hint)
    reader = open_reader(path, ReadOptions(known["delimiter"], known["decimal"], known["encoding"], known["sheet"]))
    built = next(entry["sha256"] for entry in manifest["inputs"] if entry["side"] == "population")
    if reader.source.sha256 != built:
        raise InputError(f"{path}: not the file any more that the report was built from (its hash differs)", hint)
    return reader


def _customers(found: RunFolder) -> NDArray[np.uint64] | None:
    """Return the ascending hashes of the customers' ids; None when ids do not tell customers in the population."""
    analysis = json.loads((found.folder / "analysis.json").read_text("utf-8"))
    if analysis["overlap"] is None:
        return None
    hashes = []
    with pq.ParquetFile(found.private / "assignments.parquet") as file:
        for batch in file.iter_batches(columns=["id", "source"]):
            ids = batch.filter(pc.equal(batch.column("source"), "customers")).column("id")
            if len(ids):
                hashes.append(hash_ids(ids))
    return np.unique(np.concatenate(hashes)) if hashes else np.zeros(0, dtype=np.uint64)
