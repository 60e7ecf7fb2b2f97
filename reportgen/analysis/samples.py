"""The samples that stand for the rows where many fits are needed."""

from __future__ import annotations

from dataclasses import dataclass

from reportgen.cache.stages import UNKEPT, Stages
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


def draw_samples(
    engine: LocalEngine, table: CodedTable, placement: Placement, seed: int, stages: Stages = UNKEPT
) -> Samples:
    """Draw all samples; they depend on ids and seed alone, those of the population not on the customers."""
    columns, shown = table.columns, table.population_columns
    placed, everybody = placement.among(shown), Placement((), None)
    return Samples(
        stages.run(draw_sample, engine, table.population, shown, placed, LARGE_SAMPLE_ROWS, seed),
        draw_sample(engine, table.customers, columns, placement, SAMPLE_ROWS, seed),
        stages.run(draw_sample, engine, table.population, shown, everybody, SAMPLE_ROWS, seed),
        draw_sample(engine, table.customers, columns, everybody, SAMPLE_ROWS, seed),
    )
