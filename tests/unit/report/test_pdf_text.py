"""Texts of charts are set as a whole in the PDF: the same words at the same places, with kerning."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pikepdf
import pytest

from reportgen.report.pdf import render_pdf
from reportgen.report.pdf_text import WholeText, in_one_place, set_whole_texts

pytestmark = pytest.mark.usefixtures("pdf_libraries")
PAGE = '<html lang="en"><head><title>Page</title></head><body><h1>Page</h1>{image}</body></html>'


def shown(*texts: str) -> list[int]:
    """Return how many glyphs each show-text operator of the images sets."""
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="90" font-family="serif">{"".join(texts)}</svg>'
    address = "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode("ascii")
    html = PAGE.format(image=f'<img alt="drawing" src="{address}">')
    content = render_pdf(html, [], created=datetime(2026, 11, 1, tzinfo=UTC))
    with pikepdf.open(io.BytesIO(content)) as document:
        page: Any = document.pages[0]
        streams = [page, *page.resources.get("/XObject", pikepdf.Dictionary()).values()]
        found = [part for stream in streams for part in pikepdf.parse_content_stream(stream)]
    strings = [part.operands[0] for part in found if str(part.operator) == "TJ"]
    return [sum(len(bytes(piece)) // 2 for piece in string if isinstance(piece, pikepdf.String)) for string in strings]


@pytest.mark.parametrize("anchor", ["start", "middle", "end"])
def test_a_text_in_one_place_is_set_in_one_piece(anchor: str) -> None:
    plain = shown()
    drawn = shown(f'<text x="150" y="40" text-anchor="{anchor}">Avantgarde</text>')
    assert sorted(drawn) == sorted([*plain, len("Avantgarde")])


def test_letters_with_places_of_their_own_stay_apart() -> None:
    drawn = shown('<text x="10 20 30" y="40">abc</text>')
    assert sorted(drawn) == sorted([*shown(), 1, 1, 1])


@pytest.mark.parametrize(
    ("attributes", "one"),
    [
        ({}, True),
        ({"x": "3", "y": "4.5"}, True),
        ({"x": "3,4"}, False),
        ({"dy": "1 2"}, False),
        ({"rotate": "20"}, False),
        ({"letter-spacing": "1"}, False),
        ({"textLength": "90"}, False),
    ],
)
def test_what_asks_for_letters(attributes: Mapping[str, str], *, one: bool) -> None:
    assert in_one_place(attributes) is one


def test_a_whole_text_is_text_but_for_its_letters() -> None:
    text = WholeText("two words")
    assert (text, len(text), text.split()) == ("two words", 9, ["two", "words"])
    assert list(text) == ["two words"]


def test_it_is_set_up_twice_without_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    from weasyprint.svg import Node

    monkeypatch.setattr(Node, "text", Node.text)  # as it was for the other tests
    for _ in range(2):
        set_whole_texts()
    node = SimpleNamespace(_etree_node=SimpleNamespace(text="ab"), attrib={"x": "9"})
    assert list(Node.text.fget(node)) == ["ab"]
    node.attrib["rotate"] = "20"
    assert list(Node.text.fget(node)) == ["a", "b"]
