"""The feature dictionary: what each column is, what its codes mean, and which codes mean "unknown"."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from enum import StrEnum
from importlib.resources import as_file, files
from pathlib import Path
from typing import TypeVar

from reportgen.dictionary_table import bad_word, read_table, refuse_blank, refuse_repeats, refuse_stranger
from reportgen.dictionary_words import OWN_LANGUAGE, translate
from reportgen.errors import DictionaryError
from reportgen.feature import (
    NUMBER_KINDS,
    ORDERED_KINDS,
    STANDARD_ROLES,
    Basis,
    Direction,
    Feature,
    FeatureDictionary,
    Kind,
    Part,
    Role,
    Sensitivity,
    as_number,
    normalise_code,
    parse_missing_codes,
)

__all__ = [
    "NUMBER_KINDS",
    "OPTIONAL_COLUMNS",
    "ORDERED_KINDS",
    "REQUIRED_COLUMNS",
    "STANDARD_ROLES",
    "Basis",
    "Direction",
    "Feature",
    "FeatureDictionary",
    "Kind",
    "Part",
    "Role",
    "Sensitivity",
    "as_number",
    "normalise_code",
    "parse_missing_codes",
    "read_dictionary",
]

_Word = TypeVar("_Word", bound=StrEnum)
REQUIRED_COLUMNS = ("attribute", "information_level", "type", "missing_or_unknown")
OPTIONAL_COLUMNS = (
    "label", "direction", "role", "sensitivity", "weight",
    "more", "less", "family", "standard", "basis",
)  # fmt: skip
_VALUE_COLUMNS = ("attribute", "value", "label")
_PART_COLUMNS = ("attribute", "value", "part", "part_value")
_PART_WORDS = ("label", "direction", "more", "less")
_AREA_LEVEL = re.compile(r"^(building|microcell|macrocell|postcode|region|community|area|cell|neighbou?rhood)")


def read_dictionary(path: Path | str, language: str = OWN_LANGUAGE) -> FeatureDictionary:
    """Read a feature dictionary and, where present, ``values.csv`` and ``parts.csv`` beside it.

    Words of another language lie in files of their own, ``features.de.csv``, ``values.de.csv`` and ``parts.de.csv`` for
    German; see ``dictionary_words``. They change what readers see and nothing else.

    Parameters
    ----------
    path
        The dictionary file, a folder that holds ``features.csv``, or the word ``azdias`` for the
        dictionary of the 85 AZDIAS columns that comes with the package.
    language
        Code of the language of the report, such as ``de``. ``en`` stands for the dictionary as it is written; so does a
        language that it has no files for.

    Returns
    -------
    FeatureDictionary

    Raises
    ------
    DictionaryError
        If a file is missing or malformed; the message names file, line and value.
    """
    if str(path) == "azdias" and not Path(path).exists():
        with as_file(files("reportgen.azdias")) as folder:
            return read_dictionary(folder / "features.csv", language)
    path = Path(path)
    if path.is_dir():
        path = path / "features.csv"
    if not path.is_file():
        raise DictionaryError(
            f"feature dictionary not found: {path}",
            "Give --dictionary FILE, the word azdias, or let `reportgen init` write one from your data.",
        )
    rows = read_table(path, REQUIRED_COLUMNS, OPTIONAL_COLUMNS)
    if not rows:
        raise DictionaryError(f"{path.name}: no feature is declared", "Add one line per column of the data.")
    refuse_repeats(path, [(line, row["attribute"]) for line, row in rows])
    declared = {row["attribute"] for _, row in rows}
    values_path, parts_path = path.with_name("values.csv"), path.with_name("parts.csv")
    values = _read_values(values_path, declared) if values_path.is_file() else {}
    parts = _read_parts(parts_path, declared) if parts_path.is_file() else {}
    features = tuple(_feature(path, line, row, values, parts) for line, row in rows)
    features, laid_over = translate(features, path.parent, language)
    used = [*(file for file in (path, values_path, parts_path) if file.is_file()), *laid_over]
    digest = hashlib.sha256(b"".join(hashlib.sha256(file.read_bytes()).digest() for file in used)).hexdigest()
    return FeatureDictionary(features, path.name, digest, tuple(file.name for file in laid_over))


def _read_values(path: Path, declared: Collection[str]) -> dict[str, dict[str, str]]:
    labels: dict[str, dict[str, str]] = {}
    for line, row in read_table(path, _VALUE_COLUMNS, ()):
        refuse_stranger(path, line, row["attribute"], declared)
        refuse_blank(path, line, row, ("value",))
        code = normalise_code(row["value"])
        known = labels.setdefault(row["attribute"], {})
        if code in known:
            raise DictionaryError(
                f"{path.name} line {line}: value {row['value']} of {row['attribute']} is labelled twice",
                "Keep one line per value.",
            )
        known[code] = row["label"] or code
    return labels


def _read_parts(path: Path, declared: Collection[str]) -> dict[str, tuple[Part, ...]]:
    collected: dict[str, dict[str, dict[str, str]]] = {}
    words: dict[tuple[str, str], dict[str, str]] = {}
    for line, row in read_table(path, _PART_COLUMNS, _PART_WORDS):
        attribute, part = row["attribute"], row["part"]
        refuse_stranger(path, line, attribute, declared)
        refuse_blank(path, line, row, ("value", "part"))
        known = collected.setdefault(attribute, {}).setdefault(part, {})
        code = normalise_code(row["value"])
        if code in known:
            raise DictionaryError(
                f"{path.name} line {line}: value {row['value']} of {attribute} has two entries for part {part}",
                "Keep one line per value and part.",
            )
        if row["part_value"]:
            known[code] = normalise_code(row["part_value"])
        extra = words.setdefault((attribute, part), {})
        for key in _PART_WORDS:
            if row.get(key):
                extra.setdefault(key, row[key].lower() if key == "direction" else row[key])
        if extra.get("direction") and extra["direction"] not in set(Direction):
            raise bad_word(path, line, "direction", extra["direction"], Direction)
    return {
        attribute: tuple(_part(name, values, words[attribute, name]) for name, values in parts.items())
        for attribute, parts in collected.items()
    }


def _part(name: str, values: Mapping[str, str], words: Mapping[str, str]) -> Part:
    direction = Direction(words["direction"]) if "direction" in words else None
    return Part(
        name, words.get("label", name.replace("_", " ")), values, direction,
        words.get("more", ""), words.get("less", ""),
    )  # fmt: skip


def _feature(
    path: Path,
    line: int,
    row: Mapping[str, str],
    values: Mapping[str, Mapping[str, str]],
    parts: Mapping[str, tuple[Part, ...]],
) -> Feature:
    name = row["attribute"]
    if not name:
        raise DictionaryError(f"{path.name} line {line}: the attribute is blank", "Name the column of the data.")
    try:
        missing = parse_missing_codes(row["missing_or_unknown"] or "[]")
    except ValueError:
        raise DictionaryError(
            f"{path.name} line {line}: missing_or_unknown of {name} is {row['missing_or_unknown']!r}",
            "Write the codes in brackets, such as [-1,X], or [] for none.",
        ) from None

    def word(column: str, words: type[_Word], default: _Word) -> _Word:
        given = row.get(column, "").lower()
        if given and given not in set(words):
            raise bad_word(path, line, column, given, words)
        return words(given) if given else default

    standard = row.get("standard", "").lower()
    if standard and standard not in STANDARD_ROLES:
        raise DictionaryError(
            f"{path.name} line {line}: standard of {name} is {standard!r}", "Use age, sex or region, or leave it blank."
        )
    if not row["type"]:
        raise bad_word(path, line, "type", "", Kind)
    area = bool(_AREA_LEVEL.match(row["information_level"].lower()))
    return Feature(
        name=name,
        information_level=row["information_level"],
        kind=word("type", Kind, Kind.CATEGORICAL),
        missing=missing,
        label=row.get("label", "") or _in_words(name),
        direction=word("direction", Direction, Direction.ASCENDING) if row.get("direction") else None,
        role=word("role", Role, Role.BUILD),
        role_given=bool(row.get("role")),
        sensitivity=word("sensitivity", Sensitivity, Sensitivity.ORDINARY),
        weight=_weight(path, line, name, row.get("weight", "")),
        more=row.get("more", ""),
        less=row.get("less", ""),
        family=row.get("family", ""),
        standard=standard,
        basis=word("basis", Basis, Basis.AREA if area else Basis.OBSERVED),
        values=values.get(name, {}),
        parts=parts.get(name, ()),
    )


def _weight(path: Path, line: int, name: str, text: str) -> float:
    weight = as_number(text.replace(",", ".")) if text else 1.0
    if weight is None or weight <= 0:
        raise DictionaryError(
            f"{path.name} line {line}: weight of {name} is {text!r}", "Give a number above 0, or leave it blank for 1."
        )
    return weight


def _in_words(name: str) -> str:
    """Return a column name as readable words; names in capitals are left as they are."""
    words = re.sub(r"[-_.\s]+", " ", name).strip()
    return name if name.isupper() or not words else words
