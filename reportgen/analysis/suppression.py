"""The rule for small counts, and the words with which a report says that a figure is held back.

A count of one to nine people is not published, and nothing from which it could be worked out. Zero is no person: it is
shown. What follows from the rule stands in modules of its own: small segments are merged (``small_segments``), rare
levels pooled (``suppression_levels``), cells of segment x level held back (``suppression_cells``); ``release`` puts
them together.

Source: Hundepool et al., *Statistical Disclosure Control* (Wiley, 2012), chapters 4 and 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reportgen.formatting import FEW as FEW
from reportgen.formatting import WITHHELD as WITHHELD
from reportgen.formatting import held_mark
from reportgen.ingest.table import CodedTable
from reportgen.language import Said, say_marked

LEAST = 10  # the smallest count of people that is published


def few_people() -> Said:
    """Say that a figure is not given because it counts few people."""
    return say_marked(FEW)


def held_back() -> Said:
    """Say that a figure is not given because a small count would follow from it."""
    return say_marked(WITHHELD)


def value_or_mark(record: Any, name: str) -> Any:
    """Return a field of a published record, or the mark that stands for it where it is held back.

    Returns
    -------
    object
        The value; ``< 10`` or ``withheld``; None where the value cannot be given for another reason.
    """
    value = getattr(record, name)
    return held_mark(record.reasons.get(name, "")) if value is None else value


def is_small(counts: ArrayLike) -> NDArray[np.bool_]:
    """Tell which counts are too small to be published: 1 to 9."""
    found = np.asarray(counts)
    return np.asarray((found > 0) & (found < LEAST))


def any_small(counts: ArrayLike) -> bool:
    """Tell whether any of the counts is too small to be published."""
    return bool(is_small(counts).any())


def published_overlap(table: CodedTable) -> int | None:
    """Return the number of customers found in the population; None where it, or that of the others, is small."""
    found = table.overlap or 0
    return None if any_small([found, table.customers.rows - found]) else table.overlap


def sides_of(population: NDArray[np.int64], customers: NDArray[np.int64], *, nested: bool) -> NDArray[np.int64]:
    """Set the sides side by side on a new last axis.

    Where customers are part of the population, the people who are no customers follow by subtraction; they are a side
    of their own then.

    Returns
    -------
    ndarray of int64, shape (..., 2) or (..., 3)
        Population, customers and, for nested files, the others.
    """
    sides: Sequence[NDArray[np.int64]] = (population, customers)
    if nested:
        sides = (population, customers, np.maximum(population - customers, 0))
    return np.stack(sides, axis=-1)
