"""A stored model fitted to files that were read anew.

A new read numbers codes in its own way, may hold codes that were not there before, and may put numbers on another grid,
so the look-up tables are rebuilt for it: known codes keep their row, a new number or rank gets the row between its
neighbours on the scale. For a new name there is no place: such a code is unknown as long as these segments are kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.aspects import Aspect, aspects_of
from reportgen.analysis.encoding import EncodedStretch, Encoder, slashed
from reportgen.analysis.model_reader import REFIT, StoredColumn, StoredModel, StoredTable
from reportgen.analysis.segmentation import Model
from reportgen.dictionary import Kind
from reportgen.engine.passes import Placement
from reportgen.errors import ModelError
from reportgen.formatting import Formatted, Formatter
from reportgen.ingest.newcomers import with_newcomers
from reportgen.ingest.table import CodedColumn, CodedTable, Status
from reportgen.language import Said, say, say_marked, say_n

_SLASH = " / "  # between the names of levels that are pooled


def schema_changes(model: StoredModel, columns: Sequence[CodedColumn]) -> tuple[str, ...]:
    """Say in words why a model does not fit files; empty when it fits.

    A column that is gone, one of another type, or a code that has become a missing code or ceased to be one.
    """
    by_name = {column.name: column for column in columns}
    changes: list[str] = []
    gone = [name for name in model.columns if name not in by_name]
    if gone:
        changes.append(
            say_n(
                len(gone),
                "column {columns} is gone from the files or the dictionary",
                "columns {columns} are gone from the files or the dictionary",
                columns=Formatted(Formatter.words, gone),
            )
        )
    for stored in model.columns.values():
        column = by_name.get(stored.name)
        if column is None:
            continue
        if column.feature.kind != stored.kind:
            kinds = {"now": _kind(column.feature.kind), "before": _kind(stored.kind)}
            changes.append(say("column {column} is {now} now, not {before}", column=stored.name, **kinds))
        else:
            changes.extend(_changed_codes(stored, column))
    return tuple(changes)


def _kind(kind: str) -> Said:
    """Say what kind of feature a column is; the report marks the words."""
    return say_marked(str(kind))


def _changed_codes(stored: StoredColumn, column: CodedColumn) -> list[str]:
    now = dict(zip(column.codes, column.status.tolist(), strict=True))
    changed = [
        code
        for code, before in stored.status.items()
        if code and code in now and (before == Status.CODED) != (now[code] == Status.CODED)
    ]
    return [
        say("code {code} of column {column} means something else", code=code, column=stored.name)
        for code in changed[:1]
    ]


def fit_to(model: StoredModel, columns: Sequence[CodedColumn]) -> Model:
    """Fit a stored model to files that were read anew.

    Parameters
    ----------
    columns
        Columns of the coded table, in its order.

    Raises
    ------
    ModelError
        If the files do not fit; ``schema_changes`` says why.
    """
    changes = schema_changes(model, columns)
    if changes:
        raise ModelError(f"the stored model does not fit the files: {changes[0]}", REFIT)
    place = {column.name: position for position, column in enumerate(columns)}
    stretches = tuple(
        _stretch(table, model.columns[table.column], columns[place[table.column]], place[table.column])
        for table in model.tables
    )
    placement = Placement(tuple(columns[place[name]] for name in model.counted), model.threshold)
    return Model(Encoder(stretches), model.components, model.segmentation, placement)


def as_kept(model: StoredModel, table: CodedTable) -> CodedTable:
    """Return files as the segments of a stored model see them.

    Parameters
    ----------
    table
        Files that the model fits, see ``schema_changes``.

    Returns
    -------
    CodedTable
        With every code for which the model has no place as an unknown one, and a finding for each column that has any.
    """
    columns, findings = list(table.columns), list(table.warnings)
    for position, column in enumerate(columns):
        tables = [stored for stored in model.tables if stored.column == column.name]
        placed = {
            raw
            for stored in tables
            for raw in places(stored, model.columns[column.name], _aspect(stored, column, position))
        }
        new = [raw for raw in np.flatnonzero(~column.missing).tolist() if raw not in placed] if tables else []
        if new:
            columns[position], finding = with_newcomers(column, new)
            findings.append(finding)
    return replace(table, columns=tuple(columns), warnings=tuple(findings))


def _stretch(table: StoredTable, stored: StoredColumn, column: CodedColumn, position: int) -> EncodedStretch:
    aspect = _aspect(table, column, position)
    names = tuple(_todays_words(name, aspect) for name in table.level_names)
    return EncodedStretch(aspect, _rows(table, stored, aspect), names, table.ranked)


def _aspect(table: StoredTable, column: CodedColumn, position: int) -> Aspect:
    kind = Kind.MIXED if table.part else Kind.ORDINAL if table.ordered else Kind.CATEGORICAL
    return next(aspect for aspect in aspects_of(column, position, kind) if aspect.part == table.part)


def _todays_words(name: str, aspect: Aspect) -> str:
    """Return the stored name of a level, or of several pooled ones, as the dictionary of today says it in any language.

    A level that it no longer words in the same way keeps its stored name.
    """
    words = {str.__str__(level.label): level.label for level in aspect.levels}
    parts = name.split(_SLASH)
    if name in words or any(part not in words for part in parts):
        return words.get(name, name)
    return slashed([words[part] for part in parts])


def _rows(table: StoredTable, stored: StoredColumn, aspect: Aspect) -> NDArray[np.float32]:
    """Give every code of the new read its encoded row; zeros where the model has no place for it."""
    rows = np.zeros((len(aspect.column.codes), table.rows.shape[1]), dtype=np.float32)
    for raw, row in places(table, stored, aspect).items():
        rows[raw] = row
    return rows


def places(table: StoredTable, stored: StoredColumn, aspect: Aspect) -> dict[int, NDArray[np.float32]]:
    """Return the encoded row of every raw code of the new read for which the model has a place.

    A known code keeps its row. A new one takes that of a known code with the same name, as two codes with one part
    have it, or lies between its neighbours when the scale still gives the known codes their numbers.
    """
    column = aspect.column
    old = {code: row for row, (code, status) in enumerate(stored.status.items()) if status == Status.VALUE}
    known = {raw: old[code] for raw, code in enumerate(column.codes) if code in old and not column.missing[raw]}
    new = [raw for raw in np.flatnonzero(~column.missing).tolist() if raw not in known]
    found = {raw: table.rows[row] for raw, row in known.items()}
    if table.ordered:
        turn = _turn(table, aspect, known)
        if turn:
            values = {raw: turn * aspect.values[raw] for raw in new if np.isfinite(aspect.values[raw])}
            found |= {raw: np.full(1, _between(table, value)) for raw, value in values.items()}
    else:
        by_name = {int(aspect.level_of[raw]): row for raw, row in known.items() if aspect.level_of[raw] >= 0}
        found |= {raw: table.rows[by_name[name]] for raw in new if (name := int(aspect.level_of[raw])) in by_name}
    return found


def _turn(table: StoredTable, aspect: Aspect, known: Mapping[int, int]) -> int:
    """Return 1 when the scale is as it was, -1 when it was turned round, 0 when known codes have other numbers."""
    now, before = aspect.values[list(known)], table.values[list(known.values())]
    turns = (turn for turn in (1, -1) if np.array_equal(now, turn * before, equal_nan=True))
    return next(turns, 0)


def _between(table: StoredTable, value: float) -> np.float32:
    """Read a scale between its known numbers; beyond them the last slope goes on, ranks stop."""
    known = np.isfinite(table.values)
    values, first = np.unique(table.values[known], return_index=True)
    encoded = table.rows[known][first, 0].astype(np.float64)
    result = float(np.interp(value, values, encoded))
    if not table.ranked and not values[0] <= value <= values[-1]:
        slope = (encoded[-1] - encoded[0]) / (values[-1] - values[0])
        end = 0 if value < values[0] else -1
        result = encoded[end] + slope * (value - values[end])
    return np.float32(np.round(result * 2**12) / 2**12)
