"""Codes for which kept segments have no place: unknown as long as these are kept."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from reportgen.formatting import Formatted, Formatter
from reportgen.ingest.levels import column_of, other_level
from reportgen.ingest.table import CodedColumn, Finding, Status
from reportgen.language import Said, say_n

_NAMED = 5  # new codes that are named to whoever runs the build


def with_newcomers(column: CodedColumn, newcomers: Sequence[int]) -> tuple[CodedColumn, Finding]:
    """Return a column in which some values are unknown codes, because kept segments have no place for them.

    Parameters
    ----------
    newcomers
        Raw codes of values.
    """
    status, values = column.status.copy(), column.values.copy()
    status[list(newcomers)], values[list(newcomers)] = Status.UNKNOWN, np.nan
    lost = set(column.level_of[list(newcomers)].tolist()) - set(column.level_of[status == Status.VALUE].tolist())
    others = set(column.level_of[column.status == Status.UNKNOWN].tolist())
    kept = [at for at in range(len(column.levels)) if at not in lost and at not in others]
    place = {at: new for new, at in enumerate(kept)}
    level_of = np.array([place.get(at, -1) for at in column.level_of.tolist()], dtype=np.int16)
    level_of[status == Status.UNKNOWN] = len(kept)
    levels = tuple(column.levels[at] for at in kept)
    words = [column.codes[at] for at in newcomers]
    named = f"{', '.join(words[:_NAMED])}{f' and {len(words) - _NAMED:,} more' if len(words) > _NAMED else ''}"
    message = f"code{'s' * (len(words) > 1)} {named}"
    finding = Finding(column.name, _newcomers(len(words), message), _newcomers(len(words), _so_many(len(words))))
    return column_of(
        column.feature, column.codes, status, values, (*levels, other_level(levels)), level_of, column.numbers
    ), finding


def _newcomers(number: int, codes: str) -> Said:
    return say_n(
        number,
        '{codes} is new since the segments were built: counted, shown as "other", treated as missing in the distance '
        "until segments are built anew",
        '{codes} are new since the segments were built: counted, shown as "other", treated as missing in the distance '
        "until segments are built anew",
        codes=codes,
    )


def _so_many(number: int) -> Said:
    """Say how many codes there are, for readers: how many people have each is not known yet, so none is named."""
    return say_n(number, "one code", "{number} codes", number=Formatted(Formatter.count, number))
