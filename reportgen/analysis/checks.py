"""Everything that puts the segments to the test: another analyst, another sample, chance alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.congruence import LoadingStability, loading_stability
from reportgen.analysis.families import Families, find_families
from reportgen.analysis.low_information import place_low_information
from reportgen.analysis.nulls import Nulls, draws_of
from reportgen.analysis.placebo import ChanceIndices, chance_indices
from reportgen.analysis.samples import SAMPLE_ROWS, Samples
from reportgen.analysis.segmentation import Model
from reportgen.analysis.sensitivity import SensitivityRun, run_sensitivity
from reportgen.analysis.standardise import CellTable, Standardised, cells_of, standardise
from reportgen.cache.stages import UNKEPT, Stages
from reportgen.engine.assignment import AssignedBlock, Tables
from reportgen.engine.held import Reader
from reportgen.engine.local import LocalEngine
from reportgen.ingest.table import CodedColumn, CodedTable, Side, SideName


@dataclass(frozen=True)
class Checks:
    """Results of all checks.

    Attributes
    ----------
    nulls
        k-means on data without groups.
    chance
        Indices of random pseudo-customers; None without people on either side.
    sensitivity
        The published segments beside variants of the analysis.
    loadings
        Agreement of components over bootstrap samples.
    families
        Tree of the segments.
    standardised
        Indices standardised for age, sex and region; None when the dictionary gives none of these.
    standard_features
        Columns that stand for age, sex and region.
    if_placed : mapping of ndarray of int64, shape (k,)
        Low-information rows by the segment nearest to what is known of them, by side.
    """

    nulls: Nulls
    chance: ChanceIndices | None
    sensitivity: tuple[SensitivityRun, ...]
    loadings: LoadingStability
    families: Families
    standardised: Standardised | None
    standard_features: tuple[CodedColumn, ...]
    if_placed: Mapping[SideName, NDArray[np.int64]]


class Ledger:
    """Counts that are taken while everybody is assigned: cells of the standard features, and where segment 0 would go.

    Parameters
    ----------
    table
        The coded files.
    read
        Reads codes of a block.
    """

    def __init__(self, table: CodedTable, read: Reader) -> None:
        self.cells: CellTable = cells_of(table.columns)
        self._read = read
        self.by_cell: dict[SideName, NDArray[np.int64]] = {}
        self.if_placed: dict[SideName, NDArray[np.int64]] = {}

    def add(self, side: Side, block: AssignedBlock) -> None:
        """Count one assigned block."""
        if self.cells.columns:
            codes = self._read(block.block, self.cells.columns)
            counted = self.cells.tabulate(codes, block.segments, len(block.if_placed))
            self.by_cell[side.name] = self.by_cell.get(side.name, np.zeros_like(counted)) + counted
        self.if_placed[side.name] = self.if_placed.get(side.name, np.zeros_like(block.if_placed)) + block.if_placed


def run_checks(
    engine: LocalEngine,
    table: CodedTable,
    samples: Samples,
    sample_codes: NDArray[np.int16],
    model: Model,
    nulls: Nulls,
    tables: Mapping[SideName, Tables],
    ledger: Ledger,
    stages: Stages = UNKEPT,
    *,
    nested: bool,
    seed: int,
    min_explained: float,
    on_components: bool,
    quick: bool,
) -> Checks:
    """Run all checks on the published segments.

    Parameters
    ----------
    samples
        Sampled rows of both sides.
    sample_codes
        Raw codes of the sample in the order of the encoder's columns.
    nulls
        What k-means makes of data without groups.
    tables
        Counts by segment on both sides.
    ledger
        What was counted while everybody was assigned.
    stages
        Keeps what does not depend on the customers.
    nested
        Whether most customers are in the population.
    seed, min_explained, on_components, quick
        Settings.
    """
    components = model.components
    placed = {side: found.sizes[1:] for side, found in tables.items()}
    return Checks(
        nulls=nulls,
        chance=chance_indices(placed["population"], int(placed["customers"].sum()), nested=nested, seed=seed),
        sensitivity=(
            *run_sensitivity(
                engine,
                table.columns,
                samples,
                model,
                placed_indices(placed["population"], placed["customers"]),
                min_explained=min_explained,
                on_components=on_components,
                seed=seed,
            ),
            place_low_information(placed, ledger.if_placed, nested=table.nested),
        ),
        loadings=stages.run(
            loading_stability,
            engine,
            model.encoder.rows.encode(sample_codes[:, :SAMPLE_ROWS]),
            components.loadings[: components.kept],
            seed,
            draws_of(quick=quick),
        ),
        families=find_families(model.segmentation.centroids, placed["population"]),
        standardised=_standardised(ledger),
        standard_features=ledger.cells.columns,
        if_placed=ledger.if_placed,
    )


def placed_indices(population: NDArray[np.int64], customers: NDArray[np.int64]) -> NDArray[np.float64]:
    """Index of segments 1..k over placed rows, shape (k,); NaN where nobody of the population is."""
    with np.errstate(invalid="ignore", divide="ignore"):
        index = 100.0 * (customers / customers.sum()) / (population / population.sum())
    return np.where(population > 0, index, np.nan)


def _standardised(ledger: Ledger) -> Standardised | None:
    if not ledger.cells.columns:
        return None
    return standardise(ledger.cells, ledger.by_cell["customers"], ledger.by_cell["population"])
