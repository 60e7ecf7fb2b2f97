"""Aspects: the single things that a column says. Most columns have one, a mixed code has one per part."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from reportgen.dictionary import Direction, Kind, Part, as_number
from reportgen.ingest.table import CodedColumn, Level

_Number = TypeVar("_Number", np.int64, np.float64)


@dataclass(frozen=True)
class Aspect:
    """A scale or a set of names, given by raw code.

    Attributes
    ----------
    column
        The coded column it belongs to.
    position
        Its index in the coded table.
    part
        Name of the part of a mixed code, else "".
    label, more, less
        Words for the aspect, for its high end and for its low end ("high" meaning more of the label); ``more`` and
        ``less`` may be empty.
    ordered
        Whether ``values`` is a scale; otherwise ``level_of`` names a level.
    values : ndarray of float64, shape (n_raw,)
        For a scale, the number by raw code in the direction of the label; NaN where missing.
    sign
        -1 when ``values`` are the codes turned round, so that ``sign * values`` are the numbers as coded.
    level_of : ndarray of int64, shape (n_raw,)
        For names, index into ``levels`` by raw code; -1 where missing.
    levels
        The names.
    """

    column: CodedColumn
    position: int
    part: str
    label: str
    more: str
    less: str
    ordered: bool
    values: NDArray[np.float64]
    sign: float
    level_of: NDArray[np.int64]
    levels: tuple[Level, ...]

    @property
    def key(self) -> str:
        """Unique name: the column's, with the part after a full stop."""
        return f"{self.column.name}.{self.part}" if self.part else self.column.name

    @cached_property
    def names_in_use(self) -> int:
        """How many of the names any raw code has."""
        return len(np.unique(self.level_of[self.level_of >= 0]))

    def level_counts(self, counts: NDArray[_Number]) -> NDArray[_Number]:
        """Add raw code counts up to the aspect's levels.

        Parameters
        ----------
        counts : ndarray, shape (..., n_raw)

        Returns
        -------
        ndarray of the same type, shape (..., n_levels)
        """
        out = np.zeros((*counts.shape[:-1], len(self.levels)), dtype=counts.dtype)
        known = self.level_of >= 0
        places: Any = (..., self.level_of[known])  # which the types of NumPy do not know
        np.add.at(out, places, counts[..., known])
        return out

    def scale_moments(
        self, counts: NDArray[_Number]
    ) -> tuple[NDArray[_Number], NDArray[np.float64], NDArray[np.float64]]:
        """Return n, mean and standard deviation (ddof 0) of a scale over known values.

        Parameters
        ----------
        counts : ndarray, shape (..., n_raw)

        Returns
        -------
        n : ndarray of the same type, shape (...)
        mean, sd : ndarray of float64, shape (...)
            NaN where n is 0.
        """
        known = np.isfinite(self.values)
        values, weights = self.values[known], counts[..., known]
        n = weights.sum(axis=-1)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.asarray((weights * values).sum(axis=-1) / n)
            centred = values - mean[..., np.newaxis]
            sd = np.sqrt((weights * centred**2).sum(axis=-1) / n)
        return n, mean, np.asarray(sd)


def aspects_of(column: CodedColumn, position: int, kind: Kind) -> tuple[Aspect, ...]:
    """Return what a column says.

    Parameters
    ----------
    position
        Index of the column in the coded table.
    kind
        How the column is to be understood, see ``quality.kind_in_distance``.
    """
    feature = column.feature
    if kind is Kind.MIXED:
        return tuple(_part_aspect(column, position, part) for part in feature.parts)
    ordered = kind in (Kind.ORDINAL, Kind.NUMERIC, Kind.INTERVAL)
    values = np.where(column.missing, np.nan, column.values * feature.sign) if ordered else _no_values(column)
    level_of = np.where(column.missing, -1, column.level_of).astype(np.int64)
    return (
        Aspect(
            column, position, "", feature.label, feature.more, feature.less, ordered,
            values, feature.sign, level_of, column.levels,
        ),
    )  # fmt: skip


def _no_values(column: CodedColumn) -> NDArray[np.float64]:
    return np.full(len(column.codes), np.nan)


def _part_aspect(column: CodedColumn, position: int, part: Part) -> Aspect:
    sign = -1.0 if part.direction is Direction.DESCENDING else 1.0
    texts = [
        part.values.get(code, "") if not gone else "" for code, gone in zip(column.codes, column.missing, strict=True)
    ]
    names = tuple(dict.fromkeys(part.values.values()))
    position_of = {name: index for index, name in enumerate(names)}
    level_of = np.array([position_of.get(text, -1) for text in texts], dtype=np.int64)
    values = _no_values(column)
    if part.ordered:
        numbers = [as_number(text) for text in texts]
        values = np.array([np.nan if number is None else number * sign for number in numbers])
    levels = tuple(Level(name, part.names.get(name, name)) for name in names)
    return Aspect(
        column, position, part.name, part.label, part.more, part.less, part.ordered, values, sign, level_of, levels
    )
