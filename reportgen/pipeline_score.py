"""``reportgen score``: segment and index for people in a file, with the model of a run, block by block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from reportgen.analysis.publish_segments import LETTERS
from reportgen.analysis.saved_model import SavedModel, Scored, load_model
from reportgen.engine.local import LocalEngine
from reportgen.errors import InputError
from reportgen.ingest.frozen import FrozenReader, FrozenRows
from reportgen.ingest.reader import ReadOptions, open_reader
from reportgen.pipeline_files import is_parquet, people_file, personal_note
from reportgen.report.run_folder import find_run

_SCHEMA = pa.schema([("id", pa.string()), ("segment", pa.string()), ("index", pa.float64())])
_DIGITS = 2


def segment_names(model: SavedModel) -> NDArray[np.str_]:
    """Return what segments 0..k are called: 0, the others by their letters."""
    return np.array(["0", *(LETTERS[known - 1] for known in model.ids)])


@dataclass(frozen=True)
class ScoreResult:
    """What was scored.

    Attributes
    ----------
    path
        The file written.
    rows, low_information
        People scored, and those of them with too little data to be placed.
    warnings
        Column and message for every column with codes that the model does not know.
    notes
        What the caller should be told, in full sentences.
    """

    path: Path
    rows: int
    low_information: int
    warnings: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


def score_file(file: Path, run: Path, target: Path, threads: int = 1) -> ScoreResult:
    """Give every person of a file the segment and index that a run's model gives them.

    Memory is bounded by a few blocks, and 8 bytes per person for the check that no id stands twice.

    Parameters
    ----------
    file
        People with the columns that the report was built from.
    run
        A run such as ``output/latest``.
    target
        A .csv or .parquet file for ``id, segment, index``; personal data.
    threads
        Blocks scored at a time; the result does not depend on it.

    Raises
    ------
    ReportgenError
        If the model or the file cannot be used, or an id is blank or stands twice; nothing is written.
    """
    is_parquet(target)
    model = load_model(find_run(run).model)
    reader = open_reader(file, ReadOptions())
    frozen = FrozenReader(reader, model.columns, model.id_column)
    ids, names = _IdCheck(frozen), segment_names(model)
    low = 0
    with threadpool_limits(1), people_file(target, _SCHEMA) as writer:
        for rows, scored in score_blocks(model, frozen, threads):
            ids.add(rows)
            low += int((scored.segments == 0).sum())
            index = None if scored.index is None else np.round(scored.index, _DIGITS)
            writer.write(
                [
                    rows.ids,
                    pa.array(names[scored.segments]),
                    pa.nulls(len(scored.segments), pa.float64()) if index is None else pa.array(index),
                ]
            )
        if not writer.rows:
            raise InputError(f"{file.name} has a header but no rows", "Export the file again, with its data.")
        ids.finish()
    notes = [personal_note(target)]
    if model.ranker is None:
        notes.append(f"The index is left blank, because the run has no ranking: {model.reason}.")
    elif not model.trusted:
        notes.append("The report advises against following the index of this run; see its campaign chapter.")
    if writer.disarmed:
        notes.append(disarmed_note(writer.disarmed))
    return ScoreResult(target, writer.rows, low, tuple(frozen.warnings()), tuple(notes))


def disarmed_note(count: int) -> str:
    """Say that some ids were written with an apostrophe."""
    what = "1 id begins" if count == 1 else f"{count:,} ids begin"
    return f"{what} like a formula of a spreadsheet and got an apostrophe in front; a .parquet file has no need of it."


def score_blocks(model: SavedModel, frozen: FrozenReader, threads: int) -> Iterator[tuple[FrozenRows, Scored]]:
    """Yield blocks of people with what the model says of them, in order; some blocks are scored at a time."""

    def score(rows: FrozenRows) -> tuple[FrozenRows, Scored]:
        return rows, model.score(rows.codes, rows.hashes)

    yield from LocalEngine(threads).map(score, frozen.blocks())


class _IdCheck:
    """Remembers the hashes of ids to refuse a file in which one is blank or stands twice."""

    def __init__(self, frozen: FrozenReader) -> None:
        self._frozen = frozen
        self._hashes: list[NDArray[np.uint64]] = []
        self._rows = 0

    def add(self, rows: FrozenRows) -> None:
        """Look at one block."""
        if self._frozen.id_column:
            for at, text in enumerate(rows.ids.to_pylist()):
                if not text.strip():
                    raise InputError(
                        f"{self._where(self._rows + at)}: the id in column {self._frozen.id_column} is blank",
                        "Every row needs an id; fill it in or remove the row.",
                    )
            self._hashes.append(rows.hashes)
        self._rows += len(rows.ids)

    def finish(self) -> None:
        """Refuse repeated ids."""
        if not self._hashes:
            return
        hashes = np.concatenate(self._hashes)
        order = np.argsort(hashes, kind="stable")
        twice = np.flatnonzero(hashes[order][1:] == hashes[order][:-1])
        if len(twice):
            first, second = int(order[twice[0]]), int(order[twice[0] + 1])
            raise InputError(
                f"{self._where(first)}: the id of this row stands again on {self._frozen.reader.place(second)}",
                "Keep one row per person.",
            )

    def _where(self, row: int) -> str:
        return str(self._frozen.reader.place(row))
