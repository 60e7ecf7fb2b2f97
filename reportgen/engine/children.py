"""What every process of this program begins with."""

from __future__ import annotations

import gc
import os
from pathlib import Path

_GARBAGE = (50_000, 20, 20)  # thresholds of the collector


def seldom_collect() -> None:
    """Look for garbage seldom: what is made here lives to the end, and looking often costs a tenth of the time."""
    gc.set_threshold(*_GARBAGE)


def give_way() -> None:
    """Let the parent go first where there are more processes than processors, as while all of them load libraries."""
    if hasattr(os, "nice"):  # not on Windows
        os.nice(5)


def child_environment() -> dict[str, str]:
    """Return the environment of a child: it finds this very package, its hashes are fixed, and it warns nobody."""
    root = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH", "")])])
    return {**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": "0", "PYTHONWARNINGS": "ignore"}
