"""Segments under ten people are merged before anything is assigned."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from reportgen.analysis.choice import KChoice
from reportgen.analysis.kmeans import Fit
from reportgen.analysis.points import Points
from reportgen.analysis.publish_choice import choice_reason
from reportgen.analysis.quality import RowThreshold
from reportgen.analysis.refits import Agreement
from reportgen.analysis.scan import KResult
from reportgen.analysis.screening import without_small_sides
from reportgen.analysis.segmentation import Segmentation
from reportgen.analysis.serial import to_json
from reportgen.analysis.small_segments import (
    merge_small,
    one_segment,
    too_small,
    without_small_segments,
)
from reportgen.formatting import Formatter
from tests.unit.analysis.coded import floats, ints
from tests.unit.analysis.small import QUICK, customer_rows, population_rows, run_files

LINE = floats([[0.0], [1.0], [10.0], [12.0]])


def merged(population: list[int], customers: list[int], *, nested: bool = False) -> list[float]:
    found = merge_small(LINE[: len(population)], (ints(population), ints(customers)), nested=nested)
    return [round(float(value), 6) for value in found[:, 0]]


def test_segments_that_are_large_enough_stay() -> None:
    assert merged([100, 10, 80, 90], [50, 10, 40, 60]) == [0, 1, 10, 12]


def test_a_small_segment_goes_to_the_nearest_weighted_by_its_people() -> None:
    assert merged([90, 10, 80, 90], [50, 9, 40, 60]) == [0.1, 10, 12]
    assert merged([100, 100, 80, 8], [50, 50, 40, 60]) == [0, 1, round((80 * 10 + 8 * 12) / 88, 6)]


def test_merging_goes_on_until_nothing_is_small() -> None:
    assert merged([100, 100, 80, 20], [50, 50, 4, 3]) == [0, round((100 + 1_040) / 200, 6)]


def test_one_segment_is_left_when_no_two_are_large_enough() -> None:
    assert merged([100, 100, 100, 100], [3, 3, 3, 3]) == [5.75]


def test_no_customers_in_a_segment_are_few_and_no_customers_at_all_are_no_reason() -> None:
    assert len(merged([100, 100, 80, 90], [50, 50, 40, 0])) == 3
    assert len(merged([100, 100, 80, 90], [0, 0, 0, 0])) == 4


def test_in_nested_files_those_who_are_no_customers_are_ten_or_none() -> None:
    assert len(merged([100, 100, 80, 90], [50, 95, 40, 60], nested=True)) == 3
    assert len(merged([100, 100, 80, 90], [50, 100, 40, 60], nested=True)) == 4


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=8), st.booleans())
def test_no_segment_is_small_unless_one_is_left(sizes: list[tuple[int, int]], nested: bool) -> None:
    population, customers = ints([n for n, _ in sizes]), ints([min(n, c) if nested else c for n, c in sizes])
    centroids = np.arange(len(sizes), dtype=np.float64)[:, np.newaxis] ** 1.5
    found = merge_small(centroids, (population, customers), nested=nested)
    if len(found) == 1 or len(found) == len(centroids):
        return
    # Whatever was merged lies between its parts, so the sums can be told apart by the order on the line.
    assert found[:, 0].min() >= 0
    assert found[:, 0].max() <= centroids.max()
    again = merge_small(centroids, (np.full_like(population, 10), np.full_like(customers, 10)), nested=nested)
    assert again is centroids


def result(k: int, centroids: NDArray[np.float64], refits: int = 4) -> KResult:
    agreement = Agreement(80, (1.0,) * (refits // 2), np.ones((refits, k)))
    return KResult(k, Fit(centroids, 1.0), 0.5, 0.8, 0.3, 0.2, (centroids,) * refits, agreement)


def rows_at(places: list[float], each: int = 20) -> Points:
    around = np.tile(np.linspace(-0.1, 0.1, each), len(places))
    return Points.of((np.repeat(floats(places), each) + around)[:, np.newaxis])


def settle(customers: dict[int, list[int]]) -> tuple[Segmentation, KChoice]:
    """Merge four segments at 0, 1, 10 and 12; ``customers`` gives their customers by number of segments."""
    points = rows_at([0, 1, 10, 12])
    results = tuple(result(k, LINE[:k]) for k in (2, 3, 4))
    choice = KChoice(4, False, (4, 3), 3, results)

    def count(segmentation: Segmentation) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        return ints([20] * segmentation.k), ints(customers[segmentation.k])

    def polish(centroids: NDArray[np.float64]) -> Segmentation:
        return Segmentation(centroids, 1, True, ints([20] * len(centroids)))

    segmentation, sizes, found = without_small_segments(polish(LINE), choice, points, count, polish, nested=False)
    assert sizes[1].tolist() == customers[segmentation.k]
    return segmentation, found


def test_the_choice_says_how_many_segments_there_were() -> None:
    segmentation, choice = settle({4: [20, 20, 20, 5], 3: [20, 20, 25]})
    assert (segmentation.k, choice.k, choice.merged_from) == (3, 3, 4)
    reason = choice_reason(choice, Formatter("en"))
    assert reason.startswith("At k = 4 refits agree")
    assert "Of the 4 segments some would have held fewer than 10" in reason
    assert reason.endswith("these are merged into their nearest, and 3 are left.")
    assert choice.runner_up is None  # the number left is no alternative
    assert [r.k for r in choice.results] == [2, 3, 4]


def test_merged_segments_are_held_against_the_refits_of_as_many() -> None:
    _, choice = settle({4: [20, 20, 20, 5], 3: [20, 20, 25]})
    found = choice.chosen
    # Merged are 10 and 12; the refits of three segments put 12 with 10 as well.
    assert found.k == 3
    assert found.agreement.ari == pytest.approx((1.0,) * 4)
    assert found.agreement.best_match == pytest.approx(np.ones((4, 3)))
    assert found.inertia < 0.1
    assert found.silhouette > 0.8


def test_refits_that_cut_otherwise_do_not_speak_for_merged_segments() -> None:
    _, choice = settle({4: [5, 20, 20, 5], 3: [20, 20, 5], 2: [30, 20]})
    assert (choice.k, choice.merged_from) == (2, 4)
    assert choice.chosen.mean_ari < 0.8  # those of two segments lie at 0 and 1


def test_borders_that_leave_a_small_segment_again_are_merged_again() -> None:
    assert settle({4: [20, 20, 20, 5], 3: [20, 8, 25], 2: [28, 25]})[1].k == 2
    one = settle({4: [20, 20, 20, 5], 3: [20, 8, 25], 2: [8, 25], 1: [33]})[1]
    assert (one.k, one.merged_from) == (1, 4)
    assert choice_reason(one, Formatter("en")).endswith("and one is left.")
    assert one.chosen.k == 1


def test_nothing_small_changes_nothing() -> None:
    segmentation, choice = settle({4: [20, 20, 20, 10]})
    assert segmentation.k == 4
    assert (choice.k, choice.merged_from, choice.merged) == (4, None, None)


def test_everybody_in_one_segment() -> None:
    points = rows_at([0, 4])
    found = one_segment(points)
    assert found.fit.centroids[0, 0] == pytest.approx(2.0, abs=1e-5)
    assert found.fit.inertia == pytest.approx(((points.rows - 2.0) ** 2).sum(), rel=1e-5)
    assert points.assign(floats([[0], [4]]))[1] < 1.0
    assert (found.silhouette, found.mean_ari, found.lowest_jaccard) == (0.0, 1.0, 1.0)


def test_numbers_that_leave_a_small_segment_are_named() -> None:
    results = [result(k, LINE[:k]) for k in (2, 3, 4)]
    people, few = rows_at([0, 1, 10, 12]), Points.of(floats([[0]] * 30 + [[1]] * 30 + [[10]] * 30 + [[12]] * 2))
    assert too_small(results, [(people, 80), (people, 80)]) == frozenset()
    assert too_small(results, [(people, 80), (few, 92)]) == {4}
    assert too_small(results, [(people, 80), (few, 920)]) == frozenset()  # two of 92 stand for twenty
    assert too_small(results, [(people, 80), (few, 0)]) == frozenset()


def test_nobody_is_set_apart_where_that_would_leave_few_people() -> None:
    def threshold(population: list[int], customers: list[int]) -> int | None:
        histogram = {"population": ints(population), "customers": ints(customers)}
        return without_small_sides(RowThreshold(2, histogram, "found"), nested=False).threshold  # type: ignore[arg-type]

    assert threshold([200, 0, 0, 12], [90, 0, 0, 30]) == 2
    assert threshold([200, 0, 0, 12], [90, 0, 0, 0]) == 2
    assert threshold([200, 0, 0, 8], [90, 0, 0, 30]) is None
    assert threshold([200, 0, 0, 12], [90, 0, 0, 3]) is None
    assert threshold([200, 0, 0, 12], [4, 0, 0, 30]) is None


def test_files_agree_on_merged_segments(tmp_path: Path) -> None:
    run = run_files(tmp_path, population_rows(rows=800), customer_rows(rows=60), replace(QUICK, k=5))
    found = run.analysis
    assert found.choice.given
    assert found.choice.merged_from == 5
    assert found.choice.k == len(found.placed) == run.model.segmentation.k < 5
    assert all(s.population.count >= 10 and s.customers.count >= 10 for s in found.placed)
    assert sum(s.customers.count for s in found.segments) == 60
    assert sum(s.population.count for s in found.segments) == 800
    assert len(run.findings.tables["customers"].sizes) == found.choice.k + 1
    assert run.findings.spread.best_match.shape[1] == found.choice.k
    assert any(d.subject == "segments" and "5 segments became" in d.decision for d in found.quality.decisions)
    assert [line.treatment for line in found.suppression if line.what == "small segments"] == ["merged"]


def test_one_segment_makes_a_report(tmp_path: Path) -> None:
    # Fifteen placed customers do not fill two segments.
    run = run_files(tmp_path, population_rows(rows=300), customer_rows(rows=30, low=0.5), replace(QUICK, k=3, k_max=3))
    found = run.analysis
    (only,) = found.placed
    assert (only.population.count, only.customers.count, only.index_placed) == (276, 15, 100.0)
    assert (found.choice.k, found.choice.merged_from) == (1, 3)
    assert found.structure is None
    assert found.reasons["structure"] == "there is one segment only"
    assert "Everybody is one segment" in found.structure_sentence
    assert found.recommendation.write_to == ()
    to_json(found)


def test_numbers_passed_over_are_counted_in_the_reason(tmp_path: Path) -> None:
    run = run_files(tmp_path, population_rows(rows=800), customer_rows(rows=90, low=0.0), replace(QUICK, k_max=6))
    found = run.analysis
    assert all(s.customers.count >= 10 for s in found.placed)
    assert "passed over" in found.choice.reason or found.choice.merged_from is not None
