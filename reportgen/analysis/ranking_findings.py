"""What the ranking of people found, in working form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.gains import Gains
from reportgen.analysis.leakage import Leakage, TellingFeature
from reportgen.analysis.ranking import FittedRanking
from reportgen.ingest.table import CodedColumn

SEGMENTS, SCORE = "segments", "score"


@dataclass(frozen=True)
class HeldOut:
    """People on whom the ranking is judged, each scored by a model that has not seen them.

    Attributes
    ----------
    index : ndarray of float64, shape (n_rows,)
        Individual index.
    segments : ndarray of int16, shape (n_rows,)
        0 for rows that are not placed.
    customer : ndarray of bool, shape (n_rows,)
        The sample of customers; the others are a sample of the population.
    known : ndarray of bool, shape (n_rows,)
        Others who are customers as well.
    """

    index: NDArray[np.float64]
    segments: NDArray[np.int16]
    customer: NDArray[np.bool_]
    known: NDArray[np.bool_]


@dataclass(frozen=True)
class RankingFindings:
    """The ranking and how well it does.

    Attributes
    ----------
    fitted
        The ranker with what its making tells.
    columns
        Columns that the score may use.
    sensitive
        Those of them that the dictionary calls special or proxy; empty unless they were switched on.
    held_out
        People that were evaluated on.
    sampled : ndarray of int64, shape (2, 2, 2)
        Sampled people: others and customers; judged and kept for the choice of the model; placed and not placed.
    gains, placed
        Segments alone and the score, over everybody and over placed people; ``placed`` is None when everybody is
        placed or too few are.
    leakage, placed_leakage
        Test on missing values, over everybody and over placed people; None for nested files, and where ``placed`` is.
    telling
        Columns that tell much alone.
    share
        Share of the population that is not among the others because it is customers.
    seed
        Of folds and bootstrap.
    """

    fitted: FittedRanking
    columns: tuple[CodedColumn, ...]
    sensitive: tuple[CodedColumn, ...]
    held_out: HeldOut
    sampled: NDArray[np.int64]
    gains: Gains
    placed: Gains | None
    leakage: Leakage | None
    placed_leakage: Leakage | None
    telling: tuple[TellingFeature, ...]
    share: float
    seed: int

    @property
    def targets(self) -> bool:
        """Whether customers can be told from others at all."""
        return self.gains.curves[SCORE].auc.beats_chance

    @property
    def trusted(self) -> bool:
        """Whether lists may follow the individual index: it targets, and is about people rather than files.

        Lists hold placed people, so where not everybody is placed the leakage test among placed people decides.
        """
        leakage = self.placed_leakage or self.leakage
        return self.targets and not (leakage is not None and leakage.flagged)


@dataclass(frozen=True)
class NoRanking:
    """Why there is no ranking, in words."""

    reason: str
