"""Words for levels and ends of scales."""

from __future__ import annotations

import pytest

from reportgen.analysis.phrases import capital, end_phrase, level_phrase
from reportgen.dictionary import Kind
from tests.unit.analysis.coded import aspect_of, coded_column


def test_the_ends_of_a_scale() -> None:
    given = aspect_of(coded_column("a", ("1", "2"), label="income", more="high incomes", less="low incomes"))
    assert end_phrase(given, True) == "high incomes"
    assert end_phrase(given, False) == "low incomes"
    plain = aspect_of(coded_column("a", ("1", "2"), label="income"))
    assert end_phrase(plain, True) == "high income"
    assert end_phrase(plain, False) == "low income"


@pytest.mark.parametrize(
    ("level", "phrase"), [("yes", "garden"), ("no", "no garden"), ("Ja", "garden"), ("N", "no garden")]
)
def test_yes_and_no_take_the_words_of_the_feature(level: str, phrase: str) -> None:
    assert level_phrase(aspect_of(coded_column("g", ("yes", "no"), Kind.BINARY, label="garden")), level) == phrase


def test_yes_and_no_take_given_words_first() -> None:
    aspect = aspect_of(coded_column("g", ("0", "1"), Kind.BINARY, label="garden", more="gardeners", less="gardenless"))
    assert level_phrase(aspect, "1") == "gardeners"
    assert level_phrase(aspect, "0") == "gardenless"


def test_labels_that_speak_stand_alone() -> None:
    values = {"1": "own house", "2": "B2"}
    aspect = aspect_of(coded_column("h", ("1", "2"), Kind.CATEGORICAL, label="house", values=values))
    assert level_phrase(aspect, "own house") == "own house"
    assert told(level_phrase(aspect, "B2"), "house", "B2")


def told(phrase: str, *words: str) -> bool:
    """Whether a phrase holds all words, and nothing that denies them."""
    return all(word in phrase for word in words) and not phrase.startswith("no ")


def test_bare_codes_carry_the_label_of_the_feature() -> None:
    aspect = aspect_of(coded_column("h", ("2", "red"), Kind.CATEGORICAL, label="house"))
    assert told(level_phrase(aspect, "2"), "house", "2")
    assert told(level_phrase(aspect, "red"), "house", "red")


@pytest.mark.parametrize("code", ["0", "1"])
def test_a_number_among_several_names_is_not_yes_or_no(code: str) -> None:
    aspect = aspect_of(coded_column("region", ("0", "1", "2", "3"), Kind.CATEGORICAL, label="region"))
    assert told(level_phrase(aspect, code), "region", code)


def test_capital_letters() -> None:
    assert capital("scored as eDGY") == "Scored as eDGY"
    assert capital("") == ""
