"""The PDF: one print document, laid out by WeasyPrint in a process of its own.

The child has a time limit and a memory limit and cannot open a file or a connection for the document; whatever
WeasyPrint complains about fails the build, because a missing chart or font is only a log line to it.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from reportgen.engine.children import child_environment
from reportgen.errors import MissingLibraryError, ReportgenError
from reportgen.report.pdf_worker import MISSING, READY

PACKAGES = "libpangoft2-1.0-0 libharfbuzz-subset0"
TIME_LIMIT = 600.0
WORKER = "reportgen.report.pdf_worker"
WITHOUT = "The pages can be built without it: --no-pdf"


class PdfError(ReportgenError):
    """The PDF could not be made; the pages are not to blame for it."""


@dataclass(frozen=True)
class AttachedFile:
    """A file inside the PDF, such as a table as CSV."""

    name: str
    description: str
    content: bytes


def require_pdf_libraries() -> None:
    """Prove that WeasyPrint and its system libraries can be loaded.

    Raises
    ------
    MissingLibraryError
        Naming the packages to install and the option that does without.
    """
    with PdfWorker() as worker:
        worker.require_ready()


class PdfWorker:
    """A child that lays out one document. Started early, it has loaded its libraries when the document comes.

    Leaving the context ends a child that is still at work.
    """

    _ready = False

    def __enter__(self) -> Self:
        self._child = subprocess.Popen(
            [sys.executable, "-m", WORKER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=child_environment(),
        )
        return self

    def __exit__(self, *_: object) -> None:
        if self._child.poll() is None:
            self._child.kill()
        self._child.communicate()

    def require_ready(self) -> None:
        """Wait until the child has loaded its libraries.

        Raises
        ------
        MissingLibraryError
            If it cannot, naming the packages to install and the option that does without.
        """
        assert self._child.stdout is not None
        if self._ready or self._child.stdout.readline() == READY:
            self._ready = True
            return
        _, complaints = self._child.communicate()
        said = complaints.decode("utf-8", errors="replace").strip().splitlines() or ["it ended without a word"]
        if self._child.returncode != MISSING:
            raise PdfError(f"the PDF could not be begun: {said[-1]}", WITHOUT)
        raise MissingLibraryError(
            f"the PDF needs system libraries that are not installed ({said[0]})",
            f"On Debian or Ubuntu: apt-get install --no-install-recommends {PACKAGES}\n"
            "  Or build without the PDF: --no-pdf",
        )

    def lay_out(
        self, html: str, attachments: Sequence[AttachedFile], *, created: datetime, time_limit: float = TIME_LIMIT
    ) -> bytes:
        """Lay a print document out, see :func:`render_pdf`; once per worker."""
        if created.tzinfo is None:
            raise ValueError("the creation date needs a time zone")
        self.require_ready()
        job = {
            "html": html,
            "created": created.isoformat(),
            "attachments": [
                {
                    "name": file.name,
                    "description": file.description,
                    "content": base64.b64encode(file.content).decode("ascii"),
                }
                for file in attachments
            ],
        }
        try:
            pdf, complaints = self._child.communicate(json.dumps(job).encode(), time_limit)
        except subprocess.TimeoutExpired:
            raise PdfError(
                f"the PDF was given up after {time_limit:.0f} seconds", "Build with fewer segments, or with --no-pdf."
            ) from None
        if self._child.returncode or not pdf.startswith(b"%PDF-"):
            said = complaints.decode("utf-8", errors="replace").strip().splitlines()
            raise PdfError(
                "the PDF could not be laid out: " + ("; ".join(said[-5:]) or f"exit status {self._child.returncode}"),
                WITHOUT,
            )
        return pdf


def render_pdf(
    html: str, attachments: Sequence[AttachedFile], *, created: datetime, time_limit: float = TIME_LIMIT
) -> bytes:
    """Lay a print document out as a tagged PDF (PDF/UA-1).

    Parameters
    ----------
    html
        The whole document; images, fonts and styles as ``data:`` or inline.
    attachments
        Files to put inside, in this order.
    created
        Date of the attachments, aware of its time zone: the clock is never read.
    time_limit
        Seconds until the layout is given up.

    Returns
    -------
    bytes
        The same bytes for the same arguments and library versions.

    Raises
    ------
    PdfError
        If the layout fails, takes too long, or any warning is logged on the way.
    """
    with PdfWorker() as worker:
        return worker.lay_out(html, attachments, created=created, time_limit=time_limit)
