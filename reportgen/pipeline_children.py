"""The child processes of a build. They load their libraries while the build loads its own and reads the files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

from reportgen.config import Config
from reportgen.engine.helpers import Helpers
from reportgen.report.pdf import PdfWorker

# What helpers are asked for, and the packages that it loads at its first use.
_LOADED = (
    "reportgen.analysis.sensitivity",
    "reportgen.analysis.leakage",
    "sklearn.linear_model",
    "sklearn.ensemble",
    "reportgen.charts.gallery",
    "reportgen.pipeline_charts",
)


@dataclass(frozen=True)
class Children:
    """Who works for a build.

    Attributes
    ----------
    helpers
        Share fits on samples; None for a cluster, which does that on its workers.
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
    local = config.analysis.engine == "local"
    with (
        PdfWorker() if pdf else nullcontext() as worker,
        Helpers(threads_of(config) - 1, _LOADED) if local else nullcontext() as helpers,
    ):
        yield Children(helpers, worker)


def threads_of(config: Config) -> int:
    """Return the threads to use: as given, else one for each processor that this process may use."""
    if config.analysis.threads is not None:
        return config.analysis.threads
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
