from __future__ import annotations

import io
import re

from lxml import etree
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Ellipse, Patch

from reportgen.charts.fonts import text_width
from reportgen.charts.svg import NAMESPACE, Text, clean, without_anchors

_RAW = b"""<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
 viewBox="0 0 100.000 50.000" width="100pt" height="50pt"><metadata>who</metadata>
 <defs><style>*{stroke-linejoin:round}</style><clipPath id="p1"><rect x="0" y="0" width="9.99999" height="5"/></clipPath>
 <path id="m1" d="M 0 0 L 1 1"/><path id="unused" d="M 0 0 L 1 1"/></defs>
 <g id="figure_1"><g id="patch_1" onclick="alert(1)"><path d="M 1.23456 2.00000 L -0.00001 4e-7" style="fill: #aabbcc; stroke: none"/>
 <path d="M 5 5 L 6 6" style="fill: #aabbcc; stroke: none"/></g>
 <g clip-path="url(#p1)"><use xlink:href="#m1" x="1" y="2"/><use xlink:href="http://example.org/x#y"/></g><g/>
 <script>alert(1)</script></g></svg>"""  # noqa: E501


def _clean() -> str:
    return clean(_RAW, chart_id="chart-a", alt='Bars "a" <b> & c', texts=[Text(10, 20, "<script>&", 12, anchor="end")])


def test_only_drawing_is_left() -> None:
    svg = _clean()
    for gone in ("style", "script>", "metadata", "onclick", "example.org", "unused", "figure_1", "xlink"):
        assert gone not in svg.replace("&lt;script&gt;&amp;", "")


def test_the_title_comes_first_and_is_escaped() -> None:
    root = etree.fromstring(_clean())
    assert root[0].tag == f"{{{NAMESPACE}}}title"
    assert root[0].text == 'Bars "a" <b> & c'
    assert root.get("role") == "img"
    assert root.get("viewBox") == "0 0 100 50"


def test_numbers_are_short_and_paths_of_one_look_are_merged() -> None:
    root = etree.fromstring(_clean())
    paths = [path.get("d") for path in root if path.tag == f"{{{NAMESPACE}}}path"]
    assert paths == ["M1.23 2L0 0M5 5L6 6"]


def test_ids_that_are_referred_to_carry_the_chart_id() -> None:
    root = etree.fromstring(_clean())
    ids = {str(element.get("id")) for element in root.iter() if element.get("id")}
    assert len(ids) == 3
    assert all(identity.startswith("chart-a-") for identity in ids)
    use = next(root.iter(f"{{{NAMESPACE}}}use"))
    assert str(use.get("href"))[1:] in ids


def test_a_plain_matplotlib_figure_comes_out_clean() -> None:
    figure = Figure(figsize=(3, 2))
    axes = figure.add_subplot()
    axes.plot([1, 2, 3], [1, 3, 2], marker="o")
    axes.set_title("A <title>")
    raw = io.StringIO()
    FigureCanvasSVG(figure).print_svg(raw, metadata={"Date": None})  # type: ignore[no-untyped-call]
    svg = clean(raw.getvalue().encode(), chart_id="c", alt="a")
    assert "style" not in svg
    assert "metadata" not in svg
    etree.fromstring(svg)


def test_anchors_become_left_ends_for_the_pdf() -> None:
    root = etree.fromstring(without_anchors(_clean()))
    text = next(root.iter(f"{{{NAMESPACE}}}text"))
    assert "text-anchor" not in text.attrib
    assert abs(float(str(text.get("x"))) - (10 - text_width("<script>&", 12))) < 0.01


def path_of(shape: Patch) -> str:
    """Return what becomes of a shape that matplotlib draws."""
    figure = Figure(figsize=(2, 2))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.add_patch(shape)
    raw = io.BytesIO()
    figure.savefig(raw, format="svg")
    drawn = clean(raw.getvalue(), chart_id="dots", alt="Dots")
    return " ".join(re.findall(r' d="([^"]*)"', drawn))


def test_dots_are_arcs_and_other_shapes_stay_as_they_are() -> None:
    dot = path_of(Circle((0.4, 0.5), 0.1))
    assert "C" not in dot
    assert dot.endswith("M57.6 86.4a14.4 14.4 0 0 1 0 -28.8a14.4 14.4 0 0 1 0 28.8z")
    assert "C" in path_of(Ellipse((0.4, 0.5), 0.1, 0.2))


def test_eight_curves_that_are_no_circle_stay() -> None:
    curves = "".join(f"C{x} 1 {x} 2 {x} 3" for x in range(8))
    raw = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M 0 0 {curves} z"/></svg>'
    assert f'd="M0 0{curves}z"' in clean(raw.encode(), chart_id="odd", alt="Odd")
