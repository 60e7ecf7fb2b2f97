"""A first feature dictionary, guessed from the data: what ``reportgen init`` starts from."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from reportgen.config import CustomerWhere
from reportgen.dictionary import Direction, Kind, Role, as_number, read_dictionary
from reportgen.errors import InputError
from reportgen.infer_words import (
    DATE_WORDS,
    HOUSEHOLD_WORDS,
    ID_WORDS,
    LEFT_OUT_WORDS,
    is_date,
    missing_codes,
    scale_order,
    sensitivity_of,
    standard_of,
    words_of,
)
from reportgen.ingest.profile import ColumnProfile, profile_columns

_MOST_LEVELS = 1_000  # a used text column may not have more
_SCALE_LENGTH = 12  # longer runs of whole numbers are read as quantities
_SCALE_TOP = 20
_NAMES_LENGTH = 40  # mean length in characters from which text is sentences rather than names
_ID_SHARE = 0.5  # share of distinct values among the rows from which a text column tells people apart

GUESSED_SCALE = "whole numbers taken as a scale (ordinal); where they are mere names, write categorical"
GUESSED_ORDER = "text codes taken as a scale; check their order in values.csv"
GUESSED_MISSING = "codes taken as unknown, besides words that say so"
LEFT_OUT = "left out (role ignore): free text, dates, identifiers, or too many values"
NOT_IN_CUSTOMERS = "left out (role ignore), because the customer file lacks them"
SPECIAL = "special categories of personal data by their name: described, never used to build or name segments"
CONSTANT = "one value only: they can tell nobody apart"
SAME_FOR_CUSTOMERS = "one value for all customers but not for the population: if that made them customers, write ignore"
MANY_LEVELS = "more than 50 names: consider grouping them"


@dataclass(frozen=True)
class GuessedFeature:
    """One line of the dictionary, and what about it is doubtful.

    Attributes
    ----------
    name, label, information_level
        As in the dictionary.
    kind
        Guessed kind.
    missing
        Codes that mean unknown.
    direction, role, sensitivity, standard, more, less
        As in the dictionary; empty where nothing is said.
    codes
        Codes to be listed in values.csv with their labels, in order; empty when not all of them were seen.
    doubts
        (reason, detail) pairs to be checked by the user.
    """

    name: str
    label: str
    information_level: str
    kind: Kind
    missing: tuple[str, ...] = ()
    direction: str = ""
    role: str = ""
    sensitivity: str = ""
    standard: str = ""
    more: str = ""
    less: str = ""
    codes: tuple[tuple[str, str], ...] = ()
    doubts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class InferredDictionary:
    """What the data look like.

    Attributes
    ----------
    features
        One per column, in file order; without the id and the column that marks customers.
    id_column
        The column that names a row, or None.
    packaged
        ``azdias`` when the columns are those of the dictionary that comes with the package, else empty.
    notes
        What to check, in sentences.
    """

    features: tuple[GuessedFeature, ...]
    id_column: str | None
    packaged: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class FileFormat:
    """How the input files are written; None where that is to be detected."""

    delimiter: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    sheet: str | None = None

    def profile(self, path: Path) -> list[ColumnProfile]:
        """Describe the columns of a file."""
        return profile_columns(
            path, delimiter=self.delimiter, decimal=self.decimal, encoding=self.encoding, sheet=self.sheet
        )


def infer_dictionary(
    population: Path,
    customers: Path | None = None,
    *,
    customer_where: CustomerWhere | None = None,
    id_column: str | None = None,
    file_format: FileFormat | None = None,
) -> InferredDictionary:
    """Guess a feature dictionary from the data.

    Parameters
    ----------
    population, customers
        The files; without ``customers`` the guess rests on the population alone.
    customer_where
        The column that marks customers; it is no feature.
    id_column
        The column that names a row; None looks for one.
    file_format
        How the files are written.

    Raises
    ------
    InputError
        If a file cannot be read or lacks the named columns.
    """
    form = file_format or FileFormat()
    profiles = [profile for profile in form.profile(population) if profile.name.strip()]
    others = {profile.name: profile for profile in form.profile(customers)} if customers else None
    names = [profile.name for profile in profiles]
    for wanted in (id_column, customer_where.column if customer_where else None):
        if wanted is not None and wanted not in names:
            raise _no_such_column(population, wanted, names)
    found = id_column or find_id(profiles, others)
    azdias = {feature.name for feature in read_dictionary("azdias").features}
    if azdias <= set(names):
        return InferredDictionary((), found, "azdias", ("the 85 AZDIAS columns: the dictionary of the package fits",))
    marker = customer_where.column if customer_where else None
    features = [_guess(profile, others) for profile in profiles if profile.name not in (found, marker)]
    return InferredDictionary(tuple(_one_per_standard(features)), found, "", _notes(features, names, others))


def find_id(profiles: Sequence[ColumnProfile], customers: dict[str, ColumnProfile] | None) -> str | None:
    """Return the column that names a row: unique on both sides, and called an id or standing first."""

    def is_unique(profile: ColumnProfile) -> bool:
        other = customers.get(profile.name) if customers is not None else profile
        return profile.unique and other is not None and other.unique

    for place, profile in enumerate(profiles):
        if is_unique(profile) and (words_of(profile.name) & ID_WORDS or re.search(r"(?i)[a-z]id$", profile.name)):
            return profile.name
        first = place == 0 and (profile.all_integers or not profile.all_numeric)
        if first and is_unique(profile) and not is_date(profile.most_common[0][0]):
            return profile.name
    return None


def _no_such_column(path: Path, wanted: str, names: Sequence[str]) -> InputError:
    close = difflib.get_close_matches(wanted, names, 1)
    guess = f" Did you mean {close[0]}?" if close else ""
    return InputError(f"{path.name} has no column {wanted}", f"Its columns are {', '.join(names[:20])}.{guess}")


def _guess(profile: ColumnProfile, customers: dict[str, ColumnProfile] | None) -> GuessedFeature:
    seen = [code for code, _ in profile.most_common]
    complete = profile.distinct <= len(seen)
    missing = missing_codes(seen, complete=complete, lowest=profile.minimum)
    codes = [code for code in seen if code not in missing]
    levels = profile.distinct - len(missing)
    kind, listed, reason = _kind(profile, codes, levels, complete=complete)
    ignored = reason == LEFT_OUT
    doubts = [(reason, "")] if reason else []
    if customers is not None and profile.name not in customers:
        ignored = True
        doubts.append((NOT_IN_CUSTOMERS, ""))
    elif customers is not None and levels > 1 and customers[profile.name].distinct == 1:
        doubts.append((SAME_FOR_CUSTOMERS, ""))
    numbers = [code for code in missing if as_number(code) is not None]
    if numbers:
        doubts.append((GUESSED_MISSING, " and ".join(numbers)))
    sensitivity = sensitivity_of(profile.name)
    if sensitivity == "special":
        doubts.append((SPECIAL, ""))
    standard = "" if ignored else _fitting_standard(profile.name, kind, levels)
    ascending = kind is Kind.NUMERIC or reason == GUESSED_ORDER
    return GuessedFeature(
        name=profile.name,
        label=_label(profile.name),
        information_level="household" if words_of(profile.name) & HOUSEHOLD_WORDS else "person",
        kind=kind,
        missing=tuple(sorted(missing)),
        direction=Direction.ASCENDING.value if ascending else "",
        role=Role.IGNORE.value if ignored else "",
        sensitivity=sensitivity,
        standard=standard,
        more="older people" if standard == "age" and ascending else "",
        less="younger people" if standard == "age" and ascending else "",
        codes=tuple((code, _code_label(code)) for code in listed) if not ignored else (),
        doubts=tuple(doubts),
    )


def _kind(
    profile: ColumnProfile, codes: Sequence[str], levels: int, *, complete: bool
) -> tuple[Kind, Sequence[str], str]:
    """Return the kind, the codes to list in order, and what is doubtful about it."""
    words = words_of(profile.name)
    if levels == 0 or levels == 1:
        return Kind.CATEGORICAL, codes, CONSTANT
    numeric = all(_number(code) is not None for code in codes)
    if _is_left_out(profile, words, codes, levels, numeric=numeric):
        return Kind.CATEGORICAL, (), LEFT_OUT
    if levels == 2 and complete:
        return Kind.BINARY, sorted(codes, key=_sort_key), ""
    if numeric:
        numbers = sorted(number for code in codes if (number := _number(code)) is not None)
        if complete and _is_scale(numbers):
            return Kind.ORDINAL, sorted(codes, key=_sort_key), GUESSED_SCALE
        return Kind.NUMERIC, (), ""
    if complete and (order := scale_order(codes)):
        return Kind.ORDINAL, order, GUESSED_ORDER
    return Kind.CATEGORICAL, sorted(codes, key=_sort_key) if complete else (), MANY_LEVELS if levels > 50 else ""


def _is_left_out(
    profile: ColumnProfile, words: frozenset[str], codes: Sequence[str], levels: int, *, numeric: bool
) -> bool:
    known_rows = profile.rows * (1 - profile.blank_share)
    tells_apart = profile.unique or levels > _ID_SHARE * known_rows
    if sum(is_date(code) for code in codes) > 0.95 * len(codes) or (words & DATE_WORDS and levels > 31):
        return True
    if words & LEFT_OUT_WORDS and levels > 50:
        return True
    if numeric:
        named_id = words & ID_WORDS and tells_apart
        return profile.rows >= 100 and bool(named_id or (profile.unique and profile.all_integers))
    length = sum(len(code) for code in codes) / len(codes)
    return levels > _MOST_LEVELS or (levels > 50 and (tells_apart or length > _NAMES_LENGTH))


def _is_scale(numbers: Sequence[float]) -> bool:
    """Whether numbers are a run of small whole numbers, as coded answers are; two of them may be unused."""
    whole = all(number.is_integer() for number in numbers)
    span = numbers[-1] - numbers[0] + 1
    small = -_SCALE_LENGTH / 2 <= numbers[0] <= 1 and numbers[-1] <= _SCALE_TOP
    return whole and small and len(numbers) <= _SCALE_LENGTH and span <= len(numbers) + 2


def _number(code: str) -> float | None:
    """Return the number that a code of a file with decimal points or commas stands for."""
    number = as_number(code)
    return as_number(code.replace(",", ".")) if number is None and code.count(",") == 1 else number


def _sort_key(code: str) -> tuple[bool, float, str]:
    number = _number(code)
    return number is None, number or 0.0, code.casefold()


def _label(name: str) -> str:
    """Return a column name as words."""
    spaced = re.sub(r"[-_.\s]+", " ", name).strip() or name
    if not spaced.isupper():
        spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-z])", " ", spaced)
    return spaced


def _code_label(code: str) -> str:
    """Return a text code as words; nothing for a number, which the user has to put into words."""
    if _number(code) is not None:
        return ""
    return re.sub(r"[_\s]+|\.(?=\w)", " ", code).strip(" .") or code


def _fitting_standard(name: str, kind: Kind, levels: int) -> str:
    standard = standard_of(name)
    fits: dict[str, Callable[[], bool]] = {
        "sex": lambda: levels <= 5,
        "age": lambda: kind in (Kind.NUMERIC, Kind.ORDINAL),
        "region": lambda: kind in (Kind.CATEGORICAL, Kind.BINARY) or levels <= 60,
    }
    return standard if standard and fits[standard]() else ""


def _one_per_standard(features: Iterable[GuessedFeature]) -> list[GuessedFeature]:
    """Keep each standard on the first column only: a comparison is standardised by one age, not two."""
    taken: set[str] = set()
    kept = []
    for feature in features:
        again = feature.standard in taken
        kept.append(_without_standard(feature) if again else feature)
        taken.update({feature.standard} - {""})
    return kept


def _without_standard(feature: GuessedFeature) -> GuessedFeature:
    return GuessedFeature(**{**vars(feature), "standard": "", "more": "", "less": ""})


def _notes(
    features: Sequence[GuessedFeature], names: Sequence[str], customers: dict[str, ColumnProfile] | None
) -> tuple[str, ...]:
    """Return one sentence per kind of doubt, with the columns it concerns."""
    concerned: dict[str, list[str]] = {}
    for feature in features:
        for reason, detail in feature.doubts:
            concerned.setdefault(reason, []).append(f"{feature.name} ({detail})" if detail else feature.name)
    extra = [name for name in customers or () if name not in names]
    if extra:
        concerned["only in the customer file, and therefore not used"] = extra
    return tuple(f"{reason}: {', '.join(columns)}" for reason, columns in concerned.items())
