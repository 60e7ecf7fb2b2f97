"""The small CSV files that a dictionary is written in: read line by line, and refused with file, line and remedy."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from io import StringIO
from pathlib import Path

from reportgen.errors import DictionaryError


def read_table(
    path: Path, required: Collection[str], optional: Collection[str], elsewhere: Collection[str] = ()
) -> list[tuple[int, dict[str, str]]]:
    """Return (line number, row) pairs of a small CSV file; the separator is taken from its header.

    Columns named in ``elsewhere`` belong to another file of the dictionary and are refused in this one.
    """
    text = _decode(path)
    header = text.partition("\n")[0]
    if not header.strip():
        raise DictionaryError(f"{path.name} is empty", f"Its first line must name the columns {_list(required)}.")
    delimiter = max(";,\t", key=header.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    names = [name.strip().lower() for name in next(reader)]
    _check_header(path, names, required, optional)
    if misplaced := [name for name in names if name in elsewhere]:
        raise DictionaryError(
            f"{path.name} line 1: column {_list(misplaced)} has no place in this file",
            f"Remove it; the file takes {_list([*required, *optional])}.",
        )
    table = []
    for cells in reader:
        stripped = [cell.strip() for cell in cells]
        if not any(stripped):
            continue
        if any(stripped[len(names) :]):
            raise DictionaryError(
                f"{path.name} line {reader.line_num}: {len(cells)} cells under {len(names)} column names",
                f"Put quotes around a cell that contains {delimiter!r}, such as a list of codes.",
            )
        stripped += [""] * (len(names) - len(stripped))
        table.append((reader.line_num, dict(zip(names, stripped, strict=False))))
    return table


def _decode(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DictionaryError(f"{path}: cannot be read ({error.strerror or error})", "Check its rights.") from error
    if b"\0" in content:
        raise DictionaryError(
            f"{path.name} is not a text file in UTF-8", 'In a spreadsheet, save it as "CSV UTF-8 (comma delimited)".'
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _check_header(path: Path, names: list[str], required: Collection[str], optional: Collection[str]) -> None:
    """Refuse a first line that lacks a column, names one twice, or misspells one; notes of one's own are fine."""
    lacking = [name for name in required if name not in names]
    if lacking:
        raise DictionaryError(
            f"{path.name} line 1: column {_list(lacking)} is missing (found: {_list(names)})",
            f"The first line must name the columns {_list(required)}, separated by ';'.",
        )
    for place, name in enumerate(names):
        if name and name in names[:place]:
            raise DictionaryError(f"{path.name} line 1: column {name} is named twice", "Keep one of them.")
        known = [*required, *optional]
        if name not in known and (close := difflib.get_close_matches(name, known, 1, 0.75)):
            raise DictionaryError(
                f"{path.name} line 1: column {name!r} is not known",
                f"Did you mean {close[0]!r}? A column of your own needs a name that differs more.",
            )


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)


def bad_word(path: Path, line: int, column: str, given: str, words: type[StrEnum]) -> DictionaryError:
    """Return the error for a word that a column does not take, with the nearest one that it does."""
    close = difflib.get_close_matches(given.lower(), [str(word) for word in words], 1)
    guess = f" Did you mean {close[0]!r}?" if close else ""
    return DictionaryError(
        f"{path.name} line {line}: {column} {given!r} is not known", f"Use one of {_list(words)}.{guess}"
    )


def refuse_repeats(path: Path, names: Iterable[tuple[int, str]]) -> None:
    """Refuse a name that stands on two lines; ``names`` are (line, name) pairs."""
    first: dict[str, int] = {}
    for line, name in names:
        if name in first:
            raise DictionaryError(
                f"{path.name} line {line}: {name} is declared a second time (first on line {first[name]})",
                "Keep one line per column.",
            )
        first[name] = line


def refuse_stranger(path: Path, line: int, name: str, declared: Collection[str]) -> None:
    """Refuse a name that the dictionary does not declare."""
    if name not in declared:
        close = difflib.get_close_matches(name, declared, 1)
        guess = f" Did you mean {close[0]}?" if close else ""
        raise DictionaryError(
            f"{path.name} line {line}: {name or 'a blank attribute'} is not declared in the feature dictionary",
            f"Declare it or remove it.{guess}",
        )


def refuse_unlisted(path: Path, line: int, what: str, given: str, listed: Collection[str], where: str) -> None:
    """Refuse a value or part that the dictionary's own file does not list; ``what`` names it and whose it is."""
    if given not in listed:
        close = difflib.get_close_matches(given, listed, 1)
        guess = f" Did you mean {close[0]}?" if close else ""
        raise DictionaryError(
            f"{path.name} line {line}: {what} is not listed in {where}", f"List it there or remove the line.{guess}"
        )


def refuse_blank(path: Path, line: int, row: Mapping[str, str], columns: Iterable[str]) -> None:
    """Refuse a line whose cell under one of ``columns`` is blank."""
    for column in columns:
        if not row[column]:
            raise DictionaryError(
                f"{path.name} line {line}: the {column} of {row['attribute']} is blank",
                "Fill it in or remove the line.",
            )
