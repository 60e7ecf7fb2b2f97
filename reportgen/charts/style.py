"""Design tokens: the one source of colours and type for charts, pages and the PDF, and what a chart is.

Charts carry the literal light colours. Pages map them back to custom properties by attribute selectors, so
that the same drawing follows a dark theme on screen and stays light in print and in the PDF, whose renderer
reads neither ``var()`` nor page CSS inside an image.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

WIDTH = 680
"""Design width of a chart in CSS pixels; text in a chart is 11 to 13 pixels at this width."""

NARROW = 340
"""Design width of the second drawing that some charts have for a phone."""

SMALL, TEXT = 11.5, 12.5
"""Sizes of secondary and of ordinary text in a chart."""

NORMAL, STRONG = 400, 600
"""Weights that are bundled."""

HEAT_LIMITS = (0.2, 0.5, 0.8)
"""Effects at which the heat ramp changes its step; below the first an effect is not mentioned."""

Cell = str | float | int | None


@dataclass(frozen=True)
class Palette:
    """The colours of one theme as ``#rrggbb``.

    Text colours (``ink``, ``muted``, ``population_text``, ``customers``, ``over``, ``under``) reach a contrast of
    4.5 on ``paper``, marks (``population``, ``segment``) of 3. ``heat_*`` run from much less to much more.
    """

    paper: str
    ink: str
    muted: str
    rule: str
    axis: str
    band: str
    population: str
    population_soft: str
    population_text: str
    customers: str
    segment: str
    over: str
    under: str
    heat_under_3: str
    heat_under_2: str
    heat_under_1: str
    heat_none: str
    heat_over_1: str
    heat_over_2: str
    heat_over_3: str


@dataclass(frozen=True)
class Tokens:
    """Both palettes and the font stacks."""

    light: Palette
    dark: Palette
    serif: str
    sans: str


TOKENS = Tokens(
    light=Palette(
        paper="#fdfcfa",
        ink="#1f262d",
        muted="#59636e",
        rule="#d9dbdc",
        axis="#98a1a9",
        band="#efeeea",
        population="#7c8fa1",
        population_soft="#c3ced8",
        population_text="#516577",
        customers="#b34a1c",
        segment="#33506b",
        over="#a8430f",
        under="#2b628c",
        heat_under_3="#2f6a95",
        heat_under_2="#82aecb",
        heat_under_1="#cbdfeb",
        heat_none="#f1f0ec",
        heat_over_1="#f5d8c6",
        heat_over_2="#e19c73",
        heat_over_3="#b9541f",
    ),
    dark=Palette(
        paper="#15191d",
        ink="#e9e6e0",
        muted="#a6afb8",
        rule="#343b42",
        axis="#6c7780",
        band="#22282e",
        population="#869cb1",
        population_soft="#455463",
        population_text="#a9bbcc",
        customers="#f0935c",
        segment="#a8c4de",
        over="#f29a63",
        under="#7db8e4",
        heat_under_3="#79b5e0",
        heat_under_2="#42769c",
        heat_under_1="#294458",
        heat_none="#1e2328",
        heat_over_1="#55382a",
        heat_over_2="#a3603a",
        heat_over_3="#ef9159",
    ),
    serif='"Source Serif 4", Georgia, "Times New Roman", serif',
    sans='"Source Sans 3", "Segoe UI", Helvetica, Arial, sans-serif',
)
LIGHT = TOKENS.light


@dataclass(frozen=True)
class Drawing:
    """A finished SVG with its design size in CSS pixels."""

    svg: str
    width: float
    height: float


@dataclass(frozen=True)
class Chart:
    """A drawn finding: the drawing, what it says, and its numbers.

    Attributes
    ----------
    id
        Stable name, unique in a report; also the prefix of every id inside ``svg``.
    title
        The finding as a sentence without a full stop, for a heading outside the drawing.
    subtitle
        Unit and denominator.
    alt
        What the drawing shows, for those who do not see it.
    svg
        The drawing, ready to be put into a page; no styles, scripts or outside references.
    width, height
        Design size in CSS pixels.
    columns, formats, rows
        The numbers behind the drawing. ``formats`` says of each column how it is meant to be printed: ``text``,
        ``count``, ``share`` (fraction of one), ``index``, ``effect``, ``agreement`` (1 at most) or ``number``.
    source
        Where the numbers come from.
    narrow
        The same finding drawn for a phone, ``NARROW`` pixels wide; None where one drawing serves all.
    printed
        The same finding drawn for paper, where less fits; None where one drawing serves all.
    """

    id: str
    title: str
    subtitle: str
    alt: str
    svg: str
    width: float
    height: float
    columns: tuple[str, ...]
    formats: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    source: str
    narrow: Drawing | None = None
    printed: Drawing | None = None


def heat(effect: float | None) -> str:
    """Return the light-theme colour of an effect on the stepped ramp."""
    if effect is None or abs(effect) < HEAT_LIMITS[0]:
        return LIGHT.heat_none
    step = sum(abs(effect) >= limit for limit in HEAT_LIMITS)
    colour: str = getattr(LIGHT, f"heat_{'over' if effect > 0 else 'under'}_{step}")
    return colour


def _properties(palette: Palette) -> str:
    return "".join(f"--{field.name.replace('_', '-')}:{getattr(palette, field.name)};" for field in fields(palette))


def css_tokens(tokens: Tokens = TOKENS) -> str:
    """Return ``:root`` custom properties: light by default and in print, dark where the reader asks for it.

    Examples
    --------
    >>> "--heat-over-1:#f5d8c6;" in css_tokens()
    True
    """
    return (
        f":root{{color-scheme:light dark;--serif:{tokens.serif};--sans:{tokens.sans};{_properties(tokens.light)}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{_properties(tokens.dark)}}}}}\n"
        "@media print{:root{color-scheme:light}}\n"
    )


def css_chart_remap() -> str:
    """Return rules that turn the literal colours of an inlined chart into the custom properties."""
    rules = []
    for field in fields(Palette):
        colour = getattr(TOKENS.light, field.name)
        token = f"var(--{field.name.replace('_', '-')})"
        rules.append(f'svg [fill="{colour}"]{{fill:{token}}}svg [stroke="{colour}"]{{stroke:{token}}}')
    return "\n".join(rules) + "\n"
