"""The columns in the data chapter: what each misses, which go missing together, which tell nearly the same."""

from __future__ import annotations

from collections.abc import Mapping

from reportgen.analysis.result import QualityColumn
from reportgen.formatting import NOT_GIVEN
from reportgen.report.desk import Desk
from reportgen.report.views import Cell, Column, Fold, Row, Section, Table
from reportgen.report.wording import capital

_USES = {"distance": "segments", "describe": "describes", "dropped": "dropped"}
PRINTED_TWINS = 6


def columns_section(desk: Desk) -> Section:
    """Return what is missing by column, with the limit; every declared column can be opened."""
    fmt, quality = desk.fmt, desk.analysis.quality
    over = [column for column in quality.columns if (column.missing_share or 0.0) > quality.max_missing]
    limit = fmt.share(quality.max_missing)
    low, high = quality.limit_gap
    aside = (
        f"{fmt.quantity(len(over), 'column misses', 'columns miss')} more than {limit} of the population and "
        f"{'does' if len(over) == 1 else 'do'} not build segments."
        if over
        else f"No column misses more than the limit of {limit}."
    )
    gap = (
        f"Any limit between {fmt.share(low)} and {fmt.share(high)} gives the same choice."
        if low < quality.max_missing <= high
        else ""
    )
    coded = sum(column.missing_coded or 0 for column in quality.columns)
    some = any(column.missing_coded is None for column in quality.columns)
    split = (
        f"A blank cell and a code that the dictionary calls “unknown” both count as missing; "
        f"{fmt.about(coded)} cells of the population hold such a code"
        f"{', not counting columns in which few do' if some else ''}."
        if coded
        else "A blank cell and a code that the dictionary calls “unknown” both count as missing."
        if some
        else "No cell holds a code that the dictionary calls “unknown”: all missing cells are blank."
    )
    return Section(
        id="data-columns",
        title="What is missing, by column",
        text=tuple(text for text in (aside, gap, split) if text),
        figures=desk.figures("missing"),
        folds=() if desk.is_print else (_every_column(desk),),
    )


def _every_column(desk: Desk) -> Fold:
    """Return every declared column, with how much of it the distance keeps and how much of that is filled in."""
    table = Table(
        id="table-columns",
        caption="Every declared column",
        columns=(
            Column("Column"), Column("Type"), Column("Missing", "number"), Column("Customers", "number"),
            Column("Use"), Column("Kept", "number"), Column("Filled in", "number"), Column("Why"),
        ),
        rows=tuple(
            Row(
                (
                    *_column_cells(desk, column),
                    Cell(_USES.get(column.use, column.use)),
                    Cell(_given(desk, column.inertia_kept)),
                    Cell(_given(desk, column.share_imputed)),
                    Cell(capital(_why(desk, column))),
                )
            )
            for column in _by_missing(desk)
        ),
        note="Kept: share of the feature’s inertia in the kept components. Filled in: share of the placed people whose "
        "gap was filled with the average.",
        csv=desk.csv("columns"),
        tone="long",
    )  # fmt: skip
    return Fold(f"All {desk.fmt.quantity(len(table.rows), 'column', 'columns')}", (table,))


def _by_missing(desk: Desk) -> list[QualityColumn]:
    """Return the columns that are left out first, then those that miss most."""
    return sorted(desk.analysis.quality.columns, key=lambda c: (c.use == "distance", -(c.missing_share or 0.0)))


def _given(desk: Desk, share: float | None) -> str:
    return NOT_GIVEN if share is None else desk.fmt.share_in_table(share)


def _why(desk: Desk, column: QualityColumn) -> str:
    why = column.reason
    if column.unknown_codes != 0:
        some = "some rows have"
        rows = desk.fmt.quantity(column.unknown_codes, "row has", "rows have") if column.unknown_codes else some
        extra = f"{rows} an unlisted code"
        why = f"{why}; {extra}" if why else extra
    return why


def _column_cells(desk: Desk, column: QualityColumn) -> tuple[Cell, ...]:
    """Return the name, type and gaps of a column."""
    return (
        Cell(desk.label(column.label, 56), small=column.name if column.name != column.label else ""),
        Cell(column.type),
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
        caption="Columns that go missing together",
        columns=(
            Column("Columns", "text", 62),
            Column("Number", "number", 12),
            Column("Rows missing all", "number", 26),
        ),
        rows=tuple(
            Row(
                (
                    Cell(
                        ", ".join(labels.get(name, name) for name in block.columns[:6]) + _more(len(block.columns) - 6)
                    ),
                    Cell(fmt.count(len(block.columns))),
                    Cell(
                        fmt.count(block.rows),
                        small=fmt.share_in_table(block.rows / desk.analysis.population.rows),
                    ),
                )
            )
            for block in shown
        ),
    )
    return Section(
        id="data-blocks",
        title="What goes missing together",
        text=(
            "Columns that come from one source go missing for the same people. Such a block is one fact about a "
            "record, "
            "not many.",
        ),
        figures=desk.figures("missing-blocks"),
        folds=() if desk.is_print else (Fold("The columns of each block", (table,)),),
    )


def _more(number: int) -> str:
    return f" and {number} more" if number > 0 else ""


def twins_section(desk: Desk) -> Section | None:
    """Return the pairs of columns that tell nearly the same; None where there are none."""
    twins = desk.analysis.quality.twins
    shown = twins[:PRINTED_TWINS] if desk.is_print else twins
    if not twins:
        return None
    labels = column_labels(desk)
    table = Table(
        id="table-twins",
        caption="Columns that tell nearly the same",
        columns=(
            Column("Column", "text", 28), Column("Twin", "text", 28), Column("Measure", "text", 14),
            Column("Value", "number", 8), Column("Left out", "text", 22),
        ),
        rows=tuple(
            Row(
                (
                    named_column(labels, twin.first),
                    named_column(labels, twin.second),
                    Cell(twin.measure),
                    Cell(desk.fmt.coefficient(twin.value)),
                    named_column(labels, twin.left_out) if twin.left_out else Cell("neither"),
                )
            )
            for twin in shown
        ),
        tone="words",
        stack=True,
    )  # fmt: skip
    return Section(
        id="data-twins",
        title="Twins",
        text=(
            "Two columns that tell nearly the same would count double, so the coarser or derived one is left out, "
            "unless the dictionary settles the use of both.",
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
