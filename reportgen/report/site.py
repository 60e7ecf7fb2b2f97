"""Pages: an analysis and its charts in, files in memory out. Nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from jinja2 import TemplateError
from markupsafe import Markup

from reportgen.analysis.result import Analysis
from reportgen.charts.style import Chart
from reportgen.report.context import build_report
from reportgen.report.data_tables import data_tables
from reportgen.report.look import PLAIN, Look, template_mistake
from reportgen.report.pdf import TIME_LIMIT, AttachedFile, render_pdf
from reportgen.report.sheets import font_files, script, style_sheet
from reportgen.report.tables import DataTable, by_id, to_csv, to_workbook
from reportgen.report.views import Medium, Report

SITE_POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; font-src 'self'; script-src 'self'; base-uri 'none'; "
    "form-action 'none'"
)
SINGLE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"
ATTACHED = (
    "segments", "segment-facts", "features", "levels", "loadings", "number-of-segments", "columns", "decisions", "plan",
)  # fmt: skip


def render_site(
    analysis: Analysis,
    charts: Mapping[str, Chart],
    *,
    created: datetime,
    pdf: bool = False,
    look: Look = PLAIN,
) -> dict[str, bytes]:
    """Render the site, all but the PDF.

    Parameters
    ----------
    analysis, charts
        What is told and how it is drawn.
    created
        Date in the workbook's properties, aware of its time zone.
    pdf
        Whether ``briefing.pdf`` will stand beside the pages, which then link to it.
    look
        Brand and templates.

    Returns
    -------
    dict
        Content by path relative to the site's folder.
    """
    report = build_report(analysis, charts, Medium.SITE, pdf=pdf, brand=look.brand)
    found = {page.file: _bytes(_render(look, "pages/site.html", report=report, page=page)) for page in report.pages}
    found["assets/report.css"] = style_sheet(Medium.SITE, look).encode()
    found["assets/report.js"] = script().encode()
    found["assets/icon.svg"] = _icon(look).encode()
    found.update({f"assets/fonts/{name}": content for name, content in font_files(look).items()})
    if look.brand.logo is not None:
        found[f"assets/{look.brand.logo.name}"] = look.brand.logo.content
    ids = shown_charts(report)
    shown = {name: chart for name, chart in charts.items() if name in ids}
    found.update({f"charts/{chart.id}.svg": _bytes(look.brand.recolour(chart.svg)) for chart in shown.values()})
    found.update(render_tables(analysis, shown, created=created))
    return found


def shown_charts(report: Report) -> frozenset[str]:
    """Return the ids of the charts that stand on a page of a report."""
    sections = [section for page in report.pages for section in page.sections]
    folded = [figure for section in sections for fold in section.folds for figure in fold.figures]
    return frozenset(figure.chart for figure in [*folded, *(f for section in sections for f in section.figures)])


def render_tables(analysis: Analysis, charts: Mapping[str, Chart], *, created: datetime) -> dict[str, bytes]:
    """Return every table as ``tables/<id>.csv``, the numbers of each chart too, and ``tables.xlsx``."""
    tables = data_tables(analysis)
    drawn = [DataTable(chart.id, chart.title, chart.columns, chart.rows) for chart in charts.values()]
    found = {
        f"tables/{name}.csv": to_csv(table.columns, table.rows) for name, table in by_id([*tables, *drawn]).items()
    }
    found["tables.xlsx"] = to_workbook(tables, title=analysis.provenance.title, created=created)
    return found


def render_single(analysis: Analysis, charts: Mapping[str, Chart], *, look: Look = PLAIN) -> bytes:
    """Render everything as one HTML file that needs no other."""
    report = build_report(analysis, charts, Medium.SINGLE, brand=look.brand)
    # HTML ends a style element at "</", which no sheet contains
    style = Markup(style_sheet(Medium.SINGLE, look))
    return _bytes(_render(look, "pages/single.html", report=report, style=style, policy=SINGLE_POLICY))


def render_print(analysis: Analysis, charts: Mapping[str, Chart], *, look: Look = PLAIN) -> str:
    """Render the document that becomes the PDF."""
    report = build_report(analysis, charts, Medium.PRINT, brand=look.brand)
    return _render(look, "pages/print.html", report=report, style=Markup(style_sheet(Medium.PRINT, look)))


def _render(look: Look, template: str, **content: object) -> str:
    try:
        return look.environment.get_template(template).render(**content)
    except TemplateError as error:
        if look.templates is None:
            raise
        raise template_mistake(error, look.templates) from error


def render_briefing(
    analysis: Analysis,
    charts: Mapping[str, Chart],
    *,
    created: datetime,
    time_limit: float = TIME_LIMIT,
    look: Look = PLAIN,
) -> bytes:
    """Render the PDF with its tables attached; raises ``PdfError`` as :func:`reportgen.report.pdf.render_pdf`."""
    html, attachments = render_print(analysis, charts, look=look), attached_tables(analysis)
    return render_pdf(html, attachments, created=created, time_limit=time_limit)


def attached_tables(analysis: Analysis) -> list[AttachedFile]:
    """Return the tables that go into the PDF, as CSV."""
    tables = by_id(data_tables(analysis))
    return [
        AttachedFile(f"{name}.csv", tables[name].title, to_csv(tables[name].columns, tables[name].rows))
        for name in ATTACHED
    ]


def _bytes(text: str) -> bytes:
    return text.encode() if text.endswith("\n") else f"{text}\n".encode()


def _icon(look: Look) -> str:
    """Three bars: two of the population, one of customers."""
    light = look.brand.tokens.light
    bars = "".join(
        f'<rect x="{x}" y="{y}" width="6" height="{28 - y}" fill="{fill}"/>'
        for x, y, fill in ((4, 14, light.population), (13, 18, light.population), (22, 4, light.customers))
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">{bars}</svg>\n'
