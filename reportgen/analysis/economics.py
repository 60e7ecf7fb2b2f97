"""The arithmetic of a mailing: break-even index, pieces within a budget, expected responses with their interval.

Everything rests on one assumption, which the report prints: the response of a group is the response of an unselected
mailing times the group's index. The base response therefore has to be that of an unselected mailing; the rate of a
selected list is divided by the index of that list, or targeting would count twice.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from reportgen.analysis.comparison import Z95
from reportgen.language import mark

DEFAULT_COST = 0.38
DEFAULT_BASE = 0.029
SOURCES = {
    "cost_per_piece": mark(
        "postage alone: Deutsche Post, Dialogpost Standard up to 20 g, price list of January 2026, without VAT; print "
        "and addressing come on top"
    ),
    "base_response": mark(
        "mean of US advertisers for prospect lists, DMA Response Rate Report 2016; such lists are mostly selected, so "
        "it is probably too high for an unselected mailing"
    ),
}


@dataclass(frozen=True)
class Terms:
    """What a mailing costs and brings, as far as it is known.

    Attributes
    ----------
    given
        Whether the configuration says anything about a campaign; without, people are counted and nothing else.
    cost
        Money per piece.
    base
        Response of an unselected mailing, above 0 and below 1.
    base_pieces
        Pieces that the base response was measured on; None leaves it without an interval.
    margin
        Money that a response brings before the cost of the mailing; None when it is not known.
    margin_share
        Part of an order's amount that is margin; None when it is not known.
    budget, volume
        Most money and most pieces.
    currency
        Its sign or code.
    holdout
        Share of the chosen people who are left out for comparison.
    detect
        Smallest relative effect that a test should show.
    power, significance
        Of that test.
    include_customers
        Whether current customers are written to as well.
    assumed
        Which of ``cost_per_piece`` and ``base_response`` are this program's assumptions.
    """

    given: bool = False
    cost: float = DEFAULT_COST
    base: float = DEFAULT_BASE
    base_pieces: int | None = None
    margin: float | None = None
    margin_share: float | None = None
    budget: float | None = None
    volume: int | None = None
    currency: str = "EUR"
    holdout: float = 0.10
    detect: float = 0.20
    power: float = 0.80
    significance: float = 0.05
    include_customers: bool = False
    assumed: frozenset[str] = field(default_factory=frozenset)

    @property
    def break_even(self) -> float | None:
        """Index from which a piece earns its cost; None without a margin."""
        return None if self.margin is None else break_even_index(self.cost, self.margin, self.base)

    @property
    def base_interval(self) -> tuple[float, float] | None:
        """The 95 % interval of the base response on the log scale; None when nothing is known of its error."""
        if not self.base_pieces:
            return None
        width = Z95 * math.sqrt((1.0 - self.base) / (self.base * self.base_pieces))
        return self.base * math.exp(-width), min(self.base * math.exp(width), 1.0)

    @property
    def most_pieces(self) -> int | None:
        """Pieces that budget and volume allow; None when neither is set."""
        limits = [self.volume] if self.volume is not None else []
        if self.budget is not None:
            limits.append(affordable(self.budget, self.cost))
        return min(limits) if limits else None


def affordable(budget: float, cost: float) -> int:
    """Return how many pieces a budget pays for; a rounding error of a float costs no piece."""
    return math.floor(budget / cost * (1.0 + 1e-12))


def break_even_index(cost: float, margin: float, base: float) -> float:
    """Return the index at which the margin of the expected responses equals the cost of the pieces.

    A piece brings margin x base x index / 100, so the index is 100 x cost / (margin x base).
    """
    return 100.0 * cost / (margin * base)


def expected_responses(pieces: int, index: float, base: float) -> float:
    """Return pieces x base x index / 100, at most one response per piece."""
    return pieces * min(base * index / 100.0, 1.0)


def combine(value: float, *parts: tuple[float, tuple[float, float] | None]) -> tuple[float, float]:
    """Interval of a product from the intervals of its factors, taken as independent on the log scale.

    Each factor adds the square of its own distance, on the log scale, from its value to the end of its interval.

    Parameters
    ----------
    value
        The product.
    parts
        Value and interval of each factor; None for a factor without error. A factor of 0 gives a lower end of 0 and
        has its upper end taken as it is.
    """
    squares = [0.0, 0.0]
    for factor, interval in parts:
        if interval is None or factor <= 0:
            continue
        for side, end in enumerate(interval):
            squares[side] += math.inf if end <= 0 else math.log(end / factor) ** 2
    return value * math.exp(-math.sqrt(squares[0])), value * math.exp(math.sqrt(squares[1]))


@dataclass(frozen=True)
class Candidates:
    """People of one segment who can be written to, and how much they resemble customers.

    ``index`` and ``interval`` are of the segment; ``people`` are those left when customers and the like are out.
    """

    segment: int
    people: int
    index: float
    interval: tuple[float, float] | None


@dataclass(frozen=True)
class Cell:
    """One segment's part of a mailing, and the sums down to it."""

    segment: int
    pieces: int
    cost: float
    responses: float
    interval: tuple[float, float]
    cumulative_pieces: int
    cumulative_cost: float
    cumulative_responses: float

    @property
    def cost_per_response(self) -> float | None:
        """Money per expected response; None when none is expected."""
        return self.cost / self.responses if self.responses > 0 else None

    def profit(self, margin: float) -> float:
        """Return the margin of the expected responses less the cost."""
        return self.responses * margin - self.cost


def plan_cells(candidates: Sequence[Candidates], terms: Terms) -> tuple[Cell, ...]:
    """Fill a mailing segment by segment.

    A segment is taken whole while pieces are left; from the first one below the break-even index on nobody is written
    to, when a margin is known.

    Parameters
    ----------
    candidates
        By falling index.
    """
    left = terms.most_pieces
    threshold = terms.break_even
    cells: list[Cell] = []
    pieces_so_far, cost_so_far, responses_so_far = 0, 0.0, 0.0
    for here in candidates:
        pays = threshold is None or here.index >= threshold
        pieces = 0 if not pays else here.people if left is None else min(here.people, left)
        left = None if left is None else left - pieces
        responses = expected_responses(pieces, here.index, terms.base)
        cost = pieces * terms.cost
        pieces_so_far, cost_so_far = pieces_so_far + pieces, cost_so_far + cost
        responses_so_far += responses
        interval = response_interval(pieces, here.index, here.interval, terms)
        cells.append(
            Cell(here.segment, pieces, cost, responses, interval, pieces_so_far, cost_so_far, responses_so_far)
        )
    return tuple(cells)


def response_interval(
    pieces: int, index: float, index_interval: tuple[float, float] | None, terms: Terms
) -> tuple[float, float]:
    """Interval of the expected responses: the error of the index, and of the base response where it is known."""
    responses = expected_responses(pieces, index, terms.base)
    if responses <= 0:
        top = 0.0 if index_interval is None else expected_responses(pieces, index_interval[1], terms.base)
        return 0.0, top
    low, high = combine(responses, (index, index_interval), (terms.base, terms.base_interval))
    return low, min(high, float(pieces))
