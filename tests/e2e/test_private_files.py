"""Assignments and model: they agree with the report, and with an assignment worked out from the arrays alone."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray

from tests.cli.sample import make_pair
from tests.e2e.conftest import Finished, build_finished

Records = list[dict[str, Any]]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """Build a pair of which so many are hardly known that they are set apart."""
    return build_finished(make_pair(secrets=True, hardly_known=0.2), tmp_path_factory.mktemp("apart"))


@pytest.fixture(scope="module")
def assignments(finished: Finished) -> Records:
    rows: Records = pq.read_table(finished.private / "assignments.parquet").to_pylist()
    return rows


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_columns(finished: Finished) -> None:
    assert pq.read_schema(finished.private / "assignments.parquet").remove_metadata() == pa.schema(
        [("id", pa.string()), ("source", pa.string()), ("segment", pa.int8()), ("distance", pa.float32())]
    )


def test_everybody_is_there_once_per_side_in_file_order(finished: Finished, assignments: Records) -> None:
    for side, path in (("population", finished.files.population), ("customers", finished.files.customers)):
        assert [row["id"] for row in assignments if row["source"] == side] == [row["LNR"] for row in read_rows(path)]
    assert {row["source"] for row in assignments} == {"population", "customers"}


def test_totals_equal_the_analysis(finished: Finished, assignments: Records) -> None:
    analysis = finished.analysis
    ids = [segment["id"] for segment in analysis["segments"]]
    assert ids == list(range(analysis["choice"]["k"] + 1))
    for side in ("population", "customers"):
        of_side = [row["segment"] for row in assignments if row["source"] == side]
        counts = [of_side.count(number) for number in ids]
        assert [segment[side]["count"] for segment in analysis["segments"]] == counts
        assert sum(counts) == analysis[side]["rows"]
    rows = analysis["quality"]["rows"]
    assert [row["segment"] for row in assignments if row["source"] == "population"].count(0) == rows["low_information"]


def test_low_information_records_have_no_distance(assignments: Records) -> None:
    apart = [row["distance"] for row in assignments if row["segment"] == 0]
    assert len(apart) >= 20
    assert set(apart) == {None}
    assert {row["distance"] is None for row in assignments if row["segment"] != 0} == {False}


def normalised(text: str) -> str:
    try:
        number = float(text)
    except ValueError:
        return text.strip()
    return str(int(number)) if number.is_integer() else repr(number)


def assign_by_hand(
    model: Path, rows: list[dict[str, str]]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Assign rows with nothing but the files of the model.

    Returns
    -------
    (segments, distances, margins)
        Of shape (n_rows,) each: 0 or the nearest segment, the distance to it, and how much farther the next one is.
    """
    told = json.loads((model / "model.json").read_text("utf-8"))
    content = (model / "arrays.npz").read_bytes()
    assert hashlib.sha256(content).hexdigest() == told["arrays_sha256"]
    with np.load(io.BytesIO(content), allow_pickle=False) as stored:
        arrays = {name: stored[name].astype(np.float64) for name in stored.files}
    raw: dict[str, NDArray[np.int64]] = {}
    missing: dict[str, NDArray[np.bool_]] = {}
    for column in told["columns"]:
        place = {code: at for at, code in enumerate(column["codes"])}
        raw[column["name"]] = np.array([place[normalised(row[column["name"]])] for row in rows])
        missing[column["name"]] = np.array(column["status"])[raw[column["name"]]] != 0
    encoded = np.concatenate([arrays[table["array"]][raw[table["column"]]] for table in told["tables"]], axis=1)
    points = (encoded - arrays["mean"]) @ arrays["basis"]
    gaps = np.linalg.norm(points[:, None, :] - arrays["centroids"][None, :, :], axis=2)
    gaps_in_order = np.sort(gaps, axis=1)
    placement = told["placement"]
    gone = sum(missing[name].astype(int) for name in placement["columns"])
    low = gone >= placement["threshold"] if placement["threshold"] is not None else np.zeros(len(rows), dtype=bool)
    assert told["segments"] == len(arrays["centroids"])
    return np.where(low, 0, gaps.argmin(axis=1) + 1), gaps_in_order[:, 0], gaps_in_order[:, 1] - gaps_in_order[:, 0]


def test_the_model_alone_gives_the_same_assignment(finished: Finished, assignments: Records) -> None:
    for side, path in (("population", finished.files.population), ("customers", finished.files.customers)):
        rows = [row for row in assignments if row["source"] == side]
        segments, distances, margins = assign_by_hand(finished.private / "model", read_rows(path))
        told = np.array([row["segment"] for row in rows])
        clear = (margins > 1e-4) | (segments == 0)  # float32 may tip a row that lies between two segments
        assert clear.mean() > 0.99
        np.testing.assert_array_equal(told[clear], segments[clear])
        placed = segments > 0
        stored = np.array([row["distance"] for row in rows], dtype=np.float64)
        np.testing.assert_allclose(stored[placed & clear], distances[placed & clear], atol=2e-3)


def test_the_model_holds_no_row(finished: Finished) -> None:
    told = (finished.private / "model" / "model.json").read_text("utf-8")
    assert "ID7Q" not in told
    assert "zz9" not in told
