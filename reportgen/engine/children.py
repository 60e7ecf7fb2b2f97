"""What every child process of this program is started with."""

from __future__ import annotations

import os
from pathlib import Path


def give_way() -> None:
    """Let the parent go first where there are more processes than processors, as while all of them load libraries."""
    if hasattr(os, "nice"):  # not on Windows
        os.nice(5)


def child_environment() -> dict[str, str]:
    """Return the environment of a child: it finds this very package, its hashes are fixed, and it warns nobody."""
    root = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH", "")])])
    return {**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": "0", "PYTHONWARNINGS": "ignore"}
