"""Whose report it is: name, logo, colours, type and the lines at the foot, read and checked before anything is made."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from pathlib import Path

from lxml import etree

from reportgen.charts.colour import MARK_CONTRAST, TEXT_CONTRAST, closest_look, contrast, mixed, with_contrast
from reportgen.charts.style import TOKENS, Palette, Tokens
from reportgen.config import Brand as BrandSettings
from reportgen.errors import ConfigError

MOST_LOGO, MOST_FONT = 200_000, 1_000_000
FAMILY = "Brand"
_LEAST_DIFFERENCE = 20.0  # CIE76; half as much is told apart side by side, but not across a page
_PNG = b"\x89PNG\r\n\x1a\n"
_FONTS = {b"wOF2": "woff2", b"wOFF": "woff", b"\0\1\0\0": "truetype", b"true": "truetype", b"OTTO": "opentype"}
_MIME = {"svg": "image/svg+xml", "png": "image/png"}
_ACTIVE = frozenset({"script", "foreignObject", "iframe", "image", "a", "use", "animate", "set"})


@dataclass(frozen=True)
class Asset:
    """A file of the brand: its name on the site, its content and its kind (``svg``, ``png``, ``woff2``, ...)."""

    name: str
    content: bytes
    kind: str

    @property
    def address(self) -> str:
        """The file as a ``data:`` address."""
        mime = _MIME.get(self.kind) or f"font/{'woff2' if self.kind == 'woff2' else self.kind}"
        return f"data:{mime};base64," + base64.b64encode(self.content).decode("ascii")


@dataclass(frozen=True)
class Brand:
    """What is printed of a brand, with the tokens of every chart and page."""

    name: str = ""
    logo: Asset | None = None
    font: Asset | None = None
    font_strong: Asset | None = None
    footer: str = ""
    contact: str = ""
    tokens: Tokens = TOKENS

    def faces(self, *, embedded: bool) -> str:
        """Return the ``@font-face`` rules of the brand's own face, with file names or with the fonts themselves."""
        rules = []
        for weight, asset in ((400, self.font), (600, self.font_strong)):
            if asset is not None:
                address = asset.address if embedded else f"fonts/{asset.name}"
                rules.append(
                    f'@font-face{{font-family:"{FAMILY}";font-weight:{weight};font-style:normal;font-display:swap;'
                    f'src:url("{address}") format("{asset.kind}")}}\n'
                )
        return "".join(rules)

    def recolour(self, svg: str) -> str:
        """Return a drawing with the brand's colours instead of the literal ones that charts are drawn with."""
        for name, colour in vars(TOKENS.light).items():
            own = getattr(self.tokens.light, name)
            if own != colour:
                for attribute in ("fill", "stroke"):
                    svg = svg.replace(f'{attribute}="{colour}"', f'{attribute}="{own}"')
        return svg


NO_BRAND = Brand()


def read_brand(settings: BrandSettings) -> Brand:
    """Read and check a brand.

    Raises
    ------
    ConfigError
        If a file is missing, too large or of another kind, if the logo holds anything but a drawing, or if a colour
        cannot be read on the page or told from the other one.
    """
    font = _font(settings.font, "font", 400)
    strong = _font(settings.font_strong, "font_strong", 600)
    if strong is not None and font is None:
        raise ConfigError(
            "brand.font_strong is given without brand.font", "Name the file of the ordinary weight as font, too."
        )
    tokens = _tokens(settings.colour, settings.second_colour)
    if font is not None:
        tokens = replace(tokens, serif=f'"{FAMILY}", {tokens.serif}')
    return Brand(
        settings.name or "",
        _logo(settings.logo),
        font,
        strong,
        settings.footer or "",
        settings.contact or "",
        tokens,
    )


def _content(path: Path, key: str, most: int) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"brand.{key}: {path} cannot be read ({error.strerror})", "Check the path.") from None
    if len(content) > most:
        raise ConfigError(
            f"brand.{key}: {path.name} has {len(content):,} bytes, more than {most:,}", "Give a smaller file."
        )
    return content


def _logo(path: Path | None) -> Asset | None:
    if path is None:
        return None
    content = _content(path, "logo", MOST_LOGO)
    if content.startswith(_PNG):
        return Asset("logo.png", content, "png")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None or etree.QName(root).localname != "svg":
        raise ConfigError(f"brand.logo: {path.name} is neither an SVG nor a PNG file", "Save the logo as one of these.")
    for element in root.iter(etree.Element):
        active = etree.QName(element).localname in _ACTIVE
        outside = any(
            name.lower().startswith("on") or "href" in name.lower() or "url(" in value.replace("url(#", "")
            for name, value in ((str(key), str(text)) for key, text in element.attrib.items())
        )
        if active or outside:
            raise ConfigError(
                f"brand.logo: {path.name} line {element.sourceline} holds a <{etree.QName(element).localname}> that "
                "does more than draw",
                "Export the logo as plain paths, without scripts, links, animation or embedded images.",
            )
    if b"<!DOCTYPE" in content:
        raise ConfigError(f"brand.logo: {path.name} has a DOCTYPE", "Remove it; a drawing needs none.")
    return Asset("logo.svg", content, "svg")


def _font(path: Path | None, key: str, weight: int) -> Asset | None:
    if path is None:
        return None
    content = _content(path, key, MOST_FONT)
    kind = _FONTS.get(content[:4])
    if kind is None:
        raise ConfigError(f"brand.{key}: {path.name} is no font file", "Give a WOFF2, WOFF, TrueType or OpenType file.")
    ending = {"truetype": "ttf", "opentype": "otf"}.get(kind, kind)
    return Asset(f"brand-{weight}.{ending}", content, kind)


def _tokens(colour: str | None, second: str | None) -> Tokens:
    """Put the brand's colours in place of customers and population in both palettes."""
    light, dark = TOKENS.light, TOKENS.dark
    if colour is not None:
        _demand(colour, "colour", TEXT_CONTRAST, (light.paper, light.band))
        light = replace(light, customers=colour)
        dark = replace(dark, customers=_legible(colour, dark, TEXT_CONTRAST))
    if second is not None:
        _demand(second, "second_colour", MARK_CONTRAST, (light.paper,))
        light, dark = _population(second, light), _population(_legible(second, dark, MARK_CONTRAST), dark)
    if colour is not None or second is not None:
        distance, eye = closest_look(light.customers, light.population)
        if distance < _LEAST_DIFFERENCE:
            raise ConfigError(
                f"brand.colour {light.customers} and brand.second_colour {light.population} look alike with {eye} "
                f"(difference {distance:.0f}, at least {_LEAST_DIFFERENCE:.0f} is needed)",
                "Take a lighter, darker or greyer second colour: the two tell customers from population everywhere.",
            )
    return replace(TOKENS, light=light, dark=dark)


def _population(colour: str, palette: Palette) -> Palette:
    return replace(
        palette,
        population=colour,
        population_soft=mixed(colour, palette.paper, 0.45),
        population_text=_legible(colour, palette, TEXT_CONTRAST),
    )


def _legible(colour: str, palette: Palette, least: float) -> str:
    """Return a colour of the hue that stands out both from the page and from the shaded band."""
    return with_contrast(with_contrast(colour, palette.paper, least), palette.band, least)


def _demand(colour: str, key: str, least: float, grounds: tuple[str, ...]) -> None:
    found = min(contrast(colour, ground) for ground in grounds)
    if found < least:
        better = colour
        for ground in grounds:
            better = with_contrast(better, ground, least)
        raise ConfigError(
            f"brand.{key} = {colour} has a contrast of {found:.1f} with the page, at least {least} is needed",
            f"{better} is of the same hue and dark enough.",
        )
