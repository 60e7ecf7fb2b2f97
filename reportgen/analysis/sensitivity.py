"""Would another analyst find the same? The published segments against variants of them, and what that does to verdicts.

The samples are small beside the files, so a variant's index on them carries their noise. The published segments are
counted on the same sampled rows and the ratio of the two indices is applied to the published index: the noise cancels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.agreement import adjusted_rand, contingency, jaccard
from reportgen.analysis.comparison import holm
from reportgen.analysis.samples import Samples
from reportgen.analysis.scan import REPRODUCED
from reportgen.analysis.segmentation import Model
from reportgen.analysis.variants import Ground, Variant, lay_ground
from reportgen.analysis.variants_missing import complete_rows, mode_imputation, partial_distance
from reportgen.analysis.variants_refitted import (
    other_k,
    other_seed,
    other_threshold,
    with_components,
    without_components,
)
from reportgen.analysis.verdicts import LEVEL, PAR, TotalError
from reportgen.engine.local import LocalEngine
from reportgen.ingest.table import CodedColumn

VerdictWord = Literal["over", "under", "at par", "inconclusive"]
_THRESHOLD_STEP = 5


@dataclass(frozen=True)
class SensitivityRun:
    """The published segments beside one variant.

    Attributes
    ----------
    name
        Stable key: ``no_pca`` (``with_pca`` when the published segments do without), ``other_seed``,
        ``threshold_lower``, ``threshold_higher``, ``mode_imputation``, ``partial_distance``, ``complete_rows``,
        ``k_minus_1``, ``k_plus_1``, ``low_information_placed``.
    ari
        Adjusted Rand index of the two on the sampled population rows that both place; None when there is no such
        variant.
    indices
        What the published index of segments 1..k becomes; None for a segment that the variant does not hold (Jaccard
        similarity 0.5 or less) or that has no people on a side of the sample.
    jaccards
        Best Jaccard similarity of segments 1..k with a segment of the variant; None for a segment without rows.
    rows
        Sampled population rows that both place.
    note
        What the variant is or why there is none, in words; may be empty.
    """

    name: str
    ari: float | None
    indices: tuple[float | None, ...]
    jaccards: tuple[float | None, ...]
    rows: int
    note: str


def run_sensitivity(
    engine: LocalEngine,
    columns: Sequence[CodedColumn],
    samples: Samples,
    model: Model,
    indices: NDArray[np.float64],
    *,
    min_explained: float,
    on_components: bool,
    seed: int,
) -> tuple[SensitivityRun, ...]:
    """Compare the published segments with all variants.

    Parameters
    ----------
    engine
        Runs the variants side by side; BLAS must be pinned to one thread.
    columns
        Columns of the coded table, which are those of the samples.
    model
        The published segments.
    indices : ndarray of float64, shape (k,)
        Published index over placed rows of segments 1..k, from all rows; NaN where there is none.
    min_explained, on_components, seed
        As in ``run.Settings``.

    Returns
    -------
    tuple of SensitivityRun
        In a fixed order; a variant that does not apply is there with its reason.
    """
    ground = lay_ground(columns, samples, model, min_explained=min_explained, on_components=on_components, seed=seed)
    makers = _variants(on_components)
    return tuple(engine.spread(partial(_compare, ground, indices), makers))


def _compare(ground: Ground, indices: NDArray[np.float64], make: Callable[[Ground], Variant]) -> SensitivityRun:
    return compare_variant(make(ground), indices)


def _variants(on_components: bool) -> tuple[Callable[[Ground], Variant], ...]:
    return (
        without_components if on_components else with_components,
        other_seed,
        partial(other_threshold, name="threshold_lower", step=-_THRESHOLD_STEP),
        partial(other_threshold, name="threshold_higher", step=_THRESHOLD_STEP),
        mode_imputation,
        partial_distance,
        complete_rows,
        partial(other_k, name="k_minus_1", step=-1),
        partial(other_k, name="k_plus_1", step=1),
    )


def compare_variant(variant: Variant, indices: NDArray[np.float64]) -> SensitivityRun:
    """Match the published segments in a variant and say what their index becomes.

    Parameters
    ----------
    indices : ndarray of float64, shape (k,)
        Published index from all rows; NaN where there is none.
    """
    published, other = variant.published, variant.other
    nothing = (None,) * published.k
    both = np.zeros(0, dtype=np.bool_) if other is None else (published.population >= 0) & (other.population >= 0)
    rows = int(both.sum())
    if other is None or rows < 2:
        return SensitivityRun(variant.name, None, nothing, nothing, rows, variant.note)
    table = contingency(published.population[both], other.population[both], published.k, other.k)
    similarity = jaccard(table)
    best, match = similarity.max(axis=1), similarity.argmax(axis=1)
    with np.errstate(invalid="ignore"):
        moved = indices * (other.index()[match] / published.index())
    known = (best > REPRODUCED) & np.isfinite(moved)
    return SensitivityRun(
        variant.name,
        adjusted_rand(table),
        tuple(float(value) if there else None for value, there in zip(moved, known, strict=True)),
        tuple(float(value) if size else None for value, size in zip(best, table.sum(axis=1), strict=True)),
        rows,
        variant.note,
    )


def verdict_word(
    index: float,
    se_total_log: float,
    adjust: Callable[[float], float],
    *,
    par: tuple[float, float] = PAR,
    level: float = LEVEL,
) -> VerdictWord:
    """Judge an index whose segment is large and stable enough to be judged, by the rule of ``verdicts.judge``.

    Parameters
    ----------
    index
        Above 0.
    se_total_log
        Standard error of the log index by sampling and re-clustering.
    adjust
        Takes the p-value of this index to its value adjusted for the other segments; see ``holm_adjuster``.
    par
        Limits of the index; an interval inside them is "at par".
    level
        Largest adjusted p-value of "over" and "under".
    """
    error = TotalError(index, se_total_log**2)
    low, high = error.interval
    if par[0] <= low and high <= par[1]:
        return "at par"
    if par[0] < index < par[1] or adjust(error.p) > level:
        return "inconclusive"
    return "over" if index >= par[1] else "under"


def overturned(
    published: VerdictWord,
    index: float | None,
    se_total_log: float,
    adjust: Callable[[float], float],
    *,
    par: tuple[float, float] = PAR,
    level: float = LEVEL,
) -> bool:
    """Say whether an index from a variant would give another verdict than the published one.

    Parameters
    ----------
    published
        The published verdict; an inconclusive one cannot be overturned.
    index
        The segment's index by the variant; None when the variant has none, which overturns nothing by itself.
    se_total_log, adjust, par, level
        As in ``verdict_word``.
    """
    if published == "inconclusive" or index is None:
        return False
    return verdict_word(index, se_total_log, adjust, par=par, level=level) != published


def holm_adjuster(p_values: Sequence[float], position: int) -> Callable[[float], float]:
    """Return what Holm's method makes of another p-value in place of ``p_values[position]``, the others as they are."""

    def adjust(p: float) -> float:
        return float(holm([p if at == position else other for at, other in enumerate(p_values)])[position])

    return adjust
