"""Does a score recognise the person or the file? The test on missing values, and features that tell too much alone.

Two files that were prepared apart differ in what is missing, and a model can live on that. So a second model sees
nothing but which values are missing. When it tells customers from the population nearly as well, the ranking is about
the files. The test makes no sense where customers are rows of the population file: there a gap is the same for both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.auc import Auc, area, area_of_counts
from reportgen.analysis.folds import FOLDS, within_folds
from reportgen.analysis.score_models import LinearDesign, Scorer, fit_linear
from reportgen.analysis.score_rows import ScoreRows
from reportgen.engine.local import LocalEngine
from reportgen.ingest.table import CodedColumn

LARGEST_MISSING_AUC = 0.65
LARGEST_PART = 1.0 / 3.0
TELLING = 0.65
_LEAST_ROWS = 20  # a pattern of gaps that fewer rows have, or lack, is not looked at


@dataclass(frozen=True)
class Leakage:
    """How well missing values alone tell customers from the population.

    Attributes
    ----------
    missing
        Area under the curve of the model that sees missing values only; chance when nothing is missing.
    full
        That of the ranking, on the same people.
    """

    missing: Auc
    full: Auc

    @property
    def part(self) -> float | None:
        """What missing values alone reach of what the ranking reaches beyond chance; None when it reaches nothing."""
        if self.full.value <= 0.5:
            return None
        return (self.missing.value - 0.5) / (self.full.value - 0.5)

    @property
    def flagged(self) -> bool:
        """Whether the ranking is about the files.

        Missing values must beat chance at all; then an area above 0.65, or more than a third of what the ranking
        reaches beyond chance, is too much.
        """
        if not self.missing.beats_chance:
            return False
        return self.missing.value > LARGEST_MISSING_AUC or self.part is None or self.part > LARGEST_PART


def check_leakage(
    engine: LocalEngine,
    rows: ScoreRows,
    columns: Sequence[CodedColumn],
    used: Sequence[int],
    full: Auc,
    people: NDArray[np.bool_],
) -> Leakage:
    """Fit a model on missing values alone, by the same folds, and compare it with the ranking.

    Parameters
    ----------
    columns
        All coded columns.
    used
        Positions of those that the score may use.
    full
        Area under the curve of the ranking on the same people.
    people : ndarray of bool, shape (n_rows,)
        Rows to fit on and, without the validation rows, to judge on: everybody, or placed people.
    """
    design = _gap_design(rows.codes[:, people], columns, used)
    odds = np.zeros(len(rows.customer))
    if design.tables:
        fit = partial(_fit_without, rows, design, people)
        for fold, scorer in enumerate(engine.spread(fit, range(FOLDS), here=False)):
            here = rows.fold == fold
            odds[here] = scorer.log_odds(rows.codes[:, here])
    judged = people & ~rows.validation
    places = within_folds(odds[judged], rows.customer[judged], rows.fold[judged])
    return Leakage(area(places[rows.customer[judged]], places[~rows.customer[judged]]), full)


def _fit_without(rows: ScoreRows, design: LinearDesign, people: NDArray[np.bool_], fold: int) -> Scorer:
    """Fit a regression to some people outside a fold."""
    seen = people & (rows.fold != fold)
    return fit_linear(design, rows.codes[:, seen], rows.customer[seen])


def _gap_design(codes: NDArray[np.int16], columns: Sequence[CodedColumn], used: Sequence[int]) -> LinearDesign:
    """One 0/1 column for each pattern of gaps over the rows; columns that go missing together count once."""
    seen: set[bytes] = set()
    tables = []
    for position in used:
        missing = columns[position].missing
        gaps = missing[codes[position]]
        pattern = np.packbits(gaps).tobytes()
        if pattern in seen or not _LEAST_ROWS <= gaps.sum() <= len(gaps) - _LEAST_ROWS:
            continue
        seen.add(pattern)
        tables.append((position, missing[:, np.newaxis].astype(np.float64)))
    return LinearDesign(tuple(tables))


@dataclass(frozen=True)
class TellingFeature:
    """A column that alone tells customers from the others better than a single fact should."""

    column: CodedColumn
    auc: float


def telling_features(
    rows: ScoreRows, columns: Sequence[CodedColumn], used: Sequence[int]
) -> tuple[TellingFeature, ...]:
    """Return the columns whose levels alone reach an area above 0.65, the largest first.

    Levels, with missing as one of them, are ordered by their share of customers on three folds and judged on the other
    two, so that many rare levels gain nothing.
    """
    learnt = rows.fold < 3
    found = []
    for position in used:
        column = columns[position]
        level = np.where(column.level_of < 0, len(column.levels), column.level_of)[rows.codes[position]]
        counts = {
            (kind, part): np.bincount(level[(rows.customer == kind) & (learnt == part)], minlength=level.max() + 1)
            for kind in (True, False)
            for part in (True, False)
        }
        known = counts[True, True] + counts[False, True]
        rate = np.divide(counts[True, True], known, out=np.full(len(known), learnt_rate(rows, learnt)), where=known > 0)
        order = np.argsort(rate, kind="stable")
        auc = area_of_counts(counts[True, False][order], counts[False, False][order])
        if auc > TELLING:
            found.append(TellingFeature(column, auc))
    return tuple(sorted(found, key=lambda feature: (-feature.auc, feature.column.name)))


def learnt_rate(rows: ScoreRows, learnt: NDArray[np.bool_]) -> float:
    """Share of customers among some rows."""
    return float(rows.customer[learnt].mean())
