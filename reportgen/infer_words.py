"""What names and codes of columns usually mean: the vocabulary of ``reportgen init``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from reportgen.feature import as_number

MISSING_WORDS = frozenset({
    "?", "-", "--", ".", "n/a", "#n/a", "na", "n.a.", "nan", "null", "nil", "missing", "unknown", "unkn", "unk",
    "not available", "not known", "not applicable", "not stated", "not specified", "unspecified", "undefined",
    "undisclosed", "no answer", "don't know", "refused", "unbekannt", "keine angabe", "k.a.", "k. a.",
})  # fmt: skip
_NEGATIVE_MISSING = frozenset({"-1", "-9", "-99", "-999", "-9999"})
_NINES = {9.0: 6.0, 99.0: 49.0, 999.0: 499.0, 9999.0: 1800.0}  # code: the next lower value must not exceed this

ID_WORDS = frozenset({"id", "lnr", "key", "uid", "uuid", "guid", "identifier", "kundennummer", "rowid", "index"})
LEFT_OUT_WORDS = frozenset({
    "zip", "zipcode", "postcode", "postal", "plz", "phone", "telephone", "mobile", "fax", "email", "mail", "iban",
    "address", "street", "url", "website", "ip", "comment", "comments", "note", "notes", "remark", "remarks",
    "description", "firstname", "lastname", "surname", "fullname",
})  # fmt: skip
DATE_WORDS = frozenset({"date", "datetime", "timestamp", "datum"})
HOUSEHOLD_WORDS = frozenset({"household", "hh", "family", "haushalt"})
# Regulation (EU) 2016/679, article 9 (1), and the grounds of article 21 of the EU Charter
_SPECIAL_STEMS = (
    "nationalit", "religio", "ethnic", "disab", "disease", "diagnos", "medic", "handicap", "konfession", "illness",
    "gesundheit", "behinder", "immigra", "migrant", "citizen", "politic", "genetic", "biometric", "pregnan", "sexual",
)  # fmt: skip
_SPECIAL_WORDS = frozenset({
    "health", "race", "racial", "origin", "native", "faith", "caste", "tribe", "birthplace", "denomination", "hiv",
})  # fmt: skip
_PROXY_WORDS = frozenset({"language", "mothertongue", "accent", "neighbourhood", "neighborhood"})
_STANDARD_WORDS = {
    "sex": frozenset({"sex", "gender", "geschlecht", "anrede"}),
    "age": frozenset({"age", "alter"}),
    "region": frozenset({"region", "state", "province", "bundesland", "county", "canton"}),
}

# Each scale runs from little to much; words of one rank stand together.
_SCALES: tuple[tuple[str, ...], ...] = (
    ("lowest|very low", "low", "below average", "medium|moderate|mid|middle|average|normal", "above average", "high",
     "very high|highest"),
    ("tiny|xxs", "xs|very small|extra small", "s|small", "m|medium", "l|large|big", "xl|very large|extra large",
     "xxl|huge", "xxxl"),
    ("never", "rarely|seldom|hardly ever", "sometimes|occasionally", "often|frequently|usually", "very often",
     "always|daily"),
    ("never|none", "yearly|annually", "quarterly", "monthly", "weekly", "daily"),
    ("very poor|very bad|terrible", "poor|bad", "fair|average|ok|okay|neutral|satisfactory", "good", "very good",
     "excellent"),
    ("strongly disagree", "disagree", "neutral|neither|neither agree nor disagree|undecided", "agree",
     "strongly agree"),
    ("very dissatisfied", "dissatisfied", "neutral", "satisfied", "very satisfied"),
    ("no", "maybe|partly|perhaps", "yes"),
    ("bronze", "silver", "gold", "platinum", "diamond"),
    ("free", "basic", "standard", "plus", "premium"),
    ("rural", "suburban|semiurban|semi urban", "urban"),
    ("child", "teen|teenager|youth", "young adult", "adult|middle aged", "senior|elderly"),
    ("january|jan|januar", "february|feb|februar", "march|mar|märz", "april|apr", "may|mai", "june|jun|juni",
     "july|jul|juli", "august|aug", "september|sep|sept", "october|oct|oktober|okt", "november|nov",
     "december|dec|dezember|dez"),
    ("monday|mon", "tuesday|tue|tues", "wednesday|wed", "thursday|thu|thur|thurs", "friday|fri", "saturday|sat",
     "sunday|sun"),
    ("illiterate|none|no education|no schooling", "preschool|kindergarten", "primary|elementary|primary school",
     "secondary|high school|secondary school|hs grad|high school graduate",
     "some college|professional course|vocational", "associate|associates", "tertiary|university|college|bachelor|"
     "bachelors|graduation|graduate|undergraduate|degree|university degree", "master|masters|postgraduate",
     "professional degree|prof school", "doctorate|phd|doctoral"),
    ("illiterate", "basic 4y", "basic 6y", "basic 9y", "high school", "professional course", "university degree"),
    ("preschool", "1st 4th", "5th 6th", "7th 8th", "9th", "10th", "11th", "12th", "hs grad", "some college",
     "assoc voc", "assoc acdm", "bachelors", "masters", "prof school", "doctorate"),
)  # fmt: skip
_RANKS: tuple[Mapping[str, int], ...] = tuple(
    {word: rank for rank, words in enumerate(scale) for word in words.split("|")} for scale in _SCALES
)
_NUMBER = r"[$€£]?\s*(\d[\d.,']*)\s*([km]?)"
_BAND = re.compile(
    rf"^(?P<under><=?|under|below|less than|up to|bis)?\s*(?P<over>>=?|over|above|more than|at least|ab)?\s*{_NUMBER}"
    rf"\s*(?P<to>(?:-|–|\bto\b|\bbis\b)\s*{_NUMBER})?\s*(?P<plus>\+|and over|and more|or more|and older|plus)?"
    r"\s*(?:years|year|yrs|jahre|eur|usd|€|\$)?$"
)
_DATE = re.compile(
    r"^(?:\d{4}[-/.]\d{1,2}(?:[-/.]\d{1,2})?|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{2}|\d{4})|(?:19|20)\d\d(?:0[1-9]|1[0-2])"
    r"(?:0[1-9]|[12]\d|3[01]))(?:[T ]\d{1,2}:\d{2}.*)?$"
)


def words_of(name: str) -> frozenset[str]:
    """Return the words of a column name in lower case.

    Examples
    --------
    >>> sorted(words_of("customerAge_in-Years"))
    ['age', 'customer', 'in', 'years']
    """
    parted = re.sub(r"(?<=[a-zäöü0-9])(?=[A-ZÄÖÜ])", " ", name)
    return frozenset(word.casefold() for word in re.split(r"[^\w]+|_", parted) if word)


def sensitivity_of(name: str) -> str:
    """Return ``special``, ``proxy`` or, for ordinary columns, nothing."""
    words = words_of(name)
    if words & _SPECIAL_WORDS or any(word.startswith(_SPECIAL_STEMS) for word in words):
        return "special"
    if {"country", "birth"} <= words:
        return "special"
    return "proxy" if words & _PROXY_WORDS else ""


def standard_of(name: str) -> str:
    """Return ``sex``, ``age`` or ``region`` when the name says so, else nothing."""
    words = words_of(name)
    return next((role for role, known in _STANDARD_WORDS.items() if words & known), "")


def plain(code: str) -> str:
    """Return a text code as words in lower case, without the signs that join them."""
    return re.sub(r"[\s_.\-/]+", " ", code.casefold()).strip()


def is_date(code: str) -> bool:
    """Whether a code reads as a calendar date or month."""
    return bool(_DATE.match(code))


def scale_order(codes: Sequence[str]) -> list[str] | None:
    """Return text codes from little to much when they are words of one known scale or bands of numbers.

    Examples
    --------
    >>> scale_order(["high", "low", "Medium"])
    ['low', 'Medium', 'high']
    >>> scale_order(["35-44", "65+", "under 18", "18-34", "45-64"])
    ['under 18', '18-34', '35-44', '45-64', '65+']
    >>> scale_order(["red", "low", "high"]) is None
    True
    """
    words = [plain(code) for code in codes]
    for ranks in _RANKS:
        if all(word in ranks for word in words) and len({ranks[word] for word in words}) == len(codes) >= 3:
            return [code for _, code in sorted((ranks[word], code) for word, code in zip(words, codes, strict=True))]
    starts = [_band_start(code) for code in codes]
    known = [start for start in starts if start is not None]
    if len(set(known)) == len(codes) >= 3 and any(rank == 1 for _, rank in known):
        return [code for _, code in sorted(zip(known, codes, strict=True))]
    return None


def _band_start(code: str) -> tuple[float, int] | None:
    """Return the lower end of a band such as ``18-24``, ``<18`` or ``65+``, and where it sorts among equals."""
    match = _BAND.match(code.casefold().strip())
    if not match:
        return None
    text, unit = match[3], match[4]
    number = as_number(re.sub(r"[,']|\.(?=\d{3}\b)", "", text).rstrip("."))
    if number is None:
        return None
    number *= {"k": 1e3, "m": 1e6}.get(unit, 1)
    if match["under"]:
        return number, -1
    return number, 1 if match["to"] or match["over"] or match["plus"] else 0


def missing_codes(codes: Iterable[str], *, complete: bool, lowest: float | None = None) -> list[str]:
    """Return the codes that usually mean "unknown".

    Parameters
    ----------
    codes
        Normalised codes that were seen.
    complete
        Whether these are all codes of the column. Codes such as 9 or 99 count as missing only when it is known
        that nothing lies near them.
    lowest
        The smallest number of the column, seen or not: -1 is an ordinary number where smaller ones exist.
    """
    codes = list(codes)
    missing = [code for code in codes if _is_missing_word(code, codes)]
    numbers = {code: number for code in codes if (number := as_number(code)) is not None}
    known = len(codes) - len(missing)
    if len(numbers) < known or not all(number.is_integer() for number in numbers.values()):
        return missing
    negative = [code for code, number in numbers.items() if number < 0]
    others = len(numbers) - len(negative)
    balanced = {"-1", "0", "1"} >= numbers.keys()  # an answer scale around nought, or a coded yes and no
    hidden = lowest is not None and lowest < min(numbers.values(), default=lowest)
    if negative and not hidden and _NEGATIVE_MISSING.issuperset(negative) and others >= 2 and not balanced:
        missing += negative
    largest = max(numbers.values(), default=0.0)
    below = [number for number in numbers.values() if 0 <= number < largest]
    if complete and largest in _NINES and len(below) >= 2 and max(below) <= _NINES[largest]:
        missing += [code for code, number in numbers.items() if number == largest]
    return missing


def _is_missing_word(code: str, codes: Sequence[str]) -> bool:
    word = code.casefold().strip()
    others = [other for other in codes if other != code]
    if word == "na" and sum(len(other) == 2 and other.isupper() for other in others) > len(others) / 2:
        return False  # Namibia among country codes
    if word in MISSING_WORDS:
        return True
    if word == "none":
        return bool(others) and all(as_number(other) is not None for other in others)
    with_digits = sum(any(sign.isdigit() for sign in other) for other in others)
    return set(word) == {"x"} and len(word) <= 3 and with_digits > len(others) / 2
