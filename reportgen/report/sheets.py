"""Style sheets of the three media, put together from the tokens of the charts and the files in ``templates/css``."""

from __future__ import annotations

from importlib.resources import files

from reportgen.charts.fonts import FACES, Face, font_face_css
from reportgen.charts.style import Palette, Tokens, css_chart_remap, css_tokens
from reportgen.report.look import PLAIN, Look
from reportgen.report.views import Medium

_SCREEN = ("text.css", "layout.css", "tables.css", "figures.css", "parts.css", "paper.css")
_PRINT = ("print.css",)


def style_sheet(medium: Medium, look: Look = PLAIN) -> str:
    """Return the whole style sheet of a medium; only the site's refers to other files, its fonts."""
    tokens = look.brand.tokens
    if medium is Medium.PRINT:
        own = look.brand.faces(embedded=True)
        return "\n".join([_embedded_faces(), own, _print_tokens(tokens), *map(_read, _PRINT), look.style()])
    faces = font_face_css(lambda face: f"fonts/{face.file}") if medium is Medium.SITE else _embedded_faces()
    own = look.brand.faces(embedded=medium is not Medium.SITE)
    return "\n".join([faces, own, css_tokens(tokens), *map(_read, _SCREEN), css_chart_remap(), look.style()])


def font_files(look: Look = PLAIN) -> dict[str, bytes]:
    """Return the bundled fonts and those of the brand by file name."""
    own = (look.brand.font, look.brand.font_strong)
    return {face.file: face.read() for face in FACES} | {asset.name: asset.content for asset in own if asset}


def script() -> str:
    """Return the script of the site, which sorts and filters tables."""
    return files("reportgen.templates").joinpath("script").joinpath("report.js").read_text("utf-8")


def _embedded_faces() -> str:
    return font_face_css(Face.address)


def _print_tokens(tokens: Tokens) -> str:
    """Return the light palette alone: paper has no dark theme, and WeasyPrint warns of what it does not know."""
    light: Palette = tokens.light
    colours = "".join(
        f"--{name.replace('_', '-')}:{colour};" for name, colour in sorted(vars(light).items()) if name != "paper"
    )
    return f":root{{{colours}--paper:#ffffff;--serif:{tokens.serif};--sans:{tokens.sans};}}"


def _read(name: str) -> str:
    return files("reportgen.templates").joinpath("css").joinpath(name).read_text("utf-8")
