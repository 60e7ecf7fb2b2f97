"""Small files about people that are not features: who responded to a mailing, and who must not be written to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reportgen.dictionary import normalise_code
from reportgen.errors import InputError
from reportgen.ingest.ids import hash_ids
from reportgen.ingest.number_text import to_numbers
from reportgen.ingest.reader import Reader, ReadOptions, open_reader
from reportgen.ingest.schema import did_you_mean

_YES = frozenset({"1", "yes", "true", "y", "ja", "j"})
_NO = frozenset({"0", "no", "false", "n", "nein", ""})
_RESPONSE, _AMOUNT, _CONTROL = "response", "amount", "control"


@dataclass(frozen=True)
class PastMailing:
    """What the people of a past mailing did.

    Attributes
    ----------
    hashes : ndarray of uint64, shape (n_people,)
        Hashes of ids, without repeats.
    response : ndarray of bool, shape (n_people,)
    amount : ndarray of float64, shape (n_people,), or None
        Money of each person's order, 0 without one; None when the file has no such column.
    control : ndarray of bool, shape (n_people,), or None
        Who was left out for comparison; None when the file has no such column.
    file, size, sha256, modified
        Base name, size in bytes, hash and modification time (s) of the file.
    """

    hashes: NDArray[np.uint64]
    response: NDArray[np.bool_]
    amount: NDArray[np.float64] | None
    control: NDArray[np.bool_] | None
    file: str
    size: int
    sha256: str
    modified: int


def read_mailing(path: Path, id_column: str, options: ReadOptions | None = None) -> PastMailing:
    """Read a past mailing: an id, ``response`` (0 or 1), and optionally ``amount`` and ``control`` (0 or 1).

    Columns are found by name in any case; others are not looked at.

    Parameters
    ----------
    id_column
        Name of the id column of the people's file; ``id`` or ``LNR`` serve as well.
    options
        How the file is written; detected by default.

    Raises
    ------
    InputError
        If a column is missing, an id is blank or repeated, or a cell is not what its column holds.
    """
    reader = open_reader(path, options or ReadOptions())
    ids_name = _id_name(reader, id_column)
    by_name = {name.lower(): name for name in reversed(reader.names)}
    if _RESPONSE not in by_name:
        guess = did_you_mean(_RESPONSE, reader.names)
        raise InputError(
            f"{path.name} has no column {_RESPONSE} (its columns are {', '.join(reader.names[:8])})",
            f"Did you mean {guess}? Rename it." if guess else "Name the column of 0 and 1 so.",
        )
    wanted = [by_name[name] for name in (_RESPONSE, _AMOUNT, _CONTROL) if name in by_name]
    sign = reader.decimal([by_name[_AMOUNT]] if _AMOUNT in by_name else [], [])
    batches = list(reader.batches([], [ids_name, *wanted]))
    cells = {
        name: pa.concat_arrays([batch.column(name) for batch in batches]) if batches else pa.array([], pa.string())
        for name in (ids_name, *wanted)
    }
    if not len(cells[ids_name]):
        raise InputError(f"{path.name} has a header but no rows", "Export the file again, with its data.")
    hashes = _unique_hashes(reader, cells[ids_name], ids_name)
    control = _flags(reader, cells[by_name[_CONTROL]], by_name[_CONTROL]) if _CONTROL in by_name else None
    amount = _amounts(reader, cells[by_name[_AMOUNT]], by_name[_AMOUNT], sign) if _AMOUNT in by_name else None
    source = reader.source
    return PastMailing(
        hashes, _flags(reader, cells[by_name[_RESPONSE]], by_name[_RESPONSE]), amount, control,
        source.name, source.size, source.sha256, source.modified,
    )  # fmt: skip


def read_id_list(path: Path, id_column: str) -> NDArray[np.uint64]:
    """Read the ids of people who must not be written to; returns their hashes, ascending without repeats.

    The id column is found by name; a file with one column needs no name, and its first line counts as an id unless it
    is the name of an id column.

    Raises
    ------
    InputError
        If the file cannot be read or has no id column.
    """
    ids = _single_column(path, id_column)
    if ids is None:
        reader = open_reader(path, ReadOptions())
        name = _id_name(reader, id_column)
        ids = [text for batch in reader.batches([], [name]) for text in batch.column(name).to_pylist()]
    kept = [text.strip() for text in ids if text.strip()]
    return np.unique(hash_ids(pa.array(kept, pa.string())))


def _single_column(path: Path, id_column: str) -> list[str] | None:
    """Return the cells of a text file with one column; None when it is anything else."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None  # open_reader() says what is wrong
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if any(sign in line for line in lines for sign in ";,\t|\0"):
        return None
    cells = [line.removeprefix('"').removesuffix('"') for line in lines]
    names = {id_column.lower(), "id", "lnr"}
    return cells[1:] if cells and cells[0].lower() in names else cells


def _id_name(reader: Reader, id_column: str) -> str:
    lower = {name.lower(): name for name in reversed(reader.names)}
    for name in (id_column.lower(), "id", "lnr"):
        if name and name in lower:
            return lower[name]
    raise InputError(
        f"{reader.path.name} has no column {id_column or 'id'} (its columns are {', '.join(reader.names[:8])})",
        f"Name the column of ids {id_column or 'id'}, as in the people's file.",
    )


def _unique_hashes(reader: Reader, ids: pa.Array, column: str) -> NDArray[np.uint64]:
    blank = [at for at, text in enumerate(ids.to_pylist()) if not text.strip()]
    if blank:
        raise InputError(
            f"{reader.place(blank[0])}: the id in column {column} is blank",
            "Every row needs an id; fill it in or remove the row.",
        )
    hashes = hash_ids(ids)
    order = np.argsort(hashes, kind="stable")
    twice = np.flatnonzero(hashes[order][1:] == hashes[order][:-1])
    if len(twice):
        first, second = int(order[twice[0]]), int(order[twice[0] + 1])
        raise InputError(
            f"{reader.path.name}: id {ids[second].as_py()} stands on {reader.place(first)} and again on "
            f"{reader.place(second)}",
            "Keep one row per person.",
        )
    return hashes


def _flags(reader: Reader, cells: pa.Array, column: str) -> NDArray[np.bool_]:
    encoded = cells.dictionary_encode()
    codes = [normalise_code(text).lower() for text in encoded.dictionary.to_pylist()]
    known = np.array([code in _YES or code in _NO for code in codes])
    indices = encoded.indices.to_numpy()
    if not known.all():
        row = int(np.flatnonzero(~known[indices])[0])
        raise InputError(
            f"{reader.place(row)}: {cells[row].as_py()!r} in column {column}",
            "Write 1 for yes and 0 for no.",
        )
    return np.asarray(np.array([code in _YES for code in codes])[indices])


def _amounts(reader: Reader, cells: pa.Array, column: str, sign: str) -> NDArray[np.float64]:
    texts: Sequence[str] = cells.to_pylist()
    numbers = to_numbers(cells, sign)
    blank = np.array([not text.strip() for text in texts])
    numbers[blank] = 0.0
    if np.isnan(numbers).any():
        row = int(np.flatnonzero(np.isnan(numbers))[0])
        raise InputError(
            f"{reader.place(row)}: {texts[row]!r} in column {column} is no number",
            "Write amounts as numbers, without a currency.",
        )
    return numbers
