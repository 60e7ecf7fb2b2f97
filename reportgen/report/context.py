"""The one place where an analysis and its charts become what templates see."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from reportgen.analysis.result import Analysis
from reportgen.charts.style import Chart
from reportgen.formatting import Formatter
from reportgen.language import say, spoken
from reportgen.report.brand import NO_BRAND, Brand
from reportgen.report.brief import brief_page
from reportgen.report.campaign_page import campaign_page
from reportgen.report.changes_page import changes_page
from reportgen.report.choice_page import choice_page
from reportgen.report.components_page import components_page
from reportgen.report.data_page import data_page
from reportgen.report.desk import Desk
from reportgen.report.method_page import method_page
from reportgen.report.people_page import people_page
from reportgen.report.robustness_page import robustness_page
from reportgen.report.segment_pages import segment_pages
from reportgen.report.segments_page import segments_page
from reportgen.report.terms import with_terms
from reportgen.report.views import Levels, Link, Masthead, Medium, Page, Report

_SEGMENTATION = ("segmentation", "segmentierung")  # a title with such a word says itself what the report is
_AIRY = 11  # with more segments, the one of low-information records among them, paper is set closer
_LEVELS = {Medium.SITE: Levels(1, 2, 3), Medium.SINGLE: Levels(2, 3, 4), Medium.PRINT: Levels(2, 3, 4)}


def build_report(
    analysis: Analysis,
    charts: Mapping[str, Chart],
    medium: Medium,
    *,
    pdf: bool = False,
    brand: Brand = NO_BRAND,
) -> Report:
    """Return everything that the templates of one medium print.

    Parameters
    ----------
    analysis, charts
        The published analysis and its drawings.
    medium
        Site, single file or print.
    pdf
        Whether the site may link to ``briefing.pdf``.
    brand
        Whose report it is.
    """
    desk = Desk(analysis, charts, Formatter(), medium, brand)
    pages = with_terms(_pages(desk), desk)
    return Report(
        medium=medium.value,
        language=spoken(),
        masthead=_masthead(desk, brand),
        levels=_LEVELS[medium],
        pages=pages,
        menu=tuple(page for page in pages if page.in_menu),
        glossary={name: desk.term(name) for name in ("index", "interval", "badge", "effect", "low", "agreement")},
        downloads=_downloads(pdf) if desk.is_site else (),
        dense=_is_long(analysis),
    )


def _is_long(analysis: Analysis) -> bool:
    """Tell whether paper has to be set closer: many segments, or a chapter more than the first report has."""
    more = analysis.campaign.response is not None or analysis.changes is not None
    return more or len(analysis.segments) > _AIRY


def _pages(desk: Desk) -> tuple[Page, ...]:
    """Return the chapters in reading order: on screen the data comes second, on paper the segments do.

    On paper the campaign comes before the segments when the configuration plans one.
    """
    first, segments = (brief_page(desk),), (segments_page(desk), *segment_pages(desk))
    described = (people_page(desk), components_page(desk), choice_page(desk))
    changes = changes_page(desk)
    changed = () if changes is None else (changes,)
    data, method = (data_page(desk),), (*changed, robustness_page(desk), method_page(desk))
    campaign = (campaign_page(desk),)
    if desk.is_print:
        planned = (*campaign, *segments) if desk.analysis.campaign.given else (*segments, *campaign)
        return (*first, *planned, *described, *data, *method)
    return (*first, *data, *described, *segments, *campaign, *method)


def _masthead(desk: Desk, brand: Brand) -> Masthead:
    fmt, analysis = desk.fmt, desk.analysis
    provenance = analysis.provenance
    named = any(word in provenance.title.lower() for word in _SEGMENTATION)
    return Masthead(
        title=provenance.title,
        kind="" if named else say("Customer segmentation"),
        full_title=provenance.title if named else say("{title}: customer segmentation", title=provenance.title),
        organisation=brand.name or provenance.organisation,
        logo=_logo(desk, brand),
        foot=tuple(line for line in (brand.footer, brand.contact) if line),
        facts=(
            say("Data as of {day}", day=fmt.day(provenance.data_as_of)),
            *([say("Issue {number}", number=fmt.count(provenance.issue))] if provenance.issue > 1 else []),
            fmt.quantity(analysis.population.rows, "person", "people"),
            fmt.quantity(analysis.customers.rows, "customer", "customers"),
        ),
        provenance=say(
            "Run {run}, reportgen {version}", run=provenance.run, version=provenance.versions.get("reportgen", "")
        ).rstrip(),
        created=_iso_day(provenance.data_as_of),
        description=say(
            "How {customers} customers differ from a population of {people}, by segment",
            customers=fmt.count(analysis.customers.rows),
            people=fmt.count(analysis.population.rows),
        ),
    )


def _logo(desk: Desk, brand: Brand) -> str:
    """Return where the logo is found: a file of the site, elsewhere the drawing itself."""
    if brand.logo is None:
        return ""
    return f"assets/{brand.logo.name}" if desk.is_site else brand.logo.address


def _iso_day(text: str) -> str:
    """Return an ISO date, or nothing when the text is none: the PDF's date field takes no other form."""
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        return ""


def _downloads(pdf: bool) -> tuple[Link, ...]:
    files = [Link("tables.xlsx", say("All tables as a workbook"))]
    if pdf:
        files.insert(0, Link("briefing.pdf", say("The report as PDF")))
    return tuple(files)
