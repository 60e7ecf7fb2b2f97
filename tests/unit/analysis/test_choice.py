"""The rule for the number of segments, on made-up figures and on clear data."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from reportgen.analysis.choice import choose_k
from reportgen.analysis.kmeans import Fit, Points, simplified_silhouette
from reportgen.analysis.publish_choice import choice_reason
from reportgen.analysis.scan import (
    QUICK,
    KResult,
    Replicates,
    add_null_agreement,
    match,
    normal_cloud,
    pair_agreement,
    scan_k,
    short_list,
)
from reportgen.engine.local import LocalEngine
from reportgen.formatting import Formatter
from tests.unit.analysis.coded import floats, ints

EN = Formatter("en")


def result(
    k: int,
    ari: float,
    jaccard: float,
    ari_null: float | None = None,
    *,
    lead: float | None = None,
    gap: float = 0.0,
) -> KResult:
    """A result with a mean index and a least stable segment as given; the other segments are perfect.

    The lead over data without groups in the silhouette grows with k unless it is given.
    """
    best = np.ones((2, k))
    best[:, 0] = jaccard
    silhouette = 0.3 + (0.03 * k if lead is None else lead)
    fit = Fit(np.zeros((k, 1)), 0.0)
    inertia = 0.6 * float(np.exp(-gap))
    return KResult(k, fit, inertia, 0.6, silhouette, 0.3, (), (ari - 0.01, ari + 0.01), best, ari_null)


def test_both_limits_must_be_met() -> None:
    assert result(3, 0.8, 0.75).stable
    assert not result(3, 0.79, 0.95).stable
    assert not result(3, 0.95, 0.74).stable
    assert result(3, 0.8, 0.75).margin == pytest.approx(1.0)
    assert result(3, 0.4, 0.75).margin == pytest.approx(0.5)
    assert result(3, 0.9, 0.375).margin == pytest.approx(0.5)


def test_every_segment_counts_by_its_mean_over_refits() -> None:
    best = floats([[0.9, 0.5, 1.0], [0.9, 0.9, 1.0]])  # means 0.9, 0.7, 1.0; the median segment has 0.9
    found = KResult(3, Fit(np.zeros((3, 1)), 0.0), 0.5, 0.6, 0.3, 0.3, (), (0.9,), best)
    assert found.lowest_jaccard == pytest.approx(0.7)
    assert not found.stable


def test_of_the_stable_k_the_one_that_stands_out_most_is_chosen() -> None:
    choice = choose_k([result(2, 0.99, 0.99), result(3, 0.7, 0.5), result(4, 0.85, 0.8), result(5, 0.7, 0.5)], None)
    assert (choice.k, choice.given, choice.stable, choice.runner_up) == (4, False, (4, 2), 2)
    assert choice.chosen.k == 4
    assert "refits agree (0.85" in choice_reason(choice, EN)
    assert "2 of the 4 numbers tried" in choice_reason(choice, EN)
    told = "60\xa0% of the spread within segments against 60\xa0%, silhouette"
    assert f"({told} 0.42 against 0.30), k = 2 next ({told} 0.36 against 0.30)" in choice_reason(choice, EN)
    assert "With one more, refits agree at 0.70" in choice_reason(choice, EN)


def test_a_cut_within_a_type_is_stable_but_stands_out_less() -> None:
    results = [result(2, 0.99, 0.99, lead=0.1), result(3, 0.98, 0.98, lead=0.3), result(4, 0.9, 0.9, lead=0.29)]
    choice = choose_k(results, None)
    assert (choice.k, choice.runner_up) == (3, 4)
    assert "One more would be stable too, but stands out less" in choice_reason(choice, EN)


def test_if_no_lead_counts_the_finest_cut_that_repeats_is_chosen() -> None:
    # A lead of 0.019 is one of codes and sample, not of types.
    leads = (0.019, 0.004, -0.01, 0.3)
    results = [result(k, 0.95, 0.95 if k < 5 else 0.3, lead=lead) for k, lead in zip(range(2, 6), leads, strict=True)]
    choice = choose_k(results, None)
    assert (choice.k, choice.runner_up) == (4, 3)
    assert "k = 4 is taken as the finest cut that repeats, k = 3 next" in choice_reason(choice, EN)
    assert "With one more, refits agree at 0.95 and the least stable segment reaches 0.30" in choice_reason(choice, EN)


def test_inertia_and_silhouette_decide_together() -> None:
    # Two neighbouring types: merged, the silhouette is a little better, but the segments are far wider.
    results = [result(3, 0.9, 0.9, lead=0.11, gap=0.20), result(4, 0.9, 0.9, lead=0.10, gap=0.24)]
    assert choose_k(results, None).k == 4
    # A type cut in two: the segments are a little tighter, but the halves lie side by side.
    results = [result(4, 0.9, 0.9, lead=0.10, gap=0.24), result(5, 0.9, 0.9, lead=0.07, gap=0.25)]
    assert choose_k(results, None).k == 4


def test_the_gap_is_the_log_of_the_ratio_of_inertias() -> None:
    # ln(0.6 / 0.3) = ln 2
    found = KResult(2, Fit(np.zeros((2, 1)), 0.0), 0.3, 0.6, 0.3, 0.25, (), (0.9,), np.ones((2, 2)))
    assert found.gap == pytest.approx(0.6931471805599453)
    assert found.lead == pytest.approx(0.05)


def test_a_lead_that_counts_goes_before_a_finer_cut() -> None:
    results = [result(2, 0.95, 0.95, lead=0.021), result(3, 0.95, 0.95, lead=0.019), result(4, 0.5, 0.5)]
    choice = choose_k(results, None)
    assert (choice.k, choice.runner_up) == (2, 3)
    assert results[0].stands_out
    assert not results[1].stands_out


def test_equal_leads_take_the_smaller_k() -> None:
    assert choose_k([result(k, 0.9, 0.9, lead=0.1) for k in (2, 3, 4)], None).k == 2


def test_without_another_stable_k_there_is_no_runner_up() -> None:
    choice = choose_k([result(2, 0.9, 0.9), result(3, 0.7, 0.5)], None)
    assert (choice.k, choice.runner_up) == (2, None)
    assert "no other of the 2 numbers tried" in choice_reason(choice, EN)


def test_the_end_of_the_range_is_said() -> None:
    choice = choose_k([result(2, 0.9, 0.9), result(3, 0.9, 0.9)], None)
    assert (choice.k, choice.runner_up) == (3, 2)
    assert "largest number tried" in choice_reason(choice, EN)
    assert choose_k([result(2, 0.9, 0.9)], None).runner_up is None


def test_without_a_stable_k_the_gain_over_a_structureless_cloud_decides() -> None:
    choice = choose_k([result(2, 0.79, 0.7, 0.70), result(3, 0.6, 0.5, 0.30), result(4, 0.5, 0.4, 0.25)], None)
    assert (choice.k, choice.runner_up) == (3, 4)  # 0.09, 0.30 and 0.25 above the cloud
    assert "At no number of segments" in choice_reason(choice, EN)
    assert "not as types that exist" in choice_reason(choice, EN)
    assert "0.60" in choice_reason(choice, EN)
    assert "0.30" in choice_reason(choice, EN)


def test_equal_gains_take_the_smaller_k() -> None:
    choice = choose_k([result(2, 0.5, 0.5, 0.25), result(3, 0.5, 0.5, 0.25)], None)
    assert (choice.k, choice.runner_up) == (2, 3)
    assert choose_k([result(2, 0.5, 0.5, 0.25)], None).runner_up is None


def test_a_given_k_is_taken_and_reported_as_such() -> None:
    results = [result(2, 0.9, 0.9), result(3, 0.5, 0.4), result(4, 0.9, 0.9)]
    choice = choose_k(results, 3)
    assert (choice.k, choice.given, choice.runner_up) == (3, True, 4)
    assert "set by hand" in choice_reason(choice, EN)
    assert "the data would choose k = 4" in choice_reason(choice, EN)


def test_a_given_k_above_all_stable_ones() -> None:
    choice = choose_k([result(2, 0.9, 0.9), result(3, 0.5, 0.4)], 3)
    assert choice.runner_up == 2
    # That is said whether it is more or fewer than was asked for.
    assert "the data would choose k = 2" in choice_reason(choice, EN)
    assert "no number of segments is stable" in choice_reason(
        choose_k([result(2, 0.5, 0.5), result(3, 0.5, 0.4)], 3), EN
    )


def test_a_given_k_that_stability_would_choose_too() -> None:
    choice = choose_k([result(2, 0.5, 0.5), result(3, 0.9, 0.9)], 3)
    assert choice.runner_up is None
    assert "the data would choose it too" in choice_reason(choice, EN)


def test_the_short_list_prefers_wide_leads_near_the_limits() -> None:
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


def blobs(rows: int = 400) -> Points:
    random = np.random.default_rng(2)
    centres = floats([[0, 0], [9, 0], [0, 9]])
    return Points.of(centres[random.integers(0, 3, rows)] + random.standard_normal((rows, 2)))


def cloud_like(points: Points) -> Points:
    return normal_cloud(len(points.rows), np.asarray(points.rows.var(axis=0), dtype=np.float64), 1)


def test_clear_groups_are_found_by_the_scan() -> None:
    points = blobs()
    steps: list[str] = []
    results = scan_k(LocalEngine(1), points, cloud_like(points), range(2, 6), 1, QUICK, on_step=steps.append)
    assert [r.k for r in results] == [2, 3, 4, 5]
    assert choose_k(results, None).k == 3
    three = results[1]
    assert three.mean_ari == 1.0
    assert three.lowest_jaccard == 1.0
    assert three.silhouette == pytest.approx(simplified_silhouette(points, three.fit.centroids))
    # Inertia within over total: three unit blobs of 18 + 18 squared spread against 2 within.
    assert three.inertia < 0.1 < three.inertia_null
    assert three.silhouette > 0.8 > 0.5 > three.silhouette_null > 0.3
    assert [len(r.ari) for r in results].count(QUICK.short_list) == QUICK.short_list_size
    assert [len(r.ari) for r in results].count(QUICK.every) == 4 - QUICK.short_list_size
    assert all(len(r.refits) == 2 * len(r.ari) for r in results)
    assert len(steps) == 3


def assert_equal_results(first: Sequence[KResult], second: Sequence[KResult]) -> None:
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one.fit.centroids, other.fit.centroids)
        assert (one.inertia, one.inertia_null, one.silhouette) == (other.inertia, other.inertia_null, other.silhouette)
        assert one.silhouette_null == other.silhouette_null
        assert (one.ari, one.ari_null) == (other.ari, other.ari_null)
        np.testing.assert_array_equal(one.best_match, other.best_match)


def test_threads_do_not_change_the_scan() -> None:
    points = blobs(150)
    few = Replicates(2, 3, 1)
    scans = []
    for threads in (1, 2):
        engine = LocalEngine(threads)
        results = scan_k(engine, points, cloud_like(points), range(2, 5), 3, few)
        scans.append(add_null_agreement(engine, results, cloud_like(points), 3, 2))
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
    assert [len(r.ari) for r in results] == [2, 2, 2, 4]


def test_agreement_on_a_cloud_without_groups() -> None:
    cloud = normal_cloud(300, floats([1.0, 1.0]), 5)
    other = normal_cloud(300, floats([1.0, 1.0]), 6)
    results = scan_k(LocalEngine(1), cloud, other, [4], 5, Replicates(3, 3, 1))
    (found,) = add_null_agreement(LocalEngine(1), results, other, 5, 6)
    assert found.ari_null is not None
    assert 0.1 < found.ari_null < 0.95
    assert found.inertia == pytest.approx(found.inertia_null, rel=0.1)
    assert found.silhouette == pytest.approx(found.silhouette_null, abs=0.03)


def test_the_cloud_has_the_variances_of_the_components() -> None:
    cloud = normal_cloud(20_000, floats([4.0, 0.25]), 1)
    np.testing.assert_allclose(cloud.rows.var(axis=0), [4, 0.25], rtol=0.05)
    np.testing.assert_array_equal(cloud.rows, normal_cloud(20_000, floats([4.0, 0.25]), 1).rows)
