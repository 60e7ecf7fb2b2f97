"""Where Arrow takes its memory from, and when it goes back."""

from __future__ import annotations

import pyarrow as pa

_IO_THREADS = 1


def use_system_memory() -> None:
    """Let Arrow take memory from the system, and read with one thread beside those of the engine.

    Its own allocator keeps what every thread once used for the next use by the same thread. With the many short-lived
    threads of the passes that adds up: at the full size 930 MB instead of 580, for the same time. Blocks lie on the
    local disk and are read whole, so more threads to read them gain nothing.
    """
    pa.set_memory_pool(pa.system_memory_pool())
    pa.set_io_thread_count(_IO_THREADS)


def give_back_memory() -> None:
    """Give freed memory back to the system: the allocator keeps up to 270 MB of it after ten million rows were read."""
    pa.default_memory_pool().release_unused()
