from __future__ import annotations

import re
from dataclasses import asdict

import numpy as np
import pytest

from reportgen.charts.style import LIGHT, TOKENS, Palette, css_chart_remap, css_tokens, heat


def _linear(colour: str) -> np.ndarray:
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def _contrast(first: str, second: str) -> float:
    low, high = sorted(float(_linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (first, second))
    return (high + 0.05) / (low + 0.05)


def _lab(linear: np.ndarray) -> np.ndarray:
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ linear
    f = np.cbrt(np.clip(xyz / [0.9505, 1.0, 1.089], 0, None))
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


# Machado, Oliveira, Fernandes (2009), severity 1.0
_DEFICIENCIES = {
    "normal": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}


@pytest.mark.parametrize("palette", [TOKENS.light, TOKENS.dark], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["ink", "muted", "population_text", "customers", "segment", "over", "under"])
def test_text_is_legible_on_paper_and_on_the_band(palette: Palette, name: str) -> None:
    assert _contrast(getattr(palette, name), palette.paper) >= 4.5
    assert _contrast(getattr(palette, name), palette.band) >= 4.5


@pytest.mark.parametrize("palette", [TOKENS.light, TOKENS.dark], ids=["light", "dark"])
def test_marks_and_the_outer_heat_steps_stand_out(palette: Palette) -> None:
    for name in ("population", "heat_under_3", "heat_over_3"):
        assert _contrast(getattr(palette, name), palette.paper) >= 3.0


@pytest.mark.parametrize("palette", [TOKENS.light, TOKENS.dark], ids=["light", "dark"])
@pytest.mark.parametrize("eye", list(_DEFICIENCIES))
@pytest.mark.parametrize(
    "pair",
    [("population", "customers"), ("segment", "population"), ("over", "under"), ("heat_over_3", "heat_under_3"),
     ("heat_over_2", "heat_under_2"), ("heat_over_1", "heat_under_1")],
)  # fmt: skip
def test_colours_that_mean_different_things_differ_for_every_eye(
    palette: Palette, eye: str, pair: tuple[str, str]
) -> None:
    first, second = (_lab(np.clip(_DEFICIENCIES[eye] @ _linear(getattr(palette, name)), 0, 1)) for name in pair)
    assert np.linalg.norm(first - second) >= 14


def test_one_light_colour_never_stands_for_two_tokens() -> None:
    assert len(set(asdict(LIGHT).values())) == len(asdict(LIGHT))


def test_tokens_are_light_in_print_and_dark_on_request() -> None:
    css = css_tokens()
    light, dark = css.split("@media screen and (prefers-color-scheme:dark)")
    assert f"--customers:{TOKENS.light.customers};" in light
    assert f"--customers:{TOKENS.dark.customers};" in dark
    assert css.count("{") == css.count("}")


def test_every_colour_can_be_remapped() -> None:
    css = css_chart_remap()
    for name, colour in asdict(LIGHT).items():
        assert f'[fill="{colour}"]{{fill:var(--{name.replace("_", "-")})}}' in css
        assert f'[stroke="{colour}"]{{stroke:var(--{name.replace("_", "-")})}}' in css
    assert not re.search(r"_", css)


@pytest.mark.parametrize(
    ("effect", "token"),
    [(None, "heat_none"), (0.19, "heat_none"), (0.2, "heat_over_1"), (-0.5, "heat_under_2"), (-0.49, "heat_under_1"),
     (0.8, "heat_over_3"), (-3.0, "heat_under_3")],
)  # fmt: skip
def test_heat_steps_at_the_stated_limits(effect: float | None, token: str) -> None:
    assert heat(effect) == getattr(LIGHT, token)
