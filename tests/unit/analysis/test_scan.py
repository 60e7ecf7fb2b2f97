"""Refits of every number of segments, on clear and on formless clouds, and the short list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from reportgen.analysis.agreement import simplified_silhouette
from reportgen.analysis.kmeans import lloyd
from reportgen.analysis.null_agreement import add_null_agreement, excess
from reportgen.analysis.null_clouds import NormalCloud
from reportgen.analysis.refits import Agreement, draw_refits, match, measure_agreement, pair_agreement
from reportgen.analysis.scan import QUICK, KResult, Replicates, scan_k, short_list
from reportgen.engine.local import LocalEngine
from tests.unit.analysis.coded import floats, ints
from tests.unit.analysis.scanned import agreement, blobs, cloud_like, result


def test_both_limits_must_be_met() -> None:
    assert result(3, 0.8, 0.75).stable
    assert not result(3, 0.79, 0.95).stable
    assert not result(3, 0.95, 0.74).stable
    assert agreement(3, 0.8, 0.75).margin == pytest.approx(1.0)
    assert agreement(3, 0.4, 0.75).margin == pytest.approx(0.5)
    assert agreement(3, 0.9, 0.375).margin == pytest.approx(0.5)


def test_more_rows_can_refute() -> None:
    assert result(3, 0.9, 0.9, large=(0.9, 0.9)).stable
    assert not result(3, 0.9, 0.9, large=(0.79, 0.9)).stable
    assert result(3, 0.9, 0.9, large=(0.9, 0.7)).refuted
    assert not result(3, 0.9, 0.9).refuted
    assert result(3, 0.9, 0.9, large=(0.7, 0.9)).weakest_ari == pytest.approx(0.7)
    assert result(3, 0.8, 0.9, large=(0.9, 0.9)).weakest_ari == pytest.approx(0.8)
    assert result(3, 0.8, 0.9).weakest_ari == pytest.approx(0.8)
    # More rows do not make stable what is not on the sample.
    assert not result(3, 0.7, 0.9, large=(0.9, 0.9)).stable


def test_every_segment_counts_by_its_mean_over_refits() -> None:
    best = floats([[0.9, 0.5, 1.0], [0.9, 0.9, 1.0]])  # means 0.9, 0.7, 1.0; the median segment has 0.9
    found = Agreement(100, (0.9,), best)
    assert found.lowest_jaccard == pytest.approx(0.7)
    assert not found.stable


def test_the_gap_is_the_log_of_the_ratio_of_inertias() -> None:
    # ln(0.6 / 0.3) = ln 2
    found = replace(result(2, 0.9, 0.9, lead=0.05), inertia=0.3)
    assert found.gap == pytest.approx(0.6931471805599453)
    assert found.lead == pytest.approx(0.05)


def test_the_short_list_prefers_those_that_stand_out_near_the_limits() -> None:
    results = [
        result(2, 0.99, 0.99),
        result(3, 0.9, 0.9),
        result(4, 0.77, 0.9),
        result(5, 0.75, 0.9),
        result(6, 0.4, 0.2),
    ]
    # 0.77/0.8 = 0.9625 is near enough, 0.75/0.8 = 0.9375 is not.
    assert short_list(results, 3, None) == [4, 3, 2]
    assert short_list(results, 4, None) == [4, 3, 2, 5]


def test_the_short_list_is_filled_by_the_best_others() -> None:
    results = [result(2, 0.5, 0.7), result(3, 0.6, 0.7), result(4, 0.9, 0.9), result(5, 0.6, 0.7)]
    assert short_list(results, 3, None) == [4, 3, 5]


def test_a_given_k_is_always_on_the_short_list() -> None:
    results = [result(2, 0.99, 0.99), result(3, 0.9, 0.9), result(4, 0.1, 0.1)]
    assert short_list(results, 2, 4) == [4, 3]
    assert short_list(results, 2, 3) == [3, 2]


def test_consecutive_refits_form_pairs() -> None:
    a, b = ints([0, 0, 1, 1]), ints([0, 1, 0, 1])
    assert pair_agreement([a, a, b, b, a, b], 2) == pytest.approx((1.0, 1.0, -0.5))
    # a against b: no pair shared, expected 2 x 2/6; (0 - 2/3)/(2 - 2/3) = -0.5.


def test_segments_are_matched_by_their_best_jaccard() -> None:
    reference = ints([0, 0, 0, 1, 1, 1])
    renamed, moved = ints([1, 1, 1, 0, 0, 0]), ints([0, 0, 1, 1, 1, 1])
    np.testing.assert_allclose(match(reference, [renamed, moved], 2), [[1.0, 1.0], [2 / 3, 3 / 4]])


def test_clear_groups_are_found_by_the_scan() -> None:
    points = blobs()
    results = scan_k(LocalEngine(1), points, cloud_like(points), range(2, 6), 1, QUICK)
    assert [r.k for r in results] == [2, 3, 4, 5]
    three = results[1]
    assert three.mean_ari == 1.0
    assert three.lowest_jaccard == 1.0
    assert three.silhouette == pytest.approx(simplified_silhouette(points, three.fit.centroids))
    # Inertia within over total: three unit blobs of 18 + 18 squared spread against 2 within.
    assert three.inertia < 0.1 < three.inertia_null
    assert three.silhouette > 0.8 > 0.5 > three.silhouette_null > 0.3
    assert [len(r.agreement.ari) for r in results].count(QUICK.short_list) == QUICK.short_list_size
    assert [len(r.agreement.ari) for r in results].count(QUICK.every) == 4 - QUICK.short_list_size
    assert all(len(r.refits) == 2 * len(r.agreement.ari) for r in results)


def assert_equal_results(first: Sequence[KResult], second: Sequence[KResult]) -> None:
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one.fit.centroids, other.fit.centroids)
        assert (one.inertia, one.inertia_null, one.silhouette) == (other.inertia, other.inertia_null, other.silhouette)
        assert one.silhouette_null == other.silhouette_null
        assert (one.agreement.ari, one.ari_null) == (other.agreement.ari, other.ari_null)
        np.testing.assert_array_equal(one.agreement.best_match, other.agreement.best_match)


def test_threads_do_not_change_the_scan() -> None:
    points = blobs(150)
    few = Replicates(2, 3, 1)
    scans = []
    for threads in (1, 2):
        engine = LocalEngine(threads)
        results = scan_k(engine, points, cloud_like(points), range(2, 5), 3, few)
        scans.append(add_null_agreement(engine, results, cloud_like(points), 150, 3, 2))
    assert_equal_results(*scans)


def test_more_ks_do_not_change_the_figures_of_one() -> None:
    points = blobs(150)
    few = Replicates(2, 2, 1)
    narrow = scan_k(LocalEngine(1), points, cloud_like(points), [3], 3, few)
    wide = scan_k(LocalEngine(1), points, cloud_like(points), range(2, 5), 3, few)
    assert_equal_results(narrow, wide[1:2])


def test_a_given_k_gets_the_replicates_of_the_short_list() -> None:
    points = blobs(150)
    results = scan_k(LocalEngine(1), points, cloud_like(points), range(2, 6), 1, Replicates(2, 4, 1), must_have=5)
    assert [len(r.agreement.ari) for r in results] == [2, 2, 2, 4]


def test_agreement_on_a_cloud_without_groups() -> None:
    cloud = NormalCloud(floats([1.0, 1.0]))
    results = scan_k(LocalEngine(1), cloud.draw(300, 5), cloud, [4], 6, Replicates(3, 3, 1))
    (found,) = add_null_agreement(LocalEngine(1), results, cloud, 300, 6, 6)
    assert found.ari_null is not None
    assert 0.1 < found.ari_null < 0.95
    assert found.inertia == pytest.approx(found.inertia_null, rel=0.1)
    assert found.silhouette == pytest.approx(found.silhouette_null, abs=0.03)


def test_the_cloud_has_the_variances_of_the_components() -> None:
    cloud = NormalCloud(floats([4.0, 0.25]))
    drawn = cloud.draw(20_000, 1).rows
    np.testing.assert_allclose(drawn.var(axis=0), [4, 0.25], rtol=0.05)
    np.testing.assert_array_equal(drawn, cloud.draw(20_000, 1).rows)
    assert (drawn != cloud.draw(20_000, 1, 1).rows).any()


def test_refits_are_applied_to_the_rows_they_were_drawn_from() -> None:
    points = blobs(200)
    found = draw_refits(LocalEngine(2), points, {2: range(2), 3: range(1, 3)}, (7, 1))
    assert [len(found[2]), len(found[3])] == [2, 2]
    for refits in found.values():
        for refit in refits:
            labels, inertia = points.assign(refit.centroids)
            np.testing.assert_array_equal(refit.labels, labels)
            assert refit.inertia == inertia
    # The third replicate of k = 3 is the same whoever else is wanted.
    alone = draw_refits(LocalEngine(1), points, {3: range(2, 3)}, (7, 1))
    np.testing.assert_array_equal(alone[3][0].centroids, found[3][1].centroids)
    other = draw_refits(LocalEngine(1), points, {3: range(2, 3)}, (7, 2))
    assert (other[3][0].centroids != alone[3][0].centroids).any()


def test_the_reference_is_at_least_as_good_as_every_refit() -> None:
    null = NormalCloud(floats([2.0, 1.0, 1.0]))
    cloud = null.draw(300, 3)
    for found in scan_k(LocalEngine(1), cloud, null, range(5, 8), 3, Replicates(4, 4, 1)):
        best = min(lloyd(cloud, centroids).inertia for centroids in found.refits)
        assert found.fit.inertia <= best * (1 + 1e-3)


def test_agreement_is_measured_on_all_rows() -> None:
    points = blobs(200)
    refits = draw_refits(LocalEngine(1), points, {3: range(4)}, (1, 1))[3]
    found = measure_agreement(points.nearest(refits[0].centroids), refits)
    assert (found.rows, found.ari, found.best_match.shape) == (200, (1.0, 1.0), (4, 3))
    assert found.lowest_jaccard == 1.0


def test_only_those_that_can_win_are_compared_with_a_cloud() -> None:
    # On a cloud in one dimension refits agree well, so excesses are small and all must be measured but the hopeless.
    results = [result(2, 0.95, 0.5), result(3, 0.93, 0.5), result(4, 0.92, 0.5), result(5, 0.0, 0.1)]
    found = add_null_agreement(LocalEngine(1), results, NormalCloud(floats([1.0, 0.9, 0.8])), 300, 5, 3)
    measured = [r.k for r in found if r.ari_null is not None]
    assert measured[:2] == [2, 3]
    assert 5 not in measured
    second = sorted((excess(r) for r in found if r.ari_null is not None), reverse=True)[1]
    assert all(r.mean_ari <= second for r in found if r.ari_null is None)


def test_an_excess_counts_from_zero() -> None:
    assert excess(result(2, 0.5, 0.5, 0.2)) == pytest.approx(0.3)
    assert excess(result(2, 0.5, 0.5, -0.01)) == pytest.approx(0.5)
    assert excess(result(2, 0.5, 0.5)) == pytest.approx(0.5)
