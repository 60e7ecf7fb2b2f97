"""What the report says of data without groups, of other ways to analyse, and of small counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reportgen.analysis.result_parts import Interval


@dataclass(frozen=True)
class NullModel:
    """k-means on rows without groups, beside the data.

    ``name`` is ``data``, ``normal`` (one normal cloud with the same covariance), ``coded`` (such a cloud cut into the
    codes of the data) or ``independent`` (every feature permuted as a whole). ``silhouette`` is the simplified one, for
    both clouds the mean over ``draws``, and ``silhouette_limit`` its 95th percentile; ``ari`` the mean agreement of
    bootstrap pairs; ``inertia`` the sum of squares within segments as a share of all of it.
    """

    name: str
    silhouette: float
    silhouette_limit: float | None
    ari: float
    inertia: float
    draws: int
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Placebo:
    """What chance makes of segments and of customers.

    ``largest`` and ``smallest`` are the 95 % ranges of the largest and smallest index of a segment when ``draws``
    files of customers are drawn at random from the population, with the medians beside them.
    """

    models: tuple[NullModel, ...]
    largest: Interval | None
    largest_median: float | None
    smallest: Interval | None
    smallest_median: float | None
    draws: int
    sentence: str
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Variant:
    """The published segments beside another way to analyse.

    ``ari`` compares them on the ``rows`` that both place. ``indices`` is what each segment's index becomes, in the
    order of segments 1..k, ``None`` where the variant does not hold the segment. ``changed`` lists segments whose
    verdict would be another. ``leading_index`` is the index of the segment with the largest published index. Indices
    of variants are whole numbers, ``rows`` are to the nearest ten.
    """

    name: str
    label: str
    ari: float | None
    leading_index: float | None
    indices: tuple[float | None, ...]
    changed: tuple[int, ...]
    rows: int
    note: str
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Robustness:
    """The analysis beside others of the same data, and whether its advice would be the same.

    ``tried`` counts the variants that apply; ``survives`` says whether every recommended segment keeps its verdict.
    """

    variants: tuple[Variant, ...]
    tried: int
    survives: bool | None
    sentence: str
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Suppression:
    """One line of the suppression log: what was held back so that no count of one to nine people can be worked out.

    ``table`` names the table, ``what`` the column, rows or segments, ``treatment`` what was done (``pooled``,
    ``merged``, ``counted with``, ``rounded``, ``withheld``). ``primary`` counts the cells that hold such a count,
    ``complementary`` those treated because it would follow from them.
    """

    table: str
    what: str
    treatment: str
    primary: int
    complementary: int
    why: str
