"""Exit codes, tracebacks, and what an interrupted or killed build leaves behind."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.running import leftovers, published, run, run_alone, start
from tests.cli.sample import Files, make_pair

INTERRUPTIBLE = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
SLOW = """
import time
from reportgen.analysis import run
def wait(*_, **__):
    time.sleep(60)
assert run.choose
run.choose = wait
"""  # holds the build after the blocks were written and before anything is


@pytest.fixture
def good(files: Files) -> Files:
    """Build once, then change the customers: the next build would be another run."""
    assert run(*files.build()).code == 0
    pair = make_pair(customers=160)
    return pair.write(files.folder)


def test_done_is_0_and_failed_is_1(files: Files) -> None:
    assert run_alone(*files.build()).code == 0
    files.population.unlink()
    done = run_alone(*files.build())
    assert (done.code, done.out) == (1, "")
    assert "error: file not found: " in done.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("arguments", [["--help"], ["build", "--help"]])
def test_what_cannot_be_printed_is_no_success(arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([sys.executable, "-m", "reportgen", *arguments], stdout=full, stderr=full, check=False)
    assert done.returncode == 1


@pytest.mark.parametrize("flag", [[], ["--debug"]])
def test_a_traceback_only_with_debug(files: Files, flag: list[str]) -> None:
    files.population.unlink()
    done = run(*files.build(), *flag)
    assert done.code == 1
    assert ("Traceback (most recent call last)" in done.err) is bool(flag)
    assert done.err.count("error: file not found: ") == 1


@pytest.mark.parametrize("flag", [[], ["--debug"]])
def test_a_fault_of_the_program_is_told_as_such(good: Files, flag: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no ink")

    monkeypatch.setattr("reportgen.pipeline_charts.draw_charts", broken)
    before = published(good.output)
    done = run(*good.build(), *flag)
    assert (done.code, done.out) == (1, "")
    assert "error: RuntimeError: no ink\n  This should not happen. Run it again with --debug" in done.err
    assert ("Traceback" in done.err) is bool(flag)
    assert published(good.output) == before
    assert leftovers(good.output) == []


def test_interrupted_is_130_and_changes_nothing(good: Files) -> None:
    before = published(good.output)
    with start(*good.build(), before=INTERRUPTIBLE + SLOW) as child:
        wait_for(child.stderr, "Compare numbers of segments")
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=60)
    assert (child.returncode, out) == (130, "")
    assert err.splitlines()[-1] == "interrupted, nothing changed"
    assert "Traceback" not in err
    assert published(good.output) == before
    assert leftovers(good.output) == []
    assert run(*good.build()).code == 0
    assert published(good.output) != before
    assert leftovers(good.output) == []


def test_interrupted_while_threads_work(good: Files) -> None:
    before = published(good.output)
    with start(*good.build(), "--threads", "2", before=INTERRUPTIBLE) as child:
        wait_for(child.stderr, "Look for gaps")
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=60)
    assert (child.returncode, out) == (130, ""), err
    assert "Traceback" not in err
    assert published(good.output) == before
    assert leftovers(good.output) == []


def test_what_a_killed_build_left_is_removed_by_the_next(good: Files) -> None:
    before = published(good.output)
    with start(*good.build(), before=SLOW) as child:
        wait_for(child.stderr, "Compare numbers of segments")
        child.kill()
        child.communicate(timeout=60)
    assert published(good.output) == before
    assert any(name.startswith(".work-") for name in leftovers(good.output))
    assert run(*good.build()).code == 0
    assert leftovers(good.output) == []


def test_a_build_leaves_the_folder_of_another_one_at_work_alone(good: Files) -> None:
    with start(*good.build(), before=INTERRUPTIBLE + SLOW) as child:
        wait_for(child.stderr, "Compare numbers of segments")
        at_work = set(leftovers(good.output))
        assert at_work
        assert run(*good.build()).code == 0
        assert set(leftovers(good.output)) == at_work
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=60)
    assert leftovers(good.output) == []


@pytest.mark.slow
@pytest.mark.parametrize("attempt", range(15))
def test_interrupted_at_any_moment(good: Files, attempt: int) -> None:
    before = published(good.output)
    with start(*good.build(), before=INTERRUPTIBLE) as child:
        wait_for(child.stderr, "Read the files")
        time.sleep(attempt * 0.1)
        child.send_signal(signal.SIGINT)
        _, err = child.communicate(timeout=60)
    assert leftovers(good.output) == []
    assert "Traceback" not in err
    assert child.returncode in (0, 130)
    assert (published(good.output) == before) is (child.returncode == 130)


def test_check_is_interrupted_too(files: Files, tmp_path: Path) -> None:
    waits = "import time\nfrom reportgen.ingest import ingest\ningest.open_reader = lambda *_: time.sleep(60)"
    with start("check", *files.options(), before=f"{INTERRUPTIBLE}\n{waits}") as child:
        wait_for(child.stderr, "Read the files")
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=60)
    assert child.returncode == 130
    assert not files.output.exists()


def wait_for(stream: object, text: str) -> None:
    """Read lines until one holds a text."""
    for line in stream:  # type: ignore[attr-defined]
        if text in line:
            return
    raise AssertionError(f"the build ended before it said {text!r}")
