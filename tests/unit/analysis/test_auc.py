"""The area under the ROC curve, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from reportgen.analysis.auc import Auc, area, area_of_counts, mid_ranks
from tests.unit.analysis.coded import floats, ints


def test_pairs_are_counted_with_ties_as_half() -> None:
    # of 3 x 2 pairs: 3 beats 1 and 2 (2), 2 beats 1 and ties 2 (1.5), 0 beats none
    assert area(floats([3, 2, 0]), floats([1, 2])).value == pytest.approx(3.5 / 6)


def test_a_perfect_and_a_useless_order() -> None:
    perfect = area(floats([5, 6, 7]), floats([1, 2, 3]))
    assert (perfect.value, perfect.error) == (1.0, 0.0)
    assert perfect.interval == (1.0, 1.0)
    assert perfect.beats_chance
    same = area(floats([1, 1]), floats([1, 1, 1]))
    assert (same.value, same.error) == (0.5, 0.0)
    assert not same.beats_chance


def test_the_error_by_hand() -> None:
    # shares of others below each customer: 1, 0.75, 0; of customers above each other: 2/3, 0.5 -> variances, ddof 1
    found = area(floats([3, 2, 0]), floats([1, 2]))
    above, below = np.array([1.0, 0.75, 0.0]), np.array([2 / 3, 0.5])
    expected = np.sqrt(above.var(ddof=1) / 3 + below.var(ddof=1) / 2)
    assert found.error == pytest.approx(expected)


def test_one_person_on_a_side_has_no_spread_there() -> None:
    assert area(floats([2]), floats([1, 3])).error == pytest.approx(np.sqrt(0.5 / 2))


def test_the_interval_stays_within_zero_and_one() -> None:
    assert list(Auc(0.98, 0.05).interval) == pytest.approx([0.98 - 1.96 * 0.05, 1.0], abs=1e-4)
    assert Auc(0.01, 0.05).interval[0] == 0.0
    assert not Auc(0.6, 0.06).beats_chance
    assert Auc(0.6, 0.05).beats_chance


@pytest.mark.parametrize(("customers", "others"), [([], [1.0]), ([1.0], [])])
def test_an_empty_side_is_refused(customers: list[float], others: list[float]) -> None:
    with pytest.raises(ValueError, match="both sides"):
        area(floats(customers), floats(others))
    with pytest.raises(ValueError, match="both sides"):
        area_of_counts(ints([len(customers)]), ints([len(others)]))


def test_counts_by_value_give_the_same_as_people() -> None:
    customers, others = ints([1, 0, 4]), ints([3, 2, 1])
    people = [np.repeat(floats([0, 1, 2]), counts) for counts in (customers, others)]
    assert area_of_counts(customers, others) == pytest.approx(area(*people).value)


def test_equal_values_share_the_mean_of_their_ranks() -> None:
    np.testing.assert_allclose(mid_ranks(floats([20, 10, 20, 30])), [2.5, 1, 2.5, 4])
