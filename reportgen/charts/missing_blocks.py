"""Can the input be trusted: which columns go missing together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reportgen.analysis.result import Analysis
from reportgen.analysis.result_quality import MissingBlock
from reportgen.charts.canvas import Canvas, Scale
from reportgen.charts.fonts import wrap
from reportgen.charts.style import LIGHT, NARROW, SMALL, WIDTH, Chart
from reportgen.charts.words import percent, shown_of, source_line, whole
from reportgen.language import say, say_n

BLOCKS_SHOWN = 8
_LEADING = 14.5


def missing_blocks_chart(analysis: Analysis) -> Chart | None:
    """Draw which columns go missing together, and in how many rows."""
    blocks = sorted(analysis.quality.blocks, key=lambda block: (-block.rows, block.columns))
    if not blocks:
        return None
    shown = blocks[:BLOCKS_SHOWN]
    labels = {column.name: column.label for column in analysis.quality.columns}
    rows = analysis.population.rows
    largest = shown[0]
    title = say_n(
        len(largest.columns),
        "{n} column goes missing together in {share} of the population",
        "{n} columns go missing together in {share} of the population",
        n=whole(len(largest.columns)),
        share=percent(largest.rows / rows),
    )
    alt = say_n(
        len(shown),
        "Bars of {n} block of columns that go missing together. {title}.",
        "Bars of {n} blocks of columns that go missing together. {title}.",
        n=whole(len(shown)),
        title=title,
    )
    return _blocks(shown, labels, rows, WIDTH).chart(
        "missing-blocks",
        title=title,
        subtitle=say("Blocks of columns and the people who miss the whole block") + shown_of(len(shown), len(blocks)),
        alt=alt,
        columns={
            say("columns"): "text",
            say("labels"): "text",
            say("how many"): "count",
            say("people"): "count",
            say("share"): "share",
        },
        rows=[
            (", ".join(block.columns), _label_list(block, labels), len(block.columns), block.rows, block.rows / rows)
            for block in blocks
        ],
        source=source_line(analysis),
        narrow=_blocks(shown, labels, rows, NARROW),
    )


def _blocks(shown: Sequence[MissingBlock], labels: Mapping[str, str], rows: int, width: float) -> Canvas:
    """Draw one bar per block under the names of its columns, in at most two lines."""
    told = [wrap(_block_words(block, labels), width) for block in shown]
    canvas = Canvas(sum(_LEADING * len(lines) + 31 for lines in told) + 2, width)
    scale = Scale(0.0, max(block.rows for block in shown) or 1, 0, width - 160)
    y = 0.0
    for block, lines in zip(shown, told, strict=True):
        canvas.lines(0, y + _LEADING * len(lines) / 2 + 3, lines)
        y += _LEADING * len(lines) + 6
        canvas.rect(0, y, max(scale(block.rows), 1.0), 9, LIGHT.population)
        words = say("{n} people, {share}", n=whole(block.rows), share=percent(block.rows / rows, 1))
        canvas.text(scale(block.rows) + 7, y + 5, words, size=SMALL, fill=LIGHT.muted)
        y += 25
    return canvas


def _block_words(block: MissingBlock, labels: Mapping[str, str]) -> str:
    return say_n(
        len(block.columns),
        "{n} column: {labels}",
        "{n} columns: {labels}",
        n=whole(len(block.columns)),
        labels=_label_list(block, labels),
    )


def _label_list(block: MissingBlock, labels: Mapping[str, str]) -> str:
    return ", ".join(labels.get(name, name) for name in block.columns)
