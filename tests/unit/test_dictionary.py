"""The feature dictionary: what it understands, and how it says what it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from reportgen.dictionary import (
    Basis,
    Direction,
    FeatureDictionary,
    Kind,
    Role,
    Sensitivity,
    as_number,
    normalise_code,
    parse_missing_codes,
    read_dictionary,
)
from reportgen.errors import DictionaryError

HEADER = "attribute;information_level;type;missing_or_unknown"
FULL = HEADER + ";label;direction;role;sensitivity;weight;more;less;family;standard;basis"


def read(
    folder: Path, text: str, values: str | None = None, parts: str | None = None, encoding: str = "utf-8"
) -> FeatureDictionary:
    path = folder / "features.csv"
    path.write_bytes(text.encode(encoding))
    if values is not None:
        (folder / "values.csv").write_text(values, encoding="utf-8")
    if parts is not None:
        (folder / "parts.csv").write_text(parts, encoding="utf-8")
    return read_dictionary(path)


def refused(folder: Path, text: str, values: str | None = None, parts: str | None = None) -> DictionaryError:
    with pytest.raises(DictionaryError) as caught:
        read(folder, text, values, parts)
    return caught.value


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("2", "2"), ("2.0", "2"), (" 2 ", "2"), ('"2"', "2"), ("'2.0'", "2"), ("2.50", "2.5"), ("-1.0", "-1"),
        ("01", "01"), ("01.0", "01.0"), ("XX", "XX"), ("", ""), ('""', ""), ("1.2.0", "1.2.0"), ("0.0", "0"),
    ],
)  # fmt: skip
def test_one_code_has_one_spelling(given: str, code: str) -> None:
    assert normalise_code(given) == code
    assert normalise_code(code) == code


@pytest.mark.parametrize(
    ("text", "codes"),
    [("[]", set()), ("[-1,X]", {"-1", "X"}), ("[XX]", {"XX"}), (" [ -1.0 , '0' ] ", {"-1", "0"}), ("[,]", set())],
)
def test_missing_codes_are_bare_words_in_brackets(text: str, codes: set[str]) -> None:
    assert parse_missing_codes(text) == codes


@pytest.mark.parametrize("text", ["", "-1", "[-1", "-1]", "unknown"])
def test_missing_codes_without_brackets_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        parse_missing_codes(text)


@pytest.mark.parametrize(
    ("code", "number"),
    [("2", 2.0), ("-0.5", -0.5), ("1e3", 1000.0), ("nan", None), ("inf", None), ("1e999", None), ("1_0", None),
     ("X", None), ("", None)],
)  # fmt: skip
def test_codes_that_are_numbers(code: str, number: float | None) -> None:
    assert as_number(code) == number


def test_the_minimal_form(tmp_path: Path) -> None:
    dictionary = read(tmp_path, f"{HEADER}\nAGE_X;person;ordinal;[-1,0]\nhome-type;building;categorical;[]\n\n;;;\n")
    age, home = dictionary.features
    assert (age.name, age.kind, age.missing) == ("AGE_X", Kind.ORDINAL, frozenset({"-1", "0"}))
    assert (age.label, home.label) == ("AGE_X", "home type")
    assert (age.role, age.role_given, age.sensitivity, age.weight) == (Role.BUILD, False, Sensitivity.ORDINARY, 1.0)
    assert (age.basis, home.basis) == (Basis.OBSERVED, Basis.AREA)
    assert (age.direction, age.sign, age.is_ordered, age.is_number) == (None, 1.0, True, False)
    assert (home.missing, home.is_ordered) == (frozenset(), False)
    assert list(dictionary.by_name) == ["AGE_X", "home-type"]
    assert (dictionary.source, dictionary.labelled) == ("features.csv", False)


def test_the_full_form(tmp_path: Path) -> None:
    row = "INC;household;Ordinal;[9];income;Descending;describe;proxy;0,5;rich;poor;money;age;scored"
    dictionary = read(
        tmp_path,
        f"{FULL}\n{row}\nMIX;person;mixed;[]\n",
        "attribute;value;label\nINC;1.0;high\nINC;2;\nINC;XX;unknown\n",
        "attribute;value;part;part_value;label;direction;more;less\n"
        "MIX;1;decade;40.0;;Ascending;later;earlier\nMIX;2;decade;50;;;;\nMIX;3;decade;;;;;\nMIX;1;style;new;manner;;;\n",
    )
    income, mixed = dictionary.features
    assert (income.kind, income.direction, income.sign) == (Kind.ORDINAL, Direction.DESCENDING, -1.0)
    assert (income.role, income.role_given, income.sensitivity) == (Role.DESCRIBE, True, Sensitivity.PROXY)
    assert (income.weight, income.more, income.less, income.family) == (0.5, "rich", "poor", "money")
    assert (income.standard, income.basis) == ("age", Basis.SCORED)
    assert list(income.values.items()) == [("1", "high"), ("2", "2"), ("XX", "unknown")]
    assert dictionary.labelled
    decade, style = mixed.parts
    assert (decade.label, decade.values, decade.ordered) == ("decade", {"1": "40", "2": "50"}, True)
    assert (decade.direction, decade.more, decade.less) == (Direction.ASCENDING, "later", "earlier")
    assert (style.label, style.ordered, style.direction) == ("manner", False, None)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("\ufeff" + HEADER + ";label\r\nA;person;ordinal;[-1,X];Größe\r\n", "utf-8"),
        (HEADER + ";label\nA;person;ordinal;[-1,X];Größe\n", "cp1252"),
        (HEADER.replace(";", ",") + ',label\nA,person,ordinal,"[-1,X]",Größe\n', "utf-8"),
        (HEADER.replace(";", "\t") + "\tlabel\nA\tperson\tordinal\t[-1,X]\tGröße\n", "utf-8"),
        (HEADER.upper() + "; Label ;my notes\nA;person;ordinal;[-1,X];Größe;x\n", "utf-8"),
    ],
)
def test_what_spreadsheets_write_is_read(tmp_path: Path, text: str, encoding: str) -> None:
    (feature,) = read(tmp_path, text, encoding=encoding).features
    assert (feature.name, feature.missing, feature.label) == ("A", frozenset({"-1", "X"}), "Größe")


def test_a_label_may_hold_separators_and_line_breaks(tmp_path: Path) -> None:
    text = f'{HEADER};label\nA;person;ordinal;[];"a; b\u2028c"\nB;person;ordinal;[];"one\ntwo"\nC;person;ordnal;[]\n'
    error = refused(tmp_path, text)
    assert error.message.startswith("features.csv line 5: type 'ordnal'")
    first, second = read(tmp_path, text.replace("ordnal", "ordinal")).features[:2]
    assert (first.label, second.label) == ("a; b\u2028c", "one\ntwo")


def test_a_folder_and_the_word_azdias_name_a_dictionary(tmp_path: Path) -> None:
    read(tmp_path, f"{HEADER}\nA;person;ordinal;[]\n")
    assert read_dictionary(tmp_path).features[0].name == "A"
    azdias = read_dictionary("azdias")
    assert len(azdias.features) == 85
    assert azdias.by_name["AGER_TYP"].missing == {"-1", "0"}


@pytest.mark.parametrize(
    ("rows", "message", "hint"),
    [
        ("A;person;ordnal;[]", "line 2: type 'ordnal' is not known", "Did you mean 'ordinal'?"),
        ("A;person;;[]", "line 2: type '' is not known", "Use one of categorical, binary"),
        ("A;person;ordinal;-1", "line 2: missing_or_unknown of A is '-1'", "[-1,X]"),
        (";person;ordinal;[]", "line 2: the attribute is blank", "Name the column"),
        ("A;p;ordinal;[]\nB;p;ordinal;[]\nA;p;ordinal;[]", "line 4: A is declared a second time (first on line 2)", ""),
        ("A;p;ordinal;[];;up", "line 2: direction 'up' is not known", "ascending, descending"),
        ("A;p;ordinal;[];;;drop", "line 2: role 'drop' is not known", "build, describe, ignore"),
        ("A;p;ordinal;[];;;;specail", "line 2: sensitivity 'specail' is not known", "Did you mean 'special'?"),
        ("A;p;ordinal;[];;;;;0", "line 2: weight of A is '0'", "above 0"),
        ("A;p;ordinal;[];;;;;nan", "line 2: weight of A is 'nan'", "above 0"),
        ("A;p;ordinal;[];;;;;;;;;income", "line 2: standard of A is 'income'", "age, sex or region"),
        ("A;p;ordinal;[];;;;;;;;;;guess", "line 2: basis 'guess' is not known", "observed, scored, area"),
        ("A;p;ordinal;[];;;;;;;;;;;x", "line 2: 15 cells under 14 column names", "quotes"),
        ("", "no feature is declared", "one line per column"),
    ],
)
def test_a_wrong_line_is_told_with_line_and_value(tmp_path: Path, rows: str, message: str, hint: str) -> None:
    error = refused(tmp_path, f"{FULL}\n{rows}\n")
    assert message in error.message
    assert error.message.startswith("features.csv")
    assert hint in error.hint


@pytest.mark.parametrize(
    ("header", "message", "hint"),
    [
        ("", "features.csv is empty", "attribute"),
        ("attribute;type", "column information_level, missing_or_unknown is missing (found: attribute, type)", "';'"),
        (HEADER + ";label;Label", "line 1: column label is named twice", "one of them"),
        (HEADER + ";sensitvity", "line 1: column 'sensitvity' is not known", "Did you mean 'sensitivity'?"),
        (
            "attribute,information_level,type,missing_or_unknown\nA,p,ordinal,[-1,X]",
            "line 2: 5 cells under 4",
            "quotes",
        ),
        ("sep=;\n" + HEADER, "line 1: column attribute", "The first line must name"),
    ],
)
def test_a_wrong_first_line_is_told(tmp_path: Path, header: str, message: str, hint: str) -> None:
    error = refused(tmp_path, header)
    assert message in error.message
    assert hint in error.hint


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ("A;1;x\nA;1.0;y", "values.csv line 3: value 1.0 of A is labelled twice"),
        ("B;1;x", "values.csv line 2: B is not declared"),
        (";1;x", "values.csv line 2: a blank attribute is not declared"),
        ("A;;x", "values.csv line 2: the value of A is blank"),
    ],
)
def test_wrong_value_labels_are_told(tmp_path: Path, values: str, message: str) -> None:
    error = refused(tmp_path, f"{HEADER}\nA;person;ordinal;[]\n", f"attribute;value;label\n{values}\n")
    assert error.message.startswith(message)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ("A;1;p;x;\nA;1;p;y;", "parts.csv line 3: value 1 of A has two entries for part p"),
        ("A;1;;x;", "parts.csv line 2: the part of A is blank"),
        ("A;;p;x;", "parts.csv line 2: the value of A is blank"),
        ("AA;1;p;x;", "parts.csv line 2: AA is not declared"),
        ("A;1;p;x;\nA;2;p;x;\nA;1;q;x;upward", "parts.csv line 4: direction 'upward' is not known"),
    ],
)
def test_wrong_parts_are_told(tmp_path: Path, parts: str, message: str) -> None:
    head = "attribute;value;part;part_value;direction"
    error = refused(tmp_path, f"{HEADER}\nA;person;mixed;[]\n", parts=f"{head}\n{parts}\n")
    assert error.message.startswith(message)


def test_a_missing_file_and_a_file_that_is_not_text_are_told(tmp_path: Path) -> None:
    with pytest.raises(DictionaryError, match="feature dictionary not found"):
        read_dictionary(tmp_path / "nowhere.csv")
    with pytest.raises(DictionaryError, match="not found"):
        read_dictionary(tmp_path)
    path = tmp_path / "wide.csv"
    path.write_bytes(HEADER.encode("utf-16"))
    with pytest.raises(DictionaryError, match=r"wide\.csv is not a text file") as caught:
        read_dictionary(path)
    assert "CSV UTF-8" in caught.value.hint
