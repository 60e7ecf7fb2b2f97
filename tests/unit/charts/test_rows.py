"""Where the parts of a row stand, beside one another and on a phone."""

from __future__ import annotations

from itertools import pairwise

from reportgen.charts.canvas import Canvas
from reportgen.charts.rows import Shape, for_phone
from reportgen.charts.style import LIGHT, NARROW

LONG = "a much longer label that takes two lines"


def test_rows_take_the_room_their_text_needs() -> None:
    rows, end = Shape(120.0, (130.0, 200.0)).rows(["short", LONG], 10.0)
    assert [len(row.label) for row in rows] == [1, 2]
    assert rows[0].height < rows[1].height
    assert end == 10 + rows[0].height + rows[1].height
    assert rows[1].middle == rows[1].label_middle == 10 + rows[0].height + rows[1].height / 2


def test_a_long_note_makes_room_too() -> None:
    shape = Shape(120.0, (130.0, 200.0), 210.0, width=260.0)
    (short, long), _ = shape.rows(["a", "b"], 0.0, notes=["", "a note that needs two lines"])
    assert (short.note, len(long.note)) == ((), 2)
    assert long.height > short.height


def test_on_a_phone_the_label_stands_above_the_marks_and_nothing_meets() -> None:
    shape = for_phone((6.0, 200.0), 210.0)
    rows, end = shape.rows([LONG * 2, "short"], 0.0, notes=["a note that needs two lines at least", "b"])
    for row in rows:
        assert row.label_middle + 7.25 * len(row.label) <= row.middle - 5
    for before, after in pairwise(rows):
        assert before.middle + 5 < after.label_middle - 7.25 * len(after.label)
    assert rows[-1].middle + 5 < end
    assert shape.width == shape.label == NARROW


def test_a_label_above_its_marks_has_paper_of_its_own() -> None:
    """Hairlines of the plot would otherwise run through it."""
    canvas = Canvas(60.0, NARROW)
    (row,), _ = for_phone((6.0, 200.0)).rows(["income"], 0.0)
    row.draw(canvas)
    assert f'fill="{LIGHT.paper}"' in canvas.svg("x", "alt")
    beside = Canvas(60.0)
    Shape(100.0, (110.0, 200.0)).rows(["income"], 0.0)[0][0].draw(beside)
    assert f'fill="{LIGHT.paper}"' not in beside.svg("x", "alt")
