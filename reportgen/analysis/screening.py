"""The data before anything is built on them: gaps, low-information rows, twins and the samples."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.association import associate, find_twins
from reportgen.analysis.findings import DataFindings
from reportgen.analysis.quality import (
    Dropped,
    column_quality,
    columns_left_out,
    limit_gap,
    missing_blocks,
    row_threshold,
)
from reportgen.analysis.samples import SAMPLE_ROWS, Samples, draw_samples
from reportgen.cache.stages import UNKEPT, Stages
from reportgen.engine.local import LocalEngine
from reportgen.engine.passes import Counts, Placement, count_missing_per_row, count_values, padded
from reportgen.errors import InputError
from reportgen.ingest.table import CodedTable, SideName

ROWS_PER_SEGMENT = 20


def screen(
    table: CodedTable,
    engine: LocalEngine,
    *,
    max_missing: float,
    given_threshold: int | None,
    twin_limit: float,
    seed: int,
    stages: Stages = UNKEPT,
) -> tuple[DataFindings, Placement, Samples]:
    """Look for gaps, odd rows and twins, and decide which columns and rows the segments are built on.

    Parameters
    ----------
    max_missing
        Largest share of missing values that a column in the distance may have.
    given_threshold
        Number of missing values from which a row is set apart; None looks for one.
    twin_limit
        Association from which two columns count as twins.
    stages
        Keeps what does not depend on the customers.

    Raises
    ------
    InputError
        If too few rows are left.
    """
    columns, shown = table.columns, table.population_columns
    counts: dict[SideName, Counts] = {
        "population": padded(stages.run(count_values, engine, table.population, shown), columns),
        "customers": count_values(engine, table.customers, columns),
    }
    qualities = column_quality(columns, counts)
    left_out = columns_left_out(qualities, max_missing)
    counted = tuple(q.column for q in qualities if q.distinct > 0 and q.missing_share("population") <= max_missing)
    counted_shown = Placement(counted, None).among(shown).columns
    histogram: dict[SideName, NDArray[np.int64]] = {
        "population": stages.run(count_missing_per_row, engine, table.population, counted_shown),
        "customers": count_missing_per_row(engine, table.customers, counted),
    }
    threshold = row_threshold(histogram, given_threshold)
    placement = Placement(counted, threshold.threshold)
    if threshold.histogram["population"].sum() - threshold.low("population") < ROWS_PER_SEGMENT * 2:
        raise InputError(
            f"only {threshold.histogram['population'].sum() - threshold.low('population')} rows of the population have "
            f"fewer than {threshold.threshold} missing values",
            "Raise row_threshold, or declare fewer codes as missing.",
        )
    samples = draw_samples(engine, table, placement, seed, stages)
    sample = samples.population.first(SAMPLE_ROWS)
    associations = stages.run(associate, shown, sample.codes)
    candidates = frozenset(column.name for column in columns) - left_out.keys()
    twins = find_twins(shown, associations, twin_limit, candidates)
    left_out |= {
        pair.left_out: Dropped(pair.left_out, _twin_reason(pair.first, pair.second, pair.left_out), pair.value)
        for pair in twins
        if pair.left_out
    }
    blocks = missing_blocks(columns, samples.whole.codes, counts["population"], table.population.rows)
    gap = limit_gap(qualities, max_missing)
    data = DataFindings(table, counts, qualities, left_out, threshold, blocks, twins, associations, max_missing, gap)
    return data, placement, samples


def _twin_reason(first: str, second: str, left_out: str) -> str:
    return f"tells nearly the same as {second if left_out == first else first}"
