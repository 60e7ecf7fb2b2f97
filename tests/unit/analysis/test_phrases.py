"""Words for levels and ends of scales."""

from __future__ import annotations

import pytest

from reportgen.analysis.phrases import capital, end_phrase, in_sentence, level_phrase
from reportgen.dictionary import Kind
from reportgen.language import Worded, speaking
from tests.unit.analysis.coded import aspect_of, coded_column


def test_the_ends_of_a_scale() -> None:
    given = aspect_of(coded_column("a", ("1", "2"), label="income", more="high incomes", less="low incomes"))
    assert end_phrase(given, True) == "high incomes"
    assert end_phrase(given, False) == "low incomes"
    plain = aspect_of(coded_column("a", ("1", "2"), label="income"))
    assert end_phrase(plain, True) == "income: high"
    assert end_phrase(plain, False) == "income: low"


@pytest.mark.parametrize("level", ["yes", "no", "Ja", "N"])
def test_yes_and_no_without_words_are_quoted_with_their_feature(level: str) -> None:
    aspect = aspect_of(coded_column("g", ("yes", "no"), Kind.BINARY, label="garden"))
    assert level_phrase(aspect, level) == f"garden: {level}"


def test_yes_and_no_take_given_words_first() -> None:
    aspect = aspect_of(coded_column("g", ("0", "1"), Kind.BINARY, label="garden", more="gardeners", less="gardenless"))
    assert level_phrase(aspect, "1") == "gardeners"
    assert level_phrase(aspect, "0") == "gardenless"


def test_labels_are_followed_by_their_feature_but_in_names() -> None:
    values = {"1": "green", "2": "B2"}
    aspect = aspect_of(coded_column("h", ("1", "2"), Kind.CATEGORICAL, label="energy type", values=values))
    assert level_phrase(aspect, "green") == "green (energy type)"
    assert level_phrase(aspect, "green", short=True) == "green"
    assert level_phrase(aspect, "B2") == level_phrase(aspect, "B2", short=True) == "energy type: B2"


@pytest.mark.parametrize(
    ("label", "level", "words"),
    [("youth shaped by the green movement", "shaped by the green movement", {}),
     ("house", "own house", {}),
     ("sex by form of address", "women", {"more": "women", "less": "men"})],
)  # fmt: skip
def test_labels_that_say_it_all_stand_alone(label: str, level: str, words: dict[str, str]) -> None:
    values = {"1": level, "2": "other people", "3": "nobody"}
    aspect = aspect_of(coded_column("h", ("1", "2", "3"), Kind.CATEGORICAL, label=label, values=values, **words))
    assert level_phrase(aspect, level) == level


def test_bare_codes_are_quoted_after_their_feature() -> None:
    aspect = aspect_of(coded_column("h", ("2", "red"), Kind.CATEGORICAL, label="house"))
    assert level_phrase(aspect, "2") == "house: 2"
    assert level_phrase(aspect, "red") == level_phrase(aspect, "red", short=True) == "house: red"


@pytest.mark.parametrize(
    ("phrase", "quoted"),
    [("month: jul", "“month: jul”"), ("strong savers", "strong savers"),
     ("strong savers (4 of 6: finance scores)", "strong savers (4 of 6: finance scores)"),
     ("90s: media (youth)", "“90s: media (youth)”")],
)  # fmt: skip
def test_codes_are_quoted_in_a_sentence(phrase: str, quoted: str) -> None:
    assert in_sentence(phrase) == quoted


@pytest.mark.parametrize("code", ["0", "1"])
def test_a_number_among_several_names_is_not_yes_or_no(code: str) -> None:
    aspect = aspect_of(coded_column("region", ("0", "1", "2", "3"), Kind.CATEGORICAL, label="region"))
    assert level_phrase(aspect, code) == f"region: {code}"


def test_capital_letters() -> None:
    assert capital("scored as eDGY") == "Scored as eDGY"
    assert capital("") == ""


def test_phrases_are_said_in_the_language_spoken() -> None:
    income, garden = Worded("income", {"de": "Einkommen"}), Worded("garden", {"de": "Garten"})
    plain = aspect_of(coded_column("a", ("1", "2"), label=income))
    values = {"1": Worded("large", {"de": "groß"}), "2": Worded("small", {"de": "klein"})}
    named = aspect_of(coded_column("g", ("1", "2"), Kind.CATEGORICAL, label=garden, values=values))
    assert (end_phrase(plain, False), level_phrase(named, values["1"])) == ("income: low", "large (garden)")
    with speaking("de"):
        assert end_phrase(plain, False) == "Einkommen: niedrig"
        assert level_phrase(named, values["1"]) == "groß (Garten)"
        assert capital(Worded("a", {"de": "ä"})) == "Ä"
        assert in_sentence("Stadt: 3") == "„Stadt: 3“"
