"""Which words of a page the glossary explains, as links below its opening."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from reportgen.report.desk import Desk
from reportgen.report.views import ExplainedSection, Link, Page

# The first page has links of its own beside its table, and the chapter on method is where they lead.
_TERMS: Mapping[str, tuple[str, ...]] = {
    "data": ("missing", "imputed", "low"),
    "people": ("effect", "difference", "index", "interval", "chance"),
    "components": ("component", "parallel"),
    "choice": ("agreement", "silhouette", "inertia"),
    "segments": ("index", "effect", "construction", "badge"),
    "segment": ("index", "total", "verdict", "badge", "effect", "construction"),
    "campaign": ("index", "score", "heldout", "auc", "lift", "leakage", "breakeven", "responses"),
    "changes": ("psi", "match", "change", "index", "interval", "chance", "agreement"),
    "robustness": ("index", "verdict", "agreement", "silhouette"),
}


def with_terms(pages: tuple[Page, ...], desk: Desk) -> tuple[Page, ...]:
    """Return the pages with links to what the glossary of this report explains of them.

    Parameters
    ----------
    pages
        All pages, the glossary among them.
    desk
        Knows where links lead in the medium.
    """
    explained = {
        entry.id.removeprefix("term-"): entry.term
        for page in pages
        for section in page.sections
        if isinstance(section, ExplainedSection)
        for entry in section.entries
    }
    return tuple(replace(page, terms=_links(page, desk, explained)) for page in pages)


def _links(page: Page, desk: Desk, explained: Mapping[str, str]) -> tuple[Link, ...]:
    kind = "segment" if page.id.startswith("segment-") else page.id
    return tuple(Link(desk.term(name), explained[name]) for name in _TERMS.get(kind, ()) if name in explained)
