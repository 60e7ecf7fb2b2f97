"""An input in several parts, read as if it were one file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import accumulate
from pathlib import Path

import pyarrow as pa

from reportgen.errors import InputError
from reportgen.ingest.csv_reader import SAMPLE_RECORDS
from reportgen.ingest.number_text import uses_decimal_comma
from reportgen.ingest.reader import Reader, ReadOptions, open_reader
from reportgen.ingest.source import Part, Place, Source
from reportgen.inputs import combined_sha256, parts_of

_SHOWN = 3


Openers = Callable[[Callable[[Path], Reader], Sequence[Path]], Iterable[Reader]]


def open_input(path: Path, options: ReadOptions, openers: Openers = map) -> Reader:
    """Open an input: a file, a folder of parts, or a pattern that names them.

    Parameters
    ----------
    openers
        Opens the files, each of which is read once for that, and returns them in order.

    Raises
    ------
    InputError
        If a file cannot be opened, or the parts do not fit together.
    """
    files = parts_of(path)
    readers = list(openers(partial(open_reader, options=options), files))
    return readers[0] if files == (path,) else PartsReader(path, readers)


class PartsReader:
    """Files of one kind with the same columns, one after the other.

    Parameters
    ----------
    path
        Their folder or pattern.
    parts
        At least one opened file.

    Raises
    ------
    InputError
        If a part is of another kind or has other columns than the first.
    """

    def __init__(self, path: Path, parts: Sequence[Reader]) -> None:
        self.path = path
        self.names, self.nested = parts[0].names, parts[0].nested
        self._parts = parts
        self._rows = [0] * len(parts)
        for part in parts[1:]:
            _refuse_other(parts[0], part)

    @property
    def parts(self) -> tuple[Reader, ...]:
        """The opened files."""
        return tuple(self._parts)

    def counted(self, rows: Sequence[int]) -> None:
        """Note the rows of each part, where somebody else has read them."""
        self._rows = list(rows)

    @property
    def source(self) -> Source:
        """The parts together; their rows are known once they have been read."""
        sources = [part.source for part in self._parts]
        return Source(
            self.path.name,
            sum(source.size for source in sources),
            combined_sha256([source.sha256 for source in sources]),
            max(source.modified for source in sources),
            ", ".join(dict.fromkeys(source.encoding for source in sources)),
            ", ".join(dict.fromkeys(source.delimiter for source in sources)),
            tuple(
                Part(source.name, rows, source.size, source.sha256)
                for source, rows in zip(sources, self._rows, strict=True)
            ),
            tuple(seen for source in sources for seen in source.files),
        )

    def decimal(self, numbers: Sequence[str], others: Sequence[str]) -> str:
        """Return the decimal sign, given or judged by the first 5,000 records, as in one file."""
        sign = self.given_decimal or ("," if uses_decimal_comma(*self.sampled_cells(numbers, others)[1:]) else ".")
        self.settle(sign)
        return sign

    @property
    def given_decimal(self) -> str | None:
        """The decimal sign that was given, if any."""
        return self._parts[0].given_decimal

    def sampled_cells(
        self, numbers: Sequence[str], others: Sequence[str], most: int = SAMPLE_RECORDS
    ) -> tuple[int, list[str], list[str]]:
        """Return how many of the first ``most`` rows there are, and distinct texts of two kinds of columns."""
        left = most
        number_cells: list[str] = []
        other_cells: list[str] = []
        for part in self._parts:
            records, more_numbers, more_others = part.sampled_cells(numbers, others, left)
            number_cells += more_numbers
            other_cells += more_others
            left -= records
            if left <= 0:
                break
        return most - max(left, 0), number_cells, other_cells

    def settle(self, decimal: str) -> None:
        """Write typed numbers of every part with this decimal sign from now on."""
        for part in self._parts:
            part.settle(decimal)

    def batches(self, coded: Sequence[str], plain: Sequence[str] = ()) -> Iterator[pa.RecordBatch]:
        """Yield the rows in order, see `reportgen.ingest.reader.Reader`."""
        self._rows = [0] * len(self._parts)
        for at, part in enumerate(self._parts):
            for batch in part.batches(coded, plain):
                self._rows[at] += batch.num_rows
                yield batch

    def place(self, row: int) -> Place:
        """Return where a row, counted from 0 over all parts, stands."""
        ends = list(accumulate(self._rows))
        at = next((at for at, end in enumerate(ends) if row < end), len(ends) - 1)
        return self._parts[at].place(row - (ends[at] - self._rows[at]))


def _refuse_other(first: Reader, part: Reader) -> None:
    if type(part) is not type(first):
        raise InputError(
            f"{part.path.name} is of another kind than {first.path.name}, yet both are parts of one input",
            "Export all parts in the same form, or take the odd file away.",
        )
    lacking = [name for name in first.names if name not in part.names]
    extra = [name for name in part.names if name not in first.names]
    if lacking or extra:
        which, names, whose = ("lacks", lacking, "has") if lacking else ("has", extra, "lacks")
        more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
        raise InputError(
            f"{part.path.name} {which} the column{'' if len(names) == 1 else 's'} {', '.join(names[:_SHOWN])}{more}, "
            f"which {first.path.name} {whose}",
            "All parts of one input need the same columns; correct the header, or take the odd file away.",
        )
