"""The three forms of progress, without a build."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator

import pytest
from rich.console import Console

from reportgen.ingest.table import Finding
from reportgen.progress import BarProgress, PlainProgress, QuietProgress, make_progress, warning_text


def clock() -> Iterator[float]:
    now = 100.0
    while True:
        yield now
        now += 1.25


def plain() -> tuple[list[str], PlainProgress]:
    said: list[str] = []
    ticks = clock()
    return said, PlainProgress(said.append, lambda: next(ticks))


def bar() -> tuple[io.StringIO, BarProgress]:
    text = io.StringIO()
    return text, BarProgress(Console(file=text, force_terminal=True, width=100, color_system=None))


def test_a_line_per_step_with_the_seconds_since_the_start() -> None:
    said, progress = plain()
    with progress:
        progress.start("Read")
        progress.rows("population", 65_536)
        progress.warn(Finding("age", "odd"))
        progress.start("Count")
    assert said == ["[   1.2 s] Read", "warning: age: odd", "[   2.5 s] Count", "[   3.8 s] done"]


def test_what_need_not_be_done_again_is_told_once_per_step() -> None:
    said, progress = plain()
    progress.start("Read")
    for what in ("population", "population", "customers"):
        progress.reuse(what)
    progress.start("Count")
    progress.reuse("population")
    progress.notice("the cache is full")
    assert said == [
        "[   1.2 s] Read",
        "[   2.5 s] Read: population from cache",
        "[   3.8 s] Read: customers from cache",
        "[   5.0 s] Count",
        "[   6.2 s] Count: population from cache",
        "notice: the cache is full",
    ]


def test_the_bar_tells_it_too() -> None:
    text, progress = bar()
    with progress:
        progress.start("Read")
        progress.reuse("population")
        progress.notice("the cache is full")
    assert "Read: population from cache" in text.getvalue()
    assert "notice: the cache is full" in text.getvalue()


def fail_within(progress: PlainProgress, findings: int) -> None:
    with progress:
        progress.start("Read")
        for number in range(findings):
            progress.warn(Finding("", f"finding {number}"))
        raise RuntimeError


def test_a_failure_is_not_done() -> None:
    said, progress = plain()
    with pytest.raises(RuntimeError):
        fail_within(progress, 0)
    assert said == ["[   1.2 s] Read"]


def test_twenty_warnings_at_most_even_when_it_fails() -> None:
    said, progress = plain()
    with pytest.raises(RuntimeError):
        fail_within(progress, 23)
    assert len(said) == 22
    assert said[20] == "warning: finding 19"
    assert said[21] == "warning: and 3 more, all of them on the data page"


def test_exactly_twenty_warnings_leave_none_out() -> None:
    said, progress = plain()
    with progress:
        for number in range(20):
            progress.warn(Finding("", f"finding {number}"))
    assert len(said) == 21
    assert said[-1].endswith(" done")


def test_quiet_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with QuietProgress() as progress:
        progress.start("Read")
        progress.warn(Finding("age", "odd"))
        progress.rows("population", 1)
    assert capsys.readouterr() == ("", "")


def test_the_bar_shows_step_and_rows_and_keeps_warnings() -> None:
    text, progress = bar()
    with progress:
        progress.start("Read the files")
        progress.rows("population", 65_536)
        progress._bar.refresh()
        progress.warn(Finding("[age]", "odd: [bold]really[/bold]"))
        progress.start("Count")
    shown = text.getvalue()
    assert "Read the files: 65,536 rows of the population file" in shown
    assert "Count" in shown
    assert "warning: [age]: odd: [bold]really[/bold]\n" in shown
    assert shown.endswith(" s] done\n")


def test_the_bar_moves_by_one_step_at_a_time_and_stops() -> None:
    _, progress = bar()
    with progress:
        task = progress._bar.tasks[0]
        done = []
        for step in ("one", "two", "three"):
            progress.start(step)
            done.append(task.completed)
        assert done == [0, 1, 2]
    assert progress._bar.live.is_started is False


@pytest.mark.parametrize(
    ("finding", "text"),
    [(Finding("age", "odd"), "warning: age: odd"), (Finding("", "no labels"), "warning: no labels")],
)
def test_warning_text(finding: Finding, text: str) -> None:
    assert warning_text(finding) == text


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "term", "quiet", "kind"),
    [
        (Terminal(), "xterm", False, BarProgress),
        (Terminal(), "dumb", False, PlainProgress),
        (io.StringIO(), "xterm", False, PlainProgress),
        (Terminal(), "xterm", True, QuietProgress),
    ],
    ids=["terminal", "dumb terminal", "file", "quiet"],
)
def test_the_form_fits_where_stderr_goes(
    stream: io.StringIO, term: str, quiet: bool, kind: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", term)
    monkeypatch.setattr(sys, "stderr", stream)
    assert type(make_progress(quiet=quiet)) is kind


def test_plain_lines_go_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    with make_progress(quiet=False) as progress:
        progress.start("Read")
    said = capsys.readouterr()
    assert said.out == ""
    assert [line[11:] for line in said.err.splitlines()] == ["Read", "done"]
