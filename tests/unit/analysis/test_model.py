"""The model on disk."""

from __future__ import annotations

import hashlib
import io
import json

import numpy as np

from reportgen.analysis.model import model_files
from reportgen.analysis.model_ranking import ranking_columns
from tests.unit.analysis.small import Run


def test_the_same_model_is_the_same_bytes(small: Run) -> None:
    assert model_files(small.model, small.table, small.findings.campaign.ranking) == model_files(
        small.model, small.table, small.findings.campaign.ranking
    )


def test_arrays_are_plain_and_those_of_the_model(small: Run) -> None:
    files = model_files(small.model, small.table, small.findings.campaign.ranking)
    described = json.loads(files["model.json"])
    assert described["arrays_sha256"] == hashlib.sha256(files["arrays.npz"]).hexdigest()
    with np.load(io.BytesIO(files["arrays.npz"]), allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["centroids"], small.model.segmentation.centroids)
        np.testing.assert_array_equal(arrays["basis"], small.model.components.basis)
        np.testing.assert_array_equal(arrays["mean"], small.model.components.mean)
        for stretch, table in zip(small.model.encoder.stretches, described["tables"], strict=True):
            np.testing.assert_array_equal(arrays[table["array"]], stretch.table)
            assert (table["column"], table["part"]) == (stretch.aspect.column.name, stretch.aspect.part)


def test_the_description_names_every_column_that_is_read(small: Run) -> None:
    described = json.loads(model_files(small.model, small.table, small.findings.campaign.ranking)["model.json"])
    names = [column["name"] for column in described["columns"]]
    assert len(names) == len(set(names))
    ranked = ranking_columns(small.findings.campaign.ranking)
    read = (*small.model.placement.columns, *small.model.encoder.columns, *ranked)
    assert {column.name for column in read} == set(names)
    assert described["placement"]["threshold"] == small.model.placement.threshold
    assert described["segments"] == small.analysis.choice.k
    by_name = {column.name: column for column in small.table.columns}
    for column in described["columns"]:
        assert column["codes"] == list(by_name[column["name"]].codes)
        assert column["status"] == by_name[column["name"]].status.tolist()
