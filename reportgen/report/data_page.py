"""The data chapter: where the input comes from and what is missing by person; its other sections stand beside."""

from __future__ import annotations

from reportgen.report.data_columns import blocks_section, columns_section, twins_section
from reportgen.report.data_log import decisions_section, findings_section
from reportgen.report.desk import Desk
from reportgen.report.views import Cell, Column, Fact, Page, Row, Section, Table


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
        sections=tuple(section for section in _sections(desk) if section is not None),
        href=desk.page("data"),
    )


def _sections(desk: Desk) -> tuple[Section | None, ...]:
    """Return the sections in reading order; on paper lists come first, to fill the page that the tall figures leave."""
    columns, people, blocks = columns_section(desk), _missing_rows(desk), blocks_section(desk)
    lists = (twins_section(desk), findings_section(desk))
    if desk.is_print:
        return (_sources(desk), *lists, people, columns, blocks, decisions_section(desk))
    return (_sources(desk), columns, people, blocks, *lists, decisions_section(desk))


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
            _moved_fact(desk, rows.moved_by_5),
        )
    if rows.reason:
        text.append(f"How the threshold was found: {rows.reason}.".replace("..", "."))
    return Section(
        id="data-rows",
        title="What is missing, by person",
        text=tuple(text),
        facts=() if desk.is_print else facts,
        figures=desk.figures("missing-rows"),
    )


def _moved_fact(desk: Desk, moved: int | None) -> Fact:
    share = "" if moved is None else f"{desk.fmt.share(moved / desk.analysis.population.rows)} of the population, "
    return Fact("Would move", desk.fmt.count(moved), f"{share}were the threshold 5 off")


def _side_fact(desk: Desk, label: str, count: int, total: int) -> Fact:
    return Fact(label, desk.fmt.share(count / total), f"{desk.fmt.count(count)} of {desk.fmt.count(total)}")
