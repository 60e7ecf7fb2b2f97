"""Principal components in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.components import HARDLY_USED, larger_than_chance
from reportgen.analysis.encoding import Encoder
from reportgen.analysis.findings import Findings
from reportgen.analysis.phrases import capital, end_phrase, level_phrase
from reportgen.analysis.result_choice import Components as PublishedComponents
from reportgen.analysis.result_choice import Loading, Reading
from reportgen.formatting import Formatter
from reportgen.language import mark, say, say_marked

FAIRLY_SIMILAR = 0.85  # Lorenzo-Seva and ten Berge (2006)
NO_READING = mark("No clear reading")
_READABLE = 0.4  # a component without a correlation this large has no clear reading
_MENTIONED = 0.3
_PER_END = 3
_FAMILY = 3  # so many features of one family are told as one
_LISTED = 12


@dataclass(frozen=True)
class _Entry:
    """One encoded column: its aspect, feature and family, words for both its ends ("" for none), and its correlation.

    ``relatives`` is the number of aspects of its family in the distance.
    """

    aspect: str
    feature: str
    family: str
    relatives: int
    label: str
    more: str
    less: str
    correlation: float


def publish_components(findings: Findings, fmt: Formatter) -> PublishedComponents:
    """Give eigenvalues, the parallel line and a reading of each kept component."""
    components = findings.components
    columns = {column.name: column.feature.label for column in findings.encoder.columns}
    return PublishedComponents(
        kept=components.kept,
        explained=components.explained,
        encoded_columns=findings.encoder.width,
        reason=components.reason,
        eigenvalues=tuple(map(float, components.eigenvalues)),
        parallel=tuple(map(float, findings.parallel)),
        hardly_used=tuple(name for name in columns if findings.kept[name] < HARDLY_USED),
        readings=tuple(_readings(findings, fmt)),
    )


def _readings(findings: Findings, fmt: Formatter) -> list[Reading]:
    components = findings.components
    total = components.eigenvalues.sum()
    congruence = findings.checks.loadings.mean
    above = larger_than_chance(components.eigenvalues, findings.parallel)
    worded = _worded(findings.encoder)
    return [
        read_component(
            number,
            _entries(worded, correlations),
            float(components.eigenvalues[number - 1] / total),
            number <= above,
            float(congruence[number - 1]),
            fmt,
        )
        for number, correlations in enumerate(components.correlations(), start=1)
    ]


def _worded(encoder: Encoder) -> list[_Entry]:
    """Put the encoded columns into words, in their order; the correlation is left at 0."""
    families = Counter(stretch.aspect.column.feature.family for stretch in encoder.stretches)
    entries = []
    for stretch in encoder.stretches:
        aspect = stretch.aspect
        family = aspect.column.feature.family
        for level in stretch.level_names:
            if aspect.ordered:
                more, less = end_phrase(aspect, True), end_phrase(aspect, False)
            elif len(stretch.level_names) == 1:  # two names: the other one is the low end
                other = aspect.level_of[np.argmin(stretch.table[:, 0])]
                more, less = level_phrase(aspect, level), level_phrase(aspect, aspect.levels[other].label)
            else:
                more, less = level_phrase(aspect, level), ""
            entries.append(
                _Entry(
                    aspect.key,
                    aspect.column.name,
                    family,
                    families[family],
                    aspect.label,
                    more,
                    less,
                    0.0,
                )
            )
    return entries


def _entries(worded: Sequence[_Entry], correlations: NDArray[np.float64]) -> list[_Entry]:
    """Return the encoded columns with their correlations, the largest first."""
    entries = [replace(entry, correlation=float(value)) for entry, value in zip(worded, correlations, strict=True)]
    return sorted(entries, key=lambda entry: (-abs(entry.correlation), entry.aspect, entry.more))


def read_component(
    number: int, entries: list[_Entry], explained: float, beats: bool, congruence: float, fmt: Formatter
) -> Reading:
    """Put one component into words: who stands at its high end and who at its low end.

    Parameters
    ----------
    entries
        Encoded columns, largest absolute correlation first.
    explained
        Share of the total variance.
    beats
        Whether it is one of the leading components above the parallel-analysis line.
    congruence
        Tucker's congruence with the component of bootstrap samples.
    """
    high, low = _end(entries, 1.0), _end(entries, -1.0)
    clear = bool(entries) and abs(entries[0].correlation) >= _READABLE
    labels = list(dict.fromkeys(entry.label for entry in entries if abs(entry.correlation) >= _MENTIONED))[:2]
    title = capital(fmt.words(labels)) if clear else say_marked(NO_READING)
    weight = _weight(fmt.share(explained), beats=beats, repeats=congruence >= FAIRLY_SIMILAR)
    if not clear:
        sentence = say("No clear reading: no feature is tied to it closely. {weight}", weight=weight)
    elif high and low:
        mirrored = {entry.feature for entry in low} <= {entry.feature for entry in high}
        other_end = [entry.phrase for entry in low[: 1 if mirrored else 2]]
        sentence = say(
            "{high} against {low}. {weight}",
            high=capital(fmt.words([entry.phrase for entry in high])),
            low=fmt.words(other_end),
            weight=weight,
        )
    else:
        text = fmt.words([entry.phrase for entry in high or low])
        sentence = say("{end} against everybody else. {weight}", end=capital(text), weight=weight)
    listed = tuple(_loading(entry, entry.more) for entry in entries[:_LISTED])
    return Reading(number, explained, beats, congruence, sentence, title, high, low, listed)


def _weight(share: str, *, beats: bool, repeats: bool) -> str:
    """Say how much a component carries, and what speaks against it."""
    if beats and repeats:
        return say("It carries {share} of all differences.", share=share)
    if repeats:
        return say("It carries {share} of all differences, no more than unrelated features would show.", share=share)
    if beats:
        return say(
            "It carries {share} of all differences; another sample may show another component here.", share=share
        )
    return say(
        "It carries {share} of all differences, no more than unrelated features would show; another sample may show "
        "another component here.",
        share=share,
    )


def _end(entries: list[_Entry], sign: float) -> tuple[Loading, ...]:
    """Return at most three features of one end, in the words that hold there.

    Three features or more of one family are told as one: "strong savers (4 of 6: finance scores)".
    """
    groups: dict[str, list[tuple[_Entry, str]]] = {}
    for entry in entries:
        phrase = entry.more if entry.correlation * sign > 0 else entry.less
        if abs(entry.correlation) < _MENTIONED or not phrase:
            continue
        group = groups.setdefault(entry.family or entry.aspect, [])
        if entry.aspect not in [known.aspect for known, _ in group]:
            group.append((entry, phrase))
    found: list[Loading] = []
    for group in groups.values():
        if len(group) >= _FAMILY:
            entry, phrase = group[0]
            told = say(
                "{phrase} ({number} of {all}: {family})",
                phrase=phrase,
                number=len(group),
                all=entry.relatives,
                family=entry.family,
            )
            found.append(_loading(entry, told, len(group)))
        else:
            found += [_loading(entry, phrase) for entry, phrase in group]
    found.sort(key=lambda loading: -abs(loading.correlation))
    return tuple(found[:_PER_END])


def _loading(entry: _Entry, phrase: str, told: int | None = None) -> Loading:
    """Publish one encoded column, or a family of which ``told`` aspects are told as one."""
    reasons = {} if told else dict.fromkeys(("told", "relatives"), say("one feature by itself"))
    relatives = entry.relatives if told else None
    return Loading(entry.feature, entry.label, phrase, entry.correlation, told, relatives, reasons)
