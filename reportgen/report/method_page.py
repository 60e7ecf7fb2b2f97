"""The chapter on method: how the report is made, its settings and privacy; the explained figures stand beside."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.language import say, say_in
from reportgen.report.desk import Desk
from reportgen.report.glossary_campaign import campaign_entries
from reportgen.report.glossary_changes import change_entries
from reportgen.report.glossary_index import index_entries, verdict_entries
from reportgen.report.glossary_trust import stability_entries
from reportgen.report.glossary_words import data_entries, description_entries
from reportgen.report.privacy_section import privacy_section
from reportgen.report.views import Cell, Column, ExplainedSection, Page, Row, Section, Table
from reportgen.report.wording import capital


def method_page(desk: Desk) -> Page:
    """Return the chapter on method, glossary and settings."""
    return Page(
        id="method",
        file="method.html",
        kicker=say("Method"),
        question=say("What does this number mean?"),
        heading=say("What each figure means, and how it is made."),
        lead=(
            say(
                "Everything in this report is an aggregate. Each figure stands here with its formula, an example that "
                "can be checked by hand, and the source of the method."
            ),
        ),
        sections=(_steps(desk), _figures(desk), _settings(desk), privacy_section(desk)),
        href=desk.page("method"),
    )


def _steps(desk: Desk) -> Section:
    fmt, analysis = desk.fmt, desk.analysis
    bullets = (
        say(
            "Every column is read as codes; codes that the dictionary calls unknown count as missing. Everything is "
            "fitted on the population and only applied to the customers."
        ),
        say("Columns over the missing limit, twins and sensitive features leave the distance; they still describe."),
        say(
            "The others become {numbers} per person (ordered features standardised, unordered ones as indicators, "
            "rarer answers counting more and no feature more than its share) and {components}.",
            numbers=fmt.quantity(analysis.components.encoded_columns, "number", "numbers"),
            components=fmt.quantity(analysis.components.kept, "component", "components"),
        ),
        say(
            "k-means forms {segments} on these; the number is judged by whether it comes back on other samples.",
            segments=fmt.quantity(analysis.choice.selected, "segment", "segments"),
        ),
        say("Both files are placed in the segments and counted; the report is made from those counts alone."),
    )
    return Section(id="method-steps", title=say("How the report is made"), bullets=bullets)


def _figures(desk: Desk) -> ExplainedSection:
    entries = (
        *index_entries(desk),
        *verdict_entries(desk),
        *stability_entries(desk),
        *campaign_entries(desk),
        *change_entries(desk),
        *description_entries(desk),
        *data_entries(desk),
    )
    return ExplainedSection(id="method-figures", title=say("Figures and words"), template="explained", entries=entries)


def _settings(desk: Desk) -> Section:
    provenance = desk.analysis.provenance
    facts = [
        (say("Run"), provenance.run), (say("Data as of"), desk.fmt.day(provenance.data_as_of)),
        (say("Seed"), str(provenance.seed)), (say("Id column"), provenance.id_column or say("row numbers")),
        (say("Dictionary"), provenance.dictionary or say_in("dictionary", "none")),
        (say("Quick run"), say("yes") if provenance.quick else say("no")), *sorted(provenance.settings.items()),
    ]  # fmt: skip
    versions = sorted(provenance.versions.items())
    same = say("The same files, settings and versions give the same report, byte for byte.")
    of_settings = (Column(say("Setting"), "text", 40), Column(say("Value"), "code", 60))
    of_versions = (Column(say("Package"), "text", 40), Column(say("Version"), "code", 60))
    if desk.is_print:
        # The run and its date stand at the foot of every page.
        settings = desk.fmt.words([f"{name.lower()}: {value}" for name, value in facts[2:6]])
        listed = desk.fmt.words([f"{name} {version}" for name, version in versions])
        told = say(
            "{settings}. Versions: {versions}. Every setting is in manifest.json.",
            settings=capital(settings),
            versions=listed,
        )
        return Section(id="method-settings", title=say("Settings and versions"), text=(same, told))
    csv = desk.csv("settings")
    return Section(
        id="method-settings",
        title=say("Settings and versions"),
        text=(same,),
        tables=(
            Table("table-settings", say("Settings of this run"), of_settings, _pairs(facts), csv=csv, tone="plain"),
            Table("table-versions", say("Versions"), of_versions, _pairs(versions), csv=csv, tone="plain"),
        ),
    )


def _pairs(items: Sequence[tuple[str, str]]) -> tuple[Row, ...]:
    return tuple(Row((Cell(name), Cell(value or say("not set")))) for name, value in items)
