"""The bundled type: faces for style sheets, and the width of a text before it is set."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from reportgen.charts.style import NORMAL, STRONG, TEXT

_ELLIPSIS = "…"
_OTHER, _WIDE = 0.6, 1.0  # em; a letter that the face lacks, and one of the scripts set on a square


@dataclass(frozen=True)
class Face:
    """One font file: latin and latin-extended letters in one weight and style."""

    family: str
    weight: int
    style: str
    file: str

    def read(self) -> bytes:
        """Return the WOFF2 file."""
        return files("reportgen.templates").joinpath("fonts").joinpath(self.file).read_bytes()

    def address(self) -> str:
        """Return the file as a ``data:`` address, for a document that holds everything."""
        return "data:font/woff2;base64," + base64.b64encode(self.read()).decode("ascii")


FACES = (
    Face("Source Serif 4", NORMAL, "normal", "source-serif-4-400-normal.woff2"),
    Face("Source Serif 4", NORMAL, "italic", "source-serif-4-400-italic.woff2"),
    Face("Source Serif 4", STRONG, "normal", "source-serif-4-600-normal.woff2"),
    Face("Source Sans 3", NORMAL, "normal", "source-sans-3-400-normal.woff2"),
    Face("Source Sans 3", NORMAL, "italic", "source-sans-3-400-italic.woff2"),
    Face("Source Sans 3", STRONG, "normal", "source-sans-3-600-normal.woff2"),
)


def font_face_css(url: Callable[[Face], str]) -> str:
    """Return one ``@font-face`` rule per bundled face.

    Parameters
    ----------
    url
        Where the style sheet finds a face: a path, or a ``data:`` address where everything is in one file.
    """
    return "".join(
        f'@font-face{{font-family:"{face.family}";font-weight:{face.weight};font-style:{face.style};'
        f'font-display:swap;src:url("{url(face)}") format("woff2")}}\n'
        for face in FACES
    )


@cache
def _advances(weight: int) -> Mapping[str, float]:
    """Advance width in em of every letter of the sans face."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    face = next(f for f in FACES if f.family == "Source Sans 3" and f.weight == weight and f.style == "normal")
    font = TTFont(io.BytesIO(face.read()), lazy=True)
    em = font["head"].unitsPerEm
    metrics = font["hmtx"].metrics
    return {chr(code): metrics[glyph][0] / em for code, glyph in font.getBestCmap().items()}


def text_width(text: str, size: float = TEXT, weight: int = NORMAL) -> float:
    """Return the width of a line in the sans face, in the unit of ``size``; kerning is left out.

    Examples
    --------
    >>> round(text_width("0000", size=10), 1)
    19.9
    """
    advances = _advances(STRONG if weight >= STRONG else NORMAL)
    return size * sum(advances.get(letter) or (_WIDE if letter >= "\u2e80" else _OTHER) for letter in text)


def clean_text(text: str) -> str:
    """Return ``text`` on one line without letters that XML does not allow."""
    printable = "".join(letter if letter.isprintable() or letter == "\xa0" else " " for letter in text)
    return " ".join(part for part in printable.split(" ") if part)


def ellipsize(text: str, width: float, size: float = TEXT, weight: int = NORMAL) -> str:
    """Shorten ``text`` with an ellipsis until it fits into ``width``.

    Examples
    --------
    >>> ellipsize("Money saver", 200)
    'Money saver'
    >>> ellipsize("Money saver", 45)
    'Mone…'
    """
    text = clean_text(text)
    if text_width(text, size, weight) <= width:
        return text
    room = width - text_width(_ELLIPSIS, size, weight)
    used, end = 0.0, 0
    for end, letter in enumerate(text):  # noqa: B007 - the letter at which the room is used up is the result
        used += text_width(letter, size, weight)
        if used > room:
            break
    return text[:end].rstrip(" ,;:(-") + _ELLIPSIS


def wrap(text: str, width: float, size: float = TEXT, weight: int = NORMAL, lines: int = 2) -> tuple[str, ...]:
    """Break ``text`` at spaces into at most ``lines`` lines of ``width``; what is left over gives way to an ellipsis.

    Examples
    --------
    >>> wrap("Share of small houses in the postcode area", 150)
    ('Share of small houses in the', 'postcode area')
    """
    words = clean_text(text).split(" ")
    done: list[str] = []
    while words and len(done) < lines - 1:
        taken = 1
        while taken < len(words) and text_width(" ".join(words[: taken + 1]), size, weight) <= width:
            taken += 1
        done.append(ellipsize(" ".join(words[:taken]), width, size, weight))
        words = words[taken:]
    if words:
        done.append(ellipsize(" ".join(words), width, size, weight))
    return tuple(done)
