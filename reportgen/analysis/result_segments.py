"""What the report says of the segments, of their families, and of customers against the population."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reportgen.analysis.result_parts import Count, Interval


@dataclass(frozen=True)
class Marker:
    """One fact that sets a segment apart from everybody, the segment included.

    ``measure`` is ``h`` (Cohen's h of a level's share) or ``d`` (standardised difference of means). ``here`` and
    ``everybody`` are the share of ``level``, or the mean of the feature's number. ``by_construction`` facts were used
    to build the segments, directly or ``via`` another feature; only the others are evidence. ``grade`` is ``clearly``
    (|effect| >= 0.5) or ``somewhat``. Shares and means are among people with a known value, whose share in the segment
    or in everybody, whichever is smaller, is ``known``.
    """

    feature: str
    label: str
    level: str | None
    level_label: str | None
    phrase: str
    measure: str
    effect: float
    grade: str
    here: float
    everybody: float
    known: float
    p_bh: float
    by_construction: bool
    via: str | None
    basis: str
    family: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_trait(self) -> bool:
        """Whether the phrase says what the segment is: a scale's end, or a level that is more frequent than usual."""
        return self.measure == "d" or self.effect > 0


@dataclass(frozen=True)
class Reproduced:
    """In how many of how many refits the segment was found again (Jaccard above 0.5)."""

    times: int
    of: int


@dataclass(frozen=True)
class Segment:
    """One segment; id 0 holds the low-information records and is shown apart.

    ``penetration`` is customers per person of the population in the segment, ``index`` the share of customers over the
    share of the population x 100 over all rows, ``index_placed`` the same over segments 1..k on both sides. Both
    intervals are of ``index_placed`` (for segment 0 ``interval_sampling`` is of ``index``). ``share_imputed`` is the
    share of the segment's cells in the distance that were filled in. ``name`` may come from the configuration, and
    with ``note`` from ``segments.toml``;
    ``name_generated`` is always the one made from the markers. ``jaccard_chance`` is the best match that unrelated
    segments of the same sizes would reach. ``index_standardised`` is ``index_placed`` with age, sex and region as in
    the population; ``driven_by`` names the standard features without which the verdict would be another.
    ``index_bounds`` holds ``index_placed`` and the index with the low-information records assigned, in order;
    ``verdict_if_placed`` is the verdict that this other index would get; where it is another than the published index
    would get by itself, the verdict is inconclusive.
    """

    id: int
    letter: str
    name: str
    name_generated: str
    population: Count
    customers: Count
    penetration: float
    index: float | None
    index_placed: float | None
    interval_sampling: Interval | None
    interval_total: Interval | None
    index_standardised: float | None
    index_bounds: Interval | None
    driven_by: tuple[str, ...]
    expected_customers: float
    jaccard: float | None
    jaccard_min: float | None
    jaccard_chance: float | None
    reproduced: Reproduced | None
    badge: str | None
    p_holm: float | None
    verdict: str | None
    verdict_if_placed: str | None
    share_imputed: float
    markers: tuple[Marker, ...]
    portrait: tuple[str, ...]
    note: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FeatureLevel:
    """One level of a feature on both sides; shares are among rows with a known value.

    ``index`` compares customers with the population. ``segment_shares`` gives the level's share within each
    segment's population members with a known value, in the order of ``segments``, in multiples of the feature's
    ``segment_step``; where it is ``None``, ``segment_reasons`` says why at the same place.
    """

    code: str
    label: str
    population_count: int | None
    population_share: float | None
    customer_count: int | None
    customer_share: float | None
    index: float | None
    interval: Interval | None
    p_bh: float | None
    segment_shares: tuple[float | None, ...]
    segment_reasons: tuple[str, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FeatureComparison:
    """Customers against the population in one feature, before any clustering.

    ``effect`` is the largest |Cohen's h| over levels (``measure`` ``h``) or, for ordered features, the standardised
    difference of means (``d``, signed, positive when customers have more of what the label names). ``sentence`` says it
    in words. ``effect_placed`` is the same without the low-information records, in two decimals. Rare levels are
    pooled, and a pool counts as one value in means and effects. ``segment_known`` is the share of each segment's
    population members with a known value. Shares within segments are given in multiples of ``segment_step``, 0 for
    exact ones; none and all are always exact, and no other share is given as one of them. ``segment_known`` follows the
    same rule, unless ``segment_known_step`` is above 0: then it is given in multiples of that, none and all among them.
    """

    name: str
    label: str
    type: str
    information_level: str
    family: str
    basis: str
    role: str
    sensitivity: str
    measure: str
    effect: float | None
    effect_placed: float | None
    sentence: str
    population_mean: float | None
    customer_mean: float | None
    population_known: int | None
    customer_known: int | None
    segment_step: float
    segment_known_step: float
    segment_known: tuple[float | None, ...]
    segment_known_reasons: tuple[str, ...]
    levels: tuple[FeatureLevel, ...]
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Recommendation:
    """What to do. ``leading`` are placed segments whose whole sampling interval lies above 110.

    ``index`` and the intervals are of the recommended (else leading) segments taken as one, over placed rows.
    """

    write_to: tuple[int, ...]
    leading: tuple[int, ...]
    index: float | None
    interval_sampling: Interval | None
    interval_total: Interval | None
    population_share: float
    customer_share: float
    sentence: str
    support: tuple[str, ...]
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FamilyMerge:
    """Two nodes become one at ``height``; segments go by id, the first merge is the highest id + 1, and so on."""

    left: int
    right: int
    height: float
    size: int


@dataclass(frozen=True)
class FamilyTree:
    """Ward's tree on the segments. ``leaves`` is the order without crossing lines, ``cut`` the height of the cut.

    ``names`` has one name per family, made of what all its segments share; ``shared`` holds those facts, the strongest
    first. A family of one segment has the segment's name and shares nothing.
    """

    merges: tuple[FamilyMerge, ...]
    leaves: tuple[int, ...]
    families: tuple[tuple[int, ...], ...]
    names: tuple[str, ...]
    shared: tuple[tuple[str, ...], ...]
    cut: float | None
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ProxyCheck:
    """How much segments tell of a feature that was left out as sensitive: Cramér's V, ``warning`` from 0.3."""

    name: str
    label: str
    sensitivity: str
    cramers_v: float | None
    warning: bool
    reasons: Mapping[str, str] = field(default_factory=dict)
