"""Cutting latent scores into codes so that the population's shares come out exactly as described.

A score is a weighted sum of traits and noise. Over the population it is a mixture of normals, one per
planted type, so the cut points of a column are quantiles of that mixture, and the cuts below a branch of
a nested column are quantiles of the mixture with the type weights of that branch.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from reportgen.demo.model import ColumnSet, Nested, Scale, Tree
from reportgen.demo.person_columns import PERSON_COLUMNS
from reportgen.demo.place_columns import PLACE_COLUMNS
from reportgen.demo.planted import SPREAD, TRAITS, TYPES, type_shares

_LEAST_NOISE = 0.08  # variance of a score's own noise, however strongly it loads on the traits


@dataclass(frozen=True)
class Score:
    """One latent score.

    Attributes
    ----------
    loadings : tuple of (int, float)
        Position of the trait in ``TRAITS`` and its weight.
    noise
        Standard deviation of the part that no trait explains.
    means : ndarray of float64, shape (n_types,)
        Mean by planted type.
    sd
        Standard deviation within a type.
    """

    loadings: tuple[tuple[int, float], ...]
    noise: float
    means: NDArray[np.float64]
    sd: float

    def below(self, cuts: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the share of each type that lies below each cut, shape (n_types, n_cuts)."""
        return np.asarray(ndtr((cuts[None, :] - self.means[:, None]) / self.sd))

    def quantiles(self, levels: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the quantiles of the mixture with given type weights by bisection, shape (n_levels,)."""
        low = np.full(len(levels), float(self.means.min()) - 9 * self.sd)
        high = np.full(len(levels), float(self.means.max()) + 9 * self.sd)
        for _ in range(60):
            middle = (low + high) / 2
            under = weights @ self.below(middle) < levels
            low[under], high[~under] = middle[under], middle[~under]
        middles: NDArray[np.float64] = (low + high) / 2
        return middles


@dataclass(frozen=True)
class CutScale:
    """A flat column ready to be drawn: its score's row, its codes, and the cuts between them."""

    column: Scale
    score: int
    codes: tuple[str, ...]
    cuts: NDArray[np.float32]


@dataclass(frozen=True)
class CutNested:
    """A nested column ready to be drawn.

    Attributes
    ----------
    column
        Its description.
    scores
        Row of the score by level of the tree.
    codes
        Leaf codes.
    cuts
        By level: cuts of every node of that level, shape (n_nodes, n_cuts), padded with infinity.
    first
        By level: number of the first child of every node, counted over the next level.
    """

    column: Nested
    scores: tuple[int, ...]
    codes: tuple[str, ...]
    cuts: tuple[NDArray[np.float32], ...]
    first: tuple[NDArray[np.intp], ...]


@dataclass(frozen=True)
class Model:
    """Everything that is needed to draw people: scores, and columns with their cuts."""

    scores: tuple[Score, ...]
    scales: tuple[CutScale, ...]
    nested: tuple[CutNested, ...]


@cache
def demo_model() -> Model:
    """Return the calibrated model of the demo; computed once per process."""
    sets = (PERSON_COLUMNS, PLACE_COLUMNS)
    loadings = _loadings_by_score(sets)
    rows = {name: row for row, name in enumerate(loadings)}
    scores = tuple(_score(weights) for weights in loadings.values())
    weights = np.array(type_shares("population"))
    scales = tuple(
        _cut_scale(column, rows[column.latent or column.name], scores, weights)
        for columns in sets
        for column in columns.scales
    )
    nested = tuple(_cut_nested(column, rows, scores, weights) for columns in sets for column in columns.nested)
    return Model(scores, scales, nested)


def _loadings_by_score(sets: Iterable[ColumnSet]) -> dict[str, Mapping[str, float]]:
    found: dict[str, Mapping[str, float]] = {}
    for columns in sets:
        for column in columns.scales:
            found[column.latent or column.name] = column.loadings
        found.update(columns.latents)
    return found


def _score(loadings: Mapping[str, float]) -> Score:
    traits = np.array([planted.means for planted in TYPES])
    weights = np.array([loadings.get(trait, 0.0) for trait in TRAITS])
    noise = max(1.0 - float(weights @ weights), _LEAST_NOISE)
    spread = np.array([SPREAD[trait] for trait in TRAITS])
    within = float(np.sum((weights * spread) ** 2)) + noise
    positions = tuple((TRAITS.index(trait), weight) for trait, weight in loadings.items())
    return Score(positions, math.sqrt(noise), traits @ weights, math.sqrt(within))


def _cut_scale(column: Scale, row: int, scores: tuple[Score, ...], weights: NDArray[np.float64]) -> CutScale:
    levels = np.cumsum(list(column.shares.values()))[:-1]
    cuts = scores[row].quantiles(levels, weights)
    return CutScale(column, row, tuple(column.shares), cuts.astype(np.float32))


def _cut_nested(
    column: Nested, rows: Mapping[str, int], scores: tuple[Score, ...], weights: NDArray[np.float64]
) -> CutNested:
    score_rows = tuple(rows[name] for name in column.latents)
    nodes: list[tuple[Tree, NDArray[np.float64]]] = [(column.tree, weights)]
    all_cuts: list[NDArray[np.float32]] = []
    all_first: list[NDArray[np.intp]] = []
    codes: tuple[str, ...] = ()
    for row in score_rows:
        cuts: list[NDArray[np.float64]] = []
        first: list[int] = []
        following: list[tuple[Tree | float, NDArray[np.float64]]] = []
        codes = tuple(code for tree, _ in nodes for code in tree)
        for tree, node_weights in nodes:
            shares = np.array([_total(branch) for branch in tree.values()])
            node_cuts = scores[row].quantiles(np.cumsum(shares / shares.sum())[:-1], node_weights)
            edges = np.concatenate(([-np.inf], node_cuts, [np.inf]))
            by_type = np.diff(scores[row].below(edges), axis=1) * node_weights[:, None]
            first.append(len(following))
            cuts.append(node_cuts)
            for branch, part in zip(tree.values(), by_type.T, strict=True):
                following.append((branch, part / part.sum()))
        all_cuts.append(_padded(cuts))
        all_first.append(np.array(first, dtype=np.intp))
        nodes = [(branch, part) for branch, part in following if isinstance(branch, Mapping)]
    return CutNested(column, score_rows, codes, tuple(all_cuts), tuple(all_first))


def _total(branch: Tree | float) -> float:
    return sum(_total(part) for part in branch.values()) if isinstance(branch, Mapping) else branch


def _padded(rows: list[NDArray[np.float64]]) -> NDArray[np.float32]:
    table = np.full((len(rows), max(len(row) for row in rows)), np.inf, dtype=np.float32)
    for number, row in enumerate(rows):
        table[number, : len(row)] = row
    return table


def draw_scores(model: Model, traits: NDArray[np.float32], generator: np.random.Generator) -> NDArray[np.float32]:
    """Draw every score of a set of people.

    Parameters
    ----------
    model
        The calibrated model.
    traits : ndarray of float32, shape (n_traits, n_rows)
        Traits of each person.
    generator
        Source of the noise.

    Returns
    -------
    ndarray of float32, shape (n_scores, n_rows)
        Summed trait by trait, so that the result does not depend on the linear algebra library.
    """
    values = generator.standard_normal((len(model.scores), traits.shape[1]), dtype=np.float32)
    for row, score in zip(values, model.scores, strict=True):
        row *= np.float32(score.noise)
        for trait, weight in score.loadings:
            row += np.float32(weight) * traits[trait]
    return values


def leaves(column: CutNested, scores: NDArray[np.float32]) -> NDArray[np.intp]:
    """Return for each row the position of its leaf among the column's codes, shape (n_rows,)."""
    node = np.zeros(scores.shape[1], dtype=np.intp)
    for row, cuts, first in zip(column.scores, column.cuts, column.first, strict=True):
        step = np.zeros(len(node), dtype=np.intp)
        for cut in cuts.T:
            step += scores[row] > cut[node]
        node = first[node] + step
    return node
