"""The child process that lays out the PDF: a job as JSON on its input, the PDF on its output.

Run as ``python -m reportgen.report.pdf_worker``. As soon as its libraries are loaded it says so in a line; or it ends
with status 2 and what is missing on the error output. It ends with status 1 and its complaints there when anything else
goes wrong.
"""

from __future__ import annotations

import base64
import gc
import json
import logging
import sys
from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from io import BytesIO
from typing import Any

from reportgen.charts.fonts import FACES
from reportgen.engine.children import give_way
from reportgen.report.pdf_text import set_whole_texts

MEMORY_LIMIT = 4 * 1024**3
MOST_PAGES = 24
READY = b"ready\n"
MISSING = 2  # exit status
CLOSER = ("dense", "tight")  # classes of a body that takes fewer pages, one added to the other


class _Complaints(logging.Handler):
    """Collects what WeasyPrint would only have logged."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname}: {record.getMessage()[:300]}")


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard == resource.RLIM_INFINITY or hard > MEMORY_LIMIT:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, hard))


def decode_fonts() -> dict[str, bytes]:
    """Return the bundled fonts without their compression, by address; taking it off takes as long as two pages."""
    from fontTools.ttLib import woff2  # type: ignore[import-untyped]

    found = {}
    for face in FACES:
        plain = BytesIO()
        woff2.decompress(BytesIO(face.read()), plain)
        found[face.address()] = plain.getvalue()
    return found


def _fetcher(fonts: Mapping[str, bytes]) -> Any:
    """Return a fetcher that serves ``data:`` URLs and aborts the layout on any other."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class DataOnly(URLFetcher):  # type: ignore[misc, unused-ignore]
        def __init__(self) -> None:
            super().__init__(allowed_protocols={"data"}, allow_redirects=False)

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url[:5].lower() != "data:":
                logging.getLogger("weasyprint").error("the document asks for %s", url[:200])
                raise FatalURLFetchingError(f"blocked {url[:200]}")
            if url in fonts:
                return URLFetcherResponse(url, fonts[url], {"Content-Type": "font/ttf"})
            return super().fetch(url, headers)

    return DataOnly()


def _set_closer(root: Any) -> bool:
    """Let the style sheet set a document closer by a step; False when there is none left."""
    body = root.find("body")
    names = body.get("class", "").split()
    further = [name for name in CLOSER if name not in names]
    body.set("class", " ".join([*names, *further[:1]]))
    return bool(further)


def lay_out(job: dict[str, Any], fonts: Mapping[str, bytes]) -> bytes:
    """Return the PDF of a job, set closer if it would be too long; raises ``RuntimeError`` with every complaint.

    Parameters
    ----------
    job
        As `reportgen.report.pdf` writes it.
    fonts
        See `decode_fonts`; others are decoded on the way.
    """
    from weasyprint import HTML, Attachment

    set_whole_texts()
    complaints = _Complaints()
    logger = logging.getLogger("weasyprint")
    logger.handlers[:] = [complaints]
    logger.setLevel(logging.WARNING)
    fetcher = _fetcher(fonts)
    created = datetime.fromisoformat(job["created"])
    attachments = [
        Attachment(
            string=base64.b64decode(file["content"]),
            name=file["name"],
            description=file["description"],
            relationship="Data",
            created=created,
            modified=created,
            url_fetcher=fetcher,
        )
        for file in job["attachments"]
    ]
    source = HTML(string=job["html"], url_fetcher=fetcher)
    options = {"pdf_variant": "pdf/ua-1", "attachments": attachments, "pdf_tags": True}
    document = source.render(**options)
    while len(document.pages) > MOST_PAGES and _set_closer(source.etree_element):
        document = source.render(**options)
    pdf = document.write_pdf(**options)
    if complaints.lines:
        raise RuntimeError("\n".join(complaints.lines))
    return bytes(pdf)


def main() -> int:
    """Say that all is there, read the job, write the PDF; return the exit status."""
    _limit_memory()
    give_way()
    gc.disable()  # nothing of a document can go before it is written
    try:
        import_module("weasyprint")
        fonts = decode_fonts()
    except (ImportError, OSError) as error:
        sys.stderr.write(f"{error or type(error).__name__}\n")
        return MISSING
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    job = json.loads(sys.stdin.buffer.read())
    try:
        pdf = lay_out(job, fonts)
    except BaseException as error:
        # FatalURLFetchingError is a BaseException; the parent turns the lines into one error
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return 1
    sys.stdout.buffer.write(pdf)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
