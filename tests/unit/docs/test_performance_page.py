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


@pytest.mark.parametrize("what", RESULTS["commands"])
def test_every_measured_command_stands_in_the_table(what: str) -> None:
    assert row(what, RESULTS["commands"][what]) in PAGE


def test_the_ratios_stand_in_the_text() -> None:
    ratios = RESULTS["ratios"]
    assert f"takes {ratios['floor']:.1f} times as long" in PAGE
    clear, overlapping = (ratios[f"notebook way, {kind} types"] for kind in ("clear", "overlapping"))
    assert f"{clear:.0f} times as long on clear types and {overlapping:.0f} times on overlapping ones" in PAGE


@pytest.mark.parametrize("kind", ["clear types", "overlapping types"])
def test_the_inertia_stands_in_the_table(kind: str) -> None:
    excess = RESULTS["inertia above ten starts in %"][kind]
    cells = [f"{value:.3f} %".replace("-0.000", "0.000") for value in excess.values()]
    assert f"| {' | '.join([kind, *cells])} |" in PAGE
    assert max(excess.values()) < 0.1


@pytest.mark.parametrize("people", SCALE["people"])
def test_every_size_stands_in_the_table(people: str) -> None:
    found = SCALE["people"][people]
    assert f"| {int(people):,} | {found['wall']:.1f} | {found['cpu']:.1f} | {found['peak_mb']:,.0f} |" in PAGE


def test_the_chart_is_that_of_the_results() -> None:
    chart = (ROOT / "docs" / "images" / "performance.svg").read_text("utf-8")
    for step, seconds in RESULTS["steps of the cold build"].items():
        assert f"{step} {seconds:.1f}" in chart
