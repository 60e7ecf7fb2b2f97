"""The samples that stand for the rows where many fits are needed."""

from __future__ import annotations

from dataclasses import dataclass

from reportgen.engine.local import LocalEngine
from reportgen.engine.passes import Placement, SampleRows, draw_sample
from reportgen.ingest.table import CodedTable

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
    columns = table.columns
    everybody = Placement((), None)
    return Samples(
        draw_sample(engine, table.population, columns, placement, LARGE_SAMPLE_ROWS, seed),
        draw_sample(engine, table.customers, columns, placement, SAMPLE_ROWS, seed),
        draw_sample(engine, table.population, columns, everybody, SAMPLE_ROWS, seed),
        draw_sample(engine, table.customers, columns, everybody, SAMPLE_ROWS, seed),
    )
