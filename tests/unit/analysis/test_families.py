"""The Ward tree against SciPy and by hand, and the cut into families."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage

from reportgen.analysis.families import Merge, find_families, ward_tree
from reportgen.analysis.profiles import Mark
from reportgen.analysis.publish_families import shared_marks
from tests.unit.analysis.coded import aspect_of, coded_column, floats, ints

LINE = floats([[0.0], [1.0], [10.0], [12.0], [30.0]])


def sum_of_squares(rows: NDArray[np.float64]) -> float:
    return float(((rows - rows.mean(axis=0)) ** 2).sum())


def under(node: int, merges: tuple[Merge, ...], k: int) -> set[int]:
    """Segments under a node."""
    if node <= k:
        return {node}
    merge = merges[node - k - 1]
    return under(merge.left, merges, k) | under(merge.right, merges, k)


@pytest.mark.parametrize("k", [2, 3, 6, 25])
def test_equal_sizes_give_the_tree_of_scipy(k: int) -> None:
    centroids = np.random.default_rng(k).standard_normal((k, 4))
    merges = ward_tree(centroids, np.full(k, 700))
    expected = linkage(centroids, "ward")
    np.testing.assert_allclose([merge.height for merge in merges], expected[:, 2])
    np.testing.assert_array_equal([merge.size for merge in merges], 700 * expected[:, 3])
    np.testing.assert_array_equal(
        [sorted((merge.left, merge.right)) for merge in merges], np.sort(expected[:, :2] + 1, axis=1)
    )


def test_unequal_sizes_give_the_tree_of_that_many_people() -> None:
    """Ward on people who all stand on their centroid merges them at height 0, and then as the weighted tree does."""
    random = np.random.default_rng(3)
    centroids, sizes = random.standard_normal((7, 3)), random.integers(1, 12, 7)
    merges = ward_tree(centroids, sizes)
    people = np.repeat(centroids, sizes, axis=0)
    expected = linkage(people, "ward")[-6:, 2]
    np.testing.assert_allclose([merge.height for merge in merges], expected * np.sqrt(7 / sizes.sum()))


def test_weighted_merge_by_hand() -> None:
    merges = ward_tree(floats([[0.0], [3.0], [10.0]]), ints([10, 20, 30]))
    # ΔESS of 1 and 2: 10 · 20 / 30 · 9 = 60, of 2 and 3: 20 · 30 / 50 · 49 = 588. Then mean 2: 900 / 60 · 64 = 960.
    assert merges[0] == Merge(1, 2, pytest.approx(np.sqrt(2 * 3 * 60 / 60)), 30)  # type: ignore[arg-type]
    assert merges[1] == Merge(4, 3, pytest.approx(np.sqrt(2 * 3 * 960 / 60)), 60)  # type: ignore[arg-type]


def test_size_decides_who_is_merged() -> None:
    line = floats([[0.0], [1.0], [2.1]])
    assert under(4, ward_tree(line, ints([100, 100, 100])), 3) == {1, 2}
    assert under(4, ward_tree(line, ints([1_000, 1_000, 10])), 3) == {2, 3}


@given(st.integers(2, 9), st.integers(0, 10_000))
def test_heights_hold_the_sum_of_squares_and_rise(k: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    centroids, sizes = random.standard_normal((k, 2)), random.integers(1, 40, k)
    merges = ward_tree(centroids, sizes)
    heights = np.array([merge.height for merge in merges])
    assert (np.diff(heights) >= -1e-9).all()
    between = sum_of_squares(np.repeat(centroids, sizes, axis=0))
    assert (heights**2).sum() * sizes.sum() / (2 * k) == pytest.approx(between)


@given(st.integers(1, 12), st.integers(0, 10_000))
def test_families_divide_the_segments_in_the_order_of_the_leaves(k: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    found = find_families(random.standard_normal((k, 2)), random.integers(0, 40, k))
    assert sorted(found.leaves) == list(range(1, k + 1))
    assert [segment for family in found.families for segment in family] == list(found.leaves)
    assert found.leaves[0] == 1
    if k > 3:
        assert 2 <= len(found.families) <= min(5, k - 1)
    for node in range(k + 1, 2 * k):  # no lines cross: the segments of every node stand side by side
        places = sorted(found.leaves.index(segment) for segment in under(node, found.merges, k))
        assert places == list(range(places[0], places[0] + len(places)))


def test_the_cut_by_hand() -> None:
    found = find_families(LINE, np.full(5, 100))
    # Heights 1, 2, then 10.5 · √2, ... : the largest rise is after the second merge.
    assert found.families == ((1, 2), (3, 4), (5,))
    assert found.leaves == (1, 2, 3, 4, 5)
    assert [(merge.left, merge.right) for merge in found.merges] == [(1, 2), (3, 4), (6, 7), (8, 5)]
    assert found.cut is not None
    assert found.merges[1].height < found.cut < found.merges[2].height


def test_families_are_the_cut_of_scipy() -> None:
    random = np.random.default_rng(8)
    centroids = np.repeat(random.standard_normal((4, 3)) * 20, 3, axis=0) + random.standard_normal((12, 3))
    found = find_families(centroids, np.full(12, 50))
    expected = fcluster(linkage(centroids, "ward"), 4, "maxclust")
    assert {frozenset(family) for family in found.families} == {
        frozenset((np.flatnonzero(expected == label) + 1).tolist()) for label in set(expected)
    }


def test_few_segments_are_families_of_their_own() -> None:
    for k in (1, 2, 3):
        found = find_families(LINE[:k], np.full(k, 100))
        assert found.families == tuple((segment,) for segment in range(1, k + 1))
        assert len(found.merges) == k - 1
        assert found.cut is None


def test_at_most_five_families() -> None:
    centroids = np.array([[x + d, 0.0] for x in range(0, 8_000, 1_000) for d in (0.0, 1.0)])  # eight clear pairs
    assert 2 <= len(find_families(centroids, np.full(16, 10)).families) <= 5


def test_segments_on_one_spot() -> None:
    found = find_families(floats([[0.0], [0.0], [5.0], [5.0], [5.0]]), ints([10, 10, 10, 0, 10]))
    assert found.families == ((1, 2), (3, 4, 5))
    assert sum(merge.height == 0 for merge in found.merges) == 3
    assert found.merges[-1].size == 40
    assert find_families(np.zeros((5, 2)), np.full(5, 10)).families[0][0] == 1


def mark(name: str, effect: float, level: int | None = None) -> Mark:
    return Mark(aspect_of(coded_column(name, ("1", "2"), label=name)), level, effect, 0.0, 0.0, 0.001)


def test_a_family_shares_what_sets_all_its_segments_apart_in_one_direction() -> None:
    first = (mark("income", 0.9), mark("age", 0.4), mark("town", -0.3), mark("kind", 0.5, 0))
    second = (mark("income", 0.3), mark("age", 0.6), mark("town", 0.3), mark("kind", 0.5, 1))
    shared = shared_marks([first, second])
    # each as weak as in the segment that has least of it; town goes both ways, kind is about two levels
    assert [(m.aspect.key, m.effect) for m in shared] == [("age", 0.4), ("income", 0.3)]
    assert shared_marks([first]) == (first[0], first[3], first[1], first[2])
    assert shared_marks([first, ()]) == ()
