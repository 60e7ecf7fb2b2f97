"""Texts of charts in the PDF are set as a whole, as a browser sets them.

WeasyPrint lays out every letter of a text in an SVG on its own, for texts that give each letter a place. That loses the
kerning, and is a fifth of the time that a PDF takes. Our charts give a text one place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_PLACES = ("x", "y", "dx", "dy")
_OF_LETTERS = ("rotate", "letter-spacing", "textLength")


class WholeText(str):
    """A text whose only letter is all of it."""

    __slots__ = ()

    def __iter__(self) -> Iterator[str]:
        yield str(self)


def set_whole_texts() -> None:
    """Let WeasyPrint set a text in one piece where nothing asks for its letters, in this process from now on."""
    from weasyprint.svg import Node

    def text(node: Any) -> str | None:
        found: str | None = node._etree_node.text  # what the property that this one replaces returns
        return WholeText(found) if found and in_one_place(node.attrib) else found

    Node.text = property(text)


def in_one_place(attributes: Mapping[str, str]) -> bool:
    """Tell whether an element gives its text one place and leaves the letters alone."""
    places = [attributes.get(name, "").replace(",", " ").split() for name in _PLACES]
    return all(len(place) < 2 for place in places) and not any(name in attributes for name in _OF_LETTERS)
