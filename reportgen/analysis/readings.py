"""Principal components in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.components import HARDLY_USED
from reportgen.analysis.encoding import Encoder
from reportgen.analysis.findings import Findings
from reportgen.analysis.phrases import capital, end_phrase, level_phrase
from reportgen.analysis.result import Components as PublishedComponents
from reportgen.analysis.result import Loading, Reading
from reportgen.formatting import Formatter

FAIRLY_SIMILAR = 0.85  # Lorenzo-Seva and ten Berge (2006)
_READABLE = 0.4  # a component without a correlation this large has no clear reading
_MENTIONED = 0.3
_PER_END = 3
_LISTED = 12


@dataclass(frozen=True)
class _Entry:
    """One encoded column: its aspect and feature, words for both its ends ("" for none), and its correlation."""

    aspect: str
    feature: str
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
    return [
        read_component(
            number,
            _entries(findings.encoder, correlations),
            float(components.eigenvalues[number - 1] / total),
            bool(components.eigenvalues[number - 1] > findings.parallel[number - 1]),
            float(congruence[number - 1]),
            fmt,
        )
        for number, correlations in enumerate(components.correlations(), start=1)
    ]


def _entries(encoder: Encoder, correlations: NDArray[np.float64]) -> list[_Entry]:
    entries = []
    column = 0
    for stretch in encoder.stretches:
        aspect = stretch.aspect
        for level in stretch.level_names:
            if aspect.ordered:
                more, less = end_phrase(aspect, True), end_phrase(aspect, False)
            elif len(stretch.level_names) == 1:  # two names: the other one is the low end
                others = [known.label for known in aspect.levels if known.label != level]
                more, less = level_phrase(aspect, level), level_phrase(aspect, others[0])
            else:
                more, less = level_phrase(aspect, level), ""
            entries.append(
                _Entry(aspect.key, aspect.column.name, aspect.label, more, less, float(correlations[column]))
            )
            column += 1
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
        Whether the eigenvalue lies above the parallel-analysis line.
    congruence
        Tucker's congruence with the component of bootstrap samples.
    """
    high, low = _end(entries, 1.0), _end(entries, -1.0)
    clear = bool(entries) and abs(entries[0].correlation) >= _READABLE
    labels = list(dict.fromkeys(entry.label for entry in entries if abs(entry.correlation) >= _MENTIONED))[:2]
    title = capital(fmt.words(labels)) if clear else "No clear reading"
    weight = f"It carries {fmt.share(explained)} of all differences"
    doubt = "" if beats else ", no more than unrelated features would show"
    if congruence < FAIRLY_SIMILAR:
        doubt += "; another sample would show another component here"
    if not clear:
        sentence = f"No clear reading: no feature is tied to it closely. {weight}{doubt}."
    elif high and low:
        text = f"{fmt.words([entry.phrase for entry in high])} against {fmt.words([entry.phrase for entry in low])}"
        sentence = f"{capital(text)}. {weight}{doubt}."
    else:
        text = fmt.words([entry.phrase for entry in high or low])
        sentence = f"{capital(text)} against everybody else. {weight}{doubt}."
    listed = tuple(Loading(e.feature, e.label, e.more, e.correlation) for e in entries[:_LISTED])
    return Reading(number, explained, beats, congruence, sentence, title, high, low, listed)


def _end(entries: list[_Entry], sign: float) -> tuple[Loading, ...]:
    """Return at most three features of one end, in the words that hold there."""
    found: dict[str, Loading] = {}
    for entry in entries:
        phrase = entry.more if entry.correlation * sign > 0 else entry.less
        if abs(entry.correlation) >= _MENTIONED and phrase and entry.aspect not in found:
            found[entry.aspect] = Loading(entry.feature, entry.label, phrase, entry.correlation)
    return tuple(list(found.values())[:_PER_END])
