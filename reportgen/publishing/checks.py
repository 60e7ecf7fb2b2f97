"""Checks of files that are to be published: hashes, links, requests to elsewhere, and size."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from functools import cached_property
from urllib.parse import unquote, urlsplit

from reportgen.publishing.holding import Fault, Files, Stamp
from reportgen.publishing.references import Document, read_document

_WITH_REFERENCES = (".html", ".svg", ".css")
_MEGABYTE = 1_000_000
# Largest sensible sizes in bytes: several times what the full-size report of 85 columns and 9 segments takes.
FILE_BUDGET = {".html": 2 * _MEGABYTE, ".svg": _MEGABYTE, ".css": _MEGABYTE, ".csv": 5 * _MEGABYTE}
OTHER_BUDGET = 15 * _MEGABYTE  # the workbook, the PDF, the single file
WHOLE_BUDGET = 40 * _MEGABYTE
SINGLE_FILE = "report.html"


class Pages:
    """The files that refer to others, read once.

    Parameters
    ----------
    files
        Everything below one folder.
    """

    def __init__(self, files: Files) -> None:
        self.files = files

    @cached_property
    def documents(self) -> Mapping[str, Document]:
        """What each page, drawing and style sheet refers to; unreadable ones are left out."""
        return {path: document for path, document in self._read.items() if isinstance(document, Document)}

    @cached_property
    def unreadable(self) -> tuple[Fault, ...]:
        """A fault for each page, drawing or style sheet that cannot be read."""
        return tuple(
            Fault("links", path, f"cannot be read ({document})")
            for path, document in self._read.items()
            if isinstance(document, str)
        )

    @cached_property
    def _read(self) -> Mapping[str, Document | str]:
        found: dict[str, Document | str] = {}
        for path, content in self.files.items():
            if path.endswith(_WITH_REFERENCES):
                try:
                    found[path] = read_document(path, content)
                except ValueError as error:
                    found[path] = str(error)
        return found


def check_hashes(files: Files, promised: Mapping[str, Stamp], *, whole: bool = True) -> Iterator[Fault]:
    """Compare files with what the manifest promises.

    Parameters
    ----------
    whole
        Whether a file that the manifest does not name is a fault too.
    """
    for path, stamp in promised.items():
        if path not in files:
            yield Fault("hashes", path, "is missing")
        elif len(files[path]) != stamp.size:
            yield Fault("hashes", path, f"has {len(files[path]):,} bytes, and the manifest says {stamp.size:,}")
        elif Stamp.of(files[path]) != stamp:
            yield Fault("hashes", path, "differs from its SHA-256 in the manifest")
    if whole:
        yield from (Fault("hashes", path, "is not in the manifest") for path in files if path not in promised)


def check_links(pages: Pages) -> Iterator[Fault]:
    """Look for references to files and anchors that are not there."""
    yield from pages.unreadable
    for path, document in pages.documents.items():
        for target in dict.fromkeys(reference.target for reference in document.references):
            fault = _broken(path, target, pages)
            if fault:
                yield Fault("links", path, fault)


def _broken(path: str, address: str, pages: Pages) -> str:
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return ""  # elsewhere: see check_requests
    target = resolve(path, parts.path) if parts.path else path
    if target is None:
        return f"{address} leads out of the published folder"
    if target not in pages.files:
        return f"{address} leads to a file that is not there"
    anchor = unquote(parts.fragment)
    if not anchor or target not in pages.documents:
        return ""
    return "" if anchor in pages.documents[target].anchors else f"{address}: there is no such place"


def resolve(path: str, target: str) -> str | None:
    """Return the file that a relative address means, seen from another; None outside the folder.

    Examples
    --------
    >>> resolve("assets/report.css", "fonts/text.woff2")
    'assets/fonts/text.woff2'
    >>> resolve("index.html", "../private/assignments.parquet") is None
    True
    """
    if target.startswith("/"):
        return None
    named = unquote(target)
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(path), named))
    if joined == ".." or joined.startswith("../"):
        return None
    return posixpath.normpath(f"{joined}/index.html") if named.endswith("/") or joined == "." else joined


def check_requests(pages: Pages) -> Iterator[Fault]:
    """Look for anything that a browser would fetch from elsewhere on its own, and for script within pages.

    A plain link to another site is none: nothing happens until a reader follows it.
    """
    for path, document in pages.documents.items():
        for reference in dict.fromkeys(document.references):
            parts = urlsplit(reference.target)
            if reference.loads and parts.scheme != "data" and (parts.scheme or parts.netloc):
                yield Fault("requests", path, f"would fetch {reference.target[:120]}")
        for place in dict.fromkeys(document.active):
            yield Fault("requests", path, f"holds {place}")


def check_size(files: Files) -> Iterator[Fault]:
    """Compare sizes with the budget: a page has to open at once on a slow line."""
    for path, content in files.items():
        single = path.rpartition("/")[2] == SINGLE_FILE
        limit = OTHER_BUDGET if single else FILE_BUDGET.get(posixpath.splitext(path)[1], OTHER_BUDGET)
        if len(content) > limit:
            yield Fault("size", path, f"has {_megabytes(len(content))}; at most {_megabytes(limit)} are expected")
    whole = sum(map(len, files.values()))
    if whole > WHOLE_BUDGET:
        yield Fault("size", ".", f"all files have {_megabytes(whole)}; at most {_megabytes(WHOLE_BUDGET)} are expected")


def _megabytes(size: int) -> str:
    return f"{size / _MEGABYTE:.1f} MB"
