"""The main ways in which people differ: components, read in words."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.analysis.components import larger_than_chance
from reportgen.analysis.readings import NO_READING
from reportgen.analysis.result_choice import Reading
from reportgen.charts.shown import COMPONENTS_SHOWN
from reportgen.formatting import NOT_GIVEN
from reportgen.language import say, say_in, say_marked, say_n
from reportgen.report.desk import Desk
from reportgen.report.views import Cell, Column, Fold, Page, Row, Section, Table

DRAWN = 3
LISTED = 10
PRINTED = 5
PRINTED_NAMES = 12


def components_page(desk: Desk) -> Page:
    """Return the chapter on components."""
    fmt, components = desk.fmt, desk.analysis.components
    sections = (_scree(desk), _readings(desk), _kept(desk))
    return Page(
        id="components",
        file="components.html",
        kicker=say("Components"),
        question=say("What are the main ways in which people differ?"),
        heading=say_n(
            components.kept,
            "{n}\u00a0component carries {share} of how people differ.",
            "{n}\u00a0components carry {share} of how people differ.",
            n=fmt.count(components.kept),
            share=fmt.share(components.explained),
        ),
        lead=(
            say(
                "A component bundles features that go together into one scale. Segments are formed on these scales, so "
                "that ten features that say the same do not count ten times."
            ),
        ),
        sections=tuple(section for section in sections if section is not None),
        href=desk.page("components"),
    )


def _scree(desk: Desk) -> Section:
    fmt, components = desk.fmt, desk.analysis.components
    above = larger_than_chance(components.eigenvalues, components.parallel)
    text = (
        say("Kept are {reason}.", reason=components.reason.rstrip(".")) if components.reason else "",
        say(
            "The features make {columns}; no component is larger than chance alone gives when every feature is "
            "shuffled on its own.",
            columns=fmt.quantity(components.encoded_columns, "encoded column", "encoded columns"),
        )
        if not above
        else say_n(
            above,
            "The features make {columns}; the first component is larger than chance alone gives when every feature "
            "is shuffled on its own.",
            "The features make {columns}; the first {n} components are larger than chance alone gives when every "
            "feature is shuffled on its own.",
            columns=fmt.quantity(components.encoded_columns, "encoded column", "encoded columns"),
            n=fmt.count(above),
        ),
    )
    return Section(
        id="components-scree",
        title=say("How many are kept"),
        text=tuple(line for line in text if line),
        figures=desk.figures("scree"),
    )


def _readings(desk: Desk) -> Section | None:
    readings = desk.analysis.components.readings
    if not readings:
        return None
    listed = PRINTED if desk.is_print else LISTED
    shown = readings if len(readings) <= listed + 2 else readings[:listed]
    note = say(
        "Faint lines are no larger than chance alone gives; they are kept for the distance and not read further."
    )
    if desk.is_print and len(shown) < len(readings):
        left = desk.fmt.count(len(readings) - len(shown))
        note += " " + say("The other {n} are in the attached file {file}.", n=left, file="loadings.csv")
    names = [f"component-{reading.component}" for reading in readings[:COMPONENTS_SHOWN]]
    return Section(
        id="components-readings",
        title=say("What each one says"),
        template="readings",
        tables=(_reading_table(desk, "table-readings", say("The main components in words"), shown, note),),
        figures=() if desk.is_print else desk.figures(*names[:DRAWN]),
        folds=() if desk.is_print else _folds(desk, names[DRAWN:], shown),
    )


def _folds(desk: Desk, names: Sequence[str], shown: Sequence[Reading]) -> tuple[Fold, ...]:
    """Return the charts and the lines that few readers want to see."""
    readings = desk.analysis.components.readings
    folds = []
    figures = desk.figures(*names)
    if figures:
        words = say_n(
            len(figures),
            "The next {n}\u00a0component drawn",
            "The next {n}\u00a0components drawn",
            n=desk.fmt.count(len(figures)),
        )
        folds.append(Fold(words, (), figures))
    if len(shown) < len(readings):
        table = _reading_table(desk, "table-every-reading", say("All kept components in words"), readings, "")
        number = desk.fmt.count(len(readings))
        words = say_n(len(readings), "All {n}\u00a0component", "All {n}\u00a0components", n=number)
        folds.append(Fold(words, (table,)))
    return tuple(folds)


def _reading_table(desk: Desk, table_id: str, caption: str, readings: Sequence[Reading], note: str) -> Table:
    whole = len(readings) == len(desk.analysis.components.readings)
    congruence = say("Comes back: Tucker’s congruence with the component of other samples, 1 at best.")
    return Table(
        id=table_id,
        caption=caption,
        columns=(
            Column(say("Component"), "text", 11), Column(say("High end"), "text", 34),
            Column(say("Low end"), "text", 34), Column(say("Carries"), "number", 10),
            Column(say("Comes back"), "number", 11),
        ),
        rows=tuple(_reading_row(desk, reading) for reading in readings),
        note=f"{congruence} {note}".rstrip(),
        csv=desk.csv("loadings") if whole else "",
        tone="words long",
        stack=True,
    )  # fmt: skip


def _reading_row(desk: Desk, reading: Reading) -> Row:
    high, low = (_ends(desk, [item.phrase for item in end]) for end in (reading.high, reading.low))
    if reading.title == say_marked(NO_READING):
        high, low = say("no clear reading"), NOT_GIVEN
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
    return desk.fmt.words(list(dict.fromkeys(phrases))) or say("everybody else")


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
        hardly = [*hardly[:PRINTED_NAMES], say("{n} more", n=fmt.count(len(hardly) - PRINTED_NAMES))]
    half = used[len(used) // 2].inertia_kept
    text = say_n(
        len(used),
        "Of the {n}\u00a0feature that builds the segments, half keep {share} of their inertia or more.",
        "Of the {n}\u00a0features that build the segments, half keep {share} of their inertia or more.",
        n=fmt.count(len(used)),
        share=fmt.share(half),
    )
    if hardly:
        unused = say(
            "Of these features less than a fifth is carried by the kept components, so they hardly shaped the segments "
            "and count as evidence where they describe one: {features}.",
            features=fmt.words(hardly),
        )
        text = unused + " " + text
    table = Table(
        id="table-kept",
        caption=say("What the distance keeps of each feature, the least first"),
        columns=(
            Column(say("Feature"), "text", 60), Column(say_in("inertia", "Kept"), "number", 20),
            Column(say("Filled in"), "number", 20),
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
        note=say(
            "Kept: share of the feature’s inertia in the kept components. Filled in: share of the placed people whose "
            "gap was filled with the average."
        ),
        csv=desk.csv("columns"),
    )  # fmt: skip
    words = say_n(len(used), "All {n}\u00a0feature", "All {n}\u00a0features", n=fmt.count(len(used)))
    return Section(
        id="components-kept",
        title=say("What is kept of each feature"),
        text=(text,),
        folds=() if desk.is_print else (Fold(words, (table,)),),
    )
