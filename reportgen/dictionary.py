"""The feature dictionary: what each column is, what its codes mean, and which codes mean "unknown"."""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from importlib.resources import as_file, files
from pathlib import Path
from typing import TypeVar

from reportgen.errors import DictionaryError


class Kind(StrEnum):
    """How the codes of a feature are to be understood."""

    CATEGORICAL = "categorical"
    BINARY = "binary"
    ORDINAL = "ordinal"
    NUMERIC = "numeric"
    INTERVAL = "interval"
    MIXED = "mixed"


class Role(StrEnum):
    """What a feature is used for: building segments, describing them, or nothing."""

    BUILD = "build"
    DESCRIBE = "describe"
    IGNORE = "ignore"


class Sensitivity(StrEnum):
    """Whether a feature tells, or stands in for, something a person may not be judged by."""

    ORDINARY = "ordinary"
    PROXY = "proxy"
    SPECIAL = "special"


class Direction(StrEnum):
    """Whether a higher code means more (ascending) or less (descending) of what the label names."""

    ASCENDING = "ascending"
    DESCENDING = "descending"


class Basis(StrEnum):
    """How a fact is known: observed, scored by a model, or an average of the area."""

    OBSERVED = "observed"
    SCORED = "scored"
    AREA = "area"


_Word = TypeVar("_Word", bound=StrEnum)
NUMBER_KINDS = frozenset({Kind.NUMERIC, Kind.INTERVAL})
ORDERED_KINDS = frozenset({Kind.ORDINAL, Kind.NUMERIC, Kind.INTERVAL})
REQUIRED_COLUMNS = ("attribute", "information_level", "type", "missing_or_unknown")
OPTIONAL_COLUMNS = (
    "label", "direction", "role", "sensitivity", "weight",
    "more", "less", "family", "standard", "basis",
)  # fmt: skip
STANDARD_ROLES = ("age", "sex", "region")
_AREA_LEVEL = re.compile(r"^(building|microcell|macrocell|postcode|region|community|area|cell|neighbou?rhood)")
_TRAILING_ZEROS = re.compile(r"^([+-]?(?:0|[1-9]\d*))\.(\d*?)0*$")


def normalise_code(text: str) -> str:
    """Return the one spelling of a code: ``2``, ``2.0``, ``"2"`` and `` 2 `` are the same.

    Leading zeros are kept, because ``01`` may be a code of its own.

    Examples
    --------
    >>> [normalise_code(t) for t in ("2", "2.0", ' "2" ', "2.50", "01", "XX", "-1.0")]
    ['2', '2', '2', '2.5', '01', 'XX', '-1']
    """
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1].strip()
    match = _TRAILING_ZEROS.match(text)
    if match:
        whole, decimals = match.groups()
        return f"{whole}.{decimals}" if decimals else whole
    return text


def parse_missing_codes(text: str) -> frozenset[str]:
    """Read a list of codes such as ``[-1,X]``; bare words are codes and ``[]`` means none.

    Raises
    ------
    ValueError
        If the text is not enclosed in brackets.
    """
    text = text.strip()
    if not (text.startswith("[") and text.endswith("]")):
        raise ValueError(text)
    return frozenset(normalise_code(code) for code in text[1:-1].split(",") if code.strip())


def as_number(code: str) -> float | None:
    """Return a code as a finite number, or ``None`` when it is not one."""
    try:
        number = float(code)
    except ValueError:
        return None
    return number if abs(number) != float("inf") and number == number else None


@dataclass(frozen=True)
class Part:
    """One dimension of a mixed code, such as the decade in "90s, avantgarde".

    Attributes
    ----------
    name
        Short name, unique within its feature.
    label
        Words for readers.
    values
        Part value by code. A code that is absent has no value in this part.
    direction, more, less
        As on a feature.
    """

    name: str
    label: str
    values: Mapping[str, str]
    direction: Direction | None = None
    more: str = ""
    less: str = ""

    @property
    def ordered(self) -> bool:
        """Whether all part values are numbers, so that the part is a scale."""
        return all(as_number(value) is not None for value in self.values.values())


@dataclass(frozen=True)
class Feature:
    """One column of the data, as the dictionary declares it.

    Attributes
    ----------
    name
        Column name, verbatim.
    information_level
        What the fact is about: person, household, building, ... free text.
    kind
        How codes are to be understood.
    missing
        Normalised codes that mean "unknown".
    label
        Words for readers; the column name in words when the dictionary gives none.
    direction
        Whether higher codes mean more of the label; ``None`` when not declared.
    role, role_given
        Use of the feature, and whether the dictionary says so itself.
    sensitivity
        ``special`` and ``proxy`` features stay out of distance and names.
    weight
        Multiplies the feature's inertia in the distance; above 0.
    more, less
        Words for much and little of the label ("older", "younger"); may be empty.
    family
        Features of one family are read together ("finance scores"); may be empty.
    standard
        ``age``, ``sex`` or ``region`` when the feature can standardise a comparison, else empty.
    basis
        Observed, scored or area average.
    values
        Label by normalised code, in the order of the file.
    parts
        Dimensions of a mixed code.
    """

    name: str
    information_level: str
    kind: Kind
    missing: frozenset[str] = frozenset()
    label: str = ""
    direction: Direction | None = None
    role: Role = Role.BUILD
    role_given: bool = False
    sensitivity: Sensitivity = Sensitivity.ORDINARY
    weight: float = 1.0
    more: str = ""
    less: str = ""
    family: str = ""
    standard: str = ""
    basis: Basis = Basis.OBSERVED
    values: Mapping[str, str] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()

    @property
    def is_number(self) -> bool:
        """Whether the codes are quantities rather than names or ranks."""
        return self.kind in NUMBER_KINDS

    @property
    def is_ordered(self) -> bool:
        """Whether codes have an order in which "high" and "low" make sense."""
        return self.kind in ORDERED_KINDS

    @property
    def sign(self) -> float:
        """-1 when higher codes mean less of the label, else +1."""
        return -1.0 if self.direction is Direction.DESCENDING else 1.0


@dataclass(frozen=True)
class FeatureDictionary:
    """All declared features in file order.

    Attributes
    ----------
    features
        One entry per declared column.
    source
        Base name of the file, for messages and provenance.
    labelled
        Whether any feature has labels for its codes.
    """

    features: tuple[Feature, ...]
    source: str = ""

    @cached_property
    def by_name(self) -> Mapping[str, Feature]:
        """Features by column name."""
        return {feature.name: feature for feature in self.features}

    @property
    def labelled(self) -> bool:
        """Whether any feature has labels for its codes."""
        return any(feature.values for feature in self.features)


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
    rows = _read_table(path, REQUIRED_COLUMNS)
    values = _read_values(path.with_name("values.csv")) if path.with_name("values.csv").is_file() else {}
    parts = _read_parts(path.with_name("parts.csv")) if path.with_name("parts.csv").is_file() else {}
    features = tuple(_feature(path, line, row, values, parts) for line, row in rows)
    _refuse_repeats(path, [(line, row["attribute"]) for line, row in rows])
    _refuse_strangers(path.with_name("values.csv"), values, features)
    _refuse_strangers(path.with_name("parts.csv"), parts, features)
    if not features:
        raise DictionaryError(f"{path.name}: no feature is declared", "Add one line per column of the data.")
    return FeatureDictionary(features, path.name)


def _read_table(path: Path, required: Iterable[str]) -> list[tuple[int, dict[str, str]]]:
    """Return (line number, row) pairs of a small CSV file; the separator is taken from its header."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        text = path.read_bytes().decode("cp1252", errors="replace")
    lines = text.splitlines()
    if not lines or not lines[0].strip():
        raise DictionaryError(f"{path.name} is empty", f"Its first line must name the columns {_list(required)}.")
    delimiter = max(";,\t", key=lines[0].count)
    reader = csv.DictReader(lines, delimiter=delimiter, restkey="", restval="")
    reader.fieldnames = [name.strip().lower() for name in reader.fieldnames or ()]
    lacking = [name for name in required if name not in reader.fieldnames]
    if lacking:
        raise DictionaryError(
            f"{path.name} line 1: column {_list(lacking)} is missing (found: {_list(reader.fieldnames)})",
            f"The first line must name the columns {_list(required)}, separated by ';'.",
        )
    table = []
    for row in reader:
        cells = {key: (value or "").strip() for key, value in row.items() if key}
        if any(cells.values()):
            table.append((reader.line_num, cells))
    return table


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)


def _read_values(path: Path) -> dict[str, dict[str, str]]:
    labels: dict[str, dict[str, str]] = {}
    for line, row in _read_table(path, ("attribute", "value", "label")):
        code = normalise_code(row["value"])
        known = labels.setdefault(row["attribute"], {})
        if code in known:
            raise DictionaryError(
                f"{path.name} line {line}: value {row['value']} of {row['attribute']} is labelled twice",
                "Keep one line per value.",
            )
        known[code] = row["label"] or code
    return labels


def _read_parts(path: Path) -> dict[str, tuple[Part, ...]]:
    collected: dict[str, dict[str, dict[str, str]]] = {}
    words: dict[tuple[str, str], dict[str, str]] = {}
    for line, row in _read_table(path, ("attribute", "value", "part", "part_value")):
        attribute, part = row["attribute"], row["part"]
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
        for key in ("label", "direction", "more", "less"):
            if row.get(key) and key not in extra:
                extra[key] = row[key]
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
    close = difflib.get_close_matches(given.lower(), list(words), 1)
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


def _refuse_strangers(path: Path, named: Mapping[str, object], features: Iterable[Feature]) -> None:
    declared = {feature.name for feature in features}
    for name in named:
        if name not in declared:
            close = difflib.get_close_matches(name, declared, 1)
            guess = f" Did you mean {close[0]}?" if close else ""
            raise DictionaryError(
                f"{path.name}: {name} is not declared in the feature dictionary", f"Declare it or remove it.{guess}"
            )
