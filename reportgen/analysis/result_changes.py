"""The published form of what changed between two runs; part of ``analysis.json``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reportgen.analysis.result_parts import Interval


@dataclass(frozen=True)
class RunName:
    """A run by name, date of its data and number of its issue."""

    run: str
    data_as_of: str
    issue: int


@dataclass(frozen=True)
class Shift:
    """How far a distribution moved: the population stability index over ``cells`` cells, missing values one of them.

    ``noise`` is what chance alone exceeds once in twenty, for files that are independent; ``p_holm`` is adjusted over
    features. ``alarm`` means ``psi`` of at least 0.25 and ``p_holm`` of at most 0.05. Cells of fewer than ten people
    are taken together.
    """

    psi: float
    noise: float
    p_holm: float
    cells: int
    alarm: bool


@dataclass(frozen=True)
class FeatureShift:
    """What changed in one feature.

    ``population`` and ``customers`` compare with the issue before, ``since_fit`` the population with the run in which
    the segments were built. ``new_codes`` and ``vanished_codes`` hold codes of at least ten people, also those that
    only customers have in one of the issues; ``rare_codes`` counts the others that came or went. Shares of missing
    values are blank and coded ones together; they are given where both reports give them.
    """

    name: str
    label: str
    population: Shift | None
    customers: Shift | None
    since_fit: Shift | None
    missing_before: float | None
    missing_now: float | None
    customers_missing_before: float | None
    customers_missing_now: float | None
    new_codes: tuple[str, ...]
    vanished_codes: tuple[str, ...]
    rare_codes: int
    reasons: Mapping[str, str] = field(default_factory=dict)

    @property
    def missing_rise(self) -> float | None:
        """How much the share of missing values rose in the population; None where it is not given."""
        return _rise(self.missing_before, self.missing_now)

    @property
    def customers_missing_rise(self) -> float | None:
        """The same among customers."""
        return _rise(self.customers_missing_before, self.customers_missing_now)


def _rise(before: float | None, now: float | None) -> float | None:
    return None if before is None or now is None else now - before


@dataclass(frozen=True)
class SegmentShift:
    """What changed in one segment; id 0 holds the low-information records.

    ``fate`` is ``kept``, ``born``, ``split`` (part of a segment that is no more or smaller now, see ``relatives``),
    ``merged`` (made of the segments in ``relatives``) or ``died`` (no figures now). ``match`` is the Jaccard similarity
    over the common people, 1 when the model is the same. ``difference`` is index now less index before, in points, over
    placed people; ``interval`` its 95 % interval from those of both indices (Zou and Donner 2008), without
    re-clustering when the model is the same. ``moved`` says that it leaves zero out.
    """

    id: int
    letter: str
    name: str
    fate: str
    relatives: tuple[int, ...]
    match: float | None
    population_before: float | None
    population_now: float | None
    customers_before: float | None
    customers_now: float | None
    index_before: float | None
    index_now: float | None
    difference: float | None
    interval: Interval | None
    moved: bool
    verdict_before: str | None
    verdict_now: str | None
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Flow:
    """People who are in both issues' population and went from one segment to another, rounded to tens.

    ``share`` is of those who were in ``source``, both rounded. Flows of fewer than ten people are left out, and those
    from which such a flow could be worked out.
    """

    source: int
    target: int
    people: int
    share: float


@dataclass(frozen=True)
class Migration:
    """Who moved between segments, among ``common`` people found by id in both populations, rounded to tens.

    ``stayed`` is the share of them who are in the same segment, to whole per cent; not given when it would tell of
    fewer than ten people. ``hidden`` is the number of flows that are left out.
    """

    common: int
    stayed: float | None
    flows: tuple[Flow, ...]
    hidden: int
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class HistorySegment:
    """One segment in one issue; ``index`` is over placed people, over all for the low-information records."""

    id: int
    letter: str
    population_share: float
    customer_share: float
    index: float | None
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class HistoryIssue:
    """One issue; ``refitted`` says that its segments were built anew."""

    run: str
    data_as_of: str
    issue: int
    population: int
    customers: int
    refitted: bool
    segments: tuple[HistorySegment, ...]


@dataclass(frozen=True)
class Changes:
    """What changed since the issue before.

    ``model`` is ``frozen`` (the same encoder, components and centroids), ``refitted`` (built anew; ``refit_reason``
    says why) or ``other`` (two runs that do not follow each other). ``agreement`` is the adjusted Rand index of a trial
    refit with the frozen segments; ``unknown_share`` the largest share of unknown codes in a feature of the distance,
    on either side. ``alarms`` says in words what calls for a refit, ``notes`` what changed, the weightiest first.
    """

    now: RunName
    before: RunName
    model: str
    refit_reason: str
    population_before: int
    population_now: int
    customers_before: int
    customers_now: int
    features: tuple[FeatureShift, ...]
    segment_shift: Shift | None
    customer_segment_shift: Shift | None
    segments: tuple[SegmentShift, ...]
    migration: Migration | None
    agreement: float | None
    unknown_share: float
    alarms: tuple[str, ...]
    notes: tuple[str, ...]
    recommendation: tuple[str, ...]
    history: tuple[HistoryIssue, ...]
    reasons: Mapping[str, str] = field(default_factory=dict)
