"""What changed in each feature: missing values, codes that came and went, and the shift of its distribution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.drift_counts import CodeCounts, common_cells
from reportgen.analysis.drift_shift import adjust, shift_of
from reportgen.analysis.result import Analysis
from reportgen.analysis.result_changes import FeatureShift, Shift
from reportgen.analysis.result_quality import QualityColumn
from reportgen.analysis.suppression import LEAST, few_people, is_small
from reportgen.ingest.table import SideName
from reportgen.language import say

Counted = Mapping[str, CodeCounts]


@dataclass(frozen=True)
class _Codes:
    new: tuple[str, ...]
    vanished: tuple[str, ...]
    rare: int


def compare_features(before: Counted, now: Counted, fitted: Counted | None) -> tuple[FeatureShift, ...]:
    """Compare every column that both runs have, the largest shift of the population first.

    Parameters
    ----------
    before, now
        Counts of the two runs.
    fitted
        Counts of the run in which the segments were built; None when it is not known.
    """
    names = [name for name in now if name in before]
    population = adjust([_shift(before[name], now[name], "population") for name in names])
    customers = adjust([_shift(before[name], now[name], "customers") for name in names])
    fit = adjust(
        [_shift(fitted[name], now[name], "population") if fitted and name in fitted else None for name in names]
    )
    rows = [
        _feature(before[name], now[name], shifts)
        for name, *shifts in zip(names, population, customers, fit, strict=True)
    ]
    return tuple(sorted(rows, key=lambda row: (-(row.population.psi if row.population else 0.0), row.name)))


def _shift(before: CodeCounts, now: CodeCounts, side: SideName) -> Shift | None:
    return shift_of(*without_small_cells(*common_cells(before, now, side)))


def without_small_cells(
    before: NDArray[np.int64], now: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Take cells of one to nine people in either run together, with the smallest other cell while that is too few.

    Parameters
    ----------
    before, now : ndarray of int64, shape (n_cells,)

    Returns
    -------
    (before, now) : ndarrays of int64
        Unchanged when no cell is small, else with the cell that holds the small ones last.
    """
    cells = np.stack([before, now])
    small: NDArray[np.bool_] = np.asarray(is_small(cells).any(axis=0))
    if not small.any():
        return before, now
    while not small.all() and is_small(cells[:, small].sum(axis=1)).any():
        others = np.flatnonzero(~small)
        small[others[np.argmin(cells[:, others].sum(axis=0))]] = True
    first, second = np.concatenate([cells[:, ~small], cells[:, small].sum(axis=1, keepdims=True)], axis=1)
    return first, second


def published_gaps(features: Sequence[FeatureShift], before: Analysis, now: Analysis) -> tuple[FeatureShift, ...]:
    """Give shares of missing values as both reports give them, or hold them back as these do."""
    old, new = ({column.name: column for column in analysis.quality.columns} for analysis in (before, now))
    return tuple(_with_gaps(feature, old.get(feature.name), new.get(feature.name)) for feature in features)


def _with_gaps(feature: FeatureShift, old: QualityColumn | None, new: QualityColumn | None) -> FeatureShift:
    shares: dict[str, Any] = {}
    reasons = dict(feature.reasons)
    for column, when in ((old, "before"), (new, "now")):
        for side in ("", "customers_"):
            name, key = f"{side}missing_{when}", f"{side}missing_share"
            shares[name] = None if column is None else getattr(column, key)
            if shares[name] is None:
                reasons[name] = (
                    say("the report does not give it") if column is None else column.reasons.get(key, few_people())
                )
    return replace(feature, **shares, reasons=reasons)


def _feature(before: CodeCounts, now: CodeCounts, shifts: list[Shift | None]) -> FeatureShift:
    codes = _compare_codes(before, now)
    given = dict(zip(("population", "customers", "since_fit"), shifts, strict=True))
    nobody = say("nobody on one side")
    reasons: dict[str, str] = {name: nobody for name, shift in given.items() if shift is None}
    if "since_fit" in reasons:
        reasons["since_fit"] = say("the counts of the run in which the segments were built are not at hand")
    return FeatureShift(
        name=now.name,
        label=now.label,
        population=given["population"],
        customers=given["customers"],
        since_fit=given["since_fit"],
        missing_before=before.missing_share("population"),
        missing_now=now.missing_share("population"),
        customers_missing_before=before.missing_share("customers"),
        customers_missing_now=now.missing_share("customers"),
        new_codes=codes.new,
        vanished_codes=codes.vanished,
        rare_codes=codes.rare,
        reasons=reasons,
    )


def _compare_codes(before: CodeCounts, now: CodeCounts) -> _Codes:
    """Name the codes that one of the runs lacks; numbers come and go, so they are not named.

    A code that only customers have is lacking where the other run has it in the population too.
    """
    if before.is_number or now.is_number:
        return _Codes((), (), 0)
    had, have = _people(before), _people(now)
    new = {code: people for code, people in have.items() if code not in had}
    vanished = {code: people for code, people in had.items() if code not in have}
    rare = sum(people < LEAST for people in (*new.values(), *vanished.values()))
    there, here = _in_population(before), _in_population(now)
    new |= {code: people for code, people in here.items() if code not in there and people >= LEAST}
    vanished |= {code: people for code, people in there.items() if code not in here and people >= LEAST}
    return _Codes(_named(new), _named(vanished), rare)


def _in_population(column: CodeCounts) -> dict[str, int]:
    """Count the people of the population with each code that any of them has."""
    counts = zip(column.codes, column.counts["population"].tolist(), strict=True)
    return {code: people for code, people in counts if people}


def _people(column: CodeCounts) -> dict[str, int]:
    """Count the people with each code in the file that has more of them, since the same people may be in both."""
    most = np.maximum(column.counts["population"], column.counts["customers"])
    return {code: int(people) for code, people in zip(column.codes, most, strict=True) if people > 0}


def _named(codes: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(sorted(code for code, people in codes.items() if people >= LEAST))
