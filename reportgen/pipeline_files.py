"""Files of people that a command writes: whole or not at all, for their owner alone, and safe to open."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from reportgen.errors import ConfigError, OutputFileError

FORMULA = r"^[=+\-@\t\r]"
OWNER_ONLY = 0o600


def personal_note(*paths: Path) -> str:
    """Say that files hold personal data."""
    if len(paths) == 1:
        return f"{paths[0]} holds personal data: keep it apart from the report, and delete it when its work is done."
    listed = " and ".join(str(path) for path in paths)
    return f"{listed} hold personal data: keep them apart from the report, and delete them when their work is done."


def is_parquet(path: Path) -> bool:
    """Tell by its name whether a file is to be Parquet.

    Raises
    ------
    ConfigError
        If the name ends neither in .csv nor in .parquet.
    """
    suffix = path.suffix.lower()
    if suffix not in (".csv", ".parquet"):
        raise ConfigError(f"-o {path}: not a name that ends in .csv or .parquet", "Name the file so.")
    return suffix == ".parquet"


class PeopleWriter:
    """Writes batches of people to a file; with CSV, ids that a spreadsheet would take for a formula get an apostrophe.

    Attributes
    ----------
    rows
        Rows written.
    disarmed
        Ids that got an apostrophe.
    """

    def __init__(self, path: Path, target: Path, schema: pa.Schema) -> None:
        self.rows = self.disarmed = 0
        self._schema = schema
        self._csv = not is_parquet(target)
        if self._csv:
            options = pa_csv.WriteOptions(include_header=True, quoting_style="needed")
            self._writer = pa_csv.CSVWriter(path, schema, write_options=options)
        else:
            self._writer = pq.ParquetWriter(path, schema, compression="zstd")

    def write(self, columns: Sequence[pa.Array]) -> None:
        """Add rows, given column by column, ids first."""
        ids, *rest = columns
        if self._csv:
            ids = self._disarm(ids)
        batch = pa.record_batch([ids, *rest], schema=self._schema)
        self._writer.write_batch(batch)
        self.rows += batch.num_rows

    def close(self) -> None:
        """Finish the file."""
        self._writer.close()

    def _disarm(self, ids: pa.Array) -> pa.Array:
        """Put an apostrophe before ids that begin like a formula (OWASP, "CSV Injection")."""
        armed = pc.match_substring_regex(ids, FORMULA)
        count = pc.sum(armed).as_py() or 0
        if not count:
            return ids
        self.disarmed += count
        return pc.if_else(armed, pc.binary_join_element_wise("'", ids, ""), ids)


@contextmanager
def people_file(target: Path, schema: pa.Schema) -> Iterator[PeopleWriter]:
    """Open a file of people that appears at its place only when it is complete.

    Raises
    ------
    OutputFileError
        If it cannot be written; an older file of the name is untouched.
    """
    staged = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
    try:
        try:
            os.close(os.open(staged, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY))
            writer = PeopleWriter(staged, target, schema)
            try:
                yield writer
            finally:
                writer.close()
            staged.replace(target)
        except OSError as error:
            raise OutputFileError(
                f"{target}: cannot be written ({error.strerror or error})", "Choose another place with -o."
            ) from error
    finally:
        staged.unlink(missing_ok=True)


def write_private_text(target: Path, text: str) -> None:
    """Write a small text file for its owner alone, whole or not at all.

    Raises
    ------
    OutputFileError
        If it cannot be written.
    """
    staged = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
    try:
        handle = os.open(staged, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        staged.replace(target)
    except OSError as error:
        raise OutputFileError(
            f"{target}: cannot be written ({error.strerror or error})", "Choose another place with -o."
        ) from error
    finally:
        staged.unlink(missing_ok=True)
