"""Lloyd steps over blocks against the same steps in memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from reportgen.analysis import segmentation
from reportgen.analysis.components import Components, fit_components
from reportgen.analysis.encoding import Encoder, fit_encoder
from reportgen.analysis.segmentation import Segmentation, make_assigner, polish, segment_means
from reportgen.dictionary import Kind
from reportgen.engine.assignment import Tables, assign, collect_tables
from reportgen.engine.local import LocalEngine
from reportgen.engine.passes import Placement, sum_moments
from reportgen.ingest.table import CodedColumn, Side
from tests.unit.analysis.coded import aspect_of, coded_column, floats, ints, raw, write_side

ENGINE = LocalEngine(1)


@dataclass(frozen=True)
class Space:
    """Rows in blocks, with their encoder and components."""

    columns: tuple[CodedColumn, ...]
    codes: NDArray[np.int16]
    side: Side
    encoder: Encoder
    components: Components
    placement: Placement

    @property
    def points(self) -> NDArray[np.float64]:
        return self.components.project(self.encoder.rows.encode(self.codes))

    def start(self, k: int, seed: int = 0) -> NDArray[np.float64]:
        rows = np.random.default_rng(seed).choice(len(self.points), k, replace=False)
        return np.asarray(self.points[rows])


def make_space(folder: Path, *, threshold: int | None = None, block_rows: int = 64, seed: int = 3) -> Space:
    random = np.random.default_rng(seed)
    n = 500
    kind = random.integers(0, 3, n)
    kinds = coded_column("kind", ("x", "y", "z", ""), Kind.CATEGORICAL)
    columns = (*(coded_column(f"f{i}", ("1", "2", "3", "4", "")) for i in range(3)), kinds)
    scores = np.array([[0, 3, 1], [3, 0, 2], [0, 1, 3]])[:, kind] + random.integers(-1, 2, (3, n))
    codes = np.vstack([np.clip(scores, 0, 3), kind])
    codes[0][random.random(n) < 0.1] = 4
    codes[1][random.random(n) < 0.1] = 4
    placement = Placement(columns, threshold)
    codes16 = raw(codes)
    side = write_side(folder, columns, codes16, block_rows=block_rows)
    counts = tuple(np.bincount(row, minlength=len(c.codes)) for row, c in zip(codes16, columns, strict=True))
    encoder = fit_encoder([aspect_of(c, position=i) for i, c in enumerate(columns)], counts)
    moments = sum_moments(ENGINE, side, encoder.rows, placement)
    return Space(columns, codes16, side, encoder, fit_components(moments, encoder, 0.8), placement)


def lloyd_in_memory(points: NDArray[np.float64], centroids: NDArray[np.float64], steps: int) -> NDArray[np.float64]:
    for _ in range(steps):
        labels = ((points[:, np.newaxis, :] - centroids) ** 2).sum(axis=2).argmin(axis=1)
        centroids = np.array([points[labels == j].mean(axis=0) for j in range(len(centroids))])
    return centroids


def test_polishing_over_blocks_is_lloyd_in_memory(tmp_path: Path) -> None:
    space = make_space(tmp_path)
    found = polish(ENGINE, space.side, space.encoder, space.components, space.placement, space.start(3))
    assert found.converged
    expected = lloyd_in_memory(space.points, space.start(3), found.steps)
    np.testing.assert_allclose(found.centroids, expected, atol=1e-9)
    assert found.k == 3


def test_blocks_and_threads_do_not_change_the_centroids(tmp_path: Path) -> None:
    found = []
    for block_rows, threads in ((500, 1), (37, 1), (64, 3)):
        space = make_space(tmp_path / f"{block_rows}-{threads}", block_rows=block_rows)
        engine = LocalEngine(threads)
        # One space for all, so that only the pass differs.
        base = make_space(tmp_path / f"base-{block_rows}-{threads}")
        found.append(polish(engine, space.side, base.encoder, base.components, base.placement, base.start(3)))
    for other in found[1:]:
        np.testing.assert_array_equal(found[0].centroids, other.centroids)
        np.testing.assert_array_equal(found[0].sizes, other.sizes)


def test_sizes_are_those_of_the_segments_that_are_returned(tmp_path: Path) -> None:
    # Order and names of segments follow from these sizes, so they must agree with a later assignment.
    for seed in range(8):
        space = make_space(tmp_path / str(seed), seed=seed)
        found = polish(ENGINE, space.side, space.encoder, space.components, space.placement, space.start(5, seed))
        assigner = make_assigner(space.encoder, space.components, found.centroids)
        tables = collect_tables(assign(ENGINE, space.side, space.columns, assigner, space.placement))
        assert found.converged
        np.testing.assert_array_equal(found.sizes, tables.sizes[1:])


def test_rows_that_are_not_placed_do_not_pull(tmp_path: Path) -> None:
    space = make_space(tmp_path, threshold=1)
    found = polish(ENGINE, space.side, space.encoder, space.components, space.placement, space.start(3))
    placed = ~(space.codes == np.array([[4], [4], [4], [3]])).any(axis=0)
    assert found.sizes.sum() == placed.sum() < 500
    expected = lloyd_in_memory(space.points[placed], space.start(3), found.steps)
    np.testing.assert_allclose(found.centroids, expected, atol=1e-9)


def test_an_emptied_segment_keeps_its_centroid(tmp_path: Path) -> None:
    space = make_space(tmp_path)
    far = np.full((1, space.components.kept), 100.0)
    found = polish(
        ENGINE, space.side, space.encoder, space.components, space.placement, np.vstack([space.start(2), far])
    )
    np.testing.assert_array_equal(found.centroids[2], far[0])
    assert found.sizes[2] == 0


def test_steps_come_to_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segmentation, "_MOST_STEPS", 1)
    space = make_space(tmp_path)
    found = polish(ENGINE, space.side, space.encoder, space.components, space.placement, space.start(3))
    assert (found.steps, found.converged) == (1, False)


def test_assignment_and_distance_are_those_in_component_space(tmp_path: Path) -> None:
    space = make_space(tmp_path)
    centroids = space.start(4, 7) + 0.1
    labels, distances = make_assigner(space.encoder, space.components, centroids).nearest_and_distance(space.codes)
    direct = np.sqrt(((space.points[:, np.newaxis, :] - centroids) ** 2).sum(axis=2))
    np.testing.assert_array_equal(labels, direct.argmin(axis=1))
    np.testing.assert_allclose(distances, direct.min(axis=1), rtol=1e-3, atol=1e-3)


def test_segment_means_from_counts_are_means_of_rows(tmp_path: Path) -> None:
    space = make_space(tmp_path)
    segments = (np.arange(500) % 3).astype(np.int8)  # 0 is not placed
    counts = tuple(
        np.stack([np.bincount(row[segments == s], minlength=len(c.codes)) for s in range(4)])
        for row, c in zip(space.codes, space.columns, strict=True)
    )
    means = segment_means(space.encoder, space.components, Tables(np.bincount(segments, minlength=4), counts))
    for segment in (1, 2):
        np.testing.assert_allclose(means[segment - 1], space.points[segments == segment].mean(axis=0), atol=1e-9)
    assert np.isnan(means[2]).all()  # segment 3 is empty


def test_reordering_takes_centroids_and_sizes_along() -> None:
    found = Segmentation(floats([[0], [1], [2]]), 4, True, ints([5, 6, 7])).reordered([2, 0, 1])
    np.testing.assert_array_equal(found.centroids, [[2], [0], [1]])
    np.testing.assert_array_equal(found.sizes, [7, 5, 6])
    assert (found.steps, found.converged) == (4, True)
