"""Planted types are found again, and intervals cover what they should."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from benchmarks.coverage_simulation import index_under_generator, make_world, simulate
from benchmarks.people import assign_levels, draw_files
from reportgen.analysis.publication import publish
from reportgen.analysis.run import analyse
from reportgen.analysis.settings import Settings
from reportgen.demo import TYPES, write_demo
from reportgen.dictionary import read_dictionary
from reportgen.engine.local import LocalEngine
from reportgen.formatting import Formatter
from reportgen.ingest.ingest import IngestRequest, ingest
from tests.unit.analysis.small import PROVENANCE


@pytest.mark.parametrize("nested", [False, True])
def test_planted_types_are_found_in_segments_above_100(tmp_path: Path, nested: bool) -> None:
    world = make_world()
    random = np.random.default_rng(21)
    files = draw_files(world, random, tmp_path, 4_000, 1_500, nested=nested)
    (tmp_path / "blocks").mkdir()
    with threadpool_limits(1):
        table = ingest(world.dictionary(), IngestRequest(*files), tmp_path / "blocks")
        findings, model = analyse(table, Settings(k_max=8, quick=True), LocalEngine(1))
    found = publish(findings, PROVENANCE, Formatter("en"))
    assert table.nested is nested
    types, levels = world.draw(random, 20_000)
    segments = assign_levels(table, model, levels)
    wanted = np.flatnonzero((world.true_index >= 150) & (world.population_shares >= 0.05))
    assert len(wanted) == 2
    for planted in wanted:
        shares = np.bincount(segments[types == planted], minlength=found.choice.k) / (types == planted).sum()
        home = found.by_id[int(shares.argmax()) + 1]
        assert shares.max() > 0.5
        assert home.interval_sampling is not None
        assert home.interval_sampling[0] > 100
        assert home.id in found.recommendation.leading
    truth = index_under_generator(world, types, segments, found.choice.k)
    for segment, index in zip(found.placed, truth, strict=True):
        assert segment.interval_sampling is not None
        low, high = segment.interval_sampling
        # One draw of several intervals: half a width more keeps chance out of the test.
        assert low - (high - low) / 2 <= index <= high + (high - low) / 2


def test_the_index_under_the_generator_by_hand() -> None:
    world = make_world()
    # Types 0, 2, 3, 4, 5 entirely in segment 0, half of type 1 in segment 1.
    types = np.array([0, 1, 1, 2, 3, 4, 5])
    segments = np.array([0, 0, 1, 0, 0, 0, 0])
    # Segment 1: 0.5 x 0.12 of customers over 0.5 x 0.20 of people = 60; segment 0: 0.94 over 0.90.
    np.testing.assert_allclose(index_under_generator(world, types, segments, 2), [100 * 0.94 / 0.9, 60])


@pytest.mark.slow
@pytest.mark.parametrize("nested", [False, True])
def test_the_sampling_interval_covers_the_index_under_the_generator(nested: bool) -> None:
    with threadpool_limits(1):
        pairs = list(simulate(120, nested=nested))
    covered = np.array([np.mean([interval.covers for interval in pair]) for pair in pairs])
    assert 0.93 <= covered.mean() <= 0.97


def test_the_types_of_the_demo_are_found(tmp_path: Path) -> None:
    files = write_demo(tmp_path / "demo", 8_000)
    (tmp_path / "blocks").mkdir()
    segments: dict[str, list[np.ndarray]] = {"population": [], "customers": []}
    with threadpool_limits(1):
        table = ingest(
            read_dictionary(files.dictionary), IngestRequest(files.population, files.customers), tmp_path / "blocks"
        )
        findings, _ = analyse(
            table,
            Settings(k=len(TYPES), k_max=2, quick=True),
            LocalEngine(2),
            on_block=lambda side, block: segments[side.name].append(block.segments),
        )
    found = publish(findings, PROVENANCE, Formatter("en"))
    truth = np.load(files.truth / "types.npz")
    types, homes = truth["population"], np.concatenate(segments["population"])
    # Records with little information are segment 0, and hardly anybody else is.
    assert np.mean(homes[types == 0] == 0) > 0.95
    assert np.mean(types[homes == 0] == 0) > 0.95
    wanted = [planted for planted in TYPES if planted.index >= 150 and planted.population_share >= 0.05]
    assert len(wanted) >= 3
    for planted in wanted:
        shares = (
            np.bincount(homes[types == planted.number], minlength=found.choice.k + 1) / (types == planted.number).sum()
        )
        home = found.by_id[int(shares.argmax())]
        assert shares.max() > 0.5
        assert home.interval_sampling is not None
        assert home.interval_sampling[0] > 100
