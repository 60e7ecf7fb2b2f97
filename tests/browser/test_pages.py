"""The pages in a browser: under the policy, without scripts, at every width, light and dark, for everybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from reportgen.charts.style import TOKENS

pytestmark = pytest.mark.browser

NAMES = (
    "index", "data", "people", "components", "choice", "segments", "segment-1", "segment-0", "campaign", "changes",
    "robustness", "method",
)  # fmt: skip
WIDTHS = (360, 1024, 1600)
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


class Watched:
    """A page that remembers every complaint and every request."""

    def __init__(self, browser: Browser, scheme: Scheme, width: int, *, scripts: bool = True) -> None:
        self.context = browser.new_context(
            color_scheme=scheme, viewport={"width": width, "height": 900}, java_script_enabled=scripts
        )
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("requestfailed", lambda request: self.complaints.append(f"failed: {request.url}"))
        self.page.on("request", lambda request: self.requests.append(request.url))


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    found = Watched(browser, "light", 1280)
    yield found
    found.context.close()


@pytest.mark.parametrize("name", NAMES)
def test_no_complaint_and_no_request_beyond_the_site(watched: Watched, address: str, name: str) -> None:
    watched.page.goto(f"{address}/{name}.html", wait_until="networkidle")
    assert watched.complaints == []
    assert all(url.startswith(address) for url in watched.requests)
    faces = watched.page.evaluate("[...document.fonts].filter(face => face.status === 'error').length")
    assert faces == 0


def test_the_single_file_asks_for_nothing(watched: Watched, folder: Path) -> None:
    address = (folder / "single" / "report.html").as_uri()
    watched.page.goto(address, wait_until="networkidle")
    assert watched.complaints == []
    assert [url for url in watched.requests if not url.startswith("data:")] == [address]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", [*NAMES, "single/report"])
def test_nothing_sticks_out(browser: Browser, address: str, name: str, width: int) -> None:
    watched = Watched(browser, "light", width)
    watched.page.goto(f"{address}/{name}.html")
    wide = watched.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width
    hidden = watched.page.evaluate(
        """() => [...document.querySelectorAll('p, h1, h2, h3, h4, li')]
            .filter(e => !e.closest('.hidden, .scroll, .drawing, details') && !e.classList.contains('hidden'))
            .filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline')
            .map(e => e.textContent.slice(0, 60))"""
    )
    assert hidden == []
    watched.page.evaluate("document.querySelectorAll('td.badge small').forEach(e => e.textContent = '> 0.99')")
    clipped = watched.page.evaluate(
        """() => { const end = e => e.getBoundingClientRect().right;
            return [...document.querySelectorAll('td.badge')]
                .filter(e => e.offsetParent && [...e.children].some(child => end(child) > end(e) + 1))
                .map(e => e.textContent) }"""
    )
    assert clipped == []
    watched.context.close()


# Every page in both themes at two widths on a small site; what grows with the data is looked at once on the large one.
AXE = [
    *((f"small/{name}", width, scheme) for name in NAMES for width in (360, 1024) for scheme in SCHEMES),
    *(("small/single/report", 360, scheme) for scheme in SCHEMES),
    *((name, 1024, "light") for name in NAMES),
]


@pytest.mark.parametrize(("name", "width", "scheme"), AXE)
def test_axe_finds_nothing(browser: Browser, address: str, name: str, width: int, scheme: Scheme) -> None:
    # axe is a script, which the pages' policy forbids; this context alone does not keep it
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.goto(f"{address}/{name}.html")
    page.evaluate("document.querySelectorAll('details.fold').forEach(fold => fold.open = true)")
    found: Any = Axe().run(page)
    context.close()
    violations = found.response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in violations] == []


def test_chart_text_follows_the_theme(browser: Browser, address: str) -> None:
    fills = {}
    for theme in ("light", "dark"):
        watched = Watched(browser, theme, 1280)
        watched.page.goto(f"{address}/index.html")
        fills[theme] = set(
            watched.page.evaluate("[...document.querySelectorAll('svg text')].map(e => getComputedStyle(e).fill)")
        )
        watched.context.close()
    assert fills["light"].isdisjoint(fills["dark"])
    assert rgb(TOKENS.dark.ink) in fills["dark"]
    assert rgb(TOKENS.light.ink) in fills["light"]


def rgb(colour: str) -> str:
    return "rgb({}, {}, {})".format(*(int(colour[i : i + 2], 16) for i in (1, 3, 5)))


def test_print_is_light_whatever_the_reader_prefers(browser: Browser, address: str) -> None:
    watched = Watched(browser, "dark", 1024)
    watched.page.goto(f"{address}/index.html")
    watched.page.emulate_media(media="print", color_scheme="dark")
    ink = watched.page.evaluate("getComputedStyle(document.body).color")
    watched.context.close()
    assert ink == rgb(TOKENS.light.ink)


def test_everything_is_there_without_scripts(browser: Browser, address: str) -> None:
    watched = Watched(browser, "light", 1280, scripts=False)
    watched.page.goto(f"{address}/index.html")
    assert watched.page.locator("svg:visible").count() == 1
    assert watched.page.locator("table.segments").is_visible()
    watched.page.locator("summary").first.click()
    assert watched.page.locator("details table").first.is_visible()
    watched.context.close()


def test_the_last_column_stays_in_sight_on_a_phone(browser: Browser, address: str) -> None:
    watched = Watched(browser, "light", 360)
    watched.page.goto(f"{address}/index.html")
    cells = watched.page.locator("table.segments tr > :last-child")
    for number in range(cells.count()):
        box = cells.nth(number).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
    watched.context.close()


@pytest.mark.parametrize("name", ["index", "segments", "segment-1", "people", "components", "data", "choice"])
@pytest.mark.parametrize("width", [360, 390])
def test_charts_fit_a_phone(browser: Browser, address: str, name: str, width: int) -> None:
    """Every chart on a phone is the one drawn for it: nothing has to be scrolled sideways or read at half its size."""
    watched = Watched(browser, "light", width)
    watched.page.goto(f"{address}/{name}.html")
    shown = watched.page.locator("figure svg:visible")
    assert shown.count() > 0
    for number in range(shown.count()):
        box = shown.nth(number).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    smallest = watched.page.evaluate(
        """() => Math.min(...[...document.querySelectorAll('figure svg')].filter(s => s.checkVisibility()).flatMap(
            s => [...s.querySelectorAll('text')].map(t => parseFloat(getComputedStyle(t).fontSize)
                 * s.getBoundingClientRect().width / s.viewBox.baseVal.width)))"""
    )
    assert smallest >= 10.5
    watched.context.close()


@pytest.mark.parametrize("width", [360, 390])
def test_names_have_a_line_of_their_own_on_a_phone(browser: Browser, address: str, width: int) -> None:
    watched = Watched(browser, "light", width)
    watched.page.goto(f"{address}/index.html")
    rows = watched.page.locator("table.segments tbody tr")
    for number in range(rows.count()):
        name, row = rows.nth(number).locator("th").bounding_box(), rows.nth(number).bounding_box()
        figures = [cell.bounding_box() for cell in rows.nth(number).locator("td:visible").all()]
        assert name is not None
        assert row is not None
        assert name["width"] == pytest.approx(row["width"], abs=1)
        assert len(figures) == 4
        for box in figures:
            assert box is not None
            assert box["y"] >= name["y"] + name["height"] - 1
    watched.context.close()


def test_a_stacked_table_is_still_a_table(browser: Browser, address: str) -> None:
    watched = Watched(browser, "light", 360)
    watched.page.goto(f"{address}/index.html")
    # the browser's own tree: a table laid out as a grid has no roles written into it, which would be invalid HTML
    tree = watched.context.new_cdp_session(watched.page).send("Accessibility.getFullAXTree")["nodes"]
    by_id = {node["nodeId"]: node for node in tree}
    name = "Every segment: size on both sides, index and how firmly it stands"
    (table,) = [n for n in tree if n["role"]["value"] == "table" and n.get("name", {}).get("value") == name]

    def within(node: dict[str, Any]) -> Iterator[str]:
        yield node["role"]["value"]
        for child in node.get("childIds", ()):
            yield from within(by_id[child])

    roles = Counter(within(table))
    assert roles["rowheader"] == roles["row"] - 1 > 2
    assert roles["cell"] >= 4 * roles["rowheader"]
    assert roles["columnheader"] >= 4
    watched.context.close()


def test_paper_gets_the_wide_charts(browser: Browser, address: str) -> None:
    watched = Watched(browser, "light", 390)
    watched.page.goto(f"{address}/index.html")
    watched.page.emulate_media(media="print")
    assert watched.page.locator(".drawing.wide svg").is_visible()
    assert not watched.page.locator(".drawing.narrow svg").is_visible()
    watched.context.close()


def test_the_keyboard_reaches_content_first(browser: Browser, address: str) -> None:
    watched = Watched(browser, "light", 1024)
    watched.page.goto(f"{address}/people.html")
    watched.page.keyboard.press("Tab")
    assert watched.page.evaluate("document.activeElement.className") == "skip"
    watched.page.keyboard.press("Enter")
    assert watched.page.evaluate("document.activeElement.id") == "main"
    watched.context.close()
