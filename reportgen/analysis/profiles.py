"""What sets a segment apart: markers by effect size, told apart into evidence and construction, and a name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.aspects import Aspect
from reportgen.analysis.association import Associations
from reportgen.analysis.comparison import (
    GroupCounts,
    Scale,
    benjamini_hochberg,
    cohen_h,
    standardised_difference,
    two_proportion_p,
)
from reportgen.analysis.components import HARDLY_USED
from reportgen.analysis.phrases import capital, end_phrase, level_phrase
from reportgen.dictionary import Basis
from reportgen.language import say

EFFECT_LIMIT = 0.2
CLEAR_EFFECT = 0.5


def as_printed(effect: float) -> float:
    """Return the size of an effect as it is printed, so that 0.20 is never called less than 0.2."""
    return round(abs(effect), 2)


P_LIMIT = 0.05
VIA_LIMIT = 0.8
_LEVELS_PER_ASPECT = 2
_FEWEST_KNOWN = 30  # people of a segment with a known value, and their least share, if it is to be a fact about it
_LEAST_KNOWN = 0.1
_NAME_PHRASES = 2


Counts = NDArray[np.int64] | NDArray[np.float64]
Tells = Callable[[Aspect, int, int | None, float], bool]


@dataclass(frozen=True)
class Mark:
    """One difference between a segment and everybody.

    ``level`` indexes the aspect's levels, None for a scale; ``here`` and ``everybody`` are shares, or means as coded,
    among people with a known value: ``known`` is their share, in the segment or in everybody, whichever is smaller.
    """

    aspect: Aspect
    level: int | None
    effect: float
    here: float
    everybody: float
    p: float
    p_bh: float = 1.0
    known: float = 1.0

    @property
    def measure(self) -> str:
        """Cohen's ``h`` for a share, standardised difference ``d`` for a mean."""
        return "d" if self.level is None else "h"

    @property
    def phrase(self) -> str:
        """What the segment has more of; for a level that is rarer than usual, the level itself."""
        if self.level is None:
            return end_phrase(self.aspect, self.effect > 0)
        return level_phrase(self.aspect, self.aspect.levels[self.level].label)

    @property
    def short_phrase(self) -> str:
        """The phrase as it stands in a name."""
        if self.level is None:
            return self.phrase
        return level_phrase(self.aspect, self.aspect.levels[self.level].label, short=True)

    @property
    def positive(self) -> bool:
        """Whether the phrase says what the segment is, rather than what it is not."""
        return self.level is None or self.effect > 0


@dataclass(frozen=True)
class Construction:
    """Which features built the segments.

    Attributes
    ----------
    kept
        Share of inertia kept by column name, for the columns in the distance.
    associations
        Of all columns, on the sample.
    """

    kept: Mapping[str, float]
    associations: Associations

    def via(self, name: str) -> str | None:
        """Name the feature by which ``name`` is tied to the distance.

        Returns
        -------
        str or None
            ``name`` itself when it is in the distance and used there, the most strongly associated feature in the
            distance when V or absolute r reaches 0.8, None when the feature is evidence.
        """
        if self.kept.get(name, 0.0) >= HARDLY_USED:
            return name
        position = {known: index for index, known in enumerate(self.associations.names)}
        if name not in position:
            return None
        best, strength = None, VIA_LIMIT
        for other, share in self.kept.items():
            if share < HARDLY_USED or other == name:
                continue
            value = self.associations.strongest(position[name], position[other])[1]
            if value >= strength:
                best, strength = other, value
        return best


def find_marks(
    aspects: Sequence[Aspect],
    counts: Mapping[int, Counts] | Sequence[Counts],
    groups: Iterable[int],
    everybody: Mapping[int, NDArray[np.int64]] | None = None,
    tells: Tells = lambda *_: True,
) -> dict[int, tuple[Mark, ...]]:
    """Find what sets each segment apart from everybody.

    A mark has an effect of at least 0.2 and a p-value of at most 0.05 after Benjamini and Hochberg over all segments
    and levels that were looked at. A set of names gives at most its two most telling levels.

    Parameters
    ----------
    counts
        By position of a column, population counts segment x raw code, shape (k + 1, n_raw).
    groups
        Segment ids to profile.
    everybody
        By position of a column, population counts by raw code, shape (n_raw,); the sums over segments if not given.
    tells
        Whether a figure may be told: of which aspect, segment, level (None for a scale), and the people it is about.

    Returns
    -------
    dict
        Marks by segment id, largest effect first.
    """
    ids = list(groups)
    totals = everybody or {aspect.position: counts[aspect.position].sum(axis=0) for aspect in aspects}
    candidates = {
        segment: [
            mark
            for aspect in aspects
            for mark in _candidates(aspect, counts[aspect.position][segment], totals[aspect.position], segment, tells)
        ]
        for segment in ids
    }
    p_bh = iter(benjamini_hochberg([mark.p for segment in ids for mark in candidates[segment]]))
    found: dict[int, tuple[Mark, ...]] = {}
    for segment in ids:
        adjusted = [_adjusted(mark, float(next(p_bh))) for mark in candidates[segment]]
        telling = [mark for mark in adjusted if abs(mark.effect) >= EFFECT_LIMIT and mark.p_bh <= P_LIMIT]
        found[segment] = _most_telling(telling)
    return found


def _adjusted(mark: Mark, p_bh: float) -> Mark:
    return replace(mark, p_bh=p_bh)


def _candidates(
    aspect: Aspect,
    here: Counts,
    everybody: NDArray[np.int64],
    segment: int,
    tells: Tells,
) -> list[Mark]:
    levels, levels_all = aspect.level_counts(here.astype(np.float64)), aspect.level_counts(everybody)
    known, known_all = float(levels.sum()), int(levels_all.sum())
    share_known = min(known / max(float(here.sum()), 1.0), known_all / max(int(everybody.sum()), 1))
    if known < _FEWEST_KNOWN or known < _LEAST_KNOWN * float(here.sum()) or known_all == known:
        return []
    if aspect.ordered and tells(aspect, segment, None, float(here.sum())):
        mark = _scale_mark(aspect, here, everybody, share_known)
        return [mark] if mark else []
    # a scale the mean of which is withheld is told by its levels, as names are
    marks = []
    for level in np.flatnonzero(levels_all):
        count, n = float(levels[level]), int(levels_all[level])
        if not tells(aspect, segment, int(level), count):
            continue
        group = GroupCounts(round(count), round(known), n, known_all, overlap=1.0)
        share, share_all = count / known, n / known_all
        marks.append(
            Mark(
                aspect,
                int(level),
                cohen_h(share, share_all),
                share,
                share_all,
                two_proportion_p(group),
                known=share_known,
            )
        )
    return marks


def _scale_mark(aspect: Aspect, here: Counts, everybody: NDArray[np.int64], known: float) -> Mark | None:
    n, mean, sd = aspect.scale_moments(np.stack([here, everybody]).astype(np.float64))
    groups = [Scale(round(n[i]), float(mean[i]), float(sd[i])) for i in range(2)]
    difference = standardised_difference(*groups, inside=True)
    if difference is None:
        return None
    effect, p = difference
    return Mark(aspect, None, effect, aspect.sign * groups[0].mean, aspect.sign * groups[1].mean, p, known=known)


def _most_telling(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """Sort by effect and keep few levels per aspect; of two names, one tells all."""
    taken: dict[str, int] = {}
    kept = []
    for mark in sorted(marks, key=lambda m: (-round(abs(m.effect), 9), not m.positive, m.aspect.key, m.level or 0)):
        most = 1 if mark.aspect.names_in_use <= 2 else _LEVELS_PER_ASPECT
        if mark.level is None or taken.get(mark.aspect.key, 0) < most:
            taken[mark.aspect.key] = taken.get(mark.aspect.key, 0) + 1
            kept.append(mark)
    return tuple(kept)


def name_segments(
    marks: Mapping[int, Sequence[Mark]], construction: Construction, *, nothing: str = ""
) -> dict[int, str]:
    """Name each segment by its most telling phrases, so that no two names are equal.

    Facts about people go before facts about areas of the same size class. Two facts of one family, or of features that
    tell much of one another (V or r of at least 0.8), count once. ``nothing`` names what has no such phrase.
    """
    names: dict[int, str] = {}
    for segment, found in marks.items():
        phrases = _name_phrases(found, construction.associations)
        name = capital(", ".join(phrases[:_NAME_PHRASES])) or nothing or say("No clear profile")
        for longer in range(_NAME_PHRASES + 1, len(phrases) + 1):
            if name not in names.values():
                break
            name = capital(", ".join(phrases[:longer]))
        base, number = name, 2
        while name in names.values():
            name, number = say("{name} ({number})", name=base, number=number), number + 1
        names[segment] = name
    return names


def _name_phrases(marks: Sequence[Mark], associations: Associations) -> list[str]:
    phrases: list[str] = []
    used: list[str] = []
    families: set[str] = set()
    personal_first = sorted(
        marks, key=lambda m: (abs(m.effect) < CLEAR_EFFECT, m.aspect.column.feature.basis is Basis.AREA)
    )
    for mark in personal_first:
        feature = mark.aspect.column.feature
        told = feature.family in families or any(associations.tied(feature.name, other, VIA_LIMIT) for other in used)
        told = told or any(set(mark.short_phrase.split()) <= set(phrase.split()) for phrase in phrases)
        if mark.positive and not told and mark.short_phrase not in phrases:
            families |= {feature.family} - {""}
            used.append(feature.name)
            phrases.append(mark.short_phrase)
    return phrases
