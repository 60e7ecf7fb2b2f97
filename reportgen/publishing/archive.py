"""What stands around the issues: the page that lists them, the feed, and the page that leads to the latest.

All of it speaks the language of the issue that readers are led to; what is told of another issue speaks that one's.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from reportgen.formatting import Formatter
from reportgen.language import say, say_n, speaking
from reportgen.publishing.issue import Issue

MARKER = "issues.json"
LATEST = "latest/index.html"
_INDEX, _FEED = "index.html", "feed.xml"
AROUND = frozenset({MARKER, LATEST, _INDEX, _FEED})  # the files around the issues, but for their assets
PUBLICATION_VERSION = 1
_FEED_LENGTH = 30


@dataclass(frozen=True)
class Shelf:
    """All issues of a publication.

    Attributes
    ----------
    id
        Name of the publication for feed readers, a URN that never changes.
    issues
        Folder and issue, the newest first.
    latest
        Folder of the issue that readers are led to.
    """

    id: str
    issues: tuple[tuple[str, Issue], ...]
    latest: str

    @property
    def current(self) -> Issue:
        """The issue that readers are led to."""
        return dict(self.issues)[self.latest]


def order_issues(issues: Mapping[str, Issue]) -> tuple[tuple[str, Issue], ...]:
    """Order issues by the date of their data, then by when they were published; the newest first."""
    return tuple(
        sorted(issues.items(), key=lambda item: (item[1].data_as_of, item[1].published, item[0]), reverse=True)
    )


def publication_id(first: Issue) -> str:
    """Return a URN for a publication that begins with an issue."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"reportgen publication {first.run} {first.fingerprint}").urn


def surroundings(shelf: Shelf, assets: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files around the issues, in the order in which they are to be written.

    The page that leads to the latest issue comes last: what it leads to is complete by then.
    """
    with speaking(shelf.current.language):
        return {
            **{path: content for path, content in sorted(assets.items()) if not path.endswith(".js")},
            _INDEX: render_index(shelf),
            _FEED: render_feed(shelf),
            MARKER: render_marker(shelf.id, shelf),
            LATEST: render_latest(shelf),
        }


def render_index(shelf: Shelf) -> bytes:
    """Render the page that lists all issues."""
    fmt = Formatter()
    current = shelf.current
    rows = [
        {
            "href": f"{folder}/index.html",
            "date": fmt.day(issue.data_as_of),
            "headline": issue.headline,
            "language": _other_language(issue, current),
            "population": fmt.count(issue.population),
            "customers": fmt.count(issue.customers),
            "note": _note(issue),
            "pdf": f"{folder}/briefing.pdf" if issue.pdf else "",
        }
        for folder, issue in shelf.issues
    ]
    return _render(
        "archive.html",
        language=current.language,
        title=current.title,
        organisation=current.organisation,
        count=fmt.quantity(len(rows), "issue", "issues"),
        lead=say("An issue never changes once it is published."),
        latest=f"{shelf.latest}/index.html",
        rows=rows,
    )


def render_feed(shelf: Shelf) -> bytes:
    """Render the Atom feed (RFC 4287) of the newest issues."""
    current = shelf.current
    entries = [
        {
            "title": _entry_title(issue),
            "language": _other_language(issue, current),
            "id": uuid.uuid5(uuid.NAMESPACE_OID, f"reportgen issue {folder} {issue.fingerprint}").urn,
            "published": issue.published,
            "href": f"{folder}/index.html",
            "summary": " ".join(filter(None, [issue.headline, _note(issue)])),
        }
        for folder, issue in shelf.issues[:_FEED_LENGTH]
    ]
    return _render(
        "feed.xml",
        language=current.language,
        title=current.title,
        id=shelf.id,
        updated=max(issue.published for _, issue in shelf.issues),
        author=current.organisation or "reportgen",
        entries=entries,
    )


def render_latest(shelf: Shelf) -> bytes:
    """Render the page that leads to the latest issue."""
    current = shelf.current
    return _render(
        "latest.html",
        language=current.language,
        title=current.title,
        date=Formatter().day(current.data_as_of),
        href=f"../{shelf.latest}/index.html",
    )


def render_marker(identity: str, shelf: Shelf | None = None) -> bytes:
    """Write ``issues.json``, which marks a destination as ours and lists its issues for machines."""
    issues = shelf.issues if shelf else ()
    document = {
        "publication_version": PUBLICATION_VERSION,
        "id": identity,
        "latest": shelf.latest if shelf else None,
        "issues": [
            {
                "folder": folder,
                "run": issue.run,
                "title": issue.title,
                "data_as_of": issue.data_as_of,
                "published": issue.published,
                "gates_failed": list(issue.gates),
            }
            for folder, issue in issues
        ],
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def read_marker(content: bytes | None) -> str | None:
    """Return the name of the publication from its marker; None when it is not one of ours."""
    try:
        document = json.loads(content or b"")
        if document["publication_version"] == PUBLICATION_VERSION:
            return str(document["id"])
    except (ValueError, KeyError, TypeError):
        pass
    return None


def _note(issue: Issue) -> str:
    """Say in the language of an issue which gates it failed."""
    if not issue.gates:
        return ""
    with speaking(issue.language):
        return say_n(
            len(issue.gates),
            "Published although a gate failed: {gates}",
            "Published although {n} gates failed: {gates}",
            n=Formatter().count(len(issue.gates)),
            gates=". ".join(issue.gates),
        )


def _entry_title(issue: Issue) -> str:
    with speaking(issue.language):
        return say("{title}: data as of {date}", title=issue.title, date=Formatter().day(issue.data_as_of))


def _other_language(issue: Issue, current: Issue) -> str:
    """Return the language of an issue where it is not that of the page around it."""
    return "" if issue.language == current.language else issue.language


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("reportgen.templates", "publishing"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"say": say, "say_n": say_n}
    return made


def _render(template: str, **content: object) -> bytes:
    return (_environment().get_template(template).render(**content).strip() + "\n").encode()
