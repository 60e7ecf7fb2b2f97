"""Data without groups to compare with: one cloud, drawn as often as needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.points import Points

_STREAM = 0xC10  # of the random generator


class Cloud(Protocol):
    """Rows without groups, in the kept components."""

    def draw(self, rows: int, seed: int, number: int = 0) -> Points:
        """Draw rows; each number of a draw has random numbers of its own."""
        ...


@dataclass(frozen=True)
class NormalCloud:
    """One normal distribution with the variances of the components.

    Attributes
    ----------
    variances : ndarray of float64, shape (n_components,)
    """

    variances: NDArray[np.float64]

    def draw(self, rows: int, seed: int, number: int = 0) -> Points:
        """Draw rows; each number of a draw has random numbers of its own."""
        random = np.random.default_rng([seed, _STREAM, number])
        spread = np.sqrt(self.variances, dtype=np.float32)
        return Points.of(random.standard_normal((rows, len(spread)), np.float32) * spread)
