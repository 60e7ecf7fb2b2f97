"""Writing coded people as CSV, quickly: each code's text is looked up once, then copied as bytes."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from reportgen.demo.people import People, column_names
from reportgen.demo.planted import DemoSide
from reportgen.dictionary import as_number

SEPARATOR = b";"
# Columns that a customer database tends to have turned into decimal numbers ("51.0") because of their blanks.
DECIMAL_COLUMNS: dict[DemoSide, frozenset[str]] = {
    "population": frozenset({"WOHNDAUER_2008"}),
    "customers": frozenset({"WOHNDAUER_2008", "CAMEO_INTL_2015"}),
}


def header() -> bytes:
    """Return the first line of both files."""
    return SEPARATOR.join(name.encode() for name in ("LNR", *column_names())) + b"\n"


def row_ids(start: int, rows: int, side: DemoSide, population_rows: int, customer_rows: int) -> NDArray[np.int64]:
    """Return ids in a mixed order, without repeats and without overlap between the sides, shape (rows,).

    Customers hold 1 to ``customer_rows``, the population the numbers that follow. The i-th row of n gets
    (a i + n // 3) mod n with a prime to n, which visits every number once.
    """
    size = population_rows if side == "population" else customer_rows
    step = max(1, round(size * 0.381966))  # 2 minus the golden ratio: neighbours end up far apart
    while math.gcd(step, size) != 1:
        step += 1
    base = customer_rows + 1 if side == "population" else 1
    return base + (np.arange(start, start + rows, dtype=np.int64) * step + size // 3) % size


def csv_lines(people: People, ids: NDArray[np.int64], side: DemoSide) -> bytes:
    """Return people as lines of CSV.

    Every cell is placed in a field as wide as the widest of its column and padded with zero bytes,
    which are dropped at the end.

    Parameters
    ----------
    people
        The rows.
    ids : ndarray of int64, shape (n_rows,)
        Their ids.
    side
        Decides which columns are written as decimals.
    """
    names = column_names()
    tables = [_cell_bytes(people.levels[name], name in DECIMAL_COLUMNS[side], name == names[-1]) for name in names]
    cells = _digits(ids)
    width = cells.shape[1] + sum(table.shape[1] for table in tables)
    lines = np.zeros((len(ids), width), dtype=np.uint8)
    lines[:, : cells.shape[1]] = cells
    at = cells.shape[1]
    for name, table in zip(names, tables, strict=True):
        lines[:, at : at + table.shape[1]] = table[people.codes[name]]
        at += table.shape[1]
    return bytes(lines[lines != 0])


def _cell_bytes(levels: tuple[str, ...], decimal: bool, last: bool) -> NDArray[np.uint8]:
    """Return the bytes of each level with its separator, padded with zeros, shape (n_levels, width)."""
    end = b"\n" if last else SEPARATOR
    cells = [_spelling(level, decimal).encode() + end for level in levels]
    width = max(len(cell) for cell in cells)
    padded = b"".join(cell.ljust(width, b"\0") for cell in cells)
    return np.frombuffer(padded, dtype=np.uint8).reshape(len(cells), width)


def _spelling(level: str, decimal: bool) -> str:
    return f"{level}.0" if decimal and as_number(level) is not None else level


def _digits(numbers: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return numbers as text with a separator, leading zeros as zero bytes, shape (n_rows, width)."""
    width = len(str(int(numbers.max(initial=1))))
    cells = np.zeros((len(numbers), width + 1), dtype=np.uint8)
    cells[:, width] = SEPARATOR[0]
    for position in range(width):
        power = 10 ** (width - 1 - position)
        digit = numbers // power % 10 + ord("0")
        cells[:, position] = np.where(numbers >= power, digit, 0)
    return cells
