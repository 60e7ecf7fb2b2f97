from __future__ import annotations

import pytest

from reportgen.publishing import checks
from reportgen.publishing.checks import Pages, check_hashes, check_links, check_requests, check_size, resolve
from reportgen.publishing.holding import Stamp

PAGE = b'<html><body><p id="here">x</p>%s</body></html>'


def messages(faults: object) -> list[str]:
    return [str(fault) for fault in faults]  # type: ignore[attr-defined]


def site(**pages: str) -> Pages:
    return Pages({f"{name}.html": PAGE % text.encode() for name, text in pages.items()} | {"img/a.png": b"x"})


def test_each_way_in_which_a_hash_can_fail() -> None:
    promised = {name: Stamp.of(b"content") for name in ("good", "longer", "changed", "gone")}
    files = {"good": b"content", "longer": b"content!", "changed": b"c0ntent", "more": b""}
    assert [fault.path for fault in check_hashes(files, promised)] == ["longer", "changed", "gone", "more"]
    assert [fault.path for fault in check_hashes(files, promised, whole=False)] == ["longer", "changed", "gone"]
    assert list(check_hashes({"good": b"content"}, {"good": Stamp.of(b"content")})) == []


@pytest.mark.parametrize(
    "link",
    [
        "b.html",
        "b.html#here",
        "#here",
        "",
        "./b.html",
        "img/a.png",
        "https://x.example/y",
        "mailto:a@b.example",
        "b%2Ehtml",
    ],
)
def test_links_that_hold(link: str) -> None:
    assert messages(check_links(site(a=f'<a href="{link}">x</a>', b=""))) == []


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("c.html", "not there"),
        ("b.html#gone", "no such place"),
        ("#gone", "no such place"),
        ("../private/x.parquet", "leads out"),
        ("/b.html", "leads out"),
        ("img/", "not there"),
    ],
)
def test_links_that_are_broken(link: str, said: str) -> None:
    (message,) = messages(check_links(site(a=f'<a href="{link}">x</a>', b="")))
    assert message.startswith("links: a.html: ")
    assert said in message


def test_an_unreadable_drawing_is_a_fault() -> None:
    assert [fault.path for fault in check_links(Pages({"a.svg": b"<svg>"}))] == ["a.svg"]


@pytest.mark.parametrize(
    "text",
    [
        '<img src="https://x.example/a.png">',
        '<img src="//x.example/a.png">',
        '<link rel="stylesheet" href="http://x.example/a.css">',
        '<p style="background:url(https://x.example/a.png)">x</p>',
        '<svg><image href="https://x.example/a.png"/></svg>',
        "<script>1</script>",
        '<a href="javascript:x()">x</a>',
        '<a href="b.html" ping="https://x.example/">x</a>',
    ],
)
def test_requests_to_elsewhere(text: str) -> None:
    assert [fault.path for fault in check_requests(site(a=text, b=""))] == ["a.html"]


@pytest.mark.parametrize(
    "text", ['<a href="https://x.example/">x</a>', '<img src="data:image/png;base64,AAAA">', '<img src="img/a.png">']
)
def test_no_request_to_elsewhere(text: str) -> None:
    assert messages(check_requests(site(a=text))) == []


def test_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"a.html": b"x" * 2_000_001, "report.html": b"x" * 2_000_001, "b.csv": b"x" * 5_000_000, "c.xlsx": b"x"}
    assert messages(check_size(files)) == ["size: a.html: has 2.0 MB; at most 2.0 MB are expected"]
    monkeypatch.setattr(checks, "WHOLE_BUDGET", 9_000_000)
    assert [fault.path for fault in check_size(files)] == ["a.html", "."]


@pytest.mark.parametrize(
    ("path", "target", "found"),
    [
        ("a/b.html", "c.html", "a/c.html"),
        ("a/b.html", "../c.html", "c.html"),
        ("a/b.html", "../../c.html", None),
        ("a.html", "./", "index.html"),
        ("a.html", "b/", "b/index.html"),
        ("a.html", "..", None),
        ("a.html", "%2e%2e/x", None),
    ],
)
def test_resolve(path: str, target: str, found: str | None) -> None:
    assert resolve(path, target) == found
