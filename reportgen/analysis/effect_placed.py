"""The difference between customers and population without low-information records, as far as it may be told."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.aspects import Aspect
from reportgen.analysis.effects import column_effect, printed_levels, scale_of
from reportgen.analysis.findings import DataFindings
from reportgen.analysis.suppression import LEAST, any_small, is_small, sides_of
from reportgen.ingest.table import SideName

_EFFECT_DIGITS = 2
_HALF_A_UNIT = 0.5 * 10.0**-_EFFECT_DIGITS


def effect_placed(
    data: DataFindings, aspect: Aspect, exact: Mapping[SideName, NDArray[np.int64]]
) -> tuple[float | None, bool]:
    """Compare the placed rows of both sides, in two decimals.

    With the comparison of all rows it tells something of the low-information records. Where these, or the placed rows,
    hold few people of a level, it is given only if two decimals leave room for twice as many.

    Returns
    -------
    (float or None, bool)
        The effect, and whether it is held back.
    """
    parts = [(counts[0], counts[1:].sum(axis=0)) for counts in exact.values()]
    by_level = np.array([[printed_levels(aspect.column, part) for part in side] for side in parts])
    population, customers = by_level
    few = np.atleast_1d(is_small(sides_of(population, customers, nested=data.table.nested)).any(axis=(0, -1)))
    known = sides_of(population.sum(axis=-1), customers.sum(axis=-1), nested=data.table.nested)
    placed = [side[1] for side in parts]
    if aspect.ordered:
        roomy = all(_scale_room(aspect, side) for side in placed)
        levels = np.full(len(few), roomy or not (few.any() or any_small(known)))
    else:
        roomy = np.all([_share_room(side[1]) for side in by_level], axis=0)
        levels = roomy | (~few & (not any_small(known)))
    if not levels.any():
        return None, True
    effect = column_effect(aspect, placed[0], placed[1], data.overlap, levels)
    return (None, False) if effect is None else (round(effect, _EFFECT_DIGITS), False)


def _share_room(counts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell for which levels half a unit of the last decimal of Cohen's h is worth 18 people or more.

    The derivative of h by the share is 1 / √(p (1 - p)).
    """
    share = counts / max(int(counts.sum()), 1)
    people = _HALF_A_UNIT * np.sqrt(share * (1.0 - share)) * counts.sum()
    return np.asarray(people >= 2 * (LEAST - 1))


def _scale_room(aspect: Aspect, counts: NDArray[np.int64]) -> bool:
    """Tell whether half a unit of the last decimal of a standardised difference is worth 18 people or more.

    Each of them counts with the whole width of the scale.
    """
    scale, values = scale_of(aspect, counts), aspect.values[np.isfinite(aspect.values)]
    width = float(values.max() - values.min()) if len(values) else 0.0
    return scale.n > 0 and _HALF_A_UNIT * scale.sd * scale.n >= 2 * (LEAST - 1) * width
