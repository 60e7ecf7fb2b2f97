"""A synthetic pair of files in the shape of AZDIAS, with known truth: for trying, testing and measuring.

``write_demo`` writes the files; ``draw`` gives the same people in memory. The planted types, their shares
and true indices are plain data here; numpy, scipy and pyarrow are imported when people are drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from reportgen.demo.planted import (
    LOW_INFORMATION,
    PUBLISHED_ROWS,
    TRUE_INDEX,
    TYPES,
    DemoFiles,
    DemoSide,
    PlantedType,
    type_shares,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from reportgen.demo.people import People

__all__ = [
    "LOW_INFORMATION",
    "PUBLISHED_ROWS",
    "TRUE_INDEX",
    "TYPES",
    "DemoFiles",
    "DemoSide",
    "PlantedType",
    "draw",
    "type_shares",
    "write_demo",
]


def draw(rows: int, seed: int = 1, side: DemoSide = "population", types: ArrayLike | None = None) -> People:
    """Draw people in memory, exactly those that ``write_demo`` writes for the same seed.

    Parameters
    ----------
    rows
        How many, at least 1.
    seed
        Seed of the random streams, at least 0.
    side
        ``population`` or ``customers``: it decides the shares of the types and of low-information records.
    types
        Planted type by row (0 to 9), to set the types instead of drawing them, shape (rows,).

    Returns
    -------
    People
        Codes by column, their texts, and the planted type of each row.
    """
    from reportgen.demo.people import draw_people

    return draw_people(rows, seed, side, types)


def write_demo(
    directory: Path, rows: int = 100_000, seed: int = 1, progress: Callable[[str], None] | None = None
) -> DemoFiles:
    """Write the demo pair: two files, their dictionary, a configuration and, apart from them, the truth.

    The same ``rows`` and ``seed`` give the same bytes. Memory does not grow with ``rows``. Files of an
    earlier demo in the folder are replaced one by one, each only once it is complete.

    Parameters
    ----------
    directory
        Folder to write to; made if needed.
    rows
        Rows of the population, at least 1,000; customers follow in the published proportion.
    seed
        Seed of the random streams, at least 0.
    progress
        Called with a line of text after each step.

    Returns
    -------
    DemoFiles

    Raises
    ------
    ConfigError
        If ``rows`` or ``seed`` is too small.
    InputError
        If the folder cannot be written.
    """
    from reportgen.demo.files import write_files

    return write_files(directory, rows, seed, progress)
