"""The child processes of a build. They load their libraries while the build loads its own and reads the files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from reportgen.config import Config
from reportgen.engine.helpers import Helpers
from reportgen.errors import ReportgenError
from reportgen.inputs import parts_of
from reportgen.report.pdf import PdfWorker

# What helpers are asked for, and the packages that it loads at its first use.
LOADED = (
    "reportgen.analysis.sensitivity",
    "reportgen.analysis.leakage",
    "sklearn.linear_model",
    "sklearn.ensemble",
    "reportgen.charts.gallery",
    "reportgen.pipeline_charts",
)
_WORTH = 1_000_000  # bytes of the population; less is analysed while helpers would still be loading


@dataclass(frozen=True)
class Children:
    """Who works for a build.

    Attributes
    ----------
    helpers
        Share fits on samples, fit the models and draw the charts; None for a small file, with one thread, and for a
        cluster, which does that on its workers.
    pdf
        Lays out the PDF; None if there is to be none.
    """

    helpers: Helpers | None
    pdf: PdfWorker | None


@contextmanager
def start_children(config: Config, *, pdf: bool) -> Iterator[Children]:
    """Start the processes that a build by these settings needs, and end them.

    Parameters
    ----------
    pdf
        Whether one for the PDF is among them.
    """
    helped = config.analysis.engine == "local" and threads_of(config) > 1 and _size(config.inputs.population) >= _WORTH
    with (
        PdfWorker() if pdf else nullcontext() as worker,
        Helpers(threads_of(config) - 1, LOADED) if helped else nullcontext() as helpers,
    ):
        yield Children(helpers, worker)


def _size(path: Path | None) -> int:
    """Return the bytes of a file or of all parts; 0 for what is not there, which is told by whoever reads it."""
    try:
        return 0 if path is None else sum(part.stat().st_size for part in parts_of(path))
    except (ReportgenError, OSError):
        return 0


def threads_of(config: Config) -> int:
    """Return the threads to use: as given, else one for each processor that this process may use."""
    if config.analysis.threads is not None:
        return config.analysis.threads
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
