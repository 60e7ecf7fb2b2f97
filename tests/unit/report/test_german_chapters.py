"""Campaign, data, method and robustness in German: no English message, German numbers, codes in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache

import pytest

from reportgen.analysis.codes import file_words, in_words
from reportgen.analysis.result import Analysis
from reportgen.formatting import Formatter
from reportgen.language import language, speaking
from reportgen.report.assumptions import standardised_sentence
from reportgen.report.campaign_page import campaign_page
from reportgen.report.data_page import data_page
from reportgen.report.data_tables import data_tables
from reportgen.report.desk import Desk
from reportgen.report.method_page import method_page
from reportgen.report.robustness_page import robustness_page
from reportgen.report.tables import DataTable
from reportgen.report.views import Medium, Page
from tests.factories import example_analysis

CHAPTERS = {page.__name__: page for page in (campaign_page, data_page, method_page, robustness_page)}


@cache
def planned() -> Analysis:
    return example_analysis(5, 14, campaign=True, totals=True)


def told(value: object) -> Iterator[str]:
    """Yield every text of a page."""
    if isinstance(value, str):
        yield str(value)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from told(item)
    elif is_dataclass(value):
        for item in fields(value):
            yield from told(getattr(value, item.name))


def chapter(name: str, code: str, medium: Medium = Medium.SITE) -> Page:
    with speaking(code):
        return CHAPTERS[name](Desk(planned(), {}, Formatter(), medium))


@cache
def english() -> frozenset[str]:
    """Return the messages without values that German says otherwise."""
    messages = language("de").messages.items()
    return frozenset(
        form
        for (_, first), forms in messages
        for form in (first,)
        if "{" not in form and form not in forms and len(form) > 12
    )


@pytest.mark.parametrize("medium", [Medium.SITE, Medium.PRINT])
@pytest.mark.parametrize("name", CHAPTERS)
def test_nothing_is_left_in_english(name: str, medium: Medium) -> None:
    own = frozenset(told(planned()))  # the made-up analysis is an English one
    left = {text for text in told(chapter(name, "de", medium)) if text in english() and text not in own}
    assert not left
    assert any(text in english() for text in told(chapter(name, "en", medium)))


def test_numbers_are_written_the_german_way() -> None:
    swapped = str.maketrans(".,", ",.")
    pairs = [
        (english, german)
        for english, german in zip(cells("campaign_page", "en"), cells("campaign_page", "de"), strict=True)
        if english and not re.search(r"[^\W\d_]", english)
    ]
    assert len(pairs) > 50
    assert [german for _, german in pairs] == [english.translate(swapped) for english, _ in pairs]


def cells(name: str, code: str) -> list[str]:
    """Return the texts of all cells of the tables of a chapter."""
    tables = [table for section in chapter(name, code).sections for table in section.tables]
    return [text for table in tables for row in table.rows for cell in row.cells for text in (cell.text, cell.small)]


def test_codes_are_put_into_words_and_other_texts_are_left() -> None:
    with speaking("de"):
        assert [in_words(code) for code in ("over", "at par", "highly stable", "pooled", "mixed")] == [
            "über", "durchschnittlich", "sehr stabil", "zusammengefasst", "gemischt",
        ]  # fmt: skip
        assert in_words("Alter") == "Alter"
        assert (file_words("population"), file_words("response")) == ("Bevölkerung", "früheres Mailing")
    assert (in_words("over"), file_words("response")) == ("over", "response")


def test_columns_of_files_are_the_same_in_every_language() -> None:
    with speaking("de"):
        german = data_tables(planned())
    tables = data_tables(planned())
    assert [(table.id, table.columns, numbers(table)) for table in german] == [
        (table.id, table.columns, numbers(table)) for table in tables
    ]
    assert all(a.title != b.title for a, b in zip(german, tables, strict=True))


def numbers(table: DataTable) -> list[list[float]]:
    """Return the numbers of a table; texts and marks are in the language of the report."""
    return [[value for value in row if isinstance(value, int | float)] for row in table.rows]


def test_what_remains_of_an_index_is_told_in_german() -> None:
    segment = next(s for s in planned().placed if s.index_standardised is not None and s.index_placed is not None)
    with speaking("de"):
        sentence = standardised_sentence(planned(), segment, Formatter())
    assert sentence.startswith("Nach Berücksichtigung von Unterschieden in diese")
    assert f"beträgt der Index {segment.index_standardised:.0f} statt {segment.index_placed:.0f}" in sentence
