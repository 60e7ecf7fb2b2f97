"""Numbers as text and back: one spelling for each number, decimal point or decimal comma."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from reportgen.dictionary import as_number, normalise_code

_EXACT_INTEGERS = 2.0**53
_COMMA_WHOLE = re.compile(r"^([+-]?\d+),0+$")
_COMMA_NUMBER = re.compile(r"^[+-]?\d*,\d+([eE][+-]?\d+)?$")
_POINT_NUMBER = re.compile(r"^[+-]?\d*\.\d*[1-9]\d*([eE][+-]?\d+)?$")  # 2.0 is an integer in either file
_THOUSANDS_POINT = re.compile(r"\.\d{3}(?!\d)")


def number_text(number: float) -> str:
    """Return the one spelling of a finite number: integers without a point, else the shortest exact form.

    Examples
    --------
    >>> [number_text(x) for x in (2.0, -0.0, 2.5, 1e-07)]
    ['2', '0', '2.5', '1e-07']
    """
    if number == int(number) and abs(number) <= _EXACT_INTEGERS:
        return str(int(number))
    return repr(float(number))


def clean_code(text: str, decimal: str) -> str:
    """Return a code in its one spelling; in a file with decimal commas ``2,0`` is ``2`` as well."""
    code = normalise_code(text)
    if decimal == ",":
        whole = _COMMA_WHOLE.match(code)
        if whole:
            return normalise_code(whole.group(1))
    return code


def to_number(text: str, decimal: str) -> float | None:
    """Return the finite number that a cell holds, or ``None``; the other decimal sign makes it no number."""
    code = normalise_code(text)
    other = "." if decimal == "," else ","
    if other in code or "_" in code:  # float() reads 1_000, which no file means as a number
        return None
    if decimal == "," and _THOUSANDS_POINT.search(text):  # 1.000 may be a thousand there
        return None
    return as_number(code.replace(",", ".") if decimal == "," else code)


def to_numbers(texts: pa.Array, decimal: str) -> NDArray[np.float64]:
    """Return the numbers of many cells, shape (n,); NaN where a cell holds no finite number.

    Parameters
    ----------
    texts
        Arrow array of strings without nulls.
    decimal
        ``.`` or ``,``.
    """
    if decimal == "." and len(texts) > 64:
        try:
            numbers: NDArray[np.float64] = pc.cast(texts, pa.float64()).to_numpy(zero_copy_only=False)
        except pa.ArrowInvalid:
            pass
        else:
            return np.where(np.isfinite(numbers), numbers, np.nan) + 0.0
    found = (to_number(text, decimal) for text in texts.to_pylist())
    # + 0.0 turns -0.0 into 0.0, so that both are one value
    return np.array([np.nan if number is None else number for number in found], dtype=np.float64) + 0.0


def uses_decimal_comma(number_cells: Sequence[str], other_cells: Sequence[str]) -> bool:
    """Tell whether sampled cells are written with a decimal comma.

    Parameters
    ----------
    number_cells
        Cells of columns that are declared as numbers: ``12,5`` speaks for a comma, ``12.5`` against it.
    other_cells
        Cells of other columns, heard when the numbers say nothing: ``2,0``, an integer code that went through a
        float, speaks for a comma.
    """
    commas, points = _count(number_cells, _COMMA_NUMBER)
    if not commas and not points:
        commas, points = _count(other_cells, _COMMA_WHOLE)
    return commas > 0 and points == 0


def _count(cells: Sequence[str], comma: re.Pattern[str]) -> tuple[int, int]:
    """Return how many cells are numbers with a comma of the given form, and with a point."""
    codes = [normalise_code(cell) for cell in cells]
    return sum(bool(comma.match(code)) for code in codes), sum(
        bool(_POINT_NUMBER.match(cell.strip())) for cell in cells
    )
