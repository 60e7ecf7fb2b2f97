"""What may be said of columns and segments: released columns, and the marks that follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reportgen.analysis.aspects import Aspect, aspects_of
from reportgen.analysis.findings import Findings
from reportgen.analysis.profiles import Mark, find_marks
from reportgen.analysis.quality import kind_in_distance
from reportgen.analysis.release import release_columns
from reportgen.analysis.released import ReleasedColumn
from reportgen.dictionary import Sensitivity


@dataclass(frozen=True)
class Description:
    """The basis of everything that is published about columns.

    Attributes
    ----------
    released
        What may be published of each column that varies, by position.
    marks
        What sets each segment apart, by segment id.
    """

    released: Mapping[int, ReleasedColumn]
    marks: Mapping[int, tuple[Mark, ...]]


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
    return Description(released, marks)


def _described(findings: Findings, released: ReleasedColumn) -> tuple[Aspect, ...]:
    """Return what markers and names may use: everything that varies and is not sensitive."""
    quality = findings.data.qualities[released.position]
    if quality.column.feature.sensitivity is not Sensitivity.ORDINARY:
        return ()
    return aspects_of(released.column, released.position, kind_in_distance(quality.column, quality.distinct))
