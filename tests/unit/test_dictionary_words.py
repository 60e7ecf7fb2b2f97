"""Words of another language: what they change, what they leave alone, and what is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reportgen.dictionary import OPTIONAL_COLUMNS, REQUIRED_COLUMNS, FeatureDictionary, read_dictionary
from reportgen.dictionary_words import FEATURE_FACTS, FEATURE_WORDS
from reportgen.errors import DictionaryError
from tests.unit.dictionary_facts import code_order, facts_of

FEATURES = """\
attribute;information_level;type;missing_or_unknown;label;direction;role;more;less;family
INCOME;household;ordinal;[9];income;descending;build;high incomes;low incomes;money
SAVER;person;ordinal;[];savings;ascending;describe;savers;;money
KIND;person;categorical;[];kind;;build;;;people
YOUTH;person;mixed;[-1];youth;;build;;;
"""
VALUES = "attribute;value;label\nINCOME;1;high\nINCOME;2;\nINCOME;9;unknown\nKIND;a;first\nKIND;b;second\n"
PARTS = """\
attribute;value;part;part_value;label;direction;more;less
YOUTH;1;decade;40;decade of youth;descending;young later;young earlier
YOUTH;2;decade;50;;;;
YOUTH;1;style;mainstream;style;;;
YOUTH;2;style;avantgarde;;;;
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("features", FEATURES), ("values", VALUES), ("parts", PARTS)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def german(
    folder: Path, features: str | None = None, values: str | None = None, parts: str | None = None
) -> FeatureDictionary:
    for name, text in (("features", features), ("values", values), ("parts", parts)):
        if text is not None:
            (folder / f"{name}.de.csv").write_text(text, encoding="utf-8")
    return read_dictionary(folder, "de")


def test_words_are_replaced_where_they_are_given(folder: Path) -> None:
    dictionary = german(
        folder,
        "attribute;label;more;less;family;information_level\n"
        "INCOME;Einkommen;hohe Einkommen;niedrige Einkommen;Geld;Haushalt\nKIND;Art;;;;\n",
        "attribute;value;label\nINCOME;1.0;hoch\nKIND;b;zweite\nKIND;a;\n",
        "attribute;part;part_value;label;more;less\n"
        "YOUTH;decade;;Jahrzehnt der Jugend;später jung;\nYOUTH;style;avantgarde;Avantgarde;;\n",
    )
    income, saver, kind, youth = dictionary.features
    assert (income.label, income.more, income.less) == ("Einkommen", "hohe Einkommen", "niedrige Einkommen")
    assert (income.family, income.information_level) == ("Geld", "Haushalt")
    assert (saver.label, saver.more, saver.less, saver.family) == ("savings", "savers", "", "Geld")
    assert (kind.label, kind.family, kind.information_level) == ("Art", "people", "person")
    assert list(income.values.items()) == [("1", "hoch"), ("2", "2"), ("9", "unknown")]
    assert list(kind.values.items()) == [("a", "first"), ("b", "zweite")]
    decade, style = youth.parts
    assert (decade.label, decade.more, decade.less) == ("Jahrzehnt der Jugend", "später jung", "young earlier")
    assert (style.label, style.names, style.values) == (
        "style", {"avantgarde": "Avantgarde"}, {"1": "mainstream", "2": "avantgarde"},
    )  # fmt: skip
    assert dictionary.translations == ("features.de.csv", "values.de.csv", "parts.de.csv")


def test_nothing_but_words_is_replaced(folder: Path) -> None:
    dictionary = german(
        folder,
        "attribute;label;family;information_level\nSAVER;Sparen;Geld;Region\nKIND;Art;Leute;Gebiet\n",
        "attribute;value;label\nKIND;b;zuletzt\nKIND;a;zuerst\n",
        "attribute;part;part_value;label\nYOUTH;style;mainstream;Hauptstrom\nYOUTH;decade;40;Vierziger\n",
    )
    own = read_dictionary(folder)
    assert facts_of(dictionary) == facts_of(own)
    assert code_order(dictionary) == code_order(own)
    assert dictionary.source == own.source == "features.csv"
    assert dictionary.labelled


def test_english_reads_no_translation_and_a_language_without_files_changes_nothing(folder: Path) -> None:
    own = read_dictionary(folder)
    (folder / "features.en.csv").write_text("attribute;label\nNOBODY;x\n", encoding="utf-8")
    assert read_dictionary(folder, "en") == own
    assert read_dictionary(folder, "fr") == own
    assert own.translations == ()


def test_a_dictionary_of_features_alone_can_be_translated(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("attribute;information_level;type;missing_or_unknown\nA;person;ordinal;[]\n")
    (tmp_path / "features.de.csv").write_text("attribute;label\nA;Größe\n", encoding="cp1252")
    (feature,) = read_dictionary(tmp_path / "mine.csv", "de").features
    assert feature.label == "Größe"


def test_the_hash_is_of_the_words_that_were_used(folder: Path) -> None:
    own = read_dictionary(folder)
    first = german(folder, "attribute;label\nKIND;Art\n")
    second = german(folder, "attribute;label\nKIND;Sorte\n")
    assert len({own.sha256, first.sha256, second.sha256}) == 3
    assert read_dictionary(folder).sha256 == own.sha256
    assert read_dictionary(folder, "fr").sha256 == own.sha256


@pytest.mark.parametrize(
    ("rows", "message", "hint"),
    [
        ("INCOM;x", "line 2: INCOM is not declared", "Did you mean INCOME?"),
        (";x", "line 2: a blank attribute is not declared", ""),
        ("KIND;x\nKIND;y", "line 3: KIND is declared a second time (first on line 2)", "one line"),
        (
            "YOUTH;x;;;Leute",
            "line 2: YOUTH belongs to no family, so 'Leute' translates nothing",
            "leave the cell blank",
        ),
        (
            "INCOME;;;;Geld\nSAVER;;;;Finanzen",
            "line 3: family 'money' is 'Finanzen' here and 'Geld' on line 2",
            "one word",
        ),
        ("INCOME;;;;x\nKIND;;;;x", "line 3: 'x' stands for two families, 'money' and 'people'", "of its own"),
        ("INCOME;;;;people", "line 2: 'people' stands for two families, 'money' and 'people'", "of its own"),
        ("KIND;;;;money", "line 2: 'money' stands for two families, 'money' and 'people'", "of its own"),
        ("INCOME;a;b;c;d;e", "line 2: 6 cells under 5 column names", "quotes"),
    ],
)
def test_wrong_lines_of_features_are_told(folder: Path, rows: str, message: str, hint: str) -> None:
    with pytest.raises(DictionaryError) as caught:
        german(folder, f"attribute;label;more;less;family\n{rows}\n")
    assert caught.value.message.startswith(f"features.de.csv {message}")
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("rows", "message", "hint"),
    [
        ("KID;a;x", "line 2: KID is not declared", "Did you mean KIND?"),
        ("KIND;;x", "line 2: the value of KIND is blank", ""),
        ("KIND;c;x", "line 2: value c of KIND is not listed in values.csv", "List it there or remove the line."),
        ("KIND;aa;x", "line 2: value aa of KIND is not listed in values.csv", "Did you mean a?"),
        ("SAVER;1;x", "line 2: value 1 of SAVER is not listed in values.csv", ""),
        ("INCOME;1;x\nINCOME;1.0;y", "line 3: value 1.0 of INCOME is labelled twice", ""),
    ],
)
def test_wrong_lines_of_values_are_told(folder: Path, rows: str, message: str, hint: str) -> None:
    with pytest.raises(DictionaryError) as caught:
        german(folder, values=f"attribute;value;label\n{rows}\n")
    assert caught.value.message.startswith(f"values.de.csv {message}")
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("rows", "message", "hint"),
    [
        ("YOUT;decade;;x", "line 2: YOUT is not declared", "Did you mean YOUTH?"),
        ("YOUTH;;;x", "line 2: the part of YOUTH is blank", ""),
        ("YOUTH;decad;;x", "line 2: part decad of YOUTH is not listed in parts.csv", "Did you mean decade?"),
        ("KIND;decade;;x", "line 2: part decade of KIND is not listed in parts.csv", ""),
        (
            "YOUTH;style;avantgard;x",
            "line 2: value avantgard of part style of YOUTH is not",
            "Did you mean avantgarde?",
        ),
        ("YOUTH;decade;60;x", "line 2: value 60 of part decade of YOUTH is not listed", ""),
        ("YOUTH;decade;;x\nYOUTH;decade;;y", "line 3: part decade of YOUTH has two lines", "one of them"),
        ("YOUTH;decade;40;x\nYOUTH;decade;40.0;y", "line 3: value 40 of part decade of YOUTH has two lines", ""),
        ("YOUTH;decade;40;x;late", "line 2: more and less belong to the part decade of YOUTH", "part_value is blank"),
        ("YOUTH;decade;40;x;;early", "line 2: more and less belong to the part decade of YOUTH", ""),
    ],
)
def test_wrong_lines_of_parts_are_told(folder: Path, rows: str, message: str, hint: str) -> None:
    with pytest.raises(DictionaryError) as caught:
        german(folder, parts=f"attribute;part;part_value;label;more;less\n{rows}\n")
    assert caught.value.message.startswith(f"parts.de.csv {message}")
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("name", "header", "message", "hint"),
    [
        ("features", "label;more", "column attribute is missing (found: label, more)", "attribute"),
        ("features", "attribute;lable", "column 'lable' is not known", "Did you mean 'label'?"),
        ("features", "attribute;label;label", "column label is named twice", ""),
        (
            "features",
            "attribute;direction;role",
            "column direction, role has no place in this file",
            "attribute, label",
        ),
        ("values", "attribute;label", "column value is missing", ""),
        (
            "parts",
            "attribute;value;part;part_value",
            "column value has no place in this file",
            "attribute, part, label",
        ),
        ("parts", "attribute;part;direction", "column direction has no place in this file", ""),
    ],
)
def test_a_wrong_first_line_is_told(folder: Path, name: str, header: str, message: str, hint: str) -> None:
    with pytest.raises(DictionaryError) as caught:
        german(folder, **{name: f"{header}\n"})
    assert caught.value.message.startswith(f"{name}.de.csv line 1: {message}")
    assert hint in caught.value.hint


def test_a_file_of_notes_and_of_no_lines_is_fine(folder: Path) -> None:
    dictionary = german(folder, "attribute;label;my remarks\n", "attribute;value\nKIND;a\n", "attribute;part\n")
    assert dictionary.features == read_dictionary(folder).features
    assert len(dictionary.translations) == 3


def test_every_column_of_features_is_a_word_or_a_fact() -> None:
    columns = {*REQUIRED_COLUMNS, *OPTIONAL_COLUMNS}
    assert {"attribute", *FEATURE_WORDS, *FEATURE_FACTS} == columns
    assert not set(FEATURE_WORDS) & set(FEATURE_FACTS)


def test_a_copy_of_the_packaged_dictionary_keeps_its_german(tmp_path: Path) -> None:
    shutil.copytree(Path(__file__).parents[2] / "data" / "azdias", tmp_path / "azdias")
    assert read_dictionary(tmp_path / "azdias", "de") == read_dictionary("azdias", "de")
