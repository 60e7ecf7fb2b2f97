"""A past mailing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reportgen.analysis.economics import Terms
from reportgen.analysis.publish_response import publish_response
from reportgen.analysis.response import NoResponse, ResponseFindings, ResponseRows, evaluate_response
from reportgen.analysis.response_intervals import calibration_slope, difference_interval, mean_interval
from reportgen.formatting import Formatter
from tests.unit.analysis.coded import floats

FMT = Formatter("en")


def made_rows(
    power: float = 1.0, people: int = 20_000, control: float | None = None, effect: float = 2.0, seed: int = 1
) -> ResponseRows:
    """People whose response is 2 % times their index to a power; those left out respond ``effect`` times less."""
    rng = np.random.default_rng(seed)
    index = 100 * np.exp(rng.normal(-0.18, 0.6, people))
    left_out = rng.random(people) < (control or 0.0)
    rate = 0.02 * (index / 100) ** power
    response = rng.random(people) < np.where(left_out, rate / effect, rate)
    amount = np.where(response, rng.gamma(4, 20, people), 0.0)
    return ResponseRows(
        index, response, amount, left_out if control is not None else None, np.zeros(people, dtype=bool),
        "mailing.csv", "a" * 64, people + 10,
    )  # fmt: skip


def evaluated(rows: ResponseRows) -> ResponseFindings:
    found = evaluate_response(rows, 1)
    assert isinstance(found, ResponseFindings)
    return found


def test_tenths_hold_everybody_once_by_falling_index() -> None:
    found = evaluated(made_rows())
    assert [group.people for group in found.groups] == [2_000] * 10
    assert sum(group.responses for group in found.groups) == found.rows.response.sum()
    means = [group.index for group in found.groups]
    assert means == sorted(means, reverse=True)
    for group in found.groups:
        assert group.interval[0] < group.rate < group.interval[1]
    # in proportion: predictions add up to all responses
    assert sum(group.predicted * group.people for group in found.groups) == pytest.approx(found.rows.response.sum())


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0])
def test_the_slope_is_the_power_with_which_response_follows(power: float) -> None:
    slope = evaluated(made_rows(power, people=60_000)).slope
    assert slope is not None
    assert abs(slope.value - power) < 3 * slope.error
    assert slope.interval[0] < slope.value < slope.interval[1]


def test_no_slope_without_an_index_that_varies() -> None:
    assert calibration_slope(np.zeros(100), np.arange(100) < 20) is None


def test_intervals_by_hand() -> None:
    assert mean_interval(floats([0, 0, 3, 1])) == pytest.approx(
        (1 - 1.959964 * np.sqrt(2 / 4), 1 + 1.959964 * np.sqrt(0.5))
    )
    assert mean_interval(floats([2.0]))[1] == np.inf
    low, high = difference_interval(56, 70, 48, 80)  # the example of Newcombe (1998), table II, case (a)
    assert [low, high] == pytest.approx([0.0524, 0.3339], abs=1e-4)


def test_an_effect_is_shown_against_a_hold_out() -> None:
    found = evaluated(made_rows(control=0.2, people=60_000))
    assert found.uplift is not None
    assert found.uplift.shown
    assert found.uplift.difference == pytest.approx(0.01, abs=0.004)
    assert len(found.uplift_by_third) == 3
    assert sum(part.mailed for part in found.uplift_by_third) == found.uplift.mailed
    told = publish_response(found, Terms(), FMT)
    assert "more of those written to responded" in told.uplift_sentence
    assert [test.people for test in told.uplift][:2] == ["everybody", "third with the highest index"]


def test_no_effect_is_claimed_when_the_interval_includes_none() -> None:
    found = evaluated(made_rows(control=0.2, effect=1.0))
    assert found.uplift is not None
    assert not found.uplift.shown
    told = publish_response(found, Terms(), FMT)
    assert told.uplift_sentence.startswith("The hold-out shows no effect")
    assert not told.uplift[0].shown


def test_a_harmful_mailing_is_said_to_be_one() -> None:
    found = evaluated(made_rows(control=0.3, effect=0.5, people=60_000))
    assert found.uplift is not None
    assert found.uplift.interval[1] < 0
    assert "less of those written to responded" in publish_response(found, Terms(), FMT).uplift_sentence


def test_people_left_out_are_in_no_tenth() -> None:
    rows = made_rows(control=0.5)
    found = evaluated(rows)
    assert rows.control is not None
    assert sum(group.people for group in found.groups) == (~rows.control).sum()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"response": np.zeros(20_000, dtype=bool)}, "10 of whom responded"),
        ({"response": np.arange(20_000) < 9}, "10 of whom responded"),
        ({"response": np.ones(20_000, dtype=bool)}, "10 did not"),
        ({"response": np.arange(20_000) >= 9}, "10 did not"),
    ],
)
def test_a_mailing_without_both_kinds_is_not_evaluated(change: dict[str, np.ndarray], words: str) -> None:
    found = evaluate_response(replace(made_rows(), **change), 1)  # type: ignore[arg-type]
    assert isinstance(found, NoResponse)
    assert words in found.reason
    told = publish_response(found, Terms(), FMT)
    assert told.groups == ()
    assert told.reasons["auc"] == found.reason


def test_few_people_are_not_evaluated() -> None:
    rows = made_rows()
    few = ResponseRows(rows.index[:50], rows.response[:50], None, None, rows.customer[:50], "m", "", 60)
    assert isinstance(evaluate_response(few, 1), NoResponse)


@pytest.mark.parametrize(
    ("power", "words"),
    [(1.0, "in proportion to the index fits"), (0.45, "rises less than in proportion"),
     (2.2, "rises more than in proportion"), (0.0, "did not follow the index")],
)  # fmt: skip
def test_the_sentence_follows_what_was_found(power: float, words: str) -> None:
    told = publish_response(evaluated(made_rows(power, people=60_000)), Terms(), FMT)
    assert words in told.sentence
    assert "will respond" not in told.sentence


def test_profit_comes_from_amounts_else_from_the_margin() -> None:
    found = evaluated(made_rows())
    first = found.groups[0]
    assert first.amount is not None
    by_amount = publish_response(found, Terms(given=True, cost=0.5, margin=30.0, margin_share=0.4), FMT).groups[0]
    assert by_amount.profit == pytest.approx(0.4 * first.amount - 0.5)
    by_margin = publish_response(found, Terms(given=True, cost=0.5, margin=30.0), FMT).groups[0]
    assert by_margin.profit == pytest.approx(30 * first.rate - 0.5)
    assert by_margin.profit_interval == pytest.approx(tuple(30 * end - 0.5 for end in first.interval))
    unknown = publish_response(found, Terms(given=True), FMT).groups[0]
    assert unknown.profit is None
    assert "margin" in unknown.reasons["profit"]
    assert "campaign" in publish_response(found, Terms(), FMT).groups[0].reasons["profit"]
    without = publish_response(evaluated(replace(made_rows(), amount=None)), Terms(), FMT).groups[0]
    assert without.amount is None
    assert without.reasons["amount"]


def test_responders_whom_the_index_was_made_from_are_told() -> None:
    rows = made_rows()
    known = publish_response(evaluated(replace(rows, customer=rows.response)), Terms(), FMT)
    assert f"{int(rows.response.sum())} are in the customer file" in known.sentence
    assert "customer file" not in publish_response(evaluated(rows), Terms(), FMT).sentence


def test_no_slope_is_said() -> None:
    rows = made_rows()
    flat = replace(rows, index=np.full(20_000, 100.0))
    told = publish_response(evaluated(flat), Terms(), FMT)
    assert told.slope is None
    assert told.reasons["slope"]
