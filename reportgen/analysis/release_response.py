"""A past mailing as it may be published: who is evaluated, and which tenths are put together.

Rows of the file less the people who are evaluated are those who were not found and those of the hold-out. Where either
are a few, others are left aside at random, so many that the rest is the same whatever the small number. Tenths of the
index are put together until one to nine people who responded, or did not, can neither be read nor worked out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.suppression import LEAST, is_small

_STREAM = 0xA51DE
_REST = 2 * LEAST - 1  # people of whom one to nine may be of one kind, and ten at least of the other


def left_aside(mailed: NDArray[np.bool_], not_found: int, seed: int) -> NDArray[np.bool_]:
    """Draw the people written to who are left aside, shape of ``mailed``; mostly nobody.

    Parameters
    ----------
    mailed : ndarray of bool, shape (n_found,)
        Who was written to; the others are the hold-out.
    not_found
        People of the file who are in neither file of the report.
    seed
        Of the draw.
    """
    few = [count for count in (not_found, int((~mailed).sum())) if is_small(count)]
    aside = np.zeros(len(mailed), dtype=np.bool_)
    if few:
        number = _REST + (len(few) - 1) * (LEAST - 1) - sum(few)
        candidates = np.flatnonzero(mailed)
        draw = np.random.default_rng([seed, _STREAM])
        aside[draw.choice(candidates, min(number, len(candidates)), replace=False)] = True
    return aside


def pool_tenths(responses: NDArray[np.int64], people: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Put neighbouring tenths together.

    Parameters
    ----------
    responses, people : ndarray of int64, shape (n_tenths,)

    Returns
    -------
    list of (first, last)
        Positions from 0. The last groups take what is left over, so there may be a single one.
    """
    groups: list[tuple[int, int]] = []
    begun = 0
    for tenth in range(len(people)):
        if _is_safe(responses[begun : tenth + 1], people[begun : tenth + 1]):
            groups.append((begun, tenth))
            begun = tenth + 1
    while begun < len(people):
        begun = groups.pop()[0] if groups else 0
        if not groups or _is_safe(responses[begun:], people[begun:]):
            groups.append((begun, len(people) - 1))
            break
    return groups


def _is_safe(responses: NDArray[np.int64], people: NDArray[np.int64]) -> bool:
    """Tell whether the sums are not small, and leave every small tenth anything from none to nine.

    A tenth holds at least the responses that the others have no people for, and likewise those who did not respond.
    """
    total = np.array([responses.sum(), people.sum() - responses.sum()])
    if is_small(total).any():
        return False
    cells = np.stack([responses, people - responses])
    lowest = total[:, np.newaxis] - (people.sum() - people)
    return len(people) == 1 or not (is_small(cells) & (lowest > 0)).any()
