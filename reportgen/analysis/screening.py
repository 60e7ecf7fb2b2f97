"""The data before anything is built on them: gaps, low-information rows, twins and the samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.association import associate, find_twins
from reportgen.analysis.findings import DataFindings
from reportgen.analysis.predecessor import NotKeptError
from reportgen.analysis.quality import (
    Dropped,
    RowThreshold,
    column_quality,
    columns_left_out,
    limit_gap,
    missing_blocks,
    row_threshold,
)
from reportgen.analysis.samples import SAMPLE_ROWS, Samples, draw_samples
from reportgen.analysis.segmentation import Model
from reportgen.analysis.suppression import LEAST, any_small, sides_of
from reportgen.analysis.suppression_links import find_links
from reportgen.cache.stages import UNKEPT, Stages
from reportgen.engine.local import LocalEngine
from reportgen.engine.passes import Counts, Placement, count_missing_per_row, count_values, padded
from reportgen.errors import InputError
from reportgen.ingest.table import CodedColumn, CodedTable, SideName
from reportgen.language import say

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
    frozen: Model | None = None,
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
    frozen
        A model that is not built anew: its columns and its threshold hold, whatever the data would say.

    Raises
    ------
    InputError
        If too few rows are left.
    NotKeptError
        If the threshold of the model would set fewer than ten people apart.
    """
    columns, shown = table.columns, table.population_columns
    counts: dict[SideName, Counts] = {
        "population": padded(stages.run(count_values, engine, table.population, shown), columns),
        "customers": count_values(engine, table.customers, columns),
    }
    qualities = column_quality(columns, counts)
    left_out = columns_left_out(qualities, max_missing)
    counted = tuple(q.column for q in qualities if q.distinct > 0 and q.missing_share("population") <= max_missing)
    if frozen is not None:
        counted = frozen.placement.columns
        left_out = _left_out_before(frozen, columns, left_out)
    counted_shown = Placement(counted, None).among(shown).columns
    histogram: dict[SideName, NDArray[np.int64]] = {
        "population": stages.run(count_missing_per_row, engine, table.population, counted_shown),
        "customers": count_missing_per_row(engine, table.customers, counted),
    }
    threshold = without_small_sides(_threshold(histogram, given_threshold, frozen), nested=table.nested)
    if frozen is not None and threshold.threshold != frozen.placement.threshold:
        raise NotKeptError(say("with the kept segments, {reason}", reason=threshold.reason))
    if not counted:
        raise InputError(
            "no column has values, and few enough gaps, to place people by",
            "Declare fewer codes as missing, raise max_missing, or give more columns a role other than ignore.",
        )
    placement = Placement(counted, threshold.threshold)
    if threshold.placed("population") < ROWS_PER_SEGMENT * 2:
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
        if pair.left_out and frozen is None
    }
    blocks = missing_blocks(columns, samples.whole.codes, counts["population"], table.population.rows)
    gap = limit_gap(qualities, max_missing)
    links = find_links(engine, (table.population, table.customers), columns, samples.whole.codes)
    data = DataFindings(
        table, counts, qualities, left_out, threshold, blocks, twins, associations, max_missing, gap, links
    )
    return data, placement, samples


def _threshold(histogram: dict[SideName, NDArray[np.int64]], given: int | None, frozen: Model | None) -> RowThreshold:
    """Look for the limit from which a row is set apart, or take the one that holds."""
    if frozen is None:
        return row_threshold(histogram, given)
    return RowThreshold(frozen.placement.threshold, histogram, say("the same as when the segments were built"))


def without_small_sides(threshold: RowThreshold, *, nested: bool) -> RowThreshold:
    """Set nobody apart where that would leave one to nine people on either side of the limit, in either file."""
    if threshold.threshold is None:
        return threshold
    everybody, low = np.array(
        [[int(threshold.histogram[side].sum()), threshold.low(side)] for side in ("population", "customers")]
    ).T
    parts = np.stack([low, everybody - low])
    if not any_small(sides_of(parts[:, 0], parts[:, 1], nested=nested)):
        return threshold
    reason = say(
        "a limit of {number} missing values would set fewer than {least} people of a file apart from the others, or "
        "leave fewer",
        number=threshold.threshold,
        least=LEAST,
    )
    return RowThreshold(None, threshold.histogram, reason, threshold.given)


def _left_out_before(frozen: Model, columns: Sequence[CodedColumn], today: Mapping[str, Dropped]) -> dict[str, Dropped]:
    """Return what a model does not use: for today's reason where there is one."""
    used = {column.name for column in frozen.encoder.columns}
    reason = say("was not in the distance when the segments were built")
    return {
        column.name: today.get(column.name, Dropped(column.name, reason))
        for column in columns
        if column.name not in used
    }


def _twin_reason(first: str, second: str, left_out: str) -> str:
    return say("tells nearly the same as {column}", column=second if left_out == first else first)
