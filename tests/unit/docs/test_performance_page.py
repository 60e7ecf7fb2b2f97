"""The page on speed shows the figures that were measured, all of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "performance.md").read_text("utf-8")
RESULTS = json.loads((ROOT / "benchmarks" / "results.json").read_text("utf-8"))
SCALE = json.loads((ROOT / "benchmarks" / "scale.json").read_text("utf-8"))


def cell(found: float | None, target: float | None, digits: int) -> str:
    """Write a figure as the page does, with its target in brackets."""
    if found is None:
        return ""
    return f"{found:,.{digits}f}" + (f" ({target:,.{digits}f})" if target else "")


def row(what: str, figures: dict[str, Any]) -> str:
    """Write a row of the table."""
    cells = [
        cell(figures[name], figures[f"target_{name}"], digits)
        for name, digits in (("wall", 1), ("cpu", 1), ("peak_mb", 0))
    ]
    return f"| {' | '.join([what, *cells])} |"


@pytest.mark.parametrize("what", [name for name in RESULTS["commands"] if not name.startswith("ratio")])
def test_every_measured_command_stands_in_the_table(what: str) -> None:
    assert row(what, RESULTS["commands"][what]) in PAGE


def test_the_ratios_stand_in_the_text() -> None:
    ratios = {name: figures["wall"] for name, figures in RESULTS["commands"].items() if name.startswith("ratio")}
    assert f"{ratios['ratio to the floor']:.1f} times as long" in PAGE
    if "ratio to the notebook way" in ratios:
        assert f"{ratios['ratio to the notebook way']:.0f} times as long" in PAGE


@pytest.mark.parametrize("people", SCALE["people"])
def test_every_size_stands_in_the_table(people: str) -> None:
    found = SCALE["people"][people]
    assert f"| {int(people):,} | {found['wall']:.1f} | {found['cpu']:.1f} | {found['peak_mb']:,.0f} |" in PAGE


def test_the_chart_is_that_of_the_results() -> None:
    chart = (ROOT / "docs" / "images" / "performance.svg").read_text("utf-8")
    for step, seconds in RESULTS["steps of the cold build"].items():
        assert f"{step} {seconds:.1f}" in chart
