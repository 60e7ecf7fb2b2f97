"""The local engine: threads over blocks, results in block order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from reportgen.engine.held import HeldBlocks
from reportgen.engine.helpers import Helpers
from reportgen.ingest.block_files import Block
from reportgen.ingest.table import CodedColumn

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


@dataclass(frozen=True)
class LocalEngine:
    """Runs a pure function over items in threads.

    NumPy releases the interpreter lock in its loops, so threads use all cores without copying a block.
    The caller pins BLAS and OpenMP to one thread each (see ``pipeline``), so cores are never oversubscribed
    and every block is computed the same way whatever the number of threads.

    Attributes
    ----------
    threads
        Number of worker threads, at least 1.
    held
        Blocks kept in memory between passes; by default none.
    helpers
        Processes that share work on small samples; None leaves that to threads.
    """

    threads: int = 1
    held: HeldBlocks = field(default_factory=HeldBlocks)
    helpers: Helpers | None = None

    def read(self, block: Block, columns: Sequence[CodedColumn]) -> NDArray[np.int16]:
        """Read the raw codes of some columns of a block, shape (n_columns, n_rows)."""
        return self.held.read(block, columns)

    @property
    def content_key(self) -> str:
        """Empty: results do not depend on the engine; see `reportgen.cache.packing.digest`."""
        return ""

    def map(self, function: Callable[[_Item], _Result], items: Iterable[_Item]) -> Iterator[_Result]:
        """Yield ``function(item)`` for each item, in the order of the items.

        At most two results per thread wait to be consumed, so memory does not grow with the number of blocks.
        """
        if self.threads == 1:
            yield from map(function, items)
            return
        with ThreadPoolExecutor(self.threads) as pool:
            waiting: deque[Future[_Result]] = deque()
            for item in items:
                waiting.append(pool.submit(function, item))
                if len(waiting) >= 2 * self.threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def spread(
        self, function: Callable[[_Item], _Result], items: Iterable[_Item], *, here: bool = True
    ) -> list[_Result]:
        """Return ``function(item)`` for each item, as `map`, for work of many short steps on a small sample.

        Parameters
        ----------
        function
            Pure, and one that can be pickled.
        here
            Whether this process takes a share where there are helpers; if not, it need not load what they have loaded.
        """
        if self.helpers is None:
            return list(self.map(function, items))
        return self.helpers.map(function, items, here=here)

    @contextmanager
    def beside(self, function: Callable[[], _Result]) -> Iterator[Callable[[], _Result]]:
        """Begin a function in a thread of its own and give what waits for its result.

        With one thread to use it begins when its result is asked for.
        """
        if self.threads == 1:
            yield function
            return
        with ThreadPoolExecutor(1) as pool:
            yield pool.submit(function).result

    def reduce(
        self,
        function: Callable[[_Item], _Result],
        items: Iterable[_Item],
        add: Callable[[_Result, _Result], _Result],
    ) -> _Result:
        """Add ``function(item)`` over all items, see `tree_reduce`.

        Raises
        ------
        ValueError
            If there are no items.
        """
        return tree_reduce(self.map(function, items), add)


def tree_reduce(results: Iterable[_Result], add: Callable[[_Result, _Result], _Result]) -> _Result:
    """Add results pairwise in a tree whose shape depends on their number alone.

    A running sum in block order would do for one machine; the fixed tree lets workers add their share and still
    give the same floats.

    Raises
    ------
    ValueError
        If there is nothing to add.
    """
    # A binary counter: slot i holds the sum of 2**i consecutive results.
    slots: list[_Result | None] = []
    for result in results:
        carry = result
        level = 0
        while level < len(slots) and (held := slots[level]) is not None:
            carry = add(held, carry)
            slots[level] = None
            level += 1
        if level == len(slots):
            slots.append(None)
        slots[level] = carry
    total: _Result | None = None
    for held in slots:
        if held is not None:
            total = held if total is None else add(held, total)
    if total is None:
        raise ValueError("nothing to add")
    return total
