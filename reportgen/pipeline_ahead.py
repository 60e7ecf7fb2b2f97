"""Load in the background, while the files are read, the packages that later steps would have to wait for.

Reading waits for the disk and for its slower side, so that a core is free by the time; loading takes a second of it.
These packages are therefore not imported at the top of a module: ``scipy.optimize`` is loaded at its first use.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from importlib import import_module

from reportgen.analysis.score_models import load_library

_CHARTS = "reportgen.charts.gallery"
_LATE = ("scipy.optimize", "reportgen.pipeline_render")


def load_ahead(*, helped: bool) -> None:
    """Begin to load; a step that needs a package sooner waits for that one.

    Parameters
    ----------
    helped
        Whether helpers fit the models and draw the charts, which takes the largest packages.
    """
    threading.Thread(target=_load, args=[helped], name="load-ahead").start()


def _load(helped: bool) -> None:
    # What goes wrong here, as at the end of a program that is interrupted, goes wrong again where it is needed.
    with suppress(Exception):
        for name in _LATE:
            import_module(name)
        if not helped:
            import_module(_CHARTS)
            load_library()
