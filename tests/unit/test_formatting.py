from __future__ import annotations

import pytest

from reportgen.formatting import (
    FEW,
    SUPPRESSED_BELOW,
    WITHHELD,
    Formatted,
    Formatter,
    Numeral,
    is_few,
    is_withheld,
)
from reportgen.language import again, say, say_marked, speaking

N = "\u00a0"
EN = Formatter("en")
DE = Formatter("de")


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, "0"), (7, "7"), (1234, "1,234"), (891221, "891,221"), (None, f"<{N}10")],
)
def test_count(value: int | None, expected: str) -> None:
    assert EN.count(value) == expected


@pytest.mark.parametrize(
    ("value", "english", "german"),
    [(1967.1064, "1967", "1967"), (12_345.6, "12,346", "12.346"), (2.857, "2.86", "2,86"), (2.5, "2.5", "2,5"),
     (3.0, "3", "3"), (-41.204, "\u221241.20", "\u221241,20"), (9_999.6, "10,000", "10.000"), (362.28, "362", "362")],
)  # fmt: skip
def test_a_mean_of_codes_writes_a_year_as_a_year(value: float, english: str, german: str) -> None:
    assert EN.mean_code(value) == english
    assert DE.mean_code(value) == german


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, "0"), (48, "48"), (999, "999"), (1000, "1,000"), (1004, "about 1,000"), (102310, "about 102,000"),
     (102000, "102,000"), (999_999, "about 1,000,000"), (12_345_678, "about 12,300,000")],
)  # fmt: skip
def test_about(value: int, expected: str) -> None:
    assert EN.about(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, "–"), (0.0, "0"), (0.2, f"<{N}1"), (0.6, "1"), (99.6, "100"), (249.7, "250"), (1234.4, "1,234")],
)
def test_index(value: float | None, expected: str) -> None:
    assert EN.index(value) == expected


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [(None, "–"), ((242.6, 262.4), "243–262"), ((99.8, 100.3), "99.8–100.3"), ((0.0, 3.7), "0–4"),
     ((100.0, 100.0), "100–100")],
)  # fmt: skip
def test_interval(bounds: tuple[float, float] | None, expected: str) -> None:
    assert EN.interval(bounds) == expected


@pytest.mark.parametrize(
    ("value", "text", "table"),
    [
        (None, "–", "–"),
        (0.0, f"0{N}%", f"0{N}%"),
        (0.0001, f"<{N}0.1{N}%", f"<{N}0.1{N}%"),
        (0.0005, f"0.1{N}%", f"0.1{N}%"),
        (0.004, f"0.4{N}%", f"0.4{N}%"),
        (0.0096, f"1{N}%", f"1.0{N}%"),
        (0.11, f"11{N}%", f"11.0{N}%"),
        (0.115, f"12{N}%", f"11.5{N}%"),
        (0.994, f"99{N}%", f"99.4{N}%"),
        (0.996, f"99.6{N}%", f"99.6{N}%"),
        (0.99996, f">{N}99.9{N}%", f">{N}99.9{N}%"),
        (1.0, f"100{N}%", f"100{N}%"),
    ],
)
def test_share(value: float | None, text: str, table: str) -> None:
    assert EN.share(value) == text
    assert EN.share_in_table(value) == table


def test_no_share_between_reads_none_or_all() -> None:
    for step in range(1, 10_000):
        for text in (EN.share(step / 10_000), EN.share_in_table(step / 10_000)):
            assert text not in {f"0{N}%", f"100{N}%", f"0.0{N}%", f"100.0{N}%"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, "–"), (0.0, f"p{N}<{N}0.001"), (0.0123, f"p{N}={N}0.012"), (0.25, f"p{N}={N}0.25"), (1.0, f"p{N}>{N}0.99")],
)
def test_p_value(value: float | None, expected: str) -> None:
    assert EN.p_value(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, "–"), (0.934, "0.93"), (0.9999, f">{N}0.99"), (1.0, "1.00"), (-0.42, "−0.42"), (-0.999, f"<{N}−0.99"),
     (-0.001, "0.00")],
)  # fmt: skip
def test_coefficient(value: float | None, expected: str) -> None:
    assert EN.coefficient(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(None, "–"), (0.62, "+0.62"), (-0.31, "−0.31"), (0.001, "0.00"), (-0.001, "0.00")]
)
def test_signed(value: float | None, expected: str) -> None:
    assert EN.signed(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(250.0, f"2.5{N}times"), (33.0, f"0.33{N}times"), (1250.0, f"12{N}times")]
)
def test_times(value: float, expected: str) -> None:
    assert EN.times(value) == expected


def test_quantity_agrees_in_number() -> None:
    assert EN.quantity(1, "segment", "segments") == f"1{N}segment"
    assert EN.quantity(0, "segment", "segments") == f"0{N}segments"
    assert EN.quantity(1200, "row", "rows") == f"1,200{N}rows"


@pytest.mark.parametrize(
    ("items", "expected"), [([], ""), (["A"], "A"), (["A", "D"], "A and D"), (["A", "D", "F"], "A, D and F")]
)
def test_words(items: list[str], expected: str) -> None:
    assert EN.words(items) == expected


@pytest.mark.parametrize(
    ("size", "expected"),
    [(0, f"0{N}bytes"), (812, f"812{N}bytes"), (1500, f"1.5{N}kB"), (233_000_000, f"233{N}MB"),
     (999_600, f"1.0{N}MB"), (5_000_000_000_000, f"5,000{N}GB")],
)  # fmt: skip
def test_bytes(size: int, expected: str) -> None:
    assert EN.bytes(size) == expected


def test_day() -> None:
    assert EN.day("2026-11-01") == "1 November 2026"
    assert EN.day("autumn 2026") == "autumn 2026"


def test_german_separators() -> None:
    assert DE.count(891221) == "891.221"
    assert DE.share_in_table(0.115) == f"11,5{N}%"
    assert DE.words(["A", "D", "F"]) == "A, D und F"
    assert DE.day("2026-11-01") == "1. November 2026"


def test_items_that_hold_commas_are_parted_by_semicolons_in_german() -> None:
    assert DE.words(["Sozialstatus, 5 Gruppen", "Alter", "Geschlecht"]) == "Sozialstatus, 5 Gruppen; Alter; Geschlecht"


@pytest.mark.parametrize(
    ("items", "expected", "german"),
    [(["A"], "A", "A"), (["A", "B"], "A or B", "A oder B"), (["A", "B", "C"], "A, B or C", "A, B oder C")],
)
def test_either(items: list[str], expected: str, german: str) -> None:
    assert EN.either(items) == expected
    assert DE.either(items) == german


def test_a_formatted_figure_is_written_again_in_another_language() -> None:
    told = say("a limit of {number}", number=Formatted(Formatter.share_in_table, 0.125))
    assert told == f"a limit of 12.5{N}%"
    with speaking("de"):
        assert again(told) == f"a limit of 12,5{N}%"


def test_a_formatted_list_is_written_again_in_another_language() -> None:
    labels = Formatted(Formatter.either, ["1", say("other codes")])
    assert labels == "1 or other codes"
    with speaking("de"):
        assert again(labels) == "1 oder sonstige Codes"


def test_a_numeral_keeps_its_digits() -> None:
    year, step = Numeral("1985"), Numeral("-0.5")
    assert (again(year), again(step)) == ("1985", "-0.5")
    with speaking("de"):
        assert (again(year), again(step)) == ("1985", "-0,5")


@pytest.mark.parametrize("code", ["en", "de"])
def test_reasons_are_known_in_every_language(code: str) -> None:
    with speaking(code):
        few, withheld = say_marked(FEW), say_marked(WITHHELD)
        assert (is_few(few), is_withheld(few)) == (True, False)
        assert (is_few(withheld), is_withheld(withheld)) == (False, True)
        assert not is_few("")
        assert not is_withheld("")
        assert Formatter().held(few) == f"<{N}10"
        assert Formatter().held(str(withheld)) == {"en": "withheld", "de": "zurückgehalten"}[code]
        assert Formatter().held("another reason") == "–"


def test_reasons_name_the_limit() -> None:
    assert f" {SUPPRESSED_BELOW} " in FEW
    assert f" {SUPPRESSED_BELOW} " in WITHHELD
