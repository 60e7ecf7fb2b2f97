"""Colours as numbers: contrast, how far apart two colours look to different eyes, and lighter or darker ones of a hue.

Contrast is that of WCAG 2.2. Differences are CIE76 distances in CIELAB, for ordinary vision and for two kinds of
colour-blindness simulated after Machado, Oliveira and Fernandes (2009, severity 1). Lightness is changed in OKLab
(Ottosson 2020), where a hue stays what it was.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

TEXT_CONTRAST, MARK_CONTRAST = 4.5, 3.0
"""Least contrast of text and of marks with what they stand on (WCAG 2.2, 1.4.3 and 1.4.11)."""

Vector = NDArray[np.float64]
_HEX = re.compile(r"#[0-9a-f]{6}")
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
_TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
_WHITE = np.array([0.9505, 1.0, 1.089])
_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_OKLAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_EYES = {
    "ordinary sight": np.eye(3),
    "red-blindness": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "green-blindness": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}


def linear_rgb(colour: str) -> Vector:
    """Return the linear-light channels of ``#rrggbb``, shape (3,), each in 0 to 1.

    Raises
    ------
    ValueError
        If it is not six lower-case hexadecimal digits after a hash.
    """
    if not _HEX.fullmatch(colour):
        raise ValueError(f"not a colour: {colour!r}")
    channels = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.asarray(np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4))


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours, 1 to 21.

    Examples
    --------
    >>> round(contrast("#000000", "#ffffff"), 1)
    21.0
    """
    low, high = sorted(float(linear_rgb(colour) @ _LUMINANCE) for colour in (first, second))
    return (high + 0.05) / (low + 0.05)


def closest_look(first: str, second: str) -> tuple[float, str]:
    """Return the smallest CIE76 difference of two colours over kinds of sight, and the sight that has it."""
    distances = {
        name: float(np.linalg.norm(_lab(eye @ linear_rgb(first)) - _lab(eye @ linear_rgb(second))))
        for name, eye in _EYES.items()
    }
    eye = min(distances, key=lambda name: distances[name])
    return distances[eye], eye


def with_contrast(colour: str, ground: str, least: float) -> str:
    """Return the colour of the same hue closest in lightness that reaches a contrast with what it stands on.

    Parameters
    ----------
    colour, ground
        ``#rrggbb``. On a light ground the colour is darkened, on a dark one lightened, as far as needed.
    least
        Contrast to reach, at most what black or white has there.
    """
    if contrast(colour, ground) >= least:
        return colour
    lightness, a, b = _oklab(linear_rgb(colour))
    target = 0.0 if contrast("#000000", ground) > contrast("#ffffff", ground) else 1.0
    for share in np.linspace(0.0, 1.0, 201):
        # towards black or white the chroma has to go as well
        found = _hex(lightness + float(share) * (target - lightness), (1 - share**2) * a, (1 - share**2) * b)
        if contrast(found, ground) >= least:
            return found
    return "#000000" if target == 0.0 else "#ffffff"


def mixed(colour: str, ground: str, share: float) -> str:
    """Return ``share`` of a colour on a ground, mixed in OKLab."""
    here, there = (np.array(_oklab(linear_rgb(each))) for each in (colour, ground))
    return _hex(*(share * here + (1 - share) * there))


def _lab(linear: Vector) -> Vector:
    f = np.cbrt(np.clip(_TO_XYZ @ linear / _WHITE, 0, None))
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def _oklab(linear: Vector) -> tuple[float, float, float]:
    lightness, a, b = _TO_OKLAB @ np.cbrt(_TO_LMS @ linear)
    return float(lightness), float(a), float(b)


def _hex(lightness: float, a: float, b: float) -> str:
    """Return an OKLab colour as ``#rrggbb``, cut to what a screen can show."""
    lms = np.linalg.solve(_TO_OKLAB, np.array([lightness, a, b])) ** 3
    linear = np.clip(np.linalg.solve(_TO_LMS, lms), 0, 1)
    channels = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return "#" + "".join(f"{round(float(value) * 255):02x}" for value in channels)
