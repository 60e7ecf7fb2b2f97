"""Processes that share work made of many short steps, where threads would wait for each other.

Threads run side by side only inside the loops of NumPy. A search on a thousand rows spends so little time in each of
them that two threads take two thirds of the time of one. Processes do not wait for each other, but what they work on
has to travel. So this is for functions of small samples; passes over blocks go in threads, which share the blocks.

A helper is a child on two pipes. It is given a function once, then an item at a time, and gives the results back, all
pickled; nothing is written to the disk. ``multiprocessing`` is not used: it would run the main module of the caller
once more in each child, which a script or a notebook need not be made for.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import IO, Any, Self, TypeVar, cast

from reportgen.engine.children import child_environment

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

MOST = 3  # helpers; each takes up to 200 MB
PICKLE = 5  # protocol: large arrays are not copied on the way
_PATIENCE = 0.02  # seconds between looks whether work that waits for a helper was done by others
_WORKER = "reportgen.engine.helper"
_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


class Helpers:
    """Some child processes, which work beside the process that asks.

    Leaving the context ends them. A helper that dies or cannot be started leaves its work to the others.

    Parameters
    ----------
    number
        How many, at least 0; at most 3 are started.
    modules
        What a helper loads as soon as it starts, before it is asked for anything.
    """

    def __init__(self, number: int, modules: Sequence[str] = ()) -> None:
        self._number, self._modules = min(number, MOST), tuple(modules)
        self._children: list[_Child] = []

    def __len__(self) -> int:
        return self._number

    def __enter__(self) -> Self:
        for _ in range(self._number):
            with suppress(OSError):
                process = subprocess.Popen(
                    [sys.executable, "-m", _WORKER, *self._modules],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env=child_environment() | dict.fromkeys(_ONE_THREAD, "1"),
                )
                self._children.append(_Child(process))
        return self

    def __exit__(self, *_: object) -> None:
        while self._children:
            self._end(self._children[0])

    def map(self, function: Callable[[_Item], _Result], items: Iterable[_Item], *, here: bool = True) -> list[_Result]:
        """Return ``function(item)`` for each item, in the order of the items.

        Parameters
        ----------
        function
            Pure, since an item is done again where a helper has died; it can be pickled.
        here
            Whether this process takes a share; if not, it does only what the helpers leave behind. Such work goes
            first where helpers are asked by several threads, since nobody else gets on with it.
        """
        work = _Work(function, items, urgent=not here)
        feeders = [threading.Thread(target=self._feed, args=(child, work)) for child in self._children]
        for feeder in feeders:
            feeder.start()
        try:
            if here:
                work.do()
            for feeder in feeders:
                feeder.join()
        finally:
            work.stop()
            for feeder in feeders:
                feeder.join()
        work.do()  # what a helper left behind
        return work.results()

    def _feed(self, child: _Child, work: _Work) -> None:
        """Hand items to a helper until none is left; one that fails to answer is not asked again."""
        while work.left and child in self._children:
            with child.lent_to(work) as lent:
                if not lent or child not in self._children:
                    continue
                try:
                    child.do(work)
                except Exception:  # whatever it was, the two no longer know what the other says next
                    self._end(child)

    def _end(self, child: _Child) -> None:
        try:
            self._children.remove(child)
        except ValueError:  # somebody else has ended it
            return
        child.end()


class _Child:
    """A helper, which works for one thread at a time."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._change = threading.Condition()
        self._busy = False
        self._urgent = 0  # works that wait for it and go first

    @contextmanager
    def lent_to(self, work: _Work) -> Iterator[bool]:
        """Wait until it is free and tell whether it is; False when nothing is left to do meanwhile."""
        with self._change:
            self._urgent += work.urgent
            while work.left and not self._free_for(work):
                self._change.wait(_PATIENCE)
            lent = work.left and self._free_for(work)
            self._urgent -= work.urgent
            self._busy = self._busy or lent
        try:
            yield lent
        finally:
            if lent:
                with self._change:
                    self._busy = False
                    self._change.notify_all()

    def _free_for(self, work: _Work) -> bool:
        return not self._busy and (work.urgent or not self._urgent)

    def do(self, work: _Work) -> None:
        """Hand over items until none is left, or until something else is more urgent.

        Raises
        ------
        Exception
            If it does not answer, or what it answers cannot be read.
        """
        source, target = cast("IO[bytes]", self._process.stdout), cast("IO[bytes]", self._process.stdin)
        told = False
        while (not told or work.urgent or not self._urgent) and (taken := work.take()) is not None:
            try:
                if not told:
                    target.write(work.code)
                    told = True
                pickle.dump(taken[1], target, PICKLE)
                target.flush()
                done, value = pickle.load(source)  # from a process of our own
            except BaseException:
                work.give_back(taken)
                raise
            work.keep(taken[0], done=done, value=value)

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()


class _Work:
    """Items that wait, and results; urgent where nobody gets on with it but helpers."""

    def __init__(self, function: Callable[[Any], Any], items: Iterable[Any], *, urgent: bool) -> None:
        self.urgent = urgent
        self._function = function
        self._waiting = deque(enumerate(items))
        self._results: dict[int, Any] = {}
        self._failures: dict[int, BaseException] = {}
        self._going_on = True
        self.code = pickle.dumps(Task(function), PICKLE)

    @property
    def left(self) -> bool:
        """Whether an item waits."""
        return bool(self._waiting) and not self._failures and self._going_on

    def take(self) -> tuple[int, Any] | None:
        """Take the next item; None when there is none."""
        if self._failures or not self._going_on:
            return None
        try:
            return self._waiting.popleft()
        except IndexError:
            return None

    def give_back(self, taken: tuple[int, Any]) -> None:
        """Leave an item to somebody else."""
        self._waiting.appendleft(taken)

    def keep(self, place: int, *, done: bool, value: Any) -> None:
        """Keep a result, or what went wrong."""
        (self._results if done else self._failures)[place] = value

    def do(self) -> None:
        """Do items here until none is left."""
        self._going_on = True
        while (taken := self.take()) is not None:
            self._results[taken[0]] = self._function(taken[1])

    def stop(self) -> None:
        """Give out no more items if some are left, as after an interrupt."""
        self._going_on = False

    def results(self) -> list[Any]:
        """Return all results in order; raises what went wrong first."""
        if self._failures:
            raise self._failures[min(self._failures)]
        return [self._results[place] for place in range(len(self._results))]


class Task:
    """A function on its way to a helper, which tells it from an item."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function
