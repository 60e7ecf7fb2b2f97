"""Aspects: scales, names and the parts of a mixed code."""

from __future__ import annotations

import numpy as np
import pytest

from reportgen.analysis.aspects import aspects_of
from reportgen.dictionary import Direction, Kind, Part
from tests.unit.analysis.coded import aspect_of, coded_column, ints


def test_a_scale_follows_the_direction_of_its_label() -> None:
    column = coded_column("income", ("1", "2", "", "9", "7"), missing=["9"], unknown=["7"])
    np.testing.assert_array_equal(aspect_of(column).values, [1, 2, np.nan, np.nan, np.nan])
    turned = coded_column("income", ("1", "2", ""), direction=Direction.DESCENDING)
    aspect = aspect_of(turned)
    np.testing.assert_array_equal(aspect.values, [-1, -2, np.nan])
    assert (aspect.sign, aspect.ordered, aspect.key) == (-1.0, True, "income")


def test_names_have_no_values() -> None:
    aspect = aspect_of(coded_column("kind", ("x", "y", "", "?"), Kind.CATEGORICAL, unknown=["?"]))
    assert not aspect.ordered
    assert np.isnan(aspect.values).all()
    np.testing.assert_array_equal(aspect.level_of, [0, 1, -1, -1])  # an unknown code is missing in the distance


def test_parts_of_a_mixed_code() -> None:
    parts = (
        Part("decade", "decade of youth", {"1": "40", "2": "50", "3": "50"}, Direction.DESCENDING, "older", "younger"),
        Part("style", "style", {"1": "mainstream", "2": "avantgarde"}),
    )
    column = coded_column("youth", ("1", "2", "3", "", "9"), Kind.MIXED, missing=["9"], parts=parts)
    decade, style = aspects_of(column, 4, Kind.MIXED)
    assert (decade.key, decade.label, decade.more, decade.less) == (
        "youth.decade",
        "decade of youth",
        "older",
        "younger",
    )
    assert (decade.ordered, decade.sign, decade.position) == (True, -1.0, 4)
    np.testing.assert_array_equal(decade.values, [-40, -50, -50, np.nan, np.nan])
    assert not style.ordered
    np.testing.assert_array_equal(style.level_of, [0, 1, -1, -1, -1])
    assert [level.code for level in style.levels] == ["mainstream", "avantgarde"]
    # Code 3 has a decade and no style.
    np.testing.assert_array_equal(decade.level_of, [0, 1, 1, -1, -1])


def test_a_value_of_a_part_is_called_by_its_name_and_keeps_its_code() -> None:
    part = Part("style", "Stil", {"1": "mainstream", "2": "avantgarde"}, names={"avantgarde": "Avantgarde"})
    (style,) = aspects_of(coded_column("youth", ("1", "2"), Kind.MIXED, parts=(part,)), 0, Kind.MIXED)
    assert [(level.code, level.label) for level in style.levels] == [
        ("mainstream", "mainstream"),
        ("avantgarde", "Avantgarde"),
    ]


def test_raw_codes_add_up_to_levels() -> None:
    parts = (Part("p", "p", {"1": "u", "2": "v", "3": "u"}),)
    (aspect,) = aspects_of(coded_column("m", ("1", "2", "3", ""), Kind.MIXED, parts=parts), 0, Kind.MIXED)
    np.testing.assert_array_equal(aspect.level_counts(ints([5, 7, 11, 13])), [16, 7])
    np.testing.assert_array_equal(
        aspect.level_counts(ints([[5, 7, 11, 13], [0, 1, 2, 3]])),
        [[16, 7], [2, 1]],
    )


def test_moments_of_a_scale() -> None:
    aspect = aspect_of(coded_column("a", ("1", "2", "4", "")))
    # Values 1, 1, 2, 4, 4: mean 12/5 = 2.4; squares of the gaps 1.96 x 2 + 0.16 + 2.56 x 2 = 9.2; sd √(9.2/5).
    n, mean, sd = aspect.scale_moments(ints([2, 1, 2, 9]))
    assert int(n) == 5
    assert float(mean) == pytest.approx(2.4)
    assert float(sd) == pytest.approx(np.sqrt(9.2 / 5))


def test_moments_of_groups_one_of_them_empty() -> None:
    aspect = aspect_of(coded_column("a", ("1", "2", "4", "")))
    n, mean, sd = aspect.scale_moments(ints([[2, 1, 2, 9], [0, 0, 0, 5]]))
    np.testing.assert_array_equal(n, [5, 0])
    assert mean[0] == pytest.approx(2.4)
    assert np.isnan(mean[1])
    assert np.isnan(sd[1])
