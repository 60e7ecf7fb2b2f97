"""Why this number of segments: how well repeated clusterings agree."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.analysis.result import Analysis, KRow
from reportgen.charts.canvas import Canvas, Scale
from reportgen.charts.style import LIGHT, SMALL, STRONG, TEXT, WIDTH, Chart
from reportgen.charts.words import count_of, source_line

AGREE, EVERY_SEGMENT = 0.8, 0.75
_PANEL, _GAP, _RIGHT = 150.0, 46.0, 132.0
_Values = Sequence[tuple[int, float]]


def choice_chart(analysis: Analysis) -> Chart | None:
    """Draw agreement and the least stable segment by number of segments, with the limits and the choice."""
    scan = sorted(analysis.choice.scan, key=lambda row: row.k)
    if not scan:
        return None
    against_null = any(row.inertia_null is not None for row in scan)
    panels = 3 if against_null else 2
    canvas = Canvas(20 + panels * (_PANEL + _GAP) + 12)
    across = Scale(scan[0].k - 0.6, scan[-1].k + 0.6, 40, WIDTH - _RIGHT)
    top = 34.0
    _stability_panel(canvas, across, top, scan, analysis.choice.k)
    top += _PANEL + _GAP
    jaccard = [(row.k, row.jaccard) for row in scan]
    up = _panel(canvas, across, top, (min([0.4, *(v for _, v in jaccard)]), 1.0),
                "How well the least stable segment is found again", analysis.choice.k)  # fmt: skip
    _limit(canvas, across, up, EVERY_SEGMENT, [jaccard])
    _series(canvas, across, up, jaccard, LIGHT.segment, "lowest Jaccard", analysis.choice.k)
    if against_null:
        top += _PANEL + _GAP
        _inertia_panel(canvas, across, top, scan, analysis.choice.k)
    words = [(float(row.k), str(row.k)) for row in scan]
    canvas.ticks(across, top + _PANEL, top + _PANEL + 4, words, label="number of segments")
    title = _title(analysis, scan)
    alt = f"Lines over {scan[0].k} to {scan[-1].k} segments of how well repeated clusterings agree. {title}."
    return canvas.chart(
        "choice",
        title=title,
        subtitle="Mean agreement of pairs of refits (adjusted Rand index, with the lowest pair) and the lowest mean "
        f"Jaccard of any segment; limits {AGREE} and {EVERY_SEGMENT}",
        alt=alt,
        columns={
            "segments": "count",
            "agreement": "number",
            "lowest agreement": "number",
            "lowest Jaccard": "number",
            "silhouette": "number",
            "inertia": "number",
            "inertia of structureless data": "number",
            "pairs of refits": "count",
        },
        rows=tuple((r.k, r.ari, r.ari_low, r.jaccard, r.silhouette, r.inertia, r.inertia_null, r.pairs) for r in scan),
        source=source_line(analysis),
    )


def _title(analysis: Analysis, scan: Sequence[KRow]) -> str:
    """Say the choice and the agreement at it and at the next number."""
    k = analysis.choice.k
    by_k = {row.k: row for row in scan}
    if k not in by_k:
        verb = "was" if k == 1 else "were"
        return f"{count_of(k, 'segment')} {verb} {'asked for' if analysis.choice.given else 'chosen'}"
    chosen = f"{k} segments{', as asked for' if analysis.choice.given else ''}: refits agree at {by_k[k].ari:.2f}"
    return f"{chosen}, with {k + 1} at {by_k[k + 1].ari:.2f}" if k + 1 in by_k else chosen


def _panel(canvas: Canvas, across: Scale, top: float, reach: tuple[float, float], title: str, chosen: int) -> Scale:
    """Draw the ground of one panel and return its upward scale."""
    up = Scale(*reach, top + _PANEL, top)
    canvas.text(0, top - 18, title, weight=STRONG)
    for tick in up.ticks(5):
        canvas.line([(40, up(tick)), (across.end, up(tick))], LIGHT.rule, 0.8, z=1)
        canvas.text(32, up(tick), f"{tick:.1f}", size=SMALL, fill=LIGHT.muted, anchor="end")
    if across.low < chosen < across.high:
        half = (across(chosen + 1) - across(chosen)) / 2 if chosen + 1 < across.high else 12.0
        half = min(half, 18.0)
        canvas.rect(across(chosen) - half, top - 4, 2 * half, _PANEL + 8, LIGHT.band, z=0)
    return up


def _limit(canvas: Canvas, across: Scale, up: Scale, value: float, series: Sequence[_Values]) -> None:
    """Draw a limit and name it at its left end, above or below: where the lines are further away."""
    canvas.line([(40, up(value)), (WIDTH - _RIGHT, up(value))], LIGHT.ink, 0.9, dash=(4, 3), z=2)
    near = [up(v) for values in series for k, v in values if across(k) < 120] or [up(value) - 1]
    below, above = up(value) + 9, up(value) - 9
    y = max(below, above, key=lambda at: min(abs(at - other) for other in near))
    canvas.text(44, y, f"limit {value:g}", size=SMALL, fill=LIGHT.muted)


def _series(
    canvas: Canvas,
    across: Scale,
    up: Scale,
    values: _Values,
    colour: str,
    word: str,
    chosen: int,
    *,
    below: bool = False,
) -> None:
    """Draw a line with its dots, its name at the end, and the value at the choice."""
    if len(values) > 1:
        canvas.line([(across(k), up(value)) for k, value in values], colour, 1.6)
    for k, value in values:
        canvas.dot(across(k), up(value), 4.4 if k == chosen else 3.0, colour)
        if k == chosen:
            canvas.text(
                across(k),
                up(value) + (15 if below else -13),
                f"{value:.2f}",
                weight=STRONG,
                fill=colour,
                anchor="middle",
            )
    last = values[-1]
    canvas.text(across.end + 8, up(last[1]), word, size=TEXT, fill=colour, width=_RIGHT - 8)


def _stability_panel(canvas: Canvas, across: Scale, top: float, scan: Sequence[KRow], chosen: int) -> None:
    low = min([0.4, *(row.ari_low for row in scan)])
    up = _panel(canvas, across, top, (low, 1.0), "How well repeated clusterings agree", chosen)
    mean, low_end = [(row.k, row.ari) for row in scan], [(row.k, row.ari_low) for row in scan]
    _limit(canvas, across, up, AGREE, [mean, low_end])
    for row in scan:
        canvas.line([(across(row.k), up(row.ari)), (across(row.k), up(row.ari_low))], LIGHT.segment, 1.2)
        canvas.line([(across(row.k) - 3, up(row.ari_low)), (across(row.k) + 3, up(row.ari_low))], LIGHT.segment, 1.2)
    _series(canvas, across, up, mean, LIGHT.segment, "mean of pairs", chosen)
    last = scan[-1]
    if up(last.ari_low) - up(last.ari) > 14:
        canvas.text(across.end + 8, up(last.ari_low), "lowest pair", size=SMALL, fill=LIGHT.muted)


def _inertia_panel(canvas: Canvas, across: Scale, top: float, scan: Sequence[KRow], chosen: int) -> None:
    """Draw inertia, but only against the line that structureless data gives."""
    null = [(row.k, row.inertia_null) for row in scan if row.inertia_null is not None]
    values = [row.inertia for row in scan] + [value for _, value in null]
    reach = 0.88 * min(values), min(1.0, 1.05 * max(values))
    up = _panel(canvas, across, top, reach, "Spread inside segments", chosen)
    if len(null) > 1:
        canvas.line([(across(k), up(value)) for k, value in null], LIGHT.population, 1.6)
    apart = abs(up(null[-1][1]) - up(scan[-1].inertia)) > 15
    y = up(null[-1][1]) if apart else up(scan[-1].inertia) - 15
    canvas.text(across.end + 8, y, "structureless data", fill=LIGHT.population_text, width=_RIGHT - 8)
    _series(canvas, across, up, [(row.k, row.inertia) for row in scan], LIGHT.segment, "this data", chosen, below=True)
