"""Settings of the files that are read."""

from __future__ import annotations

import codecs
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, model_serializer, model_validator

from reportgen.config_table import Table, Text, setting

_PLACES = "a file, a folder of parts, or a pattern such as part-*.csv; parts follow one another in natural order"

_DELIMITERS = {"tab": "\t", "\\t": "\t"}


def _delimiter(value: object) -> object:
    return _DELIMITERS.get(value, value) if isinstance(value, str) else value


def _encoding(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        "".encode(value)  # refuses codecs that are not for text, such as base64
        return codecs.lookup(value).name
    except LookupError:
        raise ValueError("unknown encoding") from None


def _date(value: object) -> object:
    """Accept a quoted ISO date as well as TOML's own."""
    if isinstance(value, str):
        return date.fromisoformat(value)
    return value


class CustomerWhere(Table):
    """The rows of the population that are customers: those whose ``column`` holds ``value``."""

    column: str
    value: str

    @model_validator(mode="before")
    @classmethod
    def _parse(cls, given: object) -> object:
        if not isinstance(given, str):
            return given
        column, _, value = given.partition("=")
        if not column.strip() or not value.strip():
            raise ValueError("column=value is needed")
        return {"column": column.strip(), "value": value.strip()}

    @model_serializer
    def __str__(self) -> str:
        return f"{self.column}={self.value}"


class Inputs(Table):
    """Table ``[inputs]``: the files, and how they are written."""

    population: Path = setting(
        ..., "The people to be segmented: CSV (also .gz), Parquet or .xlsx.", _PLACES, example="population.csv"
    )
    customers: Path | None = setting(
        None, "The customers, in a file of their own with the same columns.", _PLACES, example="customers.csv"
    )
    customer_where: CustomerWhere | None = setting(
        None,
        "Which rows of the population are customers, when one file holds both.",
        'a text such as "y=yes": column, equals sign, value',
        example="y=yes",
    )
    dictionary: Path = setting(
        ...,
        "The feature dictionary: what each column is and which codes mean unknown.",
        "a file, a folder that holds features.csv, or the word azdias",
        example="dictionary",
    )
    id: Text | None = setting(
        None,
        "The column that names a row; left out, LNR or id where unique, else row numbers.",
        "a column name",
        example="id",
    )
    delimiter: Annotated[Literal[";", ",", "\t", "|"], BeforeValidator(_delimiter)] | None = setting(
        None,
        "What stands between the cells of a CSV file; left out, it is detected.",
        '";", ",", "|" or "tab"',
        example=";",
    )
    decimal: Literal[".", ","] | None = setting(
        None, "The decimal sign of numbers; left out, it is detected.", '"." or ","', example=","
    )
    encoding: Annotated[str, BeforeValidator(_encoding)] | None = setting(
        None,
        "The character encoding; left out, UTF-8 and else Windows-1252.",
        "the name of an encoding, such as utf-8 or cp1252",
        example="cp1252",
    )
    sheet: Text | None = setting(
        None, "The sheet of an .xlsx file; left out, the first.", "the name of a sheet", example="Sheet1"
    )
    response: Path | None = setting(
        None,
        "A past mailing to judge the ranking on: id, response (0 or 1), and optionally amount and control (0 or 1).",
        "a file",
        example="mailing.csv",
    )

    @model_validator(mode="after")
    def _one_customer_source(self) -> Self:
        if self.customers is None and self.customer_where is None:
            raise ValueError("nobody is marked as a customer")
        if self.customers is not None and self.customer_where is not None:
            raise ValueError("customers are marked twice")
        return self
