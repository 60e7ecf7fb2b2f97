"""The feature dictionary: what each column is, what its codes mean, and which codes mean "unknown"."""

from __future__ import annotations

import csv
import difflib
import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from importlib.resources import as_file, files
from io import StringIO
from pathlib import Path
from typing import TypeVar

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


def read_dictionary(path: Path | str) -> FeatureDictionary:
    """Read a feature dictionary and, where present, ``values.csv`` and ``parts.csv`` beside it.

    Parameters
    ----------
    path
        The dictionary file, a folder that holds ``features.csv``, or the word ``azdias`` for the
        dictionary of the 85 AZDIAS columns that comes with the package.

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
            return read_dictionary(folder / "features.csv")
    path = Path(path)
    if path.is_dir():
        path = path / "features.csv"
    if not path.is_file():
        raise DictionaryError(
            f"feature dictionary not found: {path}",
            "Give --dictionary FILE, the word azdias, or let `reportgen init` write one from your data.",
        )
    rows = _read_table(path, REQUIRED_COLUMNS, OPTIONAL_COLUMNS)
    if not rows:
        raise DictionaryError(f"{path.name}: no feature is declared", "Add one line per column of the data.")
    _refuse_repeats(path, [(line, row["attribute"]) for line, row in rows])
    declared = {row["attribute"] for _, row in rows}
    values_path, parts_path = path.with_name("values.csv"), path.with_name("parts.csv")
    values = _read_values(values_path, declared) if values_path.is_file() else {}
    parts = _read_parts(parts_path, declared) if parts_path.is_file() else {}
    features = tuple(_feature(path, line, row, values, parts) for line, row in rows)
    used = [file for file in (path, values_path, parts_path) if file.is_file()]
    digest = hashlib.sha256(b"".join(hashlib.sha256(file.read_bytes()).digest() for file in used)).hexdigest()
    return FeatureDictionary(features, path.name, digest)


def _read_table(path: Path, required: Collection[str], optional: Collection[str]) -> list[tuple[int, dict[str, str]]]:
    """Return (line number, row) pairs of a small CSV file; the separator is taken from its header."""
    text = _decode(path)
    header = text.partition("\n")[0]
    if not header.strip():
        raise DictionaryError(f"{path.name} is empty", f"Its first line must name the columns {_list(required)}.")
    delimiter = max(";,\t", key=header.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    names = [name.strip().lower() for name in next(reader)]
    _check_header(path, names, required, optional)
    table = []
    for cells in reader:
        stripped = [cell.strip() for cell in cells]
        if not any(stripped):
            continue
        if any(stripped[len(names) :]):
            raise DictionaryError(
                f"{path.name} line {reader.line_num}: {len(cells)} cells under {len(names)} column names",
                f"Put quotes around a cell that contains {delimiter!r}, such as a list of codes.",
            )
        stripped += [""] * (len(names) - len(stripped))
        table.append((reader.line_num, dict(zip(names, stripped, strict=False))))
    return table


def _decode(path: Path) -> str:
    content = path.read_bytes()
    if b"\0" in content:
        raise DictionaryError(
            f"{path.name} is not a text file in UTF-8", 'In a spreadsheet, save it as "CSV UTF-8 (comma delimited)".'
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _check_header(path: Path, names: list[str], required: Collection[str], optional: Collection[str]) -> None:
    """Refuse a first line that lacks a column, names one twice, or misspells one; notes of one's own are fine."""
    lacking = [name for name in required if name not in names]
    if lacking:
        raise DictionaryError(
            f"{path.name} line 1: column {_list(lacking)} is missing (found: {_list(names)})",
            f"The first line must name the columns {_list(required)}, separated by ';'.",
        )
    for place, name in enumerate(names):
        if name and name in names[:place]:
            raise DictionaryError(f"{path.name} line 1: column {name} is named twice", "Keep one of them.")
        known = [*required, *optional]
        if name not in known and (close := difflib.get_close_matches(name, known, 1, 0.75)):
            raise DictionaryError(
                f"{path.name} line 1: column {name!r} is not known",
                f"Did you mean {close[0]!r}? A column of your own needs a name that differs more.",
            )


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)


def _read_values(path: Path, declared: Collection[str]) -> dict[str, dict[str, str]]:
    labels: dict[str, dict[str, str]] = {}
    for line, row in _read_table(path, _VALUE_COLUMNS, ()):
        _refuse_stranger(path, line, row["attribute"], declared)
        _refuse_blank(path, line, row, ("value",))
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
    for line, row in _read_table(path, _PART_COLUMNS, _PART_WORDS):
        attribute, part = row["attribute"], row["part"]
        _refuse_stranger(path, line, attribute, declared)
        _refuse_blank(path, line, row, ("value", "part"))
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
            raise _bad_word(path, line, "direction", extra["direction"], Direction)
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
            raise _bad_word(path, line, column, given, words)
        return words(given) if given else default

    standard = row.get("standard", "").lower()
    if standard and standard not in STANDARD_ROLES:
        raise DictionaryError(
            f"{path.name} line {line}: standard of {name} is {standard!r}", "Use age, sex or region, or leave it blank."
        )
    if not row["type"]:
        raise _bad_word(path, line, "type", "", Kind)
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


def _bad_word(path: Path, line: int, column: str, given: str, words: type[StrEnum]) -> DictionaryError:
    close = difflib.get_close_matches(given.lower(), [str(word) for word in words], 1)
    guess = f" Did you mean {close[0]!r}?" if close else ""
    return DictionaryError(
        f"{path.name} line {line}: {column} {given!r} is not known", f"Use one of {_list(words)}.{guess}"
    )


def _refuse_repeats(path: Path, names: Iterable[tuple[int, str]]) -> None:
    first: dict[str, int] = {}
    for line, name in names:
        if name in first:
            raise DictionaryError(
                f"{path.name} line {line}: {name} is declared a second time (first on line {first[name]})",
                "Keep one line per column.",
            )
        first[name] = line


def _refuse_stranger(path: Path, line: int, name: str, declared: Collection[str]) -> None:
    if name not in declared:
        close = difflib.get_close_matches(name, declared, 1)
        guess = f" Did you mean {close[0]}?" if close else ""
        raise DictionaryError(
            f"{path.name} line {line}: {name or 'a blank attribute'} is not declared in the feature dictionary",
            f"Declare it or remove it.{guess}",
        )


def _refuse_blank(path: Path, line: int, row: Mapping[str, str], columns: Iterable[str]) -> None:
    for column in columns:
        if not row[column]:
            raise DictionaryError(
                f"{path.name} line {line}: the {column} of {row['attribute']} is blank",
                "Fill it in or remove the line.",
            )
