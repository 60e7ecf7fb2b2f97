"""What a build says while it works: plain lines, a bar, or nothing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import environment, read_analysis, run, run_alone
from tests.cli.sample import Files, make_pair

STEPS = (
    "Read the files",
    "Look for gaps, twins and odd rows",
    "Encode and find the main dimensions",
    "Compare numbers of segments",
    "Build the segments on all rows",
    "Assign everybody",
    "Put the segments to the test",
    "Rank people",
    "Profile the segments and compare customers",
    "Draw the charts",
    "Render the pages",
    "Write the run",
    "done",
)
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
CURSOR_ON, CURSOR_OFF = "\x1b[?25h", "\x1b[?25l"
COLOUR = re.compile(r"\x1b\[[0-9;]*[34][0-9](;[0-9]+)*m")


def test_plain_lines_when_stderr_is_no_terminal(files: Files) -> None:
    done = run_alone(*files.build())
    assert done.code == 0, done.err
    lines = [re.fullmatch(r"\[ *(\d+\.\d) s\] (.+)", line) for line in done.err.splitlines()]
    assert tuple(line[2] if line else "" for line in lines) == STEPS
    seconds = [float(line[1]) for line in lines if line]
    assert seconds == sorted(seconds)
    assert "\x1b" not in done.err
    assert done.out.count("\n") == 1
    assert Path(done.last_line).name == "index.html"
    assert Path(done.last_line).is_file()


def test_quiet_says_nothing_on_stderr(files: Files) -> None:
    files = make_pair(secrets=True).write(files.folder)
    done = run_alone(*files.build(), "-q")
    assert (done.code, done.err) == (0, "")
    assert Path(done.out.rstrip("\n")).is_file()


def test_quiet_still_says_what_failed(files: Files) -> None:
    files.customers.unlink()
    done = run(*files.build(), "--quiet")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("error: file not found: ")


def test_verbose_adds_the_main_findings(files: Files) -> None:
    done = run(*files.build(), "-v")
    analysis = read_analysis(files.latest)
    findings = [analysis["recommendation"]["sentence"], analysis["choice"]["reason"]]
    assert done.err.partition(" done\n")[2].splitlines() == findings
    assert done.out.count("\n") == 1


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False)],
    ids=["colour", "NO_COLOR"],
)
def test_a_bar_on_a_terminal(files: Files, variables: dict[str, str], coloured: bool) -> None:
    files = make_pair(secrets=True).write(files.folder)
    code, out, shown = on_terminal(files, environment(TERM="xterm-256color", COLUMNS="100", **variables))
    assert code == 0, shown
    assert Path(out.strip()).is_file()
    assert "━" in shown
    assert "Write the run" in shown  # the last state is always drawn, others for those who can see that fast
    assert "0:00:0" in shown
    assert bool(COLOUR.search(shown)) is coloured
    assert "warning: mail: not in the dictionary: left out of the analysis" in CONTROL.sub("", shown)
    assert shown.rindex(CURSOR_ON) > shown.rindex(CURSOR_OFF)


def test_plain_lines_on_a_terminal_that_cannot_move_its_cursor(files: Files) -> None:
    code, _, shown = on_terminal(files, environment(TERM="dumb"))
    assert code == 0, shown
    assert "\x1b" not in shown
    assert shown.count(" s] ") == len(STEPS)


def test_the_cursor_comes_back_when_a_build_fails_under_the_bar(files: Files) -> None:
    files.customers.write_text("nonsense\n", encoding="utf-8")
    code, out, shown = on_terminal(files, environment(TERM="xterm-256color", COLUMNS="100"))
    assert (code, out) == (1, "")
    assert shown.rindex(CURSOR_ON) > shown.rindex(CURSOR_OFF)
    assert shown.index("error: customers.csv") > shown.rindex(CURSOR_ON)


def on_terminal(files: Files, env: dict[str, str]) -> tuple[int, str, str]:
    """Build with stderr on a pseudo-terminal; return exit code, stdout and what the terminal got."""
    pty = pytest.importorskip("pty", reason="this system has no pseudo-terminals")
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "reportgen", *files.build()], env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=theirs, cwd=files.folder,
    ) as child:  # fmt: skip
        os.close(theirs)
        shown = b""
        while chunk := _read(ours):
            shown += chunk
        out = child.communicate(timeout=120)[0]
    os.close(ours)
    return child.returncode, out.decode(), shown.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # Linux ends a pseudo-terminal with an input/output error
        return b""
