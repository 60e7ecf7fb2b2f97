"""The child process of `reportgen.engine.helpers`: tasks and items on its input, results on its output.

Run as ``python -m reportgen.engine.helper MODULE...``. It ends when its input does.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from contextlib import suppress
from importlib import import_module

from reportgen.engine.children import give_way, seldom_collect
from reportgen.engine.helpers import PICKLE, Task


def main() -> None:
    """Answer every item with (True, result) or (False, exception)."""
    give_way()
    seldom_collect()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt ends
    source, target = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints does not print between results
    for name in sys.argv[1:]:
        with suppress(ImportError):  # said where it is needed
            import_module(name)
    task = Task(_nothing)
    while True:
        try:
            given = pickle.load(source)  # the parent's own objects
        except EOFError:
            return
        if isinstance(given, Task):
            task = given
            continue
        try:
            answer = True, task.function(given)
        except Exception as error:  # raised again by the parent
            answer = False, error
        pickle.dump(answer, target, PICKLE)
        target.flush()


def _nothing(_: object) -> None:
    """Stand in until a task comes."""


if __name__ == "__main__":
    main()
