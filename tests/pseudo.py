"""A made-up language that shows what was not translated: every vowel of a message carries an accent.

Labels of the dictionary have words without vowels in it, so a plain vowel on a page is text that no catalogue reaches.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from reportgen.dictionary import read_dictionary
from reportgen.language import Language

_ACCENTED = str.maketrans("aeiouAEIOU", "àèìòùÀÈÌÒÙ")
_VALUE = re.compile(r"(\{[^{}]*\})")
_CONSONANTS = "bcdfghklmnpqrstvwxz"


def accented(message: str) -> str:
    """Put an accent on every vowel outside the braces of a message."""
    parts = _VALUE.split(message)
    return "".join(part if at % 2 else part.translate(_ACCENTED) for at, part in enumerate(parts))


class _Accented(Mapping[tuple[str, str], tuple[str, ...]]):
    """Every message, with accents; a message of several forms keeps them apart."""

    def __getitem__(self, key: tuple[str, str]) -> tuple[str, ...]:
        raise KeyError(key)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(())

    def __len__(self) -> int:
        return 0


class Pseudo(Language):
    """The made-up language, with the numbers and dates of another one."""

    def form(self, context: str, forms: tuple[str, ...], which: int) -> str:
        return accented(forms[which])


def pseudo(code: str) -> Language:
    """Return the made-up language under the code of a real one."""
    return Pseudo(code, _Accented())


def write_pseudo_words(folder: Path, code: str) -> None:
    """Lay words without vowels over every word of the dictionary in a folder."""
    dictionary = read_dictionary(folder / "features.csv")
    number = iter(range(100_000))

    def word() -> str:
        n, letters = next(number), ""
        for _ in range(5):
            n, rest = divmod(n, len(_CONSONANTS))
            letters += _CONSONANTS[rest]
        return letters

    families = {feature.family: word() for feature in dictionary.features if feature.family}
    levels = {feature.information_level: word() for feature in dictionary.features}
    features = [["attribute", "label", "more", "less", "family", "information_level"]]
    values, parts = [["attribute", "value", "label"]], [["attribute", "part", "part_value", "label", "more", "less"]]
    for feature in dictionary.features:
        ends = [word() if end else "" for end in (feature.more, feature.less)]
        family = families.get(feature.family, "")
        features.append([feature.name, word(), *ends, family, levels[feature.information_level]])
        values += [[feature.name, value, word()] for value in feature.values]
        for part in feature.parts:
            parts.append([feature.name, part.name, "", word(), *(word() if e else "" for e in (part.more, part.less))])
            parts += [[feature.name, part.name, value, word(), "", ""] for value in dict.fromkeys(part.values.values())]
    for name, rows in (("features", features), ("values", values), ("parts", parts)):
        if len(rows) > 1:
            with (folder / f"{name}.{code}.csv").open("w", encoding="utf-8", newline="") as file:
                csv.writer(file, delimiter=";", lineterminator="\n").writerows(rows)
