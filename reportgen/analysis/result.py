"""The published form of an analysis: everything that a report may print, and nothing else.

Every field is a plain value, so that ``analysis.json`` is this module written down. A value that
cannot be given is ``None`` and its reason stands in ``reasons`` under the field's name; in JSON it
becomes a sibling ``<key>_reason``.

Shares are fractions of one, an index is 100 for "as often as in the population", an interval is
``(low, high)`` at 95 %.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from reportgen.analysis.result_campaign import Campaign
from reportgen.analysis.result_changes import Changes
from reportgen.language import mark

SCHEMA_VERSION = 1
NO_CHANGES = mark("there is no earlier issue to compare with")
Interval = tuple[float, float]


@dataclass(frozen=True)
class Count:
    """A number of people and their share of all people on that side."""

    count: int
    share: float


@dataclass(frozen=True)
class Rows:
    """The size of one side."""

    rows: int


@dataclass(frozen=True)
class QualityColumn:
    """One declared column: what is missing, what is unknown, and what became of it.

    ``missing_blank``, ``missing_coded`` and ``unknown_codes`` count population rows; ``missing_share`` is
    (blank + coded) / rows, ``customers_missing_share`` the same on the other side. ``use`` is ``distance``,
    ``describe`` or ``dropped`` (in no profile either); ``reason`` says why it is not in the distance.
    ``inertia_kept`` is the share of the feature's inertia that the kept components carry, ``share_imputed`` the share
    of the placed population whose value in the distance is filled in. Counts under ten, and what would give them away,
    are not given.
    """

    name: str
    label: str
    type: str
    information_level: str
    role: str
    sensitivity: str
    missing_blank: int | None
    missing_coded: int | None
    missing_share: float | None
    customers_missing_share: float | None
    levels: int
    unknown_codes: int | None
    use: str
    dropped: bool
    reason: str
    inertia_kept: float | None
    share_imputed: float | None
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class MissingBin:
    """Rows that miss ``missing`` to ``upto`` of the kept columns; a range where single numbers hold few rows."""

    missing: int
    upto: int
    population: int
    customers: int


@dataclass(frozen=True)
class RowQuality:
    """The low-information threshold: rows that miss ``threshold`` or more kept columns are segment 0.

    ``moved_by_5`` is the larger number of population rows that would change sides if the threshold
    were 5 lower or 5 higher. ``columns`` is the number of columns that are counted.
    """

    columns: int
    threshold: int | None
    low_information: int
    customers_low_information: int
    moved_by_5: int | None
    reason: str
    histogram: tuple[MissingBin, ...]
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class MissingBlock:
    """Columns that go missing together, and the number of population rows in which all of them do."""

    columns: tuple[str, ...]
    rows: int


@dataclass(frozen=True)
class Twin:
    """Two columns that tell nearly the same; ``left_out`` does not enter the distance (may be empty)."""

    first: str
    second: str
    measure: str
    value: float
    left_out: str


@dataclass(frozen=True)
class Decision:
    """One line of the decision log: what was done to which column or rows, and why."""

    subject: str
    decision: str
    reason: str


@dataclass(frozen=True)
class QualityFinding:
    """Something that did not stop the build but that a reader should know."""

    column: str
    message: str


@dataclass(frozen=True)
class Undeclared:
    """A column of the data that the dictionary does not name."""

    name: str
    side: str
    type: str
    missing_share: float | None
    distinct: int
    at_least: bool
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Quality:
    """Whether the input can be trusted, and what was decided about it."""

    columns: tuple[QualityColumn, ...]
    rows: RowQuality
    blocks: tuple[MissingBlock, ...]
    twins: tuple[Twin, ...]
    max_missing: float
    limit_gap: Interval
    decisions: tuple[Decision, ...]
    findings: tuple[QualityFinding, ...]
    undeclared: tuple[Undeclared, ...]


@dataclass(frozen=True)
class Loading:
    """Correlation of one encoded column with a component; ``phrase`` says what the positive end means.

    At the ends of a component, three features or more of one family are told as one: ``told`` counts them, and
    ``relatives`` all of the family in the distance; else both are null.
    """

    feature: str
    label: str
    phrase: str
    correlation: float
    told: int | None
    relatives: int | None
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """One kept component in words.

    ``explained`` is its share of the total variance; ``beats_parallel`` says whether its eigenvalue lies above
    the parallel-analysis line. ``high`` and ``low`` hold at most three loadings per end; ``loadings`` the
    twelve largest in absolute value. ``congruence`` is Tucker's, the mean over bootstrap samples.
    """

    component: int
    explained: float
    beats_parallel: bool
    congruence: float
    sentence: str
    title: str
    high: tuple[Loading, ...]
    low: tuple[Loading, ...]
    loadings: tuple[Loading, ...]


@dataclass(frozen=True)
class Components:
    """Principal components of the encoded population.

    ``eigenvalues`` holds all of them; ``parallel`` the 95 % line of data with permuted features, same length.
    ``explained`` is the share of variance of the ``kept`` first ones. ``hardly_used`` lists features of whose
    inertia under 20 % is kept.
    """

    kept: int
    explained: float
    encoded_columns: int
    reason: str
    eigenvalues: tuple[float, ...]
    parallel: tuple[float, ...]
    hardly_used: tuple[str, ...]
    readings: tuple[Reading, ...]


@dataclass(frozen=True)
class KRow:
    """One number of segments that was tried.

    ``inertia`` is the mean squared distance to the centroid as a share of the total; ``silhouette`` the simplified
    silhouette; ``ari`` the mean adjusted Rand index over ``pairs`` bootstrap pairs with ``ari_low`` the smallest;
    ``jaccard`` the smallest mean Jaccard similarity of any segment. ``inertia_null``, ``silhouette_null`` and
    ``ari_null`` are those of data without groups: one normal cloud cut into the codes of the data. ``confirmed_ari``
    and ``confirmed_jaccard`` are agreement and similarity over ``confirmed_pairs`` pairs of a larger sample of
    ``confirmed_rows`` rows.
    """

    k: int
    inertia: float
    inertia_null: float | None
    silhouette: float
    silhouette_null: float
    ari: float
    ari_low: float
    ari_null: float | None
    jaccard: float
    pairs: int
    confirmed_rows: int | None = None
    confirmed_pairs: int | None = None
    confirmed_ari: float | None = None
    confirmed_jaccard: float | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Choice:
    """The number of segments and why.

    ``stable`` holds the numbers at which refits agree and every segment is found again, the preferred one first;
    ``runner_up`` is the next best k, if any; ``passed_over`` counts numbers with a segment too small to be published.
    ``merged_from`` is the number of segments before those with fewer than ten people on a side were merged.
    """

    k: int
    reason: str
    given: bool
    stable: tuple[int, ...]
    runner_up: int | None
    passed_over: int
    merged_from: int | None
    sample_rows: int
    scan: tuple[KRow, ...]
    reasons: Mapping[str, str] = field(default_factory=dict)

    @property
    def selected(self) -> int:
        """The number that was given or chosen among those tried, before segments were merged."""
        return self.k if self.merged_from is None else self.merged_from


@dataclass(frozen=True)
class Marker:
    """One fact that sets a segment apart from everybody, the segment included.

    ``measure`` is ``h`` (Cohen's h of a level's share) or ``d`` (standardised difference of means). ``here`` and
    ``everybody`` are the share of ``level``, or the mean of the feature's number. ``by_construction`` facts were used
    to build the segments, directly or ``via`` another feature; only the others are evidence. ``grade`` is ``clearly``
    (|effect| >= 0.5) or ``somewhat``.
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


@dataclass(frozen=True)
class SourcePart:
    """One file of an input in several parts, by base name; ``rows`` are those of the file, whatever their side."""

    name: str
    rows: int
    size: int
    sha256: str


@dataclass(frozen=True)
class SourceFile:
    """One input by base name.

    ``parts`` is empty for a single file. For several, ``size`` is that of all and ``sha256`` is that of the list of
    their hashes, one to a line.
    """

    side: str
    name: str
    rows: int
    size: int
    sha256: str
    encoding: str
    delimiter: str
    parts: tuple[SourcePart, ...] = ()


@dataclass(frozen=True)
class Provenance:
    """Where the report comes from: title, dates, inputs, settings, versions.

    ``standard_error`` says which of the two error formulas holds: ``separate`` or ``nested`` files. ``issue`` counts
    the runs that follow each other in one output folder. ``model_from`` is the run in which the segments were built,
    ``previous`` the issue before; empty when this run built them, or follows none.
    """

    title: str
    organisation: str
    data_as_of: str
    run: str
    seed: int
    quick: bool
    standard_error: str
    id_column: str
    dictionary: str
    labelled: bool
    sources: tuple[SourceFile, ...]
    settings: Mapping[str, str]
    versions: Mapping[str, str]
    issue: int = 1
    model_from: str = ""
    previous: str = ""


@dataclass(frozen=True)
class Gate:
    """One condition that a run has to meet: ``rule`` as configured, ``value`` as found, ``sentence`` for readers."""

    rule: str
    value: float | None
    failed: bool
    sentence: str
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Analysis:
    """The whole analysis, ready to print.

    ``structure`` is ``found``, ``reproducible`` or ``constructed``. ``standard_features`` names the columns of age, sex
    and region for which indices are standardised. ``changes`` compares with the issue before; ``gates`` holds the
    conditions that were set for the run.
    """

    schema_version: int
    provenance: Provenance
    population: Rows
    customers: Rows
    overlap: int | None
    quality: Quality
    components: Components
    choice: Choice
    structure: str | None
    structure_sentence: str
    segments: tuple[Segment, ...]
    families: FamilyTree
    features: tuple[FeatureComparison, ...]
    proxies: tuple[ProxyCheck, ...]
    standard_features: tuple[str, ...]
    recommendation: Recommendation
    robustness: Robustness
    placebo: Placebo
    suppression: tuple[Suppression, ...]
    campaign: Campaign
    gates: tuple[Gate, ...] = ()
    changes: Changes | None = None
    reasons: Mapping[str, str] = field(default_factory=lambda: {"changes": NO_CHANGES})

    @cached_property
    def placed(self) -> tuple[Segment, ...]:
        """Segments 1..k, without the low-information records."""
        return tuple(segment for segment in self.segments if segment.id != 0)

    @cached_property
    def by_id(self) -> Mapping[int, Segment]:
        """Segments by id."""
        return {segment.id: segment for segment in self.segments}
