"""Processes that share work: the same results as here, whatever becomes of the processes."""

from __future__ import annotations

import math
import os
import pickle
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from reportgen.analysis.kmeans import STARTS, fit_kmeans
from reportgen.analysis.points import Points
from reportgen.engine.helpers import MOST, Helpers
from reportgen.engine.local import LocalEngine

HERE = os.getpid()


@pytest.fixture(scope="module")
def helpers() -> Iterator[Helpers]:
    with Helpers(2, ["tests.unit.engine.test_helpers", "no.such.module"]) as started:
        yield started


def who(_: int) -> int:
    time.sleep(0.1)
    return os.getpid()


def speak(number: int) -> int:
    print("a word on the way", flush=True)
    return number


def die_elsewhere(here: int, number: int) -> int:
    if os.getpid() != here:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.05)
    return number**2


def fail_at(bad: int, number: int) -> int:
    if number == bad:
        raise LookupError(f"no {number}")
    return number


def interrupt_here(here: int, number: int) -> int:
    time.sleep(0.05)
    if os.getpid() == here:
        raise KeyboardInterrupt
    return number


def answer_what_cannot_travel(here: int, number: int) -> object:
    time.sleep(0.05)
    return number if os.getpid() == here else sys.stdout


def fit(points: Points, seed: int) -> list[list[float]]:
    found: list[list[float]] = fit_kmeans(points, 4, STARTS, np.random.default_rng(seed)).centroids.tolist()
    return found


def test_results_are_in_the_order_of_the_items(helpers: Helpers) -> None:
    assert helpers.map(math.factorial, range(30)) == [math.factorial(n) for n in range(30)]


def test_nothing_is_asked_for_nothing(helpers: Helpers) -> None:
    assert helpers.map(math.factorial, []) == []


def test_this_process_takes_its_share(helpers: Helpers) -> None:
    found = set(helpers.map(who, range(12)))
    assert HERE in found
    assert len(found) == 3


def test_this_process_can_leave_all_to_the_helpers(helpers: Helpers) -> None:
    assert HERE not in LocalEngine(2, helpers=helpers).spread(who, range(6), here=False)
    with Helpers(0) as none:
        assert set(none.map(who, range(2), here=False)) == {HERE}


def test_what_is_printed_does_not_stand_between_results(helpers: Helpers) -> None:
    assert helpers.map(speak, range(12)) == list(range(12))


def test_the_engine_gives_small_work_to_helpers_and_else_to_threads(helpers: Helpers) -> None:
    assert len(set(LocalEngine(2, helpers=helpers).spread(who, range(12)))) == 3
    assert set(LocalEngine(2).spread(who, range(4))) == {HERE}


def wait_and_tell(seconds: float, _: int) -> tuple[int, float]:
    time.sleep(seconds)
    return os.getpid(), time.monotonic()


def test_a_helper_that_gets_free_joins_in() -> None:
    with Helpers(1) as one, ThreadPoolExecutor(1) as pool:
        first = pool.submit(one.map, partial(wait_and_tell, 0.3), range(1), here=False)
        time.sleep(0.1)
        second = one.map(partial(wait_and_tell, 0.1), range(12))
        ((helper, _),) = first.result()
    assert {who for who, _ in second} == {HERE, helper}


def test_work_that_nobody_else_does_goes_first() -> None:
    with Helpers(1) as one, ThreadPoolExecutor(1) as pool:
        shared = pool.submit(one.map, partial(wait_and_tell, 0.1), range(20))
        time.sleep(0.3)
        urgent = one.map(partial(wait_and_tell, 0.0), range(2), here=False)
        ends = [at for who, at in shared.result() if who != HERE]
    (helper,) = {who for who, _ in urgent}
    assert helper != HERE
    last = max(at for _, at in urgent)
    assert any(at < last for at in ends)
    assert any(at > last for at in ends)  # it goes on with the other work


def test_what_waits_for_a_helper_does_not_wait_when_others_have_done_it() -> None:
    with Helpers(1) as one, ThreadPoolExecutor(1) as pool:
        busy = pool.submit(one.map, partial(wait_and_tell, 1.0), range(1), here=False)
        time.sleep(0.2)
        began = time.monotonic()
        assert {who for who, _ in one.map(partial(wait_and_tell, 0.01), range(3))} == {HERE}
        assert time.monotonic() - began < 0.7
        busy.result()


def test_several_threads_that_lose_a_helper_do_their_work_here() -> None:
    with Helpers(1) as one, ThreadPoolExecutor(3) as pool:
        works = [pool.submit(one.map, partial(die_elsewhere, HERE), range(4), here=at > 0) for at in range(3)]
        assert [work.result() for work in works] == [[0, 1, 4, 9]] * 3


def test_a_fit_is_the_same_wherever_it_is_made(helpers: Helpers) -> None:
    rows = np.random.default_rng(1).normal(size=(6_000, 5))
    points = Points.of(rows)
    assert points.heavy.shape == (6_000, 7)  # what was worked out here does not travel
    assert helpers.map(partial(fit, points), range(9)) == [fit(points, seed) for seed in range(9)]


def test_points_travel_without_what_can_be_worked_out_again() -> None:
    points = Points.of(np.ones((10, 2)))
    assert points.variance == 0
    assert vars(pickle.loads(pickle.dumps(points))).keys() == {"rows", "squares", "weights", "few"}


@pytest.mark.parametrize("bad", [0, 7])
def test_what_goes_wrong_is_raised_here(helpers: Helpers, bad: int) -> None:
    with pytest.raises(LookupError, match=f"no {bad}"):
        helpers.map(partial(fail_at, bad), range(8))
    assert helpers.map(math.factorial, range(5)) == [1, 1, 2, 6, 24]


def test_an_interrupt_leaves_the_helpers_at_hand(helpers: Helpers) -> None:
    with pytest.raises(KeyboardInterrupt):
        helpers.map(partial(interrupt_here, HERE), range(200))
    assert len(set(helpers.map(who, range(12)))) == 3


@pytest.mark.parametrize("task", [die_elsewhere, answer_what_cannot_travel])
def test_work_of_a_helper_that_dies_is_done_by_the_others(task: partial[int]) -> None:
    with Helpers(2) as some:
        expected = [task(HERE, number) for number in range(4)]
        assert some.map(partial(task, HERE), range(4)) == expected
        assert set(some.map(who, range(3))) == {HERE}


def test_all_is_done_here_where_no_helper_can_be_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with Helpers(1) as none:
        assert none.map(math.factorial, range(4)) == [1, 1, 2, 6]


def test_no_helper_outlives_its_context() -> None:
    with Helpers(1) as one:
        child = next(number for number in one.map(who, range(4)) if number != HERE)
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_there_are_not_more_than_a_machine_can_bear() -> None:
    assert len(Helpers(100)) == MOST
