"""Grids are nested; bins cover every value once, hold similar shares, and have labels that do not overlap."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.ingest.bins import MOST_BINS, quantile_bins
from reportgen.ingest.grid import finest_exponent, lower_edges, representatives

VALUES = st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=40)


@given(VALUES, st.integers(-1074, 1000), st.integers(0, 20))
def test_lower_edges_are_exact_and_nested(values: list[float], exponent: int, coarser: int) -> None:
    numbers = np.array(values)
    edges = lower_edges(numbers, exponent)
    assert (edges <= numbers).all()
    np.testing.assert_array_equal(lower_edges(edges, exponent), edges)
    np.testing.assert_array_equal(lower_edges(edges, exponent + coarser), lower_edges(numbers, exponent + coarser))


@given(VALUES, st.integers(4, 30))
def test_finest_exponent(values: list[float], cells: int) -> None:
    numbers = np.array(values)
    exponent = finest_exponent(numbers, cells)
    assert len(np.unique(lower_edges(numbers, exponent))) <= cells
    if exponent > -1074:
        assert len(np.unique(lower_edges(numbers, exponent - 1))) > cells


def test_representatives() -> None:
    edges = np.array([-4.0, 0.0, 4.0])
    assert representatives(edges, 2, whole=True).tolist() == [-2.5, 1.5, 5.5]
    assert representatives(edges, 2, whole=False).tolist() == [-2.0, 2.0, 6.0]
    assert representatives(edges, 0, whole=True).tolist() == edges.tolist()


@given(st.dictionaries(st.integers(-500, 500), st.integers(1, 400), min_size=1, max_size=200))
def test_bins_cover_every_value_once(table: dict[int, int]) -> None:
    values = np.array(sorted(table), dtype=np.float64)
    counts = np.array([table[int(v)] for v in values])
    bins = quantile_bins(values, counts)
    assert len(bins.low) <= MOST_BINS
    assert (bins.low <= bins.high).all()
    assert (bins.high[:-1] < bins.low[1:]).all()
    place = bins.index_of(values)
    assert (np.diff(place) >= 0).all()
    assert ((bins.low[place] <= values) & (values <= bins.high[place])).all()
    assert set(place) == set(range(len(bins.low)))
    assert len({level.code for level in bins.levels()}) == len(bins.low)


@given(st.integers(0, 1000))
def test_bins_of_light_values_hold_similar_shares(seed: int) -> None:
    rng = np.random.default_rng(seed)
    counts = rng.integers(1, 20, 400)
    values = np.sort(rng.normal(size=400))
    bins = quantile_bins(values, counts)
    mass = np.bincount(bins.index_of(values), counts)
    assert len(mass) == MOST_BINS
    assert np.abs(mass - counts.sum() / MOST_BINS).max() <= counts.max()


def test_heavy_value_has_its_own_bin() -> None:
    values = np.arange(0.0, 101.0)
    counts = np.where(values == 0, 900, 1)
    labels = [level.label for level in quantile_bins(values, counts).levels()]
    assert labels == ["0", "1 to 50", "51 to 100"]
    counts = np.where(values == 40, 900, 5)
    labels = [level.label for level in quantile_bins(values, counts).levels()]
    assert "40" in labels
    assert labels[0] == "0 to 12"


def test_many_heavy_values_stay_within_the_limit() -> None:
    counts = np.array([50, 1] * 19 + [50])
    bins = quantile_bins(np.arange(39.0), counts)
    assert len(bins.low) <= MOST_BINS


def test_values_that_the_population_lacks() -> None:
    values = np.array([0.0, *range(100, 160)])
    bins = quantile_bins(values, np.array([1000, *[10] * 60]))
    assert bins.levels()[0].label == "0"
    assert bins.index_of(np.array([-5.0, 0.0, 1.0, 99.0, 1000.0])).tolist() == [0, 0, 1, 1, len(bins.low) - 1]


@pytest.mark.parametrize(
    ("scale", "pattern"),
    [(1.0, r"-?\d+( to -?\d+)?"), (0.25, r"-?\d+\.\d+ to -?\d+\.\d+"), (1e-9, r".* to .*"), (1e12, r"-?\d+ to -?\d+")],
)
def test_labels_are_readable_and_apart(scale: float, pattern: str) -> None:
    rng = np.random.default_rng(1)
    values = np.asarray(np.unique(rng.integers(-3000, 3000, 2000)) * scale, dtype=np.float64)
    levels = quantile_bins(values, np.ones(len(values), dtype=np.int64)).levels()
    assert all(re.fullmatch(pattern, level.label) for level in levels)
    edges = [float(edge) for level in levels for edge in level.code.split("..")]
    assert edges == sorted(set(edges))
