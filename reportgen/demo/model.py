"""How a column of the demo is described: its codes with their shares, and the traits that it reflects."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reportgen.demo.planted import LOW_INFORMATION

# A record with little information holds the vendor's default code in this share of its cells; the rest are as drawn.
DEFAULT_SHARE = 0.94

Tree = Mapping[str, "Tree | float"]


@dataclass(frozen=True)
class Scale:
    """A column cut from one latent score.

    Attributes
    ----------
    name
        Column name.
    shares
        Share by code among rows with enough information, adding up to 1, in the order in which the
        codes follow each other along the latent score.
    loadings
        Weight of each trait in the score.
    default
        The code that records with little information hold; empty when they hold no particular one.
    latent
        Name of the score; columns that name the same one are cut from the same draw.
    """

    name: str
    shares: Mapping[str, float]
    loadings: Mapping[str, float]
    default: str = ""
    latent: str = ""


@dataclass(frozen=True)
class Nested:
    """A column whose codes are the leaves of a tree, one latent score per level of the tree.

    Attributes
    ----------
    name
        Name of the leaves' column; it need not be written to the file.
    latents
        Names of the scores, from the root to the leaves.
    tree
        Nested mapping from branch to branch to the share of a leaf; each level in the order of its score.
    default
        The leaf of records with little information; empty for none.
    """

    name: str
    latents: tuple[str, ...]
    tree: Tree
    default: str = ""


@dataclass(frozen=True)
class ColumnSet:
    """All columns drawn from latent scores, and the loadings of scores that nested columns share."""

    scales: tuple[Scale, ...]
    nested: tuple[Nested, ...] = ()
    latents: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def scale(
    name: str,
    weights: Mapping[int, float] | Mapping[str, float],
    *,
    default: str = "",
    latent: str = "",
    **loadings: float,
) -> Scale:
    """Describe a column by counts or shares of its codes among rows with enough information."""
    return Scale(name, _shares(weights), loadings, default, latent)


def scale_of_all(name: str, counts: Mapping[int, float], *, default: str, **loadings: float) -> Scale:
    """Describe a column by counts over all rows; what the vendor's default code adds to them is taken off.

    With low-information share q and default d the counts are (1 - a) p + a d with a = q x DEFAULT_SHARE,
    which is solved for the share p among the other rows (and the drawn rest).
    """
    part = LOW_INFORMATION["population"] * DEFAULT_SHARE if default else 0.0
    total = sum(counts.values())
    weights = {code: max(count / total - part * (str(code) == default), 0.0) for code, count in counts.items()}
    return Scale(name, _shares(weights), loadings, default)


def scale_of_moments(
    name: str, codes: Sequence[int], mean: float, sd: float, *, default: int, **loadings: float
) -> Scale:
    """Describe a column by mean and standard deviation over all rows, of which some hold the default code."""
    part = LOW_INFORMATION["population"] * DEFAULT_SHARE
    own_mean = (mean - part * default) / (1 - part)
    own_square = (sd**2 + mean**2 - part * default**2) / (1 - part)
    shares = shares_of_moments(codes, own_mean, math.sqrt(own_square - own_mean**2))
    return Scale(name, _shares(dict(zip(codes, shares, strict=True))), loadings, str(default))


def _shares(weights: Mapping[int, float] | Mapping[str, float]) -> dict[str, float]:
    total = sum(weights.values())
    return {str(code): weight / total for code, weight in weights.items()}


def shares_of_moments(codes: Sequence[int], mean: float, sd: float) -> tuple[float, ...]:
    """Return the shares of greatest entropy on given codes with a given mean and standard deviation.

    They have the form exp(a x + b x²) / sum; a and b are found by Newton's method on the dual, whose
    gradient is the gap in the first two moments and whose Hessian is their covariance
    (Cover & Thomas, Elements of Information Theory, chapter 12).

    Raises
    ------
    ValueError
        If no distribution on the codes has these moments.
    """
    points = [(code - mean) / sd for code in codes]
    a, b = 0.0, -0.5
    for _ in range(200):
        powers = [a * x + b * x * x for x in points]
        top = max(powers)
        weights = [math.exp(power - top) for power in powers]
        total = sum(weights)
        m1, m2, m3, m4 = (sum(w * x**k for w, x in zip(weights, points, strict=True)) / total for k in (1, 2, 3, 4))
        g1, g2 = m1, m2 - 1.0
        if abs(g1) + abs(g2) < 1e-12:
            return tuple(weight / total for weight in weights)
        h11, h12, h22 = m2 - m1 * m1, m3 - m1 * m2, m4 - m2 * m2
        determinant = h11 * h22 - h12 * h12
        step_a, step_b = (h22 * g1 - h12 * g2) / determinant, (h11 * g2 - h12 * g1) / determinant
        shrink = min(1.0, 1.0 / max(abs(step_a), abs(step_b), 1e-300))
        a, b = a - shrink * step_a, b - shrink * step_b
    raise ValueError(f"no shares on {codes[0]}..{codes[-1]} have mean {mean} and standard deviation {sd}")
