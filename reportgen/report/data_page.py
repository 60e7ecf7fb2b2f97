"""The data chapter: where the input comes from, what is missing, and what was decided about it."""

from __future__ import annotations

from collections.abc import Mapping

from reportgen.analysis.result import QualityColumn
from reportgen.formatting import NOT_GIVEN
from reportgen.report.desk import Desk
from reportgen.report.views import Cell, Column, Fact, Page, Row, Section, Table
from reportgen.report.wording import capital

_USES = {"distance": "segments", "describe": "describes", "dropped": "dropped"}
PRINTED_CHART = 620.0
PRINTED_COLUMNS = 9
PRINTED_DECISIONS = 12
PRINTED_FINDINGS = 8
PRINTED_TWINS = 6


def data_page(desk: Desk) -> Page:
    """Return the data chapter."""
    fmt, quality = desk.fmt, desk.analysis.quality
    used = [column for column in quality.columns if column.use == "distance"]
    columns = fmt.quantity(len(quality.columns), "column", "columns")
    share = quality.rows.low_information / desk.analysis.population.rows
    rest = (
        f"{fmt.share(share)} of the population have too little data to place."
        if quality.rows.low_information
        else "everybody has enough data to be placed."
    )
    return Page(
        id="data",
        file="data.html",
        kicker="Data",
        question="Can the input be trusted?",
        heading=f"{fmt.count(len(used))} of {columns} build the segments; {rest}",
        lead=(
            "Nothing is dropped in silence: every column and every group of rows that was set aside is listed here "
            "with "
            "the reason.",
        ),
        sections=tuple(
            section
            for section in (
                _sources(desk),
                _missing_columns(desk),
                _missing_rows(desk),
                _missing_blocks(desk),
                _twins(desk),
                _findings(desk),
                _decisions(desk),
            )
            if section is not None
        ),
        href=desk.page("data"),
    )


def _sources(desk: Desk) -> Section:
    fmt, analysis = desk.fmt, desk.analysis
    rows = tuple(
        Row(
            (
                Cell(source.side.capitalize()),
                Cell(source.name, small=_format(source.encoding, source.delimiter)),
                Cell(fmt.count(source.rows)),
                Cell(fmt.bytes(source.size)),
                Cell(f"{source.sha256[:12]}…"),
            )
        )
        for source in analysis.provenance.sources
    )
    table = Table(
        id="table-sources",
        caption="The files that were read",
        columns=(
            Column("Side", "text", 16),
            Column("File", "text", 34),
            Column("Rows", "number", 14),
            Column("Size", "number", 12),
            Column("SHA-256", "code", 24),
        ),
        rows=rows,
        note="The full hashes are in manifest.json; the same files give the same report.",
    )
    return Section(id="data-sources", title="Where the figures come from", text=_overlap(desk), tables=(table,))


def _format(encoding: str, delimiter: str) -> str:
    named = {"\t": "tab", "": ""}.get(delimiter, f"“{delimiter}”")
    return ", ".join(part for part in (encoding, f"separated by {named}" if named else "") if part)


def _overlap(desk: Desk) -> tuple[str, ...]:
    fmt, analysis = desk.fmt, desk.analysis
    if analysis.overlap is None:
        first = (
            f"How many customers are also in the population file is not known: {analysis.reasons.get('overlap', '')}"
        )
        first = first.rstrip(": .") + "."
    elif analysis.overlap == 0:
        first = "No customer was found in the population file by id."
    else:
        share = fmt.share(analysis.overlap / analysis.customers.rows)
        first = f"{fmt.count(analysis.overlap)} customers ({share}) were found in the population file by id."
    formula = {
        "nested": "The customers are part of the population, and the intervals are computed for that case.",
        "separate": "The two files are treated as separate, and the intervals are computed for that case.",
    }.get(analysis.provenance.standard_error, "")
    return tuple(text for text in (first, formula) if text)


def _missing_columns(desk: Desk) -> Section:
    fmt, quality = desk.fmt, desk.analysis.quality
    over = [column for column in quality.columns if column.missing_share > quality.max_missing]
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
    coded = sum(column.missing_coded for column in quality.columns)
    split = (
        f"A blank cell and a code that the dictionary calls “unknown” both count as missing; "
        f"{fmt.about(coded)} cells of the population hold such a code."
        if coded
        else "No cell holds a code that the dictionary calls “unknown”: all missing cells are blank."
    )
    return Section(
        id="data-columns",
        title="What is missing, by column",
        text=tuple(text for text in (aside, gap, split) if text),
        figures=desk.figures("missing") if _fits(desk) else (),
        tables=(_column_table(desk),),
    )


def _fits(desk: Desk) -> bool:
    """Return whether the chart of all columns leaves room for anything else on a printed page."""
    return not desk.is_print or ("missing" in desk.charts and desk.charts["missing"].height <= PRINTED_CHART)


def _column_table(desk: Desk) -> Table:
    quality = desk.analysis.quality
    columns = sorted(quality.columns, key=lambda column: (column.use == "distance", -column.missing_share))
    note = ""
    if desk.is_print:
        shown = [column for column in columns if column.use != "distance"][:PRINTED_COLUMNS]
        note = f"The other {desk.fmt.count(len(columns) - len(shown))} columns are in the attached file columns.csv."
        columns = shown
    return Table(
        id="table-columns",
        caption="Columns that do not build the segments" if desk.is_print else "Every declared column",
        columns=(
            Column("Column", "text", 30),
            Column("Type", "text", 11),
            Column("Missing", "number", 10),
            Column("Customers", "number", 11),
            Column("Use", "text", 14),
            Column("Why", "text", 24),
        ),
        rows=tuple(_column_row(desk, column) for column in columns),
        note=note,
        csv=desk.csv("columns"),
        tone="long",
    )


def _column_row(desk: Desk, column: QualityColumn) -> Row:
    fmt = desk.fmt
    why = column.reason
    if column.unknown_codes:
        extra = f"{fmt.quantity(column.unknown_codes, 'row has', 'rows have')} an unlisted code"
        why = f"{why}; {extra}" if why else extra
    return Row(
        (
            Cell(desk.label(column.label, 56), small=column.name if column.name != column.label else ""),
            Cell(column.type),
            Cell(fmt.share_in_table(column.missing_share)),
            Cell(fmt.share_in_table(column.customers_missing_share)),
            Cell(_USES.get(column.use, column.use)),
            Cell(why),
        )
    )


def _missing_rows(desk: Desk) -> Section:
    fmt, analysis = desk.fmt, desk.analysis
    rows = analysis.quality.rows
    facts: tuple[Fact, ...] = ()
    if rows.threshold is None:
        text = ["Nobody is set apart: there is no group of rows that misses far more than the others."]
    else:
        limit = f"{fmt.count(rows.threshold)} or more of {fmt.quantity(rows.columns, 'column', 'columns')}"
        text = [
            f"Whoever misses {limit} cannot be placed and forms segment 0, the low-information records.",
            "Such records look like defaults of the data supplier rather than like a kind of person; they are "
            "counted and "
            "indexed, but shown apart and never recommended.",
        ]
        facts = (
            _side_fact(desk, "Population set apart", rows.low_information, analysis.population.rows),
            _side_fact(desk, "Customers set apart", rows.customers_low_information, analysis.customers.rows),
            Fact(
                "Would move",
                fmt.count(rows.moved_by_5),
                f"{fmt.share(rows.moved_by_5 / analysis.population.rows)} of the population, were the threshold 5 off",
            ),
        )
    if rows.reason:
        text.append(f"How the threshold was found: {rows.reason}.".replace("..", "."))
    return Section(
        id="data-rows",
        title="What is missing, by person",
        text=tuple(text),
        facts=facts,
        figures=desk.figures("missing-rows"),
    )


def _side_fact(desk: Desk, label: str, count: int, total: int) -> Fact:
    return Fact(label, desk.fmt.share(count / total), f"{desk.fmt.count(count)} of {desk.fmt.count(total)}")


def _missing_blocks(desk: Desk) -> Section | None:
    blocks = desk.analysis.quality.blocks
    if not blocks:
        return None
    fmt = desk.fmt
    labels = _labels(desk)
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
        tables=() if desk.is_print and desk.has_chart("missing-blocks") else (table,),
    )


def _more(number: int) -> str:
    return f" and {number} more" if number > 0 else ""


def _twins(desk: Desk) -> Section | None:
    twins = desk.analysis.quality.twins
    shown = twins[:PRINTED_TWINS] if desk.is_print else twins
    if not twins:
        return None
    labels = _labels(desk)
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
                    Cell(desk.label(labels.get(twin.first, twin.first), 56), small=twin.first),
                    Cell(desk.label(labels.get(twin.second, twin.second), 56), small=twin.second),
                    Cell(twin.measure),
                    Cell(desk.fmt.coefficient(twin.value)),
                    _named(labels, twin.left_out) if twin.left_out else Cell("neither"),
                )
            )
            for twin in shown
        ),
    )  # fmt: skip
    return Section(
        id="data-twins",
        title="Twins",
        text=(
            "Two columns that tell nearly the same would count double, so the coarser or derived one does not build "
            "segments.",
        ),
        tables=(table,),
    )


def _findings(desk: Desk) -> Section | None:
    fmt, quality = desk.fmt, desk.analysis.quality
    labels = _labels(desk)
    shown = quality.findings[:PRINTED_FINDINGS] if desk.is_print else quality.findings
    bullets = tuple(
        f"{_with_code(labels, finding.column)}: {finding.message}" if finding.column else capital(finding.message)
        for finding in shown
    )
    tables: tuple[Table, ...] = ()
    if quality.undeclared:
        rows = tuple(
            Row(
                (
                    Cell(column.name),
                    Cell(column.side),
                    Cell(column.type),
                    Cell(fmt.share_in_table(column.missing_share)),
                    Cell(("at least " if column.at_least else "") + fmt.count(column.distinct)),
                )
            )
            for column in quality.undeclared
        )
        tables = (
            Table(
                id="table-undeclared",
                caption="Columns that the dictionary does not name; they were not used",
                columns=(
                    Column("Column", "text", 34), Column("File", "text", 18), Column("Looks like", "text", 16),
                    Column("Missing", "number", 14), Column("Distinct values", "number", 18),
                ),
                rows=rows,
            ),
        )  # fmt: skip
    if not bullets and not tables:
        return None
    return Section(id="data-findings", title="What else was noticed", bullets=bullets, tables=tables)


def _labels(desk: Desk) -> dict[str, str]:
    return {column.name: column.label for column in desk.analysis.quality.columns}


def _named(labels: Mapping[str, str], name: str) -> Cell:
    """Return a column by its label with the code below; what is no column stands as it is."""
    label = labels.get(name, name)
    return Cell(label, small=name if label != name else "")


def _with_code(labels: Mapping[str, str], name: str) -> str:
    label = labels.get(name, name)
    return label if label == name else f"{label} ({name})"


def _decisions(desk: Desk) -> Section | None:
    decisions = desk.analysis.quality.decisions
    if not decisions:
        return None
    labels = _labels(desk)
    shown = decisions[:PRINTED_DECISIONS] if desk.is_print else decisions
    left = len(decisions) - len(shown)
    table = Table(
        id="table-decisions",
        caption="Decision log",
        columns=(Column("What", "text", 30), Column("Decision", "text", 26), Column("Why", "text", 44)),
        rows=tuple(
            Row((_named(labels, step.subject), Cell(step.decision or NOT_GIVEN), Cell(capital(step.reason))))
            for step in shown
        ),
        note=f"{desk.fmt.quantity(left, 'more line is', 'more lines are')} in the attached file decisions.csv."
        if left
        else "",
        csv=desk.csv("decisions"),
        tone="long",
    )
    return Section(
        id="data-decisions",
        title="What was decided, and why",
        text=(
            "Roles, labels and limits can be changed in the dictionary and the configuration; the log then changes "
            "with them.",
        ),
        tables=(table,),
    )
