from __future__ import annotations

import matplotlib as mpl
import pytest

from reportgen.charts.canvas import Canvas, Scale, index_scale
from reportgen.charts.style import LIGHT


def test_scales_map_ends_middles_and_clip() -> None:
    linear = Scale(0, 10, 100, 200)
    assert (linear(0), linear(5), linear(10), linear(99), linear(-1)) == (100, 150, 200, 200, 100)
    log = Scale(25, 400, 0, 400, log=True)
    assert log(100) == pytest.approx(200)
    assert log.ticks() == (25, 50, 100, 200, 400)


@pytest.mark.parametrize(
    ("values", "ends"),
    [([], (50, 200)), ([90, 110], (50, 200)), ([30, 500], (25, 800)), ([0, 1e9], (100 / 256, 102400))],
)  # fmt: skip
def test_the_index_scale_runs_over_whole_doublings(values: list[float], ends: tuple[float, float]) -> None:
    scale = index_scale(values, 0, 1)
    assert (scale.low, scale.high) == ends


def test_user_settings_of_matplotlib_do_not_reach_a_chart() -> None:
    def draw() -> str:
        canvas = Canvas(50)
        canvas.rect(1, 2, 30, 4, LIGHT.over)
        canvas.rect(31, 2, -30, 4, LIGHT.under)
        canvas.line([(0, 0), (10, 10)], LIGHT.ink, dash=(4, 3))
        canvas.text(3, 3, "costs $5 and $6")
        return canvas.svg("x", "alt")

    before = dict(mpl.rcParams)
    plain = draw()
    assert dict(mpl.rcParams) == before
    with mpl.rc_context(
        {"savefig.bbox": "tight", "font.size": 30, "savefig.facecolor": "red", "figure.dpi": 200,
         "svg.fonttype": "path", "lines.linewidth": 9, "patch.linewidth": 9, "svg.hashsalt": "other"}
    ):  # fmt: skip
        assert draw() == plain
    assert "costs $5 and $6" in plain
