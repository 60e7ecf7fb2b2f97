"""The samples that stand for the rows where many fits are needed."""

from __future__ import annotations

from dataclasses import dataclass

from reportgen.engine import sampling
from reportgen.engine.local import LocalEngine
from reportgen.engine.passes import Placement
from reportgen.engine.sampling import SampleRows
from reportgen.ingest.table import CodedTable, Side

SAMPLE_ROWS = 20_000
LARGE_SAMPLE_ROWS = 100_000


@dataclass(frozen=True)
class Samples:
    """Rows with the smallest hashes of their ids, ascending, with the codes of all columns.

    Attributes
    ----------
    population
        Up to 100,000 placed rows of the population; the first 20,000 are *the* sample.
    customers
        Up to 20,000 placed rows of the customers.
    whole, whole_customers
        Up to 20,000 rows of each side, placed or not.
    """

    population: SampleRows
    customers: SampleRows
    whole: SampleRows
    whole_customers: SampleRows


def draw_samples(engine: LocalEngine, table: CodedTable, placement: Placement, seed: int) -> Samples:
    """Draw all samples; they depend on ids and seed alone."""
    columns, everybody = table.columns, Placement((), None)

    def draw(side: Side, most: int) -> tuple[SampleRows, ...]:
        return sampling.draw_samples(engine, side, columns, ((placement, most), (everybody, SAMPLE_ROWS)), seed)

    population, whole = draw(table.population, LARGE_SAMPLE_ROWS)
    customers, whole_customers = draw(table.customers, SAMPLE_ROWS)
    return Samples(population, customers, whole, whole_customers)
