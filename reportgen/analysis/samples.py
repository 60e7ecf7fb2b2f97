"""The samples that stand for the rows where many fits are needed."""

from __future__ import annotations

from dataclasses import dataclass

from reportgen.cache.stages import UNKEPT, Stages
from reportgen.engine import sampling
from reportgen.engine.local import LocalEngine
from reportgen.engine.passes import Placement
from reportgen.engine.sampling import SampleRows
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


def draw_samples(
    engine: LocalEngine, table: CodedTable, placement: Placement, seed: int, stages: Stages = UNKEPT
) -> Samples:
    """Draw all samples; they depend on ids and seed alone, those of the population not on the customers."""
    shown, everybody = table.population_columns, Placement((), None)
    population, whole = stages.run(
        sampling.draw_samples,
        engine,
        table.population,
        shown,
        ((placement.among(shown), LARGE_SAMPLE_ROWS), (everybody, SAMPLE_ROWS)),
        seed,
    )
    customers, whole_customers = sampling.draw_samples(
        engine, table.customers, table.columns, ((placement, SAMPLE_ROWS), (everybody, SAMPLE_ROWS)), seed
    )
    return Samples(population, customers, whole, whole_customers)
