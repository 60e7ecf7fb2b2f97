"""What a past mailing says of the ranking, as the report gives it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reportgen.analysis.result_parts import Interval


@dataclass(frozen=True)
class ResponseGroup:
    """Tenths of the people of a past mailing by individual index, from ``tenth`` to ``last_tenth``: one as a rule.

    Neighbouring tenths are put together until fewer than ten people answer in none. ``predicted`` is a response in
    proportion to the index.
    """

    tenth: int
    last_tenth: int
    people: int
    responses: int
    mean_index: float
    rate: float
    interval: Interval
    predicted: float
    amount: float | None
    amount_interval: Interval | None
    profit: float | None
    profit_interval: Interval | None
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class UpliftTest:
    """Response of those written to less that of the hold-out, over ``people``.

    ``shown`` when the interval leaves out no effect; it is told even where the rates are withheld.
    """

    people: str
    mailed: int
    mailed_rate: float | None
    control: int
    control_rate: float | None
    difference: float | None
    interval: Interval | None
    shown: bool
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PastMailing:
    """The ranking on a past mailing.

    ``slope`` is the exponent with which response follows the index: 1 is in proportion, 0 not at all. Where ``found``
    is withheld, some people are left aside at random, so that it does not follow from the groups.
    ``responding_customers`` are those of the groups who responded and are in the customer file;
    ``slope_without_customers`` is the exponent among everybody else.
    """

    file: str
    sha256: str
    rows: int
    found: int | None
    auc: float | None
    auc_interval: Interval | None
    slope: float | None
    slope_interval: Interval | None
    slope_without_customers: float | None
    slope_without_customers_interval: Interval | None
    responding_customers: int | None
    groups: tuple[ResponseGroup, ...]
    uplift: tuple[UpliftTest, ...]
    sentence: str
    uplift_sentence: str
    reasons: Mapping[str, str] = field(default_factory=dict)
