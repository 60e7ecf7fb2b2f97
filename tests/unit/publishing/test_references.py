from __future__ import annotations

import pytest

from reportgen.publishing.references import read_document


def targets(path: str, text: str, *, loads: bool) -> list[str]:
    return [found.target for found in read_document(path, text.encode()).references if found.loads is loads]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('<img src="a.png" srcset="b.png 1x, c.png 2x">', ["a.png", "b.png", "c.png"]),
        ('<link rel="stylesheet" href="a.css"><link rel="preload icon" href="b.ico">', ["a.css", "b.ico"]),
        ('<script src="a.js"></script><iframe src="b.html"></iframe>', ["a.js", "b.html"]),
        ('<object data="a.svg"></object><video poster="b.png"></video>', ["a.svg", "b.png"]),
        ("<p style=\"background:url('a.png')\">x</p>", ["a.png"]),
        ('<style>@import "a.css"; p { background: url(b.png) }</style>', ["a.css", "b.png"]),
        ('<form action="https://x.example/"></form><base href="/b/">', ["https://x.example/", "/b/"]),
        ('<svg><use href="#a"></use><rect fill="url(#b)"/></svg>', ["#a", "#b"]),
    ],
)
def test_what_a_page_loads(text: str, found: list[str]) -> None:
    assert sorted(targets("index.html", f"<html><body>{text}</body></html>", loads=True)) == sorted(found)


def test_what_a_reader_follows() -> None:
    text = '<a href="a.html#b">a</a><link rel="next" href="c.html"><meta http-equiv="refresh" content="0; url=d.html">'
    assert sorted(targets("index.html", text, loads=False)) == ["a.html#b", "c.html"]
    assert targets("index.html", text, loads=True) == ["d.html"]  # where a refresh leads, nobody is asked


def test_what_follows_the_end_of_a_page_is_loaded_too() -> None:
    text = '<html><body><p>x</p></body></html>\n<script src="a.js"></script>\n<IMG SRC="b.png"></HTML>'
    assert targets("index.html", text, loads=True) == ["a.js", "b.png"]


def test_drawings_and_style_sheets() -> None:
    spaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    svg = f'<svg {spaces}><image xlink:href="a.png"/></svg>'
    assert targets("a.svg", svg, loads=True) == ["a.png"]
    css = "/* url(comment.png) */ @font-face { src: url(fonts/a.woff2) } @import url('b.css');"
    assert targets("a.css", css, loads=True) == ["fonts/a.woff2", "b.css"]


@pytest.mark.parametrize(
    "text",
    [
        "<script>fetch('x')</script>",
        '<p onclick="x()">x</p>',
        '<a href=" java\nscript:x()">x</a>',
        '<svg onload="x()"></svg>',
    ],
)
def test_places_where_script_could_run(text: str) -> None:
    assert len(read_document("index.html", f"<body>{text}</body>".encode()).active) == 1


def test_a_plain_page_has_none() -> None:
    page = b'<body><script src="a.js"></script><p id="x" class="once">on</p><a name="y" href="b.html">b</a></body>'
    read = read_document("index.html", page)
    assert read.active == ()
    assert read.anchors == {"x", "y"}


@pytest.mark.parametrize(("path", "content"), [("a.svg", b"<svg><g></svg>"), ("a.svg", b""), ("a.html", b"")])
def test_what_cannot_be_read_is_told(path: str, content: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_document(path, content)


def test_an_svg_does_not_read_other_files() -> None:
    evil = b'<!DOCTYPE svg [<!ENTITY e SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg">&e;</svg>'
    assert read_document("a.svg", evil).references == ()
