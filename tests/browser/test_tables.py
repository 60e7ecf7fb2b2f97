"""Tables sort and filter where a script is allowed, in the language of the report, and are whole without it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.browser

TABLE = """
<!doctype html><html lang="{language}"><body><main><div class="scroll"><table>
<thead><tr><th class="text">Name</th><th class="number">Share</th></tr></thead>
<tbody>{rows}</tbody></table></div></main>
<script src="{script}" defer data-sort="Sort" data-filter="Filter" data-shown="{{shown}} of {{all}}"></script>
</body></html>
"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1024, "height": 900})
    yield context.new_page()
    context.close()


def made(page: Page, address: str, language: str, shares: list[str]) -> Locator:
    """Open a page that holds one table with the given shares, named a, b, c, ..., the last row set apart."""
    rows = "".join(
        f'<tr{" class=apart" if share == shares[-1] else ""}><th scope="row">{chr(97 + at)}</th>'
        f'<td class="number">{share}</td></tr>'
        for at, share in enumerate(shares)
    )
    html = TABLE.format(language=language, rows=rows, script=f"{address}/assets/report.js")
    page.route("**/made.html", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    page.goto(f"{address}/made.html")
    return page.locator("table")


def names(table: Locator) -> str:
    return "".join(table.locator("tbody th").all_inner_texts())


@pytest.mark.parametrize(
    ("language", "shares"),
    [
        ("en", ["1,200", "&lt; 0.1 %", "0.1 %", "−3", "&ndash;", "99.5", "5"]),
        ("de", ["1.200", "&lt; 0,1 %", "0,1 %", "−3", "&ndash;", "99,5", "5"]),
    ],
)
def test_numbers_sort_as_the_language_writes_them(page: Page, address: str, language: str, shares: list[str]) -> None:
    table = made(page, address, language, shares)
    button = table.get_by_role("button", name="Share")
    button.click()
    # by hand: 1200, 99.5, 0.1, just below 0.1, -3, then the one without a number; "g" is set apart and stays last
    assert names(table) == "afcbdeg"
    assert table.locator("th[aria-sort=descending]").count() == 1
    button.click()
    assert names(table) == "dbcfaeg"
    button.click()
    assert names(table) == "abcdefg"
    assert table.locator("th[aria-sort]").count() == 0


def test_intervals_sort_by_their_lower_end(page: Page, address: str) -> None:
    table = made(page, address, "en", ["243\u2013262", "97\u2013103", "1,024\u20131,100", "13"])
    table.get_by_role("button", name="Share").click()
    assert names(table) == "cabd"


def test_text_sorts_and_another_column_takes_over(page: Page, address: str) -> None:
    table = made(page, address, "en", ["3", "1", "2", "0"])
    table.get_by_role("button", name="Share").click()
    table.get_by_role("button", name="Name").click()
    assert names(table) == "abcd"
    assert table.locator("th[aria-sort]").inner_text().startswith("Name")


def test_the_filter_keeps_rows_with_every_word(page: Page, address: str) -> None:
    page.goto(f"{address}/people.html")
    region = page.locator(".filter:visible").first
    table = region.locator("xpath=following-sibling::div[1]//tbody")
    every = table.locator("tr").count()
    first = table.locator("tr").nth(3).locator("th").inner_text().split("\n")[0]
    region.locator("input").fill(first.upper())
    shown = table.locator("tr:visible")
    assert 1 <= shown.count() < every
    assert region.locator("output").inner_text() == f"{shown.count()} of {every} rows"
    region.locator("input").fill("")
    assert table.locator("tr:visible").count() == every
    assert region.locator("output").inner_text() == ""


def test_without_scripts_there_are_no_buttons_and_all_rows(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/people.html")
    assert page.locator("button").count() == 0
    assert page.locator(".filter").count() == 0
    assert page.locator("tbody tr").count() > 0
    context.close()


def test_no_control_is_printed(page: Page, address: str) -> None:
    page.goto(f"{address}/people.html")
    page.emulate_media(media="print")
    assert page.locator(".filter:visible").count() == 0
