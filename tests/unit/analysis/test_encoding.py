"""The look-up tables of tiny features, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from reportgen.analysis.aspects import Aspect, aspects_of
from reportgen.analysis.encoding import (
    LOOKUP_STEP,
    Encoder,
    fit_encoder,
    pool_rare,
    rank_normal,
    skewness,
)
from reportgen.dictionary import Direction, Kind, Part
from tests.unit.analysis.coded import aspect_of, coded_column, floats, ints

HALF_STEP = LOOKUP_STEP / 2


def encode(aspect: Aspect, counts: list[int], *, cap: bool = True) -> Encoder:
    return fit_encoder([aspect], (ints(counts),), cap=cap)


def close(found: object, expected: object) -> None:
    """Compare with what was worked out by hand, to the rounding of the look-up tables."""
    np.testing.assert_allclose(np.asarray(found), np.asarray(expected), rtol=0, atol=HALF_STEP * 1.001)


def test_a_scale_is_standardised() -> None:
    # 1, 1, 3, 3, missing: mean 2, sd 1.
    (stretch,) = encode(aspect_of(coded_column("a", ("1", "3", "", "7"), unknown=["7"])), [2, 2, 5, 3]).stretches
    close(stretch.table, [[-1], [1], [0], [0]])
    assert stretch.level_names == ("",)
    assert not stretch.ranked


def test_a_scale_with_unequal_counts() -> None:
    # 1 x 3, 2 x 1: mean 1.25, variance 0.1875; z = -0.25/0.4330 = -0.5774 and 0.75/0.4330 = 1.7321.
    (stretch,) = encode(aspect_of(coded_column("a", ("1", "2"))), [3, 1]).stretches
    close(stretch.table, [[-0.577350], [1.732051]])


def test_a_value_that_nobody_of_the_population_has_is_still_a_number() -> None:
    (stretch,) = encode(aspect_of(coded_column("a", ("1", "3", "5"))), [2, 2, 0]).stretches
    close(stretch.table, [[-1], [1], [3]])


def test_a_turned_scale_changes_its_sign() -> None:
    turned = aspect_of(coded_column("a", ("1", "3", ""), direction=Direction.DESCENDING))
    close(encode(turned, [2, 2, 1]).stretches[0].table, [[1], [-1], [0]])


def test_a_weight_multiplies_inertia() -> None:
    (stretch,) = encode(aspect_of(coded_column("a", ("1", "3"), weight=4.0)), [2, 2]).stretches
    close(stretch.table, [[-2], [2]])  # variance 4 = weight x 1


def test_names_in_the_famd_metric_with_and_without_cap() -> None:
    # Shares 1/2, 1/4, 1/4. Column l is (1 - p)/√p where the level holds and -√p elsewhere:
    # p = 1/2: 0.70711, -0.70711; p = 1/4: 1.5, -0.5.
    aspect = aspect_of(coded_column("kind", ("x", "y", "z", ""), Kind.CATEGORICAL))
    plain = floats([[0.707107, -0.5, -0.5], [-0.707107, 1.5, -0.5], [-0.707107, -0.5, 1.5], [0.0, 0.0, 0.0]])
    (stretch,) = encode(aspect, [20, 10, 10, 7], cap=False).stretches
    close(stretch.table, plain)
    assert stretch.level_names == ("x", "y", "z")
    # The inertia of the block is 3 - 1 = 2; the cap divides the table by √2.
    (capped,) = encode(aspect, [20, 10, 10, 7]).stretches
    close(capped.table, plain / np.sqrt(2))
    inertia = (np.array([20, 10, 10, 0]) / 40) @ (capped.table.astype(np.float64) ** 2)
    assert inertia.sum() == pytest.approx(1.0, abs=1e-3)


def test_a_weight_on_names_scales_the_cap() -> None:
    aspect = aspect_of(coded_column("kind", ("x", "y", "z"), Kind.CATEGORICAL, weight=0.5))
    (stretch,) = encode(aspect, [20, 10, 10]).stretches
    inertia = (np.array([20, 10, 10]) / 40) @ (stretch.table.astype(np.float64) ** 2)
    assert inertia.sum() == pytest.approx(0.5, abs=1e-3)


def test_two_names_are_one_column() -> None:
    # Share of the second 0.2: (1 - 0.2)/0.4 = 2 and -0.2/0.4 = -0.5.
    (stretch,) = encode(aspect_of(coded_column("flag", ("no", "yes", ""), Kind.BINARY)), [8, 2, 5]).stretches
    close(stretch.table, [[-0.5], [2.0], [0]])
    assert stretch.level_names == ("yes",)


def test_two_names_in_the_distance_are_what_two_indicators_would_be() -> None:
    # With indicators (1 - p)/√p and -√q: squared distance 1/p + 1/q = 1/(p q), as with the z-scored column.
    (stretch,) = encode(aspect_of(coded_column("flag", ("no", "yes"), Kind.BINARY)), [8, 2]).stretches
    assert float(np.ptp(stretch.table)) ** 2 == pytest.approx(1 / (0.2 * 0.8), rel=1e-3)


@pytest.mark.parametrize("cap", [True, False])
def test_names_that_nobody_has_are_neutral(cap: bool) -> None:
    aspect = aspect_of(coded_column("kind", ("x", "y", "z"), Kind.CATEGORICAL))
    (stretch,) = encode(aspect, [30, 10, 0], cap=cap).stretches
    close(stretch.table, [[-np.sqrt(1 / 3)], [np.sqrt(3)], [0]])


def test_what_does_not_vary_is_left_out() -> None:
    column, names = coded_column("a", ("1", "2", "")), coded_column("n", ("x", "y", ""), Kind.CATEGORICAL)
    encoder = fit_encoder(
        [aspect_of(column), aspect_of(names, position=1)],
        (ints([10, 0, 5]), ints([0, 10, 5])),
    )
    assert encoder.stretches == ()


def test_rare_names_are_pooled() -> None:
    # 1,000 known rows: c (4) and d (3) are under 0.5 %, e has exactly 0.5 %, f nobody.
    aspect = aspect_of(coded_column("kind", ("a", "b", "c", "d", "e", "f"), Kind.CATEGORICAL))
    group_of, names = pool_rare(aspect, ints([600, 388, 4, 3, 5, 0]))
    assert names == ("a", "b", "e", "c / d")
    np.testing.assert_array_equal(group_of, [0, 1, 3, 3, 2, -1])


def test_a_single_rare_name_is_pooled_with_the_next_rarest() -> None:
    aspect = aspect_of(coded_column("kind", ("a", "b", "c", "d"), Kind.CATEGORICAL))
    group_of, names = pool_rare(aspect, ints([600, 100, 297, 3]))
    assert names == ("a", "c", "b / d")
    np.testing.assert_array_equal(group_of, [0, 2, 1, 2])


def test_the_pooled_name_lists_three_at_most() -> None:
    aspect = aspect_of(coded_column("kind", tuple("abcdefg"), Kind.CATEGORICAL))
    assert pool_rare(aspect, ints([900, 900, 1, 2, 3, 4, 5]))[1] == ("a", "b", "c / d / e")


def test_two_levels_left_after_pooling_are_one_scale() -> None:
    aspect = aspect_of(coded_column("kind", ("a", "b", "c"), Kind.CATEGORICAL))
    (stretch,) = encode(aspect, [996, 2, 2]).stretches
    p = 0.004
    close(stretch.table, [[-p / np.sqrt(p * (1 - p))], *[[(1 - p) / np.sqrt(p * (1 - p))]] * 2])
    assert stretch.level_names == ("b / c",)


def test_a_mixed_code_enters_by_its_parts() -> None:
    parts = (
        Part("decade", "decade", {"1": "40", "2": "50", "3": "50"}),
        Part("style", "style", {"1": "plain", "2": "new"}),
    )
    column = coded_column("youth", ("1", "2", "3", ""), Kind.MIXED, parts=parts)
    encoder = fit_encoder(aspects_of(column, 0, Kind.MIXED), (ints([4, 2, 2, 9]),))
    decade, style = encoder.stretches
    close(decade.table, [[-1], [1], [1], [0]])
    # Style is known in 6 rows, 2 of them new: p = 1/3; code 3 has none.
    close(style.table, [[-np.sqrt(0.5)], [np.sqrt(2)], [0], [0]])
    np.testing.assert_array_equal(encoder.owner, [0, 0])
    assert encoder.width == 2
    assert [c.name for c in encoder.columns] == ["youth"]


def test_tables_are_multiples_of_the_step() -> None:
    random = np.random.default_rng(4)
    codes = tuple(str(i) for i in range(12))
    counts = random.integers(1, 500, 12).tolist()
    for kind in (Kind.ORDINAL, Kind.CATEGORICAL):
        for stretch in encode(aspect_of(coded_column("a", codes, kind)), counts).stretches:
            multiples = stretch.table.astype(np.float64) / LOOKUP_STEP
            np.testing.assert_array_equal(multiples, np.round(multiples))
            assert stretch.table.dtype == np.float32


def test_skewness_by_hand() -> None:
    # 0, 0, 0, 4: mean 1, gaps -1, -1, -1, 3; m2 = 12/4 = 3, m3 = (27 - 3)/4 = 6; 6 / 3^1.5 = 1.1547.
    assert skewness(floats([0, 4]), ints([3, 1])) == pytest.approx(6 / 3**1.5)
    assert skewness(floats([-4, 0]), ints([1, 3])) == pytest.approx(-6 / 3**1.5)
    assert skewness(floats([5]), ints([3])) == 0.0


@pytest.mark.parametrize(
    ("ones", "ranked"),
    # A 0/1 column with share p has skewness (1 - 2p)/√(p(1 - p)): 2.04 at p = 0.143, 1.96 at 0.15.
    [(143, True), (150, False)],
)
def test_skewed_scales_become_normal_scores(ones: int, ranked: bool) -> None:
    (stretch,) = encode(aspect_of(coded_column("a", ("0", "1"), Kind.NUMERIC)), [1_000 - ones, ones]).stretches
    assert stretch.ranked is ranked


def test_normal_scores_of_mid_ranks() -> None:
    # Of 10 rows, 5 hold 1 (mid-rank share 0.25), 3 hold 7 (0.65), 2 hold 90 (0.9).
    scores = rank_normal(floats([7, 1, np.nan, 90, 1]), ints([3, 4, 9, 2, 1]))
    np.testing.assert_allclose(scores, norm.ppf([0.65, 0.25, np.nan, 0.9, 0.25]), rtol=1e-12)


def test_values_that_nobody_has_get_the_score_of_their_place() -> None:
    # 0 lies below everybody: share 0 is bounded by half a row of 10; 5 lies between 6 rows and 4 rows.
    scores = rank_normal(floats([0, 1, 5, 9, 99]), ints([0, 6, 0, 4, 0]))
    np.testing.assert_allclose(scores, norm.ppf([0.05, 0.3, 0.6, 0.8, 0.95]), rtol=1e-12)


def test_a_ranked_scale_is_standardised_over_the_population() -> None:
    aspect = aspect_of(coded_column("a", ("0", "1", "50", ""), Kind.NUMERIC))
    encoder = encode(aspect, [900, 80, 20, 7])
    (stretch,) = encoder.stretches
    assert stretch.ranked
    table = stretch.table[:3, 0].astype(np.float64)
    shares = np.array([0.9, 0.08, 0.02])
    assert shares @ table == pytest.approx(0.0, abs=LOOKUP_STEP)
    assert shares @ table**2 == pytest.approx(1.0, abs=4 * LOOKUP_STEP)
    assert stretch.table[3, 0] == 0


def test_encoders_over_several_columns() -> None:
    a = coded_column("a", ("1", "3", ""))
    kind = coded_column("kind", ("x", "y", "z"), Kind.CATEGORICAL)
    b = coded_column("b", ("1", "3"))
    aspects = [aspect_of(a, position=3), aspect_of(kind, position=1), aspect_of(b, position=0)]
    encoder = fit_encoder(aspects, (ints([5, 5]), ints([20, 10, 10]), ints([]), ints([2, 2, 4])))
    assert [column.name for column in encoder.columns] == ["b", "kind", "a"]  # order of the coded table
    np.testing.assert_array_equal(encoder.owner, [2, 1, 1, 1, 0])  # order of the aspects
    assert [position for position, _ in encoder.rows.tables] == [2, 1, 0]
    assert encoder.width == 5


def test_mean_rows_of_groups_come_from_counts() -> None:
    a = coded_column("a", ("1", "3", ""))
    flag = coded_column("flag", ("no", "yes"), Kind.BINARY)
    encoder = fit_encoder([aspect_of(a), aspect_of(flag, position=1)], (ints([5, 5, 2]), ints([6, 6])))
    # a: -1, 1, 0; flag: -1, 1. A group with a = 1, 1, 3, missing has mean -1/4.
    means = encoder.means({"a": ints([[2, 1, 1], [0, 0, 0]]), "flag": ints([[1, 3], [0, 0]])})
    np.testing.assert_allclose(means[0], [-0.25, 0.5])
    assert np.isnan(means[1]).all()
