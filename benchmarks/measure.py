"""Time, processor seconds and memory of a command with all its children."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

_EVERY_S = 0.05
_PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 1e6
_SHARE = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)
_STEP = re.compile(r"^\[\s*([\d.]+) s\] (.+)$", re.MULTILINE)
PROGRAM = (sys.executable, "-m", "reportgen")


@dataclass(frozen=True)
class Measure:
    """One run of a command.

    Attributes
    ----------
    wall, cpu
        Seconds on the clock, and of all processors in the process and its children.
    peak_mb
        Largest memory of the process and its children at one moment, in millions of bytes. Pages that several of them
        share, such as libraries, count once; where the system does not tell (it is Linux that does), for each of them.
    output, errors
        What it wrote to both streams.
    """

    wall: float
    cpu: float
    peak_mb: float
    output: str
    errors: str

    def steps(self) -> dict[str, float]:
        """Seconds on the clock of each step that a build names."""
        marks = [(float(at), name) for at, name in _STEP.findall(self.errors)]
        ends = [*marks[1:], (self.wall, "")]
        found: dict[str, float] = {}
        for (start, name), (end, _) in zip(marks, ends, strict=True):
            found[name] = found.get(name, 0.0) + end - start
        found.pop("done", None)
        return found


def run(command: Sequence[str | Path], cwd: Path | None = None) -> Measure:
    """Run a command to its end.

    Raises
    ------
    SystemExit
        If it fails; with what it wrote.
    """
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    began = time.perf_counter()
    with subprocess.Popen(
        [str(part) for part in command],
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        peak, over = [0.0], threading.Event()
        watch = threading.Thread(target=_watch, args=(process.pid, peak, over))
        watch.start()
        before = os.times()
        output, errors = process.communicate()
        wall, after = time.perf_counter() - began, os.times()
        over.set()
        watch.join()
    if process.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} failed with {process.returncode}:\n{errors}")
    cpu = after.children_user - before.children_user + after.children_system - before.children_system
    return Measure(wall, cpu, peak[0], output, errors)


def _watch(pid: int, peak: list[float], over: threading.Event) -> None:
    highest = 0.0  # with shared pages counted twice; what is exact takes too long to be asked for every time
    while not over.wait(_EVERY_S):
        tree = _tree(pid)
        resident = sum(map(_resident, tree))
        if resident > highest:
            highest = resident
            peak[0] = max(peak[0], sum(map(_proportional, tree)))


def _tree(pid: int) -> list[int]:
    """Return a process and all below it."""
    found = [pid]
    for parent in found:
        try:
            for children in Path(f"/proc/{parent}/task").glob("*/children"):
                found.extend(map(int, children.read_text().split()))
        except OSError:  # it ended meanwhile
            continue
    return found


def _proportional(pid: int) -> float:
    """Memory of a process with its part of what it shares, in millions of bytes."""
    try:
        found = re.search(
            r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii"), re.MULTILINE
        )
    except OSError:
        found = None
    return int(found[1]) * 1024 / 1e6 if found else _resident(pid)


def _resident(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_MB
    except (OSError, IndexError):
        return 0.0


@dataclass(frozen=True)
class Figures:
    """Medians over runs of the same command."""

    wall: float
    cpu: float
    peak_mb: float
    runs: int

    @staticmethod
    def of(runs: Sequence[Measure]) -> Figures:
        """Take the median of each figure; the largest peak, since memory is what must be there."""
        return Figures(
            round(median(run.wall for run in runs), 2),
            round(median(run.cpu for run in runs), 2),
            round(max(run.peak_mb for run in runs), 1),
            len(runs),
        )
