"""What a past mailing says about the ranking: response by tenth of the index, calibration, and uplift over a hold-out.

The people of the mailing are scored by models that have not seen them. Whether the response rises as the index says
is a question of its own, since a model of who *is* a customer need not be one of who *answers*.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.auc import Auc, area
from reportgen.analysis.reach import wilson
from reportgen.analysis.release_response import left_aside, pool_tenths
from reportgen.analysis.response_intervals import Slope, calibration_slope, difference_interval, mean_interval
from reportgen.analysis.suppression import LEAST, is_small
from reportgen.language import say

DECILES = 10
LEAST_MAILED, LEAST_RESPONSES = 100, 10
_THIRDS = 3


@dataclass(frozen=True)
class ResponseRows:
    """The people of a past mailing who were found in the files.

    Attributes
    ----------
    index : ndarray of float64, shape (n_rows,)
        Individual index, by a model that has not seen them.
    response : ndarray of bool, shape (n_rows,)
    amount : ndarray of float64, shape (n_rows,), or None
        Money of each person's order, 0 without one; None when the file does not tell.
    control : ndarray of bool, shape (n_rows,), or None
        Who was left out for comparison; None when the file does not tell.
    customer : ndarray of bool, shape (n_rows,)
        Who is in the customer file, which the index is made from.
    file, sha256
        Base name and hash of the file.
    rows
        Rows of the file.
    """

    index: NDArray[np.float64]
    response: NDArray[np.bool_]
    amount: NDArray[np.float64] | None
    control: NDArray[np.bool_] | None
    customer: NDArray[np.bool_]
    file: str
    sha256: str
    rows: int

    def without(self, aside: NDArray[np.bool_]) -> ResponseRows:
        """Leave some people aside."""
        kept = ~aside
        return replace(
            self,
            index=self.index[kept],
            response=self.response[kept],
            amount=None if self.amount is None else self.amount[kept],
            control=None if self.control is None else self.control[kept],
            customer=self.customer[kept],
        )


@dataclass(frozen=True)
class Group:
    """Some people of the mailing.

    Attributes
    ----------
    first, last
        The tenths by index that they are, from 1; more than one where fewer than ten people of a tenth answered.
    people, responses
        Counts.
    index
        Mean individual index.
    interval
        The 95 % interval of the response.
    predicted
        Response if it were proportional to the index.
    amount, amount_interval
        Mean amount per person; None when the file does not tell.
    """

    first: int
    last: int
    people: int
    responses: int
    index: float
    interval: tuple[float, float]
    predicted: float
    amount: float | None
    amount_interval: tuple[float, float] | None

    @property
    def rate(self) -> float:
        """Responses per person."""
        return self.responses / self.people


@dataclass(frozen=True)
class Uplift:
    """Response of those written to less that of the hold-out."""

    mailed: int
    mailed_responses: int
    control: int
    control_responses: int
    difference: float
    interval: tuple[float, float]

    @property
    def shown(self) -> bool:
        """Whether the interval leaves out no effect."""
        return self.interval[0] > 0 or self.interval[1] < 0


@dataclass(frozen=True)
class ResponseFindings:
    """The ranking on a past mailing.

    Attributes
    ----------
    rows
        The people that were found.
    judged
        Those of them who are evaluated.
    auc
        Area under the curve of responders against the rest of those written to.
    groups
        Those written to in tenths by falling index, neighbours put together where few of a tenth answered.
    small_tenths
        Tenths in which one to nine people responded, or did not.
    slope
        Calibration; None when the index or the response does not vary enough.
    slope_of_others
        The same among people who are no customers; None also where few customers, or few others, responded or did not.
    uplift
        Over everybody; None without a hold-out of ten people.
    uplift_by_third
        By third of the index, the highest first.
    """

    rows: ResponseRows
    judged: ResponseRows
    auc: Auc
    groups: tuple[Group, ...]
    small_tenths: int
    slope: Slope | None
    slope_of_others: Slope | None
    uplift: Uplift | None
    uplift_by_third: tuple[Uplift, ...]


@dataclass(frozen=True)
class NoResponse:
    """Why the mailing cannot be evaluated, in words, and whether its people were looked for at all."""

    reason: str
    rows: ResponseRows
    looked_for: bool = True


def evaluate_response(rows: ResponseRows, seed: int) -> ResponseFindings | NoResponse:
    """Evaluate the ranking on a past mailing.

    Parameters
    ----------
    rows
        People who were found.
    seed
        Of the draw of those who are left aside (see `left_aside`).
    """
    mailed = np.ones(len(rows.index), dtype=np.bool_) if rows.control is None else ~rows.control
    judged = rows.without(left_aside(mailed, rows.rows - len(rows.index), seed))
    mailed = np.ones(len(judged.index), dtype=np.bool_) if judged.control is None else ~judged.control
    responses = int(judged.response[mailed].sum())
    others = int(mailed.sum()) - responses
    if mailed.sum() < LEAST_MAILED or min(responses, others) < LEAST_RESPONSES:
        return NoResponse(
            say(
                "at least {mailed} people written to have to be found, {responses} of whom responded and {others} did "
                "not",
                mailed=LEAST_MAILED,
                responses=LEAST_RESPONSES,
                others=LEAST_RESPONSES,
            ),
            rows,
        )
    index, response = judged.index[mailed], judged.response[mailed]
    groups, small = _groups(index, response, None if judged.amount is None else judged.amount[mailed])
    uplift, thirds = _uplifts(judged)
    return ResponseFindings(
        rows=rows,
        judged=judged,
        auc=area(index[response], index[~response]),
        groups=groups,
        small_tenths=small,
        slope=calibration_slope(np.log(index / 100.0), response),
        slope_of_others=_slope_of_others(index, response, judged.customer[mailed]),
        uplift=uplift,
        uplift_by_third=thirds,
    )


def _slope_of_others(
    index: NDArray[np.float64], response: NDArray[np.bool_], customer: NDArray[np.bool_]
) -> Slope | None:
    """Return the slope among people who are no customers; None where few of either kind responded, or did not."""
    cells = [int((response[kind] == responded).sum()) for kind in (customer, ~customer) for responded in (True, False)]
    if min(cells) < LEAST_RESPONSES:
        return None
    return calibration_slope(np.log(index[~customer] / 100.0), response[~customer])


def _uplifts(rows: ResponseRows) -> tuple[Uplift | None, tuple[Uplift, ...]]:
    """Compare those written to with the hold-out, all of them and by third of the index; a handful is no hold-out."""
    if rows.control is None or rows.control.sum() < LEAST:
        return None, ()
    uplift = _uplift(rows, np.arange(len(rows.index)))
    ranked = np.argsort(-rows.index, kind="stable")
    thirds = [_uplift(rows, chosen) for chosen in np.array_split(ranked, _THIRDS)]
    return uplift, tuple(third for third in thirds if third is not None)


def _groups(
    index: NDArray[np.float64], response: NDArray[np.bool_], amount: NDArray[np.float64] | None
) -> tuple[tuple[Group, ...], int]:
    """Cut people into tenths by falling index, put together where one to nine of one responded, or did not.

    Returns
    -------
    groups, small
        And the number of such tenths.
    """
    tenths = np.array_split(np.argsort(-index, kind="stable"), DECILES)
    responses = np.array([int(response[tenth].sum()) for tenth in tenths])
    people = np.array([len(tenth) for tenth in tenths])
    groups = tuple(
        _group(index, response, amount, (first, last), np.concatenate(tenths[first : last + 1]))
        for first, last in pool_tenths(responses, people)
    )
    few = is_small(responses) | is_small(people - responses)
    return groups, int(few.sum())


def _group(
    index: NDArray[np.float64],
    response: NDArray[np.bool_],
    amount: NDArray[np.float64] | None,
    ends: tuple[int, int],
    chosen: NDArray[np.intp],
) -> Group:
    people, responses = len(chosen), int(response[chosen].sum())
    mean = float(index[chosen].mean())
    amounts = None if amount is None else amount[chosen]
    return Group(
        first=ends[0] + 1,
        last=ends[1] + 1,
        people=people,
        responses=responses,
        index=mean,
        interval=wilson(responses, people),
        predicted=float(response.mean()) * mean / float(index.mean()),
        amount=None if amounts is None else float(amounts.mean()),
        amount_interval=None if amounts is None else mean_interval(amounts),
    )


def _uplift(rows: ResponseRows, chosen: NDArray[np.intp]) -> Uplift | None:
    assert rows.control is not None
    control, response = rows.control[chosen], rows.response[chosen]
    n, m = int((~control).sum()), int(control.sum())
    if n == 0 or m == 0:
        return None
    c, d = int(response[~control].sum()), int(response[control].sum())
    return Uplift(n, c, m, d, c / n - d / m, difference_interval(c, n, d, m))
