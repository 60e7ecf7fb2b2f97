"""The segments side by side: the index of each, the map of size and index, and what marks them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from reportgen.analysis.reach import quadrant
from reportgen.analysis.result import Analysis, Segment
from reportgen.charts.canvas import Canvas, Point, Scale, index_scale
from reportgen.charts.fonts import ellipsize, text_width, wrap
from reportgen.charts.style import LIGHT, SMALL, STRONG, WIDTH, Cell, Chart
from reportgen.charts.words import count_of, interval, listing, percent, percent_ticks, source_line

PAR = (90.0, 110.0)
NOT_REPRODUCED = "do not trust"
_NAME_WIDTH = 238.0
_INDEX_WORDS = "index, 100 = as frequent among customers as in the population (log scale)"


def own_index(segment: Segment) -> float | None:
    """Return the index that is drawn: over placed rows, and over all rows for the low-information records."""
    return segment.index if segment.id == 0 else segment.index_placed


def standing(segment: Segment) -> str:
    """Return ``over``, ``under`` or ``neither``.

    The verdict decides where there is one, else whether the whole sampling interval lies outside 90 to 110; a
    segment that is not reproduced, or that holds the low-information records, is neither.
    """
    if segment.id == 0 or segment.badge == NOT_REPRODUCED:
        return "neither"
    if segment.verdict is not None:
        return segment.verdict if segment.verdict in ("over", "under") else "neither"
    bounds = segment.interval_sampling
    if bounds is None:
        return "neither"
    return "over" if bounds[0] > PAR[1] else "under" if bounds[1] < PAR[0] else "neither"


def _colour(segment: Segment) -> str:
    return {"over": LIGHT.over, "under": LIGHT.under, "neither": LIGHT.muted}[standing(segment)]


def _ranked(analysis: Analysis) -> list[Segment]:
    """Placed segments by falling index, those without one last; then the low-information records, if any."""
    placed = sorted(analysis.placed, key=lambda s: (own_index(s) is None, -(own_index(s) or 0.0), s.id))
    return placed + [s for s in analysis.segments if s.id == 0 and s.population.count + s.customers.count > 0]


def _index_title(analysis: Analysis) -> str:
    over = [s for s in _ranked(analysis) if s.id and standing(s) == "over"]
    under = [s for s in _ranked(analysis) if s.id and standing(s) == "under"]
    of = count_of(len(analysis.placed), "segment")
    if not over and not under and len(analysis.placed) == 1:
        return "The one segment is neither clearly above nor clearly below the average"
    if not over and not under:
        return f"None of {of} stands clearly above or below the average"
    if not over:
        return f"{len(under)} of {of} hold clearly fewer customers than expected, none clearly more"
    lead = f"{over[0].letter} leads with index {own_index(over[0]):.0f}"
    return f"{len(over)} of {of} {'holds' if len(over) == 1 else 'hold'} clearly more customers than expected: {lead}"


def index_chart(analysis: Analysis) -> Chart | None:
    """Draw the index of every segment with its intervals, sorted; segment 0 stands below a rule."""
    ranked = _ranked(analysis)
    if not ranked:
        return None
    names = {segment.id: wrap(segment.name, _NAME_WIDTH - 20, 13) for segment in ranked}
    longest = max(len(lines) for lines in names.values())
    row, top = (40.0 if len(ranked) <= 10 else 35.0) + 14.0 * (longest - 1), 40.0
    gap = 16.0 if ranked[-1].id == 0 and len(ranked) > 1 else 0.0
    bottom = top + row * len(ranked) + gap
    canvas = Canvas(bottom + 40)
    values = [v for s in ranked for v in (own_index(s), *(s.interval_total or s.interval_sampling or ())) if v]
    scale = index_scale(values, 262, 548)
    _index_frame(canvas, scale, top, bottom)
    for number, segment in enumerate(ranked):
        y = top + row * (number + 0.5) + (gap if segment.id == 0 else 0.0)
        if segment.id == 0 and gap:
            canvas.line([(0, y - row / 2 - gap / 2), (WIDTH, y - row / 2 - gap / 2)], LIGHT.axis, 0.8, z=2)
        _index_row(canvas, segment, names[segment.id], scale, y)
    totals = any(s.interval_total for s in ranked)
    how = "thick bar: chance of the draw" + ("; thin bar: with repeated clustering" if totals else "")
    shown = listing(
        [f"{s.letter} {v:.0f}" if s.id else f"low-information records {v:.0f}" for s in ranked if (v := own_index(s))]
    )
    alt = f"Dots on a scale of the index, one line per segment, from the highest to the lowest: {shown}."
    return canvas.chart(
        "index",
        title=_index_title(analysis),
        subtitle=f"Index of customers against the population; {how} (95 %); shaded: 90 to 110, about as expected",
        alt=alt,
        columns={
            "segment": "text",
            "name": "text",
            "population": "count",
            "population share": "share",
            "customers": "count",
            "customer share": "share",
            "index": "index",
            "sampling from": "index",
            "sampling to": "index",
            "total from": "index",
            "total to": "index",
            "badge": "text",
            "verdict": "text",
        },
        rows=[_index_cells(segment) for segment in ranked],
        source=source_line(analysis),
    )


def _index_cells(segment: Segment) -> tuple[Cell, ...]:
    """Return the row of the table."""
    population, customers = segment.population, segment.customers
    sampling, total = segment.interval_sampling or (None, None), segment.interval_total or (None, None)
    return (segment.letter, segment.name, population.count, population.share, customers.count, customers.share,
            own_index(segment), *sampling, *total, segment.badge, segment.verdict)  # fmt: skip


def _index_frame(canvas: Canvas, scale: Scale, top: float, bottom: float) -> None:
    """Band, hundred line, ticks and the words at the head."""
    band = scale(PAR[0]), scale(PAR[1])
    canvas.rect(band[0], top, band[1] - band[0], bottom - top, LIGHT.band, z=0)
    canvas.ticks(scale, top, bottom, [(tick, f"{tick:g}") for tick in scale.ticks()], label=_INDEX_WORDS)
    canvas.line([(scale(100), top - 6), (scale(100), bottom)], LIGHT.axis, 1.0, z=1)
    canvas.text(scale(100) - 7, top - 14, "fewer customers", size=SMALL, fill=LIGHT.under, anchor="end")
    canvas.text(scale(100) + 7, top - 14, "more customers", size=SMALL, fill=LIGHT.over)
    canvas.text(0, top - 14, "Segment", size=SMALL, fill=LIGHT.muted)
    canvas.text(600, top - 14, "Index", size=SMALL, fill=LIGHT.muted, anchor="end")
    canvas.text(609, top - 14, "interval", size=SMALL, fill=LIGHT.muted)


def _index_row(canvas: Canvas, segment: Segment, name: tuple[str, ...], scale: Scale, y: float) -> None:
    """One segment: name and shares at the left, dot and bars, figures at the right."""
    first = y - 7.0 * len(name)
    indent = 0.0
    if segment.id:
        canvas.text(0, first, segment.letter, weight=STRONG, size=13)
        indent = 20.0
    for number, line in enumerate(name):
        canvas.text(indent, first + 14.0 * number, line, size=13)
    shares = f"{percent(segment.population.share)} of population, {percent(segment.customers.share)} of customers"
    canvas.text(indent, first + 14.0 * len(name) + 1, shares, size=SMALL, fill=LIGHT.muted)
    colour = _colour(segment)
    bounds, total, value = segment.interval_sampling, segment.interval_total, own_index(segment)
    if total:
        canvas.rect(scale(total[0]), y - 0.9, scale(total[1]) - scale(total[0]), 1.8, colour)
    if bounds:
        canvas.rect(scale(bounds[0]), y - 3.5, max(scale(bounds[1]) - scale(bounds[0]), 1.0), 7, colour)
    doubtful = segment.badge == NOT_REPRODUCED
    if value:
        canvas.dot(scale(value), y, 5, LIGHT.paper if doubtful or segment.id == 0 else colour, stroke=colour)
        canvas.text(600, y - (7 if doubtful else 0), f"{value:.0f}", weight=STRONG, size=13, anchor="end", fill=colour)
        canvas.text(609, y - (7 if doubtful else 0), interval(total or bounds), size=SMALL, fill=LIGHT.muted)
    else:
        words = f"below {bounds[1]:.0f}" if bounds else "no index"
        canvas.text(WIDTH, y, words, size=SMALL, fill=LIGHT.muted, anchor="end")
    if doubtful:
        canvas.text(WIDTH, y + 8, "not reproduced", size=SMALL, fill=LIGHT.muted, anchor="end")


def map_chart(analysis: Analysis) -> Chart | None:
    """Draw every placed segment by its size and index, with the quadrants that a campaign uses."""
    shown = [s for s in _ranked(analysis) if s.id and own_index(s)]
    if len(shown) < 2:
        return None
    top, bottom, left, right = 28.0, 400.0, 44.0, WIDTH - 8.0
    canvas = Canvas(bottom + 44)
    share = Scale(0.0, 1.12 * max(s.population.share for s in shown), left, right)
    values = [own_index(s) or 100.0 for s in shown]
    index = Scale(min(60.0, 0.72 * min(values)), max(166.0, 1.38 * max(values)), bottom, top, log=True)
    average = sum(s.population.share for s in analysis.placed) / len(analysis.placed)
    _map_frame(canvas, share, index, average)
    dots = [(share(s.population.share), index(own_index(s) or 100.0)) for s in shown]
    for segment, (x, y) in zip(shown, dots, strict=True):
        doubtful = segment.badge == NOT_REPRODUCED
        canvas.dot(x, y, 5.5, LIGHT.paper if doubtful else _colour(segment), stroke=_colour(segment))
    labels = [f"{s.letter}  {s.name}" for s in shown]
    lines = [(left, right, index(v) - 1, index(v) + 1) for v in index.ticks()]
    lines.append((share(average) - 1, share(average) + 1, top, bottom))
    _place_labels(canvas, dots, labels, (left + 4, right, top, bottom), lines)
    core = [s.letter for s in shown if standing(s) == "over" and s.population.share >= average]
    niche = [s.letter for s in shown if standing(s) == "over" and s.population.share < average]
    found = [
        f"{listing(letters)} {'is' if len(letters) == 1 else 'are'} {word} and clearly above average"
        for letters, word in ((core, "large"), (niche, "small"))
        if letters
    ]
    title = "; ".join(found) or "No segment is clearly above average"
    alt = f"Map of {len(shown)} segments: share of the population to the right, index upwards. {title}."
    return canvas.chart(
        "segment-map",
        title=title,
        subtitle="Share of the population against index (log scale); hollow: not reproduced; "
        f"the dividing line stands at the average segment, {percent(average)}",
        alt=alt,
        columns={
            "segment": "text",
            "name": "text",
            "population share": "share",
            "customer share": "share",
            "index": "index",
            "place": "text",
        },
        rows=tuple(
            (s.letter, s.name, s.population.share, s.customers.share, own_index(s), _quadrant(s, average))
            for s in shown
        ),
        source=source_line(analysis),
    )


def _quadrant(segment: Segment, average: float) -> str:
    return quadrant(segment.population.share, own_index(segment) or 0.0, average)


def _map_frame(canvas: Canvas, share: Scale, index: Scale, average: float) -> None:
    left, right, top, bottom = share.start, share.end, index.end, index.start
    canvas.rect(left, index(PAR[1]), right - left, index(PAR[0]) - index(PAR[1]), LIGHT.band, z=0)
    canvas.line([(left, bottom), (right, bottom)], LIGHT.rule, 0.8, z=1)
    for tick in index.ticks():
        canvas.line([(left, index(tick)), (right, index(tick))], LIGHT.axis if tick == 100 else LIGHT.rule, 0.8, z=1)
        canvas.text(left - 8, index(tick), f"{tick:g}", size=SMALL, fill=LIGHT.muted, anchor="end")
    canvas.ticks(share, bottom, bottom + 4, percent_ticks(share.ticks()), label="share of the population")
    canvas.line([(share(average), top), (share(average), bottom)], LIGHT.axis, 0.8, dash=(3, 3), z=1)
    canvas.text(0, top - 18, "index", size=SMALL, fill=LIGHT.muted)
    for x, y, anchor, word in (
        (left + 4, top + 9, "start", "niche"),
        (right - 4, top + 9, "end", "core"),
        (right - 4, bottom - 9, "end", "developmental"),
        (left + 4, bottom - 9, "start", "marginal"),
    ):
        canvas.text(x, y, word.upper(), size=11, fill=LIGHT.muted, anchor=anchor)


Box = tuple[float, float, float, float]


def _overlaps(box: Box, others: Sequence[Box]) -> bool:
    return any(box[0] < o[1] and o[0] < box[1] and box[2] < o[3] and o[2] < box[3] for o in others)


def _place_labels(
    canvas: Canvas, dots: Sequence[Point], labels: Sequence[str], frame: Box, lines: Sequence[Box]
) -> None:
    """Set each label at the nearest free place around its dot, with a hairline where it is not beside it.

    Names are tried in full and off the grid lines first, then over lines, shortened, and as the letter alone.
    Dots, the corners' words and labels already set are always kept free.
    """
    left, right, top, bottom = frame
    taken: list[Box] = [(x - 8, x + 8, y - 8, y + 8) for x, y in dots]
    taken += [(left, left + 70, top, top + 18), (right - 40, right, top, top + 18),
              (right - 100, right, bottom - 18, bottom), (left, left + 70, bottom - 18, bottom)]  # fmt: skip
    for (x, y), label in zip(dots, labels, strict=True):
        box: Box | None = None
        for text, kept_free in (
            (ellipsize(label, 190), [*taken, *lines]),
            (ellipsize(label, 190), taken),
            (ellipsize(label, 110), taken),
            (label.split(" ")[0], taken),
        ):
            box = _free_place(x, y, text_width(text) + 2, frame, kept_free)
            if box:
                break
        box = box or (x + 9, x + 9 + text_width(text), y - 8, y + 8)
        taken.append(box)
        canvas.text(box[0] + 1, (box[2] + box[3]) / 2, text)
        near_x, near_y = min(max(x, box[0]), box[1]), min(max(y, box[2] + 2), box[3] - 2)
        distance = math.hypot(near_x - x, near_y - y)
        if distance > 14:
            start = (x + (near_x - x) * 8 / distance, y + (near_y - y) * 8 / distance)
            canvas.line([start, (near_x, near_y)], LIGHT.axis, 0.7, z=4)


def _free_place(x: float, y: float, width: float, frame: Box, taken: Sequence[Box]) -> Box | None:
    """Return the first free box for a label of ``width``: beside the dot, then further and further away."""
    left, right, top, bottom = frame
    for away in (0.0, 12.0, 24.0, 40.0, 60.0, 84.0):
        for dx, dy in ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -0.7), (1, 0.7), (-1, -0.7), (-1, 0.7)):
            middle_x = x + dx * (10 + width / 2 + away * (dy != 0 or away < 30)) if dx else x
            middle_y = y + dy * (16 + away)
            box = (middle_x - width / 2, middle_x + width / 2, middle_y - 7.5, middle_y + 7.5)
            inside = box[0] >= left and box[1] <= right and box[2] >= top and box[3] <= bottom
            if inside and not _overlaps(box, taken):
                return box
    return None
