"""What holds for every count: index, intervals, p-values, effect sizes."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reportgen.analysis.comparison import (
    GroupCounts,
    Scale,
    benjamini_hochberg,
    cohen_h,
    holm,
    sampling_interval,
    score_interval,
    standardised_difference,
    two_proportion_p,
)
from reportgen.analysis.verdicts import judge, total_error

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=40)
SHARES = st.floats(0, 1)


@st.composite
def separate(draw: st.DrawFn) -> GroupCounts:
    C, N = draw(st.integers(1, 100_000)), draw(st.integers(1, 1_000_000))
    return GroupCounts(draw(st.integers(0, C)), C, draw(st.integers(0, N)), N)


@st.composite
def nested(draw: st.DrawFn) -> GroupCounts:
    c, others = draw(st.integers(0, 2_000)), draw(st.integers(0, 2_000))
    outside, rest = draw(st.integers(0, 20_000)), draw(st.integers(0, 20_000))
    assume(c + outside > 0)
    return GroupCounts(c, c + outside, c + others, c + others + outside + rest, overlap=1.0)


ANY = st.one_of(separate(), nested())


@settings(max_examples=400)
@given(ANY)
def test_the_interval_contains_the_index(group: GroupCounts) -> None:
    interval = sampling_interval(group)
    if group.index is None:
        assert interval is None
        return
    assert interval is not None
    low, high = interval
    assert math.isfinite(high)
    assert 0 <= low <= group.index * (1 + 1e-9)
    assert high >= group.index * (1 - 1e-9)


@given(ANY, st.floats(0.5, 3.0))
def test_more_confidence_is_a_wider_interval(group: GroupCounts, z: float) -> None:
    narrow, wide = sampling_interval(group, z), sampling_interval(group, z * 1.2)
    if narrow is not None and wide is not None:
        assert wide[0] <= narrow[0] * (1 + 1e-9)
        assert wide[1] >= narrow[1] * (1 - 1e-9)


@given(separate(), st.integers(2, 50))
def test_the_index_depends_on_shares_alone(group: GroupCounts, times: int) -> None:
    larger = GroupCounts(group.c * times, group.C * times, group.n * times, group.N * times)
    assert larger.index == (None if group.index is None else pytest.approx(group.index))
    one, other = sampling_interval(group), sampling_interval(larger)
    if one is not None and other is not None and group.c >= 30 and group.expected >= 30 and one[1] > one[0]:
        # On the log scale the width shrinks with the root of the counts.
        assert math.log(other[1] / other[0]) == pytest.approx(math.log(one[1] / one[0]) / math.sqrt(times), rel=1e-6)


@given(nested())
def test_the_variance_for_nested_files_is_never_negative_and_at_most_that_of_separate_ones(group: GroupCounts) -> None:
    assume(group.c > 0)
    apart = GroupCounts(group.c, group.C, group.n, group.N)
    assert -1e-12 <= group.log_variance() <= apart.log_variance() + 1e-12


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(1, 5_000)), min_size=1, max_size=8))
def test_indices_weighted_by_population_average_to_100(groups: list[tuple[int, int]]) -> None:
    C, N = sum(c for c, _ in groups), sum(n for _, n in groups)
    assume(C > 0)
    indices = [GroupCounts(c, C, n, N).index or 0.0 for c, n in groups]
    assert sum(index * n / N for index, (_, n) in zip(indices, groups, strict=True)) == pytest.approx(100.0)


@given(separate())
def test_the_score_interval_never_excludes_what_was_seen(group: GroupCounts) -> None:
    assume(group.n > 0)
    low, high = score_interval(group)
    index = group.index
    assert index is not None
    assert low <= index * (1 + 1e-9) <= high * (1 + 1e-8)


@given(ANY)
def test_p_values_are_probabilities(group: GroupCounts) -> None:
    assert 0.0 <= two_proportion_p(group) <= 1.0


@given(P_VALUES)
def test_adjusted_p_values_are_never_smaller_and_keep_the_order(p_values: list[float]) -> None:
    p = np.array(p_values)
    for adjust in (benjamini_hochberg, holm):
        adjusted = adjust(p_values)
        assert (adjusted >= p * (1 - 1e-12)).all()
        assert (adjusted <= 1.0).all()
        assert (np.diff(adjusted[np.argsort(p, kind="stable")]) >= 0).all()
    assert (holm(p_values) >= benjamini_hochberg(p_values) * (1 - 1e-12)).all()


@given(P_VALUES, st.randoms(use_true_random=False))
def test_the_order_of_tests_does_not_matter(p_values: list[float], random: object) -> None:
    order = list(range(len(p_values)))
    random.shuffle(order)  # type: ignore[attr-defined]
    for adjust in (benjamini_hochberg, holm):
        np.testing.assert_allclose(adjust(p_values)[order], adjust([p_values[i] for i in order]), rtol=1e-12)


@given(SHARES, SHARES)
def test_cohens_h_is_odd_bounded_and_mirrors(a: float, b: float) -> None:
    assert cohen_h(a, b) == -cohen_h(b, a)
    assert abs(cohen_h(a, b)) <= math.pi + 1e-12
    assert cohen_h(1 - a, 1 - b) == pytest.approx(-cohen_h(a, b), abs=1e-6)
    assert (cohen_h(a, b) >= 0) == (a >= b) or abs(a - b) < 1e-12


@given(st.lists(st.integers(-9, 9), min_size=2, max_size=60), st.integers(1, 59))
def test_the_rest_of_a_scale_is_what_is_left(values: list[int], cut: int) -> None:
    assume(cut < len(values))

    def scale(part: list[int]) -> Scale:
        return Scale(len(part), float(np.mean(part)), float(np.std(part)))

    rest, direct = scale(values).without(scale(values[:cut])), scale(values[cut:])
    assert rest.n == direct.n
    assert rest.mean == pytest.approx(direct.mean, abs=1e-9)
    assert rest.sd == pytest.approx(direct.sd, abs=1e-6)


@given(st.integers(2, 500), st.floats(-5, 5), st.floats(0.1, 5), st.floats(0.1, 10), st.floats(-9, 9))
def test_the_standardised_difference_has_no_unit(n: int, mean: float, sd: float, scale: float, shift: float) -> None:
    here, everybody = Scale(n, mean, sd), Scale(1_000, 0.3, 1.7)
    moved = [Scale(s.n, s.mean * scale + shift, s.sd * scale) for s in (here, everybody)]
    one, other = standardised_difference(here, everybody, inside=False), standardised_difference(*moved, inside=False)
    assert one is not None
    assert other is not None
    assert one == pytest.approx(other, rel=1e-6, abs=1e-9)


@given(nested(), st.floats(0, 0.5), st.floats(0, 1), st.floats(0, 1))
def test_verdicts_are_words_of_the_contract(group: GroupCounts, log_sd: float, jaccard: float, p_holm: float) -> None:
    error = total_error(group, log_sd)
    verdict = judge(group.expected, jaccard, error, p_holm)
    assert verdict in {"over", "under", "at par", "inconclusive"}
    if error is not None and verdict == "over":
        assert error.index >= 110
    sampling = sampling_interval(group)
    if error is not None and sampling is not None and min(group.expected, group.c) >= 30:
        assert error.interval[0] <= sampling[0] * (1 + 1e-9)
        assert error.interval[1] >= sampling[1] * (1 - 1e-9)
