"""The segments by size and index, with the quadrants that a campaign uses."""

from __future__ import annotations

import math
from collections.abc import Sequence

from reportgen.analysis.codes import in_words
from reportgen.analysis.reach import quadrant
from reportgen.analysis.result import Analysis
from reportgen.analysis.result_segments import Segment
from reportgen.charts.canvas import Canvas, Point, Scale
from reportgen.charts.fonts import text_width, wrap
from reportgen.charts.segments import NOT_REPRODUCED, PAR, colour_of, own_index, ranked, standing
from reportgen.charts.style import LIGHT, NARROW, SMALL, STRONG, WIDTH, Chart
from reportgen.charts.words import listing, percent, percent_ticks, plain, source_line
from reportgen.language import say, say_n

_LEADING = 14.5
_ONE_LINE, _TWO_LINES = 260.0, 168.0
Box = tuple[float, float, float, float]


def map_chart(analysis: Analysis) -> Chart | None:
    """Draw every placed segment by its size and index, each named at its dot."""
    shown = [s for s in ranked(analysis) if s.id and own_index(s)]
    if len(shown) < 2:
        return None
    average = sum(s.population.share for s in analysis.placed) / len(analysis.placed)
    core = [s.letter for s in shown if standing(s) == "over" and s.population.share >= average]
    niche = [s.letter for s in shown if standing(s) == "over" and s.population.share < average]
    title = _title(core, niche)
    return _wide(shown, average).chart(
        "segment-map",
        title=title,
        subtitle=say(
            "Share of the population against index (log scale); hollow: not reproduced; "
            "the dividing line stands at the average segment, {share}",
            share=percent(average),
        ),
        alt=say(
            "Map of {n} segments: share of the population to the right, index upwards. {title}.",
            n=len(shown),
            title=title,
        ),
        columns={
            say("segment"): "text",
            say("name"): "text",
            say("population share"): "share",
            say("customer share"): "share",
            say("index"): "index",
            say("place"): "text",
        },
        rows=tuple(
            (s.letter, s.name, s.population.share, s.customers.share, own_index(s), _quadrant(s, average))
            for s in shown
        ),
        source=source_line(analysis),
        narrow=_narrow(shown, average),
    )


def _title(core: Sequence[str], niche: Sequence[str]) -> str:
    """Say which large and which small segments are clearly above average, by their letters."""
    found = []
    if core:
        found.append(
            say_n(
                len(core),
                "{letters} is large and clearly above average",
                "{letters} are large and clearly above average",
                letters=listing(core),
            )
        )
    if niche:
        found.append(
            say_n(
                len(niche),
                "{letters} is small and clearly above average",
                "{letters} are small and clearly above average",
                letters=listing(niche),
            )
        )
    return "; ".join(found) or say("No segment is clearly above average")


def _quadrant(segment: Segment, average: float) -> str:
    return in_words(quadrant(segment.population.share, own_index(segment) or 0.0, average))


def _scales(shown: Sequence[Segment], frame: Box) -> tuple[Scale, Scale]:
    """Return the scale of the shares, which starts at zero unless all segments are of a size, and of the index."""
    left, right, top, bottom = frame
    shares = [s.population.share for s in shown]
    low = 0.8 * min(shares) if min(shares) > 0.5 * max(shares) else 0.0
    values = [own_index(s) or 100.0 for s in shown]
    index = Scale(min(60.0, 0.72 * min(values)), max(166.0, 1.38 * max(values)), bottom, top, log=True)
    return Scale(low, max(shares) + 0.12 * (max(shares) - low), left, right), index


def _wide(shown: Sequence[Segment], average: float) -> Canvas:
    """Draw the map with the names at the dots."""
    frame = (44.0, WIDTH - 8.0, 28.0, 400.0)
    canvas = Canvas(frame[3] + 44)
    share, index = _scales(shown, frame)
    _frame(canvas, share, index, average)
    dots = _dots(canvas, shown, share, index)
    lines = [(frame[0], frame[1], index(v) - 1, index(v) + 1) for v in index.ticks()]
    lines.append((share(average) - 1, share(average) + 1, frame[2], frame[3]))
    names = [f"{s.letter}  {s.name}" for s in shown]
    _place_labels(canvas, dots, names, (frame[0] + 4, *frame[1:]), lines)
    return canvas


def _narrow(shown: Sequence[Segment], average: float) -> Canvas:
    """Draw the map with letters at the dots and the names below it."""
    frame = (34.0, NARROW - 4.0, 28.0, 330.0)
    names = [wrap(s.name, NARROW - 20) for s in shown]
    below = frame[3] + 58
    canvas = Canvas(below + sum(_LEADING * len(lines) + 5 for lines in names), NARROW)
    share, index = _scales(shown, frame)
    _frame(canvas, share, index, average)
    dots = _dots(canvas, shown, share, index)
    _place_labels(canvas, dots, [s.letter for s in shown], frame, [])
    for segment, lines in zip(shown, names, strict=True):
        canvas.text(0, below, segment.letter, weight=STRONG)
        for number, line in enumerate(lines):
            canvas.text(20, below + _LEADING * number, line)
        below += _LEADING * len(lines) + 5
    return canvas


def _dots(canvas: Canvas, shown: Sequence[Segment], share: Scale, index: Scale) -> list[Point]:
    dots = [(share(s.population.share), index(own_index(s) or 100.0)) for s in shown]
    for segment, (x, y) in zip(shown, dots, strict=True):
        hollow = segment.badge == NOT_REPRODUCED
        canvas.dot(x, y, 5.5, LIGHT.paper if hollow else colour_of(segment), stroke=colour_of(segment))
    return dots


def _frame(canvas: Canvas, share: Scale, index: Scale, average: float) -> None:
    """Draw the axes, the band of average indices, and the quadrants."""
    left, right, top, bottom = share.start, share.end, index.end, index.start
    canvas.rect(left, index(PAR[1]), right - left, index(PAR[0]) - index(PAR[1]), LIGHT.band, z=0)
    canvas.line([(left, bottom), (right, bottom)], LIGHT.rule, 0.8, z=1)
    for tick in index.ticks():
        canvas.line([(left, index(tick)), (right, index(tick))], LIGHT.axis if tick == 100 else LIGHT.rule, 0.8, z=1)
        canvas.text(left - 8, index(tick), plain(tick), size=SMALL, fill=LIGHT.muted, anchor="end")
    canvas.ticks(share, bottom, bottom + 4, percent_ticks(share.ticks()), label=say("share of the population"))
    canvas.line([(share(average), top), (share(average), bottom)], LIGHT.axis, 0.8, dash=(3, 3), z=1)
    canvas.text(0, top - 18, say("index"), size=SMALL, fill=LIGHT.muted)
    for x, y, anchor, word in (
        (left + 4, top + 9, "start", "niche"),
        (right - 4, top + 9, "end", "core"),
        (right - 4, bottom - 9, "end", "developmental"),
        (left + 4, bottom - 9, "start", "marginal"),
    ):
        canvas.text(x, y, in_words(word).upper(), size=11, fill=LIGHT.muted, anchor=anchor)


def _overlaps(box: Box, others: Sequence[Box]) -> bool:
    return any(box[0] < o[1] and o[0] < box[1] and box[2] < o[3] and o[2] < box[3] for o in others)


def _forms(label: str) -> list[tuple[str, ...]]:
    """Return the ways to set a label, the fullest first: in one line, in two, as the letter alone."""
    forms = [(label,)] if text_width(label) <= _ONE_LINE else []
    return [*forms, wrap(label, _TWO_LINES, lines=3), (label.split(" ")[0],)]


def _place_labels(
    canvas: Canvas, dots: Sequence[Point], labels: Sequence[str], frame: Box, lines: Sequence[Box]
) -> None:
    """Set each label at the nearest free place around its dot, with a hairline where it is not beside it.

    Each form of a label is tried off the grid lines first, then over them. Dots, the corners' words and labels already
    set are always kept free.
    """
    left, right, top, bottom = frame
    taken: list[Box] = [(x - 8, x + 8, y - 8, y + 8) for x, y in dots]
    taken += [(left, left + 70, top, top + 18), (right - 40, right, top, top + 18),
              (right - 100, right, bottom - 18, bottom), (left, left + 70, bottom - 18, bottom)]  # fmt: skip
    for (x, y), label in zip(dots, labels, strict=True):
        box: Box | None = None
        text: tuple[str, ...] = ()
        for text, kept_free in ((form, free) for form in _forms(label) for free in ([*taken, *lines], taken)):
            size = max(map(text_width, text)) + 2, _LEADING * len(text)
            box = _free_place(x, y, size, frame, kept_free)
            if box:
                break
        box = box or (x + 9, x + 9 + size[0], y - size[1] / 2, y + size[1] / 2)
        taken.append(box)
        canvas.label(box[0] + 1, (box[2] + box[3]) / 2, text)
        _leader(canvas, (x, y), box)


def _leader(canvas: Canvas, dot: Point, box: Box) -> None:
    """Draw a hairline from a dot to a label that is not beside it."""
    near = min(max(dot[0], box[0]), box[1]), min(max(dot[1], box[2] + 2), box[3] - 2)
    distance = math.hypot(near[0] - dot[0], near[1] - dot[1])
    if distance > 14:
        start = (dot[0] + (near[0] - dot[0]) * 8 / distance, dot[1] + (near[1] - dot[1]) * 8 / distance)
        canvas.line([start, near], LIGHT.axis, 0.7, z=4)


def _free_place(x: float, y: float, size: tuple[float, float], frame: Box, taken: Sequence[Box]) -> Box | None:
    """Return the first free box for a label: beside the dot, then further and further away."""
    left, right, top, bottom = frame
    width, height = size
    for away in (0.0, 12.0, 24.0, 40.0, 60.0, 84.0):
        for dx, dy in ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -0.7), (1, 0.7), (-1, -0.7), (-1, 0.7)):
            middle_x = x + dx * (10 + width / 2 + away * (dy != 0 or away < 30)) if dx else x
            middle_y = y + dy * (8.5 + height / 2 + away)
            box = (middle_x - width / 2, middle_x + width / 2, middle_y - height / 2, middle_y + height / 2)
            inside = box[0] >= left and box[1] <= right and box[2] >= top and box[3] <= bottom
            if inside and not _overlaps(box, taken):
                return box
    return None
