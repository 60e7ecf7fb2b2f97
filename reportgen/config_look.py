"""Settings of where a report goes, and how it looks."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, StringConstraints

from reportgen.config_inputs import _date
from reportgen.config_table import Table, Text, setting

_Colour = Annotated[str, StringConstraints(to_lower=True, pattern=r"^#[0-9A-Fa-f]{6}$")]


class Output(Table):
    """Table ``[output]``: where the report goes, and in which forms."""

    dir: Path = setting(Path("output"), "The folder that holds all runs.", "a folder")
    pdf: bool = setting(True, "Write the PDF briefing.", "true or false")
    single_file: bool = setting(True, "Write report.html, the whole report in one file.", "true or false")
    cache: bool = setting(
        True,
        "Keep coded rows and results that do not depend on the customers in private/cache, for the next build.",
        "true or false",
    )


class Report(Table):
    """Table ``[report]``: what stands on the pages."""

    title: Text | None = setting(
        None,
        "The title; left out, a standard one.",
        "one line of up to 200 characters",
        example="Who are our customers?",
    )
    data_as_of: Annotated[date, BeforeValidator(_date)] | None = setting(
        None,
        "The date the data describe; left out, SOURCE_DATE_EPOCH, else the date of the newest input.",
        "a date such as 2025-01-31",
        example=date(2025, 1, 31),
    )
    lang: Literal["en", "de"] = setting("en", "The language of the report.", '"en" or "de"')
    organisation: Text | None = setting(
        None, "Whose report this is, for the title page.", "one line of up to 200 characters", example="Our company"
    )
    templates: Path | None = setting(
        None,
        "Templates of your own that take the place of parts of the report's; see docs/templates.md.",
        "a folder",
        example="templates",
    )


class Brand(Table):
    """Table ``[brand]``: whose report this is, and how that looks."""

    name: Text | None = setting(
        None, "The name at the head of every page.", "one line of up to 200 characters", example="Our company"
    )
    logo: Path | None = setting(
        None, "A logo for the head of every page.", "an SVG or PNG file of up to 200 kB", example="logo.svg"
    )
    colour: _Colour | None = setting(
        None,
        "The accent: customers and signs on every page. It must be legible as text.",
        'a colour such as "#b34a1c"',
        example="#b34a1c",
    )
    second_colour: _Colour | None = setting(
        None,
        "The colour of the population in every chart. It must differ from the accent for colour-blind readers too.",
        'a colour such as "#7c8fa1"',
        example="#7c8fa1",
    )
    font: Path | None = setting(
        None,
        "The face of headings and text; tables and charts keep the bundled one, whose widths are known.",
        "a WOFF2, WOFF, TrueType or OpenType file of up to 1 MB",
        example="text.woff2",
    )
    font_strong: Path | None = setting(
        None,
        "The strong weight of that face, for headings.",
        "a WOFF2, WOFF, TrueType or OpenType file of up to 1 MB",
        example="text-bold.woff2",
    )
    footer: Text | None = setting(
        None, "A line at the foot of every page.", "one line of up to 200 characters", example="Internal use only"
    )
    contact: Text | None = setting(
        None,
        "Whom to ask, at the foot of every page.",
        "one line of up to 200 characters",
        example="analytics@example.com",
    )
