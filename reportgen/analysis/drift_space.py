"""Centroids of two models in the encoded columns that both have, for where no row is known in both runs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.model_reader import StoredModel
from reportgen.analysis.segmentation import Model


@dataclass(frozen=True)
class Space:
    """Centroids in the encoded columns of a model.

    Attributes
    ----------
    columns
        What each encoded column means: column, part, level.
    centroids : ndarray of float64, shape (k, n_encoded)
    """

    columns: tuple[tuple[str, str, str], ...]
    centroids: NDArray[np.float64]


def space_of(model: Model | StoredModel) -> Space:
    """Carry the centroids of a model back into its encoded columns."""
    if isinstance(model, StoredModel):
        columns = [(table.column, table.part, name) for table in model.tables for name in table.level_names]
    else:
        columns = [
            (stretch.aspect.column.name, stretch.aspect.part, name)
            for stretch in model.encoder.stretches
            for name in stretch.level_names
        ]
    components = model.components
    return Space(tuple(columns), components.mean + model.segmentation.centroids @ components.basis.T)


def common_centroids(before: Space, now: Space) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Take the encoded columns that both models have.

    Returns
    -------
    (before, now) : ndarrays of float64, shape (k, n_common), or None
        None when fewer than half of the encoded columns are common.
    """
    common = sorted(set(before.columns) & set(now.columns))
    if 2 * len(common) < max(len(before.columns), len(now.columns)):
        return None
    first, second = (space.centroids[:, [space.columns.index(key) for key in common]] for space in (before, now))
    return first, second
