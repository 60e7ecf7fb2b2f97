"""Contrast, differences between colours and lighter or darker ones of a hue."""

from __future__ import annotations

import colorsys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.charts.colour import closest_look, contrast, linear_rgb, mixed, with_contrast

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("#000000", "#ffffff", 21.0),  # (1 + 0.05) / 0.05
        ("#777777", "#ffffff", 4.48),  # the grey that just fails for text
        ("#767676", "#ffffff", 4.54),  # and the one that just passes
        ("#ff0000", "#ffffff", 4.00),  # (1.05) / (0.2126 + 0.05)
    ],
)
def test_contrast_of_known_pairs(first: str, second: str, expected: float) -> None:
    assert contrast(first, second) == pytest.approx(expected, abs=0.005)


@given(COLOURS, COLOURS)
def test_contrast_is_symmetric_and_between_1_and_21(first: str, second: str) -> None:
    assert contrast(first, second) == contrast(second, first)
    assert 1.0 <= contrast(first, second) <= 21.0 + 1e-9


@given(COLOURS, st.sampled_from(["#fdfcfa", "#15191d", "#efeeea"]), st.sampled_from([3.0, 4.5]))
def test_a_legible_colour_stays_and_another_becomes_legible(colour: str, ground: str, least: float) -> None:
    found = with_contrast(colour, ground, least)
    assert contrast(found, ground) >= least
    if contrast(colour, ground) >= least:
        assert found == colour


@pytest.mark.parametrize("colour", ["#ffcc00", "#00c853", "#29b6f6", "#e57373"])
def test_the_hue_is_kept(colour: str) -> None:
    def hue(code: str) -> float:
        return colorsys.rgb_to_hls(*(int(code[at : at + 2], 16) / 255 for at in (1, 3, 5)))[0]

    darker = with_contrast(colour, "#fdfcfa", 4.5)
    assert darker != colour
    apart = abs(hue(darker) - hue(colour))
    assert min(apart, 1 - apart) < 0.04  # hues lie on a circle


def test_red_and_green_are_alike_to_some() -> None:
    ordinary = float(np.abs(linear_rgb("#c62828") - linear_rgb("#2e7d32")).max())
    distance, eye = closest_look("#a0522d", "#556b2f")
    assert ordinary > 0.2
    assert eye in ("red-blindness", "green-blindness")
    assert distance < 30


def test_equal_colours_do_not_differ() -> None:
    assert closest_look("#336699", "#336699")[0] == pytest.approx(0.0)


def test_a_mix_runs_from_one_colour_to_the_other() -> None:
    assert mixed("#336699", "#fdfcfa", 1.0) == "#336699"
    assert mixed("#336699", "#fdfcfa", 0.0) == "#fdfcfa"
    between = contrast(mixed("#336699", "#fdfcfa", 0.5), "#fdfcfa")
    assert 1.0 < between < contrast("#336699", "#fdfcfa")


@pytest.mark.parametrize("wrong", ["red", "#fff", "#GGGGGG", "#FFFFFF", "336699"])
def test_what_is_no_colour_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="not a colour"):
        linear_rgb(wrong)
