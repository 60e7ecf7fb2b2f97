"""What templates may see: frozen objects whose fields are ready to print.

No template computes, sorts or asks whether a field exists; a missing thing is an empty string or an empty tuple.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from markupsafe import Markup

SHORT_TABLE = 4


class Medium(StrEnum):
    """Where a page is read: as a site of several files, as one file, or on paper."""

    SITE = "site"
    SINGLE = "single"
    PRINT = "print"


@dataclass(frozen=True)
class Levels:
    """Heading levels of a page's title, a section's and a figure's."""

    page: int
    section: int
    figure: int


@dataclass(frozen=True)
class Link:
    """A target and its words."""

    href: str
    text: str


@dataclass(frozen=True)
class Column:
    """A table column; ``kind`` is ``text``, ``number``, ``code`` or ``badge``, and names a style class.

    ``width`` is a share of the table in per cent for print, where column widths are fixed; 0 leaves it open.
    """

    title: str
    kind: str = "text"
    width: int = 0


@dataclass(frozen=True)
class Cell:
    """A table cell: text, a smaller second line, and a target when it is a link. ``tone`` names a style class."""

    text: str
    small: str = ""
    href: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Row:
    """A table row; its first cell is the row's heading. ``tone`` is ``apart`` below a rule, ``quiet`` for less."""

    cells: tuple[Cell, ...]
    tone: str = ""


@dataclass(frozen=True)
class Table:
    """A table with its caption, the note below and the CSV file that holds the same figures unrounded.

    ``stack`` sets each row's heading on a line of its own above four figures where the screen is narrow.
    """

    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""
    csv: str = ""
    tone: str = ""
    stack: bool = False

    @property
    def is_short(self) -> bool:
        """Whether the table is kept on one printed page."""
        return len(self.rows) <= SHORT_TABLE


@dataclass(frozen=True)
class Figure:
    """A chart with its finding as heading, alternative text, source line and numbers.

    ``chart`` is the chart's own id, ``drawing`` a finished SVG element, or an image element for print. ``table`` holds
    the numbers, of a long list the first ones; ``csv`` leads to all of them, and ``table`` is ``None`` on paper.
    ``image`` is the chart as a file, ``narrow`` a drawing that takes the place of the first one on a phone.
    """

    id: str
    chart: str
    heading: str
    subtitle: str
    drawing: Markup
    source: str
    table: Table | None
    csv: str
    image: str = ""
    narrow: Markup | str = ""


@dataclass(frozen=True)
class Fact:
    """One figure with what it is and, smaller, what to compare it with. ``term`` links to the glossary."""

    label: str
    value: str
    note: str = ""
    term: str = ""


@dataclass(frozen=True)
class Fold:
    """A long list that is opened on purpose; ``summary`` says what is in it."""

    summary: str
    tables: tuple[Table, ...] = ()
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True)
class Section:
    """A part of a page: heading, paragraphs, facts, figures, tables, folds, in that order; ``template`` draws it."""

    id: str
    title: str
    template: str = "section"
    text: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    bullets: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    folds: tuple[Fold, ...] = ()
    after: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class BriefSection(Section):
    """The first page: lead, chart, table, and what to take care of."""

    take_care: tuple[str, ...] = ()
    how_sure: tuple[str, ...] = ()
    changed_title: str = ""
    changed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Card:
    """A segment in a few lines."""

    letter: str
    name: str
    href: str
    badge: str
    badge_tone: str
    index: str
    interval: str
    sizes: str
    portrait: str


@dataclass(frozen=True)
class CardsSection(Section):
    """All segments as cards."""

    cards: tuple[Card, ...] = ()


@dataclass(frozen=True)
class SegmentSection(Section):
    """The head of a segment's page: letter, badge, facts and portrait."""

    letter: str = ""
    badge: str = ""
    badge_tone: str = ""
    trust: str = ""


@dataclass(frozen=True)
class Explained:
    """A figure of the report explained: what it means, its formula, an example from this report, its source."""

    id: str
    term: str
    meaning: str
    formula: str
    example: str
    source: str


@dataclass(frozen=True)
class ExplainedSection(Section):
    """Explanations in a list."""

    entries: tuple[Explained, ...] = ()


@dataclass(frozen=True)
class Page:
    """One page. ``kicker`` names the chapter, ``question`` is what it answers, ``heading`` the answer.

    ``terms`` lead to what the glossary explains of it.
    """

    id: str
    file: str
    kicker: str
    question: str
    heading: str
    lead: tuple[str, ...]
    sections: tuple[Section, ...]
    href: str = ""
    terms: tuple[Link, ...] = ()
    previous: Link | None = None
    following: Link | None = None
    in_menu: bool = True


@dataclass(frozen=True)
class Masthead:
    """The head of every page, and what stands at its foot. ``logo`` is an address, empty without one."""

    title: str
    kind: str
    full_title: str
    organisation: str
    logo: str
    foot: tuple[str, ...]
    facts: tuple[str, ...]
    provenance: str
    created: str
    description: str


@dataclass(frozen=True)
class Report:
    """Everything that a template sees; ``dense`` asks paper to set closer what would take too many pages."""

    medium: str
    language: str
    masthead: Masthead
    levels: Levels
    pages: tuple[Page, ...]
    menu: tuple[Page, ...]
    glossary: Mapping[str, str]
    downloads: tuple[Link, ...]
    dense: bool = False
