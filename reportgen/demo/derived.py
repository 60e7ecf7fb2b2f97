"""Columns of the demo that follow from others: rough codes from fine ones, and types from scores."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from reportgen.demo.scores import Model

# Rough codes by fine code. The groups of the life stages follow from their labels; published counts of the
# groups agree with them.
FAMILY_GROUPS: Mapping[str, str] = {
    "1": "1", "2": "2", "3": "3", "4": "3", "5": "3", "6": "4", "7": "4", "8": "4", "9": "5", "10": "5", "11": "5",
}  # fmt: skip
STATUS_GROUPS: Mapping[str, str] = {
    "1": "1", "2": "1", "3": "2", "4": "2", "5": "2", "6": "3", "7": "3", "8": "4", "9": "4", "10": "5",
}  # fmt: skip
_LAST_STAGE_OF_GROUP = (4, 8, 13, 16, 20, 23, 25, 28, 30, 32, 35, 40)
STAGE_GROUPS: Mapping[str, str] = {
    str(fine): str(1 + sum(fine > last for last in _LAST_STAGE_OF_GROUP)) for fine in range(1, 41)
}

# International code by German type: the only assignment under which the published counts of the 21 codes
# are the sums of the published counts of the 44 types.
CAMEO_INTERNATIONAL: Mapping[str, str] = {
    german: international
    for international, types in {
        "12": "2A", "13": "1A 2B", "14": "1B 1C 2C 2D", "15": "1D 1E", "22": "4A", "23": "3A 3B 4B",
        "24": "3C 4C 4D", "25": "3D 4E", "31": "5A 6A", "32": "5B", "33": "5C", "34": "5D 5E", "35": "5F 6D",
        "41": "7A 7B 8B", "43": "6B", "44": "6C", "45": "6E 6F 7E", "51": "8A 9B 9C 9D", "52": "9A",
        "54": "7C 7D 8C", "55": "8D 9E",
    }.items()
    for german in types.split()
}  # fmt: skip

# Youth codes that were lived differently in the East; the tree draws the western ones.
EASTERN_YOUTH: Mapping[str, str] = {"6": "7", "10": "12", "11": "13"}
AVANTGARDE = frozenset({"2", "4", "6", "7", "9", "11", "13", "15"})

# Score and offset by code of FINANZTYP: the type is the score that lies lowest once its offset is added.
# The offsets make the shares come near the published ones (.25, .13, .06, .07, .13, .36).
_FINANCE_TYPES: tuple[tuple[str, float], ...] = (
    ("FINANZ_MINIMALIST", 0.0),
    ("FINANZ_SPARER", -0.42),
    ("FINANZ_HAUSBAUER", 0.47),
    ("FINANZ_VORSORGER", 0.69),
    ("FINANZ_ANLEGER", -0.38),
    ("FINANZ_UNAUFFAELLIGER", -0.9),
)
FINANCE_TYPE_CODES = ("1", "2", "3", "4", "5", "6")
FINANCE_TYPE_DEFAULT = "4"


def finance_types(model: Model, scores: NDArray[np.float32]) -> NDArray[np.intp]:
    """Return for each row the position of its finance type among ``FINANCE_TYPE_CODES``, shape (n_rows,)."""
    rows = {cut.column.name: cut.score for cut in model.scales}
    best = np.full(scores.shape[1], np.inf, dtype=np.float32)
    found = np.zeros(scores.shape[1], dtype=np.intp)
    for position, (name, offset) in enumerate(_FINANCE_TYPES):
        value = scores[rows[name]] + np.float32(offset)
        found[value < best] = position
        best = np.minimum(best, value)
    return found


def recoded(
    positions: NDArray[np.integer], codes: tuple[str, ...], groups: Mapping[str, str]
) -> tuple[NDArray[np.int16], tuple[str, ...]]:
    """Replace codes by their groups.

    Parameters
    ----------
    positions : ndarray of int, shape (n_rows,)
        Position of each row's code in ``codes``.
    codes
        The codes.
    groups
        Group by code; a code without a group stays as it is.

    Returns
    -------
    positions : ndarray of int16, shape (n_rows,)
        Position of each row's group.
    groups : tuple of str
        The groups, in order of first appearance.
    """
    names = tuple(dict.fromkeys(groups.get(code, code) for code in codes))
    table = np.array([names.index(groups.get(code, code)) for code in codes], dtype=np.int16)
    return table[positions], names
