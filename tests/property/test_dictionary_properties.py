"""A translation changes words alone, whatever the words are and wherever they are given."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from reportgen.dictionary import FeatureDictionary, read_dictionary
from tests.unit.dictionary_facts import code_order, facts_of

FILES: dict[str, list[tuple[str, ...]]] = {
    "features": [
        ("attribute", "information_level", "type", "missing_or_unknown", "label", "direction", "role", "more", "less",
         "family"),
        ("INCOME", "household", "ordinal", "[9,-1]", "income", "descending", "describe", "high", "low", "money"),
        ("SAVER", "person", "ordinal", "[]", "", "", "", "", "", "money"),
        ("KIND", "microcell", "categorical", "[X]", "kind", "", "ignore", "", "", "people"),
        ("YOUTH", "person", "mixed", "[0]", "youth", "", "build", "", "", ""),
    ],
    "values": [
        ("attribute", "value", "label"),
        ("INCOME", "1", "high"), ("INCOME", "2", "low"), ("INCOME", "9", "unknown"), ("KIND", "b", "second"),
        ("KIND", "a", "first"),
    ],
    "parts": [
        ("attribute", "value", "part", "part_value", "label", "direction", "more", "less"),
        ("YOUTH", "1", "decade", "40", "decade", "descending", "later", "earlier"),
        ("YOUTH", "2", "decade", "50", "", "", "", ""),
        ("YOUTH", "1", "style", "mainstream", "style", "", "", ""),
        ("YOUTH", "2", "style", "avantgarde", "", "", "", ""),
    ],
}  # fmt: skip
LETTERS = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"))
WORD = st.one_of(st.just(""), st.text(LETTERS, max_size=12).map(str.strip))
FAMILIES = st.lists(WORD.filter(lambda word: word not in ("money", "people")), min_size=2, max_size=2).filter(
    lambda words: words[0] != words[1] or not words[0]
)
VALUE_KEYS = [(row[0], row[1]) for row in FILES["values"][1:]]
PART_KEYS = [
    (part, value) for part, value in (("decade", ""), ("decade", "50"), ("style", ""), ("style", "avantgarde"))
]


def write(path: Path, rows: Iterable[Iterable[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)


def read_both(translations: dict[str, list[tuple[str, ...]]]) -> tuple[FeatureDictionary, FeatureDictionary]:
    """Return the dictionary as it is and under the translations."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for name, rows in FILES.items():
            write(folder / f"{name}.csv", rows)
        for name, rows in translations.items():
            write(folder / f"{name}.xx.csv", rows)
        return read_dictionary(folder), read_dictionary(folder, "xx")


@st.composite
def feature_lines(draw: st.DrawFn) -> list[tuple[str, ...]]:
    """Draw lines of features.xx.csv; features of one family agree on its word, or say nothing."""
    money, people = draw(FAMILIES)
    families = {"INCOME": money, "SAVER": money, "KIND": people, "YOUTH": ""}
    names = draw(st.lists(st.sampled_from(sorted(families)), unique=True))
    words = [(draw(WORD), draw(WORD), draw(WORD), draw(WORD)) for _ in names]
    kept = [families[name] if draw(st.booleans()) else "" for name in names]
    header = ("attribute", "label", "more", "less", "information_level", "family")
    return [header, *((name, *word, family) for name, word, family in zip(names, words, kept, strict=True))]


@st.composite
def value_lines(draw: st.DrawFn) -> list[tuple[str, ...]]:
    keys = draw(st.lists(st.sampled_from(VALUE_KEYS), unique=True))
    return [("attribute", "value", "label"), *((*key, draw(WORD)) for key in keys)]


@st.composite
def part_lines(draw: st.DrawFn) -> list[tuple[str, ...]]:
    keys = draw(st.lists(st.sampled_from(PART_KEYS), unique=True))
    ends = [("", "") if value else (draw(WORD), draw(WORD)) for _, value in keys]
    header = ("attribute", "part", "part_value", "label", "more", "less")
    return [header, *(("YOUTH", *key, draw(WORD), *end) for key, end in zip(keys, ends, strict=True))]


@given(feature_lines(), value_lines(), part_lines())
def test_a_translation_changes_no_code_direction_role_or_family(
    features: list[tuple[str, ...]], values: list[tuple[str, ...]], parts: list[tuple[str, ...]]
) -> None:
    own, translated = read_both({"features": features, "values": values, "parts": parts})
    assert facts_of(translated) == facts_of(own)
    assert code_order(translated) == code_order(own)
    assert translated.sha256 != own.sha256


@given(feature_lines(), value_lines(), part_lines())
def test_a_word_is_the_one_given_or_the_original(
    features: list[tuple[str, ...]], values: list[tuple[str, ...]], parts: list[tuple[str, ...]]
) -> None:
    own, translated = read_both({"features": features, "values": values, "parts": parts})
    given_features = {row[0]: row for row in features[1:]}
    given_values = {(row[0], row[1]): row[2] for row in values[1:]}
    given_parts = {(row[1], row[2]): row for row in parts[1:]}
    for before, after in zip(own.features, translated.features, strict=True):
        _, label, more, less, level, _ = given_features.get(before.name, ("",) * 6)
        assert after.label == (label or before.label)
        assert (after.more, after.less) == (more or before.more, less or before.less)
        assert after.information_level == (level or before.information_level)
        assert after.values == {
            code: given_values.get((before.name, code)) or old for code, old in before.values.items()
        }
        for old, new in zip(before.parts, after.parts, strict=True):
            row = given_parts.get((old.name, ""), ("",) * 6)
            assert (new.label, new.more, new.less) == (row[3] or old.label, row[4] or old.more, row[5] or old.less)
            assert new.names == {
                value: row[3] for (part, value), row in given_parts.items() if part == old.name and value and row[3]
            }
