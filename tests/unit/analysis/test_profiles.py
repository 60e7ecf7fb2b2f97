"""Markers, what is evidence, and names."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from reportgen.analysis.aspects import Aspect
from reportgen.analysis.association import Associations
from reportgen.analysis.comparison import benjamini_hochberg, cohen_h
from reportgen.analysis.profiles import Construction, Mark, find_marks, name_segments
from reportgen.dictionary import Basis, Direction, Kind
from tests.unit.analysis.coded import aspect_of, coded_column, floats, ints


def marks_of(
    aspect: Aspect, counts: Sequence[Sequence[int]], groups: Sequence[int] = (1,)
) -> dict[int, tuple[Mark, ...]]:
    return find_marks([aspect], [ints(counts)], groups)


def test_a_scale_marks_a_segment_by_its_standardised_difference() -> None:
    # Segment 1: 100 rows at 1, 300 at 3, mean 2.5; segment 2 the reverse; everybody mean 2, sd 1; d = 0.5.
    aspect = aspect_of(coded_column("a", ("1", "3")))
    found = marks_of(aspect, [[0, 0], [100, 300], [300, 100]], (1, 2))
    (mark,) = found[1]
    assert (mark.level, mark.measure) == (None, "d")
    assert (mark.effect, mark.here, mark.everybody) == pytest.approx((0.5, 2.5, 2.0))
    assert found[2][0].effect == pytest.approx(-0.5)


def test_means_of_a_turned_scale_are_printed_as_coded() -> None:
    aspect = aspect_of(coded_column("a", ("1", "3"), label="income", direction=Direction.DESCENDING))
    (mark,) = marks_of(aspect, [[0, 0], [100, 300], [300, 100]])[1]
    assert mark.effect == pytest.approx(-0.5)
    assert (mark.here, mark.everybody) == pytest.approx((2.5, 2.0))
    assert mark.phrase == "income: low"


def test_names_mark_a_segment_by_cohens_h() -> None:
    # Known rows: segment 1 holds x 50, y 30, z 20 of 100; everybody x 100, y 100, z 200 of 400.
    aspect = aspect_of(coded_column("kind", ("x", "y", "z", ""), Kind.CATEGORICAL))
    found = marks_of(aspect, [[0, 0, 0, 9], [50, 30, 20, 50], [50, 70, 180, 0]])[1]
    # h: x 0.5 against 0.25 = π/6 = 0.524; y 0.3 against 0.25 = 0.112 (under the limit); z 0.2 against 0.5 = -0.644.
    assert [(mark.level, mark.measure) for mark in found] == [(2, "h"), (0, "h")]
    assert found[1].effect == pytest.approx(math.pi / 6)
    assert found[0].effect == pytest.approx(cohen_h(0.2, 0.5))
    assert (found[1].here, found[1].everybody) == (0.5, 0.25)
    assert [mark.positive for mark in found] == [False, True]


@pytest.mark.parametrize(("here", "marked"), [(599, False), (600, True)])
def test_a_marker_has_an_effect_of_a_fifth(here: int, marked: bool) -> None:
    # Everybody half and half: h = 2 asin √p - π/2 = asin(2p - 1), which is 0.2 at p = 0.59933.
    aspect = aspect_of(coded_column("kind", ("x", "y", "z"), Kind.CATEGORICAL))
    counts = [[0, 0, 0], [here, 1_000 - here, 0], [5_000 - here, 3_000 + here, 1_000]]
    found = marks_of(aspect, counts)[1]
    assert (0 in {mark.level for mark in found}) is marked


def test_a_large_effect_in_few_rows_is_no_marker() -> None:
    # 3 of 4 against a quarter of everybody: h = 1.05, but p = 0.02 (one level) is 0.06 over three levels.
    aspect = aspect_of(coded_column("kind", ("x", "y", "z"), Kind.CATEGORICAL))
    assert marks_of(aspect, [[0, 0, 0], [3, 1, 0], [97, 150, 150]])[1] == ()
    assert marks_of(aspect, [[0, 0, 0], [30, 10, 0], [97, 150, 150]])[1] != ()


def test_p_values_are_adjusted_over_all_segments_and_levels() -> None:
    aspects = [aspect_of(coded_column(name, ("1", "3")), position=at) for at, name in enumerate("ab")]
    counts = [ints([[0, 0], [60, 90], [90, 60]]), ints([[0, 0], [70, 80], [75, 75]])]
    found = find_marks(aspects, counts, [1, 2])
    (mark,) = found[1]
    # Four tests: a and b in both segments; a's two p-values are equal and the smallest.
    assert mark.p_bh == pytest.approx(mark.p * 4 / 2)
    alone = find_marks(aspects[:1], counts, [1])[1][0]
    assert alone.p_bh == alone.p == mark.p
    assert benjamini_hochberg([mark.p, mark.p, 0.9, 0.9])[0] == pytest.approx(mark.p_bh)


def test_names_give_two_markers_at_most_and_two_names_one() -> None:
    many = aspect_of(coded_column("kind", ("w", "x", "y", "z"), Kind.CATEGORICAL))
    counts = [[0] * 4, [900, 10, 10, 500], [100, 900, 900, 500]]
    assert len(marks_of(many, counts)[1]) == 2
    two = aspect_of(coded_column("flag", ("no", "yes"), Kind.BINARY))
    (mark,) = marks_of(two, [[0, 0], [200, 800], [800, 200]])[1]
    assert mark.level == 1  # of two equal effects the one that says what the segment is
    assert mark.positive


def test_two_names_and_stray_codes_are_still_two_names() -> None:
    flag = aspect_of(coded_column("flag", ("no", "yes", "?"), Kind.BINARY, unknown=["?"]))
    (mark,) = marks_of(flag, [[0, 0, 0], [200, 800, 3], [800, 200, 3]])[1]
    assert mark.level == 1


def test_segments_without_known_values_have_no_markers() -> None:
    names = aspect_of(coded_column("kind", ("x", "y", ""), Kind.CATEGORICAL))
    scale = aspect_of(coded_column("a", ("1", "3", "")))
    assert marks_of(names, [[0, 0, 50], [50, 90, 0]], (0,))[0] == ()
    assert marks_of(scale, [[0, 0, 50], [50, 90, 0]], (0,))[0] == ()
    # Nothing is known outside the segment: there is nobody to differ from.
    assert marks_of(names, [[0, 0, 50], [50, 90, 0]], (1,))[1] == ()


def test_markers_come_by_effect() -> None:
    aspects = [aspect_of(coded_column(name, ("1", "3")), position=at) for at, name in enumerate("abc")]
    counts = [
        ints([[0, 0], [400, 600], [600, 400]]),
        ints([[0, 0], [200, 800], [800, 200]]),
        ints([[0, 0], [700, 300], [300, 700]]),
    ]
    assert [mark.aspect.key for mark in find_marks(aspects, counts, [1])[1]] == ["b", "c", "a"]


def construction() -> Construction:
    names = ("built", "barely", "near", "nearer", "far")
    v = np.eye(5)
    v[0, 2] = v[2, 0] = 0.80
    v[0, 3] = v[3, 0] = 0.85
    v[1, 3] = v[3, 1] = 0.99
    v[0, 4] = v[4, 0] = 0.79
    r = np.eye(5)
    return Construction({"built": 0.9, "barely": 0.19}, Associations(names, v, r))


@pytest.mark.parametrize(
    ("name", "via"),
    [
        ("built", "built"),
        ("barely", None),  # in the distance, but hardly used, and tied to nothing that is
        ("near", "built"),
        ("nearer", "built"),  # tied most to a feature that is hardly used, which does not count
        ("far", None),
        ("stranger", None),
    ],
)
def test_what_built_the_segments_and_what_is_evidence(name: str, via: str | None) -> None:
    assert construction().via(name) == via


def test_a_hardly_used_feature_may_be_tied_to_a_used_one() -> None:
    v = floats([[1, 0.9], [0.9, 1]])
    found = Construction({"built": 0.9, "barely": 0.1}, Associations(("built", "barely"), v, np.eye(2)))
    assert found.via("barely") == "built"


def test_the_strongest_tie_is_named() -> None:
    v = floats([[1, 0, 0.85], [0, 1, 0.95], [0.85, 0.95, 1]])
    found = Construction({"one": 0.9, "two": 0.9}, Associations(("one", "two", "x"), v, np.eye(3)))
    assert found.via("x") == "two"


def mark(name: str, effect: float, *, basis: Basis = Basis.OBSERVED, family: str = "", level: bool = False) -> Mark:
    kind = Kind.CATEGORICAL if level else Kind.ORDINAL
    column = coded_column(name, ("1", "2"), kind, label=name, more=f"more {name}", basis=basis, family=family)
    return Mark(aspect_of(column), 0 if level else None, effect, 0.0, 0.0, 0.0)


def named(marks: dict[int, list[Mark]], ties: Mapping[tuple[str, str], float] | None = None) -> dict[int, str]:
    """Name segments whose features are as strongly tied as given, else not at all."""
    names = tuple(dict.fromkeys(m.aspect.column.name for found in marks.values() for m in found))
    v = np.eye(len(names))
    for (first, second), value in (ties or {}).items():
        i, j = names.index(first), names.index(second)
        v[i, j] = v[j, i] = value
    return name_segments(marks, Construction({}, Associations(names, v, np.zeros_like(v))))


def test_facts_that_tell_of_one_another_count_once() -> None:
    marks = {1: [mark("money", 1.0), mark("cars", 0.9), mark("age", 0.8)]}
    assert named(marks, {("money", "cars"): 0.8}) == {1: "More money, more age"}
    assert named(marks, {("money", "cars"): 0.79}) == {1: "More money, more cars"}


def test_a_phrase_within_a_phrase_is_not_repeated() -> None:
    marks = {1: [mark("very old cars", 1.0), mark("cars", 0.9), mark("age", 0.8)]}
    assert named(marks) == {1: "More very old cars, more age"}


def test_names_are_made_of_the_two_strongest_phrases() -> None:
    assert named({1: [mark("money", 1.0), mark("age", 0.8), mark("cars", 0.7)]}) == {1: "More money, more age"}


def test_names_do_not_say_what_a_segment_is_not() -> None:
    assert named({1: [mark("x", -1.0, level=True), mark("age", 0.8)]}) == {1: "More age"}


def test_facts_of_one_family_count_once() -> None:
    marks = [mark("savings", 1.0, family="money"), mark("income", 0.9, family="money"), mark("age", 0.6)]
    assert named({1: marks}) == {1: "More savings, more age"}


def test_people_go_before_areas_of_the_same_size() -> None:
    marks = [mark("hood", 1.0, basis=Basis.AREA), mark("age", 0.7), mark("cars", 0.3)]
    assert named({1: marks}) == {1: "More age, more hood"}
    # A clear fact about the area still goes before a weak one about people.
    assert named({1: [mark("hood", 0.9, basis=Basis.AREA), mark("age", 0.3)]}) == {1: "More hood, more age"}


def test_no_two_names_are_equal() -> None:
    same = [mark("money", 1.0), mark("age", 0.8)]
    names = named({1: same, 2: [*same, mark("cars", 0.5)], 3: same, 4: same})
    assert names == {
        1: "More money, more age",
        2: "More money, more age, more cars",
        3: "More money, more age (2)",
        4: "More money, more age (3)",
    }


def test_segments_without_markers_have_no_clear_profile() -> None:
    assert named({1: [], 2: []}) == {1: "No clear profile", 2: "No clear profile (2)"}
