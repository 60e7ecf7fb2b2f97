"""Cleaning of a matplotlib SVG: small, without styles, scripts or outside references, the same bytes every time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

from lxml import etree

from reportgen.charts.fonts import clean_text, text_width
from reportgen.charts.style import LIGHT, NORMAL

NAMESPACE = "http://www.w3.org/2000/svg"
FONT_FAMILY = "'Source Sans 3', sans-serif"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_NUMBER = re.compile(r"-?\d+\.\d+(?:e[-+]?\d+)?|-?\d+e[-+]?\d+")
_SIZE = re.compile(r"([\d.]+)px")
_AROUND_LETTER = re.compile(r"\s*([A-Za-z])\s*")  # a path needs no space there
_GEOMETRY = ("d", "x", "y", "width", "height", "points", "transform", "stroke-width", "stroke-dasharray", "font-size",
             "cx", "cy", "r", "x1", "x2", "y1", "y2", "stroke-dashoffset")  # fmt: skip
_DEFAULTS = {"stroke-dashoffset": "0", "stroke-opacity": "1", "fill-opacity": "1", "opacity": "1",
             "stroke-linejoin": "miter", "stroke-linecap": "butt", "stroke": "none"}  # fmt: skip
_CURVES = re.compile(r"M (\S+) (\S+)((?: C(?: -?[\d.]+){6}){8}) z")
_ROUND = 0.02  # what rounding to two decimals may move a point of a circle
_REFERENCE = re.compile(r"url\(#([^)]*)\)")


@dataclass(frozen=True)
class Text:
    """One line of text: where, what, how; ``anchor`` is ``start``, ``middle`` or ``end``."""

    x: float
    y: float
    content: str
    size: float
    weight: int = NORMAL
    fill: str = LIGHT.ink
    anchor: str = "start"


def clean(raw: bytes, *, chart_id: str, alt: str, texts: Sequence[Text] = ()) -> str:
    """Turn an SVG that matplotlib wrote into one that can stand in any page.

    Parameters
    ----------
    raw
        The file as written by matplotlib's SVG backend.
    chart_id
        Prefix of every id that is left.
    alt
        What the drawing shows; becomes ``<title>``, which is also what the PDF takes.
    texts
        Lines of text that are set on top of the drawing.
    """
    parser = etree.XMLParser(remove_blank_text=True, remove_comments=True, resolve_entities=False, no_network=True)
    source = etree.fromstring(raw, parser)
    view = [_short(part) for part in (source.get("viewBox") or "").split()]
    root = etree.fromstring(f'<svg xmlns="{NAMESPACE}"/>')
    attributes = {
        "viewBox": " ".join(view),
        "width": view[2],
        "height": view[3],
        "role": "img",
        "aria-labelledby": f"{chart_id}-title",
        "font-family": FONT_FAMILY,
    }
    for name, value in attributes.items():
        root.set(name, value)
    title = etree.SubElement(root, f"{{{NAMESPACE}}}title", id=f"{chart_id}-title")
    title.text = clean_text(alt)
    for child in source:
        if etree.QName(child).localname not in ("metadata", "title"):
            root.append(child)
    _drop_foreign(root)
    for element in root.iter(f"{{{NAMESPACE}}}*"):
        if element is not root:
            _plain_attributes(element)
    _prefix_ids(root, chart_id)
    _flatten(root)
    _merge_paths(root)
    for path in root.iter(f"{{{NAMESPACE}}}path"):
        path.set("d", _AROUND_LETTER.sub(r"\1", path.get("d", "")))
    for text in texts:
        _set_text(root, text)
    etree.cleanup_namespaces(root)
    return etree.tostring(root, encoding="unicode")


def without_anchors(svg: str) -> str:
    """Return the drawing with every text set from its left end.

    WeasyPrint makes an object of its own of each anchored text, which triples the size of a PDF. On screen the
    anchors stay: there the bundled face may be missing and its widths be wrong.
    """
    root = etree.fromstring(svg)
    for text in root.iter(f"{{{NAMESPACE}}}text"):
        given = _attributes(text)
        if "text-anchor" not in given:
            continue
        del text.attrib["text-anchor"]
        width = text_width(text.text or "", float(given["font-size"]), int(given.get("font-weight", NORMAL)))
        part = 0.5 if given["text-anchor"] == "middle" else 1.0
        text.set("x", _short(str(float(given["x"]) - width * part)))
    return etree.tostring(root, encoding="unicode")


def _short(number: str) -> str:
    """Round a number to two decimals and drop what says nothing: ``12.500`` is ``12.5``, ``-0.00`` is ``0``."""
    value = float(number.rstrip("pt"))
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _attributes(element: etree._Element) -> dict[str, str]:
    """Return a copy of the attributes, safe to walk through while they change."""
    return {str(name): str(value) for name, value in element.attrib.items()}


def _drop_foreign(root: etree._Element) -> None:
    """Remove styles, scripts and metadata; only drawing is left."""
    for element in list(root.iter()):
        keep = isinstance(element.tag, str) and etree.QName(element).localname not in ("style", "script", "metadata")
        parent = element.getparent()
        if not keep and parent is not None:
            parent.remove(element)


def _plain_attributes(element: etree._Element) -> None:
    """Turn ``style`` into presentation attributes, shorten numbers, drop defaults and outside references."""
    style = _attributes(element).get("style", "")
    element.attrib.pop("style", "")
    for declaration in style.split(";"):
        name, _, value = declaration.partition(":")
        name, value = name.strip(), value.strip()
        if name == "font":
            element.set("font-size", next(iter(_SIZE.findall(value)), "12"))
            element.set("fill", _attributes(element).get("fill", LIGHT.ink))
        elif name and name not in ("font-family", "white-space"):
            element.set(name, value)
    for name, default in _DEFAULTS.items():
        if element.get(name) == default:
            del element.attrib[name]
    for name, value in _attributes(element).items():
        outside = name in (_XLINK, "href") and not value.startswith("#")
        if outside or name.startswith("on"):
            del element.attrib[name]
        elif name in _GEOMETRY:
            element.set(name, " ".join(_NUMBER.sub(lambda match: _short(match[0]), value).split()))
            if name == "d":
                element.set(name, _circles(str(element.get(name))))


def _circles(path: str) -> str:
    """Write circles as two arcs each: matplotlib's eight curves are five times as long, and charts have many dots."""
    return _CURVES.sub(_arcs, path)


def _arcs(drawn: re.Match[str]) -> str:
    """Return a closed line of eight curves as two arcs to the far side and back, or as it is when it is no circle."""
    x, y = float(drawn[1]), float(drawn[2])
    ends = [tuple(map(float, curve.split()[-2:])) for curve in drawn[3].split("C")[1:]]
    across = ends[3][1] - y
    radius = abs(across) / 2
    off = [abs(hypot(end_x - x, end_y - y - across / 2) - radius) for end_x, end_y in ends]
    if not radius or max(off) > _ROUND:
        return drawn[0]
    size, there, back = _short(str(radius)), _short(str(across)), _short(str(-across))
    return f"M {drawn[1]} {drawn[2]} a {size} {size} 0 0 1 0 {there} a {size} {size} 0 0 1 0 {back} z"


def _prefix_ids(root: etree._Element, chart_id: str) -> None:
    """Keep only ids that something in the drawing refers to, and put the chart's own id in front of them."""
    used: set[str] = set()
    for element in root.iter(f"{{{NAMESPACE}}}*"):
        for name, value in _attributes(element).items():
            used.update([value[1:]] if name in (_XLINK, "href") else _REFERENCE.findall(value))
    names = {old: f"{chart_id}-{number}" for number, old in enumerate(sorted(used), start=1)}
    title = root[0]
    for element in root.iter(f"{{{NAMESPACE}}}*"):
        if element is title or element is root:
            continue
        for name, value in _attributes(element).items():
            if name in ("id", _XLINK, "href"):
                del element.attrib[name]
            if name == "id" and value in names:
                element.set("id", names[value])
            elif name in (_XLINK, "href"):
                element.set("href", f"#{names[value[1:]]}")
            elif "url(#" in value:
                element.set(name, _REFERENCE.sub(lambda match: f"url(#{names[match[1]]})", value))


def _flatten(root: etree._Element) -> None:
    """Replace groups that say nothing by what they hold, and drop empty ones."""
    for group in reversed(list(root.iter(f"{{{NAMESPACE}}}g", f"{{{NAMESPACE}}}defs"))):
        parent = group.getparent()
        if parent is None:
            continue
        is_defs = etree.QName(group).localname == "defs"
        if len(group) == 0:
            parent.remove(group)
        elif not group.attrib and not is_defs:
            at = parent.index(group)
            for child in reversed(list(group)):
                parent.insert(at, child)
            parent.remove(group)


def _merge_paths(root: etree._Element) -> None:
    """Join neighbouring paths of one look; those half transparent stay apart, since overlaps would show."""
    previous: etree._Element | None = None
    for element in list(root):
        if etree.QName(element).localname != "path" or "id" in element.attrib:
            previous = None
            continue
        look = {name: value for name, value in _attributes(element).items() if name != "d"}
        opaque = not any("opacity" in name for name in look)
        if previous is not None and opaque and look == {n: v for n, v in _attributes(previous).items() if n != "d"}:
            previous.set("d", f"{previous.get('d')} {element.get('d')}")
            root.remove(element)
        else:
            previous = element


def _set_text(root: etree._Element, text: Text) -> None:
    element = etree.SubElement(root, f"{{{NAMESPACE}}}text", x=_short(str(text.x)), y=_short(str(text.y)))
    element.set("font-size", _short(str(text.size)))
    if text.weight != NORMAL:
        element.set("font-weight", str(text.weight))
    element.set("fill", text.fill)
    if text.anchor != "start":
        element.set("text-anchor", text.anchor)
    element.text = clean_text(text.content)
