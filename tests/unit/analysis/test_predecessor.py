"""Segments taken over, and segments known again after a refit: by people, by models, by centroids."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reportgen.analysis.model import model_files
from reportgen.analysis.model_reader import StoredModel, parse_model
from reportgen.analysis.null_clouds import NormalCloud
from reportgen.analysis.points import Points
from reportgen.analysis.predecessor import Predecessor, compare_models, keep_k, know_again, trial_agreement
from reportgen.analysis.publication import publish
from reportgen.analysis.run import analyse
from reportgen.analysis.segmentation import Model, make_assigner
from reportgen.engine.local import LocalEngine
from reportgen.formatting import Formatter
from reportgen.ingest.table import read_codes, read_ids
from tests.unit.analysis.small import PROVENANCE, QUICK, Run

ENGINE = LocalEngine(1)


@pytest.fixture(scope="module")
def stored(small: Run) -> StoredModel:
    return parse_model(model_files(small.model, small.table, small.findings.campaign.ranking), "small")


def turned(model: Model) -> Model:
    """Return the same segments in the opposite order."""
    return replace(model, segmentation=model.segmentation.reordered(range(model.segmentation.k - 1, -1, -1)))


def write_assignments(path: Path, small: Run) -> Path:
    model = small.model
    assigner = make_assigner(model.encoder, model.components, model.segmentation.centroids)
    ids, segments = [], []
    for block in small.table.population.blocks:
        ids += read_ids(block)
        labels = assigner.nearest(read_codes(block, model.encoder.columns)) + 1
        placed = model.placement.placed(block, read_codes)
        segments += np.where(placed if placed is not None else True, labels, 0).tolist()
    source = ["population"] * len(ids)
    table = pa.table(
        {"id": ids, "source": source, "segment": pa.array(segments, pa.int8()), "distance": [0.0] * len(ids)}
    )
    pq.write_table(table, path)
    return path


def normal(run: Run) -> NormalCloud:
    return NormalCloud(run.model.components.eigenvalues[: run.model.components.kept])


def test_frozen_segments_of_the_same_files_are_the_same(small: Run, stored: StoredModel) -> None:
    predecessor = Predecessor(stored, small.model, stored.segmentation.public_ids, refit=False)
    findings, model = analyse(small.table, QUICK, ENGINE, predecessor=predecessor)
    for side in ("population", "customers"):
        np.testing.assert_array_equal(findings.tables[side].sizes, small.findings.tables[side].sizes)
    assert model is small.model
    assert findings.agreement is not None
    assert findings.agreement > 0.9
    analysis = publish(findings, PROVENANCE, Formatter("en"))
    assert analysis.choice.reason.startswith(f"The {findings.k} segments are those of the issue before")
    assert [s.index for s in analysis.segments] == [s.index for s in small.analysis.segments]
    assert {c.name for c in analysis.quality.columns if c.use == "distance"} == {c.name for c in model.encoder.columns}
    assert {row.reasons["confirmed_ari"] for row in analysis.choice.scan} == {
        "the segments are those of the issue before"
    }
    assert analysis.quality.rows.reason == "the same as when the segments were built"


def test_ids_with_a_gap_go_all_the_way(small: Run, stored: StoredModel) -> None:
    ids = tuple(2 * number for number in range(1, small.model.segmentation.k + 1))
    gapped = replace(small.model, segmentation=replace(small.model.segmentation, ids=ids))
    findings, _ = analyse(small.table, QUICK, ENGINE, predecessor=Predecessor(stored, gapped, ids, refit=False))
    analysis = publish(findings, PROVENANCE, Formatter("en"))
    assert [s.id for s in analysis.segments] == [0, *ids]
    assert [s.letter for s in analysis.segments[1:]] == [" ABCDEFGHIJKLMNOPQRSTUVWXY"[i] for i in ids]
    assert [s.index for s in analysis.segments] == [s.index for s in small.analysis.segments]
    assert set(analysis.recommendation.write_to) <= set(ids)
    before = small.analysis.recommendation
    assert (analysis.recommendation.index, len(analysis.recommendation.leading)) == (before.index, len(before.leading))


@pytest.mark.parametrize("way", ["people", "models", "centroids"])
def test_segments_are_known_again(small: Run, stored: StoredModel, tmp_path: Path, way: str) -> None:
    ids = tuple(range(3, 3 + small.model.segmentation.k))
    known = replace(stored, segmentation=replace(stored.segmentation, ids=ids))
    people = write_assignments(tmp_path / "a.parquet", small) if way == "people" else None
    if people is not None:
        table = pq.read_table(people)
        shifted = pa.array([s + 2 if s else 0 for s in table.column("segment").to_pylist()], pa.int8())
        pq.write_table(table.set_column(2, "segment", shifted), people)
    former = None if way == "centroids" else replace(small.model, segmentation=known.segmentation)
    predecessor = Predecessor(known, former, ids, refit=True, people=people)
    model, matching = know_again(ENGINE, small.table.population, predecessor, turned(small.model))
    assert model.segmentation.public_ids == ids
    np.testing.assert_array_equal(model.segmentation.centroids, small.model.segmentation.centroids)
    assert {new: old for new, (old, _) in matching.pairs.items()} == {i: i for i in range(len(ids))}


def test_people_who_cannot_be_found_again_leave_it_to_the_models(
    small: Run, stored: StoredModel, tmp_path: Path
) -> None:
    path = tmp_path / "strangers.parquet"
    rows = 1_000
    pq.write_table(
        pa.table(
            {
                "id": [f"x{number}" for number in range(rows)],
                "source": ["population"] * rows,
                "segment": pa.array([1] * rows, pa.int8()),
            }
        ),
        path,
    )
    predecessor = Predecessor(stored, small.model, (), refit=True, people=path)
    model, matching = know_again(ENGINE, small.table.population, predecessor, turned(small.model))
    assert len(matching.pairs) == model.segmentation.k


def test_models_that_share_nothing_give_new_ids(small: Run, stored: StoredModel) -> None:
    foreign = replace(stored, tables=stored.tables[:1])
    foreign = replace(
        foreign,
        components=replace(
            stored.components, mean=stored.components.mean[:1], loadings=stored.components.loadings[:, :1]
        ),
    )
    k = small.model.segmentation.k
    model, matching = know_again(
        ENGINE, small.table.population, Predecessor(foreign, None, tuple(range(1, k + 1)), refit=True), small.model
    )
    assert model.segmentation.public_ids == tuple(range(k + 1, 2 * k + 1))
    assert matching.died == tuple(range(k))


def test_a_model_agrees_with_itself(small: Run) -> None:
    table = compare_models(ENGINE, small.table.population, small.model, turned(small.model))
    assert (table > 0).sum() == small.model.segmentation.k
    assert table.sum() == small.findings.tables["population"].sizes[1:].sum()


def test_a_trial_refit_of_other_groups_disagrees(small: Run) -> None:
    random = np.random.default_rng(5)
    points = Points.of(random.standard_normal((800, small.model.components.kept)))
    choice = keep_k(ENGINE, points, normal(small), small.model, 1, quick=True)
    assert choice.k == small.model.segmentation.k
    assert trial_agreement(points, choice, small.model) < 0.8


def test_one_segment_that_is_kept_stays_one(small: Run) -> None:
    """Small segments may have been merged into a single one, and that is no number to be refitted."""
    lone = replace(
        small.model,
        segmentation=replace(
            small.model.segmentation,
            centroids=small.model.segmentation.centroids.mean(axis=0, keepdims=True),
            sizes=small.model.segmentation.sizes.sum(keepdims=True),
            ids=(4,),
        ),
    )
    points = Points.of(np.random.default_rng(6).standard_normal((800, small.model.components.kept)))
    choice = keep_k(ENGINE, points, normal(small), lone, 1, quick=True)
    assert (choice.k, choice.runner_up, [result.k for result in choice.results]) == (1, None, [2])
    assert choice.chosen.fit.centroids.shape == (1, small.model.components.kept)
    assert trial_agreement(points, choice, lone) == 1.0
    stored = parse_model(model_files(lone, small.table, small.findings.campaign.ranking), "one")
    findings, _ = analyse(small.table, QUICK, ENGINE, predecessor=Predecessor(stored, lone, (4,), refit=False))
    analysis = publish(findings, PROVENANCE, Formatter("en"))
    assert [segment.id for segment in analysis.segments] == [0, 4]
    assert findings.agreement == 1.0
