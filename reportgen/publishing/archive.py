"""What stands around the issues: the page that lists them, the feed, and the page that leads to the latest."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from reportgen.formatting import Formatter
from reportgen.publishing.issue import Issue

MARKER = "issues.json"
LATEST = "latest/index.html"
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
    return {
        **{path: content for path, content in sorted(assets.items()) if not path.endswith(".js")},
        "index.html": render_index(shelf),
        "feed.xml": render_feed(shelf),
        MARKER: render_marker(shelf.id, shelf),
        LATEST: render_latest(shelf),
    }


def render_index(shelf: Shelf) -> bytes:
    """Render the page that lists all issues."""
    fmt = Formatter("en")
    rows = [
        {
            "href": f"{folder}/index.html",
            "date": fmt.day(issue.data_as_of),
            "headline": issue.headline,
            "population": fmt.count(issue.population),
            "customers": fmt.count(issue.customers),
            "note": _note(issue, fmt),
            "pdf": f"{folder}/briefing.pdf" if issue.pdf else "",
        }
        for folder, issue in shelf.issues
    ]
    current = shelf.current
    return _render(
        "archive.html",
        title=current.title,
        organisation=current.organisation,
        count=fmt.quantity(len(rows), "issue", "issues"),
        lead="An issue never changes once it is published.",
        latest=f"{shelf.latest}/index.html",
        rows=rows,
    )


def render_feed(shelf: Shelf) -> bytes:
    """Render the Atom feed (RFC 4287) of the newest issues."""
    fmt = Formatter("en")
    current = shelf.current
    entries = [
        {
            "title": f"{issue.title}: data as of {fmt.day(issue.data_as_of)}",
            "id": uuid.uuid5(uuid.NAMESPACE_OID, f"reportgen issue {folder} {issue.fingerprint}").urn,
            "published": issue.published,
            "href": f"{folder}/index.html",
            "summary": " ".join(filter(None, [issue.headline, _note(issue, fmt)])),
        }
        for folder, issue in shelf.issues[:_FEED_LENGTH]
    ]
    return _render(
        "feed.xml",
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
        title=current.title,
        date=Formatter("en").day(current.data_as_of),
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


def _note(issue: Issue, fmt: Formatter) -> str:
    return f"Published although a gate failed: {fmt.words(issue.gates)}" if issue.gates else ""


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("reportgen.templates", "publishing"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _render(template: str, **content: object) -> bytes:
    return (_environment().get_template(template).render(**content).strip() + "\n").encode()
