"""Components in words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from reportgen.analysis import readings
from reportgen.analysis.encoding import fit_encoder
from reportgen.analysis.readings import read_component
from reportgen.dictionary import Kind
from reportgen.formatting import Formatter
from tests.unit.analysis.coded import aspect_of, coded_column, floats, ints

FMT = Formatter("en")
NBSP = "\u00a0"


def entry(
    name: str, correlation: float, more: str = "", less: str = "", aspect: str = "", family: str = ""
) -> readings._Entry:
    return readings._Entry(aspect or name, name, family, 6, name, more or f"high {name}", less, correlation)


def sentence(entries: Sequence[readings._Entry], *, beats: bool = True, congruence: float = 0.99) -> tuple[str, str]:
    reading = read_component(1, list(entries), 0.12, beats, congruence, FMT)
    return reading.title, reading.sentence


def test_both_ends_are_told() -> None:
    title, text = sentence([entry("income", 0.9, less="low income"), entry("age", -0.5, less="younger people")])
    assert title == "Income and age"
    assert text == (f"High income and younger people against low income. It carries 12{NBSP}% of all differences.")


def test_an_end_without_words_is_everybody_else() -> None:
    title, text = sentence([entry("towers", 0.7)])
    assert title == "Towers"
    assert text.startswith("High towers against everybody else.")
    assert sentence([entry("towers", -0.7)])[1].startswith("High towers against everybody else.")


def test_weak_components_have_no_clear_reading() -> None:
    title, text = sentence([entry("income", 0.39, less="low income")])
    assert title == "No clear reading"
    assert text.startswith("No clear reading: no feature is tied to it closely.")
    assert sentence([])[0] == "No clear reading"


def test_a_component_under_the_line_says_so() -> None:
    assert "no more than unrelated features would show" in sentence([entry("a", 0.9)], beats=False)[1]
    assert "unrelated" not in sentence([entry("a", 0.9)])[1]


def test_a_component_that_another_sample_would_not_show_says_so() -> None:
    assert "another sample may show another component" in sentence([entry("a", 0.9)], congruence=0.84)[1]
    assert "another sample" not in sentence([entry("a", 0.9)], congruence=0.86)[1]


def test_an_end_that_does_not_mirror_the_other_is_told() -> None:
    _, text = sentence([entry("income", 0.9, less="low income"), entry("kind", -0.6, more="towers")])
    assert text.startswith("High income against low income and towers.")


def test_three_features_of_a_family_are_told_as_one() -> None:
    money = [entry(name, 0.8, family="finance scores") for name in ("saving", "investing", "planning")]
    reading = read_component(1, [*money, entry("age", 0.7)], 0.1, True, 0.99, FMT)
    assert [loading.phrase for loading in reading.high] == ["high saving (3 of 6: finance scores)", "high age"]
    two = read_component(1, [*money[:2], entry("age", 0.7)], 0.1, True, 0.99, FMT)
    assert [loading.phrase for loading in two.high] == ["high saving", "high investing", "high age"]


def test_three_features_per_end_each_once_and_none_that_is_weak() -> None:
    entries = [
        entry("kind", 0.9, more="towers", aspect="kind"),
        entry("kind", 0.8, more="flats", aspect="kind"),
        entry("a", 0.7), entry("b", 0.6), entry("c", 0.5), entry("d", 0.29),
    ]  # fmt: skip
    reading = read_component(2, entries, 0.1, True, 0.99, FMT)
    assert [loading.phrase for loading in reading.high] == ["towers", "high a", "high b"]
    assert reading.low == ()
    assert [loading.correlation for loading in reading.loadings] == [0.9, 0.8, 0.7, 0.6, 0.5, 0.29]


def test_at_most_twelve_loadings_are_listed() -> None:
    assert len(read_component(1, [entry(f"f{i}", 0.9) for i in range(20)], 0.1, True, 0.99, FMT).loadings) == 12


def test_words_for_the_ends_of_encoded_columns() -> None:
    income = coded_column("income", ("1", "2"), label="income", more="rich", less="poor")
    flag = coded_column("flag", ("m", "f"), Kind.BINARY, label="sex", values={"m": "male", "f": "female"}, levels="mf")
    values = {"x": "house", "y": "flat", "z": "tower"}
    kind = coded_column("kind", ("x", "y", "z"), Kind.CATEGORICAL, values=values, label="dwelling")
    encoder = fit_encoder(
        [aspect_of(column, position=at) for at, column in enumerate((income, flag, kind))],
        (ints([5, 5]), ints([6, 4]), ints([4, 3, 3])),
    )
    entries = readings._entries(readings._worded(encoder), floats([0.1, -0.5, 0.2, 0.3, -0.4]))
    assert [(e.more, e.less, e.correlation) for e in entries] == [
        ("female (sex)", "male (sex)", -0.5),
        ("tower (dwelling)", "", -0.4),
        ("flat (dwelling)", "", 0.3),
        ("house (dwelling)", "", 0.2),
        ("rich", "poor", 0.1),
    ]


def test_of_two_names_that_are_in_use_the_other_is_the_low_end() -> None:
    # Nobody who is placed has the first level, so the scale is flat against tower.
    values = {"x": "house", "y": "flat", "z": "tower"}
    kind = coded_column("kind", ("x", "y", "z"), Kind.CATEGORICAL, values=values, label="dwelling")
    encoder = fit_encoder([aspect_of(kind)], (ints([0, 5, 5]),))
    (found,) = readings._entries(readings._worded(encoder), np.array([0.9]))
    assert (found.more, found.less) == ("tower (dwelling)", "flat (dwelling)")
