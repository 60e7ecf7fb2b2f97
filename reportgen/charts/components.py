"""The main ways in which people differ: how many components are kept, and each one in words."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.analysis.result import Analysis
from reportgen.analysis.result_choice import Loading, Reading
from reportgen.charts.canvas import Canvas, Scale
from reportgen.charts.fonts import text_width
from reportgen.charts.rows import Shape, for_phone
from reportgen.charts.style import LIGHT, NARROW, SMALL, WIDTH, Chart
from reportgen.charts.words import percent, plain, signed, source_line, whole
from reportgen.language import say, say_in, say_n

SCREE_SHOWN = 60
_WIDE, _NARROW = Shape(232.0, (246.0, 476.0), 490.0), for_phone((6.0, 186.0), 196.0)


def scree_chart(analysis: Analysis) -> Chart | None:
    """Draw eigenvalues against the line that chance alone would give, kept components solid."""
    components = analysis.components
    if not components.eigenvalues:
        return None
    of = len(components.eigenvalues)
    shown = min(of, max(SCREE_SHOWN, components.kept + 5))
    title = say_n(
        components.kept,
        "{n} component carries {share} of the variance",
        "{n} components carry {share} of the variance",
        n=whole(components.kept),
        share=percent(components.explained),
    )
    above = sum(r.beats_parallel for r in components.readings)
    alt = say("Bars of the variance of each component with the line of independent features. {title}.", title=title)
    if components.readings:
        alt += " " + say_n(
            above,
            "{n} described component above the line.",
            "{n} described components above the line.",
            n=whole(above),
        )
    return _scree(analysis, shown, WIDTH).chart(
        "scree",
        title=title,
        subtitle=say("Eigenvalue of each component; the line is the 95 % limit when features are independent")
        + (say("; the first {shown} of {of} are shown", shown=shown, of=of) if shown < of else ""),
        alt=alt,
        columns={
            say("component"): "count",
            say("eigenvalue"): "number",
            say("95 % limit of independent features"): "number",
            say("share of variance"): "share",
            say_in("components", "kept"): "text",
        },
        rows=tuple(
            (
                n,
                value,
                components.parallel[n - 1] if n <= len(components.parallel) else None,
                value / sum(components.eigenvalues),
                say("yes") if n <= components.kept else say("no"),
            )
            for n, value in enumerate(components.eigenvalues, start=1)
        ),
        source=source_line(analysis),
        narrow=_scree(analysis, shown, NARROW),
    )


def _scree(analysis: Analysis, shown: int, width: float) -> Canvas:
    """Draw bars, line and direct labels at one width."""
    components = analysis.components
    top, bottom = 30.0, 262.0
    canvas = Canvas(bottom + 44, width)
    across = Scale(0.4, shown + 0.6, 40, width - 6)
    most = max(components.eigenvalues[0], max(components.parallel, default=0.0))
    up = Scale(0.0, 1.06 * most or 1.0, bottom, top)
    for tick in up.ticks(5):
        canvas.line([(40, up(tick)), (width - 6, up(tick))], LIGHT.rule, 0.8, z=1)
        canvas.text(32, up(tick), plain(tick), size=SMALL, fill=LIGHT.muted, anchor="end")
    words = [(t, plain(t)) for t in across.ticks(12 if width == WIDTH else 6) if t >= 1 and t == int(t)]
    canvas.ticks(across, bottom, bottom + 4, words, label=say("component, by the variance it carries"))
    _scree_marks(canvas, analysis, across, up, shown)
    _scree_words(canvas, analysis, across, up, shown)
    return canvas


def _scree_marks(canvas: Canvas, analysis: Analysis, across: Scale, up: Scale, shown: int) -> None:
    """Draw the bars, and the line of independent features over them."""
    components = analysis.components
    wide = min(0.72 * (across(2) - across(1)), 22.0)
    for number, value in enumerate(components.eigenvalues[:shown], start=1):
        colour = LIGHT.segment if number <= components.kept else LIGHT.population_soft
        canvas.rect(across(number) - wide / 2, up(value), wide, up.start - up(value), colour)
    if len(components.parallel) > 1:
        line = [(across(n), up(v)) for n, v in enumerate(components.parallel[:shown], start=1)]
        canvas.line(line, LIGHT.paper, 4.0, z=3)  # a casing that parts the line from the bars in either theme
        canvas.line(line, LIGHT.ink, 1.4, z=4)


def _scree_words(canvas: Canvas, analysis: Analysis, across: Scale, up: Scale, shown: int) -> None:
    """Set the direct labels: the limit of what is kept, and what the line is."""
    components = analysis.components
    x = across(components.kept + 0.5)
    canvas.line([(x, up.end - 10), (x, up.start)], LIGHT.ink, 0.9, dash=(4, 3), z=4)
    kept = say("{n} kept: {share} of the variance", n=whole(components.kept), share=percent(components.explained))
    right = canvas.width - x > text_width(kept) + 8
    at = x + 7 if right else max(x - 7, text_width(kept))
    canvas.text(at, up.end - 14, kept, anchor="start" if right else "end")
    if len(components.parallel) > 1:
        words = say("limit when features are independent")
        end = canvas.width - 6.0
        if x + 8 > end - text_width(words, SMALL):
            end = x - 8
        left = end - text_width(words, SMALL)
        if left < across.start:
            return  # no room on a phone; the subtitle says it too
        covered = [n for n in range(shown) if across(n + 1.5) >= left and across(n + 0.5) <= end]
        highest = max(max(components.eigenvalues[n], components.parallel[n]) for n in covered)
        canvas.text(end, up(highest) - 12, words, size=SMALL, anchor="end")


def component_chart(analysis: Analysis, reading: Reading) -> Chart | None:
    """Draw the loadings of one component as diverging bars, the labels in words."""
    if not reading.loadings:
        return None
    loadings = sorted(reading.loadings, key=lambda loading: -loading.correlation)
    chart_id = f"component-{reading.component}"
    alt = say(
        "Bars of the {n} features that go most with component {number}. {sentence}",
        n=len(loadings),
        number=reading.component,
        sentence=reading.sentence,
    )
    return _loadings(loadings, _WIDE).chart(
        chart_id,
        title=say("Component {number}: {title}", number=reading.component, title=reading.title),
        subtitle=say(
            "Correlation of features with the component, which carries {share} "
            "of the variance; the largest by absolute value",
            share=percent(reading.explained, 1),
        ),
        alt=alt,
        columns={
            say("feature"): "text",
            say("label"): "text",
            say("correlation"): "effect",
            say("more means"): "text",
        },
        rows=tuple((loading.feature, loading.label, loading.correlation, loading.phrase) for loading in loadings),
        source=source_line(analysis),
        narrow=_loadings(loadings, _NARROW),
    )


def _loadings(loadings: Sequence[Loading], shape: Shape) -> Canvas:
    """Draw one bar per feature, to the right for the high end and to the left for the low one."""
    top = 26.0
    labels, notes = [loading.label for loading in loadings], [loading.phrase for loading in loadings]
    rows, bottom = shape.rows(labels, top, notes=notes)
    canvas = Canvas(bottom + 40, shape.width)
    scale = Scale(-1.0, 1.0, *shape.plot)
    ticks = [(tick, signed(tick)) for tick in (-1.0, -0.5, 0.0, 0.5, 1.0)]
    canvas.ticks(scale, top - 4, bottom, ticks, label=say("correlation with the component"))
    canvas.line([(scale(0), top - 4), (scale(0), bottom)], LIGHT.axis, 1.0, z=3)
    canvas.text(scale(0) - 8, 10, say("low end"), size=SMALL, fill=LIGHT.muted, anchor="end")
    canvas.text(scale(0) + 8, 10, say("high end"), size=SMALL, fill=LIGHT.muted)
    canvas.text(shape.note, 10, say("more means"), size=SMALL, fill=LIGHT.muted)
    for loading, row in zip(loadings, rows, strict=True):
        row.draw(canvas, shape.note)
        canvas.rect(scale(0), row.middle - 5, scale(loading.correlation) - scale(0), 10, LIGHT.segment)
    return canvas
