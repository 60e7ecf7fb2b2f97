"""A dictionary whose words can be said in every language that it has words in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from reportgen.dictionary import read_dictionary
from reportgen.feature import Feature, FeatureDictionary, Part
from reportgen.language import LANGUAGES, SOURCE, Worded

_FEATURE_WORDS = ("label", "more", "less", "family", "information_level")
_PART_WORDS = ("label", "more", "less")


def read_in_all_languages(path: Path | str, languages: Sequence[str] = LANGUAGES) -> FeatureDictionary:
    """Read a feature dictionary with the words of all languages that lie beside it.

    Parameters
    ----------
    path
        As ``read_dictionary`` takes it.
    languages
        Their codes; the dictionary's own words stand for ``en`` and for what is not translated.

    Returns
    -------
    FeatureDictionary
        As it is written, but each word is a ``Worded``, where another language has another. The hash is of all files.
    """
    own = read_dictionary(path)
    others = {code: read_dictionary(path, code) for code in languages if code != SOURCE}
    others = {code: other for code, other in others.items() if other.translations}
    if not others:
        return own
    features = tuple(
        _feature(feature, {code: other.features[at] for code, other in others.items()})
        for at, feature in enumerate(own.features)
    )
    hashes = "".join([own.sha256, *(other.sha256 for other in others.values())])
    files = tuple(file for other in others.values() for file in other.translations)
    return replace(own, features=features, sha256=hashlib.sha256(hashes.encode()).hexdigest(), translations=files)


def _feature(own: Feature, others: Mapping[str, Feature]) -> Feature:
    words = {
        name: _word(getattr(own, name), {code: getattr(other, name) for code, other in others.items()})
        for name in _FEATURE_WORDS
    }
    parts = tuple(
        _part(part, {code: other.parts[at] for code, other in others.items()}) for at, part in enumerate(own.parts)
    )
    values = _words(own.values, {code: other.values for code, other in others.items()})
    return replace(own, **words, parts=parts, values=values)  # type: ignore[arg-type]


def _part(own: Part, others: Mapping[str, Part]) -> Part:
    words = {
        name: _word(getattr(own, name), {code: getattr(other, name) for code, other in others.items()})
        for name in _PART_WORDS
    }
    called = {value: own.names.get(value, value) for value in dict.fromkeys(own.values.values())}
    names = _words(called, {code: other.names for code, other in others.items()})
    changed = {value: name for value, name in names.items() if isinstance(name, Worded) or name != value}
    return replace(own, **words, names=changed)  # type: ignore[arg-type]


def _words(own: Mapping[str, str], others: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {key: _word(text, {code: other.get(key, "") for code, other in others.items()}) for key, text in own.items()}


def _word(own: str, others: Mapping[str, str]) -> str:
    different = {code: text for code, text in others.items() if text and text != own}
    return Worded(own, different) if different else own
