"""What centroids hold between two passes of a search, so that the next pass need not add up everything again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Held:
    """Which centroid held each row at the last pass, and the sums over its rows.

    From one pass to the next few rows change their centroid, so a pass that starts from here moves only those, which
    saves most of the second matrix product.

    Attributes
    ----------
    members : ndarray of int8, shape (fits, k, n_rows)
        1 where a centroid holds a row, 0 elsewhere; a row that none holds is in no sum.
    sums : ndarray of float64, shape (fits, k, n_components + 2)
        Of ``Points.heavy``: weighted rows, weights, weighted squared lengths.
    """

    members: NDArray[np.int8]
    sums: NDArray[np.float64]

    @staticmethod
    def nothing(rows: NDArray[np.float32], fits: int, k: int) -> Held:
        """Begin with centroids that hold none of the rows."""
        n, width = rows.shape
        return Held(np.zeros((fits, k, n), dtype=np.int8), np.zeros((fits, k, width + 2)))

    def of_fits(self, which: NDArray[np.intp]) -> Held:
        """Take some of the fits."""
        return Held(self.members[which], self.sums[which])

    def with_more(self, number: int) -> Held:
        """Put more centroids at the end of each fit, which hold no row."""
        members, sums = (
            np.concatenate([array, np.zeros((len(array), number, array.shape[2]), dtype=array.dtype)], axis=1)
            for array in (self.members, self.sums)
        )
        return Held(members, sums)

    def keeping(self, kept: NDArray[np.intp]) -> Held:
        """Keep some of the centroids of each fit; the rows of the others are held by none.

        Parameters
        ----------
        kept : ndarray of int, shape (fits, n_kept)
        """
        fits = np.arange(len(kept))[:, np.newaxis]
        return Held(self.members[fits, kept], self.sums[fits, kept])
