from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from reportgen.analysis.result import Analysis
from reportgen.analysis.result_choice import Components
from reportgen.analysis.result_quality import Quality
from reportgen.charts.gallery import charts_of
from reportgen.charts.segments import own_index, standing
from reportgen.charts.style import LIGHT, NARROW, Chart, Drawing
from reportgen.charts.words import interval
from tests.factories import example_analysis
from tests.factory_campaign import campaign_of

ROOT = Path(__file__).resolve().parents[3]
_FORMATS = {"text", "count", "share", "index", "effect", "agreement", "number"}


def _texts(chart: Chart) -> list[str]:
    return [element.text or "" for element in etree.fromstring(chart.svg).iter("{*}text")]


def _column(chart: Chart, name: str) -> list[object]:
    return [row[chart.columns.index(name)] for row in chart.rows]


def test_the_set_is_complete(analysis: Analysis, charts: Mapping[str, Chart]) -> None:
    expected = {
        "index",
        "segment-map",
        "families",
        "markers",
        "missing",
        "missing-rows",
        "missing-blocks",
        "scree",
        "choice",
        "gaps",
    }
    expected |= {f"component-{reading.component}" for reading in analysis.components.readings}
    expected |= {f"segment-{segment.id}-profile" for segment in analysis.segments}
    expected |= {f"segment-{segment.id}-markers" for segment in analysis.placed}
    assert expected <= set(charts)
    assert sum(name.startswith("feature-") for name in charts) == 12
    assert all(name == chart.id for name, chart in charts.items())


def _drawings(chart: Chart) -> list[Drawing]:
    """Return every drawing of a chart: the ordinary one, and those for a phone and for paper."""
    ordinary = Drawing(chart.svg, chart.width, chart.height)
    return [ordinary, *(drawing for drawing in (chart.narrow, chart.printed) if drawing)]


def test_drawings_hold_nothing_active_or_outside(charts: Mapping[str, Chart]) -> None:
    for drawing in (drawing for chart in charts.values() for drawing in _drawings(chart)):
        assert not re.search(r"style=|<style|<script|href|url\(|data:|\bon\w+=|<metadata|<!", drawing.svg)
        assert drawing.svg.count("http") == 1  # the name space
        root = etree.fromstring(drawing.svg)
        assert root[0].tag.endswith("title")
        assert root[0].text
        assert root.get("role") == "img"
        assert root.get("viewBox") == f"0 0 {drawing.width:g} {round(drawing.height, 2):g}"


def test_every_chart_has_a_drawing_for_a_phone_that_tells_the_same(charts: Mapping[str, Chart]) -> None:
    for chart in charts.values():
        assert chart.narrow is not None, chart.id
        assert chart.narrow.width == NARROW
        assert etree.fromstring(chart.narrow.svg)[0].text == etree.fromstring(chart.svg)[0].text


def test_ids_are_unique_in_a_page_that_holds_all_charts(charts: Mapping[str, Chart]) -> None:
    drawings = [drawing for chart in charts.values() for drawing in _drawings(chart)]
    ids = [identity for drawing in drawings for identity in re.findall(r' id="([^"]*)"', drawing.svg)]
    assert len(ids) == len(set(ids)) == len(drawings)


def test_every_colour_is_a_token_and_every_text_is_filled_and_large_enough(charts: Mapping[str, Chart]) -> None:
    tokens = {getattr(LIGHT, name) for name in LIGHT.__dataclass_fields__} | {"none"}
    for drawing in (drawing for chart in charts.values() for drawing in _drawings(chart)):
        assert set(re.findall(r'(?:fill|stroke)="([^"]*)"', drawing.svg)) <= tokens
        for text in etree.fromstring(drawing.svg).iter("{*}text"):
            assert text.get("fill") in tokens
            assert float(str(text.get("font-size"))) >= 11


def test_words_and_tables_are_whole(charts: Mapping[str, Chart]) -> None:
    for chart in charts.values():
        assert chart.title
        assert not chart.title.endswith(".")
        assert chart.subtitle
        assert chart.alt.endswith(".")
        assert "data as of 1 November 2026" in chart.source
        assert len(chart.columns) == len(chart.formats) == len(set(chart.columns))
        assert set(chart.formats) <= _FORMATS
        assert chart.rows
        assert all(len(row) == len(chart.columns) for row in chart.rows)


def test_the_index_chart_says_what_the_analysis_holds(analysis: Analysis, charts: Mapping[str, Chart]) -> None:
    chart = charts["index"]
    ranked = sorted(analysis.placed, key=lambda segment: -(segment.index_placed or 0))
    assert _column(chart, "segment") == [segment.letter for segment in ranked] + ["0"]
    assert _column(chart, "index") == [segment.index_placed for segment in ranked] + [analysis.segments[0].index]
    totals = [segment.interval_total[1] if segment.interval_total else None for segment in ranked]
    assert _column(chart, "total to") == [*totals, None]
    texts = _texts(chart)
    for segment in analysis.segments:
        assert f"{own_index(segment):.0f}" in texts
        assert segment.name in texts
    assert texts.count("not reproduced") == sum(segment.badge == "do not trust" for segment in analysis.segments)
    over = sum(standing(segment) == "over" for segment in analysis.placed)
    assert chart.title.startswith(f"{over} of 8 segments")


def test_both_intervals_are_printed_where_there_are_two(analysis: Analysis, charts: Mapping[str, Chart]) -> None:
    for drawing in (charts["index"].svg, charts["index"].narrow.svg if charts["index"].narrow else ""):
        texts = [element.text for element in etree.fromstring(drawing).iter("{*}text")]
        for segment in analysis.placed:
            assert interval(segment.interval_total) in texts
            if segment.badge != "do not trust":
                assert f"({interval(segment.interval_sampling)})" in texts
        assert "(by chance)" in texts
    alone = charts_of(example_analysis(3, 5))["index"]
    assert "(by chance)" not in _texts(alone)
    assert "bar: chance alone" in alone.subtitle


def test_names_on_the_map_are_whole(analysis: Analysis, charts: Mapping[str, Chart]) -> None:
    """Each segment is named in full at its dot, in one to three lines, or by its letter; on a phone below the map."""
    words = " ".join(_texts(charts["segment-map"]))
    narrow = charts["segment-map"].narrow
    assert narrow is not None
    below = " ".join(element.text or "" for element in etree.fromstring(narrow.svg).iter("{*}text"))
    for segment in analysis.placed:
        assert segment.name in words
        assert segment.name in below
    assert "…" not in words + below


def test_the_tree_joins_what_the_analysis_joins(analysis: Analysis, charts: Mapping[str, Chart]) -> None:
    chart, tree = charts["families"], analysis.families
    assert chart.title == "8 segments fall into 2 families: A, B, C, D, E, F and G; H"
    assert tuple(analysis.by_id[i].letter for i in tree.leaves) == tuple(_column(chart, "segment"))
    assert _column(chart, "index") == [analysis.by_id[i].index_placed for i in tree.leaves]
    assert set(_column(chart, "what they share")) == set(tree.names)
    # a bracket per merge: out from the one node to the height, along, and back to the other node
    brackets = re.findall(r"M([\d.]+) ([\d.]+)L([\d.]+) [\d.]+L([\d.]+) ([\d.]+)L([\d.]+) [\d.]+", chart.svg)
    assert len(brackets) == len(tree.merges)
    across = sorted({float(bracket[2]) for bracket in brackets})
    heights = [merge.height for merge in tree.merges]
    start = min(float(bracket[0]) for bracket in brackets)
    scale = (across[-1] - start) / heights[-1]
    assert across == pytest.approx([start + scale * height for height in heights], abs=0.02)


def test_a_tree_without_families_is_not_drawn() -> None:
    assert "families" not in charts_of(example_analysis(3, 8))


def test_the_heat_map_sets_families_side_by_side(analysis: Analysis, charts: Mapping[str, Chart]) -> None:
    letters = [text for text in _texts(charts["markers"]) if len(text) == 1]
    assert letters == [analysis.by_id[i].letter for i in analysis.families.leaves]


def test_an_agreement_is_one_only_when_it_is() -> None:
    analysis = example_analysis(4, 8)
    scan = tuple(replace(row, ari=0.9991 if row.k == 4 else row.ari) for row in analysis.choice.scan)
    chart = charts_of(replace(analysis, choice=replace(analysis.choice, scan=scan)))["choice"]
    assert chart.title.startswith("4 segments: refits agree at >\xa00.99")
    assert "1.00" not in _texts(chart)
    assert ">\xa00.99" in _texts(chart)


def test_dots_stand_where_the_index_is() -> None:
    analysis = example_analysis(2, 5)
    segments = tuple(
        replace(segment, index_placed=value, interval_sampling=None, badge="stable")
        for segment, value in zip(analysis.placed, (200.0, 50.0), strict=True)
    )
    chart = charts_of(replace(analysis, segments=segments, campaign=campaign_of(segments)))["index"]
    # the scale runs from 50 to 200 over 262 to 548; a circle starts at its highest point
    paths = re.findall(r'<path d="([^"]*a[^"]*)"', chart.svg)
    starts = [float(start) for path in paths for start in re.findall(r"M([\d.]+) [\d.]+a", path)]
    assert sorted(starts) == [262.0, 548.0]


@pytest.mark.parametrize(
    ("verdict", "interval", "badge", "expected"),
    [("over", (80.0, 90.0), "stable", "over"), ("inconclusive", (120.0, 130.0), "stable", "neither"),
     (None, (111.0, 130.0), "stable", "over"), (None, (109.0, 130.0), "stable", "neither"),
     (None, (70.0, 89.0), "pattern only", "under"), (None, (120.0, 130.0), "do not trust", "neither"),
     (None, None, "stable", "neither")],
)  # fmt: skip
def test_standing(verdict: str | None, interval: tuple[float, float] | None, badge: str, expected: str) -> None:
    segment = replace(example_analysis(2, 5).placed[0], verdict=verdict, interval_sampling=interval, badge=badge)
    assert standing(segment) == expected


def test_a_segment_without_customers_has_a_bound_and_no_point() -> None:
    analysis = example_analysis(3, 5)
    empty = replace(analysis.placed[-1], index_placed=0.0, interval_sampling=(0.0, 14.0))
    chart = charts_of(replace(analysis, segments=(*analysis.segments[:-1], empty)))["index"]
    assert "below 14" in _texts(chart)


def test_missing_shares_are_those_of_the_columns(analysis: Analysis, charts: Mapping[str, Chart]) -> None:
    chart = charts["missing"]
    by_name = {column.name: column for column in analysis.quality.columns}
    names = _column(chart, "column")
    shares = [by_name[str(name)].missing_share or 0.0 for name in names]
    assert shares == sorted(shares, reverse=True) == _column(chart, "missing share")
    over = sum((column.missing_share or 0.0) > 0.3 for column in by_name.values())
    assert chart.title.startswith(f"{over} of 41 columns")
    assert "the largest 20 of 41 are shown" in chart.subtitle


def test_the_histogram_marks_the_threshold(analysis: Analysis, charts: Mapping[str, Chart]) -> None:
    chart = charts["missing-rows"]
    assert sum(int(str(count)) for count in _column(chart, "population")) == analysis.population.rows
    assert f"{analysis.quality.rows.threshold} or more: low-information records" in _texts(chart)
    without = replace(analysis.quality, rows=replace(analysis.quality.rows, threshold=None))
    assert "No group" in charts_of(replace(analysis, quality=without))["missing-rows"].title


def test_the_choice_shows_agreement_and_inertia_only_against_a_null(
    analysis: Analysis, charts: Mapping[str, Chart]
) -> None:
    chart = charts["choice"]
    chosen = next(row for row in analysis.choice.scan if row.k == analysis.choice.k)
    assert f"{chosen.ari:.2f}" in _texts(chart)
    assert _column(chart, "lowest Jaccard") == [row.jaccard for row in analysis.choice.scan]
    assert "Spread inside segments" in _texts(chart)
    scan = tuple(replace(row, inertia_null=None) for row in analysis.choice.scan)
    alone = charts_of(replace(analysis, choice=replace(analysis.choice, scan=scan)))["choice"]
    assert "Spread inside segments" not in _texts(alone)


def test_profiles_and_markers_hold_the_figures_of_their_segment(
    analysis: Analysis, charts: Mapping[str, Chart]
) -> None:
    segment = analysis.placed[1]
    markers = charts[f"segment-{segment.id}-markers"]
    assert _column(markers, "effect") == [marker.effect for marker in segment.markers]
    profile = charts[f"segment-{segment.id}-profile"]
    by_name = {feature.name: feature for feature in analysis.features}
    at = analysis.segments.index(segment)
    for row in profile.rows:
        level = next(level for level in by_name[str(row[0])].levels if level.code == row[2])
        assert row[4:] == (level.segment_shares[at], level.population_share)


def test_a_level_that_is_rarer_than_usual_is_said_to_be_rare() -> None:
    analysis = example_analysis(2, 8)
    marker = replace(analysis.placed[0].markers[0], measure="h", effect=-0.4, phrase="month: may")
    segment = replace(analysis.placed[0], markers=(marker,))
    charts = charts_of(replace(analysis, segments=(segment,), campaign=campaign_of((segment,))))
    assert charts["segment-1-markers"].title == "What sets segment A apart: rarely “month: may”"
    assert charts["segment-1-profile"].title == "Segment A: rarely “month: may”"


def test_feature_charts_follow_the_size_of_the_effect(analysis: Analysis, charts: Mapping[str, Chart]) -> None:
    effects = [abs(float(str(effect))) for effect in _column(charts["gaps"], "effect")]
    assert effects == sorted(effects, reverse=True)
    first = next(chart for name, chart in charts.items() if name.startswith("feature-"))
    feature = next(f for f in analysis.features if f.name == charts["gaps"].rows[0][0])
    assert _column(first, "customers") == [level.customer_count for level in feature.levels]
    assert _column(first, "index") == [level.index for level in feature.levels]


def test_what_has_nothing_to_show_is_left_out() -> None:
    analysis = example_analysis(1, 5, ranked=False)
    quality: Quality = replace(
        analysis.quality,
        columns=tuple(replace(c, missing_share=0.0, customers_missing_share=0.0) for c in analysis.quality.columns),
        rows=replace(analysis.quality.rows, histogram=()),
        blocks=(),
    )
    components: Components = replace(analysis.components, eigenvalues=(), parallel=(), readings=())
    charts = charts_of(
        replace(
            analysis,
            quality=quality,
            components=components,
            choice=replace(analysis.choice, scan=()),
            features=(),
            segments=tuple(replace(segment, markers=()) for segment in analysis.segments),
        )
    )
    assert set(charts) == {"index", "reach"}


@pytest.mark.parametrize(("segments", "features"), [(1, 5), (2, 5), (15, 300)])
@pytest.mark.parametrize("long_labels", [False, True])
def test_all_sizes_can_be_drawn(segments: int, features: int, long_labels: bool) -> None:
    charts = charts_of(example_analysis(segments, features, long_labels=long_labels))
    assert all(len(chart.svg) < 60_000 for chart in charts.values())


def test_hostile_labels_are_escaped() -> None:
    analysis = example_analysis(3, 8)
    evil = '<script>alert("x")</script>&\'$\\frac{1}{0}$ \x00\x1b漢字 \u202e'
    features = tuple(
        replace(f, label=evil, name=f"{evil}{i}", sentence=evil, levels=tuple(replace(v, label=evil) for v in f.levels))
        for i, f in enumerate(analysis.features)
    )
    segments = tuple(
        replace(s, name=evil, markers=tuple(replace(m, label=evil, phrase=evil) for m in s.markers))
        for s in analysis.segments
    )
    columns = tuple(replace(column, label=evil) for column in analysis.quality.columns)
    changed = replace(
        analysis, features=features, segments=segments, quality=replace(analysis.quality, columns=columns)
    )
    charts = charts_of(changed)
    for chart in charts.values():
        assert "<script" not in chart.svg
        etree.fromstring(chart.svg)
        assert re.fullmatch(r"[a-z0-9-]+", chart.id)
    assert len([name for name in charts if name.startswith("feature-")]) == 8


def test_the_same_analysis_gives_the_same_bytes_in_another_process(charts: Mapping[str, Chart]) -> None:
    code = (
        "import hashlib; from tests.factories import example_analysis; from reportgen.charts.gallery import charts_of;"
        "charts = charts_of(example_analysis(8, 40, totals=True));"
        "print(hashlib.sha256(''.join(c.svg for c in charts.values()).encode()).hexdigest())"
    )
    environment = {"PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    assert done.stdout.strip() == hashlib.sha256("".join(c.svg for c in charts.values()).encode()).hexdigest()
