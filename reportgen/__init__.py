"""Customer segmentation reports from two files of coded people and a feature dictionary."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reportgen.notebook import Report, analyse

__version__ = version("reportgen")
__all__ = ["Report", "__version__", "analyse"]


def __getattr__(name: str) -> Any:
    """Import what notebooks use when it is asked for, so that the command line starts without it."""
    if name in ("Report", "analyse"):
        from reportgen import notebook

        return getattr(notebook, name)
    raise AttributeError(f"module 'reportgen' has no attribute {name!r}")
