"""The words of a dictionary in another language, laid over its own: what readers see changes, and nothing else does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from reportgen.dictionary_table import read_table, refuse_blank, refuse_repeats, refuse_stranger, refuse_unlisted
from reportgen.errors import DictionaryError
from reportgen.feature import Feature, Part, normalise_code

OWN_LANGUAGE = "en"  # stands for the words of features.csv, values.csv and parts.csv themselves
FEATURE_WORDS = ("label", "more", "less", "family", "information_level")
FEATURE_FACTS = ("type", "missing_or_unknown", "direction", "role", "sensitivity", "weight", "standard", "basis")
_PART_WORDS = ("label", "more", "less")
_Rows = Sequence[tuple[int, Mapping[str, str]]]


def translate(
    features: tuple[Feature, ...], folder: Path, language: str
) -> tuple[tuple[Feature, ...], tuple[Path, ...]]:
    """Lay the words of a language over those of a dictionary.

    Every file is optional, and so is every line of it and every column but the key. A blank cell keeps the original.

    - ``features.xx.csv``: ``attribute``; ``label``, ``more``, ``less``, ``family``, ``information_level``
    - ``values.xx.csv``: ``attribute``, ``value``; ``label``
    - ``parts.xx.csv``: ``attribute``, ``part``; ``label``, ``more``, ``less``. With a ``part_value`` on the line,
      ``label`` is what that value of the part is called.

    Parameters
    ----------
    features
        As the dictionary's own files describe them.
    folder
        Where those files lie.
    language
        The ``xx`` in the names above; nothing is read for ``en``.

    Returns
    -------
    features : tuple of Feature
        In the same order, with the same codes, directions and roles.
    files : tuple of Path
        The files that were read.

    Raises
    ------
    DictionaryError
        If a line names what the dictionary does not have, or the same thing twice, or would put features of one family
        into two; the message names file, line and value.
    """
    if language == OWN_LANGUAGE:
        return features, ()
    used = []
    for name, lay_over in (("features", _features), ("values", _values), ("parts", _parts)):
        path = folder / f"{name}.{language}.csv"
        if path.is_file():
            features = lay_over(path, features)
            used.append(path)
    return features, tuple(used)


def _features(path: Path, features: tuple[Feature, ...]) -> tuple[Feature, ...]:
    rows = read_table(path, ("attribute",), FEATURE_WORDS, FEATURE_FACTS)
    declared = {feature.name: feature for feature in features}
    for line, row in rows:
        refuse_stranger(path, line, row["attribute"], declared)
    refuse_repeats(path, [(line, row["attribute"]) for line, row in rows])
    families = _families(path, rows, declared)
    given: dict[str, Mapping[str, str]] = {row["attribute"]: row for _, row in rows}
    return tuple(_feature(feature, given.get(feature.name, {}), families) for feature in features)


def _feature(feature: Feature, row: Mapping[str, str], families: Mapping[str, str]) -> Feature:
    return replace(
        feature,
        label=row.get("label") or feature.label,
        more=row.get("more") or feature.more,
        less=row.get("less") or feature.less,
        family=families.get(feature.family, ""),
        information_level=row.get("information_level") or feature.information_level,
    )


def _families(path: Path, rows: _Rows, declared: Mapping[str, Feature]) -> dict[str, str]:
    """Return the word of every family, by its original: one for one, because features are summed up by it."""
    words: dict[str, tuple[str, int]] = {}
    for line, row in rows:
        word, original = row.get("family", ""), declared[row["attribute"]].family
        if not word:
            continue
        if not original:
            raise DictionaryError(
                f"{path.name} line {line}: {row['attribute']} belongs to no family, so {word!r} translates nothing",
                "Give it a family in the dictionary first, or leave the cell blank.",
            )
        known, first = words.setdefault(original, (word, line))
        if known != word:
            raise DictionaryError(
                f"{path.name} line {line}: family {original!r} is {word!r} here and {known!r} on line {first}",
                "Use one word for one family; it need not be repeated.",
            )
    found = dict.fromkeys((feature.family for feature in declared.values() if feature.family), "")
    taken: dict[str, str] = {}
    for original in found:
        word, line = words.get(original, (original, 0))
        if word in taken:
            line = line or words[taken[word]][1]
            raise DictionaryError(
                f"{path.name} line {line}: {word!r} stands for two families, {taken[word]!r} and {original!r}",
                "Use a word of its own for each family.",
            )
        taken[word] = original
        found[original] = word
    return found


def _values(path: Path, features: tuple[Feature, ...]) -> tuple[Feature, ...]:
    declared = {feature.name: feature for feature in features}
    labels: dict[str, dict[str, str]] = {}
    for line, row in read_table(path, ("attribute", "value"), ("label",)):
        name, code = row["attribute"], normalise_code(row["value"])
        refuse_stranger(path, line, name, declared)
        refuse_blank(path, line, row, ("value",))
        refuse_unlisted(path, line, f"value {row['value']} of {name}", code, declared[name].values, "values.csv")
        known = labels.setdefault(name, {})
        if code in known:
            raise DictionaryError(
                f"{path.name} line {line}: value {row['value']} of {name} is labelled twice",
                "Keep one line per value.",
            )
        known[code] = row.get("label", "")
    return tuple(replace(f, values=_laid_over(f.values, labels.get(f.name, {}))) for f in features)


def _parts(path: Path, features: tuple[Feature, ...]) -> tuple[Feature, ...]:
    declared = {feature.name: {part.name: part for part in feature.parts} for feature in features}
    words: dict[tuple[str, str, str], Mapping[str, str]] = {}
    for line, row in read_table(path, ("attribute", "part"), (*_PART_WORDS, "part_value"), ("value", "direction")):
        key = _part_key(path, line, row, declared)
        if key in words:
            whose = f"part {key[1]} of {key[0]}"
            raise DictionaryError(
                f"{path.name} line {line}: {f'value {key[2]} of ' if key[2] else ''}{whose} has two lines",
                "Keep one of them.",
            )
        words[key] = row
    return tuple(replace(f, parts=tuple(_part(f.name, part, words) for part in f.parts)) for f in features)


def _part_key(
    path: Path, line: int, row: Mapping[str, str], declared: Mapping[str, Mapping[str, Part]]
) -> tuple[str, str, str]:
    """Return attribute, part and part value of a line, the last one empty where the part itself is meant."""
    name, part, value = row["attribute"], row["part"], normalise_code(row.get("part_value", ""))
    refuse_stranger(path, line, name, declared)
    refuse_blank(path, line, row, ("part",))
    refuse_unlisted(path, line, f"part {part} of {name}", part, declared[name], "parts.csv")
    if value:
        values = set(declared[name][part].values.values())
        refuse_unlisted(path, line, f"value {value} of part {part} of {name}", value, values, "parts.csv")
        if row.get("more") or row.get("less"):
            raise DictionaryError(
                f"{path.name} line {line}: more and less belong to the part {part} of {name}, not to one of its values",
                "Write them on the line whose part_value is blank.",
            )
    return name, part, value


def _part(attribute: str, part: Part, words: Mapping[tuple[str, str, str], Mapping[str, str]]) -> Part:
    own = words.get((attribute, part.name, ""), {})
    called = {value: words.get((attribute, part.name, value), {}).get("label", "") for value in part.values.values()}
    return replace(
        part,
        label=own.get("label") or part.label,
        more=own.get("more") or part.more,
        less=own.get("less") or part.less,
        names={value: name for value, name in called.items() if name},
    )


def _laid_over(original: Mapping[str, str], words: Mapping[str, str]) -> dict[str, str]:
    return {key: words.get(key) or label for key, label in original.items()}
