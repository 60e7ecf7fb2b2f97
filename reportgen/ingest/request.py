"""What the user asks to be read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reportgen.ingest.reader import ReadOptions


@dataclass(frozen=True)
class IngestRequest:
    """The files to read and how; everything but the population may be left to be found out.

    Attributes
    ----------
    population
        File of the whole population.
    customers
        File of the customers; ``None`` when ``customer_where`` is given.
    customer_where
        Column and value: one file holds both, and the customers are its rows with that value.
    id_column
        Column that identifies a person.
    delimiter, decimal, encoding, sheet
        How the files are written, see `reportgen.ingest.reader.ReadOptions`.
    """

    population: Path
    customers: Path | None = None
    customer_where: tuple[str, str] | None = None
    id_column: str | None = None
    delimiter: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    sheet: str | None = None

    @property
    def options(self) -> ReadOptions:
        """The part that says how the files are written."""
        return ReadOptions(self.delimiter, self.decimal, self.encoding, self.sheet)
