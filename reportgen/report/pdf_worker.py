"""The child process that lays out the PDF: a job as JSON on its input, the PDF on its output.

Run as ``python -m reportgen.report.pdf_worker``. It ends with status 1 and its complaints on the error output when
anything goes wrong.
"""

from __future__ import annotations

import base64
import json
import logging
import sys
from datetime import datetime
from typing import Any

MEMORY_LIMIT = 4 * 1024**3
MOST_PAGES = 24
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


def _fetcher() -> Any:
    """Return a fetcher that serves ``data:`` URLs and aborts the layout on any other."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    class DataOnly(URLFetcher):  # type: ignore[misc, unused-ignore]
        def __init__(self) -> None:
            super().__init__(allowed_protocols={"data"}, allow_redirects=False)

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url[:5].lower() != "data:":
                logging.getLogger("weasyprint").error("the document asks for %s", url[:200])
                raise FatalURLFetchingError(f"blocked {url[:200]}")
            return super().fetch(url, headers)

    return DataOnly()


def _set_closer(root: Any) -> bool:
    """Let the style sheet set a document closer by a step; False when there is none left."""
    body = root.find("body")
    names = body.get("class", "").split()
    further = [name for name in CLOSER if name not in names]
    body.set("class", " ".join([*names, *further[:1]]))
    return bool(further)


def lay_out(job: dict[str, Any]) -> bytes:
    """Return the PDF of a job, set closer if it would be too long; raises ``RuntimeError`` with every complaint."""
    from weasyprint import HTML, Attachment

    complaints = _Complaints()
    logger = logging.getLogger("weasyprint")
    logger.handlers[:] = [complaints]
    logger.setLevel(logging.WARNING)
    fetcher = _fetcher()
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
    """Read the job, write the PDF; return the exit status."""
    _limit_memory()
    job = json.loads(sys.stdin.buffer.read())
    try:
        pdf = lay_out(job)
    except BaseException as error:
        # FatalURLFetchingError is a BaseException; the parent turns the lines into one error
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return 1
    sys.stdout.buffer.write(pdf)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
