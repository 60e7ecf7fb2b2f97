"""The pages as a reader's browser gets them: complete, linked, escaped, self-contained."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from jinja2 import UndefinedError

from reportgen.analysis.result import Analysis
from reportgen.analysis.result_parts import Count
from reportgen.charts.gallery import charts_of
from reportgen.charts.shown import COMPONENTS_SHOWN
from reportgen.charts.style import Chart
from reportgen.report.look import PLAIN
from reportgen.report.site import SINGLE_POLICY, render_print, render_single, render_site
from tests.factories import example_analysis
from tests.unit.report.pages import Page

CREATED = datetime(2026, 11, 1, tzinfo=UTC)
EVIL = "</style><script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7777*7777 }}"


@pytest.fixture(scope="session")
def site(analysis: Analysis, charts: Mapping[str, Chart]) -> dict[str, bytes]:
    return {**render_site(analysis, charts, created=CREATED, pdf=True), "briefing.pdf": b"%PDF-"}


@pytest.fixture(scope="session")
def single(analysis: Analysis, charts: Mapping[str, Chart]) -> str:
    return render_single(analysis, charts).decode()


def html_of(site: Mapping[str, bytes]) -> dict[str, Page]:
    return {path: Page(content.decode()) for path, content in site.items() if path.endswith(".html")}


def pages_of(analysis: Analysis) -> dict[str, Page]:
    """Return every HTML page that an analysis gives, the single file and the print document too."""
    charts = charts_of(analysis)
    pages = html_of(render_site(analysis, charts, created=CREATED))
    pages["report.html"] = Page(render_single(analysis, charts).decode())
    pages["print"] = Page(render_print(analysis, charts))
    return pages


def check_structure(name: str, page: Page) -> None:
    assert page.problems == [], name
    assert len(page.ids) == len(set(page.ids)), name
    levels = page.levels
    assert levels.count(1) == 1, name
    assert all(after - before <= 1 for before, after in zip([0, *levels], levels, strict=False)), (name, levels)
    for column in page.named("th"):
        assert column.get("scope") in {"col", "row"}, name
    for label in ("aria-labelledby", "aria-describedby"):
        for target in page.attributes(label):
            assert set(target.split()) <= set(page.ids), (name, target)


def test_the_files_of_a_site(site: Mapping[str, bytes], analysis: Analysis) -> None:
    pages = {path for path in site if path.endswith(".html")}
    chapters = {"index", "data", "people", "components", "choice", "segments", "campaign", "robustness", "method"}
    assert pages == {f"{name}.html" for name in chapters} | {f"segment-{s.id}.html" for s in analysis.segments}
    assert {
        "assets/report.css",
        "assets/report.js",
        "assets/icon.svg",
        "tables.xlsx",
        "briefing.pdf",
        "charts/index.svg",
    } <= set(site)
    assert sum(path.startswith("assets/fonts/") for path in site) == 6


def test_every_page_is_well_formed(site: Mapping[str, bytes]) -> None:
    for name, page in html_of(site).items():
        check_structure(name, page)


def test_the_single_file_and_the_print_document_are_well_formed(analysis: Analysis, single: str) -> None:
    check_structure("report.html", Page(single))
    check_structure("print", Page(render_print(analysis, charts_of(analysis))))


@pytest.mark.parametrize(
    ("segments", "features", "options"),
    [
        (1, 5, {}),
        (2, 6, {"totals": True}),
        (15, 40, {"long_labels": True}),
        (8, 85, {"totals": True}),
        (4, 8, {"campaign": True}),
        (3, 6, {"campaign": True, "ranked": False}),
    ],
)
def test_small_large_and_long_reports_are_well_formed(segments: int, features: int, options: dict[str, bool]) -> None:
    for name, page in pages_of(example_analysis(segments, features, **options)).items():
        check_structure(name, page)
        assert "None" not in re.findall(r"\bNone\b", " ".join(page.text)), name


def test_every_link_and_anchor_of_the_site_leads_somewhere(site: Mapping[str, bytes]) -> None:
    pages = html_of(site)
    linked = set()
    for name, page in pages.items():
        targets = [*page.attributes("href"), *page.attributes("src")]
        for target in targets:
            path, _, anchor = target.partition("#")
            path = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
            assert path in site, (name, target)
            linked.add(path)
            if anchor:
                assert anchor in pages[path].ids, (name, target)
    unreachable = {path for path in site if path.endswith((".html", ".svg", ".pdf", ".xlsx"))} - linked
    assert unreachable == set()
    css = site["assets/report.css"].decode()
    fonts = set(re.findall(r'url\("([^"]+)"\)', css))
    assert {f"assets/{font}" for font in fonts} == {path for path in site if path.startswith("assets/fonts/")}


def test_every_anchor_of_the_single_file_leads_somewhere(single: str) -> None:
    page = Page(single)
    for target in page.attributes("href"):
        assert target == "data:," or target.removeprefix("#") in page.ids, target


def test_the_site_holds_to_its_policy(site: Mapping[str, bytes]) -> None:
    for name, page in html_of(site).items():
        assert not any(True for _ in page.attributes("style")), name
        assert not {tag for tag, _ in page.tags} & {"style", "iframe", "object", "embed", "base"}, name
        assert [script.get("src") for script in page.named("script")] == ["assets/report.js"], name
        assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)


def test_the_single_file_asks_for_nothing(single: str) -> None:
    page = Page(single)
    policy = [meta["content"] for meta in page.named("meta") if "http-equiv" in meta]
    assert policy == [SINGLE_POLICY]
    assert re.findall(r"url\((?!\"data:)", single) == []
    assert "@import" not in single
    assert not any(True for _ in page.named("script"))
    assert list(page.attributes("src")) == []
    assert len(single.encode()) < 3_000_000


def test_no_address_of_another_place(site: Mapping[str, bytes], single: str) -> None:
    for name, content in {**site, "report.html": single.encode()}.items():
        if name.endswith((".html", ".css", ".svg")):
            found = set(re.findall(r"https?://[^\s\"'<]+", content.decode()))
            assert found <= {"http://www.w3.org/2000/svg"}, (name, found)


def test_every_chart_is_shown_with_its_numbers(site: Mapping[str, bytes], charts: Mapping[str, Chart]) -> None:
    pages = html_of(site)
    left_out = {f"component-{number}" for number in range(COMPONENTS_SHOWN + 1, 100)}
    assert len(charts.keys() - left_out) > 20
    for chart in charts.values():
        if chart.id in left_out:
            continue
        assert any(f"figure-{chart.id}" in page.ids for page in pages.values()), chart.id
        assert f"tables/{chart.id}.csv" in site
        assert f"charts/{chart.id}.svg" in site


def hostile(analysis: Analysis) -> Analysis:
    segments = tuple(replace(s, name=EVIL, portrait=(EVIL, EVIL)) if s.id else s for s in analysis.segments)
    features = tuple(
        replace(f, label=EVIL, sentence=EVIL, levels=tuple(replace(v, label=EVIL) for v in f.levels))
        for f in analysis.features
    )
    columns = tuple(replace(c, label=EVIL, reason=EVIL) for c in analysis.quality.columns)
    sources = tuple(replace(s, name=EVIL) for s in analysis.provenance.sources)
    return replace(
        analysis,
        segments=segments,
        features=features,
        quality=replace(analysis.quality, columns=columns),
        provenance=replace(analysis.provenance, title=EVIL, organisation=EVIL, sources=sources, settings={EVIL: EVIL}),
    )


def test_hostile_labels_are_text(analysis: Analysis) -> None:
    evil = hostile(analysis)
    charts = charts_of(evil)
    files = render_site(evil, charts, created=CREATED)
    files["report.html"] = render_single(evil, charts)
    files["print.html"] = render_print(evil, charts).encode()
    for name, page in html_of(files).items():
        own = ["assets/report.js"] if name not in ("report.html", "print.html") else []
        assert [script.get("src") for script in page.named("script")] == own, name
        assert not any("onerror" in attributes for _, attributes in page.tags), name
        assert not any(attributes.get("src") == "x" for attributes in page.named("img")), name
        assert "60481729" not in "".join(page.text), name
        assert page.problems == [], name


def test_nobody_set_apart_gives_no_page_for_them(analysis: Analysis) -> None:
    low = replace(analysis.by_id[0], population=Count(0, 0.0), customers=Count(0, 0.0), index=None)
    rows = replace(analysis.quality.rows, threshold=None, low_information=0, customers_low_information=0)
    changed = replace(
        analysis, segments=(low, *analysis.placed), quality=replace(analysis.quality, rows=rows), overlap=None
    )
    files = render_site(changed, charts_of(changed), created=CREATED)
    assert "segment-0.html" not in files
    assert b"segment-0.html" not in files["segments.html"] + files["index.html"]
    assert b"Nobody is set apart" in files["data.html"]


def test_without_a_pdf_none_is_linked(analysis: Analysis, charts: Mapping[str, Chart]) -> None:
    files = render_site(analysis, charts, created=CREATED)
    assert "briefing.pdf" not in files
    assert b"briefing.pdf" not in files["index.html"]


def test_the_same_bytes_twice(analysis: Analysis, charts: Mapping[str, Chart], site: Mapping[str, bytes]) -> None:
    assert render_site(analysis, charts, created=CREATED, pdf=True).items() <= site.items()
    assert render_single(analysis, charts) == render_single(analysis, charts)


def test_templates_do_not_forgive() -> None:
    with pytest.raises(UndefinedError):
        PLAIN.environment.from_string("{{ nothing }}").render()
    assert PLAIN.environment.from_string("{{ text }}").render(text="<b>") == "&lt;b&gt;"
