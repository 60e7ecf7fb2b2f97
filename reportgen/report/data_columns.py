"""The columns in the data chapter: what each misses, which go missing together, which tell nearly the same."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from reportgen.analysis.codes import in_words
from reportgen.analysis.result_quality import QualityColumn
from reportgen.formatting import NOT_GIVEN
from reportgen.language import mark, say, say_in, say_marked, say_n
from reportgen.report.desk import Desk
from reportgen.report.views import Cell, Column, Fold, Row, Section, Table
from reportgen.report.wording import capital

_USES = {"distance": mark("segments"), "describe": mark("describes"), "dropped": mark("dropped")}
PRINTED_TWINS = 6
LISTED_OF_BLOCK = 6


def columns_section(desk: Desk) -> Section:
    """Return what is missing by column, with the limit; every declared column can be opened."""
    told = (_left_aside(desk), _limit_gap(desk), _blank_or_coded(desk))
    return Section(
        id="data-columns",
        title=say("What is missing, by column"),
        text=tuple(text for text in told if text),
        figures=desk.figures("missing"),
        folds=() if desk.is_print else (_every_column(desk),),
    )


def _left_aside(desk: Desk) -> str:
    fmt, quality = desk.fmt, desk.analysis.quality
    over = sum((column.missing_share or 0.0) > quality.max_missing for column in quality.columns)
    limit = fmt.share(quality.max_missing)
    if not over:
        return say("No column misses more than the limit of {limit}.", limit=limit)
    return say_n(
        over,
        "{n}\u00a0column misses more than {limit} of the population and does not build segments.",
        "{n}\u00a0columns miss more than {limit} of the population and do not build segments.",
        n=fmt.count(over),
        limit=limit,
    )


def _limit_gap(desk: Desk) -> str:
    """Return which other limits would leave the same columns aside; empty where the limit lies in no gap."""
    fmt, quality = desk.fmt, desk.analysis.quality
    low, high = quality.limit_gap
    # whole per cent inside the gap: the lower end is a share that stays, the upper one a share that does not
    first, last = math.ceil(round(100 * low, 6)), 100 if high >= 1 else math.ceil(round(100 * high, 6)) - 1
    if not low < quality.max_missing <= high or first >= last:
        return ""
    ends = fmt.share(first / 100), fmt.share(last / 100)
    return say("Any limit between {low} and {high} gives the same choice.", low=ends[0], high=ends[1])


def _blank_or_coded(desk: Desk) -> str:
    """Return what counts as missing, and how many cells hold a code for it."""
    columns = desk.analysis.quality.columns
    coded = sum(column.missing_coded or 0 for column in columns)
    some = any(column.missing_coded is None for column in columns)
    both = say("A blank cell and a code that the dictionary calls “unknown” both count as missing.")
    if not coded:
        none = say("No cell holds a code that the dictionary calls “unknown”: all missing cells are blank.")
        return both if some else none
    about = desk.fmt.about(coded)
    if some:
        return say(
            "A blank cell and a code that the dictionary calls “unknown” both count as missing; {n} cells of the "
            "population hold such a code, not counting columns in which few do.",
            n=about,
        )
    return say(
        "A blank cell and a code that the dictionary calls “unknown” both count as missing; {n} cells of the "
        "population hold such a code.",
        n=about,
    )


def _every_column(desk: Desk) -> Fold:
    """Return every declared column, with how much of it the distance keeps and how much of that is filled in."""
    table = Table(
        id="table-columns",
        caption=say("Every declared column"),
        columns=(
            Column(say("Column")), Column(say("Type")), Column(say("Missing"), "number"),
            Column(say("Customers"), "number"), Column(say("Use")), Column(say("Kept"), "number"),
            Column(say("Filled in"), "number"), Column(say("Why")),
        ),
        rows=tuple(
            Row(
                (
                    *_column_cells(desk, column),
                    Cell(say_marked(_USES[column.use])),
                    Cell(_given(desk, column.inertia_kept)),
                    Cell(_given(desk, column.share_imputed)),
                    Cell(capital(_why(desk, column))),
                )
            )
            for column in _by_missing(desk)
        ),
        note=say(
            "Kept: share of the feature’s inertia in the kept components. Filled in: share of the placed people whose "
            "gap was filled with the average."
        ),
        csv=desk.csv("columns"),
        tone="long",
    )  # fmt: skip
    return Fold(say("All {columns}", columns=desk.fmt.quantity(len(table.rows), "column", "columns")), (table,))


def _by_missing(desk: Desk) -> list[QualityColumn]:
    """Return the columns that are left out first, then those that miss most."""
    return sorted(desk.analysis.quality.columns, key=lambda c: (c.use == "distance", -(c.missing_share or 0.0)))


def _given(desk: Desk, share: float | None) -> str:
    return NOT_GIVEN if share is None else desk.fmt.share_in_table(share)


def _why(desk: Desk, column: QualityColumn) -> str:
    why = column.reason
    if column.unknown_codes != 0:
        extra = (
            say_n(
                column.unknown_codes,
                "{n}\u00a0row has an unknown code",
                "{n}\u00a0rows have an unknown code",
                n=desk.fmt.count(column.unknown_codes),
            )
            if column.unknown_codes
            else say("some rows have an unknown code")
        )
        why = f"{why}; {extra}" if why else extra
    return why


def _column_cells(desk: Desk, column: QualityColumn) -> tuple[Cell, ...]:
    """Return the name, type and gaps of a column."""
    return (
        Cell(desk.label(column.label, 56), small=column.name if column.name != column.label else ""),
        Cell(in_words(column.type)),
        Cell(_share(desk, column, "missing_share")),
        Cell(_share(desk, column, "customers_missing_share")),
    )


def _share(desk: Desk, column: QualityColumn, name: str) -> str:
    share: float | None = getattr(column, name)
    return desk.fmt.share_in_table(share) if share is not None else desk.fmt.held(column.reasons.get(name, ""))


def blocks_section(desk: Desk) -> Section | None:
    """Return the blocks of columns that go missing together; None where there are none."""
    blocks = desk.analysis.quality.blocks
    if not blocks:
        return None
    fmt = desk.fmt
    labels = column_labels(desk)
    shown = blocks[:10]
    table = Table(
        id="table-blocks",
        caption=say("Columns that go missing together"),
        columns=(
            Column(say("Columns"), "text", 62),
            Column(say("Number"), "number", 12),
            Column(say("Rows missing all"), "number", 26),
        ),
        rows=tuple(
            Row(
                (
                    Cell(_some_of(desk, [labels.get(name, name) for name in block.columns])),
                    Cell(fmt.count(len(block.columns))),
                    Cell(
                        fmt.count(block.rows),
                        small=fmt.share_in_table(block.rows / desk.analysis.population.rows),
                    ),
                )
            )
            for block in shown
        ),
        csv=desk.csv("missing-blocks") if desk.has_chart("missing-blocks") else "",
    )
    return Section(
        id="data-blocks",
        title=say("What goes missing together"),
        text=(
            say(
                "Columns that come from one source go missing for the same people. Such a block is one fact about a "
                "record, not many."
            ),
        ),
        figures=desk.figures("missing-blocks"),
        folds=() if desk.is_print else (Fold(say("The columns of each block"), (table,)),),
    )


def _some_of(desk: Desk, labels: Sequence[str]) -> str:
    """Return the first labels, and how many more there are."""
    listed, left = ", ".join(labels[:LISTED_OF_BLOCK]), len(labels) - LISTED_OF_BLOCK
    return say("{columns} and {n} more", columns=listed, n=desk.fmt.count(left)) if left > 0 else listed


def twins_section(desk: Desk) -> Section | None:
    """Return the pairs of columns that tell nearly the same; None where there are none."""
    twins = desk.analysis.quality.twins
    shown = twins[:PRINTED_TWINS] if desk.is_print else twins
    if not twins:
        return None
    labels = column_labels(desk)
    table = Table(
        id="table-twins",
        caption=say("Columns that tell nearly the same"),
        columns=(
            Column(say("Column"), "text", 28), Column(say("Twin"), "text", 28), Column(say("Measure"), "text", 14),
            Column(say("Value"), "number", 8), Column(say_in("column", "Left out"), "text", 22),
        ),
        rows=tuple(
            Row(
                (
                    named_column(labels, twin.first),
                    named_column(labels, twin.second),
                    Cell(twin.measure),
                    Cell(desk.fmt.coefficient(twin.value)),
                    named_column(labels, twin.left_out) if twin.left_out else Cell(say_in("column", "neither")),
                )
            )
            for twin in shown
        ),
        csv=desk.csv("twins"),
        tone="words",
        stack=True,
    )  # fmt: skip
    return Section(
        id="data-twins",
        title=say("Twins"),
        text=(
            say(
                "Two columns that tell nearly the same would count double, so the coarser or derived one is left out, "
                "unless the dictionary settles the use of both."
            ),
        ),
        tables=(table,),
    )


def column_labels(desk: Desk) -> dict[str, str]:
    """Return the label of each column by its name."""
    return {column.name: column.label for column in desk.analysis.quality.columns}


def named_column(labels: Mapping[str, str], name: str) -> Cell:
    """Return a column by its label with the code below; what is no column stands as it is."""
    label = labels.get(name, name)
    return Cell(label, small=name if label != name else "")
