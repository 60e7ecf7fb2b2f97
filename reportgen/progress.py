"""How a build tells the person at the terminal how far it has come."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from reportgen.ingest.table import Finding

BUILD_STEPS = 14
_MOST_WARNINGS = 20


class PlainProgress:
    """One line per step with the seconds since the start; the form for logs and for ``NO_COLOR``-minded people."""

    def __init__(self, echo: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._echo = echo
        self._clock = clock
        self._began = clock()
        self._warnings = 0
        self._step = ""
        self._reused: set[tuple[str, str]] = set()

    def __enter__(self) -> PlainProgress:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self._warnings > _MOST_WARNINGS:
            self._echo(f"warning: and {self._warnings - _MOST_WARNINGS} more, all of them on the data page")
        if kind is None:
            self._echo(f"{self._seconds()} done")

    def start(self, step: str) -> None:
        """Tell the name of the step that begins now."""
        self._step = step
        self._echo(f"{self._seconds()} {step}")

    def rows(self, side: str, rows: int) -> None:
        """Say nothing: rows are for the bar."""

    def warn(self, finding: Finding) -> None:
        """Tell of something in the data that does not stop the build."""
        self._warnings += 1
        if self._warnings <= _MOST_WARNINGS:
            self._echo(warning_text(finding))

    def reuse(self, what: str) -> None:
        """Tell what need not be done again in this step, once."""
        if (self._step, what) not in self._reused:
            self._reused.add((self._step, what))
            self._say(f"{self._step}: {what} from cache")

    def notice(self, text: str) -> None:
        """Tell what the build does without."""
        self._echo(f"notice: {text}")

    def _say(self, text: str) -> None:
        self._echo(f"{self._seconds()} {text}")

    def _seconds(self) -> str:
        return f"[{self._clock() - self._began:6.1f} s]"


class QuietProgress(PlainProgress):
    """Says nothing at all."""

    def __init__(self) -> None:
        super().__init__(lambda _: None)


class BarProgress(PlainProgress):
    """A bar on a terminal."""

    def __init__(self, console: Console, steps: int = BUILD_STEPS) -> None:
        super().__init__(lambda text: console.print(text, highlight=False, markup=False))
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._task = self._bar.add_task("Start", total=steps)

    def __enter__(self) -> BarProgress:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()
        super().__exit__(kind, error, trace)

    def start(self, step: str) -> None:
        """Move the bar to the step that begins now."""
        if self._step:
            self._bar.advance(self._task)
        self._step = step
        self._bar.update(self._task, description=step)

    def _say(self, text: str) -> None:
        self._bar.update(self._task, description=text)

    def rows(self, side: str, rows: int) -> None:
        """Show the rows read so far behind the step's name."""
        self._bar.update(self._task, description=f"{self._step}: {rows:,} rows of the {side} file")


def warning_text(finding: Finding) -> str:
    """Return a finding as one line."""
    return f"warning: {finding.column}: {finding.message}" if finding.column else f"warning: {finding.message}"


def make_progress(*, quiet: bool) -> PlainProgress:
    """Return the form that fits where stderr goes: nothing, a bar on a terminal, else plain lines."""
    if quiet:
        return QuietProgress()
    console = Console(stderr=True)
    if console.is_terminal and not console.is_dumb_terminal:
        return BarProgress(console)
    return PlainProgress(lambda text: print(text, file=sys.stderr, flush=True))
