"""The German words of the AZDIAS dictionary: complete, consistent, German, and fit for the places where they stand."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from reportgen.charts.fonts import FACES, wrap
from reportgen.dictionary import Feature, FeatureDictionary, Part, as_number, read_dictionary
from reportgen.dictionary_words import FEATURE_WORDS
from tests.unit.dictionary_facts import code_order, facts_of

FOLDER = Path(__file__).parents[2] / "data" / "azdias"
# Words that German and English share. "Dr. Dr." and "Prof. Dr." are titles, not slips of the pen.
SHARED = {"Dr.", "Dr. Dr.", "Prof.", "Prof. Dr.", "Person", "Mainstream", "Avantgarde"}
# English words for which German needs more than one.
SEVERAL_GERMAN = {"none": {"keine", "keine Umzüge"}, "average": {"mittel", "mittlere Wohnlage"}}
LONGEST = 1.6  # times the longest English one
LABEL_COLUMN = 200.0  # pixels, the narrowest column of feature labels in a chart
TRANSCRIBED = re.compile(r"(?<![aeqAEQ])ue|ae|oe|Ae|Oe|Ue")
NOT_TRANSCRIBED = {"Haushaltsnettoeinkommen"}  # netto + Einkommen


@pytest.fixture(scope="module")
def english() -> FeatureDictionary:
    return read_dictionary("azdias")


@pytest.fixture(scope="module")
def german() -> FeatureDictionary:
    return read_dictionary("azdias", "de")


def lines(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def scales(dictionary: FeatureDictionary) -> Iterator[tuple[str, Feature | Part]]:
    """Yield every feature and every part of one, with the name of the feature."""
    for feature in dictionary.features:
        yield feature.name, feature
        for part in feature.parts:
            yield feature.name, part


def part_values(feature: Feature) -> Iterator[tuple[str, str, str]]:
    """Yield part, value and word of every value of a part that is a name."""
    for part in feature.parts:
        for value in dict.fromkeys(part.values.values()):
            if as_number(value) is None:
                yield part.name, value, part.names.get(value, value)


def phrases(dictionary: FeatureDictionary) -> dict[tuple[str, ...], str]:
    """Return the words for ends of scales, of features and of parts."""
    found: dict[tuple[str, ...], str] = {}
    for name, scale in scales(dictionary):
        found[name, scale.name, "more"] = scale.more
        found[name, scale.name, "less"] = scale.less
    return {key: words for key, words in found.items() if words}


def labels(dictionary: FeatureDictionary) -> dict[tuple[str, ...], str]:
    """Return what features and parts are called."""
    return {(name, scale.name): scale.label for name, scale in scales(dictionary)}


def value_words(dictionary: FeatureDictionary) -> dict[tuple[str, ...], str]:
    """Return what codes and named values of parts are called."""
    found: dict[tuple[str, ...], str] = {
        (f.name, code): label for f in dictionary.features for code, label in f.values.items()
    }
    for feature in dictionary.features:
        found |= {(feature.name, part, value): word for part, value, word in part_values(feature)}
    return found


def group_words(dictionary: FeatureDictionary) -> dict[tuple[str, ...], str]:
    """Return families and information levels."""
    found: dict[tuple[str, ...], str] = {(f.name, "family"): f.family for f in dictionary.features if f.family}
    return found | {(f.name, "level"): f.information_level for f in dictionary.features}


WordsOf = Callable[[FeatureDictionary], dict[tuple[str, ...], str]]
KINDS: tuple[WordsOf, ...] = (labels, phrases, value_words, group_words)


def all_words(dictionary: FeatureDictionary) -> dict[tuple[str, ...], str]:
    return {(str(at), *key): word for at, kind in enumerate(KINDS) for key, word in kind(dictionary).items()}


def test_every_feature_has_german_words_wherever_it_has_english_ones(english: FeatureDictionary) -> None:
    given = {row["attribute"]: row for row in lines("features.de.csv")}
    lacking = [
        (feature.name, word)
        for feature in english.features
        for word in FEATURE_WORDS
        if bool(given.get(feature.name, {}).get(word)) != bool(getattr(feature, word))
    ]
    assert lacking == []
    assert list(given) == [feature.name for feature in english.features]


def test_every_value_has_a_german_label_in_the_same_order() -> None:
    own, ours = lines("values.csv"), lines("values.de.csv")
    assert [(row["attribute"], row["value"]) for row in ours] == [(row["attribute"], row["value"]) for row in own]
    assert len(ours) == 569
    assert [row for row in ours if not row["label"]] == []


def test_every_part_and_every_name_in_it_has_german_words(english: FeatureDictionary) -> None:
    given = {(row["attribute"], row["part"], row["part_value"]): row for row in lines("parts.de.csv")}
    expected = set()
    for feature in english.features:
        for part in feature.parts:
            row = given.get((feature.name, part.name, ""), {})
            assert row.get("label"), (feature.name, part.name)
            assert (bool(row["more"]), bool(row["less"])) == (bool(part.more), bool(part.less)), (feature.name, part)
            expected.add((feature.name, part.name, ""))
        expected |= {(feature.name, part_name, value) for part_name, value, _ in part_values(feature)}
    assert set(given) == expected
    assert [key for key, row in given.items() if not row["label"]] == []


def test_german_changes_no_fact(english: FeatureDictionary, german: FeatureDictionary) -> None:
    assert facts_of(german) == facts_of(english)
    assert code_order(german) == code_order(english)
    assert german.translations == ("features.de.csv", "values.de.csv", "parts.de.csv")


def test_no_word_is_left_english(english: FeatureDictionary, german: FeatureDictionary) -> None:
    own, ours = all_words(english), all_words(german)
    assert own.keys() == ours.keys()
    same = {ours[key] for key in own if own[key].casefold() == ours[key].casefold()}
    assert same == SHARED


def test_german_words_are_written_with_their_own_letters(german: FeatureDictionary) -> None:
    written = all_words(german).values()
    parts = {part for word in written for part in re.findall(r"[^\W\d_]+", word)}
    assert {part for part in parts if TRANSCRIBED.search(part)} == NOT_TRANSCRIBED
    assert {
        part for part in parts if re.search("strasse|gross(?!eltern)|ausser|weiss|mässig|schliess", part, re.I)
    } == set()
    assert sum(bool(re.search("[äöüÄÖÜß]", word)) for word in written) > 100


def test_german_words_are_set_with_care(german: FeatureDictionary) -> None:
    for key, word in all_words(german).items():
        assert word == " ".join(word.split()), key
        assert not re.search(r"\d-\d", word), f"{key}: a span of numbers takes a dash: {word}"
        assert not re.search(r"\d,\d{3}", word), f"{key}: thousands are parted by a full stop: {word}"
        assert not re.search(r"""["'“”]""", word), key


def test_the_faces_of_the_report_have_every_letter(german: FeatureDictionary) -> None:
    letters = set("".join(all_words(german).values()))
    for face in FACES:
        font = TTFont(io.BytesIO(face.read()), lazy=True)
        assert {letter for letter in letters if ord(letter) not in font.getBestCmap()} == set(), face.file


@pytest.mark.parametrize("words_of", KINDS)
def test_german_is_not_much_longer(words_of: WordsOf, english: FeatureDictionary, german: FeatureDictionary) -> None:
    longest = max(map(len, words_of(english).values()))
    assert [word for word in words_of(german).values() if len(word) > LONGEST * longest] == []


def test_labels_fit_the_label_column_of_charts(german: FeatureDictionary) -> None:
    cut = [label for label in labels(german).values() if "…" in "".join(wrap(label, LABEL_COLUMN))]
    assert cut == []


def test_ends_of_scales_stand_in_a_list(german: FeatureDictionary) -> None:
    """They are joined by commas and stand after a colon, so they contain neither."""
    assert [words for words in phrases(german).values() if re.search("[,:;.]", words)] == []


def test_what_differs_in_english_differs_in_german(english: FeatureDictionary, german: FeatureDictionary) -> None:
    """Portraits and names tell a phrase once: two facts must not look like one."""
    for kind in (labels, phrases):
        own, ours = kind(english), kind(german)
        meant: dict[str, set[str]] = defaultdict(set)
        for key, word in ours.items():
            meant[word].add(own[key])
        assert {word: known for word, known in meant.items() if len(known) > 1} == {}


def test_codes_of_a_feature_have_labels_of_their_own(german: FeatureDictionary) -> None:
    for feature in german.features:
        assert len(set(feature.values.values())) == len(feature.values), feature.name


def test_the_same_english_word_is_the_same_german_word(english: FeatureDictionary, german: FeatureDictionary) -> None:
    """A scale does not call its middle one thing here and another there."""
    own, ours = value_words(english), value_words(german)
    known: dict[str, set[str]] = defaultdict(set)
    for key, word in own.items():
        if len(key) == 2:
            known[word].add(ours[key])
    assert {word: found for word, found in known.items() if len(found) > 1} == SEVERAL_GERMAN


def test_german_reads_right_in_the_traps(german: FeatureDictionary) -> None:
    interest = german.by_name["FINANZ_MINIMALIST"]
    assert (interest.values["1"], interest.values["5"]) == ("sehr niedrig", "sehr hoch")
    assert (interest.more, interest.less) == ("Finanzinteressierte", "Menschen mit wenig Interesse an Finanzen")
    income, child = german.by_name["HH_EINKOMMEN_SCORE"], german.by_name["W_KEIT_KIND_HH"]
    assert (income.values["1"], income.values["6"]) == ("am höchsten", "sehr niedrig")
    assert (child.values["1"], child.more) == ("am wahrscheinlichsten", "Haushalte vermutlich mit Kind")
    assert german.by_name["ANREDE_KZ"].values == {"1": "Männer", "2": "Frauen"}
    assert german.by_name["OST_WEST_KZ"].values == {"O": "Ostdeutschland", "W": "Westdeutschland"}
    assert german.by_name["CAMEO_INTL_2015"].values["51"].startswith("ärmer: ")
    assert german.by_name["MIN_GEBAEUDEJAHR"].label == "Jahr der Ersterfassung des Gebäudes"


@pytest.mark.parametrize("name", ["DEUG", "DEU"])
def test_classes_of_neighbourhoods_are_named_alike(german: FeatureDictionary, name: str) -> None:
    classes = german.by_name["CAMEO_DEUG_2015"].values
    for code, label in german.by_name[f"CAMEO_{name}_2015"].values.items():
        assert label.partition(": ")[0] == classes[code[0]]


def test_birth_periods_follow_from_the_code(german: FeatureDictionary) -> None:
    periods = german.by_name["ALTER_HH"].values
    assert periods == {str(n): f"geboren {1890 + 5 * n}–{1894 + 5 * n}" for n in range(1, 22)}


def test_numbers_in_german_labels_are_those_of_the_english_ones(
    english: FeatureDictionary, german: FeatureDictionary
) -> None:
    def numbers(text: str) -> list[str]:
        return re.findall(r"\d+", re.sub(r"(?<=\d)[.,](?=\d{3})", "", text))

    own, ours = value_words(english), value_words(german)
    differing = {key: (own[key], ours[key]) for key in own if numbers(own[key]) != numbers(ours[key])}
    # Ein- und Zweifamilienhäuser: the one number that German writes as a word.
    assert {key[0] for key in differing} == {"KBA05_BAUMAX", "PLZ8_BAUMAX"}
    assert {key[1] for key in differing} == {"1"}
