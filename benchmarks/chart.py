"""Draw where the time of a cold build goes, from ``benchmarks/results.json``, into ``docs/images/performance.svg``.

python -m benchmarks.chart
"""

from __future__ import annotations

import json
from pathlib import Path

from reportgen.charts.canvas import Canvas, Scale
from reportgen.charts.style import LIGHT, SMALL, STRONG

HERE = Path(__file__).parent
TARGET = HERE.parent / "docs" / "images" / "performance.svg"
_ROW, _LEFT, _RIGHT, _TOP = 24, 290, 620, 14


def main() -> None:
    """Draw one bar per step, in the order of the build; what is left is Python and its packages starting."""
    results = json.loads((HERE / "results.json").read_text("utf-8"))
    steps: dict[str, float] = results["steps of the cold build"]
    wall: float = next(row for name, row in results["commands"].items() if name.startswith("build --no-pdf"))["wall"]
    bars = {"Start Python and its packages": max(wall - sum(steps.values()), 0.0), **steps}
    bottom = _TOP + _ROW * len(bars)
    canvas = Canvas(bottom + 40)
    scale = Scale(0.0, max(bars.values()), _LEFT, _RIGHT)
    canvas.ticks(scale, _TOP, bottom, [(tick, f"{tick:g}") for tick in scale.ticks()], label="seconds on the clock")
    for number, (name, seconds) in enumerate(bars.items()):
        middle = _TOP + _ROW * (number + 0.5)
        canvas.text(0, middle, name, width=_LEFT - 12)
        canvas.rect(_LEFT, middle - 7, scale(seconds) - _LEFT, 14, LIGHT.population)
        share = f"{seconds:.1f} s"
        canvas.text(scale(seconds) + 6, middle, share, size=SMALL, weight=STRONG, fill=LIGHT.muted)
    alt = f"A cold build of {results['rows']:,} people takes {wall:.0f} seconds: " + "; ".join(
        f"{name} {seconds:.1f}" for name, seconds in bars.items()
    )
    drawn = canvas.svg("performance", alt)
    paper = f'<rect width="100%" height="100%" fill="{LIGHT.paper}"/>'
    TARGET.write_text(drawn.replace("</title>", f"</title>{paper}", 1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
