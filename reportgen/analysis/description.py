"""What may be said of columns and segments: released columns, and the marks that follow from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.aspects import Aspect, aspects_of
from reportgen.analysis.findings import Findings
from reportgen.analysis.profiles import Mark, find_marks
from reportgen.analysis.quality import kind_in_distance
from reportgen.analysis.released import ReleasedColumn
from reportgen.analysis.suppression import LEAST, is_small
from reportgen.dictionary import Sensitivity

_LARGE, _STRIKING = 200, 1.0  # people and effect from which a feature that is withheld is missed


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
    """Find what sets each segment apart from what is released of the columns."""
    released = findings.released
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
    return Description(released, marks, _hidden(marks, aspects, findings))


def _hidden(told: Mapping[int, tuple[Mark, ...]], aspects: Sequence[Aspect], findings: Findings) -> dict[int, str]:
    """Name the feature that sets a segment apart more than all that is told, and more than all else that is not told.

    It is named only if both hold whether small cells are empty or hold nine, so that it tells nothing of these.
    """
    tables = findings.tables["population"]
    found = {}
    for segment in (segment for segment in told if segment and tables.sizes[segment] >= _LARGE):
        least = max([_STRIKING, *(abs(mark.effect) for mark in told[segment])])
        names = {mark.aspect.column.name for mark in told[segment]}
        silent = [aspect for aspect in aspects if aspect.column.name not in names]
        low, high = np.sort([_effects(silent, tables.counts, segment, n) for n in (0, LEAST - 1)], axis=0)
        order = np.argsort(-low, kind="stable")
        if len(silent) and low[order[0]] >= least and (high[order[1:]] < low[order[0]]).all():
            found[segment] = silent[order[0]].label
    return found


def _effects(
    aspects: Sequence[Aspect], counts: Sequence[NDArray[np.int64]], segment: int, number: int
) -> NDArray[np.float64]:
    """Return the largest effect of each aspect when the small cells of a segment hold a number, shape (n_aspects,)."""
    changed = {aspect.position: _with_small(counts[aspect.position], segment, number) for aspect in aspects}
    largest = dict.fromkeys((aspect.key for aspect in aspects), 0.0)
    for mark in find_marks(aspects, changed, [segment])[segment]:
        largest[mark.aspect.key] = max(largest[mark.aspect.key], abs(mark.effect))
    return np.array(list(largest.values()))


def _with_small(counts: NDArray[np.int64], segment: int, number: int) -> NDArray[np.int64]:
    """Return the counts of a column with another number in the small cells of a segment, which keeps its size."""
    changed = counts.copy()
    row = changed[segment]
    row[is_small(row)] = number
    row[row.argmax()] += counts[segment].sum() - row.sum()
    return np.maximum(changed, 0)


def _described(findings: Findings, released: ReleasedColumn) -> tuple[Aspect, ...]:
    """Return what markers and names may use: everything that varies and is not sensitive."""
    quality = findings.data.qualities[released.position]
    if quality.column.feature.sensitivity is not Sensitivity.ORDINARY:
        return ()
    return aspects_of(released.column, released.position, kind_in_distance(quality.column, quality.distinct))
