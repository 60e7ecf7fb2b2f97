"""The first pass over an input in pieces: what occurs in each column, in which order, and how many rows there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.ingest.columns import CodesState, Columns
from reportgen.ingest.customers import CustomerMark
from reportgen.ingest.number_codes import NumberCodes
from reportgen.ingest.pieces import Piece
from reportgen.ingest.schema import Plan
from reportgen.ingest.table import SideName
from reportgen.ingest.undeclared import UndeclaredLog


@dataclass(frozen=True)
class Survey:
    """What some consecutive pieces hold.

    Attributes
    ----------
    rows, marked
        Of each piece: rows, and customers among them where one file holds both sides.
    state
        Of the columns, as an accumulator that saw these rows alone; nothing is counted yet.
    undeclared
        Of the columns that the dictionary does not name.
    others
        Values of the column that marks customers, with their rows.
    """

    rows: tuple[int, ...]
    marked: tuple[int, ...]
    state: CodesState
    undeclared: tuple[UndeclaredLog, ...]
    others: Counter[str]


@dataclass(frozen=True)
class Surveyor:
    """Reads pieces for the first time; travels to workers.

    Attributes
    ----------
    plan, where
        Use of the columns, and the value that marks customers in a file that holds both sides.
    side
        Whose file it is.
    file, decimal
        Base name for messages, and decimal sign.
    """

    plan: Plan
    where: tuple[str, str] | None
    side: SideName
    file: str
    decimal: str

    def survey(self, pieces: Sequence[Piece]) -> Survey:
        """Read some pieces.

        Raises
        ------
        InputError
            If a row does not fit, or a column has too many levels.
        """
        columns = Columns(self.plan.features)
        columns.start(self.file, self.decimal)
        logs = self.logs()
        mark = CustomerMark(self.file, self.where) if self.where else None
        read = [*columns.codes, *(log.name for log in logs), *([self.plan.where] if mark else [])]
        rows, marked = [0] * len(pieces), [0] * len(pieces)
        for at, piece in enumerate(pieces):
            for batch in piece.batches(read, [self.plan.id_column] if self.plan.id_column else []):
                rows[at] += batch.num_rows
                for log in logs:
                    log.add(batch.column(log.name))
                if mark is not None:
                    marked[at] += int(mark.find([batch], self.plan.where, batch.num_rows).sum())
                raw, numbers = np.empty(batch.num_rows, dtype=np.int32), np.empty(batch.num_rows)
                for name, codes in columns.codes.items():
                    if isinstance(codes, NumberCodes):
                        codes.encode(batch.column(name), raw, numbers)
                    else:
                        codes.encode(batch.column(name), raw)
        others = mark.others if mark else Counter[str]()
        return Survey(tuple(rows), tuple(marked), columns.state(), tuple(logs), others)

    def logs(self) -> list[UndeclaredLog]:
        """Return empty logs of the columns that the dictionary does not name."""
        plan = self.plan
        names = plan.undeclared_population if self.side == "population" else plan.undeclared_customers
        return [UndeclaredLog(name, self.side, self.decimal) for name in names]
