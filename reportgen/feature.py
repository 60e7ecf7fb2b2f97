"""What a feature is: its kind, role, direction and codes, and the one spelling of a code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property


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


NUMBER_KINDS = frozenset({Kind.NUMERIC, Kind.INTERVAL})
ORDERED_KINDS = frozenset({Kind.ORDINAL, Kind.NUMERIC, Kind.INTERVAL})
STANDARD_ROLES = ("age", "sex", "region")
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
    if "_" in code:  # Python reads 1_0 as ten; in data it is a name
        return None
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
    names
        Words for part values, by part value, where they read otherwise than they are written.
    """

    name: str
    label: str
    values: Mapping[str, str]
    direction: Direction | None = None
    more: str = ""
    less: str = ""
    names: Mapping[str, str] = field(default_factory=dict)

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
    sha256
        Hash of its files; empty when it was not read from files.
    translations
        Base names of the files with words of another language that were laid over it; empty when there are none.
    """

    features: tuple[Feature, ...]
    source: str = ""
    sha256: str = ""
    translations: tuple[str, ...] = ()

    @cached_property
    def by_name(self) -> Mapping[str, Feature]:
        """Features by column name."""
        return {feature.name: feature for feature in self.features}

    @property
    def labelled(self) -> bool:
        """Whether any feature has labels for its codes."""
        return any(feature.values for feature in self.features)
