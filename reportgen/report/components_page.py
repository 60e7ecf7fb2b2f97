"""The main ways in which people differ: components, read in words."""

from __future__ import annotations

from reportgen.analysis.result import Reading
from reportgen.report.desk import Desk
from reportgen.report.views import Cell, Column, Page, Row, Section, Table
from reportgen.report.wording import capital

DRAWN = 8
PRINTED = 5
PRINTED_NAMES = 12


def components_page(desk: Desk) -> Page:
    """Return the chapter on components."""
    fmt, components = desk.fmt, desk.analysis.components
    number = fmt.quantity(components.kept, "component carries", "components carry")
    sections = (_scree(desk), _readings(desk), _hardly_used(desk))
    return Page(
        id="components",
        file="components.html",
        kicker="Components",
        question="What are the main ways in which people differ?",
        heading=f"{number} {fmt.share(components.explained)} of how people differ.",
        lead=(
            "A component bundles features that go together into one scale. Segments are formed on these scales, so "
            "that ten "
            "features that say the same do not count ten times.",
        ),
        sections=tuple(section for section in sections if section is not None),
        href=desk.page("components"),
    )


def _scree(desk: Desk) -> Section:
    fmt, components = desk.fmt, desk.analysis.components
    above = sum(1 for value, line in zip(components.eigenvalues, components.parallel, strict=False) if value > line)
    text = (
        f"{capital(components.reason.rstrip('.'))}." if components.reason else "",
        f"The features make {fmt.quantity(components.encoded_columns, 'encoded column', 'encoded columns')}; "
        f"{fmt.quantity(above, 'component is', 'components are')} larger than chance alone gives when every feature is "
        "shuffled on its own.",
    )
    return Section(
        id="components-scree",
        title="How many are kept",
        text=tuple(line for line in text if line),
        figures=desk.figures("scree"),
    )


def _readings(desk: Desk) -> Section | None:
    readings = desk.analysis.components.readings
    if not readings:
        return None
    shown = readings[:PRINTED] if desk.is_print else readings
    notes = ["Faint lines are no larger than chance alone gives; they are kept for the distance and not read further."]
    if len(shown) < len(readings):
        notes.append(f"The other {desk.fmt.count(len(readings) - len(shown))} are in the attached file loadings.csv.")
    table = Table(
        id="table-readings",
        caption="The kept components in words",
        columns=(
            Column("Component", "text", 12), Column("High end", "text", 38), Column("Low end", "text", 38),
            Column("Carries", "number", 12),
        ),
        rows=tuple(_reading_row(desk, reading) for reading in shown),
        note=" ".join(notes),
        csv=desk.csv("loadings"),
        tone="long",
    )  # fmt: skip
    drawn = () if desk.is_print else tuple(f"component-{reading.component}" for reading in readings[:DRAWN])
    return Section(
        id="components-readings",
        title="What each one says",
        template="readings",
        text=() if desk.is_print else tuple(reading.sentence for reading in readings[:3]),
        tables=(table,),
        figures=desk.figures(*drawn),
    )


def _reading_row(desk: Desk, reading: Reading) -> Row:
    return Row(
        (
            Cell(desk.fmt.count(reading.component)),
            Cell(_ends([item.phrase for item in reading.high])),
            Cell(_ends([item.phrase for item in reading.low])),
            Cell(desk.fmt.share_in_table(reading.explained)),
        ),
        tone="" if reading.beats_parallel else "quiet",
    )


def _ends(phrases: list[str]) -> str:
    return ", ".join(dict.fromkeys(phrases)) or "no feature"


def _hardly_used(desk: Desk) -> Section | None:
    names = desk.analysis.components.hardly_used
    if not names:
        return None
    labels = {column.name: column.label for column in desk.analysis.quality.columns}
    listed = [labels.get(name, name) for name in names]
    if desk.is_print and len(listed) > PRINTED_NAMES:
        listed = [*listed[:PRINTED_NAMES], f"{desk.fmt.count(len(listed) - PRINTED_NAMES)} more"]
    return Section(
        id="components-hardly",
        title="Hardly used",
        text=(
            "Of these features less than a fifth is carried by the kept components. They count as evidence when they "
            "describe a segment, because they hardly helped to build it.",
            f"{desk.fmt.words(listed)}.",
        ),
    )
