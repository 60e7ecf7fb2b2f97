"""The data chapter: where the input comes from and what is missing by person; its other sections stand beside."""

from __future__ import annotations

from reportgen.analysis.codes import file_words
from reportgen.language import say
from reportgen.report.data_columns import blocks_section, columns_section, twins_section
from reportgen.report.data_log import decisions_section, findings_section
from reportgen.report.desk import Desk
from reportgen.report.views import Cell, Column, Fact, Page, Row, Section, Table
from reportgen.report.wording import capital


def data_page(desk: Desk) -> Page:
    """Return the data chapter."""
    return Page(
        id="data",
        file="data.html",
        kicker=say("Data"),
        question=say("Can the input be trusted?"),
        heading=_heading(desk),
        lead=(
            say(
                "Nothing is dropped in silence: every column and every group of rows that was set aside is listed here "
                "with the reason."
            ),
        ),
        sections=tuple(section for section in _sections(desk) if section is not None),
        href=desk.page("data"),
    )


def _heading(desk: Desk) -> str:
    fmt, quality = desk.fmt, desk.analysis.quality
    used = fmt.count(sum(column.use == "distance" for column in quality.columns))
    columns = fmt.quantity(len(quality.columns), "column", "columns")
    if not quality.rows.low_information:
        return say(
            "{used} of {columns} build the segments; everybody has enough data to be placed.",
            used=used,
            columns=columns,
        )
    return say(
        "{used} of {columns} build the segments; {share} of the population have too little data to place.",
        used=used,
        columns=columns,
        share=fmt.share(quality.rows.low_information / desk.analysis.population.rows),
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
                Cell(capital(file_words(source.side))),
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
        caption=say("The files that were read"),
        columns=(
            Column(say("Side"), "text", 16),
            Column(say("File"), "text", 34),
            Column(say("Rows"), "number", 14),
            Column(say("Size"), "number", 12),
            Column("SHA-256", "code", 24),
        ),
        rows=rows,
        note=say("The full hashes are in manifest.json; the same files give the same report."),
        csv=desk.csv("sources"),
    )
    return Section(id="data-sources", title=say("Where the figures come from"), text=_overlap(desk), tables=(table,))


def _format(encoding: str, delimiter: str) -> str:
    separated = say("separated by “{mark}”", mark=delimiter)
    named = {"\t": say("separated by tab"), "": ""}.get(delimiter, separated)
    return ", ".join(part for part in (encoding, named) if part)


def _overlap(desk: Desk) -> tuple[str, ...]:
    fmt, analysis = desk.fmt, desk.analysis
    if analysis.overlap is None:
        reason = analysis.reasons.get("overlap", "").rstrip(": .")
        first = (
            say("How many customers are also in the population file is not known: {reason}.", reason=reason)
            if reason
            else say("How many customers are also in the population file is not known.")
        )
    elif analysis.overlap == 0:
        first = say("No customer was found in the population file by id.")
    else:
        first = say(
            "{n} customers ({share}) were found in the population file by id.",
            n=fmt.count(analysis.overlap),
            share=fmt.share(analysis.overlap / analysis.customers.rows),
        )
    formula = {
        "nested": say("The customers are part of the population, and the intervals are computed for that case."),
        "separate": say("The two files are treated as separate, and the intervals are computed for that case."),
    }.get(analysis.provenance.standard_error, "")
    return tuple(text for text in (first, formula) if text)


def _missing_rows(desk: Desk) -> Section:
    fmt, analysis = desk.fmt, desk.analysis
    rows = analysis.quality.rows
    facts: tuple[Fact, ...] = ()
    if rows.threshold is None:
        text = [say("Nobody is set apart: there is no group of rows that misses far more than the others.")]
    else:
        text = [
            say(
                "Whoever misses {limit} or more of {columns} cannot be placed and forms segment 0, the low-information "
                "records.",
                limit=fmt.count(rows.threshold),
                columns=fmt.quantity(rows.columns, "column", "columns"),
            ),
            say(
                "Such records look like defaults of the data supplier rather than like a kind of person; they are "
                "counted and indexed, but shown apart and never recommended."
            ),
        ]
        facts = (
            _side_fact(desk, say("Population set apart"), rows.low_information, analysis.population.rows),
            _side_fact(desk, say("Customers set apart"), rows.customers_low_information, analysis.customers.rows),
            _moved_fact(desk, rows.moved_by_5),
        )
    if rows.reason:
        text.append(say("How the threshold was found: {reason}.", reason=rows.reason.rstrip(".")))
    return Section(
        id="data-rows",
        title=say("What is missing, by person"),
        text=tuple(text),
        facts=() if desk.is_print else facts,
        figures=desk.figures("missing-rows"),
    )


def _moved_fact(desk: Desk, moved: int | None) -> Fact:
    note = say("were the threshold 5 off")
    if moved is not None:
        share = desk.fmt.share(moved / desk.analysis.population.rows)
        note = say("{share} of the population, were the threshold 5 off", share=share)
    return Fact(say("Would move"), desk.fmt.count(moved), note)


def _side_fact(desk: Desk, label: str, count: int, total: int) -> Fact:
    return Fact(
        label,
        desk.fmt.share(count / total),
        say("{n} of {total}", n=desk.fmt.count(count), total=desk.fmt.count(total)),
    )
