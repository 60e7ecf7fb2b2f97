"""What each raw code is: a value, blank, missing or unknown; and the levels that are printed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reportgen.dictionary import Feature, Kind, as_number
from reportgen.formatting import Formatted, Formatter, Numeral
from reportgen.ingest.bins import quantile_bins
from reportgen.ingest.findings import Rank, RankedFinding, codes_with_rows, codes_without_rows, found, rows
from reportgen.ingest.moments import Moments
from reportgen.ingest.number_text import number_text
from reportgen.ingest.table import CodedColumn, Level, NumberSummary, SideName, Status
from reportgen.inputs import natural_key
from reportgen.language import Said, say, say_in, say_n

OWN_LEVELS = 50


@dataclass(frozen=True)
class RawCounts:
    """Raw codes of one column and how many rows have them.

    Attributes
    ----------
    codes
        Normalised text by raw code.
    population, customers : ndarray of int64, shape (n_raw,)
        Rows of each side. When ``nested``, the customers are rows of the population as well.
    nested
        Whether one file holds both sides.
    """

    codes: tuple[str, ...]
    population: NDArray[np.int64]
    customers: NDArray[np.int64]
    nested: bool = False

    @property
    def rows(self) -> NDArray[np.int64]:
        """Rows in all files by raw code, shape (n_raw,)."""
        return self.population if self.nested else self.population + self.customers


def text_column(feature: Feature, raw: RawCounts) -> tuple[CodedColumn, list[RankedFinding]]:
    """Return a column of names or ranks with what is to be said about it.

    A code is blank, else missing when the dictionary lists it as such, else unknown when the dictionary labels codes
    but not this one, else unknown when only customers have it, else a value.
    """
    status = np.full(len(raw.codes), Status.VALUE, dtype=np.int8)
    findings: list[RankedFinding] = []
    outside, lacking = [], []
    for at, code in enumerate(raw.codes):
        if not code:
            status[at] = Status.BLANK
        elif code in feature.missing:
            status[at] = Status.CODED
        elif feature.values and code not in feature.values:
            status[at] = Status.UNKNOWN
            outside.append(at)
        elif not raw.population[at]:
            status[at] = Status.UNKNOWN
            lacking.append(at)
    if outside:
        findings.append(_about_rows(Rank.OUTSIDE, feature, raw, outside, _outside))
    findings += _lacking(feature, raw, lacking, _lacking_text)
    order, rank, complaint = _canonical(feature, [raw.codes[at] for at in np.flatnonzero(status == Status.VALUE)])
    findings += complaint
    values = np.array([rank.get(code, np.nan) for code in raw.codes], dtype=np.float64)
    values[status != Status.VALUE] = np.nan
    place = {code: at for at, code in enumerate(order)}
    levels = tuple(Level(code, feature.values.get(code, code)) for code in order)
    level_of = np.array([place.get(code, -1) for code in raw.codes], dtype=np.int16)
    if (status == Status.UNKNOWN).any():
        level_of[status == Status.UNKNOWN] = len(levels)
        levels += (other_level(levels),)
    findings += _emptiness(feature, status, raw)
    if feature.kind is Kind.BINARY and len(order) > 2:
        findings.append(
            found(
                Rank.NOT_BINARY,
                feature.name,
                say(
                    "declared binary but has {number} levels: treated as categorical",
                    number=Formatted(Formatter.count, len(order)),
                ),
            )
        )
    return column_of(feature, raw.codes, status, values, levels, level_of, {}), findings


def number_column(
    feature: Feature,
    raw: RawCounts,
    numbers: NDArray[np.float64],
    moments: dict[SideName, Moments],
) -> tuple[CodedColumn, list[RankedFinding]]:
    """Return a column of quantities with what is to be said about it.

    Parameters
    ----------
    feature, raw
        As in `text_column`.
    numbers : ndarray of float64, shape (n_raw,)
        The number by raw code; NaN for blanks, missing codes and texts.
    moments
        Exact moments by side.
    """
    status = np.full(len(raw.codes), Status.VALUE, dtype=np.int8)
    missing = set(feature.missing) | {_spelling(code) for code in feature.missing}
    texts = []
    for at in np.flatnonzero(np.isnan(numbers)):
        code = raw.codes[at]
        status[at] = Status.BLANK if not code else Status.CODED if code in missing else Status.UNKNOWN
        if status[at] == Status.UNKNOWN:
            texts.append(int(at))
    findings: list[RankedFinding] = []
    if texts:
        findings.append(_about_rows(Rank.OUTSIDE, feature, raw, texts, _no_number))
    is_value = status == Status.VALUE
    in_population = is_value & (raw.population > 0)
    distinct = np.argsort(np.where(in_population, numbers, np.inf), kind="stable")[: int(in_population.sum())]
    level_of = np.full(len(raw.codes), -1, dtype=np.int16)
    other = status == Status.UNKNOWN
    levels: tuple[Level, ...]
    if len(distinct) > OWN_LEVELS:
        bins = quantile_bins(numbers[distinct], raw.population[distinct])
        levels = bins.levels()
        level_of[is_value] = bins.index_of(numbers[is_value])
    else:
        levels = tuple(
            Level(raw.codes[at], feature.values.get(raw.codes[at]) or Numeral(raw.codes[at])) for at in distinct
        )
        level_of[distinct] = np.arange(len(distinct))
        strangers = is_value & ~in_population
        findings += _lacking(feature, raw, np.flatnonzero(strangers).tolist(), _lacking_number)
        other = other | strangers
    if other.any():
        level_of[other] = len(levels)
        levels += (other_level(levels),)
    findings += _emptiness(feature, status, raw)
    summaries = {side: moment.summary() for side, moment in moments.items()}
    return column_of(feature, raw.codes, status, numbers, levels, level_of, summaries), findings


def _canonical(feature: Feature, codes: Sequence[str]) -> tuple[list[str], dict[str, float], list[RankedFinding]]:
    """Return the values in canonical order, the number that each stands for, and any complaint.

    Numeric codes are ordered by number and stand for it. Else the order is that of the dictionary's labels, or
    without labels that of the text; ordinal codes stand for their rank, binary ones for 1 and 2, names for nothing.
    """
    by_number = {code: number for code in codes if (number := _number(code)) is not None}
    if len(by_number) == len(codes):
        return sorted(codes, key=lambda code: (by_number[code], code)), by_number, []
    complaint: list[RankedFinding] = []
    if feature.values:
        declared = [code for code in feature.values if code not in feature.missing]
        order = [code for code in declared if code in set(codes)]
        rank = {code: float(at) for at, code in enumerate(declared, 1)}
    else:
        order = sorted(codes, key=lambda code: (natural_key(code), code))
        rank = {code: float(at) for at, code in enumerate(order, 1)}
        if feature.kind is Kind.ORDINAL:
            complaint.append(
                found(
                    Rank.NO_ORDER,
                    feature.name,
                    say(
                        "the text codes have no declared order: taken in alphabetical order, {first} first and {last} "
                        "last; list them in values.csv in their order",
                        first=order[0],
                        last=order[-1],
                    ),
                )
            )
    if feature.kind is Kind.BINARY and len(order) <= 2:
        return order, {code: float(at) for at, code in enumerate(order, 1)}, complaint
    return order, rank if feature.kind is Kind.ORDINAL else by_number, complaint


def other_level(levels: Sequence[Level]) -> Level:
    """Return the level of unknown codes; ``other`` may be a code of its own (as in "outcome: other")."""
    if all(level.code != "other" for level in levels):
        return Level("other", say_in("codes", "other"))
    return Level("other codes", say("other codes"))


def _number(code: str) -> float | None:
    return None if "_" in code else as_number(code)


def _spelling(code: str) -> str:
    """Return a missing code as `NumberCodes` spells it."""
    number = _number(code)
    return code if number is None else number_text(number)


_Says = Callable[[int, str], Said]  # what is said of a number of codes, given their names


def _lacking(feature: Feature, raw: RawCounts, at: Sequence[int], says: _Says) -> list[RankedFinding]:
    """Say that codes do not occur in the population."""
    if not at:
        return []
    few = say("fewer than 10 customers")
    return [_about_codes(Rank.POPULATION_LACKS, feature, raw, at, (raw.customers, "customer", few), says)]


def _about_rows(rank: Rank, feature: Feature, raw: RawCounts, at: Sequence[int], says: _Says) -> RankedFinding:
    """Say something of some raw codes and the rows that have them."""
    return _about_codes(rank, feature, raw, at, (raw.rows, "row", say("fewer than 10 rows")), says)


def _about_codes(
    rank: Rank,
    feature: Feature,
    raw: RawCounts,
    at: Sequence[int],
    counted: tuple[NDArray[np.int64], str, str],
    says: _Says,
) -> RankedFinding:
    """Say something of some raw codes: with their rows to whoever runs the build, without them to readers."""
    counts, noun, few = counted
    codes, found_rows = [raw.codes[i] for i in at], [int(counts[i]) for i in at]
    message = says(len(codes), codes_with_rows(codes, found_rows, noun))
    return found(rank, feature.name, message, says(len(codes), codes_without_rows(codes, found_rows, few)))


def _outside(number: int, codes: str) -> Said:
    return say_n(
        number,
        '{codes} is not in the dictionary: counted, shown as "other", treated as missing in the distance',
        '{codes} are not in the dictionary: counted, shown as "other", treated as missing in the distance',
        codes=codes,
    )


def _no_number(number: int, codes: str) -> Said:
    return say_n(
        number,
        '{codes} is no number: counted, shown as "other", treated as missing in the distance',
        '{codes} are no numbers: counted, shown as "other", treated as missing in the distance',
        codes=codes,
    )


def _lacking_text(number: int, codes: str) -> Said:
    return say_n(
        number,
        '{codes} does not occur in the population: counted, shown as "other", treated as missing in the distance',
        '{codes} do not occur in the population: counted, shown as "other", treated as missing in the distance',
        codes=codes,
    )


def _lacking_number(number: int, codes: str) -> Said:
    return say_n(
        number,
        '{codes} does not occur in the population: counted, shown as "other", a number like others for the distance',
        '{codes} do not occur in the population: counted, shown as "other", numbers like others for the distance',
        codes=codes,
    )


def _emptiness(feature: Feature, status: NDArray[np.int8], raw: RawCounts) -> list[RankedFinding]:
    """Say so when a side has no value, or the population one only."""
    is_value = status == Status.VALUE
    present = is_value & (raw.population > 0)
    if not present.any():
        return [found(Rank.ALL_MISSING, feature.name, say("no row of the population has a value"))]
    findings = []
    if not (is_value & (raw.customers > 0)).any():
        findings.append(found(Rank.ALL_MISSING, feature.name, say("no customer has a value")))
    if present.sum() == 1:
        at = int(np.flatnonzero(present)[0])
        public = say("only one value occurs in the population: {code}", code=raw.codes[at])
        message = f"{public} ({rows(int(raw.population[at]))})"
        findings.append(found(Rank.CONSTANT, feature.name, message, public))
    return findings


def column_of(
    feature: Feature,
    codes: tuple[str, ...],
    status: NDArray[np.int8],
    values: NDArray[np.float64],
    levels: tuple[Level, ...],
    level_of: NDArray[np.int16],
    numbers: dict[SideName, NumberSummary],
) -> CodedColumn:
    """Put a column together from arrays that nobody changes any more."""
    for array in (status, values, level_of):
        array.setflags(write=False)
    return CodedColumn(feature, codes, status, values, levels, level_of, numbers)
