"""The PDF: what it says of itself, whether it can be read aloud, and that nothing can get in from outside."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from reportgen.analysis.result import Analysis
from reportgen.charts.fonts import FACES
from reportgen.charts.gallery import charts_of
from reportgen.charts.style import Chart
from reportgen.errors import MissingLibraryError
from reportgen.language import speaking
from reportgen.report import pdf as pdf_module
from reportgen.report.pdf import AttachedFile, PdfError, render_pdf, require_pdf_libraries
from reportgen.report.pdf_worker import decode_fonts
from reportgen.report.site import ATTACHED, render_briefing
from tests.factories import example_analysis
from tests.factory_changes import with_example_changes

CREATED = datetime(2026, 11, 1, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("pdf_libraries")
PAGE = '<html lang="en"><head><title>Page</title>{head}</head><body><h1>Page</h1>{body}</body></html>'


@pytest.fixture(scope="module")
def content(analysis: Analysis, charts: Mapping[str, Chart]) -> bytes:
    return render_briefing(analysis, charts, created=CREATED)


@pytest.fixture
def document(content: bytes) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(content)) as opened:
        yield opened


def elements(node: Any) -> Iterator[Any]:
    """Walk the structure tree."""
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from elements(child)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from elements(node.K)


@pytest.mark.pdf
def test_the_pdf_says_what_it_is(document: pikepdf.Pdf) -> None:
    root = document.Root
    assert str(root.Lang) == "en"
    assert bool(root.MarkInfo.Marked)
    assert bool(root.ViewerPreferences.DisplayDocTitle)
    assert str(document.docinfo["/Title"]) == "Spring catalogue: customer segmentation"
    assert str(document.docinfo["/Author"]) == "Example Mail Order"
    assert str(document.docinfo["/CreationDate"]).startswith("D:20261101")
    with document.open_metadata() as metadata:
        assert str(metadata["pdfuaid:part"]) == "1"


@pytest.mark.pdf
def test_every_figure_has_words(document: pikepdf.Pdf) -> None:
    found = [element for element in elements(document.Root.StructTreeRoot) if element.S == "/Figure"]
    assert len(found) >= 8
    assert all(len(str(element.get("/Alt", ""))) > 20 for element in found)


@pytest.mark.pdf
def test_the_pdf_has_an_outline_of_its_chapters(document: pikepdf.Pdf) -> None:
    with document.open_outline() as outline:
        (title,) = outline.root
        chapters = [item.title for item in title.children]
    assert chapters[0].endswith("lead.")
    assert chapters[-1] == "What each figure means, and how it is made."
    assert len(chapters) >= 7


@pytest.mark.pdf
def test_the_tables_are_attached(document: pikepdf.Pdf) -> None:
    assert sorted(document.attachments) == sorted(f"{name}.csv" for name in ATTACHED)
    assert document.attachments["segments.csv"].get_file().read_bytes().startswith(b"\xef\xbb\xbfsegment,")


@pytest.mark.pdf
def test_the_pdf_is_accessible(content: bytes, tmp_path: Any) -> None:
    page = pytest.importorskip("page", reason="page-validation is not installed")
    path = tmp_path / "briefing.pdf"
    path.write_bytes(content)
    result = page.validate_pdf(str(path), profile="ua1")
    assert [str(failure) for failure in result.failures] == []
    assert result.is_compliant


@pytest.mark.pdf
@pytest.mark.parametrize(("language", "segments"), [("en", 15), ("de", 15), ("de", 9)])
def test_the_largest_report_stays_short(language: str, segments: int) -> None:
    with speaking(language):
        large = with_example_changes(example_analysis(segments, 85, totals=True, campaign=True))
        content = render_briefing(large, charts_of(large), created=CREATED)
    with pikepdf.open(io.BytesIO(content)) as document:
        assert len(document.pages) < 25


@pytest.mark.pdf
@pytest.mark.parametrize(("paragraphs", "pages"), [(24, 24), (25, 13), (46, 24), (50, 2)])
def test_a_document_that_would_be_too_long_is_set_closer(paragraphs: int, pages: int) -> None:
    text = "<p>Text.</p>" * paragraphs
    style = (
        "p { break-before: page } .dense p { break-before: auto } .dense p:nth-of-type(2n) { break-before: page } "
        ".tight p:nth-of-type(n) { break-before: auto }"
    )
    html = (
        f'<html lang="en"><head><title>T</title><style>{style}</style></head><body class="print">{text}</body></html>'
    )
    with pikepdf.open(io.BytesIO(render_pdf(html, [], created=CREATED))) as document:
        assert len(document.pages) == pages


def lowest_mark(page: pikepdf.Page) -> float:
    """Return how far down text and figures reach, as a share of the page; the footer does not count."""
    height = float(page.mediabox[3])
    matrices = [(1.0, 0.0, 0.0, 1.0, 0.0, 0.0)]

    def times(m: tuple[float, ...], n: tuple[float, ...]) -> tuple[float, float, float, float, float, float]:
        (a, b, c, d, e, f), (p, q, r, s, t, u) = m, n
        return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)

    marks = []
    for instruction in pikepdf.parse_content_stream(page):
        operands: Any = instruction.operands
        match str(instruction.operator):
            case "q":
                matrices.append(matrices[-1])
            case "Q":
                matrices.pop()
            case "cm":
                matrices[-1] = times(tuple(map(float, operands)), matrices[-1])
            case "Tm":
                marks.append(times(tuple(map(float, operands)), matrices[-1])[5])
            case "Do":
                marks.append(matrices[-1][5])
    return 1 - min(mark for mark in marks if mark > 60) / height


@pytest.mark.pdf
@pytest.mark.parametrize(("segments", "features"), [(5, 14), (9, 60)])
def test_no_page_is_nearly_empty(segments: int, features: int) -> None:
    """Chapters flow on, so that white is left only where a figure would not fit; the last page ends where it ends."""
    analysis = example_analysis(segments, features, totals=True)
    content = render_briefing(analysis, charts_of(analysis), created=CREATED)
    with pikepdf.open(io.BytesIO(content)) as document:
        reached = [lowest_mark(page) for page in document.pages]
    assert [f"page {number}: {share:.2f}" for number, share in enumerate(reached[:-1], start=1) if share < 0.45] == []


@pytest.mark.pdf
def test_a_segment_keeps_to_one_page_and_the_brief_to_two() -> None:
    analysis = example_analysis(9, 60, totals=True)
    content = render_briefing(analysis, charts_of(analysis), created=CREATED)
    with pikepdf.open(io.BytesIO(content)) as document, document.open_outline() as outline:
        pages: dict[Any, int] = {page.objgen: number for number, page in enumerate(document.pages, start=1)}
        targets: list[Any] = [item.destination for item in outline.root[0].children]
        starts = [pages[target[0].objgen] for target in targets]
    assert starts[:2] == [1, 2]  # the answer, and what is in the report
    names = [segment.name for segment in analysis.placed if segment.id in analysis.recommendation.write_to]
    first = starts[3]
    assert starts[2] == 3
    assert starts[3 : 3 + len(names)] == list(range(first, first + len(names)))
    assert starts[3 + len(names)] == first + len(names)


@pytest.mark.pdf
def test_the_same_bytes_twice(analysis: Analysis, charts: Mapping[str, Chart], content: bytes) -> None:
    assert render_briefing(analysis, charts, created=CREATED) == content


@pytest.mark.pdf
@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("", '<img src="http://localhost/x.png" alt="x">'),
        ("", '<img src="file:///etc/hostname" alt="x">'),
        ('<link rel="stylesheet" href="file:///etc/hostname">', ""),
        ('<link rel="attachment" href="file:///etc/hostname">', ""),
        ("<style>@import url(file:///etc/hostname);</style>", ""),
        ("<style>@font-face{font-family:x;src:url(file:///etc/hostname)}</style>", '<p style="font-family:x">x</p>'),
        ("", '<svg width="9" height="9"><image href="file:///etc/hostname" width="9" height="9"/></svg>'),
        ("", '<img alt="broken" src="data:image/svg+xml,%3Csvg">'),
        ("", '<p style="no-such-property: 1">x</p>'),
    ],
)
def test_nothing_comes_from_outside_and_no_complaint_is_swallowed(head: str, body: str) -> None:
    with pytest.raises(PdfError, match="could not be laid out"):
        render_pdf(PAGE.format(head=head, body=body), [], created=CREATED)


@pytest.mark.pdf
def test_a_page_and_a_file_are_enough() -> None:
    content = render_pdf(PAGE.format(head="", body=""), [AttachedFile("a.csv", "A", b"1")], created=CREATED)
    with pikepdf.open(io.BytesIO(content)) as document:
        assert document.attachments["a.csv"].get_file().read_bytes() == b"1"


@pytest.mark.pdf
def test_a_layout_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(PdfError, match="given up after 0 seconds"):
        render_pdf(PAGE.format(head="", body=""), [], created=CREATED, time_limit=0.01)


def test_a_date_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        render_pdf("", [], created=datetime(2026, 11, 1))


@pytest.mark.parametrize("error", ["OSError('cannot load library libpango')", "ImportError('no weasyprint')"])
def test_missing_libraries_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: str) -> None:
    (tmp_path / "weasyprint.py").write_text(f"raise {error}", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(MissingLibraryError, match=error.split("'")[1]) as caught:
        require_pdf_libraries()
    assert pdf_module.PACKAGES in caught.value.hint
    assert "--no-pdf" in caught.value.hint


def test_a_child_that_cannot_begin_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "weasyprint.py").write_text("raise RuntimeError('no room')", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(PdfError, match="could not be begun: RuntimeError: no room"):
        require_pdf_libraries()


def test_bundled_fonts_are_decoded_as_the_layout_would() -> None:
    decoded = decode_fonts()
    assert decoded.keys() == {face.address() for face in FACES}
    font = TTFont(io.BytesIO(decoded[FACES[0].address()]))
    assert font.flavor is None
    assert font.getBestCmap() == TTFont(io.BytesIO(FACES[0].read())).getBestCmap()


@pytest.mark.pdf
def test_no_text_stands_in_a_stack_of_single_words(content: bytes, tmp_path: Any) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    path = tmp_path / "briefing.pdf"
    path.write_bytes(content)
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert "The segments at a glance" in [line.strip() for line in lines]
    pages = done.stdout.split("\f")[:-1]
    assert len(pages) < 25
    assert min(len([line for line in page.splitlines() if line.strip()]) for page in pages) > 6
