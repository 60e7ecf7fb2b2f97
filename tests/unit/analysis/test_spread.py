"""Segments in refits: matches, spread of the index, level of chance."""

from __future__ import annotations

import numpy as np
import pytest

from reportgen.analysis.points import Points
from reportgen.analysis.spread import Spread, chance_jaccard, measure_spread
from tests.unit.analysis.coded import floats, ints


def line(*values: float) -> Points:
    return Points.of(floats(values)[:, np.newaxis])


def at(*values: float) -> np.ndarray:
    return floats(values)[:, np.newaxis]


def test_segments_are_matched_and_counted_on_fixed_rows() -> None:
    population, customers = line(0, 1, 2, 9, 10), line(0, 9, 9, 10)
    # The first refit turns the two segments round; the second parts 0 and 1 from 2, 9 and 10.
    found = measure_spread(at(1, 9.5), [at(9.5, 1), at(-2, 5)], population, customers, 5)
    np.testing.assert_array_equal(found.partner, [[1, 0], [0, 1]])
    # Of {0, 1, 2} two are in {0, 1}: 2/3; {9, 10} is 2 of the 3 in {2, 9, 10}: 2/3.
    np.testing.assert_allclose(found.best_match, [[1.0, 1.0], [2 / 3, 2 / 3]])
    np.testing.assert_array_equal(found.population, [[2, 3], [2, 3]])
    np.testing.assert_array_equal(found.customers, [[3, 1], [1, 3]])
    assert (found.refits, found.rows) == (2, 5)


def spread(best: list[list[float]], customers: list[list[int]], partner: list[list[int]] | None = None) -> Spread:
    """Refits of two segments with 50 of 100 rows of the population each."""
    refits = len(best)
    partners = ints(partner or [[0, 1]] * refits)
    return Spread(floats(best), partners, ints([[50, 50]] * refits), ints(customers), 100)


def test_the_spread_of_the_log_index() -> None:
    # Shares of customers 0.2, 0.3 and 0.4 over 0.5.
    found = spread([[0.9, 0.9]] * 3, [[20, 80], [30, 70], [40, 60]])
    assert found.log_sd([1]) == pytest.approx(np.std(np.log([0.2, 0.3, 0.4]), ddof=1))
    assert found.log_sd([2]) == pytest.approx(np.std(np.log([0.8, 0.7, 0.6]), ddof=1))


def test_segments_taken_as_one() -> None:
    # Both together hold everybody in every refit: no spread at all.
    found = spread([[0.9, 0.9]] * 3, [[20, 80], [30, 70], [40, 60]])
    assert found.log_sd([1, 2]) == pytest.approx(0.0)


def test_a_partner_that_two_segments_share_counts_once() -> None:
    found = spread([[0.9, 0.6]] * 2, [[20, 80], [30, 70]], partner=[[0, 0], [0, 0]])
    assert found.log_sd([1, 2]) == pytest.approx(np.std(np.log([0.2, 0.3]), ddof=1))


@pytest.mark.parametrize(("reproduced", "given"), [(8, True), (7, False)])
def test_four_of_five_refits_must_find_a_segment_again(reproduced: int, given: bool) -> None:
    best = [[0.9 if i < reproduced else 0.5, 0.9] for i in range(10)]
    found = spread(best, [[20 + i, 80 - i] for i in range(10)])
    assert (found.log_sd([1]) is not None) is given
    assert found.log_sd([2]) is not None
    assert (found.log_sd([1, 2]) is not None) is given  # all of them must be found again


def test_refits_without_customers_in_the_segment_do_not_count() -> None:
    assert spread([[0.9, 0.9]] * 3, [[0, 100], [30, 70], [40, 60]]).log_sd([1]) is None
    assert spread([[0.9, 0.9]], [[20, 80]]).log_sd([1]) is None  # one refit has no spread


def test_the_level_of_chance() -> None:
    random = np.random.default_rng(0)
    population = Points.of(random.standard_normal((4_000, 1)))
    halves = [at(-1, 1)] * 4
    found = chance_jaccard(at(-1, 1), halves, population, seed=1)
    # Two independent halves share a quarter of the rows of three quarters: a third.
    np.testing.assert_allclose(found, 1 / 3, atol=0.03)
    np.testing.assert_array_equal(found, chance_jaccard(at(-1, 1), halves, population, seed=1))
