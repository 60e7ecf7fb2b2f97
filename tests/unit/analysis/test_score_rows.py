"""The rows and features that a score is made from."""

from __future__ import annotations

import numpy as np
import pytest

from reportgen.analysis.folds import fold_of
from reportgen.analysis.quality import column_quality
from reportgen.analysis.samples import draw_samples
from reportgen.analysis.score_rows import (
    SEGMENT,
    all_hashes,
    contains,
    gather_rows,
    place_rows,
    score_aspects,
    score_features,
    usable_columns,
)
from reportgen.dictionary import Kind, Role, Sensitivity
from reportgen.engine.local import LocalEngine
from reportgen.ingest.table import read_codes, read_hashes
from tests.unit.analysis.coded import coded_column, floats, ints
from tests.unit.analysis.small import Run


def test_contains_by_hand() -> None:
    ordered = np.array([2, 5, 9], dtype=np.uint64)
    asked = np.array([1, 2, 9, 10, 5], dtype=np.uint64)
    assert contains(ordered, asked).tolist() == [False, True, True, False, True]
    assert not contains(np.zeros(0, dtype=np.uint64), asked).any()


def test_rows_of_separate_files(small: Run) -> None:
    samples = draw_samples(LocalEngine(1), small.table, small.model.placement, 1)
    rows = gather_rows(small.table, samples, small.model, 1)
    assert rows.customer.sum() == 600
    assert (~rows.customer).sum() == 1_500
    assert rows.share == 0.0
    assert rows.codes.shape == (len(small.table.columns) + 1, 2_100)
    # segments of the sampled rows are those of everybody
    for side, kind in (("population", False), ("customers", True)):
        sizes = small.findings.tables[side].sizes  # type: ignore[index]
        assert np.bincount(rows.segments[rows.customer == kind], minlength=len(sizes)).tolist() == sizes.tolist()
    hashes = np.concatenate([all_hashes(small.table.population), all_hashes(small.table.customers)])
    assert np.bincount(rows.fold).tolist() == np.bincount(fold_of(hashes, 1)).tolist()


def test_placing_rows_is_what_the_pass_does(small: Run) -> None:
    block = small.table.population.blocks[0]
    segments = place_rows(small.model, small.table.columns, read_codes(block, small.table.columns))
    sizes = small.findings.tables["population"].sizes
    assert np.bincount(segments, minlength=len(sizes)).tolist() == sizes.tolist()
    assert len(read_hashes(block)) == len(segments)


@pytest.mark.parametrize("sensitive", [False, True])
def test_columns_that_may_be_used(sensitive: bool) -> None:
    columns = (
        coded_column("PLAIN", ["1", "2"]),
        coded_column("CONSTANT", ["1"]),
        coded_column("DESCRIBED", ["1", "2"], role=Role.DESCRIBE),
        coded_column("SPECIAL", ["1", "2"], sensitivity=Sensitivity.SPECIAL),
        coded_column("RARE", ["", "1", "2"]),
    )
    counts = tuple(ints(c) for c in ([5, 5], [10], [5, 5], [5, 5], [8, 1, 1]))
    chosen = usable_columns(column_quality(columns, {"population": counts, "customers": counts}), sensitive=sensitive)
    expected = ["PLAIN", *(["SPECIAL"] if sensitive else []), "RARE"]
    assert [quality.column.name for quality in chosen] == expected


def test_features_put_names_first_and_pool_rare_ones() -> None:
    scale = coded_column("SCALE", ["", "3", "1"])
    names = coded_column("NAMES", ["a", "b", "c", "d", "x"], Kind.CATEGORICAL, missing=["x"])
    two = coded_column("TWO", ["j", "n"], Kind.BINARY)
    counts = (ints([1, 2, 3]), ints([5_000, 4_000, 3, 2, 9]), ints([1, 1]))
    qualities = column_quality((scale, names, two), {"population": counts, "customers": counts})
    aspects = score_aspects((scale, names, two), qualities)
    features = score_features(aspects, counts, 3, 2)
    assert [feature.name for feature in features] == ["NAMES", SEGMENT, "SCALE", "TWO"]
    assert [feature.categorical for feature in features] == [True, True, False, False]
    np.testing.assert_array_equal(features[0].values, [0, 1, 2, 2, np.nan])
    np.testing.assert_array_equal(features[1].values, [0, 1, 2])
    np.testing.assert_array_equal(features[2].values, floats([np.nan, 3, 1]))
    assert features[1].position == 3
