"""One line of the dictionary, guessed from the values of its column, with the doubts about it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reportgen.dictionary import Direction, Kind, Role, as_number
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
from reportgen.ingest.profile import ColumnProfile

_MOST_LEVELS = 1_000  # a used text column may not have more
_SCALE_LENGTH = 12  # longer runs of whole numbers are read as quantities
_SCALE_TOP = 20
_NAMES_LENGTH = 40  # mean length in characters from which text is sentences rather than names
_ID_SHARE = 0.5  # share of distinct values among the rows from which a text column tells people apart

GUESSED_SCALE = "whole numbers taken as a scale (ordinal); where they are mere names, write categorical"
GUESSED_ORDER = "text codes taken as a scale; check their order in values.csv"
GUESSED_MISSING = "codes taken as unknown, besides words that say so"
LEFT_OUT = "left out (role ignore): free text, dates, identifiers, lists, or too many values"
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


def guess_feature(profile: ColumnProfile, customers: dict[str, ColumnProfile] | None) -> GuessedFeature:
    """Guess what a column is; ``customers`` are the columns of the customer file, where there is one."""
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
    if levels <= 1 and not profile.nested:
        return Kind.CATEGORICAL, codes, CONSTANT
    numeric = all(_number(code) is not None for code in codes)
    if profile.nested or _is_left_out(profile, words, codes, levels, numeric=numeric):
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
