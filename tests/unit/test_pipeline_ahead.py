"""What later steps need is loaded while the files are read, and not before."""

from __future__ import annotations

import subprocess
import sys
import threading
from importlib.util import find_spec

import pytest

from reportgen import pipeline_ahead, pipeline_children

LATE = ("scipy.optimize", "matplotlib.figure", "sklearn.ensemble", "reportgen.charts.gallery")
BY_HELPERS = list(LATE[1:])


@pytest.mark.parametrize(("helped", "left"), [(False, []), (True, BY_HELPERS)])
def test_nothing_late_is_loaded_with_the_pipeline_and_what_helpers_lack_ahead(helped: bool, left: list[str]) -> None:
    code = (
        "import sys, threading, reportgen.pipeline as p\n"
        f"late = {LATE}\n"
        "print([name for name in late if name in sys.modules])\n"
        f"p.load_ahead(helped={helped})\n"
        "[thread.join() for thread in threading.enumerate() if thread.name == 'load-ahead']\n"
        "print([name for name in late if name not in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[]", str(left)]
    assert done.stderr == ""


def test_helpers_load_what_is_left_to_them() -> None:
    assert set(pipeline_children.LOADED) >= {"sklearn.ensemble", "sklearn.linear_model", "reportgen.charts.gallery"}
    for name in pipeline_children.LOADED:
        assert find_spec(name) is not None


def test_what_cannot_be_loaded_is_left_to_the_step_that_needs_it(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pipeline_ahead, "_LATE", ("no_such_package",))
    pipeline_ahead.load_ahead(helped=True)
    for thread in threading.enumerate():
        if thread.name == "load-ahead":
            thread.join()
    assert capfd.readouterr().err == ""
