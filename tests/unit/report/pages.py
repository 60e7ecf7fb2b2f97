"""A small reader of rendered pages, independent of the templates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser

from tinyhtml5.parser import HTMLParser as StandardParser

VOID = frozenset({"meta", "link", "br", "hr", "img", "col", "input", "wbr"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


class Page(HTMLParser):
    """Tags in order, ids, and the text of the whole page; complains about tags that do not match."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.problems: list[str] = []
        self.text: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        if self._open:
            self.problems.append(f"never closed: {self._open}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.problems.append(f"</{tag}> at line {self.getpos()[0]} closes nothing")

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    @property
    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.tags if "id" in attributes]

    @property
    def levels(self) -> list[int]:
        return [int(tag[1]) for tag, _ in self.tags if tag in HEADINGS]

    def attributes(self, name: str) -> Iterator[str]:
        for _, attributes in self.tags:
            if name in attributes:
                yield attributes[name]

    def named(self, tag: str) -> Iterator[Mapping[str, str]]:
        for found, attributes in self.tags:
            if found == tag:
                yield attributes


def mistakes(html: str) -> Counter[str]:
    """Return what the parser of the HTML standard has to mend, by its name for it."""
    parser = StandardParser()
    parser.parse(html)
    return Counter(str(name) for _, name, _ in parser.errors)
