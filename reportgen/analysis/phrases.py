"""Words for facts: from an aspect, a level and a direction to "mostly high incomes"."""

from __future__ import annotations

import re

from reportgen.analysis.aspects import Aspect

_AFFIRMATIVE = frozenset({"yes", "y", "true", "1", "ja"})
_NEGATIVE = frozenset({"no", "n", "false", "0", "nein"})
_SPEAKING = re.compile(r"[^\W\d_]{3,}")


def end_phrase(aspect: Aspect, high: bool) -> str:
    """Say what the high or the low end of a scale means."""
    given = aspect.more if high else aspect.less
    return given or f"{'high' if high else 'low'} {aspect.label}"


def level_phrase(aspect: Aspect, level_label: str, *, short: bool = False) -> str:
    """Say what having a level means.

    A label of the dictionary speaks for itself, yes and no of a two-way feature take its words, and a bare code is
    given with its feature, unless it is a word and ``short`` is asked for.
    """
    plain = level_label.strip().lower()
    two_way = aspect.names_in_use <= 2
    if two_way and plain in _AFFIRMATIVE:
        return aspect.more or aspect.label
    if two_way and plain in _NEGATIVE:
        return aspect.less or f"no {aspect.label}"
    if not _SPEAKING.search(level_label):
        return f"{aspect.label} {level_label}"
    if short or aspect.part or level_label in aspect.column.feature.values.values():
        return level_label
    return f"{level_label} ({aspect.label})"


def capital(text: str) -> str:
    """Begin with a capital letter and leave the rest as it is."""
    return text[:1].upper() + text[1:]
