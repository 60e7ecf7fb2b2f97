"""What pages, drawings and style sheets refer to: files they load, places they link to, anchors they offer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree, html

_XLINK = "{http://www.w3.org/1999/xlink}href"
_CSS_URL = re.compile(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^)"'\s]*))\s*\)""", re.IGNORECASE)
_CSS_IMPORT = re.compile(r"""@import\s+(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_ENDS = re.compile(rb"</(?:html|body)\s*>", re.IGNORECASE)
_REFRESH = re.compile(r"url\s*=\s*['\"]?([^'\"]+)", re.IGNORECASE)
# Attributes that make a browser fetch something without being asked, by element; "*" stands for every element.
_LOADING = {
    "src": ("*",),
    "srcset": ("img", "source"),
    "poster": ("video",),
    "data": ("object",),
    "background": ("*",),
    "manifest": ("html",),
}
_LOADING_RELATIONS = frozenset(
    {"stylesheet", "icon", "preload", "modulepreload", "prefetch", "preconnect", "dns-prefetch", "manifest"}
)


@dataclass(frozen=True)
class Reference:
    """One reference.

    Attributes
    ----------
    target
        As written.
    loads
        True when a browser fetches it on its own, False for a link that a reader follows.
    """

    target: str
    loads: bool


@dataclass(frozen=True)
class Document:
    """What one file refers to and offers.

    Attributes
    ----------
    references
        In order of appearance.
    anchors
        Values of ``id`` and of ``name`` on links.
    active
        Places where script could run: inline script, ``on...`` attributes, ``javascript:`` addresses.
    """

    references: tuple[Reference, ...]
    anchors: frozenset[str]
    active: tuple[str, ...]


def read_document(path: str, content: bytes) -> Document:
    """Read the references of an HTML, SVG or CSS file.

    Raises
    ------
    ValueError
        If the file is not well formed enough to be read.
    """
    if path.endswith(".css"):
        return Document(tuple(_in_css(content.decode("utf-8", "replace"))), frozenset(), ())
    try:
        root = _parse(path, content)
    except (etree.LxmlError, ValueError) as error:
        raise ValueError(str(error)) from None
    if root is None:
        raise ValueError("the file is empty")
    references: list[Reference] = []
    anchors: set[str] = set()
    active: list[str] = []
    for element in root.iter(etree.Element):
        tag = etree.QName(element).localname.lower()
        anchors.update(_anchors(element, tag))
        references.extend(_of_element(element, tag))
        active.extend(_active(element, tag))
    return Document(tuple(references), frozenset(anchors), tuple(active))


def _parse(path: str, content: bytes) -> etree._Element | None:
    if path.endswith(".svg"):
        return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    # what follows an end of the page is part of it to a browser, and would be lost here
    return html.document_fromstring(_ENDS.sub(b"", content), parser=html.HTMLParser(encoding="utf-8"))


def _attributes(element: etree._Element) -> Iterator[tuple[str, str]]:
    for name, value in element.attrib.items():
        yield str(name), str(value)


def _anchors(element: etree._Element, tag: str) -> Iterator[str]:
    if (named := element.get("id")) is not None:
        yield str(named)
    if tag == "a" and (named := element.get("name")) is not None:
        yield str(named)


def _of_element(element: etree._Element, tag: str) -> Iterator[Reference]:
    for name, value in _attributes(element):
        if name == "style":
            yield from _in_css(value)
        elif name in ("href", _XLINK):
            yield Reference(value, _href_loads(element, tag))
        elif name in ("action", "formaction", "ping"):
            yield Reference(value, True)
        elif name == "srcset":
            yield from (Reference(part.split()[0], True) for part in value.split(",") if part.split())
        elif name in _LOADING and (tag in _LOADING[name] or "*" in _LOADING[name]):
            yield Reference(value, True)
        elif "url(" in value:  # presentation attributes of SVG: fill, clip-path, filter
            yield from _in_css(value)
    if tag == "style":
        yield from _in_css(element.text or "")
    if tag == "meta" and str(element.get("http-equiv", "")).lower() == "refresh":
        yield from (Reference(found, True) for found in _REFRESH.findall(str(element.get("content", ""))))


def _href_loads(element: etree._Element, tag: str) -> bool:
    if tag == "link":
        return bool(_LOADING_RELATIONS & set(str(element.get("rel", "")).lower().split()))
    return tag not in ("a", "area")  # base, image, use and the like fetch at once


def _active(element: etree._Element, tag: str) -> Iterator[str]:
    if tag == "script" and element.get("src") is None and (element.text or "").strip():
        yield "inline script"
    for name, value in _attributes(element):
        if name.lower().startswith("on"):
            yield f"attribute {name}"
        elif re.sub(r"[\s\x00-\x1f]", "", value).lower().startswith("javascript:"):
            yield f"a script in {name}"


def _in_css(text: str) -> Iterator[Reference]:
    plain = _CSS_COMMENT.sub("", text)
    for found in (*_CSS_URL.finditer(plain), *_CSS_IMPORT.finditer(plain)):
        yield Reference(next((group for group in found.groups() if group), ""), True)
