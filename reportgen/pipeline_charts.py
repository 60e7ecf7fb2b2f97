"""Drawing the charts of a run, in a helper where there is one: it has loaded the library, and this process goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

from reportgen.analysis.result import Analysis
from reportgen.charts.style import Chart
from reportgen.engine.helpers import Helpers
from reportgen.language import speaking

Charts = Mapping[str, Chart]


def draw_charts(language: str, analysis: Analysis) -> Charts:
    """Draw every chart of a report in its language; see `reportgen.charts.gallery.charts_of`."""
    from reportgen.charts.gallery import charts_of  # its library takes a while to load

    with speaking(language):
        return charts_of(analysis)


class Studio:
    """Where charts are drawn.

    Parameters
    ----------
    helpers
        Draw while this process goes on; without any, charts are drawn when they are asked for.
    """

    def __init__(self, helpers: Helpers | None, pool: ThreadPoolExecutor) -> None:
        self._helpers, self._pool = helpers, pool

    def begin(self, language: str, analysis: Analysis) -> Callable[[], Charts]:
        """Begin to draw the charts of a report and return what waits for them."""
        draw = partial(draw_charts, language)
        if not self._helpers:
            return partial(draw, analysis)
        drawn = self._pool.submit(self._helpers.map, draw, [analysis], here=False)
        return lambda: drawn.result()[0]


@contextmanager
def open_studio(helpers: Helpers | None) -> Iterator[Studio]:
    """Make ready to draw; what was begun and not asked for ends with the context."""
    with ThreadPoolExecutor(1) as pool:
        yield Studio(helpers, pool)
