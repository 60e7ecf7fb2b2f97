"""An input in pieces that can be read apart from each other, each by another worker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pyarrow as pa

from reportgen.ingest import csv_reader
from reportgen.ingest.columnar import ParquetReader
from reportgen.ingest.csv_reader import CsvReader
from reportgen.ingest.parts import PartsReader
from reportgen.ingest.reader import Reader


@dataclass(frozen=True)
class Piece:
    """Consecutive rows of a file.

    Attributes
    ----------
    reader
        The opened file.
    within
        First byte of the piece and first byte behind it, or row groups likewise; None for all of a file that cannot
        be cut: an archive, a workbook, or text with quoted cells, in which a line end need not end a row.
    """

    reader: Reader
    within: tuple[int, int] | None

    def batches(self, coded: Sequence[str], plain: Sequence[str] = ()) -> Iterator[pa.RecordBatch]:
        """Yield the rows in order, see `reportgen.ingest.reader.Reader`."""
        if self.within is None or not isinstance(self.reader, CsvReader | ParquetReader):
            return self.reader.batches(coded, plain)
        return self.reader.batches_within(*self.within, coded, plain)


def pieces_of(reader: Reader) -> list[Piece]:
    """Cut an input into pieces of about 4 MiB of text, or of a row group each, in row order."""
    if isinstance(reader, PartsReader):
        return [piece for part in reader.parts for piece in pieces_of(part)]
    edges: Sequence[int] = ()
    if isinstance(reader, CsvReader):
        edges = reader.edges(csv_reader.CHUNK_BYTES)
    elif isinstance(reader, ParquetReader):
        edges = reader.edges()
    if not edges:
        return [Piece(reader, None)]
    return [Piece(reader, (start, stop)) for start, stop in pairwise(edges)]
