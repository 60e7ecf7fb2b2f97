"""How often each code of each column occurs, kept beside a run so that later ones can be compared with it.

Published tables pool rare levels and cut numbers at quantiles that move with the data, so they cannot be compared. The
counts are aggregates, but small ones among them would not be published: the file belongs into the private folder.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reportgen.engine.passes import Counts
from reportgen.ingest.table import CodedTable, SideName, Status

COUNTS_VERSION = 1
COUNTS_FILE = "counts.json"
BINS = 20
_SIDES: tuple[SideName, SideName] = ("population", "customers")


@dataclass(frozen=True)
class CodeCounts:
    """One column of one run.

    Attributes
    ----------
    name, label
        The column.
    is_number
        Whether codes are numbers to be cut into bins rather than names.
    codes
        Codes with a known or unknown value, ascending by text.
    counts : mapping of ndarray of int64, shape (n_codes,)
        Rows by code, by side.
    missing : mapping of int
        Rows without a value, blank or coded, by side.
    unknown : mapping of int
        Rows with a code outside the listed values, by side; they are among the codes too.
    """

    name: str
    label: str
    is_number: bool
    codes: tuple[str, ...]
    counts: Mapping[str, NDArray[np.int64]]
    missing: Mapping[str, int]
    unknown: Mapping[str, int]

    def rows(self, side: SideName) -> int:
        """Return all rows of a side."""
        return int(self.counts[side].sum()) + self.missing[side]

    def missing_share(self, side: SideName) -> float:
        """Return the share of rows without a value."""
        return self.missing[side] / self.rows(side) if self.rows(side) else 0.0

    def unknown_share(self, side: SideName) -> float:
        """Return the share of rows with a code outside the listed values."""
        return self.unknown[side] / self.rows(side) if self.rows(side) else 0.0


def count_codes(table: CodedTable, counts: Mapping[SideName, Counts]) -> dict[str, CodeCounts]:
    """Take the counts of all columns from a run that is being made, by column name."""
    found: dict[str, CodeCounts] = {}
    for position, column in enumerate(table.columns):
        by_side = {side: counts[side][position] for side in _SIDES}
        shown = np.flatnonzero((column.status == Status.VALUE) | (column.status == Status.UNKNOWN))
        order = sorted(shown.tolist(), key=lambda raw: column.codes[raw])
        gone = np.isin(column.status, (Status.BLANK, Status.CODED))
        found[column.name] = CodeCounts(
            name=column.name,
            label=column.feature.label,
            is_number=bool(column.numbers),
            codes=tuple(column.codes[raw] for raw in order),
            counts={side: by_code[order] for side, by_code in by_side.items()},
            missing={side: int(by_code[gone].sum()) for side, by_code in by_side.items()},
            unknown={side: int(by_code[column.status == Status.UNKNOWN].sum()) for side, by_code in by_side.items()},
        )
    return found


def write_counts(columns: Mapping[str, CodeCounts]) -> bytes:
    """Write ``counts.json``."""
    document = {
        "counts_version": COUNTS_VERSION,
        "columns": [
            {
                "name": column.name,
                "label": column.label,
                "is_number": column.is_number,
                "codes": list(column.codes),
                **{side: column.counts[side].tolist() for side in _SIDES},
                "missing": dict(column.missing),
                "unknown": dict(column.unknown),
            }
            for column in columns.values()
        ],
    }
    return (json.dumps(document, ensure_ascii=False) + "\n").encode()


def read_counts(content: bytes) -> dict[str, CodeCounts]:
    """Read what ``write_counts`` wrote.

    Raises
    ------
    ValueError
        If it is of another version or damaged.
    """
    try:
        document = json.loads(content)
        if document["counts_version"] != COUNTS_VERSION:
            raise ValueError(f"version {document['counts_version']}")
        return {
            told["name"]: CodeCounts(
                told["name"],
                told["label"],
                told["is_number"],
                tuple(told["codes"]),
                {side: np.array(told[side], dtype=np.int64) for side in _SIDES},
                told["missing"],
                told["unknown"],
            )
            for told in document["columns"]
        }
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{COUNTS_FILE} cannot be read ({error})") from None


def common_cells(before: CodeCounts, now: CodeCounts, side: SideName) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Put two runs of a column into the same cells, missing values last.

    Names are cells themselves. Numbers fall into bins between the twentieths of the population before, so that both
    runs are cut alike.

    Returns
    -------
    (before, now) : ndarrays of int64, shape (n_cells,)
    """
    if before.is_number or now.is_number:
        edges = _edges(before)
        cells = [_binned(column, side, edges) for column in (before, now)]
    else:
        codes = sorted({*before.codes, *now.codes})
        cells = [_by_code(column, side, codes) for column in (before, now)]
    first, second = (
        np.append(counts, column.missing[side]) for counts, column in zip(cells, (before, now), strict=True)
    )
    return first, second


def _numbers(codes: Iterable[str]) -> NDArray[np.float64]:
    values = []
    for code in codes:
        try:
            values.append(float(code))
        except ValueError:
            values.append(np.nan)
    return np.array(values, dtype=np.float64)


def _edges(column: CodeCounts) -> NDArray[np.float64]:
    values, weights = _numbers(column.codes), column.counts["population"]
    known = np.isfinite(values) & (weights > 0)
    if not known.any():
        return np.zeros(0)
    order = np.argsort(values[known], kind="stable")
    ascending, cumulated = values[known][order], np.cumsum(weights[known][order])
    places = np.searchsorted(cumulated, cumulated[-1] * np.arange(1, BINS) / BINS)
    return np.unique(ascending[np.minimum(places, len(ascending) - 1)])


def _binned(column: CodeCounts, side: SideName, edges: NDArray[np.float64]) -> NDArray[np.int64]:
    values = _numbers(column.codes)
    known = np.isfinite(values)
    bins = np.searchsorted(edges, values[known], side="left")
    out = np.zeros(len(edges) + 2, dtype=np.int64)  # the last one holds what is not a number
    np.add.at(out, bins, column.counts[side][known])
    out[-1] = column.counts[side][~known].sum()
    return out


def _by_code(column: CodeCounts, side: SideName, codes: list[str]) -> NDArray[np.int64]:
    own = dict(zip(column.codes, column.counts[side].tolist(), strict=True))
    return np.array([own.get(code, 0) for code in codes], dtype=np.int64)
