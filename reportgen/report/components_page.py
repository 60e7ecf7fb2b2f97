"""The main ways in which people differ: components, read in words."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.analysis.readings import NO_READING
from reportgen.analysis.result import Reading
from reportgen.formatting import NOT_GIVEN
from reportgen.report.desk import Desk
from reportgen.report.views import Cell, Column, Fold, Page, Row, Section, Table

DRAWN, FOLDED = 3, 5
LISTED = 10
PRINTED = 5
PRINTED_NAMES = 12


def components_page(desk: Desk) -> Page:
    """Return the chapter on components."""
    fmt, components = desk.fmt, desk.analysis.components
    number = fmt.quantity(components.kept, "component carries", "components carry")
    sections = (_scree(desk), _readings(desk), _kept(desk))
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
        f"Kept are {components.reason.rstrip('.')}." if components.reason else "",
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
    listed = PRINTED if desk.is_print else LISTED
    shown = readings if len(readings) <= listed + 2 else readings[:listed]
    note = "Faint lines are no larger than chance alone gives; they are kept for the distance and not read further."
    if desk.is_print and len(shown) < len(readings):
        left = desk.fmt.count(len(readings) - len(shown))
        note += f" The other {left} are in the attached file loadings.csv."
    names = [f"component-{reading.component}" for reading in readings[: DRAWN + FOLDED]]
    return Section(
        id="components-readings",
        title="What each one says",
        template="readings",
        tables=(_reading_table(desk, "table-readings", "The main components in words", shown, note),),
        figures=() if desk.is_print else desk.figures(*names[:DRAWN]),
        folds=() if desk.is_print else _folds(desk, names[DRAWN:], shown),
    )


def _folds(desk: Desk, names: Sequence[str], shown: Sequence[Reading]) -> tuple[Fold, ...]:
    """Return the charts and the lines that few readers want to see."""
    readings = desk.analysis.components.readings
    folds = []
    figures = desk.figures(*names)
    if figures:
        folds.append(Fold(f"The next {desk.fmt.quantity(len(figures), 'component', 'components')} drawn", (), figures))
    if len(shown) < len(readings):
        table = _reading_table(desk, "table-every-reading", "All kept components in words", readings, "")
        folds.append(Fold(f"All {desk.fmt.quantity(len(readings), 'component', 'components')}", (table,)))
    return tuple(folds)


def _reading_table(desk: Desk, table_id: str, caption: str, readings: Sequence[Reading], note: str) -> Table:
    whole = len(readings) == len(desk.analysis.components.readings)
    return Table(
        id=table_id,
        caption=caption,
        columns=(
            Column("Component", "text", 11), Column("High end", "text", 34), Column("Low end", "text", 34),
            Column("Carries", "number", 10), Column("Comes back", "number", 11),
        ),
        rows=tuple(_reading_row(desk, reading) for reading in readings),
        note=f"Comes back: Tucker’s congruence with the component of other samples, 1 at best. {note}".rstrip(),
        csv=desk.csv("loadings") if whole else "",
        tone="words long",
        stack=True,
    )  # fmt: skip


def _reading_row(desk: Desk, reading: Reading) -> Row:
    high, low = (_ends(desk, [item.phrase for item in end]) for end in (reading.high, reading.low))
    if reading.title == NO_READING:
        high, low = "no clear reading", NOT_GIVEN
    return Row(
        (
            Cell(desk.fmt.count(reading.component)),
            Cell(high),
            Cell(low),
            Cell(desk.fmt.share_in_table(reading.explained)),
            Cell(desk.fmt.coefficient(reading.congruence)),
        ),
        tone="" if reading.beats_parallel else "quiet",
    )


def _ends(desk: Desk, phrases: list[str]) -> str:
    return desk.fmt.words(list(dict.fromkeys(phrases))) or "everybody else"


def _kept(desk: Desk) -> Section | None:
    """Return how much of each feature the kept components carry; those hardly used are named."""
    analysis, fmt = desk.analysis, desk.fmt
    used = sorted(
        (column for column in analysis.quality.columns if column.inertia_kept is not None),
        key=lambda column: (column.inertia_kept or 0.0, column.name),
    )
    if not used:
        return None
    hardly = [column.label for column in used if column.name in analysis.components.hardly_used]
    if desk.is_print and len(hardly) > PRINTED_NAMES:
        hardly = [*hardly[:PRINTED_NAMES], f"{fmt.count(len(hardly) - PRINTED_NAMES)} more"]
    half = used[len(used) // 2].inertia_kept
    number = fmt.quantity(len(used), "feature that builds", "features that build")
    text = [f"Of the {number} the segments, half keep {fmt.share(half)} of their inertia or more."]
    if hardly:
        text = [
            "Of these features less than a fifth is carried by the kept components, so they hardly shaped the segments "
            f"and count as evidence where they describe one: {fmt.words(hardly)}.",
            *text,
        ]
    table = Table(
        id="table-kept",
        caption="What the distance keeps of each feature, the least first",
        columns=(
            Column("Feature", "text", 60), Column("Kept", "number", 20), Column("Filled in", "number", 20),
        ),
        rows=tuple(
            Row(
                (
                    Cell(column.label, small=column.name if column.name != column.label else ""),
                    Cell(fmt.share_in_table(column.inertia_kept)),
                    Cell(fmt.share_in_table(column.share_imputed)),
                )
            )
            for column in used
        ),
        note="Kept: share of the feature’s inertia in the kept components. Filled in: share of the placed people whose "
        "gap was filled with the average.",
        csv=desk.csv("columns"),
    )  # fmt: skip
    return Section(
        id="components-kept",
        title="What is kept of each feature",
        text=(" ".join(text),),
        folds=() if desk.is_print else (Fold(f"All {fmt.quantity(len(used), 'feature', 'features')}", (table,)),),
    )
