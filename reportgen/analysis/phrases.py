"""Words for facts: from an aspect, a level and a direction to "mostly high incomes"."""

from __future__ import annotations

import re

from reportgen.analysis.aspects import Aspect

_AFFIRMATIVE = frozenset({"yes", "y", "true", "1", "ja"})
_NEGATIVE = frozenset({"no", "n", "false", "0", "nein"})
_SPEAKING = re.compile(r"[^\W\d_]{3,}")
_BRACKETS = re.compile(r"\([^()]*\)")


def end_phrase(aspect: Aspect, high: bool) -> str:
    """Say what the high or the low end of a scale means."""
    given = aspect.more if high else aspect.less
    return given or f"{aspect.label}: {'high' if high else 'low'}"


def level_phrase(aspect: Aspect, level_label: str, *, short: bool = False) -> str:
    """Say what having a level means.

    Yes and no of a two-way feature take its words where the dictionary gives any, and a label that is such a word
    stands alone. Another label of the dictionary is followed by its feature, which ``short`` leaves out. A bare code is
    quoted as it is, its feature first: "month: jul".
    """
    plain = level_label.strip().lower()
    two_way = aspect.names_in_use <= 2
    words = aspect.more if plain in _AFFIRMATIVE else aspect.less if plain in _NEGATIVE else ""
    if two_way and words:
        return words
    labelled = bool(aspect.part) or level_label in aspect.column.feature.values.values()
    if plain in _AFFIRMATIVE | _NEGATIVE or not labelled or not _SPEAKING.search(level_label):
        return f"{aspect.label}: {level_label}"
    alone = plain in {aspect.more.lower(), aspect.less.lower()} or _tells(level_label, aspect.label)
    if short or alone:
        return level_label
    return f"{level_label} ({aspect.label})"


def _tells(level: str, feature: str) -> bool:
    """Whether a level says all that its feature's label would add."""
    return set(level.lower().split()) <= set(feature.lower().split()) or feature.lower() in level.lower()


def in_sentence(phrase: str) -> str:
    """Quote a phrase that is a feature with its code, so that a sentence around it can be read."""
    return f"“{phrase}”" if ": " in _BRACKETS.sub("", phrase) else phrase


def capital(text: str) -> str:
    """Begin with a capital letter and leave the rest as it is."""
    return text[:1].upper() + text[1:]
