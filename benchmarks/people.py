"""Made-up people for the simulations: planted types or one cloud, seen through codes, written and read as real files.

People are of types: latent traits are normal around the mean of the type, and every column is a cut through a weighted
sum of traits and noise (a Gaussian copula within each type). Given the type, customers and population are alike; only
the shares of the types differ. One type is one correlated cloud.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.findings import Findings
from reportgen.analysis.publication import publish
from reportgen.analysis.result import Analysis
from reportgen.analysis.result_provenance import Provenance
from reportgen.analysis.run import analyse
from reportgen.analysis.segmentation import Model, make_assigner
from reportgen.analysis.settings import Settings
from reportgen.dictionary import Feature, FeatureDictionary, Kind
from reportgen.engine.local import LocalEngine
from reportgen.formatting import Formatter
from reportgen.ingest.ingest import IngestRequest, ingest
from reportgen.ingest.table import CodedTable

PROVENANCE = Provenance(
    "Made-up people", "", "2026-01-01", "20260101-00000000", 1, False, "separate", "id", "", True, (), {}, {}
)
_NAMES = np.array([0, 3, 1, 4, 2])  # names have no order: the levels of a set of names are shuffled


@dataclass(frozen=True)
class World:
    """The generator.

    Attributes
    ----------
    kinds
        Kind of each column.
    cuts
        Thresholds of each column, ascending; one level more than thresholds.
    loadings : ndarray of float64, shape (n_columns, n_traits)
        How strongly each trait shows in each column.
    means : ndarray of float64, shape (n_types, n_traits)
    population_shares, customer_shares : ndarray of float64, shape (n_types,)
    spread, noise
        Standard deviation of traits within a type, and of what a column adds by itself.
    shift
        By how much the traits of customers are moved, one number for each trait or one for all.
    """

    kinds: tuple[Kind, ...]
    cuts: tuple[NDArray[np.float64], ...]
    loadings: NDArray[np.float64]
    means: NDArray[np.float64]
    population_shares: NDArray[np.float64]
    customer_shares: NDArray[np.float64]
    spread: float
    noise: float
    shift: tuple[float, ...] = (0.0,)

    @property
    def true_index(self) -> NDArray[np.float64]:
        """Index of each type, shape (n_types,)."""
        return np.asarray(100.0 * self.customer_shares / self.population_shares)

    def dictionary(self) -> FeatureDictionary:
        """Declare the columns."""
        return FeatureDictionary(
            tuple(Feature(f"f{i:02d}", "person", kind, label=f"feature {i}") for i, kind in enumerate(self.kinds))
        )

    def draw(
        self, random: np.random.Generator, rows: int, *, customers: bool = False
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Draw people of one side.

        Returns
        -------
        types : ndarray of int64, shape (rows,)
        levels : ndarray of int64, shape (n_columns, rows)
            1, 2, ...
        """
        shares = self.customer_shares if customers else self.population_shares
        types = random.choice(len(shares), rows, p=shares)
        scores = self.scores(random, types, np.array(self.shift) if customers else 0.0)
        levels = np.empty((len(self.kinds), rows), dtype=np.int64)
        for at, (kind, cuts) in enumerate(zip(self.kinds, self.cuts, strict=True)):
            levels[at] = np.searchsorted(cuts, scores[:, at]) + 1
            if kind is Kind.CATEGORICAL:
                levels[at] = _NAMES[levels[at]]
        return types, levels

    def scores(
        self, random: np.random.Generator, types: NDArray[np.int64], shift: NDArray[np.float64] | float = 0.0
    ) -> NDArray[np.float64]:
        """Draw what is cut into codes for people of some types, shape (n_rows, n_columns)."""
        traits = self.means[types] + shift + self.spread * random.standard_normal((len(types), self.means.shape[1]))
        return np.asarray(traits @ self.loadings.T + self.noise * random.standard_normal((len(types), len(self.kinds))))

    def cut_at(self, cuts: tuple[NDArray[np.float64], ...]) -> World:
        """Return the same world with other thresholds."""
        return replace(self, cuts=cuts)


@dataclass(frozen=True)
class Run:
    """A pair of files that was read, analysed and published, as a real build does."""

    table: CodedTable
    findings: Findings
    model: Model
    analysis: Analysis


def write_file(path: Path, cells: Iterable[Sequence[object]], ids: Sequence[int], names: Sequence[str]) -> Path:
    """Write people as a semicolon file, one row of cells each."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(["id", *names])
        writer.writerows([identity, *row] for identity, row in zip(ids, cells, strict=True))
    return path


def with_gaps(random: np.random.Generator, levels: NDArray[np.int64], low: float) -> list[list[object]]:
    """Turn levels, shape (n_columns, n_rows), into rows of cells, a share ``low`` of which lacks nearly everything."""
    rows = [list[object](row) for row in levels.T.tolist()]
    kept = max(2, len(levels) // 5)
    for at in np.flatnonzero(random.random(len(rows)) < low) if low else ():
        rows[at][kept:] = [""] * (len(levels) - kept)
    return rows


def draw_files(
    world: World,
    random: np.random.Generator,
    folder: Path,
    rows: int,
    customers: int,
    *,
    nested: bool,
    low: tuple[float, float] = (0.0, 0.0),
) -> tuple[Path, Path]:
    """Draw a pair of files; nested customers are people of the population, separate ones are not.

    Nested people become customers independently, each with the probability that gives the customers' shares.

    Parameters
    ----------
    low
        Share of low-information records in the population and among customers of separate files.
    """
    names = [feature.name for feature in world.dictionary().features]
    types, levels = world.draw(random, rows)
    people = with_gaps(random, levels, low[0])
    population = write_file(folder / "population.csv", people, range(rows), names)
    if nested:
        chance = customers / rows * (world.customer_shares / world.population_shares)[types]
        chosen = np.flatnonzero(random.random(rows) < chance).tolist()
        return population, write_file(folder / "customers.csv", (people[at] for at in chosen), chosen, names)
    _, theirs = world.draw(random, customers, customers=True)
    cells = with_gaps(random, theirs, low[1])
    return population, write_file(folder / "customers.csv", cells, range(rows, rows + customers), names)


def read_pair(world: World, files: tuple[Path, Path], folder: Path) -> CodedTable:
    """Read a pair of files into coded blocks below ``folder``."""
    blocks = folder / "blocks"
    blocks.mkdir()
    return ingest(world.dictionary(), IngestRequest(*files), blocks)


def run_pair(world: World, files: tuple[Path, Path], folder: Path, settings: Settings) -> Run:
    """Read, analyse and publish a pair of files."""
    table = read_pair(world, files, folder)
    findings, model = analyse(table, settings, LocalEngine(1))
    return Run(table, findings, model, publish(findings, PROVENANCE, Formatter("en")))


def raw_codes(table: CodedTable, levels: NDArray[np.int64]) -> NDArray[np.int16]:
    """Turn drawn levels into the raw codes of a coded table, shape (n_columns, n_rows)."""
    codes = np.zeros(levels.shape, dtype=np.int16)
    for at, column in enumerate(table.columns):
        raw_of = np.zeros(int(levels[at].max()) + 1, dtype=np.int16)
        for raw, text in enumerate(column.codes):
            if text:
                raw_of[int(text)] = raw
        codes[at] = raw_of[levels[at]]
    return codes


def assign_levels(table: CodedTable, model: Model, levels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Assign drawn people with a fitted model, shape (n_rows,), 0-based."""
    assigner = make_assigner(model.encoder, model.components, model.segmentation.centroids)
    position = {column.name: at for at, column in enumerate(table.columns)}
    read = [position[column.name] for column in model.encoder.columns]
    codes = raw_codes(table, levels)[read]
    chunks = range(0, codes.shape[1], 50_000)
    return np.concatenate([assigner.nearest(codes[:, at : at + 50_000]) for at in chunks]).astype(np.int64)
