"""What later steps need is loaded while the files are read, and not before."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from reportgen import pipeline_ahead

LATE = ("matplotlib.figure", "scipy.optimize", "sklearn.ensemble", "reportgen.charts.gallery")


def test_nothing_late_is_loaded_with_the_pipeline_and_all_of_it_ahead() -> None:
    code = (
        "import sys, threading, reportgen.pipeline as p\n"
        f"late = {LATE}\n"
        "print([name for name in late if name in sys.modules])\n"
        "p.load_ahead()\n"
        "[thread.join() for thread in threading.enumerate() if thread.name == 'load-ahead']\n"
        "print([name for name in late if name not in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[]", "[]"]
    assert done.stderr == ""


def test_what_cannot_be_loaded_is_left_to_the_step_that_needs_it(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pipeline_ahead, "_LATE", ("no_such_package",))
    pipeline_ahead.load_ahead()
    for thread in threading.enumerate():
        if thread.name == "load-ahead":
            thread.join()
    assert capfd.readouterr().err == ""
