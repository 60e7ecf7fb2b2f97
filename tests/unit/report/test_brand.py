"""A brand is checked before anything is made, and changes looks alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest

from reportgen.analysis.result import Analysis
from reportgen.charts.gallery import charts_of
from reportgen.charts.style import TOKENS, Chart
from reportgen.config import Brand as BrandSettings
from reportgen.errors import ConfigError
from reportgen.report.brand import MOST_LOGO, NO_BRAND, read_brand
from reportgen.report.look import Look, checked_templates
from reportgen.report.site import render_print, render_single, render_site
from tests.factories import example_analysis

CREATED = datetime(2026, 11, 1, tzinfo=UTC)
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20"><path fill="#0057b8" d="M0 0h60v20H0z"/></svg>'
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 30


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return example_analysis(4, 8, totals=True)


@pytest.fixture(scope="module")
def charts(analysis: Analysis) -> Mapping[str, Chart]:
    return charts_of(analysis)


def face() -> bytes:
    return files("reportgen.templates").joinpath("fonts", "source-sans-3-400-normal.woff2").read_bytes()


@pytest.fixture
def branded(tmp_path: Path) -> Look:
    (tmp_path / "logo.svg").write_text(LOGO)
    (tmp_path / "text.woff2").write_bytes(face())
    settings = BrandSettings(
        name="Muster & Co",
        logo=tmp_path / "logo.svg",
        colour="#0057B8",
        second_colour="#8a8f98",
        font=tmp_path / "text.woff2",
        footer="Internal <only>",
        contact="analytics@example.com",
    )
    return Look(read_brand(settings))


def test_without_settings_there_is_no_brand() -> None:
    brand = read_brand(BrandSettings())
    assert brand == NO_BRAND
    assert brand.recolour(f'<path fill="{TOKENS.light.customers}"/>') == f'<path fill="{TOKENS.light.customers}"/>'


def test_the_brand_stands_on_every_page(branded: Look, analysis: Analysis, charts: Mapping[str, Chart]) -> None:
    site = render_site(analysis, charts, created=CREATED, look=branded)
    assert site["assets/logo.svg"] == LOGO.encode()
    for name, content in site.items():
        if name.endswith(".html"):
            text = content.decode()
            assert '<img class="logo" src="assets/logo.svg" alt="Muster &amp; Co">' in text
            assert "Internal &lt;only&gt;" in text
            assert "analytics@example.com" in text
    style = site["assets/report.css"].decode()
    assert "--customers:#0057b8;" in style
    assert '--serif:"Brand", "Source Serif 4"' in style
    assert 'url("fonts/brand-400.woff2") format("woff2")' in style
    assert site["assets/fonts/brand-400.woff2"] == face()


def test_charts_are_drawn_in_the_brand_s_colours(
    branded: Look, analysis: Analysis, charts: Mapping[str, Chart]
) -> None:
    site = render_site(analysis, charts, created=CREATED, look=branded)
    drawn = b"".join(content for name, content in site.items() if name.startswith("charts/")).decode()
    assert f'fill="{TOKENS.light.customers}"' not in drawn
    assert 'fill="#0057b8"' in drawn
    # inline charts keep the literal colours, which the style sheet turns into tokens: they follow the dark theme
    assert f'[fill="{TOKENS.light.customers}"]{{fill:var(--customers)}}' in site["assets/report.css"].decode()


def test_one_file_and_print_hold_the_logo_themselves(
    branded: Look, analysis: Analysis, charts: Mapping[str, Chart]
) -> None:
    for text in (
        render_single(analysis, charts, look=branded).decode(),
        render_print(analysis, charts, look=branded),
    ):
        assert 'src="data:image/svg+xml;base64,' in text
        assert 'src:url("data:font/woff2;base64,' in text
        assert "assets/" not in text


@pytest.mark.parametrize(
    ("settings", "message", "hint"),
    [
        ({"colour": "#ffcc00"}, "brand.colour = #ffcc00 has a contrast of 1.3 with the page, at least 4.5", "same hue"),
        ({"second_colour": "#eeeeee"}, "brand.second_colour = #eeeeee has a contrast", "same hue"),
        ({"colour": "#0057b8", "second_colour": "#0060b8"}, "look alike with", "second colour"),
        ({"logo": Path("missing.svg")}, "brand.logo: missing.svg cannot be read", "Check the path"),
        ({"font": Path("missing.woff2")}, "brand.font: missing.woff2 cannot be read", "Check the path"),
    ],
)
def test_what_cannot_be_used_is_refused(settings: dict[str, object], message: str, hint: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read_brand(BrandSettings.model_validate(settings))
    assert message in refused.value.message
    assert hint in refused.value.hint


def test_the_colour_that_a_refusal_names_is_accepted() -> None:
    with pytest.raises(ConfigError) as refused:
        read_brand(BrandSettings(colour="#ffcc00"))
    better = refused.value.hint.split()[0]
    assert read_brand(BrandSettings(colour=better)).tokens.light.customers == better


@pytest.mark.parametrize(
    "content",
    [
        '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="http://example.com/x.png"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"><path fill="url(http://example.com/a)"/></svg>',
        '<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"><text>&a;</text></svg>',
        "<html><body>no drawing</body></html>",
        "GIF89a",
    ],
)
def test_a_logo_only_draws(tmp_path: Path, content: str) -> None:
    (tmp_path / "logo.svg").write_text(content)
    with pytest.raises(ConfigError, match=r"brand\.logo: logo\.svg"):
        read_brand(BrandSettings(logo=tmp_path / "logo.svg"))


def test_a_png_is_a_logo_and_a_large_file_is_not(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    logo = read_brand(BrandSettings(logo=tmp_path / "a.png")).logo
    assert logo is not None
    assert (logo.name, logo.address[:22]) == ("logo.png", "data:image/png;base64,")
    (tmp_path / "a.png").write_bytes(PNG + b"\0" * MOST_LOGO)
    with pytest.raises(ConfigError, match="more than 200,000"):
        read_brand(BrandSettings(logo=tmp_path / "a.png"))


def test_a_font_is_a_font(tmp_path: Path) -> None:
    (tmp_path / "a.woff2").write_bytes(b"no font at all")
    with pytest.raises(ConfigError, match=r"brand\.font: a\.woff2 is no font file"):
        read_brand(BrandSettings(font=tmp_path / "a.woff2"))
    (tmp_path / "a.woff2").write_bytes(face())
    with pytest.raises(ConfigError, match=r"font_strong is given without brand\.font"):
        read_brand(BrandSettings(font_strong=tmp_path / "a.woff2"))


def templates(folder: Path, **parts: str) -> Path:
    for name, text in parts.items():
        path = folder / name.replace("__", "/").replace("_css", ".css").replace("_html", ".html")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_one_block_is_changed_and_the_rest_stays(
    tmp_path: Path, analysis: Analysis, charts: Mapping[str, Chart]
) -> None:
    own = templates(
        tmp_path,
        pages__site_html=(
            '{% extends "reportgen/pages/site.html" %}{% block content %}<p>Ours</p>{{ super() }}{% endblock %}'
        ),
        css__house_css=".title { letter-spacing: 0.01em }",
    )
    before = render_site(analysis, charts, created=CREATED)
    after = render_site(analysis, charts, created=CREATED, look=Look(templates=checked_templates(own)))
    for name, content in before.items():
        if name.endswith(".html"):
            assert after[name].decode().replace("<p>Ours</p>", "") == content.decode()
            assert after[name].count(b"<p>Ours</p>") == 1
    assert after["assets/report.css"].decode().endswith(".title { letter-spacing: 0.01em }")


def test_a_section_is_replaced_by_name(tmp_path: Path, analysis: Analysis, charts: Mapping[str, Chart]) -> None:
    own = templates(tmp_path, sections__cards_html="<p>{{ section.title }}: {{ section.cards | length }}</p>")
    found = render_site(analysis, charts, created=CREATED, look=Look(templates=checked_templates(own)))
    assert f": {len(analysis.segments)}</p>" in found["segments.html"].decode()


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({}, "holds neither an .html file nor css"),
        ({"sections__brief_html": "{% if %}"}, "line 1"),
        ({"sections__breif_html": "x"}, "takes the place of nothing"),
    ],
)
def test_templates_are_checked_first(tmp_path: Path, parts: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        checked_templates(templates(tmp_path, **parts))
    with pytest.raises(ConfigError, match="is not a folder"):
        checked_templates(tmp_path / "nowhere")


@pytest.mark.parametrize("text", ["{{ section.nothing }}", "{{ ().__class__.__bases__ }}"])
def test_a_mistake_while_rendering_names_the_folder(
    tmp_path: Path, analysis: Analysis, charts: Mapping[str, Chart], text: str
) -> None:
    own = templates(tmp_path, sections__cards_html=text)
    with pytest.raises(ConfigError, match=f"a template in {own}"):
        render_site(analysis, charts, created=CREATED, look=Look(templates=checked_templates(own)))
