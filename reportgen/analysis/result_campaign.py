"""The published form of the campaign chapter: reach, the ranking of people, the plan, past mailings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reportgen.analysis.result_parts import Interval
from reportgen.analysis.result_response import PastMailing


@dataclass(frozen=True)
class ReachStep:
    """One segment in the order of the index, and all segments down to it taken together.

    ``place`` is ``core`` (large, index of 100 or more), ``niche`` (small, 100 or more), ``developmental`` (large, below
    100) or ``marginal``. ``penetration`` is customers per person of the population. ``index`` and ``interval`` are of
    the segment alone, among placed people. The cumulative shares are over everybody, segment 0 included;
    ``cumulative_index`` and ``cumulative_interval`` (of the share of customers) are of the segments so far; the
    interval counts chance and, where the segments so far are found again, how firmly they stand. ``held_out`` is the
    share of customers that as many people hold when each fold is taken in the order that the other folds give, rounded
    so far that no count of few customers follows.
    """

    segment: int
    place: str
    population: int
    customers: int
    penetration: float
    index: float | None
    interval: Interval | None
    cumulative_population: float
    cumulative_customers: float
    cumulative_interval: Interval
    cumulative_index: float | None
    held_out: float | None
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reach:
    """Reach by segments. A segment is large from ``large_from``, the share that the average placed segment has.

    ``held_out`` of the steps is in multiples of ``held_out_step``; 0 where it is withheld.
    """

    large_from: float
    index_from: float
    held_out_step: float
    steps: tuple[ReachStep, ...]
    sentence: str


@dataclass(frozen=True)
class Lift:
    """Customers reached at a depth over what a random order reaches."""

    depth: float
    lift: float
    interval: Interval


@dataclass(frozen=True)
class GainsPoint:
    """Share of held-out customers reached at a depth, with its pointwise band; no band for the random order."""

    depth: float
    reach: float
    interval: Interval


@dataclass(frozen=True)
class GainsCurve:
    """One order of people on held-out people: ``random``, ``segments`` or ``score``.

    ``auc`` compares customers with the ``basis`` of the ranking. ``lift_area`` is the area under the lift curve, the
    mean lift over all depths.
    """

    name: str
    label: str
    auc: float
    auc_interval: Interval
    lift_area: float
    lift_area_interval: Interval
    lifts: tuple[Lift, ...]
    points: tuple[GainsPoint, ...]


@dataclass(frozen=True)
class Increment:
    """What the score reaches beyond segments alone at a depth, in shares of customers."""

    depth: float
    segments: float
    score: float
    difference: float
    interval: Interval


@dataclass(frozen=True)
class GainsOf:
    """The curves over some people: ``everybody`` or ``placed`` (with enough data).

    ``customers`` and ``others`` are people whom no model has seen. Shares of customers are in multiples of ``step``; 0
    means that they are exact. Areas under the ROC curve are in multiples of ``area_step``, those under the lift curve
    of ten times it.
    """

    people: str
    customers: int | None
    others: int | None
    step: float
    area_step: float
    curves: tuple[GainsCurve, ...]
    increments: tuple[Increment, ...]
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ModelCandidate:
    """A model that could have ranked and its area under the ROC curve on the validation people."""

    name: str
    auc: float
    chosen: bool


@dataclass(frozen=True)
class LeakageTest:
    """How well missing values alone tell customers from the population, over ``everybody`` or ``placed`` people.

    ``part`` is what they reach of what the ranking reaches beyond chance. ``flagged`` when they beat chance and the
    area exceeds 0.65 or the part one third.
    """

    people: str
    missing_auc: float
    missing_interval: Interval
    ranking_auc: float
    part: float | None
    flagged: bool
    sentence: str
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TellingColumn:
    """A column that alone reaches an area under the curve above 0.65: to be checked that it is known beforehand."""

    name: str
    label: str
    auc: float


@dataclass(frozen=True)
class CalibrationStep:
    """A tenth of the population by individual index: the share of customers in it, as predicted and as held out."""

    tenth: int
    mean_index: float
    predicted: float
    observed: float | None
    interval: Interval | None
    customers: int | None
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Ranking:
    """The individual index and how well it does on people whom no model has seen.

    ``basis`` says whom customers are compared with: ``everybody`` in the population, or, where all customers are in it,
    ``people who are not customers``. ``mean_before_rescaling`` is the held-out mean of the index, then set to 100.
    ``targets`` says whether customers can be told from others at all. ``trusted`` says whether lists may follow the
    index; otherwise they follow the segments.
    """

    model: str
    candidates: tuple[ModelCandidate, ...]
    choice_sentence: str
    basis: str
    folds: int
    sample_customers: int | None
    sample_others: int | None
    columns: int
    sensitive: tuple[str, ...]
    mean_before_rescaling: float
    gains: tuple[GainsOf, ...]
    increment_sentence: str
    calibration: tuple[CalibrationStep, ...]
    leakage: tuple[LeakageTest, ...]
    telling: tuple[TellingColumn, ...]
    targets: bool
    trusted: bool
    sentence: str
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Term:
    """One figure that the plan rests on; ``assumed`` when it is this program's and not the reader's."""

    name: str
    label: str
    value: float
    unit: str
    assumed: bool
    source: str


@dataclass(frozen=True)
class PlanRow:
    """One segment of the plan, by falling index.

    ``people`` are in the segment, ``prospects`` those who can be written to. ``pays`` compares the interval of the
    index with the break-even index: ``yes``, ``no`` or ``open``. ``pieces`` are written to in this plan. Money and
    responses are of the pieces; ``responses_interval`` holds what ``interval_holds`` of the plan says.
    """

    segment: int
    people: int
    prospects: int
    index: float | None
    interval: Interval | None
    pays: str | None
    pieces: int
    cost: float | None
    responses: float | None
    responses_interval: Interval | None
    cost_per_response: float | None
    profit: float | None
    cumulative_pieces: int
    cumulative_cost: float | None
    cumulative_responses: float | None
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DepthRow:
    """The prospects with the highest individual index, down to a depth. ``why`` says what the depth is."""

    why: str
    depth: float
    pieces: int
    lowest_index: float
    mean_index: float
    interval: Interval
    cost: float | None
    responses: float | None
    responses_interval: Interval | None
    cost_per_response: float | None
    profit: float | None
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """Whom to write to, what it costs and what it may bring.

    ``customers_left_out`` is None when customers cannot be recognised in the population, or their number is withheld.
    By segment they are rounded down to multiples of ``left_out_step``; 0 means that prospects include them.
    ``low_information`` people are never planned with. ``depth_sentence`` sets the same pieces by individual index
    beside the plan; it may be empty.
    """

    sentence: str
    terms: tuple[Term, ...]
    break_even_index: float | None
    limit: str
    interval_holds: str
    customers_left_out: int | None
    left_out_step: int
    low_information: int
    rows: tuple[PlanRow, ...]
    depths: tuple[DepthRow, ...]
    depth_sentence: str
    caveats: tuple[str, ...]
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Trial:
    """Sizes of a test before, and of a hold-out beside the mailing, at the given power and significance.

    ``cell`` is the number of people in each of two cells that shows whether the planned segments respond at their index
    instead of the base response; ``measure_base`` the pieces that measure the base response to within a fifth.
    ``mailed`` people are written to and ``holdout`` people of the same segments are left out, beside the plan or, where
    these have nobody to spare, out of it; an effect shows if those written to respond at ``planned_rate`` and those
    left out at ``detectable_rate`` or less; ``holdout_needed`` is the number that would show the relative effect
    ``detect``.
    """

    power: float
    significance: float
    detect: float
    base: float
    planned_rate: float
    cell: int | None
    measure_base: int
    mailed: int
    holdout: int
    detectable_rate: float | None
    holdout_needed: int | None
    sentence: str
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Campaign:
    """From segments to a mailing.

    ``given`` says whether the configuration holds a ``[campaign]`` table; ``leads_with`` is ``segments`` or ``score``.
    """

    given: bool
    leads_with: str
    sentence: str
    currency: str
    reach: Reach
    ranking: Ranking | None
    plan: Plan
    trial: Trial | None
    response: PastMailing | None
    reasons: Mapping[str, str] = field(default_factory=dict)
