"""Charts of rows: where label, marks and note of each row stand, beside or, on a phone, under one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reportgen.charts.canvas import Canvas
from reportgen.charts.fonts import wrap
from reportgen.charts.style import LIGHT, NARROW, SMALL, TEXT, WIDTH

_LEADING = 1.16 * TEXT
_ABOVE_LINES = 3  # a label that has the whole width is rarely longer


@dataclass(frozen=True)
class Row:
    """One row: its wrapped label and note, the middles of label and marks, and its height in pixels."""

    label: tuple[str, ...]
    note: tuple[str, ...]
    label_middle: float
    middle: float
    height: float
    above: bool = False

    def draw(self, canvas: Canvas, note_x: float = 0.0) -> None:
        """Set the label at the left and the note, smaller and muted, at ``note_x``."""
        set_label = canvas.label if self.above else canvas.lines
        set_label(0, self.label_middle, self.label)
        canvas.lines(note_x, self.middle, self.note, size=SMALL, fill=LIGHT.muted)


@dataclass(frozen=True)
class Shape:
    """Where the parts of a chart of rows stand, in pixels from the left.

    Attributes
    ----------
    label
        Room for a label.
    plot
        Start and end of the marks.
    note
        Start of the note, which may run to ``width``.
    ends
        Right ends of figures in their columns.
    above
        Whether the label stands above its marks.
    """

    label: float
    plot: tuple[float, float]
    note: float = 0.0
    ends: tuple[float, ...] = ()
    width: float = WIDTH
    above: bool = False

    def rows(
        self, labels: Sequence[str], top: float, *, notes: Sequence[str] = (), least: float = 21.0
    ) -> tuple[tuple[Row, ...], float]:
        """Stack rows from ``top``, each as high as its texts need; return them and where they end.

        Parameters
        ----------
        labels, notes
            Texts of each row; ``notes`` may be empty.
        least
            Height of a row whose texts take one line.
        """
        made = []
        for number, text in enumerate(labels):
            note = wrap(notes[number], self.width - self.note, SMALL) if notes and notes[number] else ()
            row = self._above(text, note, top, least) if self.above else self._beside(text, note, top, least)
            made.append(row)
            top += row.height
        return tuple(made), top

    def _beside(self, text: str, note: tuple[str, ...], top: float, least: float) -> Row:
        label = wrap(text, self.label)
        height = least if max(len(label), len(note)) < 2 else max(least, 35.0)
        return Row(label, note, top + height / 2, top + height / 2, height)

    def _above(self, text: str, note: tuple[str, ...], top: float, least: float) -> Row:
        label = wrap(text, self.label, lines=_ABOVE_LINES)
        head = _LEADING * len(label) + 2
        body = max(least - 2, 31.0 if len(note) > 1 else 0.0)
        return Row(label, note, top + head / 2, top + head + body / 2, head + body + 4, above=True)


def for_phone(plot: tuple[float, float], note: float = NARROW, ends: tuple[float, ...] = ()) -> Shape:
    """Return a shape with the label above its marks."""
    return Shape(NARROW, plot, note, ends, NARROW, above=True)
