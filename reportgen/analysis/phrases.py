"""Words for facts: from an aspect, a level and a direction to "mostly high incomes"."""

from __future__ import annotations

import re

from reportgen.analysis.aspects import Aspect
from reportgen.language import again, say

_AFFIRMATIVE = frozenset({"yes", "y", "true", "1", "ja"})
_NEGATIVE = frozenset({"no", "n", "false", "0", "nein"})
_SPEAKING = re.compile(r"[^\W\d_]{3,}")
_BRACKETS = re.compile(r"\([^()]*\)")


def end_phrase(aspect: Aspect, high: bool) -> str:
    """Say what the high or the low end of a scale means."""
    given = again(aspect.more if high else aspect.less)
    if given:
        return given
    return say("{scale}: high", scale=aspect.label) if high else say("{scale}: low", scale=aspect.label)


def level_phrase(aspect: Aspect, level_label: str, *, short: bool = False) -> str:
    """Say what having a level means.

    Yes and no of a two-way feature take its words where the dictionary gives any, and a label that is such a word
    stands alone. Another label of the dictionary is followed by its feature, which ``short`` leaves out. A bare code is
    quoted as it is, its feature first: "month: jul".
    """
    labelled = bool(aspect.part) or level_label in aspect.column.feature.values.values()
    level, feature, more, less = map(again, (level_label, aspect.label, aspect.more, aspect.less))
    plain = level.strip().lower()
    two_way = aspect.names_in_use <= 2
    words = more if plain in _AFFIRMATIVE else less if plain in _NEGATIVE else ""
    if two_way and words:
        return words
    if plain in _AFFIRMATIVE | _NEGATIVE or not labelled or not _SPEAKING.search(level):
        return f"{feature}: {level}"
    alone = plain in {more.lower(), less.lower()} or _tells(level, feature)
    return level if short or alone else f"{level} ({feature})"


def _tells(level: str, feature: str) -> bool:
    """Whether a level says all that its feature's label would add."""
    return set(level.lower().split()) <= set(feature.lower().split()) or feature.lower() in level.lower()


def in_sentence(phrase: str) -> str:
    """Quote a phrase that is a feature with its code, so that a sentence around it can be read."""
    return say("“{quoted}”", quoted=phrase) if ": " in _BRACKETS.sub("", phrase) else phrase


def capital(text: str) -> str:
    """Begin with a capital letter and leave the rest as it is."""
    text = again(text)
    return text[:1].upper() + text[1:]
