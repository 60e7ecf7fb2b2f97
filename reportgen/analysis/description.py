"""What may be said of columns and segments: released columns, and the marks that follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.aspects import Aspect, aspects_of
from reportgen.analysis.findings import Findings
from reportgen.analysis.profiles import Mark, find_marks
from reportgen.analysis.quality import kind_in_distance
from reportgen.analysis.release import release_columns
from reportgen.analysis.released import ReleasedColumn
from reportgen.dictionary import Sensitivity

_LARGE, _STRIKING = 200, 1.0  # people and effect from which ten people more or less change nothing


@dataclass(frozen=True)
class Description:
    """The basis of everything that is published about columns.

    Attributes
    ----------
    released
        What may be published of each column that varies, by position.
    marks
        What sets each segment apart, by segment id.
    hidden
        The feature that sets a segment apart most, where it is withheld and more telling than all that is told.
    """

    released: Mapping[int, ReleasedColumn]
    marks: Mapping[int, tuple[Mark, ...]]
    hidden: Mapping[int, str] = field(default_factory=dict)


def describe(findings: Findings) -> Description:
    """Release the columns, and find what sets each segment apart from what is released of them."""
    released = release_columns(findings.data, findings.tables)
    aspects = [aspect for column in released.values() for aspect in _described(findings, column)]

    def tells(aspect: Aspect, segment: int, level: int | None, count: float) -> bool:
        return released[aspect.position].tells(aspect, segment, level, count)

    marks = find_marks(
        aspects,
        {at: column.by_segment for at, column in released.items()},
        range(findings.k + 1),
        {at: column.population for at, column in released.items()},
        tells,
    )
    counts = findings.tables["population"].counts
    exact = find_marks(aspects, {at: counts[at] for at in released}, range(1, findings.k + 1))
    sizes = findings.tables["population"].sizes
    return Description(released, marks, _hidden(marks, exact, sizes))


def _hidden(
    told: Mapping[int, tuple[Mark, ...]], exact: Mapping[int, tuple[Mark, ...]], sizes: NDArray[np.int64]
) -> dict[int, str]:
    """Name the feature that sets a segment apart more than all that is told; a few people must not decide that."""
    found = {}
    for segment, marks in exact.items():
        most = max((abs(mark.effect) for mark in told[segment]), default=0.0)
        names = {mark.aspect.column.name for mark in told[segment]}
        for mark in marks[:1]:
            if (
                sizes[segment] >= _LARGE
                and abs(mark.effect) >= max(_STRIKING, most)
                and mark.aspect.column.name not in names
            ):
                found[segment] = mark.aspect.label
    return found


def _described(findings: Findings, released: ReleasedColumn) -> tuple[Aspect, ...]:
    """Return what markers and names may use: everything that varies and is not sensitive."""
    quality = findings.data.qualities[released.position]
    if quality.column.feature.sensitivity is not Sensitivity.ORDINARY:
        return ()
    return aspects_of(released.column, released.position, kind_in_distance(quality.column, quality.distinct))
