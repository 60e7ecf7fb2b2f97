"""Can the input be trusted: what is missing per column, per row and together."""

from __future__ import annotations

import math
from collections.abc import Sequence

from reportgen.analysis.codes import in_words
from reportgen.analysis.result import Analysis
from reportgen.analysis.result_quality import MissingBin, QualityColumn
from reportgen.analysis.suppression import value_or_mark
from reportgen.charts.canvas import Canvas, Scale
from reportgen.charts.fonts import text_width
from reportgen.charts.rows import Shape, for_phone
from reportgen.charts.style import LIGHT, NARROW, SMALL, WIDTH, Chart
from reportgen.charts.words import percent, percent_ticks, plain, shown_of, source_line, span, whole
from reportgen.formatting import Formatter, held_mark
from reportgen.language import say, say_n

COLUMNS_SHOWN = 20
_WIDE = Shape(224.0, (240.0, 560.0), ends=(606.0,))
_NARROW = for_phone((6.0, 226.0), ends=(272.0,))
_FEW = 0.001  # the share of rows under which a count of missing values is a gap between the two kinds of rows


def missing_chart(analysis: Analysis) -> Chart | None:
    """Draw the missing share of each column: blank, coded, the limit, and the customers' share beside it."""
    rows = analysis.population.rows
    missing = sorted(
        (c for c in analysis.quality.columns if c.missing_share != 0 or c.customers_missing_share != 0),
        key=lambda column: (-(column.missing_share or 0.0), column.name),
    )
    if not missing:
        return None
    shown = missing[:COLUMNS_SHOWN]
    limit = analysis.quality.max_missing
    over = [column for column in analysis.quality.columns if (column.missing_share or 0.0) > limit]
    complete = len(analysis.quality.columns) - len(missing)
    title = _missing_title(len(over), len(analysis.quality.columns), percent(limit))
    alt = say(
        "Bars of the missing share per column, the largest first. {title}; {complete} columns miss nothing.",
        title=title,
        complete=complete,
    )
    return _columns(analysis, shown, _WIDE).chart(
        "missing",
        title=title,
        subtitle=say("Share of {n} people without a value, blank and coded", n=whole(rows))
        + (say("; not given: fewer than 10 people") if any(_is_held(c) for c in shown) else "")
        + shown_of(len(shown), len(missing)),
        alt=alt,
        columns={
            say("column"): "text",
            say("label"): "text",
            say("blank"): "count",
            say("coded as missing"): "count",
            say("missing share"): "share",
            say("customers' missing share"): "share",
            say("use"): "text",
        },
        rows=tuple(
            (
                c.name,
                c.label,
                *(
                    value_or_mark(c, name)
                    for name in ("missing_blank", "missing_coded", "missing_share", "customers_missing_share")
                ),
                in_words(c.use),
            )
            for c in missing
        ),
        source=source_line(analysis),
        narrow=_columns(analysis, shown, _NARROW),
    )


def _missing_title(over: int, of: int, limit: str) -> str:
    """Say how many columns miss more than the limit."""
    values = {"n": whole(over), "of": whole(of), "limit": limit}
    if over == 0:
        return say_n(
            of,
            "None of {of} column misses more than {limit} of the values",
            "None of {of} columns misses more than {limit} of the values",
            **values,
        )
    if of == 1:
        return say("{n} of {of} column misses more than {limit} of the values", **values)
    return say_n(
        over,
        "{n} of {of} columns misses more than {limit} of the values",
        "{n} of {of} columns miss more than {limit} of the values",
        **values,
    )


def _is_held(column: QualityColumn) -> bool:
    return column.missing_share is None or column.customers_missing_share is None


def _columns(analysis: Analysis, shown: Sequence[QualityColumn], shape: Shape) -> Canvas:
    """Draw one bar per column, and the limit across."""
    top = 34.0
    places, bottom = shape.rows([column.label for column in shown], top, least=20.0)
    canvas = Canvas(bottom + 40, shape.width)
    limit = analysis.quality.max_missing
    most = max([limit * 1.15, *(max(c.missing_share or 0.0, c.customers_missing_share or 0.0) for c in shown)])
    scale = Scale(0.0, min(1.0, most * 1.06), *shape.plot)
    ticks = percent_ticks(scale.ticks(6 if shape.width == WIDTH else 4))
    canvas.ticks(scale, top, bottom, ticks, label=say("share of rows that miss a value"))
    canvas.line([(scale(limit), top - 4), (scale(limit), bottom)], LIGHT.ink, 0.9, dash=(4, 3), z=4)
    key_end = _missing_key(canvas)
    words = say("limit {limit}", limit=percent(limit))
    half = text_width(words, SMALL) / 2
    canvas.text(
        scale(limit), top - 12 if scale(limit) - half > key_end else top - 9, words, size=SMALL, anchor="middle"
    )
    for column, place in zip(shown, places, strict=True):
        place.draw(canvas)
        _missing_row(canvas, column, analysis.population.rows, scale, place.middle, shape)
    return canvas


def _missing_row(canvas: Canvas, column: QualityColumn, rows: int, scale: Scale, y: float, shape: Shape) -> None:
    """Draw one column: the blank part solid, the coded part pale, a dot for the customers; nothing where it is held."""
    share = column.missing_share
    if share is not None:
        # where one of the two parts is small, neither is given: the whole bar is drawn as one
        blank = share if column.missing_blank is None else column.missing_blank / rows
        canvas.rect(scale(0), y - 4, scale(blank) - scale(0), 8, LIGHT.population)
        canvas.rect(scale(blank), y - 4, scale(share) - scale(blank), 8, LIGHT.population_soft)
    if column.customers_missing_share is not None:
        canvas.dot(scale(column.customers_missing_share), y, 3.6, LIGHT.customers)
    words = percent(share, 1) if share is not None else held_mark(column.reasons.get("missing_share", "")) or ""
    canvas.text(shape.ends[0], y, words, size=SMALL, anchor="end")
    if column.use != "distance":
        words = in_words("dropped") if column.use == "dropped" else say("profile only")
        canvas.text(shape.width, y, words, size=SMALL, fill=LIGHT.muted, anchor="end")


def _missing_key(canvas: Canvas) -> float:
    """Name the three marks at the head of the label column; return where the words end."""
    x = 0.0
    for colour, word in ((LIGHT.population, say("blank")), (LIGHT.population_soft, say("coded as missing"))):
        canvas.rect(x, 6, 12, 8, colour)
        x += 17 + canvas.text(x + 17, 10, word, size=SMALL, fill=LIGHT.population_text) + 12
    canvas.dot(x + 4, 10, 3.6, LIGHT.customers)
    return x + 12 + canvas.text(x + 12, 10, say("customers"), size=SMALL, fill=LIGHT.customers)


def missing_rows_chart(analysis: Analysis) -> Chart | None:
    """Draw how many values people miss, on a logarithmic share axis: two kinds of rows and the gap between."""
    quality = analysis.quality.rows
    histogram = quality.histogram
    if not any(b.missing and (b.population or b.customers) for b in histogram):
        return None
    sides = (analysis.population.rows, analysis.customers.rows)
    # a bar over several numbers of missing values has the height that each of them has on average
    widths = [b.upto - b.missing + 1 for b in histogram]
    shares = [
        (b, b.population / sides[0] / width, b.customers / sides[1] / width)
        for b, width in zip(histogram, widths, strict=True)
    ]
    last = max(b.upto for b in histogram if b.population or b.customers)
    smallest = min(share for _, *both in shares for share in both if share)
    floor = 10.0 ** max(-6, math.floor(math.log10(smallest)))
    title: str = say("No group of people stands apart by how much they miss")
    if quality.threshold is not None:
        low = percent(quality.low_information / sides[0])
        low_customers = percent(quality.customers_low_information / sides[1])
        title = say(
            "{low} of the population and {low_customers} of customers have too little data to place",
            low=low,
            low_customers=low_customers,
        )
    alt = say("Histogram of the number of missing values per person, on a logarithmic scale. {title}.", title=title)
    return _histogram(shares, last, floor, quality.threshold, WIDTH).chart(
        "missing-rows",
        title=title,
        subtitle=say(
            "Share of people by the number of values they miss of {columns}; log scale, "
            "less than {gap} counts as a gap",
            columns=quality.columns,
            gap=f"{plain(100 * _FEW)}\u00a0%",
        )
        + (
            say("; wide bars: numbers put together, so that none stands for under 10 people (most may be at one end)")
            if max(widths) > 1
            else ""
        ),
        alt=alt,
        columns={
            say("missing values"): "text",
            say("population"): "count",
            say("population share"): "share",
            say("customers"): "count",
            say("customer share"): "share",
        },
        rows=tuple(
            (span(b.missing, b.upto), b.population, b.population / sides[0], b.customers, b.customers / sides[1])
            for b in histogram
        ),
        source=source_line(analysis),
        narrow=_histogram(shares, last, floor, quality.threshold, NARROW),
    )


def _histogram(
    shares: Sequence[tuple[MissingBin, float, float]], last: int, floor: float, threshold: int | None, width: float
) -> Canvas:
    """Draw bars for the population, strokes for the customers, and where the low-information records begin."""
    top, bottom = 36.0, 276.0
    canvas = Canvas(bottom + 44, width)
    across = Scale(-0.5, last + 0.5, 52, width - 6)
    up = Scale(floor, 1.0, bottom, top, log=True)
    _rows_frame(canvas, across, up)
    one = min(0.84 * (across(1) - across(0)), 36.0)
    for step, population, customers in shares:
        x = across((step.missing + step.upto) / 2)
        bar = one + across(step.upto) - across(step.missing)
        if population:
            canvas.rect(x - bar / 2, up(population), bar, bottom - up(population), LIGHT.population_soft)
        if customers:
            half = max(bar / 2, 1.5)
            canvas.line([(x - half, up(customers)), (x + half, up(customers))], LIGHT.customers, 2.4)
    end = 52 + canvas.text(52, 8, say("population (bars)"), size=SMALL, fill=LIGHT.population_text)
    canvas.text(max(152, end + 12), 8, say("customers (strokes)"), size=SMALL, fill=LIGHT.customers)
    if threshold is not None:
        _threshold(canvas, across, top, bottom, threshold)
    return canvas


def _rows_frame(canvas: Canvas, across: Scale, up: Scale) -> None:
    """Draw the decades of the share axis, the line under which a bar counts as a gap, and the axis in words."""
    for decade in range(round(math.log10(up.low)), 1):
        share = 10.0**decade
        y = up(share)
        few = abs(share - _FEW) < 1e-9
        canvas.line([(across.start, y), (across.end, y)], LIGHT.axis if few else LIGHT.rule, 0.8, z=1)
        word = f"{Formatter().decimal(100 * share, max(0, -decade - 2))}\xa0%"
        canvas.text(across.start - 6, y, word, size=SMALL, fill=LIGHT.muted, anchor="end")
    most = 12 if across.end > NARROW else 6
    words = [(tick, plain(tick)) for tick in across.ticks(most) if tick == int(tick)]
    canvas.ticks(across, up.start, up.start + 4, words, label=say("missing values per person"))


def _threshold(canvas: Canvas, across: Scale, top: float, bottom: float, threshold: int) -> None:
    """Mark where the low-information records begin."""
    x = across(threshold - 0.5)
    canvas.line([(x, top - 14), (x, bottom)], LIGHT.ink, 0.9, dash=(4, 3), z=4)
    words: str = say("{n} or more: low-information records", n=threshold)
    if max(across.end - x, x - across.start) < text_width(words, SMALL) + 10:
        words = say("{n} or more", n=threshold)
    right = across.end - x > text_width(words, SMALL) + 10
    canvas.text(x + (6 if right else -6), top - 9, words, size=SMALL, anchor="start" if right else "end")
