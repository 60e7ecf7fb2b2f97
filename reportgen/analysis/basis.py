"""What the segments are built on and put to the test with, before there are any."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.coded_cloud import CodedCloud, fit_coded_cloud
from reportgen.analysis.components import parallel_line
from reportgen.analysis.dimensions import Space, encoded
from reportgen.analysis.findings import DataFindings
from reportgen.analysis.grains import with_grains
from reportgen.analysis.nulls import Nulls, fit_nulls
from reportgen.analysis.points import Points
from reportgen.analysis.samples import SAMPLE_ROWS, Samples
from reportgen.analysis.settings import Settings
from reportgen.cache.stages import Stages
from reportgen.engine.local import LocalEngine
from reportgen.engine.passes import Placement


@dataclass(frozen=True)
class Basis:
    """The files as they were screened, and samples of them as points.

    Attributes
    ----------
    data, placement, samples
        What was found in the files, who is placed, and sampled rows of both sides.
    space
        How rows become points.
    large, points, customers
        The large sample of the population until the segments are built, its first rows, and the sample of the
        customers, in the kept components.
    codes : ndarray of int16, shape (n_columns of the encoder, n_rows)
        Raw codes of the first rows.
    cloud
        One normal cloud cut into these codes.
    parallel : ndarray of float64, shape (n_encoded,)
        The line of parallel analysis.
    """

    data: DataFindings
    placement: Placement
    samples: Samples
    space: Space
    large: Points
    points: Points
    customers: Points
    codes: NDArray[np.int16]
    cloud: CodedCloud
    parallel: NDArray[np.float64]

    def nulls(self, k: int, settings: Settings, engine: LocalEngine, stages: Stages) -> Nulls:
        """Cluster data without groups into as many segments."""
        shown, components, quick = self.space.shown, self.space.components, settings.quick
        return fit_nulls(engine, stages, shown, components, self.codes, self.cloud, k, settings.seed, quick=quick)


def lay_basis(
    data: DataFindings,
    placement: Placement,
    samples: Samples,
    space: Space,
    seed: int,
    engine: LocalEngine,
    stages: Stages,
) -> Basis:
    """Turn the samples into points, and draw data without groups to set them beside."""
    table, encoder = data.table, space.encoder
    large, customers = (
        Points.of(space.components.project_codes(encoder, encoded(rows, table, encoder)))
        for rows in (samples.population, samples.customers)
    )
    sample = samples.population.first(SAMPLE_ROWS)
    cloud, parallel = _without_groups(engine, stages, encoded(sample, table, space.shown), space, seed)
    points, codes = with_grains(large.first(SAMPLE_ROWS)), encoded(sample, table, encoder)
    return Basis(data, placement, samples, space, large, points, customers, codes, cloud, parallel)


def _without_groups(
    engine: LocalEngine, stages: Stages, codes: NDArray[np.int16], space: Space, seed: int
) -> tuple[CodedCloud, NDArray[np.float64]]:
    """Return one cloud in the codes of the sample, and the line of parallel analysis; they do not need each other."""
    with engine.beside(lambda: stages.run(parallel_line, engine, codes, space.shown, seed)) as parallel:
        cloud = stages.run(fit_coded_cloud, codes, space.shown, space.components, seed)
        return cloud, parallel()
