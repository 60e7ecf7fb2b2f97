"""Measured in a browser: no text is cut, and no text lies on another."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from reportgen.charts.fonts import font_face_css
from reportgen.charts.gallery import charts_of
from reportgen.charts.style import TOKENS, Chart, css_chart_remap, css_tokens
from reportgen.language import speaking
from tests.factories import example_analysis

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's Chromium is not installed"),
]
_FAULTS = """() => {
  const faults = [];
  for (const svg of document.querySelectorAll('svg')) {
    const name = svg.querySelector('title').id;
    const view = svg.viewBox.baseVal;
    const boxes = [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBBox()]);
    for (const [text, b] of boxes) {
      // the box is rounded outwards by up to a pixel and holds the room for accents and tails
      if (b.x < -1.5 || b.y < -1.5 || b.x + b.width > view.width + 1.5 || b.y + b.height > view.height + 1.5)
        faults.push(`${name}: cut: ${text}`);
    }
    for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
      const [s, a] = boxes[i], [t, b] = boxes[j];
      // a line's box is taller than its letters, so neighbouring lines may share a few pixels
      const across = a.x + 0.5 < b.x + b.width && b.x + 0.5 < a.x + a.width;
      if (across && a.y + 5 < b.y + b.height && b.y + 5 < a.y + a.height)
        faults.push(`${name}: overlap: ${s} | ${t}`);
    }
  }
  return faults;
}"""


def _page(drawings: str) -> str:
    faces = font_face_css(lambda face: "data:font/woff2;base64," + base64.b64encode(face.read()).decode())
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>t</title><style>{faces}{css_tokens()}"
        f"{css_chart_remap()}svg{{display:block}}</style><body>{drawings}</body></html>"
    )


def _drawings(chart: Chart) -> list[str]:
    return [chart.svg, *(drawing.svg for drawing in (chart.narrow, chart.printed) if drawing)]


@pytest.mark.parametrize(
    ("segments", "features", "long_labels", "totals", "seed", "language"),
    [(1, 5, False, False, 2, "en"), (3, 12, False, True, 2, "en"), (8, 40, True, True, 3, "en"),
     (15, 85, False, False, 1, "en"), (15, 300, True, True, 4, "en"), (12, 60, False, True, 9, "en"),
     (1, 5, False, False, 2, "de"), (8, 40, True, True, 3, "de"), (12, 60, False, True, 9, "de")],
)  # fmt: skip
def test_no_text_is_cut_or_covered(
    browser: Any, segments: int, features: int, long_labels: bool, totals: bool, seed: int, language: str
) -> None:
    analysis = example_analysis(segments, features, seed=seed, long_labels=long_labels, totals=totals, campaign=True)
    page = browser.new_page()
    with speaking(language):
        charts = charts_of(analysis)
    page.set_content(_page("".join(svg for chart in charts.values() for svg in _drawings(chart))))
    page.evaluate("document.fonts.ready")
    assert page.evaluate("document.fonts.check('12px \"Source Sans 3\"')")
    faults = page.evaluate(_FAULTS)
    page.close()
    assert faults == []


def test_a_dark_page_recolours_and_print_does_not(browser: Any) -> None:
    chart = charts_of(example_analysis(3, 8))["index"]
    page = browser.new_page(color_scheme="dark")
    page.set_content(_page(chart.svg))
    fill = "getComputedStyle(document.querySelector('svg text')).fill"
    muted = TOKENS.dark.muted, TOKENS.light.muted
    dark, light = (f"rgb({int(c[1:3], 16)}, {int(c[3:5], 16)}, {int(c[5:7], 16)})" for c in muted)
    assert page.evaluate(fill) == dark
    page.emulate_media(media="print")
    assert page.evaluate(fill) == light
    page.close()
