"""What the encoder keeps whatever the counts: centre, inertia, distances under new names and directions."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from reportgen.analysis.encoding import LOOKUP_STEP, Encoder, fit_encoder, rank_normal, skewness
from reportgen.dictionary import Direction, Kind
from tests.unit.analysis.coded import aspect_of, coded_column, floats, ints

LEVEL_COUNTS = st.lists(st.integers(0, 400), min_size=2, max_size=9)
WEIGHTS = st.sampled_from([0.25, 1.0, 2.0])


def encode(kind: Kind, counts: list[int], weight: float = 1.0, **feature: Any) -> Encoder:
    """One feature with a level per count and ten blank rows."""
    codes = [*(str(i + 1) for i in range(len(counts))), ""]
    column = coded_column("a", codes, kind, weight=weight, **feature)
    return fit_encoder([aspect_of(column)], (ints([*counts, 10]),))


def table_of(encoder: Encoder) -> NDArray[np.float64]:
    assume(encoder.stretches)
    return encoder.stretches[0].table.astype(np.float64)


@given(LEVEL_COUNTS, WEIGHTS, st.sampled_from([Kind.ORDINAL, Kind.CATEGORICAL, Kind.NUMERIC]))
def test_encoded_columns_have_mean_0_and_the_inertia_of_their_weight(
    counts: list[int], weight: float, kind: Kind
) -> None:
    table = table_of(encode(kind, counts, weight))[:-1]
    shares = np.array(counts) / sum(counts)
    # An entry is off by half a step, a mean of them too; an inertia by as much times twice the size of the entries.
    assert np.abs(shares @ table).max() <= LOOKUP_STEP / 2 * 1.001
    inertia = float((shares @ table**2).sum())
    bound = LOOKUP_STEP * (shares @ np.abs(table)).sum() + table.shape[1] * LOOKUP_STEP**2
    assert abs(inertia - weight) <= bound


@given(LEVEL_COUNTS, st.sampled_from([Kind.ORDINAL, Kind.CATEGORICAL, Kind.NUMERIC]))
def test_missing_values_are_neutral(counts: list[int], kind: Kind) -> None:
    assert not table_of(encode(kind, counts))[-1].any()


@given(LEVEL_COUNTS)
def test_reversing_a_direction_turns_the_sign_and_nothing_else(counts: list[int]) -> None:
    plain = table_of(encode(Kind.ORDINAL, counts))
    turned = table_of(encode(Kind.ORDINAL, counts, direction=Direction.DESCENDING))
    np.testing.assert_array_equal(plain, -turned)


def gaps(table: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.linalg.norm(table[:, np.newaxis] - table, axis=2))


@given(LEVEL_COUNTS, st.randoms(use_true_random=False))
def test_new_codes_for_the_same_names_leave_distances_as_they_are(counts: list[int], random: object) -> None:
    order = list(range(len(counts)))
    random.shuffle(order)  # type: ignore[attr-defined]
    shares = np.array(counts) / max(sum(counts), 1)
    # With one rare level, the next rarest is pooled with it; of equal ones the first in order is taken.
    assume(len(set(counts)) == len(counts) or not ((shares > 0) & (shares < 0.005)).any())
    table = table_of(encode(Kind.CATEGORICAL, counts))[:-1]
    renamed = table_of(encode(Kind.CATEGORICAL, [counts[i] for i in order]))[:-1]
    np.testing.assert_allclose(gaps(table)[np.ix_(order, order)], gaps(renamed), atol=4 * LOOKUP_STEP)


@given(LEVEL_COUNTS, st.integers(2, 9))
def test_more_rows_in_the_same_shares_change_nothing(counts: list[int], times: int) -> None:
    np.testing.assert_array_equal(
        table_of(encode(Kind.CATEGORICAL, counts)), table_of(encode(Kind.CATEGORICAL, [times * c for c in counts]))
    )


@given(LEVEL_COUNTS, st.floats(0.1, 100), st.floats(-50, 50))
def test_a_linear_change_of_the_numbers_changes_nothing(counts: list[int], scale: float, shift: float) -> None:
    assume(sum(c > 0 for c in counts) > 1)
    codes = [f"{i + 1}" for i in range(len(counts))]
    moved = [f"{(i + 1) * scale + shift:.9f}" for i in range(len(counts))]
    plain, linear = (
        table_of(fit_encoder([aspect_of(coded_column("a", names, levels=names))], (ints(counts),)))
        for names in (codes, moved)
    )
    skew = abs(skewness(np.arange(1.0, len(counts) + 1), ints(counts)))
    assume(abs(skew - 2.0) > 1e-6)  # on the limit itself rounding decides
    np.testing.assert_allclose(plain, linear, atol=LOOKUP_STEP * 1.01)


@given(LEVEL_COUNTS)
def test_normal_scores_keep_the_order_and_mirror_with_it(counts: list[int]) -> None:
    assume(sum(counts) > 0)
    values = np.arange(float(len(counts)))
    scores = rank_normal(values, ints(counts))
    assert (np.diff(scores) >= 0).all()
    mirrored = rank_normal(-values, ints(counts))
    np.testing.assert_allclose(scores, -mirrored, atol=1e-9)


@given(LEVEL_COUNTS)
def test_skewness_mirrors(counts: list[int]) -> None:
    assume(sum(counts) > 0)
    values = floats(np.arange(len(counts)))
    assert abs(skewness(values, ints(counts)) + skewness(-values, ints(counts))) < 1e-9


@settings(max_examples=50)
@given(st.lists(st.lists(st.integers(0, 50), min_size=4, max_size=4), min_size=1, max_size=4))
def test_means_of_groups_are_means_of_encoded_rows(groups: list[list[int]]) -> None:
    encoder = encode(Kind.CATEGORICAL, [30, 20, 10])
    table = table_of(encoder)
    means = encoder.means({"a": ints(groups)})
    for group, mean in zip(groups, means, strict=True):
        if sum(group):
            np.testing.assert_allclose(mean, np.repeat(table, group, axis=0).mean(axis=0), atol=1e-12)
        else:
            assert np.isnan(mean).all()
